"""What a story as a whole tells of its numbers: its country, its quake, the things of which each article gives one
number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from processing.figures.lexicon import Lexicon
from processing.figures.read_facets import Facet

__all__ = ["main_land", "main_shock", "money_key", "single_things", "thing_key"]


def main_land(facets: Sequence[Facet], groups: Mapping[str, str]) -> str | None:
    """The country that at least half of the articles that name any give as a place; None where there is none such."""
    where: dict[str, set[str]] = {}
    articles = set()
    for facet in facets:
        article = groups.get(facet.claim.article_id, facet.claim.article_id)
        if not facet.occurrence.past and facet.lands:
            articles.add(article)
            for land in facet.lands:
                where.setdefault(land, set()).add(article)
    best = max(sorted(where), key=lambda land: len(where[land]), default=None)
    return best if best is not None and len(where[best]) * 2 >= len(articles) else None


def main_shock(facets: Sequence[Facet]) -> tuple[float | None, frozenset[str]]:
    """The magnitude that most articles give, and those articles."""
    given: dict[float, set[str]] = {}
    for facet in facets:
        if (
            facet.unit == "magnitude"
            and facet.event == "quake"
            and not facet.occurrence.past
            and facet.claim.low is not None
        ):
            given.setdefault(facet.claim.low, set()).add(facet.claim.article_id)
    best = max(sorted(given), key=lambda value: len(given[value]), default=None)
    return (None, frozenset()) if best is None else (best, frozenset(given[best]))


def single_things(facets: Sequence[Facet], lists: Lexicon) -> frozenset[tuple[str, str, str]]:
    """The things, other than people at large, and events of money, of which every article gives one number at most: two
    articles mean the same.

    Things are told apart by whether they were harmed; parts and earlier events do not count."""
    values: dict[tuple[str, str, str], dict[str, set[tuple[float | None, float | None]]]] = {}
    for facet in facets:
        if facet.occurrence.past or facet.partial:
            continue
        for key in filter(None, (thing_key(facet, lists), money_key(facet))):
            values.setdefault((facet.unit, facet.aspect, key), {}).setdefault(facet.claim.article_id, set()).add(
                facet.values
            )
    return frozenset(key for key, articles in values.items() if all(len(found) == 1 for found in articles.values()))


def thing_key(facet: Facet, lists: Lexicon) -> str | None:
    """The thing of a number, told apart by harm; None of people at large."""
    event = lists.events.get(facet.event or "")
    if facet.thing is None or facet.thing == "person":
        return None
    return f"{facet.thing} {event.name}" if event is not None and event.harm else facet.thing


def money_key(facet: Facet) -> str | None:
    """The event of an amount of money; None of all else."""
    return f"event {facet.event}" if facet.event is not None and facet.dimension == "money" else None
