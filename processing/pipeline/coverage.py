"""What came of each outlet's pages in a run: how many articles, and how many of them nobody can read here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from processing.pipeline.work import Work
from processing.store import Number, Question, Records, Where
from schemas.records import Article, Coverage, Outcome

__all__ = ["fill_coverage"]


def fill_coverage(work: Work, coverage: Iterable[Coverage]) -> tuple[tuple[Coverage, ...], dict[str, int]]:
    """The coverage with the article revisions that `work.run` made of each outlet's pages and those of them that were
    not read; and how many articles the run did not read by language code ("" where the language is not known), the
    commonest first.

    The second counts ingested articles too, which no outlet's coverage has. Raises: StoreError.
    """
    here = Where("run", "=", work.run)
    coverage = tuple(coverage)
    counts: list[Question] = [Number(Article, (here, Where("outlet", "=", c.outlet))) for c in coverage]
    ends, *made = work.store.ask(Records(Outcome, (here, Where("step", "=", "claims"))), *counts)
    unread = [end.item for end in ends if end.code == "language"]
    outlets: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    for article in work.store.get_many(Article, unread).values() if unread else ():
        outlets[article.outlet] += 1
        languages[article.language or ""] += 1
    filled = tuple(replace(c, articles=n, unread=outlets[c.outlet]) for c, n in zip(coverage, made, strict=True))
    return filled, dict(sorted(languages.items(), key=lambda pair: (-pair[1], pair[0])))
