"""Names as news writes them: words of a phrase, slugs, and lists of aliases looked up word by word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["AliasList", "Match", "Word", "fold", "slug", "words_of"]

_WORD = re.compile(r"(?:[A-Za-z]\.){2,}[A-Za-z]?|[^\W_]+(?:['’\-][^\W_]+)*\.?", re.UNICODE)
_POSSESSIVE = re.compile(r"['’]s$|(?<=s)['’]$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a phrase: as written, and folded for comparison (no case, accents, dots or possessive ending)."""

    raw: str
    key: str
    start: int
    comma: bool = False  # a comma, bracket or dash stands before it

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter (or a digit's place is taken by one, as in "al-Shabaab")."""
        return self.raw[:1].isupper() or (self.raw[:3].lower() in ("al-", "el-") and self.raw[3:4].isupper())

    @property
    def acronym(self) -> bool:
        """Two or more letters, all capitals: "NIS", "U.N."."""
        letters = [c for c in _POSSESSIVE.sub("", self.raw) if c.isalpha()]
        return len(letters) >= 2 and all(c.isupper() for c in letters)


def fold(word: str) -> str:
    """A word for comparison: lower case, no accents, no dots, no possessive ending."""
    word = _POSSESSIVE.sub("", word.replace("’", "'"))
    plain = unicodedata.normalize("NFKD", word)
    return "".join(c for c in plain if not unicodedata.combining(c)).replace(".", "").lower()


def words_of(text: str) -> list[Word]:
    """The words of a phrase; hyphens join, possessive endings are folded away."""
    found, last = [], 0
    for match in _WORD.finditer(text):
        raw = match.group()
        if raw.endswith(".") and "." not in raw[:-1]:
            raw = raw[:-1]
        found.append(
            Word(raw, fold(raw), match.start(), bool(re.search(r"[,;()\u2013\u2014:]", text[last : match.start()])))
        )
        last = match.end()
    return found


_PAPER = 60  # characters of a paper's name in its id


def paper_id(paper: str) -> str:
    """The outlet id of a paper that was ingested and has no outlet file: "ingest/the-ledger"."""
    return f"ingest/{slug(paper)[:_PAPER]}"


def slug(text: str) -> str:
    """A readable id: lower-case letters and digits joined by hyphens; "x" where nothing is left."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()
    plain = re.sub(r"['’]s\b", "", plain).replace(".", "")
    return re.sub(r"[^\w]+", "-", plain).strip("-_") or "x"


@dataclass(frozen=True, slots=True)
class Match:
    """An alias found in a phrase: the id, and the run of words (first, one past the last)."""

    id: str
    first: int
    last: int


@dataclass(slots=True)
class AliasList:
    """Names that mean an id, found inside phrases: the longest name wins, then the leftmost.

    A name of one word that is written in capitals ("WHO", "AU") is found only in capitals, other names of one word only
    with a capital first letter where they have one; "the" does not count."""

    entries: dict[str, list[tuple[tuple[str, ...], str, str]]] = field(default_factory=dict)

    @classmethod
    def build(cls, names: Mapping[str, Iterable[str]]) -> AliasList:
        """A list of id -> names."""
        made = cls()
        for id, spellings in names.items():
            for name in spellings:
                made.add(name, id)
        return made

    def add(self, name: str, id: str) -> None:
        """One more name of an id."""
        words = [w for w in words_of(name) if w.key != "the"]
        if not words:
            return
        style = "any"
        if len(words) == 1:
            style = "acronym" if words[0].acronym else "capital" if words[0].capital else "any"
        entry = (tuple(w.key for w in words), id, style)
        known = self.entries.setdefault(words[0].key, [])
        if entry not in known:
            known.append(entry)

    def find(self, words: Sequence[Word]) -> Match | None:
        """The best alias in the words of a phrase (without "the"), or None."""
        best: Match | None = None
        for i, word in enumerate(words):
            for keys, id, style in self.entries.get(word.key, ()):
                n = len(keys)
                if (style == "acronym" and not word.acronym) or (style == "capital" and not word.capital):
                    continue
                if tuple(w.key for w in words[i : i + n]) != keys:
                    continue
                if best is None or (n, -i, id) > (best.last - best.first, -best.first, best.id):
                    best = Match(id, i, i + n)
        return best
