"""How much of the whole a number covers."""

import pytest

from tests.support.facet_cases import facets_of

# text, number, scope
PARTS = [
    ("A fire killed 15 people, three of them children.", "three", "part"),
    ("A fire killed 15 people, including three children.", "three", "part"),
    ("Of the dead, three were children.", "three", "part"),
    ("The dead include three children.", "three", "part"),
    ("Among the victims were three nurses.", "three", "part"),
    ("In Tarn alone 40 houses burned.", "40", None),
    ("Some 40 houses in Tarn alone burned.", "40", None),
    ("Nine of the dead were women.", "Nine", "part"),
    ("A total of 44 people died.", "44", "all"),
    ("In all, 44 people died.", "44", "all"),
    ("Altogether 44 people died.", "44", "all"),
    ("A fire killed 15 people.", "15", None),
    ("The firm cut 900 jobs, of which 200 were in Vell.", "200", "part"),
    ("Twelve of those arrested were released.", "Twelve", "part"),
]


@pytest.mark.parametrize(("text", "number", "scope"), PARTS)
def test_scope(text: str, number: str, scope: str | None) -> None:
    assert facets_of(text, number).scope == scope


# text, number, words of the place's name, whether right at the number, institution
PLACES = [
    ("The quake killed 301 people in Puerto Alto.", "301", ("puerto", "alto"), True, None),
    ("Nine patients died at the hospital in Vell.", "Nine", (), True, "hospital"),
    ("In Osk, 12 people were hurt.", "12", ("osk",), False, None),
    ("The storm cut power to 4,000 homes in Tarn and 900 in Vell.", "4,000", ("tarn",), True, None),
    ("Two hundred pupils at a school were sent home.", "Two hundred", (), True, "school"),
    ("Twelve prisoners escaped from a prison.", "Twelve", (), True, "prison"),
    ("The bank lent $4 billion last year.", "4 billion", (), False, None),
    ("Forty people were treated at Saint Luke hospital.", "Forty", ("saint", "luke"), False, "hospital"),
]


@pytest.mark.parametrize(("text", "number", "places", "beside", "institution"), PLACES)
def test_place(text: str, number: str, places: tuple[str, ...], beside: bool, institution: str | None) -> None:
    found = facets_of(text, number)
    assert (found.places, found.place_beside, found.institution) == (places, beside, institution)


# text, number, groups, severity, times
LIMITS = [
    ("Nine children were killed.", "Nine", ("child",), None, ()),
    ("Nine of the victims were children.", "Nine", ("child",), None, ()),
    ("Four police officers were hurt.", "Four", ("officer",), None, ()),
    ("Nine people were killed.", "Nine", ("person",), None, ()),
    ("Three firefighters died.", "Three", ("rescuer",), None, ()),
    ("Nine were seriously injured.", "Nine", ("person",), "serious", ()),
    ("Three people are in a critical condition.", "Three", ("person",), "serious", ()),
    ("Twelve people suffered minor injuries.", "Twelve", ("person",), "slight", ()),
    ("Twelve people were lightly hurt and three seriously.", "Twelve", ("person",), "slight", ()),
    ("Sales reached 4 million euros in the first quarter.", "4 million", (), None, ("first quarter",)),
    ("So far this year 40 miners have died.", "40", ("staff",), None, ("so far this year",)),
    ("The bridge carries 30,000 cars a day.", "30,000", (), None, ("each day",)),
    ("The firm pays $300 a month.", "300", (), None, ("each month",)),
    ("The toll rose to 40, a day after the blast.", "40", (), None, ()),
    ("Drones hit 12 houses overnight.", "12", (), None, ("overnight",)),
]


@pytest.mark.parametrize(("text", "number", "groups", "severity", "times"), LIMITS)
def test_limits(text: str, number: str, groups: tuple[str, ...], severity: str | None, times: tuple[str, ...]) -> None:
    found = facets_of(text, number)
    assert (found.groups, found.severity, found.times) == (groups, severity, times)
