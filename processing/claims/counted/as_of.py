"""As of when a number holds, and over which period (figures.md section 4).

Reads the dates of one sentence against the publication day. A day that only names another event ("Saturday's quake")
leaves the number alone. Fallback: the publication day, marked as a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from dateutil.parser import ParserError, parse
from dateutil.relativedelta import relativedelta

from processing.claims.counted.noun_phrase import word_set
from processing.words.calendar import full_months, full_weekdays

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["Moment", "read_days", "read_moment"]

Days = tuple[date, date]

_MONTHS = full_months()
_WEEKDAYS = full_weekdays()
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|"
    r"Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_SMALL = {
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
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(_SMALL)})"
_UNIT = r"(?:day|week|month|year|decade|hour)"
_DAY = re.compile(
    rf"(?P<full>\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?\b"
    rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?(?![\d,]*\d| ?%)|\b\d{{4}}-\d{{2}}-\d{{2}}\b)"
    rf"|(?P<part>\b(?:early|mid|late|(?:the )?(?:beginning|start|middle|end) of)[- ]{_MONTH}(?: \d{{4}})?\b)"
    rf"|(?P<month>(?<=\bin )(?:early |late )?{_MONTH}(?: (?:of )?\d{{4}}| last year| this year)?\b|\b{_MONTH} \d{{4}}\b"
    rf"|(?:(?<=\bby )|(?<=\bsince )|(?<=\buntil )){_MONTH}\b(?! \d))"
    rf"|(?P<weekday>\b(?:last |late |early |this )?{_WEEKDAY}\b)"
    rf"|(?P<ago>\b{_COUNT} {_UNIT}s? (?:ago|earlier)\b)"
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
_HALF_YEAR = 183
_NO_MONTH = re.compile(r"\b(?:march|may|august)\b")  # "300 held in march": words unless they have their capital
_PERIOD = re.compile(
    rf"\b(?:(?:over|in|during|for|within)(?: the course of)?(?: the| a)?(?: "
    rf"(?:past|last|previous|first|preceding|space of))?(?: period of)? ?"
    rf"(?P<n>{_COUNT})(?:(?: | of the )(?P<unit>{_UNIT})s?|-(?P<span>{_UNIT}) (?:period|span|stretch)))\b"
    rf"(?! (?:to|of|time|years?|after|before|ago|later|earlier|ahead|old|into)\b)(?!-)".replace(" ", " +"),
    re.IGNORECASE,
)
_SINCE = re.compile(r"(?<!time )(?<!times )\bsince\s+(?:early |late |the (?:start|beginning|end) of )?$", re.IGNORECASE)
_FROM = re.compile(r"\b(?:from|starting|beginning|effective|with effect from)\s+(?:early |late )?$", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\b(?:between|from)\s+((?:19|20)\d\d)\s+(?:and|to|until|through)\s+((?:19|20)\d\d)\b", re.IGNORECASE
)
_AS_OF = re.compile(
    r"\b(?:as of|as at|by(?: the)?|until|till|up to|to date,? )\s*(?:late |early |the )?$", re.IGNORECASE
)
_COMPARED = re.compile(
    r"\b(?:first|second|third|fourth|fifth|\w+th|so far)\s+$"
    r"|\b(?:than|versus|vs|compared (?:with|to)|unlike|against|since|before|after|ahead of|until)\b[^,;]{0,30}$",
    re.IGNORECASE,
)
_BRIEFED = re.compile(  # the day of what was said at once after it: "said after a closed briefing on 13 January"
    r"\bafter\s+(?:[\w’'-]+\s+){0,4}(?:briefing|hearing|meeting|session|conference|inspection|count|update|call"
    r"|summit)\s+(?:on|of)\s*$",
    re.IGNORECASE,
)
_DATED = re.compile(r"\bdated\s+$", re.IGNORECASE)
_NUMBER_BEFORE = re.compile(r"\d[\d,.]*\s?(?:%|per cent|percent|bn|m|million|billion|people)?,?\s+$", re.IGNORECASE)
_SUPERLATIVE = re.compile(
    r"\b(?:\w+est|first|most|least|time|times|high|low|record)\s+$", re.IGNORECASE
)  # "the strongest in 12 years"
_BESIDE = re.compile(r"(?:\W*[\w’'-]+){0,2}\W+(?:in|on|at the end of|for|during)?\s*(?:early |late )?", re.IGNORECASE)
_OTHER_NUMBER = re.compile(
    r"\d[\d,.]*\s?(?:%|per cent|percent|bn|m|million|billion)?\s+(?:in|on|for|during)\s+$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Moment:
    """`as_of` and `period` are first and last day; `guess` says that as_of is only the publication day. `sure` is
    0..1."""

    as_of: Days | None
    guess: bool
    period: Days | None = None
    rule: str = "publication day"
    sure: float | None = 0.4


@lru_cache(maxsize=256)
def _dates(text: str) -> tuple[re.Match[str], ...]:
    """The dates in a sentence; one without a part of them is not searched."""
    low = text.lower()
    if not any(part in low for part in _PARTS):
        return ()
    return tuple(m for m in _DAY.finditer(text) if not _NO_MONTH.search(m[0]))


def read_moment(doc: Doc, at: int, end: int, event: str | None, event_at: int | None, published: date | None) -> Moment:
    """The moment of the number from `at` to `end` of a parsed sentence, whose event word stands at `event_at`, against
    the publication day.

    Without a publication day only dates with a year are read; then nothing is guessed.
    """
    text = doc.text
    fallback = Moment(
        (published, published) if published else None,
        True,
        rule="publication day" if published else "",
        sure=0.4 if published else None,
    )
    found = [
        (m, _coming(doc, m, days, published))
        for m in _dates(text)
        if not m.start() <= at < m.end() and (days := read_days(m[0], published))
    ]
    stated = _stated(doc, found, at, end, event, event_at, published)
    period = _period(doc, at, end, event_at, stated.as_of if stated else fallback.as_of, found)
    moment = stated or fallback
    if (
        period is None
        and stated is not None
        and stated.as_of
        and stated.as_of[0] != stated.as_of[1]
        and stated.rule == "date at the event"
    ):
        period = stated.as_of
    if stated is None and period is not None and (published is None or period[1] < published):
        return Moment((period[1], period[1]), False, period, "end of the period", 0.7)
    return Moment(moment.as_of, moment.guess, period, moment.rule, moment.sure)


def _coming(doc: Doc, match: re.Match[str], days: Days, published: date | None) -> Days:
    """The days of a month or weekday that is to come: "will close in May", said in October, is next May."""
    named = match["month"] or match["weekday"] or match["part"]
    if published is None or not named or days[1] >= published or re.search(r"\d|last|this", match[0], re.IGNORECASE):
        return days
    if not _is_ahead(doc, match.start()) or _COMPARED.search(doc.text[: match.start()]):
        return days  # "higher than forecast in February"
    if match["weekday"]:
        return days[0] + timedelta(days=7), days[1] + timedelta(days=7)
    return days[0] + relativedelta(years=1), _month_end(days[0] + relativedelta(years=1))


def _stated(
    doc: Doc,
    found: list[tuple[re.Match[str], Days]],
    at: int,
    end: int,
    event: str | None,
    event_at: int | None,
    published: date | None,
) -> Moment | None:
    said: Moment | None = None
    held: Moment | None = None
    leads = bool(found) and not re.search(r"\d", doc.text[: found[0][0].start()])  # "In 2023, cases fell to 653"
    ordered = sorted(found, key=lambda one: (one[0].start() < at) != leads) if len(found) > 1 else found
    for match, days in ordered:
        if (
            published is not None
            and days[0] > published + timedelta(days=1)
            and not _AS_OF.search(doc.text[: match.start()])
        ):
            continue
        if _AS_OF.search(doc.text[: match.start()]) and not _SINCE.search(doc.text[: match.start()]):
            if (
                match["month"]
                and published is not None
                and (published - days[1]).days > _HALF_YEAR
                and not re.search(r"\d|last|this", match[0])
            ):
                continue  # "needs aid by April", said in January: the April to come
            if published is None or days[1] <= published + timedelta(days=1):
                return Moment(
                    (days[1], days[1]) if match["full"] or match["weekday"] else days, False, rule="as of, by", sure=0.9
                )
            continue
        if _SINCE.search(doc.text[: match.start()]) or _FROM.search(doc.text[: match.start()]):
            continue
        if _COMPARED.search(doc.text[: match.start()]) and not _BRIEFED.search(doc.text[: match.start()]):
            continue
        if 0 < match.start() - end < 40 and _BESIDE.fullmatch(doc.text[end : match.start()]):
            held = Moment(days, False, rule="date beside the number", sure=0.8)
            if event not in word_set("time", "growing") or days[0] != days[1]:
                return held
            held = None
            continue
        other = (_NUMBER_BEFORE if match["ago"] else _OTHER_NUMBER).search(doc.text[: match.start()])
        if other is not None and not (other.start() < end and at < other.end()):
            continue
        token = next((t for t in doc if t.idx <= match.start() < t.idx + len(t)), None)
        verb = _verb_over(token) if token is not None else None
        if verb is None:
            continue
        if (
            verb.lemma_.lower() in word_set("time", "saying") or _DATED.search(doc.text[: match.start()])
        ) and verb.idx != event_at:
            said = said or Moment(days, False, rule="day of the statement", sure=0.8)
        elif verb.idx == event_at or _governs(verb, at):
            single = days[0] == days[1]
            if event in word_set("time", "growing") and single:
                continue
            held = held or Moment(days, False, rule="date at the event", sure=0.7)
    return said if said is not None and (held is None or held.as_of is None or held.as_of[0] == held.as_of[1]) else held


def _verb_over(token: Token) -> Token | None:
    """The verb that a date hangs on; None where a noun comes first ("the quake on Saturday", "Saturday's quake")."""
    for _ in range(6):
        head = token.head
        if head == token:
            return token if token.pos_ in ("VERB", "AUX") else None
        if head.pos_ in ("VERB", "AUX"):
            return head
        if head.pos_ in ("NOUN",) and token.dep_ in ("poss", "compound", "amod", "nmod"):
            return None
        if (
            head.pos_ == "NOUN"
            and token.dep_ == "prep"
            and head.dep_ not in ("dobj", "attr", "nsubjpass", "npadvmod", "nsubj", "pobj")
        ):
            return None
        token = head
    return None


def _governs(verb: Token, at: int) -> bool:
    """Whether the number stands below the verb without another clause between."""
    for token in verb.subtree:
        if token.idx <= at < token.idx + len(token):
            up = token
            while up != verb and up.head != up:
                up = up.head
                if up != verb and up.pos_ == "VERB" and up.dep_ in ("ccomp", "relcl", "advcl"):
                    return False
            return True
    return False


def _period(
    doc: Doc, at: int, end: int, event_at: int | None, until: Days | None, found: list[tuple[re.Match[str], Days]]
) -> Days | None:
    """The stated span of time in the number's part of the sentence: "over three months", "since Friday", "between 2019
    and 2023"."""
    first, last = doc.text.rfind(";", 0, at) + 1, doc.text.find(";", end)
    last = len(doc.text) if last < 0 else last
    between = _BETWEEN.search(doc.text, first, last)
    if between and not between.start() <= at < between.end():
        return date(int(between[1]), 1, 1), date(int(between[2]), 12, 31)
    if until is None:
        return None
    for match, days in found:
        if first <= match.start() < last and days[0] > until[1] and _happens(doc, match.start(), at, event_at):
            return days
        if first <= match.start() < last and _SINCE.search(doc.text[: match.start()]) and days[0] <= until[1]:
            return days[0], until[1]
    for match in _PERIOD.finditer(doc.text, first, last):
        if (
            (match.start() < end and at < match.end())
            or _SUPERLATIVE.search(doc.text[: match.start()])
            or _of_other_clause(doc, match.start(), event_at)
        ):
            continue
        count = _SMALL.get(match["n"].lower()) or (int(match["n"]) if match["n"].isdigit() else None)
        if count:
            length = _length(count, (match["unit"] or match["span"]).lower())
            if _is_ahead(doc, match.start()):
                return until[0], until[0] + length
            return until[1] - length, until[1]
    return None


