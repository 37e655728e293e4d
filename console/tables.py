"""Claims, figures, alerts and days as tables and small charts for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from processing.corrections import as_corrected
from schemas.records import FINDINGS, Alert, AppliedCorrection, Claim, Denial, Figure, FigureDay, Finding, Reading

__all__ = [
    "CHART_LEGEND",
    "alert_lines",
    "alert_panels",
    "capital",
    "changes",
    "claim_fields",
    "claims_table",
    "counted_words",
    "day_of",
    "days_chart",
    "figure_list",
    "figures_table",
    "gap_words",
    "high_words",
    "marked_sentence",
    "newest_finding",
    "scale_end",
    "short_day",
    "short_value",
    "side_names",
    "split_at_number",
    "who",
    "why_together",
]

_WIDE = 120  # columns from which on a claim is one line
_COLOUR = {"high": "red", "low": "yellow", None: "dim"}
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "UAH": "₴"}


def number(value: float | None) -> str:
    """A number for people: thousands parted by commas, no needless decimals; "open" for None."""
    if value is None:
        return "open"
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"


def short_value(value: float | None, unit: str = "count") -> str:
    """A number for a narrow column, with its unit where that is short: "12,000", "3.25m", "€2.4bn", "31%"; "open" for
    None."""
    if value is None:
        return "open"
    if unit == "share":
        return f"{value * 100:.3g}%"
    sign = _SIGNS.get(unit, f"{unit} " if len(unit) == 3 and unit.isupper() else "")
    for size, letter in ((1e12, "tn"), (1e9, "bn"), (1e6, "m")):
        if abs(value) >= size:
            return f"{sign}{value / size:.4g}{letter}"
    return f"{sign}{number(value)}"


def short_day(day: date | None) -> str:
    """A day as "22 Jan 2025"; "no date" for None."""
    return f"{day.day} {day:%b %Y}" if day else "no date"


def day_of(record: Claim | Denial) -> str:
    """When it was printed: "22 Jan 2025", or "no date"."""
    return short_day(record.published.date() if record.published else None)


def capital(text: str) -> str:
    """The text with a capital at its beginning; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def who(claim: Claim) -> str:
    """The source and its relays, the outlet where nobody is cited."""
    if claim.source_status == "outlet" or not claim.source:
        return claim.outlet_name if claim.source_status == "outlet" else "a source that stays unclear"
    return f"{claim.source} (via {', '.join(claim.relay)})" if claim.relay else claim.source


def split_at_number(claim: Claim) -> tuple[str, str, str]:
    """The claim's sentence: before its number, the number, behind it; all before where the number is not found."""
    sentence, words = " ".join(claim.sentence.split()), " ".join(claim.text.split())
    before = " ".join(
        claim.sentence[: max(0, claim.start - claim.sentence_start)].split()
    )  # the same words may stand there twice
    at = sentence.find(words, len(before))
    at = sentence.find(words) if at < 0 else at
    return (
        (sentence, "", "") if at < 0 else (sentence[:at], sentence[at : at + len(words)], sentence[at + len(words) :])
    )


def marked_sentence(claim: Claim, colour: str = "bold cyan") -> Text:
    """The claim's sentence with its number marked."""
    before, words, after = split_at_number(claim)
    return Text.assemble("“", before, (words, colour), after, "”")


def claim_fields(claim: Claim) -> list[tuple[str, str, float | None, str]]:
    """A claim field by field: name, value as text, how sure it is (0 to 1; None where nothing says), the rule that gave
    it."""
    claim = as_corrected(claim)
    value = number(claim.low) if claim.low == claim.high else f"{number(claim.low)} to {number(claim.high)}"
    shown = {
        "value": f"{value} ({claim.approx})",
        "unit": claim.unit,
        "what": claim.what,
        "event": claim.event,
        "place": claim.place,
        "source": who(claim),
        "stance": claim.stance,
        "as_of": None if claim.as_of is None else " to ".join(dict.fromkeys(map(short_day, claim.as_of))),
    }
    return [
        *((name, text or "not known", claim.sure.get(name), claim.rules.get(name, "")) for name, text in shown.items()),
        *((name, text, None, "") for name, text in _understood(claim).items() if text),
        *(
            (f"corrected: {c.field}", _correction(c), 1.0, f"{c.by}, {short_day(c.at.date())}: {c.why}")
            for c in claim.corrections
        ),
    ]


