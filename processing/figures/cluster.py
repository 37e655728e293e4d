"""Facets into groups that speak of one thing: candidates by shared keys, the matcher's word on each pair, then average
linkage.

Claims that show the same and give the same value are one node. Nodes meet only where they share a key (a value, a
counted thing, an event, a measure's role or a name beside it, or a unit that few have); a key that many share is
narrowed, so that the work grows with the number of nodes and not with its square. Nodes are ordered by what they show,
never by when they came, so that any order of arrival gives the same groups.

Each pair is judged twice: first by itself, then beside its rivals: whether each is the other's best match in its
articles, and whether a third number matches both."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from processing.figures.matcher import Matcher, matcher
from processing.figures.pair_features import FEATURES, read_pair
from processing.figures.read_facets import Facet
from processing.figures.story_view import StoryView
from processing.intervals import typical

__all__ = ["BUCKET", "Judged", "Node", "group_facets", "held_apart", "judge_nodes", "make_nodes", "relations"]

BUCKET = 80  # nodes of one key that are compared with each other
_BARS = 0.34  # articles that may hold two groups apart, for each node of the smaller one
_FLOOR = -5.0  # a first guess below which two nodes are not looked at again
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


def held_apart(a: Facet, b: Facet, view: StoryView) -> bool | None:
    """True: two numbers of one sentence that no two sources give, a rise and a fall, two quakes,
    towns or harms. False: two numbers of one
    article and source, which does not contradict itself unasked. None: neither."""
    x, y = a.claim, b.claim
    differ = view.values_apart(a, b)
    if _part_and_whole(a, b, view):
        return True
    if differ and (
        {x.change, y.change} == {"up", "down"} or _two_shocks(a, b) or _from_two_towns(a, b) or _two_harms(a, b, view)
    ):
        return True
    if x.article_id != y.article_id:
        return None
    if x.id == b.against or y.id == a.against:
        return True if not differ else None  # the sentence itself sets one value against the other
    sources_differ = a.origin != b.origin and x.source_status != "outlet" and y.source_status != "outlet"
    if (x.field, x.sentence_start) == (y.field, y.sentence_start):
        two_clauses = a.clause != b.clause and a.origin != b.origin and {x.source_status, y.source_status} != {"outlet"}
        return None if differ and (two_clauses or sources_differ) else True
    if differ and a.event != b.event and "title" not in (x.field, y.field):
        return True  # 19 dead and 190 passengers, each by a source of its own
    if not differ or sources_differ or x.correction or y.correction or "title" in (x.field, y.field):
        return None
    return None if "vague" in (x.approx, y.approx) or a.grows or b.grows else False


def _two_shocks(a: Facet, b: Facet) -> bool:
    """Whether two magnitudes lie so far apart that the weaker is another quake's, or one is an aftershock's."""
    if a.unit != "magnitude":
        return False
    return a.event != b.event or abs((typical(a.claim) or 0.0) - (typical(b.claim) or 0.0)) >= 1


def _part_and_whole(a: Facet, b: Facet, view: StoryView) -> bool:
    """Whether one counts what is only a part of the other, be the numbers the same: the killed, and casualties."""
    one, two = view.seen[a.claim.id].event, view.seen[b.claim.id].event
    return one is not None and two is not None and (one.part_of == two.name or two.part_of == one.name)


def _two_harms(a: Facet, b: Facet, view: StoryView) -> bool:
    """Whether two different numbers are of two things that the lists tell apart: killed and injured, the army's and
    civilians, cocaine and heroin."""
    x, y = view.seen[a.claim.id], view.seen[b.claim.id]
    one, two = x.event, y.event
    if one is not None and two is not None and one is not two and one.harm and two.harm:
        return two.name not in one.like and one.name not in two.like
    first, second = view.lists.things.get(a.thing or ""), view.lists.things.get(b.thing or "")
    if first is None or second is None or first is second:
        return False
    strict = (first.strict and first.part_of == second.name) or (second.strict and second.part_of == first.name)
    return strict or (first.part_of is not None and first.part_of == second.part_of and x.thing is not y.thing)


def _from_two_towns(a: Facet, b: Facet) -> bool:
    """Whether two distances are from towns of two names, or two measures of one unit are of two kinds (a depth, a
    distance)."""
    if a.role is None or b.role is None:
        return False
    towns = a.role == b.role == "distance" and bool(a.anchors) and bool(b.anchors) and not a.anchors & b.anchors
    return a.role != b.role or towns


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
        if guess > _FLOOR:
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


@dataclass(frozen=True, slots=True)
class _Scores:
    """What the matcher says of the pairs of some nodes. `likely`: probability, by pair both ways; `values`: features
    of each pair (a < b); `never`, `held`: pairs that can never be one, and those that an article holds apart."""

    likely: dict[int, dict[int, float]]
    values: dict[tuple[int, int], list[float]]
    never: set[tuple[int, int]]
    held: set[tuple[int, int]]


_RULES = next(i for i, f in enumerate(FEATURES) if f.name == "rules")
_ALIKE, _AT_LEAST, _GAIN = 0.5, 0.1, 0.3  # set on bench/events/dev and the real events of the evaluation data


def _backed(likely: float, values: Sequence[float], model: Matcher) -> float:
    """A probability that the rules of similarity.py back: they know the kinds of event that their word lists know, the
    model the others. A pair that the rules hold to be alike (a score of `_ALIKE`), and that the model does not hold to
    be unlikely, is taken together. What they bar is not barred: a number that is ten times another is two things to
    them, and a slip to a desk."""
    if values[_RULES] < _ALIKE or likely < _AT_LEAST:
        return likely
    return max(likely, model.together + _GAIN * (values[_RULES] - _ALIKE))


def _score(nodes: Sequence[Node], view: StoryView, model: Matcher) -> _Scores:
    judged, bars = judge_nodes(nodes, view)
    guesses = [model.part(pair.values).guess(pair.values) for pair in judged]
    score: dict[int, dict[int, float]] = {i: {} for i in range(len(nodes))}
    looked_at: tuple[list[tuple[Judged, list[float]]], ...] = ([], [])  # pairs that meet, pairs that are apart
    for pair, related in zip(judged, relations(judged, guesses, nodes), strict=True):
        score[pair.a][pair.b] = score[pair.b][pair.a] = 0.0
        if related[0] > _FLOOR:
            looked_at[bool(pair.values[0])].append((pair, [*pair.values, *related]))
    for part, pairs in zip((model.meet, model.apart), looked_at, strict=True):
        for (pair, _), found in zip(pairs, part.probabilities([row for _, row in pairs]), strict=True):
            likely = _backed(found - model.doubt * pair.values[0], pair.values, model)
            score[pair.a][pair.b] = score[pair.b][pair.a] = likely
    for a, b in bars:
        score[a][b] = score[b][a] = 0.0
    never = {pair for pair, found in bars.items() if found}
    return _Scores(score, {(p.a, p.b): p.values for p in judged}, never, bars.keys() - never)


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
class _Linkage:
    """Groups of nodes that are joined step by step: the mean probability of each pair of groups over the pairs that
    were judged (sum, number), and how many articles hold the two apart."""

    members: dict[int, list[int]]
    score: dict[int, dict[int, tuple[float, int]]]
    bars: dict[int, dict[int, float]]

    def barred(self, a: int, b: int) -> bool:
        """Whether too many articles hold two groups apart."""
        return self.bars[a].get(b, 0) > _BARS * min(len(self.members[a]), len(self.members[b]))

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
    linkage = _Linkage(
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
        for other, (total, number) in linkage.score[joined].items():
            if total / number >= model.together:
                heapq.heappush(heap, (-total / number, min(joined, other), max(joined, other)))
    groups = [sorted(rows) for _, rows in sorted(linkage.members.items(), key=lambda item: min(item[1]))]
    for rows in groups:
        _note_fits(rows, nodes, scores, view, model)
    return [[facet for i in rows for facet in nodes[i].facets] for rows in groups]


def _note_fits(rows: Sequence[int], nodes: Sequence[Node], scores: _Scores, view: StoryView, model: Matcher) -> None:
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
