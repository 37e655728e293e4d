"""Numbers as they are written: digits, words, mixes of both, fractions, vague words, scale words and suffixes.

Arithmetic is decimal, so that the last significant digit is the one that was written.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from processing.claims.document.tokens import Words, near
from processing.claims.quantity.digits import ONE, digits_at, last_digit
from processing.words import load_words

__all__ = ["Number", "read_number"]

Kind = Literal["digits", "words", "mixed", "fraction", "vague", "odd"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number without unit or bound. `value` is None for vague words, which have `low` and `high`; `first` and `last`
    are word indexes (last exclusive); `digit` is the unit of the last significant digit; `scale` is the scale word's
    factor, 1 without one. `of`: the number is a fraction ("two thirds", "half"). Kind "odd": digits that are no number
    ("1.2.3", a very long code)."""

    value: Decimal | None
    first: int
    last: int
    kind: Kind
    digit: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    scale: Decimal = ONE
    of: bool = False


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data = load_words("numbers")
    scales = {word: Decimal(v) for word, v in data["scales"].items()}
    scales |= {word + "s": Decimal(data["scales"][word]) for word in ("lakh", "crore")}
    return {
        "ones": {w: Decimal(v) for w, v in data["ones"].items()},
        "tens": {w: Decimal(v) for w, v in data["tens"].items()},
        "small": {w: Decimal(v) for w, v in (data["ones"] | data["tens"]).items()},
        "scales": scales,
        "suffixes": {w: Decimal(v) for w, v in data["suffixes"].items()},
        "sure": frozenset(data["suffix_sure"]["letters"]),
        "fractions": {w: Decimal(v) for w, v in data["fractions"].items()},
        "vague": {w: (Decimal(a), Decimal(b)) for w, (a, b) in data["vague"].items()},
    }


def read_number(
    words: Words, i: int, *, commas: bool = False, money: bool = False, unit_like: bool = False
) -> Number | None:
    """The number that starts at word `i`, None where none does. `money`: a currency sign stands before it, so that "m"
    is a million; `unit_like`: the text speaks of measures, so that a glued "m" is a metre."""
    kind = words.kind[i]
    if kind == "d":
        slashed = _slashed(words, i)
        if slashed:
            return slashed
        value, j, digit = digits_at(words, i, commas, money)
        if value is None or (not money and len(words.word[i]) >= 9 and words.word[i].isdigit()):
            return Number(None, i, j, "odd")
        return _scaled(words, i, j, value, digit, "digits", money, unit_like)
    if kind == "f":
        value = Decimal(str(unicodedata.numeric(words.word[i])))
        return Number(value, i, i + 1, "fraction", Decimal("0.01"), of=True)
    if kind == "w":
        return _read_words(words, i, money)
    return None


def _slashed(words: Words, i: int) -> Number | None:
    """ "1/16 of a pint", "1⁄32": a proper fraction with "of", a unit-like word or the fraction sign; not "9/11" or
    "24/7"."""
    if (
        i + 2 >= words.size
        or words.word[i + 1] not in "/⁄"
        or words.kind[i + 2] != "d"
        or not (words.glued(i + 1) and words.glued(i + 2))
    ):
        return None
    top, bottom = words.word[i], words.word[i + 2]
    if not (top.isdigit() and bottom.isdigit() and len(bottom) <= 4 and 0 < int(top) < int(bottom)) or (
        i + 3 < words.size and words.word[i + 3] in "/-" and words.glued(i + 3)
    ):
        return None
    if (
        words.word[i + 1] == "/"
        and words.at(i + 3) not in ("of", "inch", "inches", "mile", "cup", "teaspoon", "pint")
        and words.at(i + 3) != "th"
    ):
        return None
    return Number(Decimal(int(top)) / Decimal(int(bottom)), i, i + 3, "fraction", Decimal("0.01"), of=True)


