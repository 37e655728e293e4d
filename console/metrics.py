"""Counts, ages and durations that an operator alarms on, as OpenMetrics: on standard output, or served to a scraper.

Every scrape opens the store anew and reads a few counts and the newest records; none of it grows with the archive.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.app import known_errors, say, settings_of
from schemas.errors import CounterclaimError, UsageError

if TYPE_CHECKING:
    from prometheus_client.registry import CollectorRegistry

    from processing.pipeline.work import Work
    from schemas.records import Run
    from schemas.settings import Settings

__all__ = ["metrics", "register", "registry_of", "text"]

Row = tuple[tuple[str, ...], float]
Family = tuple[str, str, tuple[str, ...], Iterable[Row]]  # name, help, label names, rows


def _families(work: Work) -> Iterator[Family]:
    info = work.store.info()
    yield (
        "counterclaim_records",
        "Records in the store",
        ("kind",),
        [((kind,), n) for kind, n in sorted(info.counts.items())],
    )
    yield (
        "counterclaim_waiting",
        "Items that wait for a step",
        ("step",),
        [((step,), n) for step, n in sorted(info.waiting.items())],
    )
    yield from _desk(work)
    yield from _runs(work)
    yield (
        "counterclaim_outlet_newest_page_timestamp_seconds",
        "When an outlet last gave a new page",
        ("outlet",),
        list(_outlets(work)),
    )
    home = Path(work.home)
    if home.is_dir():
        yield (
            "counterclaim_home_free_bytes",
            "Free disk where archived pages lie",
            (),
            [((), shutil.disk_usage(home).free)],
        )


def _desk(work: Work) -> Iterator[Family]:
    from processing.store.protocol import Where
    from schemas.records import Alert, Delivery

    states = [(s, v) for s in ("open", "acknowledged") for v in ("high", "low")]
    counts = [
        ((s, v), float(work.store.count(Alert, Where("state", "=", s), Where("severity", "=", v)))) for s, v in states
    ]
    yield "counterclaim_alerts", "Alerts that somebody must see, by state and severity", ("state", "severity"), counts
    waiting = Where("sent_at", "=", None)
    yield (
        "counterclaim_notices_waiting",
        "Notices that no receiver took yet",
        (),
        [((), work.store.count(Delivery, waiting))],
    )
    oldest = next(iter(work.store.find(Delivery, waiting, order="created_at", limit=1)), None)
    age = max(0.0, (work.now() - oldest.created_at).total_seconds()) if oldest else 0.0
    yield "counterclaim_notices_oldest_seconds", "Age of the oldest notice that waits; 0: none waits", (), [((), age)]


def _runs(work: Work) -> Iterator[Family]:
    from schemas.records import Run

    recent = list(work.store.find(Run, order="-started_at", limit=50))
    newest: dict[str, Run] = {}
    for run in recent:
        if run.ended_at is not None:
            newest.setdefault(run.trigger, run)
    open_since = [((run.trigger,), run.started_at.timestamp()) for run in reversed(recent) if run.ended_at is None]
    yield (
        "counterclaim_run_unfinished_timestamp_seconds",
        "When the newest run that has no end began",
        ("trigger",),
        list(dict(open_since).items()),
    )
    yield from _ended(newest)
    yield from _steps(newest)


def _ended(newest: dict[str, Run]) -> Iterator[Family]:
    """The last finished run of each trigger as a whole."""

    def each(value: Callable[[Run], float]) -> list[Row]:
        return [((trigger,), value(run)) for trigger, run in newest.items()]

    by = ("trigger",)
    yield (
        "counterclaim_run_end_timestamp_seconds",
        "When the last finished run ended",
        by,
        each(lambda r: _stamp(r.ended_at)),
    )
    yield (
        "counterclaim_run_duration_seconds",
        "How long the last finished run took",
        by,
        each(lambda r: _stamp(r.ended_at) - r.started_at.timestamp()),
    )
    yield "counterclaim_run_errors", "Items that failed in the last finished run", by, each(lambda r: len(r.errors))
    yield (
        "counterclaim_run_failed_steps",
        "Steps that stopped in the last finished run; fetch also where nothing could be fetched",
        by,
        each(lambda r: len(r.failed)),
    )
    yield (
        "counterclaim_run_faulty_outlets",
        "Outlets that gave less than expected in the last finished run",
        by,
        [((t,), sum(c.reason is not None for c in r.outlets)) for t, r in newest.items() if r.outlets],
    )


def _steps(newest: dict[str, Run]) -> Iterator[Family]:
    """The steps of the last finished run of each trigger."""
    steps = [((t, name), step) for t, r in newest.items() for name, step in r.counts.items() if isinstance(step, dict)]
    took = [(labels, float(step["seconds"])) for labels, step in steps if "seconds" in step]
    yield (
        "counterclaim_step_duration_seconds",
        "How long a step took in the last finished run",
        ("trigger", "step"),
        took,
    )
    items = [
        ((*labels, what), float(step[what]))
        for labels, step in steps
        for what in ("done", "made", "failed", "rejected")
        if what in step
    ]
    yield "counterclaim_step_items", "Items of a step in the last finished run", ("trigger", "step", "what"), items


def _stamp(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def _outlets(work: Work) -> Iterator[Row]:
    from processing.store.protocol import Where
    from schemas.records import Page

    for id in work.outlets:
        page = next(iter(work.store.find(Page, Where("outlet", "=", id), order="-fetched_at", limit=1)), None)
        if page is not None:
            yield (id,), page.fetched_at.timestamp()


class _Collector:
    """Reads the store when it is asked. A store that cannot be read is `counterclaim_store_up 0`, and nothing else is
    told."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self.error: CounterclaimError | None = None

    def collect(self) -> Iterable[Any]:
        """The metric families of now."""
        from prometheus_client.core import GaugeMetricFamily

        from processing.pipeline.surroundings import open_work

        families: list[Family] = []
        self.error = None
        try:
            with open_work(self._settings) as work:
                families.extend(_families(work))
        except CounterclaimError as error:
            self.error, families = error, []
        families.append(
            (
                "counterclaim_store_up",
                "Whether the store and the configuration could be read",
                (),
                [((), float(self.error is None))],
            )
        )
        for name, about, labels, rows in families:
            family = GaugeMetricFamily(name, about, labels=labels)
            for values, value in rows:
                family.add_metric(values, value)
            yield family


