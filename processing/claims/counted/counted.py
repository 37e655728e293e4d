"""What a quantity counts or measures, and the event that selects it (figures.md section 4).

`read_counted` looks at one parsed sentence and its quantities and answers for each of them: the noun phrase as written,
its head, what narrows it, the event's lemma, and the words that say what the number is about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from processing.claims.counted.antecedent import main_noun, measured_pronoun, noun_for
from processing.claims.counted.concepts import read_concepts
from processing.claims.counted.coordinated import about_both, second_of_pair, share_of_same_whole
from processing.claims.counted.event import Event, event_of_noun, event_of_verb, find_event, state_after
from processing.claims.counted.left_out import LeftOut, read_left_out
from processing.claims.counted.measured import WHOLE_BEFORE, measured_token
from processing.claims.counted.noun_phrase import (
    Group,
    Phrase,
    behind,
    find_group,
    head_lemma,
    noun_words,
    phrase_at,
    phrase_of,
    right_phrase,
    skip_hyphened,
    word_set,
)
from processing.claims.counted.place import read_place
from processing.measures import dimension
from schemas.records import Quantity

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc, Token

__all__ = ["Counted", "noun_of_sentence", "read_counted", "read_denied"]

_COUNTS = {"count"}
_GAP = "noun left out"


@dataclass(frozen=True, slots=True)
class Counted:
    """What one quantity counts. Offsets count characters of the parsed sentence.

    `what` is the noun phrase as written without the number, None where the sentence does not name it; then `implied`
    says that an earlier noun of the article is meant ("we hired 500"). `head` is its lemma in lower case, `qualifiers`
    are the lower-case words that narrow it, `event` is a lemma. `concepts` are the content words that the number is
    about. `pronoun` is what stands for the counted thing where no noun of the sentence does. `sure` is 0..1."""

    what: str | None = None
    span: tuple[int, int] | None = None
    head: str | None = None
    qualifiers: tuple[str, ...] = ()
    event: str | None = None
    event_at: int | None = None
    concepts: tuple[str, ...] = ()
    implied: bool = False
    pronoun: str | None = None
    rule: str = ""
    event_rule: str = ""
    sure: float | None = None
    event_sure: float | None = None


def read_counted(
    doc: Doc, quantities: Sequence[Quantity], *, shared: Mapping[int, LeftOut] | None = None
) -> list[Counted]:
    """One `Counted` a quantity, in the same order. Quantities' offsets count characters of `doc.text`.

    `shared`: what they leave out, by their indexes; None reads it anew.
    """
    groups = [find_group(doc, quantity) for quantity in quantities]
    shared = read_left_out(doc, quantities) if shared is None else shared
    found: list[Counted] = []
    later: list[tuple[int, int]] = []
    for index, (quantity, group) in enumerate(zip(quantities, groups, strict=True)):
        if group is None:
            found.append(Counted(rule="no token"))
            continue
        if index and _CONVERTED.fullmatch(doc.text[quantities[index - 1].end : quantity.start]):
            found.append(replace(found[-1], rule="as the number before the bracket"))
            continue
        counted = _of_count(doc, group) if quantity.unit in _COUNTS else _of_measure(doc, group, found)
        twin = _other_number(counted, groups, index)
        if twin is not None and twin > index and dimension(quantities[twin].unit) == "time":
            later.append((index, twin))
        if twin is not None:
            counted = (
                replace(found[twin], rule="as the number beside it")
                if twin < index
                else Counted(implied=True, rule="nothing named")
            )
        counted = _from_gap(doc, shared.get(index), quantities, found, counted)
        counted = second_of_pair(doc, quantities, found, index, counted)
        counted = share_of_same_whole(quantities, found, group, counted)
        concepts = about_both(doc, quantities, found, index, counted)
        found.append(replace(counted, concepts=concepts or read_concepts(doc, group, counted.span)))
    _fill_neighbours(doc, quantities, found)
    for index, twin in later:
        span = found[twin].span
        if span is not None and span[1] <= quantities[index].start:
            found[index] = replace(found[twin], rule="as the time behind it")  # "priced at $2 billion two years ago"
    return found


_SUSPENDED = re.compile(r"-\s*(?:,|and\b|or\b|to\b)")


def _fill_neighbours(doc: Doc, quantities: Sequence[Quantity], found: list[Counted]) -> None:
    """An old value without a noun is of its new one's ("from 6.1 to 5.4 percent"); a number with a suspended hyphen of
    the next one's ("two-, three- and four-blade decks")."""
    for index in range(len(found) - 2, -1, -1):
        quantity, after = quantities[index], quantities[index + 1]
        old = quantity.old_of is not None and quantity.unit == after.unit and found[index].what is None
        suspended = quantity.unit == after.unit and _SUSPENDED.match(doc.text, quantity.end) is not None
        if (old or suspended) and found[index + 1].what is not None:
            rule = "as the new value" if old else "noun behind a suspended hyphen"
            found[index] = replace(found[index + 1], rule=rule, concepts=found[index].concepts)


