"""Words of a text with their places, and lists of phrases that are looked up in them.

The cut is finer than a parser's: digits, letters and signs are parted even where they stand glued ("R11bn" is R, 11,
bn), because numbers are written that way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Generic, TypeVar

from processing.words import load_words

__all__ = ["Phrases", "Words", "cut", "near"]

T = TypeVar("T")

VULGAR = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_TOKEN = re.compile(
    rf"(\d+(?:[.,'’\u00a0\u2007\u2009\u202f]\d+)*|(?<![\w.,)])\.\d+)"  # 1: digits with separators, ".5"
    rf"|([^\W\d_{VULGAR}]+(?:['’][^\W\d_{VULGAR}]+)?)"  # 2: letters
    rf"|([{VULGAR}])"  # 3: a fraction in one character
    r"|([^\s\w]|_|\w)"  # 4: any other sign
)
_KINDS = " dwfs"


class Words:
    """A text cut into words: parallel lists of the words as written, in lower case, their offsets and kinds.

    Kinds: "d" digits with separators, "w" letters, "f" a one-character fraction, "s" another sign.
    """

    __slots__ = ("end", "kind", "low", "size", "start", "text", "word")

    def __init__(self, text: str):
        self.text = text
        self.word: list[str] = []
        self.start: list[int] = []
        self.end: list[int] = []
        kinds: list[str] = []
        word, start, end = self.word, self.start, self.end
        for match in _TOKEN.finditer(text):
            word.append(match.group())
            a, b = match.span()
            start.append(a)
            end.append(b)
            kinds.append(_KINDS[match.lastindex or 4])
        self.kind = "".join(kinds)
        self.size = len(word)
        self.low = [w.lower() for w in word]

    def glued(self, i: int) -> bool:
        """Whether word `i` follows the one before it without a space."""
        return 0 < i < self.size and self.start[i] == self.end[i - 1]

    def at(self, i: int) -> str:
        """Word `i` in lower case, "" beyond either end."""
        return self.low[i] if 0 <= i < self.size else ""

    def hyphen(self, i: int) -> bool:
        """Whether word `i` is a hyphen or dash without spaces around it."""
        return (
            0 < i < self.size - 1
            and self.word[i] in "-–‑‐−—"
            and self.start[i] == self.end[i - 1]
            and self.start[i + 1] == self.end[i]
        )


@cache
def near(name: str) -> frozenset[str]:
    """A list of `words/en/nearby.toml`: words near a number that decide what it is."""
    return frozenset(load_words("nearby")[name])


def cut(text: str) -> list[str]:
    """The words of a phrase, as `Words` would cut them."""
    return [match.group() for match in _TOKEN.finditer(text)]


class Phrases(Generic[T]):
    """Phrases (of one or more words) with a value each, found at a place by their first or last word; the longest wins.

    `cased` phrases must stand in the text exactly as they are listed, spaces included.
    """

    def __init__(self, rows: Iterable[tuple[str, T]], *, cased: bool = False):
        self.cased = cased
        self._first: dict[str | tuple[str, str], list[tuple[tuple[str, ...], str, T]]] = {}
        self._last: dict[str | tuple[str, str], list[tuple[tuple[str, ...], str, T]]] = {}
        for phrase, value in rows:
            key = tuple(cut(phrase if cased else phrase.lower()))
            if key:
                self._first.setdefault(key[0] if len(key) == 1 else (key[0], key[1]), []).append((key, phrase, value))
                self._last.setdefault(key[-1] if len(key) == 1 else (key[-2], key[-1]), []).append((key, phrase, value))
        for table in (self._first, self._last):
            for rows_of_word in table.values():
                rows_of_word.sort(key=lambda row: -len(row[0]))
        self._starts = frozenset(key[0] if isinstance(key, tuple) else key for key in self._first)
        self._ends = frozenset(key[1] if isinstance(key, tuple) else key for key in self._last)

    def after(self, words: Words, i: int) -> tuple[T, int] | None:
        """The longest phrase that starts at word `i`: its value and the index after it."""
        if i >= words.size or i < 0:
            return None
        source = words.word if self.cased else words.low
        if source[i] not in self._starts:
            return None
        if i + 1 < words.size:
            for key, phrase, value in self._first.get((source[i], source[i + 1]), ()):
                j = i + len(key)
                if (
                    j <= words.size
                    and tuple(source[i:j]) == key
                    and (not self.cased or words.text[words.start[i] : words.end[j - 1]] == phrase)
                ):
                    return value, j
        for _, phrase, value in self._first.get(source[i], ()):
            if not self.cased or source[i] == phrase:
                return value, i + 1
        return None

    def before(self, words: Words, i: int) -> tuple[T, int] | None:
        """The longest phrase that ends just before word `i`: its value and the index of its first word."""
        if i <= 0 or i > words.size:
            return None
        source = words.word if self.cased else words.low
        if source[i - 1] not in self._ends:
            return None
        if i > 1:
            for key, phrase, value in self._last.get((source[i - 2], source[i - 1]), ()):
                j = i - len(key)
                if (
                    j >= 0
                    and tuple(source[j:i]) == key
                    and (not self.cased or words.text[words.start[j] : words.end[i - 1]] == phrase)
                ):
                    return value, j
        for _, phrase, value in self._last.get(source[i - 1], ()):
            if not self.cased or source[i - 1] == phrase:
                return value, i - 1
        return None
