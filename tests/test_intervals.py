"""Intervals: tolerance in decimal arithmetic, apart, gap, containment, the number as stated."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from processing.intervals import (
    apart,
    below,
    contains,
    gap,
    interval,
    is_zero,
    overlap,
    same_number,
    shared_digits,
    stated,
    tolerance,
    turned_digits,
    typical,
)
from schemas.records import Claim
from tests.support.records import make_claim

INF = float("inf")


def read(words: str, unit: str = "count") -> Claim:
    """A claim from a short notation: "1000", "about 50", "at least 50", "10-12", "vague 24-99"; `=0.1` at the end gives the last digit."""
    words, _, digit = words.partition(" =")
    bound, _, number = words.rpartition(" ")
    low, _, high = number.partition("..")
    a = float(low)
    ends: dict[str, tuple[float | None, float | None]] = {
        "": (a, float(high) if high else a), "about": (a * 0.9, a * 1.1), "nearly": (a * 0.9, a), "at least": (a, None), "more than": (a, None),
        "up to": (0, a), "less than": (0, a), "vague": (a, float(high or low)),
    }  # fmt: skip
    approx = {
        "": "range" if high else "exact",
        "at least": "at_least",
        "more than": "more_than",
        "up to": "at_most",
        "less than": "less_than",
    }
    return make_claim(
        low=ends[bound][0], high=ends[bound][1], approx=approx.get(bound, bound), unit=unit, low_open=bound == "more than", high_open=bound == "less than",
        last_digit=float(digit) if digit else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "unit", "expected"),
    [
        ("1000", "count", "100"),  # half a unit would be 500: at most a tenth
        ("11000", "count", "500"),
        ("4700", "count", "50"),
        ("4712", "count", "0.5"),
        ("100", "count", "10"),
        ("101", "count", "0.5"),
        ("99", "count", "0"),
        ("6", "count", "0"),
        ("0", "count", "0"),
        ("0", "kilometre", "0"),
        ("6", "kilometre", "0.5"),
        ("20", "kilometre", "2"),
        ("7.6", "magnitude", "0.05"),
        ("7", "magnitude", "0.05"),
        ("-12", "celsius", "0.5"),
        ("0.31", "share", "0.005"),
        ("0.3", "share", "0.03"),
        ("3.5e9", "USD", "5E+7"),
        ("3.50e9 =1e7", "USD", "5E+6"),  # $3.50 billion
        ("3.5e9 =1e8", "USD", "5E+7"),
        ("about 1000", "count", "0"),
        ("at least 1000", "count", "0"),
        ("more than 1000", "count", "0"),
        ("up to 1000", "count", "0"),
        ("11000..12000", "count", "0"),
        ("vague 12", "count", "0"),
    ],
)
def test_tolerance(words: str, unit: str, expected: str) -> None:
    assert tolerance(read(words, unit)) == Decimal(expected)


@pytest.mark.parametrize(
    ("a", "b", "unit", "expected"),
    [
        ("5", "6", "count", True),
        ("5", "5", "count", False),
        ("1000", "1099", "count", False),
        ("1000", "1101", "count", True),
        ("1000", "1100.5", "count", True),  # 1,100 against 1,100: they only touch at widened ends
        ("11000", "12000", "count", True),  # 11,500 touches 11,500
        ("11000", "11500", "count", False),  # 11,500 meets 11,450 and more
        ("11000", "11900", "count", True),
        ("4700", "4712", "count", False),
        ("10..20", "20..30", "count", False),  # nothing widened: touching is overlapping
        ("10..20", "21..30", "count", True),
        ("about 50", "55", "count", False),
        ("about 50", "56", "count", True),
        ("nearly 50", "51", "count", True),
        ("at least 50", "49", "count", True),
        ("at least 50", "5000", "count", False),  # open upwards: overlaps everything above
        ("more than 10", "10", "count", False),  # an excluded bound counts as included
        ("more than 10", "9", "count", True),
        ("less than 10", "10", "count", False),
        ("up to 10", "11", "count", True),
        ("up to 10", "0", "count", False),
        ("vague 24..99", "100", "count", False),  # 100 is 90 to 110
        ("vague 24..99", "111", "count", True),
        ("0.31", "0.32", "share", True),  # 0.315 touches 0.315, exactly, in decimal arithmetic
        ("0.31", "0.319 =0.001", "share", True),
        ("0.31", "0.314 =0.001", "share", False),
        ("7.6", "7.7", "magnitude", True),
        ("7.6", "7.64 =0.01", "magnitude", False),
        ("0", "1", "count", True),
    ],
)
def test_apart(a: str, b: str, unit: str, expected: bool) -> None:
    first, second = read(a, unit), read(b, unit)
    assert (apart(first, second), apart(second, first), overlap(first, second)) == (expected, expected, not expected)


def test_what_is_open_on_both_sides_overlaps_everything() -> None:
    nothing = make_claim(low=None, high=None)
    assert not apart(nothing, read("5"))
    assert not apart(nothing, nothing)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("300", "at least 1000", 1000 / 300),
        ("1000", "1040", 1.04),  # as read, without tolerance
        ("5", "5", 1.0),
        ("10..20", "30..40", 1.5),
        ("10..20", "15", 1.0),
        ("up to 5", "10", 2.0),
        ("0", "12", INF),
        ("0", "0", 1.0),
        ("-10", "-5", 2.0),
        ("-1", "1", INF),
        ("-1", "0", INF),
        ("more than 10", "5", 2.0),
        ("at least 50", "500", 10.0),  # they overlap, and their edges lie far apart
        ("at least 50", "at least 100", 2.0),
        ("at least 50", "about 50", 1.0),
        ("at least 50", "up to 80", 1.0),
        ("0.31", "0.62", 2.0),
    ],
)
def test_gap(a: str, b: str, expected: float) -> None:
    assert (gap(read(a), read(b)), gap(read(b), read(a))) == (pytest.approx(expected), pytest.approx(expected))


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("about 50", "50", True),
        ("50", "about 50", False),
        ("50", "50", False),
        ("at least 50", "60", True),
        ("at least 50", "at least 60", True),
        ("at least 60", "at least 50", False),
        ("at least 50", "at least 50", False),
        ("more than 10", "10", False),  # ten is not more than ten
        ("more than 10", "11", True),
        ("less than 10", "10", False),
        ("at least 10", "10", True),
        ("11000..12000", "11500", True),
        ("11000..12000", "12500", False),
        ("1000", "1040", True),  # 900-1,100 holds 1,035-1,045
        ("1040", "1000", False),
        ("vague 24..99", "40..50", True),
    ],
)
def test_contains(outer: str, inner: str, expected: bool) -> None:
    assert contains(read(outer), read(inner)) is expected


@pytest.mark.parametrize(
    ("words", "numbers", "one"),
    [
        ("50", ("50",), 50),
        ("about 50", ("50",), 50),
        ("nearly 50", ("50",), 50),
        ("at least 50", ("50",), 50),
        ("more than 50", ("50",), 50),
        ("up to 50", ("50",), 50),
        ("less than 50", ("50",), 50),
        ("11000..12000", ("11000", "12000"), 11500),
        ("vague 200..999", ("200", "999"), 599.5),
        ("0", ("0",), 0),
    ],
)
def test_the_number_as_stated(words: str, numbers: tuple[str, ...], one: float) -> None:
    claim = read(words)
    assert (stated(claim), typical(claim)) == (tuple(map(Decimal, numbers)), one)


def test_nothing_known_states_nothing() -> None:
    nothing = make_claim(low=None, high=None)
    assert (stated(nothing), typical(nothing), same_number(nothing, nothing)) == ((), None, False)


def test_gaps_of_what_is_open_below() -> None:
    below_five, ten = make_claim(low=None, high=5, approx="at_most"), make_claim(low=10, high=10)
    assert (
        gap(below_five, ten),
        gap(below_five, make_claim(low=2, high=2)),
        gap(below_five, make_claim(low=None, high=10)),
    ) == (2.0, 1.0, 2.0)
    assert gap(make_claim(low=None, high=None), ten) == 1.0


def test_same_number_ignores_the_bound_and_heeds_the_unit() -> None:
    assert same_number(read("about 50"), read("at least 50"))
    assert not same_number(read("50", "USD"), read("50", "EUR"))
    assert not same_number(read("50"), read("51"))


def test_zero() -> None:
    assert (is_zero(read("0")), is_zero(read("up to 5")), is_zero(read("1"))) == (True, False, False)


NUMBERS = st.one_of(st.integers(0, 120), st.sampled_from([100, 300, 1000, 1040, 1100, 11000, 12000, 4712]))
BOUNDS = st.sampled_from(["", "about", "nearly", "at least", "more than", "up to", "less than"])
CLAIMS = st.builds(lambda bound, number: read(f"{bound} {number}".strip()), BOUNDS, NUMBERS)


@settings(max_examples=300, deadline=None)
@given(CLAIMS, CLAIMS)
def test_how_the_measures_hang_together(a: Claim, b: Claim) -> None:
    lies = apart(a, b)
    event("apart" if lies else "overlapping")
    assert lies == apart(b, a)
    assert gap(a, b) == gap(b, a) >= 1.0
    assert not (below(a, b) and below(b, a))
    if lies:
        assert gap(a, b) > 1.0
        assert not contains(a, b)
        assert not contains(b, a)
    if contains(a, b):
        event("contained")
        assert not contains(b, a)
    assert interval(a).low <= interval(a).high
    assert not apart(a, a)


@pytest.mark.parametrize(
    ("first", "second", "shared", "turned"),
    [
        (1200, 12_000, 2, 0),
        (18.46, 1846, 4, 0),
        (0.27, 0.027, 2, 0),
        (1200, 1200, 0, 0),
        (27_000, 72_000, 0, 2),
        (239, 293, 0, 3),
        (12, 2100, 0, 0),
        (0, 10, 0, 0),
        (5, 50, 1, 0),
        (130, 310, 0, 2),
    ],
)
def test_digits_in_common(first: float, second: float, shared: int, turned: int) -> None:
    assert (shared_digits(first, second), turned_digits(first, second)) == (shared, turned)
    assert (shared_digits(second, first), turned_digits(second, first)) == (shared, turned)
