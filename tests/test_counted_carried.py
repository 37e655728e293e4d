"""Units, rates and nouns that a bare number takes from a measure before it, and days that are still to come."""

from __future__ import annotations

from datetime import date

import pytest

from processing.claims import read_text

# text, [(number as written, value, unit, what it is per), ...]
Row = tuple[str, float, str, str | None]
CARRIED: list[tuple[str, list[Row]]] = [
    ("Rye cost 70 zloty a sack in May. By July it was 95.", [("70 zloty", 70, "PLN", "sack"), ("95", 95, "PLN", "sack")]),
    ("The old pump moved 40 litres a minute. The limit is 36.", [("40 litres", 40, "litre", "minute"), ("36", 36, "litre", "minute")]),
    ("A cow gives 21 litres. The herdsman was content with 16.", [("21 litres", 21, "litre", None), ("16", 16, "litre", None)]),
    ("Gusts reached 120 km/h in Orlo; the last storm reached 98.", [("120 km/h", 120, "kilometre per hour", None), ("98", 98, "kilometre per hour", None)]),
    ("Rents rose 9 percent in town. In the hills they fell by 2.", [("9 percent", 0.09, "share", None), ("2", 0.02, "share", None)]),
    ("The fee was $40. The club has 30 members.", [("$40", 40, "USD", None), ("30", 30, "count", None)]),
    ("The blaze burnt 90 hectares. It killed 12.", [("90 hectares", 90, "hectare", None), ("12", 12, "count", None)]),
    ("Sales rose 3% to 4.1 billion euros. Debt fell to 2.2 billion.", [("3%", 0.03, "share", None), ("4.1 billion euros", 4.1e9, "EUR", None), ("2.2 billion", 2.2e9, "EUR", None)]),
    ("Pay rises by €90 a month in June, to €2,100.", [("€90", 90, "EUR", "month"), ("€2,100", 2100, "EUR", "month")]),
    ("Crude settled 60 cents lower at $77 a barrel.", [("60 cents", 0.6, "USD", "barrel"), ("$77", 77, "USD", "barrel")]),
    ("Appeals wait 30 weeks, up from 12 in 2018.", [("30 weeks", 30, "week", None), ("12", 12, "week", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CARRIED, ids=lambda row: str(row)[:40])
def test_carried(text: str, expected: list[Row]) -> None:
    found = [(c.text, c.low, c.unit, c.per) for c in read_text(text, file="x").claims]
    assert [(words, pytest.approx(low), unit, per) for words, low, unit, per in expected] == found


# text, {number as written: lemma of what it is of}
NOUNS = [
    ("Rainfall: 61 mm at Ellis.", {"61 mm": "rainfall"}),
    ("The barge lost 40 loads (900 tonnes) of sand.", {"40": "load", "900 tonnes": "sand"}),
    ("Tide Research puts the Reds on 19% and the Blues on 14%.", {"19%": "red", "14%": "blue"}),
    ("The treasury forecasts a deficit of £4bn, the audit office £6bn.", {"£4bn": "deficit", "£6bn": "deficit"}),
    ("Order book up 8% at 2bn kroner; headcount up 140 to 3,600.", {"140": "headcount", "3,600": "headcount"}),
    ("The ferry carried three times as many passengers as allowed.", {"three times": "passenger"}),
    ("The club spends 5% of GDP on nets.", {"5%": "gdp"}),
    ("Debt will peak at 70% of GDP.", {"70%": "debt"}),
    ("The school shrank from 61 pupils to 14.", {"61": "pupil", "14": "pupil"}),
    ("The firm, its manager said, washes 300 sheets and pays pickers 11 euros an hour.", {"11 euros": "picker"}),
    ("Rye futures closed 4 cents higher.", {"4 cents": "future"}),
    ("Thieves took £6,200 in cash from the vicarage.", {"£6,200": "cash"}),
    ("The alloy holds 8% by weight of tin.", {"8%": "tin"}),
]


@pytest.mark.parametrize(("text", "expected"), NOUNS, ids=lambda row: str(row)[:40])
def test_nouns(text: str, expected: dict[str, str]) -> None:
    heads = {c.text: c.what_head for c in read_text(text, file="x").claims}
    assert {number: heads.get(number) for number in expected} == expected


# text, durations that are claims
DURATIONS = [
    ("The seeds stay viable for 30 years.", ["30 years"]),
    ("The prime minister, in power for 11 years, resigned.", []),
    ("Batteries last 11 hours, against nine for the old model.", ["11 hours", "nine"]),
    ("Ferry adrift 16 hrs, coast guard says", ["16 hrs"]),
    ("Oil leaked for at least a week before anyone noticed.", ["at least a week"]),
    ("The crossing takes an hour and ten minutes.", ["an hour and ten minutes"]),
    ("Workers get pay for 14 months.", ["14 months"]),
    ("Power returned after 211 days without cuts.", []),
]


@pytest.mark.parametrize(("text", "expected"), DURATIONS, ids=lambda row: str(row)[:40])
def test_durations(text: str, expected: list[str]) -> None:
    assert [c.text for c in read_text(text, file="x").claims] == expected


PUBLISHED = date(2025, 10, 8)
# text, first and last day of the period that its number is of
COMING = [
    ("The plant will close in May with the loss of 400 jobs.", (date(2026, 5, 1), date(2026, 5, 31))),
    ("The line is due to open in April with 14 stations.", (date(2026, 4, 1), date(2026, 4, 30))),
    ("The council will vote on Friday on 300 new homes.", (date(2025, 10, 10), date(2025, 10, 10))),
    ("The plant closed in May with the loss of 400 jobs.", (date(2025, 5, 1), date(2025, 5, 31))),
    ("Debt will peak at 70%, higher than forecast in May.", None),
]


@pytest.mark.parametrize(("text", "expected"), COMING, ids=lambda row: str(row)[:40])
def test_coming_days(text: str, expected: tuple[date, date] | None) -> None:
    assert [c.period for c in read_text(text, file="x", published=PUBLISHED).claims] == [expected]
