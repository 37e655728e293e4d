"""Commands that run the pipeline: demo, run, fetch, ingest."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.app import Json, day, fail_with, known_errors, open_work, out, print_json, say, settings_of, styled
from processing.store.protocol import Where
from schemas.errors import ConfigError, CounterclaimError, RunStopped, StoreLocked, StoreVersion, UsageError
from schemas.records import Alert, Run

if TYPE_CHECKING:
    from processing.pipeline.work import Work
    from schemas.settings import Settings

__all__ = ["register"]

_PROBLEMS = 20  # named after a run; all of them are in the store
Since = Annotated[str | None, typer.Option("--since", help="Page back to this day, such as 2025-01-22.")]
Until = Annotated[str | None, typer.Option("--until", help="Leave out what outlets date after this day.")]
Outlets = Annotated[list[str] | None, typer.Option("--outlet", help="Only this outlet (gb/bbc); can be repeated.")]


def unread_line(languages: Mapping[str, int]) -> str | None:
    """ "14 German and 2 Korean articles were not read: ..." from counts by language code; None where all were read."""
    from processing.brief.record import language_name

    if not languages:
        return None
    parts = [f"{n:,} {language_name(code) if code else 'other'}" for code, n in languages.items()]
    many = "article was" if sum(languages.values()) == 1 else "articles were"
    return (
        f"{' and '.join(filter(None, (', '.join(parts[:-1]), parts[-1])))} {many} kept and can be searched, "
        f"but not read for claims"
    )


def unread_of(runs: Iterable[Run]) -> dict[str, int]:
    """Articles that runs did not read, by language code, the commonest first."""
    total: Counter[str] = Counter()
    for run in runs:
        total.update(run.counts.get("claims", {}).get("unread", {}))
    return dict(total.most_common())


def second_reader_line(run: Run) -> str | None:
    """What the second reader was asked in a run and what came of it; None where nothing was asked or remembered."""
    step = run.counts.get("alert", {})
    names = ("asked", "answered", "unanswered", "unasked", "remembered", "silenced")
    told = {name: int(step.get(name, 0)) for name in names}
    if not (told["asked"] or told["unasked"] or told["remembered"]):
        return None
    parts = [f"{told['asked']:,} asked, {told['answered']:,} answered"]
    parts += [f"{told['unanswered']:,} without an answer"] if told["unanswered"] else []
    parts += [f"{told['unasked']:,} not asked"] if told["unasked"] else []
    parts += [f"{told['remembered']:,} remembered"] if told["remembered"] else []
    n = told["silenced"]
    return f"second reader: {', '.join(parts)}; {n:,} contradiction{'' if n == 1 else 's'} not alerted"


def what_was_done(run: Run) -> str:
    """A run's work in one line: new pages, articles, claims, alerts, seconds; "nothing new" where there was none."""
    names = (("fetch", "page"), ("clean", "article"), ("claims", "claim"), ("alert", "alert"), ("notify", "notice"))
    made = [(run.counts.get(step, {}).get("made", 0), name) for step, name in names]
    told = ", ".join(f"{n:,} {name}{'' if n == 1 else 's'}" for n, name in made if n)
    seconds = sum(
        step.get("seconds", 0) for step in run.counts.values()
    )  # of work: the clock stands still in the sample newsroom
    return f"{'new: ' + told if told else 'nothing new'} in {seconds:.0f} s"


def how_it_ended(run: Run) -> str | None:
    """How a run ended that did not end well: "stopped by an error: ...", "did not end"; else None."""
    if run.stopped is not None:
        return f"stopped by an error: {run.stopped}"
    return None if run.ended_at else "did not end"


def show_run(run: Run, *, as_json: bool = False) -> int:
    """Print what a run did; returns how many items or outlets failed."""
    failed: int = sum(step.get("failed", 0) for step in run.counts.values())
    dead = [c for c in run.outlets if c.reason]
    if as_json:
        print_json(run)
        return failed + len(dead)
    out.print(styled("{what}  [dim]run {id}[/]", what=what_was_done(run), id=run.id))
    if unread := unread_line(unread_of([run])):
        out.print(unread, style="dim")
    if line := second_reader_line(run):
        out.print(line, style="dim")
    told = [f"{c.outlet}: {c.reason}" for c in dead]
    problems = told + [problem for problem in run.errors if problem not in told]
    for problem in problems[:_PROBLEMS]:
        say.print(f"  {problem}", style="yellow", soft_wrap=True)
    if len(problems) > _PROBLEMS:
        say.print(f"  … and {len(problems) - _PROBLEMS} more: counterclaim runs show {run.id}", style="yellow")
    return failed + len(dead)


