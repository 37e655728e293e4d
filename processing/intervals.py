"""Intervals of stated numbers, and how two of them lie to each other: tolerance, apart, gap, containment.

All arithmetic is decimal, on the numbers as they are written: 0.31 is thirty-one hundredths, not the nearest binary
fraction. The rules are those of the glossary (docs/figures.md, "Reading a quantity"): an unmarked number is as exact as
it is written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Protocol

from schemas.records import Approx

__all__ = [
    "Interval",
    "Measured",
    "apart",
    "below",
    "contains",
    "decimal",
    "gap",
    "interval",
    "is_zero",
    "overlap",
    "point",
    "same_number",
    "shared_digits",
    "stated",
    "stated_numbers",
    "tolerance",
    "turned_digits",
    "typical",
]

_INFINITY = Decimal("Infinity")
_ZERO = Decimal(0)
_TENTH = Decimal("0.1")
_SMALL_COUNT = 100  # counts below it are exact: five and six dead are two numbers


class Measured(Protocol):
    """What has a value: a claim, or a quantity read from text. `low` or `high` None is open; `last_digit` None is not
    known."""

    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def low_open(self) -> bool: ...
    @property
    def high_open(self) -> bool: ...
    @property
    def approx(self) -> Approx: ...
    @property
    def unit(self) -> str: ...
    @property
    def last_digit(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Interval:
    """`[low, high]` as read, infinite where open; `tolerance` widens both ends where two intervals are laid side by
    side."""

    low: Decimal
    high: Decimal
    tolerance: Decimal
    low_open: bool = False  # the bound itself is excluded
    high_open: bool = False

    @property
    def width(self) -> Decimal:
        """Length with the tolerance at both ends; infinite where an end is open."""
        return self.high - self.low + 2 * self.tolerance


def decimal(value: float) -> Decimal:
    """The number that somebody wrote: twelve significant digits, which drops what binary arithmetic left behind."""
    return Decimal(f"{value:.12g}")


def _last_digit(value: Decimal, unit: str, last_digit: float | None) -> Decimal:
    """The unit of the last significant digit: as the reader saw it, else as the value shows. Magnitudes keep one
    decimal: 7.0 is a tenth exact."""
    if last_digit is not None and last_digit > 0:
        return decimal(last_digit)
    exponent = int(value.normalize().as_tuple().exponent)  # a finite number's is one
    return Decimal(1).scaleb(min(exponent, -1) if unit == "magnitude" else exponent)


def tolerance(measured: Measured) -> Decimal:
    """Half a unit of the last significant digit, at most a tenth of the value: 1,000 -> 100; 11,000 -> 500; 4,712 ->
    0.5; magnitude 7.6 -> 0.05.

    Zero for marked numbers ("about", "at least", ranges, vague words), which have their interval, for counts below 100,
    and for zero."""
    return interval(measured).tolerance


def _tolerance(low: float | None, high: float | None, approx: Approx, unit: str, last_digit: float | None) -> Decimal:
    if approx != "exact" or low is None or low != high:
        return _ZERO
    value = abs(decimal(low))
    if not value or (unit == "count" and value < _SMALL_COUNT):
        return _ZERO
    return min(_last_digit(value, unit, last_digit) / 2, value * _TENTH)


def interval(measured: Measured) -> Interval:
    """The interval as read, with its tolerance."""
    return _interval(
        measured.low,
        measured.high,
        measured.low_open,
        measured.high_open,
        measured.approx,
        measured.unit,
        measured.last_digit,
    )


@lru_cache(maxsize=16384)
def _interval(
    low: float | None,
    high: float | None,
    low_open: bool,
    high_open: bool,
    approx: Approx,
    unit: str,
    last_digit: float | None,
) -> Interval:
    start = -_INFINITY if low is None else decimal(low)
    end = _INFINITY if high is None else decimal(high)
    return Interval(start, end, _tolerance(low, high, approx, unit, last_digit), low_open, high_open)


def below(a: Measured, b: Measured) -> bool:
    """Whether all of `a` lies under all of `b`, both with their tolerance.

    An excluded bound ("more than 10") counts as included. Ends that only touch overlap, unless one of them was widened.
    """
    first, second = interval(a), interval(b)
    end, start = first.high + first.tolerance, second.low - second.tolerance
    return end < start or (end == start and bool(first.tolerance or second.tolerance))


def apart(a: Measured, b: Measured) -> bool:
    """Whether the intervals with tolerance do not overlap. An open end overlaps everything on its side."""
    return below(a, b) or below(b, a)


def overlap(a: Measured, b: Measured) -> bool:
    """The opposite of `apart`."""
    return not apart(a, b)


def gap(a: Measured, b: Measured) -> float:
    """Ratio of the nearest edges as read, without tolerance; from 1.0 (they meet) upwards.

    An open end has no edge: "at least 50" and 500 lie ten times apart, though they overlap. Infinite against zero, and
    between numbers of opposite sign; of two negative numbers it goes by size."""
    first, second = interval(a), interval(b)
    if first.low > second.low or (first.low == second.low and first.high > second.high):
        first, second = second, first
    low, high = first.high, second.low
    if low == _INFINITY and first.low != -_INFINITY:
        low = first.low
    if high == -_INFINITY and second.high != _INFINITY:
        high = second.high
    if low >= high or -low == high == _INFINITY:
        return 1.0
    if low < 0 < high or not low or not high:
        return float("inf")
    return float(high / low if low > 0 else low / high)


def contains(outer: Measured, inner: Measured) -> bool:
    """Whether `inner` lies inside `outer` and is tighter, as read or both with tolerance. "More than 10" does not
    contain 10."""
    wide, tight = interval(outer), interval(inner)
    if _on_excluded(wide, tight):
        return False
    as_read = wide.low <= tight.low and tight.high <= wide.high
    widened = (
        wide.low - wide.tolerance <= tight.low - tight.tolerance
        and tight.high + tight.tolerance <= wide.high + wide.tolerance
    )
    if wide.width.is_infinite() and tight.width.is_infinite():
        return as_read and (wide.low, wide.high) != (tight.low, tight.high)
    return (as_read or widened) and tight.width < wide.width


def _on_excluded(wide: Interval, tight: Interval) -> bool:
    """Whether `tight` has an end that `wide` excludes."""
    at_low = wide.low_open and not tight.low_open and tight.low == wide.low
    at_high = wide.high_open and not tight.high_open and tight.high == wide.high
    return at_low or at_high


def stated(measured: Measured) -> tuple[Decimal, ...]:
    """The number as it was stated, without its bound: (50,) for "50", "about 50", "at least 50", "up to 50"; both ends
    of a range or vague word.

    Empty where nothing is known.
    """
    return stated_numbers(measured.low, measured.high, measured.approx)


@lru_cache(maxsize=16384)
def stated_numbers(low_end: float | None, high_end: float | None, approx: Approx) -> tuple[Decimal, ...]:
    """As `stated`, of the bare parts."""
    low = None if low_end is None else decimal(low_end)
    high = None if high_end is None else decimal(high_end)
    match approx:
        case "at_least" | "more_than":
            ends = [low]
        case "at_most" | "less_than" | "nearly":
            ends = [high]
        case "about":
            ends = [None if low is None or high is None else decimal(float((low + high) / 2))]
        case _:
            ends = [low] if low == high else [low, high]
    return tuple(end.normalize() + 0 for end in ends if end is not None)


def same_number(a: Measured, b: Measured) -> bool:
    """Whether the same number was stated in one unit, whatever its bound."""
    return a.unit == b.unit and stated(a) == stated(b) != ()


def typical(measured: Measured) -> float | None:
    """One number for the interval: the stated one, the middle of a range or vague word; None where nothing is known."""
    numbers = stated(measured)
    return float(sum(numbers) / len(numbers)) if numbers else None


def point(measured: Measured) -> float | None:
    """The number as one point for people: as `typical`, but None for a vague word ("thousands"), which is never shown
    as one number."""
    if measured.approx == "vague" and measured.low != measured.high:
        return None
    return typical(measured)


def is_zero(measured: Measured) -> bool:
    """Whether zero is what was stated ("no survivors")."""
    return measured.low == 0 and measured.high == 0


def _digits(value: float) -> str:
    """The significant digits of a number as written, without leading and closing noughts: 12 of 1,200."""
    return f"{abs(value):.12g}".replace(".", "").replace("-", "").strip("0") if "e" not in f"{value:.12g}" else ""


def shared_digits(first: float, second: float) -> int:
    """How many significant digits two numbers share that differ by a power of ten alone (1,846 and 18.46: 4); 0 where
    they do not."""
    one, two = _digits(first), _digits(second)
    return len(one) if one and one == two and first != second else 0


def turned_digits(first: float, second: float) -> int:
    """How many significant digits two numbers of one size share in another order (27,000 and 72,000: 2); 0 where they
    do not."""
    one, two = _digits(first), _digits(second)
    if one == two or sorted(one) != sorted(two) or not first or not second:
        return 0
    large, small = max(abs(first), abs(second)), min(abs(first), abs(second))
    return len(one) if large < 10 * small else 0
