"""The place of the event: not the speaker's, not another clause's, none where unsure."""

from __future__ import annotations

import pytest

from processing.claims.counted.place import read_place
from processing.claims.document.document import parse_sentences
from processing.claims.document.gazetteer import is_known_place


def place(sentence: str, number: str, event: str | None) -> str | None:
    doc = parse_sentences([sentence])[0]
    event_at = next((t.idx for t in doc if t.lower_ == event), None)
    return read_place(doc, sentence.index(number), event_at).name


@pytest.mark.parametrize(
    ("sentence", "number", "event", "expected"),
    [
        ("Floods in Aceh province killed 12 people.", "12", "killed", "Aceh province"),
        (
            "A drone killed 3 people in the Russian town of Grayvoron, in the Belgorod region.",
            "3",
            "killed",
            "Grayvoron",
        ),
        ("Officials in Kyiv said 40 people died in Bila Tserkva.", "40", "died", "Bila Tserkva"),
        ("Officials in Kyiv said 40 people died.", "40", "died", None),
        ("A bomb exploded in Kabul, killing 12.", "12", "killing", "Kabul"),
        ("Kyiv attack kills two", "two", "kills", "Kyiv"),
        (
            "Thousands of troops launched exercises in the northern and western Philippines, after China held drills around Taiwan.",
            "Thousands",
            "launched",
            "Philippines",
        ),
        ("The Survey in Golden put the magnitude at 6.1.", "6.1", "put", None),
        ("Powerful Quake in Iran Kills 10", "10", "kills", "Iran"),
        (
            "At least 1,000 of the men sent to Russia's Kursk region were killed.",
            "1,000",
            "killed",
            "Russia's Kursk region",
        ),
        ("The ministry counted 34 deaths, 20 of them in Aceh.", "34", "deaths", None),
        ("The ministry counted 34 deaths, 20 of them in Aceh.", "20", "deaths", "Aceh"),
        ("In April we hired 500.", "500", "hired", None),
        ("In Parliament yesterday he named 40 firms.", "40", "named", None),
        ("Lula announced $1bn for forests in the Tropical Forests Facility.", "$1bn", "announced", None),
        ("It speaks to 40 readers in Hindi.", "40", "speaks", None),
        ("Two people were held.", "Two", "held", None),
    ],
)
def test_place(sentence: str, number: str, event: str, expected: str | None) -> None:
    """Where the event of a number happened."""
    assert place(sentence, number, event) == expected


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Kursk", True),
        ("the Philippines", True),
        ("Texas", True),
        ("KURSK", True),
        ("March", False),
        ("Reading", False),
        ("Zzyzx Facility", False),
    ],
)
def test_known_places(name: str, known: bool) -> None:
    """The gazetteer knows countries, states and cities, but no month or verb that is also a town."""
    assert is_known_place(name) is known
