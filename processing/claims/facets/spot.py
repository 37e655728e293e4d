"""A number in its sentence's parse: its tokens, what it counts, the clause around it and the verbs over it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing.claims.counted.noun_phrase import Group, find_group
from processing.words import load_words, user_folders

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token
    from schemas.records import Quantity

__all__ = ["NOUNS", "VERBS", "Spot", "find_spot", "is_finite", "list_of", "words_of"]

NOUNS = ("NOUN", "PROPN")
VERBS = ("VERB", "AUX")
_CLAUSES = ("ROOT", "conj", "ccomp", "advcl", "relcl", "acl", "parataxis", "csubj", "csubjpass", "pcomp", "xcomp")
_OWN = ("ROOT", "relcl", "advcl", "ccomp", "parataxis", "csubj", "csubjpass")
_MOST = 4  # verbs of one clause
_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "expl")


def words_of(table: str) -> dict[str, Any]:
    """A table of words/en/facets.toml."""
    data: dict[str, Any] = load_words("facets")[table]
    return data


def list_of(table: str, name: str) -> frozenset[str]:
    """A list of words/en/facets.toml as a set."""
    return _as_set(table, name, user_folders())


@lru_cache(maxsize=64)
def _as_set(table: str, name: str, _folders: tuple[Path, ...]) -> frozenset[str]:
    return frozenset(words_of(table)[name])


@dataclass(slots=True)
class Spot:
    """A number in its sentence. Offsets count characters of the parsed sentence.

    `top`: the token that hangs on the rest of the sentence, the counted noun where the number hangs on it. `noun`: the
    token of the counted noun, None where none is named. `verbs`: from the innermost verb over the number up to the one
    with the clause's subject ("plans to cut 400": cut, plan). `clause`: the clause's tokens in text order, without
    clauses below it that do not hold the number. `start`, `end`: the number with its bound words."""

    doc: Doc
    group: Group
    top: Token
    start: int
    end: int
    noun: Token | None
    verbs: tuple[Token, ...]
    clause: tuple[Token, ...]

    @property
    def verb(self) -> Token | None:
        """The innermost verb over the number."""
        return self.verbs[0] if self.verbs else None

    @property
    def before(self) -> str:
        """The clause's words before the number, as written."""
        first = self.clause[0].idx if self.clause else 0
        return self.doc.text[min(first, self.start) : self.start]

    def span(self) -> tuple[int, int]:
        """Offsets of the clause."""
        if not self.clause:
            return 0, len(self.doc.text)
        last = self.clause[-1]
        return min(self.clause[0].idx, self.start), max(last.idx + len(last), self.end)


def _top(group: Group, noun: Token | None) -> Token:
    top = group.top
    if noun is None or noun is top or not noun.is_ancestor(top):
        return top
    return noun if not any(t.pos_ in VERBS for t in _up_to(top, noun)) else top


def _up_to(token: Token, above: Token) -> list[Token]:
    """The tokens between a token and one that it hangs on."""
    found = []
    for other in token.ancestors:
        if other is above:
            break
        found.append(other)
    return found


def find_spot(doc: Doc, quantity: Quantity, noun_at: tuple[int, int] | None) -> Spot | None:
    """Where a quantity stands; `noun_at`: offsets of the counted phrase. None where the quantity's meet no token."""
    group = find_group(doc, quantity)
    if group is None:
        return None
    noun = _head_in(doc, noun_at)
    top = _top(group, noun)
    verbs = tuple(_verbs_over(top))
    return Spot(doc, group, top, quantity.start, quantity.end, noun, verbs, tuple(_clause(group, verbs)))


def is_finite(verb: Token) -> bool:
    """Whether a verb has a tense of its own, so that a verb over it says nothing of it: "asked for 1,200 and was given
    450"."""
    return verb.tag_ in ("VBD", "VBZ", "VBP") or any(
        c.dep_ in ("aux", "auxpass") and c.tag_ != "TO" for c in verb.children
    )


def _head_in(doc: Doc, span: tuple[int, int] | None) -> Token | None:
    """The head of the counted phrase: the last noun of its first run that hangs on a token outside, else its last."""
    if span is None:
        return None
    inside = [t for t in doc if span[0] <= t.idx < span[1] and t.pos_ in NOUNS]
    outward = [t for t in inside if t.head is t or not span[0] <= t.head.idx < span[1]]
    return outward[0] if outward else inside[-1] if inside else None


def _verbs_over(token: Token) -> list[Token]:
    """The verbs over a token, up to the first that has a subject of its own or opens a clause of its own."""
    found: list[Token] = []
    for above in (token, *token.ancestors) if token.pos_ in VERBS else token.ancestors:
        if above.pos_ not in VERBS or above.dep_ in ("amod", "compound", "aux", "auxpass"):
            continue
        found.append(above)
        if above.dep_ in _OWN or any(c.dep_ in _SUBJECTS for c in above.children) or len(found) == _MOST:
            break
        if above.dep_ == "conj" and is_finite(above):
            break
    return found


def _clause(group: Group, verbs: tuple[Token, ...]) -> list[Token]:
    top = verbs[-1] if verbs else group.top
    while not verbs and top.head is not top and top.head.pos_ not in VERBS:
        top = top.head
    held = {token.i for token in group.top.ancestors} | {group.top.i}
    found: list[Token] = []
    stack = [top]
    while stack:
        token = stack.pop()
        found.append(token)
        for child in token.children:
            if child.i in held or not _opens(child):
                stack.append(child)
    return sorted(found, key=lambda t: t.i)


def _opens(token: Token) -> bool:
    """Whether a token opens a clause of its own."""
    return token.pos_ in VERBS and token.dep_ in _CLAUSES and (token.dep_ != "xcomp")
