"""Numbers as they are written: digits, words, mixes of both, fractions, vague words, scale words and suffixes.

Arithmetic is decimal, so that the last significant digit is the one that was written.
"""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from processing.claims.document.tokens import Words, near
from processing.claims.quantity.digits import ONE, Kind, Number, digits_at, number_words, proper_fraction
from processing.claims.quantity.number_words import part_behind, read_words
from processing.claims.quantity.units import read_unit
from processing.measures import dimension

__all__ = ["Number", "read_number"]


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
        power = _power_of_ten(words, j) if value is not None else None
        if value is not None and power is not None:
            ten, j = power
            return Number(value * ten, i, j, "digits", digit * ten)
        if value is None or (not money and len(words.word[i]) >= 9 and words.word[i].isdigit()):
            return Number(None, i, j, "odd")
        return _scaled(words, i, j, value, digit, "digits", money, unit_like)
    if kind == "f":
        value = Decimal(str(unicodedata.numeric(words.word[i])))
        return Number(value, i, i + 1, "fraction", Decimal("0.01"), of=True)
    if kind == "w":
        return read_words(words, i)
    return None


_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_MOST = 30  # the largest power of ten that is read


def _power_of_ten(words: Words, j: int) -> tuple[Decimal, int] | None:
    """ "×10−5", "x 10^6", "× 10⁹" behind a number, and the index after it; None where none stands there."""
    if words.at(j) not in ("x", "×", "*", "·") or not words.at(j + 1).startswith("10"):
        return None
    k, written = j + 2, words.word[j + 1][2:]
    if words.at(k) == "^":
        k += 1
    elif not written and not (
        k < words.size and words.glued(k) and (words.word[k] in "-−–" or words.word[k] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
    ):
        return None
    while k < words.size and (words.glued(k) or not written) and len(written) < 4:
        part = words.word[k].translate(_SUPERSCRIPT).replace("−", "-").replace("–", "-")
        if not (part == "-" and not written) and not part.isdigit():
            break
        written, k = written + part, k + 1
    if not written.lstrip("-").isdigit() or abs(int(written)) > _MOST:
        return None
    return Decimal(10) ** int(written), k


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
        i + 3 < words.size and words.word[i + 3] == "/" and words.glued(i + 3)
    ):
        return None
    if words.word[i + 1] == "/" and words.at(i + 3) not in ("of", "th"):
        after = i + 4 if words.hyphen(i + 3) else i + 3
        if proper_fraction(words, i) is None or not _is_measure(words, after):
            return None
    return Number(Decimal(int(top)) / Decimal(int(bottom)), i, i + 3, "fraction", Decimal("0.01"), of=True)


def _is_measure(words: Words, i: int) -> bool:
    """Whether a unit of length, mass or volume starts at word `i`: "a 3/4-ton hoist", "1/4 cup"."""
    unit = read_unit(words, i, None, spelled=True)
    return unit is not None and dimension(unit.name) in ("length", "mass", "volume", "area", "time")


def _scaled(
    words: Words, i: int, j: int, value: Decimal, digit: Decimal, kind: Kind, money: bool, unit_like: bool
) -> Number:
    """Scale words and suffixes after digits: "2.5 million", "4 hundred", "35m", "5.6 lakh crore", "1 and a half
    million"."""
    data = number_words()
    total = ONE
    start = j
    part = part_behind(words, j)
    if part is not None and words.word[i].isdigit():
        value, digit, j = value + part[0], Decimal("0.1"), part[1]
        start = j
    while j < words.size and j < start + 4:
        k = j + 1 if words.hyphen(j) and words.low[j + 1] in data["scales"] else j
        scale = data["scales"].get(words.low[k])
        if scale is None or (len(words.word[k]) <= 3 and words.word[k].isupper() and not words.glued(k) and not money):
            break
        total *= scale
        j = k + 1
    if j == start and j < words.size and (words.glued(j) or _spaced_suffix(words, j, money)):
        scale = _suffix(words, j, value, money, unit_like)
        if scale:
            total, j = scale, j + 1
    if total != ONE:
        kind = "mixed"
        j, value = _tail(words, j, value, total)
    return Number(value * total, i, j, kind, digit * total, scale=total)


def _spaced_suffix(words: Words, j: int, money: bool) -> bool:
    """ "$4 T", "2 B visits": a suffix behind a space."""
    if money:
        return words.word[j] in ("m", "b", "k", "M", "B", "T", "cr", "Cr")
    return words.word[j] in ("B", "M") and words.at(j + 1).endswith("s") and words.word[j + 1].islower()


def _tail(words: Words, j: int, value: Decimal, total: Decimal) -> tuple[int, Decimal]:
    """The rest of "2 million 300 thousand": left alone; a hook for "5 hundred and six"."""
    data = number_words()
    if total <= 1000 and words.at(j) == "and" and words.at(j + 1) in data["small"]:
        rest = read_words(words, j + 1)
        if rest and rest.value is not None and rest.value < 100 and rest.scale == ONE:
            return rest.last, value + rest.value / total
    return j, value


_RACES = frozenset(map(Decimal, (50, 60, 100, 110, 200, 400, 800, 1500, 3000, 5000, 10000)))


def _suffix(words: Words, j: int, value: Decimal, money: bool, unit_like: bool) -> Decimal | None:
    data = number_words()
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
