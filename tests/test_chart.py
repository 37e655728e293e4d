"""Pictures of figures: what they show, as data, and that they can be drawn."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from processing.chart import FORMATS, chart_spec, draw
from processing.compare import Statement, figure_days
from processing.corrections import DeskFigure
from schemas.errors import UsageError
from schemas.records import Claim, Figure
from tests.support.records import make_alert, make_claim, make_figure

START = datetime(2025, 1, 10, 9, tzinfo=UTC)


def told(number: float, day: int = 0, *, outlet: str = "a", who: str | None = "police", **given: Any) -> Claim:
    at = START + timedelta(days=day)
    fields: dict[str, Any] = {
        "id": f"c{outlet}{day}", "low": number, "high": number, "outlet": f"xx/{outlet}", "outlet_name": f"Outlet {outlet.upper()}", "published": at,
        "as_of": (at.date(), at.date()), "source": who, "source_id": who, "source_status": "named" if who else "outlet", "last_digit": None,
    }  # fmt: skip
    return make_claim(**{**fields, **given})


FIGURE = make_figure(id="f1", title="people killed")
CLAIMS = [
    told(12), told(20, 2, outlet="b", who="the army", approx="about", low=18, high=22), told(30, 3, outlet="b", who="the army", approx="at_least", high=None),
    told(25, 5, outlet="c", who=None), told(5, 4, outlet="d", stance="denies"), told(7, 6, as_of=None, published=None),
]  # fmt: skip
ALERTS = [
    make_alert(id="x", later="cb2", text="Police said 12; the army said 20.", severity="low", finding="jumps"),
    make_alert(id="y", later="cb2", text="The army said 20; police 12."),
    make_alert(id="z", later="gone", earlier="ca0", text="It fell."),
    make_alert(id="nowhere", later="gone", earlier="gone too"),
]
DESK = DeskFigure("f1", 15, 25, "Ada", "lists", START + timedelta(days=4))


def spec(figure: Figure = FIGURE, claims: Any = CLAIMS, **given: Any) -> dict[str, Any]:
    days = figure_days(figure, [c if isinstance(c, Statement) else Statement(c) for c in claims])
    return chart_spec(figure, claims, days, given.get("alerts", ()), given.get("desk"))


def values(made: dict[str, Any], mark: str, index: int = 0, part: int = 0) -> list[dict[str, Any]]:
    """The data of the picture's layers with a mark."""
    found = [layer["data"]["values"] for layer in made["vconcat"][part]["layer"] if layer["mark"]["type"] == mark]
    return list(found[index])


def test_every_dated_claim_is_a_point_by_origin_and_outlet() -> None:
    points = values(spec(), "point")
    assert [(p["day"], p["value"], p["low"], p["high"], p["origin"], p["outlet"], p["says"]) for p in points] == [
        ("2025-01-10", 12, 12, 12, "police", "Outlet A", "police: 12"),
        ("2025-01-12", 20, 18, 22, "the army", "Outlet B", "the army: about 20"),
        ("2025-01-13", 30, 30, None, "the army", "Outlet B", "the army: at least 30"),
        ("2025-01-15", 25, 25, 25, "Outlet C (own voice)", "Outlet C", "Outlet C: 25"),
    ]


def test_intervals_open_ends_and_the_band() -> None:
    made = spec()
    assert [(r["low"], r["high"]) for r in values(made, "rule")] == [(18, 22)]
    assert [(r["value"], r["open"]) for r in values(made, "text")] == [(30, True)]
    assert values(made, "area") == [
        {"day": "2025-01-10", "low": 12, "central": 12, "high": 12},
        {"day": "2025-01-12", "low": 12, "central": 20, "high": 22},
        {"day": "2025-01-13", "low": 12, "central": 30, "high": 30},
        {"day": "2025-01-15", "low": 12, "central": 25, "high": 25},
    ]
    assert values(made, "line") == values(made, "area")


def test_the_band_reaches_to_the_last_claim() -> None:
    days = figure_days(FIGURE, [Statement(CLAIMS[0])])
    made = chart_spec(FIGURE, CLAIMS, days)
    assert [r["day"] for r in values(made, "area")] == ["2025-01-10", "2025-01-15"]
    assert not [
        layer for layer in chart_spec(FIGURE, CLAIMS, ())["vconcat"][0]["layer"] if layer["mark"]["type"] == "area"
    ]


def test_alerts_are_ringed_and_their_sentences_stand_below() -> None:
    made = spec(alerts=ALERTS)
    rings = [layer for layer in made["vconcat"][0]["layer"] if layer["mark"].get("shape") == "circle"]
    found = [[(r["day"], r["value"], r["number"]) for r in ring["data"]["values"]] for ring in rings]
    assert found == [[("2025-01-10", 12, "1"), ("2025-01-12", 20, "2")]]
    notes = made["vconcat"][1]["data"]["values"]
    assert [(n["number"], n["text"], n["severity"]) for n in notes] == [
        ("1", "sources disagree (high): It fell.", "high"),
        ("2", "sources disagree (high): The army said 20; police 12. (and 1 more)", "high"),
    ]
    assert len(spec()["vconcat"]) == 1


