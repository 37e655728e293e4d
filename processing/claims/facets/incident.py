"""Which incident a number is of: the story's own, or another that the clause dates, names or compares."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from processing.claims.facets.names import name_words
from processing.claims.facets.spot import VERBS, Spot, list_of
from processing.words import user_folders
from processing.words.calendar import full_weekdays, month_numbers
from schemas.facets import Incident, Zone

if TYPE_CHECKING:
    from processing.claims.counted.as_of import Moment
    from processing.claims.document.tree import Token

__all__ = ["IncidentRead", "carried_on", "goes_on", "read_incident", "told_as_own"]

_FAR = timedelta(days=20)  # a date further back than this is of another incident
_NEAR = timedelta(days=7)  # a stated day no further back is of the story's own
_MONTH = month_numbers()
_DAYS = frozenset(full_weekdays())
_TODAY = frozenset({"today", "yesterday", "tonight", "overnight"})
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_YEARS_AGO = re.compile(r"\b(\w+) years? (?:ago|earlier|before)\b")
_SMALL = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, slots=True)
class IncidentRead:
    """`Facets.incident` and what goes with it."""

    incident: Incident | None = None
    marks: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    months: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def read_incident(
    spot: Spot | None, moment: Moment, zone: Zone, published: date | None, *, quoted: bool
) -> IncidentRead:
    """The incident of one number. `quoted`: somebody is cited, so that a past perfect says nothing of its own."""
    if spot is None:
        return IncidentRead()
    words = [*_in_front(spot), *_without_other_numbers(spot)]
    if any(t.lower_ in list_of("incident", "bases") for t in words):
        words = [t for t in words if not _is_base(t, spot)]
    text = " ".join(t.lower_ for t in words)
    years, months = _dates(words, text, published)
    marks = ["year"] * bool(years) + ["month"] * bool(months)
    stated = moment.as_of if moment.as_of is not None and not moment.guess else moment.period
    if stated is not None and published is not None and stated[1] < published - _FAR:
        marks.append("date")
    marks += _worded(spot, words, text)
    if marks == ["compared"] and not _is_old_value(spot):
        return IncidentRead(None, ("compared",))
    if not quoted and _is_past_perfect(spot):
        marks.append("past perfect")
    if any(mark != "past perfect" for mark in marks):
        names = dict.fromkeys(w for t in words if t.pos_ == "PROPN" and t.dep_ != "compound" for w in name_words(t))
        return IncidentRead("other", tuple(marks), tuple(sorted(years)), tuple(sorted(months)), tuple(names))
    own = (zone != "body" and not marks) or _is_of_now(spot.clause, moment, published)
    return IncidentRead("own" if own else None, tuple(marks))


_DATING = frozenset({"year", "month", "date"})


def told_as_own(read: IncidentRead, own_dates: set[str], *, first: bool) -> IncidentRead:
    """An incident that only its date sets apart is the story's own where title or lead date the story by it: "the
    population on census night in May was", "the bank made 612 million last year". `first`: the number is the first of
    its dimension there; `own_dates` are the dates that those gave, and are added to."""
    dates = {*read.months, *(str(year) for year in read.years)}
    allowed = _DATING | {"phrase"} if first and dates else _DATING
    if read.incident != "other" or not set(read.marks) <= allowed:
        return read
    if first:
        own_dates |= dates
    elif not dates or not dates <= own_dates:
        return read
    return replace(read, incident="own")


def goes_on(sentence: str) -> bool:
    """Whether a sentence begins as one that goes on with the incident of the one before it."""
    start = re.sub(r"^[\"'“‘]+", "", sentence).lower()
    return _carries(user_folders()).match(start) is not None


@lru_cache(maxsize=2)
def _carries(_folders: tuple[Path, ...]) -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(map(re.escape, sorted(list_of("incident", "carries")))) + r")\b")


def carried_on(read: IncidentRead, before: IncidentRead) -> IncidentRead:
    """An incident that the sentence takes over from the one before it; one that is known stays as it is."""
    if read.incident is not None:
        return read
    return replace(before, marks=("goes on",))


# ---------------------------------------------------------------- dates


def _in_front(spot: Spot) -> list[Token]:
    """What a clause shares with the one that it hangs on: "In 2019, 31 soldiers died and eight were
    hurt"."""
    verb = spot.verbs[-1] if spot.verbs else None
    if verb is not None and verb.dep_ == "advcl" and verb.tag_ == "VBG":  # "plunged off a bridge in 2022, killing 18"
        held = {"prep", "npadvmod", "advmod", "nsubj", "nsubjpass"}
        return [t for c in verb.head.children if c.dep_ in held and c.i < verb.i for t in c.subtree]
    if verb is None or verb.dep_ != "conj":
        return []
    first = verb.head
    while first.dep_ == "conj" and first.head.pos_ in VERBS:
        first = first.head
    subject = next((c.i for c in first.children if c.dep_ in ("nsubj", "nsubjpass")), first.i)
    front = [c for c in first.children if c.dep_ in ("prep", "npadvmod", "advmod") and c.i < min(subject, first.i)]
    return [t for c in front for t in c.subtree]


