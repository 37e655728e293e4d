"""What the sample newsroom publishes and what must be found in it: the records of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from schemas.records import FindingName, Severity

__all__ = ["Edit", "Expected", "Piece", "Plan", "Span", "about", "at_least", "exactly"]

Span = tuple[float | None, float | None]


def exactly(value: float) -> Span:
    """The interval of a plain number."""
    return value, value


def about(value: float) -> Span:
    """The interval of "about" a number: ten per cent either way."""
    return 0.9 * value, 1.1 * value


def at_least(value: float) -> Span:
    """The interval of "at least" or "more than" a number."""
    return value, None


@dataclass(frozen=True, slots=True)
class Edit:
    """A later state of an article that its outlet put online at `at` without saying so."""

    at: datetime
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One article of one outlet. `edits` follow by time; `gone`: from then on its address answers 410."""

    id: str
    outlet: str
    section: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    author: str
    credit: str | None = None
    edits: tuple[Edit, ...] = ()
    gone: datetime | None = None
    ordinary: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """One alert that must be raised, once.

    `earlier` and `later` are the intervals of the two numbers; `later` is None for a denial without a number. `outlets`
    are those that may stand behind the later statement; `topic` and `figure` name the topic file and its figure, None
    for found figures."""

    note: str
    finding: FindingName
    severity: Severity
    earlier: Span
    later: Span | None
    outlets: tuple[str, ...]
    topic: str | None = None
    figure: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A seed's newsroom: the days on which the daily job runs, every article, and what must be found.

    `silent` is the outlet that stops publishing and the first day on which it has nothing new; `edited` and `vanished`
    are ids of pieces; `unread` the outlet whose language is not read."""

    seed: int
    days: tuple[date, ...]
    pieces: tuple[Piece, ...]
    expected: tuple[Expected, ...]
    silent: tuple[str, date]
    edited: str
    vanished: str
    unread: str
