"""The table of findings: every row with cases for and against, and no part of it that could go without a case noticing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from processing.compare import Statement, compare_across, compare_figure
from processing.compare.across import pairs_across
from processing.compare.findings import as_one_unit, pairs_within
from processing.compare.pairs import Pair, orient
from processing.compare.table import QUIET, TABLE, Alarm, Quiet, Row, judge
from schemas.facets import Facets
from schemas.records import FINDINGS, Figure, Finding
from tests.support.records import make_claim, make_denial, make_figure

START = datetime(2025, 1, 10, 12, 0, tzinfo=UTC)
Say = Mapping[str, Any]


def say(
    number: float | tuple[float | None, float | None],
    *,
    day: int = 0,
    outlet: str = "a",
    stated_day: bool = False,
    who: str | None = "police",
    **given: Any,
) -> Say:
    """What one claim says: a number or interval, `day` days after the start, in an outlet; `who` None is the outlet's own voice.

    A mapping of the claim's fields, and `copies` for its copy group.
    """
    low, high = number if isinstance(number, tuple) else (number, number)
    at = START + timedelta(days=day, hours=given.pop("hour", 0))
    status = "outlet" if who is None else given.pop("source_status", "named")
    article = given.pop("article", outlet)
    revision = given.pop("revision", 1)
    text = f"{number}"
    sentence = given.pop("sentence", f"The toll is {text}, {who or outlet} said.")
    start = sentence.find(text)
    fields: dict[str, Any] = {
        "low": low, "high": high, "approx": "exact" if low == high else "range", "outlet": f"xx/{outlet}", "outlet_name": f"Outlet {outlet.upper()}",
        "article_key": article, "article_id": f"{article}.{revision}", "revision": revision, "published": at, "as_of": (at.date(), at.date()),
        "as_of_guess": not stated_day, "source": who, "source_id": who, "source_status": status, "text": text, "sentence": sentence, "start": max(start, 0),
        "end": max(start, 0) + len(text), "sentence_end": len(sentence), "last_digit": None, "url": f"https://{outlet}.example/{article}",
    }  # fmt: skip
    return {**fields, **given}


@dataclass(frozen=True)
class Case:
    """Two claims of a figure, and the finding with its severity that they must give (`None`: no finding at all)."""

    id: str
    p: Say
    n: Say
    expected: tuple[str, str | None] | None
    figure: Mapping[str, Any]
    other: Mapping[str, Any] | None = None  # n's figure, where that is another one
    more: tuple[Say, ...] = ()  # further claims of n's figure


def case(
    id: str,
    p: Say,
    n: Say,
    expected: str | None,
    *,
    other: Mapping[str, Any] | None = None,
    more: tuple[Say, ...] = (),
    **figure: Any,
) -> Case:
    name, _, severity = (expected or "").partition(" ")
    return Case(id, p, n, (name, severity or None) if expected else None, figure, other, more)


LEVEL, EVENT, UNKNOWN = {"kind": "level"}, {"kind": "event"}, {"kind": None}
QUOTE = "We counted {} of our men in that field"
TOLD = {"relay": ("Reuters",)}
MEDIA = {"who": None}
NOBODY = {"source_id": None}
PART = {"part_of": "w", "other": {}}
LEAD = Facets(sentence=1, paragraph=1, zone="lead", rank=1, rank_in_unit=1, first_rank=1)
DOWN = Facets(sentence=30, paragraph=12, zone="body", rank=9, rank_in_unit=4, first_rank=9)
HERE = {"place": "Tarn", "stated_day": True}
NINE = "There were 9 arrests on Friday, against 60 the night before."
IN_ONE_SENTENCE = (say(9, sentence=NINE), say(60, sentence=NINE))
MILES, KM = {"unit": "mile"}, {"unit": "kilometre"}
TIED = {"kind": "event", "same_thing": "s"}
IN_MILES = {**TIED, "unit": "mile", "other": {**TIED, "unit": "kilometre"}}
AT_LEAST_50: tuple[float, None] = (50, None)


ON_DAY = say(3000, stated_day=True)
LATER_ON_DAY = say(3000, stated_day=True, hour=1, start=40)
B = {k: v for k, v in say(3000, outlet="b").items() if "outlet" in k or "article" in k}


def quoted(number: int, words: str = QUOTE) -> Say:
    return {"quote": words.format(number)}


CASES = [
    # denies
    case("denial of the number", say(12), say(12, who="army", stance="denies"), "denies low"),
    case("dispute of an overlapping number", say((10, 15)), say(12, who="army", stance="disputes", day=1), "denies low"),
    case("denial of another number", say(12), say(40, who="army", stance="denies", day=1), None),
    case("assertion after a denial", say(12, who="army", stance="denies"), say(12, day=1, outlet="b"), None),
    case("denial of what nobody follows", say(12), say(12, who="army", stance="denies", day=1), "denies", alerts=False),
    case("denial, however near the number", say(100), say((95, 105), who="army", stance="denies", day=1), "denies low"),
    # edited
    case("edited: lowered", say(20), say(12, revision=2), "edited high"),
    case("edited: a total that only grew", say(12), say(20, revision=2), "edited low"),
    case("edited: an event", say(12), say(20, revision=2), "edited high", **EVENT),
    case("edited within tolerance is edited as written", say(1040), say(1000, revision=2), "edited high"),
    case("edited: another source does not matter", say(12, who="army"), say(11, revision=2, who="police"), "edited high"),
    case("edited: an undecided source is still the article's own edit", say(20, source_id=None), say(12, revision=2, source_id=None), "edited high"),
    case("revision that keeps the number", say(12), say(12, revision=2), None),
    case("revision that drops a bound", say((45, 55), approx="about"), say(50, revision=2), "hardens"),
    case("revisions of two articles are none", say(20), say(12, revision=2, outlet="b", day=1), "falls high"),
    case("edited: a denial is no edit", say(12), say(12, revision=2, stance="denies"), "denies low"),
    # altered
    case("altered copy", say(12, copies="g"), say(21, copies="g", outlet="b", hour=1), "altered high", **EVENT),
    case("altered copy: a total that fell", say(21, copies="g"), say(12, copies="g", outlet="b", hour=1), "altered high"),
    case("copy with a higher total is an update", say(12, copies="g"), say(21, copies="g", outlet="b", hour=1), "updates"),
    case("copy with a total higher within tolerance", say(1000, copies="g"), say(1040, copies="g", outlet="b", hour=1), "updates"),
    case("copy in another sentence is not altered", say(12, copies="g"), say(21, copies="g", outlet="b", sentence="In all 21 died."), None, **EVENT),
    case("copies that agree are one claim", say(12, copies="g"), say(12, copies="g", outlet="b", hour=1), None),
    case("copies of two texts", say(12, copies="g"), say(21, copies="h", outlet="b", hour=1, who="army"), "conflicts high", **EVENT),
    case("a lowered copy in another sentence is nothing", say(21, copies="g"), say(12, copies="g", outlet="b", hour=1, sentence="In all 12 died."), None),
    case("altered copy: a total with a nought more", say(340, copies="g"), say(3400, copies="g", outlet="b", hour=1), "altered high"),
    case("a copy's total that grew tenfold", say(300, copies="g"), say(3000, copies="g", outlet="b", hour=1), "updates"),
    case("altered copy, the source undecided", say(12, copies="g", **NOBODY), say(21, copies="g", outlet="b", **NOBODY), "altered high", **EVENT),
    case("altered copy, however near", say(12, copies="g"), say(13, copies="g", outlet="b", hour=1), "altered high", **EVENT),
    # inconsistent
    case("one article, one origin, two numbers", say(12), say(20, start=30), "inconsistent low"),
    case("one article, the outlet against its source", say(12), say(20, who=None), "inconsistent low"),
    case("one article, two named origins", say(12), say(20, who="army"), "conflicts high", **EVENT),
    case("one article: within tolerance", say(1000), say(1040), "agrees"),
    case("one article: a part of the other", say(1000, id="part", part_of="whole"), say(11000, id="whole"), "updates"),
    case("one article tells how the toll grew", say(12, stated_day=True), say(20, day=1, stated_day=True), "updates"),
    case("one article tells how the toll fell", say(20, stated_day=True), say(12, day=1, stated_day=True), "inconsistent low"),
    case("one article, a level on two days", say(300, stated_day=True), say(200, day=9, stated_day=True), "updates", **LEVEL),
    case("one article, an event on two days", say(12, stated_day=True), say(20, day=1, stated_day=True), "inconsistent low", **EVENT),
    case("one article sets one day against another", *IN_ONE_SENTENCE, "updates", **EVENT),
    case("one article, two guessed days", say(12), say(20, day=1), "inconsistent low"),
    case("one article tells the old value beside the new", say(27, as_of=None, rules={"as_of": "old value"}), say(49, start=30), "updates"),
    # slips
    case("slip: a zero lost at one moment", say(300, stated_day=True), say(3000, stated_day=True, who="army", outlet="b"), "slips high"),
    case("slip: a thousand", say(2_000_000), say(2_000, who="army", outlet="b"), "slips high", **LEVEL),
    case("slip: within 2 per cent", say(300), say(3055, who="army", outlet="b"), "slips high", **EVENT),
    case("no slip: 3 per cent off", say(300), say(3095, who="army", outlet="b"), "conflicts high", **EVENT),
    case("slip in one quotation", say(300, **quoted(300)), say(3000, outlet="b", day=9, **quoted(3000)), "slips high"),
    case("slip: not cumulative, one origin", say(300), say(3000, outlet="b", day=9), "slips high", **EVENT),
    case("slip: level, one origin", say(300), say(3000, outlet="b", day=9), "slips high", **LEVEL),
    case("slip: two own voices", say(300, **MEDIA), say(3000, outlet="b", day=9, **MEDIA), "slips high", **EVENT),
    case("slip: totals of two origins whose digits are the same", say(340), say(3400, outlet="b", day=9, who="army"), "slips high"),
    case("slip: the same digits of what nobody follows", say(340), say(3400, outlet="b", day=9, who="army"), "slips high", alerts=False),
    case("slip: the same digits far down", say(340, facets=DOWN), say(3400, outlet="b", day=9, who="army"), "slips high"),
    case("no slip: other digits of what nobody follows", say(340), say(3500, outlet="b", day=9, who="army"), "jumps", alerts=False),
    case("no slip: one digit and noughts may be a rise", say(300), say(3000, outlet="b", day=9, who="army"), "jumps low"),
    case("no slip: levels of two named origins on two days", say(300), say(3000, outlet="b", day=9, who="army"), "jumps low", **LEVEL),
    case("no slip: a total of one origin grew tenfold", say(300), say(3000, outlet="b", day=1), "jumps low"),
    case("no slip: totals in two own voices", say(300, **MEDIA), say(3000, outlet="b", day=1, **MEDIA), "jumps low"),
    case("slip: miles for kilometres", say(100), say(161, outlet="b"), "slips high", unit="kilometre", kind="event"),
    case("slip: overlapping numbers are none", say((1, 400)), say(40, outlet="b", hour=1), "narrows", **EVENT),
    case("slip of an unknown kind outside the window", say(300), say(3000, outlet="b", day=9), "updates", **UNKNOWN),
    case("slip of an unknown kind within the window", say(300), say(3000, outlet="b", day=1), "slips high", **UNKNOWN),
    case("slip in one quotation, unknown kind, long apart", say(300, **quoted(300)), say(3000, outlet="b", day=9, **quoted(3000)), "updates", **UNKNOWN),
    # misquotes
    case("misquote: one quotation", say(12, **quoted(12)), say(20, outlet="b", day=1, **quoted(20)), "misquotes high"),
    case("four running words are no quotation", say(12, **quoted(12, "{} of our men")), say(20, outlet="b", day=1, **quoted(20, "{} of our men")), "updates"),
    case("misquote: one origin, relay and stated day", say(12, stated_day=True, **TOLD), say(20, outlet="b", stated_day=True, **TOLD), "misquotes high"),
    case("a total told to one agency, the day guessed", say(12, **TOLD), say(20, outlet="b", hour=1, **TOLD), "updates"),
    case("a total told to two agencies", say(12, stated_day=True, **TOLD), say(20, outlet="b", hour=1, stated_day=True, relay=("AP",)), "updates"),
    case("misquote: event, one day and relay", say(12, **TOLD), say(20, outlet="b", **TOLD), "misquotes high", **EVENT),
    case("misquote: level, one day and relay", say(12, **TOLD), say(20, outlet="b", **TOLD), "misquotes high", **LEVEL),
    case("event, one relay, two days", say(12, **TOLD), say(20, outlet="b", day=2, **TOLD), "moved low", **EVENT),
    case("event, no relay named", say(12), say(20, outlet="b"), "moved low", **EVENT),
    case("quotation in one outlet", say(12, **quoted(12)), say(20, article="second", day=1, **quoted(20)), "updates"),
    case("quotation of two origins", say(12, **quoted(12)), say(20, outlet="b", day=2, who="army", **quoted(20)), "updates"),
    case("misquote within tolerance", say(1000, **quoted(1000)), say(1040, outlet="b", day=1, **quoted(1040)), "narrows"),
    case("misquote of unknown kind outside the window", say(12, **quoted(12)), say(20, outlet="b", day=5, **quoted(20)), "updates", **UNKNOWN),
    # conflicts
    case("conflict: event", say(12), say(20, who="army", outlet="b", day=9), "conflicts high", **EVENT),
    case("conflict: event, gap below 1.5", say(12), say(17, who="army", outlet="b"), "conflicts low", **EVENT),
    case("conflict: event, gap below 1.2", say(12), say(13, who="army", outlet="b"), "conflicts", **EVENT),
    case("conflict: of interest but nobody harmed", say(12), say(20, who="army", outlet="b"), "conflicts low", kind="event", harm=False),
    case("conflict: followed though nobody harmed", say(12), say(20, who="army", outlet="b"), "conflicts high", kind="event", harm=False, topic="t"),
    case("conflict: level at one moment", say(300), say(500, who="army", outlet="b", day=1), "conflicts high", **LEVEL),
    case("level at two moments", say(300), say(500, who="army", outlet="b", day=2), "updates", **LEVEL),
    case("conflict: total, both state one day", say(12, stated_day=True), say(20, who="army", outlet="b", stated_day=True), "conflicts high"),
    case("a total, the day guessed", say(12), say(20, who="army", outlet="b", hour=1), "updates"),
    case("a total, one day guessed", say(12), say(20, who="army", outlet="b", hour=1, stated_day=True), "updates"),
    case("conflict: total lower, its day stated", say(20), say(12, who="army", outlet="b", day=1, stated_day=True), "conflicts high"),
    case("conflict: total lower, long after", say(20), say(12, who="army", outlet="b", day=2), "conflicts high"),
    case("a total lower in a later lead", say(20, facets=LEAD), say(12, who="army", outlet="b", day=1, facets=LEAD), "conflicts high"),
    case("a total lower than a later text's", say(20, facets=LEAD), say(12, who="army", outlet="b", day=1, facets=DOWN), "lags"),
    case("a total lower in a later lead, of one origin", say(20, facets=LEAD), say(12, outlet="b", hour=2, facets=LEAD), "lags"),
    case("a vague word in a later lead", say(50, facets=LEAD), say((24, 40), approx="vague", who="army", outlet="b", day=1, facets=LEAD), "lags"),
    case("fewer are missing a day later", say(55), say(32, who="army", outlet="b", day=1), "updates", **LEVEL),
    case("fewer are missing a day later, says the same", say(55), say(32, outlet="b", day=1), "updates", **LEVEL),
    case("more are missing a day later", say(32), say(55, who="army", outlet="b", day=1), "conflicts high", **LEVEL),
    case("fewer were missing on one stated day", say(55, stated_day=True), say(32, who="army", outlet="b", stated_day=True, hour=2), "conflicts high", **LEVEL),
    case("fewer things a day later", say(55), say(32, who="army", outlet="b", day=1), "conflicts low", **{**LEVEL, "harm": False}),
    case("a total lower within the window is an older number", say(20), say(12, who="army", outlet="b", day=1), "lags"),
    case("a total higher long after", say(12), say(20, who="army", outlet="b", day=9), "updates"),
    case("a total higher, its day stated", say(12), say(20, who="army", outlet="b", day=1, stated_day=True), "updates"),
    case("conflict: zero against a count", say(12), say(0, who="army", outlet="b", day=1), "conflicts high"),
    case("a count after zero", say(0), say(12, who="army", outlet="b", day=1), "updates"),
    case("zero against a level outside the window", say(12), say(0, who="army", outlet="b", day=5), "updates", **LEVEL),
    case("up to three is no stated zero", say(12), say((0, 3), approx="at_most", who="army", outlet="b", day=1), "lags"),
    case("conflict: one outlet's voice against a source", say(12), say(20, outlet="b", **MEDIA), "conflicts high", **EVENT),
    case("conflict: joint sources share one", say(12, source_id=("police", "mayor")), say(20, who="mayor", outlet="b"), "moved low", **EVENT),
    case("conflict: undecided sources are two, and low", say(12, source_id=None), say(20, source_id=None, outlet="b"), "conflicts low", **EVENT),
    case("conflict: one side undecided", say(12), say(20, source_id=None, who="officials", outlet="b"), "conflicts low", **EVENT),
    case("conflict: one side unresolved", say(12), say(20, source_status="unresolved", who="he", outlet="b"), "conflicts", **EVENT),
    case("conflict: two vague words", say((24, 99), approx="vague"), say((2000, 9999), approx="vague", who="army", outlet="b"), "conflicts", **EVENT),
    case("conflict: one vague word", say((24, 99), approx="vague"), say(3000, who="army", outlet="b"), "conflicts high", **EVENT),
    case("no conflict: below ten times a vague plural", say((24, 99), approx="vague"), say(300, who="army", outlet="b"), "agrees", **EVENT),
    case("conflict: below a vague plural", say((200, 999), approx="vague"), say(30, who="army", outlet="b"), "conflicts high", **EVENT),
    case("conflict: above several", say((3, 9), approx="vague"), say(31, who="army", outlet="b"), "conflicts high", **EVENT),
    case("conflict far down", say(30, facets=DOWN), say(60, who="army", outlet="b"), "conflicts", **EVENT),
    case("conflict: far down, the first of its kind", say(30, facets=replace(DOWN, rank_in_unit=1)), say(60, who="army", outlet="b"), "conflicts high", **EVENT),
    case("conflict: in the tenth sentence", say(30, facets=replace(DOWN, sentence=10)), say(60, who="army", outlet="b"), "conflicts high", **EVENT),
    case("conflict far down, one place and day named", say(30, facets=DOWN, **HERE), say(60, who="army", outlet="b", **HERE), "conflicts high", **EVENT),
    case("conflict far down, one outlet cites the other", say(30, facets=DOWN), say(60, who="army", outlet="b", relay=("Outlet A",)), "conflicts high", **EVENT),
    case("conflict far down, followed", say(30, facets=DOWN), say(60, who="army", outlet="b"), "conflicts high", **EVENT, topic="t"),
    case("silent edit far down", say(50, facets=DOWN), say(60, revision=2, facets=DOWN), "edited high", **EVENT),
    case("altered copy far down", say(50, copies="c", facets=DOWN), say(60, outlet="b", copies="c", facets=DOWN), "altered high", **EVENT),
    case("conflict of what is only possibly one thing", say(30, id="p"), say(60, who="army", outlet="b"), "conflicts", **EVENT, possibly=("p",)),
    case("conflict of what is followed, possibly one thing", say(30, id="p"), say(60, who="army", outlet="b"), "conflicts high", **EVENT, possibly=("p",), topic="t"),
    case("silent edit of what is only possibly one thing", say(50), say(60, revision=2, id="n"), "edited high", **EVENT, possibly=("n",)),
    case("altered copy, only possibly one thing", say(50, copies="c"), say(60, outlet="b", copies="c", id="n"), "altered high", **EVENT, possibly=("n",)),
    case("conflict in the background", say(12), say(20, who="army", outlet="b"), "conflicts", background=True),
    case("conflict in the background, followed", say(12), say(20, who="army", outlet="b", day=1), "conflicts high", background=True, topic="t"),
    case("conflict that no desk follows", say(12), say(20, who="army", outlet="b"), "conflicts", kind="event", alerts=False),
    case("conflict: followed, whatever the list says", say(12), say(20, who="army", outlet="b"), "conflicts high", kind="event", alerts=False, topic="t"),
    case("conflict of unknown kind within the window", say(12), say(20, who="army", outlet="b", day=1), "conflicts high", **UNKNOWN),
    case("unknown kind outside the window", say(12), say(20, who="army", outlet="b", day=5), "updates", **UNKNOWN),
    case("open ends overlap", say(AT_LEAST_50, approx="at_least"), say(5000, who="army", outlet="b"), "agrees", **EVENT),
    # falls
    case("falls", say(20), say(12, outlet="b", day=1), "falls high"),
    case("falls: said to be a correction", say(20), say(12, outlet="b", day=1, correction=True), "falls low"),
    case("one origin lower on the same day is an older number", say(20), say(12, outlet="b", hour=2), "lags"),
    case("falls: grew", say(12), say(20, outlet="b", day=1), "updates"),
    case("falls: gap below 1.2", say(20), say(18, outlet="b", day=1), "falls"),
    case("falls: an event does not fall", say(20), say(12, outlet="b", day=1), "moved low", **EVENT),
    # moved
    case("moved", say(12), say(20, outlet="b", day=5), "moved low", **EVENT),
    case("moved: a level moves by right", say(12), say(20, outlet="b", day=5), "updates", **LEVEL),
    case("moved: a level at one moment", say(12), say(20, outlet="b", day=1), "revises low", **LEVEL),
    case("moved within tolerance", say(1000), say(1040, outlet="b", day=5), "narrows", **EVENT),
    # revises
    case("revises: a total corrected upwards", say(12), say(20, outlet="b", day=1, correction=True), "revises low"),
    case("revises: a level corrected later", say(12), say(20, outlet="b", day=9, correction=True), "revises low", **LEVEL),
    case("revises: another origin's correction", say(12), say(20, who="army", outlet="b", day=1, correction=True), "updates"),
    case("revises: within tolerance", say(1000), say(1040, outlet="b", day=1, correction=True), "narrows"),
    case("a correction of unknown kind outside the window", say(12), say(20, outlet="b", day=9, correction=True), "updates", **UNKNOWN),
    # lags
    case("lags within tolerance", say(1040), say(1000, who="army", outlet="b", day=1), "agrees"),
    case("lags: a level does not", say(20), say(12, who="army", outlet="b", day=5), "updates", **LEVEL),
    # hardens
    case("hardens: about to at least", say((45, 55), approx="about"), say(AT_LEAST_50, approx="at_least", outlet="b", day=1), "hardens"),
    case("hardens: the bound dropped", say(AT_LEAST_50, approx="at_least"), say(50, outlet="b", day=1), "hardens"),
    case("hardens: the hedge dropped", say(50, hedged=True), say(50, outlet="b", day=1), "hardens"),
    case("softens", say(AT_LEAST_50, approx="at_least"), say((45, 55), approx="about", outlet="b", day=1), "agrees"),
    case("hardens in a headline", say((45, 55), approx="about"), say(50, outlet="b", day=1, field="title"), "narrows"),
    case("hardens: another number", say((45, 55), approx="about"), say(54, outlet="b", day=1), "narrows"),
    case("hardens: another origin", say((45, 55), approx="about"), say(50, who="army", outlet="b", day=1), "narrows"),
    case("hardens: nothing changed", say(50), say(50, outlet="b", day=1), "agrees"),
    case("hardens: no date orders the two", say((45, 55), approx="about"), say(50, outlet="b"), "agrees"),
    case("hardens: unknown kind outside the window", say((45, 55), approx="about"), say(50, outlet="b", day=5), "agrees", **UNKNOWN),
    # jumps
    case("jump", say(300), say((1000, None), approx="at_least", who="army", outlet="b", day=9), "jumps low"),
    case("jump below the factor", say(300), say(599, who="army", outlet="b", day=9), "updates"),
    case("jump at the factor", say(300), say(601, who="army", outlet="b", day=9), "jumps low"),
    case("jump: the desk's own factor", say(300), say(601, who="army", outlet="b", day=9), "updates", jump=3.0),
    case("jump from a small number", say(9), say(40, who="army", outlet="b", day=9), "updates"),
    case("jump from ten", say(10), say(40, who="army", outlet="b", day=9), "jumps low"),
    case("jump of an open number", say(AT_LEAST_50, approx="at_least"), say(510, who="army", outlet="b", day=9), "jumps low", topic="t"),
    case("no jump: an open number allows for what comes", say(AT_LEAST_50, approx="at_least"), say(510, who="army", outlet="b", day=9), "narrows"),
    case("jump of a level", say(300), say(700, outlet="b", day=9), "jumps low", **LEVEL),
    case("a level falls", say(700), say(300, outlet="b", day=9), "updates", **LEVEL),
    case("jump of unknown kind", say(300), say(700, outlet="b", day=9), "updates", **UNKNOWN),
    case("jump without a date", say(300, as_of=None), say(700, outlet="b", day=9), "updates"),
    case("jump in one hour", say(300), say(700, outlet="b", hour=1, who="army"), "jumps low"),
    case("no date orders: the lower came first, and no jump", say(700), say(300, outlet="b", who="army"), "updates"),
    # updates, narrows, agrees
    case("update", say(12), say(20, outlet="b", day=1), "updates"),
    case("narrows", say((10, 15)), say(12, who="army", outlet="b", day=1), "narrows"),
    case("narrows: below the jump of an open number", say(AT_LEAST_50, approx="at_least"), say(90, who="army", outlet="b", day=9), "narrows"),
    case("narrows the other way", say(12), say((10, 15), who="army", outlet="b", day=1), "agrees"),
    case("narrows: no date orders the two", say((10, 15)), say(12, who="army", outlet="b"), "agrees"),
    case("narrows: unknown kind outside the window", say((10, 15)), say(12, who="army", outlet="b", day=5), "agrees", **UNKNOWN),
    case("agrees", say(12), say(12, who="army", outlet="b", day=1), "agrees"),
    # exceeds_whole
    case("part above whole in one article", say(1200), say(1000, start=40), "exceeds_whole high", **PART),
    case("part above whole in two sentences of one article, two sources", say(1200, sentence_start=90), say(1000, who="army", start=40), None, **PART),
    case("part beside a whole of zero", say(1200), say(0, start=40), None, **PART),
    case("part as large as the whole", say(1000), say(1000, start=40), None, **PART),
    case("part below an open whole", say(150), say((100, None), approx="at_least", start=40), None, **PART),
    case("part far above an open whole", say(250), say((100, None), approx="at_least", start=40), "exceeds_whole high", **PART),
    case("part above whole, one origin, one day", say(1200, stated_day=True), say(1000, outlet="b", stated_day=True), "exceeds_whole high", **PART),
    case("part above whole, one origin, another day", say(1200, stated_day=True), say(1000, outlet="b", day=5, stated_day=True), None, **PART),
    case("part above whole, one origin, guessed days", say(1200), say(1000, outlet="b"), None, **PART),
    case("part above whole, two origins", say(1200, stated_day=True), say(1000, outlet="b", who="army", stated_day=True), None, **PART),
    case("whole raised further down", say(1200), say(1000), None, **PART, more=(say(2000),)),
    case("part above whole, barely", say(1010), say(1000, start=40), "exceeds_whole high", **PART),
    case("part above whole in one article, the source undecided", say(1200, **NOBODY), say(1000, start=40, **NOBODY), "exceeds_whole high", **PART),
    case("figures that are no part of each other", say(1200), say(1000, start=40), None, other={}),
    # conflates
    case("killed for casualties", say(3000), say(3000, outlet="b", day=1), "conflates high", **PART),
    case("infected for ill", say(300), say(300, outlet="b", day=1), "conflates high", event=("infect",), other={"event": ("sicken",)}),
    case("one clinic for the whole", say(50), say(50, outlet="b", day=1), "conflates high", event=("kill",), place="Clinic", other={"event": ("kill",)}),
    case("two measures that nobody confuses", say(300), say(300, outlet="b", day=1), None, event=("kill",), other={"event": ("sell",)}),
    case("conflated: another number", say(3000), say(3100, outlet="b", day=1), None, **PART),
    case("conflated: another origin", say(3000), say(3000, outlet="b", who="army", day=1), None, **PART),
    case("conflated: one article", say(3000), say(3000, start=40), None, **PART),
    case("conflated: a small number", say(3), say(3, outlet="b", day=1), None, **PART),
    case("not conflated: an article gives it for both", say(3000), say(3000, outlet="b", day=1), None, **PART, more=(say(3000, start=40),)),
    case("not conflated: on one day, one article gives it for both", ON_DAY, {**ON_DAY, **B}, None, **PART, more=(LATER_ON_DAY,)),
    case("conflated: an undecided source", say(3000, source_id=None), say(3000, source_id=None, outlet="b", day=1), None, **PART),
    # one thing in two units
    case("two units that agree", say(100, **MILES), say(161, outlet="b", **KM), "agrees", **IN_MILES),
    case("two units that conflict", say(100, **MILES), say(300, outlet="b", who="army", **KM), "conflicts high", **IN_MILES),
    case("the unit mistaken", say(100, **MILES), say(100, outlet="b", who="army", **KM), "slips high", **IN_MILES),
    case("two currencies without a rate", say(100, unit="USD"), say(300, unit="EUR", outlet="b"), None, unit="USD", **TIED, other={**TIED, "unit": "EUR"}),
]  # fmt: skip


def statement(fields: Say, place: str) -> Statement:
    """The claim of a case; its id is its place, so that results can be told apart."""
    rest = {"id": place, **{k: v for k, v in fields.items() if k != "copies"}}
    return Statement(make_claim(**rest), fields.get("copies"))


def _figures(case: Case) -> tuple[Figure, Figure | None, dict[str, list[Statement]]]:
    """The case's figure, the other one where there is one, and the statements of each."""
    unit = str(case.figure.get("unit", "count"))
    p = statement({"unit": unit, **case.p}, "p")
    figure = make_figure(**{"id": "f", **case.figure})
    if case.other is None:
        return figure, None, {"f": [p, statement({"unit": unit, **case.n}, "n")]}
    second = make_figure(**{"id": "w", **case.other})
    more = [statement({"unit": second.unit, **m}, f"m{i}") for i, m in enumerate(case.more)]
    return figure, second, {"f": [p], "w": [statement({"unit": second.unit, **case.n}, "n"), *more]}


