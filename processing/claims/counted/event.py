"""The event that selects what a number counts: "kill" in "300 soldiers were killed" (figures.md section 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from processing.claims.counted.noun_phrase import noun_words, word_set

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = ["Event", "event_of_noun", "event_of_verb", "find_event", "state_after"]

_VERBS = ("VERB", "AUX")
_DEVERBAL = (
    "tion",
    "sion",
    "ment",
    "ance",
    "ence",
    "ing",
    "val",
    "sal",
    "ure",
    "age",
    "ery",
    "loss",
    "theft",
    "release",
    "arrest",
    "purchase",
    "sale",
)


@dataclass(frozen=True, slots=True)
class Event:
    """An event's lemma and the token that names it, with the rule that found it and how sure it is (0..1)."""

    lemma: str
    token: Token
    rule: str
    sure: float


def _states() -> dict[str, str]:
    states: dict[str, str] = noun_words()["event"]["states"]
    return states


def _loose_particle(verb: Token) -> str | None:
    """A particle right behind the verb that the parser took for an adverb or a preposition without an object: "claw
    back", "walk out"."""
    if verb.i + 1 >= len(verb.doc):
        return None
    token = verb.doc[verb.i + 1]
    if token.lower_ == "down" and verb.lemma_.lower() in (
        "shoot",
        "shut",
        "burn",
        "tear",
        "break",
        "gun",
        "close",
        "bring",
    ):
        return "down"
    if (
        token.lower_ in ("back", "away", "out", "off")
        and token.head == verb
        and token.dep_ in ("advmod", "prep", "prt")
        and not any(t.dep_ == "pobj" for t in token.children)
    ):
        return str(token.lower_)
    return None


def _lemma(verb: Token) -> str:
    """The verb's lemma with its particle ("shoot down"); states and participles by the word data ("dead": die)."""
    state = _states().get(verb.lower_)
    if state is not None:
        return state
    particle = next((t.lower_ for t in verb.children if t.dep_ == "prt"), None) or _loose_particle(verb)
    lemma = noun_words()["event"]["lemmas"].get(verb.lemma_.lower(), verb.lemma_.lower())
    return f"{lemma} {particle}" if particle else lemma


def event_of_noun(head: Token) -> Event | None:
    """The event that a noun names by itself ("40 deaths", "the death toll", "cholera cases"); None for things and
    people."""
    words = noun_words()["event"]
    lemma = head.lemma_.lower()
    if lemma in words["totals"]:
        return Event(words["totals"][lemma], head, "noun of a total", 0.9)
    if lemma in words["nouns"]:
        return Event(lemma, head, "event noun", 0.9)
    if lemma == "case":
        for token in head.children:
            if token.dep_ in ("compound", "amod", "nmod") and token.tag_ in ("NN", "NNS", "NNP") and token.i < head.i:
                return Event(token.lemma_.lower(), token, "kind of case", 0.8)
            if token.dep_ == "prep" and token.lower_ == "of":
                inner = next((t for t in token.children if t.dep_ == "pobj"), None)
                if inner is not None:
                    return Event(inner.lemma_.lower(), inner, "kind of case", 0.8)
    return None


def state_after(doc_token: Token) -> Event | None:
    """The state or participle that follows a number or its noun at once: "26 dead", "300 soldiers killed", "9 others
    missing"."""
    doc, i = doc_token.doc, doc_token.i + 1
    while i < len(doc) and doc[i].lower_ in word_set("counted", "before_what_befell"):
        i += 1
    if i >= len(doc):
        return None
    token = doc[i]
    if token.lower_ in ("made", "left", "rendered") and i + 1 < len(doc) and doc[i + 1].lower_ in _states():
        token = doc[i + 1]  # "were made homeless"
    if token.lower_ in _states():
        return _pair(token)
    if token.lemma_.lower() in noun_words()["event"]["belief"] and _deeper(token) is not None:
        return event_of_verb(token, "nsubjpass")  # "are presumed dead", "are listed as missing"
    if token.tag_ in ("VBN",) and token.dep_ in ("acl", "ROOT", "conj", "ccomp", "relcl", "amod", "advcl", "xcomp"):
        return Event(_displacing(token) or _lemma(token), token, "participle after the noun", 0.85)
    return None


