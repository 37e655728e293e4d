"""Units, dimensions and conversion."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from processing import measures
from processing.measures import all_units, base_unit, convert, currencies, dimension, plural, same_dimension, unit_factors


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (100, "mile", "kilometre", 160.9344),
        (1, "kilometre", "metre", 1000),
        (212, "degree_fahrenheit", "degree_celsius", 100),
        (0, "degree_celsius", "degree_fahrenheit", 32),
        (0, "degree_celsius", "kelvin", 273.15),
        (1, "hectare", "acre", 2.4710538),
        (1, "tonne", "pound", 2204.62262),
        (1, "gigatonne", "tonne", 1e9),
        (1, "barrel", "litre", 158.987295),
        (36, "kilometre per hour", "metre per second", 10),
        (2, "week", "day", 14),
        (0.31, "share", "share", 0.31),
        (5, "rand of the moon", "rand of the moon", 5),
    ],
)
def test_convert(value: float, unit: str, to: str, expected: float) -> None:
    got = convert(value, unit, to)
    assert got is not None
    assert math.isclose(got, expected, rel_tol=1e-6)


@pytest.mark.parametrize(("unit", "to"), [("mile", "tonne"), ("USD", "EUR"), ("count", "share"), ("cubit", "metre"), ("metre", "cubit")])
def test_convert_refuses(unit: str, to: str) -> None:
    assert convert(1.0, unit, to) is None


@pytest.mark.parametrize(
    ("unit", "expected", "base"),
    [
        ("mile", "length", "metre"),
        ("ZAR", "money", "ZAR"),
        ("count", "count", "count"),
        ("share", "share", "share"),
        ("degree_fahrenheit", "temperature", "degree_celsius"),
        ("kilowatt", "power", "watt"),
        ("story", None, "story"),
    ],
)
def test_dimension_and_base(unit: str, expected: str | None, base: str) -> None:
    assert (dimension(unit), base_unit(unit)) == (expected, base)


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("mile", "metre", True), ("USD", "EUR", True), ("mile", "hour", False), ("story", "floor", False), ("story", "story", True)]
)
def test_same_dimension(one: str, other: str, expected: bool) -> None:
    assert same_dimension(one, other) is expected


def test_factors_between_units_of_a_dimension() -> None:
    factors = unit_factors("tonne")
    assert math.isclose(factors["kilogram"], 1000)
    assert "metre" not in factors
    assert unit_factors("EUR") == {}


@pytest.mark.parametrize(("word", "expected"), [("mile", "miles"), ("square inch", "square inches"), ("century", "centuries"), ("day", "days")])
def test_plural(word: str, expected: str) -> None:
    assert plural(word) == expected


def test_every_base_is_a_unit_of_its_dimension() -> None:
    for unit in all_units().values():
        base = all_units()[base_unit(unit.name)]
        assert (base.dimension, base.factor, base.offset) == (unit.dimension, 1.0, 0.0), unit.name


def test_every_currency_is_an_iso_code_with_a_name() -> None:
    for code, row in currencies().items():
        assert len(code) == 3
        assert code.isupper()
        assert row["name"]


def test_a_desk_adds_a_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "units.toml").write_text('[dimensions.length.units]\nli = { factor = 500.0, names = ["li"] }\n', "utf8")
    monkeypatch.setenv("COUNTERCLAIM_WORDS", str(tmp_path))
    measures.all_units.cache_clear()
    try:
        assert convert(2, "li", "kilometre") == 1.0
    finally:
        monkeypatch.delenv("COUNTERCLAIM_WORDS")
        measures.all_units.cache_clear()