def _from_gap(
    doc: Doc, left_out: LeftOut | None, quantities: Sequence[Quantity], found: Sequence[Counted], counted: Counted
) -> Counted:
    """What a number counts that shares its noun, or its verb, with an earlier one: the earlier noun, or the subject
    that stands in the gap where the earlier number measures its subject."""
    if left_out is None or left_out.unit_alone:
        return counted
    base, quantity = found[left_out.base], quantities[left_out.base]
    if base.what is None and left_out.subject is None:
        return counted
    own = base.rule == _GAP or (base.span is not None and base.span[0] >= quantity.end)  # "48 seats"
    if left_out.subject is None or own:
        made = replace(base, rule=_GAP, sure=0.8)
        if counted.event is None:
            return made
        return replace(
            made,
            event=counted.event,
            event_at=counted.event_at,
            event_rule=counted.event_rule,
            event_sure=counted.event_sure,
        )
    subject = doc[left_out.subject[0] : left_out.subject[1] + 1]
    head = next((t for t in reversed(subject) if t.pos_ in ("NOUN", "PROPN")), subject[-1])
    named = _named(doc, Phrase(subject[0].idx, subject[-1].idx + len(subject[-1]), head), "subject of a gap", 0.8)
    return replace(named, event=base.event, event_at=base.event_at, event_rule=base.event_rule, event_sure=0.6)


_CONVERTED = re.compile(r"\s*[(\[](?:or |about |roughly |some |around |approximately |nearly |US|A|C)*", re.IGNORECASE)


def _other_number(counted: Counted, groups: Sequence[Group | None], index: int) -> int | None:
    """The index of another quantity whose own words were taken for what this one counts; None where none was."""
    if counted.span is None:
        return None
    for place, group in enumerate(groups):
        if (
            place != index
            and group is not None
            and group.quantity.start < counted.span[1]
            and counted.span[1] <= group.quantity.end
        ):
            return place
    return None


def _with_event(counted: Counted, event: Event | None) -> Counted:
    if event is None:
        return counted
    return replace(counted, event=event.lemma, event_at=event.token.idx, event_rule=event.rule, event_sure=event.sure)


def _named(doc: Doc, phrase: Phrase, rule: str, sure: float) -> Counted:
    """The phrase as the counted thing."""
    lead = doc.text[phrase.start : phrase.end]
    phrase = Phrase(phrase.start + len(lead) - len(lead.lstrip(" |•·:–—")), phrase.end, phrase.head)
    opened = doc.text[phrase.start - 1 : phrase.start]
    if opened in ("“", "‘", '"') and {"“": "”", "‘": "’", '"': '"'}[opened] in lead:
        phrase = Phrase(phrase.start - 1, phrase.end, phrase.head)  # "“zombie” firms"
    return Counted(
        doc.text[phrase.start : phrase.end],
        (phrase.start, phrase.end),
        head_lemma(phrase.head),
        _qualifiers(phrase),
        rule=rule,
        sure=sure,
    )


