"""What an amount, share, rate or measure is of: "35 % of homes", "a $5bn aid package", "emissions fell 42 per cent"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from processing.claims.counted.event import Event, event_of_verb
from processing.claims.counted.noun_phrase import Group, behind, noun_words, phrase_at, right_phrase, skip_hyphened

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["Measured", "measured_token"]

_VERBS = ("VERB", "AUX")
_TELLING = {
    "say",
    "tell",
    "report",
    "show",
    "add",
    "explain",
    "note",
    "claim",
    "announce",
    "write",
    "state",
    "warn",
    "find",
    "suggest",
    "estimate",
    "believe",
    "think",
}
_EMPTY = {
    "equivalent",
    "total",
    "sum",
    "amount",
    "maximum",
    "minimum",
    "average",
    "value",
    "tune",
    "rate",
    "level",
    "figure",
    "range",
    "magnitude",
    "force",
    "strength",
    "intensity",
    "close",
    "turnover",
}
_RECKONING = {"put", "estimate", "place", "peg", "set", "reckon"}
_SPANS = {
    "day",
    "week",
    "month",
    "year",
    "decade",
    "hour",
    "minute",
    "quarter",
    "period",
    "century",
    "time",
    "term",
    "total",
    "case",
    "addition",
    "fact",
    "place",
    "cash",
    "part",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """The head noun of what is measured, with the rule and 0..1; `token` is None where it is that of the quantity
    before."""

    token: Token | None
    rule: str
    sure: float
    event: Event | None = None


def measured_token(doc: Doc, group: Group) -> Measured | None:
    """What the quantity is of; None where the sentence does not say."""
    if group.top.pos_ == "VERB":  # "profit more than doubled", "triple the size"
        subject = _object(group.top, group.top) or _subject(group.top)
        return (
            Measured(_inner(subject), "subject of the verb", 0.8, event_of_verb(group.top, "ROOT"))
            if subject is not None
            else None
        )
    found = (
        _worth(doc, group)
        or _noun_behind(doc, group)
        or _of_behind(doc, group)
        or _of_in_front(group)
        or _repeated(doc, group)
        or _governor(group.top)
    )
    return None if found is not None and found.token is not None and group.holds(found.token) else found


def _worth(doc: Doc, group: Group) -> Measured | None:
    """ "watches worth £1.7m", "an earthquake measuring 5.6": the noun right before."""
    i = group.first - 1
    if (
        i >= 1
        and doc[i].lower_
        in ("worth", "costing", "totalling", "totaling", "measuring", "numbering", "registering", "weighing", "valued")
        and doc[i - 1].pos_ in ("NOUN", "PROPN", "VERB")
    ):
        return Measured(doc[i - 1], f"noun before {doc[i].lower_}", 0.85)
    return None


def _of_in_front(group: Group) -> Measured | None:
    """ "Of the organisations that adopted it, 69% ...": the whole stands in front."""
    verb = group.top.head
    if group.top.dep_ not in ("nsubj", "nsubjpass") or verb.pos_ not in _VERBS:
        return None
    for child in verb.children:
        if child.dep_ == "prep" and child.lower_ == "of" and child.i < group.first:
            inner = next((t for t in child.children if t.dep_ == "pobj" and t.pos_ in ("NOUN", "PROPN")), None)
            if inner is not None:
                return Measured(inner, "of the whole in front", 0.85)
    return None


def _noun_behind(doc: Doc, group: Group) -> Measured | None:
    """A noun that the amount modifies: "a $5bn aid package", "a 20-foot-deep well", "7.6-magnitude earthquake"."""
    i = behind(doc, group)
    if i >= len(doc) or doc[i].lower_ in ("a", "per", "each", "worth"):
        return None
    i = skip_hyphened(doc, i)
    gap = i > behind(doc, group)
    if i >= len(doc):
        return None
    phrase = right_phrase(doc, i)
    if phrase is None:
        return None
    head, top = phrase.head, group.top
    if (
        head.is_ancestor(top)
        and top.dep_ in ("nummod", "compound", "nmod", "amod", "quantmod", "npadvmod", "advmod", "dep", "det", "poss")
    ) or gap:
        return Measured(head, "noun after the number", 0.9)
    return None


def _of_behind(doc: Doc, group: Group) -> Measured | None:
    """A complement: "35 % of homes", "R50bn in revenue", "$2m worth of goods", "two days of mourning"."""
    i = behind(doc, group)
    if i >= len(doc):
        return None
    share = group.quantity.unit in ("share", "times")
    word = doc[i].lower_
    if word == "worth" and i + 1 < len(doc):
        i += 1
        word = doc[i].lower_
    money = len(group.quantity.unit) == 3 and group.quantity.unit.isupper()
    if word in ("a", "per") and i + 2 < len(doc):
        i, word = i + 2, doc[i + 2].lower_
    if money and word == "(":
        closing = next((t.i for t in doc[i : i + 12] if t.text == ")"), None)
        if closing is not None and closing + 1 < len(doc):
            i, word = closing + 1, doc[closing + 1].lower_
    if word == "of" or (money and word in ("in", "for")):
        phrase = phrase_at(doc, i + 1)
        if (
            phrase is not None
            and share
            and phrase.head.lemma_.lower() in noun_words()["change"]["denominators"]
            and group.top.dep_ in ("pobj", "attr", "dobj")
        ):
            subject = _governor(group.top)
            if subject is not None and subject.token is not None:
                return subject
        if phrase is not None and not (
            word != "of" and (phrase.head.tag_ in ("NNP", "NNPS", "CD") or phrase.head.lemma_.lower() in _SPANS)
        ):
            return Measured(phrase.head, f"{word} behind the number", 0.9 if word == "of" else 0.75)
        inner = next((t for t in doc[i].children if t.dep_ == "pobj"), None)
        if inner is not None and inner.pos_ == "PRON" and word == "of":
            return Measured(None, "of them", 0.6)
        if inner is not None and inner.pos_ in ("NOUN", "PROPN") and word == "of":
            return Measured(inner, "of behind the number", 0.7)
    return None


def _repeated(doc: Doc, group: Group) -> Measured | None:
    """ "73 per cent of the cost, or RM4.5 million": the same thing in another unit."""
    i = group.first - 1
    if i >= 1 and doc[i].lower_ == "or" and doc[i - 1].text in (",", "(", "–", "—", "-"):
        return Measured(None, "the same as the number before", 0.85)
    return None


def _governor(top: Token) -> Measured | None:
    """By what the quantity hangs on: a noun with "of", a preposition on a verb, a verb, a copula."""
    token = top
    for _ in range(4):
        head = token.head
        if head == token:
            return None
        if token.dep_ == "conj" and head.pos_ in ("NOUN", "NUM", "SYM", "PROPN"):
            token = head
            continue
        if head.pos_ == "ADP" or head.dep_ == "prep":
            return _by_preposition(head)
        if head.pos_ in _VERBS:
            return _by_verb(head, token)
        if head.pos_ in ("NOUN", "PROPN"):
            if token.dep_ == "appos":
                return Measured(head, "apposition", 0.6)
            return Measured(_inner(head), "noun that it stands with", 0.6)
        if head.pos_ in ("ADJ", "ADV"):
            token = head
            continue
        token = head
    return None


def _inner(noun: Token) -> Token:
    """From a noun of change or size to what changed: "an increase in rents of 3 %", "the number of dead"."""
    if noun.lemma_.lower() in noun_words()["change"]["nouns"] and noun.lower_ != "shares":
        for child in noun.children:
            if child.dep_ == "prep" and child.lower_ in ("in", "of", "for"):
                inner = next(
                    (
                        t
                        for t in child.children
                        if t.dep_ == "pobj" and t.pos_ in ("NOUN", "PROPN") and not any(x.like_num for x in t.subtree)
                    ),
                    None,
                )
                if inner is not None:
                    return inner
    return noun


def _subject(verb: Token) -> Token | None:
    """The subject, also one shared over a coordination or that of a governing verb; pronouns and clauses are none."""
    token = verb
    for _ in range(4):
        found = next((t for t in token.children if t.dep_ in ("nsubj", "nsubjpass")), None)
        if found is not None:
            if found.tag_ in ("WDT", "WP") and token.dep_ == "relcl":
                return token.head if token.head.pos_ in ("NOUN", "PROPN") else None
            return found if found.pos_ in ("NOUN", "PROPN") else None
        if token.dep_ in ("acl",) and token.head.pos_ in ("NOUN", "PROPN"):
            return token.head
        if (
            token.dep_ in ("conj", "xcomp", "advcl", "ccomp")
            and token.head.pos_ in _VERBS
            and not (token.dep_ == "ccomp" and token.head.lemma_.lower() in _TELLING)
        ):
            token = token.head
            continue
        if token.dep_ in ("xcomp", "advcl", "ccomp") and token.head.pos_ == "ADJ" and token.head.head.pos_ in _VERBS:
            token = token.head.head  # "rents are likely to rise"
            continue
        return None
    return None


def _object(verb: Token, skip: Token) -> Token | None:
    return next(
        (
            t
            for t in verb.children
            if t.dep_ == "dobj" and t != skip and t.pos_ in ("NOUN", "PROPN") and not any(x.like_num for x in t.lefts)
        ),
        None,
    )


def _by_preposition(preposition: Token) -> Measured | None:
    """ "fell by 3 %", "rose to 21", "a fine of $3m", "savings of R9", "from R11bn to R5bn"."""
    head = preposition.head
    while (head.dep_ == "prep" or head.pos_ in ("ADJ", "ADV", "ADP")) and head.head != head:
        head = head.head
    if head.pos_ in ("NOUN", "PROPN"):
        verb_like = head.lower_.endswith("s") and head.lower_.removesuffix("s") in noun_words()["change"]["verbs"]
        subject = next(
            (
                t
                for t in head.children
                if t.dep_ in ("nsubj", "compound", "nmod") and t.i < head.i and t.pos_ in ("NOUN", "PROPN")
            ),
            None,
        )
        if verb_like and subject is not None and preposition.lower_ in ("to", "by", "from", "above", "below"):
            return Measured(
                _inner(subject), "subject of a verb taken for a noun", 0.7
            )  # "Toll climbs to 88" in a headline
        if preposition.lower_ == "of" and head.lemma_.lower() in _EMPTY and head.head != head:
            return _governor(head)
        if preposition.lower_ in (
            "of",
            "at",
            "to",
            "from",
            "by",
            "above",
            "below",
            "between",
            "over",
            "under",
            "worth",
        ):
            return Measured(_inner(head), f"noun with {preposition.lower_}", 0.85)
        return Measured(_inner(head), f"noun with {preposition.lower_}", 0.5)
    if head.pos_ not in _VERBS:
        return None
    event = event_of_verb(head, "pobj")
    target = _object(head, preposition)
    if target is not None and preposition.lower_ in ("by", "to", "from", "at", "for", "between"):
        return Measured(_inner(target), f"object, number with {preposition.lower_}", 0.8, event)
    subject = _subject(head)
    if subject is not None and subject.dep_ == "nsubj" and head.lemma_.lower() in _RECKONING:
        return None  # "a march that officers put at 12,000": who reckons is not what is counted
    return (
        Measured(
            _inner(subject),
            f"subject, number with {preposition.lower_}",
            0.8 if preposition.lower_ in ("by", "to", "from", "at", "between") else 0.5,
            event,
        )
        if subject is not None
        else None
    )


def _by_verb(verb: Token, token: Token) -> Measured | None:
    """ "the cost is RM6", "emissions fell 3 %", "allocated R4bn to the service", "the agency collected R95bn"."""
    words = noun_words()["change"]
    lemma = verb.lemma_.lower()
    event = event_of_verb(verb, token.dep_)
    subject, target = _subject(verb), _object(verb, token)
    if target is not None and token.dep_ in ("npadvmod", "advmod", "dep", "nummod", "prep"):
        return Measured(_inner(target), "object beside the number", 0.75, event)
    if lemma in words["give"]:
        for child in verb.children:
            if (
                child.dep_ in ("dative", "prep")
                and child.lower_ in ("to", "for", "on", "in", "towards", "toward")
                and child.i > token.i
            ):
                inner = next((t for t in child.children if t.dep_ == "pobj"), None)
                if inner is not None and inner.pos_ in ("NOUN", "PROPN"):
                    return Measured(inner, f"{child.lower_} behind a verb of giving", 0.8, event)
    if subject is not None:
        return Measured(_inner(subject), "subject of the verb", 0.8 if lemma in words["verbs"] else 0.65, event)
    return Measured(_inner(target), "object of the verb", 0.5, event) if target is not None else None
