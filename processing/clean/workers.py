"""Many pages at once, in worker processes with a limit of time for each page and of memory for each process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from processing.clean.article import make_article
from processing.workers import Lost, Task, run_in_workers
from schemas.config import Outlet
from schemas.records import Article, Page, Rejection

__all__ = ["clean_batch", "clean_pages"]

Item = tuple[bytes, Page, Outlet | None] | tuple[bytes, Page, Outlet | None, Sequence[bytes]]
_BATCH = 8  # pages in one message
_TASK = Task(
    "cleaning",
    "processing.clean.workers:clean_batch",
    "processing.clean.body:warm_up",
    memory_mb=2048,  # a 20 MB page takes about 1 GB
)


def clean_batch(items: Sequence[Item], now: datetime) -> list[Article | Rejection]:
    """An article or a rejection for each (body, page, outlet, bodies of the article's further pages), read in this
    process. `now` bounds what dates are believed."""
    return [make_article(*item, now=now) for item in items]


def clean_pages(
    items: Sequence[Item], *, now: datetime, workers: int = 1, limit_seconds: float = 20
) -> list[Article | Rejection | Lost]:
    """An article or a rejection for each (body, page, outlet, bodies of the article's further pages; these may be left
    out), in the same order, or `Lost` for a page that took more than `limit_seconds`, ended its process or raised.
    Raises: MachineError (no worker starts)."""
    weights = [len(item[0]) + sum(map(len, item[3] if len(item) > 3 else ())) for item in items]
    found: list[Article | Rejection | Lost] = run_in_workers(
        _TASK, items, now, workers=workers, seconds=limit_seconds, size=_BATCH, weights=weights
    )
    return found
