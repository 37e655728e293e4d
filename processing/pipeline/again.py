"""Articles cleaned again from their archived pages, after a rule of cleaning or an outlet's template has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from processing.batches import in_batches
from processing.clean import clean_pages, next_revision
from processing.pipeline.aside import is_ours
from processing.pipeline.expectations import refuse_fileless
from processing.pipeline.topics import match_topics
from processing.pipeline.work import Counts, Work, flush
from processing.store import Batch, Where
from processing.workers import Lost
from schemas.config import Outlet
from schemas.errors import CounterclaimError
from schemas.records import Article, Page, Rejection
from spiders import read_body

__all__ = ["clean_articles_again"]

_BATCH = 32

_Item = tuple[bytes, Page, Outlet | None, tuple[bytes, ...]]


def clean_articles_again(work: Work, outlets: Sequence[str], since: date | None = None, *, keep: bool = True) -> Counts:
    """Clean the archived pages of stored articles with today's rules. Where that gives another text, headline, date or
    author, the article's revision is replaced in its place: no new revision, and the steps after it do their work
    anew, so that claims of the old text go.

    `done` are articles looked at, `made` those that changed, `rejected` those whose page gives no article now or one of
    another address (they stay as they are; `forget` removes them), `failed` those whose page cannot be read;
    `problems` names all of these. `keep`: False only counts and names.

    Raises: UsageError (unknown outlet), StoreError."""
    refuse_fileless(work, outlets)
    counts = Counts()
    wheres = [Where("fetched_at", ">=", datetime.combine(since, time(), tzinfo=UTC))] if since else []
    ids = [a.id for o in outlets for a in work.store.find(Article, Where("outlet", "=", o), *wheres) if a.page_id]
    for part in in_batches(ids, _BATCH):
        some = work.store.get_many(Article, part)
        _clean_some(work, list(some.values()), counts, keep)
    return counts


def _clean_some(work: Work, articles: list[Article], counts: Counts, keep: bool) -> None:
    pages = work.store.get_many(Page, sorted({a.page_id for a in articles if a.page_id}))
    before = work.store.get_many(Article, sorted({a.previous_id for a in articles if a.previous_id}))
    items: list[_Item] = []
    olds: list[Article] = []
    for old in articles:
        counts.done += 1
        page = pages.get(old.page_id or "")
        item = _item(work, page) if page is not None else f"its page {old.page_id} is gone"
        if isinstance(item, str):
            counts.failed += 1
            counts.problems.append(f"{old.url}: {item}")
            continue
        items.append(item)
        olds.append(old)
    settings = work.settings
    results = clean_pages(items, now=work.now(), workers=settings.workers, limit_seconds=settings.page_seconds)
    batch = Batch()
    for old, result in zip(olds, results, strict=True):
        if isinstance(result, Lost):
            counts.failed += 1
            counts.problems.append(f"{old.url}: the page {result.reason}")
        elif isinstance(result, Rejection):
            counts.rejected += 1
            counts.problems.append(f"{old.url}: gives no article now: {result.reason}; its article stays")
        elif result.key != old.key and result.canonical_url != old.canonical_url:
            counts.rejected += 1
            counts.problems.append(f"{old.url}: is now {result.canonical_url}; its article stays")
        elif (new := _in_place(work, result, old, before.get(old.previous_id or ""))) != old:
            counts.made += 1
            counts.problems.append(f"{old.url}: changed")
            batch.put.append(new)
            batch.keys.append(("topic", new.key, new.topics))
            batch.enqueue.extend((step, new.id) for step in ("dedup", "stories", "claims"))
            before[new.id] = new
    if keep and batch:
        flush(work, batch)


def _item(work: Work, page: Page) -> _Item | str:
    """A page with its bytes; a sentence where they cannot be had."""
    try:
        body = read_body(Path(work.home), page) if page.warc_path else b""
        parts = tuple(read_body(Path(work.home), part) for part in page.parts)
    except (CounterclaimError, OSError) as error:
        if is_ours(error):
            raise
        return f"the archived page cannot be read: {error}"
    return body, page, work.outlets.get(page.outlet), parts


def _in_place(work: Work, article: Article, old: Article, previous: Article | None) -> Article:
    """What was cleaned now, as the revision that the old one was. `previous`: the revision before it."""
    found = (next_revision(article, [previous]) or article) if previous else article
    topics = match_topics(found, work.topics.values())
    place = {"id": old.id, "key": old.key, "revision": old.revision, "previous_id": old.previous_id}
    return replace(found, **place, canonical_url=old.canonical_url, topics=topics, run=old.run)  # type: ignore[arg-type]
