"""Which quantities of a sentence are claims (figures.md section 2).

`read_quantities` already says what is no number of the world (dates, ages, names); this module decides what needs the
sentence: a duration that is what is stated (the object, predicate or complement of a measure) against one that only
places the event in time or describes something in passing (an adjunct)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from processing.claims.counted.left_out import LEFT_OUT
from processing.claims.counted.noun_phrase import Group, find_group, word_set
from processing.measures import dimension
from processing.words import load_words
from schemas.records import Quantity

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["select_claims"]

_VERBS = ("VERB", "AUX")
_NOUNS = ("NOUN", "PROPN")


@lru_cache(maxsize=1)
def _data() -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in load_words("durations").items()}


def select_claims(quantities: Sequence[Quantity], doc: Doc) -> list[Quantity]:
    """The quantities that are claims, in their order. Offsets count characters of `doc.text`, their sentence."""
    chosen: list[Quantity] = []
    stated = True  # whether the duration before was, from which a number may take its unit
    for quantity in quantities:
        if quantity.not_claim is not None:
            continue
        if dimension(quantity.unit) == "time":
            if not _takes_unit(quantity):
                stated = _states(doc, quantity)
            if not stated:
                continue
        chosen.append(quantity)
    return chosen


def _takes_unit(quantity: Quantity) -> bool:
    """Whether a number has its unit from another: "from 90 days to 30", "19 weeks, up from 11"."""
    own = quantity.unit_text is not None and quantity.unit_text in quantity.text
    return quantity.rule == LEFT_OUT or not own


def _states(doc: Doc, quantity: Quantity) -> bool:
    """Whether a duration is what the sentence states; the first rule that knows decides."""
    group = find_group(doc, quantity)
    if quantity.per is not None or (group is not None and _lower(doc, group.first - 1) == "every"):
        return True  # "every 11 minutes", "eight hours a day"
    if group is None:
        return False
    for rule in _RULES:
        stated = rule(doc, group)
        if stated is not None:
            return stated
    return False


def _lower(doc: Doc, i: int) -> str:
    return doc[i].lower_ if 0 <= i < len(doc) else ""


def _is_compound(doc: Doc, group: Group) -> bool | None:
    """ "A two-week postponement" is the news, "a five-day tour" is not."""
    after = group.last + 1
    hyphened = _lower(doc, after) in ("-", "–") or doc.text[
        group.quantity.number_end : group.quantity.number_end + 1
    ] in ("-", "–", "‑")
    owned = _lower(doc, after) in ("'", "’", "'s", "’s")
    if not (hyphened or owned) or group.top.dep_ in ("dobj", "attr", "pobj", "ROOT"):
        return None
    named = any(_lower(doc, k) in _data()["stated"] for k in range(after, after + 4))
    return named and _lower(doc, group.first - 1) not in ("the", "this", "that")


def _is_change(doc: Doc, group: Group) -> bool | None:
    """ "Cut by two days": by how much a duration changed."""
    moved = group.quantity.aspect == "change" and _lower(doc, group.last + 1) not in _data()["after"]
    since = group.top.dep_ == "pobj" and group.top.head.lower_ in _data()["after"]  # "after 211 days without cuts"
    return True if moved and not since else None


def _places(doc: Doc, group: Group) -> bool | None:
    """ "Two days later", "ten days ago", "four months before the vote"; but "four months ahead of schedule"."""
    after = _lower(doc, group.last + 1)
    if after in _data()["off"] and not (after == "from" and _lower(doc, group.last + 2) in ("now", "today", "then")):
        return True
    if after in _data()["after"]:
        if group.top.dep_ == "pobj" and group.top.head.lower_ == "for":
            return None  # "leaking for a week before anyone noticed"
        lasts = group.top.dep_ in ("dobj", "npadvmod") and group.top.head.lemma_.lower() in _data()["takes"]
        return lasts and after in ("before", "after")
    return None


def _points(doc: Doc, group: Group) -> bool | None:
    """ "The past three months", "those two days": a stretch of time that is known."""
    for k in range(group.first - 1, max(-1, group.first - 3), -1):
        if doc[k].lower_ in _data()["pointing"] and doc[k].pos_ not in _VERBS and not _lasts(doc, k):
            return False
        if doc[k].tag_ != "POS" and doc[k].dep_ not in ("amod", "det"):
            break
    alone = _lower(doc, group.first - 1) == "the" and _lower(doc, group.last + 1) != "of"
    return False if alone and group.top.dep_ not in ("dobj", "attr") else None


def _lasts(doc: Doc, k: int) -> bool:
    """ "Batteries last 11 hours", where the parser takes the verb for an adjective."""
    return doc[k].lower_ == "last" and k > 0 and doc[k - 1].tag_ in ("NNS", "NNPS", "MD", "TO")


def _served(doc: Doc, group: Group) -> bool | None:
    """ "18 months in state prison", "two days of mourning"."""
    after = doc[group.last + 1 : group.last + 5]
    if after and after[0].lower_ == "in" and any(t.lower_ in _data()["served"] for t in after):
        return True
    if after and after[0].lower_ == "of" and group.top.dep_ in ("dobj", "attr", "nsubj", "nsubjpass", "ROOT", "conj"):
        return True
    return None


def _by_role(doc: Doc, group: Group) -> bool | None:
    """By what the duration is in its clause."""
    token = _head_of_list(group.top)
    head = token.head
    if token.dep_ in ("attr", "acomp", "oprd", "ROOT", "appos", "ccomp"):
        return True
    if _lower(doc, group.first - 1) in _data()["lasting"] or (
        token.dep_ in ("compound", "nummod") and head.dep_ == "dobj" and head.head.lemma_.lower() in _data()["takes"]
    ):
        return True  # "ferry adrift 16 hrs", "gets 7 yrs RI"
    if token.dep_ in ("dobj", "nsubj", "nsubjpass", "dative"):
        return head.lemma_.lower() not in _data()["passing"] and _is_told(head)
    if _lower(doc, group.first) == "within":
        return group.quantity.unit in _data()["short"]
    if token.dep_ == "pobj":
        return _by_preposition(doc, token.head, group)
    while (head.pos_ in ("ADV", "ADJ") or head.dep_ == "advmod") and head.head is not head:
        head = head.head  # "takes three hours up"
    if head.pos_ in _VERBS:
        lasting = head.lemma_.lower() in _data()["takes"] or (head.lemma_ == "be" and token.dep_ == "npadvmod")
        return lasting and _is_told(head)
    return None


def _head_of_list(token: Token) -> Token:
    """The first of coordinated nouns; a number's own head noun where the parser hangs the unit on it."""
    for _ in range(3):
        if token.dep_ == "conj" and token.head.pos_ in (*_NOUNS, "NUM"):
            token = token.head
    return token


