"""Odds: "one in five", "two out of three", "one driver in seven" are shares; "2-to-1", "3:1" are multiples."""

from __future__ import annotations

from decimal import Decimal

from processing.claims.document.tokens import near
from processing.claims.quantity.exclusion_rules import why_year
from processing.claims.quantity.numbers import Number, read_number
from processing.claims.quantity.quantity_draft import Cut, Found
from processing.claims.quantity.units import read_unit

__all__ = ["read_odds"]


def read_odds(cut: Cut, item: Found) -> None:
    """Make a count that is the first number of odds the share or the multiple that they say."""
    number = item.number
    if item.unit != "count" or number.value is None or number.scale != 1:
        return
    if number.value != number.value.to_integral_value() or _odds_around_noun(cut, item):
        return
    k = _whole_at(cut, item.last)
    if k and k < cut.words.size:
        _as_share(cut, item, k)
    else:
        _as_multiple(cut, item)


def _whole_at(cut: Cut, j: int) -> int:
    """The index of the second number of "one in five", "2 out of every 3", "5 of 10"; 0 where none is said."""
    words = cut.words
    if words.low[j : j + 3] == ["out", "of", "every"]:
        return j + 3
    if words.at(j) in ("in", "of") and words.at(j + 1) == "every":
        return j + 2
    if words.at(j) == "of":
        return j + 1 if words.at(j + 1) in ("10", "ten", "100") and not words.glued(j + 2) else 0
    return j + 1 if words.at(j) == "in" else j + 2 if (words.at(j), words.at(j + 1)) == ("out", "of") else 0


def _as_share(cut: Cut, item: Found, k: int) -> None:
    words, number, j = cut.words, item.number, item.last
    if words.at(k) == "the" or number.value is None or number.value < 1:
        return
    other = read_number(words, k, commas=cut.commas) if words.kind[k] in "dw" else None
    if other is None or not other.value or other.value <= number.value or why_year(words, k, other.last):
        return
    if _says_where(cut, item, other):
        return
    share = number.value / other.value
    if words.at(j) == "in" and number.value > 9 and words.kind[item.first] == "d" and _is_odd(other.value):
        return
    item.number = Number(share, number.first, other.last, "fraction", Decimal("0.001"), of=True)
    item.last, item.unit, item.ratio = other.last, "share", True


def _says_where(cut: Cut, item: Found, other: Number) -> bool:
    """Whether the second number only says in how many places or how long: "12 in 3 days", "the one in 5 separate
    towns"."""
    words, j = cut.words, item.last
    unit = read_unit(words, other.last, cut.country, spelled=True)
    if unit is not None and words.at(j) not in ("out", "of"):
        return True
    apart = words.at(other.last) in ("-", "separate", "different") or words.at(item.first - 1) in ("the", "least")
    return words.at(j) == "in" and apart


def _is_odd(value: Decimal) -> bool:
    """Whether nobody would say odds of so many: "12 in 137"."""
    return value > 100 and value % 10 != 0


def _as_multiple(cut: Cut, item: Found) -> None:
    """ "2-to-1", "3 to 1", "3:1"."""
    words, j, value = cut.words, item.last, item.number.value
    k = j + 1 if words.at(j) == "to" else 0
    if words.hyphen(j) and words.at(j + 1) == "to" and words.word[j + 2] in "-–":
        k = j + 3
    if words.at(j) == ":" and words.glued(j) and words.glued(j + 1):
        k = j + 1
    if not k or k >= words.size or words.at(k) not in ("1", "one") or value is None or value <= 1:
        return
    if words.glued(k + 1) and words.kind[k + 1] == "d":
        return
    after = words.at(k + 1)
    scaled = after in ("million", "billion", "hundred", "thousand")
    if after == "." or (read_unit(words, k + 1, cut.country) is None and not scaled):
        item.unit, item.ratio = "times", True
        item.last = k + 1


def _odds_around_noun(cut: Cut, item: Found) -> bool:
    """Whether it is "one driver in seven", "two trees in five": a share, whose noun stands inside."""
    words, j, number = cut.words, item.last, item.number
    if words.at(j + 1) != "in" or words.kind[j] != "w" or not words.word[j].islower() or j + 2 >= words.size:
        return False
    if number.value is None or number.value > 9 or (number.value == 1) == words.at(j).endswith("s"):
        return False
    other = read_number(words, j + 2) if words.kind[j + 2] in "dw" else None
    if other is None or other.value is None or not number.value < other.value <= 100 or other.scale != 1:
        return False
    if words.kind[other.last : other.last + 1] == "w" and words.low[other.last] not in near("lower_verb"):
        return False
    if why_year(words, j + 2, other.last) or other.value != other.value.to_integral_value():
        return False
    share = number.value / other.value
    item.number = Number(share, number.first, other.last, "fraction", Decimal("0.001"), of=True)
    item.last, item.unit, item.ratio = other.last, "share", True
    item.notes.add("noun inside")
    return True
