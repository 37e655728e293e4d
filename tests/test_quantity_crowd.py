"""A sentence that is a table or no text at all costs no more than its length."""

from __future__ import annotations

import pytest

from processing.claims import read_quantities
from processing.claims.quantity.exclusions import MOST_NUMBERS, MOST_WORDS, leave_out_crowd


@pytest.mark.parametrize("unit", ["7 ", "$1 ", "12 and ", "7, ", "(7) ", "5 of the ", "5 per cent ", "5 to 6 "])
def test_what_is_beyond_is_kept_with_its_reason(unit: str) -> None:
    sentence = unit * 400
    found = leave_out_crowd(read_quantities(sentence), sentence)
    room = MOST_NUMBERS if sentence.count(" ") < MOST_WORDS else 0
    assert len(found) > MOST_NUMBERS
    assert "crowd" not in {q.not_claim for q in found[:room]}
    assert all(q.not_claim is not None for q in found[room:])
    assert "crowd" in {q.not_claim for q in found[room:]}


def test_a_sentence_of_a_usual_length_is_whole() -> None:
    sentence = "Kelno sold 12 boats, 4 nets and 30 tonnes of cod."
    assert leave_out_crowd(read_quantities(sentence), sentence) == read_quantities(sentence)
