"""Commands over what is set up: outlets, topics; and the doctor, who says what is missing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from console.app import Json, day, fail_with, known_errors, open_work, out, print_json, say, settings_of
from schemas.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from spiders.discover import OutletCheck

__all__ = ["register"]

outlets_app = typer.Typer(name="outlets", help="Outlets: list, check, draft a new one.", no_args_is_help=True)
topics_app = typer.Typer(name="topics", help="Topics: draft one from words, check, forget.", no_args_is_help=True)

words_app = typer.Typer(name="words", help="Word lists: check.", no_args_is_help=True)


@outlets_app.command("list")
@known_errors
def list_outlets(ctx: typer.Context, as_json: Json = False) -> None:
    """All outlets: those that ship and your own."""
    from spiders.outlet_files import load_outlets

    settings = settings_of(ctx)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("id", "name", "kind", "language", "ways in", "verified"):
        table.add_column(name, no_wrap=name in ("id", "kind", "language", "verified"), overflow="fold")
    for id, outlet in sorted(load_outlets(settings.outlets, shipped=settings.ship_outlets).items()):
        if as_json:
            print_json(outlet.model_dump(mode="json"))
            continue
        ways = [
            f"{len(v)} {n if len(v) > 1 else n[:-1]}"
            for n, v in (("feeds", outlet.feeds), ("sitemaps", outlet.sitemaps), ("sections", outlet.sections))
            if v
        ]
        table.add_row(id, outlet.name, outlet.kind, outlet.language, ", ".join(ways), str(outlet.verified))
    if not as_json:
        out.print(table)


@outlets_app.command("check")
@known_errors
def check_outlets(
    ctx: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="Outlet ids; none: all.")] = None,
    mark: Annotated[
        bool, typer.Option("--mark", help="Write today's date as `verified:` into the files of those that work.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ask each outlet's robots.txt, feeds, sitemaps and sections, and say what works."""
    from spiders.discover import check_outlets as ask
    from spiders.discover import set_verified
    from spiders.outlet_files import load_outlets, refuse_unknown

    settings = settings_of(ctx)
    outlets = load_outlets(settings.outlets, shipped=settings.ship_outlets)
    refuse_unknown(ids or (), outlets)
    bad = 0
    chosen = [outlets[id] for id in ids or sorted(outlets)]
    for id, check in zip(
        ids or sorted(outlets),
        ask(chosen, allow_private_hosts=settings.allow_private_hosts, contact=settings.fetch.user_agent_url),
        strict=True,
    ):
        bad += not check.ok
        if as_json:
            print_json(check)
            continue
        _show_check(id, check)
        if check.ok and mark:
            set_verified(Path(outlets[id].path), date.today())
    fail_with(bad)


def _show_check(id: str, check: OutletCheck) -> None:
    """One outlet's check: whether it works, what its robots.txt asks, and what each listing gives."""
    told = f"{'ok ' if check.ok else 'BAD'} {id}{': ' + check.reason if check.reason else ''}"
    out.print(Text(told, style="green" if check.ok else "red"))
    for host, rules in check.robots.items():
        out.print(Text(f"    robots.txt of {host}: {rules}", style="dim"), soft_wrap=True)
    for listing in check.listings:
        told = listing.reason or f"{listing.entries} entries, the newest of {listing.newest or 'no date'}"
        style = "red" if listing.reason else ""
        out.print(Text(f"    {listing.form} {listing.url}: {told}", style=style), soft_wrap=True)
        for odd in listing.aside:
            out.print(Text(f"        {odd}", style="yellow"), soft_wrap=True)


