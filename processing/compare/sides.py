"""What is said of one claim, one side of a comparison: who says it, to whom, when and where; and all of it in lines for
an explanation."""

from __future__ import annotations

import re

from processing.compare.phrases import in_sentence, say_date, say_interval, say_value
from processing.compare.statements import Statement, end_day, own_voice
from processing.intervals import tolerance
from schemas.records import Claim

__all__ = ["Side", "Sides", "in_brackets", "mark", "who"]


class Side:
    """What is said of one claim, worked out once however many findings it stands in."""

    def __init__(self, statement: Statement):
        claim = statement.shown
        self.statement, self.claim = statement, claim
        self.value, self.who, self.told = say_value(claim), who(claim), _told(claim)
        self._places: dict[bool, str] = {}
        self._long: list[str] | None = None

    def where(self, year: bool) -> str:
        """Day, outlet and relays in brackets."""
        if year not in self._places:
            self._places[year] = in_brackets(self.claim, year=year, told=self.told)
        return self._places[year]

    def long(self, label: str) -> list[str]:
        """The lines of the long form."""
        if self._long is None:
            self._long = _lines(self.statement)
        return [f"{label}: {self._long[0]}", *self._long[1:]]


class Sides:
    """The sides of the claims that one comparison is about."""

    def __init__(self) -> None:
        self._made: dict[int, Side] = {}

    def of(self, statement: Statement) -> Side:
        """The side of a statement; it keeps the statement, so that no other object can have its identity."""
        side = self._made.get(id(statement))
        if side is None:
            side = self._made[id(statement)] = Side(statement)
        return side


def who(claim: Claim) -> str:
    """Who says it, as a phrase: the outlet in its own voice, a source that stays unclear, or the source as written."""
    if own_voice(claim):
        return claim.outlet_name
    if claim.source_status == "unresolved" or not claim.source:
        return "a source that stays unclear"
    words = " ".join((claim.source_name or claim.source).split()).strip(" ,;:.")
    return in_sentence(words, described=claim.source_status == "described")


def _told(claim: Claim) -> str | None:
    """The relay that was told it directly, where the sentence says so."""
    for relay in reversed(claim.relay):
        if re.search(
            rf"\b(?:told|tells|telling)\s+(?:the\s+)?{re.escape(re.sub(r'^[Tt]he ', '', relay))}",
            " ".join(claim.sentence.split()),
        ):
            return relay
    return None


def in_brackets(claim: Claim, *, year: bool, told: str | None = None, outlet: bool = True) -> str:
    """ "(13 Jan, Outlet A)", with the relays that nothing else names, and "as of" where the day is stated and not that
    of publication."""
    day = end_day(claim)
    text = say_date(day, year=year)
    published = claim.published.date() if claim.published else None
    if claim.as_of is not None and not claim.as_of_guess and published != day:
        text = f"as of {text}"
    rest = [r for r in claim.relay if r != told and r.casefold() != claim.outlet_name.casefold()]
    parts = [text]
    if outlet and not own_voice(claim):
        parts.append(claim.outlet_name)
    if rest:
        parts.append(f"via {', '.join(rest)}")
    return f"({', '.join(parts)})"


def mark(claim: Claim) -> str:
    """The claim's sentence on one line, its number between `[[` and `]]`."""
    start, end = claim.start - claim.sentence_start, claim.end - claim.sentence_start
    sentence = claim.sentence
    if 0 <= start < end <= len(sentence):
        sentence = f"{sentence[:start]}[[{sentence[start:end]}]]{sentence[end:]}"
    return " ".join(sentence.split())


def _lines(statement: Statement) -> list[str]:
    claim = statement.shown
    day = say_date(end_day(claim), year=True)
    dated = "" if claim.as_of is None else ", the day it was printed" if claim.as_of_guess else ", as it says itself"
    flags = (
        ["with a doubt"] * claim.hedged
        + ["said to be a correction"] * claim.correction
        + ([_STANCES.get(claim.stance, claim.stance)] if claim.stance != "asserts" else [])
    )
    lines = [
        f"“{mark(claim)}”",
        f"  said by: {_said_by(claim)}",
        f"  as of: {day}{dated}",
        f"  taken for: {_taken(claim)}",
    ]
    if statement.written is not None:
        lines.append(f"  converted: {say_interval(statement.claim)}")
    if flags:
        lines.append(f"  marked: {', '.join(flags)}")
    return [*lines, f"  link: {claim.url}"]


_STANCES = {"denies": "denied", "disputes": "disputed", "questions": "asked, not said", "withdrawn": "taken back"}


def _said_by(claim: Claim) -> str:
    """Source, relays and outlet: "Western officials, to the BBC, in The Kingsgate Courier"."""
    if own_voice(claim):
        return f"{claim.outlet_name} itself"
    relays = [r for r in reversed(claim.relay) if r.casefold() != claim.outlet_name.casefold()]
    return ", ".join([who(claim), *(f"via {r}" for r in relays), f"in {claim.outlet_name}"])


def _taken(claim: Claim) -> str:
    spread = float(tolerance(claim))
    loose = (
        f", give or take {spread:,.12g}" if spread >= 1 and claim.low == claim.high and claim.unit == "count" else ""
    )
    return say_interval(claim) + loose