def test_long_notes_are_broken_into_lines() -> None:
    notes = spec(alerts=[replace(ALERTS[1], text="The army said so. " * 20)])["vconcat"][1]["data"]["values"]
    assert [n["number"] for n in notes] == ["1", "", ""]
    assert all(len(n["text"]) <= 135 for n in notes)


def test_the_desks_figure_runs_from_the_day_it_was_adopted() -> None:
    made = spec(desk=DESK)
    assert values(made, "rule") == [
        {"day": "2025-01-14", "until": "2025-01-16", "value": 15},
        {"day": "2025-01-14", "until": "2025-01-16", "value": 25},
    ]
    assert values(made, "text")[0]["note"] == "desk: 15 to 25"
    assert values(spec(desk=replace(DESK, low=None)), "text")[0]["note"] == "desk: 25"
    assert values(spec(desk=replace(DESK, low=None, high=None)), "text")[0].get("note") is None


@pytest.mark.parametrize(
    ("unit", "number", "value", "title", "number_format"),
    [
        ("count", 12, 12, None, ",~r"), ("count", 3_000_000, 3_000_000, None, ",.3~s"), ("share", 0.31, 31, "per cent", ",~r"),
        ("USD", 5e9, 5e9, "USD", ",.3~s"),
        ("kilometre_per_hour", 90, 90, "kilometre per hour", ",~r"),
    ],
)  # fmt: skip
def test_axes(unit: str, number: float, value: float, title: str | None, number_format: str) -> None:
    made = spec(make_figure(unit=unit), [told(number, unit=unit)])
    point = next(layer for layer in made["vconcat"][0]["layer"] if layer["mark"]["type"] == "point")
    axis = point["encoding"]["y"]["axis"]
    assert (point["data"]["values"][0]["value"], axis["title"], axis["format"]) == (value, title, number_format)


def test_long_spans_show_months_and_years() -> None:
    far = spec(claims=[told(12), told(20, 900, outlet="b")])["vconcat"][0]["layer"][0]["encoding"]["x"]
    near = spec(claims=[told(12)])["vconcat"][0]["layer"][0]["encoding"]["x"]
    assert (far["axis"]["format"], near["axis"]["format"], near["scale"]["domain"]) == (
        "%b %Y", "%-d %b %Y", [{"year": 2025, "month": 1, "date": 9}, {"year": 2025, "month": 1, "date": 11}],
    )  # fmt: skip


def test_the_title_counts_what_is_drawn() -> None:
    assert (spec()["title"]["text"], spec()["title"]["subtitle"]) == (
        "People killed",
        "4 claims, 3 origins, 3 outlets; 10 Jan 2025 to 15 Jan 2025",
    )
    assert spec(claims=[told(1)])["title"]["subtitle"] == "1 claim, 1 origin, 1 outlet; 10 Jan 2025"


def test_many_origins_and_outlets_are_gathered_as_others() -> None:
    many = [told(10 + i, i, outlet=f"o{i}", who=f"source {i}") for i in range(20)] + [
        told(9, 1, outlet="o0", who="source 0", id="again")
    ]
    points = values(spec(claims=many), "point")
    assert {p["origin"] for p in points} == {"source 0", "others", *(f"source {i}" for i in (1, 10, 11, 12, 13, 14))}
    assert len({p["outlet"] for p in points}) == 8
    colours = next(layer for layer in spec(claims=many)["vconcat"][0]["layer"] if layer["mark"]["type"] == "point")[
        "encoding"
    ]["color"]["scale"]
    assert len(colours["domain"]) == len(colours["range"]) == 8


def test_statements_are_drawn_as_claims_and_an_order_changes_nothing() -> None:
    assert spec(claims=[Statement(c) for c in reversed(CLAIMS)]) == spec()


def test_nothing_to_draw() -> None:
    with pytest.raises(UsageError, match="figure f1: no claim with a date and a number to draw"):
        chart_spec(FIGURE, CLAIMS[4:], ())


def test_pictures_are_drawn() -> None:
    pytest.importorskip("vl_convert")
    made = spec(alerts=ALERTS, desk=DESK)
    svg = draw(made, "svg").decode("utf8")
    for words in (
        "People killed",
        "Who says it",
        "Who prints it",
        "the army",
        "Outlet C",
        "desk: 15 to 25",
        "It fell.",
    ):
        assert words in svg
    assert draw(made, "png").startswith(b"\x89PNG\r\n")
    page = draw(made, "html").decode("utf8")
    assert not re.findall(r"<(?:script|link)[^>]+(?:src|href)=", page)


def test_formats() -> None:
    assert FORMATS == ("svg", "png", "html")
    with pytest.raises(UsageError, match="format 'gif': allowed are svg, png, html"):
        draw({}, "gif")


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(UsageError, match=r"pip install 'counterclaim\[report\]'"):
        draw({}, "svg")


def test_one_source_is_one_colour_whatever_it_is_called() -> None:
    names = ("the National Service", "The National Service", "the spy agency", "Seoul's service")
    said = [replace(told(10 + i, i, outlet=f"o{i}", who=name), source_id="nis") for i, name in enumerate(names)]
    assert {p["origin"] for p in values(spec(claims=said), "point")} == {"the National Service"}