def _displacing(verb: Token) -> str | None:
    """ "displace" for verbs that make people leave where they live ("driven from their homes", "forced out of the
    village"), else None."""
    words = noun_words()["event"]
    lemma = verb.lemma_.lower()
    if lemma not in words["displacing"]:
        return None
    if lemma == "leave":
        left = any(t.dep_ == "dobj" and t.lemma_.lower() in ("home", "house") for t in verb.children)
        made = any(t.lower_ == "to" and t.dep_ == "aux" for t in verb.children) and verb.head.lemma_.lower() in (
            "have",
            "force",
            "order",
            "tell",
        )
        return "displace" if left and made else None
    if any(t.dep_ == "prt" and t.lower_ == "out" for t in verb.children) or _loose_particle(verb) == "out":
        return "displace"
    for token in verb.subtree:
        if token.lower_ in ("from", "of", "off") and token.i > verb.i and token.dep_ == "prep":
            place = next((t for t in token.children if t.dep_ == "pobj"), None)
            if place is not None and place.lemma_.lower() in words["abodes"]:
                return "displace"
    return None


def _forced(verb: Token) -> Token | None:
    """The verb that somebody is made to do: "forced 300 people to flee"; the small parser hangs it on the verb or on
    its object."""
    if verb.lemma_.lower() not in noun_words()["event"]["forcing"]:
        return None
    for token in verb.subtree:
        if token.i > verb.i and token.tag_ == "VB" and token.dep_ in ("xcomp", "ccomp", "relcl", "acl", "advcl"):
            near = token.head == verb or (token.head.head == verb and token.head.dep_ in ("dobj", "nsubj"))
            if near and any(t.lower_ == "to" and t.dep_ == "aux" for t in token.children):
                return token
    return None


def _among(verb: Token) -> Event | None:
    """The state of those among whom somebody is: "among the dead were seven nurses", "of the injured, 11 were in
    intensive care", "nine were among those killed"."""
    for token in verb.children:
        if token.dep_ == "prep" and token.lower_ in ("among", "of", "amongst"):
            whole = next((t for t in token.children if t.dep_ == "pobj"), None)
            state = _state_of(whole) if whole is not None else None
            if state is not None:
                return state
    return None


def _of_those_included(verb: Token) -> Event | None:
    """The state of those who include somebody: "the dead include nine foreigners", "those arrested included 30
    students"."""
    whole = next((t for t in verb.children if t.dep_ in ("nsubj", "nsubjpass") and t.i < verb.i), None)
    if whole is None:
        return None
    return _state_of(whole) or event_of_noun(whole)


def _state_of(whole: Token) -> Event | None:
    """What became of people called by it: "the dead", "the 61 killed", "those arrested"."""
    if whole.lower_ in _states():
        return Event(_states()[whole.lower_], whole, "state of the whole", 0.85)
    behind = next(
        (t for t in whole.children if t.i == whole.i + 1 and (t.lower_ in _states() or t.tag_ == "VBN")), None
    )
    if behind is None or not (whole.lower_ in ("those", "people") or whole.like_num):
        return None
    return Event(_states().get(behind.lower_) or _lemma(behind), behind, "state of the whole", 0.85)


def _pair(token: Token) -> Event:
    """A state, or "casualty" where it is one of several joined for one number: "3,000 killed or wounded", "killed, hurt
    or missing"."""
    words = noun_words()["event"]
    joined = _listed(token)
    if joined & {*words["dying"]} and joined & {*words["hurting"]}:
        return Event("casualty", token, "killed or wounded", 0.9)
    return Event(_states()[token.lower_], token, "state after the noun", 0.9)


def _listed(token: Token) -> set[str]:
    """The states of a list that starts with a state, for one number: nothing but commas, "or", "and" and auxiliaries
    between them."""
    found = {_states()[token.lower_]}
    doc, i = token.doc, token.i + 1
    while i < len(doc):
        if doc[i].lower_ in _states() and doc[i - 1].lower_ not in _states():
            found.add(_states()[doc[i].lower_])
        elif doc[i].lower_ not in word_set("counted", "between_states"):
            break
        i += 1
    return found