def _understood(claim: Claim) -> dict[str, str | None]:
    """What the pipeline made of a claim, by name."""
    ids = claim.source_id
    return {
        "source id": ", ".join(ids) if isinstance(ids, tuple) else ids,
        "figure": claim.figure_title,
        "topics": ", ".join(claim.topics),
        "story": claim.story_title,
        "stands to others": ", ".join(FINDINGS.get(name, name) for name in claim.findings),  # type: ignore[call-overload]
    }


def _correction(done: AppliedCorrection) -> str:
    return "is no claim" if done.field == "drop" else f"{done.now} (read as {done.read})"


def claims_table(reading: Reading, *, title: str | None = None, room: int = 160) -> RenderableType:
    """Who says how many of what, where and as of when: one line a claim, or a few lines where `room` (columns of the
    terminal) is less than 120."""
    if reading.skipped:
        return Text(f"{title or 'text'}: not read: {reading.skipped}", style="yellow")
    if room < _WIDE and reading.claims:
        head = [Text(title, style="italic")] if title else []
        return Group(*head, *(_claim_block(claim) for claim in reading.claims), *_denial_lines(reading))
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False, expand=False)
    for name in ("number", "of what", "event", "who says it", "as of", "sentence"):
        table.add_column(name, overflow="fold", max_width=60 if name == "sentence" else 28)
    for claim in reading.claims:
        as_of = "" if claim.as_of is None else short_day(claim.as_of[1]) + ("?" if claim.as_of_guess else "")
        stance = "" if claim.stance == "asserts" else f" [{claim.stance}]"
        source = ("the outlet" if claim.source_status == "outlet" else who(claim)) + stance
        table.add_row(
            Text(claim.text, style="cyan"),
            claim.what or "",
            claim.event or "",
            Text(source),
            as_of,
            marked_sentence(claim),
        )
    if not reading.claims:
        return Text(f"{title or 'text'}: no figure claim found", style="dim")
    return Group(table, *_denial_lines(reading))


def _denial_lines(reading: Reading) -> list[Text]:
    return [Text(f"{d.source or 'somebody'} {d.stance}: {d.denies}", style="yellow") for d in reading.denials]


def _claim_block(claim: Claim) -> Text:
    """A claim in three lines: number and what, who says it as of when, the sentence."""
    day = "" if claim.as_of is None else f", as of {short_day(claim.as_of[1])}" + ("?" if claim.as_of_guess else "")
    said = "the outlet" if claim.source_status == "outlet" else who(claim)
    event = f"  [{claim.event}]" if claim.event else ""
    stance = "" if claim.stance == "asserts" else f", {claim.stance}"
    first = Text.assemble((claim.text, "bold cyan"), f" {claim.what or ''}".rstrip(), (event, "dim"))
    return Text("\n").join([first, Text(f"  {said}{stance}{day}"), Text("  ") + marked_sentence(claim), Text("")])


def figure_list(figures: Sequence[Figure], room: int) -> RenderableType:
    """A line a figure. Where `room` (columns) is less than 120 kind and unit are left out; ids are always whole."""
    names = ("figure", "kind", "unit", "claims", "followed", "id")
    shown = names if room >= _WIDE else ("figure", "claims", "followed", "id")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in shown:
        width = max((len(_cell(f, name)) for f in figures), default=0) if name in ("claims", "id") else None
        table.add_column(name, overflow="fold", min_width=width, style="dim" if name == "id" else "")
    for f in figures:
        table.add_row(*(_cell(f, name) for name in shown))
    return table


