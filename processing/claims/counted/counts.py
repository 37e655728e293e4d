"""What a plain count counts: the noun behind it, the noun of the whole of which it is a part, people whom an event
selects, or what another rule names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from processing.claims.counted.event import Event, event_of_noun, event_of_verb, find_event, state_after
from processing.claims.counted.measured import measured_token
from processing.claims.counted.noun_phrase import (
    Group,
    Phrase,
    behind,
    noun_words,
    phrase_at,
    phrase_of,
    right_phrase,
    skip_hyphened,
    word_set,
)
from processing.claims.counted.thing import Counted, named, people, unnamed, with_event
from processing.claims.counted.what import Measured, What
from processing.measures import dimension

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["noun_before", "of_count"]

_ARGUMENTS = ("nsubj", "nsubjpass", "dobj", "dative")
_STATED = ("nsubj", "nsubjpass", "dobj", "ROOT", "conj", "dep", "npadvmod", "nummod", "appos")
_COMMON = ("NNS", "NN")


def of_count(doc: Doc, group: Group) -> Counted:
    """What a plain count counts."""
    after = behind(doc, group)
    if after < len(doc) and doc[after].lower_ == "of":
        counted = _of_whole(doc, group, after + 1)
        if counted is not None:
            return counted
    if group.quantity.unit == "count" and _inside_noun(doc, group):
        inside = named(doc, phrase_of(doc[group.last]), What.INSIDE, 0.6)
        return with_event(inside, find_event(doc[group.last]))
    phrase = _right(doc, group)
    if phrase is not None:
        return with_event(named(doc, phrase, What.BEHIND, 0.95), find_event(phrase.head))
    return _without_noun(doc, group)


def _inside_noun(doc: Doc, group: Group) -> bool:
    """ "No survivors" and the like may be one quantity with its noun inside."""
    last = doc[group.last]
    return last.tag_ in _COMMON and group.quantity.high == 0 and last.idx >= group.quantity.number_end


# ---------------------------------------------------------------- the noun behind it


def _right(doc: Doc, group: Group) -> Phrase | None:
    """The noun phrase that the number stands before; a noun that only follows by chance ("rose to 21 Sunday") is left
    alone."""
    i = skip_hyphened(doc, behind(doc, group))
    while i < len(doc) and _before_noun(doc[i]):
        i += 1
    phrase = right_phrase(doc, i) or _behind_compound(doc, i)
    if phrase is None or _no_noun(doc, phrase, i):
        return None
    return phrase if _belongs(doc, phrase.head, group, doc[i]) else None


def _behind_compound(doc: Doc, i: int) -> Phrase | None:
    """The noun behind a modifier that hyphens tie: "12 burnt-out tanks"."""
    j = i
    while j + 2 < len(doc) and doc[j + 1].text == "-" and not doc[j].whitespace_ and not doc[j + 1].whitespace_:
        j += 3
    if j == i or j >= len(doc) or doc[j].tag_ not in ("NN", "NNS"):
        return None
    phrase = right_phrase(doc, j)
    return None if phrase is None else Phrase(doc[i].idx, phrase.end, phrase.head)


def _before_noun(token: Token) -> bool:
    """Whether a token may stand between a number and the noun that it counts."""
    if token.tag_ in ("HYPH", "``", "''") or token.text in '“‘"':
        return True
    return token.lower_ in word_set("counted", "before_noun")


def _no_noun(doc: Doc, phrase: Phrase, i: int) -> bool:
    """Whether what follows a number only says when, or what became of those whom it counts."""
    head = phrase.head
    return (
        head.lower_.rstrip(".") in word_set("time", "days")
        or (head.dep_ == "npadvmod" and dimension(head.lemma_.lower()) == "time")
        or (doc[i] == head and head.lower_ in noun_words()["event"]["states"])
    )


def _belongs(doc: Doc, head: Token, group: Group, first: Token) -> bool:
    """Whether the noun behind a number hangs together with it; a subject or adverbial of its own may stand there by
    chance."""
    top = group.top
    inside = head.is_ancestor(top) or top.head == head or any(group.holds(t) for t in head.subtree) or head.head == top
    chance = head.dep_ in ("nsubj", "npadvmod", "nsubjpass") and not head.is_ancestor(doc[group.last])
    if inside or not chance:
        return True
    return first.tag_ in (*_COMMON, "JJ") and first.i == group.last + 1 and head.tag_ in _COMMON


# ---------------------------------------------------------------- a part of a whole


def _of_whole(doc: Doc, group: Group, after: int) -> Counted | None:
    """ "1,000 of the 11,000 men", "200 of them", "of whom 40": the whole's noun is counted."""
    i = after
    while i < len(doc) and (
        doc[i].tag_ in ("DT", "PRP$", "PDT") or doc[i].lower_ in word_set("counted", "before_whole")
    ):
        i += 1
    if i < len(doc) and _points(doc, i):
        return _of_those(doc, group, i)
    phrase = phrase_at(doc, i)
    while phrase is None and i < len(doc) and doc[i].tag_ in ("CD", "JJR", "IN", "RB"):
        i += 1
    by_state = _of_state(doc, group, i, phrase)
    if by_state is not None or phrase is None:
        return by_state
    following = doc[phrase.head.i + 1].lower_ if phrase.head.i + 1 < len(doc) else ""
    event = state_after(phrase.head) if following in word_set("counted", "before_state") else None
    outer = find_event(group.top) if group.top != phrase.head else find_event(phrase.head)
    return with_event(named(doc, phrase, What.WHOLE, 0.9), outer or event or find_event(phrase.head))