def _deeper(verb: Token, skip: Token | None = None) -> Token | None:
    """What a verb of belief or a light verb leaves to another: "believed to have been killed", "left 40 injured"."""
    for child in verb.children:
        if (
            child.dep_ == "prep"
            and child.lower_ == "as"
            and (named := next((t for t in child.children if t.lower_ in _states()), None)) is not None
        ):
            return named  # "are listed as missing"
        if (
            child.i > verb.i
            and child != skip
            and child.dep_ in ("xcomp", "oprd", "acomp", "ccomp", "advcl")
            and (child.pos_ in _VERBS or child.lower_ in _states())
        ):
            if child.dep_ in ("ccomp", "advcl") and any(t.dep_ in ("nsubj", "nsubjpass") for t in child.children):
                continue
            return child
    return None


def event_of_verb(verb: Token, role: str) -> Event | None:
    """The event of the verb that governs a counted noun in `role` (a dependency label); goes through light verbs and
    verbs of belief."""
    words = noun_words()["event"]
    reached = _through(verb)
    if isinstance(reached, Event):
        return reached
    verb, lemma = reached, reached.lemma_.lower()
    if lemma == "take" and any(t.dep_ == "dobj" and t.lower_ == "part" for t in verb.children):
        return Event("take part", verb, "governing verb", 0.85)
    if verb.pos_ not in _VERBS or not lemma.isalpha():
        return None
    if _displacing(verb) is not None:
        return _joined(verb)
    if lemma == "be" and (among := _among(verb)) is not None:
        return among
    if lemma == "include" and role.startswith("nsubj"):
        return None  # "the 61 victims include nine children"
    if lemma in words["containing"] and role == "dobj" and (among := _of_those_included(verb)) is not None:
        return among
    if lemma in words["light"] or lemma == "be":
        return _beside_light_verb(verb, lemma, role)
    return _joined(verb)


def _through(verb: Token) -> Token | Event:
    """The verb that carries the meaning, at most four steps below verbs of belief, light verbs and verbs that force
    ("thought to be dead"); the event where a state is met on the way."""
    words = noun_words()["event"]
    for step in range(4):
        if verb.lower_ in _states() and verb.pos_ not in ("NOUN", "PROPN"):
            return _joined(verb)
        lemma = verb.lemma_.lower()
        if step and lemma == "be":
            state = next(
                (t for t in verb.children if t.dep_ in ("acomp", "attr", "oprd") and t.lower_ in _states()), None
            )
            if state is not None:
                return Event(_states()[state.lower_], state, "state after a verb of belief", 0.85)
        inner = _deeper(verb) if lemma in words["belief"] or lemma in words["light"] else None
        if inner is None and (forced := _forced(verb)) is not None and _displacing(verb) is None:
            inner = forced
        if inner is None:
            return verb
        verb = inner
    return verb


def _beside_light_verb(verb: Token, lemma: str, role: str) -> Event | None:
    """The event that a light verb or "be" leaves to the noun or state beside it; the verb itself, unsure, where none
    is there; None for "be"."""
    noun = next((t for t in verb.children if t.dep_ in ("nsubj", "attr", "dobj", "nsubjpass")), None)
    itself = Event(_lemma(verb), verb, "light verb", 0.3) if lemma != "be" else None
    if role in ("dobj", "attr") and noun is not None and noun.dep_.startswith("nsubj"):
        named = event_of_noun(noun)
        if named is None and noun.pos_ == "NOUN" and lemma in noun_words()["event"]["containing"]:
            named = Event(noun.lemma_.lower(), noun, "subject of a light verb", 0.5)
        return named or itself
    if role.startswith("nsubj") and noun is not None:
        other = next((t for t in verb.children if t.dep_ in ("attr", "acomp")), None)
        if other is not None:
            state = Event(_states()[other.lower_], other, "state", 0.8) if other.lower_ in _states() else None
            return event_of_noun(other) or state
    return itself


