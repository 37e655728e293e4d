"""Which topics an article is on: a topic matches when every group of its words hits in title or text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from processing.batches import in_batches
from processing.pipeline.work import Work
from processing.store import Batch
from schemas.config import Topic
from schemas.errors import UsageError
from schemas.records import Article, digest_id

__all__ = ["forget_topics", "match_topics", "missing_topics", "rematch_topics", "tell_missing", "topic_pattern"]

_CHUNK = 500


@lru_cache(maxsize=1024)
def topic_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, whole, in any case; white space in a word stands for any white space."""
    parts = sorted((r"\s+".join(map(re.escape, word.split())) for word in words), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)


def match_topics(article: Article, topics: Iterable[Topic]) -> tuple[str, ...]:
    """Names of the topics that the article is on, sorted."""
    text = f"{article.title or ''}\n{article.text}"
    return tuple(
        sorted(
            topic.name
            for topic in topics
            if (topic.since is None or article.published_day is None or article.published_day >= topic.since)
            and all(topic_pattern(group).search(text) for group in topic.match)
        )
    )


def _digest(topic: Topic) -> str:
    return digest_id(topic.model_dump_json(exclude={"path"}))


def missing_topics(work: Work) -> list[str]:
    """Topics that an earlier run saw and whose files are not here now, sorted. Raises: StoreError."""
    return sorted(set(work.store.keys_of("topic-file", ["all"]).get("all", [])) - set(work.topics))


def tell_missing(work: Work) -> list[str]:
    """What a run says of topics that an earlier one saw and that are not here."""
    names = missing_topics(work)
    if not names:
        return []
    many = len(names) > 1
    return [
        f"topic{'s' if many else ''} {', '.join(names)}: the last run saw {'them' if many else 'it'}, no file is in "
        f"{', '.join(map(str, work.settings.topics)) or 'any folder'} now; figures and alerts stay as they are. "
        f"Bring the file back, or let go with `counterclaim topics forget {' '.join(names)}`"
    ]


def forget_topics(work: Work, names: Sequence[str]) -> None:
    """Let topics go whose files were taken away on purpose: their figures and alerts go with the next run. Raises:
    UsageError for a topic whose file is still there, or that no run has seen; StoreError."""
    missing = missing_topics(work)
    for name in names:
        if name in work.topics:
            raise UsageError(f"topic {name!r} has a file still, {work.topics[name].path}: delete it first")
        if name not in missing:
            raise UsageError(f"no topic {name!r} is remembered; those without a file: {', '.join(missing) or 'none'}")
    left = [name for name in missing if name not in names]
    batch = Batch(keys=[("topic-file", "all", sorted({*work.topics, *left}))])
    for name in names:
        batch.drop_keys.append(("topic-file", name))
        batch.enqueue.append(("figures", f"topic:{name}"))
        articles = work.store.lookup("topic", [name])
        batch.enqueue.extend(
            ("figures", f"story:{id}") for id in sorted(work.store.lookup("story-member", [*articles]))
        )
        for key, told in work.store.keys_of("topic", sorted(articles)).items():
            batch.keys.append(("topic", key, [topic for topic in told if topic != name]))
    work.store.apply(batch)


def rematch_topics(work: Work) -> list[str]:
    """Where topic files were added or changed since the last run, match all articles again; returns those topics.

    A topic whose file is not here (another folder, another machine, a slip) is no decision of anybody: what it has
    stays as it is, see `missing_topics`, and is made anew when the file is back.
    One pass over the articles, only when a file's digest differs from the one that the store remembers.
    """
    known = work.store.keys_of("topic-file", ["all", *sorted(work.topics)])
    missing = sorted(set(known.get("all", [])) - set(work.topics))
    if missing:
        known |= work.store.keys_of("topic-file", missing)
    changed = {name for name, topic in work.topics.items() if known.get(name, [""])[0] != _digest(topic)}
    if lost := [name for name in missing if name in known]:  # so that they count as changed when they are back
        work.store.apply(Batch(drop_keys=[("topic-file", name) for name in lost]))
    if not changed:
        return []
    _match_all(work, missing)
    done = Batch(keys=[("topic-file", name, [_digest(topic)]) for name, topic in work.topics.items()])
    done.keys.append(("topic-file", "all", sorted({*work.topics, *missing})))
    done.enqueue.extend(("figures", f"topic:{name}") for name in sorted(changed))
    work.store.apply(done)
    return sorted(changed)


def _match_all(work: Work, missing: Sequence[str]) -> None:
    """Match the newest revision of every article to the topics; a missing topic keeps the articles that it has."""
    newest: dict[str, tuple[int, tuple[str, ...]]] = {}
    for article in work.store.find(Article):
        if article.revision >= newest.get(article.key, (0, ()))[0]:
            newest[article.key] = article.revision, match_topics(article, work.topics.values())
    keys = sorted(newest)
    for part in in_batches(keys, _CHUNK):
        told = work.store.keys_of("topic", part)
        wanted = {key: sorted({*newest[key][1], *(t for t in told.get(key, ()) if t in missing)}) for key in part}
        work.store.apply(
            Batch(keys=[("topic", key, wanted[key]) for key in part if sorted(told.get(key, ())) != wanted[key]])
        )
