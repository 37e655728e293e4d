"""What a number counts and the event that selects it: passive, participles, clauses, coordination with gaps, money, shares, headlines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from processing.claims.counted.counted import read_counted, read_denied
from processing.claims.document.document import parse_sentences
from tests.support.records import make_quantity

# sentence, [(number, unit, what, head, event), ...]
COUNTS = [
    (
        "About 300 North Korean soldiers had been killed and 2,700 wounded.",
        [("300", "North Korean soldiers", "soldier", "kill"), ("2,700", "people", "person", "wound")],
    ),
    (
        "At least 1,000 of the 11,000 men sent from the North were killed.",
        [("1,000", "men", "man", "kill"), ("11,000", "men", "man", "send")],
    ),
    ("Three of the 12 hostages have been freed.", [("12", "hostages", "hostage", None)]),
    ("Nine of the 40 men sent there have been freed.", [("40", "men", "man", "send")]),
    ("The dead include nine foreigners.", [("nine", "foreigners", "foreigner", "die")]),
    ("Those arrested included 30 students.", [("30", "students", "student", "arrest")]),
    ("Nine foreigners were among those killed.", [("Nine", "foreigners", "foreigner", "kill")]),
    ("Nine of those who died were children.", [("Nine", "children", "child", "die")]),
    ("Some 60 remain in hospital.", [("60", "people", "person", "remain")]),
    ("12 soldiers and a civilian died.", [("12", "soldiers", "soldier", "die")]),
    (
        "The death toll rose to 21, leaving 40 people injured.",
        [("21", "The death toll", "toll", "death"), ("40", "people", "person", "injure")],
    ),
    ("More than 3,000 soldiers were killed or wounded.", [("3,000", "soldiers", "soldier", "casualty")]),
    (
        "Some 40 people are feared dead and 9 are missing.",
        [("40", "people", "person", "die"), ("9", "people", "person", "miss")],
    ),
    ("The gunman killed 9 and wounded 14.", [("9", "people", "person", "kill"), ("14", "people", "person", "wound")]),
    ("The raid, which killed 17 rebels, began at dawn.", [("17", "rebels", "rebel", "kill")]),
    ("Engineers inspected 26 cameras installed in the tunnel.", [("26", "cameras", "camera", "install")]),
    (
        "Doctors reported 24 cholera cases and 3 deaths.",
        [("24", "cholera cases", "case", "cholera"), ("3", "deaths", "death", "death")],
    ),
    (
        "The assault included 600 strike drones and 90 air, sea and ground-launched missiles.",
        [
            ("600", "strike drones", "drone", "assault"),
            ("90", "air, sea and ground-launched missiles", "missile", "assault"),
        ],
    ),
    ("A crowd of 500 highly trained guards stood by.", [("500", "highly trained guards", "guard", "stand")]),
    ("It employs an 18,000-strong staff.", [("18,000", "staff", "staff", "employ")]),
    ("A five-story residential building collapsed.", [("five", "residential building", "building", "collapse")]),
    ("Roughly 70 are thought to be dead.", [("70", "people", "person", "die")]),
    ("More than 90 people are presumed dead after the sinking.", [("90", "people", "person", "die")]),
    ("Twelve are still listed as missing.", [("Twelve", "people", "person", "miss")]),
    ("Some 60 people are believed to have been killed.", [("60", "people", "person", "kill")]),
    ("About 4,000 had been killed, wounded, gone missing or captured.", [("4,000", "people", "person", "casualty")]),
    ("Some 40 villagers were killed, injured or missing.", [("40", "villagers", "villager", "casualty")]),
    ("Some 40 villagers were dead or missing.", [("40", "villagers", "villager", "die")]),
    ("The union put the dead at 25.", [("25", "people", "person", "die")]),
    ("They put the number of wounded at 40.", [("40", "people", "person", "wound")]),
    (
        "The war has uprooted 170,000 people here and 230,000 in 14 countries.",
        [
            ("170,000", "people", "person", "uproot"),
            ("230,000", "people", "person", "uproot"),
            ("14", "countries", "country", None),
        ],
    ),
    ("None survived the crash.", [("None", "people", "person", "survive")]),
    ("He put the figure at 18,000.", [("18,000", None, None, None)]),
    ("In April we hired 500.", [("500", None, None, "hire")]),
    ("Of the 26 dead, 11 were children.", [("26", "people", "person", "die"), ("11", "children", "child", None)]),
    ("They freed 250,000 doses of vaccine.", [("250,000", "doses of vaccine", "dose", "free")]),
    ("Forty-one of the wounded were nurses.", [("Forty-one", "nurses", "nurse", "wound")]),
    ("Eight of the dead are miners.", [("Eight", "miners", "miner", "die")]),
    ("Five of those killed were pupils.", [("Five", "pupils", "pupil", "kill")]),
    ("14 of the arrested were students.", [("14", "students", "student", "arrest")]),
    ("Among the injured were six tourists.", [("six", "tourists", "tourist", "injure")]),
    ("The siege has driven 5,400 villagers from their homes.", [("5,400", "villagers", "villager", "displace")]),
    ("Some 300 families were forced out of their houses.", [("300", "families", "family", "displace")]),
    ("The lava forced 700 people to flee.", [("700", "people", "person", "flee")]),
    ("At least 80 pensioners had to leave their homes.", [("80", "pensioners", "pensioner", "displace")]),
    ("The quake made 900 people homeless.", [("900", "people", "person", "displace")]),
    ("He has driven 40 buses.", [("40", "buses", "bus", "drive")]),
    ("Hundreds of thousands without power in the north.", [("Hundreds of thousands", "people", "person", None)]),
]
HEADLINES = [
    (
        "Mine Blast Kills 10; 80 Hurt In Kentor",
        [("10", "people", "person", "kill"), ("80", "people", "person", "hurt")],
    ),
    ("Bus crash kills 10; 80 hurt", [("10", "people", "person", "kill"), ("80", "people", "person", "hurt")]),
    (
        "Floods kill 12, leave 3,000 homeless",
        [("12", "people", "person", "kill"), ("3,000", "people", "person", "displace")],
    ),
    ("Two arrested after protest at play", [("Two", "people", "person", "arrest")]),
    ("UN: 40,000 displaced", [("40,000", "people", "person", "displace")]),
    ("Quake hits island, five hurt: media", [("five", "people", "person", "hurt")]),
    ("Ten dead in southern quake", [("Ten", "people", "person", "die")]),
    ("Toll from valley flood climbs to 88", [("88", "Toll", "toll", "death")]),
    ("Union says 40,000 walked out", [("40,000", "people", "person", "walk out")]),
]
MEASURES = [
    (
        "The minister has allocated R4bn to the revenue service.",
        [("R4bn", "ZAR", "the revenue service", "service", "allocate")],
    ),
    (
        "The pension package was cut from R11bn to R5.5bn.",
        [
            ("R11bn", "ZAR", "The pension package", "package", "cut"),
            ("R5.5bn", "ZAR", "The pension package", "package", "cut"),
        ],
    ),
    ("It will boost the driving range by 35 miles.", [("35 miles", "mile", "the driving range", "range", "boost")]),
    (
        "The total cost of the plane is $6 million.",
        [("$6 million", "USD", "The total cost of the plane", "cost", None)],
    ),
    ("Parliament approved a $5bn aid package.", [("$5bn", "USD", "aid package", "package", "approve")]),
    ("About 35% of homes lost power.", [("35%", "share", "homes", "home", "lose")]),
    ("Emissions fell 42.7 per cent.", [("42.7 per cent", "share", "Emissions", "emission", "fall")]),
    ("He put the damage at $40m.", [("$40m", "USD", "the damage", "damage", "damage")]),
    ("Thieves stole watches worth £1.7m.", [("£1.7m", "GBP", "watches", "watch", "steal")]),
    ("A quake with a magnitude of 6.1 struck.", [("6.1", "magnitude", "A quake", "quake", "strike")]),
    ("Debt will peak at 77.4% of GDP.", [("77.4%", "share", "Debt", "debt", "peak")]),
    (
        "The staff paid 73 per cent of the cost, or $4.5 million.",
        [("73 per cent", "share", "the cost", "cost", "pay"), ("$4.5 million", "USD", "the cost", "cost", "pay")],
    ),
    ("Of the firms that tried it, 69% gave up.", [("69%", "share", "the firms", "firm", "give up")]),
    ("They mourned for two days of silence.", [("two days", "day", "silence", "silence", "mourn")]),
    ("He earned a 20-year sentence.", [("20-year", "year", "sentence", "sentence", "earn")]),
    (
        "They want $18.5m (€17m) for clinics.",
        [("$18.5m", "USD", "clinics", "clinic", "want"), ("€17m", "EUR", "clinics", "clinic", "want")],
    ),
]


@pytest.mark.parametrize(
    ("sentence", "expected"), COUNTS + HEADLINES, ids=lambda case: case[:40] if isinstance(case, str) else ""
)
def test_counts(sentence: str, expected: list[tuple[str, str | None, str | None, str | None]]) -> None:
    """What a count counts, its head's lemma and the event."""
    found = read_counted(parse_sentences([sentence])[0], [make_quantity(sentence, words) for words, *_ in expected])
    assert [(c.what, c.head, c.event) for c in found] == [tuple(rest) for _, *rest in expected]