def _happens(doc: Doc, start: int, at: int, event_at: int | None) -> bool:
    """Whether a date says when the number's event is to happen."""
    token = next((t for t in doc if t.idx <= start < t.idx + len(t)), None)
    verb = _verb_over(token) if token is not None else None
    return verb is not None and _is_ahead(doc, start) and (verb.idx == event_at or _governs(verb, at))


def _of_other_clause(doc: Doc, at: int, event_at: int | None) -> bool:
    """Whether a span of time belongs to the main verb while the number's event stands in a clause on a noun: "11,000
    men sent there have been killed over three months"."""
    event = next((t for t in doc if t.idx == event_at), None)
    span = next((t for t in doc if t.idx <= at < t.idx + len(t)), None)
    verb = _verb_over(span) if span is not None else None
    if (
        verb is not None
        and verb != event
        and verb.dep_ in ("xcomp", "ccomp", "advcl")
        and (event is None or not verb.is_ancestor(event))
    ):
        return True
    if event is None or span is None or event.dep_ not in ("relcl", "acl"):
        return False
    return verb is not None and verb != event and not event.is_ancestor(span)


def _is_ahead(doc: Doc, at: int) -> bool:
    """Whether a span of time lies in the future: its verb is a plan or stands with "will"."""
    token = next((t for t in doc if t.idx <= at < t.idx + len(t)), None)
    verb = _verb_over(token) if token is not None else None
    while verb is not None:
        if verb.lemma_.lower() in word_set("event", "ahead") or any(
            t.dep_ == "aux" and t.lower_ in ("will", "would", "’ll", "'ll", "shall", "could", "may", "might")
            for t in verb.children
        ):
            return True
        verb = verb.head if verb.dep_ in ("xcomp", "advcl", "ccomp") and verb.head != verb else None
    return False


def _length(count: int, unit: str) -> relativedelta:
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
    ago = re.fullmatch(rf"({_COUNT}) ({_UNIT})s? (?:ago|earlier)", text)
    if ago:
        count = _SMALL.get(ago[1]) or int(ago[1])
        day = published - _length(count, ago[2])
        return (
            (day, day)
            if ago[2] in ("day", "hour", "week")
            else (day.replace(day=1), _month_end(day))
            if ago[2] == "month"
            else (date(day.year, 1, 1), date(day.year, 12, 31))
        )
    text = text.removeprefix("the ")
    if text in ("last week", "this week"):
        monday = published - published.weekday() * one
        return (monday, published) if text == "this week" else (monday - 7 * one, monday - one)
    if text in ("last month", "this month"):
        first = published.replace(day=1)
        return (first, published) if text == "this month" else ((first - one).replace(day=1), first - one)
    if text in ("last year", "this year"):
        return (
            (date(published.year, 1, 1), published)
            if text == "this year"
            else (date(published.year - 1, 1, 1), date(published.year - 1, 12, 31))
        )
    return None


def _month_end(day: date) -> date:
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
    last = _month_end(first)
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
