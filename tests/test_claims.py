"""Whole articles into claims: every field of every claim compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from processing.claims import explain, read_many, read_text
from schemas.records import Claim, Denial, Reading
from tests.support.records import make_article

DAY = date(2025, 1, 22)  # a Wednesday
Days = tuple[date, date]


def days(year: int, month: int, day: int) -> Days:
    """One day as a range."""
    return date(year, month, day), date(year, month, day)


@dataclass(frozen=True)
class Row:
    """A claim's fields, with wholes and twins as written instead of their ids."""

    text: str
    low: float | None
    high: float | None
    approx: str
    unit: str
    what: str | None
    what_head: str | None
    event: str | None
    source: str | None = None
    source_head: str | None = None
    source_status: str = "outlet"
    relay: tuple[str, ...] = ()
    stance: str = "asserts"
    hedged: bool = False
    correction: bool = False
    place: str | None = None
    as_of: Days | None = (DAY, DAY)
    as_of_guess: bool = True
    period: Days | None = None
    per: str | None = None
    aspect: str = "level"
    change: str | None = None
    low_open: bool = False
    high_open: bool = False
    part_of: str | None = None
    same_as: str | None = None
    quote: str | None = None
    qualifiers: tuple[str, ...] = ()


def rows(text: str) -> list[Row]:
    """The claims of a plain text published on `DAY`."""
    reading = read_text(text, file="a.txt", published=DAY, outlet="The Courier", country="gb")
    words = {claim.id: claim.text for claim in reading.claims}
    assert all(text[claim.start : claim.end] == claim.text for claim in reading.claims)
    assert len(words) == len(reading.claims)
    return [_row(claim, words) for claim in reading.claims]


def _row(claim: Claim, words: dict[str, str]) -> Row:
    values = {name: getattr(claim, name) for name in Row.__dataclass_fields__}
    values["part_of"] = words.get(claim.part_of or "")
    values["same_as"] = words.get(claim.same_as or "")
    return Row(**values)


