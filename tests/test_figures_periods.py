"""Which numbers are of another period than the one that their sentence tells of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from processing.figures.periods import of_other_period
from tests.support.said import say


@pytest.mark.parametrize(
    ("sentence", "number", "expected"),
    [
        ("The crop will be 6.2 million tonnes, against 7.9 million last year.", "7.9 million", True),
        ("The crop will be 6.2 million tonnes, against 7.9 million last year.", "6.2 million", False),
        ("Sales fell to 31 million from 58 million in 2019.", "58 million", True),
        ("Sales fell to 31 million from 58 million in 2019.", "31 million", False),
        ("The port handled 140 ships, compared with 171 a year earlier.", "171", True),
        ("Bookings are up from 4,100 two years ago.", "4,100", True),
        ("Hotels were full to 84 per cent, against an average of 66 the season before.", "66", True),
        ("There were two such raids in ten years, compared with 17 in the 1990s.", "17", True),
        ("Lenders approved 49,444 loans, compared with 65,700 before the pandemic.", "65,700", True),
        ("It received 508 reports, against 676 in the whole of 2023.", "676", True),
        ("Last year's harvest was 7.9 million tonnes.", "7.9 million", True),
        ("In last season's campaign it was 4,000.", "4,000", True),
        # no period of its own, or one that is not over
        ("The union counts 5,500 jobs, not the 4,000 that the firm gives.", "4,000", False),
        ("It will cost 8.9 billion rather than 5.4 billion, and did so last year.", "5.4 billion", False),
        ("Output fell from 58 tonnes, and in 2019 the mine closed.", "58", False),
        ("The toll rose to 33, up from 24.", "24", False),
        ("Growth is put at 1.1 per cent, against 1.6 in 2031.", "1.6", False),
        ("A flood killed 300 people in 2019.", "300", False),  # a date alone: the whole story may be of that year
        ("Police made nine arrests, against 60 the night before.", "60", False),  # another night is another moment
    ],
)
def test_another_period(sentence: str, number: str, expected: bool) -> None:
    claim = say("a", sentence, number, 1.0, published=datetime(2025, 3, 1, tzinfo=UTC))
    assert of_other_period(claim) is expected