def findings(case: Case) -> list[Finding]:
    """All findings of a case."""
    figure, second, told = _figures(case)
    return compare_figure(figure, told["f"]) if second is None else compare_across([figure, second], told)


def outcome(case: Case) -> tuple[str, str | None] | None:
    """Name and severity of the one finding."""
    found = findings(case)
    assert len(found) <= 1, [f.finding for f in found]
    return (found[0].finding, found[0].severity) if found else None


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_case(case: Case) -> None:
    assert outcome(case) == case.expected


def test_every_row_has_cases_for_it_and_ids_are_unique() -> None:
    assert {c.expected[0] for c in CASES if c.expected} == set(FINDINGS)
    assert len({c.id for c in CASES}) == len(CASES)


def test_the_table_has_every_finding_once_in_the_order_of_the_glossary() -> None:
    assert [row.name for row in TABLE] == list(FINDINGS)


def _mutations() -> Iterator[tuple[str, Sequence[Row], Sequence[Quiet]]]:
    """The table with one thing changed: a row gone, a need or way gone, an alarm turned; a silence gone, or its exceptions."""
    for i, row in enumerate(TABLE):
        rest = (TABLE[:i], TABLE[i + 1 :])

        def put(changed: Row | None, rest: tuple[Sequence[Row], Sequence[Row]] = rest) -> Sequence[Row]:
            return [*rest[0], *([] if changed is None else [changed]), *rest[1]]

        yield f"{row.name}: no row", put(None), QUIET
        for j, need in enumerate(row.needs):
            yield (
                f"{row.name}: need {need.__name__}",
                put(replace(row, needs=row.needs[:j] + row.needs[j + 1 :])),
                QUIET,
            )
        for j, way in enumerate(row.ways):
            left = row.ways[:j] + row.ways[j + 1 :]
            yield f"{row.name}: way {way.__name__}", put(replace(row, ways=left)), QUIET
        turned = Alarm({None: "low", "low": "high", "high": "low"}[row.alert.then], row.alert.when, row.alert.otherwise)  # type: ignore[arg-type]
        yield f"{row.name}: alarm", put(replace(row, alert=turned)), QUIET
        for j, fact in enumerate(row.alert.when):
            kept = replace(row.alert, when=row.alert.when[:j] + row.alert.when[j + 1 :])
            yield f"{row.name}: alarm when {fact.__name__}", put(replace(row, alert=kept)), QUIET
        if row.copies:
            yield f"{row.name}: not for copies", put(replace(row, copies=False)), QUIET
    for i, rule in enumerate(QUIET):
        yield f"quiet: {rule.why}", TABLE, [*QUIET[:i], *QUIET[i + 1 :]]
        for name in rule.but:
            kept_names = tuple(other for other in rule.but if other != name)
            yield f"quiet: {rule.why}, but {name}", TABLE, [*QUIET[:i], replace(rule, but=kept_names), *QUIET[i + 1 :]]


