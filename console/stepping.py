"""The steps as commands. Each takes what is pending and can be repeated safely; some also work on files without a
store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from console.app import Json, fail_with, known_errors, moment, open_work, out, print_json, say, styled
from console.files import claim_object, clean_files, figure_objects, read_articles, read_files, read_url_map
from schemas.errors import ItemError, UsageError

if TYPE_CHECKING:
    from schemas.records import Reading

__all__ = ["register"]

Files = Annotated[
    list[Path] | None,
    typer.Argument(help="Files to read without a store; none: what is pending in the store.", show_default=False),
]


def _step(ctx: typer.Context, name: str, as_json: bool) -> None:
    from console.progress import steps_shown
    from processing.pipeline.run import run_step

    with steps_shown() as report, open_work(ctx, report=report) as work:
        counts = run_step(work, name)
    if as_json:
        print_json({"step": name, **counts.as_dict(), "problems": counts.problems})
    else:
        parts = [f"{counts.done} done", f"{counts.made} new", *(f"{n} {w}" for n, w in _rest(counts.as_dict()))]
        out.print(f"{name}: {', '.join(parts)}")
        for problem in counts.problems:
            say.print(f"  {problem}", style="yellow", soft_wrap=True)
    fail_with(counts.failed)


def _rest(counts: dict[str, int]) -> list[tuple[int, str]]:
    return [(counts[word], word) for word in ("rejected", "skipped", "failed") if counts[word]]


def _complain(error: ItemError) -> None:
    say.print(f"counterclaim: {error}", style="red", soft_wrap=True)


@known_errors
def clean(
    ctx: typer.Context,
    pages: Files = None,
    url: Annotated[str | None, typer.Option(help="Address of the page given.")] = None,
    urls: Annotated[Path | None, typer.Option(help="JSON file: file name to address.")] = None,
    as_json: Json = False,
) -> None:
    """Turn fetched pages into articles: title, text, authors, time, language. With files: HTML or gzipped HTML."""
    if not pages:
        _step(ctx, "clean", as_json)
        return
    failed = 0
    for record in clean_files(pages, url=url, urls=read_url_map(urls) if urls else None):
        failed += record.get("reason") is not None
        if as_json:
            print_json(record)
        elif record.get("reason"):
            out.print(styled("[yellow]{file}: {why}[/]", file=record["file"], why=record["reason"]))
        else:
            by = ", ".join(record["authors"] or ())
            out.print(styled("[bold]{title}[/]", title=record["title"] or "untitled"))
            out.print(f"{record['published'] or 'no date'}  {by}  {record['sitename'] or ''}\n", style="dim")
            out.print(record["text"] + "\n")
    fail_with(failed)


def _shown_claims(
    form: Literal["json", "explained", "stages", "table"], *, country: str | None, outlet: str | None, titled: bool
) -> Callable[[Path, str, Reading], None]:
    """What prints the claims of one file, in the form asked for. `titled`: whether a table names its file."""

    def show(path: Path, text: str, reading: Reading) -> None:
        if form == "json":
            for claim in reading.claims:
                print_json(claim_object(path, claim))
        elif form == "explained":
            from processing.claims import explain as explain_reading

            typer.echo(explain_reading(reading, text))
        elif form == "stages":
            from processing.claims.stages import show_stages

            typer.echo(show_stages(text, country=country, outlet=outlet))
        else:
            from console.tables import claims_table

            out.print(claims_table(reading, title=str(path) if titled else None, room=out.width))

    return show


@known_errors
def claims(
    ctx: typer.Context,
    files: Files = None,
    published: Annotated[str | None, typer.Option(help="When the text was published, ISO date or time.")] = None,
    outlet: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    country: Annotated[
        str | None, typer.Option(help="Country of the outlet, two letters; says whose dollar a bare $ is.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the text with marks, and why each claim was read as it was.")
    ] = False,
    stages: Annotated[
        bool, typer.Option("--stages", help="Show what each room of the reader made of every sentence with a number.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read who says how many of what. With files: plain text, claims on standard output ('-' reads standard input)."""
    if not files:
        _step(ctx, "claims", as_json)
        return
    if country is not None and not (len(country) == 2 and country.isalpha()):
        raise UsageError(f"--country: {country!r} is no two-letter country code, such as gb")
    if explain + stages + as_json > 1:
        raise UsageError("--explain, --stages and --json exclude each other")
    given = [Path("/dev/stdin") if str(f) == "-" else f for f in files]
    country = country and country.lower()
    show = _shown_claims(
        "json" if as_json else "explained" if explain else "stages" if stages else "table",
        country=country,
        outlet=outlet,
        titled=len(given) > 1,
    )
    failed = 0
    for result in read_files(given, published=moment(published, "--published"), outlet=outlet, country=country):
        if isinstance(result, ItemError):
            _complain(result)
            failed += 1
        else:
            show(*result)
    fail_with(failed)


