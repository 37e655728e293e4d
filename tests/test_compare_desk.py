"""The desk's own figure: when a claim leaves it behind, and the one alert that says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from processing.alert import contradiction
from processing.compare import Statement, desk_finding
from processing.compare.desk import as_claim, overtaken
from processing.corrections import DeskFigure
from tests.support.records import NOON, make_claim, make_figure

FIGURE = make_figure(topic="valley")


def told(number: float, hours: int, **given: Any) -> Statement:
    fields: dict[str, Any] = {
        "id": f"c{hours}",
        "low": number,
        "high": number,
        "published": NOON + timedelta(hours=hours),
        "source": "the army",
    }
    return Statement(make_claim(**{**fields, **given}))


def desk(low: float | None, high: float | None, hours: int = 0) -> DeskFigure:
    return DeskFigure("f1", low, high, "Ada", "hospital lists", NOON + timedelta(hours=hours))


CLAIMS = [told(12, 1), told(20, 2), told(14, 3), told(30, 4, stance="denies"), told(40, 5, source_status="unresolved")]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (desk(12, 12), "c3"),
        (desk(12, 15), "c2"),
        (desk(12, 25), None),
        (desk(12, None), None),
        (desk(None, 15), "c2"),
        (desk(None, None), None),
        (desk(12, 12, hours=3), None),  # adopted when all that was printed
        (desk(12, 12, hours=2), "c3"),
    ],
)
def test_what_overtakes_it(own: DeskFigure, expected: str | None) -> None:
    found = overtaken(own, FIGURE, CLAIMS)
    assert (found.claim.id if found else None) == expected
    assert (desk_finding(own, FIGURE, CLAIMS) is None) == (expected is None)


def test_the_finding_says_so() -> None:
    found = desk_finding(desk(12, 15), FIGURE, CLAIMS)
    assert found is not None
    assert (found.finding, found.severity, found.rule, found.later, found.topic, found.day) == (
        "updates", "low", "desk figure overtaken", "c2", "valley", NOON.date(),
    )  # fmt: skip
    assert found.text == (
        "The desk put the number of people killed at 12 to 15 (Ada, 22 Jan: hospital lists); the army said 20 (22 Jan, The Courier), 33 % more."
    )
    assert found.explanation.splitlines()[:2] == [
        "Why: The newest claim stands apart from the desk's own figure. [desk figure overtaken]",
        "Desk: 12 to 15 (Ada, 22 Jan: hospital lists)",
    ]


def test_all_that_overtakes_one_desk_figure_is_one_alert() -> None:
    first, second = (
        desk_finding(desk(12, 15), FIGURE, CLAIMS),
        desk_finding(desk(12, 15), FIGURE, [*CLAIMS, told(50, 9)]),
    )
    other = desk_finding(desk(12, 16), FIGURE, CLAIMS)
    assert first is not None
    assert second is not None
    assert other is not None
    assert first.id != second.id
    assert contradiction(first, {}, {}) == contradiction(second, {}, {}) != contradiction(other, {}, {})


def test_as_a_claim() -> None:
    claims = [as_claim(desk(*ends), FIGURE) for ends in ((5, 5), (5, 6), (5, None), (None, 6), (None, None))]
    assert [c.approx if c else None for c in claims] == ["exact", "range", "at_least", "at_most", None]