MODEL = """At least 1,000 North Korean soldiers dead in Kursk, officials say
At least 1,000 of the 11,000 soldiers whom North Korea sent to Russia's
Kursk region have been killed, Western officials have told the Courier.
By mid-January some 4,000 of the men had been killed or wounded over the
course of three months, they said.
Comments
Post a Comment
Thousands of Russian soldiers have died in the same battles, according to a
report on the state news agency RIKA.
General Petro Savchenko, who commands Ukraine's army, told the broadcaster
Kanal 9 on Tuesday that the newcomers were fighting hard.
"They are numerous," he said. "They are brave and well trained.
"An additional 11,000-12,000 soldiers are carrying out attacks."
Moscow disputes that foreign troops are fighting in Kursk.
"""
MODEL_ROWS = [
    Row(
        "At least 1,000",
        1000,
        None,
        "at_least",
        "count",
        "North Korean soldiers",
        "soldier",
        "die",
        source="Western officials",
        source_head="officials",
        source_status="described",
        relay=("the Courier",),
        place="Kursk",
        qualifiers=("north korean",),
    ),
    Row(
        "At least 1,000",
        1000,
        None,
        "at_least",
        "count",
        "soldiers",
        "soldier",
        "kill",
        source="Western officials",
        source_head="officials",
        source_status="described",
        relay=("the Courier",),
        place="Russia's Kursk region",
        part_of="11,000",
    ),
    Row(
        "11,000",
        11000,
        11000,
        "exact",
        "count",
        "soldiers",
        "soldier",
        "send",
        source="Western officials",
        source_head="officials",
        source_status="described",
        relay=("the Courier",),
        place="Russia's Kursk region",
    ),
    Row(
        "some 4,000",
        3600,
        4400,
        "about",
        "count",
        "men",
        "man",
        "casualty",
        source="Western officials",
        source_head="officials",
        source_status="described",
        place="Kursk",
        as_of=(date(2025, 1, 11), date(2025, 1, 20)),
        as_of_guess=False,
        period=(date(2024, 10, 20), date(2025, 1, 20)),
    ),
    Row(
        "Thousands",
        2000,
        9999,
        "vague",
        "count",
        "Russian soldiers",
        "soldier",
        "die",
        source="the state news agency RIKA",
        source_head="RIKA",
        source_status="named",
        place="Kursk",
        qualifiers=("russian",),
    ),
    Row(
        "11,000-12,000",
        11000,
        12000,
        "range",
        "count",
        "soldiers",
        "soldier",
        "carry out",
        source="General Petro Savchenko",
        source_head="Savchenko",
        source_status="named",
        aspect="change",
        change="up",
        quote="An additional 11,000-12,000 soldiers are carrying out attacks.",
    ),
]
FLOOD = """Aceh floods kill at least 26, leave 4,500 homeless

Flooding in Indonesia’s Aceh province has killed at least 26 people and left 4,500 homeless, the disaster agency said on Monday.

More than 1,200 homes were destroyed and 300 damaged. The agency’s spokesman, Budi Santoso, said 35% of the district’s rice fields were under water. \
He put the damage at $40m.

12 comments

“We have evacuated 2,700 residents,” he said. “A further 800 are waiting on roofs.”

An earlier version of this report said that 36 people had died.

Of the 26 dead, 11 were children.
"""
FLOOD_ROWS = [
    Row(
        "at least 26",
        26,
        None,
        "at_least",
        "count",
        "people",
        "person",
        "kill",
        source="the disaster agency",
        source_head="agency",
        source_status="described",
        place="Aceh",
        as_of=days(2025, 1, 20),
        as_of_guess=False,
    ),
    Row(
        "4,500",
        4500,
        4500,
        "exact",
        "count",
        "people",
        "person",
        "displace",
        source="the disaster agency",
        source_head="agency",
        source_status="described",
        place="Aceh",
        as_of=days(2025, 1, 20),
        as_of_guess=False,
    ),
    Row(
        "at least 26",
        26,
        None,
        "at_least",
        "count",
        "people",
        "person",
        "kill",
        source="the disaster agency",
        source_head="agency",
        source_status="described",
        place="Indonesia’s Aceh province",
        as_of=days(2025, 1, 20),
        as_of_guess=False,
    ),
    Row(
        "4,500",
        4500,
        4500,
        "exact",
        "count",
        "people",
        "person",
        "displace",
        source="the disaster agency",
        source_head="agency",
        source_status="described",
        place="Indonesia’s Aceh province",
        as_of=days(2025, 1, 20),
        as_of_guess=False,
    ),
    Row("More than 1,200", 1200, None, "more_than", "count", "homes", "home", "destroy", low_open=True),
    Row("300", 300, 300, "exact", "count", "homes", "home", "damage"),
    Row(
        "35%",
        0.35,
        0.35,
        "exact",
        "share",
        "the district’s rice fields",
        "field",
        None,
        source="Budi Santoso",
        source_head="Santoso",
        source_status="named",
        qualifiers=("district", "rice"),
    ),
    Row(
        "$40m",
        40000000,
        40000000,
        "exact",
        "USD",
        "the damage",
        "damage",
        "damage",
        source="Budi Santoso",
        source_head="Santoso",
        source_status="named",
    ),
    Row(
        "2,700",
        2700,
        2700,
        "exact",
        "count",
        "residents",
        "resident",
        "evacuate",
        source="Budi Santoso",
        source_head="Santoso",
        source_status="named",
        quote="We have evacuated 2,700 residents,",
    ),
    Row(
        "800",
        800,
        800,
        "exact",
        "count",
        "residents",
        "resident",
        "wait",
        source="Budi Santoso",
        source_head="Santoso",
        source_status="named",
        aspect="change",
        change="up",
        quote="A further 800 are waiting on roofs.",
    ),
    Row(
        "36",
        36,
        36,
        "exact",
        "count",
        "people",
        "person",
        "die",
        source="An earlier version of this report",
        source_head="version",
        source_status="described",
        correction=True,
        place="Aceh",
    ),
    Row("26", 26, 26, "exact", "count", "people", "person", "die", place="Aceh"),
    Row("11", 11, 11, "exact", "count", "children", "child", "die", place="Aceh", part_of="26"),
]
STRIKE = """Rail strike: some 40,000 walk out

Some 40,000 rail workers have joined a strike in Germany, the Bahner union said on Friday, while the police put the number at 18,000.

Nordbahn said that nearly two-thirds of its long-distance trains had been cancelled and that the stoppage would cost about €25 million a day.

“We have lost 12% of our real wages since 2021,” said the union’s leader, Karin Vogt.
"""
STRIKE_ROWS = [
    Row(
        "some 40,000",
        36000,
        44000,
        "about",
        "count",
        "rail workers",
        "worker",
        "walk out",
        source="the Bahner union",
        source_head="union",
        source_status="named",
        place="Germany",
        as_of=days(2025, 1, 17),
        as_of_guess=False,
        qualifiers=("rail",),
    ),
    Row(
        "Some 40,000",
        36000,
        44000,
        "about",
        "count",
        "rail workers",
        "worker",
        "join",
        source="the Bahner union",
        source_head="union",
        source_status="named",
        place="Germany",
        as_of=days(2025, 1, 17),
        as_of_guess=False,
        qualifiers=("rail",),
    ),
    Row(
        "18,000",
        18000,
        18000,
        "exact",
        "count",
        "rail workers",
        "worker",
        "join",
        source="the police",
        source_head="police",
        source_status="described",
        place="Germany",
        as_of=days(2025, 1, 17),
        as_of_guess=False,
        qualifiers=("rail",),
    ),
    Row(
        "nearly two-thirds",
        0.6,
        0.6666666666666666,
        "nearly",
        "share",
        "its long-distance trains",
        "train",
        "cancel",
        source="Nordbahn",
        source_head="Nordbahn",
        source_status="named",
        qualifiers=("long", "distance"),
    ),
    Row(
        "about €25 million",
        22500000,
        27500000,
        "about",
        "EUR",
        "the stoppage",
        "stoppage",
        "cost",
        source="Nordbahn",
        source_head="Nordbahn",
        source_status="named",
        per="day",
    ),
    Row(
        "12%",
        0.12,
        0.12,
        "exact",
        "share",
        "our real wages",
        "wage",
        "lose",
        source="Karin Vogt",
        source_head="Vogt",
        source_status="named",
        period=(date(2021, 1, 1), date(2025, 1, 22)),
        quote="We have lost 12% of our real wages since 2021,",
        qualifiers=("real",),
    ),
]
EPIDEMIC = """Cholera spreads in Sarna

The number of cholera cases in the eastern province of Sarna has risen from 1,700 to 3,400 in a week, the World Health Organization (WHO) said in a \
statement on 14 January 2025. It has recorded 61 deaths, 19 of them children.

“We bury ten people a day,” a nurse at the Dema clinic told Reuters.

The camp lies less than 5 km (3 miles) from the border, and 2,000 to 3,000 people live there without clean water.

The health ministry denies that the army has closed the wells.
"""
EPIDEMIC_ROWS = [
    Row(
        "1,700",
        1700,
        1700,
        "exact",
        "count",
        "cholera cases",
        "case",
        "cholera",
        source="the World Health Organization (WHO)",
        source_head="Organization",
        source_status="named",
        place="Sarna",
        as_of=days(2025, 1, 7),
        as_of_guess=False,
        qualifiers=("cholera",),
    ),
    Row(
        "3,400",
        3400,
        3400,
        "exact",
        "count",
        "cholera cases",
        "case",
        "cholera",
        source="the World Health Organization (WHO)",
        source_head="Organization",
        source_status="named",
        place="Sarna",
        as_of=days(2025, 1, 14),
        as_of_guess=False,
        period=(date(2025, 1, 7), date(2025, 1, 14)),
        qualifiers=("cholera",),
    ),
    Row(
        "61",
        61,
        61,
        "exact",
        "count",
        "deaths",
        "death",
        "death",
        source="the World Health Organization (WHO)",
        source_head="Organization",
        source_status="named",
    ),
    Row(
        "19",
        19,
        19,
        "exact",
        "count",
        "children",
        "child",
        "death",
        source="the World Health Organization (WHO)",
        source_head="Organization",
        source_status="named",
        part_of="61",
    ),
    Row(
        "ten",
        10,
        10,
        "exact",
        "count",
        "people",
        "person",
        "bury",
        source="a nurse at the Dema clinic",
        source_head="nurse",
        source_status="described",
        relay=("Reuters",),
        per="day",
        quote="We bury ten people a day,",
    ),
    Row("less than 5 km", 0, 5, "less_than", "kilometre", "The camp", "camp", "lie", high_open=True),
    Row("3 miles", 0, 3, "less_than", "mile", "The camp", "camp", "lie", high_open=True, same_as="less than 5 km"),
    Row("2,000 to 3,000", 2000, 3000, "range", "count", "people", "person", "live"),
]
BUDGET = """Nkosi cuts defence by R2bn

Finance minister Thandi Nkosi has cut the defence budget by R2bn to R53.4bn and raised the child grant from R530 to R560 a month.

Debt will peak at 77.4% of GDP, 0.3 percentage points higher than forecast in February, her budget review shows.

Unemployment fell to 31.9% in the fourth quarter, Statistics South Africa said.
"""
BUDGET_ROWS = [
    Row("R2bn", 2000000000, 2000000000, "exact", "ZAR", "defence", "defence", "cut", aspect="change", change="down"),
    Row(
        "R2bn",
        2000000000,
        2000000000,
        "exact",
        "ZAR",
        "the defence budget",
        "budget",
        "cut",
        aspect="change",
        change="down",
        qualifiers=("defence",),
    ),
    Row(
        "R53.4bn",
        53400000000,
        53400000000,
        "exact",
        "ZAR",
        "the defence budget",
        "budget",
        "cut",
        qualifiers=("defence",),
    ),
    Row(
        "R530",
        530,
        530,
        "exact",
        "ZAR",
        "the child grant",
        "grant",
        "raise",
        per="month",
        as_of=None,
        qualifiers=("child",),
    ),
    Row("R560", 560, 560, "exact", "ZAR", "the child grant", "grant", "raise", per="month", qualifiers=("child",)),
    Row(
        "77.4%",
        0.774,
        0.774,
        "exact",
        "share",
        "Debt",
        "debt",
        "peak",
        source="Finance minister Thandi Nkosi",
        source_head="Nkosi",
        source_status="named",
    ),
    Row(
        "0.3 percentage points",
        0.3,
        0.3,
        "exact",
        "percentage_point",
        "Debt",
        "debt",
        "peak",
        source="Finance minister Thandi Nkosi",
        source_head="Nkosi",
        source_status="named",
        aspect="change",
        change="up",
    ),
    Row(
        "31.9%",
        0.319,
        0.319,
        "exact",
        "share",
        "Unemployment",
        "unemployment",
        "fall",
        source="Statistics South Africa",
        source_head="Africa",
        source_status="named",
    ),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [(MODEL, MODEL_ROWS), (FLOOD, FLOOD_ROWS), (STRIKE, STRIKE_ROWS), (EPIDEMIC, EPIDEMIC_ROWS), (BUDGET, BUDGET_ROWS)],
    ids=["model case", "flood", "strike", "epidemic", "budget"],
)
def test_articles(text: str, expected: list[Row]) -> None:
    """Every field of every claim of an article."""
    assert rows(text) == expected