@outlets_app.command("reclean")
@known_errors
def reclean_outlets(
    ctx: typer.Context,
    ids: Annotated[list[str], typer.Argument(help="Outlet ids.")],
    since: Annotated[str | None, typer.Option("--since", help="Only pages fetched on or after this day.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say which pages are in quarantine, and why; what would change.")
    ] = False,
    articles: Annotated[
        bool,
        typer.Option("--articles", help="The pages that have an article too; where it changes, it is replaced."),
    ] = False,
) -> None:
    """Clean the pages again that gave no article (walls, broken templates): their raw bytes are kept."""
    from processing.pipeline.again import clean_articles_again
    from processing.pipeline.expectations import clean_again, quarantined, refuse_fileless
    from schemas.records import Outcome, digest_id

    first = day(since, "--since")
    with open_work(ctx) as work, work.store.hold_run("reclean", work.now()):
        refuse_fileless(work, ids)
        if dry_run:
            for page in (page for id in ids for page in quarantined(work, id, first)):
                (end,) = work.store.get_many(Outcome, [digest_id("clean", page.id)]).values()
                out.print(f"{page.fetched_at:%Y-%m-%d} {page.url}: {end.reason}", soft_wrap=True)
        anew = clean_articles_again(work, ids, first, keep=not dry_run) if articles else None
        counts = None if dry_run else clean_again(work, ids, first)
    if counts is not None:
        out.print(f"{counts.made} articles made, {counts.rejected} pages still give none", soft_wrap=True)
    if anew is not None:
        for line in anew.problems:
            out.print(line, soft_wrap=True)
        does = "would change" if dry_run else "replaced; `run --no-fetch` reads them anew"
        out.print(f"{anew.done} articles looked at, {anew.made} {does}", soft_wrap=True)
        fail_with(anew.failed)


@outlets_app.command("export")
@known_errors
def export_outlets(ctx: typer.Context) -> None:
    """All outlets with feeds as OPML, for a feed reader; standard output."""
    import sys

    from console.opml import outlets_as_opml
    from spiders.outlet_files import load_outlets

    settings = settings_of(ctx)
    outlets = load_outlets(settings.outlets, shipped=settings.ship_outlets)
    sys.stdout.buffer.write(outlets_as_opml(outlets.values()) + b"\n")


@outlets_app.command("import")
@known_errors
def import_outlets(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="An OPML file.", exists=True, dir_okay=False)],
    country: Annotated[str, typer.Option(help="Two letters; of outlets in no group that is named by a country.")],
    timezone: Annotated[str, typer.Option(help="The outlets' time zone.")] = "UTC",
) -> None:
    """Draft outlet files from a feed reader's OPML into your outlets folder; files and feeds that are known stay as
    they are, what fails is named and the rest goes on."""
    from console.opml import checked_drafts, keep_draft
    from spiders.outlet_files import load_outlets

    settings = settings_of(ctx)
    folder, failed = settings.outlets[0], 0
    known = load_outlets(settings.outlets, shipped=settings.ship_outlets).values()
    for checked in checked_drafts(file.read_bytes(), country, timezone, known, folder):
        where = folder / f"{checked.draft.id}.yml"
        if checked.state == "new":
            keep_draft(checked.draft, folder)
            out.print(f"{where}: written{f', {checked.why}' if checked.why else ''}", soft_wrap=True)
        elif checked.state == "faulty":
            failed += 1
            say.print(f"{where}: not written: {checked.why}", style="red", soft_wrap=True)
        else:
            out.print(f"{where}: not written, {checked.why}", soft_wrap=True)
    fail_with(failed)


@outlets_app.command("add")
@known_errors
def add_outlet(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="The outlet's address.")],
    write: Annotated[
        bool, typer.Option("--write", help="Write the file into your outlets folder; default: show it.")
    ] = False,
) -> None:
    """Find an outlet's feeds and sitemaps and draft its YAML file."""
    from spiders.discover import discover

    settings = settings_of(ctx)
    draft = discover(url, allow_private_hosts=settings.allow_private_hosts, contact=settings.fetch.user_agent_url)
    if not write:
        typer.echo(draft.text)
        for note in draft.notes:
            say.print(f"look at: {note}", style="yellow", soft_wrap=True)
        return
    path = settings.outlets[0] / draft.id
    path = path.with_name(path.name + ".yml")
    if path.exists():
        raise UsageError(f"{path} is there already; edit it, or remove it first")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(draft.text, "utf8")
    out.print(f"{path} written; next: counterclaim outlets check {draft.id}", soft_wrap=True)