def _scaled(
    words: Words, i: int, j: int, value: Decimal, digit: Decimal, kind: Kind, money: bool, unit_like: bool
) -> Number:
    """Scale words and suffixes after digits: "2.5 million", "4 hundred", "35m", "5.6 lakh crore", "1 and a half
    million"."""
    data = _data()
    total = ONE
    start = j
    if j + 2 < words.size and words.low[j] == "and" and words.low[j + 1] == "a" and words.low[j + 2] == "half":
        value, digit, j = value + Decimal("0.5"), Decimal("0.1"), j + 3
        start = j
    while j < words.size and j < start + 4:
        k = j + 1 if words.hyphen(j) and words.low[j + 1] in data["scales"] else j
        scale = data["scales"].get(words.low[k])
        if scale is None or (len(words.word[k]) <= 3 and words.word[k].isupper() and not words.glued(k) and not money):
            break
        total *= scale
        j = k + 1
    if (
        j == start
        and j < words.size
        and (words.glued(j) or (money and words.word[j] in ("m", "b", "k", "M", "B", "cr", "Cr")))
    ):
        scale = _suffix(words, j, value, money, unit_like)
        if scale:
            total, j = scale, j + 1
    if total != ONE:
        kind = "mixed"
        j, value = _tail(words, j, value, total)
    return Number(value * total, i, j, kind, digit * total, scale=total)


def _tail(words: Words, j: int, value: Decimal, total: Decimal) -> tuple[int, Decimal]:
    """The rest of "2 million 300 thousand": left alone; a hook for "5 hundred and six"."""
    data = _data()
    if total <= 1000 and words.at(j) == "and" and words.at(j + 1) in data["small"]:
        rest = _read_words(words, j + 1, False)
        if rest and rest.value is not None and rest.value < 100 and rest.scale == ONE:
            return rest.last, value + rest.value / total
    return j, value


_RACES = frozenset(map(Decimal, (50, 60, 100, 110, 200, 400, 800, 1500, 3000, 5000, 10000)))


def _suffix(words: Words, j: int, value: Decimal, money: bool, unit_like: bool) -> Decimal | None:
    data = _data()
    letters = words.word[j]
    scale: Decimal | None = data["suffixes"].get(letters)
    if scale is None or (words.hyphen(j + 1) and not money and letters not in data["sure"]):
        return None
    if j + 1 < words.size and words.glued(j + 1) and words.kind[j + 1] in "wd":
        return None
    if letters in ("cr", "Cr", "L", "mm", "MM", "T", "t", "B", "b"):
        if money:
            return scale if letters != "L" else None
        return scale if letters in ("b", "B") and words.at(j + 1).endswith("s") else None
    if money or letters in data["sure"]:
        return scale
    after = words.at(j + 1).lstrip("-")
    if unit_like or value >= 1000 or after in near("metre_after") or words.at(j + 2) in near("metre_after"):
        return None
    if value < 100 and not near("athletics").isdisjoint(words.low[max(0, j - 9) : j + 9]):
        return None  # "the vaulter cleared 5.91m"
    if after in near("metre_end") and (
        j + 2 >= words.size or words.kind[j + 2] == "s" or words.low[j + 2] in near("clause_goes_on")
    ):
        return None  # "a dish 8.4m across."
    if after.endswith("s") or value != value.to_integral_value():
        return scale
    if (
        value in _RACES
        or not near("lengths").isdisjoint(words.low[max(0, j - 30) : j + 30])
        or (words.at(j - 2) in near("articles") and after not in near("word_after"))
    ):
        return None
    return scale


def _read_words(words: Words, i: int, money: bool) -> Number | None:
    data = _data()
    word = words.low[i]
    if word in ("a", "an", "the"):
        return _after_article(words, i, money)
    if word in data["vague"] or word in ("half", "quarter", "quarters"):
        return _vague(words, i) if word in data["vague"] else _half(words, i, i)
    if word in data["small"]:
        return _spelled(words, i, money)
    if word in data["scales"] and len(word) > 3:
        return None
    return None


def _after_article(words: Words, i: int, money: bool) -> Number | None:
    """ "a hundred", "a million", "a couple", "a few", "a dozen", "a third of", "a quarter of"; "the" never starts a
    number."""
    data = _data()
    if words.low[i] == "the" or i + 1 >= words.size:
        return None
    word = words.low[i + 1]
    if word in ("few", "couple", "handful", "dozen"):
        found = _vague(words, i + 1)
        return found and Number(found.value, i, found.last, found.kind, None, found.low, found.high)
    if word in data["scales"] and len(word) > 3:
        found = _spelled(words, i + 1, money, current=ONE)
        return found and Number(found.value, i, found.last, "words", found.digit, scale=found.scale)
    if word not in data["fractions"] or word.endswith(("s", "second")):
        return None
    after = words.at(i + 2)
    alone = words.at(i - 1) in near("before_part") and after in near("after_part")
    if (
        after == "of"
        or alone
        or (after == "as" and words.at(i + 3) in near("as_compared"))
        or (word == "half" and (words.hyphen(i + 2) or after in data["scales"] or after == "dozen"))
    ):
        return _half(words, i, i + 1)
    return None


