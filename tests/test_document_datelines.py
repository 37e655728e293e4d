"""Datelines and the times of live entries in front of a report's first sentence."""

from __future__ import annotations

import pytest

from processing.claims.document.datelines import dateline_end
from processing.claims.document.document import read_document

REST = "The ministry has now said that 14 people died."


@pytest.mark.parametrize(
    "dateline",
    [
        "LIMA, Oct 30 - ",
        "LIMA, Oct. 30 (Reuters) - ",
        "NAIROBI, Kenya (AP) — ",
        "KATHMANDU (AFP) – ",
        "BEIJING, Nov. 5 (Xinhua) -- ",
        "Manila, Philippines – ",
        "New Delhi: ",
        "Accra, Ghana: ",
        "GAZA CITY, Gaza Strip (AP) — ",
        "Tokyo - ",
        "14:05 GMT - ",
        "9.40am: ",
        "11:20 BST ",
    ],
)
def test_datelines(dateline: str) -> None:
    """Places with a day, an agency or a country, cities before a dash or a colon, and clock times."""
    assert dateline_end(dateline + REST, heading=False) == len(dateline)


@pytest.mark.parametrize(
    "text",
    [
        "UNICEF - the children's agency - said 30 schools were shut.",
        "Peru: 300 dead, the ministry says in its report.",
        "US: 300 dead, the ministry says in its report.",
        "President Okoro - the first of 30 to speak - said no.",
        "Police: 14 people died in the storm over the weekend.",
        "Lima said that 30 people were dead after the storm.",
        "In 2014 - the last year of the war - 300 people died.",
        "Lima: 30 dead",
    ],
)
def test_no_datelines(text: str) -> None:
    """Speakers, insertions and plain sentences keep their first words."""
    assert dateline_end(text, heading=False) == 0


def test_a_headline_has_none() -> None:
    """A place before a headline's colon speaks."""
    assert dateline_end("Moscow: 300 drones shot down over the weekend", heading=True) == 0


def test_sentence_begins_behind_it() -> None:
    """The sentence starts behind the dateline, with offsets into the text."""
    document = read_document(f"Storm kills 14\n\nLIMA, Oct 30 (Reuters) - {REST}")
    sentence = document.sentences[1]
    assert sentence.flat == REST
    assert document.text[sentence.start : sentence.end] == REST