def test_line_ends_do_not_matter() -> None:
    """The model case reads the same with blank lines between paragraphs, with Windows line ends and with non-breaking spaces."""
    wide = MODEL.replace("\nComments\n", "\n\nComments\n\n").replace(".\n", ".\n\n")
    for text in (wide, MODEL.replace("\n", "\r\n"), MODEL.replace("11,000 soldiers", "11,000\u00a0soldiers")):
        assert rows(text) == MODEL_ROWS


def test_denials_without_a_number() -> None:
    """A dispute without a number is kept beside the claims, with event, thing and place where its words say them."""
    reading = read_text(MODEL, file="a.txt", published=DAY, outlet="The Courier")
    start = MODEL.index("Moscow disputes")
    [denial] = reading.denials
    assert denial == Denial(
        id=denial.id, article_id="a.txt", article_key="a.txt", revision=1, field="text", start=start, end=len(MODEL) - 1,
        sentence="Moscow disputes that foreign troops are fighting in Kursk.", source="Moscow", source_id=None, stance="disputes",
        denies="that foreign troops are fighting in Kursk", event="fight", place="Kursk", outlet="The Courier", outlet_name="The Courier", url="a.txt",
        published=datetime(2025, 1, 22, tzinfo=UTC), what_head="troop",
    )  # fmt: skip


