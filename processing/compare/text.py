"""What a finding says: one sentence to paste into a report, and a longer explanation with the rule, the numbers and both sentences.

The sentence says who said what when, who said what before, by how much and by which rule; all of it in the past tense, which has no
singular and plural in English. In the explanation both numbers stand between `[[` and `]]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache

from processing.compare.facts import said_to_be_correction, slip_ratio
from processing.compare.pairs import Pair
from processing.compare.phrases import say_date, say_difference, say_later, say_value
from processing.compare.statements import Statement, days_between, end_day, one_origin, own_voice
from processing.compare.table import Judgement
from processing.intervals import gap, tolerance
from schemas.records import FINDINGS, Claim, Denial, Figure, FindingName

__all__ = ["Side", "Sides", "at", "denial_text", "explain", "explain_denial", "explain_desk", "finding_text", "mark", "subject", "who"]

_PARTICIPLES = {
    "affected", "arrested", "captured", "damaged", "dead", "deployed", "destroyed", "detained", "displaced", "evacuated", "hurt", "infected", "injured",
    "killed", "missing", "rescued", "sent", "wounded",
}  # fmt: skip
_COMMON_FIRST = {"people", "persons", "civilians", "children", "women", "men", "soldiers", "troops", "deaths", "casualties", "damage", "homes", "houses"}
_RATES = {"rate", "share", "turnout", "inflation", "growth", "majority", "margin", "proportion", "percentage", "offer", "attendance", "unemployment", "stake"}
_PLURALS = {"people", "men", "women", "children", "police", "troops", "personnel", "dead", "casualties"}


# ---------------------------------------------------------------- parts of a sentence


def subject(figure: Figure) -> str:
    """What is counted, with an article: "the killed", "the number of people killed", "the damage"."""
    return _subject(figure.name.replace("_", " ").replace("-", " ") if figure.name else figure.title, figure.unit)


@lru_cache(maxsize=1024)
def _subject(words: str, unit: str) -> str:
    words = re.sub(r" \((?:share|[A-Z]{3}|[a-z_ ]+)\)$", "", words)
    first, _, rest = words.partition(" ")
    if first.casefold() in _COMMON_FIRST:
        words = f"{first.casefold()} {rest}".strip()
    if re.match(r"(?:the|a|an|number|change)\b", words, re.IGNORECASE):
        return words if words.casefold().startswith(("the ", "a ", "an ")) else f"the {words}"
    if words.casefold() in _PARTICIPLES:
        return f"the {words}"
    plural = any(w.casefold() in _PLURALS or re.fullmatch(r"[^\W\d_]{2,}[^s\W\d_]s", w) for w in words.split())
    if unit == "count" and (plural or words.rpartition(" ")[2].casefold() in _PARTICIPLES):
        return f"the number of {words}"
    return f"the share of {words}" if unit == "share" and words.rpartition(" ")[2].casefold() not in _RATES else f"the {words}"


def who(claim: Claim) -> str:
    """Who says it, as a phrase: the outlet in its own voice, a source that stays unclear, or the source as written."""
    if own_voice(claim):
        return claim.outlet_name
    if claim.source_status == "unresolved" or not claim.source:
        return "a source that stays unclear"
    return " ".join(claim.source.split()).strip(" ,;:.")


def _told(claim: Claim) -> str | None:
    """The relay that was told it directly, where the sentence says so."""
    for relay in reversed(claim.relay):
        if re.search(rf"\b(?:told|tells|telling)\s+(?:the\s+)?{re.escape(re.sub(r'^[Tt]he ', '', relay))}", " ".join(claim.sentence.split())):
            return relay
    return None


def _where(claim: Claim, *, year: bool, told: str | None = None, outlet: bool = True) -> str:
    """ "(13 Jan, Outlet A)", with the relays that nothing else names, and "as of" where the day is stated and not that of publication."""
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


def at(value: str) -> str:
    """ "at 50", and "at no fewer than 50" rather than "at at least 50"."""
    return f"at no fewer than {value.removeprefix('at least ')}" if value.startswith("at least ") else f"at {value}"


def _years_differ(p: Claim, n: Claim) -> bool:
    first, second = end_day(p), end_day(n)
    return first is not None and second is not None and first.year != second.year


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _comma(*parts: str) -> str:
    """The parts that say something, each after a comma."""
    return "".join(f", {part}" for part in parts if part)


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
            self._places[year] = _where(self.claim, year=year, told=self.told)
        return self._places[year]

    def long(self, label: str) -> list[str]:
        """The lines of the long form."""
        if self._long is None:
            self._long = _side(self.statement)
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


class Phrases:
    """The parts that the sentences below are made of."""

    def __init__(self, pair: Pair, sides: Sides):
        first, second = sides.of(pair.p), sides.of(pair.n)
        year = _years_differ(first.claim, second.claim)
        self.pair, self.p, self.n = pair, first.claim, second.claim
        self.p_value, self.n_value = first.value, second.value
        self.p_who, self.n_who = first.who, second.who
        self.p_told, self.n_told = first.told, second.told
        self.p_where, self.n_where = first.where(year), second.where(year)

    @cached_property
    def subject(self) -> str:
        """What p counts."""
        return subject(self.pair.figure)

    @cached_property
    def other(self) -> str:
        """What n counts."""
        return subject(self.pair.other) if self.pair.other else self.subject

    @cached_property
    def one(self) -> bool:
        """Whether both come from one origin."""
        return one_origin(self.pair.p, self.pair.n)

    @cached_property
    def later(self) -> str:
        """How much later n is than p."""
        days = days_between(self.p, self.n)
        return say_later(days) if self.pair.ordered or days == 0 else ""

    @cached_property
    def difference(self) -> str:
        """By how much n stands above or below p."""
        return say_difference(self.pair.p.claim, self.pair.n.claim)

    @cached_property
    def tail(self) -> str:
        """Both, after a comma."""
        return _comma(" ".join(filter(None, (self.difference, self.later))))

    def before(self) -> str:
        """ "The ministry put the killed at 300 (13 Jan, Outlet A)"."""
        told = f", speaking to {self.p_told}," if self.p_told else ""
        return f"{self.p_who}{told} put {self.subject} {at(self.p_value)} {self.p_where}"

    def after(self, verb: str = "said") -> str:
        """ "Western officials told the BBC at least 1,000 (22 Jan, Outlet B)"."""
        if self.n_told:
            return f"{self.n_who} told {self.n_told} {self.n_value} {self.n_where}"
        return f"{self.n_who} {verb} {self.n_value} {self.n_where}"

    @property
    def _same_source(self) -> bool:
        """Whether both name one source by an id that is known; then its second name would only look like another source."""
        return isinstance(self.p.source_id, str) and self.p.source_id == self.n.source_id and not own_voice(self.p) and not own_voice(self.n)

    def base(self, joint: str = "; ") -> str:
        """Both sides; one origin is named once."""
        if self.one and (self.p_who.casefold() == self.n_who.casefold() or self._same_source):
            told = f"to {self.n_told} " if self.n_told else ""
            return f"{self.before()} and {told}{at(self.n_value)} {self.n_where}"
        return f"{self.before()}{joint}{self.after()}"


# ---------------------------------------------------------------- one sentence for each finding


def _edited(t: Phrases) -> str:
    how = ", marked as a correction" if said_to_be_correction(t.pair) else ""
    revisions = f"revision {t.n.revision} against {t.p.revision}"
    change = f"{t.n.outlet_name} changed {t.subject} from {t.p_value} to {t.n_value} in a later state of one article"
    return f"{change} ({say_date(end_day(t.n))}, {revisions}){_comma(t.difference)}{how}"


def _altered(t: Phrases) -> str:
    year = _years_differ(t.p, t.n)
    places = [f"{v} in {c.outlet_name} ({say_date(end_day(c), year=year)})" for v, c in ((t.p_value, t.p), (t.n_value, t.n))]
    return f"copies of one text put {t.subject} {at(places[0])} and {at(places[1])}{_comma(t.difference)}"


def _inconsistent(t: Phrases) -> str:
    sides = [f"{v} ({'in its own voice' if own_voice(c) else w})" for v, c, w in ((t.p_value, t.p, t.p_who), (t.n_value, t.n, t.n_who))]
    return f"one article of {t.n.outlet_name} ({say_date(end_day(t.n))}) puts {t.subject} {at(sides[0])} and {at(sides[1])}{_comma(t.difference)}"


def _exceeds_whole(t: Phrases) -> str:
    pair = t.pair
    if pair.part == "p":
        part, whole, small, large = (t.p_value, t.p_where, t.p_who), (t.n_value, t.n_where, t.n_who), t.subject, t.other
    else:
        part, whole, small, large = (t.n_value, t.n_where, t.n_who), (t.p_value, t.p_where, t.p_who), t.other, t.subject
    return f"{part[2]} put {small} {at(part[0])} {part[1]}, more than {large}, of which they are a part: {whole[0]} {whole[1]}"


def _conflates(t: Phrases) -> str:
    source = t.p_who if t.one and not own_voice(t.p) else "one origin"
    now, before = (f"{c.outlet_name} ({say_date(end_day(c))})" for c in (t.n, t.p))
    return f"{t.n_value} is {t.other} in {now} but {t.subject} in {before}, both from {source}"


def _slips(t: Phrases) -> str:
    ratio = slip_ratio(t.pair)
    if ratio is None:
        return f"{t.base()}{t.tail}"
    if ratio in t.pair.factors:
        return f"{t.base()}{t.tail}: the ratio of two units, so one may have been taken for the other"
    return f"{t.base()}{t.tail}: a factor of {ratio:,.0f}, as when a digit is lost or a scale word mistaken"


def _misquotes(t: Phrases) -> str:
    year = _years_differ(t.p, t.n)
    first, second = (_where(c, year=year, outlet=False) for c in (t.p, t.n))
    quoted = f"{t.p.outlet_name} quoted {t.p_who} with {t.p_value} {first} and {t.n.outlet_name} with {t.n_value} {second}"
    return f"{quoted} for {t.subject}, in one statement{_comma(t.difference)}"


def _denies(t: Phrases) -> str:
    verb = "disputed" if t.n.stance == "disputes" else "denied"
    told = f", speaking to {t.n_told}," if t.n_told else ""
    what = f"{verb} it" if t.p_value == t.n_value else f"{verb} {t.n_value}"
    return f"{t.before()}; {t.n_who}{told} {what} {t.n_where}{_comma(t.later)}"


def _falls(t: Phrases) -> str:
    return f"{t.base()}{t.tail}{_comma('called a correction' if said_to_be_correction(t.pair) else '')}"


def _moved(t: Phrases) -> str:
    return f"{t.base()}{t.tail}, {'called a correction' if said_to_be_correction(t.pair) else 'without a word on the change'}"


def _revises(t: Phrases) -> str:
    return f"{t.base()}{t.tail}, {'called a correction' if said_to_be_correction(t.pair) else 'a revision'}"


def _lags(t: Phrases) -> str:
    return f"{t.base()}{t.tail}, an older number repeated"


def _hardens(t: Phrases) -> str:
    if t.p_value == t.n_value:
        return f"{t.base()}, the doubt dropped on the way"
    return f"{t.base()}, the bound lost on the way"


def _narrows(t: Phrases) -> str:
    return f"{t.base()}, which is more precise"


def _agrees(t: Phrases) -> str:
    return f"{t.base()}, which agrees"


def _plain(t: Phrases) -> str:
    return f"{t.base()}{t.tail}"


_SENTENCES: Mapping[FindingName, Callable[[Phrases], str]] = {
    "denies": _denies, "edited": _edited, "altered": _altered, "inconsistent": _inconsistent, "exceeds_whole": _exceeds_whole, "conflates": _conflates,
    "slips": _slips, "misquotes": _misquotes, "conflicts": _plain, "falls": _falls, "moved": _moved, "revises": _revises, "lags": _lags,
    "hardens": _hardens, "jumps": _plain, "updates": _plain, "narrows": _narrows, "agrees": _agrees,
}  # fmt: skip


def finding_text(name: FindingName, pair: Pair, sides: Sides | None = None) -> str:
    """One sentence that an analyst can paste, with a capital and a full stop. `sides` may be shared by many findings."""
    return _capital(_SENTENCES[name](Phrases(pair, sides or Sides()))) + "."


def denial_text(figure: Figure, p: Statement, denial: Denial) -> str:
    """The sentence of a denial that names no number."""
    claim = p.shown
    source = " ".join(denial.source.split()) if denial.source else "a source that stays unclear"
    verb = "disputed" if denial.stance == "disputes" else "denied"
    day = denial.published.date() if denial.published else None
    told = _told(claim)
    speaking = f", speaking to {told}," if told else ""
    before = f"{who(claim)}{speaking} put {subject(figure)} {at(say_value(claim))} {_where(claim, year=False, told=told)}"
    what = " ".join(denial.denies.split()).strip(" .,;")
    return _capital(f"{before}; {source} {verb} {what or 'it'} ({say_date(day)}, {denial.outlet_name}).")


# ---------------------------------------------------------------- the long form


def mark(claim: Claim) -> str:
    """The claim's sentence on one line, its number between `[[` and `]]`."""
    start, end = claim.start - claim.sentence_start, claim.end - claim.sentence_start
    sentence = claim.sentence
    if 0 <= start < end <= len(sentence):
        sentence = f"{sentence[:start]}[[{sentence[start:end]}]]{sentence[end:]}"
    return " ".join(sentence.split())


