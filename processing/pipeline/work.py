"""What every step of the pipeline is given, and what it gives back."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from processing.store import Batch, Store, Where, record_id
from schemas.config import Outlet, Topic
from schemas.errors import StoreRejected
from schemas.records import Article, Outcome, digest_id, dump_json, load_json, readable
from schemas.settings import Settings

__all__ = [
    "COUNTS",
    "Counts",
    "Report",
    "Work",
    "first_limit",
    "flush",
    "kept_counts",
    "latest_articles",
    "newest_of",
    "outcome",
    "pending",
]

COUNTS = "counts:"  # and a run's id: the key space of what the tries of its steps counted

Report = Callable[[str, int, int], None]


def _silent(step: str, done: int, total: int) -> None:
    """Shows nothing."""


@dataclass(frozen=True, slots=True)
class Work:
    """One run's surroundings. `now` is the clock; `report(step, done, total)` is called as a step goes on. `attempt`
    names this try of a step where what it counts must outlive it: each batch's counts are then kept in the store, see
    `kept_counts`."""

    store: Store
    settings: Settings
    outlets: Mapping[str, Outlet]
    topics: Mapping[str, Topic]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    run: str | None = None
    report: Report = _silent
    attempt: str | None = None
    part: tuple[int, int] = (0, 1)  # which of how many parts of the pending items a step takes

    @property
    def home(self) -> Path:
        """The folder that holds WARC files and spools."""
        return self.settings.home

    def is_mine(self, item: str) -> bool:
        """Whether an item is of this worker's part."""
        number, of = self.part
        return of == 1 or zlib.crc32(item.encode()) % of == number


@dataclass(slots=True)
class Counts:
    """What a step did. `done` items went through; `made` records are new; `problems` are sentences that name the
    item; `more` are counts of one step alone, by name."""

    done: int = 0
    made: int = 0
    rejected: int = 0
    skipped: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)
    more: dict[str, int] = field(default_factory=dict)

    def add(self, other: Counts) -> None:
        """Take in what another count has."""
        self.done += other.done
        self.made += other.made
        self.rejected += other.rejected
        self.skipped += other.skipped
        self.failed += other.failed
        self.problems += other.problems
        for name, n in other.more.items():
            self.more[name] = self.more.get(name, 0) + n

    def as_dict(self) -> dict[str, Any]:
        """The numbers alone."""
        return {
            "done": self.done,
            "made": self.made,
            "rejected": self.rejected,
            "skipped": self.skipped,
            "failed": self.failed,
            **self.more,
        }


def first_limit(work: Work, size: int) -> int:
    """How many items of the queue are looked at for a batch of this worker's part."""
    return size * work.part[1] * 2 if work.part[1] > 1 else size


def pending(
    work: Work, step: str, size: int, counts: Counts, first: list[str] | None = None, added: Callable[[], bool] = bool
) -> Iterator[list[str]]:
    """Batches of items that wait for a step, until none is left; the caller takes each batch off the queue, and counts
    it, before the next.

    `first`: the first `first_limit` items of the queue, where they were asked for already. `added`: whether the caller
    has put more on the queue of this step since it was asked last; a batch that is not full is else the last one, and
    the queue is not asked again."""
    items = _next_items(work, step, size, first)
    total, done = len(items) if len(items) < size else work.store.waiting(step), 0
    before: list[str] = []
    work.report(step, 0, total)
    while items:
        if items == before:
            raise RuntimeError(f"step {step} left its items on the queue: {items[:3]}")
        yield items
        _keep_counts(work, step, counts)
        before = items
        done += len(items)
        items = _next_items(work, step, size) if added() or len(before) >= size else []
        if items and done >= total:  # more came meanwhile
            total = done + (len(items) if len(items) < size else work.store.waiting(step))
        work.report(step, done, total)


def _next_items(work: Work, step: str, size: int, first: list[str] | None = None) -> list[str]:
    """The next items that wait, of this worker's part: the parts are disjoint, and each item has one whatever waits
    beside it. `first`: see `pending`."""
    limit = first_limit(work, size)
    if work.part[1] == 1:
        return work.store.queued(step, size) if first is None else first
    while True:
        items, first = work.store.queued(step, limit) if first is None else first, None
        mine = [item for item in items if work.is_mine(item)]
        if len(mine) >= size or len(items) < limit:
            return mine[:size]
        limit *= 4


def _keep_counts(work: Work, step: str, counts: Counts) -> None:
    if work.run is None or work.attempt is None:
        return
    told = [f"{name}={n}" for name, n in counts.as_dict().items()]
    work.store.apply(Batch(keys=[(COUNTS + work.run, f"{step}:{work.attempt}", told)]))


def kept_counts(store: Store, run: str) -> tuple[dict[str, dict[str, int]], list[tuple[str, str]]]:
    """What all tries of a run's steps counted, killed ones included: sums by step and name, and the keys under which
    they lie, to be dropped once the run's record has them. Raises: StoreError."""
    space = COUNTS + run
    sums: dict[str, dict[str, int]] = {}
    owners = []
    for owner, told in store.all_keys(space):
        owners.append((space, owner))
        of_step = sums.setdefault(owner.partition(":")[0], dict.fromkeys(Counts().as_dict(), 0))
        for name, _, n in (part.partition("=") for part in told):
            of_step[name] = of_step.get(name, 0) + int(n)
    return sums, owners


def latest_articles(store: Store, keys: Sequence[str]) -> dict[str, Article]:
    """The newest revision of each article key that is known."""
    return newest_of(store.find(Article, Where("key", "in", list(keys)))) if keys else {}


def newest_of(articles: Iterable[Article]) -> dict[str, Article]:
    """The newest revision among articles, by key."""
    newest: dict[str, Article] = {}
    for article in articles:
        if article.key not in newest or newest[article.key].revision < article.revision:
            newest[article.key] = article
    return newest


def outcome(work: Work, step: str, item: str, kind: str, code: str, reason: str, outlet: str | None = None) -> Outcome:
    """The record of how a step ended on an item."""
    id, at = digest_id(step, item), work.now()
    return Outcome(id, step, readable(item), kind, code, readable(reason), outlet, at, work.run)  # type: ignore[arg-type]


def flush(work: Work, batch: Batch) -> int:
    """Write a batch and empty it; returns how many records were new. Raises: StoreRejected for a record that could not
    be read back, which would stop whoever meets it; StoreError."""
    for record in batch.put:
        try:
            load_json(type(record), dump_json(record))
        except (ValidationError, TypeError, ValueError) as error:
            raise StoreRejected(f"{type(record).__name__} {record_id(record)}: cannot be kept: {error}") from error
    new = work.store.apply(batch)
    batch.clear()
    return new
