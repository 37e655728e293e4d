"""Days and times in the texts of machines and bylines, with the zone that an abbreviation means where it is written.

Midnight without a zone means that the time is not known; a year or a month alone is no day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil import parser as iso

from processing.words import load_words
from schemas.records import Precision

__all__ = ["Label", "Moment", "is_midnight", "moments_in", "month_number", "read_moment"]

Label = Literal["published", "updated"]
_LONGEST = 300  # characters of a text that is searched for dates
_FIRST, _LAST = 1400, 2200  # years that a page may speak of; nearer the ends of the calendar, offsets overflow
_MONTH_FIRST = {"us", "ph"}  # countries that write the 4th of March 3/4
_TIME_TEXT = re.compile(
    r"(?<![\d:./-])(?P<h>\d{1,2})(?:[:.h](?P<min>\d\d))?(?::\d\d)?\s{0,3}(?P<half>[ap]\.?m\.?)?(?![\d:])(?:\s{0,3}\(?(?P<zone>[A-Z]{2,4}|Z)\b)?"
    r"(?:\s{0,3}(?P<off>[+-]\d\d:?\d\d))?",
    re.IGNORECASE,
)
# what between a day and a time means that the time belongs to something else ("20 May 2025, updated 9:00")
_APART = re.compile(
    r"\d|\b(?!at\b|on\b|um\b|kl\b|à\b|a\b|la\b|uhr\b|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b)[^\W\d_]{2,}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as a page gives it. `value` has the page's offset, or none; `precision` "day" means that the time is
    unknown; `swapped` is the day that it is where its two numbers are read the other way round (3/4/2025), None where
    only one reading is possible."""

    value: datetime
    precision: Precision
    swapped: date | None = field(default=None, compare=False)

    def text(self) -> str:
        """ISO 8601: a day, or a time to the second with the page's offset where it gives one."""
        return self.value.date().isoformat() if self.precision == "day" else self.value.isoformat(timespec="seconds")

    def turned(self) -> Moment:
        """The same with day and month exchanged; itself where that is no day."""
        if self.swapped is None:
            return self
        new = self.swapped
        return Moment(self.value.replace(year=new.year, month=new.month, day=new.day), self.precision)


def _zone(name: str | None, day: date, home: tzinfo | None, country: str | None) -> tzinfo | None:
    """The zone that an abbreviation means on a day: the outlet's own where it uses that abbreviation at any season,
    then what it means in the outlet's country, then elsewhere."""
    if not name:
        return None
    name = name.upper()
    words = load_words("zones")
    if home is not None and name in _own_names(home, day.year):
        return home
    if named := words["country"].get(country or "", {}).get(name):
        return ZoneInfo(named)
    noon = datetime(day.year, day.month, day.day, 12)
    if summer := words["summer"].get(name):
        return timezone(noon.replace(tzinfo=ZoneInfo(summer)).utcoffset() or timedelta())
    minutes = words["offsets"].get(name)
    return None if minutes is None else timezone(timedelta(minutes=minutes))


@lru_cache(maxsize=400)
def _own_names(home: tzinfo, year: int) -> frozenset[str]:
    return frozenset(name for month in (1, 7) if (name := datetime(year, month, 15, 12, tzinfo=home).tzname()))


@dataclass(frozen=True, slots=True)
class _Words:
    """Patterns of days and of the labels before them, made from the word lists."""

    months: dict[str, int]
    days: re.Pattern[str]
    labels: re.Pattern[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    words = load_words("dates")
    months = {name: number for number, names in enumerate(words["months"], 1) for name in names.split()}
    month = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    year = r"(?:19|20)\d\d"
    days = re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?\s{{0,3}}(?:of\s|de\s)?(?P<m>{month})\b\.?,?\s{{1,3}}(?:de\s|del\s)?(?P<y>{year})(?!\d)"
        rf"|\b(?P<m2>{month})\b\.?\s{{1,3}}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,3}}(?P<y2>{year})(?!\d)"
        rf"|(?<!\d)(?P<y3>{year})(?P<s3>\s?[-/.]\s?|\s?[年년]\s?)(?P<m3>\d{{1,2}})(?:\s?[-/.月월]\s?)(?P<d3>\d{{1,2}})(?!\d)"
        rf"|(?<!\d)(?P<a>\d{{1,2}})(?P<s>[/.-])(?P<b>\d{{1,2}})(?P=s)(?P<y4>{year})(?!\d)",
        re.IGNORECASE,
    )
    labels = re.compile(
        rf"(?<![a-zà-ÿ])(?:(?P<updated>{'|'.join(words['updated'])})|(?P<published>{'|'.join(words['published'])}))(?![a-zà-ÿ])",
        re.IGNORECASE,
    )
    return _Words(months, days, labels)


def month_number(name: str) -> int | None:
    """The month (1 to 12) that a name or its short form means; None where it is none."""
    return _words().months.get(name.lower())


