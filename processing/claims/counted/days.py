"""Days as they are written in a sentence: "22 January", "last Friday", "two weeks ago", "mid-March 2024"."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from dateutil.parser import ParserError, parse
from dateutil.relativedelta import relativedelta

from processing.words.calendar import full_months, full_weekdays

__all__ = ["COUNT", "SMALL", "UNIT", "Days", "dates_in", "length_of", "month_end", "read_days"]

Days = tuple[date, date]
_MONTHS = full_months()
_WEEKDAYS = full_weekdays()
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|"
    r"Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
SMALL = {
    "one": 1,
    "a": 1,
    "an": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "several": 3,
    "few": 3,
    "couple": 2,
}
COUNT = rf"(?:\d{{1,3}}|{'|'.join(SMALL)})"
UNIT = r"(?:day|week|month|year|decade|hour)"
_DAY = re.compile(
    rf"(?P<full>\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?\b"
    rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?(?![\d,]*\d| ?%)|\b\d{{4}}-\d{{2}}-\d{{2}}\b)"
    rf"|(?P<part>\b(?:early|mid|late|(?:the )?(?:beginning|start|middle|end) of)[- ]{_MONTH}(?: \d{{4}})?\b)"
    rf"|(?P<month>(?<=\bin )(?:early |late )?{_MONTH}(?: (?:of )?\d{{4}}| last year| this year)?\b|\b{_MONTH} \d{{4}}\b"
    rf"|(?:(?<=\bby )|(?<=\bsince )|(?<=\buntil )){_MONTH}\b(?! \d))"
    rf"|(?P<weekday>\b(?:last |late |early |this )?{_WEEKDAY}\b)"
    rf"|(?P<ago>\b{COUNT} {UNIT}s? (?:ago|earlier)\b)"
    rf"|(?P<word>\b(?:today|yesterday|tonight|overnight|last night|this (?:morning|afternoon|evening)|(?:the "
    rf")?last (?:week|month|year)"
    rf"|this (?:week|month|year)|on the day)\b)"
    rf"|(?P<year>(?:(?<=\bin )|(?<=\bduring )|(?<=\bsince )|(?<=\bby )|(?<=\bfor )|(?<=\buntil )|(?<=\bof "
    rf")|(?<=\bthrough ))(?:19|20)\d\d\b(?![-/\d%]))",
    re.IGNORECASE,
)
_PARTS = (
    "day",
    "night",
    "week",
    "month",
    "year",
    "ago",
    "earlier",
    "morning",
    "afternoon",
    "evening",
    "19",
    "20",
    "-0",
    "-1",
    *(m[:3] for m in _MONTHS),
)
_NO_MONTH = re.compile(r"\b(?:march|may|august)\b")  # "300 held in march": words unless they have their capital


@lru_cache(maxsize=256)
def dates_in(text: str) -> tuple[re.Match[str], ...]:
    """The dates in a sentence; one without a part of them is not searched."""
    low = text.lower()
    if not any(part in low for part in _PARTS):
        return ()
    return tuple(m for m in _DAY.finditer(text) if not _NO_MONTH.search(m[0]))


def length_of(count: int, unit: str) -> relativedelta:
    """So many hours, days, weeks, months, years or decades."""
    if unit == "hour":
        return relativedelta(days=max(1, count // 24))
    if unit == "decade":
        return relativedelta(years=10 * count)
    return relativedelta(**{f"{unit}s": count})  # type: ignore[arg-type]


@lru_cache(maxsize=4096)
def read_days(words: str, published: date | None) -> Days | None:
    """First and last day of a date as written, against the publication day: the latest that is not after it. None where
    it cannot be told."""
    text = re.sub(r"\s+", " ", words.lower().strip())
    if re.fullmatch(r"(?:19|20)\d\d", text):
        return date(int(text), 1, 1), date(int(text), 12, 31)
    for reader in (_relative, _of_month, _full):
        days = reader(text, published)
        if days is not None:
            return days
    return None


def _relative(text: str, published: date | None) -> Days | None:
    if published is None:
        return None
    one = timedelta(days=1)
    if text in ("today", "tonight", "on the day") or (
        text.startswith("this ") and text.split()[1] in ("morning", "afternoon", "evening")
    ):
        return published, published
    if text in ("yesterday", "last night"):
        return published - one, published - one
    if text == "overnight":
        return published - one, published
    weekday = next((i for i, name in enumerate(_WEEKDAYS) if text.split()[-1] == name), None)
    if weekday is not None:
        back = (published.weekday() - weekday) % 7
        if text.startswith("last ") and back == 0:
            back = 7
        return published - back * one, published - back * one
    return _ago(text, published) or _this_or_last(text.removeprefix("the "), published)


def _ago(text: str, published: date) -> Days | None:
    """ "Three days ago": that day; of months and years all of them."""
    ago = re.fullmatch(rf"({COUNT}) ({UNIT})s? (?:ago|earlier)", text)
    if ago is None:
        return None
    day = published - length_of(SMALL.get(ago[1]) or int(ago[1]), ago[2])
    if ago[2] in ("day", "hour", "week"):
        return day, day
    if ago[2] == "month":
        return day.replace(day=1), month_end(day)
    return date(day.year, 1, 1), date(day.year, 12, 31)


def _this_or_last(text: str, published: date) -> Days | None:
    """ "This week" up to the day of publication, "last month" whole."""
    one = timedelta(days=1)
    monday, first, new_year = (
        published - published.weekday() * one,
        published.replace(day=1),
        date(published.year, 1, 1),
    )
    if text in ("this week", "this month", "this year"):
        return {"this week": monday, "this month": first, "this year": new_year}[text], published
    if text == "last week":
        return monday - 7 * one, monday - one
    if text == "last month":
        return (first - one).replace(day=1), first - one
    if text == "last year":
        return date(published.year - 1, 1, 1), new_year - one
    return None


def month_end(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=1) + relativedelta(months=1) - timedelta(days=1)


def _of_month(text: str, published: date | None) -> Days | None:
    """ "January 2025", "mid-January", "January last year": the month or a third of it."""
    match = re.fullmatch(
        rf"(?:(?:the )?(?P<part>early|mid|late|beginning|start|middle|end)(?: of)?[- ])?(?P<month>{_MONTH})"
        rf"(?: (?:of )?(?P<year>\d{{4}})| (?P<rel>last year|this year))?",
        text,
        re.IGNORECASE,
    )
    if match is None:
        return None
    number = next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(match["month"].rstrip(".")[:3]))
    if match["year"]:
        year = int(match["year"])
    elif published is None:
        return None
    else:
        year = published.year - (1 if match["rel"] == "last year" else 0)
        if not match["rel"] and date(year, number, 1) > published:
            year -= 1
    first = date(year, number, 1)
    last = month_end(first)
    part = match["part"]
    if part in ("early", "beginning", "start"):
        return first, first.replace(day=10)
    if part in ("mid", "middle"):
        return first.replace(day=11), first.replace(day=20)
    if part in ("late", "end"):
        return first.replace(day=21), last
    return (first, min(last, published)) if published and first <= published <= last else (first, last)


def _full(text: str, published: date | None) -> Days | None:
    """A day of a month, with or without its year."""
    if published is None and not re.search(r"\b\d{4}\b", text):
        return None
    base = published or date(2000, 1, 1)
    try:
        day = parse(text.replace(" of ", " "), default=datetime(base.year, base.month, base.day)).date()
    except (ParserError, OverflowError, ValueError):
        return None
    if not re.search(r"\b\d{4}\b", text) and day > base + timedelta(days=31):
        day -= relativedelta(years=1)
    return day, day
