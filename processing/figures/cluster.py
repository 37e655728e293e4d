"""Facets into groups that speak of one thing: the matcher's word on each pair, average linkage, then the strays, which
are the one other number among many that agree."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from processing.figures.matcher import Matcher, matcher
from processing.figures.node_pairs import FLOOR, Judged, Node, judge_nodes, make_nodes, relations
from processing.figures.pair_features import FEATURES
from processing.figures.read_facets import Facet
from processing.figures.story_view import StoryView

__all__ = ["Linkage", "PairScores", "group_facets", "take_strays"]

_BARS = 0.34  # articles that may hold two groups apart, for each node of the smaller one
_UNSEEN = (
    0.2  # probability of a pair that was not looked at, for it has nothing in common; set on held-out kinds of train
)
_STRAY = 0.15  # mean probability from which on the one other number belongs to a group that agrees
_AGREE = 0.6  # part of a group's claims that state one number
_CROWD, _FEW = 3, 2  # articles that the group has at least, and the stray at most


@dataclass(frozen=True, slots=True)
class PairScores:
    """What the matcher says of the pairs of some nodes. `likely`: probability, by pair both ways; `values`: features
    of each pair (a < b); `never`, `held`: pairs that can never be one, and those that an article holds apart."""

    likely: dict[int, dict[int, float]]
    values: dict[tuple[int, int], list[float]]
    never: set[tuple[int, int]]
    held: set[tuple[int, int]]


_RULES = next(i for i, f in enumerate(FEATURES) if f.name == "rules")
_ALIKE, _AT_LEAST, _GAIN = 0.4, 0.05, 0.3  # set on bench/events/dev and the real events of the evaluation data


def _backed(likely: float, values: Sequence[float], model: Matcher) -> float:
    """A probability that the rules of similarity.py back: they know the kinds of event that their word lists know, the
    model the others. A pair that the rules hold to be alike (a score of `_ALIKE`), and that the model does not hold to
    be unlikely, is taken together. What they bar is not barred: a number that is ten times another is two things to
    them, and a slip to a desk."""
    if values[_RULES] < _ALIKE or likely < _AT_LEAST:
        return likely
    return max(likely, model.together + _GAIN * (values[_RULES] - _ALIKE))


def _score(nodes: Sequence[Node], view: StoryView, model: Matcher) -> PairScores:
    judged, bars = judge_nodes(nodes, view)
    guesses = [model.part(pair.values).guess(pair.values) for pair in judged]
    score: dict[int, dict[int, float]] = {i: {} for i in range(len(nodes))}
    looked_at: tuple[list[tuple[Judged, list[float]]], ...] = ([], [])  # pairs that meet, pairs that are apart
    for pair, related in zip(judged, relations(judged, guesses, nodes), strict=True):
        score[pair.a][pair.b] = score[pair.b][pair.a] = 0.0
        if related[0] > FLOOR:
            looked_at[bool(pair.values[0])].append((pair, [*pair.values, *related]))
    for part, pairs in zip((model.meet, model.apart), looked_at, strict=True):
        for (pair, _), found in zip(pairs, part.probabilities([row for _, row in pairs]), strict=True):
            likely = _backed(found - model.doubt * pair.values[0], pair.values, model)
            score[pair.a][pair.b] = score[pair.b][pair.a] = likely
    for a, b in bars:
        score[a][b] = score[b][a] = 0.0
    never = {pair for pair, found in bars.items() if found}
    return PairScores(score, {(p.a, p.b): p.values for p in judged}, never, bars.keys() - never)


def group_facets(facets: Sequence[Facet], view: StoryView) -> list[list[Facet]]:
    """Groups of facets, each of claims that speak of one thing; a facet like no other is a group by itself.
    Deterministic."""
    groups: list[list[Facet]] = []
    by_unit: dict[tuple[str, str | None, str], list[Facet]] = defaultdict(list)
    for facet in facets:
        by_unit[(facet.unit, facet.claim.per, facet.aspect)].append(facet)
    for _, members in sorted(by_unit.items(), key=lambda item: tuple(map(str, item[0]))):
        groups.extend(_link(make_nodes(members), view, matcher()))
    return groups


@dataclass(slots=True)
class Linkage:
    """Groups of nodes that are joined step by step: the probability of each pair of groups over the pairs that were
    judged (sum, number), and how many articles hold the two apart."""

    members: dict[int, list[int]]
    score: dict[int, dict[int, tuple[float, int]]]
    bars: dict[int, dict[int, float]]

    def barred(self, a: int, b: int) -> bool:
        """Whether too many articles hold two groups apart."""
        return self.bars[a].get(b, 0) > _BARS * min(len(self.members[a]), len(self.members[b]))

    def likely(self, a: int, b: int) -> float:
        """The mean probability of all pairs of two groups. Two numbers that were not compared speak against it: else a
        group would take in what is like one of its members alone."""
        total, judged = self.score[a][b]
        pairs = len(self.members[a]) * len(self.members[b])
        return (total + _UNSEEN * (pairs - judged)) / pairs

    def join(self, a: int, b: int) -> int:
        """Makes one group of two, by the number of the new one."""
        joined = max(self.members) + 1
        self.members[joined] = self.members.pop(a) + self.members.pop(b)
        rows = (self.score.pop(a), self.score.pop(b))
        bars = (self.bars.pop(a), self.bars.pop(b))
        self.score[joined], self.bars[joined] = {}, {}
        for other in sorted((set(rows[0]) | set(rows[1]) | set(bars[0]) | set(bars[1])) - {a, b}):
            for old in (a, b):
                self.score[other].pop(old, None)
                self.bars[other].pop(old, None)
            first, second = rows[0].get(other, (0.0, 0)), rows[1].get(other, (0.0, 0))
            mean = (first[0] + second[0], first[1] + second[1])
            held = bars[0].get(other, 0) + bars[1].get(other, 0)
            if mean[1]:
                self.score[joined][other] = self.score[other][joined] = mean
            if held:
                self.bars[joined][other] = self.bars[other][joined] = held
        return joined


def _link(nodes: Sequence[Node], view: StoryView, model: Matcher) -> list[list[Facet]]:
    """Average linkage: the likest two groups are joined first, as long as their members' mean probability is high
    enough and not too many articles hold them apart."""
    scores = _score(nodes, view, model)
    score = scores.likely
    linkage = Linkage(
        {i: [i] for i in range(len(nodes))},
        {a: {b: (s, 1) for b, s in row.items()} for a, row in score.items()},
        {i: {} for i in range(len(nodes))},
    )
    for pairs, weight in ((scores.never, float("inf")), (scores.held, 1.0)):
        for a, b in pairs:
            linkage.bars[a][b] = linkage.bars[b][a] = weight
    heap = [(-s, a, b) for a, row in score.items() for b, s in row.items() if a < b and s >= model.together]
    heapq.heapify(heap)
    while heap:
        _, a, b = heapq.heappop(heap)
        if a not in linkage.members or b not in linkage.members or linkage.barred(a, b):
            continue
        joined = linkage.join(a, b)
        for other in linkage.score[joined]:
            if (likely := linkage.likely(joined, other)) >= model.together:
                heapq.heappush(heap, (-likely, min(joined, other), max(joined, other)))
    groups = [sorted(rows) for _, rows in sorted(linkage.members.items(), key=lambda item: min(item[1]))]
    groups = take_strays(groups, nodes, scores)
    for rows in groups:
        _note_fits(rows, nodes, scores, view, model)
    return [[facet for i in rows for facet in nodes[i].facets] for rows in groups]


def take_strays(groups: Sequence[list[int]], nodes: Sequence[Node], scores: PairScores) -> list[list[int]]:
    """Groups of one or two articles that give another number of what many articles agree on, and that lack that number
    themselves, join them: "recovered 12 rifles" beside nine articles of seven. The likest first."""
    articles = [frozenset(a for i in rows for a in nodes[i].articles) for rows in groups]
    crowds = [b for b in range(len(groups)) if len(articles[b]) >= _CROWD and _agrees(groups[b], nodes)]
    found: list[tuple[float, int, int]] = []
    for a, rows in enumerate(groups):
        if len(articles[a]) > _FEW:
            continue
        likely = [
            (mean, -b)
            for b in crowds
            if b != a and 2 * len(articles[a]) <= len(articles[b]) and not articles[a] & articles[b]
            for mean in _means(rows, groups[b], nodes, scores)
        ]
        if likely and max(likely)[0] >= _STRAY:
            mean, b = max(likely)
            found.append((-mean, a, -b))
    joined = [list(rows) for rows in groups]
    where = list(articles)
    for _, a, b in sorted(found):
        if not where[a] & where[b]:
            joined[b] += joined[a]
            where[b] |= where[a]
            joined[a] = []
    return [sorted(rows) for rows in joined if rows]


def _agrees(rows: Sequence[int], nodes: Sequence[Node]) -> bool:
    values = Counter(facet.values for i in rows for facet in nodes[i].facets)
    return values.most_common(1)[0][1] >= _AGREE * values.total()


def _means(rows: Sequence[int], others: Sequence[int], nodes: Sequence[Node], scores: PairScores) -> Iterator[float]:
    """The mean probability of the pairs of two groups, where they count one kind of thing, most of their pairs were
    looked at and none can never be."""
    first = nodes[rows[0]].first
    if first.head is None or all(
        first.head != nodes[j].first.head and first.thing != nodes[j].first.thing for j in others
    ):
        return
    pairs = [(min(i, j), max(i, j)) for i in rows for j in others]
    known = [scores.likely[i][j] for i, j in pairs if j in scores.likely[i]]
    if 2 * len(known) >= len(pairs) and known and not any(pair in scores.never for pair in pairs):
        yield sum(known) / len(known)


def _note_fits(rows: Sequence[int], nodes: Sequence[Node], scores: PairScores, view: StoryView, model: Matcher) -> None:
    """Notes how surely each claim belongs to its group, the mean probability of its pairs with the others; and which of
    another article it is likest to, and why."""
    for a in rows:
        found = {b: scores.likely[a][b] for b in rows if b in scores.likely[a]}
        fit = sum(found.values()) / len(found) if found else 1.0
        told = [b for b in found if (min(a, b), max(a, b)) in scores.values and nodes[a].articles != nodes[b].articles]
        best = max(told, key=lambda b: (found[b], -b), default=None)
        for facet in nodes[a].facets:
            view.fits[facet.claim.id] = fit
            if best is not None:
                words = model.words(scores.values[(min(a, best), max(a, best))], found[best])
                view.why[facet.claim.id] = (nodes[best].first.claim.id, words)