MUTATIONS = list(_mutations())
# What no claim can tell: an event of two origins conflicts already, and what states one number leaves no gap that could alert.
IMPLIED = {"moved: need one_origin", "hardens: alarm"}


@pytest.mark.parametrize(("name", "table", "quiet"), MUTATIONS, ids=[m[0] for m in MUTATIONS])
def test_a_changed_table_changes_a_case(name: str, table: Sequence[Row], quiet: Sequence[Quiet]) -> None:
    changed = any(_told(case, table, quiet) != case.expected for case in CASES)
    judged = any(judge(pair, table=table, quiet=quiet) != judge(pair) for pair in JUDGED)
    assert (changed or judged) != (name in IMPLIED)


def _pairs(case: Case) -> list[Pair]:
    figure, second, told = _figures(case)
    if second is None:
        return list(pairs_within(figure, as_one_unit(figure, told["f"]), over=figure.background))
    return pairs_across([figure, second], told)


PAIRS = {case.id: _pairs(case) for case in CASES}


def _told(case: Case, table: Sequence[Row], quiet: Sequence[Quiet]) -> object:
    found = {(j.name, j.severity) for pair in PAIRS[case.id] if (j := judge(pair, table=table, quiet=quiet))}
    return found.pop() if len(found) == 1 else found or None