@topics_app.command("add")
@known_errors
def add_topic(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(help="What an article on it must hold: harbour protest, or '\"North Korea\" Kursk'.")
    ],
    name: Annotated[
        str | None, typer.Option("--name", help="Of the topic and its file; default: made of the words.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write the file into your topics folder; default: show it.")
    ] = False,
) -> None:
    """Draft a topic file from words and what the archive holds on them: its sources, the figures that are told most."""
    from processing.pipeline.draft_topic import draft_topic

    with open_work(ctx) as work:
        # an argument with blanks that the shell has taken the marks from is a phrase
        asked = " ".join(f'"{w}"' if " " in w and '"' not in w else w for w in words)
        draft = draft_topic(work, asked, name)
        folders = work.settings.topics
    told = f"match takes {draft.matching} of the {draft.articles} articles found"
    if not write:
        typer.echo(draft.text)
        say.print(f"{told}; --write puts it into your topics folder", style="yellow", soft_wrap=True)
        return
    if not folders:
        raise UsageError("no folder for topic files is named: `topics` is empty in the configuration")
    path = folders[0] / f"{draft.topic.name}.yml"
    if path.exists():
        raise UsageError(f"{path} is there already; edit it, or give another --name")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(draft.text, "utf8")
    out.print(f"{path} written; {told}; next: counterclaim run --no-fetch", soft_wrap=True, markup=False)


@topics_app.command("check")
@known_errors
def check_topics(
    ctx: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(help="Topic files; none: all that ship and your own.")] = None,
    as_json: Json = False,
) -> None:
    """Check topic files; every fault with file, line and what was allowed."""
    from processing.pipeline.surroundings import load_topics
    from schemas.config import load_topic

    settings = settings_of(ctx)
    topics, problems = [], []
    if files:
        for file in files:
            try:
                topics.append(load_topic(file))
            except ConfigError as error:
                problems.extend(error.problems)
    else:
        topics = list(load_topics(settings.topics, shipped=settings.ship_topics).values())
    for topic in topics:
        if as_json:
            print_json(topic.model_dump(mode="json"))
        else:
            out.print(
                f"ok {topic.name}: {topic.title}; {len(topic.figures)} figures, {len(topic.sources)} sources  "
                f"{topic.path}",
                soft_wrap=True,
            )
    if problems:
        raise ConfigError(problems)


@words_app.command("check")
@known_errors
def check_word_lists(
    language: Annotated[str, typer.Argument(help="Language of the lists: its two letters.")] = "en",
    as_json: Json = False,
) -> None:
    """Check the word lists that ship and those of your COUNTERCLAIM_WORDS folder: doubles, keys that nothing needs or
    knows, stems, words in two classes. Exit code 1 where there is a fault."""
    from processing.words import user_folders
    from processing.words.check import check_words

    problems = check_words(language)
    for problem in problems:
        if as_json:
            print_json(problem)
        else:
            out.print(f"BAD {problem}", soft_wrap=True, markup=False)
    if problems:
        raise typer.Exit(1)
    if not as_json:
        own = "".join(f" and {folder}" for folder in user_folders())
        out.print(f"ok: the lists that ship{own}", soft_wrap=True, markup=False)


@topics_app.command("forget")
@known_errors
def forget(
    ctx: typer.Context, names: Annotated[list[str], typer.Argument(help="Topics whose files you took away.")]
) -> None:
    """Let topics go whose files were taken away: their figures go, their alerts are closed."""
    from console.app import open_work
    from processing.pipeline.desk import apply_now
    from processing.pipeline.topics import forget_topics

    with open_work(ctx) as work:
        forget_topics(work, names)
        done = apply_now(work)
    out.print(f"{', '.join(names)}: let go{'' if done else '; applied by the run that is at work, or by the next one'}")


@known_errors
def doctor(ctx: typer.Context, as_json: Json = False) -> None:
    """What is installed, reachable and configured; what is missing and how to get it."""
    from console.doctor import examine

    bad = 0
    for check in examine(ctx):
        bad += check.state == "bad"
        if as_json:
            print_json(check)
        else:
            mark, colour = {"ok": ("ok     ", "green"), "missing": ("missing", "yellow"), "bad": ("BAD    ", "red")}[
                check.state
            ]
            advice = f"\n        {check.advice}" if check.advice else ""
            out.print(Text.assemble((mark, colour), f" {check.name}: {check.found}", (advice, "dim")), soft_wrap=True)
    fail_with(bad)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("doctor", rich_help_panel="Start")(doctor)
    app.add_typer(outlets_app, rich_help_panel="Set up")
    app.add_typer(topics_app, rich_help_panel="Set up")
    app.add_typer(words_app, rich_help_panel="Set up")
