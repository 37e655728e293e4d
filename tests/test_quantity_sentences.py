"""Quantities of whole sentences: what is read, and why some of it claims nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from processing.claims.quantity.quantities import read_quantities
from schemas.records import Quantity

Row = tuple[object, ...]


def short(quantity: Quantity) -> Row:
    """Text, low, high, approx, unit, and where they differ from the usual: per, change, "open"."""
    row: list[object] = [quantity.text, quantity.low, quantity.high, quantity.approx, quantity.unit]
    if quantity.per:
        row.append(f"per {quantity.per}")
    if quantity.aspect == "change":
        row.append(quantity.change)
    return tuple(row)


def claimed(text: str, country: str | None = None) -> list[Row]:
    return [short(q) for q in read_quantities(text, country=country) if q.not_claim is None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("At least seven killed and 30 wounded", [("At least seven", 7, None, "at_least", "count"), ("30", 30, 30, "exact", "count")]),
        ("UN: 40,000 displaced", [("40,000", 40000, 40000, "exact", "count")]),
        ("Floods kill 12, leave 300 missing", [("12", 12, 12, "exact", "count"), ("300", 300, 300, "exact", "count")]),
        ("An estimated 70,000 to 80,000 soldiers", [("An estimated 70,000 to 80,000", 70000, 80000, "range", "count")]),
        ("between 15kHz and 17kHz", [("15kHz and 17kHz", 15, 17, "range", "kilohertz")]),
        ("£3-4bn", [("£3-4bn", 3e9, 4e9, "range", "GBP")]),
        ("$20-$30 tickets", [("$20-$30", 20, 30, "range", "USD")]),
        ("11 to 12 thousand men", [("11 to 12 thousand", 11000, 12000, "range", "count")]),
        ("five per cent to 20 per cent", [("five per cent to 20 per cent", 0.05, 0.2, "range", "share")]),
        ("a fine of $3 billion to $5 billion", [("$3 billion to $5 billion", 3e9, 5e9, "range", "USD")]),
        ("five or six boats sank", [("five or six", 5, 6, "range", "count")]),
        ("prices ranging from $5 to $50", [("$5 to $50", 5, 50, "range", "USD")]),
        ("cut from R11bn to R5.5bn", [("R11bn", 11e9, 11e9, "exact", "ZAR"), ("R5.5bn", 5.5e9, 5.5e9, "exact", "ZAR")]),
        ("rose from 12 to 19", [("12", 12, 12, "exact", "count"), ("19", 19, 19, "exact", "count")]),
        ("dropping from 208 pounds to 193 by exercising", [("208 pounds", 208, 208, "exact", "pound"), ("193", 193, 193, "exact", "pound")]),
        ("Troops rose by 300 to 1,200", [("300", 300, 300, "exact", "count", "up"), ("1,200", 1200, 1200, "exact", "count")]),
        (
            "Its stock dropped 21p to 388p",
            [("21p", 0.21, 0.21, "exact", "GBP", "down"), ("388p", 3.88, 3.88, "exact", "GBP")],
        ),
        ("Cocoa jumped $90 to $2,450", [("$90", 90, 90, "exact", "USD", "up"), ("$2,450", 2450, 2450, "exact", "USD")]),
        ("The lake sank 1.4 metres to 0.9 metres", [("1.4 metres", 1.4, 1.4, "exact", "metre", "down"), ("0.9 metres", 0.9, 0.9, "exact", "metre")]),
        ("The gauge slid 31 points to 902", [("31 points", 31, 31, "exact", "point", "down"), ("902", 902, 902, "exact", "point")]),
        ("Arrests rose 40 to 260 in June", [("40", 40, 40, "exact", "count", "up"), ("260", 260, 260, "exact", "count")]),
        ("The yard added 10 to 40 jobs", [("10 to 40", 10, 40, "range", "count")]),
        ("Fees rose 1 to 5 percent", [("1 to 5 percent", 0.01, 0.05, "range", "share", "up")]),
        ("against a range of 1.10 to 1.30 euros", [("1.10 to 1.30 euros", 1.1, 1.3, "range", "EUR")]),
        ("The panel ruled 4 to 5 against", [("4", 4, 4, "exact", "count"), ("5", 5, 5, "exact", "count")]),
        ("The kiln burns 9 tonnes of straw an hour", [("9 tonnes", 9, 9, "exact", "tonne", "per hour")]),
        ("70 micrograms of soot per cubic metre", [("70 micrograms", 70, 70, "exact", "microgram", "per cubic metre")]),
        ("9 tonnes of straw a year ago", [("9 tonnes", 9, 9, "exact", "tonne")]),
        ("seven hundredths of a second behind", [("seven hundredths of a second", 0.07, 0.07, "exact", "second")]),
        ("a tenth of a second quicker", [("a tenth of a second", 0.1, 0.1, "exact", "second", "up")]),
        ("a lens 6.5m across, and a hole 20m across", [("6.5m", 6.5, 6.5, "exact", "metre"), ("20m", 20, 20, "exact", "metre")]),
        ("The javelin flew 84.2m in wind", [("84.2m", 84.2, 84.2, "exact", "metre")]),
        ("gave 6.5m across the region", [("6.5m", 6500000, 6500000, "exact", "count")]),
        ("Many left, and half of those sued", [("half", 0.5, 0.5, "exact", "share")]),
        ("half as much barley", [("half", 0.5, 0.5, "exact", "times")]),
        ("a third as many calves", [("a third", pytest.approx(1 / 3), pytest.approx(1 / 3), "exact", "times")]),
        ("three times as many as the 4,000 planned", [("three times", 3, 3, "exact", "times"), ("4,000", 4000, 4000, "exact", "count")]),
        ("Every fourth pupil walks; every second week", [("Every fourth", 0.25, 0.25, "exact", "share")]),
        ("Copper closed 0.9% lower", [("0.9%", 0.009, 0.009, "exact", "share", "down")]),
        ("It lowered the chance of a fall by 17%", [("17%", 0.17, 0.17, "exact", "share", "down")]),
        ("The gap widened by 6 basis points", [("6 basis points", 0.06, 0.06, "exact", "percentage_point", "up")]),
        ("3.7 rebounds while shooting 41%", [("3.7", 3.7, 3.7, "exact", "count"), ("41%", 0.41, 0.41, "exact", "share")]),
        ("The mill recovers 8 tonnes", [("8 tonnes", 8, 8, "exact", "tonne")]),
        ("It cost £90 more than a year earlier", [("£90", 90, 90, "exact", "GBP", "up")]),
        ("They put it off by a year, then extended it by six days", [("six days", 6, 6, "exact", "day", "up")]),
        ("the average 15-year loan", [("15-year", 15, 15, "exact", "year")]),
        ("Rooms start at $80", [("start at $80", 80, None, "at_least", "USD")]),
        ("an additional 11,000-12,000 will come", [("11,000-12,000", 11000, 12000, "range", "count", "up")]),
        ("another 50 were hurt", [("50", 50, 50, "exact", "count", "up")]),
        ("Prices are 3 per cent higher", [("3 per cent", 0.03, 0.03, "exact", "share", "up")]),
        ("a 19% drop in sales", [("19%", 0.19, 0.19, "exact", "share", "down")]),
        ("Shares edged down 0.03%", [("0.03%", 0.0003, 0.0003, "exact", "share", "down")]),
        ("Stoxx -1.3%", [("-1.3%", -0.013, -0.013, "exact", "share", "down")]),
        ("They gave up 517 yards", [("517 yards", 517, 517, "exact", "yard")]),
        ("to cut emissions 42.6 per cent", [("42.6 per cent", 0.426, 0.426, "exact", "share", "down")]),
        ("The bank cut its rate by 25 basis points to 4.75%",
         [("25 basis points", 0.25, 0.25, "exact", "percentage_point", "down"), ("4.75%", 0.0475, 0.0475, "exact", "share")]),
        ("less than 165 km (100 miles) away", [("less than 165 km", 0, 165, "less_than", "kilometre"), ("100 miles", 0, 100, "less_than", "mile")]),
        ("16 cases per 100,000 people", [("16", 16, 16, "exact", "count", "per 100000")]),
        ("up to R50bn per year", [("up to R50bn", 0, 50e9, "at_most", "ZAR", "per year")]),
        ("The pass rose from R20 to R24 a week", [("R20", 20, 20, "exact", "ZAR", "per week"), ("R24", 24, 24, "exact", "ZAR", "per week")]),
        ("Nine others are missing", [("Nine", 9, 9, "exact", "count")]),
        ("a line of seven km", [("seven km", 7, 7, "exact", "kilometre")]),
        ("Cases double to 3,400", [("double", 2, 2, "exact", "times", "up"), ("3,400", 3400, 3400, "exact", "count")]),
        ("No-one was injured", [("No-one", 0, 0, "exact", "count")]),
        ("No one on the ground was hurt", [("No one", 0, 0, "exact", "count")]),
        ("It came down about 3 km short", [("about 3 km", 2.7, 3.3, "about", "kilometre")]),
        ("None survived", [("None", 0, 0, "exact", "count")]),
        ("None of the crew was hurt", [("None", 0, 0, "exact", "count")]),
        ("A 4.6 quake", [("4.6", 4.6, 4.6, "exact", "magnitude")]),
        ("a 6.7 degree quake", [("6.7 degree", 6.7, 6.7, "exact", "magnitude")]),
        ("at least magnitude - 5.9", [("at least magnitude - 5.9", 5.9, None, "at_least", "magnitude")]),
        ("a magnitude-5.9 quake", [("5.9", 5.9, 5.9, "exact", "magnitude")]),
        ("a 2 mn-euro loan", [("2 mn-euro", 2e6, 2e6, "exact", "EUR")]),
        ("a 6-foot-6 guard", [("6-foot-6", 6.5, 6.5, "exact", "foot")]),
        ("He is 5ft 6in tall", [("5ft 6in", 5.5, 5.5, "exact", "foot")]),
        ("12 feet high and 2 feet thick", [("12 feet", 12, 12, "exact", "foot"), ("2 feet", 2, 2, "exact", "foot")]),
        ("The shop lost 80 % of its buyers", [("80 %", 0.8, 0.8, "exact", "share")]),
        ("Shares lost 3 % on Friday", [("3 %", 0.03, 0.03, "exact", "share", "down")]),
        ("every 11 minutes", [("11 minutes", 11, 11, "exact", "minute")]),
        ("Mine Blast Kills 10; 80 Hurt", [("10", 10, 10, "exact", "count"), ("80", 80, 80, "exact", "count")]),
        ("50 people a day", [("50", 50, 50, "exact", "count", "per day")]),
        ("a $5-a-day charge", [("$5", 5, 5, "exact", "USD", "per day")]),
        ("over $76 US a barrel", [("over $76 US", 76, None, "more_than", "USD", "per barrel")]),
        ("one in five women", [("one in five", 0.2, 0.2, "exact", "share")]),
        ("nine of 10 voters", [("nine of 10", 0.9, 0.9, "exact", "share")]),
        ("Two-thirds of homes", [("Two-thirds", 2 / 3, 2 / 3, "exact", "share")]),
        ("a 2-to-1 margin", [("2-to-1", 2, 2, "exact", "times")]),
        ("Profits more than doubled", [("more than doubled", 2, None, "more_than", "times", "up")]),
        ("three times as many", [("three times", 3, 3, "exact", "times")]),
        ("a 7.6-magnitude quake", [("7.6-magnitude", 7.6, 7.6, "exact", "magnitude")]),
        ("a quake of magnitude 6.3", [("6.3", 6.3, 6.3, "exact", "magnitude")]),
        ("the average temperature exceeded 1.5°C", [("exceeded 1.5°C", 1.5, None, "more_than", "degree_celsius")]),
        ("over 1.5 degrees of warming", [("over 1.5 degrees", 1.5, None, "more_than", "degree_celsius")]),
        ("an angle of 37.5 degrees", [("37.5 degrees", 37.5, 37.5, "exact", "degree")]),
        ("50+ miles and 15-plus years", [("50+ miles", 50, None, "at_least", "mile"), ("15-plus years", 15, None, "at_least", "year")]),
        ("thousands of acres", [("thousands of acres", 2000, 9999, "vague", "acre")]),
        ("more than a dozen", [("more than a dozen", 12, None, "vague", "count")]),
        ("Dozens hurt", [("Dozens", 24, 99, "vague", "count")]),
        ("No survivors were found", [("No", 0, 0, "exact", "count")]),
        ("no immediate reports of casualties", []),
        ("No casualties were reported", []),
        ("No-one was hurt", [("No-one", 0, 0, "exact", "count")]),
        ("for about a minute", [("about a minute", 0.9, 1.1, "about", "minute")]),
        ("twenty - six miles off", [("twenty - six miles", 26, 26, "exact", "mile")]),
        ("BUDGET 3.0 | Sars gets R4bn", [("R4bn", 4e9, 4e9, "exact", "ZAR")]),
        ("the five merchant vessels", [("five", 5, 5, "exact", "count")]),
        ("Nobody was killed", [("Nobody", 0, 0, "exact", "count")]),
        ("The vote was 52-48", [("52", 52, 52, "exact", "count"), ("48", 48, 48, "exact", "count")]),
        ("2019 saw 500 deaths; 2,000 fled", [("500", 500, 500, "exact", "count"), ("2,000", 2000, 2000, "exact", "count")]),
        ("killing 2000 people", [("2000", 2000, 2000, "exact", "count")]),
        ("one person was killed", [("one", 1, 1, "exact", "count")]),
        ("At least one shop burned", [("At least one", 1, None, "at_least", "count")]),
        ("3,5 % und 1.234,50 Euro", [("3,5 %", 0.035, 0.035, "exact", "share"), ("1.234,50 Euro", 1234.5, 1234.5, "exact", "EUR")]),
        ("its share: 164p, up 18 sen to RM23.50",
         [("164p", 1.64, 1.64, "exact", "GBP"), ("18 sen", 0.18, 0.18, "exact", "MYR", "up"), ("RM23.50", 23.5, 23.5, "exact", "MYR")]),
    ],
)  # fmt: skip
def test_quantities(text: str, expected: list[Row]) -> None:
    got = claimed(text)
    assert [(r[0], r[3:]) for r in got] == [(r[0], r[3:]) for r in expected]
    for have, want in zip(got, expected, strict=True):
        assert have[1:3] == pytest.approx(want[1:3])


@pytest.mark.parametrize(
    ("text", "number", "reason"),
    [
        ("on May 5, people", "5", "date"),
        ("the 7 October attack", "7", "date"),
        ("On 2019-09-01 it", "2019", "date"),
        ("since 2019, when", "2019", "year"),
        ("in the 1990s", "1990", "year"),
        ("the 2024/25 season", "2024", "year"),
        ("at 2:55 p.m. he", "55", "time"),
        ("by 5pm", "5", "time"),
        ("She ran 3:58.07 there", "58.07", "time"),
        ("John Smith, 45, said", "45", "age"),
        ("a 42-year-old man", "42", "age"),
        ("a 42 - year - old man", "42", "age"),
        ("His cousin , 42 , said so .", "42", "age"),
        ("two girls aged 11 and 7.", "7", "age"),
        ("children under five.", "five", "age"),
        ("Children under eight ride free.", "eight", "age"),
        ("the over-75s and others", "75", "age"),
        ("shots for under-6s today", "6", "age"),
        ("an under-19 side", "19", "age"),
        ("women in their 70s", "70", "year"),
        ("The goalkeeper, 33, has left.", "33", "age"),
        ("who is 70.", "70", "age"),
        ("I'm 61 and retired.", "61", "age"),
        ("You’re 22.", "22", "age"),
        ("Now 24, she has left.", "24", "age"),
        ("3. Boil the water.", "3", "list"),
        ("7) Selenium", "7", "list"),
        ("The firm doubled down on oil.", "doubled", "idiom"),
        ("the 14th Amendment", "14", "ordinal"),
        ("a Boeing 737 crashed", "737", "name"),
        ("40 AK 47 rifles", "47", "name"),
        ("the 3M plant", "3M", "name"),
        ("a Trump 2.0 would", "2.0", "name"),
        ("the P5P countries", "5", "name"),
        ("struck at 1353 (1023 GMT)", "1353", "time"),
        ("Covid-19 cases", "19", "name"),
        ("an F-16 jet", "16", "name"),
        ("the G20 met", "20", "name"),
        ("the S&P 500 fell", "500", "name"),
        ("the Kick Six win", "Six", "name"),
        ("under Section 230", "230", "law"),
        ("Article 5 says", "5", "law"),
        ("a 5G network", "5", "grade"),
        ("Level 3 restrictions", "3", "grade"),
        ("Arsenal won 3-1 at home", "3", "score"),
        ("won by 5 wickets", "5", "score"),
        ("live at 10 Downing Street", "10", "address"),
        ("call 0800 123 4567", "4567", "phone"),
        ("at 50.4°N", "50.4", "coordinate"),
        ("agent 007 is", "007", "code"),
        ("the 9/11 attacks", "11", "idiom"),
        ("a million reasons", "a million", "idiom"),
        ("three reasons why", "three", "list"),
        ("those seven states", "seven", "back"),
        ("the two groups met", "two", "back"),
        ("One of the men", "One", "one"),
        ("You have one solution", "one", "one"),
        ("a 120 mm gun", "120", "calibre"),
        ("the top 1 percent", "1", "name"),
        ("a mother of three.", "three", "idiom"),
        ("a plank of two-by-four", "four", "idiom"),
        ("a 4×6 grid", "6", "idiom"),
        ("She sank nine three-pointers.", "three", "idiom"),
        ("the raid of 10 Nov 11.", "11", "date"),
    ],
)
def test_why_no_claim(text: str, number: str, reason: str) -> None:
    found = [q for q in read_quantities(text) if text[q.number_start : q.number_end] == number]
    assert [q.not_claim for q in found] == [reason]


def test_a_whole_record() -> None:
    text = "It rose by about $2.5 million a year."
    assert read_quantities(text, country="au") == [
        Quantity(
            start=11, end=29, text="about $2.5 million", low=2250000.0, high=2750000.0, approx="about", unit="AUD", number_start=18, number_end=29,
            unit_text="$", per="year", aspect="change", change="up", last_digit=100000.0, rule="mixed", change_by="verb",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        ("Borrowing climbed to 7.4%", "7.4", ("level", "up", "reached")),
        ("Stocks fell sharply to 310 tonnes from 420 tonnes", "310", ("level", "down", "reached")),
        ("The fee was raised to £40", "40", ("level", "up", "reached")),
        ("The club lost to 14 men", "14", ("level", None, None)),
        ("It fell 3 points to 90", "90", ("level", None, None)),
        ("The fee is up to 40 pounds", "40", ("level", None, None)),
    ],
)
def test_which_way_a_level_was_reached(text: str, number: str, expected: tuple[str, str | None, str | None]) -> None:
    found = [q for q in read_quantities(text) if text[q.number_start : q.number_end] == number]
    assert [(q.aspect, q.change, q.change_by) for q in found] == [expected]


@pytest.mark.parametrize(
    ("text", "number", "unit", "low"),
    [
        ("Sales were 90 million euros, against 84 million in May.", "84 million", "EUR", 84e6),
        ("It owes $12 billion, of which 5 billion is due.", "5 billion", "USD", 5e9),
        ("The rate was 6.2 per cent, down from 5.9 in May.", "5.9", "share", 0.059),
        ("The stake cost £9 million, 2 million more than planned.", "2 million", "GBP", 2e6),
        ("Fares are 84 cents, up from 79.", "79", "USD", 0.79),
        ("One index closed at 1,204.5 points, the other rose 0.2% to 1,340.8.", "1,340.8", "point", 1340.8),
        ("The top offer is 31.50 pesos; the lowest was 28.40.", "28.40", "count", 28.4),
        ("Prices fell 3% from 120.", "120", "count", 120),
        ("It paid $5 million, compared with 40 a year ago.", "40", "count", 40),
        ("It paid $5 million to 60 firms, up from 40.", "40", "count", 40),
        ("It paid $5 million. Compared with 4 million people", "4 million", "count", 4e6),
    ],
)
def test_units_of_what_a_number_is_set_against(text: str, number: str, unit: str, low: float) -> None:
    found = [q for q in read_quantities(text) if text[q.number_start : q.number_end] == number]
    assert [(q.unit, q.low) for q in found] == [(unit, pytest.approx(low))]


def test_old_values_name_the_new_one() -> None:
    found = read_quantities("climbed to 6.7% from 6.29%, cut from R11bn to R5.5bn")
    assert [q.old_of for q in found] == [None, 0, 3, None]


def test_a_conversion_names_what_it_converts() -> None:
    found = read_quantities("12 died 35 km (22 miles) off; 9 billion shekels ($2.4 billion) a year")
    assert [(q.text, q.conversion_of, q.per) for q in found] == [
        ("12", None, None), ("35 km", None, None), ("22 miles", 1, None), ("9 billion shekels", None, "year"), ("$2.4 billion", 3, "year"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("1,000 men", 1000),
        ("11,000 men", 1000),
        ("4,700 men", 100),
        ("4,712 men", 1),
        ("magnitude 7.6", 0.1),
        ("0.30%", 0.0001),
        ("1.2m homes", 100000),
    ],
)
def test_last_digit_as_written(text: str, digits: float) -> None:
    assert [q.last_digit for q in read_quantities(text)] == [pytest.approx(digits)]


@pytest.mark.parametrize("text", ["", " ", "\n\t", "No figures here.", "$", "a", ".", "£ and €", "قُتل"])
def test_nothing(text: str) -> None:
    assert read_quantities(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5000,
        "1,2,3,4",
        "1.2.3.4",
        "million " * 50,
        "1 million million million million million",
        "٣٠٠ شخص",
        "½½½",
        "-" * 500 + "5",
        "5" + "%" * 500,
    ],
)
def test_odd_input_is_read_without_error(text: str) -> None:
    for q in read_quantities(text):
        assert text[q.start : q.end] == q.text
        assert q.start <= q.number_start < q.number_end <= q.end


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    ["1", "1,", "12 people ", "$", "five and ", "(1 km ", "from 1 to ", "May 1 and ", "a@", "12 Main Old ", "+1 23 "],
)
def test_time_grows_with_length_only(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * length)[:length]
        begun = time.process_time()
        read_quantities(text)
        return time.process_time() - begun

    seconds(1000)
    assert seconds(32_000) < 40 * max(seconds(4_000), 0.005)


def test_a_very_long_text_keeps_its_offsets() -> None:
    text = "word " * 15_000 + "and 35 km (22 miles) off"
    assert [(q.text, text[q.start : q.end], q.conversion_of) for q in read_quantities(text)] == [
        ("35 km", "35 km", None),
        ("22 miles", "22 miles", 0),
    ]


@pytest.mark.eval
def test_newsquant_stays_read(eval_folder: Path, tmp_path: Path) -> None:
    gold = eval_folder / "quantities" / "newsquant-dev.json"
    root = Path(__file__).parents[1]
    out = tmp_path / "out.json"
    subprocess.run([sys.executable, str(root / "bench" / "quantities.py"), str(gold), str(out)], check=True)
    scored = subprocess.run(
        [
            sys.executable,
            str(eval_folder / "score" / "quant_score.py"),
            "--gold",
            str(gold),
            "--pred",
            str(out),
            "--json",
        ],
        check=True,
        capture_output=True,
    )
    rows = {row["metric"]: row["F1"] for row in json.loads(scored.stdout)["rows"] if row["mode"] == "authors"}
    assert rows["value"] >= 95
    assert rows["value+change"] >= 91
    assert rows["value+unit"] >= 89