def _qualifiers(phrase: Phrase) -> tuple[str, ...]:
    """What narrows the head, lower case, in text order: adjectives and nouns before it (runs of capitals as one) and
    "other"."""
    found: list[str] = []
    previous: Token | None = None
    for token in phrase.head.doc:
        if phrase.start <= token.idx < phrase.head.idx and token.tag_ in (
            "JJ",
            "JJR",
            "JJS",
            "NN",
            "NNP",
            "NNPS",
            "VBN",
            "VBG",
            "NNS",
        ):
            word = (
                token.lower_
                if token.tag_ in ("NNP", "NNPS", "JJ", "JJR", "JJS", "VBN", "VBG")
                else token.lemma_.lower()
            )
            if (
                previous is not None
                and previous.i == token.i - 1
                and token.text[:1].isupper()
                and previous.text[:1].isupper()
            ):
                found[-1] = f"{found[-1]} {word}"
            else:
                found.append(word)
            previous = token
    if phrase.head.lower_ == "others":
        found.append("other")
    return tuple(dict.fromkeys(found))


# ---------------------------------------------------------------- counts


def _of_count(doc: Doc, group: Group) -> Counted:
    """What a plain count counts."""
    after = behind(doc, group)
    if after < len(doc) and doc[after].lower_ == "of":
        counted = _of_whole(doc, group, after + 1)
        if counted is not None:
            return counted
    if group.quantity.unit == "count" and _inside_noun(doc, group):
        return _with_event(
            _named(doc, phrase_of(doc[group.last]), "number in the noun", 0.6), find_event(doc[group.last])
        )
    phrase = _right(doc, group)
    if phrase is not None:
        rule = "noun after the number"
        return _with_event(_named(doc, phrase, rule, 0.95), find_event(phrase.head))
    return _without_noun(doc, group)


def _inside_noun(doc: Doc, group: Group) -> bool:
    """ "No survivors" and the like may be one quantity with its noun inside."""
    return (
        doc[group.last].tag_ in ("NNS", "NN")
        and group.quantity.high == 0
        and doc[group.last].idx >= group.quantity.number_end
    )


def _right(doc: Doc, group: Group) -> Phrase | None:
    """The noun phrase that the number stands before; a noun that only follows by chance ("rose to 21 Sunday") is left
    alone."""
    i = skip_hyphened(doc, behind(doc, group))
    while (
        i < len(doc)
        and (
            doc[i].tag_ in ("HYPH", "``", "''")
            or doc[i].text in '“‘"'
            or doc[i].lower_ in ("more", "additional", "further", "such", "of", "the", "these", "those", "-")
        )
        and doc[i].lower_ != "of"
    ):
        i += 1
    phrase = right_phrase(doc, i)
    if (
        phrase is None
        or _is_day(phrase.head)
        or (phrase.head.dep_ == "npadvmod" and dimension(phrase.head.lemma_.lower()) == "time")
        or (doc[i] == phrase.head and phrase.head.lower_ in noun_words()["event"]["states"])
    ):
        return None
    head, governor = phrase.head, doc[group.last]
    top = group.top
    inside = head.is_ancestor(top) or top.head == head or any(group.holds(t) for t in head.subtree) or head.head == top
    if not inside and head.dep_ in ("nsubj", "npadvmod", "nsubjpass") and not head.is_ancestor(governor):
        first = doc[i]
        return (
            phrase
            if first.tag_ in ("NNS", "NN", "JJ") and first.i == group.last + 1 and head.tag_ in ("NNS", "NN")
            else None
        )
    return phrase


def _is_day(token: Token) -> bool:
    return token.lower_.rstrip(".") in word_set("time", "days")


