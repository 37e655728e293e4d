"""What each part of a scheduled run did, kept in the store as soon as the part ends, well or badly, so that the run's
record tells it whatever fails afterwards.

A part is one task: "begin", "fetch gb/bbc" (a batch of outlets, named by its first), "claims 0/2" (the first of two
that read beside each other). A part that is tried again replaces what it left. What a killed process could not leave is
missing, and missing is told too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from processing.pipeline.work import COUNTS, Counts
from processing.store import Batch, Store
from schemas.config import Outlet
from schemas.records import Coverage, Run, dump_json, load_json

__all__ = [
    "NOTHING_FETCHED",
    "Result",
    "faults",
    "forget_results",
    "is_unfetched",
    "keep_result",
    "results_of",
    "summed_counts",
    "whole_coverage",
]

NOTHING_FETCHED = "nothing could be fetched"
_NO_END = "its crawl did not end"
_SPACE = "result:"  # and a run's id: the key space of what its parts left
_PIECE = 6000  # characters; a key has at most 32,766 bytes in Elasticsearch


@dataclass(frozen=True, slots=True)
class Result:
    """How a part of a run ended. `error`: why it failed, None where it did not. `coverage`: of a fetch, by outlet."""

    part: str
    counts: dict[str, float] = field(default_factory=dict)  # as in Counts, and "seconds"
    coverage: tuple[Coverage, ...] = ()
    problems: tuple[str, ...] = ()
    error: str | None = None

    @property
    def step(self) -> str:
        """The step that it is a part of."""
        return self.part.partition(" ")[0]


def keep_result(store: Store, run: str, result: Result) -> None:
    """Keep how a part ended, in place of how its earlier try ended. Raises: StoreError."""
    text = dump_json(result).decode()
    pieces = [f"{at:09}{text[at : at + _PIECE]}" for at in range(0, len(text), _PIECE)]
    store.apply(Batch(keys=[(_SPACE + run, result.part, pieces)]))


def results_of(store: Store, run: str) -> tuple[list[Result], list[tuple[str, str]]]:
    """How the parts of a run ended, by name, and the keys under which they lie. Raises: StoreError."""
    space = _SPACE + run
    kept = list(store.all_keys(space))
    found = [load_json(Result, "".join(piece[9:] for piece in sorted(pieces))) for _, pieces in kept]
    return found, [(space, owner) for owner, _ in kept]


def forget_results(store: Store, before: datetime) -> None:
    """Drop what the parts of runs left that began before a time, or of which there is no record. Raises: StoreError."""
    spaces = [space for space in store.spaces() if space.startswith((_SPACE, COUNTS))]
    runs = store.get_many(Run, [space.partition(":")[2] for space in spaces])
    for space in spaces:
        run = runs.get(space.partition(":")[2])
        if run is None or run.started_at < before:
            store.apply(Batch(drop_keys=[(space, owner) for owner, _ in store.all_keys(space)]))


def summed_counts(results: Iterable[Result]) -> dict[str, dict[str, float]]:
    """Counts by step; parts that ran beside each other are added up, and of their seconds the longest stands."""
    sums: dict[str, dict[str, float]] = {}
    for result in results:
        of_step = sums.setdefault(result.step, dict.fromkeys(Counts().as_dict(), 0))
        for name, n in result.counts.items():
            of_step[name] = max(of_step.get(name, 0), n) if name == "seconds" else of_step.get(name, 0) + n
    return sums


def is_unfetched(coverage: Coverage) -> bool:
    """Whether an outlet could not be read at all; one that is merely silent could."""
    silent = coverage.reason is None or coverage.reason.startswith("silent")
    return not silent and not coverage.fetched and not coverage.unchanged


def whole_coverage(
    results: Iterable[Result], asked: Iterable[str], outlets: Mapping[str, Outlet]
) -> tuple[Coverage, ...]:
    """What each outlet gave, by id; one that should have been asked and of which nothing is known has a reason that
    says so."""
    found: dict[str, Coverage] = {}
    errors = []
    for result in results:
        if result.step == "fetch":
            found.update((c.outlet, c) for c in result.coverage)
            errors += [result.error] if result.error and not result.coverage else []
    why = f"{_NO_END}: {errors[0]}" if errors else _NO_END
    for id in asked:
        if id not in found and id in outlets:
            expected, name = outlets[id].expect.articles_per_day, outlets[id].name
            found[id] = Coverage(id, 0, 0, 0, 0, 0, why, expected, name)
    return tuple(found[id] for id in sorted(found))


def faults(results: Sequence[Result], coverage: Sequence[Coverage], steps: Sequence[str]) -> dict[str, str]:
    """Which of the steps failed, in their order, each with its reason. A step of which a part raised or left no word
    failed; fetching failed where no outlet could be read, or a crawl left no word of its outlets. A dead outlet beside
    living ones is no fault."""
    found: dict[str, str] = {}
    for step in steps:
        parts = [r for r in results if r.step == step]
        errors = [r.error for r in parts if r.error and not r.coverage]
        unread = [c for c in coverage if is_unfetched(c)] if step == "fetch" else []
        if unread and len(unread) == len(coverage):
            found[step] = f"{NOTHING_FETCHED}: {unread[0].outlet}: {unread[0].reason}"
        elif errors:
            found[step] = errors[0]
        elif lost := [f"{c.outlet}: {c.reason}" for c in unread if str(c.reason).startswith(_NO_END)]:
            found[step] = lost[0]
        elif len(parts) < _expected(parts):
            first = next(iter(found), None)
            found[step] = f"did not run after {first} failed" if first else "left no word: killed, or out of time"
    return found


def _expected(parts: Sequence[Result]) -> int:
    """How many parts there should be: as many as the parts themselves say, at least one."""
    told: list[Any] = [r.part.rpartition("/")[2] for r in parts if r.step != "fetch"]
    return max([1, *(int(n) for n in told if n.isdigit())])