@known_errors
def run(
    ctx: typer.Context,
    topic: Annotated[str | None, typer.Option("--topic", help="Fetch only what is on this topic.")] = None,
    outlet: Outlets = None,
    since: Since = None,
    until: Until = None,
    no_fetch: Annotated[
        bool, typer.Option("--no-fetch", help="Only what is there already: ingested or fetched before.")
    ] = False,
    as_json: Json = False,
) -> None:
    """The daily job: fetch, clean, dedup, stories, claims, figures, compare, alert, notify; then the new alerts."""
    from console.alerts import show_alerts
    from console.findings import show_silent
    from console.progress import steps_shown
    from processing.pipeline.run import run_daily

    if not no_fetch:
        _refuse_newsroom(ctx)
    with trouble_told(settings_of(ctx)), steps_shown() as report, open_work(ctx, report=report) as work:
        started = work.now()
        result = run_daily(
            work, outlet or None, day(since, "--since"), day(until, "--until"), topic=topic, fetching=not no_fetch
        )
        failed = show_run(result, as_json=as_json)
        if not as_json:
            show_alerts(work, since=started)
            show_silent(work)
    if result.failed:
        _tell_failed(settings_of(ctx), result)
        raise typer.Exit(RunStopped.exit_code)
    fail_with(failed)


def _tell_failed(settings: Settings, run: Run) -> None:
    from processing.pipeline.trouble import tell_trouble

    body = "\n".join([f"run {run.id}", *run.errors[:_PROBLEMS]])
    tell_trouble(f"{run.id}:failed", f"{run.trigger}: {', '.join(run.failed)} failed", body, settings=settings)


@contextmanager
def trouble_told(settings: Settings) -> Iterator[None]:
    """A step that stops a run is told to receivers with `trouble = true`, and ends the command with a code of its own.
    Raises RunStopped; wrong use, a store that another run holds and one of another version, where no step began, keep
    their own code (of these only the last is told)."""
    from processing.pipeline.trouble import tell_trouble

    try:
        yield
    except (ConfigError, UsageError, StoreLocked):
        raise
    except CounterclaimError as error:
        tell_trouble(f"stopped:{datetime.now(UTC):%Y-%m-%dT%H:%M}", "the run stopped", str(error), settings=settings)
        if isinstance(error, StoreVersion):
            raise
        raise RunStopped(str(error)) from error