def _is_base(token: Token, spot: Spot) -> bool:
    """Whether a date or phrase hangs on what the number is only compared with or lasts to: "0.3% in August from July",
    "12% higher than a year ago", "to be cut by 2030"; not where the number itself stands there."""
    held = {spot.top.i, spot.group.top.i}
    while token.head is not token and token.i not in held:
        if (
            token.lower_ in list_of("incident", "bases")
            and token.dep_ in ("prep", "mark", "pcomp")
            and not _is_plain_with(token)
        ):
            return not any(t.i in held for t in token.subtree)
        if token.pos_ == "VERB":
            return False
        token = token.head
    return False


def _is_plain_with(token: Token) -> bool:
    """ "With" compares only behind "compared"."""
    return token.lower_ == "with" and not (token.i and token.doc[token.i - 1].lower_ == "compared")


def _is_old_value(spot: Spot) -> bool:
    """Whether a compared number is what the same thing was before: "up from 61", not "against the 36,000 that the union
    says"."""
    return re.search(r"\b(?:up|down) from\b[^,;]*$", spot.before.lower()) is not None


def _without_other_numbers(spot: Spot) -> list[Token]:
    """The clause's words, without those that hang on another counted number of it: their dates are that number's."""
    ours = {t.i for t in spot.top.subtree} | {t.i for t in spot.top.ancestors}
    skip: set[int] = set()
    for token in spot.clause:
        other = token.dep_ in ("conj", "appos") and token.i not in ours and any(t.like_num for t in token.subtree)
        if other and not _is_dated(token):
            skip.update(t.i for t in token.subtree)
    return [t for t in spot.clause if t.i not in skip]


def _is_dated(token: Token) -> bool:
    return any(t.lower_ in _MONTH or _YEAR.fullmatch(t.text) for t in token.subtree)


def _dates(words: list[Token], text: str, published: date | None) -> tuple[set[int], set[str]]:
    """Years and months ("2019-05") that the words name and that ended more than 20 days before publication."""
    years: set[int] = set()
    months: set[str] = set()
    if published is None:
        return years, months
    taken: set[int] = set()
    for token in words:
        if token.lower_ in _MONTH and token.text[:1].isupper() and not _is_verb_or_name(token):
            number = _MONTH[token.lower_]
            year = _year_behind(token)
            if year is not None:
                taken.add(year.i)
            past = published.year if number <= published.month else published.year - 1
            value = int(year.text) if year is not None else past
            if year is None and _is_since(token):
                continue
            end = date(value + (number == 12), number % 12 + 1, 1) - timedelta(days=1)
            if end < published - _FAR and not (year is None and _is_ahead(words)):
                months.add(f"{value}-{number:02d}")
    for token in words:
        past_year = token.i not in taken and _YEAR.fullmatch(token.text) and int(token.text) < published.year
        if past_year and _says_year(token) and not _is_since(token):
            years.add(int(token.text))
    if "last year" in text or "the previous year" in text or "a year earlier" in text or "a year ago" in text:
        years.add(published.year - 1)
    for found in _YEARS_AGO.finditer(text):
        count = _SMALL.index(found[1]) + 1 if found[1] in _SMALL else int(found[1]) if found[1].isdigit() else 0
        if 0 < count < 200:
            years.add(published.year - count)
    return years, months


def _says_year(token: Token) -> bool:
    """Whether four digits are a year: behind a preposition, in brackets, or before a noun ("the 2019 quake")."""
    before = token.doc[token.i - 1].lower_ if token.i else ""
    after = token.doc[token.i + 1] if token.i + 1 < len(token.doc) else None
    return (
        before in (*list_of("incident", "before_date"), "(", ",", "and", "or", "early", "late", "mid", "-", "year")
        or before in _MONTH
        or before.rstrip("s'") in list_of("incident", "seasons")
        or (after is not None and after.lower_ in list_of("incident", "of_year"))
    )


