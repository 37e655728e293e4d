"""Tables in a narrow terminal: they give up columns, never digits."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console, RenderableType

from console.tables import claims_table, days_chart, figure_list
from processing.claims import read_text
from schemas.records import FigureDay
from tests.records import make_figure

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
