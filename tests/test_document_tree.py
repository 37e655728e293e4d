"""Plain trees say of every word what spaCy says of it."""

from __future__ import annotations

import pytest

from processing.claims.document.document import load_model, parse_sentences
from processing.claims.document.tree import read_tree

SENTENCES = [
    "Rescuers found 12 bodies on Tuesday, and officials have said they do not know how many men are missing.",
    '"We lost R4bn -- nearly half," the MINISTER said; who\'d believe her?',
    "Men  and   women met\nin Orlo. It rained.",
    "",
]
WORDS = ("text", "lower_", "lemma_", "pos_", "tag_", "dep_", "i", "idx", "whitespace_", "like_num", "is_alpha", "is_currency", "is_digit", "is_lower",
         "is_punct", "is_space", "is_title", "is_upper")  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_words_and_their_ties(sentence: str) -> None:
    """Values, lengths, heads, children, subtrees, edges and ancestors are the parser's own."""
    theirs = load_model("parse")(sentence)
    ours = read_tree(theirs)
    assert ours.text == sentence
    assert [[getattr(t, name) for name in WORDS] for t in ours] == [
        [getattr(t, name) for name in WORDS] for t in theirs
    ]
    assert [(len(t), t.head.i, t.left_edge.i, t.right_edge.i) for t in ours] == [
        (len(t), t.head.i, t.left_edge.i, t.right_edge.i) for t in theirs
    ]
    for name in ("children", "lefts", "subtree", "ancestors"):
        assert [[other.i for other in getattr(t, name)] for t in ours] == [
            [other.i for other in getattr(t, name)] for t in theirs
        ]
    assert [[a.is_ancestor(b) for b in ours] for a in ours] == [[a.is_ancestor(b) for b in theirs] for a in theirs]
    assert all(t.doc is ours for t in ours)


@pytest.mark.parametrize(
    ("first", "last", "text"), [(0, 2, "Two men"), (1, 9, "men died."), (2, 2, ""), (3, 1, ""), (9, 12, "")]
)
def test_between(first: int, last: int, text: str) -> None:
    """The text of some words, as far as there are words."""
    assert parse_sentences(["Two men died."])[0].between(first, last) == text