def _joined(verb: Token) -> Event:
    """The verb, or "casualty" where it joins killing and wounding over one number ("killed or wounded 3,000
    soldiers")."""
    words = noun_words()["event"]
    lemma = _displacing(verb) or _lemma(verb)
    family = {*words["dying"], *words["hurting"]}
    if lemma in family:
        others = [t for t in verb.children if t.dep_ == "conj"] + ([verb.head] if verb.dep_ == "conj" else [])
        for other in others:
            between = verb.doc[min(verb.i, other.i) + 1 : max(verb.i, other.i)]
            alone = all(t.lower_ in ("or", "and", ",", "have", "been", "were") for t in between)
            if alone and _lemma(other) in family and (_lemma(other) in words["dying"]) != (lemma in words["dying"]):
                return Event("casualty", verb, "killed or wounded", 0.85)
    return Event(lemma, verb, "governing verb", 0.85)


def _climb(token: Token) -> Token:
    """From a later member of a coordination to its first, whose role all share ("549 drones and 55 missiles")."""
    while token.dep_ in ("conj", "appos") and token.head.pos_ in ("NOUN", "PROPN", "NUM", "PRON", "ADJ", "SYM"):
        token = token.head
    return token


def _modifier_event(noun: Token) -> Event | None:
    """A participle or relative clause on the noun: "men sent from", "people who were killed", "cameras installed"."""
    for child in noun.children:
        if child.dep_ == "acl" and child.i > noun.i and child.tag_ in ("VBN", "VBG", "JJ"):
            return event_of_verb(child, "nsubjpass")
    for child in noun.children:
        if child.dep_ == "relcl" and child.pos_ in _VERBS:
            return event_of_verb(child, "nsubj")
    return None


def _is_whole_of_number(noun: Token) -> bool:
    """Whether a counted noun is only the whole that another number is taken of: of "none of the 12 hostages has been
    freed" the verb is said of none, not of twelve."""
    preposition = noun.head
    if noun.dep_ != "pobj" or preposition.lower_ != "of" or not any(t.dep_ == "nummod" for t in noun.children):
        return False
    part = preposition.head
    return bool(part.tag_ == "CD" or part.lower_ in ("none", "neither"))


def find_event(noun: Token) -> Event | None:
    """The event of a counted noun (or of the number where no noun is named): the noun itself, a state behind it, its
    governing verb or noun, else a participle or clause on it. None where nothing says."""
    if _is_whole_of_number(noun):
        return event_of_noun(noun) or _modifier_event(noun)
    own = event_of_noun(noun) or state_after(noun)
    if own is not None:
        return own
    token = _climb(noun)
    governor, role = token.head, token.dep_
    event: Event | None = None
    if (
        role in ("nsubj", "nsubjpass", "dobj", "attr", "agent", "oprd", "npadvmod", "dative", "ccomp")
        and governor.pos_ in _VERBS
    ) or (governor.lower_ in _states() and role.startswith("nsubj")):
        event = event_of_verb(governor, role)
    elif role == "pobj":
        event = _by_preposition(token)
    if event is None or event.sure <= 0.5:
        event = _modifier_event(noun) or (_modifier_event(token) if token != noun else None) or event
    if event is None and governor.pos_ in _VERBS and role not in ("ROOT",):
        event = event_of_verb(governor, role)
    return event


def _by_preposition(token: Token) -> Event | None:
    """Through a preposition: "the death of 12 people", "rose to 21", "fired at 40 towns"."""
    preposition = token.head
    above = preposition.head
    if above.dep_ == "prep":
        above = above.head
    if above.pos_ in ("NOUN", "PROPN"):
        named = event_of_noun(above)
        if named is not None:
            return named
        outer = _climb(above)
        if (
            preposition.lower_ == "of"
            and outer.head.pos_ in _VERBS
            and outer.dep_ in ("nsubj", "nsubjpass", "dobj", "attr")
        ):
            return event_of_verb(outer.head, outer.dep_)
        return (
            Event(above.lemma_.lower(), above, "governing noun", 0.4)
            if above.tag_ == "NN" and preposition.lower_ in ("of", "by") and above.lower_.endswith(_DEVERBAL)
            else None
        )
    if above.lower_ in _states():
        return Event(_lemma(above), above, "state", 0.7)
    return event_of_verb(above, "pobj") if above.pos_ in _VERBS else None
