"""How far a number reaches: the places within a story that are only a part of where it plays."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from processing.figures.lexicon import Lexicon, stem
from processing.figures.read_facets import Facet
from processing.intervals import apart, typical

__all__ = ["minor_places", "narrowed_things", "scope_of", "stated_place", "widened_events", "wider"]

_LOCAL = re.compile(
    r"\balone\b|\bof (?:the|these|those|them|whom)\b"
    r"|\bin the (?:[\w-]+ "
    r")?(?:city|town|village|district|province|county|state|region|department|municipality|suburb|port) of\b",
    re.IGNORECASE,
)

# "Belton province counts 14 deaths"
_REGION = re.compile(
    r"(?:The )?((?!The )(?:[A-Z][\w'’-]+ ?){1,3}) "
    r"?(?:province|district|county|region|state|department|municipality|prefecture)\b"
)


def stated_place(facet: Facet) -> frozenset[str]:
    """The stems of the place's name, where the number's own sentence names it; a place that the article lent says
    nothing of the number's scope."""
    if facet.place:
        return facet.place if facet.place <= facet.names else frozenset()
    found = _REGION.match(facet.claim.sentence)
    return frozenset(stem(word) for word in found.group(1).split()) if found else frozenset()


def minor_places(facets: Sequence[Facet], lists: Lexicon) -> frozenset[str]:
    """Names of places that hold only some of those harmed, or of a crowd: articles give a smaller number for them
    beside a larger one."""
    by_article: dict[tuple[str, str, str], list[Facet]] = defaultdict(list)
    for facet in facets:
        event = lists.events.get(facet.event or "")
        if (
            event is not None
            and (event.harm or event.crowd)
            and facet.unit == "count"
            and facet.aspect == "level"
            and not facet.occurrence.past
        ):
            by_article[(facet.claim.article_id, event.name, _specific(facet, lists))].append(facet)
    votes: Counter[str] = Counter()
    for told in by_article.values():
        for a, b in combinations(told, 2):
            votes.update(_votes(a, b))
    return frozenset(name for name, sum in votes.items() if sum > 0)


def _specific(facet: Facet, lists: Lexicon) -> str:
    """The class that narrows what is counted ("child"); empty for people at large."""
    thing = lists.things.get(facet.thing or "")
    return thing.name if thing is not None and thing.specific else ""


def narrowed_things(facets: Sequence[Facet], lists: Lexicon) -> frozenset[tuple[str, str]]:
    """(event, class of people) that the story tells apart from people at large or from other people: an article counts
    both.

    Where none does, "workers", "students" and "people" are the words of several outlets for the same.
    """
    told: dict[tuple[str, str], list[Facet]] = defaultdict(list)
    found: set[tuple[str, str]] = set()
    for facet in facets:
        thing = lists.things.get(facet.thing or "")
        if (
            thing is None
            or "person" not in (thing.name, thing.part_of)
            or facet.event is None
            or facet.unit != "count"
            or facet.occurrence.past
        ):
            continue
        told[(facet.claim.article_id, facet.event)].append(facet)
    for (_, event), members in told.items():
        for a, b in combinations(members, 2):
            if a.thing != b.thing and a.origin == b.origin and apart(a.claim, b.claim):
                found |= {(event, name) for name in (a.thing, b.thing) if name is not None}
    return frozenset(found)


def widened_events(facets: Sequence[Facet]) -> frozenset[str]:
    """The events that one article counts both here and, higher, in the whole country or world."""
    by_article: dict[tuple[str, str, str], list[Facet]] = defaultdict(list)
    for facet in facets:
        if facet.event is not None and not facet.occurrence.past:
            by_article[(facet.claim.article_id, facet.event, facet.unit)].append(facet)
    found = set()
    for (_, event, _), told in by_article.items():
        here = [value for f in told if not f.wide and (value := typical(f.claim)) is not None]
        beyond = [value for f in told if f.wide and (value := typical(f.claim)) is not None]
        if here and beyond and max(beyond) > max(here):
            found.add(event)
    return frozenset(found)


def _votes(a: Facet, b: Facet) -> dict[str, int]:
    """Of two numbers of one article: the names that only the smaller one has count as minor, those that only the larger
    one has as major."""
    first, second = typical(a.claim), typical(b.claim)
    if first is None or second is None or first == second or not apart(a.claim, b.claim):
        return {}
    small, large = (a, b) if first < second else (b, a)
    here, there = stated_place(small), stated_place(large)
    if (
        not here
        or here & there
        or not (there or _LOCAL.search(small.claim.sentence) or _REGION.match(small.claim.sentence))
    ):
        return {}
    return {**dict.fromkeys(here, 1), **dict.fromkeys(there, -1)}


def scope_of(place: Iterable[str], minor: frozenset[str]) -> frozenset[str]:
    """The minor places among the names of a place; empty where the number is of the whole."""
    return frozenset(place) & minor


def wider(a: Facet, b: Facet) -> bool:
    """Whether the larger of two numbers alone is of the whole country or world."""
    wide, narrow = (a, b) if a.wide else (b, a)
    return wide.wide and not narrow.wide and (typical(wide.claim) or 0) > (typical(narrow.claim) or 0)
