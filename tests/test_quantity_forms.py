"""Numbers in all writings, units as written, measures in two units, averages, and forms that are no numbers."""

from __future__ import annotations

import pytest

from processing.claims import read_quantities

# text, [(number as written, low, high, unit, per)]: the claims alone
Row = tuple[str, float | None, float | None, str, str | None]
FORMS: list[tuple[str, list[Row]]] = [
    ("seven-and-a-half thousand pilgrims came", [("seven-and-a-half thousand", 7500, 7500, "count", None)]),
    ("two-and-a-half million euros went", [("two-and-a-half million euros", 2.5e6, 2.5e6, "EUR", None)]),
    ("it cost four lakh crore rupees", [("four lakh crore rupees", 4e12, 4e12, "INR", None)]),
    ("5 1/2 million doses", [("5 1/2 million", 5.5e6, 5.5e6, "count", None)]),
    ("cut to 3 3/4 percent", [("3 3/4 percent", 0.0375, 0.0375, "share", None)]),
    ("about 6-9,000 marchers", [("about 6-9,000", 6000, 9000, "count", None)]),
    ("some 30 to 40,000 crabs", [("some 30 to 40,000", 30000, 40000, "count", None)]),
    ("2 345 678.90 euros were paid", [("2 345 678.90 euros", 2345678.9, 2345678.9, "EUR", None)]),
    ("it was minus-12 degrees Celsius", [("minus-12 degrees Celsius", -12, -12, "degree_celsius", None)]),
    ("a spore weighs 3.2×10−9 grams", [("3.2×10−9 grams", 3.2e-9, 3.2e-9, "gram", None)]),
    ("it carries 1.5 x 10^4 amperes", [("1.5 x 10^4 amperes", 15000, 15000, "ampere", None)]),
    ("three point four billion songs", [("three point four billion", 3.4e9, 3.4e9, "count", None)]),
    ("a billion and a half plays", [("a billion and a half", 1.5e9, 1.5e9, "count", None)]),
    ("room for a quarter million", [("a quarter million", 250000, 250000, "count", None)]),
    ("a 5/8-inch bolt", [("5/8-inch", 0.625, 0.625, "inch", None)]),
    ("one tenth of one percent", [("one tenth of one percent", 0.001, 0.001, "share", None)]),
    ("0.4 of a percentage point", [("0.4 of a percentage point", 0.4, 0.4, "percentage_point", None)]),
    # measures in two units
    ("three years and nine months", [("three years and nine months", 45, 45, "month", None)]),
    ("in 3 minutes 41 seconds", [("3 minutes 41 seconds", 221, 221, "second", None)]),
    ("two hours, six minutes and 5 seconds", [("two hours, six minutes and 5 seconds", 7565, 7565, "second", None)]),
    ("2hr 10min", [("2hr 10min", 130, 130, "minute", None)]),
    ("it weighs 9st 3lb", [("9st 3lb", 129, 129, "pound", None)]),
    ("a week and a half", [("a week and a half", 1.5, 1.5, "week", None)]),
    ("about two hours and a half", [("about two hours and a half", 2.25, 2.75, "hour", None)]),
    ("five years and 300 euros", [("five years", 5, 5, "year", None), ("300 euros", 300, 300, "EUR", None)]),
    # averages are exact
    ("an average of 47 days", [("an average of 47 days", 47, 47, "day", None)]),
    ("it averaged 92 sq m", [("averaged 92 sq m", 92, 92, "square metre", None)]),
    ("an average of about 50 trees", [("about 50", 45, 55, "count", None)]),
    # words that only look like bounds
    ("the lead up to 30 weddings", [("30", 30, 30, "count", None)]),
    ("it centres around the 40-metre pier", [("40-metre", 40, 40, "metre", None)]),
    ("they hand over 30 per cent of it", [("30 per cent", 0.3, 0.3, "share", None)]),
    # units and money as written
    ("a 63 kVA transformer", [("63 kVA", 63, 63, "kilovolt-ampere", None)]),
    ("at 49.8 HZ", [("49.8 HZ", 49.8, 49.8, "hertz", None)]),
    ("rated at 10 ksi", [("10 ksi", 10, 10, "kip per square inch", None)]),
    ("$3.10 per MMBtu", [("$3.10", 3.1, 3.1, "USD", "million british thermal units")]),
    ("700 TEU of space", [("700 TEU", 700, 700, "twenty-foot equivalent unit", None)]),
    ("a fee of 60,000/- a term", [("60,000/-", 60000, 60000, "KES", "term")]),
    ("sold for 12 MEUR", [("12 MEUR", 12e6, 12e6, "EUR", None)]),
    ("it cost 4 mrd euros", [("4 mrd euros", 4e9, 4e9, "EUR", None)]),
    ("a 3 F-16 flight", [("3", 3, 3, "count", None)]),
    # rates per any thing
    ("it rose to $21 an hour, from $19.", [("$21", 21, 21, "USD", "hour"), ("$19", 19, 19, "USD", "hour")]),
    ("Divers dug for 9 hours; he sat there for 31.", [("9 hours", 9, 9, "hour", None), ("31", 31, 31, "hour", None)]),
    ("raised from the old 40 euros to 60", [("40 euros", 40, 40, "EUR", None), ("60", 60, 60, "EUR", None)]),
    ("gave 300 students a grant.", [("300", 300, 300, "count", None)]),
    ("it cost £260 a vial in May", [("£260", 260, 260, "GBP", "vial")]),
    ("yields of 19 litres a cow.", [("19 litres", 19, 19, "litre", "cow")]),
    ("they were paid £450 each, not", [("£450", 450, 450, "GBP", "piece")]),
    ("she won $4m a court heard", [("$4m", 4e6, 4e6, "USD", None)]),
    # all but some of all
    ("All but three of the 40 ewes were found.", [("All but three of the 40", 37, 37, "count", None)]),
    ("All but three were found.", []),
    # zero
    ("None of the 40 was hurt.", [("None", 0, 0, "count", None), ("40", 40, 40, "count", None)]),
    ("None of its nine ships sailed.", [("None", 0, 0, "count", None), ("nine", 9, 9, "count", None)]),
    ("Not one of the 14 sank.", [("Not one", 0, 0, "count", None), ("14", 14, 14, "count", None)]),
    ("Not a single lamb was ill.", [("Not a single", 0, 0, "count", None)]),
    ("Neither driver was hurt.", [("Neither", 0, 0, "count", None)]),
    ("The blast killed no one.", [("no one", 0, 0, "count", None)]),
    ("They lost no sailors.", [("no", 0, 0, "count", None)]),
    ("No passengers were in the hall.", [("No", 0, 0, "count", None)]),
    ("No one knows, not a single word, not everyone, neither of it.", []),
    ("No officials were available, no people were named.", []),
    # parts
    ("butter costs a third more than last year", [("a third", 1 / 3, 1 / 3, "share", None)]),
    ("a tenth have debts", [("a tenth", 0.1, 0.1, "share", None)]),
    ("two trees in five are sick", [("two trees in five", 0.4, 0.4, "share", None)]),
    ("every third flat is empty", [("every third", 1 / 3, 1 / 3, "share", None)]),
    ("it fell by £30m to £71m", [("£30m", 30e6, 30e6, "GBP", None), ("£71m", 71e6, 71e6, "GBP", None)]),
]


