"""Which topics an article is on: a topic matches when every group of its words hits in title or text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from processing.pipeline.work import Work
from processing.store import Batch
from schemas.config import Topic
from schemas.records import Article, digest_id

__all__ = ["match_topics", "rematch_topics", "topic_pattern"]

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


def rematch_topics(work: Work) -> list[str]:
    """Where topic files were added, changed or taken away since the last run, match all articles again; returns those
    topics.

    One pass over the articles, only when a file's digest differs from the one that the store remembers.
    """
    known = {id: keys[0] for id, keys in work.store.keys_of("topic-file", ["all", *work.topics]).items() if id != "all"}
    remembered = set(work.store.keys_of("topic-file", ["all"]).get("all", []))
    changed = {name for name, topic in work.topics.items() if known.get(name) != _digest(topic)} | (
        remembered - set(work.topics)
    )
    if not changed:
        return []
    topics: Mapping[str, Topic] = work.topics
    newest: dict[str, tuple[int, tuple[str, ...]]] = {}
    for article in work.store.find(Article):
        if article.revision >= newest.get(article.key, (0, ()))[0]:
            newest[article.key] = article.revision, match_topics(article, topics.values())
    keys = sorted(newest)
    for start in range(0, len(keys), _CHUNK):
        part = keys[start : start + _CHUNK]
        told = work.store.keys_of("topic", part)
        work.store.apply(
            Batch(
                keys=[
                    ("topic", key, newest[key][1]) for key in part if sorted(told.get(key, ())) != list(newest[key][1])
                ]
            )
        )
    done = Batch(keys=[("topic-file", name, [_digest(topic)]) for name, topic in topics.items()])
    done.keys.append(("topic-file", "all", sorted(topics)))
    done.enqueue.extend(("figures", f"topic:{name}") for name in sorted(changed))
    work.store.apply(done)
    return sorted(changed)
