"""Whose number it is, and whether what is counted does the event or suffers it."""

import pytest

from tests.support.facet_cases import facets_of

# text, number, words of the holder's name (empty: a description), head of a description
HOLDERS = [
    ("Petrolux earned $6.9 billion last year.", "6.9", ("petrolux",), None),
    ("The Liberals won 34 seats.", "34", ("liberals",), None),
    ("Norvia's bid of $5.8 billion was refused.", "5.8", ("norvia",), None),
    ("A bid of $5.8 billion by Norvia was refused.", "5.8", ("norvia",), None),
    ("Norvia offered $5.8 billion for the mine.", "5.8", ("norvia",), None),
    ("34 seats were won by the Greens.", "34", ("greens",), None),
    ("Labour, with 29 per cent, came second.", "29", ("labour",), None),
    ("The poll puts the Greens on 12 per cent.", "12", ("greens",), None),
    ("It has the Greens at 12 per cent, with Labour on 29 per cent.", "29", ("labour",), None),
    ("Anna Berg took 41.2 per cent of the vote and Karl Ohm 38.7.", "41.2", ("anna", "berg"), None),
    ("Berg: 41.2 per cent", "41.2", ("berg",), None),
    ("Some 54 per cent voted for Berg.", "54", ("berg",), None),
    ("The union asked for a rise of 12 per cent.", "12", (), "union"),
    ("The company refused to pay more than $900 to each driver.", "900", (), "company"),
    ("Ferrox, which employs 4,100 people, is to close a mill.", "4,100", ("ferrox",), None),
    ("Meridian Air cancelled 40 flights and moved 12 others.", "40", ("meridian", "air"), None),
    ("Meridian Air said it cancelled 40 flights.", "40", ("meridian", "air"), None),
    ("The offer topped the $5.4 billion that Teldar had bid.", "5.4", ("teldar",), None),
    ("Oskan soldiers killed 12 villagers.", "12", (), "soldier"),
    ("Its rival Teldar has 320 shops.", "320", ("teldar",), None),
    ("The city's 210 buses stood still.", "210", (), "city"),
    ("Twelve seats went to the opposition.", "Twelve", (), None),
    ("At least 12 people died.", "12", (), None),
    ("The toll rose to 40.", "40", (), None),
]


@pytest.mark.parametrize(("text", "number", "names", "head"), HOLDERS)
def test_holder(text: str, number: str, names: tuple[str, ...], head: str | None) -> None:
    found = facets_of(text, number)
    assert found.holder_names == names
    if head is not None:
        assert found.holder_head == head
    if not names and head is None:
        assert found.holder is None


# text, number, role of what is counted
ROLES = [
    ("Two residents were arrested.", "Two", "patient"),
    ("A man was arrested by eight officers.", "eight", "agent"),
    ("Eight officers arrested a man.", "Eight", "agent"),
    ("The blast killed 12 people.", "12", "patient"),
    ("Twelve people died in the blast.", "Twelve", "patient"),
    ("Police detained 31 students.", "31", "patient"),
    ("Some 400 policemen cleared the square.", "400", "agent"),
    ("Forty gunmen attacked the village.", "Forty", "agent"),
    ("The village was attacked by forty gunmen.", "forty", "agent"),
    ("Six children are missing.", "Six", "patient"),
    ("Thirty workers lost their jobs.", "Thirty", "patient"),
    ("The firm will dismiss 300 workers.", "300", "patient"),
    ("Nine firefighters were hurt.", "Nine", "patient"),
    ("Nine firefighters fought the blaze.", "Nine", "agent"),
    ("The flood drowned 60 cows.", "60", "patient"),
    ("Rebels freed 14 hostages.", "14", "patient"),
    ("Twenty houses collapsed.", "Twenty", "patient"),
    ("The mob burned 20 shops.", "20", "patient"),
    ("Three planes bombed the port.", "Three", "agent"),
    ("Five of the 19 people who were held have been freed.", "19", "patient"),
]


@pytest.mark.parametrize(("text", "number", "role"), ROLES)
def test_role(text: str, number: str, role: str) -> None:
    assert facets_of(text, number).role == role
