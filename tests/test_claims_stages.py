"""What each room of the reader made of a sentence, as `claims FILE --stages` prints it."""

from __future__ import annotations

from pathlib import Path

import pytest

from processing.claims.stages import show_stages

MODEL = "Western officials told the BBC that at least 1,000 of the 11,000 men sent to Kursk had been killed in three months."


def test_the_model_case_goes_through_all_rooms() -> None:
    told = show_stages(MODEL).splitlines()
    rooms = [line.split()[0] for line in told[1:] if not line.startswith("   ")]
    assert rooms == ["document", *["quantity"] * 3, *["counted"] * 2, "speaker", *["claim"] * 2]
    assert "  counted   at least 1,000: men, event kill (noun of the whole)" in told
    assert told[-1] == "  claim     Western officials: 11,000 men"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("He lives at 10 Downing Street.", "no claim"),
        ("It rained.", "No sentence holds a number."),
        ("Nine people died.", "  claim     the outlet: Nine people"),
        ("Some 300 to 400 homes burnt.", "300 to 400 count"),
    ],
)
def test_what_is_told(text: str, line: str) -> None:
    assert line in show_stages(text)


def test_the_walk_of_the_documentation_is_what_is_printed() -> None:
    page = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text("utf8")
    for line in show_stages(MODEL).splitlines():
        assert line in page or "/JJ/" in line
