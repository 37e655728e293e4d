"""Which quantities of a sentence are claims: durations stated against durations that place in time."""

from __future__ import annotations

import pytest

from processing.claims.document.document import parse_sentences
from processing.claims.document.tree import Doc
from processing.claims.quantity.quantities import read_quantities
from processing.claims.stated_durations import select_claims


def parsed(sentence: str) -> Doc:
    return next(iter(parse_sentences([sentence])))


def chosen(sentence: str) -> list[str]:
    return [q.text for q in select_claims(read_quantities(sentence), parsed(sentence))]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("He faces a 20-year prison term.", ["20-year"]),
        ("The town was without water for three days.", ["three days"]),
        ("It must be paid within 28 days.", ["within 28 days"]),
        ("He was jailed for 12 years.", ["12 years"]),
        ("The panel deliberated five hours on Friday.", ["five hours"]),
        ("The barge was adrift for six days in the Baltic.", ["six days"]),
        ("The warehouse kept burning for six days in the old port.", ["six days"]),
        ("She got eight to 10 years in prison.", ["eight to 10 years"]),
        ("The region announced two days of mourning.", ["two days"]),
        ("A 24-hour curfew was imposed.", ["24-hour"]),
        ("Flights were delayed by up to four hours.", ["up to four hours"]),
        ("The ceasefire will last 60 days.", ["60 days"]),
        ("It took six hours to put out the fire.", ["six hours"]),
        ("Workers get six weeks of paid leave.", ["six weeks"]),
        ("The ceasefire was extended by 30 days.", ["30 days"]),
        ("Some 300 were killed over the course of three months.", ["Some 300"]),
        ("Over the past 10 months 40 have died.", ["40"]),
        ("It marks the third time in the four-year war.", []),
        ("He went on a five-day tour.", []),
        ("He has been in office for nearly four years.", []),
        ("Less than two hours later she died.", []),
        ("It happened 12 months ago.", []),
        ("A child dies every 11 minutes.", ["11 minutes"]),
        ("The three soldiers died on Monday.", ["three"]),
        ("Three days after the attack 12 had died.", ["12"]),
        ("In the last 24 hours Russia lost 1,250 troops.", ["1,250"]),
        ("On May 5, 2021, John Smith, 45, met the two groups.", []),
        ("One of the men said 12 people died.", ["12"]),
        ("The forger did 14 months in a Danish prison.", ["14 months"]),
        ("Each lambing shift is somewhere between nine to twelve hours.", ["nine to twelve hours"]),
        ("Repairs to the organ are expected to run well past 18 months.", ["well past 18 months"]),
        ("Reserves cover 3.6 months of imports.", ["3.6 months"]),
        ("The road shortens the trip by 35 minutes.", ["35 minutes"]),
        ("Delivery times have stretched to five months from eight weeks.", ["five months", "eight weeks"]),
        ("The town had 11 hours of sunshine on Sunday.", ["11 hours"]),
        ("The request for a two-week postponement failed.", ["two-week"]),
        ("The mill was shut for six days in May and three in June.", ["six days", "three"]),
        ("The bridge was finished four months ahead of schedule.", ["four months"]),
        ("Gas had been leaking for a day and a half before anyone noticed.", ["a day and a half"]),
        ("The lease runs for 99 years.", ["99 years"]),
        ("Kelno is two hours from Orlo by train.", ["two hours"]),
        ("A verdict took two years and six months.", ["two years and six months"]),
        ("She won the race in 9 minutes 12 seconds.", ["9 minutes 12 seconds"]),
        ("The editor, who spent nine years in Orlo, left.", []),
        ("The choir should reach 90 singers within two years.", ["90"]),
        ("Trams stopped two days before the vote.", []),
        ("The gates open in 20 minutes.", []),
        ("It rained for the third day in the six-week season.", []),
        ("Over the past decade it has shut 12 pits.", ["12"]),
    ],
)
def test_select(sentence: str, expected: list[str]) -> None:
    assert chosen(sentence) == expected


def test_a_conversion_still_points_into_the_whole_list() -> None:
    sentence = "On May 5 it fell 35 km (22 miles) away."
    found = read_quantities(sentence)
    kept = select_claims(found, parsed(sentence))
    assert [(q.text, q.conversion_of and found[q.conversion_of].text) for q in kept] == [
        ("35 km", None),
        ("22 miles", "35 km"),
    ]


def test_nothing_to_select() -> None:
    assert select_claims([], parsed("Nothing.")) == []
