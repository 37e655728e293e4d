"""Claims, figures, alerts and days as tables and small charts for a terminal."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from processing.alert import PROGRAM
from processing.corrections import as_corrected
from processing.figures import event_title
from schemas.records import (
    FINDINGS,
    Alert,
    AlertEvent,
    AppliedCorrection,
    Claim,
    Denial,
    Figure,
    FigureDay,
    Finding,
    Reading,
)

__all__ = [
    "CHART_LEGEND",
    "COLOUR",
    "capital",
    "central_words",
    "changes",
    "claim_fields",
    "claims_table",
    "counted_words",
    "day_of",
    "days_chart",
    "figure_claims",
    "figure_list",
    "figures_table",
    "gap_words",
    "high_words",
    "history_words",
    "lead_finding",
    "marked_sentence",
    "pedigree_table",
    "records_table",
    "scale_end",
    "short_day",
    "short_value",
    "side_names",
    "source_kind",
    "split_at_number",
    "stance_words",
    "who",
    "why_together",
]

_WIDE = 120  # columns from which on a claim is one line
COLOUR = {"high": "red", "low": "yellow", None: "dim"}
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
    """The source, by the one name that all its claims show, and its relays; the outlet where nobody is cited."""
    if claim.source_status == "outlet" or not claim.source:
        return claim.outlet_name if claim.source_status == "outlet" else "a source that stays unclear"
    name = claim.source_name or claim.source
    relay = [r for r in claim.relay if r.casefold() != claim.outlet_name.casefold()]
    return f"{name} (via {', '.join(relay)})" if relay else name


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
        "source type": source_kind(claim.source_type, claim.source_grade),
        "figure": claim.figure_title,
        "topics": ", ".join(claim.topics),
        "story": claim.story_title,
        "stands to others": ", ".join(FINDINGS.get(name, name) for name in claim.findings),  # type: ignore[call-overload]
    }


def source_kind(kind: str | None, grade: str | None) -> str | None:
    """A source's type and grade as people say it: "police, grade B"; None where neither is known."""
    told = [kind.replace("_", " ") if kind else "", f"grade {grade}" if grade else ""]
    return ", ".join(filter(None, told)) or None


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
        source = ("the outlet" if claim.source_status == "outlet" else who(claim)) + stance_words(claim)
        table.add_row(
            Text(claim.text, style="cyan"),
            claim.what or "",
            event_title(claim.event) or "",
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
    _, number_words, after = counted_words(claim)
    told = event_title(claim.event)
    joins = (
        told != claim.event and after and not after.endswith(")")
    )  # "12 people killed"; else "49 (death toll) · killed"
    event = f"{' ' if joins else ' · '}{told}" if told and told not in after.casefold() else ""
    first = Text.assemble((number_words, "bold cyan"), f" {after}".rstrip(), (event, "dim"))
    said = f"  {said}{stance_words(claim)}{day}"
    return Text("\n").join([first, Text(said), Text("  ") + marked_sentence(claim), Text("")])


def figure_list(figures: Sequence[Figure], room: int, ids: Mapping[str, str] | None = None) -> RenderableType:
    """A line a figure. Where `room` (columns) is less than 120 kind and unit are left out, never a part of an id.
    `ids`: what to show for an id; None: ids whole."""
    short = ids or {}
    names = ("figure", "kind", "unit", "claims", "followed", "id")
    shown = names if room >= _WIDE else ("figure", "claims", "followed", "id")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in shown:
        width = max((len(_cell(f, name, short)) for f in figures), default=0) if name in ("claims", "id") else None
        table.add_column(name, overflow="fold", min_width=width, justify="right" if name == "claims" else "left")
    for f in figures:
        table.add_row(*(_cell(f, name, short) for name in shown))
    return table


def _cell(figure: Figure, name: str, ids: Mapping[str, str]) -> str:
    cells = {"figure": capital(figure.title), "kind": figure.kind or "unknown", "unit": figure.unit}
    cells |= {"id": ids.get(figure.id, figure.id)}
    cells |= {"claims": str(len(figure.claims)), "followed": figure.topic or ""}
    return cells[name]


def figure_claims(claims: Sequence[Claim], room: int) -> RenderableType:
    """A figure's claims: a line each, or a few where `room` (columns) is less than 120."""
    if room < _WIDE:
        return Group(*(_figure_claim(claim) for claim in claims))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("published", "number", "who says it", "outlet", "sentence"):
        table.add_column(name, overflow="fold")
    for claim in claims:
        said = f"{capital(who(claim))}{stance_words(claim)}"
        number_words = Text(counted_words(claim)[1], style="cyan")
        table.add_row(day_of(claim), number_words, said, claim.outlet_name, marked_sentence(claim))
    return table


def _figure_claim(claim: Claim) -> RenderableType:
    _, number_words, after = counted_words(claim)
    said = f"{capital(who(claim))}{stance_words(claim)}: "
    head = Text.assemble((said, "italic"), (number_words, "bold cyan"), f" {after}".rstrip())
    where = Text(f"{claim.outlet_name}, {day_of(claim)}", "dim")
    return Group(head, Padding(Group(where, marked_sentence(claim)), (0, 0, 1, 2)))


_PEDIGREE = ("origin", "says", "of what", "as of", "carried by", "changed on the way", "overtaken by")


def pedigree_table(title: str, rows: Sequence[Sequence[str]], room: int) -> RenderableType:
    """A row an origin, its cells as `_PEDIGREE` names them; where `room` (columns) is less than 120, a few lines an
    origin."""
    if room >= _WIDE:
        table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)
        for name in _PEDIGREE:
            table.add_column(name, overflow="fold")
        for row in rows:
            table.add_row(*row)
        return table
    blocks: list[RenderableType] = [Text(title, style="bold")]
    for origin, says, what, as_of, *rest in rows:
        head = Text.assemble((f"{capital(origin)}: ", "italic"), (says, "bold cyan"), f" {what}".rstrip())
        head.append(f", as of {as_of}" if as_of else "")
        lines = [
            Text.assemble((f"{name}: ", "dim"), cell) for name, cell in zip(_PEDIGREE[4:], rest, strict=True) if cell
        ]
        blocks += [head, Padding(Group(*lines), (0, 0, 1, 2))]
    return Group(*blocks)


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
                style = COLOUR.get(finding["severity"], "dim")
                blocks.append(
                    Text(f"  {FINDINGS.get(finding['finding'], finding['finding'])}: {finding['text']}", style=style)
                )
    return Group(*blocks) if blocks else Text("no figure that two or more articles state", style="dim")


