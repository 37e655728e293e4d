"""Claims, figures, alerts and days as tables and small charts for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from schemas.records import FINDINGS, Alert, Claim, Denial, Figure, FigureDay, Finding, Reading

__all__ = ["alert_panels", "claims_table", "days_chart", "figures_table", "marked_sentence", "number", "short_day", "who"]

_COLOUR = {"high": "red", "low": "yellow", None: "dim"}


def number(value: float | None) -> str:
    """A number for people: thousands parted by commas, no needless decimals; "open" for None."""
    if value is None:
        return "open"
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"


def short_day(day: date | None) -> str:
    """A day as "22 Jan 2025"; "no date" for None."""
    return f"{day.day} {day:%b %Y}" if day else "no date"


def who(claim: Claim) -> str:
    """The source and its relays, the outlet where nobody is cited."""
    if claim.source_status == "outlet" or not claim.source:
        return claim.outlet_name if claim.source_status == "outlet" else "a source that stays unclear"
    return f"{claim.source} (via {', '.join(claim.relay)})" if claim.relay else claim.source


def marked_sentence(claim: Claim, colour: str = "bold cyan") -> Text:
    """The claim's sentence with its number marked."""
    sentence = " ".join(claim.sentence.split())
    text = Text(f"“{sentence}”")
    found = sentence.find(" ".join(claim.text.split()))
    if found >= 0:
        text.stylize(colour, found + 1, found + 1 + len(claim.text))
    return text


def claims_table(reading: Reading, *, title: str | None = None) -> RenderableType:
    """One line a claim: who says how many of what, where and as of when."""
    if reading.skipped:
        return Text(f"{title or 'text'}: not read: {reading.skipped}", style="yellow")
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, expand=False)
    for name in ("number", "of what", "event", "who says it", "as of", "sentence"):
        table.add_column(name, overflow="fold", max_width=60 if name == "sentence" else 28)
    for claim in reading.claims:
        as_of = "" if claim.as_of is None else short_day(claim.as_of[1]) + ("?" if claim.as_of_guess else "")
        stance = "" if claim.stance == "asserts" else f" [{claim.stance}]"
        source = ("the outlet" if claim.source_status == "outlet" else who(claim)) + stance
        table.add_row(Text(claim.text, style="cyan"), claim.what or "", claim.event or "", Text(source), as_of, marked_sentence(claim))
    if not reading.claims:
        return Text(f"{title or 'text'}: no figure claim found", style="dim")
    denials = [Text(f"{d.source or 'somebody'} {d.stance}: {d.denies}", style="yellow") for d in reading.denials]
    return Group(table, *denials)


def figures_table(objects: Iterable[Mapping[str, Any]]) -> RenderableType:
    """The objects of the `figures` interface for people: each figure with its mentions and what stands against what."""
    blocks: list[RenderableType] = []
    for record in objects:
        if "cross" in record:
            blocks.append(Text(f"{FINDINGS.get(record['cross']['finding'], record['cross']['finding'])}: {record['cross']['text']}", style="yellow"))
            continue
        blocks.append(Text(f"\n{record['figure']}  ({record['kind'] or 'kind unknown'}, {record['unit']})", style="bold"))
        for mention in record["mentions"]:
            low, high = number(mention["low"]), number(mention["high"])
            value = low if low == high else f"{low} to {high}"
            blocks.append(Text(f"  {value:>20}  {mention['source'] or 'the outlet'}  [{mention['id']}]"))
        for finding in record["findings"]:
            if finding["finding"] not in ("agrees", "updates", "narrows"):
                style = _COLOUR.get(finding["severity"], "dim")
                blocks.append(Text(f"  {FINDINGS.get(finding['finding'], finding['finding'])}: {finding['text']}", style=style))
    return Group(*blocks) if blocks else Text("no figure that two or more articles state", style="dim")


def _said(claim: Claim, colour: str) -> RenderableType:
    """What a claim says, who says it and where, its sentence and its link."""
    day = claim.published.date() if claim.published else None
    head = Text.assemble((claim.text, f"bold {colour}"), " ", (_of_what(claim), "bold"), ", ", (who(claim), "italic"))
    return Group(head, Text(f"{claim.outlet_name}, {short_day(day)}", style="dim"), marked_sentence(claim, f"bold {colour}"), _link(claim.url))


