"""What a pronoun stands for that an amount or measure is of: "The outage began at three. It lasted six hours"."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from processing.claims.counted.noun_phrase import Group, word_set
from processing.measures import dimension
from processing.words import load_words

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["main_noun", "measured_pronoun", "noun_for"]

_VERBS = ("VERB", "AUX")
_SUBJECTS = ("nsubj", "nsubjpass")
_PLURAL = frozenset({"they", "these", "those", "both", "each"})
_PRONOUNS = _PLURAL | {"it", "this", "that"}
_DEPTH = 5


def measured_pronoun(group: Group) -> Token | None:
    """The pronoun that is the subject of the clause that a number stands in; None where another subject is, or none."""
    token = group.top
    for _ in range(_DEPTH):
        if token.head is token or token.pos_ in _VERBS:
            break
        token = token.head
    for _ in range(_DEPTH):
        subject = next((t for t in token.children if t.dep_ in _SUBJECTS), None)
        if subject is not None:
            return subject if subject.lower_ in _PRONOUNS else None
        if token.dep_ not in ("conj", "xcomp") or token.head.pos_ not in _VERBS:
            return None
        token = token.head
    return None


def noun_for(pronoun: Token) -> Token | None:
    """The nearest earlier subject of the sentence that a pronoun can stand for, speakers left out."""
    for token in reversed(pronoun.doc[: pronoun.i]):
        if token.dep_ in _SUBJECTS and _agrees(token, pronoun) and not _tells(token.head):
            return token
    return None


def main_noun(doc: Doc, pronoun: str) -> Token | None:
    """The subject of a sentence's main clause that a pronoun of the next sentence can stand for, of what somebody says
    its content's; else the object."""
    root = next((t for t in doc if t.head is t and t.pos_ in _VERBS), None)
    if root is None:
        return None
    if _tells(root):
        root = next((t for t in root.children if t.dep_ == "ccomp"), root)
    named = any(t.dep_ in _SUBJECTS and t.pos_ == "PROPN" for t in root.children)
    named = named or root.lemma_.lower() in word_set("change", "give") | word_set("measured", "agents")
    roles_in_turn = (_SUBJECTS, ("dobj", "attr"))
    for roles in reversed(roles_in_turn) if named else roles_in_turn:
        for token in root.children:
            if token.dep_ in roles and _agrees(token, pronoun):
                return token
    return None


def _tells(verb: Token) -> bool:
    return verb.lemma_.lower() in word_set("measured", "telling")


@lru_cache(maxsize=1)
def _speaking() -> frozenset[str]:
    """People and documents: they state amounts and are not what these are of."""
    words = load_words("persons")
    return frozenset([*words["person"], *words["document"], *words["finders"], *load_words("stances")["notices"]])


def _agrees(noun: Token, pronoun: Token | str) -> bool:
    """Whether a common noun has the number of a pronoun and is no time, person or document."""
    word = pronoun if isinstance(pronoun, str) else pronoun.lower_
    if noun.pos_ != "NOUN" or dimension(noun.lemma_.lower()) == "time" or noun.lemma_.lower() in _speaking():
        return False
    many = noun.tag_ in ("NNS", "NNPS") or any(t.dep_ == "conj" for t in noun.children)
    return many == (word in _PLURAL)
