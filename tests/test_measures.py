"""Units, dimensions and conversion."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from processing import measures
from processing.measures import all_units, convert, currencies, dimension, plural
from processing.words import load_words


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


@pytest.mark.parametrize(
    ("unit", "to"), [("mile", "tonne"), ("USD", "EUR"), ("count", "share"), ("cubit", "metre"), ("metre", "cubit")]
)
def test_convert_refuses(unit: str, to: str) -> None:
    assert convert(1.0, unit, to) is None


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("mile", "length"),
        ("ZAR", "money"),
        ("count", "count"),
        ("share", "share"),
        ("degree_fahrenheit", "temperature"),
        ("kilowatt", "power"),
        ("story", None),
    ],
)
def test_dimension(unit: str, expected: str | None) -> None:
    assert dimension(unit) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("mile", "miles"), ("square inch", "square inches"), ("century", "centuries"), ("day", "days")],
)
def test_plural(word: str, expected: str) -> None:
    assert plural(word) == expected


def test_every_base_is_a_unit_of_its_dimension() -> None:
    bases = {name: table["base"] for name, table in load_words("units")["dimensions"].items()}
    for unit in all_units().values():
        base = all_units()[bases[unit.dimension]]
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


# kinds that pint counts otherwise; its hundredweight is the American one of 100 pounds
_OTHERWISE = ("points", "share", "times", "angle", "volume")


def test_factors_are_those_of_a_kept_library() -> None:
    """Of every unit that pint knows by our name, the ratio to the first such unit of its dimension."""
    pint = pytest.importorskip("pint", reason="pint is not installed: pip install -e .[dev]")
    registry = pint.UnitRegistry()
    first: dict[str, tuple[str, float]] = {}
    compared, wrong = 0, []
    for unit in all_units().values():
        name = unit.name.replace(" ", "_").replace("-", "_")
        if unit.offset or unit.dimension in _OTHERWISE or unit.name == "hundredweight" or name not in registry:
            continue
        base, factor = first.setdefault(unit.dimension, (name, unit.factor))
        if not registry(name).check(registry(base).dimensionality):
            continue
        compared += 1
        theirs = registry.Quantity(1, name).to(base).magnitude
        if not math.isclose(unit.factor / factor, theirs, rel_tol=2e-3):
            wrong.append((unit.name, unit.factor / factor, theirs))
    assert compared > 60
    assert wrong == []
