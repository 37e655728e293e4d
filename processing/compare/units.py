"""Claims in another unit: measures by definition, currencies only at a rate that an article itself gave, and what units
are easily mixed up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from statistics import median_low

from processing.compare.statements import Statement
from processing.intervals import decimal, typical
from processing.measures import convert, dimension
from processing.words import load_words
from schemas.records import Claim

__all__ = ["Rates", "in_unit", "rates_of", "slip_factors"]

Rates = Mapping[tuple[str, str], float]
_RATE_SPREAD = 0.1  # a rate moves and is rounded: half of this share of the value is the tolerance of converted money


@lru_cache(maxsize=512)
def slip_factors(unit: str) -> tuple[float, ...]:
    """Factors between this unit and those of its dimension that a text may have mixed it up with; greater than one."""
    found = set()
    for row in load_words("confusable")["units"]:
        first, second = row["pair"]
        factor = convert(1.0, first, second) if unit in (first, second) else None
        if factor:
            found.add(max(factor, 1 / factor))
    return tuple(sorted(found))


def _converted(
    claim: Claim, factor: float, ends: tuple[float | None, float | None], unit: str, last_digit: float | None
) -> Claim:
    low, high = (None if end is None else float(decimal(end)) for end in ends)
    digit = (
        last_digit if last_digit is not None else None if claim.last_digit is None else claim.last_digit * abs(factor)
    )
    return replace(claim, low=low, high=high, unit=unit, last_digit=digit)


def in_unit(statement: Statement, unit: str, rates: Rates | None = None) -> Statement | None:
    """The statement in another unit, with the claim as read kept in `written`; None where the one cannot be told in the
    other.

    Money is converted only at a rate in `rates`: currencies are never converted silently.
    """
    claim = statement.claim
    if claim.unit == unit:
        return statement
    if unit == "magnitude" and claim.unit in ("count", "degree"):
        return replace(statement, claim=replace(claim, unit=unit))  # a bare "6.2" that its words show to be one
    rate = (rates or {}).get((claim.unit, unit))
    if rate is not None:
        ends = tuple(None if v is None else v * rate for v in (claim.low, claim.high))
        value = typical(claim)
        return replace(
            statement,
            claim=_converted(claim, rate, ends, unit, abs(value or 0) * rate * _RATE_SPREAD or None),  # type: ignore[arg-type]
            written=claim,
        )
    one, zero = convert(1.0, claim.unit, unit), convert(0.0, claim.unit, unit)
    if one is None or zero is None:
        return None
    if claim.aspect == "change":  # a rise of 9 degrees Fahrenheit is one of 5 degrees Celsius
        ends = tuple(None if v is None else v * (one - zero) for v in (claim.low, claim.high))
    else:
        ends = tuple(None if v is None else convert(v, claim.unit, unit) for v in (claim.low, claim.high))
    return replace(statement, claim=_converted(claim, one - zero, ends, unit, None), written=claim)  # type: ignore[arg-type]


def rates_of(statements: Iterable[Statement]) -> dict[tuple[str, str], float]:
    """How much of one currency another one is, as the articles' own conversions in brackets tell (lower median of
    them)."""
    claims = {s.claim.id: s.claim for s in statements}
    told: dict[tuple[str, str], list[float]] = {}
    for claim in claims.values():
        base = claims.get(claim.same_as or "")
        if base is None or base.unit == claim.unit or not (dimension(base.unit) == dimension(claim.unit) == "money"):
            continue
        a, b = typical(base), typical(claim)
        if a and b:
            told.setdefault((base.unit, claim.unit), []).append(b / a)
            told.setdefault((claim.unit, base.unit), []).append(a / b)
    return {pair: median_low(values) for pair, values in told.items()}
