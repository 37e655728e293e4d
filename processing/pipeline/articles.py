"""Pages into articles, articles into copy groups and stories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

from processing.clean import clean_pages, is_other_article, next_revision, under_own_address
from processing.dedup import copy_keys, copy_score, group_copies, is_copy
from processing.pipeline.aside import go_through, is_ours, set_aside
from processing.pipeline.topics import match_topics
from processing.pipeline.work import Counts, Work, latest_articles, newest_of, outcome
from processing.store import Batch, ById, KeysOf, Records, Sharing, Store, Where
from processing.stories import WINDOW_DAYS, group_stories, story_keys
from processing.workers import Lost
from schemas.config import Outlet
from schemas.errors import CounterclaimError
from schemas.records import Article, CopyGroup, Page, Rejection, Story
from spiders import read_body

__all__ = ["clean", "dedup", "stories"]

_BATCH = 32
_CANDIDATES = 40  # articles that one article is compared with at most
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_STORY_BATCH = 1000  # articles that are put into stories together: a day's, so that what is rare among them is known
_POOL = 4000  # members of touched stories that are grouped anew at most


_Bodies = tuple[bytes, Page, Outlet | None, tuple[bytes, ...]]


def _bodies(work: Work, pages: Iterable[Page], batch: Batch, counts: Counts) -> list[_Bodies]:
    """The pages with their bytes and those of their articles' further pages; a page whose bytes cannot be read is set
    aside."""
    found = []
    for page in pages:
        try:
            body = read_body(Path(work.home), page) if page.warc_path else b""
            parts = tuple(read_body(Path(work.home), part) for part in page.parts)
        except (CounterclaimError, OSError) as error:
            if is_ours(error):
                raise
            set_aside(work, "clean", page.id, "archive", f"the archived page cannot be read: {error}", batch, counts)
            continue
        found.append((body, page, work.outlets.get(page.outlet), parts))
    return found


def clean(work: Work) -> Counts:
    """Turn pages that wait into article revisions; a page without an article gets a recorded reason."""
    return go_through(work, "clean", _BATCH, lambda ids, counts: _make_articles(work, ids, counts))


def _make_articles(work: Work, ids: list[str], counts: Counts) -> Batch:
    batch = Batch()
    pages = work.store.get_many(Page, ids)
    items = _bodies(work, (pages[id] for id in ids if id in pages), batch, counts)
    settings = work.settings
    results = clean_pages(items, now=work.now(), workers=settings.workers, limit_seconds=settings.page_seconds)
    results = list(results)
    revisions = _revisions(work.store, {r.key for r in results if isinstance(r, Article)})
    for (_, page, *_), result in zip(items, results, strict=True):
        if isinstance(result, Lost):
            set_aside(work, "clean", page.id, result.code, f"the page {result.reason}", batch, counts)
            continue
        counts.done += 1
        if isinstance(result, Rejection):
            counts.rejected += 1
            batch.put.append(outcome(work, "clean", page.id, "rejected", result.code, result.reason, page.outlet))
            continue
        article = _placed(work.store, result, revisions)
        _keep_revision(work, article, revisions.setdefault(article.key, []), batch, counts)
    return batch


def _placed(store: Store, article: Article, revisions: dict[str, list[Article]]) -> Article:
    """The article under its key; under its own address where the key's revisions are of another article, whose address
    one of the two pages calls its own. `revisions`: by key, gains those of the own address."""
    if not is_other_article(article, revisions.get(article.key, ())):
        return article
    own = under_own_address(article)
    if own.key not in revisions:
        revisions[own.key] = _revisions(store, {own.key}).get(own.key, [])
    return own


def _revisions(store: Store, keys: set[str]) -> dict[str, list[Article]]:
    """All revisions of articles by key, in their order."""
    found: dict[str, list[Article]] = {}
    if keys:
        for article in store.find(Article, Where("key", "in", sorted(keys)), order="revision"):
            found.setdefault(article.key, []).append(article)
    return found


def _keep_revision(work: Work, article: Article, earlier: list[Article], batch: Batch, counts: Counts) -> None:
    revision = next_revision(article, earlier)
    if revision is None:
        counts.skipped += 1
        return

    topics = match_topics(revision, work.topics.values())
    revision = replace(revision, topics=topics, run=work.run)
    earlier.append(revision)
    batch.put.append(revision)
    batch.keys.append(("topic", revision.key, topics))
    batch.enqueue.extend((step, revision.id) for step in ("dedup", "stories", "claims"))
    counts.made += 1


def _newest_waiting(
    store: Store, ids: list[str], space: str, keys_of: Callable[[Article], Sequence[str]]
) -> dict[str, tuple[Article, Sequence[str], Mapping[str, int]]]:
    """The articles of the ids that are the newest revision of their key, in the order of the ids, by key: each with its
    keys in a space, and how many of them stored articles share."""
    articles = store.get_many(Article, ids)
    if not articles:
        return {}
    keys = {id: keys_of(a) for id, a in articles.items()}
    every = Records(Article, (Where("key", "in", sorted({a.key for a in articles.values()})),))
    revisions, *shared = store.ask(every, *(Sharing(space, keys[id]) for id in articles))
    newest = newest_of(revisions)
    return {
        a.key: (a, keys[id], found)
        for (id, a), found in zip(articles.items(), shared, strict=True)
        if newest[a.key].id == id
    }


def dedup(work: Work) -> Counts:
    """Find the copy group of each article that waits. Candidates come by shared keys, so that cost does not grow with
    the archive."""
    return go_through(work, "dedup", _BATCH, lambda ids, counts: _find_copies(work, ids, counts))


def _find_copies(work: Work, ids: list[str], counts: Counts) -> Batch:
    """What a batch of articles changes in the copy groups; they are looked at together, so that the store is asked as
    often for many as for one."""
    store, batch = work.store, Batch()
    counts.done += len(ids)
    waiting = _newest_waiting(store, ids, "copy", copy_keys)
    articles = {key: a for key, (a, _, _) in waiting.items()}
    batch.keys.extend(("copy", key, keys) for key, (_, keys, _) in waiting.items())
    pairs, known = _copies_among(store, waiting)
    touched = store.lookup("copy-member", sorted({*articles, *known})) if articles else {}
    if not pairs and not touched:
        return batch
    members, old = store.ask(KeysOf("copy-member", list(touched)), ById(CopyGroup, list(touched)))
    grouped = {key for of_group in members.values() for key in of_group}
    pool = latest_articles(store, sorted(grouped | set(known)))
    copied = {id for pair in pairs for id in pair}
    pool.update((key, a) for key, a in articles.items() if a.id in copied or key in grouped)
    for of_group in members.values():
        rest = [pool[key] for key in of_group if key in pool and key not in articles]
        pairs.extend((rest[0].id, other.id) for other in rest[1:])
    _keep_groups(group_copies(list(pool.values()), pairs), old, pool, batch)
    told = store.lookup("story-member", sorted(pool))
    batch.enqueue.extend(("figures", f"story:{id}") for id in sorted(told))
    batch.enqueue.extend(("figures", f"topic:{name}") for name in sorted({t for a in pool.values() for t in a.topics}))
    return batch


def _copies_among(
    store: Store, waiting: Mapping[str, tuple[Article, Sequence[str], Mapping[str, int]]]
) -> tuple[list[tuple[str, str]], dict[str, Article]]:
    """Which of the articles (by key) are copies of each other or of stored ones, as pairs of ids; and the stored ones
    that are, by key. `waiting`: see `_newest_waiting`."""
    articles = {key: a for key, (a, _, _) in waiting.items()}
    owners: dict[str, set[str]] = {}
    for key, (_, keys, _) in waiting.items():
        for copy_key in set(keys):
            owners.setdefault(copy_key, set()).add(key)
    near: dict[str, list[str]] = {}
    for key, (_, keys, stored) in waiting.items():
        shared = Counter({other: n for other, n in stored.items() if other not in articles})
        for copy_key in set(keys):
            shared.update(owners[copy_key] - {key})
        near[key] = sorted(shared, key=lambda other: (-shared[other], other))[:_CANDIDATES]
    others = sorted({k for some in near.values() for k in some} - set(articles))
    stored_ones = latest_articles(store, others)
    pairs, known = [], dict[str, Article]()
    for key, some in near.items():
        for other in some:
            candidate = articles.get(other) or stored_ones.get(other)
            if candidate is not None and is_copy(copy_score(articles[key], candidate)):
                pairs.append((articles[key].id, candidate.id))
                if other not in articles:
                    known[other] = candidate
    return pairs, known


def _keep_groups(groups: list[CopyGroup], old: dict[str, CopyGroup], pool: dict[str, Article], batch: Batch) -> None:
    """The copy groups in place of those that were there."""
    new = {group.id for group in groups}
    for id in old:
        if id not in new:
            batch.delete.append((CopyGroup, id))
            batch.drop_keys.append(("copy-member", id))
    by_id = {a.id: a for a in pool.values()}
    for group in groups:
        if old.get(group.id) != group:
            batch.put.append(group)
            batch.keys.append(("copy-member", group.id, [by_id[m].key for m in group.members]))


def stories(work: Work) -> Counts:
    """Put each article that waits into a story; late arrivals regroup the stories that they touch."""
    return go_through(
        work, "stories", _STORY_BATCH, lambda ids, counts: _place_in_stories(work, ids, counts), made=True
    )


def _place_in_stories(work: Work, ids: list[str], counts: Counts) -> Batch:
    batch = Batch()
    # a live blog may fill a batch with revisions that are old already
    if waiting := _newest_waiting(work.store, ids, "story", story_keys):
        near: set[str] = set()
        for key, (_, keys, shared) in waiting.items():
            near.update(sorted(shared, key=lambda other: (-shared[other], other))[:_CANDIDATES])
            batch.keys.append(("story", key, keys))
        _group_stories(work, [a for a, _, _ in waiting.values()], near, batch)
    counts.done += len(ids)
    return batch


def _group_stories(work: Work, articles: list[Article], near: set[str], batch: Batch) -> None:
    """What articles change in the stories. `near`: the keys of stored articles that share most with them."""
    store = work.store
    here = {article.key: article for article in articles}
    touched = store.lookup("story-member", sorted(near | set(here)))
    members, old = store.ask(KeysOf("story-member", list(touched)), ById(Story, list(touched)))
    pool, stale = _articles_near(store, near | set(here), {key for keys in members.values() for key in keys}, articles)
    pool.update(here)
    current = [replace(story, members=tuple(m for m in story.members if m not in stale)) for story in old.values()]
    current = [story for story in current if story.members]  # a story of nothing but older revisions is made anew
    groups = group_stories(list(pool.values()), current)
    keys_by_id = {a.id: a.key for a in pool.values()}
    absent = [id for story in groups for id in story.members if id not in keys_by_id]
    keys_by_id.update((a.id, a.key) for a in (store.get_many(Article, absent).values() if absent else ()))
    new = {story.id: story for story in groups}
    for id in old:
        if id not in new:
            batch.delete.append((Story, id))
            batch.drop_keys.append(("story-member", id))
            batch.enqueue.append(("figures", f"story:{id}"))
    for story in groups:
        if old.get(story.id) != story:
            batch.put.append(story)
            batch.keys.append(
                ("story-member", story.id, sorted({keys_by_id[m] for m in story.members if m in keys_by_id}))
            )
            batch.enqueue.append(("figures", f"story:{story.id}"))


def _articles_near(
    store: Store, wanted: set[str], others: set[str], articles: list[Article]
) -> tuple[dict[str, Article], set[str]]:
    """The newest revisions of the wanted keys, and of those other keys that lie in the days around the articles (at
    most `_POOL`, the nearest first), by key; and the ids of older revisions that were seen."""
    moments = [a.published or a.fetched_at for a in articles]
    around = timedelta(days=WINDOW_DAYS + 1)
    first, last = max(_FIRST + around, min(moments)) - around, min(_LAST - around, max(moments)) + around
    found: dict[str, Article] = {}
    stale: set[str] = set()
    some = Where("key", "in", sorted(wanted | others))
    dated, undated = store.ask(
        Records(Article, (some, Where("published", ">=", first), Where("published", "<", last))),
        Records(Article, (some, Where("published", "=", None))),
    )
    for article in chain(dated, undated):
        known = found.get(article.key)
        if known is not None:
            stale.add(min(known, article, key=lambda a: a.revision).id)
        if known is None or known.revision < article.revision:
            found[article.key] = article
    middle = sorted(moments)[len(moments) // 2]
    extra = sorted(
        (k for k in found if k not in wanted),
        key=lambda k: (abs((found[k].published or found[k].fetched_at) - middle), k),
    )
    for key in extra[_POOL:]:
        del found[key]
    return found, stale