@known_errors
def fetch(
    ctx: typer.Context,
    outlet: Outlets = None,
    since: Since = None,
    until: Until = None,
    lift_pauses: Annotated[
        bool, typer.Option("--lift-pauses", help="Ask outlets also that wanted to be left alone until later.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fetch what is new from the outlets, politely."""
    from console.progress import steps_shown
    from processing.pipeline.fetch import fetch as fetch_pages

    _refuse_newsroom(ctx)
    with steps_shown() as report, open_work(ctx, report=report) as work, work.store.hold_run("step fetch", work.now()):
        counts, coverage = fetch_pages(
            work, outlet or None, day(since, "--since"), day(until, "--until"), lift_pauses=lift_pauses
        )
    for c in coverage:
        if as_json:
            print_json(c)
        else:
            out.print(f"{c.outlet}: {c.fetched} fetched, {c.unchanged} unchanged, {c.failed} failed", end=" ")
            out.print(styled("[yellow]{why}[/]", why=c.reason or ""))
    for problem in counts.problems:
        say.print(f"  {problem}", style="yellow", soft_wrap=True)
    fail_with(counts.failed + sum(c.reason is not None for c in coverage))


@known_errors
def ingest(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files or folders: HTML, WARC, JSON lines, each also gzipped.")],
    as_json: Json = False,
) -> None:
    """Take articles that are on disk already; then `counterclaim run --no-fetch`."""
    from console.progress import steps_shown
    from processing.pipeline.ingest import ingest as ingest_paths

    with steps_shown() as report, open_work(ctx, report=report) as work, work.store.hold_run("ingest", work.now()):
        counts = ingest_paths(work, paths)
    if as_json:
        print_json({**counts.as_dict(), "problems": counts.problems})
    else:
        out.print(
            f"ingest: {counts.made} new pages of {counts.done} records, {counts.failed} bad; next: counterclaim "
            f"run --no-fetch"
        )
        for problem in counts.problems[:50]:
            say.print(f"  {problem}", style="yellow", soft_wrap=True)
    fail_with(counts.failed)


@known_errors
def demo(
    ctx: typer.Context,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Redraws wording, names, numbers, order and outlets of the same plan.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """The sample newsroom: eight outlets on loopback, several days, every kind of contradiction; no internet needed."""
    from console.alerts import show_alerts, show_followed
    from console.findings import show_silent
    from console.progress import steps_shown
    from demo.run import run_newsroom

    home, store = settings_of(ctx).home, settings_of(ctx).store

    def tell(line: str) -> None:
        say.print(line, style="dim")

    with steps_shown() as report:
        result = run_newsroom(home, seed, tell, report=report, store=store)
    if as_json:
        for one in result.runs:
            print_json(one)
        return
    with open_work_of(result) as work:
        out.print()
        show_alerts(work)
        show_silent(work)
        show_followed(work)
        _show_coverage(work, result.runs)
        _next_steps(work, home)


def _show_coverage(work: Work, runs: list[Run]) -> None:
    """What was not had or not read, where there is something."""
    silent = {c.outlet: c.reason for c in runs[-1].outlets if c.reason}
    unread = unread_line(unread_of(runs))
    if silent or unread:
        out.rule("what was not had", align="left")
    for outlet, why in silent.items():
        name = work.outlets[outlet].name if outlet in work.outlets else outlet
        out.print(styled("[yellow]{name}[/] ({outlet}) {why}", name=name, outlet=outlet, why=why))
    if unread:
        out.print(unread)
    if silent or unread:
        out.print()


def open_work_of(result: Any) -> Any:
    """The demo's own store, outlets and topics."""
    from processing.pipeline.surroundings import open_work as make

    return make(result.settings, now=lambda: _last(result.runs))


def _last(runs: list[Run]) -> datetime:
    return max(r.ended_at or r.started_at for r in runs)


def command_name() -> str:
    """How to call this command again from here: its name where that finds it, else the path that it was called by."""
    given = sys.argv[0]
    found = shutil.which("counterclaim")
    same = found is not None and Path(found).resolve() == Path(given).resolve()
    return "counterclaim" if same or Path(given).name != "counterclaim" else given


def _finds_itself(home: Path) -> bool:
    """Whether a command without options works on that home: configuration or environment name it."""
    from schemas.settings import load_settings

    return load_settings().home.resolve() == home.resolve()


def _refuse_newsroom(ctx: typer.Context) -> None:
    """Real outlets are kept out of the sample newsroom's store. Raises UsageError."""
    home = settings_of(ctx).home
    if (home / "newsroom.json").exists():
        raise UsageError(
            f"{home} holds the sample newsroom; real outlets go to a home of their own: counterclaim --home FOLDER "
            f"run, or delete the counterclaim.toml that `make run` left here"
        )


def _next_steps(work: Work, home: Path) -> None:
    from console.ids import short_ids
    from schemas.settings import load_settings

    out.rule("next", align="left")
    first = min(
        work.store.find(Alert, Where("state", "=", "open")),
        key=lambda a: (a.severity != "high", -a.raised_at.timestamp()),
        default=None,
    )
    id = short_ids(work.store, Alert, [first.id])[first.id] if first else "ID"
    me = command_name()
    here = me if _finds_itself(home) else f"{me} --home {home}"
    own = f"sqlite:{home / 'counterclaim.db'}"
    store = work.settings.store or own
    if store != own and load_settings().store != store:
        here += f" --store {store}"
    rows = [
        ("The web page", f"{here} serve"),
        ("One alert, whole", f"{here} show {id}"),
        ("Say what came of it", f"{here} alerts ack {id}"),
        ("Search all articles", f"{here} search flood"),
        ("Real outlets", f"{me} outlets list, then {me} outlets check gb/bbc, then {me} --home FOLDER run"),
        ("An outlet of your own", f"{me} outlets add https://www.example.com"),
        ("A text of your own", f"{me} claims FILE --explain"),
        ("Where the data lies", f"{home}: the store counterclaim.db, the pages as they came in warc/")
        if store == own
        else ("Where the data lies", f"the store {store}; the pages as they came in {home}/warc/"),
    ]
    for name, line in rows:
        out.print(styled("[dim]{name}[/]{line}", name=f"{name:<22}", line=line), soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("demo", rich_help_panel="Start")(demo)
    app.command("run", rich_help_panel="Start")(run)
    app.command("fetch", rich_help_panel="Steps")(fetch)
    app.command("ingest", rich_help_panel="Start")(ingest)
