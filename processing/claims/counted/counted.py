"""What a quantity counts or measures, and the event that selects it (figures.md section 4).

`read_counted` looks at one parsed sentence and its quantities and answers for each of them: the noun phrase as written,
its head, what narrows it, the event's lemma, and the words that say what the number is about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from processing.claims.counted.antecedent import main_noun, measured_pronoun, noun_for
from processing.claims.counted.concepts import read_concepts
from processing.claims.counted.coordinated import (
    about_both,
    change_behind_level,
    level_led_to,
    noun_of_earlier,
    second_of_pair,
    share_of_same_whole,
)
from processing.claims.counted.counts import noun_before, of_count
from processing.claims.counted.event import Event, event_of_noun, event_of_verb, find_event
from processing.claims.counted.left_out import LeftOut, read_left_out
from processing.claims.counted.measured import measured_token
from processing.claims.counted.noun_phrase import (
    Group,
    Phrase,
    find_group,
    head_lemma,
    noun_words,
    phrase_of,
)
from processing.claims.counted.place import read_place
from processing.claims.counted.thing import Counted, as_other, named, unnamed, with_event
from processing.claims.counted.what import Measured, What
from processing.measures import dimension
from schemas.records import Quantity

if TYPE_CHECKING:
    from processing.claims.document.tree import Doc

__all__ = ["Counted", "noun_of_sentence", "read_counted", "read_denied"]

_COUNTS = {"count"}


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
            found.append(Counted(by=What.NO_TOKEN, rule=What.NO_TOKEN.value))
            continue
        if index and _converts(doc, quantities[index - 1], group):
            found.append(replace(found[-1], by=What.IN_BRACKET, rule=What.IN_BRACKET.value))
            continue
        counted = of_count(doc, group) if quantity.unit in _COUNTS else _of_measure(doc, group, found)
        twin = _other_number(counted, groups, index)
        if twin is not None and twin > index and dimension(quantities[twin].unit) == "time":
            later.append((index, twin))
        if twin is not None:
            counted = as_other(found[twin], What.BESIDE) if twin < index else unnamed(What.NOTHING)
        counted = _from_gap(doc, shared.get(index), quantities, found, counted)
        counted = second_of_pair(doc, quantities, found, index, counted)
        counted = noun_of_earlier(quantities, found, index, counted)
        counted = level_led_to(doc, quantities, found, index, counted)
        counted = share_of_same_whole(quantities, found, group, counted)
        counted = change_behind_level(doc, quantities, found, index, counted)
        concepts = about_both(doc, quantities, found, index, counted)
        found.append(replace(counted, concepts=concepts or read_concepts(doc, group, counted.span)))
    _fill_neighbours(doc, quantities, found)
    for index, twin in later:
        span = found[twin].span
        if span is not None and span[1] <= quantities[index].start:
            found[index] = as_other(found[twin], What.TIME_BEHIND)  # "priced at $2 billion two years ago"
    return found


_CONVERTED = re.compile(r"\s*[(\[](?:or |about |roughly |some |around |approximately |nearly |US|A|C)*", re.IGNORECASE)

_SAME_SHARE = re.compile(r"[^.,;:()]{1,60}[(\[]")
_OF_PRODUCT = re.compile(r" of (?:[\w’'-]+ ){0,3}?[\w’'-]+ [(\[](?:or |about |roughly |some |around |nearly )*")


def _converts(doc: Doc, before: Quantity, group: Group) -> bool:
    """Whether a number stands in brackets behind another and says the same; a measure behind a count may say of itself
    what it is of ("60 truckloads (1,100 tonnes) of gravel")."""
    quantity = group.quantity
    between = doc.text[before.end : quantity.start]
    if before.unit == "share" and dimension(quantity.unit) == "money" and _OF_PRODUCT.fullmatch(between):
        return True
    ratio = before.unit == quantity.unit == "share" and before.unit_text is None and quantity.unit_text is not None
    if ratio and _SAME_SHARE.fullmatch(between):
        return True  # "six in ten Danes back the bridge (58%)"
    if _CONVERTED.fullmatch(between) is None:
        return False
    if before.unit != "count" or quantity.unit == "count":
        return True
    found = measured_token(doc, group)
    return found is None or found.rule not in (What.OF, What.COMPLEMENT)


_SUSPENDED = re.compile(r"-\s*(?:,|and\b|or\b|to\b)")


def _fill_neighbours(doc: Doc, quantities: Sequence[Quantity], found: list[Counted]) -> None:
    """An old value without a noun is of its new one's ("from 6.1 to 5.4 percent"), a new one of its old one's ("from 61
    pupils to 14"); a number with a suspended hyphen of the next one's ("two-, three- and four-blade decks")."""
    for index in range(len(found) - 2, -1, -1):
        quantity, after = quantities[index], quantities[index + 1]
        old = quantity.old_of is not None and quantity.unit == after.unit
        suspended = quantity.unit == after.unit and _SUSPENDED.match(doc.text, quantity.end) is not None
        if ((old and found[index].what is None) or suspended) and found[index + 1].what is not None:
            by = What.NEW_VALUE if old else What.HYPHEN
            found[index] = replace(as_other(found[index + 1], by), concepts=found[index].concepts)
        elif old and found[index].by is What.BEHIND and found[index + 1].by is not What.BEHIND:
            other = as_other(found[index], What.OLD_VALUE)
            found[index + 1] = replace(other, concepts=found[index + 1].concepts)


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
    own = base.by is What.GAP or (base.span is not None and base.span[0] >= quantity.end)  # "48 seats"
    if left_out.subject is None or own or _is_object(doc, base):
        made = as_other(base, What.GAP, 0.8)
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
    phrase = Phrase(subject[0].idx, subject[-1].idx + len(subject[-1]), head)
    stands_in = named(doc, phrase, What.GAP_SUBJECT, 0.8)
    return replace(stands_in, event=base.event, event_at=base.event_at, event_rule=base.event_rule, event_sure=0.6)


def _is_object(doc: Doc, base: Counted) -> bool:
    """Whether what the earlier number is of is no subject that another one could replace in a gap ("the treasury
    forecasts a surplus of A$4 billion, the budget office A$1.5 billion")."""
    if base.by not in (What.OBJECT, What.NOUN_WITH) or base.span is None:
        return False
    inside = [t for t in doc if base.span[0] <= t.idx < base.span[1]]
    head = next((t for t in inside if not base.span[0] <= t.head.idx < base.span[1]), None)
    return head is not None and head.dep_ in ("dobj", "pobj")


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


# ---------------------------------------------------------------- money, shares, measures


def _of_measure(doc: Doc, group: Group, earlier: Sequence[Counted]) -> Counted:
    """What an amount, share or measure is of."""
    measured = measured_token(doc, group)
    before = noun_before(doc, group) if measured is None and group.quantity.unit == "times" else None
    if before is not None:
        return with_event(named(doc, phrase_of(before), What.BEFORE, 0.5), find_event(before))
    if measured is None:
        return _of_pronoun(doc, group)
    if measured.rule in (What.WHOLE_BEFORE, What.OF_THEM):
        sure = 0.5 if measured.rule is What.WHOLE_BEFORE else 0.6
        return with_event(unnamed(measured.rule, sure), _event_over(group))
    if measured.token is None:  # the same as the quantity before
        base = earlier[-1] if earlier else Counted()
        return replace(base, by=measured.rule, rule=measured.rule.value)
    return with_event(
        named(doc, _phrase(doc, group, measured), measured.rule, measured.sure, measured.words),
        event_of_noun(measured.token) or measured.event or _event_over(group) or find_event(measured.token),
    )


def _of_pronoun(doc: Doc, group: Group) -> Counted:
    """What a pronoun stands for, where nothing else is named; in a list under a label the label's noun ("Rainfall: 61
    mm at Ellis, 48 mm at Carrick")."""
    event = event_of_verb(group.top.head, group.top.dep_) if group.top.head.pos_ == "VERB" else None
    pronoun = measured_pronoun(group)
    noun = noun_for(pronoun) if pronoun is not None else None
    if noun is not None:
        stood_for = named(doc, phrase_of(noun), What.FOR_PRONOUN, 0.6)
        return with_event(replace(stood_for, span=None), event)
    if pronoun is not None:
        return with_event(unnamed(What.PRONOUN, pronoun=pronoun.lower_), event)
    return with_event(unnamed(What.NOTHING), event)


def _phrase(doc: Doc, group: Group, measured: Measured) -> Phrase:
    assert measured.token is not None
    if measured.rule is not What.BEHIND:
        return phrase_of(measured.token)
    start, end = doc[group.last + 1].idx, measured.token.idx + len(measured.token)
    lead = doc.text[start:end]
    return Phrase(start + len(lead) - len(lead.lstrip("-–— ")), end, measured.token)


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
    return None if noun is None else named(doc, phrase_of(noun), What.SENTENCE_BEFORE, 0.5)


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