@pytest.mark.parametrize(("text", "expected"), FORMS, ids=lambda row: str(row)[:40])
def test_forms(text: str, expected: list[Row]) -> None:
    got = [(q.text, q.low, q.high, q.unit, q.per) for q in read_quantities(text) if q.not_claim is None]
    assert [(t, *(v and pytest.approx(v) for v in (a, b)), u, p) for t, a, b, u, p in expected] == got


@pytest.mark.parametrize(
    ("text", "number", "reason"),
    [
        ("the hall fell at 18.45 and burned", "18.45", "time"),
        ("closed until 22.30, she added", "22.30", "time"),
        ("the krona traded at 12.50 on Monday", "12.50", None),
        ("inflation stood at 12.30.", "12.30", None),
        ("Peak 29 rises to the north", "29", "name"),
        ("Battery 12 lost two men", "12", "name"),
        ("near Height 211, it said", "211", "name"),
        ("rider 117 fell", "117", "name"),
        ("Law 162 applied", "162", "law"),
        ("the 46A is late", "46", "name"),
        ("Runway 25L was wet", "25", "name"),
        ("an alert level 3 out of 5", "3 out of 5", "grade"),
        ("a grade 2 out of 6 rating", "2 out of 6", "grade"),
        ("weeks 36-38 were wet", "38", "name"),
        ("Jo Lund, nine, won it", "nine", "age"),
        ("Ada Berg, six, Ivo Lind, eight, and others", "eight", "age"),
        ("Guard Lea Roan (7) shoots", "7", "name"),
        ("Tenants at 18 Mercer pay less", "18", "address"),
        ("from 22 Mercer Row to", "22", "address"),
        ("coins from A.D. 310 lay", "310", "year"),
        ("the 73301 ZIP code", "73301", "name"),
        ("trail NOK 7 to the lake", "7", "name"),
        ("the clinic backs SDG 3 and", "3", "name"),
        ("19 times out of 20", "19 times out of 20", "list"),
        ("the 100 Percent Club", "100", "name"),
        ("These are SDGs 7 and 11.", "11", "name"),
        ("told CNN 300 were hurt", "300", None),
        ("Horus 4 was lost", "4", "name"),
        ("Police 40 strong came", "40", None),
        ("an error code 404 was shown", "404", "law"),
        ("in order 300 men came", "300", None),
        ("between junctions 8 and 11", "11", "name"),
        ("who doubles as chairman", "doubles", "not found"),
        ("it took two; one still missing", "one", None),
        ("it takes two.", "two", "idiom"),
        ("it takes two years.", "two", None),
    ],
)
def test_forms_that_are_no_numbers(text: str, number: str, reason: str | None) -> None:
    found = {text[q.number_start : q.number_end]: q.not_claim for q in read_quantities(text)}
    assert found.get(number, "not found") == reason
