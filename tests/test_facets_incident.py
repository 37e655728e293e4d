"""Which incident a number is of: the story's own or another."""

import pytest

from tests.support.facet_cases import facets_of

LEAD = "A bus fell into a ravine near Tarn on Sunday.\n\nRescuers worked through the night.\n\n"  # published on Monday, 20 May 2024

# a paragraph of the body, number, incident, years, months
INCIDENTS = [
    ("In 2019, 31 soldiers died on the same road.", "31", "other", (2019,), ()),
    ("The last such crash, in March 2021, killed 14 people.", "14", "other", (), ("2021-03",)),
    ("Five years ago a landslide killed 40 people there.", "40", "other", (2019,), ()),
    ("Last year 112 people died on the roads of the province.", "112", "other", (2023,), ()),
    ("About 40 people were hurt in a separate accident in Vell.", "40", "other", (), ()),
    ("An earlier crash left nine people dead.", "nine", "other", (), ()),
    ("In a similar accident in Osk, 22 pilgrims were killed.", "22", "other", (), ()),
    ("On average, 15 people a month die on the road.", "15", "other", (), ()),
    ("The 1998 flood killed 300 people.", "300", "other", (1998,), ()),
    ("In December a lorry hit a queue and killed 12 people.", "12", "other", (), ("2023-12",)),
    ("The previous collision injured 17 people.", "17", "other", (), ()),
    ("A decade ago 60 people drowned at the ford.", "60", "other", (), ()),
    ("In 2019, 31 soldiers died and eight were wounded.", "eight", "other", (2019,), ()),
    ("Sales of 4 million were up from 3.1 million.", "3.1", "other", (), ()),
    ("Police counted nine arrests on Friday, against 60 the night before.", "60", "other", (), ()),
    ("Seven people were pulled out on Sunday.", "Seven", "own", (), ()),
    ("By Monday morning 14 bodies had been found.", "14", "own", (), ()),
    ("Yesterday 14 bodies were found.", "14", "own", (), ()),
    ("Thirty passengers are in hospital.", "Thirty", None, (), ()),
    ("Since 2019 the road has been closed to lorries; 30 people were on the bus.", "30", None, (), ()),
    ("Another 12 people were treated.", "12", None, (), ()),
    ("The company is to pay 4 million by 2030.", "4 million", None, (), ()),
]


@pytest.mark.parametrize(("text", "number", "incident", "years", "months"), INCIDENTS)
def test_incident_in_the_body(
    text: str, number: str, incident: str | None, years: tuple[int, ...], months: tuple[str, ...]
) -> None:
    found = facets_of(LEAD + text, number)
    assert (found.incident, found.incident_years, found.incident_months) == (incident, years, months)


@pytest.mark.parametrize(
    ("text", "number", "incident"),
    [
        ("A bus crash near Tarn killed 14 people, police said.", "14", "own"),
        ("A bus crash killed 14 people on the road where nine died in 2019.", "14", "own"),
        ("A bus crash killed 14 people on the road where nine died in 2019.", "nine", "other"),
    ],
)
def test_incident_in_the_lead(text: str, number: str, incident: str) -> None:
    assert facets_of(f"Bus falls into ravine\n\n{text}", number).incident == incident


def test_a_sentence_goes_on_with_the_incident_of_the_one_before() -> None:
    text = LEAD + "In 2019 a lorry hit 31 soldiers. It also injured nine of their horses."
    found = facets_of(text, "nine")
    assert (found.incident, found.incident_years, found.incident_marks) == ("other", (2019,), ("goes on",))


@pytest.mark.parametrize(
    ("text", "number", "incident"),
    [
        ("The bank made $612 million last year.\n\nThe loss of 2022 was $40 million.", "612", "own"),
        ("The bank made $612 million last year.\n\nThe loss of 2022 was $40 million.", "40", "other"),
        ("The country had 41 million people in January.\n\nIn January 9 million lived in Tarn.", "41", "own"),
        ("The country had 41 million people in January.\n\nIn January 9 million lived in Tarn.", "9", "own"),
        ("The country had 41 million people in January.\n\nIn 2010 there were 35 million.", "35", "other"),
    ],
)
def test_dates_by_which_the_lead_knows_the_story_are_its_own(text: str, number: str, incident: str) -> None:
    assert facets_of(f"What the numbers say\n\n{text}", number).incident == incident


def test_without_a_day_of_publication_dates_tell_nothing() -> None:
    found = facets_of(LEAD + "In 2019, 31 soldiers died on the same road.", "31", None)
    assert (found.incident, found.incident_years) == (None, ())
