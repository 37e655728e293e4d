"""The daily run: every step in turn, as one recorded run. By hand and by schedule the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from time import monotonic
from typing import Any

import structlog

from processing.pipeline.articles import clean, dedup, stories
from processing.pipeline.claims import claims
from processing.pipeline.coverage import fill_coverage
from processing.pipeline.expectations import tell_drifts
from processing.pipeline.fetch import fetch
from processing.pipeline.figures import alert, compare, figures
from processing.pipeline.notices import notify
from processing.pipeline.results import NOTHING_FETCHED, is_unfetched
from processing.pipeline.topics import rematch_topics, tell_missing
from processing.pipeline.work import Counts, Work
from processing.raised import one_line
from processing.store import Batch
from schemas.errors import CounterclaimError, UsageError
from schemas.records import STOPPED, Coverage, Run, digest_id
from spiders.outlet_files import refuse_unknown

__all__ = ["STEPS", "begin_run", "narrowed", "run_daily", "run_step"]

log = structlog.get_logger("counterclaim")

STEPS: Mapping[str, Callable[[Work], Counts]] = {
    "clean": clean,
    "dedup": dedup,
    "stories": stories,
    "claims": claims,
    "figures": figures,
    "compare": compare,
    "alert": alert,
    "notify": notify,
}  # in the order in which they run, after fetch


@dataclass(slots=True)
class _Done:
    """What a run did so far. `at`: the step that it is at, "begin" before the first."""

    counts: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    at: str = "begin"


def begin_run(work: Work, trigger: str) -> tuple[Work, Run]:
    """A new run's record, stored, and the surroundings that carry its id. Ids differ between runs of one second."""
    started = work.now()
    run = Run(digest_id("run", started.isoformat(), trigger, monotonic()), started, None, trigger, {})
    work.store.apply(Batch(put=[run]))
    return replace(work, run=run.id), run


def _timed(name: str, step: Callable[[], Counts], counts: dict[str, Any], errors: list[str]) -> Counts:
    before = monotonic()
    done = step()
    counts[name] = {**done.as_dict(), "seconds": round(monotonic() - before, 2)}
    errors.extend(done.problems)
    for problem in done.problems:
        log.warning("item failed", step=name, problem=problem)
    log.info("step done", step=name, **counts[name])
    return done


def narrowed(work: Work, topic: str | None) -> Work:
    """For fetching: one topic only (None: all as it is), its articles told by feed titles before and by their text
    after fetching."""
    if topic is None:
        return work
    if topic not in work.topics:
        raise UsageError(f"no topic {topic!r}; there are {', '.join(sorted(work.topics)) or 'none'}")
    fetch_settings = work.settings.fetch.model_copy(update={"topic_filter": "after"})
    return replace(
        work, topics={topic: work.topics[topic]}, settings=work.settings.model_copy(update={"fetch": fetch_settings})
    )


def run_daily(
    work: Work,
    outlets: Sequence[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    *,
    topic: str | None = None,
    fetching: bool = True,
    trigger: str = "by hand",
) -> Run:
    """Fetch, clean, dedup, stories, claims, figures, compare, alert, notify; returns the run's record, which is stored.

    `outlets`: ids, None for all. Not `fetching`: only what is there already.
    The record's `failed` names the step that stopped it, or "fetch" where no outlet could be read.
    A run that was cut off leaves its work on the store's queues, and the next one goes on with it.
    Raises: UsageError (unknown outlet or topic), StoreLocked (another run is at work), StoreError.
    """
    refuse_unknown(outlets or (), work.outlets)
    chosen = narrowed(work, topic)
    with work.store.hold_run(trigger, work.now()):
        work, run = begin_run(work, trigger)
        structlog.contextvars.bind_contextvars(run=run.id)
        done = _Done()
        fetching_step = partial(_fetch, done, replace(chosen, run=work.run), outlets, since, until)
        try:
            _all_steps(work, done, fetching_step if fetching else None)
        except BaseException as error:
            done.failed.append(done.at)
            done.errors.append(STOPPED + f"{done.at}: {one_line(error, kind=True)}")
            with suppress(CounterclaimError):  # the store may be the trouble, and the error that told it goes on
                _end(work, run, done)
            raise
        finally:
            structlog.contextvars.unbind_contextvars("run")
        return _end(work, run, done)


def _fetch(done: _Done, work: Work, outlets: Sequence[str] | None, since: date | None, until: date | None) -> Counts:
    """The step of fetching; what each outlet gave goes to `done`."""
    counts, found = fetch(work, outlets, since, until)
    done.coverage.extend(found)
    return counts


def _all_steps(work: Work, done: _Done, fetching: Callable[[], Counts] | None) -> None:
    """Every step in turn, with what it did in `done`. `fetching`: the first step; None: only what is there already."""
    steps = {"fetch": fetching} if fetching is not None else {}
    steps |= {name: partial(step, work) for name, step in STEPS.items()}
    rematch_topics(work)
    done.errors.extend(tell_missing(work))
    for name, step in steps.items():
        done.at = name
        _timed(name, step, done.counts, done.errors)
        if name == "claims" and fetching is not None:
            done.errors.extend(tell_drifts(work))
        if name == "fetch" and done.coverage and all(map(is_unfetched, done.coverage)):
            done.failed.append(name)
            done.errors.append(NOTHING_FETCHED)


def _end(work: Work, run: Run, done: _Done) -> Run:
    """The run's record with what it did, stored. Raises: StoreError."""
    filled, unread = fill_coverage(work, done.coverage)
    if unread:
        done.counts.setdefault("claims", Counts().as_dict())["unread"] = unread
    errors, failed = tuple(done.errors), tuple(done.failed)
    run = replace(run, ended_at=work.now(), counts=done.counts, outlets=filled, errors=errors, failed=failed)
    work.store.apply(Batch(put=[run]))
    return run


def run_step(work: Work, name: str, *, started: datetime | None = None) -> Counts:
    """One step on what is pending, under the run lock. Raises: StoreLocked, StoreError, KeyError for no step's name."""
    with work.store.hold_run(f"step {name}", started or work.now()):
        if name == "figures":
            rematch_topics(work)
        return STEPS[name](work)