def _is_told(verb: Token) -> bool:
    """Whether a clause tells something, and does not only describe somebody ("who spent nine years at a rival")."""
    return verb.dep_ != "relcl" or verb.lemma_.lower() in _data()["takes_anywhere"]


def _by_preposition(doc: Doc, preposition: Token, group: Group) -> bool:
    word, head, data = preposition.lower_, preposition.head, _data()
    if word == "in":
        over = any(t.dep_ == "dobj" for t in head.children)
        return (head.lemma_.lower() in data["finishing"] and over) or any(
            t.dep_ == "advmod" and t.lower_ == "over" for t in head.children
        )
    if word == "of":
        if head.lemma_.lower() in data["stretches"]:
            return False
        return head.pos_ in _NOUNS
    if word == "for":
        return _for(doc, preposition, group)
    if word not in data["amounts"] and not group.holds(preposition):
        return False
    if head.pos_ in _VERBS:
        spans = word == "over" and head.lemma_.lower() not in data["takes"]
        return not spans and _is_told(head)
    return head.pos_ in _NOUNS and word not in ("over", "about")


def _for(doc: Doc, preposition: Token, group: Group) -> bool:
    """ "Without power for nine days", "jailed for 12 years", "the seeds stay viable for 30 years"; but not how long
    somebody has been something ("in office for nearly four years")."""
    data, verb = _data(), preposition
    while verb.pos_ not in _VERBS and verb.head is not verb:
        verb = verb.head
    if {t.lower_ for t in doc[max(0, preposition.i - 12) : preposition.i]} & data["for_words"]:
        return True
    short = group.quantity.unit in data["running"]
    if verb.pos_ not in _VERBS:
        return short
    if not _is_told(verb):
        return False
    lemma = verb.lemma_.lower()
    return short or lemma in data["for_years"] or _has_it_for(preposition, verb) or _thing_lasts(preposition, verb)


def _has_it_for(preposition: Token, verb: Token) -> bool:
    """ "Workers are to get pay for 14 months": for how long what somebody has will do."""
    supplied = any(t.dep_ == "dobj" and t.i < preposition.i for t in verb.children)
    return supplied and verb.lemma_.lower() in _data()["supplying"]


def _thing_lasts(preposition: Token, verb: Token) -> bool:
    """Whether a clause that tells how long a thing, not a person, is or does something is the sentence itself."""
    token = preposition.head
    attached = token is verb or (token.pos_ in ("ADJ", "ADV") and token.head is verb)
    subject = next((t for t in verb.children if t.dep_ in ("nsubj", "nsubjpass")), None)
    if not attached or subject is None or subject.pos_ not in _NOUNS or verb.dep_ not in ("ROOT", "ccomp", "conj"):
        return False
    return subject.pos_ == "NOUN" and subject.lemma_.lower() not in word_set("people", "heads")


_RULES: tuple[Callable[[Doc, Group], bool | None], ...] = (
    _is_compound,
    _is_change,
    _places,
    _points,
    _served,
    _by_role,
)
