"""Commands over what is kept: search, show, export; outlets, topics; doctor."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from console.app import fail_with, known_errors, open_work, out, print_json, say, settings_of, styled
from console.tables import alert_panels, days_chart, marked_sentence, number, short_day, who
from processing.store.protocol import Where
from schemas.errors import ConfigError, StoreNotFound, UsageError
from schemas.records import FINDINGS, Alert, Article, Claim, CopyGroup, Denial, Figure, FigureDay, Finding, Outcome, Page, Run, Story

if TYPE_CHECKING:
    from processing.pipeline.work import Work

__all__ = ["register"]

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
outlets_app = typer.Typer(name="outlets", help="Outlets: list, check, draft a new one.", no_args_is_help=True)
topics_app = typer.Typer(name="topics", help="Topics: list and check.", no_args_is_help=True)
runs_app = typer.Typer(name="runs", help="Runs: what each did, by outlet.", no_args_is_help=True)


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
    for hit in hits:
        if as_json:
            print_json({"id": hit.article.id, "title": hit.article.title, "outlet": hit.article.outlet, "url": hit.article.url,
                        "published": hit.article.published, "snippet": hit.snippet, "score": hit.score})  # fmt: skip
            continue
        out.print(Text(hit.article.title or "untitled", style="bold"))
        out.print(Text(f"{hit.article.outlet_name}, {short_day(hit.article.published_day)}  {hit.article.url}", style="dim"), soft_wrap=True)
        out.print(Text(" ".join(hit.snippet.split())))
        out.print(Text(f"id {hit.article.id}\n", style="dim"))
    if not hits and not as_json:
        out.print("no article has all these words")


_SHOWN: tuple[type, ...] = (Alert, Finding, Figure, Claim, Denial, Article, Story, CopyGroup, Page, Run)


@known_errors
def show(
    ctx: typer.Context, id: Annotated[str, typer.Argument(help="Id of an alert, finding, figure, claim, article, story, page or run.")], as_json: Json = False
) -> None:
    """One record, whole, with what belongs to it."""
    with open_work(ctx) as work:
        for cls in _SHOWN:
            record = work.store.get_many(cls, [id]).get(id)
            if record is not None:
                if as_json:
                    print_json(record)
                else:
                    _SHOW.get(cls, _show_plain)(work, record)
                return
    raise StoreNotFound(f"no record has the id {id!r}; ids are whole, as search, alerts list and export print them")


def _show_plain(work: Work, record: Any) -> None:
    from schemas.records import dump_json

    out.print(Panel(Syntax(_pretty(dump_json(record)), "json", background_color="default", word_wrap=True), title=type(record).__name__))


def _pretty(data: bytes) -> str:
    import orjson

    return orjson.dumps(orjson.loads(data), option=orjson.OPT_INDENT_2).decode()


def _show_alert(work: Work, alert: Alert) -> None:
    from console.alerts import alert_parts

    claims, findings, denials = alert_parts(work, [alert])
    out.print(alert_panels([alert], claims, findings, denials))
    out.print(alert.text, style="bold")
    for id in alert.findings[-1:]:
        if id in findings:
            out.print(findings[id].explanation)
    out.print(f"state: {alert.state}; carried by {', '.join(alert.outlets)}")
    for event in alert.history:
        out.print(f"  {event.at:%Y-%m-%d %H:%M} {event.by}: {event.action}{': ' + event.reason if event.reason else ''}", style="dim")


def _show_finding(work: Work, finding: Finding) -> None:
    claims = work.store.get_many(Claim, [finding.earlier, finding.later])
    out.print(styled("[bold]{name}[/]  severity {severity}", name=FINDINGS[finding.finding], severity=finding.severity or "none"))
    out.print(finding.text)
    out.print(finding.explanation, style="dim")
    for name in ("earlier", "later"):
        if (claim := claims.get(getattr(finding, name))) is not None:
            day = short_day(claim.published.date() if claim.published else None)
            out.print(styled("\n[bold]{name}[/] {who}, {outlet}, {day}", name=name, who=who(claim), outlet=claim.outlet_name, day=day))
            out.print(marked_sentence(claim))
            out.print(claim.url, style="dim", soft_wrap=True)


def _show_figure(work: Work, figure: Figure) -> None:
    days = list(work.store.find(FigureDay, Where("figure", "=", figure.id), order="day"))
    out.print(days_chart(figure, days) if days else figure.title)
    claims = work.store.get_many(Claim, list(figure.claims))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("published", "number", "who says it", "outlet", "sentence"):
        table.add_column(name, overflow="fold")
    for claim in (claims[id] for id in figure.claims if id in claims):
        day = claim.published.date() if claim.published else None
        table.add_row(short_day(day), Text(claim.text, style="cyan"), who(claim), claim.outlet_name, marked_sentence(claim))
    out.print(table)
    for denial in work.store.get_many(Denial, list(figure.denials)).values():
        out.print(
            styled(
                "[yellow]{who} {stance}:[/] “{said}” ({outlet})",
                who=denial.source or "somebody",
                stance=denial.stance,
                said=denial.sentence,
                outlet=denial.outlet_name,
            )
        )
    findings = [f for f in work.store.find(Finding, Where("figure", "=", figure.id)) if f.severity or f.finding not in ("agrees", "narrows")]
    for finding in findings:
        out.print(f"{FINDINGS[finding.finding]}: {finding.text}", style="red" if finding.severity == "high" else "yellow" if finding.severity else "dim")


def _show_article(work: Work, article: Article) -> None:
    by = ", ".join(article.authors) or "no author named"
    out.print(styled("[bold]{title}[/]", title=article.title or "untitled"))
    out.print(
        f"{article.outlet_name}, {short_day(article.published_day)}, {by}; revision {article.revision}{'; credit ' + article.credit if article.credit else ''}",
        style="dim",
    )
    out.print(article.url + "\n", style="dim", soft_wrap=True)
    text = Text(article.text)
    claims = sorted(work.store.find(Claim, Where("article_id", "=", article.id)), key=lambda c: c.start)
    for claim in claims:
        if claim.field == "text":
            text.stylize("bold cyan", claim.start, claim.end)
    out.print(text)
    for claim in claims:
        parts = {"text": claim.text, "what": claim.what or "", "event": claim.event or "no event", "who": who(claim), "id": claim.id}
        out.print(styled("  [cyan]{text}[/] {what} ({event}): {who}  [dim]{id}[/]", **parts))
    if article.diff:
        out.print(Syntax(article.diff, "diff", background_color="default", word_wrap=True))


def _show_claim(work: Work, claim: Claim) -> None:
    out.print(marked_sentence(claim))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("field", "value", "sure", "rule"):
        table.add_column(name, overflow="fold")
    value = number(claim.low) if claim.low == claim.high else f"{number(claim.low)} to {number(claim.high)}"
    rows = {"value": f"{value} ({claim.approx})", "unit": claim.unit, "what": claim.what, "event": claim.event, "place": claim.place, "source": who(claim),
            "stance": claim.stance, "as_of": None if claim.as_of is None else " to ".join(dict.fromkeys(map(short_day, claim.as_of)))}  # fmt: skip
    for name, shown in rows.items():
        sure = claim.sure.get(name)
        table.add_row(name, str(shown or "not known"), "" if sure is None else f"{sure:.0%}", claim.rules.get(name, ""))
    out.print(table)
    out.print(f"{claim.outlet_name}, {short_day(claim.published.date() if claim.published else None)}  {claim.url}", style="dim", soft_wrap=True)


def _show_run(work: Work, run: Run) -> None:
    ended = f"{(run.ended_at - run.started_at).total_seconds():.0f} s" if run.ended_at else "not ended"
    out.print(
        styled("[bold]run {id}[/]  {trigger}, {started}, {ended}", id=run.id, trigger=run.trigger, started=f"{run.started_at:%Y-%m-%d %H:%M}", ended=ended)
    )
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("step", "done", "made", "rejected", "skipped", "failed", "seconds"):
        table.add_column(name, justify="left" if name == "step" else "right")
    for step, counts in run.counts.items():
        table.add_row(step, *(str(counts.get(name, "")) for name in ("done", "made", "rejected", "skipped", "failed", "seconds")))
    out.print(table)
    if run.outlets:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in ("outlet", "fetched", "unchanged", "failed", "articles", "unread", "expected", "why"):
            table.add_column(name, justify="left" if name in ("outlet", "why") else "right")
        for c in run.outlets:
            numbers = (c.fetched, c.unchanged, c.failed, c.articles, c.unread, "" if c.expected is None else c.expected)
            table.add_row(c.outlet, *map(str, numbers), Text(c.reason or "", style="yellow"))
        out.print(table)
    for o in work.store.find(Outcome, Where("run", "=", run.id)):
        if o.outcome == "failed":
            out.print(f"{o.step} {o.outcome} ({o.code}): {o.reason}", style="yellow", soft_wrap=True)
    for error in run.errors:
        out.print(error, style="yellow", soft_wrap=True)


_SHOW: dict[type, Any] = {
    Alert: _show_alert, Finding: _show_finding, Figure: _show_figure, Article: _show_article, Claim: _show_claim, Run: _show_run,
}  # fmt: skip


@known_errors
def export(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(help="articles, claims, figures, findings or alerts.")],
    format: Annotated[str, typer.Option("--format", "-f", help="jsonl, csv or parquet.")] = "jsonl",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; default: standard output (not parquet).")] = None,
) -> None:
    """Everything of one kind, for a spreadsheet or another program."""
    from console.export import KINDS, export_records

    if what not in KINDS:
        raise UsageError(f"{what!r} is none of {', '.join(KINDS)}")
    with open_work(ctx) as work:
        count = export_records(work.store.find(KINDS[what]), KINDS[what], format, output)
    if output is not None:
        say.print(f"{count} {what} in {output}")


# ---------------------------------------------------------------- outlets and topics


@outlets_app.command("list")
@known_errors
def list_outlets(ctx: typer.Context, as_json: Json = False) -> None:
    """All outlets: those that ship and your own."""
    from spiders.outlet_files import load_outlets

    settings = settings_of(ctx)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("id", "name", "kind", "language", "ways in", "verified"):
        table.add_column(name)
    for id, outlet in sorted(load_outlets(settings.outlets, shipped=settings.ship_outlets).items()):
        if as_json:
            print_json(outlet.model_dump(mode="json"))
            continue
        ways = [f"{len(v)} {n}" for n, v in (("feeds", outlet.feeds), ("sitemaps", outlet.sitemaps), ("sections", outlet.sections)) if v]
        table.add_row(id, outlet.name, outlet.kind, outlet.language, ", ".join(ways), str(outlet.verified))
    if not as_json:
        out.print(table)


@outlets_app.command("check")
@known_errors
def check_outlets(
    ctx: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="Outlet ids; none: all.")] = None,
    mark: Annotated[bool, typer.Option("--mark", help="Write today's date as `verified:` into the files of those that work.")] = False,
    as_json: Json = False,
) -> None:
    """Ask each outlet's robots.txt, feeds, sitemaps and sections, and say what works."""
    from spiders.discover import check_outlets as ask
    from spiders.discover import set_verified
    from spiders.outlet_files import load_outlets

    settings = settings_of(ctx)
    outlets = load_outlets(settings.outlets, shipped=settings.ship_outlets)
    if unknown := sorted(set(ids or ()) - set(outlets)):
        raise UsageError(f"no outlet {', '.join(map(repr, unknown))}; `counterclaim outlets list` names those there are")
    bad = 0
    chosen = [outlets[id] for id in ids or sorted(outlets)]
    for id, check in zip(
        ids or sorted(outlets), ask(chosen, allow_private_hosts=settings.allow_private_hosts, contact=settings.fetch.user_agent_url), strict=True
    ):
        bad += not check.ok
        if as_json:
            print_json(check)
            continue
        out.print(Text(f"{'ok ' if check.ok else 'BAD'} {id}{': ' + check.reason if check.reason else ''}", style="green" if check.ok else "red"))
        for host, rules in check.robots.items():
            out.print(Text(f"    robots.txt of {host}: {rules}", style="dim"), soft_wrap=True)
        for listing in check.listings:
            told = listing.reason or f"{listing.entries} entries, the newest of {listing.newest or 'no date'}"
            out.print(Text(f"    {listing.form} {listing.url}: {told}", style="red" if listing.reason else ""), soft_wrap=True)
        if check.ok and mark:
            set_verified(Path(outlets[id].path), date.today())
    fail_with(bad)


