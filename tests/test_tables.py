"""Tables in a narrow terminal: they give up columns, never digits."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from rich.console import Console, RenderableType

from console.cards import alert_lines, alert_panels
from console.tables import (
    central_words,
    claims_table,
    counted_words,
    days_chart,
    figure_list,
    high_words,
    history_words,
    pedigree_table,
    records_table,
)
from processing.alert import PROGRAM
from processing.brief.blocks import day_text
from processing.claims import read_text
from schemas.records import AlertEvent, FigureDay
from tests.support.records import make_alert, make_claim, make_figure

WIDTHS = (60, 80, 100, 160)
FIGURE = make_figure(id="14aca1028b60342427b5", title="North Korean soldiers killed in Kursk, by whoever counts them")


def printed(what: RenderableType, width: int) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(what)
    return out.getvalue()


@pytest.mark.parametrize("width", WIDTHS)
def test_days_keep_every_digit(width: int) -> None:
    days = [
        FigureDay(FIGURE.id, date(2025, 1, day), low, central, high, open_, 2, ("a",))
        for day, low, central, high, open_ in ((1, 1000.0, 2000.0, 2200.0, True), (2, 11250.0, 12000.0, 12750.0, False))
    ]
    told = printed(days_chart(FIGURE, days, room=width), width)
    for number in ("1,000", "2,000", "2,200+", "11,250", "12,000", "12,750"):
        assert number in told
    assert "…" not in told


@pytest.mark.parametrize("width", WIDTHS)
def test_a_list_of_figures_keeps_ids_whole(width: int) -> None:
    told = printed(figure_list([replace(FIGURE, topic="kursk-troops")], width), width)
    assert FIGURE.id in told or width < 80
    assert ("kind" in told) == (width >= 120)


@pytest.mark.parametrize("width", WIDTHS)
def test_claims_keep_their_numbers(width: int) -> None:
    reading = read_text("Police said that at least 1,250,000 people marched. The union says 40,000.", file="x")
    told = printed(claims_table(reading, room=width), width)
    assert "1,250,000" in told
    assert "at least 1,250,000 people" in told or width >= 120


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("whole", [True, False])
def test_alerts_keep_their_ids_and_say_what_came_before_first(width: int, whole: bool) -> None:
    claims = {"p": make_claim(id="p", text="49", sentence="49 died."), "n": make_claim(id="n", text="34")}
    alert = make_alert(id="219e2935eaa5747837e3", earlier="p", later="n", title="people killed")
    ids = {alert.id: "219e2935"}
    shown = alert_panels([alert], claims, {}, {}, ids=ids) if whole else alert_lines([alert], ids=ids)
    told = printed(shown, width)
    assert "219e2935" in told
    assert alert.id not in told
    assert not whole or (told.index("before") < told.index("now") and "sources disagree: People killed" in told)


def test_a_pedigree_in_a_narrow_terminal_has_every_cell() -> None:
    cells = ["the NIS", "600", "soldiers killed", "30 Apr 2025", "The Courier", "300 -> 600 (The Ledger)", ""]
    told = printed(pedigree_table("Killed", [cells], 80), 80)
    assert told.split("\n")[1] == "The NIS: 600 soldiers killed, as of 30 Apr 2025"
    assert [line.strip() for line in told.split("\n")[2:4]] == [
        "carried by: The Courier",
        "changed on the way: 300 -> 600 (The Ledger)",
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"text": "49", "what": "people", "event": "kill", "event_said": "killed"}, "49 people killed"),
        ({"text": "49", "what": "the death toll", "what_head": "toll"}, "49 (death toll)"),
        ({"text": "Six hundred", "what": "North Korean soldiers", "what_head": "soldier"}, "six hundred North Korean soldiers"),
        ({"text": "Thousands", "what": "people", "approx": "vague"}, "thousands of people"),
        ({"text": "several", "what": "guards", "what_head": "guard", "approx": "vague"}, "several guards"),
        ({"text": "one man", "what": "one man", "what_head": "man", "low": 1, "high": 1}, "one man"),
        ({"text": "3.1 percent", "what": "Inflation", "unit": "share"}, "3.1 percent (Inflation)"),
        ({"text": "€2.4 billion", "what": "damage", "unit": "EUR"}, "€2.4 billion (damage)"),
        ({"text": "69", "what": "casualties", "what_head": "casualty", "event": "casualty", "event_said": "killed or injured"}, "69 casualties"),
        ({"text": "40", "what": None, "event": "kill", "event_said": "killed"}, "40 killed"),
        ({"text": "Rs 40,000", "what": "fine", "unit": "INR"}, "Rs 40,000 (fine)"),
        ({"text": "12", "what": "men of the 3rd brigade", "what_head": "man"}, "12 men of the 3rd brigade"),
        ({"text": "3", "what": "Hollham", "what_head": "hollham"}, "3 (Hollham)"),
    ],
)  # fmt: skip
def test_how_many_of_what(given: dict[str, Any], expected: str) -> None:
    assert " ".join(filter(None, counted_words(make_claim(**given)))) == expected


@pytest.mark.parametrize(
    ("low", "central", "high", "open_", "expected"),
    [
        (300.0, 600.0, 900.0, False, ("600", "900", "600 (300 to 900, two origins)")),
        (3000.0, 6000.0, 4700.0, True, ("6,000", "open", "6,000 (3,000 and above, two origins)")),
        (300.0, 80.0, 300.0, False, ("up to 80", "300", "up to 80 (300, two origins)")),
        (None, 80.0, 80.0, False, ("up to 80", "80", "up to 80 (two origins)")),
        (2000.0, None, 9999.0, False, ("–", "9,999", "2,000 to 9,999 (two origins)")),
        (600.0, 600.0, 600.0, True, ("600", "600+", "600 (600 and above, two origins)")),
        (None, None, None, True, ("–", "open", "no number (two origins)")),
    ],
)
def test_central_lies_between_low_and_high_or_says_why_not(
    low: float | None, central: float | None, high: float | None, open_: bool, expected: tuple[str, str, str]
) -> None:
    day = FigureDay("f1", date(2025, 1, 1), low, central, high, open_, 2, ("a", "b"))
    assert (central_words(day, "count"), high_words(day, "count"), day_text(day, "count")) == expected


ROWS = (
    {
        "what": "a source",
        "times": "3",
        "why": "because of a long reason that goes on and on",
        "id": "0123456789abcdef0123",
    },
    {"what": "a claim", "times": "", "why": "", "id": "fedcba9876543210fedc"},
)


@pytest.mark.parametrize("room", [40, 60, 80, 200])
def test_records_keep_every_word_in_any_width(room: int) -> None:
    told = printed(records_table(ROWS, room, "what", ("times",)), room)
    assert max(len(line.rstrip()) for line in told.splitlines()) <= room
    for row in ROWS:
        for cell in row.values():
            assert cell in " ".join(told.split())


@pytest.mark.parametrize(
    ("by", "reason", "told"),
    [
        (PROGRAM, "conflicts: of cumulative and lower and states its day", "sources disagree"),
        (PROGRAM, "low to high: jumps: higher by the topic's ratio", "low to high: jump"),
        (PROGRAM, "1 more outlet", "1 more outlet"),
        ("ADA", "conflicts: of what the mayor said", "conflicts: of what the mayor said"),
    ],
)
def test_the_history_tells_no_rule(by: str, reason: str, told: str) -> None:
    assert history_words(AlertEvent(datetime(2025, 1, 22, tzinfo=UTC), by, "raise", reason)) == told