def registry_of(settings: Settings) -> tuple[CollectorRegistry, _Collector]:
    """A registry that reads the store of these settings at each scrape. Raises UsageError where prometheus_client is
    missing."""
    try:
        from prometheus_client.registry import CollectorRegistry
    except ImportError as error:
        raise UsageError("metrics need prometheus_client: pip install 'counterclaim[metrics]'") from error
    registry, collector = CollectorRegistry(auto_describe=False), _Collector(settings)
    registry.register(collector)
    return registry, collector


def text(settings: Settings) -> tuple[str, CounterclaimError | None]:
    """All metrics in the OpenMetrics text format, and the error where the store could not be read."""
    registry, collector = registry_of(settings)
    from prometheus_client.openmetrics.exposition import generate_latest

    written: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
    return written.decode(), collector.error


@known_errors
def metrics(
    ctx: typer.Context,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Serve on this port until stopped; 0: a free one.")
    ] = None,
    bind: Annotated[str, typer.Option("--bind", help="Address to serve on.")] = "127.0.0.1",
) -> None:
    """Counts, ages and durations for monitoring (OpenMetrics), on standard output or served with --port."""
    settings = settings_of(ctx)
    if port is None:
        written, error = text(settings)
        typer.echo(written, nl=False)
        if error is not None:
            raise error
        return
    registry, _ = registry_of(settings)
    from prometheus_client import start_http_server

    try:
        server, thread = start_http_server(port, addr=bind, registry=registry)
    except OSError as error:
        raise UsageError(f"{bind}:{port}: {error.strerror}") from error
    say.print(f"metrics: http://{bind}:{server.server_port}/metrics")
    try:
        _until_stopped(thread)
    finally:
        server.shutdown()
        server.server_close()


def _until_stopped(thread: threading.Thread) -> None:
    while thread.is_alive():
        thread.join(1)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("metrics", rich_help_panel="Set up")(metrics)