def records_table(
    rows: Sequence[Mapping[str, str]], room: int, head: str, right: Collection[str] = ()
) -> RenderableType:
    """Rows with the same keys as a table; where it needs more than `room` (columns), a few lines a row: the cell `head`
    first, then what is not empty. `right`: columns of numbers."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in rows[0] if rows else ():
        table.add_column(name, overflow="fold", justify="right" if name in right else "left")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row.values()))
    widths = [max(len(name), *(len(row[name]) for row in rows)) + 2 for name in (rows[0] if rows else ())]
    if sum(widths) <= room:
        return table
    blocks: list[RenderableType] = []
    for row in rows:
        told = [f"{name} {cell}" for name, cell in row.items() if name in right and cell]
        lines = [Text(", ".join(told))] if told else []
        lines += [
            Text.assemble((f"{name}: ", "dim"), cell)
            for name, cell in row.items()
            if cell and name != head and name not in right
        ]
        blocks += [Text(row[head], style="bold"), Padding(Group(*lines), (0, 0, 1, 2))]
    return Group(*blocks)


_RULE = re.compile(rf"\b({'|'.join(FINDINGS)}): .*")


def history_words(event: AlertEvent) -> str:
    """Why something was done to an alert; where a rule did it, the finding in words: "sources disagree"."""
    if event.by != PROGRAM:
        return event.reason
    return _RULE.sub(lambda match: FINDINGS[match[1]], event.reason)  # type: ignore[index]


def counted_words(claim: Claim) -> tuple[str, str, str]:
    """What stands before the number, the number, and what is counted behind it: ("", "49", "people killed"),
    ("", "€2.4 billion", "(damage)"), ("", "thousands", "of people")."""
    words = " ".join((claim.what or "").split())
    for article in ("the ", "a ", "an "):
        words = words[len(article) :] if words.casefold().startswith(article) else words
    number_words = _inside(" ".join(claim.text.split()))
    event = claim.event_said if claim.unit == "count" and claim.event_said not in (None, claim.event) else None
    if event is None or claim.event == claim.what_head or event.casefold() in words.casefold():
        event = ""
    if not words or words.casefold() in claim.text.casefold():
        return "", number_words, event
    if claim.unit != "count" or not (claim.low == claim.high == 1 or _is_plural(words, claim.what_head)):
        return "", number_words, f"({words}{f' {event}' if event else ''})"
    of = "of " if _VAGUE_PLURAL.search(number_words) else ""
    return "", number_words, f"{of}{words} {event}".rstrip()


_VAGUE_PLURAL = re.compile(r"\b(?:dozens|scores|tens|hundreds|thousands|millions|billions|trillions)$", re.IGNORECASE)
_COINS = ("Rs", "Tk", "Fr", "Sh", "Kc")  # what is written with a capital inside a sentence too


def _inside(words: str) -> str:
    """Number words as they stand inside a sentence: "At least 100" -> "at least 100"."""
    first = re.match(r"[^\W\d_]+", words)
    if first is None or not first.group().istitle() or first.group() in _COINS:
        return words
    return words[:1].lower() + words[1:]


def _is_plural(words: str, head: str | None) -> bool:
    """Whether a noun phrase is plural, so that it can stand behind a number: "guards", "people", not "death toll"."""
    noun = re.split(r" (?:of|in|at|from|with|on|who|that) ", words.casefold())[0].rpartition(" ")[2]
    if noun in _ALWAYS_PLURAL:
        return True
    return bool(head) and noun != head and noun.endswith(("s", "en", "i", "a"))


_ALWAYS_PLURAL = {"people", "men", "women", "children", "police", "troops", "personnel", "dead", "casualties", "staff"}
_ALWAYS_PLURAL |= {"aircraft", "cattle", "sheep", "crew", "injured", "wounded", "missing", "homeless"}
_STANCES = {"denies": " denies", "disputes": " disputes", "questions": " asks", "withdrawn": " took back"}


def stance_words(claim: Claim) -> str:
    """What a source does with a number that it does not assert: " denies", " asks"; empty where it asserts."""
    return "" if claim.stance == "asserts" else _STANCES.get(claim.stance, f" {claim.stance}")


def lead_finding(alert: Alert, findings: Mapping[str, Finding]) -> Finding | None:
    """The finding that an alert's sentence and both its sides are of; where that is no more, the last of its others."""
    there = [findings[id] for id in alert.findings if id in findings]
    own = [f for f in there if (f.earlier, f.later) == (alert.earlier, alert.later)]
    return next(reversed(own or there), None)


