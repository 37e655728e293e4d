"""Commands that run the pipeline: demo, run, fetch, ingest."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from console.app import day, fail_with, known_errors, open_work, out, print_json, say, settings_of, styled
from schemas.records import Alert, Run

__all__ = ["register"]

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Since = Annotated[str | None, typer.Option("--since", help="Page back to this day, such as 2025-01-22.")]
Outlets = Annotated[list[str] | None, typer.Option("--outlet", help="Only this outlet (gb/bbc); can be repeated.")]


def show_run(run: Run, *, as_json: bool = False) -> int:
    """Print what a run did; returns how many items or outlets failed."""
    failed: int = sum(step.get("failed", 0) for step in run.counts.values())
    dead = [c for c in run.outlets if c.reason]
    if as_json:
        print_json(run)
        return failed + len(dead)
    steps = ", ".join(f"{name} {step['made'] if step['made'] else step['done']}" for name, step in run.counts.items() if step["done"] or step["made"])
    out.print(styled("[dim]run {id}:[/] {steps}", id=run.id, steps=steps or "nothing was pending"))
    unread = sum(c.unread for c in run.outlets)
    if unread:
        out.print(styled("[dim]{n} articles in languages that are not read[/]", n=unread))
    for c in dead:
        out.print(styled("[yellow]{outlet}: {why}[/]", outlet=c.outlet, why=c.reason))
    for problem in run.errors[:20]:
        say.print(f"  {problem}", style="yellow", soft_wrap=True)
    if len(run.errors) > 20:
        say.print(f"  … and {len(run.errors) - 20} more: counterclaim runs show {run.id}", style="yellow")
    return failed + len(dead)


@known_errors
def run(
    ctx: typer.Context,
    topic: Annotated[str | None, typer.Option("--topic", help="Fetch only what is on this topic.")] = None,
    outlet: Outlets = None,
    since: Since = None,
    no_fetch: Annotated[bool, typer.Option("--no-fetch", help="Only what is there already: ingested or fetched before.")] = False,
    as_json: Json = False,
) -> None:
    """The daily job: fetch, clean, dedup, stories, claims, figures, compare, alert, notify; then the new alerts."""
    from console.alerts import show_alerts
    from console.progress import steps_shown
    from processing.pipeline.run import run_daily

    with steps_shown() as report, open_work(ctx, report=report) as work:
        started = work.now()
        result = run_daily(work, outlet or None, day(since, "--since"), topic=topic, fetching=not no_fetch)
        failed = show_run(result, as_json=as_json)
        if not as_json:
            show_alerts(work, since=started)
    fail_with(failed)


@known_errors
def fetch(ctx: typer.Context, outlet: Outlets = None, since: Since = None, as_json: Json = False) -> None:
    """Fetch what is new from the outlets, politely."""
    from console.progress import steps_shown
    from processing.pipeline.fetch import fetch as fetch_pages

    with steps_shown() as report, open_work(ctx, report=report) as work, work.store.hold_run("step fetch", work.now()):
        counts, coverage = fetch_pages(work, outlet or None, day(since, "--since"))
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
    ctx: typer.Context, paths: Annotated[list[Path], typer.Argument(help="Files or folders: HTML, WARC, JSON lines, each also gzipped.")], as_json: Json = False
) -> None:
    """Take articles that are on disk already; then `counterclaim run --no-fetch`."""
    from console.progress import steps_shown
    from processing.pipeline.ingest import ingest as ingest_paths

    with steps_shown() as report, open_work(ctx, report=report) as work, work.store.hold_run("ingest", work.now()):
        counts = ingest_paths(work, paths)
    if as_json:
        print_json({**counts.as_dict(), "problems": counts.problems})
    else:
        out.print(f"ingest: {counts.made} new pages of {counts.done} records, {counts.failed} bad; next: counterclaim run --no-fetch")
        for problem in counts.problems[:50]:
            say.print(f"  {problem}", style="yellow", soft_wrap=True)
    fail_with(counts.failed)


@known_errors
def demo(
    ctx: typer.Context,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Redraws wording, names, numbers, order and outlets of the same plan.")] = 0,
    as_json: Json = False,
) -> None:
    """The sample newsroom: eight outlets on loopback, several days, every kind of contradiction; no internet needed."""
    from console.alerts import show_alerts, show_followed
    from demo.run import run_newsroom

    home = settings_of(ctx).home

    def tell(line: str) -> None:
        say.print(line, style="dim")

    result = run_newsroom(home, seed, tell)
    if as_json:
        for one in result.runs:
            print_json(one)
        return
    with open_work_of(ctx, result) as work:
        show_alerts(work)
        show_followed(work)
        _next_steps(work, home)


def open_work_of(ctx: typer.Context, result: Any) -> Any:
    """The demo's own store, outlets and topics."""
    from processing.pipeline.surroundings import open_work as make

    return make(result.settings, now=lambda: _last(result.runs))


def _last(runs: list[Run]) -> datetime:
    return max(r.ended_at or r.started_at for r in runs)


def _next_steps(work: Any, home: Path) -> None:
    out.rule("next", align="left")
    first = next(iter(work.store.find(Alert, order="-raised_at", limit=1)), None)
    lines = [
        f"The data lies in {home}: the store counterclaim.db, archived pages in warc/.",
        f"One alert, whole:           counterclaim --home {home} show {first.id if first else 'ID'}",
        f"Search all articles:        counterclaim --home {home} search flood",
        "Real outlets:               counterclaim outlets list; counterclaim outlets check gb/bbc; counterclaim run",
        "An outlet of your own:      counterclaim outlets add https://www.example.com   (drafts the YAML)",
        "A text of your own:         counterclaim claims FILE --explain",
    ]
    for line in lines:
        out.print(line, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("demo", rich_help_panel="Start")(demo)
    app.command("run", rich_help_panel="Start")(run)
    app.command("fetch", rich_help_panel="Steps")(fetch)
    app.command("ingest", rich_help_panel="Start")(ingest)
