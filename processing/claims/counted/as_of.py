"""As of when a number holds, and over which period (figures.md section 4).

Reads the dates of one sentence against the publication day. A day that only names another event ("Saturday's quake")
leaves the number alone. Fallback: the publication day, marked as a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from processing.claims.counted.days import COUNT, SMALL, UNIT, Days, dates_in, length_of, month_end, read_days
from processing.claims.counted.noun_phrase import word_set

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["Moment", "When", "read_moment"]

_HALF_YEAR = 183
_PERIOD = re.compile(
    rf"\b(?:(?:over|in|during|for|within)(?: the course of)?(?: the| a)?(?: "
    rf"(?:past|last|previous|first|preceding|space of))?(?: period of)? ?"
    rf"(?P<n>{COUNT})(?:(?: | of the )(?P<unit>{UNIT})s?|-(?P<span>{UNIT}) (?:period|span|stretch)))\b"
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


class When(StrEnum):
    """By which rule a moment is known, and the words for people beside it."""

    UNKNOWN = ""
    PUBLISHED = "publication day"
    AS_OF = "as of, by"
    BESIDE = "date beside the number"
    SAID = "day of the statement"
    EVENT = "date at the event"
    PERIOD_END = "end of the period"
    IN_BODY = "the number's day in the body"
    OLD = "old value"
    OLD_START = "old value, start of the period"


@dataclass(frozen=True, slots=True)
class Moment:
    """`as_of` and `period` are first and last day; `guess` says that as_of is only the publication day. `sure` is
    0..1."""

    as_of: Days | None
    guess: bool
    period: Days | None = None
    rule: When = When.PUBLISHED
    sure: float | None = 0.4


def read_moment(doc: Doc, at: int, end: int, event: str | None, event_at: int | None, published: date | None) -> Moment:
    """The moment of the number from `at` to `end` of a parsed sentence, whose event word stands at `event_at`, against
    the publication day.

    Without a publication day only dates with a year are read; then nothing is guessed.
    """
    text = doc.text
    fallback = Moment(
        (published, published) if published else None,
        True,
        rule=When.PUBLISHED if published else When.UNKNOWN,
        sure=0.4 if published else None,
    )
    found = [
        (m, _coming(doc, m, days, published))
        for m in dates_in(text)
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
        and stated.rule is When.EVENT
    ):
        period = stated.as_of
    if stated is None and period is not None and (published is None or period[1] < published):
        return Moment((period[1], period[1]), False, period, When.PERIOD_END, 0.7)
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
    return days[0] + relativedelta(years=1), month_end(days[0] + relativedelta(years=1))


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
        before = doc.text[: match.start()]
        if _AS_OF.search(before) and not _SINCE.search(before):
            if (moment := _as_of(match, days, published)) is not None:
                return moment
            continue
        if _is_to_come(days, published) or _begins_or_compares(before):
            continue
        if 0 < match.start() - end < 40 and _BESIDE.fullmatch(doc.text[end : match.start()]):
            if event not in word_set("time", "growing") or days[0] != days[1]:
                return Moment(days, False, rule=When.BESIDE, sure=0.8)
            held = None
            continue
        other = (_NUMBER_BEFORE if match["ago"] else _OTHER_NUMBER).search(before)
        if other is not None and not (other.start() < end and at < other.end()):
            continue
        moment = _of_verb(doc, match.start(), days, at, event, event_at)
        if moment is not None and moment.rule is When.SAID:
            said = said or moment
        else:
            held = held or moment
    return said if said is not None and (held is None or held.as_of is None or held.as_of[0] == held.as_of[1]) else held


def _is_to_come(days: Days, published: date | None) -> bool:
    """Whether days lie after the day of publication."""
    return published is not None and days[0] > published + timedelta(days=1)


def _as_of(match: re.Match[str], days: Days, published: date | None) -> Moment | None:
    """The moment of "as of 12 May", "by Tuesday"; None where that is to come."""
    if (
        match["month"]
        and published is not None
        and (published - days[1]).days > _HALF_YEAR
        and not re.search(r"\d|last|this", match[0])
    ):
        return None  # "needs aid by April", said in January: the April to come
    if published is not None and days[1] > published + timedelta(days=1):
        return None
    one_day = match["full"] or match["weekday"]
    return Moment((days[1], days[1]) if one_day else days, False, rule=When.AS_OF, sure=0.9)


def _begins_or_compares(before: str) -> bool:
    """Whether the words before a date make it a beginning ("since", "from") or another number's ("compared with")."""
    if _SINCE.search(before) or _FROM.search(before):
        return True
    return bool(_COMPARED.search(before)) and not _BRIEFED.search(before)


def _of_verb(doc: Doc, start: int, days: Days, at: int, event: str | None, event_at: int | None) -> Moment | None:
    """The moment by the verb over the date at `start`: the day of the statement, or of the event; None where the verb
    is another one."""
    token = next((t for t in doc if t.idx <= start < t.idx + len(t)), None)
    verb = _verb_over(token) if token is not None else None
    if verb is None:
        return None
    of_saying = verb.lemma_.lower() in word_set("time", "saying") or _DATED.search(doc.text[:start])
    if of_saying and verb.idx != event_at:
        return Moment(days, False, rule=When.SAID, sure=0.8)
    if verb.idx != event_at and not _governs(verb, at):
        return None
    if event in word_set("time", "growing") and days[0] == days[1]:
        return None
    return Moment(days, False, rule=When.EVENT, sure=0.7)


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
        count = SMALL.get(match["n"].lower()) or (int(match["n"]) if match["n"].isdigit() else None)
        if count:
            length = length_of(count, (match["unit"] or match["span"]).lower())
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