def _cell(figure: Figure, name: str) -> str:
    cells = {"figure": figure.title, "kind": figure.kind or "unknown", "unit": figure.unit, "id": figure.id}
    cells |= {"claims": str(len(figure.claims)), "followed": figure.topic or ""}
    return cells[name]


def figures_table(objects: Iterable[Mapping[str, Any]]) -> RenderableType:
    """The objects of the `figures` interface for people: each figure with its mentions and what stands against what."""
    blocks: list[RenderableType] = []
    for record in objects:
        if "cross" in record:
            finding = record["cross"]["finding"]
            blocks.append(Text(f"{FINDINGS.get(finding, finding)}: {record['cross']['text']}", style="yellow"))
            continue
        blocks.append(
            Text(f"\n{record['figure']}  ({record['kind'] or 'kind unknown'}, {record['unit']})", style="bold")
        )
        for mention in record["mentions"]:
            low, high = number(mention["low"]), number(mention["high"])
            value = low if low == high else f"{low} to {high}"
            blocks.append(Text(f"  {value:>20}  {mention['source'] or 'the outlet'}  [{mention['id']}]"))
        for finding in record["findings"]:
            if finding["finding"] not in ("agrees", "updates", "narrows"):
                style = _COLOUR.get(finding["severity"], "dim")
                blocks.append(
                    Text(f"  {FINDINGS.get(finding['finding'], finding['finding'])}: {finding['text']}", style=style)
                )
    return Group(*blocks) if blocks else Text("no figure that two or more articles state", style="dim")


def _said(claim: Claim, colour: str) -> RenderableType:
    """Who says how many of what and where, the sentence and its link."""
    name = who(claim)
    head = Text.assemble(
        (capital(name), "italic"), (" denies" if claim.stance == "denies" else ""), ": ", _how_many(claim, colour)
    )
    return Group(head, _where(claim), marked_sentence(claim, f"bold {colour}"), _link(claim.url))


def counted_words(claim: Claim) -> tuple[str, str, str]:
    """What is counted, and the number, in the order of the sentence: ("", "240", "people"), ("death toll", "49",
    "")."""
    words = " ".join((claim.what or "").split())
    for article in ("the ", "a ", "an "):
        words = words[len(article) :] if words.casefold().startswith(article) else words
    number_words = " ".join(claim.text.split())
    sentence = " ".join(claim.sentence.split())
    at, counted = sentence.find(number_words), sentence.find(words)
    if not words or words.casefold() in claim.text.casefold():
        return "", number_words, ""
    if 0 <= counted < at and counted + len(words) <= at:
        return words, number_words, ""
    return "", number_words, words


def _how_many(claim: Claim, colour: str) -> Text:
    before, number_words, after = counted_words(claim)
    parts = [
        (words, style)
        for words, style in ((before, "bold"), (number_words, f"bold {colour}"), (after, "bold"))
        if words
    ]
    return Text(" ").join(Text(words, style=style) for words, style in parts)


def _where(claim: Claim | Denial) -> Text:
    return Text(f"{claim.outlet_name}, {day_of(claim)}", style="dim")


def _link(url: str) -> Text:
    return Text(url, style=f"dim link {url}", overflow="fold", no_wrap=False)


def _denied(denial: Denial) -> RenderableType:
    name = denial.source or "somebody"
    head = Text.assemble((capital(name), "italic"), f" {denial.stance} it")
    return Group(head, _where(denial), Text(f"“{' '.join(denial.sentence.split())}”"), _link(denial.url))


def newest_finding(alert: Alert, findings: Mapping[str, Finding]) -> Finding | None:
    """The last of an alert's findings that is still there."""
    return next((findings[id] for id in reversed(alert.findings) if id in findings), None)


def gap_words(finding: Finding | None) -> str | None:
    """How far two numbers lie apart ("2.38 times apart"); None where no ratio says it."""
    if finding is None or finding.gap is None or finding.gap <= 1:
        return None
    return "against a stated zero" if finding.gap == float("inf") else f"{finding.gap:.3g} times apart"