def _of_whole(doc: Doc, group: Group, after: int) -> Counted | None:
    """ "1,000 of the 11,000 men", "200 of them", "of whom 40": the whole's noun is counted."""
    i = after
    while i < len(doc) and (
        doc[i].tag_ in ("DT", "PRP$", "PDT")
        or doc[i].lower_ in ("about", "some", "more", "than", "at", "least", "estimated", "around")
    ):
        i += 1
    if (
        i < len(doc) and (doc[i].tag_ in ("PRP", "WP") or doc[i].lower_ in ("these", "those", "whom", "which", "them"))
    ) or (
        i < len(doc)
        and doc[i - 1].lower_ in ("these", "those")
        and doc[i].tag_ not in ("NN", "NNS", "JJ", "NNP", "NNPS", "CD")
    ):
        behind = (
            right_phrase(doc, i + 1)
            if i + 1 < len(doc) and doc[i].lower_ in ("them", "whom", "those", "these")
            else None
        )
        if behind is not None and behind.head.tag_ in ("NNS", "NN"):
            return _named(doc, behind, "noun behind of them", 0.85)
        state = state_after(doc[i - 1]) if doc[i - 1].lower_ in ("those", "these") else None
        predicate = _predicate(group)
        if state is not None and predicate is not None:  # "three of those killed were firefighters"
            return _with_event(_named(doc, phrase_of(predicate), "predicate noun", 0.85), state)
        return _with_event(Counted(implied=True, rule="of them", sure=0.6), state or find_event(group.top))
    phrase = phrase_at(doc, i)
    while phrase is None and i < len(doc) and doc[i].tag_ in ("CD", "JJR", "IN", "RB"):
        i += 1
    past = i < len(doc) and doc[i].tag_ == "VBN" and doc[i].lemma_.lower() in noun_words()["event"]["of_people"]
    state_alone = (
        i < len(doc)
        and doc[i].lower_ in noun_words()["event"]["states"]
        and (phrase is None or (phrase.head == doc[i] and _predicate(group) is not None))
    )
    if (phrase is None and past) or state_alone:
        outer, state = find_event(group.top), event_of_verb(doc[i], "nsubjpass") if past else state_after(doc[i - 1])
        predicate = _predicate(group)
        if predicate is not None:  # "43 of the injured were children"
            return _with_event(_named(doc, phrase_of(predicate), "predicate noun", 0.85), state)
        return _with_event(
            Counted("people", None, "person", rule="people by the state of the whole", sure=0.7),
            outer if outer is not None and outer.sure > 0.5 else state,
        )
    if phrase is None:
        return None
    event = (
        state_after(phrase.head)
        if phrase.head.i + 1 < len(doc) and doc[phrase.head.i + 1].lower_ in ("were", "have", "had", "was", "are")
        else None
    )
    outer = find_event(group.top) if group.top != phrase.head else find_event(phrase.head)
    return _with_event(_named(doc, phrase, "noun of the whole", 0.9), outer or event or find_event(phrase.head))


def _without_noun(doc: Doc, group: Group) -> Counted:
    """A number that stands alone: "300 killed", "the toll rose to 21", "we hired 500", "12 were injured"."""
    words = noun_words()
    state = state_after(doc[group.last])
    verb_role = group.top.dep_ in ("nsubj", "nsubjpass", "dobj", "ROOT", "conj", "dep", "npadvmod", "nummod", "appos")
    if state is not None and (verb_role or group.top.dep_ != "pobj" or state.token.i == behind(doc, group)):
        return _with_event(
            _people(state)
            if state.lemma in words["event"]["of_people"] or state.lemma == "casualty"
            else Counted(implied=True, rule="number alone", sure=0.4),
            state,
        )
    after = doc[group.last + 1].lower_ if group.last + 1 < len(doc) else ""
    if after == "without":
        return Counted("people", None, "person", rule="people without", implied=True, sure=0.7)
    predicate = _predicate(group)
    if predicate is not None:
        return _with_event(_named(doc, phrase_of(predicate), "predicate noun", 0.8), event_of_noun(predicate))
    if group.top.dep_ in ("nsubj", "nsubjpass", "dobj", "dative"):
        event = find_event(group.top)
        if event is not None and (event.lemma in words["event"]["of_people"] or event.lemma == "casualty"):
            return _with_event(_people(event), event)
        if group.top.dep_ != "dobj" or group.top.head.lemma_.lower() not in words["change"]["verbs"]:
            return _with_event(Counted(implied=True, rule="number alone", sure=0.4), event)
    if group.first and re.search(r"\b(?:up|down|compared) (?:from|with|to) $", doc.text[: doc[group.first].idx]):
        return Counted(implied=True, rule="old value of an earlier number", sure=0.5)
    special = _dead_put_at(group) or _after_headline_verb(doc, group) or _gapped(group)
    if special is not None:
        return special
    measured = measured_token(doc, group)
    if measured is not None and measured.token is not None:
        if measured.token.lemma_.lower() in words["change"]["pointing"]:
            return Counted(implied=True, rule="a noun that points back", sure=0.5)
        loose = measured.rule in ("noun that it stands with", "apposition", "object of the verb") or (
            measured.rule.startswith("subject of") and measured.sure < 0.8
        )
        if measured.rule == "subject of the verb" and measured.sure < 0.8:  # "in the capital the left took 19"
            return _with_event(Counted(implied=True, rule="number alone", sure=0.4), measured.event)
        if measured.rule in ("noun with including", "noun with like", "noun with among"):
            return _with_event(Counted(implied=True, rule="part of an earlier number", sure=0.4), None)
        if loose and (measured.token.pos_ == "PROPN" or measured.token.i > group.last):
            return _with_event(Counted(implied=True, rule="number alone", sure=0.4), measured.event)
        phrase = phrase_of(measured.token)
        counted = _named(doc, phrase, measured.rule, measured.sure)
        return _with_event(counted, find_event(measured.token) or measured.event)
    event = find_event(group.top)
    if event is not None and event.lemma in words["event"]["of_people"]:
        return _with_event(_people(event), event)
    before = _noun_before(doc, group) if event is None else None
    if before is not None:
        return _with_event(_named(doc, phrase_of(before), "noun before the number", 0.5), find_event(before))
    return _with_event(Counted(implied=True, rule="number alone", sure=0.4), event)


