"""Headlines and leads that repeat a number of the body take from it what they do not say themselves (figures.md section
4).

A headline seldom says who counted, when or where; the sentence below that gives the same number of the same thing does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from processing.claims.counted.as_of import When
from processing.claims.counted.noun_phrase import word_set
from processing.claims.counted.place import plain_place
from processing.claims.document.document import Document
from processing.claims.draft import Draft
from schemas.records import Quantity

__all__ = ["repeat_body"]

_SURE = 0.75  # how surely the body's sentence speaks of the same number
_OPENING = 3  # paragraphs that can be a headline, a standfirst and a lead


def repeat_body(document: Document, drafts: Sequence[Draft]) -> None:
    """Fill in source, counted noun, day, period and place of headline and lead from the number of the body that they
    repeat."""
    opening = [p.index for p in document.paragraphs if not p.furniture][:_OPENING]
    for draft in drafts:
        if draft.paragraph not in opening or draft.speaker is None:
            continue
        twins = [d for d in drafts if d.paragraph > draft.paragraph and d.speaker is not None and _repeats(draft, d)]
        title = document.headline and draft.paragraph == 0
        if title or draft.speaker.source_status == "outlet":
            _take_source(draft, twins)
            _take_scene(draft, twins)
        else:
            _take_scene(draft, [t for t in twins if _one_voice(draft, t)])


def _one_voice(draft: Draft, twin: Draft) -> bool:
    """Whether the body's number has no other source than the lead's."""
    assert draft.speaker is not None
    assert twin.speaker is not None
    return twin.speaker.source_status == "outlet" or twin.speaker.head == draft.speaker.head


def _take_source(draft: Draft, twins: Sequence[Draft]) -> None:
    """The source ("Seoul says" is the spy agency of the text), where the body gives the number to one source alone; and
    the noun."""
    twin = next((d for d in twins if d.speaker is not None and d.speaker.source_status in ("named", "described")), None)
    if twin is None or twin.speaker is None or draft.speaker is None:
        return
    named, theirs = twin.counted, twin.speaker
    if (
        draft.counted.implied
        and named.what is not None
        and not named.implied
        and draft.counted.what in (None, "people")
    ):
        draft.counted = replace(
            draft.counted,
            what=named.what,
            head=named.head,
            qualifiers=named.qualifiers,
            rule="the number's noun in the body",
            sure=0.7,
        )
    if len({d.speaker.source for d in twins if d.speaker is not None and d.speaker.source}) == 1:
        draft.speaker = replace(
            draft.speaker,
            source=theirs.source,
            words=theirs.words,
            mention=theirs.mention,
            head=theirs.head,
            source_status=theirs.source_status,
            relay=theirs.relay,
            hedged=draft.speaker.hedged,
            rule="the number's source in the body",
            sure=_SURE,
        )


def _take_scene(draft: Draft, twins: Sequence[Draft]) -> None:
    """The day, the period and the place that the body states of the number, each where the opening has none and the
    body only one."""
    moment = draft.moment
    stated = [d.moment for d in twins if not d.moment.guess and d.moment.as_of is not None]
    if moment.guess and moment.rule is not When.OLD and len({m.as_of for m in stated}) == 1:
        moment = replace(stated[0], period=moment.period, rule=When.IN_BODY, sure=_SURE)
    periods = [d.moment.period for d in twins if d.moment.period is not None]
    if moment.period is None and len(set(periods)) == 1:
        moment = replace(moment, period=periods[0])
    draft.moment = moment
    places = [d.place for d in twins if d.place.name is not None]
    if draft.place.name is None and len({plain_place(p.name) for p in places}) == 1:
        draft.place = replace(places[0], rule="the number's place in the body", sure=_SURE)


def _core(quantity: Quantity) -> tuple[float | None, ...]:
    """The number(s) stated, whatever the bound."""
    low, high = quantity.low, quantity.high
    if quantity.approx in ("range", "vague"):
        return (low, high)
    if quantity.approx in ("nearly", "at_most", "less_than"):
        return (high,)
    if quantity.approx == "about" and low is not None and high is not None:
        return (round((low + high) / 2, 6),)
    return (low if low is not None else high,)


def _repeats(head: Draft, body: Draft) -> bool:
    """Whether a later number is the same one: equal value and unit, and the same thing or event as far as both are
    known."""
    if (
        head.quantity.unit != body.quantity.unit
        or _core(head.quantity) != _core(body.quantity)
        or head.quantity.approx == "vague"
    ):
        return False
    one, other = head.counted, body.counted
    same_event = (
        (one.event is not None and one.event == other.event)
        or {one.event, other.event} <= {"kill", "die", "death"}
        or {one.event, other.event} <= {"injure", "wound", "hurt"}
    )
    same_thing = one.head is not None and one.head == other.head
    people = (
        one.implied
        and one.head == "person"
        and other.head in word_set("people", "heads")
        and one.event not in word_set("people", "harm")
        and (body.quantity.low or 0) >= 10
    )
    return same_event or same_thing or people or one.head is None or other.head is None