def _judged() -> Iterator[Pair]:
    """Pairs that the choice of pairs would leave out by itself: the table says no to them too."""
    figure = make_figure(id="f")
    yield orient(
        figure, statement(say(12), "p"), statement(say(40, who="army", stance="denies", day=1), "n"), over=False
    )
    yield orient(
        figure, statement(say(12, copies="g"), "p"), statement(say(12, copies="g", outlet="b", hour=1), "n"), over=False
    )
    late = statement(say(40, who="army", outlet="b", day=9), "n")
    yield orient(figure, statement(say(12), "p"), late, over=False, reached=30.0)
    for n in (say(3100, outlet="b"), say(3000, outlet="b", who="army"), say(3000), say(3000, outlet="b")):
        pair = orient(figure, statement(say(3000), "p"), statement(n, "n"), over=False)
        yield replace(pair, other=make_figure(id="w"), tie="confusable")
        yield replace(pair, other=make_figure(id="w"), tie="confusable", told_apart=True)


JUDGED = list(_judged())


def test_pairs_that_are_never_chosen_are_no_findings_either() -> None:
    assert [(j.name if (j := judge(pair)) else None) for pair in JUDGED] == [
        None,
        None,
        "updates",
        None,
        None,
        None,
        None,
        None,
        None,
        "conflates",
        None,
    ]


