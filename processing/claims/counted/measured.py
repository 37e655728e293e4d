"""What an amount, share, rate or measure is of: "35 % of homes", "a $5bn aid package", "emissions fell 42 per cent".

Candidates are ranked by their role: a complement of the number, also across a bracket; what changed under a noun of
change; the object or the purpose of the verb; the subject only of verbs that measure it. Who gives, takes, orders or
plans an amount is never what it is of, and nothing is better than that one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processing.claims.counted.event import Event, event_of_verb
from processing.claims.counted.noun_phrase import (
    Group,
    behind,
    phrase_at,
    right_phrase,
    skip_hyphened,
    word_set,
)
from processing.measures import all_units, dimension

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["WHOLE_BEFORE", "Measured", "measured_token"]

_VERBS = ("VERB", "AUX")
_NOUNS = ("NOUN", "PROPN")
_MODIFIES = ("nummod", "compound", "nmod", "amod", "quantmod", "npadvmod", "advmod", "dep", "det", "poss")
WHOLE_BEFORE = "whole named before"  # rule of a share whose noun stands earlier
_SHARES = ("%", "percent", "cent", "pc")
_DEPTH = 4  # how far up the parse what governs a number is looked for


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
    inside = _inside(doc, group)
    if inside is not None:
        return inside
    if _whole_left_out(doc, group) and _of_in_front(doc, group) is None:
        return Measured(None, WHOLE_BEFORE, 0.6)
    for rule in _RULES:
        found = rule(doc, group)
        if found is not None:
            wrong = found.token is not None and (group.holds(found.token) or found.token.lower_ in _SHARES)
            return None if wrong else found
    return None


# ---------------------------------------------------------------- beside the number


def _inside(doc: Doc, group: Group) -> Measured | None:
    """ "One driver in seven": the noun between the numbers of odds."""
    if group.quantity.unit != "share" or group.quantity.unit_text is not None:
        return None
    nouns = [t for t in doc[group.first : group.last + 1] if t.tag_ in ("NN", "NNS")]
    return (
        Measured(nouns[0], "noun between the numbers", 0.9) if nouns and group.last > nouns[0].i > group.first else None
    )


def _whole_left_out(doc: Doc, group: Group) -> bool:
    """Whether a share is a subject without its noun: "three quarters owed money", "11 per cent are dead"."""
    i = behind(doc, group)
    if group.quantity.unit != "share" or group.quantity.aspect == "change" or i >= len(doc):
        return False
    while i < len(doc) and doc[i].pos_ == "ADV":
        i += 1
    if i >= len(doc) or doc[i].tag_ not in ("VBD", "VBP", "VBZ", "MD") or doc[i].head.i < group.first:
        return False
    before = doc[group.first - 1] if group.first else None
    verb = doc[i] if doc[i].pos_ == "VERB" else doc[i].head
    subject = next((t for t in verb.children if t.dep_ in ("nsubj", "nsubjpass") and t.i < group.first), None)
    opens = before is None or before.pos_ in ("PUNCT", "CCONJ", "SCONJ", "ADV", "ADP", "VERB", "PROPN", "DET")
    return (group.top.dep_ in ("nsubj", "nsubjpass") or opens) and (subject is None or group.holds(subject))


def _worth(doc: Doc, group: Group) -> Measured | None:
    """ "watches worth £1.7m", "an earthquake measuring 5.6": the noun right before."""
    i = group.first - 1
    while i >= 2 and doc[i].lower_ in ("worth", "valued") and doc[i - 1].text in (",", "at"):
        i -= 1
    if i >= 1 and doc[i].text == "," and doc[i - 1].pos_ in _NOUNS and doc[i + 1].lower_ in ("worth", "valued"):
        return Measured(doc[i - 1], f"noun before {doc[i + 1].lower_}", 0.8)
    if i >= 1 and doc[i].lower_ in word_set("measured", "worth") and doc[i - 1].pos_ in (*_NOUNS, "VERB"):
        return Measured(doc[i - 1], f"noun before {doc[i].lower_}", 0.85)
    return None


def _noun_behind(doc: Doc, group: Group) -> Measured | None:
    """A noun that the amount modifies: "a $5bn aid package", "a 20-foot-deep well", "an 8% drop in yields"."""
    i = behind(doc, group)
    if i >= len(doc) or doc[i].lower_ in ("a", "per", "each", "worth"):
        return None
    i = skip_hyphened(doc, i)
    gap = i > behind(doc, group)
    if gap and doc[group.last].whitespace_:
        return None  # "for €190 mln -sources"
    phrase = right_phrase(doc, i) if i < len(doc) else None
    if phrase is None:
        return None
    head, top = phrase.head, group.top
    if (not gap and not (head.is_ancestor(top) and top.dep_ in _MODIFIES)) or (_is_time(head) and not gap):
        return None
    inner = _inner(head)
    if inner == head and head.lemma_.lower() in word_set("measured", "moves"):
        return _of_bare_change(head, group) or Measured(head, "noun after the number", 0.6)
    return Measured(inner, "noun after the number" if inner == head else "what changed", 0.9)


def _of_bare_change(noun: Token, group: Group) -> Measured | None:
    """What a noun of change without a complement is of: "a 7% pay rise", "won a 7% raise"."""
    before = noun.doc[noun.i - 1] if noun.i else None
    if before is not None and before.pos_ == "NOUN" and not group.holds(before) and before.head == noun:
        return Measured(before, "what changed", 0.85)
    return None


def _complement(doc: Doc, group: Group) -> Measured | None:
    """A complement: "35 % of homes", "R50bn in revenue", "$2m worth of goods", "40 tons (36 tonnes) of plums"."""
    i, word = _past_rate(doc, group)
    if i >= len(doc):
        return None
    if word == "in" and i > behind(doc, group) and i + 1 < len(doc) and doc[i + 1].lower_ == "the":
        return None  # "$121 a year in the west"
    kind = dimension(group.quantity.unit)
    if word == "of":
        return _of_complement(doc, group, i)
    if kind == "money" and word in ("in", "for", "on", "towards", "toward", "into"):
        return _purpose(doc, i, 0.75)
    if kind == "time" and (word == "for" or _confined(doc, i)):
        return _purpose(doc, i, 0.7)
    if kind == "money" and doc[i].tag_ == "VBN" and group.top.is_ancestor(doc[i]):
        preposition = next((t for t in doc[i].children if t.lower_ in ("for", "to", "on") and t.i > i), None)
        return _purpose(doc, preposition.i, 0.75) if preposition is not None else None  # "set aside for a roof"
    return None


def _past_rate(doc: Doc, group: Group) -> tuple[int, str]:
    """Where the complement would stand: behind "worth", a rate ("a day"), "each" and a bracket; with its word."""
    i = behind(doc, group)
    for _ in range(3):
        word = doc[i].lower_ if i < len(doc) else ""
        if word in ("worth", "each", "apiece") and i + 1 < len(doc):
            i += 1
        elif word in ("a", "an", "per") and i + 2 < len(doc) and doc[i + 1].pos_ == "NOUN":
            i += 2
        elif word in ("(", "["):
            closing = next((t.i for t in doc[i : i + 14] if t.text in (")", "]")), None)
            if closing is None or closing + 1 >= len(doc):
                break
            i = closing + 1
        else:
            break
    return i, doc[i].lower_ if i < len(doc) else ""


def _confined(doc: Doc, i: int) -> bool:
    """Whether "in prison" and the like follow."""
    return doc[i].lower_ == "in" and any(
        t.lemma_.lower() in word_set("measured", "confined") for t in doc[i + 1 : i + 5]
    )


def _of_complement(doc: Doc, group: Group, i: int) -> Measured | None:
    phrase = phrase_at(doc, i + 1)
    if phrase is not None:
        head = _past_measure(doc, phrase.head)
        if (
            group.quantity.unit in ("share", "times")
            and head.lemma_.lower() in word_set("change", "denominators")
            and group.top.dep_ in ("pobj", "attr")
        ):
            subject = _governor(doc, group)
            if subject is not None and subject.token is not None:
                return subject
        return Measured(head, "of behind the number", 0.9)
    inner = next((t for t in doc[i].children if t.dep_ in ("pobj", "pcomp")), None)
    if inner is None:
        return None
    if inner.pos_ == "PRON":
        verb = group.top.head
        if group.top.dep_ in ("nsubj", "nsubjpass") and inner.lower_ in ("that", "it", "this") and verb.pos_ in _VERBS:
            purpose = _purpose_of(verb, group.top)  # "£300 of that went on compost"
            if purpose is not None:
                return Measured(purpose[0], purpose[1], 0.75)
        return Measured(None, "of them", 0.6)
    return Measured(_done_to(inner), "of behind the number", 0.7) if inner.pos_ in (*_NOUNS, "VERB") else None


def _purpose(doc: Doc, i: int, sure: float) -> Measured | None:
    """The noun behind the preposition at `i`; of a gerund its object ("for repairing three dams")."""
    inner = next((t for t in doc[i].children if t.dep_ in ("pobj", "pcomp") and t.i > i), None)
    if inner is None or inner.pos_ not in (*_NOUNS, "VERB"):
        return None
    if inner.pos_ == "PROPN" and doc[i].lower_ == "in":
        return None
    if inner.tag_ == "CD" or inner.lemma_.lower() in word_set("measured", "spans") | word_set("time", "days"):
        return None
    return Measured(_past_measure(doc, _done_to(inner)), f"{doc[i].lower_} behind the number", sure)


def _done_to(token: Token) -> Token:
    """The object of a gerund, the token itself where it is a noun or has none."""
    if token.pos_ != "VERB":
        return token
    return next((t for t in token.children if t.dep_ == "dobj" and t.pos_ in _NOUNS), token)


def _past_measure(doc: Doc, head: Token) -> Token:
    """From a measure to its stuff: "12 km of fencing" is of fencing."""
    after = doc[head.i + 1] if head.i + 1 < len(doc) else None
    if after is None or after.lower_ != "of" or not (_is_unit(head) and any(t.like_num for t in head.lefts)):
        return head
    return next((t for t in after.children if t.dep_ == "pobj" and t.pos_ in _NOUNS), head)


def _is_time(token: Token) -> bool:
    return dimension(token.lemma_.lower()) == "time"


def _is_unit(token: Token) -> bool:
    return token.lemma_.lower() in all_units() or token.lower_ in ("km", "kg", "ha", "tons", "tonnes", "lakh", "crore")


def _moved_in_front(doc: Doc, group: Group) -> Measured | None:
    """ "Layoffs down 900", "the pass rate up 3.7 points": the noun before a bare particle, as headlines write it."""
    i = group.first - 1
    if i < 1 or doc[i].lower_ not in ("up", "down") or _is_time(doc[i - 1]):
        return None
    mistagged = i > 1 and doc[i - 1].tag_ in ("VB", "VBP") and doc[i - 2].pos_ in (*_NOUNS, "ADJ")  # "sugar output up"
    if doc[i - 1].pos_ not in _NOUNS and not mistagged:
        return None
    return Measured(_inner(doc[i - 1]), "noun that is up or down", 0.8)


def _of_in_front(_: Doc, group: Group) -> Measured | None:
    """ "Of the organisations that adopted it, 69% ...": the whole stands in front."""
    verb = group.top.head
    if group.top.dep_ not in ("nsubj", "nsubjpass") or verb.pos_ not in _VERBS:
        return None
    for child in verb.children:
        if child.dep_ == "prep" and child.lower_ == "of" and child.i < group.first:
            inner = next((t for t in child.children if t.dep_ == "pobj" and t.pos_ in _NOUNS), None)
            if inner is not None:
                return Measured(inner, "of the whole in front", 0.85)
    return None


def _repeated(doc: Doc, group: Group) -> Measured | None:
    """ "73 per cent of the cost, or RM4.5 million": the same thing in another unit."""
    i = group.first - 1
    if i >= 1 and doc[i].lower_ == "or" and doc[i - 1].text in (",", "(", "–", "—", "-"):
        return Measured(None, "the same as the number before", 0.85)
    return None


def _right_before(doc: Doc, group: Group) -> Measured | None:
    """Where nothing else is named, the common noun right before: "gusts 45 metres per second"."""
    i = group.first - 1
    if i < 0 or doc[i].pos_ != "NOUN" or _is_time(doc[i]) or group.quantity.unit == "count":
        return None
    return Measured(doc[i], "noun right before the number", 0.5)


# ---------------------------------------------------------------- what governs the number


def _governor(doc: Doc, group: Group) -> Measured | None:
    """By what the quantity hangs on: a noun with "of", a preposition on a verb, a verb, a copula."""
    return _above(group.top, group)


def _above(top: Token, group: Group) -> Measured | None:
    token = top
    for _ in range(_DEPTH):
        head = token.head
        if head == token:
            return None
        if token.dep_ == "conj" and head.pos_ in (*_NOUNS, "NUM", "SYM"):
            token = head
        elif head.pos_ == "ADP" or head.dep_ == "prep":
            return _by_preposition(head, group)
        elif head.pos_ in _VERBS:
            return _by_verb(head, token, group)
        elif _is_time(head) and head.i > group.last:
            token = head  # "fell 12% year on year"
        elif head.pos_ in _NOUNS:
            if token.dep_ == "appos":
                return Measured(head, "apposition", 0.6)
            return Measured(_inner(head), "noun that it stands with", 0.6)
        else:
            token = head
    return None


def _inner(noun: Token) -> Token:
    """From a noun of change or size to what changed: "an increase in rents of 3 %", "the number of dead"."""
    if noun.lemma_.lower() in word_set("change", "nouns") and noun.lower_ != "shares":
        for child in noun.children:
            if child.dep_ == "prep" and child.lower_ in ("in", "of", "for", "on"):
                inner = next(
                    (
                        t
                        for t in child.children
                        if t.dep_ == "pobj" and t.pos_ in _NOUNS and not any(x.like_num for x in t.subtree)
                    ),
                    None,
                )
                if inner is not None:
                    return _inner(inner)
    return noun


def _subject(verb: Token) -> Token | None:
    """The subject, also one shared over a coordination or that of a governing verb; pronouns and clauses are none."""
    token = verb
    for _ in range(_DEPTH):
        found = next((t for t in token.children if t.dep_ in ("nsubj", "nsubjpass", "csubj")), None)
        if found is not None and found.tag_ == "VBG":
            return _done_to(found)  # "building a ship takes two years"
        if found is not None:
            if found.tag_ in ("WDT", "WP") and token.dep_ == "relcl":
                return token.head if token.head.pos_ in _NOUNS else None
            return found if found.pos_ in _NOUNS and not _is_time(found) else None
        if token.dep_ in ("acl",) and token.head.pos_ in _NOUNS:
            return token.head
        if (
            token.dep_ in ("conj", "xcomp", "advcl", "ccomp", "acomp")
            and token.head.pos_ in _VERBS
            and not (token.dep_ == "ccomp" and token.head.lemma_.lower() in word_set("measured", "telling"))
        ):
            token = token.head
        elif token.dep_ in ("xcomp", "advcl", "ccomp") and token.head.pos_ == "ADJ" and token.head.head.pos_ in _VERBS:
            token = token.head.head  # "rents are likely to rise"
        else:
            return None
    return None


def _object(verb: Token, skip: Token) -> Token | None:
    return next(
        (
            t
            for t in verb.children
            if t.dep_ == "dobj" and t != skip and t.pos_ in _NOUNS and not any(x.like_num for x in t.lefts)
        ),
        None,
    )


def _measures(verb: Token, group: Group) -> bool:
    """Whether a verb measures its subject ("cost", "stand at", "weigh"); for an amount of money only these do, for
    other measures all but those whose subject gives, takes, plans or reckons."""
    lemma = verb.lemma_.lower()
    if dimension(group.quantity.unit) == "money" and group.quantity.per is None:
        return lemma in word_set("measured", "subject_of_money")
    return lemma not in word_set("measured", "agents")


_AT = ("of", "at", "to", "from", "by", "above", "below", "between", "over", "under", "worth")


def _by_preposition(preposition: Token, group: Group) -> Measured | None:
    """ "fell by 3 %", "rose to 21", "a fine of $3m", "savings of R9", "from R11bn to R5bn"."""
    head, word = preposition.head, preposition.lower_
    while (head.dep_ == "prep" or head.pos_ in ("ADJ", "ADV", "ADP")) and head.head != head:
        head = head.head
    nearest = preposition.doc[preposition.i - 1] if preposition.i else head
    if word == "of" and nearest.pos_ == "NOUN" and not group.holds(nearest):
        head = nearest  # "disclosed 1,930 staff and debts of ₩640bn"
    if head.pos_ in _NOUNS:
        return _by_noun(head, word, group)
    if head.pos_ not in _VERBS:
        return None
    event = event_of_verb(head, "pobj")
    target = _object(head, preposition)
    time = dimension(group.quantity.unit) == "time"
    lacked = _lacked(head, group) if time and word == "for" else None
    if lacked is not None:
        return Measured(lacked, "what was lacking for so long", 0.8, event)
    if target is not None and (time or word in ("by", "to", "from", "at", "for", "between", "with")):
        return Measured(_inner(target), f"object, number with {word}", 0.8, event)
    subject = _subject(head)
    if subject is None:
        return None
    if subject.dep_ == "nsubj" and head.dep_ != "acl" and head.lemma_.lower() in word_set("measured", "reckoning"):
        return None  # "a march that officers put at 12,000": who reckons is not what is counted
    if word in ("by", "to", "from", "at", "between"):
        return Measured(_inner(subject), f"subject, number with {word}", 0.8, event)
    if subject.dep_ == "nsubjpass" or _measures(head, group) or (word == "for" and head.lemma_ in ("sell", "go")):
        return Measured(_inner(subject), f"subject, number with {word}", 0.5, event)
    return None


def _lacked(verb: Token, group: Group) -> Token | None:
    """ "Without power for nine days"."""
    without = next((t for t in verb.doc[verb.i : group.first] if t.lower_ == "without"), None)
    return None if without is None else next((t for t in without.children if t.dep_ == "pobj"), None)


def _by_noun(head: Token, word: str, group: Group) -> Measured | None:
    verb_like = head.lower_.endswith("s") and head.lower_.removesuffix("s") in word_set("change", "verbs")
    subject = next(
        (t for t in head.children if t.dep_ in ("nsubj", "compound", "nmod") and t.i < head.i and t.pos_ in _NOUNS),
        None,
    )
    if verb_like and subject is not None and word in ("to", "by", "from", "above", "below"):
        return Measured(_inner(subject), "subject of a verb taken for a noun", 0.7)  # "Toll climbs to 88" in a headline
    if word == "of" and head.lemma_.lower() in word_set("measured", "empty") and head.head != head:
        return _above(head, group)
    return Measured(_inner(head), f"noun with {word}", 0.85 if word in _AT else 0.5)


def _by_verb(verb: Token, token: Token, group: Group) -> Measured | None:
    """ "the cost is RM6", "emissions fell 3 %", "allocated R4bn to the service", "spend £9m retiling its pools"."""
    lemma, event = verb.lemma_.lower(), event_of_verb(verb, token.dep_)
    target = _object(verb, token)
    if target is not None and token.dep_ in ("npadvmod", "advmod", "dep", "nummod", "prep"):
        return Measured(_inner(target), "object beside the number", 0.75, event)
    money = dimension(group.quantity.unit) == "money"
    taken_off = (
        group.quantity.aspect == "change" and token.i + 1 < len(verb.doc) and token.doc[token.i + 1].lower_ == "off"
    )
    if (
        (money and (lemma == "add" or lemma not in word_set("measured", "telling")))
        or lemma in word_set("change", "give")
        or taken_off
    ):
        purpose = _purpose_of(verb, token)
        if purpose is not None:
            return Measured(_inner(purpose[0]), purpose[1], 0.75, event)
    subject = _subject(verb)
    if subject is not None and any(t.text == ":" for t in verb.doc[subject.i : group.first]):
        return None  # a label speaks: "Met office: gusts 45 metres a second"
    if subject is not None and (subject.dep_ == "nsubjpass" or _measures(verb, group)):
        sure = 0.8 if lemma in word_set("change", "verbs") else 0.65
        return Measured(_inner(subject), "subject of the verb", sure, event)
    return Measured(_inner(target), "object of the verb", 0.5, event) if target is not None else None


_PURPOSES = ("for", "on", "into", "towards", "toward", "to", "off", "from")


def _purpose_of(verb: Token, token: Token) -> tuple[Token, str] | None:
    """What money is given or taken for, as it stands with the verb: "released Rs 75 lakh for fencing", "raise $800
    million from a bond", "spend £9m retiling its pools"; and the rule."""
    behind_number = [t for t in verb.children if t.i > token.i]
    prepositions = {t.lower_: t for t in reversed(behind_number) if t.dep_ in ("prep", "dative")}
    for word in _PURPOSES:
        if word not in prepositions:
            continue
        found = _purpose(verb.doc, prepositions[word].i, 0.75)
        if (
            found is not None
            and found.token is not None
            and not (word in ("in", "from") and found.token.pos_ == "PROPN")
        ):
            return found.token, f"{word} behind the verb"
    gerund = next((t for t in behind_number if t.tag_ == "VBG" and t.dep_ in ("advcl", "xcomp")), None)
    if gerund is None:
        return None
    return _done_to(gerund), "what the amount is spent doing"


_Rule = Callable[["Doc", Group], Measured | None]
_RULES: tuple[_Rule, ...] = (
    _worth,
    _noun_behind,
    _complement,
    _of_in_front,
    _repeated,
    _moved_in_front,
    _governor,
    _right_before,
)
