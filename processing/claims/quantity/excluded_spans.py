"""Stretches whose digits and number words are no quantities, by their form: dates, times, coordinates, phone numbers,
addresses, ordinals, idioms.

The reasons are those of processing.claims.quantity.exclusion_rules.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache

from processing.claims.document.tokens import Phrases, Words
from processing.words import load_words
from processing.words.calendar import month_words

__all__ = ["excluded_words"]

_MONTH = (
    r"(?:(?i:january|february|april|june|july|august|september|october|november|december|jan\.?|feb\.?|apr\.?"
    r"|jun\.?|jul\.?|aug\.?|sept?\.?|oct\.?|nov\.?)"
    r"|March|MARCH|Mar\.?|May|MAY|Dec\.?|DEC)"
)
_TH = r"(?:st|nd|rd|th)?"
_MORE = (
    r"(?:\s?(?:-|–|—|to|and|&|or|/)\s?(?:"
    + _MONTH
    + r"\s+)?\d{1,2}"
    + _TH
    + r"(?![\d,.]*\d|\s?%|\s(?:per ?cent|million|people)))"
)
_ZONE = r"(?:GMT|UTC|BST|EDT|EST|CET|CEST|PT|PST|PDT|ET|IST|AEST|AEDT|SAST|JST|KST|SGT|HKT|hours|hrs|local time|Zulu)"
# what a text must hold for a pattern to be worth running (a shortcut: the patterns decide)
_MONTHS_IN = ("a month's name among the words",)
_STREETS_IN = (
    "St",
    "R",
    "Av",
    "L",
    "D",
    "B",
    "W",
    "Court",
    "Ct",
    "Square",
    "H",
    "Cr",
    "T",
    "Cl",
    "P",
    "Via",
    "Calle",
    "J",
    "Gard",
    "Grove",
    "Mews",
    "Quay",
    "Yard",
)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# an amount behind the day, so that it is none: "May 12,000", "May 5%", "March 300 people"
_NO_DAY = r"(?![\d,.:]{0,12}\d|\s?%|\s(?:per ?cent|percent|million|billion|people|points)|\w)"
_CLOCK = r"(?:[ap]\.\s?m\b\.?|[ap]m\b|[AP]\.?M\b\.?|o['’]?clock\b)"
_HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_NAME = r"[A-Z][\w’'.]{0,30}"
_ROAD = (
    "(?:St|Street|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Court|Ct|Square|Highway|Hwy"
    "|Crescent|Terrace|Close|Parade|Parkway|Pkwy|Row|Gardens|Grove|Mews|Quay|Walk|Yard|Place)"
)
_NO_PHONE = r"(?<![\w.,$£€])"
_Span = tuple[str, re.Pattern[str], tuple[str, ...]]
_SPANS: tuple[_Span, ...] = (
    (
        "code",
        _any(
            r"https?://\S{1,500}",
            r"www\.\S{1,200}",
            r"[\w.+-]{1,64}@[\w-]{1,64}\.\w{2,8}",
            r"(?<!\w)[@#][A-Za-z_]\w{0,40}",
        ),
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
    (
        "date",
        _any(rf"\b\d{{1,2}}{_TH}{_MORE}?\s+(?:of\s+)?{_MONTH}(?!\w)(?:,?\s+(?:19|20)\d\d\b|\s\d\d(?=\s?[.;)]|\s*$))?"),
        _MONTHS_IN,
    ),
    (
        "date",
        _any(
            rf"\b{_MONTH},?\s+(?:the\s+)?\d{{1,2}}{_TH}{_NO_DAY}{_MORE}{{0,3}}(?:,?\s+(?:19"
            rf"|20)\d\d\b(?!\s(?:people|men)))?",
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
            r"(?<!over-)(?<!under-)(?<!over )(?<!under )\b[1-9]0s\b",
            r"['’]\d\d(?=\s)",
            r"\b\d{1,4}\s?(?:BC|BCE|AD|CE)\b",
            r"\bAD\s?\d{1,4}\b",
            r"\b(?:A\.D\.|B\.C\.)\s?\d{1,4}\b|\b\d{1,4}\s(?:A\.D\.|B\.C\.)",
        ),
        ("0s", "0's", "0’s", "'", "’", "BC", "AD", "CE", "A.D", "B.C"),
    ),
    (
        "time",
        _any(
            rf"\b\d{{1,2}}(?:[:.]\d{{2}}){{0,2}}(?:\s?(?:-|–|to|and)\s?\d{{1,2}}(?:[:.]\d{{2}})?)?\s?{_CLOCK}",
            rf"\b[0-2]?\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?!\.?\d)(?:\s?{_ZONE}\b)?",
            r"\b\d{1,2}:[0-5]\d\.\d{1,3}\b",
            rf"\b\d{{4}}\s?{_ZONE}\b",
            rf"\b[0-2]\d[0-5]\d(?=,?\s\(?\d{{4}}\s?{_ZONE}\b)",
            r"\b\d{1,2}h[0-5]\d\b",
            rf"\b(?i:{_HOURS})\s{_CLOCK}",
            r"(?<=\bat )[0-2]?\d\s?hrs\b",
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
            _NO_PHONE + r"(?:\(\d{3,5}\)\s?|\b0\d{1,4}[\s-])\d{3,4}[\s-]?\d{3,4}\b",
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
    ("ordinal", _any(r"\b(?:\d[\d,]{0,12})?(?:(?<!1)1st|2nd|3rd|\dths?)\b"), ("st", "nd", "rd", "th")),
    (
        "name",
        _any(
            r"\b(?:1|one)[- ]in[- ](?:a[- ])?\d[\d,]{0,9}[- ]year\b",
            r"\b[48]K\b(?!\s(?:people|followers))",
            r"\b(?:5|10)[kK]\s(?:run|race|runs|races)\b",
            r"(?<=foot-)\d{1,2}\b",
            r"\b\d{5}(?=\s(?:ZIP|zip|postcode|postal code))",
        ),
        ("year", "4K", "8K", "5k", "10k", "5K", "10K", "foot-", "ZIP", "zip", "post"),
    ),
    ("list", _any(r"\b\d{1,3} times out of \d{2,3}\b"), ("times out of",)),
    ("idiom", _any(r"\b\d{1,2}\s?[x×]\s?\d{1,2}\b(?!\s?(?:m|cm|ft|mm|in)\b)"), ("x", "×")),
)
_TIME = next(pattern for reason, pattern, _ in _SPANS if reason == "time")


@lru_cache(maxsize=1)
def _idioms() -> Phrases[str]:
    data = load_words("excluded")
    return Phrases(
        [*((phrase, "idiom") for phrase in data["idioms"]), *((phrase, "one") for phrase in data["pronouns"])]
    )


def excluded_words(words: Words) -> dict[int, str]:
    """The reason for each word (index) of a stretch whose digits and number words are no quantities: dates, times,
    addresses, idioms."""
    found: dict[int, str] = {}
    text = words.text
    if "d" in words.kind:
        dated = not month_words().isdisjoint(words.low)
        for reason, pattern, needs in _SPANS:
            if not (dated if needs is _MONTHS_IN else any(part in text for part in needs)):
                continue
            for match in pattern.finditer(text):
                _mark(words, found, match.start(), match.end(), reason)
    elif "m." in text or "clock" in text:
        for match in _TIME.finditer(text):
            _mark(words, found, match.start(), match.end(), "time")
    idioms = _idioms()
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