@pytest.mark.parametrize(
    ("sentence", "expected"), MEASURES, ids=lambda case: case[:40] if isinstance(case, str) else ""
)
def test_measures(sentence: str, expected: list[tuple[str, str, str | None, str | None, str | None]]) -> None:
    """What money, shares and measures are of."""
    found = read_counted(
        parse_sentences([sentence])[0], [make_quantity(sentence, words, unit=unit) for words, unit, *_ in expected]
    )
    assert [(c.what, c.head, c.event) for c in found] == [tuple(rest) for _, _, *rest in expected]


@pytest.mark.parametrize(
    ("sentence", "number", "expected"),
    [
        ("Some 300 North Korean soldiers died.", "300", ("north korean",)),
        ("Police held 42 other people.", "42", ("other",)),
        ("Nine others are missing.", "Nine", ("other",)),
        ("They fired 90 cruise missiles.", "90", ("cruise",)),
        ("They fired 90 missiles.", "90", ()),
    ],
)
def test_qualifiers(sentence: str, number: str, expected: tuple[str, ...]) -> None:
    """What narrows the counted noun, in lower case."""
    assert read_counted(parse_sentences([sentence])[0], [make_quantity(sentence, number)])[0].qualifiers == expected


@pytest.mark.parametrize(
    ("sentence", "number", "unit", "expected"),
    [
        ("It will boost the driving range by 35 miles.", "35 miles", "mile", ("driving", "range")),
        ("Chris Wood scored 22 goals.", "22", "count", ("Chris", "Wood")),
        ("A survey of seven European countries was printed.", "seven", "count", ("survey", "countries")),
        ("There are four bosses.", "four", "count", ()),
        ("In Tokyo: Nikkei +0.4% Topix 100 -1.2% Mothers +2%.", "-1.2%", "share", ("Topix",)),
        ("Two years later, the bureau bought boats.", "Two years", "year", ()),
        ("The council of Sarna announced plans to hire 40 nurses.", "40", "count", ("council", "Sarna")),
        ("The bank will charge a 0.6 per cent fee.", "0.6 per cent", "share", ("bank", "fee")),
        ("The firm is growing fast: it has sold 35m of its speakers.", "35m", "count", ("firm",)),
        ("A four-cylinder engine drives the pump.", "four", "count", ("engine",)),
        ("The highest bid is 84 cents, while the lowest is 74.", "74", "count", ("lowest",)),
        ("About 300 residents were evacuated from Kelno.", "About 300", "count", ()),
        ("The minister said the floods killed 12 people.", "12", "count", ("floods",)),
        ("Assets including: a villa, worth $5m.", "$5m", "USD", ("Assets", "villa")),
        (
            "The e-commerce group earns 60% of its revenue from adverts.",
            "60%",
            "share",
            ("e-commerce", "group", "revenue"),
        ),
        ("The court set a fine of $9,000 for the dairy.", "$9,000", "USD", ("court", "fine", "dairy")),
        ("Hydro gave 61% of the heat, gas 22% and nuclear 9%.", "9%", "share", ("Hydro", "nuclear")),
    ],
)
def test_concepts(sentence: str, number: str, unit: str, expected: tuple[str, ...]) -> None:
    """The words that a number is about."""
    assert (
        read_counted(parse_sentences([sentence])[0], [make_quantity(sentence, number, unit=unit)])[0].concepts
        == expected
    )