def _year_behind(token: Token) -> Token | None:
    for other in token.doc[token.i + 1 : token.i + 5]:
        if _YEAR.fullmatch(other.text):
            return other
        if not (other.is_punct or other.like_num or other.lower_ in ("st", "nd", "rd", "th", "of")):
            return None
    return None


def _is_verb_or_name(token: Token) -> bool:
    """Whether the name of a month is a verb or somebody's first name: no preposition, day or year stands beside it."""
    if token.pos_ in ("AUX", "VERB"):
        return True
    if token.lower_ not in ("may", "march", "april", "june", "august", "jan"):
        return False
    doc = token.doc
    before = doc[token.i - 1] if token.i else None
    after = doc[token.i + 1] if token.i + 1 < len(doc) else None
    beside = before is not None and (
        before.lower_ in (*list_of("incident", "before_date"), "last", "this", "on", "early", "late") or before.like_num
    )
    return not (beside or (after is not None and after.like_num))


def _is_since(token: Token) -> bool:
    """ "Since May" is a span up to now."""
    doc = token.doc
    return any(t.lower_ == "since" for t in doc[max(0, token.i - 4) : token.i])


def _is_ahead(words: list[Token]) -> bool:
    """Whether the clause tells of what is to come."""
    to_be = any(a.lower_ == "to" and b.lower_ == "be" for a, b in pairwise(words))
    return to_be or any(t.tag_ == "MD" or t.lower_ in ("next", "due", "planned") for t in words)


# ---------------------------------------------------------------- words


def _worded(spot: Spot, words: list[Token], text: str) -> list[str]:
    marks = []
    padded = f" {text} "
    folders = user_folders()
    if _pattern("phrases", folders).search(padded):
        marks.append("phrase")
    if _pattern("habit", folders).search(padded):
        marks.append("habit")
    if _is_another(spot, words):
        marks.append("another")
    if _is_compared(spot):
        marks.append("compared")
    return marks


@lru_cache(maxsize=4)
def _pattern(name: str, _folders: tuple[Path, ...]) -> re.Pattern[str]:
    phrases = sorted(list_of("incident", name), key=lambda p: (-len(p), p))
    return re.compile(" (?:" + "|".join(map(re.escape, phrases)) + ") ")


def _is_another(spot: Spot, words: list[Token]) -> bool:
    """Whether the noun of an incident in the clause is said to be another: "in a separate attack", "an earlier blast";
    not the counted noun ("another 12 people")."""
    another, adverbs = list_of("incident", "another"), list_of("incident", "adverbs")
    no_incident = list_of("incident", "no_incident")
    own = spot.noun.i if spot.noun is not None else -1
    return any(
        t.lower_ in another
        and t.dep_ in ("amod", "det")
        and t.head.i != own
        and not spot.group.holds(t.head)
        and t.head.lemma_.lower() not in no_incident
        and (t.lower_ != "another" or t.head.pos_ == "NOUN")
        for t in words
    ) or any(t.lower_ in adverbs and t.dep_ == "advmod" for t in words)


def _is_compared(spot: Spot) -> bool:
    """Whether the number is what something was before or elsewhere: "against 60", "up from 4.1 %"."""
    before = spot.before.lower().rstrip()
    return re.search(
        r"\b(?:up from|down from|compared (?:with|to)|against|versus|rather than|more than in|than)"
        r"(?: (?:the|about|around|some|just|only|nearly|almost|its|a))*$",
        before,
    ) is not None and not (
        before.endswith(("more than", "less than", "fewer than", "other than", "rather than", "no more than"))
    )


def _is_past_perfect(spot: Spot) -> bool:
    verb = spot.verbs[-1] if spot.verbs else None
    return (
        verb is not None
        and verb.tag_ in ("VBN", "VBD")
        and any(c.lower_ in ("had", "'d") and c.dep_ in ("aux", "auxpass") for c in verb.children)
    )


def _is_of_now(words: tuple[Token, ...], moment: Moment, published: date | None) -> bool:
    """Whether the clause names a day near publication."""
    if moment.as_of is not None and not moment.guess and published is not None:
        return moment.as_of[1] >= published - _NEAR
    return any(t.lower_ in _DAYS or t.lower_ in _TODAY for t in words)
