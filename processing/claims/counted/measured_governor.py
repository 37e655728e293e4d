"""What an amount, share or measure is of, by what governs it in the parse: a noun, a preposition, a verb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.claims.counted.arguments import (
    NOUNS,
    VERBS,
    inner_noun,
    is_time,
    measures_subject,
    object_of,
    purpose_of,
    receiver_of,
    subject_of,
)
from processing.claims.counted.event import event_of_verb
from processing.claims.counted.noun_phrase import word_set
from processing.claims.counted.what import Measured, What
from processing.measures import dimension

if TYPE_CHECKING:
    from processing.claims.counted.event import Event
    from processing.claims.counted.noun_phrase import Group
    from processing.claims.document.tree import Doc, Token

__all__ = ["by_governor"]

_DEPTH = 4  # how far up the parse what governs a number is looked for
_BESIDE_OBJECT = ("npadvmod", "advmod", "dep", "nummod", "prep")


_DASHES = ("-", "–", "—")


def by_governor(_: Doc, group: Group) -> Measured | None:
    """By what the quantity hangs on: a noun with "of", a preposition on a verb, a verb, a copula."""
    doc, before = group.top.doc, group.top.doc[group.first - 1] if group.first else None
    tail = any(
        t.text in _DASHES and t.i and doc[t.i - 1].whitespace_
        for t in doc[group.last + 1 : max(group.top.i, group.top.head.i)]
    )
    if tail:  # "by 3 mln tonnes - grains exchange": what stands behind the dash is no part of it
        return _by_preposition(before, group) if before is not None and before.pos_ == "ADP" else None
    return _above(group.top, group)


def _above(top: Token, group: Group) -> Measured | None:
    token = top
    for _ in range(_DEPTH):
        head = token.head
        if head == token:
            return None
        if token.dep_ == "conj" and head.pos_ in (*NOUNS, "NUM", "SYM"):
            token = head
        elif head.pos_ == "ADP" or head.dep_ == "prep":
            return _by_preposition(head, group)
        elif head.pos_ in VERBS:
            return _by_verb(head, token, group)
        elif is_time(head) and head.i > group.last:
            token = head  # "fell 12% year on year"
        elif head.pos_ in NOUNS:
            if token.dep_ == "appos":
                return Measured(head, What.APPOSED, 0.6)
            return Measured(inner_noun(head), What.STANDS_WITH, 0.6)
        else:
            token = head
    return None


# ---------------------------------------------------------------- a preposition


def _by_preposition(preposition: Token, group: Group) -> Measured | None:
    """ "fell by 3 %", "rose to 21", "a fine of $3m", "savings of R9", "from R11bn to R5bn"."""
    head, word = preposition.head, preposition.lower_
    if head.lower_ in word_set("carried", "contents"):
        return None  # "my grandmother was content with nine"
    while (head.dep_ == "prep" or head.pos_ in ("ADJ", "ADV", "ADP")) and head.head != head:
        head = head.head
    nearest = preposition.doc[preposition.i - 1] if preposition.i else head
    if word == "of" and nearest.pos_ == "NOUN" and not group.holds(nearest):
        head = nearest  # "disclosed 1,930 staff and debts of ₩640bn"
    if head.pos_ in NOUNS:
        changed = _changed_object(head, preposition)
        return changed if changed is not None else _by_noun(head, word, group)
    if head.pos_ not in VERBS:
        return None
    event = event_of_verb(head, "pobj")
    return _object_with(head, preposition, group, event) or _subject_with(head, word, group, event)


def _changed_object(noun: Token, preposition: Token) -> Measured | None:
    """The object of a verb of change inside which the parser puts old and new value: "raises the limit for a family of
    four from $154,000 to $220,000"."""
    if preposition.lower_ not in ("from", "to") or noun.dep_ != "pobj":
        return None
    for above in noun.ancestors:
        if above.pos_ in VERBS:
            target = object_of(above, preposition)
            changes = above.lemma_.lower() in word_set("change", "verbs")
            if changes and target is not None and target.i < noun.i:
                return Measured(inner_noun(target), What.OBJECT_WITH, 0.7, event_of_verb(above, "pobj"))
            return None
    return None


def _object_with(verb: Token, preposition: Token, group: Group, event: Event | None) -> Measured | None:
    word = preposition.lower_
    target = object_of(verb, preposition)
    time = dimension(group.quantity.unit) == "time"
    lacked = _lacked(verb, group) if time and word == "for" else None
    if lacked is not None:
        return Measured(lacked, What.LACKED, 0.8, event)
    put = word == "on" and verb.lemma_.lower() in word_set("measured", "putting")  # "puts the Greens on 19%"
    if target is not None and (time or put or word in word_set("measured", "object_prepositions")):
        return Measured(inner_noun(target), What.OBJECT_WITH, 0.8, event, f"object, number with {word}")
    return None


