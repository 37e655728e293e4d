"""Alerts for a terminal: a card with both sides, or a line with the one sentence that tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from console.tables import (
    COLOUR,
    capital,
    counted_words,
    day_of,
    gap_words,
    lead_finding,
    marked_sentence,
    short_day,
    side_names,
    stance_words,
    who,
)
from schemas.records import FINDINGS, Alert, Claim, Denial, Finding

__all__ = ["alert_lines", "alert_panels"]


def alert_panels(
    alerts: Sequence[Alert],
    claims: Mapping[str, Claim],
    findings: Mapping[str, Finding],
    denials: Mapping[str, Denial],
    *,
    title: str | None = None,
    ids: Mapping[str, str] | None = None,
) -> RenderableType:
    """One panel an alert: who said what before, who says what now, both sentences, links, by how much, which rule.
    `ids`: what to show for an id; None: ids whole."""
    blocks: list[RenderableType] = [Text(title, style="bold")] if title else []
    for alert in alerts:
        colour = COLOUR[alert.severity] or "white"
        head = Text.assemble((f" {FINDINGS[alert.finding]}: ", f"bold {colour}"), (f"{capital(alert.title)} ", "bold"))
        foot = Text(f" {_foot(alert, lead_finding(alert, findings), (ids or {}).get(alert.id, alert.id))} ", "dim")
        grid = _sides(alert, claims, denials, colour)
        blocks.append(
            Panel(grid, title=head, title_align="left", subtitle=foot, subtitle_align="left", border_style=colour)
        )
    return Group(*blocks)


def _sides(alert: Alert, claims: Mapping[str, Claim], denials: Mapping[str, Denial], colour: str) -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="dim", min_width=6)
    grid.add_column(ratio=1, overflow="fold")
    later, earlier = claims.get(alert.later), claims.get(alert.earlier)
    before, now = side_names(alert, earlier, later)
    if earlier is not None:
        grid.add_row(before, _said(earlier, "cyan"))
        grid.add_row("", "")
    if later is not None:
        same = earlier is not None and _place(earlier) == _place(later)
        grid.add_row(now, _how_many(later, colour) if same else _said(later, colour))
    elif alert.later in denials:
        grid.add_row(now, _denied(denials[alert.later]))
    return grid


def _place(claim: Claim) -> tuple[str, str, int]:
    return claim.article_id, claim.field, claim.sentence_start


def _foot(alert: Alert, finding: Finding | None, id: str) -> str:
    carried = f"{len(alert.outlets)} outlets" if len(alert.outlets) > 2 else None
    return " · ".join(filter(None, (gap_words(finding), carried, f"rule {alert.finding}", f"id {id}")))


def _said(claim: Claim, colour: str) -> RenderableType:
    """Who says how many of what and where, the sentence and its link."""
    head = Text.assemble((capital(who(claim)), "italic"), stance_words(claim), ": ", _how_many(claim, colour))
    return Group(head, _where(claim), marked_sentence(claim, f"bold {colour}"), _link(claim.url))


def _how_many(claim: Claim, colour: str) -> Text:
    number_words, after = counted_words(claim)[1:]
    return Text.assemble((number_words, f"bold {colour}"), (f" {after}".rstrip(), "bold"))


def _where(record: Claim | Denial) -> Text:
    return Text(f"{record.outlet_name}, {day_of(record)}", style="dim")


def _link(url: str) -> Text:
    return Text(url, style=f"dim link {url}", overflow="fold", no_wrap=False)


def _denied(denial: Denial) -> RenderableType:
    name = denial.source or "somebody"
    head = Text.assemble((capital(name), "italic"), f" {denial.stance} it")
    return Group(head, _where(denial), Text(f"“{' '.join(denial.sentence.split())}”"), _link(denial.url))


def alert_lines(
    alerts: Sequence[Alert], *, title: str | None = None, ids: Mapping[str, str] | None = None, state: bool = False
) -> RenderableType:
    """Each alert as a line (what it is called, day, id, with `state` also what became of it) and its sentence below, in
    any width. `ids`: what to show for an id; None: ids whole."""
    blocks: list[RenderableType] = [Text(title, style="bold")] if title else []
    for alert in alerts:
        facts = [short_day(alert.day), alert.state.replace("_", " ") if state else ""]
        head = Text.assemble((FINDINGS[alert.finding], COLOUR[alert.severity] or "dim"))
        head.append("".join(f"  {fact}" for fact in facts if fact), "dim")
        head.append(f"  {(ids or {}).get(alert.id, alert.id)}", "bold")
        blocks += [head, Padding(Text(alert.text), (0, 0, 0, 2))]
    return Group(*blocks)
