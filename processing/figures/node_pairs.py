"""Facets as nodes, the pairs of them that may be one thing, and how each pair stands beside its rivals.

Claims that show the same and give the same value are one node. Nodes meet only where they share a key (a value, a
counted thing, an event, a measure's role or a name beside it, or a unit that few have); a key that many share is
narrowed, so that the work grows with the number of nodes and not with its square. Nodes are ordered by what they show,
never by when they came, so that any order of arrival gives the same groups.

Each pair is judged twice: first by itself, then beside its rivals: whether each is the other's best match in its
articles, and whether a third number matches both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from processing.figures.barriers import held_apart
from processing.figures.pair_features import read_pair
from processing.figures.read_facets import Facet
from processing.figures.story_view import StoryView
from processing.intervals import typical

__all__ = ["BUCKET", "FLOOR", "Judged", "Node", "judge_nodes", "make_nodes", "relations"]

BUCKET = 80  # nodes of one key that are compared with each other
FLOOR = -5.0  # a first guess below which two nodes are not looked at again
_FEW = 40  # nodes of one unit that all meet


@dataclass(frozen=True, slots=True)
class Node:
    """Facets that need no comparing among themselves; the first one stands for all."""

    facets: tuple[Facet, ...]
    articles: frozenset[str] = field(init=False)  # ids

    def __post_init__(self) -> None:
        object.__setattr__(self, "articles", frozenset(facet.claim.article_id for facet in self.facets))

    @property
    def first(self) -> Facet:
        return self.facets[0]


def _order(facet: Facet) -> tuple[str, str]:
    return (facet.mask, facet.claim.id)


def _signature(facet: Facet, level: int) -> tuple[object, ...]:
    """What makes facets one node: at level 0 all that they show, value and sentence; at 1 without the sentence; at 2
    without the value too."""
    claim, when = facet.claim, facet.occurrence
    shown = (
        facet.unit,
        claim.per,
        facet.aspect,
        facet.thing,
        facet.event,
        facet.role,
        when.past,
        tuple(sorted(when.months)),
        tuple(sorted(when.years)),
        facet.partial,
        tuple(sorted(facet.place)),
        tuple(sorted(facet.anchors)),
        tuple(sorted(facet.side)),
        facet.wide,
    )
    return (*shown, *((claim.low, claim.high) if level < 2 else ()), *((facet.mask,) if level < 1 else ()))


def make_nodes(facets: Iterable[Facet]) -> list[Node]:
    """The nodes of facets; of a thing and event that would have more than BUCKET of them, the coarser ones."""
    kinds: dict[tuple[object, ...], list[Facet]] = defaultdict(list)
    for facet in facets:
        kinds[(facet.thing, facet.event)].append(facet)
    made: list[Node] = []
    for members in kinds.values():
        for level in (0, 1, 2):
            groups: dict[tuple[object, ...], list[Facet]] = defaultdict(list)
            for facet in members:
                groups[_signature(facet, level)].append(facet)
            if len(groups) <= BUCKET:
                break
        made.extend(Node(tuple(sorted(group, key=_order))) for group in groups.values())
    return sorted(made, key=lambda node: _order(node.first))


def _keys(facet: Facet) -> list[tuple[tuple[object, ...], ...]]:
    """The keys of a facet, each as a chain from wide to narrow."""
    unit = (facet.unit, facet.claim.per, facet.aspect)
    value = typical(facet.claim)  # "about 2 million" meets "2 million"
    past = facet.occurrence.past
    chains = [
        (("unit", *unit),),
        (
            ("value", *unit, value),
            ("value", *unit, value, facet.thing),
            ("value", *unit, value, facet.thing, facet.event),
        ),
        (
            ("thing", *unit, facet.thing),
            ("thing", *unit, facet.thing, facet.event),
            ("thing", *unit, facet.thing, facet.event, past),
        ),
        (
            ("event", *unit, facet.event),
            ("event", *unit, facet.event, facet.thing),
            ("event", *unit, facet.event, facet.thing, past),
        ),
        (("mask", facet.mask),),
    ]
    if facet.role is not None:
        chains.append((("role", *unit, facet.role), ("role", *unit, facet.role, facet.thing)))
    chains.extend((("event", *unit, name), ("event", *unit, name, facet.thing)) for name in sorted(facet.like))
    for name in facet.anchors if facet.unit != "count" else ():
        chains.append((("name", *unit, name), ("name", *unit, name, facet.role)))
    return chains  # type: ignore[return-value]


def _candidates(nodes: Sequence[Node]) -> set[tuple[int, int]]:
    """Pairs of nodes that share a key; a key of more than BUCKET nodes is narrowed, and let go where it cannot be."""
    sizes: dict[tuple[object, ...], int] = defaultdict(int)
    chains = [_keys(node.first) for node in nodes]
    for node_chains in chains:
        for key in {key for chain in node_chains for key in chain}:
            sizes[key] += 1
    buckets: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, node_chains in enumerate(chains):
        for chain in node_chains:
            for key in chain:
                if sizes[key] <= (_FEW if key[0] == "unit" else BUCKET):
                    if not buckets[key] or buckets[key][-1] != index:
                        buckets[key].append(index)
                    break
    return {(a, b) for members in buckets.values() for i, a in enumerate(members) for b in members[i + 1 :]}


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair of nodes by their numbers, with the values of its features."""

    a: int
    b: int
    values: list[float]


