"""Numbers as they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from processing.claims.document.tokens import Words
from processing.claims.quantity.digits import comma_decimals, read_digits
from processing.claims.quantity.numbers import read_number


@pytest.mark.parametrize(
    ("written", "commas", "expected"),
    [
        ("12", False, "12"),
        ("1,234", False, "1234"),
        ("1,234.5", False, "1234.5"),
        ("1.234,5", False, "1234.5"),
        ("1.234", False, "1.234"),
        ("1.234", True, "1234"),
        ("3,5", True, "3.5"),
        ("1.234.567", False, "1234567"),
        ("1,00,000", False, "100000"),
        ("1'200'000", False, "1200000"),
        ("1\u202f200", False, "1200"),
        (".5", False, "0.5"),
        ("٣٠٠", False, "300"),
        ("3,5", False, None),
        ("1,2,3", False, None),
        ("1.2.3", False, None),
        ("1,23,4", False, None),
        ("9" * 100, False, None),
    ],
)
def test_digits(written: str, commas: bool, expected: str | None) -> None:
    assert read_digits(written, commas) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234,50 Euro", True),
        ("3,5 %", True),
        ("1.234.567 Menschen", True),
        ("1,234.5", False),
        ("1,234 and 5", False),
    ],
)
def test_comma_decimals(text: str, expected: bool) -> None:
    assert comma_decimals(text) is expected


@pytest.mark.parametrize(
    ("text", "value", "written", "digit"),
    [
        ("twenty-two dead", 22, "twenty-two", 1),
        ("one hundred and five people", 105, "one hundred and five", 1),
        ("twenty-eight thousand six hundred forty-two", 28642, "twenty-eight thousand six hundred forty-two", 1),
        ("two and a half thousand", 2500, "two and a half thousand", 100),
        ("half a million people", 500000, "half a million", 100000),
        ("a quarter of a million", 250000, "a quarter of a million", 10000),
        ("a hundred homes", 100, "a hundred", 100),
        ("4 hundred people", 400, "4 hundred", 100),
        ("2.5 million", 2500000, "2.5 million", 100000),
        ("1.5 lakh crore", 1500000000000, "1.5 lakh crore", 100000000000),
        ("35m people", 35000000, "35m", 1000000),
        ("2.4m homes", 2400000, "2.4m", 100000),
        ("4.3M sales", 4300000, "4.3M", 100000),
        ("25k likes", 25000, "25k", 1000),
        ("10 000 people", 10000, "10 000", 10000),
        ("2½ years", 2.5, "2½", 0.1),
        ("11,000 men", 11000, "11,000", 1000),
        ("4,712", 4712, "4,712", 1),
        ("7.60", 7.6, "7.60", 0.01),
        ("two-thirds of", 2 / 3, "two-thirds", 0.01),
        ("three quarters of voters", 0.75, "three quarters", 0.01),
        ("half the homes", 0.5, "half", 0.1),
        ("a third of homes", 1 / 3, "a third", 0.001),
        ("1/3 of the vote", 1 / 3, "1/3", 0.01),
        ("100m sprint", 100, "100", 100),
        ("30m wave", 30, "30", 10),
        ("forty thousand, five", 40000, "forty thousand", 10000),
    ],
)
def test_number(text: str, value: float, written: str, digit: float) -> None:
    words = Words(text)
    number = read_number(words, 0)
    assert number is not None
    assert number.value is not None
    assert (float(number.value), text[: words.end[number.last - 1]], float(number.digit or 0)) == (
        pytest.approx(value),
        written,
        pytest.approx(digit),
    )


@pytest.mark.parametrize(
    ("text", "low", "high", "written"),
    [
        ("dozens of people", 24, 99, "dozens"),
        ("several hundred troops", 300, 900, "several hundred"),
        ("a few thousand", 3000, 9000, "a few thousand"),
        ("tens of thousands of", 20000, 99999, "tens of thousands"),
        ("hundreds of thousands fled", 200000, 999999, "hundreds of thousands"),
        ("tens or even hundreds of billions", 20_000_000_000, 999_999_999_999, "tens or even hundreds of billions"),
        ("a dozen people", 12, 12, "a dozen"),
        ("two dozen people", 24, 24, "two dozen"),
        ("scores of fighters", 40, 99, "scores"),
        ("a couple of days", 2, 2, "a couple"),
        ("half a dozen", 6, 6, "half a dozen"),
    ],
)
def test_vague(text: str, low: float, high: float, written: str) -> None:
    words = Words(text)
    number = read_number(words, 0)
    assert number is not None
    assert number.value is None
    assert (number.low, number.high, text[: words.end[number.last - 1]]) == (low, high, written)


@pytest.mark.parametrize(
    "text",
    [
        "scores level",
        "the dozen",
        "few doubt it",
        "half-time",
        "second",
        "quarter final",
        "third",
        "couple arrested",
        "a man",
        "hundred",
        "- 5",
    ],
)
def test_no_number(text: str) -> None:
    assert read_number(Words(text), 0) is None


def test_money_makes_m_a_million_everywhere() -> None:
    number = read_number(Words("30m wave"), 0, money=True)
    assert number is not None
    assert number.value == 30_000_000
