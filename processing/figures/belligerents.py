"""Whose people or arms a number counts: "Oskan soldiers", "38 of its servicemen", "Varnia lost 100 men"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from processing.figures.lexicon import Lexicon, stem
from processing.figures.sentences import DAYS, MONTHS
from schemas.records import Claim

if TYPE_CHECKING:
    from processing.figures.read_facets import Facet

__all__ = ["one_side", "side_of", "sided_events"]

_OWN = re.compile(
    r"\b(?:its|their|his|her|our)(?: own)? (?:[a-z-]+ "
    r")?(?:losses|casualties|ranks?|dead|side|forces|soldiers|troops|men|servicemen|fighters|units)\b"
    r"|\b(?:acknowledg|admitt?|conced|confirm)\w* (?:to )?(?:the )?(?:death|loss|killing|capture)s? of\b"
)
_LOST = re.compile(
    r"\b([A-Z][\w-]+)(?:['’]s?)?(?: [a-z]+)?(?: (?:had|has|have|may have|might have))?(?: "
    r"(?:probably|already|likely|also|so far|now))?"
    r" (?:lost|suffered|lose|loses) (?:[\w ]+ )?$"
)
_DATES = frozenset(DAYS) | frozenset(MONTHS)
_LEAST = 3  # letters of a name
_ALIKE = 4  # first letters that the words for a country and its people have in common


def side_of(claim: Claim, lists: Lexicon) -> frozenset[str]:
    """The names, as stems, of whose people or arms a claim counts; empty where the sentence does not tell."""
    named = frozenset(
        stem(word)
        for word in re.findall(r"[A-Z][\w-]+", claim.what or "")
        if len(word) >= _LEAST and word.lower() not in lists.empty | _DATES
    )
    if named:
        return named
    start = claim.start - claim.sentence_start
    lost = _LOST.search(claim.sentence[:start])
    if lost is not None and lost[1].lower() not in ("it", "they", "he", "she", "the", "both"):
        return frozenset({stem(lost[1])})
    around = claim.sentence[max(0, start - 60) : claim.end - claim.sentence_start + 30]
    return _speaker(claim, lists) if _OWN.search(around) else frozenset()


def _speaker(claim: Claim, lists: Lexicon) -> frozenset[str]:
    """The names of the source, without the words of bodies and offices."""
    ids = (claim.source_id,) if isinstance(claim.source_id, str) else claim.source_id or ()
    words = {word for id in ids if not id.startswith("outlet:") for word in id.split("-")}
    return frozenset(stem(word) for word in words if word not in lists.bodies and len(word) >= _LEAST)


def one_side(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether two sides are one: two of their names begin alike ("osk", "oskan")."""
    return any(x[:_ALIKE] == y[:_ALIKE] or x.startswith(y) or y.startswith(x) for x in a for y in b)


def sided_events(facets: Iterable[Facet]) -> frozenset[str]:
    """The events of which a story counts the people or arms of two sides."""
    sides: dict[str, set[frozenset[str]]] = defaultdict(set)
    for facet in facets:
        if facet.side and facet.event is not None:
            sides[facet.event].add(facet.side)
    return frozenset(event for event, told in sides.items() if _two(told))


def _two(told: Iterable[frozenset[str]]) -> bool:
    first, *others = sorted(told, key=sorted)
    return any(not one_side(first, other) for other in others)