def _edge(claim: Claim) -> str:
    low = "open" if claim.low is None else f"{claim.low:,.12g}"
    high = "open" if claim.high is None else f"{claim.high:,.12g}"
    left, right = "(" if claim.low_open else "[", ")" if claim.high_open else "]"
    return f"{left}{low}, {high}{right}"


def _side(statement: Statement) -> list[str]:
    claim = statement.shown
    chain = " <- ".join([claim.outlet_name, *claim.relay, *([] if own_voice(claim) else [who(claim)])])
    day = say_date(end_day(claim), year=True)
    dated = "no date" if claim.as_of is None else "by publication" if claim.as_of_guess else "as stated"
    flags = ["hedged"] * claim.hedged + ["said to be a correction"] * claim.correction + ([claim.stance] if claim.stance != "asserts" else [])
    lines = [
        f"“{mark(claim)}”",
        f"  chain: {chain} ({claim.source_status})",
        f"  as of: {day} ({dated})",
        f"  number: {_edge(claim)} {claim.unit}, {claim.approx.replace('_', ' ')}, tolerance {float(tolerance(claim)):,.12g}",
    ]
    if statement.written is not None:
        lines.append(f"  converted: {_edge(statement.claim)} {statement.claim.unit}")
    if flags:
        lines.append(f"  marked: {', '.join(flags)}")
    return [*lines, f"  link: {claim.url}"]


