"""As of when a number holds, and over which period."""

from __future__ import annotations

from datetime import date

import pytest

from processing.claims.counted.as_of import Moment, When, read_moment
from processing.claims.counted.days import read_days
from processing.claims.document.document import parse_sentences

DAY = date(2025, 1, 22)  # a Wednesday
NO_STATED_DAY = (DAY, DAY)


def at(year: int, month: int, day: int) -> tuple[date, date]:
    return date(year, month, day), date(year, month, day)


def moment(sentence: str, number: str, event: str | None = None, published: date | None = DAY) -> Moment:
    doc = parse_sentences([sentence])[0]
    start = sentence.index(number)
    event_at = next((t.idx for t in doc if event is not None and t.lemma_.lower() == event), None)
    return read_moment(doc, start, start + len(number), event, event_at, published)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("3 March 2024", at(2024, 3, 3)),
        ("March 3, 2024", at(2024, 3, 3)),
        ("March 3", at(2024, 3, 3)),
        ("Jan. 20", at(2025, 1, 20)),
        ("2024-11-30", at(2024, 11, 30)),
        ("Monday", at(2025, 1, 20)),
        ("last Wednesday", at(2025, 1, 15)),
        ("Wednesday", at(2025, 1, 22)),
        ("yesterday", at(2025, 1, 21)),
        ("three days ago", at(2025, 1, 19)),
        ("mid-January", (date(2025, 1, 11), date(2025, 1, 20))),
        ("late November", (date(2024, 11, 21), date(2024, 11, 30))),
        ("December", (date(2024, 12, 1), date(2024, 12, 31))),
        ("January", (date(2025, 1, 1), DAY)),
        ("November last year", (date(2024, 11, 1), date(2024, 11, 30))),
        ("last week", (date(2025, 1, 13), date(2025, 1, 19))),
        ("last month", (date(2024, 12, 1), date(2024, 12, 31))),
        ("this year", (date(2025, 1, 1), DAY)),
        ("2023", (date(2023, 1, 1), date(2023, 12, 31))),
        ("31 February", None),
    ],
)
def test_days(words: str, expected: tuple[date, date] | None) -> None:
    """A date as written is the latest such day that is not after the publication."""
    assert read_days(words, DAY) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [("Monday", None), ("March 3", None), ("March 3, 2024", at(2024, 3, 3)), ("mid-January", None)],
)
def test_days_without_a_publication_day(words: str, expected: tuple[date, date] | None) -> None:
    """Without a publication day only dates with a year can be told."""
    assert read_days(words, None) == expected


@pytest.mark.parametrize(
    ("sentence", "number", "event", "as_of", "guess"),
    [
        (
            "By mid-January about 4,000 soldiers had been killed.",
            "4,000",
            "kill",
            (date(2025, 1, 11), date(2025, 1, 20)),
            False,
        ),
        ("As of 3 January, 2,000 people had fled.", "2,000", "flee", at(2025, 1, 3), False),
        ("Floods killed 12 people on Saturday, officials said on Monday.", "12", "kill", at(2025, 1, 20), False),
        ("Floods killed 12 people on Saturday.", "12", "kill", NO_STATED_DAY, True),
        ("The forces launched 40 drones on Sunday.", "40", "launch", at(2025, 1, 19), False),
        ("In 2023, cases declined to 653.", "653", "decline", (date(2023, 1, 1), date(2023, 12, 31)), False),
        ("At least 12 people died in Saturday's quake.", "12", "die", NO_STATED_DAY, True),
        ("Prices are 3% higher than in March 2024.", "3%", "be", NO_STATED_DAY, True),
        ("From 1 June the agency will hire 250 clerks.", "250", "hire", NO_STATED_DAY, True),
        (
            "The team went from 900 members in 2013 to 116 members in 2024.",
            "116",
            "go",
            (date(2024, 1, 1), date(2024, 12, 31)),
            False,
        ),
        ("About 1,200 cases were reported between 2019 and 2023.", "1,200", "report", at(2023, 12, 31), False),
        ("Some 12 people are ill.", "12", None, NO_STATED_DAY, True),
        (
            "About 300 men were killed, deputies said after a closed briefing on 13 January.",
            "300",
            "kill",
            at(2025, 1, 13),
            False,
        ),
        (
            "About 300 men were killed, the ministry said in a statement dated 13 January.",
            "300",
            "kill",
            at(2025, 1, 13),
            False,
        ),
        ("The strike began after a clash on 13 January that hurt 300 men.", "300", "hurt", NO_STATED_DAY, True),
    ],
)
def test_as_of(sentence: str, number: str, event: str | None, as_of: tuple[date, date], guess: bool) -> None:
    """A day counts where it holds for the number; the day of an event whose toll grows, of another thing or of a plan does not."""
    found = moment(sentence, number, event)
    assert (found.as_of, found.guess) == (as_of, guess)


@pytest.mark.parametrize(
    ("sentence", "number", "event", "period"),
    [
        ("Some 1,000 were killed over the course of three months.", "1,000", "kill", (date(2024, 10, 22), DAY)),
        ("The agency spent $3m in the last 10 months.", "$3m", "spend", (date(2024, 3, 22), DAY)),
        ("Some 300 homes have burnt since Friday.", "300", "burn", (date(2025, 1, 17), DAY)),
        ("Cases fell to 653 between 2019 and 2023.", "653", "fall", (date(2019, 1, 1), date(2023, 12, 31))),
        ("The state will borrow R1bn over three years.", "R1bn", "borrow", (DAY, date(2028, 1, 22))),
        ("It was the first time since 2019 that 40 ships came.", "40", "come", None),
        ("Two people died in the four-year war.", "Two", "die", None),
        ("Four men were held a week after the raid.", "Four", "hold", None),
        ("At least 1,000 of the 900 men sent there have died over three months.", "900", "send", None),
        ("Members want 6% more; the firm offers 3% over 24 months.", "6%", "want", None),
    ],
)
def test_period(sentence: str, number: str, event: str, period: tuple[date, date] | None) -> None:
    """A span of time in the number's own clause; plans look ahead; spans that only describe are none."""
    assert moment(sentence, number, event).period == period


def test_nothing_is_guessed_without_a_publication_day() -> None:
    """A text of unknown date gives no as-of, and says no rule for it."""
    assert moment("Some 12 people died on Monday.", "12", "die", None) == Moment(None, True, None, When.UNKNOWN, None)