def test_title_and_text_are_two_fields() -> None:
    """Offsets count in their own field, a text that repeats its title is read once, and ids are the same at every reading."""
    body = "Floods in Aceh killed 12 people, the rescue service said."
    apart, joined = (
        make_article(title="Floods kill 12", text=body),
        make_article(title="Floods kill 12", text=f"Floods kill 12\n\n{body}"),
    )
    first, second = read_many([apart, joined], run="r1")
    assert [(c.field, c.start, c.end, c.source) for c in first.claims] == [
        ("title", 12, 14, "the rescue service"),
        ("text", 22, 24, "the rescue service"),
    ]
    assert [(c.field, c.start, c.end) for c in second.claims] == [("text", 12, 14), ("text", 38, 40)]
    assert first.claims[1].source_words == (33, 51)
    assert body[33:51] == "the rescue service"
    assert {c.run for c in first.claims} == {"r1"}
    assert [c.id for c in read_many([apart])[0].claims] == [c.id for c in first.claims]
    assert {c.id for c in first.claims}.isdisjoint(c.id for c in second.claims)


def test_other_languages_are_skipped_with_the_reason() -> None:
    """An article that is not English is not read; the others of the batch are."""
    korean, english = (
        make_article(language="ko", text="북한군 300명이 사망했다."),
        make_article(text="Floods killed 12 people."),
    )
    skipped, read = read_many([korean, english])
    assert skipped == Reading((), (), "language ko")
    assert read.claims[-1].text == "12"


