"""Months and weekdays by their names, from `calendar.toml`: one list for all that read dates."""

from __future__ import annotations

from functools import lru_cache

from processing.words import load_words

__all__ = ["full_months", "full_weekdays", "month_numbers", "month_words", "weekday_words"]


@lru_cache(maxsize=1)
def month_numbers() -> dict[str, int]:
    """The number of a month (1 to 12) by its name and short forms, in lower case."""
    rows: list[list[str]] = load_words("calendar")["months"]
    return {name: number for number, names in enumerate(rows, 1) for name in names}


@lru_cache(maxsize=1)
def month_words() -> frozenset[str]:
    """Names and short forms of months."""
    return frozenset(month_numbers())


@lru_cache(maxsize=1)
def weekday_words() -> frozenset[str]:
    """Names and short forms of weekdays."""
    return frozenset(name for names in load_words("calendar")["weekdays"] for name in names)


def full_months() -> tuple[str, ...]:
    """The twelve months, January first."""
    return tuple(names[0] for names in load_words("calendar")["months"])


def full_weekdays() -> tuple[str, ...]:
    """The seven weekdays, Monday first."""
    return tuple(names[0] for names in load_words("calendar")["weekdays"])
