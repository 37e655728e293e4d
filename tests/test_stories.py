"""Articles on one event become one story, whatever order they come in."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from processing.pipeline.articles import stories
from processing.pipeline.work import Work
from processing.store import Batch, open_store
from processing.stories import alike_among, group_stories, likeness, story_keys
from schemas.records import Article, Story, digest_id
from schemas.settings import Settings
from tests.support.records import NOON, make_article

FLOOD = [
    ("Dam at Orlmark gives way, 12 dead", "A dam above Orlmark broke on Tuesday night and the water swept through the lower town. Twelve people died, the "
     "rescue service of Orlmark said. The Velda river rose four metres within an hour."),
    ("Twelve killed as Orlmark dam breaks", "Water from the broken dam tore through Orlmark overnight. Rescuers in boats searched houses along the Velda "
     "for survivors. The mayor of Orlmark, Ines Harrow, spoke of the worst night of the town."),
    ("Orlmark flood: toll rises to 15", "Three more bodies were found in Orlmark after the dam on the Velda burst. Mayor Ines Harrow asked for pumps and "
     "boats. The dam's operator said that a gate had jammed."),
]  # fmt: skip
QUAKE = [
    ("Quake shakes Tessaly coast", "An earthquake of magnitude 5.4 shook the Tessaly coast on Tuesday. Roofs fell in Port Anders and 30 people were hurt, "
     "the seismic institute said. The harbour wall of Port Anders cracked."),
    ("Thirty hurt in Tessaly earthquake", "The earthquake off Tessaly injured thirty people in Port Anders. The seismic institute measured 5.4. Schools at "
     "Port Anders stay closed while the harbour wall is checked."),
]  # fmt: skip
OTHER_QUAKE = [
    ("Earthquake felt in Marlow hills", "A tremor of magnitude 3.1 was felt in the Marlow hills on Tuesday. Nobody was hurt, the Marlow fire brigade said. "
     "The ground there moves several times a year."),
]  # fmt: skip
MATCH = [
    (
        "Rovers beat Athletic in cup",
        "Rovers won the cup final against Athletic by two goals to one. Striker Dan Pell scored twice before the break.",
    )
]


def made(pairs: list[tuple[str, str]], day: datetime = NOON, start: int = 0) -> list[Article]:
    return [
        make_article(
            url=f"https://outlet{start + i}.example/{digest_id(title)}", title=title, text=text, published=day + timedelta(hours=i),
            published_day=(day + timedelta(hours=i)).date(),
        )
        for i, (title, text) in enumerate(pairs)
    ]  # fmt: skip


ALL = made(FLOOD) + made(QUAKE, start=3) + made(OTHER_QUAKE, start=5) + made(MATCH, start=6)


def split(found: list[Story]) -> set[frozenset[str]]:
    return {frozenset(s.members) for s in found}


EXPECTED = {frozenset(a.id for a in group) for group in (ALL[:3], ALL[3:5], ALL[5:6], ALL[6:])}


@pytest.mark.parametrize("seed", range(5))
def test_events_are_told_apart_in_any_order(seed: int) -> None:
    articles = list(ALL)
    random.Random(seed).shuffle(articles)
    found = group_stories(articles, [])
    assert (split(found), found) == (EXPECTED, group_stories(ALL, []))


def test_a_story_is_a_whole_record() -> None:
    flood = ALL[:3]
    (found,) = group_stories(flood, [])
    assert replace(found, terms=()) == Story(
        digest_id("story", flood[0].key), tuple(sorted(a.id for a in flood)), found.title, date(2025, 1, 22), date(2025, 1, 22),
    )  # fmt: skip
    assert found.title in {title for title, _ in FLOOD}
    assert {"Orlmark", "dam", "Velda"} <= set(found.terms)


def test_articles_that_share_a_key_are_the_ones_on_one_event() -> None:
    keys = [set(story_keys(a)) for a in ALL]
    assert [bool(keys[a] & keys[b]) for a, b in ((0, 1), (1, 2), (3, 4))] == [True] * 3
    assert not keys[0] & keys[6]


FAR = {0: 1.0, 3: 1.0, 5: 5 / 7, 8: 2 / 7, 12: 0.0}


@pytest.mark.parametrize(("days", "part"), FAR.items())
def test_likeness_fades_with_the_days_between(days: int, part: float) -> None:
    first, second = ALL[0], ALL[1]
    moved = replace(second, published_day=second.published_day + timedelta(days=days) if second.published_day else None)
    assert likeness(first, moved) == pytest.approx(likeness(first, second) * part)


def test_one_name_that_all_the_news_is_full_of_makes_no_story() -> None:
    pairs = [
        (
            "Harrow speaks on taxes",
            "President Harrow wants lower taxes for small shops. Harrow told traders that forms are too long. Harrow signs in spring.",
        ),
        (
            "Harrow visits hospital",
            "President Harrow met nurses at a clinic in Selby. Harrow praised the new ward. Harrow stayed an hour with patients there.",
        ),
        (
            "Harrow's dog lost",
            "The dog of President Harrow ran from the garden. Harrow asked neighbours to look. Harrow offered a reward and a cake.",
        ),
    ]
    articles = made(pairs)
    assert split(group_stories(articles, [])) == {frozenset([a.id]) for a in articles}


def test_a_late_arrival_joins_two_stories() -> None:
    first = group_stories([ALL[0], ALL[6]], [])
    again = group_stories([*ALL[:3], ALL[6]], first)
    assert split(again) == {frozenset(a.id for a in ALL[:3]), frozenset([ALL[6].id])}
    assert len({s.id for s in first} | {s.id for s in again}) <= 3  # the match's story keeps its id


def test_members_that_lie_too_far_back_stay_with_their_story() -> None:
    started = date(2025, 1, 12)
    old = Story("old", ("far1", "far2", ALL[0].id), "Dam at Orlmark", started, date(2025, 1, 22))
    untouched = Story("other", ("far3",), "Something else", started, started)
    found = {s.id: s for s in group_stories(ALL[:3], [old, untouched])}
    assert found["other"] == untouched
    assert (set(found["old"].members), found["old"].started) == ({"far1", "far2", *(a.id for a in ALL[:3])}, started)


def test_a_story_that_began_weeks_ago_is_over() -> None:
    old = Story("old", ("far1", "far2", ALL[0].id), "Dam at Orlmark", date(2025, 1, 2), date(2025, 1, 22))
    found = {s.id: s for s in group_stories(ALL[:3], [old])}
    assert found.pop("old") == replace(old, members=("far1", "far2"))
    assert [set(s.members) for s in found.values()] == [{a.id for a in ALL[:3]}]


def test_look_alike_events_of_one_day_stay_apart() -> None:
    def quake(place: str, river: str, mayor: str, dead: int) -> list[tuple[str, str]]:
        return [
            (f"Earthquake kills {dead} in {place}", f"An earthquake shook {place} at dawn and killed {dead} people. Houses on the {river} fell. In "
             f"{place} the mayor, {mayor}, asked for tents and blankets. Rescuers from {place} dug through rubble near the {river}."),
            (f"{place} counts its dead after quake", f"At least {dead} people died when an earthquake hit {place}. Mayor {mayor} said that the bridge over "
             f"the {river} was cut. Aftershocks were felt in {place} all morning, and rescuers worked by hand along the {river}."),
        ]  # fmt: skip

    here, there = (
        made(quake("Tessaly", "Orm", "Ines Harrow", 30)),
        made(quake("Marlow", "Velda", "Piet Sand", 12), start=2),
    )
    assert split(group_stories([*here, *there], [])) == {frozenset(a.id for a in pair) for pair in (here, there)}


def run_pipeline(tmp_path: Path, articles: list[Article]) -> dict[str, frozenset[str]]:
    store = open_store(f"sqlite:{tmp_path / f'{len(list(tmp_path.iterdir()))}.db'}")
    work = Work(store, Settings(home=tmp_path), {}, {}, now=lambda: NOON)
    try:
        for article in articles:  # one at a time: every order of arrival is another history
            store.apply(Batch(put=[article], enqueue=[("stories", article.id)]))
            stories(work)
        held = {s.id: frozenset(s.members) for s in store.find(Story)}
        keys = store.keys_of("story-member", list(held))
        of_key = {a.key: a.id for a in articles}
        assert {id: frozenset(of_key[k] for k in keys[id]) for id in held} == held
        return held
    finally:
        store.close()


def test_the_store_holds_the_same_stories_for_every_order_of_arrival(tmp_path: Path) -> None:
    orders = [list(ALL), ALL[::-1], random.Random(3).sample(ALL, len(ALL))]
    held = [run_pipeline(tmp_path, order) for order in orders]
    assert held[0] == held[1] == held[2]
    assert set(held[0].values()) == EXPECTED


def test_a_new_revision_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    store = open_store(f"sqlite:{tmp_path / 'revised.db'}")
    work = Work(store, Settings(home=tmp_path), {}, {}, now=lambda: NOON)
    store.apply(Batch(put=ALL[:3], enqueue=[("stories", a.id) for a in ALL[:3]]))
    stories(work)
    revised = replace(ALL[0], id="rev2", revision=2, previous_id=ALL[0].id, text=ALL[0].text + " The army sent pumps.")
    store.apply(Batch(put=[revised], enqueue=[("stories", revised.id)]))
    stories(work)
    assert [set(s.members) for s in store.find(Story)] == [{"rev2", ALL[1].id, ALL[2].id}]
    store.close()


def bcubed(found: list[Story], event_of: dict[str, str]) -> tuple[float, float]:
    """Mean precision and recall over articles (Bagga and Baldwin 1998)."""
    events: dict[str, set[str]] = defaultdict(set)
    for id, event in event_of.items():
        events[event].add(id)
    precision = recall = 0.0
    for story in found:
        for member in story.members:
            same = len(events[event_of[member]] & set(story.members))
            precision += same / len(story.members)
            recall += same / len(events[event_of[member]])
    return precision / len(event_of), recall / len(event_of)


@pytest.mark.eval
@pytest.mark.parametrize(("one_window", "least"), [(False, (1.0, 0.96)), (True, (0.85, 0.96))])
def test_six_events_mixed_together(eval_folder: Path, one_window: bool, least: tuple[float, float]) -> None:
    articles, event_of = [], {}
    for path in sorted((eval_folder / "clusters/articles").glob("*.jsonl")):
        for line in path.read_text("utf8").splitlines():
            data = json.loads(line)
            day = date(2013, 3, 14) if one_window else date.fromisoformat(data["published"][:10])
            title, _, text = data["text"].partition("\n")
            article = make_article(
                url=data["url"] + "#" + data["id"], title=title, text=text or title, published_day=day
            )
            articles.append(article)
            event_of[article.id] = path.stem
    precision, recall = bcubed(group_stories(articles, []), event_of)
    assert (precision >= least[0], recall >= least[1]) == (True, True), (precision, recall)


def test_a_few_articles_of_a_file_are_one_event_sooner_than_those_of_an_archive() -> None:
    needed = [alike_among(n) for n in (2, 5, 20, 100, 300, 5_000)]
    assert needed == sorted(needed)
    assert needed[0] < 0.2 * needed[-1]
    assert needed[-1] == needed[-2]
