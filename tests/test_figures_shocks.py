"""Which quake a number is of, where a story tells of several."""

from __future__ import annotations

import pytest

from processing.figures.barriers import held_apart
from processing.figures.read_facets import read_facets
from processing.figures.story_view import StoryView
from schemas.records import Claim
from tests.support.said import say


def shock(article: str, sentence: str, number: str, value: float, **given: object) -> Claim:
    return say(
        article,
        sentence,
        number,
        value,
        unit="magnitude",
        what="quake",
        what_head="quake",
        event="strike",
        article_id=article,
        **given,
    )


def far(article: str, sentence: str, number: str, value: float, **given: object) -> Claim:
    return say(article, sentence, number, value, unit="kilometre", event="strike", article_id=article, **given)


TWINS = [
    shock("t", "Two quakes, measuring 6.8 and 6.4, struck Osta.", "6.8", 6.8),
    shock("t", "Two quakes, measuring 6.8 and 6.4, struck Osta.", "6.4", 6.4),
]
ONE = [shock("t", "A quake of magnitude 6.8 struck Osta.", "6.8", 6.8)]
BIG = shock("a", "The quake had a magnitude of 6.9.", "6.9", 6.9)
SMALL = shock("b", "A quake of magnitude 6.3 hit Osta at noon.", "6.3", 6.3)
LATE = shock("b", "A quake of magnitude 5.2 hit Osta at noon.", "5.2", 5.2)


@pytest.mark.parametrize(
    ("name", "story", "a", "b", "expected"),
    [
        ("each is nearer to one of the two", TWINS, BIG, SMALL, True),
        (
            "in one breath before the noun",
            [shock("t", "Osta shook in the 6.8 and 6.4 magnitude quakes.", "6.4", 6.4)],
            BIG,
            SMALL,
            True,
        ),
        ("both are nearer to the larger", TWINS, BIG, shock("b", "A 6.7 quake hit Osta.", "6.7", 6.7), None),
        ("one in the middle is of neither", TWINS, BIG, shock("b", "A 6.6 quake hit Osta.", "6.6", 6.6), None),
        ("two agencies measure one", ONE, BIG, SMALL, None),
        ("so far apart they are two without a word", ONE, BIG, LATE, True),
        (
            "two distances, each behind its own quake",
            [LATE, BIG],
            far("b", "It struck 75 km west of Osta.", "75 km", 75, sentence_start=90),
            far("a", "It struck 135 km west of Osta.", "135 km", 135, sentence_start=90),
            True,
        ),
        (
            "two distances of one quake as two agencies measure it",
            [SMALL, BIG],
            far("b", "It struck 75 km west of Osta.", "75 km", 75, sentence_start=90),
            far("a", "It struck 135 km west of Osta.", "135 km", 135, sentence_start=90),
            None,
        ),
        (
            "of which quake a distance is nobody says",
            [LATE],
            far("b", "It struck 75 km west of Osta.", "75 km", 75, sentence_start=90),
            far("a", "It struck 135 km west of Osta.", "135 km", 135, sentence_start=90),
            None,
        ),
    ],
)
def test_two_quakes_of_one_story(name: str, story: list[Claim], a: Claim, b: Claim, expected: bool | None) -> None:
    facets = {f.claim.id: f for f in read_facets(list({c.id: c for c in (*story, a, b)}.values()))}
    view = StoryView.of(list(facets.values()))
    assert held_apart(facets[a.id], facets[b.id], view) is expected
    assert held_apart(facets[b.id], facets[a.id], view) is expected