def _half(words: Words, first: int, i: int) -> Number | None:
    """ "half a million", "half a dozen", "half of", "half the", "a quarter of a million", "half-million"; not
    "half-time" or "first half"."""
    data = _data()
    part = ONE / data["fractions"][words.low[i]]
    j = i + 1
    if words.hyphen(j):
        j += 1
        if words.at(j) not in data["scales"] and words.at(j) not in ("dozen", "hour", "mile", "century"):
            return None
    elif first == i and words.low[i] != "half":
        return None
    k = j
    if words.at(k) == "of":
        k += 1
    if words.at(k) in ("a", "an", "one"):
        k += 1
    if words.at(k) in data["scales"] and len(words.at(k)) > 3:
        scale = data["scales"][words.low[k]]
        return Number(part * scale, first, k + 1, "words", last_digit(part) * scale, scale=scale)
    if words.at(k) == "dozen":
        return Number(None, first, k + 1, "vague", None, part * 12, part * 12)
    before = words.at(first - 1)
    if words.at(i + 1) == "past" or before in (
        "first",
        "second",
        "other",
        "opening",
        "last",
        "next",
        "final",
        "latter",
        "later",
    ):
        return None
    if before == "and" and (
        words.at(i + 1) != "of" or first < 2 or words.kind[first - 2] == "d" or words.low[first - 2] in data["small"]
    ):
        return None  # "two and a half", not "and half of those"
    return Number(part, first, j, "fraction", last_digit(part.quantize(Decimal("0.001")).normalize()), of=True)


def _vague(words: Words, i: int) -> Number | None:
    """ "dozens", "several hundred", "tens of thousands", "tens or even hundreds of billions", "a few dozen", "scores
    of"."""
    data = _data()
    word = words.low[i]
    low, high = data["vague"][word]
    j = i + 1
    if word in ("scores", "tens") and words.at(j) not in ("of", "or", "and", "if"):
        return None
    if word in ("few",) and words.at(i - 1) not in ("a", "the", "last", "past", "next", "every"):
        return None
    if word == "handful" and words.at(i - 1) not in ("a", "the", "small"):
        return None
    if word in ("couple", "dozen") and words.at(i - 1) in (
        "the",
        "this",
        "that",
        "young",
        "married",
        "elderly",
        "old",
        "every",
        "which",
    ):
        return None
    if word == "couple" and words.at(j) not in (
        "of",
        "hundred",
        "thousand",
        "dozen",
        "more",
        "weeks",
        "days",
        "months",
        "years",
        "hours",
    ):
        return None
    # "hundreds, if not thousands, of", "tens or even hundreds of"
    k = j
    while words.at(k) in (",", "or", "even", "if", "not", "and", "perhaps", "possibly"):
        k += 1
    if k > j and words.at(k) in data["vague"] and words.at(k).endswith("s") and words.at(k) != "several":
        high = data["vague"][words.low[k]][1]
        j = k + 1
        if words.at(j) == ",":
            j += 1
    return _vague_scale(words, i, j, low, high, word)


def _vague_scale(words: Words, i: int, j: int, low: Decimal, high: Decimal, word: str) -> Number:
    data = _data()
    plural = word.endswith("s") and word != "several"
    for _ in range(3):
        k = j + 1 if words.at(j) == "of" else j
        if words.at(k) == "a" and words.at(k + 1) in data["scales"]:
            k += 1
        name = words.at(k)
        scale = data["scales"].get(name) if len(name) > 3 else None
        if scale is None and name.endswith("s") and len(name) > 5:
            scale = data["scales"].get(name[:-1])
        if scale is None and name in ("dozen", "dozens"):
            scale = Decimal(12)
        if scale is None:
            break
        low, high = low * scale, (high + 1) * scale - 1 if plural else high * scale
        j = k + 1
    return Number(None, i, j, "vague", None, low, high)


