"""No text stops the reader: for four times the text it makes no more than about four times the calls. Steps are counted,
for the clock may not decide a test."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from bench.attacks import ATTACKS, make
from processing.claims import read_quantities, read_text

STEEPEST = 6.0  # four times as much text; the square would be 16


def calls(read: Callable[[], object]) -> int:
    """How many functions are called while something is read."""
    made = 0

    def seen(_: FrameType, event: str, __: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        read()
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize("name", ATTACKS)
def test_numbers(name: str) -> None:
    small, large = (calls(lambda text=make(name, size): read_quantities(text)) for size in (2_500, 10_000))  # type: ignore[misc]
    assert large <= STEEPEST * max(small, 2_000)


@pytest.mark.parametrize("name", ["numbers", "listed", "parts", "nested", "quotations", "lines"])
def test_claims(name: str) -> None:
    read_text("Twelve people died, police said.", file="x")
    small, large = (calls(lambda text=make(name, size): read_text(text, file="x")) for size in (1_000, 4_000))  # type: ignore[misc]
    assert large <= STEEPEST * small
