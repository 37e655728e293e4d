"""What a finding says: one sentence to paste into a report.

The sentence says who said what when, who said what before, by how much and by which rule; all of it in the past tense,
which has no singular and plural in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from processing.compare.facts import said_to_be_correction, slip_ratio
from processing.compare.pairs import Pair
from processing.compare.phrases import in_sentence, say_at, say_date, say_difference, say_later, say_subject
from processing.compare.sides import Side, Sides, in_brackets
from processing.compare.statements import Statement, days_between, end_day, one_origin, own_voice
from schemas.records import Claim, Denial, Figure, FindingName

__all__ = ["denial_text", "finding_text"]


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
        return say_subject(self.pair.figure)

    @cached_property
    def other(self) -> str:
        """What n counts."""
        return say_subject(self.pair.other) if self.pair.other else self.subject

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
        return f"{self.p_who}{told} put {self.subject} {say_at(self.p_value)} {self.p_where}"

    def after(self, verb: str = "said") -> str:
        """ "Western officials told the BBC at least 1,000 (22 Jan, Outlet B)"."""
        if self.n_told:
            return f"{self.n_who} told {self.n_told} {self.n_value} {self.n_where}"
        return f"{self.n_who} {verb} {self.n_value} {self.n_where}"

    @property
    def _same_source(self) -> bool:
        """Whether both name one source by an id that is known; then its second name would only look like another
        source."""
        return (
            isinstance(self.p.source_id, str)
            and self.p.source_id == self.n.source_id
            and not own_voice(self.p)
            and not own_voice(self.n)
        )

    def base(self, joint: str = "; ") -> str:
        """Both sides; one source is named once, and who is called the same and may be the same is not set against
        itself."""
        alike = self.p_who.casefold() == self.n_who.casefold()
        undecided = self.p.source_id is None and self.n.source_id is None
        if (self.one and (alike or self._same_source)) or (alike and undecided):
            told = f"to {self.n_told} " if self.n_told else ""
            again = "again" if self.p_value == self.n_value else say_at(self.n_value)
            return f"{self.before()} and {told}{again} {self.n_where}"
        return f"{self.before()}{joint}{self.after()}"


# ---------------------------------------------------------------- one sentence for each finding


def _edited(t: Phrases) -> str:
    how = ", marked as a correction" if said_to_be_correction(t.pair) else ""
    revisions = f"revision {t.n.revision} against {t.p.revision}"
    change = f"{t.n.outlet_name} changed {t.subject} from {t.p_value} to {t.n_value} in a later state of one article"
    return f"{change} ({say_date(end_day(t.n))}, {revisions}){_comma(t.difference)}{how}"


def _altered(t: Phrases) -> str:
    year = _years_differ(t.p, t.n)
    places = [
        f"{v} in {c.outlet_name} ({say_date(end_day(c), year=year)})" for v, c in ((t.p_value, t.p), (t.n_value, t.n))
    ]
    return f"copies of one text put {t.subject} {say_at(places[0])} and {say_at(places[1])}{_comma(t.difference)}"


def _inconsistent(t: Phrases) -> str:
    sides = [
        f"{v} ({'in its own voice' if own_voice(c) else w})"
        for v, c, w in ((t.p_value, t.p, t.p_who), (t.n_value, t.n, t.n_who))
    ]
    return (
        f"one article of {t.n.outlet_name} ({say_date(end_day(t.n))}) puts {t.subject} {say_at(sides[0])} "
        f"and {say_at(sides[1])}{_comma(t.difference)}"
    )


def _exceeds_whole(t: Phrases) -> str:
    pair = t.pair
    if pair.part == "p":
        part, whole, small, large = (t.p_value, t.p_where, t.p_who), (t.n_value, t.n_where, t.n_who), t.subject, t.other
    else:
        part, whole, small, large = (t.n_value, t.n_where, t.n_who), (t.p_value, t.p_where, t.p_who), t.other, t.subject
    return (
        f"{part[2]} put {small} {say_at(part[0])} {part[1]}, more than {large}, of which they are a part: "
        f"{whole[0]} {whole[1]}"
    )


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
    first, second = (in_brackets(c, year=year, outlet=False) for c in (t.p, t.n))
    quoted = (
        f"{t.p.outlet_name} quoted {t.p_who} with {t.p_value} {first} and {t.n.outlet_name} with {t.n_value} {second}"
    )
    return f"{quoted} for {t.subject}, in one statement{_comma(t.difference)}"


def _denies(t: Phrases) -> str:
    verb = "disputed" if t.n.stance == "disputes" else "denied"
    told = f", speaking to {t.n_told}," if t.n_told else ""
    what = f"{verb} it" if t.p_value == t.n_value else f"{verb} {t.n_value}"
    return f"{t.before()}; {t.n_who}{told} {what} {t.n_where}{_comma(t.later)}"


def _falls(t: Phrases) -> str:
    return _unless_corrected(t)


def _moved(t: Phrases) -> str:
    return _unless_corrected(t, "without a word on the change")


def _revises(t: Phrases) -> str:
    return _unless_corrected(t, "a revision")


def _unless_corrected(t: Phrases, otherwise: str = "") -> str:
    return f"{t.base()}{t.tail}{_comma('called a correction' if said_to_be_correction(t.pair) else otherwise)}"


def _lags(t: Phrases) -> str:
    return f"{t.base()}{t.tail}, perhaps an older number"


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
    "denies": _denies,
    "edited": _edited,
    "altered": _altered,
    "inconsistent": _inconsistent,
    "exceeds_whole": _exceeds_whole,
    "conflates": _conflates,
    "slips": _slips,
    "misquotes": _misquotes,
    "conflicts": _plain,
    "falls": _falls,
    "moved": _moved,
    "revises": _revises,
    "lags": _lags,
    "hardens": _hardens,
    "jumps": _plain,
    "updates": _plain,
    "narrows": _narrows,
    "agrees": _agrees,
}


def finding_text(name: FindingName, pair: Pair, sides: Sides | None = None) -> str:
    """One sentence that an analyst can paste, with a capital and a full stop. `sides` may be shared by many
    findings."""
    return _capital(_SENTENCES[name](Phrases(pair, sides or Sides()))) + "."


def denial_text(figure: Figure, p: Statement, denial: Denial) -> str:
    """The sentence of a denial that names no number."""
    side = Side(p)
    source = in_sentence(" ".join(denial.source.split())) if denial.source else "a source that stays unclear"
    verb = "disputed" if denial.stance == "disputes" else "denied"
    day = denial.published.date() if denial.published else None
    speaking = f", speaking to {side.told}," if side.told else ""
    before = f"{side.who}{speaking} put {say_subject(figure)} {say_at(side.value)} {side.where(False)}"
    what = " ".join(denial.denies.split()).strip(" .,;")
    return _capital(f"{before}; {source} {verb} {what or 'it'} ({say_date(day)}, {denial.outlet_name}).")


def _years_differ(p: Claim, n: Claim) -> bool:
    first, second = end_day(p), end_day(n)
    return first is not None and second is not None and first.year != second.year


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _comma(*parts: str) -> str:
    """The parts that say something, each after a comma."""
    return "".join(f", {part}" for part in parts if part)
