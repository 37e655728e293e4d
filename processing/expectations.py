"""What an outlet gives on ordinary days, learned from what it gave, and how the last days differ: a template that
changed, a wall that was put up, a feed that went thin. Pure: days in, sentences out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Literal

__all__ = ["WALL_CODES", "Day", "Drift", "Expectation", "Seen", "find_drifts", "learn", "read_day", "sum_up"]

WALL_CODES = frozenset({"consent_wall", "pay_wall", "sign_in", "challenge", "region_wall", "notice"})
_LEARNED_DAYS = 10  # days with pages that are needed before anything is expected
_LEARNED_PAGES = 20
_FEW = 5  # pages of the last days below which shares say nothing
_FEWER = 0.3  # of the expected pages or length: less is drift
_SHARE = 0.35  # that a share may fall
_WALLED = 0.3  # of pages; more, where it was a third of that, is a wall that was put up


@dataclass(frozen=True, slots=True)
class Seen:
    """One page of an outlet and what came of it. `code`: why it gave no article, None where it gave one."""

    url: str
    day: date
    code: str | None = None
    length: int = 0  # letters of the article's text
    has_date: bool = False
    has_author: bool = False
    claims: int | None = None  # None where it was not read for claims


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is ordinary. `by_weekday`: median pages a day, Monday first; shares are of pages (`text`, `walled`) or of
    articles; `length` is the median."""

    by_weekday: tuple[float, ...]
    text: float
    walled: float
    date: float
    author: float
    length: float
    claims: float


@dataclass(frozen=True, slots=True)
class Drift:
    """One way in which the last days differ. `good` and `bad` are addresses of the last page as it should be and the
    first as it should not; None where there is none (fewer pages)."""

    kind: Literal["fewer", "text", "walled", "date", "author", "length", "claims"]
    sentence: str
    good: str | None = None
    bad: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """What an outlet gave on one day. `length` is the median of its articles, `claims` the sum over the `read` ones."""

    day: date
    pages: int
    articles: int
    walled: int
    dated: int
    signed: int
    length: float
    claims: int
    read: int

    def text(self) -> str:
        """As `read_day` reads it."""
        return (
            f"{self.day} {self.pages} {self.articles} {self.walled} {self.dated} {self.signed} {self.length:.0f} "
            f"{self.claims} {self.read}"
        )


def read_day(text: str) -> Day:
    """The day that `Day.text` wrote. Raises ValueError."""
    day, pages, articles, walled, dated, signed, length, claims, read = text.split()
    counts = (int(pages), int(articles), int(walled), int(dated), int(signed))
    return Day(date.fromisoformat(day), *counts, float(length), int(claims), int(read))


def sum_up(pages: Sequence[Seen]) -> list[Day]:
    """The days of some pages, in order."""
    by_day: dict[date, list[Seen]] = {}
    for page in pages:
        by_day.setdefault(page.day, []).append(page)
    days = []
    for day, seen in sorted(by_day.items()):
        articles = [page for page in seen if page.code is None]
        read = [page.claims for page in articles if page.claims is not None]
        days.append(
            Day(
                day,
                len(seen),
                len(articles),
                sum(page.code in WALL_CODES for page in seen),
                sum(page.has_date for page in articles),
                sum(page.has_author for page in articles),
                float(median([page.length for page in articles])) if articles else 0.0,
                sum(read),
                len(read),
            )
        )
    return days


def learn(days: Sequence[Day]) -> Expectation | None:
    """What ordinary days let expect; None while there are too few."""
    total = sum(day.pages for day in days)
    if len(days) < _LEARNED_DAYS or total < _LEARNED_PAGES:
        return None
    gave = {day.day: day.pages for day in days}
    every = [date.fromordinal(n) for n in range(min(gave).toordinal(), max(gave).toordinal() + 1)]
    by_weekday = tuple(
        float(median(counts)) if (counts := [gave.get(d, 0) for d in every if d.weekday() == weekday]) else 0.0
        for weekday in range(7)
    )
    articles = sum(day.articles for day in days)
    read = sum(day.read for day in days)
    lengths = [day.length for day in days if day.articles]
    return Expectation(
        by_weekday,
        articles / total,
        sum(day.walled for day in days) / total,
        sum(day.dated for day in days) / max(1, articles),
        sum(day.signed for day in days) / max(1, articles),
        float(median(lengths)) if lengths else 0.0,
        sum(day.claims for day in days) / read if read else 0.0,
    )


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


def find_drifts(
    expected: Expectation, earlier: Sequence[Seen], recent: Sequence[Seen], days: Sequence[date]
) -> list[Drift]:
    """How the `recent` pages, of `days`, differ from what is expected; `earlier` pages name the last good one."""
    found: list[Drift] = []
    ordinary = sum(expected.by_weekday[day.weekday()] for day in days)
    if ordinary >= _FEW and len(recent) < _FEWER * ordinary:
        found.append(Drift("fewer", f"{len(recent)} pages in {len(days)} days, {ordinary:.0f} are ordinary"))
    if len(recent) < _FEW:
        return found
    articles = [page for page in recent if page.code is None]
    walled = _share([page.code in WALL_CODES for page in recent])
    if walled > _WALLED and expected.walled * 3 < walled:
        found.append(
            _told("walled", f"{walled:.0%} of pages show a wall, {expected.walled:.0%} are ordinary", earlier, recent)
        )
    elif (text := _share([page.code is None for page in recent])) < expected.text - _SHARE:
        found.append(
            _told("text", f"{text:.0%} of pages give an article, {expected.text:.0%} are ordinary", earlier, recent)
        )
    if len(articles) < _FEW:
        return found
    for kind, name in (("date", "date"), ("author", "author")):
        share, ordinary_share = _share([_is_good(kind, page) for page in articles]), getattr(expected, kind)
        if share < ordinary_share - _SHARE:
            sentence = f"{share:.0%} of articles have a {name}, {ordinary_share:.0%} are ordinary"
            found.append(_told(kind, sentence.replace("a author", "an author"), earlier, recent))
    length = float(median([page.length for page in articles]))
    if length < _FEWER * expected.length:
        sentence = f"articles have {length:.0f} letters, {expected.length:.0f} are ordinary"
        found.append(_told("length", sentence, earlier, recent, _FEWER * expected.length))
    read = [page.claims for page in articles if page.claims is not None]
    if len(read) >= _FEW and expected.claims >= 1 and sum(read) / len(read) < _FEWER * expected.claims:
        sentence = f"{sum(read) / len(read):.1f} claims an article, {expected.claims:.1f} are ordinary"
        found.append(_told("claims", sentence, earlier, recent))
    return found


def _is_good(kind: str, page: Seen, least: float = 0) -> bool:
    """Whether a page is as it should be."""
    if kind == "walled":
        return page.code not in WALL_CODES
    if kind == "date":
        return page.has_date
    if kind == "author":
        return page.has_author
    if kind == "length":
        return page.code is None and page.length >= least
    if kind == "claims":
        return bool(page.claims)
    return page.code is None


def _told(kind: str, sentence: str, earlier: Sequence[Seen], recent: Sequence[Seen], least: float = 0) -> Drift:
    pages = [*earlier, *recent]
    bad = next((n for n, page in enumerate(pages) if n >= len(earlier) and not _is_good(kind, page, least)), len(pages))
    good = next((page.url for page in reversed(pages[:bad]) if _is_good(kind, page, least)), None)
    first = pages[bad].url if bad < len(pages) else None
    return Drift(kind, f"{sentence}; the last good page is {good}, the first bad one {first}", good, first)  # type: ignore[arg-type]
