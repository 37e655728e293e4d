"""Units of measure and currencies: names, dimensions and conversion, read from `words/en/units.toml` and
`words/en/currencies.toml`.

Unit names are singular and English ("kilometre", "degree_celsius"); currencies are ISO 4217 codes; "count", "share" (31
% is 0.31), "percentage_point", "times" and "magnitude" are units too. Currencies are never converted: there is no rate
without a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from processing.words import load_words

__all__ = ["Unit", "all_units", "convert", "currencies", "dimension", "plural"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: a value in it times `factor` plus `offset` is the value in the dimension's base unit. `names` are
    spellings in lower case (singular and plural), `signs` abbreviations whose case matters."""

    name: str
    dimension: str
    factor: float
    offset: float = 0.0
    names: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


def plural(word: str) -> str:
    """The regular English plural of a word or of a phrase's last word ("square mile" -> "square miles", "century" ->
    "centuries")."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    return word + "s"


@lru_cache(maxsize=1)
def all_units() -> Mapping[str, Unit]:
    """Every unit of measure by its canonical name, prefixed ones included; without currencies."""
    data = load_words("units")
    made: dict[str, Unit] = {}
    for dimension_name, table in data["dimensions"].items():
        for name, row in table["units"].items():
            for unit in _prefixed(name, dimension_name, row, data["prefixes"]):
                made[unit.name] = _joined(made.get(unit.name), unit)
    return MappingProxyType(made)


def _prefixed(name: str, dimension_name: str, row: Mapping[str, Any], prefixes: Mapping[str, Any]) -> list[Unit]:
    names = list(row.get("names", ()))
    spelled = tuple(
        dict.fromkeys([*names, *row.get("plurals", ()), *([plural(n) for n in names] if "plurals" not in row else [])])
    )
    units = [Unit(name, dimension_name, row["factor"], row.get("offset", 0.0), spelled, tuple(row.get("signs", ())))]
    for prefix in row.get("prefixes", ()):
        signs = tuple(
            p + sign
            for sign in row.get("signs", ())[:1]
            for p in ({"µ", "μ"} if prefix == "micro" else {prefixes[prefix]["sign"]})
        )
        units.append(
            Unit(
                prefix + name,
                dimension_name,
                row["factor"] * prefixes[prefix]["factor"],
                0.0,
                tuple(prefix + n for n in spelled),
                tuple(sorted(signs)),
            )
        )
    return units


def _joined(old: Unit | None, new: Unit) -> Unit:
    if old is None:
        return new
    return Unit(
        old.name,
        old.dimension,
        old.factor,
        old.offset,
        tuple(dict.fromkeys([*old.names, *new.names])),
        tuple(dict.fromkeys([*old.signs, *new.signs])),
    )


@lru_cache(maxsize=1)
def currencies() -> Mapping[str, Mapping[str, Any]]:
    """ISO 4217 code to what the data knows of that currency (`name`, `words`, `signs`, `countries`)."""
    found: Mapping[str, Mapping[str, Any]] = load_words("currencies")["currency"]
    return found


def dimension(unit: str) -> str | None:
    """What a unit measures: "length", "mass", "money" for ISO codes, "count" for "count"; None for words that are no
    known unit."""
    if unit == "count":
        return "count"
    known = all_units().get(unit)
    if known:
        return known.dimension
    return "money" if unit in currencies() else None


def convert(value: float, unit: str, to: str) -> float | None:
    """A value in another unit of the same dimension (temperatures as levels); None across dimensions, between
    currencies, for unknown units."""
    if unit == to:
        return value
    old, new = all_units().get(unit), all_units().get(to)
    if old is None or new is None or old.dimension != new.dimension:
        return None
    return (value * old.factor + old.offset - new.offset) / new.factor
