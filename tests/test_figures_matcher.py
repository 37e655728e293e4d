"""The learned matcher: its file fits the program and the events, and what it says is the same from both sides."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from itertools import combinations

import pytest

from bench.train_matcher import data_hash
from processing.figures.barriers import held_apart
from processing.figures.cluster import Linkage, PairScores, take_strays
from processing.figures.matcher import MODEL, RELATIONS, load_matcher, matcher
from processing.figures.node_pairs import Node
from processing.figures.pair_features import FEATURES, read_pair
from processing.figures.read_facets import read_facets
from processing.figures.story_view import StoryView
from schemas.facets import Facets, Modality
from schemas.records import Claim
from tests.support.records import make_claim


def say(article: str, sentence: str, number: str, value: float, **given: object) -> Claim:
    at = sentence.find(number)
    fields = {"article_id": article, "article_key": article, "outlet": f"xx/{article}", "sentence": sentence, "text": number, "low": value, "high": value,
              "start": at, "end": at + len(number), "sentence_start": 0, "sentence_end": len(sentence), "unit": "count"}  # fmt: skip
    return make_claim(**{**fields, "id": f"{article}{number}", **given})


CLAIMS = [
    say("a", "The flood killed 12 people in Arden.", "12", 12.0, what="people", what_head="person", event="kill"),
    say("b", "At least 14 people died in Arden.", "14", 14.0, what="people", what_head="person", event="die"),
    say("c", "The flood injured 90 people in Arden.", "90", 90.0, what="people", what_head="person", event="injure"),
    say("d", "There were 12 casualties in Arden.", "12", 12.0, what="casualties", what_head="casualty", event="casualty"),
    say("e", "A flood in 2003 killed 300 people in Arden.", "300", 300.0, what="people", what_head="person", event="kill"),
    say("f", "The raid killed 12 civilians.", "12", 12.0, what="civilians", what_head="civilian", event="kill"),
    say("g", "The raid killed 15 militants.", "15", 15.0, what="militants", what_head="militant", event="kill"),
    say("h", "Hundreds of buildings fell.", "Hundreds", 500.0, what="buildings", what_head="building", event="fall", approx="vague"),
    say("i", "Hundreds of aftershocks followed.", "Hundreds", 500.0, what="aftershocks", what_head="aftershock", event="follow", approx="vague"),
    say("j", "Two bridges fell.", "Two", 2.0, what="bridges", what_head="bridge", event="fall"),
    say("k", "Two turbines were shut.", "Two", 2.0, what="turbines", what_head="turbine", event="shut"),
    say("l", "Some 4,312 pallets went.", "4,312", 4312.0, what="pallets", what_head="pallet", event="go"),
    say("m", "It lost 4,312 crates.", "4,312", 4312.0, what="crates", what_head="crate", event="lose"),
]  # fmt: skip


def test_the_file_was_learned_from_the_events_that_are_there() -> None:
    data = json.loads(MODEL.read_text("utf8"))
    assert data["data"] == {"events": "bench/events/train", "sha256": data_hash("train")}


def test_a_file_of_other_features_is_refused() -> None:
    data = json.loads(MODEL.read_text("utf8"))
    data["features"] = data["features"][1:]
    with pytest.raises(ValueError, match="train_matcher"):
        load_matcher(data)


def test_features_are_named_once_and_the_same_from_both_sides() -> None:
    names = [f.name for f in FEATURES]
    assert len(set(names)) == len(names)
    facets = read_facets(CLAIMS)
    view = StoryView.of(facets)
    for a, b in combinations(view.seen.values(), 2):
        values = read_pair(a, b, view)
        assert len(values) == len(names)
        assert values == read_pair(b, a, view)
        assert 0 <= matcher().part(values).probability([*values, 0.0, 0.0, 0.0, 0.0]) <= 1


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("a12", "b14", None),  # killed, died
        ("a12", "c90", True),  # killed, injured
        ("a12", "d12", True),  # the killed are a part of casualties, be the number the same
        ("a12", "e300", None),  # the matcher's to tell
        ("f12", "g15", True),  # nobody is both a civilian and a militant
        ("hHundreds", "iHundreds", True),  # two known classes, and a vague word in common
        ("jTwo", "kTwo", True),  # two nouns of no list, by chance as few
        ("l4,312", "m4,312", None),  # a telling number: one thing in two words, perhaps
    ],
)
def test_what_can_never_be_one(first: str, second: str, expected: bool | None) -> None:
    facets = {f.claim.id: f for f in read_facets(CLAIMS)}
    view = StoryView.of(list(facets.values()))
    assert held_apart(facets[first], facets[second], view) is expected
    assert held_apart(facets[second], facets[first], view) is expected


def test_two_vague_words_are_no_equal_numbers() -> None:
    facets = read_facets(CLAIMS)
    view = StoryView.of(facets)
    names = [f.name for f in FEATURES]
    values = read_pair(view.seen["hHundreds"], view.seen["iHundreds"], view)
    assert values[names.index("equal")] == 0


NOWHERE = Facets(sentence=1, paragraph=1, zone="body", rank=1, rank_in_unit=1, first_rank=1)
TENTS = [
    say("a", "The army spoke of 500 tents.", "500", 500.0, what="tents", what_head="tent", event="speak"),
    say("b", "The mayor spoke of 300 tents.", "300", 300.0, what="tents", what_head="tent", event="speak"),
]
RIFLES = [
    say(name, f"The navy, {name}, seized seven rifles.", "seven", 7.0, what="rifles", what_head="rifle", event="seize")
    for name in "abc"
]
OTHER = say("x", "Commandos recovered 12 rifles.", "12", 12.0, what="rifles", what_head="rifle", event="recover")
BARS = say("x", "Commandos recovered 12 bars.", "12", 12.0, what="bars", what_head="bar", event="recover")
THERE = say("a", "Commandos recovered 12 rifles.", "12", 12.0, what="rifles", what_head="rifle", event="recover")


@pytest.mark.parametrize(
    ("stray", "likely", "joins"),
    [
        (OTHER, 0.2, True),  # less than a pair needs, enough for the one other number
        (OTHER, 0.1, False),
        (BARS, 0.2, False),  # another thing
        (THERE, 0.2, False),  # its article has the number of the others
    ],
)
def test_the_one_other_number_joins_many_that_agree(stray: Claim, likely: float, joins: bool) -> None:
    nodes = [Node((facet,)) for facet in read_facets([*RIFLES, stray])]
    lone = next(i for i, node in enumerate(nodes) if node.first.claim.low == 12)
    crowd = [i for i in range(4) if i != lone]
    rows = {i: {j: 0.9 for j in crowd if j != i} | {lone: likely} for i in crowd}
    scores = PairScores({**rows, lone: dict.fromkeys(crowd, likely)}, {}, set(), set())
    groups = take_strays([crowd, [lone]], nodes, scores)
    assert (len(groups) == 1) is joins


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("asked", "offered", True),
        ("asked", "planned", True),
        ("hypothetical", "asked", True),
        ("done", "target", True),
        ("done", "threshold", True),
        ("capacity", "done", True),
        ("offered", "done", True),
        ("asked", "asked", None),
        ("asked", None, None),
        ("planned", "done", None),  # what is to be cut, and what is cut
        ("forecast", "done", None),
        ("needed", "done", None),
    ],
)
def test_what_is_wanted_is_not_what_is_done(first: Modality, second: Modality | None, expected: bool | None) -> None:
    facets = [
        replace(facet, claim=replace(facet.claim, facets=replace(NOWHERE, modality=modality)))
        for facet, modality in zip(read_facets(TENTS), (first, second), strict=True)
    ]
    assert held_apart(*facets, StoryView.of(facets)) is expected


@pytest.mark.parametrize("values", [(500.0, 500.0), (190.0, 1900.0)])
def test_an_equal_number_or_one_with_a_nought_more_may_be_wanted_and_done(values: tuple[float, float]) -> None:
    modalities: tuple[Modality, Modality] = ("offered", "done")
    facets = [
        replace(facet, claim=replace(facet.claim, low=value, high=value, facets=replace(NOWHERE, modality=modality)))
        for facet, value, modality in zip(read_facets(TENTS), values, modalities, strict=True)
    ]
    assert held_apart(*facets, StoryView.of(facets)) is None


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        ({2: 0.8, 3: 0.8}, 0.8),  # like both members
        ({2: 0.8}, 0.5),  # like one of them, with nothing in common with the other
        ({2: 0.8, 3: 0.0}, 0.4),  # held apart from the other
        ({}, None),
    ],
)
def test_a_group_takes_in_what_is_like_all_of_it(judged: dict[int, float], expected: float | None) -> None:
    row = {of: (likely, 1) for of, likely in judged.items()}
    score = {1: row, 2: {3: (0.9, 1)}, 3: {2: (0.9, 1)}}
    for of, found in row.items():
        score[of][1] = found
    linkage = Linkage({1: [1], 2: [2], 3: [3]}, score, {1: {}, 2: {}, 3: {}})
    joined = linkage.join(2, 3)
    told = linkage.likely(joined, 1) if 1 in linkage.score[joined] else None
    assert told == (None if expected is None else pytest.approx(expected))


def test_reasons_are_told_for_people() -> None:
    facets = read_facets(CLAIMS)
    view = StoryView.of(facets)
    values = read_pair(view.seen["a12"], view.seen["b14"], view)
    told = matcher().words(values, 0.834)
    assert told.startswith("83%: ")
    assert any(f.says in told for f in FEATURES if f.shown)


def test_many_pairs_are_judged_as_each_alone() -> None:
    draw = random.Random(3)
    model = matcher()
    for part in (model.apart, model.meet):
        thresholds = sorted({value for tree in part.trees for of, value, _, _ in tree if of >= 0})
        width = len(part.weights) + len(RELATIONS)
        rows = [[draw.choice((0.0, 1.0, *thresholds, draw.uniform(-9, 9))) for _ in range(width)] for _ in range(200)]
        assert part.probabilities(rows) == [part.probability(row) for row in rows]
    assert model.meet.probabilities([]) == []
