"""Bounds at a number and the intervals that they make."""

from __future__ import annotations

from decimal import Decimal

import pytest

from processing.claims.document.tokens import Words
from processing.claims.quantity.bounds import interval, read_bound_after, read_bound_before
from schemas.records import Approx


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("about 5", ("about", "about")),
        ("some 5", ("about", "some")),
        ("an estimated 5", ("about", "an estimated")),
        ("nearly 5", ("nearly", "nearly")),
        ("just under 5", ("nearly", "just under")),
        ("at least 5", ("at_least", "at least")),
        ("no fewer than 5", ("at_least", "no fewer than")),
        ("well over 5", ("more_than", "well over")),
        ("in excess of 5", ("more_than", "in excess of")),
        ("up to 5", ("at_most", "up to")),
        ("no more than 5", ("at_most", "no more than")),
        ("fewer than 5", ("less_than", "fewer than")),
        ("at least another 5", ("at_least", "at least another")),
        ("as many as 5", ("at_most", "as many as")),
        ("twice as many as 5", None),
        ("30% more than 5", None),
        ("six points lower than the 5", None),
        ("in 2019 more than 5", ("more_than", "more than")),
        ("fares start at 5", ("at_least", "start at")),
        ("~5", ("about", "~")),
        ("killed 5", None),
        ("some of the 5", None),
        ("over the 5", None),
        ("adds up to 5", None),
        ("the 5", None),
    ],
)
def test_before(text: str, expected: tuple[Approx, str] | None) -> None:
    words = Words(text)
    number = words.size - 1
    found = read_bound_before(words, number)
    assert (found and (found[0], text[words.start[found[1]] : words.end[number - 1]])) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("over 5 days", None), ("for over 5 days", "more_than"), ("within 5 days", "at_most")]
)
def test_before_a_duration(text: str, expected: Approx | None) -> None:
    words = Words(text)
    found = read_bound_before(words, words.low.index("5"), time=True)
    assert (found[0] if found else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 or more", "at_least"),
        ("5 or so", "about"),
        ("5-odd", "about"),
        ("5+", "at_least"),
        ("5 + 3", None),
        ("5 or fewer", "at_most"),
        ("5 at least", "at_least"),
        ("5 plus 3", None),
        ("5 or more than 6", None),
        ("5 max Verstappen", None),
        ("5 people", None),
    ],
)
def test_after(text: str, expected: Approx | None) -> None:
    found = read_bound_after(Words(text), 1)
    assert (found[0] if found else None) == expected


@pytest.mark.parametrize(
    ("value", "approx", "digit", "unit", "change", "expected"),
    [
        ("100", "exact", "100", "count", False, (100, 100, False, False)),
        ("100", "about", "100", "count", False, (90, 110, False, False)),
        ("-100", "about", "100", "count", False, (-110, -90, False, False)),
        ("100", "nearly", "100", "count", False, (90, 100, False, False)),
        ("-10", "nearly", "1", "degree_celsius", False, (-10, -9, False, False)),
        ("40", "about", "1", "degree_celsius", False, (39, 41, False, False)),
        ("7.6", "about", "0.1", "magnitude", False, (7.5, 7.7, False, False)),
        ("7", "at_least", "1", "count", False, (7, None, False, False)),
        ("7", "more_than", "1", "count", False, (7, None, True, False)),
        ("7", "at_most", "1", "count", False, (0, 7, False, False)),
        ("7", "less_than", "1", "count", False, (0, 7, False, True)),
        ("7", "at_most", "1", "degree_celsius", False, (None, 7, False, False)),
        ("0.07", "at_most", "0.01", "share", True, (None, 0.07, False, False)),
        ("-7", "less_than", "1", "count", False, (None, -7, False, True)),
    ],
)
def test_interval(
    value: str,
    approx: Approx,
    digit: str,
    unit: str,
    change: bool,
    expected: tuple[float | None, float | None, bool, bool],
) -> None:
    low, high, low_open, high_open = interval(Decimal(value), approx, Decimal(digit), unit, change)
    assert (None if low is None else float(low), None if high is None else float(high), low_open, high_open) == expected
