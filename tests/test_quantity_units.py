"""Units beside a number."""

from __future__ import annotations

import pytest

from processing.claims.document.tokens import Words
from processing.claims.quantity.per import read_per
from processing.claims.quantity.units import home_currency, read_currency_before, read_unit


def after_number(text: str, country: str | None = None) -> tuple[str, float, str] | None:
    words = Words(text)
    unit = read_unit(words, 1, country)
    return unit and (unit.name, unit.factor, text[words.start[1] : words.end[unit.at - 1]])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 km away", ("kilometre", 1, "km")),
        ("5km", ("kilometre", 1, "km")),
        ("20-foot wall", ("foot", 1, "-foot")),
        ("28,000 - kilometre cable", ("kilometre", 1, "- kilometre")),
        ("2 - euro (about $2) coin", ("EUR", 1, "- euro")),
        ("10-square-mile area", ("square mile", 1, "-square-mile")),
        ("3 - metres behind", None),
        ("3 - year", None),
        ("80 m.p.h.", ("mile per hour", 1, "m.p.h.")),
        ("120 km/h winds", ("kilometre per hour", 1, "km/h")),
        ("120 km / h winds", ("kilometre per hour", 1, "km / h")),
        ("60 night-shift nurses", None),
        ("two hour-long talks", ("hour", 1, "hour")),
        ("2,228 - metre Kosciuszko", ("metre", 1, "- metre")),
        ("400 metres per second", ("metre per second", 1, "metres per second")),
        ("2 sq km", ("square kilometre", 1, "sq km")),
        ("1.5°C", ("degree_celsius", 1, "°C")),
        ("48.2C", ("degree_celsius", 1, "C")),
        ("118.8F", ("degree_fahrenheit", 1, "F")),
        ("2.5 F across the capacitor", ("farad", 1, "F")),
        ("31 per cent", ("share", 0.01, "per cent")),
        ("31%", ("share", 0.01, "%")),
        ("3 percentage points", ("percentage_point", 1, "percentage points")),
        ("25 basis points", ("percentage_point", 0.01, "basis points")),
        ("2 g/cm3", ("gram per cubic centimetre", 1, "g/cm3")),
        ("35 µg/m3", ("microgram per cubic metre", 1, "µg/m3")),
        ("200p", ("GBP", 0.01, "p")),
        ("18 sen", ("MYR", 0.01, "sen")),
        ("7 Danish crowns", ("DKK", 1, "Danish crowns")),
        ("9 shekels", ("ILS", 1, "shekels")),
        ("5 euros", ("EUR", 1, "euros")),
        ("20€", ("EUR", 1, "€")),
        ("20 rand", ("ZAR", 1, "rand")),
        ("5 G network", None),
        ("5 people", None),
        ("20s", None),
        ("3 may come", None),
        ("20-$30", None),
    ],
)
def test_unit(text: str, expected: tuple[str, float, str] | None) -> None:
    assert after_number(text) == expected


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("5 dollars", "au", "AUD"),
        ("5 dollars", None, "USD"),
        ("5 rupees", "pk", "PKR"),
        ("5 rupees", "us", "INR"),
        ("200 pounds of meat", "gb", "pound"),
        ("200 pounds fine", "gb", "GBP"),
        ("200 pounds", "us", "pound"),
    ],
)
def test_unit_by_country(text: str, country: str | None, expected: str) -> None:
    unit = after_number(text, country)
    assert unit is not None
    assert unit[0] == expected


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("70 million crowns for the Swedish builder", None, "SEK"),
        ("9 crowns, the Czech minister said in Oslo", None, "CZK"),
        ("9 rupees, Pakistan's regulator said", None, "PKR"),
        ("9 rupees, Pakistan's regulator said", "in", "INR"),
        ("9 pesos in Bogota", "gb", "COP"),
        ("9 krona, Iceland said", None, "ISK"),
        ("9 kronur on Monday", None, "ISK"),
        ("9 rupees a litre", None, "INR"),
        ("9 dollars in Australia", None, "USD"),
    ],
)
def test_shared_money_of_a_named_country(text: str, country: str | None, expected: str) -> None:
    words = Words(text)
    unit = read_unit(words, 2 if words.low[1] == "million" else 1, country)
    assert unit is not None
    assert unit.name == expected


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("$5", None, "USD"),
        ("$5", "ca", "CAD"),
        ("US$5", "ca", "USD"),
        ("$US5", "au", "USD"),
        ("HK $5", None, "HKD"),
        ("R5", None, "ZAR"),
        ("RM5", None, "MYR"),
        ("Rs. 5", "pk", "PKR"),
        ("INR5", None, "INR"),
        ("Y=5", None, "JPY"),
        ("PS217", None, "GBP"),
        ("£5", None, "GBP"),
        ("R 5", None, None),
        ("PS5", None, None),
        ("COP28", None, None),
        ("and 5", None, None),
    ],
)
def test_currency_before(text: str, country: str | None, expected: str | None) -> None:
    words = Words(text)
    found = read_currency_before(words, words.kind.index("d"), country)
    assert (found[0].name if found else None) == expected


@pytest.mark.parametrize(
    ("text", "money", "expected"),
    [
        ("per day", False, "day"),
        ("a day", False, "day"),
        ("a day ago", False, None),
        ("a month or so", True, None),
        ("a share from 3.5", True, "share"),
        ("a year from now", True, None),
        ("a month or $90 a year", True, "month"),
        ("a year earlier", False, None),
        ("per 100,000 people", False, "100000"),
        ("per million", False, "1000000"),
        ("a barrel", True, "barrel"),
        ("a barrel", False, None),
        ("/kg", True, None),
        ("an ounce", True, "ounce"),
        ("per capita", False, "person"),
        ("annually", False, "year"),
        ("a man said", True, None),
        ("a vial in 2019", True, "vial"),
        ("a cow to break even", False, None),
        ("in a day", False, None),
    ],
)
def test_per(text: str, money: bool, expected: str | None) -> None:
    found = read_per(Words(text), 0, money=money)
    assert (found[0] if found else None) == expected


def test_a_country_without_a_dollar_means_the_american_one() -> None:
    assert (home_currency("$", "gb"), home_currency("$", "NZ")) == ("USD", "NZD")
