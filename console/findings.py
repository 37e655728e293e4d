"""What contradicts and raised no alert, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from console.app import Json, known_errors, nothing_yet, open_work, out, print_json
from console.ids import short_ids
from console.tables import short_day
from schemas.records import FINDINGS, Figure

if TYPE_CHECKING:
    from processing.pipeline.silence import Silent
    from processing.pipeline.work import Work

__all__ = ["register", "show_silent"]

findings_app = typer.Typer(
    name="findings", help="How claims stand to each other: what contradicts and raised no alert.", no_args_is_help=True
)


@findings_app.command("list")
@known_errors
def list_findings(
    ctx: typer.Context,
    topic: Annotated[str | None, typer.Option("--topic", help="Only this topic.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """What contradicts and raised no alert, and why; what following would change comes first."""
    from processing.pipeline.silence import silent_findings

    with open_work(ctx) as work:
        found = silent_findings(work, topic=topic, limit=limit)
        if as_json:
            for one in found:
                print_json({"why": one.why, "more": one.more, "figure": one.figure.title, "finding": one.finding})
        elif not found:
            out.print(nothing_yet(work) or "none: whatever contradicts raised an alert")
        else:
            out.print(_table(work, found, title=f"{len(found)} not alerted, and why"))


def show_silent(work: Work, *, limit: int = 5) -> None:
    """The end of a run: how many contradictions raised no alert, and the first of them."""
    from processing.pipeline.silence import silent_findings

    found = silent_findings(work)
    if not found:
        return
    out.print()
    out.print(_table(work, found[:limit], title=f"{len(found)} more contradict and raised no alert"))
    if len(found) > limit:
        out.print(f"… all of them: counterclaim findings list (the first {limit} are shown)")


def _table(work: Work, found: list[Silent], *, title: str) -> RenderableType:
    ids = short_ids(work.store, Figure, [one.figure.id for one in found if one.follow])
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(ratio=1, overflow="fold")
    for one in found:
        more = f" (and {one.more} more like it)" if one.more else ""
        told = Text.assemble((FINDINGS[one.finding.finding], "yellow"), f": {one.finding.text}{more}")
        table.add_row(short_day(one.finding.day), told)
        table.add_row("", Text(f"no alert: {one.why}", style="dim"))
        if one.follow:
            table.add_row("", Text(f"follow this: counterclaim figure follow {ids[one.figure.id]}", style="dim"))
    return Group(Text(title, style="bold"), table)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(findings_app, rich_help_panel="Desk")