@known_errors
def figures(
    ctx: typer.Context,
    files: Files = None,
    topic: Annotated[str | None, typer.Option(help="Only the figures of this topic.")] = None,
    one_story: Annotated[bool, typer.Option("--one-story", help="Take all the articles as one story.")] = False,
    as_json: Json = False,
) -> None:
    """Group claims into figures. With files: JSON lines of articles; prints the figures that two or more articles
    state."""
    if not files:
        _step(ctx, "figures", as_json)
        return
    from console.app import settings_of
    from processing.pipeline.surroundings import load_topics

    settings = settings_of(ctx)
    topics = load_topics(settings.topics, shipped=settings.ship_topics) if topic else {}
    if topic is not None and topic not in topics:
        raise UsageError(f"no topic {topic!r}; there are {', '.join(sorted(topics)) or 'none'}")
    articles, failed = [], 0
    for file in files:
        for article in read_articles(file):
            if isinstance(article, ItemError):
                _complain(article)
                failed += 1
            else:
                articles.append(article)
    objects = figure_objects(articles, topics=[topics[topic]] if topic else (), one_story=one_story)
    if as_json:
        for record in objects:
            print_json(record)
    else:
        from console.tables import figures_table

        out.print(figures_table(objects))
    fail_with(failed)


@known_errors
def notify(
    ctx: typer.Context,
    test: Annotated[
        bool, typer.Option("--test", help="Send every receiver a test notice now, and say what came of it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send the notices that wait in the outbox."""
    if not test:
        _step(ctx, "notify", as_json)
        return
    from datetime import UTC, datetime

    from console.app import settings_of
    from processing.notify import send_test

    receivers, bad = settings_of(ctx).receivers, 0
    if not receivers:
        raise UsageError("nobody gets notices: add [receivers.NAME] with url_env to counterclaim.toml")
    for result in send_test(receivers, now=datetime.now(UTC)):
        bad += result.sent_at is None
        if as_json:
            print_json({"receiver": result.receiver, "taken": result.sent_at is not None, "error": result.error})
        elif result.sent_at is not None:
            out.print(f"receiver {result.receiver}: taken")
        else:
            out.print(result.error or f"receiver {result.receiver}: not taken", style="yellow", soft_wrap=True)
    fail_with(bad)


def _plain(name: str) -> Callable[..., None]:
    @known_errors
    def command(ctx: typer.Context, as_json: Json = False) -> None:
        _step(ctx, name, as_json)

    return command


def register(app: typer.Typer) -> None:
    """Add the commands."""
    panel = "Steps"
    app.command("clean", rich_help_panel=panel)(clean)
    for name, text in (
        ("dedup", "Find articles that are one text: wire copies, syndication, shortened versions."),
        ("stories", "Group articles on one event."),
    ):
        app.command(name, rich_help_panel=panel, help=text)(_plain(name))
    app.command("claims", rich_help_panel=panel)(claims)
    app.command("figures", rich_help_panel=panel)(figures)
    for name, text in (
        ("compare", "Compare the claims of each figure; what stands against what, and low / central / high by day."),
        ("alert", "Decide which findings somebody must see."),
    ):
        app.command(name, rich_help_panel=panel, help=text)(_plain(name))
    app.command("notify", rich_help_panel=panel)(notify)