def gap_words(finding: Finding | None) -> str | None:
    """How far two numbers lie apart ("2.38 times apart"); None where no ratio says it."""
    if finding is None or finding.gap is None or finding.gap <= 1:
        return None
    return "against a stated zero" if finding.gap == float("inf") else f"{finding.gap:.3g} times apart"


def side_names(alert: Alert, earlier: Claim | None, later: Claim | None) -> tuple[str, str]:
    """What to call the earlier and the later claim."""
    if alert.finding == "exceeds_whole" and earlier and later and (later.low or 0) != (earlier.low or 0):
        return ("whole", "part") if (later.low or 0) > (earlier.low or 0) else ("part", "whole")
    return ("other", "one") if alert.finding in ("exceeds_whole", "conflates", "inconsistent") else ("before", "now")


def changes(days: Sequence[FigureDay]) -> list[FigureDay]:
    """The days on which low, central or high is not what it was the day before."""
    values = [(d.low, d.central, d.high, d.high_open) for d in days]
    return [d for i, d in enumerate(days) if i == 0 or values[i] != values[i - 1]]


def _days_table(title: str) -> Table:
    """The columns of a figure's days."""
    table = Table(
        box=None,
        pad_edge=False,
        show_header=True,
        header_style="dim",
        title=Text(title, style="bold"),
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
    return table


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
    table = _days_table(figure.title)
    for d in shown:
        if not d.origins:
            table.add_row(short_day(d.day), *[Text("–", style="dim")] * 3, Text("nothing that recent", style="dim"), "")
            continue
        ends = (short_value(d.low, figure.unit), high_words(d, figure.unit))
        central = Text(central_words(d, figure.unit), style="bold")
        bar = _bar(d, top, width) if width else ""
        table.add_row(short_day(d.day), ends[0], central, ends[1], bar, str(d.origins))
    if width:
        table.add_row("", "", "", "", _scale(top, figure.unit, width), "")
    return table


def _widest(days: Sequence[FigureDay], unit: str) -> tuple[str, str, str]:
    """The longest low, central and high as they are written."""
    lows, centrals = [short_value(d.low, unit) for d in days], [central_words(d, unit) for d in days]
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


def central_words(d: FigureDay, unit: str) -> str:
    """The central of a day: "6,000"; "up to 80" where the newest number is only a ceiling, so that it can lie below the
    low; "–" where it is not known, or vague words are all there is."""
    if d.central is None:
        return "–"
    ceiling = d.central < d.low if d.low is not None else d.central == d.high
    return f"{'up to ' if ceiling else ''}{short_value(d.central, unit)}"


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
