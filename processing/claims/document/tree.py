"""Parsed sentences as plain objects: the words of a sentence with their classes, lemmas, roles and heads.

Names and meanings are those of spaCy's `Doc` and `Token`, whose values are copied once. The readers look at each word
many times, and a plain attribute is read several times as fast as one that spaCy makes anew at every look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.attrs import DEP, HEAD, LEMMA, ORTH, POS, SPACY, TAG

if TYPE_CHECKING:
    from spacy.tokens import Doc as Parsed

__all__ = ["Doc", "Token", "read_tree"]

_COLUMNS = (ORTH, TAG, POS, LEMMA, DEP, HEAD, SPACY)
_MOST = 300_000  # words and names remembered


class Word:
    """What holds for a word wherever it stands."""

    __slots__ = (
        "is_alpha",
        "is_currency",
        "is_digit",
        "is_lower",
        "is_punct",
        "is_space",
        "is_title",
        "is_upper",
        "length",
        "like_num",
        "lower",
        "text",
    )

    def __init__(self, lexeme: Any):
        self.text: str = lexeme.text
        self.lower: str = lexeme.lower_
        self.length = len(self.text)
        self.is_alpha: bool = lexeme.is_alpha
        self.is_currency: bool = lexeme.is_currency
        self.is_digit: bool = lexeme.is_digit
        self.is_lower: bool = lexeme.is_lower
        self.is_punct: bool = lexeme.is_punct
        self.is_space: bool = lexeme.is_space
        self.is_title: bool = lexeme.is_title
        self.is_upper: bool = lexeme.is_upper
        self.like_num: bool = lexeme.like_num


class Token:
    """A word in its sentence: `i` its index, `idx` the offset of its first character; `head` is itself at a root;
    `children` from left to right."""

    __slots__ = (
        "_subtree",
        "children",
        "dep_",
        "doc",
        "head",
        "i",
        "idx",
        "lemma_",
        "lower_",
        "pos_",
        "tag_",
        "text",
        "whitespace_",
        "word",
    )

    def __init__(self, doc: Doc, i: int, idx: int, word: Word, tag: str, pos: str, lemma: str, dep: str, spaced: int):
        self.doc, self.i, self.idx, self.word = doc, i, idx, word
        self.text, self.lower_ = word.text, word.lower
        self.tag_, self.pos_, self.lemma_, self.dep_ = tag, pos, lemma, dep
        self.whitespace_ = " " if spaced else ""
        self.head: Token = self
        self.children: tuple[Token, ...] | list[Token] = ()
        self._subtree: list[Token] | None = None

    def __len__(self) -> int:
        return self.word.length

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return self.text

    @property
    def is_alpha(self) -> bool:
        """Whether it has letters only."""
        return self.word.is_alpha

    @property
    def is_currency(self) -> bool:
        """Whether it is the sign of a currency."""
        return self.word.is_currency

    @property
    def is_digit(self) -> bool:
        """Whether it has digits only."""
        return self.word.is_digit

    @property
    def is_lower(self) -> bool:
        """Whether it is in lower case."""
        return self.word.is_lower

    @property
    def is_punct(self) -> bool:
        """Whether it is a punctuation mark."""
        return self.word.is_punct

    @property
    def is_space(self) -> bool:
        """Whether it is white space (a double space is a word to the parser)."""
        return self.word.is_space

    @property
    def is_title(self) -> bool:
        """Whether it has a capital and then none."""
        return self.word.is_title

    @property
    def is_upper(self) -> bool:
        """Whether it is in capitals."""
        return self.word.is_upper

    @property
    def like_num(self) -> bool:
        """Whether it looks like a number: "10.9", "ten"."""
        return self.word.like_num

    @property
    def lefts(self) -> list[Token]:
        """The children before it."""
        return [child for child in self.children if child.i < self.i]

    @property
    def subtree(self) -> list[Token]:
        """Itself and all that hangs on it: the left children's, itself, the right children's."""
        if self._subtree is None:
            found: list[Token] = []
            for child in self.children:
                if child.i < self.i:
                    found += child.subtree
            found.append(self)
            for child in self.children:
                if child.i > self.i:
                    found += child.subtree
            self._subtree = found
        return self._subtree

    @property
    def left_edge(self) -> Token:
        """The first word of its subtree."""
        return min(self.subtree, key=_index) if self.children else self

    @property
    def right_edge(self) -> Token:
        """The last word of its subtree."""
        return max(self.subtree, key=_index) if self.children else self

    @property
    def ancestors(self) -> Iterator[Token]:
        """Its head, the head's head, up to the root."""
        token = self
        while token.head is not token:
            token = token.head
            yield token

    def is_ancestor(self, other: Token) -> bool:
        """Whether another word hangs on this one, at any depth."""
        return any(token is self for token in other.ancestors)


def _index(token: Token) -> int:
    return token.i


class Doc(list[Token]):
    """The words of one parsed text, and `text` itself."""

    __slots__ = ("text",)

    def __init__(self, text: str):
        super().__init__()
        self.text = text

    def between(self, first: int, last: int) -> str:
        """The text of the words from index `first` up to `last` (exclusive), as written."""
        words = self[first:last]
        return self.text[words[0].idx : words[-1].idx + len(words[-1])] if words else ""


class _Words(dict[int, Word]):
    """Words by spaCy's number for them, taken from its vocabulary on the first question."""

    vocab: Any = None

    def __missing__(self, orth: int) -> Word:
        word = self[orth] = Word(self.vocab[orth])
        return word


class _Names(dict[int, str]):
    """Names of classes, roles and lemmas by spaCy's number for them."""

    vocab: Any = None

    def __missing__(self, number: int) -> str:
        name: str = self.vocab.strings[number]
        self[number] = name
        return name


_words, _names = _Words(), _Names()


def read_tree(parsed: Parsed) -> Doc:
    """The plain objects of a parse."""
    words, names = _words, _names
    words.vocab = names.vocab = parsed.vocab
    if len(words) > _MOST or len(names) > _MOST:
        words.clear()
        names.clear()
    table: Any = parsed.to_array(_COLUMNS)
    doc = Doc(parsed.text)
    at = 0
    for orth, tag, pos, lemma, dep, _, spaced in table.tolist():
        word = words[orth]
        doc.append(Token(doc, len(doc), at, word, names[tag], names[pos], names[lemma], names[dep], spaced))
        at += word.length + spaced
    for token, step in zip(doc, table[:, 5].astype(np.int64).tolist() if at else (), strict=True):
        if step:
            head = token.head = doc[token.i + step]
            if head.children:
                head.children.append(token)
            else:
                head.children = [token]
    return doc
