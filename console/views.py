"""One record, whole, with what belongs to it: an alert with its findings, a figure with its claims, an article with its
numbers marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson
from rich import box
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from console.alerts import alert_parts, telling_findings
from console.app import out, styled
from console.cards import alert_panels
from console.ids import short_ids
from console.running import how_it_ended, second_reader_line
from console.tables import (
    capital,
    claim_fields,
    counted_words,
    day_of,
    days_chart,
    figure_claims,
    history_words,
    lead_finding,
    marked_sentence,
    short_day,
    stance_words,
    who,
    why_together,
)
from processing.store.protocol import Where
from schemas.records import (
    FINDINGS,
    STOPPED,
    Alert,
    Article,
    Claim,
    Denial,
    Figure,
    FigureDay,
    Finding,
    Outcome,
    Run,
    dump_json,
)

if TYPE_CHECKING:
    from processing.pipeline.work import Work

__all__ = ["view"]


def view(work: Work, record: Any) -> None:
    """Print a record of any class of the store. Raises: StoreError."""
    _VIEWS.get(type(record), _view_plain)(work, record)


def _view_plain(_work: Work, record: Any) -> None:
    out.print(
        Panel(
            Syntax(_pretty(dump_json(record)), "json", background_color="default", word_wrap=True),
            title=type(record).__name__,
        )
    )


def _pretty(data: bytes) -> str:
    return orjson.dumps(orjson.loads(data), option=orjson.OPT_INDENT_2).decode()


def _view_alert(work: Work, alert: Alert) -> None:
    claims, findings, denials = alert_parts(work, [alert])
    out.print(alert_panels([alert], claims, findings, denials, ids=short_ids(work.store, Alert, [alert.id])))
    out.print(alert.text, style="bold")
    if (lead := lead_finding(alert, findings)) is not None:
        out.print(_explained(lead.explanation))
    names = (work.outlets[id].name if id in work.outlets else id for id in alert.outlets)
    out.print(f"\n{capital(alert.state.replace('_', ' '))}; carried by {', '.join(names)}")
    for event in alert.history:
        told = f"{event.action.replace('_', ' ')}{': ' + reason if (reason := history_words(event)) else ''}"
        out.print(f"  {event.at:%Y-%m-%d %H:%M} {event.by}: {told}", style="dim")


def _explained(explanation: str) -> Text:
    """A finding's explanation with its numbers marked."""
    parts = re.split(r"\[\[(.*?)\]\]", explanation)
    return Text.assemble(*((part, "bold" if i % 2 else "") for i, part in enumerate(parts)))


def _view_finding(work: Work, finding: Finding) -> None:
    claims = work.store.get_many(Claim, [finding.earlier, finding.later])
    out.print(
        styled(
            "[bold]{name}[/]  severity {severity}", name=FINDINGS[finding.finding], severity=finding.severity or "none"
        )
    )
    out.print(finding.text)
    out.print(_explained(finding.explanation), style="dim")
    for name in ("earlier", "later"):
        if (claim := claims.get(getattr(finding, name))) is not None:
            out.print(
                styled(
                    "\n[bold]{name}[/] {who}, {outlet}, {day}",
                    name=name,
                    who=who(claim),
                    outlet=claim.outlet_name,
                    day=day_of(claim),
                )
            )
            out.print(marked_sentence(claim))
            out.print(claim.url, style="dim", soft_wrap=True)


def _view_figure(work: Work, figure: Figure) -> None:
    days = list(work.store.find(FigureDay, Where("figure", "=", figure.id), order="day"))
    out.print(days_chart(figure, days, room=out.width) if days else figure.title)
    claims = work.store.get_many(Claim, list(figure.claims))
    out.print()
    out.print(figure_claims([claims[id] for id in figure.claims if id in claims], out.width))
    for line in why_together(figure, claims):
        out.print(Text(line, style="dim"))
    for denial in work.store.get_many(Denial, list(figure.denials)).values():
        out.print(
            styled(
                "[yellow]{who} {stance}:[/] “{said}” ({outlet})",
                who=capital(denial.source or "somebody"),
                stance=denial.stance,
                said=denial.sentence,
                outlet=denial.outlet_name,
            )
        )
    for finding in telling_findings(work, figure):
        out.print(
            f"{FINDINGS[finding.finding]}: {finding.text}",
            style="red" if finding.severity == "high" else "yellow" if finding.severity else "dim",
        )


def _view_article(work: Work, article: Article) -> None:
    by = ", ".join(article.authors) or "no author named"
    out.print(styled("[bold]{title}[/]", title=article.title or "untitled"))
    out.print(
        f"{article.outlet_name}, {short_day(article.published_day)}, {by}; revision "
        f"{article.revision}{'; credit ' + article.credit if article.credit else ''}",
        style="dim",
    )
    out.print(article.url + "\n", style="dim", soft_wrap=True)
    if article.teaser:
        out.print(
            "only the beginning of the article is there (a teaser): its figures may not be its last word",
            style="yellow",
        )
    if article.cut:
        out.print(f"one page of several: {article.cut}", style="yellow")
    text = Text(article.text)
    claims = sorted(work.store.find(Claim, Where("article_id", "=", article.id)), key=lambda c: c.start)
    for claim in claims:
        if claim.field == "text":
            text.stylize("bold cyan", claim.start, claim.end)
    out.print(text)
    ids = short_ids(work.store, Claim, [claim.id for claim in claims])
    for claim in claims:
        _, number, after = counted_words(claim)
        parts = {"who": f"{capital(who(claim))}{stance_words(claim)}", "number": number, "after": after}
        out.print(styled("  {who}: [cyan]{number}[/] {after}  [dim]{id}[/]", **parts, id=ids[claim.id]))
    if article.diff:
        out.print(Syntax(article.diff, "diff", background_color="default", word_wrap=True))


def _view_claim(_work: Work, claim: Claim) -> None:
    out.print(marked_sentence(claim))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("field", "value", "sure", "rule"):
        table.add_column(name, overflow="fold")
    for name, value, sure, rule in claim_fields(claim):
        table.add_row(name, value, "" if sure is None else f"{sure:.0%}", rule)
    out.print(table)
    out.print(f"{claim.outlet_name}, {day_of(claim)}  {claim.url}", style="dim", soft_wrap=True)


def _view_run(work: Work, run: Run) -> None:
    ended = f"{(run.ended_at - run.started_at).total_seconds():.0f} s" if run.ended_at else "not ended"
    out.print(
        styled(
            "[bold]run {id}[/]  {trigger}, {started}, {ended}",
            id=run.id,
            trigger=run.trigger,
            started=f"{run.started_at:%Y-%m-%d %H:%M}",
            ended=ended,
        )
    )
    if badly := how_it_ended(run):
        out.print(badly, style="red", soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("step", "done", "made", "rejected", "skipped", "failed", "seconds"):
        table.add_column(name, justify="left" if name == "step" else "right")
    for step, counts in run.counts.items():
        table.add_row(
            step, *(str(counts.get(name, "")) for name in ("done", "made", "rejected", "skipped", "failed", "seconds"))
        )
    out.print(table)
    if line := second_reader_line(run):
        out.print(line)
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
    for error in (e for e in run.errors if not e.startswith(STOPPED)):
        out.print(error, style="yellow", soft_wrap=True)


_VIEWS: dict[type, Any] = {
    Alert: _view_alert,
    Finding: _view_finding,
    Figure: _view_figure,
    Article: _view_article,
    Claim: _view_claim,
    Run: _view_run,
}
