"""Many articles at once, read in worker processes that keep the language model, with a limit of time for each article
and of memory for each process."""

from __future__ import annotations

from collections.abc import Sequence

from processing.claims.assemble import read_many
from processing.claims.document.document import load_model
from processing.workers import Lost, Task, run_in_workers
from schemas.records import Article, Reading

__all__ = ["read_articles", "read_batch", "warm_up"]

_BATCH = 8  # articles in one message: their sentences are parsed together
_TASK = Task(
    "reading",
    "processing.claims.workers:read_batch",
    "processing.claims.workers:warm_up",
    memory_mb=3072,  # the models and the parses of 200,000 characters take about half of it
)


def warm_up() -> None:
    """Load the models that the first article would have to wait for."""
    for what in ("split", "parse"):
        load_model(what)


def read_batch(articles: Sequence[Article], run: str | None) -> list[Reading]:
    """What each article claims, read in this process."""
    return read_many(articles, run=run)


def read_articles(
    articles: Sequence[Article], *, run: str | None = None, workers: int = 1, limit_seconds: float = 60
) -> list[Reading | Lost]:
    """What each article claims, in the articles' order, or `Lost` for one that took more than `limit_seconds`, ended
    its process or raised. Equal to what `read_many` gives. Raises: MachineError (no worker starts)."""
    found: list[Reading | Lost] = run_in_workers(
        _TASK,
        articles,
        run,
        workers=workers,
        seconds=limit_seconds,
        size=_BATCH,
        weights=[len(article.text) for article in articles],
    )
    return found
