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
        and after not in ("was", "has", "sales", "elections", "polls", "results", "levels")
    )
    if before in data["year"] or words.word[i - 1 : i] in (["'"], ["’"], ["("]):
        if (
            before
            in ("of", "the", "to", "about", "around", "than", "and", "a", "for", "or", "at", "its", "his", "their")
            and counts
            and not 1990 <= value <= 2035
        ):
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
    data = _data()
    word = words.low[number]
    if word in ("a", "half") and words.at(number + (word == "a")) == "half":
        k = number - (word == "half")  # at "a"
        if words.at(k - 1) == "and" and words.at(k - 2) in near("halved") and words.at(k - 3) in ("a", "an"):
            return "list"  # "a year and a half": the half of a measure without a number
    if not counted:
        return None
    before, noun, second = words.at(first - 1), words.at(last), words.at(last + 1)
    if word == "one" and value == 1:
        if bounded and noun not in ("of",):
            return None
        if noun in ("still", "also", "now") and second in data["states"]:
            return None  # "two kids; one still missing"
        if noun in data["states"] or (
            noun not in ("of",)
            and (
                noun in data["one"]
                or second in data["one"]
                or (words.at(last + 2) in data["one"] and second not in ("the", "a", "of", "in"))
            )
        ):
            return None if before not in ("the", "this", "that", "any", "every", "no", "which") else "one"
        return "one"
    if before in ("these", "those", "such"):
        return "back"
    small = value is None or value <= 12
    if (
        before == "the"
        and words.kind[number] == "w"
        and value is not None
        and 1 < value <= 3
        and not _happened(words, last)
        and noun not in ("of", "-")
    ):
        return "back"
    if small and (
        noun in data["lists"]
        or (second in data["lists"] and words.kind[last] == "w" and noun not in ("of", "to", "in", "and", "people"))
    ):
        return "list"
    if small and value is None and noun == "of" and second in data["lists"]:
        return "list"
    return None


def _happened(words: Words, last: int) -> bool:
    return any(words.at(j) in near("happened") for j in range(last, last + 4))
