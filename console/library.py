"""Commands over what is kept: search, show, export; runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from console.app import Json, known_errors, nothing_yet, open_work, out, print_json, say
from console.ids import find_any, short_ids, whole_id
from console.tables import capital, counted_words, day_of, marked_sentence, short_day, stance_words, who
from console.views import view
from processing.corrections import as_corrected
from processing.store.protocol import Hit
from schemas.errors import StoreNotFound, UsageError
from schemas.records import Article, Claim, Run

if TYPE_CHECKING:
    from processing.pipeline.work import Work

__all__ = ["register"]

runs_app = typer.Typer(name="runs", help="Runs: what each did, by outlet.", no_args_is_help=True)


@known_errors
def search(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            help="Words in any form, 'phrases', prefix*, a OR b, 900..1,200, source:police, from:2025-01-20."
        ),
    ],
    of_claims: Annotated[bool, typer.Option("--claims", help="Claims instead of articles.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 20,
    as_json: Json = False,
) -> None:
    """Articles or claims, by words, phrases, prefixes, ranges of numbers, source, place, event, outlet and day."""
    from processing.store import Query, parse

    asked = parse(" ".join(f'"{w}"' if " " in w and ":" not in w and '"' not in w else w for w in words))
    if asked == Query():
        raise UsageError(f"{' '.join(words)!r} has no word to search for")
    with open_work(ctx) as work:
        if of_claims:
            claims = work.store.search_claims(asked, limit=limit)
            total, count = claims.total, len(claims.hits)
            _show_claims(work, claims.hits, as_json=as_json)
        else:
            articles = work.store.search_articles(asked, limit=limit)
            total, count = articles.total, len(articles.hits)
            _show_articles(work, articles.hits, as_json=as_json)
        empty = None if count else nothing_yet(work)
    if as_json:
        return
    if not count:
        out.print(empty or f"no {'claim' if of_claims else 'article'} is so")
    elif total > count:
        out.print(f"the first {count} of {total:,}; --limit shows more", style="dim")


def _show_articles(work: Work, hits: list[Hit], *, as_json: bool) -> None:
    ids = short_ids(work.store, Article, [] if as_json else [hit.article.id for hit in hits])
    for hit in hits:
        article = hit.article
        if as_json:
            told = {name: getattr(article, name) for name in ("id", "title", "outlet", "url", "published")}
            print_json({**told, "snippet": hit.snippet, "score": hit.score})
            continue
        out.print(Text(article.title or "untitled", style="bold"))
        out.print(
            Text(f"{article.outlet_name}, {short_day(article.published_day)}  {article.url}", style="dim"),
            soft_wrap=True,
        )
        if hit.snippet:
            out.print(Text(" ".join(hit.snippet.split())))
        out.print(Text(f"id {ids[article.id]}\n", style="dim"))


def _show_claims(work: Work, claims: list[Claim], *, as_json: bool) -> None:
    ids = short_ids(work.store, Claim, [] if as_json else [claim.id for claim in claims])
    for claim in claims:
        if as_json:
            print_json(claim)
            continue
        told = " ".join(filter(None, counted_words(claim)))
        out.print(Text(f"{capital(who(claim))}{stance_words(claim)}: {told}", style="bold"))
        out.print(marked_sentence(claim))
        out.print(Text(f"{claim.outlet_name}, {day_of(claim)}  {claim.url}", style="dim"), soft_wrap=True)
        out.print(Text(f"id {ids[claim.id]}\n", style="dim"))


@known_errors
def show(
    ctx: typer.Context,
    id: Annotated[
        str,
        typer.Argument(help="Id of an alert, figure, claim, article or any other record, or its beginning."),
    ],
    as_json: Json = False,
) -> None:
    """One record, whole, with what belongs to it."""
    with open_work(ctx) as work:
        found = find_any(work, id)
        if found is None:
            raise StoreNotFound(nothing_yet(work) or f"no record has the id {id!r}, nor one that begins so")
        record: Any = work.store.get(*found)
        if as_json:
            print_json(as_corrected(record) if isinstance(record, Claim) else record)
        else:
            view(work, record)


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
        empty, ids = nothing_yet(work), short_ids(work.store, Run, [run.id for run in runs])
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
        about = f"  {run.trigger}, id {ids[run.id]}"
        table.add_row(f"{run.started_at:%Y-%m-%d %H:%M}", Text.assemble(told, (about, "dim")))
    if not as_json:
        out.print(table if runs else empty or "no run yet")


@runs_app.command("show")
@known_errors
def show_run(ctx: typer.Context, id: str, as_json: Json = False) -> None:
    """One run: steps, outlets, what failed and why."""
    with open_work(ctx) as work:
        run = work.store.get(Run, whole_id(work, Run, id))
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