def _points(doc: Doc, i: int) -> bool:
    """Whether a pronoun stands for the whole: "of them", "of whom", "of these killed"."""
    if doc[i].tag_ in ("PRP", "WP") or doc[i].lower_ in word_set("counted", "pointing"):
        return True
    named_on = doc[i].tag_ in ("NN", "NNS", "JJ", "NNP", "NNPS", "CD")
    return doc[i - 1].lower_ in ("these", "those") and not named_on


def _of_those(doc: Doc, group: Group, i: int) -> Counted:
    """ "200 of them", "of whom 40 teachers", "three of those killed were firefighters"."""
    turned = i + 1 < len(doc) and doc[i].lower_ in ("them", "whom", "those", "these")
    phrase = right_phrase(doc, i + 1) if turned else None
    if phrase is not None and phrase.head.tag_ in _COMMON:
        return named(doc, phrase, What.BEHIND_OF_THEM, 0.85)
    state = state_after(doc[i - 1]) if doc[i - 1].lower_ in ("those", "these") else None
    predicate = _predicate(group)
    if state is None:
        clause = next((c for c in doc[i - 1].children if c.dep_ == "relcl" and c.i >= i and c.pos_ == "VERB"), None)
        state = event_of_verb(clause, "nsubj") if clause is not None and doc[i].lower_ == "who" else None
    if state is not None and predicate is not None:
        return with_event(named(doc, phrase_of(predicate), What.PREDICATE, 0.85), state)
    return with_event(unnamed(What.OF_THEM, 0.6), state or find_event(group.top))


def _of_state(doc: Doc, group: Group, i: int, phrase: Phrase | None) -> Counted | None:
    """ "43 of the injured were children", "40 of those killed": people by what became of them."""
    if i >= len(doc):
        return None
    words, token = noun_words()["event"], doc[i]
    past = token.tag_ == "VBN" and token.lemma_.lower() in words["of_people"]
    predicate = _predicate(group)
    state_alone = token.lower_ in words["states"] and (phrase is None or (phrase.head == token and predicate))
    if not ((phrase is None and past) or state_alone):
        return None
    outer, state = find_event(group.top), event_of_verb(token, "nsubjpass") if past else state_after(doc[i - 1])
    if predicate is not None:
        return with_event(named(doc, phrase_of(predicate), What.PREDICATE, 0.85), state)
    sure = outer is not None and outer.sure > 0.5
    return with_event(people(What.PEOPLE_OF_WHOLE, implied=False), outer if sure else state)


