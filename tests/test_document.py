"""Text as it comes: hard-wrapped lines, missing blank lines, bullets, furniture; sentences with exact offsets; parses made once."""

from __future__ import annotations

import pytest

from processing.claims import read_text
from processing.claims.document.document import Parses, is_furniture, parse_sentences, read_document


def paragraphs(text: str) -> list[str]:
    return [" ".join(text[p.start : p.end].split()) for p in read_document(text).paragraphs]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One.\n \n\nTwo.\n", ["One.", "Two."]),
        ("First line of news.\nSecond line of news.", ["First line of news.", "Second line of news."]),
        (
            "Flood kills 12 in valley\nThe rescue service said on Monday that floods in the valley\n"
            "had killed at least 12 people and made thousands homeless\nsince the weekend.\n"
            "The minister told reporters that an additional 11,000 people\nhad been moved.",
            [
                "Flood kills 12 in valley",
                "The rescue service said on Monday that floods in the valley had killed at least 12 people and made thousands homeless since the weekend.",
                "The minister told reporters that an additional 11,000 people had been moved.",
            ],
        ),
        ("They need:\n- 40 tents\n- 12 boats", ["They need:", "- 40 tents", "- 12 boats"]),
        ("Losses grew\nby 40 per cent.", ["Losses grew by 40 per cent."]),
        ("", []),
    ],
)
def test_paragraphs(text: str, expected: list[str]) -> None:
    """Blank lines part paragraphs; a line break does too, unless the line is only wrapped there."""
    assert paragraphs(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gen. Orlov met 40 men. He left.", ["Gen. Orlov met 40 men.", "He left."]),
        ("Losses were below $500m. A spokesman left.", ["Losses were below $500m.", "A spokesman left."]),
        ("Growth was 2%. “We need more,” he said.", ["Growth was 2%.", "“We need more,” he said."]),
        ("It cost $4.5 million. Then it fell.", ["It cost $4.5 million.", "Then it fell."]),
        ("It\u00a0grew\tto 12\u2009000 within\na year.", ["It grew to 12 000 within a year."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    """Sentences keep their length when white space is made plain, so offsets agree with the text."""
    document = read_document(text)
    assert [s.flat for s in document.sentences] == expected
    assert all(len(s.flat) == s.end - s.start for s in document.sentences)


@pytest.mark.parametrize(
    "line", [
        "Comments",
        "Post a Comment",
        "12 comments",
        "3.4k shares",
        "Read more: The flood of 1997",
        "Published 12 March 2024",
        "5 min read",
        "14:30 GMT",
        "Photo: Agency/A. Man",
        "2",
        "We use cookies to improve 3 services.",
        "Share this article",
    ]
)  # fmt: skip
def test_furniture(line: str) -> None:
    """What surrounds an article on its page is not read."""
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Readers left 400 comments on the plan.",
        "Two arrested after protest",
        "Shares fell 3%.",
        "Published figures show 40 deaths in May.",
        "A minute later 12 were dead.",
        "UN: 40,000 displaced",
        "Watch sales rose 12%.",
    ],
)  # fmt: skip
def test_no_furniture(line: str) -> None:
    """Sentences that only begin like furniture are read."""
    assert not is_furniture(line)


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("Flood kills 12\n\nIt rained.", True),
        ("It rained. Then it stopped.\n\nIt rained.", False),
        ("Flood kills 12", False),
    ],
)
def test_headline(text: str, headline: bool) -> None:
    """A first paragraph without a full stop above others is a headline."""
    assert read_document(text).headline is headline


def test_parses_are_made_once_and_only_for_wanted_sentences() -> None:
    """A parse that was put in is given back; the others are made on demand."""
    parses = Parses(read_document("It rained. Twelve died."))
    made = parse_sentences(["Twelve died."])[0]
    parses.put(1, made)
    assert (parses.has(0), parses.has(1)) == (False, True)
    assert parses[1] is made
    assert parses[0].text == "It rained."
    assert parses[0] is parses[0]


def test_money_is_parsed_like_money() -> None:
    """ "R4bn" is a currency sign, a number and a scale word to the parser, so that it is an object like "$ 4 billion"."""
    doc = parse_sentences(["The ministry gave R4bn to the police."])[0]
    assert [t.text for t in doc][3:6] == ["R", "4", "bn"]
    assert doc[5].dep_ == "dobj"


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ["“5 said " * 1500, "he said that she said that " * 400 + "5", "that " * 2000 + "5 died, he said.", "“" * 3000 + "5 men died”" * 300],
    ids=["marks", "sayings", "that", "open quotations"],
)  # fmt: skip
def test_no_sentence_grows_without_end(text: str) -> None:
    """A text without full stops is cut, so that no parse gets deeper than a sentence of news is long; all of it is kept."""
    document = read_document(text)
    assert max(s.end - s.start for s in document.sentences) <= 1200
    assert "".join(s.flat for s in document.sentences).replace(" ", "") == text.replace(" ", "")
    assert read_text(text[:8000], file="odd") is not None
