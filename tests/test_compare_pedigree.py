"""Pedigrees: one row per origin, with carriers, changes on the way, and what overtook it."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from processing.compare import PedigreeRow, Statement, pedigree
from tests.support.records import make_claim, make_figure

START = datetime(2025, 1, 10, 8, 0, tzinfo=UTC)


def told(
    number: float,
    *,
    day: int = 0,
    outlet: str = "a",
    who: str | None = "the doctor",
    copies: str | None = None,
    **given: Any,
) -> Statement:
    at = START + timedelta(days=day)
    fields: dict[str, Any] = {
        "id": f"{outlet}{day}", "low": number, "high": number, "outlet": f"xx/{outlet}", "outlet_name": f"Outlet {outlet.upper()}",
        "article_key": f"{outlet}{day}", "published": at, "as_of": (at.date(), at.date()), "source": who, "source_id": who,
        "source_status": "named" if who else "outlet", "what": "patients", "event": "kill", "last_digit": None,
    }  # fmt: skip
    return Statement(make_claim(**{**fields, **given}), copies)


ABOUT_50: dict[str, Any] = {"approx": "about", "low": 45, "high": 55}
CLINIC, PROVINCE = {"place": "the clinic"}, {"place": "the province"}


def test_six_outlets_one_doctor_and_what_became_of_his_words() -> None:
    said = [
        told(50, **ABOUT_50, **CLINIC, relay=("Reuters",)),
        told(50, outlet="b", copies="g", **ABOUT_50, **CLINIC),
        told(50, outlet="c", copies="g", **ABOUT_50, **CLINIC),
        told(50, outlet="d", day=1, approx="at_least", high=None, **PROVINCE),
        told(50, outlet="e", day=2, hedged=True, approx="at_least", high=None, **PROVINCE),
        told(50, outlet="f", day=3, approx="at_least", high=None, **PROVINCE),
        told(90, outlet="g", day=4, who="the ministry"),
    ]
    rows = pedigree(make_figure(kind="cumulative"), said)
    assert rows[0] == PedigreeRow(
        origin="the doctor", origin_name="the doctor", claim="f3", text="at least 50", low=50, high=None, approx="at_least", unit="count",
        scope="patients (kill) in the province", as_of=date(2025, 1, 13), as_of_guess=True,
        carriers=("Outlet A", "Outlet B", "Outlet C", "Outlet D", "Outlet E", "Outlet F"), articles=6, relays=(("Reuters",),),
        changes=(
            "about 50 in the clinic -> at least 50 in the province (Outlet D, 11 Jan)",
            "at least 50 -> at least 50 (Outlet F, 13 Jan, doubt dropped)",
        ),
        first_known=date(2025, 1, 10), overtaken_by=None, overtaken_claim=None, stance="asserts", certain=True,
    )  # fmt: skip
    assert [(r.origin, r.text, r.carriers, r.overtaken_by) for r in rows[1:]] == [
        ("the ministry", "90", ("Outlet G",), None)
    ]
    random.Random(2).shuffle(said)
    assert pedigree(make_figure(kind="cumulative"), said) == rows


def test_a_number_that_a_later_one_of_another_origin_leaves_behind() -> None:
    said = [
        told(12),
        told(20, day=1, outlet="b", who="the ministry"),
        told(30, day=2, outlet="c", who="the army"),
        told(25, day=3, outlet="d", who=None),
    ]
    rows = {r.origin: (r.overtaken_by, r.overtaken_claim) for r in pedigree(make_figure(), said)}
    assert rows == {
        "the doctor": ("Outlet D: 25 (13 Jan 2025)", "d3"),
        "the ministry": ("Outlet D: 25 (13 Jan 2025)", "d3"),
        "the army": (None, None),  # a running total is left behind by a greater one only
        "outlet:xx/d": (None, None),
    }
    levels = {r.origin: r.overtaken_claim for r in pedigree(make_figure(kind="level"), said)}
    assert levels["the army"] == "d3"


def test_numbers_that_an_origin_changed() -> None:
    rows = pedigree(make_figure(), [told(12), told(20, day=1, outlet="b"), told(20, day=2, outlet="c")])
    assert [(r.text, r.carriers, r.articles, r.changes) for r in rows] == [
        ("20", ("Outlet B", "Outlet C"), 2, ("12 -> 20 (Outlet B, 11 Jan)",))
    ]


def test_a_scope_that_grew_by_itself() -> None:
    rows = pedigree(make_figure(), [told(12, **CLINIC), told(12, day=1, outlet="b", **PROVINCE)])
    assert rows[0].changes == ("12 in the clinic -> 12 in the province (Outlet B, 11 Jan)",)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"what": "soldiers"}, {"what": "North Korean soldiers"}, ()),
        ({"place": "Kursk"}, {"place": "the Kursk region"}, ()),
        ({"place": None}, {"place": "Kursk"}, ()),
        ({"event": "kill"}, {"event": "die"}, ()),
        ({"event": "kill"}, {"event": "casualty"}, ("12 (kill) -> 12 (casualty) (Outlet B, 11 Jan)",)),
        ({"place": "Kursk"}, {"place": "Russia"}, ("12 in Kursk -> 12 in Russia (Outlet B, 11 Jan)",)),
        ({"hedged": True}, {}, ("12 -> 12 (Outlet B, 11 Jan, doubt dropped)",)),
        ({"approx": "about"}, {"approx": "about"}, ()),
    ],
)
def test_other_words_are_no_change(before: dict[str, Any], after: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert pedigree(make_figure(), [told(12, **before), told(12, day=1, outlet="b", **after)])[0].changes == expected


def test_many_changes_are_counted_but_for_the_last() -> None:
    rows = pedigree(make_figure(), [told(10 + day, day=day) for day in range(7)])
    assert rows[0].changes == (
        "2 earlier changes",
        *(f"{10 + d} -> {11 + d} (Outlet A, {11 + d} Jan)" for d in range(2, 6)),
    )


def test_joint_sources_have_a_row_each_and_undecided_ones_are_marked() -> None:
    joint = told(12, who="IRNA and the USGS", source_id=("irna", "usgs"))
    rows = pedigree(
        make_figure(),
        [
            joint,
            told(15, outlet="b", day=1, who="officials", source_id=None),
            told(16, outlet="c", day=2, stance="denies", who="x"),
        ],
    )
    assert [(r.origin, r.origin_name, r.certain, r.stance) for r in rows] == [
        ("irna", "irna", True, "asserts"),
        ("usgs", "usgs", True, "asserts"),
        ("?officials", "officials", False, "asserts"),
        ("x", "x", True, "denies"),
    ]


def test_what_has_no_date_comes_last() -> None:
    undated = told(12, who="z", as_of=None, published=None)
    rows = pedigree(make_figure(), [undated, told(15, outlet="b")])
    assert [(r.origin, r.as_of, r.first_known) for r in rows] == [
        ("the doctor", date(2025, 1, 10), date(2025, 1, 10)),
        ("z", None, None),
    ]


def test_an_outlet_that_repeats_a_number_carries_it_and_is_no_origin() -> None:
    own = told(50, outlet="b", day=1, who=None)
    rows = pedigree(make_figure(kind="cumulative"), [told(50), own, told(70, outlet="c", day=2, who=None)])
    assert [(r.origin_name, r.carriers, r.articles) for r in rows] == [
        ("the doctor", ("Outlet A", "Outlet B"), 2),
        ("Outlet C", ("Outlet C",), 1),
    ]