def _of_what(claim: Claim) -> str:
    return " ".join(part for part in (claim.what or "", f"({claim.event})" if claim.event else "") if part)


def _link(url: str) -> Text:
    return Text(url, style=f"dim link {url}", overflow="fold", no_wrap=False)


def _denied(denial: Denial) -> RenderableType:
    day = denial.published.date() if denial.published else None
    head = Text.assemble((denial.source or "somebody", "italic"), f" {denial.stance} it")
    sentence = Text(f"“{' '.join(denial.sentence.split())}”")
    return Group(head, Text(f"{denial.outlet_name}, {short_day(day)}", style="dim"), sentence, _link(denial.url))


def _by_how_much(alert: Alert, finding: Finding | None) -> str:
    parts = []
    if finding is not None and finding.gap is not None and finding.gap > 1:
        parts.append("against a stated zero" if finding.gap == float("inf") else f"{finding.gap:.3g} times apart")
    parts.append(f"rule {alert.finding}")
    if len(alert.outlets) > 2:
        parts.append(f"{len(alert.outlets)} outlets carry it")
    return " · ".join([*parts, f"id {alert.id}"])


def alert_panels(
    alerts: Sequence[Alert], claims: Mapping[str, Claim], findings: Mapping[str, Finding], denials: Mapping[str, Denial], *, title: str | None = None
) -> RenderableType:
    """One panel an alert: who says what now, who said what before, by how much, which rule, both sentences, links."""
    blocks: list[RenderableType] = [Text(title, style="bold")] if title else []
    for alert in alerts:
        finding = next((findings[id] for id in reversed(alert.findings) if id in findings), None)
        colour = _COLOUR[alert.severity] or "white"
        grid = Table.grid(padding=(0, 1))
        grid.add_column(style="dim", min_width=6)
        grid.add_column(ratio=1, overflow="fold")
        if alert.later in claims:
            grid.add_row("now", _said(claims[alert.later], colour))
        elif alert.later in denials:
            grid.add_row("now", _denied(denials[alert.later]))
        grid.add_row("", "")
        if alert.earlier in claims:
            grid.add_row("before", _said(claims[alert.earlier], "cyan"))
        head = Text.assemble((f" {FINDINGS[alert.finding]} ", f"bold {colour}"), (f"{alert.title} ", "bold"), (f"{short_day(alert.day)} ", "dim"))
        foot = Text(f" {_by_how_much(alert, finding)} ", style="dim")
        blocks.append(Panel(grid, title=head, title_align="left", subtitle=foot, subtitle_align="left", border_style=colour))
    return Group(*blocks)


def days_chart(figure: Figure, days: Sequence[FigureDay], *, width: int = 48) -> RenderableType:
    """low ├──●──┤ high for each day on which something changed, on one scale from 0 to the highest value."""
    shown = [
        d
        for i, d in enumerate(days)
        if i == 0 or (d.low, d.central, d.high, d.high_open) != (days[i - 1].low, days[i - 1].central, days[i - 1].high, days[i - 1].high_open)
    ]
    top = max((v for d in shown for v in (d.low, d.central, d.high) if v is not None), default=0) or 1
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim", title=Text(figure.title, style="bold"), title_justify="left")
    for name, justify in (("day", "left"), ("low", "right"), ("central", "right"), ("high", "right"), ("", "left"), ("origins", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for d in shown:
        high = number(d.high) + ("+" if d.high_open else "")
        table.add_row(short_day(d.day), number(d.low), Text(number(d.central), style="bold"), high, _bar(d, top, width), str(d.origins))
    return table


def _bar(d: FigureDay, top: float, width: int) -> Text:
    def at(value: float) -> int:
        return max(0, min(width - 1, round(value / top * (width - 1))))

    cells = [" "] * (width + 1)
    known = [v for v in (d.low, d.central, d.high) if v is not None]
    if not known:
        return Text("")
    low, high = at(d.low if d.low is not None else min(known)), at(d.high if d.high is not None else max(known))
    for i in range(low, high + 1):
        cells[i] = "─"
    cells[low] = "├" if high > low else "│"
    cells[high] = "┤" if high > low else "│"
    if d.high_open:
        cells[min(high + 1, width)] = "→"
    if d.central is not None:
        cells[at(d.central)] = "●"
    return Text("".join(cells), style="cyan")
