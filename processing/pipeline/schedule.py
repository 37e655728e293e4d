"""What a scheduler calls: the run in pieces that can each be repeated, and the long jobs: backfill, re-processing,
housekeeping.

Every function opens the store itself from the settings, so that it can run in a process of its own on any machine; what
goes in and out is small and plain (ids, counts). Airflow's DAGs only name these functions and the order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog

from processing.batches import in_batches
from processing.pipeline.coverage import fill_coverage
from processing.pipeline.expectations import tell_drifts
from processing.pipeline.fetch import LIMIT, fetch
from processing.pipeline.results import (
    Result,
    faults,
    forget_results,
    is_unfetched,
    keep_result,
    results_of,
    summed_counts,
    whole_coverage,
)
from processing.pipeline.run import STEPS, narrowed
from processing.pipeline.surroundings import load_topics, open_work
from processing.pipeline.topics import rematch_topics, tell_missing
from processing.pipeline.trouble import tell_trouble
from processing.pipeline.work import Counts, Report, Work, kept_counts
from processing.store import Batch, Where
from schemas.errors import ConfigError, CounterclaimError, StoreError, StoreLocked, StoreVersion, UsageError
from schemas.records import Article, Claim, Coverage, Finding, Page, Run, digest_id
from schemas.settings import load_settings
from spiders.outlet_files import load_outlets
from spiders.warc_remote import move_away, remove_archive

log = structlog.get_logger("counterclaim")

__all__ = [
    "begin",
    "breaking_topics",
    "cannot_heal",
    "fetch_outlets",
    "finish",
    "housekeeping",
    "late_notices",
    "outlet_batches",
    "reprocess",
    "run_id",
    "run_one_step",
    "send_due",
    "tell_trouble",
    "tidy_up",
]

Clock = Callable[[], datetime]
BEGIN = "begin"  # the first part of a run
_WAIT_SECONDS = 600.0  # how long a step waits for another run to let go of the store
_PAUSE = 5.0
_ROUNDS = 50  # of one outlet's crawls while it pages back, each to the limit of pages
_KEPT = timedelta(days=14)  # what the parts of a failed run left, so that its record can be made anew


def _now() -> datetime:
    return datetime.now(UTC)


def cannot_heal(error: BaseException) -> bool:
    """Whether trying again is useless: a wrong configuration or use, a store of another version."""
    return isinstance(error, ConfigError | UsageError | StoreVersion)


def outlet_batches(size: int = 8, *, breaking: bool = False, only: Sequence[str] = ()) -> list[list[str]]:
    """All outlets in batches of at most `size`, those of one country together; with `breaking` those that have feeds,
    with `only` these. At least one batch. Raises ConfigError, UsageError (unknown outlet)."""
    settings = load_settings()
    outlets = load_outlets(settings.outlets, shipped=settings.ship_outlets)
    if unknown := sorted(set(only) - set(outlets)):
        raise UsageError(f"no outlet {', '.join(unknown)}; there are {', '.join(sorted(outlets)) or 'none'}")
    ids = sorted(id for id, outlet in outlets.items() if (outlet.feeds or not breaking) and (id in only or not only))
    return list(in_batches(ids, size)) or [[]]


def breaking_topics() -> list[str]:
    """Names of the topics whose file says `breaking: true`. Raises ConfigError."""
    settings = load_settings()
    topics = load_topics(settings.topics, shipped=settings.ship_topics)
    return sorted(name for name, topic in topics.items() if topic.breaking)


@contextmanager
def _held(work: Work, owner: str, patience: float = _WAIT_SECONDS) -> Iterator[None]:
    """The run lock, waited for: steps take their work from queues that all runs share, so one is at work at a time.
    Raises StoreLocked."""
    until = time.monotonic() + patience
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(work.store.hold_run(owner, work.now()))
                break
            except StoreLocked:
                if time.monotonic() >= until:
                    raise
                time.sleep(_PAUSE)
        yield


def begin(key: str, trigger: str, *, now: Clock = _now) -> str:
    """The record of a new run, known by `key` (the scheduler's own id of it); returns its id. Repeating keeps the first
    record."""
    id = run_id(key)
    with _kept(id, BEGIN, now), open_work(load_settings(), now=now) as work:
        if not work.store.get_many(Run, [id]):
            work.store.apply(Batch(put=[Run(id, work.now(), None, trigger, {})]))
        with _held(work, trigger):
            rematch_topics(work)
        keep_result(work.store, id, Result(BEGIN))
    return id


def run_id(key: str) -> str:
    """The id of the run that a scheduler knows by this key."""
    return digest_id("run", key)


@contextmanager
def _kept(run: str, part: str, now: Clock) -> Iterator[None]:
    """An error of a part of a run is kept in the store, for the run's record; where the store is the trouble, it cannot
    be. The error goes on."""
    try:
        yield
    except BaseException as error:  # also the scheduler's time limit, which is no Exception
        found = error.result if isinstance(error, FetchTrouble) else None
        result = found or Result(part, error=f"{type(error).__name__}: {error}"[:2000])
        with suppress(CounterclaimError), open_work(load_settings(), now=now, files=({}, {})) as work:
            keep_result(work.store, run, result)
        raise


def fetch_outlets(
    run: str,
    outlets: Sequence[str],
    since: date | None = None,
    until: date | None = None,
    *,
    breaking: bool = False,
    topic: str | None = None,
    now: Clock = _now,
) -> dict[str, Any]:
    """Fetch a batch of outlets; returns counts and, by outlet, what it gave. `breaking`: only what feeds list on topics
    that are marked so; nothing is asked where no topic is. `topic`: only what is on it. Paging back to `since` goes on
    where an outlet has more pages than one crawl may fetch.

    One dead outlet is told in `coverage`; only where every outlet of the batch failed does the call fail, with
    FetchTrouble."""
    before, part = time.monotonic(), f"fetch {next(iter(outlets), '')}"
    with _kept(run, part, now), open_work(load_settings(), now=now, run=run) as work:
        work = _on_breaking_topics(work) if breaking else narrowed(work, topic)
        chosen = [id for id in outlets if id in work.outlets]
        counts, coverage = Counts(), list[Coverage]()
        if chosen:
            alone: AbstractContextManager[None] = (
                nullcontext() if work.store.is_shared else _held(work, f"fetch {chosen[0]} and {len(chosen) - 1} more")
            )
            with alone:
                counts, coverage = _fetch_all(work, chosen, since, until)
        for c in coverage:
            told: dict[str, Any] = {"new": c.fetched, "unchanged": c.unchanged, "failed": c.failed, "why": c.reason}
            log.info("outlet fetched", outlet=c.outlet, **{k: v for k, v in told.items() if v})
        result = _result(part, counts, before, coverage)
        if coverage and all(map(is_unfetched, coverage)):
            dead = "; ".join(f"{c.outlet}: {c.reason}" for c in coverage[:5])
            raise FetchTrouble(f"every outlet of the batch failed: {dead}", result)
        keep_result(work.store, run, result)
    return {"counts": counts.as_dict(), "coverage": [asdict(c) for c in coverage], "problems": counts.problems[:50]}


def _fetch_all(
    work: Work, outlets: Sequence[str], since: date | None, until: date | None
) -> tuple[Counts, list[Coverage]]:
    """As `fetch`, and again for outlets that a limit of pages stopped while they page back, until they end."""
    counts, found = fetch(work, outlets, since, until)
    coverage = {c.outlet: c for c in found}
    for _ in range(_ROUNDS if since else 0):
        more = [c.outlet for c in coverage.values() if (c.reason or "").startswith(LIMIT) and c.fetched]
        if not more:
            break
        again, found = fetch(work, more, since, until)
        counts.add(again)
        for c in found:
            before = coverage[c.outlet]
            numbers = {name: getattr(before, name) + getattr(c, name) for name in ("fetched", "unchanged", "failed")}
            ended = c.reason is None or c.reason.startswith("silent") or c.fetched
            coverage[c.outlet] = replace(c, **numbers) if ended else replace(before, **numbers)
    return counts, list(coverage.values())


def _result(part: str, counts: Counts, before: float, coverage: Sequence[Coverage] = ()) -> Result:
    """What a part did since `before`, as it is kept."""
    numbers = {**counts.as_dict(), "seconds": round(time.monotonic() - before, 2)}
    return Result(part, numbers, tuple(coverage), tuple(p[:2000] for p in counts.problems[:50]))


def _on_breaking_topics(work: Work) -> Work:
    """For the hourly run: feeds alone, and of them what a breaking topic's words are in; no outlets where no topic is
    breaking."""
    topics = {name: topic for name, topic in work.topics.items() if topic.breaking}
    outlets = {
        id: o.model_copy(update={"sitemaps": (), "sections": ()})
        for id, o in work.outlets.items()
        if o.feeds and topics
    }
    filtered = work.settings.fetch.model_copy(update={"topic_filter": "before"})
    return replace(work, topics=topics, outlets=outlets, settings=work.settings.model_copy(update={"fetch": filtered}))


def _batches_told() -> Report:
    """Logs a line a batch: how many of a step's items are done, and how long the batch took."""
    last = [time.monotonic()]

    def tell(step: str, done: int, total: int) -> None:
        now, before = time.monotonic(), last[0]
        last[0] = now
        if done:
            log.info("batch done", step=step, done=done, of=total, seconds=round(now - before, 2))

    return tell


class FetchTrouble(CounterclaimError):
    """A crawl whose statistics say that nothing at all could be fetched. `result`: what its outlets gave, and why."""

    def __init__(self, message: str, result: Result):
        super().__init__(message)
        self.result = replace(result, error=message)


def run_one_step(run: str, name: str, part: tuple[int, int] = (0, 1), *, now: Clock = _now) -> dict[str, Any]:
    """One step on all that is pending, or on one part of so many; what it counts outlives a try that is killed.

    Parts run beside each other without the run lock: only for claims, of which each article has its own, and where the
    store is shared. Raises KeyError for no step's name, StoreError."""
    before = time.monotonic()
    named = f"{name} {part[0]}/{part[1]}"
    with (
        _kept(run, named, now),
        open_work(load_settings(), now=now, run=run, report=_batches_told()) as work,
        ExitStack() as stack,
    ):
        if part[1] == 1:
            stack.enter_context(_held(work, f"step {name}"))
        counts = STEPS[name](replace(work, attempt=uuid4().hex, part=part))
        result = _result(named, counts, before)
        keep_result(work.store, run, result)
    return {"step": name, **result.counts, "problems": list(result.problems)}


DAILY = "airflow: daily"  # how the daily run is called in its record
_HANGS = timedelta(hours=4)  # a run that has no end for so long is told of
_LATE = timedelta(hours=26)  # so long after the last daily run began the next should have ended


def late_notices(runs: Sequence[Run], now: datetime) -> list[tuple[str, str, str]]:
    """What is late among the newest runs: (key, subject, body) of each notice; a run or a day has one key. Pure."""
    found = []
    for run in runs:
        if run.ended_at is None and now - run.started_at > _HANGS:
            since = f"{run.started_at:%Y-%m-%d %H:%M} UTC"
            found.append(
                (
                    f"hangs:{run.id}",
                    f"{run.trigger}: the run of {since} has no end",
                    f"run {run.id} was begun at {since} and has not ended",
                )
            )
    ended = [run for run in runs if run.trigger == DAILY and run.ended_at is not None]
    if ended and now - max(run.started_at for run in ended) > _LATE:
        last = f"{max(run.started_at for run in ended):%Y-%m-%d %H:%M} UTC"
        found.append(
            (f"late:{now.date()}", "the daily run is late", f"the last daily run that ended was begun at {last}")
        )
    return found


def send_due(*, now: Clock = _now) -> dict[str, Any]:
    """Notices of runs that hang or are late, the day's brief into the outbox of each receiver whose time has come, then
    every notice that is due to its receiver. Repeatable."""
    with open_work(load_settings(), now=now) as work:
        late = late_notices(
            list(work.store.find(Run, Where("started_at", ">=", work.now() - timedelta(days=14)))), work.now()
        )
    for notice in late:
        tell_trouble(*notice, now=now)
    with open_work(load_settings(), now=now) as work, _held(work, "brief"):
        counts = STEPS["notify"](work)
    return {**counts.as_dict(), "problems": counts.problems[:50]}


def finish(run: str, asked: Sequence[str] = (), *, trigger: str = "", now: Clock = _now) -> Run:
    """Write what the run did into its record, from what its parts left in the store, and tell of outlets that gave
    nothing and of a run that failed; returns the record, whose `failed` names the steps that failed.

    `asked`: the outlets that the run was to fetch. May be repeated, also after failed parts were tried again. Raises:
    ConfigError, StoreError."""
    with open_work(load_settings(), now=now, run=run) as work:
        results, owners = results_of(work.store, run)
        before = work.store.get_many(Run, [run]).get(run) or Run(run, work.now(), None, trigger, {})
        if before.ended_at is not None and not results:
            return before  # told already
        coverage, unread = fill_coverage(work, whole_coverage(results, asked, work.outlets))
        counts: dict[str, Any] = dict(summed_counts(results))
        kept, counted = kept_counts(work.store, run)
        for name, sums in kept.items():  # what killed tries had done counts too
            counts[name] = {**counts.get(name, {}), **sums}
        if unread:
            counts.setdefault("claims", Counts().as_dict())["unread"] = unread
        failed = faults(results, coverage, (BEGIN, "fetch", *STEPS))
        for name in {BEGIN, *failed} & counts.keys():
            if not any(counts[name].values()):
                del counts[name]
        stopped = (f"{name}: {why}" for name, why in failed.items())
        drifts, unknown = _drifts(work) if coverage else ([], [])
        errors = (*stopped, *(p for r in results for p in r.problems), *tell_missing(work), *drifts, *unknown)
        record = replace(
            before, ended_at=work.now(), counts=counts, outlets=coverage, errors=errors, failed=tuple(failed)
        )
        # of a run that failed they stay, for the record is made anew after its parts were tried again
        work.store.apply(Batch(put=[record], drop_keys=[] if failed else [*owners, *counted]))
    if dead := [f"{c.outlet}: {c.reason}" for c in coverage if c.reason]:
        tell_trouble(f"{run}:outlets", f"{len(dead)} outlets gave less than expected", "\n".join(dead), now=now)
    if drifts:
        told = "\n".join(drifts)
        tell_trouble(f"{run}:drift", f"{len(drifts)} changes in what outlets give", told, now=now)
    if failed:
        told = "\n".join(f"{name}: {why}" for name, why in failed.items())
        tell_trouble(f"{run}:failed", f"{record.trigger}: {', '.join(failed)} failed", f"run {run}\n{told}", now=now)
    return record


def _drifts(work: Work) -> tuple[list[str], list[str]]:
    """What `tell_drifts` tells, and why it could not be told: a store of which a part cannot be read must not keep the
    run's record from being written."""
    try:
        return tell_drifts(work), []
    except StoreError as error:
        return [], [f"how the outlets differ from their ordinary days is not known: {error}"]


def reprocess(run: str, start: date, end: date, *, alerts: bool = False, now: Clock = _now) -> dict[str, Any]:
    """Read the claims of all articles published from `start` to `end` (days, both included) again with today's rules,
    then figures and findings; returns what changed. Alerts are decided only where `alerts` is true; else what changed
    waits for no one."""
    if end < start:
        raise UsageError(f"the range ends ({end}) before it begins ({start})")
    with open_work(load_settings(), now=now, run=run) as work, _held(work, f"reprocess {start} to {end}"):
        articles = [
            a.id
            for a in work.store.find(
                Article,
                Where("published", ">=", _midnight(start)),
                Where("published", "<", _midnight(end) + timedelta(days=1)),
            )
        ]
        before = _snapshot(work)
        work.store.apply(Batch(enqueue=[("claims", id) for id in articles]))
        for name in ("claims", "figures", "compare"):
            STEPS[name](work)
        if alerts:
            STEPS["alert"](work)
        else:
            work.store.apply(Batch(done=[("alert", item) for item in work.store.queued("alert", 100_000)]))
        after = _snapshot(work)
    report: dict[str, Any] = {"articles": len(articles)}
    for name in before:
        old, new = before[name], after[name]
        report[name] = {
            "before": len(old),
            "after": len(new),
            "gone": len(old - new),
            "new": len(new - old),
            "examples": sorted(new ^ old)[:20],
        }
    return report


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _snapshot(work: Work) -> dict[str, set[str]]:
    claims = {f"{c.id} {c.text} {c.source or c.outlet_name}" for c in work.store.find(Claim)}
    findings = {f"{f.id} {f.finding}" for f in work.store.find(Finding) if f.severity}
    return {"claims": claims, "findings": findings}


def housekeeping(*, keep_days: int | None = None, now: Clock = _now) -> dict[str, Any]:
    """Remove archived pages older than `keep_days` (None: keep all), and let the store tidy up; returns what was done.

    A WARC file goes when every page in it is older; the pages' rows stay, with no bytes behind them.
    """
    with open_work(load_settings(), now=now) as work, _held(work, "housekeeping"):
        return tidy_up(work, keep_days)


def _archives(folder: Path) -> list[Path]:
    """The archives of a folder, those too that moved to a storage."""
    here, notes = folder.rglob("*.warc.gz"), folder.rglob("*.warc.gz.url")
    return sorted({*here, *(note.with_suffix("") for note in notes)})


def _written(archive: Path) -> datetime:
    """When an archive, or the note of where it lies, was written last."""
    path = archive if archive.is_file() else archive.with_name(f"{archive.name}.url")
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _move_archives(work: Work) -> int:
    """Move archives that are no longer written to the storage of the settings; how many. Raises: MachineError."""
    storage, limit = work.settings.archive_url, work.now() - timedelta(days=work.settings.archive_days)
    if storage is None:
        return 0
    moved = 0
    for folder in ("warc", "pages"):
        for file in sorted((Path(work.home) / folder).rglob("*.warc.gz")):
            if _written(file) < limit:
                move_away(file, Path(work.home), storage)
                moved += 1
    return moved


def tidy_up(work: Work, keep_days: int | None) -> dict[str, Any]:
    """See `housekeeping`; for who holds the store. Raises: StoreError, OSError."""
    removed, freed = 0, 0
    moved = _move_archives(work)
    if keep_days is not None:
        limit = work.now() - timedelta(days=keep_days)
        young = {p.warc_path for p in work.store.find(Page, Where("fetched_at", ">=", limit)) if p.warc_path}
        waiting = {p.warc_path for p in work.store.get_many(Page, work.store.queued("clean", 100_000)).values()}
        for folder in ("warc", "pages"):
            for file in _archives(Path(work.home) / folder):
                name = file.relative_to(work.home).as_posix()
                if name not in young | waiting and _written(file) < limit:
                    freed += remove_archive(file)
                    removed += 1
    forget_results(work.store, work.now() - _KEPT)
    info = work.store.info()
    return {
        "archives_moved": moved,
        "store": work.store.tidy(),
        "archives_removed": removed,
        "bytes_freed": freed,
        "records": dict(info.counts),
        "waiting": dict(info.waiting),
    }
