"""How the claims of one text hang together: parts, conversions, nouns named earlier, corrections, headlines that repeat the body."""

from __future__ import annotations

from datetime import date

import pytest

from processing.claims import read_text
from schemas.records import Claim


def read(text: str) -> tuple[Claim, ...]:
    return read_text(text, file="a.txt", published=date(2025, 1, 22)).claims


def parts(claims: tuple[Claim, ...]) -> list[tuple[str, str]]:
    """Pairs of a part and its whole, as written."""
    words = {claim.id: claim.text for claim in claims}
    return [(claim.text, words[claim.part_of]) for claim in claims if claim.part_of]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("At least 1,000 of the 11,000 men were killed.", [("At least 1,000", "11,000")]),
        ("Some 4,000 soldiers were casualties, of whom 1,000 were killed.", [("1,000", "Some 4,000")]),
        ("The quake killed 40 people, including 12 children.", [("12", "40")]),
        ("It has recorded 61 deaths, 19 of them children.", [("19", "61")]),
        ("Of the 26 dead, 11 were children.", [("11", "26")]),
        ("About half of the college's 12,000 students left.", [("About half", "12,000")]),
        ("The quake killed 40 people and injured 12 children.", []),
        ("Police held 40 people in 12 towns.", []),
        ("Up to four people, including the owner, can share 1 plan.", []),
        ("There were at least four shocks of about 12 seconds.", []),
    ],
)
def test_parts(text: str, expected: list[tuple[str, str]]) -> None:
    """A number is tied to the whole that its sentence gives, and to nothing else."""
    assert parts(read(text)) == expected


def test_a_conversion_takes_over_bound_and_measured_thing() -> None:
    """ "Less than 165 km (100 miles)": both are less than, both measure the same."""
    first, second = read("The storm lies less than 165 km (100 miles) from the coast.")
    assert second.same_as == first.id
    assert (second.approx, second.high, second.high_open, second.unit) == ("less_than", 100, True, "mile")
    assert (second.what, second.event) == (first.what, first.event)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bank will hire 900 clerks. In May it hired 500.", ["clerks", "clerks"]),
        ("More than 1,200 homes were destroyed and 300 damaged.", ["homes", "homes"]),
        ("About 300 soldiers had been killed and 2,700 wounded.", ["soldiers", "soldiers"]),
        ("Floods destroyed 1,200 homes and killed 30.", ["homes", "people"]),
        ("The unions counted 40,000 marchers; police put the number at 18,000.", ["marchers", "marchers"]),
    ],
)
def test_nouns_named_earlier(text: str, expected: list[str]) -> None:
    """A number without a noun counts what the number before it counted, where that can be."""
    assert [claim.what for claim in read(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("An earlier version of this article said 36 people had died.", True),
        ("The agency corrected the toll to 36 people.", True),
        ("The agency put the toll at 36 people.", False),
    ],
)
def test_corrections(text: str, expected: bool) -> None:
    """A number in a sentence of correction says so."""
    assert [claim.correction for claim in read(text)] == [expected]


def test_a_headline_takes_the_source_of_the_number_that_it_repeats() -> None:
    """The headline's bound stays as it is written there."""
    headline, body = read("Floods kill 26\n\nFloods have killed at least 26 people, the rescue agency said.")
    assert (headline.source, headline.source_head, headline.approx) == (body.source, body.source_head, "exact")
    assert headline.source == "the rescue agency"
    assert headline.rules["source"] == "the number's source in the body"


@pytest.mark.parametrize(
    ("text", "as_of", "guess", "period", "place"),
    [
        ("300 held in march\n\nPolice in Sarna held 300 people at a march on Monday, the union said.", (20, 20), False, None, "Sarna"),
        ("300 held in Dorne march\n\nPolice in Sarna held 300 people at a march on Monday, the union said.", (20, 20), False, None, "Dorne"),
        ("300 held on Sunday\n\nPolice held 300 people at a march on Monday, the union said.", (19, 19), False, None, None),
        ("300 held in march\n\nPolice held 300 people on Monday.\n\nPolice held 300 people on Sunday.", (22, 22), True, None, None),
        ("300 held in march\n\nPolice held 300 people, the union said.\n\nThe 300 people were held on Monday.", (20, 20), False, None, None),
        ("300 held in march\n\nPolice held 400 people at a march on Monday, the union said.", (22, 22), True, None, None),
        ("Floods kill 60\n\nFloods have killed 60 people in the past three days.", (22, 22), True, (19, 22), None),
    ],
)  # fmt: skip
def test_a_headline_takes_day_period_and_place_of_the_number_that_it_repeats(
    text: str, as_of: tuple[int, int], guess: bool, period: tuple[int, int] | None, place: str | None
) -> None:
    """Each only where it states none itself and the body states just one."""

    def january(days: tuple[int, int] | None) -> tuple[date, date] | None:
        return days and (date(2025, 1, days[0]), date(2025, 1, days[1]))

    claim = read(text)[0]
    assert (claim.as_of, claim.as_of_guess, claim.period, claim.place) == (
        january(as_of),
        guess,
        january(period),
        place,
    )


def test_a_headline_of_disputed_number_keeps_its_own_voice() -> None:
    """Where the body gives the number to two sources, the headline cites neither."""
    text = "Floods kill 26\n\nFloods have killed 26 people, the rescue agency said.\n\nThe governor said that 26 people had been killed."
    assert read(text)[0].source is None


def test_the_only_place_of_a_text_holds_for_the_same_event() -> None:
    """A later sentence on the same event lies in the text's only place, less surely."""
    first, second, third = read(
        "Floods in Aceh have killed 26 people.\n\nOf the dead, some 11 people died at night.\n\nHe has sold 40 cars."
    )
    assert (first.place, second.place, third.place) == ("Aceh", "Aceh", None)
    assert second.sure["place"] == 0.5


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Some 25,000 litres of acid escaped, not 40,000 as reported.", ["litre", "litre"]),
        ("It cost $8 million rather than the 9 million announced.", ["USD", "USD"]),
        ("Some 25 litres of acid escaped, not 40 people.", ["litre", "count"]),
        ("It sold 25 litres of acid to 40.", ["litre", "count"]),
    ],
)
def test_a_number_set_against_a_measure_has_its_unit(text: str, units: list[str]) -> None:
    assert [claim.unit for claim in read_text(text, file="a.txt").claims] == units


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("Two passengers died overnight, bringing the death toll of the crash to 15.", ["change", "level"]),
        ("Five more bodies were found, which brings the number of dead to 20.", ["change", "level"]),
        ("The crash killed 15 people and 40 were hurt, bringing the city to a halt.", ["level", "level"]),
    ],
)
def test_what_brings_a_toll_to_its_number_is_a_change(text: str, aspects: list[str]) -> None:
    assert [claim.aspect for claim in read_text(text, file="a.txt").claims] == aspects