def test_a_denial_without_a_number_is_laid_beside_the_newest_claim_of_each_origin() -> None:
    old, new = statement(say(12), "old"), statement(say(20, day=1, outlet="b"), "new")
    other, late = statement(say(15, who="army", outlet="c"), "other"), statement(say(30, day=5, outlet="d"), "late")
    denial = make_denial(published=START + timedelta(days=2), id="d")
    found = [f for f in compare_figure(make_figure(), [old, new, other, late], [denial]) if f.finding == "denies"]
    assert [(f.earlier, f.later, f.severity, f.rule) for f in found] == [
        (p, "d", "low", "denies: the event, without a number")
        for p in sorted(("other", "new"), key=lambda p: next(f.id for f in found if f.earlier == p))
    ]


def test_a_denial_by_nobody_known_raises_nothing() -> None:
    denial = make_denial(published=START + timedelta(days=2), source=None, source_id=None)
    found = compare_figure(make_figure(), [statement(say(12), "p")], [denial])
    assert [(f.finding, f.severity) for f in found] == [("denies", None)]


def test_a_total_whose_every_day_is_long_past_is_background() -> None:
    p = say(12, as_of=(date(2004, 12, 26), date(2004, 12, 26)), as_of_guess=False)
    n = say(20, as_of=(date(2004, 12, 27), date(2004, 12, 27)), as_of_guess=False, who="army", outlet="b")
    both = [statement(p, "p"), statement(n, "n")]
    found = compare_figure(make_figure(), both, story_started=START.date())
    assert [(f.finding, f.severity) for f in found] == [("conflicts", None)]
    found = compare_figure(make_figure(topic="t"), both, story_started=START.date())
    assert [(f.finding, f.severity) for f in found] == [("conflicts", "high")]
    found = compare_figure(make_figure(), both, story_started=date(2004, 12, 28))
    assert [(f.finding, f.severity) for f in found] == [("updates", None)]


def test_figures_of_one_word_each_keep_their_names() -> None:
    found = compare_across([Figure("a", "a", "event", "count", ()), Figure("b", "b", "event", "count", ())], {})
    assert found == []
