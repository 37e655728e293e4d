"""Low, central and high by day: each origin once, by its newest claim known by then."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from processing.compare import Statement, figure_days
from schemas.records import Figure, FigureDay
from tests.support.records import make_claim, make_figure

START = datetime(2025, 1, 10, 8, 0, tzinfo=UTC)


def told(
    number: float | None,
    *,
    day: int = 0,
    hour: int = 0,
    who: str | None = "police",
    outlet: str = "a",
    copies: str | None = None,
    **given: Any,
) -> Statement:
    at = START + timedelta(days=day, hours=hour)
    fields: dict[str, Any] = {
        "id": f"{who}{day}{hour}:{number}", "low": number, "high": number, "outlet": f"xx/{outlet}", "article_key": f"{outlet}{day}{hour}", "published": at,
        "as_of": (at.date(), at.date()), "source": who, "source_id": who, "source_status": "named" if who else "outlet", "last_digit": None,
    }  # fmt: skip
    return Statement(make_claim(**{**fields, **given}), copies)


def day(
    offset: int,
    low: float | None,
    central: float | None,
    high: float | None,
    origins: int,
    *claims: str,
    high_open: bool = False,
) -> FigureDay:
    return FigureDay("f1", date(2025, 1, 10) + timedelta(days=offset), low, central, high, high_open, origins, claims)


TOTAL, LEVEL, EVENT = make_figure(), make_figure(kind="level", window_days=3), make_figure(kind="event")


@pytest.mark.parametrize(
    ("figure", "statements", "expected"),
    [
        (TOTAL, [], []),
        (TOTAL, [told(12)], [day(0, 12, 12, 12, 1, "police00:12")]),
        (  # each origin counts once, by its newest
            TOTAL,
            [told(12), told(20, day=1), told(15, day=1, hour=1, who="army")],
            [day(0, 12, 12, 12, 1, "police00:12"), day(1, 15, 15, 20, 2, "police10:20", "army11:15")],
        ),
        (  # a total: the newest; an event: the lower median
            EVENT,
            [told(12), told(20, hour=1, who="army"), told(30, hour=2, who="mayor"), told(40, hour=3, who="hospital")],
            [day(0, 12, 20, 40, 4, "police00:12", "army01:20", "mayor02:30", "hospital03:40")],
        ),
        (
            TOTAL,
            [told(40), told(20, hour=1, who="army"), told(30, hour=2, who="mayor")],
            [day(0, 20, 30, 40, 3, "police00:40", "army01:20", "mayor02:30")],
        ),
        (  # a total: the lower median among those of one moment, which a stated day makes
            TOTAL,
            [
                told(40, as_of_guess=False),
                told(20, hour=1, who="army", as_of_guess=False),
                told(30, hour=2, who="mayor", as_of_guess=False),
            ],
            [day(0, 20, 30, 40, 3, "police00:40", "army01:20", "mayor02:30")],
        ),
        (
            TOTAL,
            [told(40, as_of_guess=False), told(20, hour=1, who="army", as_of_guess=False)],
            [day(0, 20, 20, 40, 2, "police00:40", "army01:20")],
        ),
        (  # "at least" is open above; "up to" gives no low
            TOTAL,
            [told(50, approx="at_least", high=None), told(0, hour=1, who="army", approx="at_most", high=80)],
            [day(0, 50, 80, 80, 2, "police00:50", "army01:0", high_open=True)],
        ),
        (TOTAL, [told(0, approx="at_most", high=80)], [day(0, None, 80, 80, 1, "police00:0")]),
        (TOTAL, [told(None, low=None, high=None)], [day(0, None, None, None, 1, "police00:None", high_open=True)]),
        (
            TOTAL,
            [told(12), told(15, hour=1, who="army", stance="denies")],
            [day(0, 12, 12, 12, 1, "police00:12")],
        ),  # denied claims stay out
        (
            TOTAL,
            [told(12), told(5, hour=1, who="army", part_of="police00:12")],
            [day(0, 12, 12, 12, 1, "police00:12")],
        ),  # the whole scope
        (  # levels: not older than the window, and none is left in the end
            LEVEL,
            [told(300), told(500, day=2, who="army")],
            [
                day(0, 300, 300, 300, 1, "police00:300"),
                day(2, 300, 300, 500, 2, "police00:300", "army20:500"),
                day(4, 500, 500, 500, 1, "army20:500"),
                day(6, None, None, None, 0),
            ],
        ),
        (  # what is said on a later day of an earlier one is known on the later one
            TOTAL,
            [told(20, day=1), told(12, day=3, as_of=(date(2025, 1, 9), date(2025, 1, 9)), as_of_guess=False)],
            [day(1, 20, 20, 20, 1, "police10:20")],
        ),
        (  # joint sources count for each origin
            TOTAL,
            [told(12, source_id=("army", "police")), told(15, day=1, who="army")],
            [day(0, 12, 12, 12, 2, "police00:12"), day(1, 12, 15, 15, 2, "police00:12", "army10:15")],
        ),
        (  # copies are one claim, and one origin
            TOTAL,
            [told(12, who=None, copies="g"), told(12, hour=1, who=None, outlet="b", copies="g")],
            [day(0, 12, 12, 12, 1, "None00:12")],
        ),
        (  # an outlet that repeats a named source's number in its own voice is no origin, whoever came first
            TOTAL,
            [told(12, who=None, outlet="b"), told(12, day=1), told(15, day=2, who="army"), told(12, day=3, who=None)],
            [
                day(0, 12, 12, 12, 1, "None00:12"),
                day(1, 12, 12, 12, 1, "police10:12"),
                day(2, 12, 15, 15, 2, "police10:12", "army20:15"),
            ],
        ),
        (  # ... but with a number of its own it is
            EVENT,
            [told(12), told(14, hour=1, who=None, outlet="b")],
            [day(0, 12, 12, 14, 2, "police00:12", "None01:14")],
        ),
        (  # a vague word is no one number
            TOTAL,
            [told(2000, high=9999, approx="vague", text="thousands")],
            [day(0, 2000, None, 9999, 1, "police00:2000")],
        ),
        (
            EVENT,
            [told(2000, high=9999, approx="vague", text="thousands"), told(8000, hour=1, who="army")],
            [day(0, 2000, 8000, 9999, 2, "police00:2000", "army01:8000")],
        ),
        (TOTAL, [told(12, as_of=None, published=None)], []),  # known from no day on
        (  # converted to the figure's unit
            make_figure(kind="event", unit="kilometre"),
            [told(100, unit="mile")],
            [day(0, 160.9344, 160.9344, 160.9344, 1, "police00:100")],
        ),
    ],
)
def test_days(figure: Figure, statements: list[Statement], expected: list[FigureDay]) -> None:
    assert figure_days(figure, statements) == expected
    shuffled = list(statements)
    random.Random(1).shuffle(shuffled)
    assert figure_days(figure, shuffled) == expected


def test_a_total_that_was_over_before_the_story_is_read_as_an_event() -> None:
    long_ago: dict[str, Any] = {"as_of": (date(2004, 12, 26), date(2004, 12, 26)), "as_of_guess": False}
    said = [told(12, **long_ago), told(20, hour=1, who="army", **long_ago), told(30, hour=2, who="mayor", **long_ago)]
    assert [d.central for d in figure_days(TOTAL, said, story_started=START.date())] == [20]