# ---------------------------------------------------------------- no noun at it


def _without_noun(doc: Doc, group: Group) -> Counted:
    """A number that stands alone: "300 killed", "the toll rose to 21", "we hired 500", "12 were injured"."""
    counted = _by_state(doc, group)
    if counted is not None:
        return counted
    after = doc[group.last + 1].lower_ if group.last + 1 < len(doc) else ""
    if after == "more" and group.top.dep_ in ("pobj", "nummod") and "with" in (t.lower_ for t in group.top.ancestors):
        return unnamed(What.PART_OF_EARLIER, 0.5)  # "in four states, with a dozen more to follow"
    if after == "without":
        return people(What.PEOPLE_WITHOUT)
    predicate = _predicate(group)
    if predicate is not None:
        return with_event(named(doc, phrase_of(predicate), What.PREDICATE, 0.8), event_of_noun(predicate))
    counted = _as_argument(group)
    if counted is not None:
        return counted
    if group.first and _OLD.search(doc.text[: doc[group.first].idx]):
        return unnamed(What.EARLIER, 0.5)
    return (
        _dead_put_at(group)
        or _after_headline_verb(doc, group)
        or _gapped(group)
        or _measured(doc, group)
        or _by_event(doc, group)
    )


_OLD = re.compile(r"\b(?:up|down|compared) (?:from|with|to) $")


def _by_state(doc: Doc, group: Group) -> Counted | None:
    """ "300 killed", "12 were injured": by the state that follows."""
    state, words = state_after(doc[group.last]), noun_words()["event"]
    if state is None:
        return None
    at_once = state.token.i == behind(doc, group)
    if not (group.top.dep_ in _STATED or group.top.dep_ != "pobj" or at_once):
        return None
    of_people = state.lemma in words["of_people"] or state.lemma == "casualty"
    return with_event(people(What.PEOPLE) if of_people else unnamed(What.ALONE, 0.4), state)


def _as_argument(group: Group) -> Counted | None:
    """ "We hired 500", "the blast killed 12": the number itself is an argument of the verb."""
    top, words = group.top, noun_words()
    if top.dep_ not in _ARGUMENTS:
        return None
    event = find_event(top)
    of_people = event is not None and (event.lemma in words["event"]["of_people"] or event.lemma == "casualty")
    if of_people or _confined(group):
        return with_event(people(What.PEOPLE), event)
    if top.dep_ != "dobj" or top.head.lemma_.lower() not in words["change"]["verbs"]:
        return with_event(unnamed(What.ALONE, 0.4), event)
    return None


def _measured(doc: Doc, group: Group) -> Counted | None:
    """By the roles that tell what an amount is of: "the toll rose to 21"."""
    found = measured_token(doc, group)
    if found is None or found.token is None:
        return None
    if found.token.lemma_.lower() in word_set("change", "pointing"):
        return unnamed(What.POINTS_BACK, 0.5)
    named_agent = group.top.dep_ == "dobj" and found.token.pos_ == "PROPN"
    if found.rule is What.SUBJECT and (found.sure < 0.8 or named_agent):  # "in the capital the left took 19"
        return with_event(unnamed(What.ALONE, 0.4), found.event)
    if found.rule is What.LIST:
        return unnamed(What.PART_OF_EARLIER, 0.4)
    if _is_loose(found) and (found.token.pos_ == "PROPN" or found.token.i > group.last):
        return with_event(unnamed(What.ALONE, 0.4), found.event)
    counted = named(doc, phrase_of(found.token), found.rule, found.sure, found.words)
    return with_event(counted, find_event(found.token) or found.event)


def _is_loose(found: Measured) -> bool:
    """Whether a rule fits amounts better than counts."""
    if found.rule in (What.STANDS_WITH, What.APPOSED, What.OBJECT, What.RECEIVER):
        return True
    return found.rule is What.SUBJECT_TAKEN and found.sure < 0.8