def _predicate(group: Group) -> Token | None:
    """What those that a number counts are said to be: "12 were children"."""
    top = group.top
    if top.dep_ != "nsubj" or top.head.lemma_ != "be":
        return None
    return next(
        (
            t
            for t in top.head.children
            if t.dep_ == "attr" and (t.tag_ == "NNS" or t.lower_ in noun_words()["singular"])
        ),
        None,
    )


def _dead_put_at(group: Group) -> Counted | None:
    """ "The union put the dead at 25", "with the number of dead at 25": the state before the number says of whom it
    speaks."""
    preposition = group.top.head
    if group.top.dep_ != "pobj" or preposition.lower_ not in ("at", "to", "above", "past", "beyond", "from"):
        return None
    above = preposition.head
    direct = [above, *(t for t in above.children if t.dep_ in ("dobj", "nsubj") and t.i < preposition.i)]
    tokens = [t for t in direct if t.pos_ != "VERB"] + [
        inner for t in direct for of in t.children if of.lower_ == "of" for inner in of.children
    ]
    state = next((t for t in tokens if t.lower_ in noun_words()["event"]["states"]), None)
    if state is None:
        return None
    return _with_event(
        Counted("people", None, "person", rule="people by the state that is reckoned", sure=0.8),
        Event(noun_words()["event"]["states"][state.lower_], state, "state that is reckoned", 0.9),
    )


def _after_headline_verb(doc: Doc, group: Group) -> Counted | None:
    """ "Mine Blast Kills 10; 80 Hurt": a headline's verb, which its capital hides from the parser."""
    before = doc[group.first - 1] if group.first else None
    if before is None or not before.is_title:
        return None
    lemma = before.lower_.removesuffix("s")
    if lemma not in noun_words()["event"]["of_people"]:
        return None
    return _with_event(
        Counted("people", None, "person", rule="people by the event", implied=True, sure=0.7),
        Event(lemma, before, "verb of a headline", 0.8),
    )


def _gapped(group: Group) -> Counted | None:
    """ "170,000 people in the north and 230,000 in the south": the noun of the number that it is coordinated with."""
    above = group.top.head
    noun = (
        next((t for t in above.children if t.dep_ in ("dobj", "nsubjpass")), above) if above.pos_ == "VERB" else above
    )
    if above.dep_ == "nummod":
        noun = above.head
    if (
        group.top.dep_ != "conj"
        or group.top.tag_ != "CD"
        or noun.pos_ != "NOUN"
        or not any(t.dep_ == "nummod" for t in noun.children)
    ):
        return None
    return _with_event(Counted(implied=True, rule="noun left out", sure=0.6), find_event(noun))


def _noun_before(doc: Doc, group: Group) -> Token | None:
    """In headlines that the parser misreads, the plural noun that opens the sentence: "Cholera cases in Sarna double to
    3,400"."""
    for token in doc[: group.first]:
        if token.tag_ == "NNS" and token.dep_ in ("nsubj", "ROOT", "compound", "nmod", "npadvmod", "dep"):
            return token
        if token.tag_ in ("VBD", "VBZ", "VBP", "MD"):
            return None
    return None


