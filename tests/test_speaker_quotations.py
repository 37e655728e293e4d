"""Quotations: marks of all kinds, over sentences and paragraphs, with marks forgotten or glued to the next word."""

from __future__ import annotations

import pytest

from processing.claims.document.document import read_document
from processing.claims.speaker.quotations import Quote, find_quotes, quote_at

CASES = [
    ("curly", "He said “we lost 12 men” and left.", ["“we lost 12 men”"]),
    ("straight", 'He said "we lost 12 men" and left.', ['"we lost 12 men"']),
    ("doubled apostrophes", "''We lost 12 men,'' he said.", ["''We lost 12 men,''"]),
    ("angle marks", "«We lost 12 men», he said.", ["«We lost 12 men»"]),
    ("british", "‘We lost 12 men,’ he said. ‘It’s over.’", ["‘We lost 12 men,’", "‘It’s over.’"]),
    ("straight single", "'We lost 12 men,' he said.", ["'We lost 12 men,'"]),
    ("possessives are no marks", "The ministers’ plan and the firm's 12 men's boots cost '90s prices.", []),
    ("marks within marks", "“They shout ‘stop’ at 12 men,” he said.", ["“They shout ‘stop’ at 12 men,”"]),
    ("curly within straight", '"I read “twelve men” there," he said.', ['"I read “twelve men” there,"']),
    ("inches", 'The 12" pipe and the 6" pipe burst.', []),
    ("both marks the same way round", "He said ”we lost 12 men” and left.", ["”we lost 12 men”"]),
    ("two in one sentence", "“We lost 12,” he said, “and found 3.”", ["“We lost 12,”", "“and found 3.”"]),
    ("forgotten closing mark", '"We lost 12 men, the captain said. It rained.', ['"We lost 12 men,']),
    ("closing mark glued to the next word", 'Six rifles were found, "the officer said.', ['Six rifles were found, "']),
    ("no quotation", "The captain said that 12 men were lost.", []),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_quotes(text: str, expected: list[str]) -> None:
    assert [text[q.start : q.end] for q in find_quotes(read_document(text))] == expected


def test_a_quotation_over_paragraphs_is_one_run() -> None:
    text = "“We opened 12 schools.\n\n“We will open 30 more.\n\n“That is all,” she said. “Goodbye.”"
    quotes = find_quotes(read_document(text))
    assert [(q.paragraph, q.run, q.closed) for q in quotes] == [
        (0, 0, False),
        (1, 0, False),
        (2, 0, True),
        (2, 3, True),
    ]


def test_an_unclosed_paragraph_is_no_run_with_plain_text() -> None:
    quotes = find_quotes(read_document("“We opened 12 schools.\n\nThe day was long.\n\n“Goodbye,” she said."))
    assert [(q.paragraph, q.run) for q in quotes] == [(0, 0), (2, 1)]


def test_whole_record_and_position() -> None:
    text = "He said “12 men” fell."
    quotes = find_quotes(read_document(text))
    assert quotes == (Quote(start=8, end=16, inner_start=9, inner_end=15, paragraph=0, run=0, closed=True),)
    assert quote_at(quotes, 10) == quotes[0]
    assert quote_at(quotes, 3) is None
    assert quote_at(quotes, 17) is None
