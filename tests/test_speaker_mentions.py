"""What a source is called: phrases cut at commas, kinds, authors of documents."""

from __future__ import annotations

import pytest

from processing.claims.document.document import parse_sentences
from processing.claims.speaker.mentions import Mention, mention_of

# sentence, word that heads the source, (text to cite, head, kind, named)
PHRASES = [
    (
        "Ukrainian President Volodymyr Zelenskyy said 2 died.",
        "Zelenskyy",
        ("Ukrainian President Volodymyr Zelenskyy", "Zelenskyy", "person", True),
    ),
    ("Ada Obi, the education minister, said 2 died.", "Obi", ("Ada Obi", "Obi", "other", True)),
    ("Officials in the capital said 2 died.", "Officials", ("Officials in the capital", "Officials", "group", False)),
    ("The interior ministry said 2 died.", "ministry", ("The interior ministry", "ministry", "body", False)),
    ("He said 2 died.", "He", ("He", "He", "pronoun", False)),
    (
        "A survey published on Monday found 2 died.",
        "survey",
        ("A survey published on Monday", "survey", "document", False),
    ),
    ("One of the villagers, Ali Khan, said 2 died.", "One", ("Ali Khan", "Khan", "person", True)),
]


def find(sentence: str, word: str, offset: int = 0) -> Mention:
    """The mention headed by a word, for a sentence that starts at an offset of its document."""
    (doc,) = parse_sentences([sentence])
    head = next(t for t in doc if t.text == word)
    verb = next(t for t in doc if t.tag_ in ("VBD", "VBZ") and t.i > head.i)
    return mention_of(head, offset, verb.i)


@pytest.mark.parametrize(("sentence", "word", "expected"), PHRASES)
def test_phrases(sentence: str, word: str, expected: tuple[str, str, str, bool]) -> None:
    mention = find(sentence, word)
    assert (mention.text, mention.head, mention.kind, mention.named) == expected


AUTHORS = [
    ("The TNO report said 2 died.", "report", "TNO"),
    ("The bureau's report said 2 died.", "report", "The bureau"),
    ("A report by the Red Cross said 2 died.", "report", "the Red Cross"),
    ("Data from the interior ministry showed 2 died.", "Data", "the interior ministry"),
    ("A report said 2 died.", "report", None),
    ("A June report said 2 died.", "report", None),
]


@pytest.mark.parametrize(("sentence", "word", "expected"), AUTHORS)
def test_authors_of_documents(sentence: str, word: str, expected: str | None) -> None:
    author = find(sentence, word).author
    assert (sentence[author[0] : author[1]] if author else None) == expected


def test_whole_record_with_offsets_of_the_document() -> None:
    assert find("Ada Obi said 2 died.", "Obi", offset=100) == Mention(
        start=100,
        end=107,
        name_start=100,
        name_end=107,
        text="Ada Obi",
        head="Obi",
        lemma="Obi".lower(),
        kind="other",
        named=True,
        plural=False,
        also="ada",
    )