def judge_nodes(nodes: Sequence[Node], view: StoryView) -> tuple[list[Judged], dict[tuple[int, int], bool]]:
    """The pairs of nodes that may be one thing, with their features; and those that an article itself holds apart
    (True: never one thing, whatever speaks for it)."""
    judged: list[Judged] = []
    bars: dict[tuple[int, int], bool] = {}
    for a, b in sorted(_candidates(nodes)):
        x, y = nodes[a].first, nodes[b].first
        never = held_apart(x, y, view)
        if never is not None:
            bars[(a, b)] = never
            continue
        view.compared += 1
        judged.append(Judged(a, b, read_pair(view.seen[x.claim.id], view.seen[y.claim.id], view)))
    return judged, bars


def relations(
    judged: Sequence[Judged], guesses: Sequence[float], nodes: Sequence[Node]
) -> list[tuple[float, float, float, float]]:
    """How each pair stands beside its rivals (RELATIONS): its first guess; by how much each is ahead of the other
    numbers that the other's articles have to match it with, the worse and the better of the two; and how well a third
    node, of other articles, matches both. All in log odds, -9 to 9."""
    rows: dict[int, dict[int, float]] = defaultdict(dict)
    for pair, guess in zip(judged, guesses, strict=True):
        rows[pair.a][pair.b] = rows[pair.b][pair.a] = guess
    best: dict[int, dict[str, list[tuple[float, int]]]] = {}
    for node, row in rows.items():
        found = best[node] = defaultdict(list)
        for guess, other in sorted(((g, o) for o, g in row.items()), reverse=True):
            for article in nodes[other].articles:
                if len(found[article]) < _RIVALS:
                    found[article].append((guess, other))

    def lead(a: int, b: int) -> float:
        rivals = (
            next((g for g, o in best[a][art] if o != b and nodes[o].first.values != nodes[b].first.values), None)
            for art in nodes[b].articles
        )
        return rows[a][b] - max((g for g in rivals if g is not None), default=-_MOST)

    done = []
    for pair, guess in zip(judged, guesses, strict=True):
        a, b = pair.a, pair.b
        leads = sorted((lead(a, b), lead(b, a)))
        third = -_MOST
        if guess > FLOOR:
            own = nodes[a].articles | nodes[b].articles
            for other in rows[a].keys() & rows[b].keys():
                both = min(rows[a][other], rows[b][other])
                if both > third and not nodes[other].articles & own:
                    third = both
        done.append((guess, _cut(leads[0]), _cut(leads[1]), third))
    return done


_RIVALS, _MOST = 6, 9.0


def _cut(value: float) -> float:
    return min(_MOST, max(-_MOST, value))
