"""Which claims make one figure: by topic file, and found within a story; the table of what meets there is in test_figures_grouping.py."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.figures import found_figures, topic_figures
from processing.figures.cities import country_of_city
from processing.figures.cluster import group_facets
from processing.figures.lexicon import lexicon, stem
from processing.figures.node_pairs import BUCKET
from processing.figures.read_facets import read_facets
from processing.figures.story_view import StoryView
from processing.words import load_words
from schemas.config import Topic, TopicFigure
from schemas.records import Claim, Figure, digest_id
from tests.support.records import make_denial
from tests.support.said import STORY, groups, say

KILLED = [
    say("a", "The quake killed 12 people in the valley.", "12", 12, event="kill"),
    say("b", "At least 14 people died in the earthquake, police said.", "At least 14", (14, None), event="die"),
    say("c", "Death toll rises to 20", "20", 20, what="death toll", what_head="toll", event="rise"),
    say("d", "Rescuers have found 21 bodies since Monday.", "21", 21, what="bodies", what_head="body", event="find"),
]
INJURED = [
    say(
        "a", "Hospitals treated 50 wounded people.", "50", 50, what="wounded people", what_head="person", event="wound"
    ),
    say("b", "More than 60 people were injured, police said.", "More than 60", (60, None), event="injure"),
]
MISSING = [say(x, "Some 9 people are missing.", "9", 9, event="miss") for x in "ab"]


def test_synonyms_are_one_toll_and_other_harm_is_another() -> None:
    assert groups([*KILLED, *INJURED]) == [{"a 12", "b At least 14", "c 20", "d 21"}, {"a 50", "b More than 60"}]


def test_two_parts_of_one_whole_are_two_figures() -> None:
    def share(article: str, sentence: str, number: str, value: float, event: str) -> Claim:
        return say(
            article, sentence, number, value, unit="share", what="the cost of the trips", what_head="cost", event=event
        )

    states = [
        share("a", "The ministry covered 27 per cent of the cost of the trips.", "27 per cent", 0.27, "cover"),
        share("b", "The ministry bore 25 per cent of the cost of the trips.", "25 per cent", 0.25, "bear"),
    ]
    firms = [
        share("a", "Private firms covered 73 per cent of the cost of the trips.", "73 per cent", 0.73, "cover"),
        share("b", "Firms had covered 75 per cent of the cost of the trips.", "75 per cent", 0.75, "cover"),
    ]
    assert groups(states + firms) == [{"a 27 per cent", "b 25 per cent"}, {"a 73 per cent", "b 75 per cent"}]


def test_a_sentence_that_goes_on_with_an_earlier_event_stays_with_it() -> None:
    first = "A quake of magnitude 6.1 struck Arden in December 2003."
    second = "It killed 900 people."
    claims = [
        say("a", first, "6.1", 6.1, unit="magnitude", what="quake", what_head="quake", event="strike"),
        say("a", second, "900", 900, event="kill", sentence_start=len(first) + 1),
        say("b", "The 2003 quake in Arden killed 950 people.", "950", 950, event="kill"),
        say("b", "This week's quake killed 12 people.", "12", 12, event="kill", sentence_start=300),
        say("c", "The quake killed 14 people.", "14", 14, event="kill"),
    ]
    assert groups(claims) == [{"a 900", "b 950"}, {"b 12", "c 14"}]


def _figure(figures: list[Figure], title: str) -> Figure:
    return next(f for f in figures if f.title == title)


def test_a_found_figure_says_what_it_is() -> None:
    figures = found_figures(STORY, [*KILLED, *INJURED], [], {})
    killed = _figure(figures, "people killed")
    assert killed == Figure(
        id=digest_id("found", "s1", min(c.id for c in KILLED)), title="people killed", kind="cumulative", unit="count", claims=killed.claims,
        story="s1", what=("body", "person", "toll"), event=("kill",), harm=True, alerts=True, window_days=1, why=killed.why,
    )  # fmt: skip
    assert set(killed.claims) == {c.id for c in KILLED}
    assert {id for id, _, _ in killed.why} == {c.id for c in KILLED}
    assert all(other in killed.claims and other != id and "%" in words for id, other, words in killed.why)
    lows = {c.id: c.low for c in KILLED}
    assert [lows[id] for id in killed.claims] == [12, 14, 20, 21]  # one day, one hour: a running total's lower first


def test_part_of_links() -> None:
    casualties = [
        say(x, f"There were {n} casualties.", n, float(n), what="casualties", what_head="casualty", event="be") for x, n in (("a", "70"), ("b", "80"))
    ]  # fmt: skip
    children = [
        say(x, f"The dead include {n} children.", n, float(n), what="children", what_head="child", event="die") for x, n in (("a", "4"), ("b", "5"))
    ]  # fmt: skip
    figures = found_figures(STORY, [*KILLED, *INJURED, *casualties, *children], [], {})
    by_claim = {id: f for f in figures for id in f.claims}
    killed, injured, whole, young = (by_claim[c[0].id] for c in (KILLED, INJURED, casualties, children))
    assert (killed.part_of, injured.part_of, young.part_of, whole.part_of) == (whole.id, whole.id, killed.id, None)


def test_children_are_no_part_of_schools() -> None:
    schools = [
        say(x, f"The closure affects {n} schools.", n, float(n), what="schools", what_head="school", event="affect") for x, n in (("a", "280"), ("b", "290"))
    ]  # fmt: skip
    children = [
        say(x, f"Some {n} children are affected.", n, float(n), what="children", what_head="child", event="affect") for x, n in (("c", "120000"), ("d", "125000"))
    ]  # fmt: skip
    figures = found_figures(STORY, [*schools, *children], [], {})
    assert [f.part_of for f in figures] == [None] * len(figures)
    assert len(figures) == 2


@pytest.mark.parametrize(
    ("sentence", "past"),
    [
        ("The largest quake ever recorded there was 45.", True),
        ("The record, set in spring, is 45.", True),
        ("The worst flood on record was of 45.", True),
        ("The previous high was 45.", True),
        ("Its all-time record stands at 45.", True),
        ("Attendance hit a record of 45.", False),
        ("More of them than ever are ill, and 45 have died.", False),
        ("The toll was 45.", False),
        ("It was the highest on record: 45 people died.", False),
    ],
)
def test_a_record_that_stood_before_is_of_another_time(sentence: str, past: bool) -> None:
    (facet,) = read_facets([say("a", sentence, "45", 45.0, what="people", what_head="person", event="die")])
    assert facet.occurrence.past is past


def test_a_conversion_ties_two_figures() -> None:
    kilometres = [
        say(
            x,
            "It struck 7 km (4 miles) east of Arden.",
            "7 km",
            7,
            unit="kilometre",
            what="It",
            what_head=None,
            event="strike",
        )
        for x in "ab"
    ]
    miles = [
        say(
            x,
            "It struck 7 km (4 miles) east of Arden.",
            "4 miles",
            4,
            unit="mile",
            what="It",
            what_head=None,
            event="strike",
            same_as=k.id,
        )
        for x, k in zip("ab", kilometres, strict=True)
    ]
    figures = found_figures(STORY, [*kilometres, *miles], [], {})
    assert [f.unit for f in sorted(figures, key=lambda f: f.unit)] == ["kilometre", "mile"]
    assert len({f.same_thing for f in figures}) == 1
    assert figures[0].same_thing is not None


def test_measures_in_two_units_are_one_thing_where_all_but_the_unit_agrees() -> None:
    miles = [say(x, f"It struck {n} miles north of Arden.", f"{n} miles", float(n), unit="mile", what="It", what_head=None, event="strike")
             for x, n in (("a", "14"), ("b", "16"))]  # fmt: skip
    kilometres = [say(x, f"It struck {n} km north of {town}.", f"{n} km", float(n), unit="kilometre", what="It", what_head=None, event="strike")
                  for x, n, town in (("c", "22", "Arden"), ("d", "22", "Arden"), ("c", "90", "Belton"), ("d", "91", "Belton"))]  # fmt: skip
    figures = found_figures(STORY, [*miles, *kilometres], [], {})
    by_claim = {id: f for f in figures for id in f.claims}
    arden, again, belton = (by_claim[c.id].same_thing for c in (miles[0], kilometres[0], kilometres[2]))
    assert arden is not None
    assert (again, belton) == (arden, None)


def test_money_alerts_and_a_background_figure_is_marked() -> None:
    money = [
        say(
            x,
            "Thieves stole jewels worth $2 million.",
            "$2 million",
            2e6,
            unit="USD",
            what="jewels",
            what_head="jewel",
            event="steal",
        )
        for x in "ab"
    ]
    old = [say(x, "In December 2003 a quake in Arden killed 900 people.", "900", 900, event="kill") for x in "ab"]
    figures = found_figures(STORY, [*money, *old], [], {})
    assert sorted((f.title, f.kind, f.alerts, f.harm, f.background) for f in figures) == [
        ("people killed (December 2003)", "cumulative", True, True, True),
        ("value stolen (USD)", "event", True, False, False),
    ]


def test_a_lone_number_is_a_figure_only_where_a_desk_follows_it() -> None:
    lone = say("a", "The quake killed 12 people.", "12", 12, event="kill")
    tents = say("a", "Some 200 tents were ready.", "200", 200, what="tents", what_head="tent", event="ready")
    assert [f.claims for f in found_figures(STORY, [lone, tents], [], {})] == [(lone.id,)]


def test_denials_go_with_the_figure_of_their_event() -> None:
    killed, injured, other = (
        make_denial(id="d1", event="kill"),
        make_denial(id="d2", event="wound"),
        make_denial(id="d3", event="resign"),
    )
    figures = found_figures(STORY, [*KILLED, *INJURED], [other, injured, killed], {})
    assert {f.title: f.denials for f in figures} == {"people killed": ("d1",), "people injured": ("d2",)}


# ---------------------------------------------------------------- any order

_CLAIMS = [*KILLED, *INJURED, *MISSING] + [
    say(
        x,
        f"Thieves took {n} paintings from the {where} museum.",
        n,
        float(n),
        what="paintings",
        what_head="painting",
        event="take",
    )
    for x, n, where in (
        ("a", "3", "city"),
        ("b", "3", "city"),
        ("c", "4", "city"),
        ("d", "12", "sea"),
        ("a", "12", "sea"),
    )
]


@settings(max_examples=60, deadline=None)
@given(st.permutations(_CLAIMS), st.integers(0, len(_CLAIMS)))
def test_any_order_of_arrival_gives_the_same_figures(order: list[Claim], late: int) -> None:
    expected = found_figures(STORY, _CLAIMS, [make_denial()], {})
    assert len(expected) >= 4
    assert found_figures(STORY, order[late:] + order[:late], [make_denial()], {}) == expected


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(_CLAIMS), unique_by=lambda c: c.id, min_size=1))
def test_every_claim_is_in_one_figure_at_most(claims: list[Claim]) -> None:
    seen = [id for f in found_figures(STORY, claims, [], {}) for id in f.claims]
    assert len(seen) == len(set(seen))
    assert set(seen) <= {c.id for c in claims}


def _many(count: int) -> list[Claim]:
    choose = random.Random(7)
    verbs = ["kill", "injure", "arrest", "destroy", "send", "seize", "rescue", "displace"]
    nouns = ["person", "house", "soldier", "boat", "rifle", "tent", "child", "village"]
    made = []
    for i in range(count):
        value, verb, noun = choose.randrange(1, 5000), choose.choice(verbs), choose.choice(nouns)
        made.append(say(f"a{i % 997}", f"Day {i % 31}: {value} {noun}s {verb}ed near the {choose.choice('nesw')} gate.", str(value), value, id=f"c{i}",
                        what=noun, what_head=noun, event=verb))  # fmt: skip
    return made


@pytest.mark.slow
@pytest.mark.parametrize("count", [1_000, 20_000])
def test_claims_meet_by_keys_and_never_all_against_all(count: int) -> None:
    facets = read_facets(_many(count))
    view = StoryView.of(facets)
    grouped = group_facets(facets, view)
    assert sum(map(len, grouped)) == count
    assert view.compared <= 16 * BUCKET * 64  # pairs of what is shown, whatever the number of claims
    assert len(grouped) < count / 4


# ---------------------------------------------------------------- topics

TROOPS = Topic(
    name="troops",
    title="Foreign troops in Vesk",
    match=(("North Korea", "North Korean"), ("Vesk",)),
    since=date(2024, 10, 1),
    figures={
        "killed": TopicFigure(
            what=("soldier", "troop", "man"), event=("kill", "die", "death"), place="Vesk", part_of="casualties"
        ),
        "casualties": TopicFigure(
            what=("soldier", "troop", "casualty"), event=("kill", "wound", "casualty"), part_of="sent"
        ),
        "sent": TopicFigure(what=("soldier", "troop"), event=("send", "deploy"), kind="level", not_words=("plans",)),
    },
    window=5,
    jump=3.0,
)


def soldiers(article: str, sentence: str, number: str, value: float, event: str, **given: Any) -> Claim:
    return say(
        article,
        sentence,
        number,
        value,
        what=given.pop("what", "soldiers"),
        what_head=given.pop("what_head", "soldier"),
        event=event,
        **given,
    )


@pytest.mark.parametrize(
    ("claim", "figure"),
    [
        (
            soldiers("a", "Some 300 North Korean soldiers were killed in Vesk.", "300", 300, "kill", place="Vesk"),
            "killed",
        ),
        (soldiers("a", "Some 300 troops died.", "300", 300, "die", what="troops", what_head="troop"), "killed"),
        (
            soldiers("a", "There were 3,000 casualties.", "3,000", 3000, "be", what="casualties", what_head="casualty"),
            "casualties",
        ),
        (soldiers("a", "Some 3,000 soldiers were killed or wounded.", "3,000", 3000, "kill"), "casualties"),
        (soldiers("a", "Pyongyang sent 11,000 soldiers.", "11,000", 11000, "send"), "sent"),
        (soldiers("a", "Pyongyang dispatched 11,000 soldiers.", "11,000", 11000, "dispatch"), "sent"),
        (soldiers("a", "It plans to send 11,000 soldiers.", "11,000", 11000, "send"), None),
        (soldiers("a", "It sent 3,000 more soldiers.", "3,000", 3000, "send", aspect="change"), None),
        (soldiers("a", "Some 2,700 soldiers were wounded.", "2,700", 2700, "wound"), None),
        (
            soldiers(
                "a", "Some 700 Ukrainian soldiers were killed in Vesk.", "700", 700, "kill", what="Ukrainian soldiers"
            ),
            None,
        ),
        (soldiers("a", "Some 700 soldiers were killed in Arden.", "700", 700, "kill", place="Arden"), None),
        (soldiers("a", "In June 1999 some 700 soldiers were killed.", "700", 700, "kill"), None),
        (
            soldiers(
                "a", "Some 20 villagers were killed in Vesk.", "20", 20, "kill", what="villagers", what_head="villager"
            ),
            None,
        ),
        (soldiers("a", "It cost $300 to kill soldiers.", "$300", 300, "kill", unit="USD"), None),
    ],
)
def test_a_topic_takes_what_fits_surely(claim: Claim, figure: str | None) -> None:
    assert {f.name: f.claims for f in topic_figures(TROOPS, [claim], [])} == {
        n: (claim.id,) if n == figure else () for n in TROOPS.figures
    }


def test_a_topic_figure_is_what_the_file_says() -> None:
    claim = soldiers("a", "Some 300 North Korean soldiers were killed in Vesk.", "300", 300, "kill")
    killed, casualties, sent = topic_figures(TROOPS, [claim], [make_denial(event="kill")])
    assert killed == Figure(
        id=digest_id("topic", "troops", "killed"), title="Foreign troops in Vesk: killed", kind="cumulative", unit="count", claims=(claim.id,), topic="troops",
        name="killed", part_of=casualties.id, what=("soldier", "troop", "man"), event=("kill",), place="Vesk", harm=True, alerts=True, denials=("d1",),
        window_days=5, jump=3.0,
    )  # fmt: skip
    assert (casualties.part_of, sent.part_of, sent.kind) == (sent.id, None, "level")


def test_a_topic_figures_claims_are_in_the_order_of_time() -> None:
    days = [date(2025, 1, 20), date(2025, 1, 10), date(2025, 1, 15)]
    hours = [datetime(2025, 1, 22, hour, tzinfo=UTC) for hour in (0, 1, 2)]
    claims = [
        soldiers(f"a{i}", f"Some {n} soldiers were killed.", n, float(n), "kill", as_of=(day, day), published=hours[i])
        for i, (day, n) in enumerate(zip(days, ("300", "100", "200"), strict=True))
    ]
    assert topic_figures(TROOPS, claims, [])[0].claims == (claims[1].id, claims[2].id, claims[0].id)


# ---------------------------------------------------------------- data


@pytest.mark.parametrize(
    ("words", "same"),
    [
        (("kill", "killed", "killing", "kills"), True),
        (("injure", "injured", "injuring"), True),
        (("child", "children"), True),
        (("person", "people"), True),
        (("boat", "boats"), True),
        (("die", "died", "dying"), True),
        (("city", "cities"), True),
        (("rob", "robbed", "robbing"), True),
        (("house", "hour"), False),
        (("injure", "inject"), False),
    ],
)
def test_stems(words: tuple[str, ...], same: bool) -> None:
    assert (len({stem(w) for w in words}) == 1) is same


def test_word_lists_hold_together() -> None:
    lists = lexicon()
    for event in lists.events.values():
        assert event.kind in ("cumulative", "level", "event"), event
        assert event.part_of is None or event.part_of in lists.events, event
    for thing in lists.things.values():
        assert thing.part_of is None or thing.part_of in lists.things, thing
    owners: dict[str, str] = {}
    for name, entry in load_words("things")["things"].items():
        for word in entry["words"]:
            assert owners.setdefault(stem(word), name) == name, f"{word} is two things"


@pytest.mark.parametrize(
    ("city", "country"),
    [("Chongqing", "china"), ("Houston", "united-states"), ("Santa Rosa", None), ("Nowhere-on-Sea", None)],
)
def test_the_country_of_a_city(city: str, country: str | None) -> None:
    assert country_of_city(city) == country
