"""How exact a number is said to be: the words before and after it, and the interval that they make of it (figures.md
section 3)."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from processing.claims.document.tokens import Phrases, Words, near
from processing.claims.quantity.units import read_unit
from processing.words import load_words
from schemas.records import Approx

__all__ = ["interval", "read_bound_after", "read_bound_before"]

OPEN_BELOW = frozenset({"degree_celsius", "degree_fahrenheit", "kelvin"})


@lru_cache(maxsize=1)
def _tables() -> tuple[Phrases[Approx], Phrases[Approx], frozenset[str]]:
    data = load_words("bounds")
    before: list[tuple[str, Approx]] = [
        (phrase, approx) for approx, phrases in data["before"].items() for phrase in phrases
    ]
    after: list[tuple[str, Approx]] = [
        (phrase, approx) for approx, phrases in data["after"].items() for phrase in phrases
    ]
    return Phrases(before), Phrases(after), frozenset(data["between"]["words"])


def read_bound_before(words: Words, i: int, *, time: bool = False, share: bool = False) -> tuple[Approx, int] | None:
    """The bound that governs the number starting at word `i`, and the index of the bound's first word; None where it
    stands bare.

    `time`: the number is a duration, for which a bare "over" or "past" says when, not how much; `share`: it is a
    percentage."""
    before, _, between = _tables()
    j, steps = i, 0
    while True:
        found = before.before(words, j)
        if found:
            approx, first = found
            return None if _other_sense(words, first, j, i, time, share) else _joined(before, words, approx, first)
        if j <= 0 or steps > 3 or words.low[j - 1] not in between:
            return None
        j, steps = j - 1, steps + 1


def _joined(before: Phrases[Approx], words: Words, approx: Approx, first: int) -> tuple[Approx, int]:
    """ "An estimated more than", "about at least": the inner one governs; the outer words belong to the span."""
    outer = before.before(words, first)
    if outer and outer[0] in ("about", "at_most", approx) and words.low[first - 1] not in near("inner_bounds"):
        return (approx if approx != "about" or outer[0] == "about" else outer[0]), outer[1]
    return approx, first


def _other_sense(words: Words, first: int, after: int, number: int, time: bool, share: bool) -> bool:
    word = words.low[first]
    if words.at(first + 1) == "than" and _compares_amount(words, first):
        return True  # "ten points more than the five-year average"
    if word == "as" and words.at(first - 1) in near("multiplied"):
        return True  # "twice as many as the 18,000"
    if after - first > 1 and word not in ("past", "passing"):
        return word == "up" and words.at(first - 1) in near("verbs_with_up")
    if word in ("around", "about") and words.at(first - 1) in near("circling"):
        return True  # "talks centre around the 40-metre pier"
    between = set(words.low[after:number])
    if word in ("over", "past", "within", "under", "above", "below") and between & near("determiners"):
        return True
    if word == "over" and words.at(first - 1) in near("verbs_with_over"):
        return True  # "hand over 38 per cent"
    if word == "over":
        return time and words.at(first - 1) not in near("before_over_of_time")
    if word == "some":
        return bool(between & (near("determiners") - {"our"} | {"of"}))
    if word in ("average", "minimum", "maximum"):
        return bool(between)
    if word == "under":
        return words.at(first - 1) in near("verbs_with_under") and not share
    return False


def _compares_amount(words: Words, first: int) -> bool:
    """Whether an amount with its unit stands right before "more than"."""
    for k in range(first - 2, max(-1, first - 5), -1):
        if words.kind[k] == "d" or words.low[k] in near("small_numbers"):
            unit = read_unit(words, k + 1, None, spelled=words.kind[k] == "w")
            return unit is not None and unit.at == first
    return False


def read_bound_after(words: Words, i: int) -> tuple[Approx, int] | None:
    """The bound that stands from word `i` on ("or more", "-odd", "+"), and the index after it; None where there is
    none."""
    _, after, _ = _tables()
    found = after.after(words, i)
    if found is None:
        return None
    word = words.low[i]
    if word == "plus" and words.word[i] == "Plus":
        return None  # "the Vantage 90 Plus"
    if word in ("+",) and not words.glued(i):
        return None
    if (word == "plus" and words.at(i + 1) in near("after_plus")) or (
        word == "plus" and i + 1 < words.size and (words.kind[i + 1] == "d" or words.word[i + 1] in "$€£¥₹₦₱₩")
    ):
        return None
    if (
        word in ("maximum", "minimum", "max", "odd", "ish", "tops")
        and i + 1 < words.size
        and words.kind[i + 1] == "w"
        and word not in ("odd",)
    ):
        return None
    if word == "and" and words.at(i + 1) in near("and_over") and words.at(i + 2) not in near("after_and_over"):
        return None
    if word == "or" and words.at(i + 1) == "more" and words.at(i + 2) == "than":
        return None
    if word == "at" and words.at(i + 2) and i + 2 < words.size and words.kind[i + 2] in "d":
        return None
    return found


def interval(
    value: Decimal, approx: Approx, digit: Decimal | None, unit: str, change: bool
) -> tuple[Decimal | None, Decimal | None, bool, bool]:
    """`low`, `high`, `low_open`, `high_open` of a number under its bound, by the table of figures.md section 3; None is
    open.

    "About" on temperatures and magnitudes is one unit of the last digit; on negative numbers it goes by size. Upper
    bounds are open below for temperatures and changes, and start at zero for the rest (for negative numbers they are
    open below too)."""
    if approx in ("about", "nearly"):
        if unit in OPEN_BELOW or unit == "magnitude":
            step = digit if digit is not None else Decimal(1)
        else:
            step = abs(value) * Decimal("0.1")
        high = value + step if approx == "about" else value
        return (
            (value - step if value >= 0 or approx == "about" else value),
            (high if value >= 0 or approx == "about" else value + step),
            False,
            False,
        )
    if approx == "at_least":
        return value, None, False, False
    if approx == "more_than":
        return value, None, True, False
    if approx in ("at_most", "less_than"):
        bottom = None if unit in OPEN_BELOW or change or value < 0 else Decimal(0)
        return bottom, value, False, approx == "less_than"
    return value, value, False, False