def _by_event(doc: Doc, group: Group) -> Counted:
    """People by the event of the clause; else a plural noun of a headline; else nothing."""
    event = find_event(group.top)
    if event is not None and event.lemma in noun_words()["event"]["of_people"]:
        return with_event(people(What.PEOPLE), event)
    before = noun_before(doc, group) if event is None else None
    if before is not None:
        return with_event(named(doc, phrase_of(before), What.BEFORE, 0.5), find_event(before))
    return with_event(unnamed(What.ALONE, 0.4), event)


def _confined(group: Group) -> bool:
    """Whether those of whom a clause tells are in hospital or in prison: "some 60 remain in hospital"."""
    verb = group.top.head
    if group.top.dep_ not in ("nsubj", "nsubjpass") or verb.pos_ not in ("VERB", "AUX"):
        return False
    places = word_set("measured", "confined")
    near = [t for c in verb.children if c.i > verb.i for t in (c, *c.children)]
    return any(t.dep_ == "pobj" and t.head.lower_ == "in" and t.lemma_.lower() in places for t in near)


def _predicate(group: Group) -> Token | None:
    """What those that a number counts are said to be: "12 were children"."""
    top = group.top
    if top.dep_ != "nsubj" or top.head.lemma_ != "be":
        return None
    plural = noun_words()["singular"]
    return next((t for t in top.head.children if t.dep_ == "attr" and (t.tag_ == "NNS" or t.lower_ in plural)), None)


def _dead_put_at(group: Group) -> Counted | None:
    """ "The union put the dead at 25", "with the number of dead at 25": the state before the number says of whom it
    speaks."""
    preposition, states = group.top.head, noun_words()["event"]["states"]
    if group.top.dep_ != "pobj" or preposition.lower_ not in word_set("counted", "put_at"):
        return None
    above = preposition.head
    direct = [above, *(t for t in above.children if t.dep_ in ("dobj", "nsubj") and t.i < preposition.i)]
    tokens = [t for t in direct if t.pos_ != "VERB"] + [
        inner for t in direct for of in t.children if of.lower_ == "of" for inner in of.children
    ]
    state = next((t for t in tokens if t.lower_ in states), None)
    if state is None:
        return None
    event = Event(states[state.lower_], state, "state that is reckoned", 0.9)
    return with_event(people(What.PEOPLE_PUT_AT, 0.8, implied=False), event)


def _after_headline_verb(doc: Doc, group: Group) -> Counted | None:
    """ "Mine Blast Kills 10; 80 Hurt": a headline's verb, which its capital hides from the parser."""
    before = doc[group.first - 1] if group.first else None
    if before is None or not before.is_title:
        return None
    lemma = before.lower_.removesuffix("s")
    if lemma not in noun_words()["event"]["of_people"]:
        return None
    return with_event(people(What.PEOPLE), Event(lemma, before, "verb of a headline", 0.8))


def _gapped(group: Group) -> Counted | None:
    """ "170,000 people in the north and 230,000 in the south": the noun of the number that it is coordinated with."""
    above = group.top.head
    if group.top.dep_ != "conj" or group.top.tag_ != "CD":
        return None
    noun = above
    if above.pos_ == "VERB":
        noun = next((t for t in above.children if t.dep_ in ("dobj", "nsubjpass")), above)
    if above.dep_ == "nummod":
        noun = above.head
    if noun.pos_ != "NOUN" or not any(t.dep_ == "nummod" for t in noun.children):
        return None
    return with_event(unnamed(What.GAP, 0.6), find_event(noun))


def noun_before(doc: Doc, group: Group) -> Token | None:
    """In headlines that the parser misreads, the plural noun that opens the sentence: "Cholera cases in Sarna double to
    3,400"."""
    for token in doc[: group.first]:
        if token.tag_ == "NNS" and token.dep_ in ("nsubj", "ROOT", "compound", "nmod", "npadvmod", "dep"):
            return token
        if token.tag_ in ("VBD", "VBZ", "VBP", "MD"):
            return None
    return None
