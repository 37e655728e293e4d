"""What a number leaves out because an earlier one of its sentence has said it."""

from __future__ import annotations

import pytest

from processing.claims import read_text

# sentence, [(number, value, unit, per, aspect, last word of what it counts), ...]
Row = tuple[str, float, str, str | None, str, str]
GAPS: list[tuple[str, list[Row]]] = [
    (
        "A visa takes 40 days in Orlo, 12 in Sarna and nine in Kelno.",
        [
            ("40 days", 40, "day", None, "level", "visa"),
            ("12", 12, "day", None, "level", "visa"),
            ("nine", 9, "day", None, "level", "visa"),
        ],
    ),
    (
        "Copper rose 4%, zinc by 3% and steel by 1.5%.",
        [
            ("4%", 0.04, "share", None, "change", "Copper"),
            ("3%", 0.03, "share", None, "change", "zinc"),
            ("1.5%", 0.015, "share", None, "change", "steel"),
        ],
    ),
    (
        "The left won 30 seats, the centre 21 and the right nine.",
        [
            ("30", 30, "count", None, "level", "seats"),
            ("21", 21, "count", None, "level", "seats"),
            ("nine", 9, "count", None, "level", "seats"),
        ],
    ),
    (
        "Masons earn 300 pesos a day, plumbers 410 and welders 520.",
        [
            ("300 pesos", 300, "MXN", "day", "level", "Masons"),
            ("410", 410, "MXN", "day", "level", "plumbers"),
            ("520", 520, "MXN", "day", "level", "welders"),
        ],
    ),
    (
        "Kelno had 30 mm of rain, Sarna 12 and Orlo 7.",
        [
            ("30 mm", 30, "millimetre", None, "level", "rain"),
            ("12", 12, "millimetre", None, "level", "rain"),
            ("7", 7, "millimetre", None, "level", "rain"),
        ],
    ),
    (
        "Hydro met 40 percent of demand and solar a mere 2.",
        [("40 percent", 0.4, "share", None, "level", "demand"), ("2", 0.02, "share", None, "level", "demand")],
    ),
    (
        "The spill was 25,000 litres of acid, not 40,000.",
        [("25,000 litres", 25000, "litre", None, "level", "acid"), ("40,000", 40000, "litre", None, "level", "acid")],
    ),
    (
        "The pit measures four feet by six.",
        [("four feet", 4, "foot", None, "level", "pit"), ("six", 6, "foot", None, "level", "pit")],
    ),
    (
        "The mill was shut for six days in May and three in June.",
        [("six days", 6, "day", None, "level", "mill"), ("three", 3, "day", None, "level", "mill")],
    ),
    (
        "The north reported 500 dengue cases, the south 210 and the delta barely 30.",
        [
            ("500", 500, "count", None, "level", "cases"),
            ("210", 210, "count", None, "level", "cases"),
            ("30", 30, "count", None, "level", "cases"),
        ],
    ),
    (
        "Karo led with 51.4 percent to 46.2 for Brill.",
        [("51.4 percent", 0.514, "share", None, "level", "Karo"), ("46.2", 0.462, "share", None, "level", "Karo")],
    ),
    # what must not be filled
    ("The trip took 3 hours and 40 people went.", [("40", 40, "count", None, "level", "people")]),
    ("Rents rose 3% and 12 were arrested.", [("12", 12, "count", None, "level", "people")]),
]


@pytest.mark.parametrize(("text", "expected"), GAPS, ids=lambda row: str(row)[:40])
def test_left_out(text: str, expected: list[Row]) -> None:
    claims = {c.text: c for c in read_text(text, file="x", country="mx").claims}
    got = []
    for number, *_ in expected:
        c = claims.get(number)
        what = c and c.what and c.what.split(" of ")[0].split()[-1]
        got.append(c and (c.text, round(c.low or 0, 4), c.unit, c.per, c.aspect, what))
    assert got == expected
