"""Which claims are compared, in what order; the same findings whatever the order of arrival; quiet days."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from processing.alert import decide_alerts
from processing.compare import Statement, compare_across, compare_figure, mask_numbers
from processing.compare.facts import first_told
from processing.compare.pairs import arrange, pairs, voices
from processing.compare.statements import end_day, known_on, one_quotation, origins, precedes
from processing.compare.table import TABLE
from schemas.records import Claim, Figure, Finding
from tests.support.records import make_claim, make_figure

START = datetime(2025, 1, 10, 8, 0, tzinfo=UTC)


def told(
    number: float,
    *,
    day: int = 0,
    hour: int = 0,
    outlet: str = "a",
    who: str | None = "police",
    copies: str | None = None,
    **given: Any,
) -> Statement:
    """A claim of a number, `day` days and `hour` hours after the start."""
    at = START + timedelta(days=day, hours=hour)
    sentence = f"The toll is {number:g}, {who or outlet} said."
    article = given.pop("article", f"{outlet}{day}{hour}")
    revision = given.pop("revision", 1)
    fields: dict[str, Any] = {
        "id": f"{article}.{revision}:{number:g}:{who}", "low": number, "high": number, "text": f"{number:g}", "outlet": f"xx/{outlet}", "outlet_name": outlet,
        "article_key": article, "article_id": f"{article}.{revision}", "revision": revision, "published": at, "as_of": (at.date(), at.date()),
        "source": who, "source_id": who, "source_status": "named" if who else "outlet", "sentence": sentence, "start": 12, "end": 12 + len(f"{number:g}"),
        "sentence_end": len(sentence), "last_digit": None,
    }  # fmt: skip
    return Statement(make_claim(**{**fields, **given}), copies, mask_numbers(sentence) if copies else None)


def brief(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """Name, earlier and later of each finding, sorted."""
    return sorted((f.finding, f.earlier, f.later) for f in findings)


# ---------------------------------------------------------------- order


DAY_ONLY = {"published": START.replace(hour=0), "published_precision": "day"}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (told(1), told(1, day=1), "before"),
        (told(1, hour=1), told(1), "after"),
        (told(1), told(1), "unordered"),
        (told(1, **DAY_ONLY), told(2, hour=5), "unordered"),
        (told(1, **DAY_ONLY), told(2, day=1), "before"),
        (told(1, **DAY_ONLY), told(2, **DAY_ONLY), "unordered"),
        (told(1, published=None), told(2, hour=3), "unordered"),
        (told(1, published=None), told(2, day=3), "before"),
        (told(1, as_of=None, published=None), told(2, day=3), "unordered"),
        (told(1, as_of=None), told(2, day=3), "before"),  # then the publication day orders
        (
            told(1, article="x", revision=2),
            told(1, article="x", day=3),
            "after",
        ),  # revisions by number, whatever they date
        (
            told(1, day=3, as_of=(date(2025, 1, 1), date(2025, 1, 10))),
            told(2, hour=1),
            "after",
        ),  # one end of as-of: then by publication
        (told(1, hour=1, as_of=(date(2025, 1, 1), date(2025, 1, 12))), told(2), "after"),  # the end of as-of
    ],
)
def test_precedence(first: Statement, second: Statement, expected: str) -> None:
    a, b = first.claim, second.claim
    found = "before" if precedes(a, b) else "after" if precedes(b, a) else "unordered"
    assert (found, precedes(a, b) and precedes(b, a)) == (expected, False)


def test_what_was_fetched_when_and_ids_play_no_part() -> None:
    first, second = told(12, id="z", who="army"), told(20, id="a", hour=2)
    expected = [("updates", "z", "a")]
    assert (
        brief(compare_figure(make_figure(), [first, second]))
        == brief(compare_figure(make_figure(), [second, first]))
        == expected
    )
    swapped = [replace(s, claim=replace(s.claim, id={"z": "a", "a": "z"}[s.claim.id])) for s in (first, second)]
    assert brief(compare_figure(make_figure(), swapped)) == [("updates", "a", "z")]


def test_of_a_total_that_no_date_orders_the_lower_comes_first() -> None:
    low, high = told(12, outlet="z", **DAY_ONLY), told(20, outlet="a", who="army", **DAY_ONLY)
    assert brief(compare_figure(make_figure(), [high, low])) == [("updates", low.claim.id, high.claim.id)]


def test_a_total_known_only_to_the_day_stands_among_those_of_its_day_by_its_number() -> None:
    morning, evening, sometime = told(12), told(30, hour=10), told(20, outlet="b", **DAY_ONLY)
    assert [s.claim.low for s in arrange([sometime, evening, morning], cumulative=True)] == [12, 20, 30]
    assert [s.claim.low for s in arrange([evening, sometime, morning], cumulative=False)] == [20, 12, 30]


def test_each_claim_meets_the_newest_one_of_every_origin() -> None:
    said = [
        told(10),
        told(12, day=1),
        told(11, who="army", day=1, hour=1, outlet="b"),
        told(20, day=2, outlet="c", who="mayor"),
    ]
    found = brief(compare_figure(make_figure(), said))
    assert found == sorted(
        [
            ("updates", said[0].claim.id, said[1].claim.id),
            ("lags", said[1].claim.id, said[2].claim.id),
            ("updates", said[1].claim.id, said[3].claim.id),
            ("updates", said[2].claim.id, said[3].claim.id),
        ]
    )


def test_joint_sources_count_for_each_of_their_origins_and_meet_once() -> None:
    joint = told(12, source_id=("army", "police"), source="police and the army")
    late = (
        told(15, day=1, who="army", outlet="b"),
        told(16, day=2, who="police", outlet="c"),
        told(20, day=3, who="mayor", outlet="d"),
    )
    found = brief(compare_figure(make_figure(), [joint, *late]))
    ids = [s.claim.id for s in (joint, *late)]
    assert found == sorted([("updates", ids[a], ids[b]) for a, b in ((0, 1), (0, 2), (1, 2), (1, 3), (2, 3))])
    both = told(18, day=1, who="mayor", outlet="e")
    assert brief(compare_figure(make_figure(), [joint, both])) == [("updates", joint.claim.id, both.claim.id)]


def test_forty_reprints_are_one_voice() -> None:
    reprints = [told(12, outlet=f"o{i:02}", hour=i % 9, copies="g") for i in range(40)]
    other = told(20, day=1, who="army", outlet="z")
    found = compare_figure(make_figure(kind="event"), [*reprints, other])
    assert [(f.finding, f.severity) for f in found] == [("conflicts", "high")]
    assert len(voices(reprints, cumulative=False)) == 1


def test_copies_in_their_own_voice_are_one_origin() -> None:
    reprints = [told(12, who=None, outlet="a", copies="g"), told(12, who=None, outlet="b", copies="g")]
    assert {origins(s) for s in reprints} == {("copies:g",)}
    assert origins(told(12, who=None, outlet="a")) == ("outlet:xx/a",)


def test_an_altered_copy_is_found_among_many() -> None:
    reprints = [told(12, outlet=f"o{i}", copies="g", hour=i) for i in range(5)]
    wrong = told(21, outlet="x", copies="g", hour=9)
    found = compare_figure(make_figure(kind="event"), [*reprints, wrong])
    assert [(f.finding, f.earlier, f.later, f.severity) for f in found] == [
        ("altered", reprints[0].claim.id, wrong.claim.id, "high")
    ]


def test_revisions_are_compared_step_by_step() -> None:
    states = [told(n, article="x", revision=r) for r, n in enumerate((12, 20, 12), start=1)]
    found = compare_figure(make_figure(), states)
    assert [(f.finding, f.earlier, f.later, f.severity) for f in sorted(found, key=lambda f: f.later)] == [
        ("edited", "x.1:12:police", "x.2:20:police", "low"),
        ("edited", "x.2:20:police", "x.3:12:police", "high"),
    ]


def test_a_revision_that_adds_a_number_edits_nothing() -> None:
    old = told(12, article="x")
    new = [
        told(12, article="x", revision=2),
        told(20, article="x", revision=2, sentence="Later it was 20.", start=13, end=15),
    ]
    assert brief(compare_figure(make_figure(), [old, *new])) == [("inconsistent", "x.2:12:police", "x.2:20:police")]


def test_a_revision_repeats_nothing() -> None:
    other = told(15, who="army", outlet="b", hour=1)
    once = brief(compare_figure(make_figure(), [told(12, article="x"), other]))
    twice = brief(compare_figure(make_figure(), [told(12, article="x"), told(12, article="x", revision=2), other]))
    assert once == twice == [("updates", "x.1:12:police", other.claim.id)]


def test_claims_in_another_unit_are_converted_and_what_cannot_be_is_left_out() -> None:
    figure = make_figure(kind="event", unit="kilometre")
    miles = told(100, unit="mile")
    km, money = told(400, unit="kilometre", outlet="b", who="army"), told(5, unit="USD", outlet="c")
    found = compare_figure(figure, [miles, km, money])
    assert [(f.finding, f.earlier, f.later) for f in found] == [("conflicts", miles.claim.id, km.claim.id)]
    assert "converted: 160.9344 kilometres" in found[0].explanation
    assert "at 100 miles" in found[0].text


def test_a_bare_number_that_its_words_show_to_be_a_magnitude_is_compared() -> None:
    """ "Measured the tremor at 6.2" is read as a count; the figure knows better."""
    figure = make_figure(kind="event", unit="magnitude", title="magnitude of the quake")
    first, bare = (
        told(6.1, unit="magnitude", last_digit=0.1),
        told(6.2, unit="count", outlet="b", who="army", last_digit=0.1),
    )
    found = compare_figure(figure, [first, bare])
    assert [(f.finding, f.earlier, f.later) for f in found] == [("conflicts", first.claim.id, bare.claim.id)]


def test_currencies_are_compared_at_the_rate_that_an_article_gives() -> None:
    dollars, euros = (
        make_figure(id="usd", unit="USD", kind="event", same_thing="s"),
        make_figure(id="eur", unit="EUR", kind="event", same_thing="s"),
    )
    base = told(85e6, unit="EUR", id="base", last_digit=1e6)
    bracket = told(113e6, unit="USD", id="bracket", same_as="base", last_digit=1e6)
    slip = told(85e6, unit="USD", id="slip", outlet="b", who="mayor", last_digit=1e6)
    near = told(110e6, unit="USD", id="near", outlet="c", who="army", last_digit=1e6)
    found = compare_across([dollars, euros], {"usd": [bracket, slip, near], "eur": [base]})
    assert sorted((f.finding, f.later if f.later != "base" else f.earlier, f.severity) for f in found) == [
        ("agrees", "near", None),
        ("slips", "slip", "high"),
    ]
    assert "the ratio of two units" in next(f.text for f in found if f.finding == "slips")


def test_masking_leaves_the_words() -> None:
    masked = mask_numbers("At least 1,200 people\n(3.5 million, twenty-two or half a dozen) died on  the 5th")
    assert masked == "at least # people (#, # or half a #) died on the #"
    assert mask_numbers("Killed 12") == mask_numbers("killed  twenty-one") != mask_numbers("wounded 12")


def test_quotations() -> None:
    def said(quote: str, **given: Any) -> Statement:
        return told(12, quote=quote, **given)

    full = said("We counted 12 of our men in the field")
    assert one_quotation(full, said("and we counted 12 of our men there"))  # we counted # of our men
    assert not one_quotation(full, said("they lost 12 of our men"))  # of our men: three
    assert not one_quotation(full, said("nothing with that number"))
    assert not one_quotation(full, told(12))
    relay = {"relay": ("The BBC",), "as_of_guess": False}
    assert one_quotation(told(12, **relay), told(13, **{**relay, "relay": ("the BBC",)}))
    assert not one_quotation(told(12, **relay), told(13, **{**relay, "who": "army"}))


def test_when_a_claim_could_be_read() -> None:
    late = told(12, day=9, as_of=(date(2025, 1, 11), date(2025, 1, 11)), as_of_guess=False).claim
    assert (known_on(late), end_day(late)) == (date(2025, 1, 19), date(2025, 1, 11))
    assert known_on(replace(late, published=None)) == date(2025, 1, 11)
    assert known_on(replace(late, published=None, as_of=None)) is None


# ---------------------------------------------------------------- whatever the order of arrival


SOURCES: list[dict[str, Any]] = [
    {"who": "police"}, {"who": "army"}, {"who": None}, {"who": "both", "source_id": ("army", "police")}, {"who": "officials", "source_id": None},
    {"who": "he", "source_id": None, "source_status": "unresolved"},
]  # fmt: skip
NUMBERS = [0, 5, 6, 12, 12, 20, 120, 1000, 1040]
DATES = ["minute", "minute", "day", "no publication", "no date", "stated"]


@st.composite
def said(draw: st.DrawFn, index: int) -> Statement:
    outlet = draw(st.sampled_from("abcd"))
    day, hour = draw(st.integers(0, 4)), draw(st.integers(0, 2))
    number = draw(st.sampled_from(NUMBERS))
    dates = draw(st.sampled_from(DATES))
    copies = draw(st.sampled_from([None, None, "g", "h"]))
    given: dict[str, Any] = dict(draw(st.sampled_from(SOURCES)))
    given["stance"] = draw(st.sampled_from(["asserts"] * 8 + ["denies"]))
    given["correction"] = draw(st.sampled_from([False] * 6 + [True]))
    given["id"] = f"c{index}"
    if draw(st.integers(0, 4)) == 0:
        given["article"], given["revision"] = "shared", draw(st.integers(1, 3))
        outlet, copies = "a", None
    if dates == "day":
        given |= {"published": START + timedelta(days=day) - timedelta(hours=8), "published_precision": "day"}
    elif dates == "no publication":
        given |= {"published": None}
    elif dates == "no date":
        given |= {"published": None, "as_of": None}
    elif dates == "stated":
        end = START.date() + timedelta(days=draw(st.integers(-3, day)))
        given |= {"as_of": (end, end), "as_of_guess": False}
    if draw(st.integers(0, 5)) == 0:
        given |= {"approx": "at_least", "high": None}
    return told(number, day=day, hour=hour, outlet=outlet, copies=copies, **given)


LISTS = st.integers(2, 8).flatmap(lambda n: st.tuples(*(said(i) for i in range(n))))
FIGURES = st.sampled_from(
    [make_figure(kind=kind, topic=topic) for kind in ("cumulative", "level", "event", None) for topic in (None, "t")]
)


def _kinds_in(statements: Sequence[Statement], findings: Sequence[Finding]) -> set[str]:
    """Which of the situations that the properties are about occur here."""
    claims = [s.claim for s in statements]
    found = {f.finding for f in findings} | {f"severity {f.severity}" for f in findings}
    ordered = sorted(claims, key=lambda c: end_day(c) or date.min)
    situations = {
        "tie": any(not precedes(a, b) and not precedes(b, a) for a, b in pairwise(ordered)),
        "missing date": any(c.as_of is None or c.published is None for c in claims),
        "late arrival": any(c.as_of is not None and known_on(c) != c.as_of[1] for c in claims),
        "copies": len({s.copies for s in statements if s.copies}) < sum(s.copies is not None for s in statements),
        "revisions": len({c.revision for c in claims if c.article_key == "shared"}) > 1,
        "overlap": any(c.high is None for c in claims),
        "joint": any(isinstance(c.source_id, tuple) for c in claims),
        "undecided": any(c.source_id is None and c.source_status == "named" for c in claims),
    }
    return {name for name, here in situations.items() if here} | found


@pytest.mark.slow
def test_properties_of_all_findings() -> None:
    seen: Counter[str] = Counter()

    @settings(
        max_examples=400,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(LISTS, FIGURES, st.randoms(use_true_random=False))
    def check(statements: tuple[Statement, ...], figure: Figure, chance: random.Random) -> None:
        findings = compare_figure(figure, statements)
        for name in _kinds_in(statements, findings):
            seen[name] += 1
            event(name)
        _same_in_any_order(figure, statements, findings, chance)
        _pairs_are_sound(figure, statements, findings)

    check()
    wanted = {
        "tie", "missing date", "late arrival", "copies", "revisions", "overlap", "joint", "undecided", "severity high", "severity low", "severity None",
        "denies", "edited", "altered", "inconsistent", "slips", "conflicts", "falls", "moved", "revises", "lags", "jumps", "updates", "narrows", "agrees",
    }  # fmt: skip
    assert {name: seen[name] for name in wanted if seen[name] < 3} == {}


def _same_in_any_order(
    figure: Figure, statements: Sequence[Statement], findings: Sequence[Finding], chance: random.Random
) -> None:
    shuffled = list(statements)
    chance.shuffle(shuffled)
    assert compare_figure(figure, shuffled) == findings
    assert compare_figure(figure, list(reversed(statements))) == findings


def _pairs_are_sound(figure: Figure, statements: Sequence[Statement], findings: Sequence[Finding]) -> None:
    by_id: Mapping[str, Statement] = {s.claim.id: s for s in statements}
    assert len({frozenset((f.earlier, f.later)) for f in findings}) == len(findings)  # one finding a pair
    for finding in findings:
        p, n = by_id[finding.earlier], by_id[finding.later]
        assert p.claim.id != n.claim.id
        assert not precedes(n.claim, p.claim)
        assert finding.day == max((d for d in (known_on(p.claim), known_on(n.claim)) if d), default=None)
        if p.copies is not None and p.copies == n.copies and p.claim.article_key != n.claim.article_key:
            assert finding.finding in ("altered", "updates")
        if "unresolved" in (p.claim.source_status, n.claim.source_status):
            assert finding.severity is None
        if finding.finding in ("conflicts", "moved", "falls") and finding.severity is not None:
            assert finding.gap is not None
            assert finding.gap >= 1.2
        if finding.severity == "high" and finding.finding not in ("edited", "altered"):
            assert p.claim.source_status == n.claim.source_status == "outlet" or p.claim.source_id or n.claim.source_id
    ordered = arrange(statements, cumulative=figure.kind == "cumulative")
    assert sorted(s.claim.id for s in ordered) == sorted(by_id)
    for i, a in enumerate(ordered):
        for b in ordered[i + 1 :]:
            if a.claim.article_key != b.claim.article_key and "shared" not in (
                a.claim.article_key,
                b.claim.article_key,
            ):
                assert not precedes(b.claim, a.claim)


def test_alerts_are_the_same_in_any_order_of_arrival() -> None:
    chance = random.Random(5)
    rows = [
        (12, 0, "a", "police"),
        (30, 0, "b", "army"),
        (12, 1, "c", "police"),
        (30, 1, "d", "army"),
        (9, 2, "e", "police"),
    ]
    said = [told(number, day=day, outlet=outlet, who=who) for number, day, outlet, who in rows]
    figure = make_figure(kind="event")
    claims: dict[str, Claim] = {s.claim.id: s.claim for s in said}
    results = []
    for _ in range(6):
        chance.shuffle(said)
        alerts: dict[str, Any] = {}
        for count in range(1, len(said) + 1):
            changed = decide_alerts(
                compare_figure(figure, said[:count]), claims, {figure.id: figure}, alerts, now=START
            )
            alerts.update((a.id, a) for a in changed)
        results.append(
            {(a.id, a.finding, a.severity, a.outlets, a.findings, a.text) for a in alerts.values() if a.state == "open"}
        )
    assert all(result == results[0] for result in results)
    assert sorted(r[1] for r in results[0]) == [
        "conflicts",
        "conflicts",
        "moved",
    ]  # 12 against 30, 30 against 9, 12 then 9


# ---------------------------------------------------------------- quiet days


def _ordinary_day(tolls: Sequence[int]) -> list[Statement]:
    """Nine outlets a day carry the toll of police and hospital; some say "at least", two carry the agency's text, one is an hour behind."""
    said = []
    for day, toll in enumerate(tolls):
        for i, outlet in enumerate("abcdefghi"):
            number = tolls[max(0, day - 1)] if outlet == "i" and day else toll
            given: dict[str, Any] = {"approx": "at_least", "high": None} if outlet in "cf" else {}
            who = ("police", "the hospital", None)[i % 3]
            if outlet == "i":
                who = "the fire service"
            said.append(
                told(
                    number,
                    day=day,
                    hour=i,
                    outlet=outlet,
                    who=who,
                    copies=f"g{day}" if outlet in "ad" else None,
                    **given,
                )
            )
    return said