_SHORT = ("lags", "hardens", "updates", "narrows", "agrees")  # never an alert, and by far the most: told without both sides


def explain(judgement: Judgement, pair: Pair, sides: Sides | None = None) -> str:
    """Rule and way, both sides with sentence, chain of relays, interval, tolerance and link, the gap, and why the alert is as loud as it is.

    What never raises an alert is explained without its two sides.
    """
    sides = sides or Sides()
    days = days_between(pair.p.claim, pair.n.claim)
    ratio = gap(pair.p.claim, pair.n.claim)
    apart = "" if days is None else f"; as-of dates {abs(days)} days apart, window {pair.figure.window_days}"
    way = f" Why: {judgement.why}" if judgement.why else ""
    loud = f"{judgement.severity} alert" if judgement.severity else "no alert"
    lines = [
        f"Rule: {judgement.name} ({FINDINGS[judgement.name]}); figure of kind {pair.kind}.{way}",
        *(() if judgement.name in _SHORT else (*sides.of(pair.p).long("Earlier"), *sides.of(pair.n).long("Later"))),
        f"Gap: {'infinite' if ratio == float('inf') else f'{ratio:.3g}'} between the nearest edges{apart}{'' if pair.ordered else '; no date orders the two'}.",
        f"Alert: {loud}{f' ({judgement.hushed})' if judgement.hushed else ''}.",
    ]
    return "\n".join(lines)


def explain_denial(p: Statement, denial: Denial, loud: str) -> str:
    """The long form for a denial without a number."""
    sentence = " ".join(denial.sentence.split())
    lines = [
        f"Rule: denies ({FINDINGS['denies']}), because somebody {denial.stance} the event without a number.",
        *Side(p).long("Earlier"),
        f"Later: “{sentence}”",
        f"  chain: {denial.outlet_name} <- {denial.source or 'a source that stays unclear'}",
        f"  link: {denial.url}",
        f"Alert: {loud}.",
    ]
    return "\n".join(lines)


def explain_desk(value: str, signed: str, newest: Statement) -> str:
    """The long form for a desk's figure that a claim left behind."""
    lines = ["Rule: the desk's figure is overtaken by the newest claim that stands apart from it.", f"Desk: {value} ({signed})", *Side(newest).long("Later")]
    return "\n".join([*lines, "Alert: low alert."])
