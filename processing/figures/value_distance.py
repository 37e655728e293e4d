"""What two values alone say for or against one thing: whether they meet, how far they lie apart, how they are
written."""

from __future__ import annotations

from processing.intervals import typical
from schemas.records import Claim

__all__ = ["distance", "far", "meet", "of_two_sizes", "shown", "telling", "whole"]

_STEPS = (
    (1.1, 0.1),
    (2.0, 0.15),
    (3.0, 0.2),
    (5.0, 0.35),
)  # (ratio of two values up to, what it speaks against one thing)


def of_two_sizes(x: Claim, y: Claim) -> bool:
    """Whether two numbers in the thousands lie so far apart that no toll grows from one to the other within a story."""
    first, second = typical(x), typical(y)
    return (
        first is not None
        and second is not None
        and min(first, second) >= 1000
        and max(first, second) > 8 * min(first, second)
    )


def distance(first: float | None, second: float | None) -> float:
    """What two different numbers speak against one thing: the more, the further they lie apart; most where one is a
    rise and one a fall."""
    if first is None or second is None or not first or not second:
        return 0.15
    if first * second < 0:
        return 0.6
    ratio = max(first / second, second / first)
    return next((against for most, against in _STEPS if ratio <= most), 0.6 if ratio < 100 else 2.0)


def meet(x: Claim, y: Claim) -> bool:
    """Whether two intervals overlap as read."""
    return (x.low is None or y.high is None or x.low <= y.high) and (y.low is None or x.high is None or y.low <= x.high)


def far(x: Claim, y: Claim) -> bool:
    """Whether `x` lies so far under `y` that no tolerance (a tenth at most) brings them together."""
    return x.high is not None and y.low is not None and 0 <= x.high * 1.1 < y.low * 0.9


def whole(claim: Claim) -> bool:
    return all(
        value is None or value == int(value) or claim.approx in ("about", "nearly") for value in (claim.low, claim.high)
    )


def shown(claim: Claim) -> tuple[object, ...]:
    return (claim.low, claim.high, claim.low_open, claim.high_open, claim.approx, claim.last_digit)


def telling(claim: Claim) -> bool:
    """Whether a number is rare enough that two articles that state it likely speak of one thing: from 13 on with two
    digits that count or in the thousands, and no vague word."""
    value = typical(claim)
    if value is None or claim.approx == "vague":
        return False
    return abs(value) >= 1000 or (abs(value) >= 13 and len(f"{abs(value):.6g}".replace(".", "").strip("0")) >= 2)
