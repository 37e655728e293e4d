"""Whether what a number counts is done, or offered, asked for, planned, foretold, possible, needed."""

import pytest

from tests.support.facet_cases import facets_of

# text, number, modality
MOODS = [
    ("The firm cut 400 jobs.", "400", "done"),
    ("The firm has cut 400 jobs.", "400", "done"),
    ("Forty people were hurt.", "Forty", "done"),
    ("The firm offered 5.5 per cent.", "5.5", "offered"),
    ("The offer of $5.8 billion was refused.", "5.8", "offered"),
    ("Partners pledged 40 million euros.", "40 million", "offered"),
    ("The union demanded 12 per cent.", "12", "asked"),
    ("The union is asking for 12 per cent.", "12", "asked"),
    ("Its demand for 12 per cent was refused.", "12", "asked"),
    ("The agency appeals for $3.8 million.", "3.8", "asked"),
    ("The firm plans to cut 400 jobs.", "400", "planned"),
    ("The firm will cut 400 jobs.", "400", "planned"),
    ("The firm intends to close 12 shops.", "12", "planned"),
    ("The planned loss of 400 jobs angered the town.", "400", "planned"),
    ("The bank expects inflation of 5.2 per cent.", "5.2", "forecast"),
    ("The forecast of 5.2 per cent was cut.", "5.2", "forecast"),
    ("Growth is projected at 2.1 per cent.", "2.1", "forecast"),
    ("The hall can hold 4,900 people.", "4,900", "capacity"),
    ("The hall has a capacity of 4,900.", "4,900", "capacity"),
    ("Tents for 9,000 people have arrived.", "9,000", "capacity"),
    ("The limit is 50 milligrams.", "50", "threshold"),
    ("Parties must pass a threshold of 5 per cent.", "5 per cent", "threshold"),
    ("Fifty votes are needed.", "Fifty", "needed"),
    ("Growers need 6,000 pickers.", "6,000", "needed"),
    ("The target is 40 per cent.", "40", "target"),
    ("The ministry missed its target of 3,000 homes.", "3,000", "target"),
    ("A strike would cost $40 million.", "40 million", "hypothetical"),
    ("If the dam broke, 4,000 people could drown.", "4,000", "hypothetical"),
    ("The trust asked for 1,200 policemen and was given 450.", "450", "done"),
    ("The firm has 400 workers.", "400", None),
]


@pytest.mark.parametrize(("text", "number", "modality"), MOODS)
def test_modality(text: str, number: str, modality: str | None) -> None:
    assert facets_of(text, number).modality == modality


@pytest.mark.parametrize(
    ("text", "tense"),
    [
        ("The firm cut 400 jobs.", "past"),
        ("The firm has cut 400 jobs.", "perfect"),
        ("The firm had cut 400 jobs.", "past perfect"),
        ("The firm cuts 400 jobs.", "present"),
        ("The firm will cut 400 jobs.", "future"),
        ("Some 400 jobs.", None),
    ],
)
def test_tense(text: str, tense: str | None) -> None:
    assert facets_of(text, "400").tense == tense
