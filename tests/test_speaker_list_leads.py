"""Lists and the sentence that leads into them."""

from __future__ import annotations

import pytest

from processing.claims.document.document import read_document
from processing.claims.speaker.list_leads import lead_in, lists


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The ministry gave figures:\n\n- 12 dead\n\n- 40 hurt\n\nIt rained.",
            [("The ministry gave figures:", "- 12 dead\n\n- 40 hurt")],
        ),
        ("The army says:\n\n• two tanks lost", [("The army says:", "• two tanks lost")]),
        ("The army says so.\n\n- two tanks lost", []),
        ("The army says:\n\nTwo tanks were lost.", []),
        ("- two tanks lost\n\n- 12 dead", []),
        ("A:\n\n- one\n\nB:\n\n- two\n\n- three", [("A:", "- one"), ("B:", "- two\n\n- three")]),
        ("", []),
    ],
)
def test_lists(text: str, expected: list[tuple[str, str]]) -> None:
    """A list runs from its first item to its last; without a colon before it nobody leads in."""
    document = read_document(text)
    assert [(document.sentences[i].flat, text[a:b]) for i, a, b in lists(document)] == expected


def test_only_items_have_a_lead_in() -> None:
    document = read_document("The army says:\n\n- two tanks lost\n\nIt rained.")
    assert [lead_in(document, p.index) for p in document.paragraphs] == [None, 0, None]
