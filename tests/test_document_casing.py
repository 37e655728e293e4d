"""Headlines in title case or capitals, put into the case of running text: names keep their capital, ordinary words lose it."""

from __future__ import annotations

import pytest

from processing.claims.document.casing import plain_case


@pytest.mark.parametrize(
    ("line", "body", "expected"),
    [
        ("Army Chief Says 40 Soldiers Died in Oruro", "", "Army chief says 40 soldiers died in Oruro"),
        ("Harbour Workers Reject Offer of 3% Rise", "The harbour was shut.", "Harbour workers reject offer of 3% rise"),
        (
            "Unions at Harbour Reject Offer of 3% Rise",
            "He works at the Harbour line.",
            "Unions at Harbour reject offer of 3% rise",
        ),
        ("FLOOD KILLS 12 IN PERU VALLEY", "It rained in Peru. The valley is deep.", "Flood kills 12 in Peru valley"),
        (
            "Police: 12 Arrested After Stadium Brawl",
            "the stadium, the brawl",
            "Police: 12 arrested after stadium brawl",
        ),
        ("UN Says 40,000 Displaced by War in Sudan", "", "UN says 40,000 displaced by war in Sudan"),
        ("Army chief says 40 soldiers died in Oruro", "", "Army chief says 40 soldiers died in Oruro"),
        ("Joanna Petrova", "", "Joanna Petrova"),
        ("", "", ""),
    ],
)
def test_plain_case(line: str, body: str, expected: str) -> None:
    """The body and the word lists tell names from ordinary words; running text and short lines stay as they are."""
    assert plain_case(line, body) == expected


@pytest.mark.parametrize("line", ["\u0130STANBUL QUAKE KILLS 12 PEOPLE", "STRA\u00dfE CLOSED TO 40 HEAVY TRUCKS"])
def test_length_is_kept(line: str) -> None:
    """Letters that grow when their case is changed leave the line as it is, so that offsets hold."""
    assert len(plain_case(line, "")) == len(line)