def _by_how_much(alert: Alert, finding: Finding | None) -> str:
    carried = f"{len(alert.outlets)} outlets carry it" if len(alert.outlets) > 2 else None
    return " · ".join(filter(None, (gap_words(finding), f"rule {alert.finding}", carried, f"id {alert.id}")))


def side_names(alert: Alert, earlier: Claim | None, later: Claim | None) -> tuple[str, str]:
    """What to call the earlier and the later claim."""
    if alert.finding == "exceeds_whole" and earlier and later and (later.low or 0) != (earlier.low or 0):
        return ("whole", "part") if (later.low or 0) > (earlier.low or 0) else ("part", "whole")
    return ("other", "one") if alert.finding in ("exceeds_whole", "conflates", "inconsistent") else ("before", "now")


def alert_panels(
    alerts: Sequence[Alert],
    claims: Mapping[str, Claim],
    findings: Mapping[str, Finding],
    denials: Mapping[str, Denial],
    *,
    title: str | None = None,
) -> RenderableType:
    """One panel an alert: who says what now, who said what before, by how much, which rule, both sentences, links."""
    blocks: list[RenderableType] = [Text(title, style="bold")] if title else []
    for alert in alerts:
        finding = newest_finding(alert, findings)
        colour = _COLOUR[alert.severity] or "white"
        grid = Table.grid(padding=(0, 1))
        grid.add_column(style="dim", min_width=6)
        grid.add_column(ratio=1, overflow="fold")
        later, earlier = claims.get(alert.later), claims.get(alert.earlier)
        before, now = side_names(alert, earlier, later)
        if later is not None:
            grid.add_row(now, _said(later, colour))
        elif alert.later in denials:
            grid.add_row(now, _denied(denials[alert.later]))
        if earlier is not None:
            grid.add_row("", "")
            same = later is not None and (earlier.article_id, earlier.sentence_start) == (
                later.article_id,
                later.sentence_start,
            )
            grid.add_row(before, _how_many(earlier, "cyan") if same else _said(earlier, "cyan"))
        head = Text.assemble(
            (f" {FINDINGS[alert.finding]} ", f"bold {colour}"),
            (f" {alert.title} ", "bold"),
            (f" {short_day(alert.day)} ", "dim"),
        )
        foot = Text(f" {_by_how_much(alert, finding)} ", style="dim")
        blocks.append(
            Panel(grid, title=head, title_align="left", subtitle=foot, subtitle_align="left", border_style=colour)
        )
    return Group(*blocks)


