"""A reading for people: the text with its numbers and sources in colour, and for each claim which rule gave which
field, how surely."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.text import Text

from schemas.facets import Facets
from schemas.records import Claim, Reading

__all__ = ["explain"]

_COLOURS = {
    "level": "bold black on bright_yellow",
    "change": "bold black on bright_cyan",
    "source": "bold bright_green",
    "denial": "bold bright_red",
}
_FIELDS = ("quantity", "what", "event", "source", "place", "as_of", "part_of", "same_as")


def _value(claim: Claim, name: str) -> str | None:
    """What a field says, in words; None where it is unknown."""
    if name == "quantity":
        low = "open" if claim.low is None else f"{claim.low:,.10g}"
        high = "open" if claim.high is None else f"{claim.high:,.10g}"
        interval = (
            low
            if claim.low == claim.high
            else f"{'more than ' if claim.low_open else ''}{low} to {'less than ' if claim.high_open else ''}{high}"
        )
        per = f" per {claim.per}" if claim.per else ""
        return f"{interval} {claim.unit}{per} ({claim.approx}, {claim.aspect})"
    if name == "source":
        relay = f", through {' / '.join(claim.relay)}" if claim.relay else ""
        stance = "" if claim.stance == "asserts" else f", {claim.stance}"
        return (
            f"{claim.source or 'the outlet itself'} "
            f"({claim.source_status}{stance}{', hedged' if claim.hedged else ''}){relay}"
        )
    if name == "as_of" and claim.as_of:
        days = " to ".join(dict.fromkeys(day.isoformat() for day in claim.as_of))
        period = f", over {claim.period[0]} to {claim.period[1]}" if claim.period else ""
        return f"{days}{' (a guess)' if claim.as_of_guess else ''}{period}"
    value = getattr(claim, name)
    return None if value is None else str(value)


def explain(reading: Reading, text: str, *, colour: bool = True, width: int = 120) -> str:
    """The text with marks in colour (level, change, source, denial), then a block of lines for each claim of its field
    "text".

    `text` is what the offsets count in: the file's text, or an article's; a title's claims are listed without marks.
    `colour` False leaves out the escape codes; `width` is the number of columns."""
    out = StringIO()
    console = Console(
        file=out, force_terminal=colour, width=width, color_system="standard" if colour else None, highlight=False
    )
    if reading.skipped:
        console.print(f"not read: {reading.skipped}")
        return out.getvalue()
    console.print(_marked(reading, text))
    console.print()
    for number, claim in enumerate(reading.claims, 1):
        console.print(_block(reading, claim, number))
    for denial in reading.denials:
        console.print(
            Text.assemble(
                ("denial ", _COLOURS["denial"]), f"{denial.source or 'somebody'} {denial.stance}: {denial.denies}\n"
            )
        )
    return out.getvalue()


def _marked(reading: Reading, text: str) -> Text:
    shown = Text(text)
    for claim in reading.claims:
        if claim.field == "text":
            shown.stylize(_COLOURS[claim.aspect], claim.start, claim.end)
            if claim.source_words and claim.source_words[0] >= 0:
                shown.stylize(_COLOURS["source"], *claim.source_words)
    for denial in reading.denials:
        if denial.field == "text":
            shown.stylize(_COLOURS["denial"], denial.start, denial.end)
    return shown


def _block(reading: Reading, claim: Claim, number: int) -> Text:
    numbers = {other.id: f"claim {place}" for place, other in enumerate(reading.claims, 1)}
    block = Text.assemble((f"{number}. {claim.text}", _COLOURS[claim.aspect]), f"  {claim.id}\n")
    for name in _FIELDS:
        value = _value(claim, name)
        if name in ("part_of", "same_as"):
            if value is None:
                continue
            value = numbers.get(value, value)
        sure, rule = claim.sure.get(name), claim.rules.get(name)
        certainty = "" if sure is None else f"  {sure:.0%} sure"
        block.append(f"   {name:<9}{value if value is not None else '-'}", style="" if value is not None else "dim")
        block.append(f"{certainty}{f'  [{rule}]' if rule else ''}\n", style="dim")
    if claim.facets is not None:
        block.append(f"   facets   {_told(claim.facets)}\n", style="dim")
    return block


def _told(facets: Facets) -> str:
    """What the facets say, in one line; what the sentence does not say is left out."""
    limits = [*facets.scope_marks, " ".join(facets.places), facets.institution, *facets.groups]
    shown = (
        f"number {facets.rank} of the article, {facets.zone}",
        facets.incident and f"{facets.incident} incident ({', '.join(facets.incident_marks) or facets.zone})",
        facets.holder and f"holder {facets.holder} ({facets.holder_rule})",
        facets.role,
        facets.scope,
        ", ".join(word for word in (*limits, facets.severity, *facets.times) if word),
        facets.modality and f"{facets.modality} ({facets.modality_word})",
    )
    return "; ".join(part for part in shown if part)