@outlets_app.command("add")
@known_errors
def add_outlet(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="The outlet's address.")],
    write: Annotated[bool, typer.Option("--write", help="Write the file into your outlets folder; default: show it.")] = False,
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
            out.print(f"ok {topic.name}: {topic.title}; {len(topic.figures)} figures, {len(topic.sources)} sources  {topic.path}", soft_wrap=True)
    if problems:
        raise ConfigError(problems)


@runs_app.command("list")
@known_errors
def list_runs(ctx: typer.Context, limit: Annotated[int, typer.Option(min=1)] = 20, as_json: Json = False) -> None:
    """The last runs, the newest first."""
    from console.running import what_was_done

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    with open_work(ctx) as work:
        runs = list(work.store.find(Run, order="-started_at", limit=limit))
    for run in runs:
        if as_json:
            print_json(run)
            continue
        failed = sum(c.get("failed", 0) for c in run.counts.values()) + sum((c.reason or "").startswith("silent") for c in run.outlets)
        told = Text(what_was_done(run) if run.ended_at else "did not end")
        if failed:
            told.append(f"; {failed} failure{'' if failed == 1 else 's'}", "yellow")
        table.add_row(f"{run.started_at:%Y-%m-%d %H:%M}", Text.assemble(told, (f"  {run.trigger}, id {run.id}", "dim")))
    if not as_json:
        out.print(table if runs else "no run yet")


@runs_app.command("show")
@known_errors
def show_run(ctx: typer.Context, id: str, as_json: Json = False) -> None:
    """One run: steps, outlets, what failed and why."""
    with open_work(ctx) as work:
        run = work.store.get(Run, id)
        if as_json:
            print_json(run)
        else:
            _show_run(work, run)


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
            mark, colour = {"ok": ("ok     ", "green"), "missing": ("missing", "yellow"), "bad": ("BAD    ", "red")}[check.state]
            advice = f"\n        {check.advice}" if check.advice else ""
            out.print(Text.assemble((mark, colour), f" {check.name}: {check.found}", (advice, "dim")), soft_wrap=True)
    fail_with(bad)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("search", rich_help_panel="Desk")(search)
    app.command("show", rich_help_panel="Desk")(show)
    app.command("export", rich_help_panel="Desk")(export)
    app.command("doctor", rich_help_panel="Start")(doctor)
    app.add_typer(outlets_app, rich_help_panel="Set up")
    app.add_typer(topics_app, rich_help_panel="Set up")
    app.add_typer(runs_app, rich_help_panel="Desk")