def alert_lines(alerts: Sequence[Alert], *, title: str | None = None) -> RenderableType:
    """One short paragraph an alert: rule, day, what stands against what, id."""
    table = Table.grid(padding=(0, 2), expand=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(ratio=1, overflow="fold")
    for alert in alerts:
        text = Text.assemble(alert.text, (f"  {alert.id}", "dim"))
        table.add_row(Text(FINDINGS[alert.finding], style=_COLOUR[alert.severity] or "dim"), short_day(alert.day), text)
    return Group(Text(title, style="bold"), table) if title else table


def changes(days: Sequence[FigureDay]) -> list[FigureDay]:
    """The days on which low, central or high is not what it was the day before."""
    values = [(d.low, d.central, d.high, d.high_open) for d in days]
    return [d for i, d in enumerate(days) if i == 0 or values[i] != values[i - 1]]


def days_chart(figure: Figure, days: Sequence[FigureDay], *, room: int = 100) -> RenderableType:
    """low ├──●──┤ high for each day on which something changed, on one scale from 0 to about the highest value, which
    stands below. `room`: columns of the terminal; the picture takes what the numbers leave, 60 at the most, and is left
    out below 8."""
    shown = changes(days)
    top = scale_end(shown)
    numbers = zip(("low", "central", "high"), _widest(shown, figure.unit), strict=True)
    taken = sum(max(len(words), len(name)) for name, words in numbers)
    width = min(60, room - taken - len("22 Jan 2025") - len("origins") - 13)
    width = width if width >= 8 else 0
    table = Table(
        box=None,
        pad_edge=False,
        show_header=True,
        header_style="dim",
        title=Text(figure.title, style="bold"),
        title_justify="left",
    )
    for name, justify in (
        ("day", "left"),
        ("low", "right"),
        ("central", "right"),
        ("high", "right"),
        ("", "left"),
        ("origins", "right"),
    ):
        table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for d in shown:
        if not d.origins:
            table.add_row(short_day(d.day), *[Text("–", style="dim")] * 3, Text("nothing that recent", style="dim"), "")
            continue
        central = Text(short_value(d.central, figure.unit), style="bold")
        table.add_row(
            short_day(d.day),
            short_value(d.low, figure.unit),
            central,
            high_words(d, figure.unit),
            _bar(d, top, width) if width else "",
            str(d.origins),
        )
    if width:
        table.add_row("", "", "", "", _scale(top, figure.unit, width), "")
    return table


def _widest(days: Sequence[FigureDay], unit: str) -> tuple[str, str, str]:
    """The longest low, central and high as they are written."""
    lows, centrals = [short_value(d.low, unit) for d in days], [short_value(d.central, unit) for d in days]
    return tuple(max(words, key=len, default="") for words in (lows, centrals, [high_words(d, unit) for d in days]))  # type: ignore[return-value]


CHART_LEGEND = (
    "├──●──┤ low, central, high of what the origins say by that day  ·  → some origin sets no upper "
    "end  ·  origins: sources that count once each"
)


def scale_end(days: Sequence[FigureDay]) -> float:
    """Where the axis of these days ends: a plain number at or above the highest value."""
    return _round_up(max((v for d in days for v in (d.low, d.central, d.high) if v is not None), default=0))


def high_words(d: FigureDay, unit: str) -> str:
    """The high of a day: "2,200", "2,200+" where some origin sets no upper end, "open" where the highest closed end
    says nothing then."""
    beyond = d.high_open and (d.high is None or (d.central is not None and d.central > d.high))
    return "open" if beyond else short_value(d.high, unit) + ("+" if d.high_open else "")


def _round_up(value: float) -> float:
    """The next number that makes a plain end of an axis: 49 -> 50, 2,700 -> 3,000, 15,000 -> 16,000; 1 for none."""
    if value <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(step * size for step in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10) if step * size >= value * (1 - 1e-9))


def _scale(top: float, unit: str, width: int) -> Text:
    """The axis: 0, half and the whole."""
    cells = [" "] * (width + 1)
    for value, name in ((0.0, "0"), (top / 2, short_value(top / 2, unit)), (top, short_value(top, unit))):
        at = round(value / top * (width - 1))
        start = 0 if not value else min(at - len(name) // 2, width - len(name))
        if start > 0 and cells[start - 1] != " ":
            continue
        cells[start : start + len(name)] = name
    return Text("".join(cells), style="dim")


def _bar(d: FigureDay, top: float, width: int) -> Text:
    def at(value: float) -> int:
        return max(0, min(width - 1, round(value / top * (width - 1))))

    cells = [" "] * (width + 1)
    known = [v for v in (d.low, d.central, d.high) if v is not None]
    if not known:
        return Text("")
    low, high = at(min(known)), at(max(known))
    for i in range(low, high + 1):
        cells[i] = "─"
    cells[low] = "├" if high > low else "│"
    cells[high] = "┤" if high > low else "│"
    if d.high_open:
        cells[high + 1] = "→"
    if d.central is not None:
        cells[at(d.central)] = "●"
    return Text("".join(cells), style="cyan")


def why_together(figure: Figure, claims: Mapping[str, Claim]) -> list[str]:
    """Why the claims of a found figure are taken for one thing, a line a claim."""
    possibly = set(figure.possibly)
    return [
        f"“{claims[id].text}” ({claims[id].outlet_name}) is {'possibly ' if id in possibly else ''}the same thing as "
        f"“{claims[other].text}” ({claims[other].outlet_name}), {words}"
        for id, other, words in figure.why
        if id in claims and other in claims
    ]
