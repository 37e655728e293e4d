"""Articles into claims."""

from __future__ import annotations

from processing.claims import read_articles
from processing.claims.document.document import LONGEST_TEXT
from processing.pipeline.aside import go_through, set_aside
from processing.pipeline.understood import read_alone
from processing.pipeline.work import Counts, Work, outcome
from processing.store import Batch, ById, KeysOf, Records, Sharing, Where
from processing.workers import Lost
from schemas.records import Article, Claim, Denial, Reading

__all__ = ["claims"]

_BATCH = 32


def claims(work: Work) -> Counts:
    """Read the claims of each article that waits. An article in a language that is not read is recorded as unread."""
    return go_through(work, "claims", _BATCH, lambda ids, counts: _read_claims(work, ids, counts))


def _read_claims(work: Work, ids: list[str], counts: Counts) -> Batch:
    batch = Batch()
    here = (Where("article_id", "in", ids),)
    found, claimed, denied = work.store.ask(ById(Article, ids), Records(Claim, here), Records(Denial, here))
    articles = [found[id] for id in ids if id in found]
    earlier: list[Claim | Denial] = [e for e in (*claimed, *denied) if e.article_id in found]
    kept: set[str] = set()
    lost: set[str] = set()  # articles that keep what was read of them before
    for article, reading in zip(articles, _read(work, articles), strict=True):
        if isinstance(reading, Lost):
            set_aside(work, "claims", article.id, reading.code, f"the article {reading.reason}", batch, counts)
            lost.add(article.id)
            continue
        batch.put.extend((*read_alone(article, reading.claims), *reading.denials))
        kept |= {record.id for record in reading.claims} | {record.id for record in reading.denials}
        counts.done += 1
        counts.made += len(reading.claims)
        if reading.skipped:
            counts.skipped += 1
            code = "length" if len(article.text) > LONGEST_TEXT else "language"
            batch.put.append(outcome(work, "claims", article.id, "skipped", code, reading.skipped, article.outlet))
    gone = (old for old in earlier if old.id not in kept and old.article_id not in lost)
    batch.delete.extend((type(old), old.id) for old in gone)
    batch.enqueue.extend(("figures", scope) for scope in _scopes(work, articles))
    return batch


def _read(work: Work, articles: list[Article]) -> list[Reading | Lost]:
    """A reading of each article; one that is too long is not read."""
    short = [a for a in articles if len(a.text) <= LONGEST_TEXT]
    settings = work.settings
    readings = iter(
        read_articles(short, run=work.run, workers=settings.workers, limit_seconds=settings.article_seconds)
    )
    too_long = Reading((), (), f"longer than {LONGEST_TEXT:,} characters")
    return [next(readings) if len(a.text) <= LONGEST_TEXT else too_long for a in articles]


def _scopes(work: Work, articles: list[Article]) -> list[str]:
    """The stories and topics whose figures these articles touch."""
    keys = sorted({a.key for a in articles})
    stories, on = work.store.ask(Sharing("story-member", keys), KeysOf("topic", keys))
    topics = {name for names in on.values() for name in names}
    return [f"topic:{name}" for name in sorted(topics)] + [f"story:{id}" for id in sorted(stories)]
