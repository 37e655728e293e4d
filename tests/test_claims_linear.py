"""No text stops the reader: for four times the text it makes no more than about four times the calls. Steps are counted,
for the clock may not decide a test."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from bench.attacks import ATTACKS, make
from processing.claims import read_quantities, read_text

pytestmark = pytest.mark.slow
STEEPEST = 6.0  # four times as much text; the square would be 16


def calls(read: Callable[[str], object], text: str) -> int:
    """How many functions are called while a text is read."""
    made = 0

    def seen(_: FrameType, event: str, __: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        read(text)
    finally:
        sys.setprofile(None)
    return made


@pytest.mark.parametrize("name", ATTACKS)
def test_numbers(name: str) -> None:
    small, large = (calls(read_quantities, make(name, size)) for size in (2_500, 10_000))
    assert large <= STEEPEST * max(small, 2_000)


@pytest.mark.parametrize("name", ["numbers", "listed", "parts", "nested", "quotations", "lines"])
def test_claims(name: str) -> None:
    def read(text: str) -> object:
        return read_text(text, file="x")

    read("Twelve people died, police said.")
    small, large = (calls(read, make(name, size)) for size in (1_000, 4_000))
    assert large <= STEEPEST * small