def read_moment(text: str | None, *, country: str | None = None, zone: tzinfo | None = None) -> Moment | None:
    """The date in a machine's or a byline's text; None where there is none. `country` decides 3/4/2025 (month first in
    the US), and with `zone` what the abbreviation of a time zone means."""
    if not text:
        return None
    text = " ".join(text[: 4 * _LONGEST].split())
    if re.fullmatch(r"1[0-9]{9}(?:\d{3})?(?:\.\d{1,9})?", text):  # seconds or milliseconds since 1970
        number = float(text)
        return Moment(datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC), "minute")
    if re.match(r"\d{4}-?\d\d-?\d\d(?:$|[T ]?\d|T)", text):
        moment = _iso(text)
        if moment is not None:
            return moment
    return next((moment for _, moment in moments_in(text, country=country, zone=zone)), None)


def _iso(text: str) -> Moment | None:
    tidy = re.sub(r"(\d)\s([+-]\d\d:?\d\d|Z)$", r"\1\2", text.strip()[:80])
    tidy = re.sub(r"\[[\w/]{1,40}\]$", "", tidy)
    if match := re.fullmatch(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?)\s?(?:UTC|GMT)", tidy):
        tidy = match.group(1) + "Z"
    tidy = re.sub(r"(?<=:\d\d)[.,](\d{1,9})", "", tidy)
    tidy = re.sub(r"([+-])(\d):(\d\d)$", r"\g<1>0\2:\3", tidy)
    try:
        value = iso.isoparse(tidy.replace(" ", "T", 1))
    except (ValueError, OverflowError):
        return None
    if not _FIRST <= value.year <= _LAST:
        return None
    bare = len(re.sub(r"\D", "", tidy)) <= 8
    return Moment(value, "day" if bare or (value.tzinfo is None and is_midnight(value)) else "minute")


def is_midnight(value: datetime) -> bool:
    """Whether a time is that at which a day begins, to the second."""
    return (value.hour, value.minute, value.second) == (0, 0, 0)


def moments_in(
    text: str, *, country: str | None = None, zone: tzinfo | None = None
) -> Iterator[tuple[Label | None, Moment]]:
    """The dates in a text in their order, each with what the words before it call it ("Updated 22 May 2025 09:00 BST").

    Only the first 300 characters are searched."""
    text, end = " ".join(text[:_LONGEST].split()), 0
    words = _words()
    for match in words.days.finditer(text):
        found = _day(match.groupdict(), country)
        if found is None:
            continue
        before = text[end : match.start()]
        labels = list(words.labels.finditer(before))
        label: Label | None = None
        if labels:
            label = "updated" if labels[-1]["updated"] else "published"
        yield label, _with_time(found, text, match, zone, country)
        end = match.end()


def _day(parts: dict[str, str | None], country: str | None) -> tuple[date, date | None] | None:
    """A day, and the other one that its two numbers may mean; None where it is none."""
    if parts["a"]:
        a, b, year = int(parts["a"]), int(parts["b"] or 0), int(parts["y4"] or 0)
        month_first = parts["s"] != "." and country in _MONTH_FIRST
        first, second = _date(year, b, a), _date(year, a, b)
        if month_first:
            first, second = second, first
        if first is None:
            first, second = second, None
        return (first, None if parts["s"] == "." or second == first else second) if first else None
    year = next(int(value) for name in ("y", "y2", "y3") if (value := parts[name]))
    raw = next(value for name in ("m", "m2", "m3") if (value := parts[name]))
    number = next(int(value) for name in ("d", "d2", "d3") if (value := parts[name]))
    named = _date(year, int(raw) if raw.isdigit() else _words().months[raw.lower()], number)
    return (named, None) if named else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_time(
    days: tuple[date, date | None], text: str, match: re.Match[str], zone: tzinfo | None, country: str | None
) -> Moment:
    """The day with the time of day that stands right after or right before it."""
    day, swapped = days
    midnight = datetime(day.year, day.month, day.day)
    after, before = text[match.end() : match.end() + 40], text[max(0, match.start() - 40) : match.start()]
    for piece, found in (
        (after, list(_TIME_TEXT.finditer(after))[:1]),
        (before, list(_TIME_TEXT.finditer(before))[-1:]),
    ):
        for hit in found:
            between = piece[: hit.start()] if piece is after else piece[hit.end() :]
            if (not hit["min"] and not hit["half"]) or len(between.strip(" ,.|•·–—-T")) > 12 or _APART.search(between):
                continue
            clock = _clock(hit)
            if clock is None:
                continue
            tz = _offset(hit["off"]) if hit["off"] else _zone(hit["zone"], day, zone, country)
            return Moment(midnight.replace(hour=clock[0], minute=clock[1], tzinfo=tz), "minute", swapped)
    return Moment(midnight, "day", swapped)


def _clock(hit: re.Match[str]) -> tuple[int, int] | None:
    hour, minute = int(hit["h"]), int(hit["min"] or 0)
    if hit["half"]:
        hour = hour % 12 + (12 if hit["half"].lower().startswith("p") else 0)
    return (hour, minute) if hour <= 23 and minute <= 59 else None


def _offset(text: str) -> tzinfo | None:
    digits = text.replace(":", "")
    hours, minutes = int(digits[1:3]), int(digits[3:5])
    if hours > 15 or minutes > 59:
        return None
    return timezone((1 if digits[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
