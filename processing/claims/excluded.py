"""Why a number claims nothing: dates, times, ages, ordinals, names, laws, scores, addresses, phone numbers, lists, idioms (figures.md section 2).

Reasons are single words: "date", "year", "time", "age", "ordinal", "name", "law", "grade", "score", "address", "phone", "coordinate",
"code", "list", "back", "one", "idiom", "calibre".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import Any

from processing.claims.tokens import Phrases, Words, near
from processing.words import load_words

__all__ = ["excluded_words", "why_age", "why_name", "why_word", "why_year"]

_MONTH = (
    r"(?:(?i:january|february|april|june|july|august|september|october|november|december|jan\.?|feb\.?|apr\.?|jun\.?|jul\.?|aug\.?|sept?\.?|oct\.?|nov\.?)"
    r"|March|MARCH|Mar\.?|May|MAY|Dec\.?|DEC)"
)
_TH = r"(?:st|nd|rd|th)?"
_MORE = r"(?:\s?(?:-|–|—|to|and|&|or|/)\s?(?:" + _MONTH + r"\s+)?\d{1,2}" + _TH + r"(?![\d,.]*\d|\s?%|\s(?:per ?cent|million|people)))"
_ZONE = r"(?:GMT|UTC|BST|EDT|EST|CET|CEST|PT|PST|PDT|ET|IST|AEST|AEDT|SAST|JST|KST|SGT|HKT|hours|hrs|local time|Zulu)"
# what a text must hold for a pattern to be worth running (a shortcut: the patterns decide)
_MONTHS_IN = ("a month's name among the words",)
_STREETS_IN = ("St", "R", "Av", "L", "D", "B", "W", "Court", "Ct", "Square", "H", "Cr", "T", "Cl", "P", "Via", "Calle", "J")


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# an amount behind the day, so that it is none: "May 12,000", "May 5%", "March 300 people"
_NO_DAY = r"(?![\d,.:]{0,12}\d|\s?%|\s(?:per ?cent|percent|million|billion|people|points)|\w)"
_CLOCK = r"(?:[ap]\.\s?m\b\.?|[ap]m\b|[AP]\.?M\b\.?|o['’]?clock\b)"
_HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_NAME = r"[A-Z][\w’'.]{0,30}"
_ROAD = "(?:St|Street|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Court|Ct|Square|Highway|Hwy|Crescent|Terrace|Close|Parade|Parkway|Pkwy)"
_NO_PHONE = r"(?<![\w.,$£€])"
_Span = tuple[str, re.Pattern[str], tuple[str, ...]]
_SPANS: tuple[_Span, ...] = (
    (
        "code",
        _any(r"https?://\S{1,500}", r"www\.\S{1,200}", r"[\w.+-]{1,64}@[\w-]{1,64}\.\w{2,8}", r"(?<!\w)[@#][A-Za-z_]\w{0,40}"),
        ("@", "#", "http", "www."),
    ),
    (
        "date",
        _any(
            r"\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?",
            r"\b\d{1,2}/\d{1,2}/\d{2,4}\b",
            r"\b\d{1,2}\.\d{1,2}\.(?:19|20)\d\d\b",
            r"\b\d{4}/\d{2}/\d{2}\b",
        ),
        ("-", "/", "."),
    ),
    ("date", _any(rf"\b\d{{1,2}}{_TH}{_MORE}?\s+(?:of\s+)?{_MONTH}(?!\w)(?:,?\s+(?:19|20)\d\d\b|\s\d\d(?=\s?[.;)]|\s*$))?"), _MONTHS_IN),
    (
        "date",
        _any(
            rf"\b{_MONTH},?\s+(?:the\s+)?\d{{1,2}}{_TH}{_NO_DAY}{_MORE}{{0,3}}(?:,?\s+(?:19|20)\d\d\b(?!\s(?:people|men)))?",
        ),
        _MONTHS_IN,
    ),
    ("date", _any(rf"\b{_MONTH},?\s+(?:of\s+)?[12]\d{{3}}\b(?![,.]\d)(?:\s?[-–/]\s?\d{{2,4}}\b)?"), _MONTHS_IN),
    (
        "year",
        _any(
            r"\b(?:1[89]|20)\d\d\s?[-–/]\s?(?:(?:19|20)\d\d|\d\d)\b(?![,.]\d|%|\s?(?:million|km|people))",
            r"\bFY\s?'?\d{2,4}(?:[-/]\d\d)?\b",
            r"\b[QH][1-4]\s?(?:FY)?\s?(?:20)?\d\d\b",
        ),
        ("-", "–", "/", "FY", "Q", "H"),
    ),
    (
        "year",
        _any(
            r"\b1[5-9]\d0['’]?s\b",
            r"\b20\d0['’]?s\b",
            r"['’]\d0s\b",
            r"\b[1-9]0s\b",
            r"['’]\d\d(?=\s)",
            r"\b\d{1,4}\s?(?:BC|BCE|AD|CE)\b",
            r"\bAD\s?\d{1,4}\b",
        ),
        ("0s", "0's", "0’s", "'", "’", "BC", "AD", "CE"),
    ),
    (
        "time",
        _any(
            rf"\b\d{{1,2}}(?:[:.]\d{{2}}){{0,2}}(?:\s?(?:-|–|to|and)\s?\d{{1,2}}(?:[:.]\d{{2}})?)?\s?{_CLOCK}",
            rf"\b[0-2]?\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?!\.?\d)(?:\s?{_ZONE}\b)?",
            rf"\b\d{{4}}\s?{_ZONE}\b",
            rf"\b[0-2]\d[0-5]\d(?=,?\s\(?\d{{4}}\s?{_ZONE}\b)",
            r"\b\d{1,2}h[0-5]\d\b",
            rf"\b(?i:{_HOURS})\s{_CLOCK}",
        ),
        (":", "m", "M", "clock", "GMT", "UTC", "hours", "hrs", "ST", "DT", "h"),
    ),
    (
        "coordinate",
        _any(
            r"\b\d{1,3}(?:\.\d+)?\s?[°º]\s?(?:\d+(?:\.\d+)?\s?['′]\s?)?(?:\d+(?:\.\d+)?\s?[\"″]\s?)?[NSEW]\b",
            r"\b\d{1,3}(?:\.\d+)?\s(?:degrees\s)?(?:north|south|latitude|longitude)\s(?:latitude|longitude)",
        ),
        ("°", "º", "latitude", "longitude", "north", "south"),
    ),
    (
        "phone",
        _any(
            _NO_PHONE + r"\+\d{1,3}[\s.-]?(?:\(?\d{1,4}\)?[\s.-]?){2,4}\d{2,4}\b",
            _NO_PHONE + r"(?:\(\d{3,5}\)\s?|\b0\d{2,4}[\s-])\d{3,4}[\s-]?\d{3,4}\b",
            r"(?<![\w.,$£€-])\d{3}-\d{3}-\d{4}\b",
            r"\b1[- ]8\d\d[- ]\d{3}[- ]\d{4}\b",
            r"(?<![\w.,$£€-])\d{3}[-.]\d{4}\b(?!\s?(?:km|people))",
        ),
        ("-", "+", "(", "0"),
    ),
    (
        "address",
        _any(
            r"\b\d{1,5}[A-Z]?(?:[-–]\d{1,5})?\s+(?:(?:[NSEW]\.?|North|South|East|West)\s+)?"
            rf"(?:(?!Wall\b|Downing\b|[A-Z][a-z]+ed\b){_NAME}|\d+(?:st|nd|rd|th))(?:\s+{_NAME}){{0,2}}?\s+{_ROAD}\b",
            r"\b\d{1,5}\s(?:Ave(?:nue)?|Rue|Boulevard|Via|Calle|Plaza|Jalan)\s[A-Z]\w+",
            r"\b\d{1,3}\sDowning Street",
        ),
        _STREETS_IN,
    ),
    ("ordinal", _any(r"\b\d[\d,]{0,12}(?:st|nd|rd|th)s?\b"), ("st", "nd", "rd", "th")),
    (
        "name",
        _any(
            r"\b(?:1|one)[- ]in[- ](?:a[- ])?\d[\d,]{0,9}[- ]year\b",
            r"\b[48]K\b(?!\s(?:people|followers))",
            r"\b(?:5|10)[kK]\s(?:run|race|runs|races)\b",
            r"(?<=foot-)\d{1,2}\b",
        ),
        ("year", "4K", "8K", "5k", "10k", "5K", "10K", "foot-"),
    ),
    ("idiom", _any(r"\b\d{1,2}\s?[x×]\s?\d{1,2}\b(?!\s?(?:m|cm|ft|mm|in)\b)"), ("x", "×")),
)
_TIME = next(pattern for reason, pattern, _ in _SPANS if reason == "time")


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data = load_words("excluded")
    numbers = load_words("numbers")
    return {
        "idioms": Phrases([*((phrase, "idiom") for phrase in data["idioms"]), *((phrase, "one") for phrase in data["pronouns"])]),
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


def excluded_words(words: Words) -> dict[int, str]:
    """The reason for each word (index) of a stretch whose digits and number words are no quantities: dates, times, addresses, idioms."""
    found: dict[int, str] = {}
    text = words.text
    if "d" in words.kind:
        dated = not _data()["months"].isdisjoint(words.low)
        for reason, pattern, needs in _SPANS:
            if not (dated if needs is _MONTHS_IN else any(part in text for part in needs)):
                continue
            for match in pattern.finditer(text):
                _mark(words, found, match.start(), match.end(), reason)
    elif "m." in text or "clock" in text:
        for match in _TIME.finditer(text):
            _mark(words, found, match.start(), match.end(), "time")
    idioms: Phrases[str] = _data()["idioms"]
    i = 0
    while i < words.size:
        hit = idioms.after(words, i)
        if hit:
            if all(found.get(k, "ordinal") == "ordinal" for k in range(i, hit[1])):
                found.update(dict.fromkeys(range(i, hit[1]), hit[0]))
            i = hit[1]
        else:
            i += 1
    return found


def _mark(words: Words, found: dict[int, str], start: int, end: int, reason: str) -> None:
    first, last = bisect_right(words.end, start), bisect_left(words.start, end)
    if not any(k in found for k in range(first, last)):
        found.update(dict.fromkeys(range(first, last), reason))


def why_year(words: Words, i: int, last: int) -> str | None:
    """ "year" where the four digits of word `i` are one; `last` is the index after the number."""
    word = words.word[i]
    if not (len(word) == 4 and word.isdigit() and last == i + 1 and 1000 <= int(word) <= 2199):
        return None
    data = _data()
    value, before, after = int(word), words.at(i - 1), words.at(i + 1)
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
            before in ("of", "the", "to", "about", "around", "than", "and", "a", "for", "or", "at", "its", "his", "their")
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


def why_age(words: Words, number: int, first: int, last: int, value: float | None, unit_end: int, unit: str | None) -> str | None:
    """ "age" for the number at word `number`; `first`..`last` are its words with bounds, `unit_end` the index after its unit."""
    time = unit in ("year", "month", "day", "week", "hour", "minute")
    if time and (
        words.at(unit_end) == "old" or (words.at(unit_end) in ("-", "–", "‑") and words.at(unit_end + 1) in ("old", "olds")) or words.at(unit_end) == "olds"
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
        and (words.at(first - 1) in near("people") or words.at(first - 1) in ("are", "were", "is", "was", "those"))
        and not _counts_on(words, last)
    ):
        return "age"  # "children under five"
    if words.kind[number] != "d":
        return None
    ends = last == words.size or words.word[last] in ",.;)!?"
    if (ends or words.at(last) == "and") and 10 <= value < 105 and (before.endswith(tuple(near("is_aged"))) or (before == "now" and first == 1)):
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
    if before == "(" and words.at(last) == ")" and first >= 2 and words.word[first - 2][:1].isupper() and 10 <= value <= 105 and words.kind[first - 2] == "w":
        return "age"
    if before == "," and words.at(last) == "," and words.at(first - 2) in _data()["one"] and 10 < value < 105 and words.kind[last + 1 : last + 2] == "w":
        return "age"  # "the suspect, 34, was"
    if before in ("-", "–", "‑") and words.at(first - 2) in ("under", "over") and last <= words.size:
        return "age"
    if words.at(last) == "s" and words.glued(last) and before in ("under", "over", "the"):
        return "age"
    return None


def why_name(words: Words, number: int, first: int, last: int, bare: bool, headline: bool) -> str | None:
    """ "name", "law", "grade" or "list" for a number that is part of a name or counts an item; `bare`: no unit, currency, scale, bound or decimals.

    `headline`: most words of the text have capitals, so that capitals say nothing.
    """
    data = _data()
    i = number
    previous = words.at(i - 1)
    if words.glued(i) and words.kind[i - 1] == "w" and first == i:
        return "name"
    if words.word[i : i + 2] == ["3", "M"] and words.glued(i + 1) and not words.at(i + 2).endswith("s") and words.at(i + 2) != "people":
        return "name"
    if last < words.size and words.glued(last) and words.kind[last] == "w" and bare and words.kind[i] == "d":
        return "grade" if words.word[last] in ("G", "K", "D") else "name"
    if words.glued(i) and words.word[i - 1] in "-–‑/&" and i >= 2 and words.glued(i - 1) and words.kind[i - 2] == "w" and first == i:
        left = words.low[i - 2]
        if (
            left not in data["months"]
            and left not in ("to", "than", "mid", "sub", "plus", "by", "least", "about", "nearly", "almost", "over", "under", "some", "up")
            and not words.low[i - 2].endswith("ly")
        ):
            return "name"
    if bare and i == 0 and words.kind[0] == "d" and len(words.word[0]) < 3 and words.at(last) in (".", ")") and words.glued(last):
        return "list"  # "3. Boil the water"
    if not bare or i == 0:
        return None
    if words.word[i - 1] == "." and i >= 2 and words.glued(i) and words.glued(i - 1) and words.kind[i - 2] == "w":  # "ID.3"
        return "name"
    if words.word[i - 1] == "." and i >= 2 and words.low[i - 2] in ("no", "nos", "vol", "fig", "pp", "p", "prop", "cat", "art"):
        return "name"
    if previous == "#" or (words.kind[i] == "d" and previous in ("no", "nos")):
        return "name"
    capital = words.word[i - 1][:1].isupper()
    if words.word[i - 1] == "us":
        return None  # "they told us 400 would go", not "US 101"
    if previous in data["law"] and words.kind[i] in "d" and (capital or previous not in ("act", "part", "order", "rule", "title", "code", "bill", "protocol")):
        return "law"
    if previous in data["index"] and (capital or words.kind[i] == "d"):
        return "name"
    if previous in data["number"] and (capital or previous not in near("need_capital") or (words.kind[i] == "d" and not _counts_on(words, last))):
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
        if last >= words.size or words.kind[last] == "s" or following in near("lower_verb") or words.word[last][:1].isupper():
            return "name"
    return None


def _counts_on(words: Words, j: int) -> bool:
    """Whether a lower-case noun that can be counted seems to follow."""
    if j >= words.size or words.kind[j] != "w" or not words.word[j].islower():
        return False
    return words.low[j] not in near("lower_verb")


def why_word(words: Words, number: int, first: int, last: int, value: float | None, counted: bool, bounded: bool) -> str | None:
    """ "one", "list" or "back" for a small number before a noun; `counted`: it has no unit; `bounded`: a bound stands before it."""
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
            and (noun in data["one"] or second in data["one"] or (words.at(last + 2) in data["one"] and second not in ("the", "a", "of", "in")))
        ):
            return None if before not in ("the", "this", "that", "any", "every", "no", "which") else "one"
        return "one"
    if before in ("these", "those", "such"):
        return "back"
    small = value is None or value <= 12
    if before == "the" and words.kind[number] == "w" and value is not None and 1 < value <= 3 and not _happened(words, last) and noun not in ("of", "-"):
        return "back"
    if small and (noun in data["lists"] or (second in data["lists"] and words.kind[last] == "w" and noun not in ("of", "to", "in", "and", "people"))):
        return "list"
    if small and value is None and noun == "of" and second in data["lists"]:
        return "list"
    return None


def _happened(words: Words, last: int) -> bool:
    return any(words.at(j) in near("happened") for j in range(last, last + 4))
