"""Why a number claims nothing by the words around it: years, ages, names, laws, grades, lists (figures.md section 2);
see also processing.claims.quantity.excluded_spans.

Reasons are single words: "date", "year", "time", "age", "ordinal", "name", "law", "grade", "score", "address", "phone",
"coordinate", "code", "list", "back", "one", "idiom", "calibre", "rest" ("all but two"), "crowd" (too many numbers)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from processing.claims.document.tokens import Words, near
from processing.words import load_words

__all__ = ["why_age", "why_name", "why_word", "why_year"]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data = load_words("excluded")
    numbers = load_words("numbers")
    return {
        "law": frozenset(data["names"]["law"]),
        "number": frozenset(data["names"]["number"]),
        "index": frozenset(data["names"]["index"]),
        "calibre": frozenset(data["follow"]["calibre"]),
        "lists": frozenset(data["lists"]["nouns"]),
        "one": frozenset(data["one"]["counted"]),
        "states": frozenset(data["one"]["states"]),
        "months": frozenset(numbers["months"]),
        "days": frozenset(numbers["weekdays"]),
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


def why_age(
    words: Words, number: int, first: int, last: int, value: float | None, unit_end: int, unit: str | None
) -> str | None:
    """ "age" for the number at word `number`; `first`..`last` are its words with bounds, `unit_end` the index after its
    unit."""
    time = unit in ("year", "month", "day", "week", "hour", "minute")
    if time and (
        words.at(unit_end) == "old"
        or (words.at(unit_end) in ("-", "–", "‑") and words.at(unit_end + 1) in ("old", "olds"))
        or words.at(unit_end) == "olds"
    ):
        return "age"
    if time and words.at(unit_end) == "of" and words.at(unit_end + 1) == "age":
        return "age"
    before = words.at(first - 1)
    if before in ("aged", "age", "ages") and words.at(first - 2) != "golden":
        return "age"
    if before in ("of", "to", "at") and words.at(first - 2) in ("age", "ages"):
        return "age"
    if before in ("and", "to", "or", "-", ",") and words.at(first - 3) in ("aged", "ages") and first >= 3:
        return "age"
    if value is None or unit is not None or not 0 < value < 120 or value != int(value):
        return None
    if before == "from" and words.at(first - 2) in near("people") and not _counts_on(words, unit_end):
        return "age"  # "children from 5 to 11"
    if (
        words.low[first:number] in (["under"], ["over"], ["above"], ["below"])
        and value < 100
        and (
            (
                words.at(first - 1) in near("people")
                and (not _counts_on(words, last) or not words.at(last).endswith("s"))
            )
            or (words.at(first - 1) in ("are", "were", "is", "was", "those") and not _counts_on(words, last))
        )
    ):
        return "age"  # "children under five", "children under 12 travel free"
    hyphened = words.low[first:number] in (["over", "-"], ["under", "-"])
    if (hyphened and value < 100) or (
        words.low[first:number] in (["over"], ["under"]) and words.at(last) == "s" and words.glued(last)
    ):
        return "age"  # "the over-65s", "an under-21 side"
    if words.kind[number] != "d":
        return None
    ends = last == words.size or words.word[last] in ",.;)!?"
    if (
        (ends or words.at(last) == "and")
        and 10 <= value < 105
        and (before.endswith(tuple(near("is_aged"))) or (before == "now" and first == 1))
    ):
        return "age"  # "I'm 61, and", "Now 24, she has"
    if (
        before == ","
        and last < words.size
        and words.word[last] in ",.;)"
        and first >= 2
        and words.word[first - 2][:1].isupper()
        and words.kind[first - 2] == "w"
    ):
        following = words.at(last + 1) if words.word[last] == "," else ""
        if following and words.kind[last + 1 : last + 2] == "d":
            return None
        return "age" if value > 1 else None
    if before == "," and last == words.size and first >= 2 and words.word[first - 2][:1].isupper():
        return "age"
    if (
        before == "("
        and words.at(last) == ")"
        and first >= 2
        and words.word[first - 2][:1].isupper()
        and 10 <= value <= 105
        and words.kind[first - 2] == "w"
    ):
        return "age"
    named = words.at(first - 2) in _data()["one"] or (
        words.at(last + 1) in near("after_age")
        and not near("articles").isdisjoint(words.low[max(0, first - 5) : max(0, first - 2)])
    )
    if (
        before == ","
        and words.at(last) == ","
        and named
        and 14 < value < 105
        and words.kind[last + 1 : last + 2] == "w"
    ):
        return "age"  # "the suspect, 34, was", "the midfielder, 24, has"
    if before in ("-", "–", "‑") and words.at(first - 2) in ("under", "over") and last <= words.size:
        return "age"
    if words.at(last) == "s" and words.glued(last) and before in ("under", "over", "the"):
        return "age"
    return None


def why_name(words: Words, number: int, first: int, last: int, bare: bool, headline: bool) -> str | None:
    """ "name", "law", "grade" or "list" for a number that is part of a name or counts an item; `bare`: no unit,
    currency, scale, bound or decimals.

    `headline`: most words of the text have capitals, so that capitals say nothing.
    """
    data = _data()
    i = number
    previous = words.at(i - 1)
    if words.glued(i) and words.kind[i - 1] == "w" and first == i:
        return "name"
    if (
        words.word[i : i + 2] == ["3", "M"]
        and words.glued(i + 1)
        and not words.at(i + 2).endswith("s")
        and words.at(i + 2) != "people"
    ):
        return "name"
    if last < words.size and words.glued(last) and words.kind[last] == "w" and bare and words.kind[i] == "d":
        return "grade" if words.word[last] in ("G", "K", "D") else "name"
    if (
        words.glued(i)
        and words.word[i - 1] in "-–‑/&"
        and i >= 2
        and words.glued(i - 1)
        and words.kind[i - 2] == "w"
        and first == i
    ):
        left = words.low[i - 2]
        if (
            left not in data["months"]
            and left
            not in (
                "to",
                "than",
                "mid",
                "sub",
                "plus",
                "by",
                "least",
                "about",
                "nearly",
                "almost",
                "over",
                "under",
                "some",
                "up",
            )
            and not words.low[i - 2].endswith("ly")
        ):
            return "name"
    if (
        bare
        and i == 0
        and words.kind[0] == "d"
        and len(words.word[0]) < 3
        and words.at(last) in (".", ")")
        and words.glued(last)
    ):
        return "list"  # "3. Boil the water"
    if not bare or i == 0:
        return None
    if (
        words.word[i - 1] == "." and i >= 2 and words.glued(i) and words.glued(i - 1) and words.kind[i - 2] == "w"
    ):  # "ID.3"
        return "name"
    if (
        words.word[i - 1] == "."
        and i >= 2
        and words.low[i - 2] in ("no", "nos", "vol", "fig", "pp", "p", "prop", "cat", "art")
    ):
        return "name"
    if previous == "#" or (words.kind[i] == "d" and previous in ("no", "nos")):
        return "name"
    capital = words.word[i - 1][:1].isupper()
    if words.word[i - 1] == "us":
        return None  # "they told us 400 would go", not "US 101"
    if (
        previous in data["law"]
        and words.kind[i] in "d"
        and (capital or previous not in ("act", "part", "order", "rule", "title", "code", "bill", "protocol"))
    ):
        return "law"
    if previous in data["index"] and (capital or words.kind[i] == "d"):
        return "name"
    if previous in data["number"] and (
        capital or previous not in near("need_capital") or (words.kind[i] == "d" and not _counts_on(words, last))
    ):
        spelled = words.kind[i] == "w" and not capital and previous in near("spelled_counts")
        counts = previous in near("before_counts") and _counts_on(words, last)
        if spelled or counts:
            return None
        return "grade" if previous in near("grades") else "name"
    if (
        i
        and words.word[i][:1].isupper()
        and words.kind[i] == "w"
        and last < words.size
        and words.word[last][:1].isupper()
        and not headline
        and words.kind[i - 1] == "w"
        and words.kind[last] == "w"
    ):
        return "name"  # "on Zero Hedge"
    if (
        capital
        and words.kind[i] == "w"
        and words.word[i][:1].isupper()
        and not headline
        and words.word[i - 1].isalpha()
        and i >= 2
        and words.kind[i - 2] in "wd"
    ):
        return "name"  # "Kick Six", "Big Ten"
    if (
        capital
        and words.kind[i] == "d"
        and not headline
        and words.kind[i - 1] == "w"
        and (words.word[i].isdigit() or words.word[i].endswith(".0"))
        and i >= 1
        and words.at(i - 2) not in (".", "!", "?", ":", '"', "“", "‘")
        and previous not in data["months"]
        and previous not in data["days"]
        and previous not in near("headline_verbs")
        and not words.hyphen(last)
    ):
        following = words.at(last)
        if i == 1 and not words.word[i].endswith(".0"):
            return None
        if (
            i >= 2
            and words.word[i - 2][:1].isupper()
            and words.kind[i - 2] == "w"
            and words.word[i].isdigit()
            and 15 < int(words.word[i]) < 100
            and following in ("has", "is", "was", "said", "had", "who", "says")
        ):
            return "age"  # "Nick Hague 44 has"
        if (
            last >= words.size
            or words.kind[last] == "s"
            or following in near("lower_verb")
            or (following.endswith("ed") and following not in near("happened"))
            or words.word[last][:1].isupper()
        ):
            return "name"
    return None


def _counts_on(words: Words, j: int) -> bool:
    """Whether a lower-case noun that can be counted seems to follow."""
    if j >= words.size or words.kind[j] != "w" or not words.word[j].islower():
        return False
    return words.low[j] not in near("lower_verb")


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