def test_numbers_of_earlier_nouns_are_marked() -> None:
    """A number without a noun says so, so that an earlier noun can be filled in; the offsets of a named one are the sentence's."""
    sentence = "We hired 500 and 30 drivers."
    bare, named = read_counted(
        parse_sentences([sentence])[0], [make_quantity(sentence, "500"), make_quantity(sentence, "30")]
    )
    assert (bare.implied, named.implied) == (True, False)
    assert named.span == (20, 27)
    assert sentence[20:27] == "drivers"


@pytest.mark.parametrize(
    ("sentence", "number", "expected"),
    [
        ("The clinic asked women aged 30 to 45 about sleep.", "30 to 45", ("women",)),
        ("The club lets children under nine swim at noon.", "nine", ("children",)),
    ],
)
def test_whose_age(sentence: str, number: str, expected: tuple[str, ...]) -> None:
    """An age is about those who have it, not about whose clause it stands in."""
    quantity = replace(make_quantity(sentence, number), not_claim="age")
    assert read_counted(parse_sentences([sentence])[0], [quantity])[0].concepts == expected


def test_an_amount_before_a_time() -> None:
    """What an amount is of, though the parse takes the time behind it for its noun."""
    sentence = "The start-up, valued at $2.1 billion two years ago, laid off 40."
    found = read_counted(
        parse_sentences([sentence])[0],
        [make_quantity(sentence, "$2.1 billion", unit="USD"), make_quantity(sentence, "two years", unit="year")],
    )
    assert found[0].what == "The start-up"