def _subject_with(verb: Token, word: str, group: Group, event: Event | None) -> Measured | None:
    subject = subject_of(verb)
    if subject is None or (word == "of" and verb.lemma_.lower() in word_set("measured", "telling")):
        return None  # "the board spoke of 4,200"
    if subject.dep_ == "nsubj" and verb.dep_ != "acl" and verb.lemma_.lower() in word_set("measured", "reckoning"):
        return None  # "a march that officers put at 12,000": who reckons is not what is counted
    words = f"subject, number with {word}"
    if word in word_set("measured", "subject_prepositions"):
        return Measured(inner_noun(subject), What.SUBJECT_WITH, 0.8, event, words)
    sold = word == "for" and verb.lemma_ in ("sell", "go")
    if subject.dep_ == "nsubjpass" or measures_subject(verb, group) or sold:
        return Measured(inner_noun(subject), What.SUBJECT_WITH, 0.5, event, words)
    return None


def _lacked(verb: Token, group: Group) -> Token | None:
    """ "Without power for nine days"."""
    without = next((t for t in verb.doc[verb.i : group.first] if t.lower_ == "without"), None)
    return None if without is None else next((t for t in without.children if t.dep_ == "pobj"), None)


def _by_noun(head: Token, word: str, group: Group) -> Measured | None:
    verb_like = head.lower_.endswith("s") and head.lower_.removesuffix("s") in word_set("change", "verbs")
    subject = next(
        (t for t in head.children if t.dep_ in ("nsubj", "compound", "nmod") and t.i < head.i and t.pos_ in NOUNS),
        None,
    )
    if verb_like and subject is not None and word in word_set("measured", "level_prepositions"):
        return Measured(inner_noun(subject), What.SUBJECT_TAKEN, 0.7)  # "Toll climbs to 88" in a headline
    if word == "of" and head.lemma_.lower() in word_set("measured", "empty") and head.head != head:
        return _above(head, group)
    if word in word_set("measured", "list_prepositions"):
        return Measured(inner_noun(head), What.LIST, 0.5, words=f"noun with {word}")
    sure = 0.85 if word in word_set("measured", "amount_prepositions") else 0.5
    return Measured(inner_noun(head), What.NOUN_WITH, sure, words=f"noun with {word}")


# ---------------------------------------------------------------- a verb


def _by_verb(verb: Token, token: Token, group: Group) -> Measured | None:
    """ "the cost is RM6", "emissions fell 3 %", "allocated R4bn to the service", "spend £9m retiling its pools"."""
    lemma, event = verb.lemma_.lower(), event_of_verb(verb, token.dep_)
    target = object_of(verb, token)
    if target is not None and token.dep_ in _BESIDE_OBJECT:
        return Measured(inner_noun(target), What.OBJECT_BESIDE, 0.75, event)
    purpose = purpose_of(verb, token) if _has_purpose(verb, token, group) else None
    if purpose is not None:
        rule, words = (What.PURPOSE, f"{purpose[1]} behind the verb") if purpose[1] else (What.SPENT_DOING, "")
        return Measured(inner_noun(purpose[0]), rule, 0.75, event, words)
    subject = subject_of(verb)
    if subject is not None and any(c.tag_ == "POS" for c in subject.children):
        return None  # "the union's was 40,000": whose number it is
    if subject is not None and any(t.text == ":" for t in verb.doc[subject.i : group.first]):
        return None  # a label speaks: "Met office: gusts 45 metres a second"
    receiver = receiver_of(verb, token, named=group.quantity.unit == "share")
    if receiver is not None:
        return Measured(receiver, What.RECEIVER, 0.5, event)
    if subject is not None and (subject.dep_ == "nsubjpass" or measures_subject(verb, group)):
        sure = 0.8 if lemma in word_set("change", "verbs") else 0.65
        return Measured(inner_noun(subject), What.SUBJECT, sure, event)
    return Measured(inner_noun(target), What.OBJECT, 0.5, event) if target is not None else None


def _has_purpose(verb: Token, token: Token, group: Group) -> bool:
    """Whether what an amount is given or taken for may stand with the verb."""
    lemma = verb.lemma_.lower()
    money = dimension(group.quantity.unit) == "money"
    if (money and (lemma == "add" or lemma not in word_set("measured", "telling"))) or lemma in word_set(
        "change", "give"
    ):
        return True
    after = verb.doc[token.i + 1].lower_ if token.i + 1 < len(verb.doc) else ""
    return group.quantity.aspect == "change" and after == "off"