def test_small_numbers_that_point_back_are_no_claims() -> None:
    """ "The two ships" after "two ships" is no new count; larger numbers may be a new statement."""
    text = (
        "Two ships collided off Sarna. The two ships carried 40 people. The 40 people were rescued. The three men died."
    )
    assert [claim.text for claim in read_text(text, file="a.txt").claims] == ["Two", "40", "40", "three"]
    again = "Pirates sent five boats. Sailors saw the five-boat convoy and stopped the five boats."
    assert [claim.text for claim in read_text(again, file="a.txt").claims] == ["five", "five"]


def test_a_disputed_figure_is_a_denial_of_what_it_counts() -> None:
    """A third party's dispute in apposition is kept as a denial with the number's event and thing; the claim stays its source's."""
    reading = read_text("The army killed 300 rebels in Sarna, a figure analysts dispute.", file="a.txt")
    assert [(c.text, c.source, c.stance) for c in reading.claims] == [("300", None, "asserts")]
    assert [(d.source, d.stance, d.event, d.what_head, d.place) for d in reading.denials] == [
        ("analysts", "disputes", "kill", "rebel", "Sarna")
    ]


@pytest.mark.parametrize(
    ("text", "number", "source", "what", "event"),
    [
        (
            'The army said it killed "at least 20 militants". It denied hitting a clinic.',
            "at least 20",
            "The army",
            "militants",
            "kill",
        ),
        (
            "The group's press office reported 19 dead and 35 wounded.",
            "35",
            "The group's press office",
            "people",
            "wound",
        ),
        (
            "Ten officers were injured, three of them badly, police chief Marko Brin told reporters.",
            "Ten",
            "police chief Marko Brin",
            "officers",
            "injure",
        ),
        (
            "State media reported that 22 people had died, without citing a source.",
            "22",
            "State media",
            "people",
            "die",
        ),
        (
            "Some 4,000 dockers left nine ports. The union put the number at 9,000.",
            "9,000",
            "The union",
            "dockers",
            "leave",
        ),
    ],
)
def test_misread_sentences(text: str, number: str, source: str, what: str, event: str) -> None:
    """Sentences of agency style whose source, thing or event is easily mistaken."""
    claim = next(c for c in read_text(text, file="a.txt").claims if c.text == number)
    assert (claim.source, claim.what, claim.event, claim.stance) == (source, what, event, "asserts")


def test_a_bare_decimal_after_a_magnitude_is_one() -> None:
    """ "The survey put it at 6.2" in a text on a quake."""
    claims = read_text("A magnitude 6.4 quake struck Sarna. The survey put it at 6.2.", file="a.txt").claims
    assert [claim.unit for claim in claims] == ["magnitude", "magnitude"]


def test_no_casualties_are_two_claims() -> None:
    """Zero killed and zero injured, told apart by their ids."""
    reading = read_text("There were no casualties.", file="a.txt")
    assert [(c.low, c.high, c.event) for c in reading.claims] == [(0, 0, "kill"), (0, 0, "injure")]
    assert len({c.id for c in reading.claims}) == 2


def test_nothing_to_read() -> None:
    """Empty texts, texts without a figure and furniture alone give an empty reading."""
    for text in ("", "\n\n", "It rained.", "12 comments\n\nPost a Comment"):
        assert read_text(text, file="a.txt") == Reading((), ())


def test_explain_shows_marks_rules_and_certainty() -> None:
    """The text first, then for each claim which rule gave which field; without colours no escape codes."""
    text = "Floods in Aceh killed at least 12 people, the rescue service said."
    reading = read_text(text, file="a.txt", published=DAY)
    plain = explain(reading, text, colour=False)
    assert plain.startswith(text)
    assert "1. at least 12" in plain
    assert "source   the rescue service" in plain
    assert "[noun after the number]" in plain
    assert "% sure" in plain
    assert "\x1b[" not in plain
    assert "\x1b[" in explain(reading, text)
    assert explain(Reading((), (), "language ko"), "x", colour=False) == "not read: language ko\n"


@pytest.mark.eval
def test_annotated_articles(eval_folder: Path) -> None:
    """Every claim's offsets and sentence lie where they say, in every annotated article."""
    for path in sorted((eval_folder / "claims" / "text").glob("*.txt")):
        text = path.read_text("utf8")
        reading = read_text(text, file=path.name, published=DAY)
        assert reading.claims
        for claim in reading.claims:
            assert text[claim.start : claim.end] == claim.text
            assert claim.sentence_start <= claim.start < claim.end <= claim.sentence_end
            assert claim.sentence_end - claim.sentence_start == len(claim.sentence)
