"""Why a number claims nothing by the words around it: years, lists, "one" and what only points back (figures.md section
2); ages and names have rules of their own (age_rules, name_rules), spans of words excluded_spans.

Reasons are single words: "date", "year", "time", "age", "ordinal", "name", "law", "grade", "score", "address", "phone",
"coordinate", "code", "list", "back", "one", "idiom", "calibre", "rest" ("all but two"), "crowd" (too many numbers)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from processing.claims.document.tokens import Words, near
from processing.words import load_words
from processing.words.calendar import month_words

__all__ = ["why_word", "why_year"]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data = load_words("excluded")
    numbers = load_words("numbers")
    return {
        "lists": frozenset(data["lists"]["nouns"]),
        "one": frozenset(data["one"]["counted"]),
        "states": frozenset(data["one"]["states"]),
        "months": month_words(),
        "year": frozenset(data["year"]["prepositions"]),
        "ones": frozenset(numbers["ones"]),
    }


def why_year(words: Words, i: int, last: int) -> str | None:
    """ "year" where the four digits of word `i` are one; `last` is the index after the number."""
    word = words.word[i]
    if not (len(word) == 4 and word.isdigit() and last == i + 1 and 1000 <= int(word) <= 2199):
        return None
    data = _data()
    value, before, after = int(word), words.at(i - 1), words.at(i + 1)
    if before == "of" and words.at(i - 2) in near("before_of_amount"):
        return None  # "by an average of 1700"
    if before in data["months"] or before.rstrip(".") in data["months"]:
        return "year"
    counts = after in near("counted") or (
        after.endswith("s")
        and len(after) > 3
        and not after.endswith(("ss", "us", "'s", "’s", "is"))
        and words.word[i + 1].islower()
        and after not in near("after_year")
    )
    if before in data["year"] or words.word[i - 1 : i] in (["'"], ["’"], ["("]):
        if before in near("before_count") and counts and not 1990 <= value <= 2035:
            return None
        if before in ("about", "around", "than") and counts:
            return None
        return "year" if value >= 1400 or before in ("in", "since", "circa") else None
    if counts and not (1990 <= value <= 2035 and words.at(i - 1) in ("", ",")):
        return None
    if value >= 1800:
        return "year"
    return None


def why_word(
    words: Words, number: int, first: int, last: int, value: float | None, counted: bool, bounded: bool
) -> str | None:
    """ "one", "list" or "back" for a small number before a noun; `counted`: it has no unit; `bounded`: a bound stands
    before it."""
    if _is_half_of_measure(words, number):
        return "list"
    if not counted:
        return None
    before, noun = words.at(first - 1), words.at(last)
    if words.low[number] == "one" and value == 1:
        return _why_one(words, last, before, bounded)
    if before in ("these", "those", "such"):
        return "back"
    pointed = before == "the" and words.kind[number] == "w" and value is not None and 1 < value <= 3
    if pointed and noun not in ("of", "-") and not _happened(words, last):
        return "back"
    return "list" if (value is None or value <= 12) and _before_list(words, last, value) else None


def _is_half_of_measure(words: Words, number: int) -> bool:
    """ "A year and a half": the half of a measure without a number."""
    word = words.low[number]
    if word not in ("a", "half") or words.at(number + (word == "a")) != "half":
        return False
    k = number - (word == "half")  # at "a"
    return words.at(k - 1) == "and" and words.at(k - 2) in near("halved") and words.at(k - 3) in ("a", "an")


def _why_one(words: Words, last: int, before: str, bounded: bool) -> str | None:
    """ "One" where it counts nothing; None before a noun of states or of what is counted by one, unless it is pointed
    at ("the one case")."""
    data, noun, second = _data(), words.at(last), words.at(last + 1)
    if bounded and noun != "of":
        return None
    if noun in near("between_one_and_state") and second in data["states"]:
        return None  # "two kids; one still missing"
    third = words.at(last + 2) in data["one"] and second not in ("the", "a", "of", "in")
    known = noun in data["one"] or second in data["one"] or third
    if noun in data["states"] or (noun != "of" and known):
        return "one" if before in near("pointing_at_one") else None
    return "one"


def _before_list(words: Words, last: int, value: float | None) -> bool:
    """Whether a small number announces a list: "three reasons", "several key points"."""
    lists, noun, second = _data()["lists"], words.at(last), words.at(last + 1)
    if noun in lists:
        return True
    if second not in lists:
        return False
    apart = noun in near("between_list_and_number")
    return (words.kind[last] == "w" and not apart) or (value is None and noun == "of")


def _happened(words: Words, last: int) -> bool:
    return any(words.at(j) in near("happened") for j in range(last, last + 4))
