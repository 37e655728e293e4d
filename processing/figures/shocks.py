"""Which quake a number is of, in a story that tells of several."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from processing.figures.read_facets import Facet
from processing.intervals import typical

__all__ = ["Shocks", "read_shocks"]

_FAR = 1.0  # magnitudes that lie so far apart are of two quakes; agencies measure one within some tenths
_OTHER = 0.7  # likewise of the quakes that two distances are told of
_MEASURES = ("length", "time")
_BOTH = re.compile(
    r"\b(\d\.\d)(?:[- ]magnitude)? and (?:a |of )?(\d\.\d)[^.,;]{0,20}\b(?:earth)?(?:quake|shock|tremor|temblor)s\b"
    r"|\b(?:earth)?(?:quake|shock|tremor|temblor)s\b[^.;]{0,40}?\b(\d\.\d) and (?:a |of )?(\d\.\d)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shocks:
    """`pairs`: magnitudes that an article gives two quakes in one breath ("the 7.6 and 7.5 magnitude quakes"), the
    larger first; `first`: the first magnitude of each article, by its id, that is of no earlier quake."""

    pairs: frozenset[tuple[float, float]] = frozenset()
    first: Mapping[str, float] = field(default_factory=dict)

    def differ(self, a: Facet, b: Facet) -> bool:
        """Whether two magnitudes, or two distances or times, are of two quakes. False where nothing tells."""
        if a.unit == b.unit == "magnitude":
            return self._two_magnitudes(a, b)
        if a.dimension not in _MEASURES or a.dimension != b.dimension:
            return False
        one, two = self._of(a), self._of(b)
        return one is not None and two is not None and abs(one - two) >= _OTHER

    def _of(self, facet: Facet) -> float | None:
        """The magnitude of the quake that a number is told of: its sentence's, else its article's first."""
        return facet.shock if facet.shock is not None else self.first.get(facet.claim.article_id)

    def _two_magnitudes(self, a: Facet, b: Facet) -> bool:
        x, y = typical(a.claim) or 0.0, typical(b.claim) or 0.0
        if a.event != b.event or abs(x - y) >= _FAR:
            return True  # one is an aftershock's, or the weaker is another quake's
        sides = ((_nearer(x, pair), _nearer(y, pair)) for pair in self.pairs)
        return any(one is not None and two is not None and one != two for one, two in sides)


def _nearer(value: float, pair: tuple[float, float]) -> int | None:
    """Which of two quakes a magnitude is nearer to; None in the middle."""
    one, two = (round(abs(value - of), 3) for of in pair)
    return None if one == two else int(two < one)


def read_shocks(facets: Sequence[Facet]) -> Shocks:
    """The quakes of a story, from facets in the order of their articles."""
    pairs: set[tuple[float, float]] = set()
    first: dict[str, float] = {}
    for facet in facets:
        if facet.unit != "magnitude" or facet.event != "quake" or facet.occurrence.past:
            continue
        claim = facet.claim
        for found in _BOTH.finditer(claim.sentence):
            one, two = sorted(float(group) for group in found.groups() if group)
            if one < two:
                pairs.add((two, one))
        if claim.low is not None:
            first.setdefault(claim.article_id, claim.low)
    return Shocks(frozenset(pairs), first)
