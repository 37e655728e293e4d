"""Commands over what is kept: search, show, export; runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from console.app import Json, known_errors, nothing_yet, open_work, out, print_json, say
from console.tables import short_day
from console.views import view
from processing.corrections import as_corrected
from schemas.errors import StoreNotFound, UsageError
from schemas.records import Alert, Article, Claim, CopyGroup, Denial, Figure, Finding, Page, Run, Story

__all__ = ["register"]

runs_app = typer.Typer(name="runs", help="Runs: what each did, by outlet.", no_args_is_help=True)

_SHOWN: tuple[type, ...] = (Alert, Finding, Figure, Claim, Denial, Article, Story, CopyGroup, Page, Run)


@known_errors
def search(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(help="Words that an article must have, all of them.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 20,
    as_json: Json = False,
) -> None:
    """Articles with all the words, best first."""
    if not any(c.isalnum() for word in words for c in word):
        raise UsageError(f"{' '.join(words)!r} has no word to search for")
    with open_work(ctx) as work:
        hits = work.store.search(" ".join(words), limit=limit)
        empty = None if hits else nothing_yet(work)
    for hit in hits:
        if as_json:
            print_json(
                {
                    "id": hit.article.id,
                    "title": hit.article.title,
                    "outlet": hit.article.outlet,
                    "url": hit.article.url,
                    "published": hit.article.published,
                    "snippet": hit.snippet,
                    "score": hit.score,
                }
            )
            continue
        out.print(Text(hit.article.title or "untitled", style="bold"))
        out.print(
            Text(f"{hit.article.outlet_name}, {short_day(hit.article.published_day)}  {hit.article.url}", style="dim"),
            soft_wrap=True,
        )
        out.print(Text(" ".join(hit.snippet.split())))
        out.print(Text(f"id {hit.article.id}\n", style="dim"))
    if not hits and not as_json:
        out.print(empty or "no article has all these words")


@known_errors
def show(
    ctx: typer.Context,
    id: Annotated[str, typer.Argument(help="Id of an alert, finding, figure, claim, article, story, page or run.")],
    as_json: Json = False,
) -> None:
    """One record, whole, with what belongs to it."""
    with open_work(ctx) as work:
        for cls in _SHOWN:
            record = work.store.get_many(cls, [id]).get(id)
            if record is not None:
                if as_json:
                    print_json(as_corrected(record) if isinstance(record, Claim) else record)
                else:
                    view(work, record)
                return
        empty = nothing_yet(work)
    if empty:
        raise StoreNotFound(empty)
    raise StoreNotFound(f"no record has the id {id!r}; ids are whole, as search, alerts list and export print them")


@known_errors
def export(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(help="articles, claims, figures, findings or alerts.")],
    format: Annotated[str, typer.Option("--format", "-f", help="jsonl, csv or parquet.")] = "jsonl",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; default: standard output (not parquet).")
    ] = None,
) -> None:
    """Everything of one kind, for a spreadsheet or another program."""
    from console.export import KINDS, export_records

    if what not in KINDS:
        raise UsageError(f"{what!r} is none of {', '.join(KINDS)}")
    with open_work(ctx) as work:
        records: Iterator[Any] = work.store.find(KINDS[what])
        shown = (as_corrected(record) if isinstance(record, Claim) else record for record in records)
        count = export_records(shown, KINDS[what], format, output)
    if output is not None:
        say.print(f"{count} {what} in {output}")


@runs_app.command("list")
@known_errors
def list_runs(ctx: typer.Context, limit: Annotated[int, typer.Option(min=1)] = 20, as_json: Json = False) -> None:
    """The last runs, the newest first."""
    from console.running import how_it_ended, what_was_done

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    with open_work(ctx) as work:
        runs = list(work.store.find(Run, order="-started_at", limit=limit))
        empty = nothing_yet(work)
    for run in runs:
        if as_json:
            print_json(run)
            continue
        failed = sum(c.get("failed", 0) for c in run.counts.values()) + sum(
            (c.reason or "").startswith("silent") for c in run.outlets
        )
        ended = how_it_ended(run)
        told = Text(ended, "red") if ended else Text(what_was_done(run))
        if failed:
            told.append(f"; {failed} failure{'' if failed == 1 else 's'}", "yellow")
        table.add_row(f"{run.started_at:%Y-%m-%d %H:%M}", Text.assemble(told, (f"  {run.trigger}, id {run.id}", "dim")))
    if not as_json:
        out.print(table if runs else empty or "no run yet")


@runs_app.command("show")
@known_errors
def show_run(ctx: typer.Context, id: str, as_json: Json = False) -> None:
    """One run: steps, outlets, what failed and why."""
    with open_work(ctx) as work:
        run = work.store.get(Run, id)
        if as_json:
            print_json(run)
        else:
            view(work, run)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("search", rich_help_panel="Desk")(search)
    app.command("show", rich_help_panel="Desk")(show)
    app.command("export", rich_help_panel="Desk")(export)
    app.add_typer(runs_app, rich_help_panel="Desk")