def test_an_old_count_is_about_what_the_new_one_counts() -> None:
    sentence = "Fewer than 300 of the cranes are left, down from 5,000."
    found = read_counted(
        parse_sentences([sentence])[0], [make_quantity(sentence, number) for number in ("Fewer than 300", "5,000")]
    )
    assert found[1].concepts == ("cranes",)


@pytest.mark.parametrize(
    ("sentence", "numbers", "expected"),
    [
        ("The bill passed by 118 votes to 97.", ("118", "97"), ("votes", "votes")),
        ("The list went from 12 seats to 19.", ("12", "19"), ("seats", "seats")),
        ("The army sent 300 men to 12 towns.", ("300", "12"), ("men", "towns")),
        ("The death toll rose from 12 people to 19.", ("12", "19"), ("people", "The death toll")),
    ],
)
def test_second_of_a_pair(sentence: str, numbers: tuple[str, str], expected: tuple[str, str]) -> None:
    """Two counts joined by "to" count one thing, unless the second has a noun of its own."""
    found = read_counted(parse_sentences([sentence])[0], [make_quantity(sentence, number) for number in numbers])
    assert tuple(c.what for c in found) == expected


def test_shares_of_one_whole() -> None:
    """A share without a noun is of what the share before it is of; its event is its own."""
    sentence = "Some 45% of voters backed the plan, while 38% opposed it."
    found = read_counted(
        parse_sentences([sentence])[0], [make_quantity(sentence, number, unit="share") for number in ("45%", "38%")]
    )
    assert [(c.what, c.head, c.event) for c in found] == [("voters", "voter", "back"), ("voters", "voter", "oppose")]


def test_a_share_is_not_about_the_noun_that_it_is_of() -> None:
    sentence = "Two thirds of the lorries were late."
    quantity = replace(make_quantity(sentence, "Two thirds", unit="share"), rule="fraction")
    assert [(c.what, c.concepts) for c in read_counted(parse_sentences([sentence])[0], [quantity])] == [
        ("the lorries", ())
    ]


def test_values_set_side_by_side_are_about_one_thing() -> None:
    sentence = "The list price is $410 versus last year's $385."
    found = read_counted(
        parse_sentences([sentence])[0], [make_quantity(sentence, number, unit="USD") for number in ("$410", "$385")]
    )
    assert [c.concepts for c in found] == [("list", "price")] * 2


@pytest.mark.parametrize(
    ("sentence", "denied", "expected"),
    [
        (
            "Moscow denies that foreign troops fight in Kursk.",
            "that foreign troops fight in Kursk",
            ("fight", "troop", "Kursk"),
        ),
        ("The ministry denied reports of deaths.", "reports of deaths", ("death", "report", None)),
    ],
)
def test_denied(sentence: str, denied: str, expected: tuple[str | None, str | None, str | None]) -> None:
    """Event, noun and place of words that somebody denies."""
    start = sentence.index(denied)
    assert read_denied(parse_sentences([sentence])[0], start, start + len(denied)) == expected