def _spelled(words: Words, i: int, money: bool, current: Decimal | None = None) -> Number | None:
    """ "twenty-two", "one hundred and five thousand", "two and a half thousand", "three quarters", "two thirds", "four
    dozen"."""
    data = _data()
    small, scales = data["small"], data["scales"]
    total, j, last_scale, ready = Decimal(0), i, ONE, current is not None
    digit_unit = ONE
    while j < words.size:
        word = words.low[j]
        k = j
        if (
            word in ("-", "–", "‑")
            and ready
            and (words.hyphen(j) or (words.at(j - 1) in data["tens"] and words.at(j + 1) in data["ones"]))
        ):
            k = j + 1
            word = words.low[k]
            if word not in scales and not (
                word in data["ones"]
                and current is not None
                and current % 10 == 0
                and current % 100 > 0
                and data["ones"][word] < 10
            ):
                break
        elif (
            word == "and"
            and ready
            and j + 1 < words.size
            and (current is None or (current % 100 == 0 and current))
            and (last_scale != ONE or (current or 0) >= 100)
        ):
            k = j + 1
            word = words.low[k]
            if word not in small:
                break
        if word in small:
            value = small[word]
            if current is None:
                if last_scale != ONE and value >= last_scale:
                    break
                current = value
            elif (current % 100 == 0 and current and value < 100) or (
                value < 10 and current % 10 == 0 and current % 100 > 10 and value
            ):
                current += value
            else:
                break
        elif word == "hundred" and current is not None and current < 100:
            current *= 100
        elif (
            word in scales
            and word != "hundred"
            and (current is not None)
            and (len(word) > 3 or word in ("bn", "mn", "tn"))
        ):
            if last_scale != ONE and scales[word] >= last_scale:
                break
            last_scale = scales[word]
            total += current * last_scale
            current = None
        elif words.kind[k] == "w" and words.low[k] == "and" and words.at(k + 1) == "a" and words.at(k + 2) == "half":
            break
        else:
            break
        ready = True
        j = k + 1
    if not ready:
        return None
    value = total + (current or 0)
    if words.low[j : j + 6] == ["-", "and", "-", "a", "-", "half"]:
        return Number(value + Decimal("0.5"), i, j + 6, "words", Decimal("0.1"))
    if words.at(j) == "and" and words.at(j + 1) in ("a", "one") and words.at(j + 2) in ("half", "quarter"):
        value, j = value + ONE / data["fractions"][words.low[j + 2]], j + 3
        digit_unit = Decimal("0.1")
        scale = scales.get(words.at(j))
        if scale:
            return Number(value * scale, i, j + 1, "words", digit_unit * scale, scale=scale)
        return Number(value, i, j, "words", digit_unit)
    fraction = _counted_fraction(words, i, j, value)
    if fraction:
        return fraction
    k = j + 1 if words.hyphen(j) else j
    if words.at(k) == "dozen":
        return Number(None, i, k + 1, "vague", None, value * 12, value * 12)
    return Number(value, i, j, "words", last_digit(value), scale=last_scale)


def _counted_fraction(words: Words, i: int, j: int, value: Decimal) -> Number | None:
    """ "two-thirds", "three quarters of a million", "one third of"."""
    data = _data()
    k = j + 1 if words.hyphen(j) else j
    part = data["fractions"].get(words.at(k))
    if part is None or value >= part or value != value.to_integral_value():
        return None
    name = words.at(k)
    if (not name.endswith("s") and not (words.hyphen(j) or words.at(k + 1) == "of")) or name in ("half",):
        return None
    if (
        name == "quarters"
        and words.at(k + 1) not in ("of", "majority")
        and words.at(j) == "quarters"
        and not words.hyphen(j)
        and words.at(i - 1) in ("the", "last", "next", "past", "consecutive")
    ):
        return None
    if name == "halves":
        return None
    share = value / part
    m = k + 1
    if words.at(m) == "of" and words.at(m + 1) == "a" and words.at(m + 2) in data["scales"]:
        scale = data["scales"][words.low[m + 2]]
        return Number(share * scale, i, m + 3, "words", Decimal("0.01") * scale, scale=scale)
    return Number(share, i, m, "fraction", Decimal("0.01"), of=True)
