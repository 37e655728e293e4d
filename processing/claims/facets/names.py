"""Names in a parse: the words of a proper name around a head, without titles and endings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.claims.counted.noun_phrase import word_set
from processing.claims.facets.spot import list_of

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = ["is_calendar", "name_words", "phrase_text"]

_INSIDE = ("compound", "nmod", "amod", "flat", "appos", "poss")


def is_calendar(token: Token) -> bool:
    """Whether a token names a month, a weekday or a stretch of time."""
    times = word_set("time", "words")
    return token.lower_ in times or token.lower_.rstrip("s") in times


def name_words(head: Token) -> tuple[str, ...]:
    """The words of the proper name that a noun is or is named by, in text order; empty for a description. Of "the
    Mayor of Tarn, Ines Falk" the apposition's words are the name."""
    found: list[Token] = []
    for token in (head, *(c for c in head.children if c.dep_ in _INSIDE)):
        tokens = (
            (token, *(c for c in token.children if c.dep_ in ("compound", "flat"))) if token is not head else (head,)
        )
        found += [t for t in tokens if _is_name(t)]
    for preposition in head.children:  # "Bank of Ostenia"
        if preposition.lower_ in ("of", "for") and preposition.i == head.i + 1 and _is_name(head):
            found += [t for t in preposition.subtree if _is_name(t) and t.i - head.i < 6]
    if not found:
        return ()
    titles = list_of("holder", "titles")
    words = (t.lower_.rstrip(".") for t in sorted(set(found), key=lambda t: t.i))
    return tuple(dict.fromkeys(w for w in words if w not in titles and len(w) > 1))


def _is_name(token: Token) -> bool:
    if not token.text[:1].isupper() or token.like_num:
        return False
    first = token.i == 0 or token.doc[token.i - 1].text in ('"', "“", "'", "‘", "-", "•")
    named = token.pos_ == "PROPN" or (not first and token.pos_ in ("NOUN", "ADJ"))
    return named and not is_calendar(token)


def phrase_text(head: Token) -> str:
    """A noun with what stands before it and its complement with "of", as written; without its article."""
    first = min(
        (c.left_edge.i for c in head.children if c.i < head.i and c.dep_ in (*_INSIDE, "nummod")), default=head.i
    )
    last = head.i
    for child in head.children:
        if child.dep_ == "prep" and child.lower_ == "of" and child.i == head.i + 1:
            last = max(t.i for t in child.subtree if t.i - head.i < 8)
    return head.doc.between(first, last + 1)
