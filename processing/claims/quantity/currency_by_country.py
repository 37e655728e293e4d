"""Whose money a shared currency word means by the country that the sentence names: "640 million crowns" of a Swedish
maker are Swedish."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from processing.claims.document.tokens import Phrases, Words
from processing.measures import currencies
from processing.words import load_words

__all__ = ["currency_of_named_country"]

REACH = 40  # words to either side of the amount that are searched for a country's name


@lru_cache(maxsize=1)
def _named_words() -> frozenset[str]:
    return frozenset(load_words("currencies")["by_country"]["words"])


@lru_cache(maxsize=32)
def _names(codes: tuple[str, ...]) -> Phrases[str]:
    """Names of the countries whose money these ISO 4217 codes are (country, people, capital), with the code."""
    rows: list[tuple[str, str]] = []
    countries: Sequence[Sequence[str]] = tuple(load_words("countries")["countries"].values())
    for code in codes:
        adjectives = currencies()[code].get("adjectives", ())
        named = {name for names in countries if not set(adjectives).isdisjoint(names) for name in names} | set(
            adjectives
        )
        rows += [(name + ending, code) for name in sorted(named) for ending in ("", "'s", "’s")]
    return Phrases(rows, cased=True)


def currency_of_named_country(words: Words, i: int, word: str) -> str | None:
    """The ISO 4217 code that the shared currency word `word` means at word `i`, by the nearest country named there
    whose money is called so.

    None where no such country is named within forty words, and for words that mean one money wherever they stand
    ("dollar", "pound")."""
    if word not in _named_words():
        return None
    names = _names(tuple(load_words("currencies")["shared"][word]))
    near_by = sorted(range(max(0, i - REACH), min(words.size, i + REACH)), key=lambda k: abs(k - i))
    return next((found[0] for found in (names.after(words, k) for k in near_by) if found is not None), None)
