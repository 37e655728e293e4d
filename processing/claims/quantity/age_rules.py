"""When a number is an age: "aged 12", "children under five", "Jo Lund, 44, said"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from processing.claims.document.tokens import Words, near
from processing.claims.quantity.noun_follows import counts_on
from processing.words import load_words

__all__ = ["why_age"]

_DASHES = ("-", "–", "‑")


@dataclass(frozen=True, slots=True)
class _Number:
    """A number among its words: it stands at word `number`; `first` to `last` are its words with bounds, `unit_end` the
    index after its unit."""

    words: Words
    number: int
    first: int
    last: int
    value: float
    unit_end: int

    @property
    def before(self) -> str:
        return self.words.at(self.first - 1)

    @property
    def second(self) -> str:
        """The word before the one before."""
        return self.words.at(self.first - 2)

    @property
    def after(self) -> str:
        return self.words.at(self.last)

    @property
    def bound(self) -> list[str]:
        """The words of its bound."""
        return self.words.low[self.first : self.number]

    def capital_before(self) -> bool:
        """Whether a name stands before a sign before it: "Lund, 44"."""
        words, first = self.words, self.first
        return first >= 2 and words.word[first - 2][:1].isupper()


def why_age(
    words: Words, number: int, first: int, last: int, value: float | None, unit_end: int, unit: str | None
) -> str | None:
    """ "age" for the number at word `number`; `first`..`last` are its words with bounds, `unit_end` the index after its
    unit."""
    item = _Number(words, number, first, last, value or 0.0, unit_end)
    if (unit in near("units_of_age") and _old(item)) or _any(_SAID, item):
        return "age"
    if value is None or unit is not None or not 0 < value < 120 or value != int(value):
        return None
    if _any(_OF_PEOPLE, item) or (words.kind[number] == "d" and _any(_IN_DIGITS, item)):
        return "age"
    return None


def _any(rules: tuple[Callable[[_Number], bool], ...], item: _Number) -> bool:
    return any(rule(item) for rule in rules)


# ---------------------------------------------------------------- said to be an age


def _old(item: _Number) -> bool:
    """ "12 years old", "a 12-year-old", "12 months of age"."""
    words, end = item.words, item.unit_end
    if words.at(end) in ("old", "olds") or (words.at(end) in _DASHES and words.at(end + 1) in ("old", "olds")):
        return True
    return words.at(end) == "of" and words.at(end + 1) == "age"


def _aged(item: _Number) -> bool:
    """ "Aged 12", but "golden age"."""
    return item.before in ("aged", "age", "ages") and item.second != "golden"


def _age_of(item: _Number) -> bool:
    """ "At the age of 12"."""
    return item.before in ("of", "to", "at") and item.second in ("age", "ages")


def _second_age(item: _Number) -> bool:
    """ "Aged 12 and 14"."""
    joins = item.before in ("and", "to", "or", "-", ",")
    return joins and item.first >= 3 and item.words.at(item.first - 3) in ("aged", "ages")


# ---------------------------------------------------------------- of people


def _from_age(item: _Number) -> bool:
    """ "Children from 5 to 11"."""
    return item.before == "from" and item.second in near("people") and not counts_on(item.words, item.unit_end)


def _under_age(item: _Number) -> bool:
    """ "Children under five", "children under 12 travel free", "those over 65"."""
    if item.bound not in (["under"], ["over"], ["above"], ["below"]) or item.value >= 100:
        return False
    counts = counts_on(item.words, item.last)
    of_people = item.before in near("people") and (not counts or not item.after.endswith("s"))
    return of_people or (item.before in ("are", "were", "is", "was", "those") and not counts)


def _over_hyphened(item: _Number) -> bool:
    """ "The over-65s", "an under-21 side"."""
    if item.bound in (["over", "-"], ["under", "-"]):
        return item.value < 100
    return item.bound in (["over"], ["under"]) and item.after == "s" and item.words.glued(item.last)


# ---------------------------------------------------------------- beside a name, in digits


def _is_aged(item: _Number) -> bool:
    """ "I'm 61, and", "Now 24, she has"."""
    words, last = item.words, item.last
    ends = last == words.size or words.word[last] in ",.;)!?" or item.after == "and"
    said = item.before.endswith(tuple(near("is_aged"))) or (item.before == "now" and item.first == 1)
    return ends and 10 <= item.value < 105 and said


def _behind_name(item: _Number) -> bool:
    """ "Jo Lund, 44, said", "by Jo Lund, 44"."""
    words, last = item.words, item.last
    if item.before != "," or not item.capital_before():
        return False
    if last == words.size:
        return True
    if words.word[last] not in ",.;)" or words.kind[item.first - 2] != "w" or item.value <= 1:
        return False
    following = words.at(last + 1) if words.word[last] == "," else ""
    return not (following and words.kind[last + 1 : last + 2] == "d")


def _in_brackets(item: _Number) -> bool:
    """ "Jo Lund (44)"."""
    named = item.capital_before() and item.words.kind[item.first - 2] == "w"
    return item.before == "(" and item.after == ")" and named and 10 <= item.value <= 105


def _behind_description(item: _Number) -> bool:
    """ "The suspect, 34, was", "the midfielder, 24, has"."""
    words, first, last = item.words, item.first, item.last
    if item.before != "," or item.after != "," or not 14 < item.value < 105 or words.kind[last + 1 : last + 2] != "w":
        return False
    introduced = not near("articles").isdisjoint(words.low[max(0, first - 5) : max(0, first - 2)])
    return item.second in _persons() or (words.at(last + 1) in near("after_age") and introduced)


def _under_dash(item: _Number) -> bool:
    return item.before in _DASHES and item.second in ("under", "over") and item.last <= item.words.size


def _plural(item: _Number) -> bool:
    """ "The 40s", "over 60s"."""
    return item.after == "s" and item.words.glued(item.last) and item.before in ("under", "over", "the")


@lru_cache(maxsize=1)
def _persons() -> frozenset[str]:
    return frozenset(load_words("excluded")["one"]["counted"])


_SAID = (_aged, _age_of, _second_age)
_OF_PEOPLE = (_from_age, _under_age, _over_hyphened)
_IN_DIGITS = (_is_aged, _behind_name, _in_brackets, _behind_description, _under_dash, _plural)
