"""Facets into groups that speak of one thing: candidates by shared keys, then average linkage.

Claims that show the same and give the same value are one node. Nodes meet only where they share a key (a value, a
counted thing, an event, a measure's role or a name beside it); a key that many share is narrowed, so that the work
grows with the number of nodes and not with its square. Nodes are ordered by what they show, never by when they came, so
that any order of arrival gives the same groups."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from processing.figures.read_facets import Facet
from processing.figures.similarity import BARRED, TOGETHER, Likeness
from processing.intervals import typical

__all__ = ["BUCKET", "group_facets"]

BUCKET = 80  # nodes of one key that are compared with each other
_BARS = 0.34  # articles that may hold two groups apart, for each node of the smaller one
_HOPE = 0.25  # a score from which on two nodes that have no better match may be one thing
_LEAD = 0.15  # by which the best match must be ahead of the next
_PREFERRED = 0.3  # what being each other's best match adds
_SAMPLE = 4  # facets of a node that are compared for it


@dataclass(frozen=True, slots=True)
class _Node:
    """Facets that need no comparing among themselves; the first few stand for all."""

    facets: tuple[Facet, ...]

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


def _nodes(facets: Iterable[Facet]) -> list[_Node]:
    """The nodes of facets; of a thing and event that would have more than BUCKET of them, the coarser ones."""
    kinds: dict[tuple[object, ...], list[Facet]] = defaultdict(list)
    for facet in facets:
        kinds[(facet.thing, facet.event)].append(facet)
    made: list[_Node] = []
    for members in kinds.values():
        for level in (0, 1, 2):
            groups: dict[tuple[object, ...], list[Facet]] = defaultdict(list)
            for facet in members:
                groups[_signature(facet, level)].append(facet)
            if len(groups) <= BUCKET:
                break
        made.extend(_Node(tuple(sorted(group, key=_order))) for group in groups.values())
    return sorted(made, key=lambda node: _order(node.first))


def _keys(facet: Facet) -> list[tuple[tuple[object, ...], ...]]:
    """The keys of a facet, each as a chain from wide to narrow."""
    unit = (facet.unit, facet.claim.per, facet.aspect)
    value = typical(facet.claim)  # "about 2 million" meets "2 million"
    past = facet.occurrence.past
    chains = [
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


def _candidates(nodes: Sequence[_Node]) -> set[tuple[int, int]]:
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
                if sizes[key] <= BUCKET:
                    if not buckets[key] or buckets[key][-1] != index:
                        buckets[key].append(index)
                    break
    return {(a, b) for members in buckets.values() for i, a in enumerate(members) for b in members[i + 1 :]}


def group_facets(facets: Sequence[Facet], likeness: Likeness) -> list[list[Facet]]:
    """Groups of facets, each of claims that speak of one thing; a facet like no other is a group by itself.
    Deterministic."""
    groups: list[list[Facet]] = []
    by_unit: dict[tuple[str, str | None, str], list[Facet]] = defaultdict(list)
    for facet in facets:
        by_unit[(facet.unit, facet.claim.per, facet.aspect)].append(facet)
    for _, members in sorted(by_unit.items(), key=lambda item: tuple(map(str, item[0]))):
        groups.extend(_link(_nodes(members), likeness))
    return groups


def _compare(a: _Node, b: _Node, likeness: Likeness) -> tuple[float, int]:
    """Mean score of the first few facets of two nodes, and whether (1 or 0) an article holds the two apart."""
    pairs = [likeness.score(x, y) for x in a.facets[:_SAMPLE] for y in b.facets[:_SAMPLE]]
    return sum(pairs) / len(pairs), int(BARRED in pairs)


def _matches(
    score: Mapping[int, Mapping[int, float]], articles: Mapping[int, set[str]]
) -> dict[int, dict[str, list[tuple[float, int]]]]:
    """What each article has to match a group with: (score, other group), the best first."""
    found: dict[int, dict[str, list[tuple[float, int]]]] = {}
    for group, row in score.items():
        by_article = found[group] = defaultdict(list)
        for s, other in sorted(((s, other) for other, s in row.items()), reverse=True):
            for article in articles[other]:
                by_article[article].append((s, other))
    return found


def _prefer(nodes: Sequence[_Node], score: dict[int, dict[int, float]]) -> None:
    """Raises the pairs of two articles that are each other's best match there by far: what else would the other number
    be of?

    Numbers that the best match is likely one with do not count as rivals."""
    articles = {i: {facet.claim.article_id for facet in node.facets} for i, node in enumerate(nodes)}
    matches = _matches(score, articles)

    def lead(a: int, b: int) -> float:
        """How far `b` is ahead of the other nodes of its articles as a match for `a`."""
        rivals = (
            next((s for s, c in matches[a][article] if c != b and score[b].get(c, 0.0) < TOGETHER), None)
            for article in articles[b]
        )
        return score[a][b] - max((s for s in rivals if s is not None), default=0.0)

    raised = [
        (a, b)
        for a, row in score.items()
        for b, s in row.items()
        if a < b and _HOPE <= s < TOGETHER and not articles[a] & articles[b] and min(lead(a, b), lead(b, a)) >= _LEAD
    ]
    for a, b in raised:
        score[a][b] = score[b][a] = score[a][b] + _PREFERRED


@dataclass(slots=True)
class _Linkage:
    """Groups of nodes that are joined step by step: the mean score of each pair of groups, and how many articles hold
    the two apart."""

    nodes: Sequence[_Node]
    members: dict[int, list[int]]
    score: dict[int, dict[int, float]]
    bars: dict[int, dict[int, int]]

    def barred(self, a: int, b: int) -> bool:
        """Whether too many articles hold two groups apart."""
        return self.bars[a].get(b, 0) > _BARS * min(len(self.members[a]), len(self.members[b]))

    def join(self, a: int, b: int) -> int:
        """Makes one group of two, by the number of the new one."""
        joined = max(self.members) + 1
        size_a, size_b = len(self.members[a]), len(self.members[b])
        self.members[joined] = self.members.pop(a) + self.members.pop(b)
        row_a, row_b, bars_a, bars_b = self.score.pop(a), self.score.pop(b), self.bars.pop(a), self.bars.pop(b)
        self.score[joined], self.bars[joined] = {}, {}
        for other in sorted((set(row_a) | set(row_b)) - {a, b}):
            for old in (a, b):
                self.score[other].pop(old, None)
                self.bars[other].pop(old, None)
            self.score[joined][other] = self.score[other][joined] = (
                row_a.get(other, 0.0) * size_a + row_b.get(other, 0.0) * size_b
            ) / (size_a + size_b)
            self.bars[joined][other] = self.bars[other][joined] = bars_a.get(other, 0) + bars_b.get(other, 0)
        return joined

    def articles(self, group: int) -> set[str]:
        return {facet.claim.article_id for i in self.members[group] for facet in self.nodes[i].facets}


def _link(nodes: Sequence[_Node], likeness: Likeness) -> list[list[Facet]]:
    """Average linkage: the likest two groups are joined first, as long as their members' mean score is high enough and
    not too many articles hold them apart; then those that are each other's best match by far."""
    score: dict[int, dict[int, float]] = {i: {} for i in range(len(nodes))}
    bars: dict[int, dict[int, int]] = {i: {} for i in range(len(nodes))}
    for a, b in sorted(_candidates(nodes)):
        score[a][b], bars[a][b] = _compare(nodes[a], nodes[b], likeness)
        score[b][a], bars[b][a] = score[a][b], bars[a][b]
    _prefer(nodes, score)
    linkage = _Linkage(nodes, {i: [i] for i in range(len(nodes))}, score, bars)
    heap = [(-s, a, b) for a, row in score.items() for b, s in row.items() if a < b and s >= TOGETHER]
    heapq.heapify(heap)
    while heap:
        _, a, b = heapq.heappop(heap)
        if a not in linkage.members or b not in linkage.members or linkage.barred(a, b):
            continue
        joined = linkage.join(a, b)
        for other, mean in linkage.score[joined].items():
            if mean >= TOGETHER:
                heapq.heappush(heap, (-mean, min(joined, other), max(joined, other)))
    _join_best(linkage)
    return [
        [facet for i in sorted(rows) for facet in nodes[i].facets]
        for _, rows in sorted(linkage.members.items(), key=lambda item: min(item[1]))
    ]


def _join_best(linkage: _Linkage) -> None:
    """Joins groups of different articles that are each other's best match by far, round by round until none is left."""
    while pairs := _best_pairs(linkage):
        done: set[int] = set()
        for _, a, b in pairs:
            if not done & {a, b}:
                done |= {a, b}
                linkage.join(a, b)


def _best_pairs(linkage: _Linkage) -> list[tuple[float, int, int]]:
    """(negative mean score, group, group) of the pairs that are each other's best match, the likest first."""
    articles = {group: linkage.articles(group) for group in linkage.members}
    matches = _matches(linkage.score, articles)

    def leads(a: int, b: int) -> bool:
        """Whether `b` is far ahead of all that its articles have to match `a` with."""
        least = linkage.score[a][b] - _LEAD
        return least >= 0 and all(s <= least or c == b for article in articles[b] for s, c in matches[a][article][:2])

    return sorted(
        (-s, a, b)
        for a, row in linkage.score.items()
        for b, s in row.items()
        if a < b
        and s >= _HOPE
        and not articles[a] & articles[b]
        and not linkage.barred(a, b)
        and leads(a, b)
        and leads(b, a)
    )
