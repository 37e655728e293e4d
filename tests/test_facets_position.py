"""Where a number stands in its article."""

import pytest

from processing.claims import read_text

TEXT = (
    "Storm kills 12 in Tarn\n\n"
    "A storm killed 12 people and hurt 40 on Sunday. It cut power to 9,000 homes.\n\n"
    "Share this article\n\n"
    "Winds reached 140 kilometres an hour. Repairs will cost $3 million, the mayor said.\n\n"
    "The storm of 1998 killed 31 people."
)


def positions(text: str) -> list[tuple[str, int, int, str, int, int, int]]:
    found = []
    for claim in read_text(text, file="case").claims:
        f = claim.facets
        assert f is not None
        found.append((claim.text, f.paragraph, f.sentence, f.zone, f.rank, f.rank_in_unit, f.first_rank))
    return found


def test_positions() -> None:
    assert positions(TEXT) == [
        ("12", 0, 0, "title", 1, 1, 1),
        ("12", 1, 1, "lead", 2, 2, 1),
        ("40", 1, 1, "lead", 3, 3, 3),
        ("9,000", 1, 2, "lead", 4, 4, 4),
        ("140 kilometres an hour", 2, 3, "body", 5, 1, 5),
        ("$3 million", 2, 4, "body", 6, 1, 6),
        ("31", 3, 5, "body", 7, 5, 7),
    ]


def test_a_text_without_a_title_begins_with_its_lead() -> None:
    text = "A storm killed 12 people, police in Tarn said on Sunday.\n\nIt hurt 40 people."
    assert positions(text) == [("12", 1, 1, "lead", 1, 1, 1), ("40", 2, 2, "body", 2, 2, 2)]


@pytest.mark.parametrize("heading", ["What we know", "Background"])
def test_a_cross_head_is_no_lead(heading: str) -> None:
    text = f"Storm kills 12\n\n{heading}\n\nA storm killed 12 people in Tarn.\n\nIt hurt 40 people."
    assert [(p[0], p[3]) for p in positions(text)] == [("12", "title"), ("12", "lead"), ("40", "body")]