def _people(event: Event) -> Counted:
    """People, whom these events select where no noun is named; an earlier noun of the article may say more."""
    return Counted("people", None, "person", rule="people by the event", implied=True, sure=0.7)


# ---------------------------------------------------------------- money, shares, measures


def _of_measure(doc: Doc, group: Group, earlier: Sequence[Counted]) -> Counted:
    """What an amount, share or measure is of."""
    measured = measured_token(doc, group)
    before = _noun_before(doc, group) if measured is None and group.quantity.unit == "times" else None
    if before is not None:
        return _with_event(_named(doc, phrase_of(before), "noun before the number", 0.5), find_event(before))
    if measured is None:
        event = event_of_verb(group.top.head, group.top.dep_) if group.top.head.pos_ == "VERB" else None
        pronoun = measured_pronoun(group)
        noun = noun_for(pronoun) if pronoun is not None else None
        if noun is not None:
            named = _named(doc, phrase_of(noun), "subject that a pronoun stands for", 0.6)
            return _with_event(replace(named, span=None), event)
        if pronoun is not None:
            return _with_event(Counted(implied=True, rule="of a pronoun", pronoun=pronoun.lower_), event)
        return _with_event(Counted(implied=True, rule="nothing named", sure=None), event)
    if measured.rule == WHOLE_BEFORE:
        return _with_event(Counted(implied=True, rule=WHOLE_BEFORE, sure=0.5), _event_over(group))
    if measured.rule == "of them":
        return _with_event(Counted(implied=True, rule="of them", sure=0.6), _event_over(group))
    if measured.token is None:  # the same as the quantity before
        base = earlier[-1] if earlier else Counted()
        return replace(base, rule=measured.rule, sure=base.sure)
    phrase = (
        Phrase(doc[group.last + 1].idx, measured.token.idx + len(measured.token), measured.token)
        if measured.rule == "noun after the number"
        else phrase_of(measured.token)
    )
    if measured.rule == "noun after the number":
        lead = doc.text[phrase.start : phrase.end]
        trimmed = lead.lstrip("-–— ")
        phrase = Phrase(phrase.start + len(lead) - len(trimmed), phrase.end, phrase.head)
    return _with_event(
        _named(doc, phrase, measured.rule, measured.sure),
        event_of_noun(measured.token) or measured.event or _event_over(group) or find_event(measured.token),
    )


def _event_over(group: Group) -> Event | None:
    """The event of the verb that the amount itself is an argument of."""
    top = group.top
    if top.dep_ in ("dobj", "nsubj", "nsubjpass", "attr", "dative") and top.head.pos_ == "VERB":
        return event_of_verb(top.head, top.dep_)
    if top.dep_ == "pobj" and top.head.head.pos_ == "VERB":
        return event_of_verb(top.head.head, "pobj")
    return None


def noun_of_sentence(doc: Doc, pronoun: str) -> Counted | None:
    """What a pronoun of the next sentence stands for, as a counted thing; None where the sentence has no such noun."""
    noun = main_noun(doc, pronoun)
    return None if noun is None else _named(doc, phrase_of(noun), "subject of the sentence before", 0.5)


def read_denied(doc: Doc, start: int, end: int) -> tuple[str | None, str | None, str | None]:
    """Of denied words (offsets in `doc.text`): the event's lemma, the head of the noun it selects, and the place, each
    None where unclear."""
    inside = [t for t in doc if start <= t.idx < end]
    verbs = [t for t in inside if t.pos_ == "VERB" and t.lemma_.lower() not in noun_words()["event"]["belief"]]
    nouns = [t for t in inside if t.pos_ == "NOUN" and t.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj", "attr")]
    event = next((e for noun in nouns if (e := event_of_noun(noun))), None) or next(
        (e for verb in verbs if (e := event_of_verb(verb, "dobj"))), None
    )
    head = next((head_lemma(t) for t in nouns if event is None or t != event.token), None)
    place = read_place(doc, start, event.token.idx if event else None)
    return (event.lemma if event else None), head, place.name