def test_a_quiet_day_and_a_growing_toll_raise_no_alert() -> None:
    for tolls in ([7], [7, 7, 7], [3, 4, 7, 9, 12], [12, 16, 21, 27, 33, 41]):
        loud = [f for f in compare_figure(make_figure(), _ordinary_day(tolls)) if f.severity]
        assert [f.text for f in loud] == []


def test_a_toll_that_jumps_raises_that_and_nothing_else() -> None:
    loud = [f for f in compare_figure(make_figure(), _ordinary_day([12, 14, 60])) if f.severity]
    assert {(f.finding, f.severity) for f in loud} == {("jumps", "low")}


def test_a_rise_that_others_had_told_is_no_jump() -> None:
    days = _ordinary_day([12, 40, 45, 110])
    older = [replace(row, needs=tuple(f for f in row.needs if f is not first_told)) for row in TABLE]
    loud = {f.id for f in compare_figure(make_figure(), days) if f.finding == "jumps"}
    every = {f.id for f in compare_figure(make_figure(), days, table=older) if f.finding == "jumps"}
    assert loud
    assert loud < every


def test_cost_grows_with_the_origins_not_with_the_square_of_the_claims() -> None:
    def comparisons(days: int) -> int:
        return sum(1 for _ in pairs(make_figure(), _ordinary_day(list(range(10, 10 + days))), over=False))

    assert comparisons(40) < 2.5 * comparisons(20)
