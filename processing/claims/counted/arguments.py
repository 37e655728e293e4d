"""What stands in which role to a verb, as far as it tells what an amount or measure is of: subject, object, purpose,
receiver; and from a noun of change or size to what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.claims.counted.noun_phrase import noun_words, word_set
from processing.measures import all_units, dimension

if TYPE_CHECKING:
    from processing.claims.counted.noun_phrase import Group
    from processing.claims.document.tree import Doc, Token

__all__ = [
    "NOUNS",
    "VERBS",
    "done_to",
    "inner_noun",
    "is_time",
    "measures_subject",
    "object_of",
    "past_measure",
    "purpose_at",
    "purpose_of",
    "receiver_of",
    "subject_of",
]

VERBS = ("VERB", "AUX")
NOUNS = ("NOUN", "PROPN")
_SUBJECTS = ("nsubj", "nsubjpass", "csubj")
_DEPTH = 4  # how far up the parse a shared subject is looked for


def is_time(token: Token) -> bool:
    return dimension(token.lemma_.lower()) == "time"


def done_to(token: Token) -> Token:
    """The object of a gerund, the token itself where it is a noun or has none."""
    if token.pos_ != "VERB":
        return token
    return next((t for t in token.children if t.dep_ == "dobj" and t.pos_ in NOUNS), token)


def inner_noun(noun: Token) -> Token:
    """From a noun of change or size to what changed: "an increase in rents of 3 %", "the number of dead"."""
    if noun.lemma_.lower() not in word_set("change", "nouns") or noun.lower_ == "shares":
        return noun
    for child in noun.children:
        if child.dep_ == "prep" and child.lower_ in word_set("change", "complements"):
            inner = next((t for t in child.children if t.dep_ == "pobj" and _can_change(t)), None)
            if inner is not None:
                return inner_noun(inner)
    return noun


def _can_change(token: Token) -> bool:
    named = token.pos_ in NOUNS or (token.pos_ == "ADJ" and any(t.dep_ == "det" for t in token.children))  # "the poor"
    return named and not any(t.like_num for t in token.subtree)


def past_measure(doc: Doc, head: Token) -> Token:
    """From a measure to its stuff: "12 km of fencing" is of fencing."""
    after = doc[head.i + 1] if head.i + 1 < len(doc) else None
    if after is None or after.lower_ != "of" or not (_is_unit(head) and any(t.like_num for t in head.lefts)):
        return head
    return next((t for t in after.children if t.dep_ == "pobj" and t.pos_ in NOUNS), head)


def _is_unit(token: Token) -> bool:
    return token.lemma_.lower() in all_units() or token.lower_ in word_set("measured", "unit_words")


# ---------------------------------------------------------------- subject and object


def subject_of(verb: Token) -> Token | None:
    """The subject, also one shared over a coordination or that of a governing verb; pronouns and clauses are none."""
    token = verb
    for _ in range(_DEPTH):
        found = next((t for t in token.children if t.dep_ in _SUBJECTS), None) or _before_insertion(token)
        if found is not None:
            return _named_by(found, token)
        if token.dep_ == "acl" and token.head.pos_ in NOUNS:
            return token.head
        above = _clause_above(token)
        if above is None:
            return None
        token = above
    return None


def _named_by(subject: Token, verb: Token) -> Token | None:
    """The noun that a subject names; None where it is a pronoun or a stretch of time."""
    if subject.tag_ == "VBG":
        return done_to(subject)  # "building a ship takes two years"
    if subject.tag_ in ("WDT", "WP") and verb.dep_ == "relcl":
        return verb.head if verb.head.pos_ in NOUNS else None
    return subject if subject.pos_ in NOUNS and not is_time(subject) else None


def _clause_above(token: Token) -> Token | None:
    """The clause whose subject a verb without one shares; None where it shares none."""
    head = token.head
    telling = head.lemma_.lower() in word_set("measured", "telling")
    if token.dep_ in ("conj", "xcomp", "advcl", "ccomp", "acomp") and head.pos_ in VERBS:
        if not telling:
            return head
        if token.dep_ == "conj":  # "washes 3,400 sheets, its manager said, and pays pickers 11 dirhams"
            return next((t for t in head.children if t.dep_ == "ccomp" and t.i < head.i < token.i), head)
        return None if token.dep_ == "ccomp" else head
    if token.dep_ in ("xcomp", "advcl", "ccomp") and head.pos_ == "ADJ" and head.head.pos_ in VERBS:
        return head.head  # "rents are likely to rise"
    return None


def _before_insertion(verb: Token) -> Token | None:
    """ "Tickets, adds the press service, cost 25 thousand soums": the parser gives the subject to the inserted verb."""
    told = next((t for t in verb.children if t.dep_ == "parataxis" and t.i < verb.i and t.pos_ in VERBS), None)
    if told is None or told.lemma_.lower() not in word_set("measured", "telling"):
        return None
    subject = next((t for t in told.children if t.dep_ in _SUBJECTS and t.i < told.i), None)
    behind = any(t.dep_ in ("dobj", "nsubj") and t.i > told.i for t in told.children)
    return subject if behind and subject is not None and told.doc[told.i - 1].text == "," else None


def object_of(verb: Token, skip: Token) -> Token | None:
    """The object of a verb that is no number itself; `skip` is none."""
    return next(
        (
            t
            for t in verb.children
            if t.dep_ == "dobj" and t != skip and t.pos_ in NOUNS and not any(x.like_num for x in t.lefts)
        ),
        None,
    )


def receiver_of(verb: Token, token: Token, *, named: bool = False) -> Token | None:
    """Who is given an amount ("pays pickers 11 dirhams an hour"), where the verb gives; `named`: names too ("gives
    Labour 41 percent")."""
    if verb.lemma_.lower() not in word_set("change", "give"):
        return None
    kinds = NOUNS if named else ("NOUN",)
    return next(
        (t for t in verb.children if t.dep_ in ("dative", "dobj") and verb.i < t.i < token.i and t.pos_ in kinds), None
    )


def measures_subject(verb: Token, group: Group) -> bool:
    """Whether a verb measures its subject ("cost", "stand at", "weigh"); for an amount of money only these do, and
    verbs of movement where the amount is a change; for other measures all but those whose subject gives, takes, plans
    or reckons."""
    lemma = verb.lemma_.lower()
    if dimension(group.quantity.unit) == "money" and group.quantity.per is None:
        moved = group.quantity.aspect == "change" and lemma in word_set("measured", "moving_itself")
        return moved or lemma in word_set("measured", "subject_of_money")
    return lemma not in word_set("measured", "agents")


# ---------------------------------------------------------------- purpose


def purpose_at(doc: Doc, i: int) -> Token | None:
    """The noun behind the preposition at `i`; of a gerund its object ("for repairing three dams"); None where it says
    when or how."""
    inner = next((t for t in doc[i].children if t.dep_ in ("pobj", "pcomp") and t.i > i), None)
    if inner is None or inner.pos_ not in (*NOUNS, "VERB"):
        return None
    if inner.pos_ == "PROPN" and doc[i].lower_ == "in":
        return None
    if inner.tag_ == "CD" or inner.lemma_.lower() in word_set("measured", "spans") | word_set("time", "days"):
        return None
    return past_measure(doc, done_to(inner))


def purpose_of(verb: Token, token: Token) -> tuple[Token, str] | None:
    """What money is given or taken for, as it stands with the verb: "released Rs 75 lakh for fencing", "raise $800
    million from a bond", "spend £9m retiling its pools"; and the preposition ("" where it is what is being done)."""
    behind_number = [t for t in verb.children if t.i > token.i]
    prepositions = {t.lower_: t for t in reversed(behind_number) if t.dep_ in ("prep", "dative")}
    for word in _purposes():
        if word not in prepositions:
            continue
        found = purpose_at(verb.doc, prepositions[word].i)
        if found is not None and not (word in ("in", "from") and found.pos_ == "PROPN"):
            return found, word
    gerund = next((t for t in behind_number if t.tag_ == "VBG" and t.dep_ in ("advcl", "xcomp")), None)
    return None if gerund is None else (done_to(gerund), "")


def _purposes() -> tuple[str, ...]:
    found: list[str] = noun_words()["measured"]["purposes"]
    return tuple(found)
