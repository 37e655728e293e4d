"""Which occurrence of an event a number is of: the story's own, or an earlier one that is known by its date or its
names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from processing.figures.lexicon import Lexicon, stem
from processing.figures.sentences import DAYS, MONTHS, before_number, counts_something, names_in, source_at, tokens_of
from schemas.records import Claim

__all__ = ["MAIN", "Occurrence", "goes_on", "read_occurrence"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Which occurrence of an event: the story's own (`past` false), or an earlier one known by month, year or names."""

    past: bool = False
    months: frozenset[str] = frozenset()  # "2003-12"
    years: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()


MAIN = Occurrence()

_SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MONTH = "|".join(sorted((m.capitalize() for m in MONTHS), key=len, reverse=True))
_MONTH_DATE = re.compile(rf"\b({_MONTH})\b\.?(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,?\s+(\d{{4}})\b)?")
_MONTH_LEAD = re.compile(r"(?:\bin|last|since|,|this|of)\s+$|^In $", re.IGNORECASE)  # "In May", not "may"
_YEAR = re.compile(
    r"\b(1[89]\d\d|20\d\d)\b(?!\s*(?:tents|people|homes|houses|km|miles|troops|soldiers|men|yards|dollars"
    r"|metres|meters))"
)
_SURNAME = re.compile(
    rf" (?!(?:{'|'.join(day.capitalize() for day in sorted(DAYS))})\b)[A-Z][a-z]+"
)  # "Jan Orel", "April Jones"
_AHEAD = re.compile(
    r"\b(?:will|would|shall|could|might|may|next|plans?|planned|to "
    r"be|proposes?|proposed|proposal|expected|due)\b|\byear (?:from|starting|beginning)\b"
)  # "for the year from July"
_SINCE = re.compile(
    rf"\bsince (?:early |late |mid-)?(?:(?:{_MONTH})\b\.?(?:\s+\d{{1,2}})?,?\s*)?(?:\d{{4}}\b)?(?!,? when\b)",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\b(?:months?|years?|decades?)\s+after\b", re.IGNORECASE)


def _is_name(word: str, rest: str) -> bool:
    """Whether the name of a month is a verb or somebody's first name."""
    return word in ("May", "March") or _SURNAME.match(rest) is not None


def _dates(stretch: str, published: date | None) -> tuple[set[str], set[int]]:
    """Months and years that a stretch names and that lie before the month of publication or the one before it by more
    than 20 days."""
    if published is None:
        return set(), set()
    stretch = _SINCE.sub(lambda m: " " * len(m.group()), stretch)
    months, covered = _named_months(stretch, published)
    years = {
        int(match.group(1))
        for match in _YEAR.finditer(stretch)
        if not any(a <= match.start() < b for a, b in covered) and int(match.group(1)) < published.year
    }
    if re.search(r"\blast month\b", stretch, re.IGNORECASE):
        end = published.replace(day=1) - timedelta(days=1)
        months.add(f"{end.year}-{end.month:02d}")
    return months, years | _years_back(stretch, published.year)


def _named_months(stretch: str, published: date) -> tuple[set[str], list[tuple[int, int]]]:
    """The months that a stretch names, if they are over for more than 20 days, and where all that it names stand. One
    without a year is the last of that name, or of this year where the stretch speaks of what is to come."""
    months: set[str] = set()
    covered: list[tuple[int, int]] = []
    for match in _MONTH_DATE.finditer(stretch):
        month = MONTHS[match.group(1).lower()]
        bare = match.group(2) is None and not _MONTH_LEAD.search(stretch[: match.start()])
        if bare and _is_name(match.group(1), stretch[match.end() :]):
            continue
        this_year = month <= published.month or _AHEAD.search(stretch)
        year = int(match.group(2) or (published.year if this_year else published.year - 1))
        covered.append(match.span())
        end = date(year + (month == 12), month % 12 + 1, 1) - timedelta(days=1)
        if end < published - timedelta(days=20):
            months.add(f"{year}-{month:02d}")
    return months, covered


def _years_back(stretch: str, this_year: int) -> set[int]:
    """The years of "last year" and "three years ago"."""
    years: set[int] = set()
    if re.search(r"\blast year\b", stretch, re.IGNORECASE):
        years.add(this_year - 1)
    if ago := re.search(r"\b(\w+) years? ago\b", stretch, re.IGNORECASE):
        small = {"a": 1, **{name: count for count, name in enumerate(_SMALL, 1)}}
        word = ago.group(1).lower()
        if word in small or word.isdigit():
            years.add(this_year - (small.get(word) or int(word)))
    return years


def _without_other_numbers(sentence: str, first: int, last: int) -> str:
    """The sentence without the stretches between commas, outside a clause, that have a number of their own: their dates
    are that number's."""
    kept = []
    for stretch in re.finditer(r"[^,;:]+[,;:]?(?:\d[^,;:]*[,;:]?)*", sentence):
        inside = stretch.start() < last and first < stretch.end()
        kept.append(stretch.group() if inside or not counts_something(stretch.group()) else " " * len(stretch.group()))
    return "".join(kept)


def read_occurrence(claim: Claim, sentence: str, first: int, last: int, lists: Lexicon) -> Occurrence:
    """The occurrence that a claim's number is of, by the dates of its clause (`first` to `last` of the sentence), else
    of the sentence; MAIN where none lies more than 20 days before publication."""
    published = claim.published.date() if claim.published else None
    clause = sentence[first:last]
    months, years = _dates(clause, published)
    if not months and not years:
        months, years = _dates(_without_other_numbers(sentence, first, last), published)
        # a date elsewhere in the sentence belongs to another number where this clause has a day of its own
        if (months or years) and any(t.lower in DAYS or t.lower in ("today", "yesterday") for t in tokens_of(clause)):
            months, years = set(), set()
    lower = clause.lower()
    before = before_number(claim)
    stated = claim.as_of if claim.as_of is not None and not claim.as_of_guess else claim.period
    past = bool(months or years) or any(p in lower for p in lists.background_phrases) or bool(_AFTER.search(before))
    past = past or bool(lists.records.search(before))
    if stated is not None and published is not None and stated[1] < published - timedelta(days=20):
        past = True
        if not months and not years:
            months = {f"{stated[1].year}-{stated[1].month:02d}"} if (stated[1] - stated[0]).days < 32 else set()
            years = set() if months else {stated[1].year}
    if not past:
        return MAIN
    names = frozenset(stem(t.text) for t in names_in(sentence, first, last, source_at(claim)))
    return Occurrence(True, frozenset(months), frozenset(years), names)


_FAR = 400  # characters without a number that a sentence may go on over with "also" or "days later"
_STRONG = re.compile(r"(?:[\w'’-]+ ){0,3}also\b|(?:\w+ )?(?:days|weeks|months|years|day|week|month|year) later\b")


_PERFECT = re.compile(
    r"\b(?:has|have) (?:now |so far |since |already )?(?:been |become )?\w+(?:ed|en|ne|wn|ome|ut|ost|old|ill)\b"
)


def goes_on(previous: Claim, claim: Claim, lists: Lexicon) -> bool:
    """Whether a sentence stands right behind another and begins as one that goes on with it; behind other sentences
    only with "also" or "days later"."""
    if (previous.article_id, previous.field) != (claim.article_id, claim.field):
        return False
    gap = claim.sentence_start - previous.sentence_end
    start = re.sub(r"^[\"'“‘]+", "", claim.sentence).lower()
    if 0 <= gap <= _FAR and _STRONG.match(start):
        return True
    if _PERFECT.search(claim.sentence):
        return False  # "More than 500 people have fallen ill" is of now
    return 0 <= gap <= 3 and any(re.match(rf"{re.escape(word)}\b", start) for word in lists.carries)
