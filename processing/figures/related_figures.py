"""How figures of one story hang together: parts of a whole, and one thing in several units."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from processing.figures.barriers import held_apart
from processing.figures.lexicon import Lexicon
from processing.figures.matcher import matcher
from processing.figures.pair_features import read_pair
from processing.figures.read_facets import Facet
from processing.figures.story_view import StoryView
from processing.intervals import typical
from processing.measures import convert
from schemas.records import Figure, digest_id

__all__ = ["link_figures"]

Made = tuple[Figure, Sequence[Facet]]
_FEW = 12  # figures of one dimension and event, or name, that are compared across units


def link_figures(made: Sequence[Made], view: StoryView, lists: Lexicon) -> list[Figure]:
    """The figures with `part_of` and `same_thing`: by what the claims say of each other, by the lexicon, and by
    conversion."""
    figure_of = {facet.claim.id: figure.id for figure, group in made for facet in group}
    wholes: dict[tuple[str, str, bool], list[tuple[int, str]]] = defaultdict(list)
    for figure, group in made:
        if figure.unit == "count" and figure.event and not _specific(group, lists):
            wholes[(figure.event[0], _occasion(group), figure.background)].append((-len(group), figure.id))
    shared = _same_things(made, figure_of, view)
    groups = {figure.id: group for figure, group in made}
    linked = []
    for figure, group in made:
        parent = _most(figure_of.get(f.claim.part_of or "") for f in group) or _whole(figure, group, wholes, lists)
        if parent is not None and not _may_hold(group, groups[parent], lists):
            parent = None
        linked.append(
            replace(figure, part_of=parent if parent != figure.id else None, same_thing=shared.get(figure.id))
        )
    return linked


def _most(values: Iterable[str | None]) -> str | None:
    counts = Counter(v for v in values if v)
    return min(counts, key=lambda v: (-counts[v], v)) if counts else None


def _may_hold(part: Sequence[Facet], whole: Sequence[Facet], lists: Lexicon) -> bool:
    """Whether what a part counts may be among what the whole counts: children among people, not among schools. A noun
    that was left out may be any."""
    first, second = (
        lists.events.get(_most(f.event for f in part) or ""),
        lists.events.get(_most(f.event for f in whole) or ""),
    )
    if first and second and first is not second and first.harm and second.harm and first.part_of != second.name:
        return False  # the hurt are not among the dead
    heads, own = {f.head for f in whole}, {f.head for f in part}
    if None in heads or None in own or heads & own:
        return True
    inner, outer = (
        lists.things.get(_most(f.thing for f in part) or ""),
        lists.things.get(_most(f.thing for f in whole) or ""),
    )
    return (
        inner is not None
        and outer is not None
        and (
            inner is outer
            or inner.part_of == outer.name
            or (inner.part_of is not None and inner.part_of == outer.part_of)
        )
    )


def _specific(group: Sequence[Facet], lists: Lexicon) -> bool:
    thing = lists.things.get(_most(f.thing for f in group) or "")
    return thing is not None and thing.specific


def _occasion(group: Sequence[Facet]) -> str:
    months = sorted({m for f in group for m in f.occurrence.months})
    years = sorted({str(y) for f in group for y in f.occurrence.years})
    return (months or years or [""])[0]


def _whole(
    figure: Figure,
    group: Sequence[Facet],
    wholes: Mapping[tuple[str, str, bool], list[tuple[int, str]]],
    lists: Lexicon,
) -> str | None:
    """The figure that can never be smaller: people killed for children killed, casualties for people killed."""
    if figure.unit != "count" or not figure.event or figure.event[0] not in lists.events:
        return None
    event = figure.event[0]
    if not lists.events[event].harm:
        return None
    wanted = event if _specific(group, lists) else lists.events[event].part_of
    found = wholes.get((wanted or "", _occasion(group), figure.background), [])
    return min(found)[1] if found else None


def _same_things(made: Sequence[Made], figure_of: Mapping[str, str], view: StoryView) -> dict[str, str]:
    """figure id -> key of the figures that are one thing in several units."""
    leader = {figure.id: figure.id for figure, _ in made}

    def top(id: str) -> str:
        while leader[id] != id:
            id = leader[id]
        return id

    units = {figure.id: figure.unit for figure, _ in made}
    stated = [(figure.id, figure_of.get(f.claim.same_as or "")) for figure, group in made for f in group]
    for id, other in [*stated, *_alike(made, view)]:
        if other is not None and units[other] != units[id] and top(id) != top(other):
            low, high = sorted((top(id), top(other)))
            leader[high] = low
    sets: dict[str, list[str]] = defaultdict(list)
    for id in leader:
        sets[top(id)].append(id)
    return {id: digest_id("same", key) for key, ids in sets.items() if len(ids) > 1 for id in ids}


def _alike(made: Sequence[Made], view: StoryView) -> list[tuple[str, str]]:
    """Pairs of figures in two units that speak of one thing: converted measures, and amounts of money by all but their
    value."""
    buckets: dict[tuple[str, str, str], list[Made]] = defaultdict(list)
    for figure, group in made:
        first = group[0]
        if first.dimension in ("count", "share", "magnitude", "times", first.unit):
            continue
        keys = {("event", e) for e in figure.event} | {("name", n) for f in group for n in f.anchors}
        for kind, key in sorted(keys):
            buckets[(first.dimension, kind, key)].append((figure, group))
    pairs = set()
    for members in buckets.values():
        if len(members) <= _FEW:
            for i, (figure, group) in enumerate(members):
                for other, others in members[i + 1 :]:
                    if figure.unit != other.unit and _in_one_unit(group, others, view) >= 0:
                        pairs.add((figure.id, other.id))
    return sorted(pairs)


def _in_one_unit(group: Sequence[Facet], others: Sequence[Facet], view: StoryView) -> float:
    """Mean first guess (log odds) of the first facets of two figures, the second's in the first's unit; of money
    without its value."""
    unit, model = group[0].unit, matcher()
    guesses = []
    for a in group[:3]:
        for b in others[:3]:
            moved = _moved(b, unit)
            if moved is not None:
                other = replace(view.seen[b.claim.id], facet=moved, value=typical(moved.claim))
                values = read_pair(view.seen[a.claim.id], other, view)
                guesses.append(-9.0 if held_apart(a, moved, view) else model.part(values).guess(values))
    return sum(guesses) / len(guesses) if guesses else -1.0


def _moved(facet: Facet, unit: str) -> Facet | None:
    """A facet in another unit; of money without its value, as there is no rate without a day."""
    claim = facet.claim
    if facet.dimension == "money":
        return replace(
            facet, unit=unit, claim=replace(claim, unit=unit, low=None, high=None, approx="vague", last_digit=None)
        )
    low = None if claim.low is None else convert(claim.low, facet.unit, unit)
    high = None if claim.high is None else convert(claim.high, facet.unit, unit)
    if (claim.low is not None and low is None) or (claim.high is not None and high is None):
        return None
    # what was rounded in one unit is no round number in the other
    if low is not None and low == high:
        low, high = low * 0.95, low * 1.05
    return replace(
        facet, unit=unit, claim=replace(claim, unit=unit, low=low, high=high, approx="range", last_digit=None)
    )
