"""Digits as they are written, with any separators: thousands with commas, points, spaces or apostrophes, decimals with
either mark, "2½".

Arithmetic is decimal, so that the last significant digit is the one that was written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from processing.claims.document.tokens import Words
from processing.words import load_words
from processing.words.calendar import month_words

__all__ = [
    "ONE",
    "Kind",
    "Number",
    "comma_decimals",
    "digits_at",
    "last_digit",
    "number_words",
    "proper_fraction",
    "read_digits",
]

ONE = Decimal(1)
MAX_DIGITS = 24  # longer strings are codes, not numbers
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
def number_words() -> dict[str, Any]:
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


_COMMA_DECIMAL = re.compile(
    r"(?<![\d.,])\d{1,3}(?:\.\d{3})+,\d|(?<![\d.,])\d{1,3}(?:\.\d{3}){2,}(?![\d.,])|(?<![\d.,])\d+,\d{1,2}(?: "
    r"?%|\s(?:million|billion))"
)
_SEPARATORS = re.compile(r"[^\d]")
_GROUP = re.compile(r"\d{3}(?:[.,]\d{1,2})?")  # three digits behind a space, the last group perhaps with decimals
_PARTS = frozenset({"2", "3", "4", "5", "6", "8", "10", "16", "32", "64"})  # what a whole is cut into: "3 1/2"


def comma_decimals(text: str) -> bool:
    """Whether the text writes decimals with a comma and thousands with a point ("1.234,5", "1.234.567", "3,5 %")."""
    return bool(_COMMA_DECIMAL.search(text))


def last_digit(value: Decimal) -> Decimal:
    if not value:
        return ONE
    _sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if exponent < 0:
        return Decimal(1).scaleb(exponent)
    for digit in reversed(digits):
        if digit:
            break
        exponent += 1
    return Decimal(1).scaleb(exponent)


def read_digits(written: str, commas: bool = False) -> Decimal | None:
    """The value of digits with separators, None where they are no number ("1,2,3", "1.2.3"). `commas`: the text's
    decimals have commas."""
    if len(written) > MAX_DIGITS:
        return None
    if not written.isascii():
        written = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in written)
    marks = _SEPARATORS.findall(written)
    if not marks:
        return Decimal(written)
    kinds = set(marks)
    decimal = _decimal_mark(written, marks, kinds, commas)
    if decimal is None:
        return None
    whole, _, fraction = written.rpartition(decimal) if decimal else (written, "", "")
    groups = _SEPARATORS.split(whole)
    if len(groups) > 1 and not (
        1 <= len(groups[0]) <= 3 and len(groups[-1]) == 3 and all(len(g) in (2, 3) for g in groups[1:])
    ):
        return None
    if len({m for m in marks if m != decimal}) > 1 and not kinds <= {"'", "’", ".", ","}:
        return None
    return Decimal("".join(groups) + ("." + fraction if decimal else ""))


def _decimal_mark(written: str, marks: list[str], kinds: set[str], commas: bool) -> str | None:
    """Which separator parts the decimals: "" for none, None where the digits are no number."""
    if len(kinds) == 2:
        return marks[-1] if marks.count(marks[-1]) == 1 and marks[-1] in ".," else None
    if len(kinds) > 2:
        return None
    mark = marks[0]
    if mark == ".":
        groups = written.split(".")
        if len(marks) > 1 or (commas and len(groups[1]) == 3 and groups[0]):
            return "" if all(len(g) == 3 for g in groups[1:]) else None
        return "."
    if mark == ",":
        if len(marks) == 1 and len(written.split(",")[1]) != 3:
            return "," if commas else None
        return ""
    return ""


def digits_at(words: Words, i: int, commas: bool, money: bool) -> tuple[Decimal | None, int, Decimal]:
    """Digits at word `i`, with groups parted by plain spaces ("10 000") and fractions ("2½", "5 1/2")."""
    written, j = words.word[i], i + 1
    if written.isdigit() and len(written) <= 3 and written[0] != "0" and not (words.kind[i - 1 : i] == "d" and i):
        while (
            j < words.size
            and words.kind[j] == "d"
            and _GROUP.fullmatch(words.word[j])
            and words.text[words.end[j - 1] : words.start[j]] == " "
            and words.word[j - 1].isdigit()
        ):
            j += 1
        if j < words.size and words.kind[j] == "d" and words.text[words.end[j - 1] : words.start[j]] == " ":
            j = i + 1
        if (
            j > i + 1
            and not money
            and (
                words.at(i - 1).rstrip(".") in month_words()
                or (j == i + 2 and words.word[i + 1] != "000" and words.at(i - 1) in ("", ","))
            )
        ):
            j = i + 1
        written = "".join(words.word[i:j])
        commas = commas or "," in words.word[j - 1]  # "1 234 567,89"
    value = read_digits(written, commas)
    if value is None:
        return None, j, ONE
    digit = last_digit(value)
    if j < words.size and words.kind[j] == "f":
        vulgar = Decimal(str(unicodedata.numeric(words.word[j])))
        return value + vulgar, j + 1, Decimal("0.1")
    part = proper_fraction(words, j) if j == i + 1 and written.isdigit() else None
    if part is not None and (not words.glued(j) or words.hyphen(j - 1)):
        return value + part, j + 3, Decimal("0.1")  # "3 1/2 million"
    return value, j, digit


def proper_fraction(words: Words, i: int) -> Decimal | None:
    """The value of "3/4" or "3⁄4" at word `i`, a part of a whole as rulers and recipes have it; None where none
    stands there."""
    if i + 2 >= words.size or words.kind[i] != "d" or words.word[i + 1] not in "/⁄" or words.kind[i + 2] != "d":
        return None
    top, bottom = words.word[i], words.word[i + 2]
    if bottom not in _PARTS or not top.isdigit() or not 0 < int(top) < int(bottom):
        return None
    if not (words.glued(i + 1) and words.glued(i + 2)) or (words.word[i + 3 : i + 4] == ["/"] and words.glued(i + 3)):
        return None
    return Decimal(int(top)) / Decimal(int(bottom))
