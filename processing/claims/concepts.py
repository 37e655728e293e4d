"""The content words that a number is about, wider than what it counts: "driving range" in "boost the driving range by 35 miles".

For an amount or measure that is what is measured; for a count of things it is whose they are or what they belong to: the complement
with "of", the noun above, the subject of the verb, else its object. Meaning: "referred concepts" of NewsQuant (Almasian et al., 2023).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.claims.phrase import Group, word_set

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["read_concepts"]

_COMPLEMENTS = ("of", "in")
_CONTENT = ("NOUN", "PROPN", "ADJ")
_SUBJECTS = ("nsubj", "nsubjpass")


def read_concepts(doc: Doc, group: Group, span: tuple[int, int] | None) -> tuple[str, ...]:
    """The words that the quantity refers to, as written, in text order; empty where the sentence names nothing but the counted noun.

    `span` is where the counted or measured phrase stands in `doc.text`.
    """
    noun = _noun(doc, group, span)
    if group.quantity.unit != "count" or (span is not None and span[1] <= group.quantity.start):
        own = _words(doc, span)
        if own:
            return own
        return _related(group.top, group) or _related(noun, group)
    return _related(noun, group)


def _noun(doc: Doc, group: Group, span: tuple[int, int] | None) -> Token:
    """The head of the counted phrase, else the number's top token."""
    if span is None:
        return group.top
    inside = [t for t in doc if span[0] <= t.idx < span[1] and t.pos_ in ("NOUN", "PROPN")]
    return next((t for t in inside if not (span[0] <= t.head.idx < span[1]) or t.head == t), inside[-1] if inside else group.top)


def _words(doc: Doc, span: tuple[int, int] | None) -> tuple[str, ...]:
    if span is None:
        return ()
    return tuple(t.text for t in doc if span[0] <= t.idx < span[1] and (t.pos_ in _CONTENT or t.dep_ == "amod"))


def _phrase_words(head: Token, group: Group) -> tuple[str, ...]:
    """Content words of a noun's close phrase and its complement with "of"."""
    found = [t for t in head.children if t.dep_ in ("compound", "amod", "nmod", "poss") and t.pos_ in _CONTENT]
    found += [inner for t in found if t.dep_ == "poss" for inner in t.children if inner.dep_ == "compound"]
    found.append(head)
    for preposition in head.children:
        if preposition.dep_ == "prep" and preposition.i > head.i and preposition.lower_ in ("of", "in", "for", "to"):
            found += [t for t in preposition.subtree if t.pos_ in ("NOUN", "PROPN") and t.i - head.i < 8]
    return tuple(t.text for t in sorted(set(found), key=lambda t: t.i) if not group.holds(t) and not t.like_num)


def _related(noun: Token, group: Group) -> tuple[str, ...]:
    """Whose or of what the counted noun is."""
    complement = _complement(noun, group)
    if complement:
        return complement
    token = noun
    while token.dep_ == "conj" and token.head.pos_ in ("NOUN", "PROPN", "NUM"):
        token = token.head
    head = token.head
    if token.dep_ == "pobj":
        above = head.head
        if above.pos_ in ("NOUN", "PROPN") and not group.holds(above):
            return _phrase_words(above, group)
        head, token = above, head
    if token.dep_ in ("compound", "nmod", "appos", "amod", "nummod", "poss") and head.pos_ in ("NOUN", "PROPN"):
        return _phrase_words(head, group)
    return _by_verb(head, token, group) if head.pos_ in ("VERB", "AUX") else ()


def _complement(noun: Token, group: Group) -> tuple[str, ...]:
    for preposition in noun.children:
        if preposition.dep_ == "prep" and preposition.i == noun.i + 1 and preposition.lower_ in _COMPLEMENTS:
            inner = next(
                (t for t in preposition.children if t.dep_ == "pobj" and t.pos_ in ("NOUN", "PROPN") and t.lower_ not in word_set("time", "words")), None
            )
            if inner is not None and not inner.ent_type_:
                words = _phrase_words(inner, group)
                if words:
                    return words
    return ()


def _by_verb(verb: Token, token: Token, group: Group) -> tuple[str, ...]:
    """The verb's other argument: its subject, or its object where the number is the subject."""
    if token.dep_ not in _SUBJECTS:
        above = verb
        for _ in range(4):
            subject = next((t for t in above.children if t.dep_ in _SUBJECTS), None)
            if subject is not None:
                if subject.pos_ in ("NOUN", "PROPN"):
                    return _phrase_words(subject, group)
                if subject.tag_ in ("WDT", "WP") and above.head.pos_ in ("NOUN", "PROPN"):
                    return _phrase_words(above.head, group)
                break
            if above.dep_ in ("acl",) and above.head.pos_ in ("NOUN", "PROPN"):
                return _phrase_words(above.head, group)
            if above.dep_ not in ("xcomp", "conj", "advcl", "ccomp") or above.head == above:
                break
            above = above.head
    for child in verb.children:
        if child.dep_ in ("dobj", "attr") and child.pos_ in ("NOUN", "PROPN") and child != token and not group.holds(child):
            return _phrase_words(child, group)
    for child in verb.children:
        if child.dep_ == "prep" and child != token:
            inner = next((t for t in child.children if t.dep_ == "pobj" and t.pos_ in ("NOUN", "PROPN") and t.lower_ not in word_set("time", "words")), None)
            if inner is not None and not group.holds(inner):
                return _phrase_words(inner, group)
    return ()
