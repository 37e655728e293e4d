"""What every step of the pipeline is given, and what it gives back."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
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

__all__ = ["COUNTS", "Counts", "Report", "Work", "flush", "kept_counts", "latest_articles", "outcome", "pending"]

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


def pending(work: Work, step: str, size: int, counts: Counts) -> Iterator[list[str]]:
    """Batches of items that wait for a step, until none is left; the caller takes each batch off the queue, and counts
    it, before the next."""
    total, done = work.store.waiting(step), 0
    before: list[str] = []
    work.report(step, 0, total)
    while items := _next_items(work, step, size):
        if items == before:
            raise RuntimeError(f"step {step} left its items on the queue: {items[:3]}")
        yield items
        _keep_counts(work, step, counts)
        before = items
        done += len(items)
        if done > total:  # more came meanwhile
            total = done + work.store.waiting(step)
        work.report(step, done, total)


def _next_items(work: Work, step: str, size: int) -> list[str]:
    """The next items that wait, of this worker's part: the parts are disjoint, and each item has one whatever waits
    beside it."""
    of = work.part[1]
    if of == 1:
        return work.store.queued(step, size)
    limit = size * of * 2
    while True:
        items = work.store.queued(step, limit)
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
    newest: dict[str, Article] = {}
    for start in range(0, len(keys), 500):
        for article in store.find(Article, Where("key", "in", list(keys[start : start + 500]))):
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
