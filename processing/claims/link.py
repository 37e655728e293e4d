"""How claims of one text hang together (figures.md sections 2 and 4): part of a whole, the same number in another unit,
a headline that repeats the body, a counted thing named earlier, a number said to be corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from processing.claims.counted.counted import noun_of_sentence
from processing.claims.counted.noun_phrase import noun_words, word_set
from processing.claims.counted.place import Place, plain_place
from processing.claims.counted.what import What
from processing.claims.document.document import Document, Parses
from processing.claims.draft import Draft
from processing.claims.parts import inherit_event, tie_parts
from processing.claims.repeats import repeat_body
from processing.words import user_folders
from schemas.records import Quantity

__all__ = ["link_claims", "sentences_for_pronouns"]

_BOUNDS = {"at_least", "more_than", "at_most", "less_than", "about", "nearly"}


# shapes of what stands around a number, and the lists of [links] of nouns.toml that fill their gaps
_SET_AGAINST = (r"(?i)\b{}(?: the| its| an?)?(?: {})? ?$", "against", "official")
_NO_NOUN = (r"(?i) ?(?:[.,;)\]]|$|{}\b)", "no_noun")
_BRINGS = (r",? {} the (?:[\w'’-]+ ){{0,3}}?{}\b", "brings", "totals")
_CORRECTION = (r"(?i)\b{}\b", "corrects")


def _matcher(shape: str, *lists: str) -> re.Pattern[str]:
    """A shape with its gaps filled by the words of lists."""
    return _made(shape, lists, user_folders())


@lru_cache(maxsize=16)
def _made(shape: str, lists: tuple[str, ...], _folders: tuple[Path, ...]) -> re.Pattern[str]:
    words = noun_words()["links"]
    return re.compile(shape.format(*(f"(?:{'|'.join(map(re.escape, words[name]))})" for name in lists)))


def link_claims(document: Document, drafts: Sequence[Draft], parses: Parses) -> list[Draft]:
    """The drafts, in text order, with counted things filled in from earlier ones, links set and headlines given the
    body's source."""
    made = list(drafts)
    _fill_pronouns(document, parses, made)
    _fill_units(document, made)
    _fill_wholes(made)
    _fill_implied(made)
    _mark_growth(document, made)
    _tie_conversions(made)
    tie_parts(document, made)
    inherit_event(made)
    _share_place(made)
    _mark_corrections(document, made)
    repeat_body(document, made)
    return made


# ---------------------------------------------------------------- counted things named earlier


def sentences_for_pronouns(document: Document, drafts: Sequence[Draft]) -> set[int]:
    """The sentences that `link_claims` will parse: those before a pronoun that an amount is of."""
    wanted = {d.sentence - 1 for d in drafts if d.counted.pronoun is not None and d.sentence > 0}
    return {i for i in wanted if not document.paragraphs[document.sentences[i].paragraph].furniture}


def _fill_pronouns(document: Document, parses: Parses, drafts: Sequence[Draft]) -> None:
    """ "The outage began at three. It lasted six hours": what the sentence before is about."""
    ready = sentences_for_pronouns(document, drafts)
    for draft in drafts:
        if draft.counted.pronoun is None or draft.sentence - 1 not in ready:
            continue
        noun = noun_of_sentence(parses[draft.sentence - 1], draft.counted.pronoun)
        if noun is not None:
            draft.counted = replace(
                draft.counted,
                what=noun.what,
                head=noun.head,
                qualifiers=noun.qualifiers,
                rule=noun.rule,
                sure=noun.sure,
                implied=False,
            )


_WHOLES = 3  # sentences back in which the whole of a share is looked for


def _fill_wholes(drafts: Sequence[Draft]) -> None:
    """ "Half of nurses sleep badly. One in nine has dozed": a share without its noun is of the whole of the share
    before it, else of the people or things counted before."""
    for index, draft in enumerate(drafts):
        if draft.counted.by is not What.WHOLE_BEFORE:
            continue
        near = [d for d in reversed(drafts[max(0, index - 12) : index]) if d.sentence >= draft.sentence - _WHOLES]
        named = [d for d in near if d.counted.what is not None and d.quantity.aspect == "level"]
        shares = [d for d in named if d.quantity.unit == "share" and d.counted.by in _OF_WHOLE]
        counts = [d for d in named if d.quantity.unit == "count" and d.counted.span is not None]
        base = next(iter(shares or counts), None)
        if base is not None:
            counted = base.counted
            draft.counted = replace(
                draft.counted,
                what=counted.what,
                head=counted.head,
                qualifiers=counted.qualifiers,
                sure=0.6,
                implied=False,
            )


_OF_WHOLE = (What.WHOLE_IN_FRONT, What.OF, What.BETWEEN, What.BEHIND, What.WHOLE_BEFORE)
_SAME_SCALE = 50.0  # "25,000 litres, not 40,000"; "9 million litres, not 14" leaves its scale open


def _fill_units(document: Document, drafts: list[Draft]) -> None:
    """Give a bare number that is set against a measure or an amount that one's unit: "25,000 litres of acid, not
    40,000"."""
    for base, draft in pairwise(drafts):
        old, new = base.quantity, draft.quantity
        if base.sentence != draft.sentence or new.unit != "count" or old.unit in ("count", "share", "times"):
            continue
        sentence = document.sentences[draft.sentence]
        between, behind = (
            sentence.flat[base.end - sentence.start : draft.start - sentence.start],
            sentence.flat[draft.end - sentence.start :],
        )
        small, large = sorted((old.low or old.high or 0.0, new.low or new.high or 0.0))
        if (
            small > 0
            and large / small < _SAME_SCALE
            and _matcher(*_SET_AGAINST).search(between)
            and _matcher(*_NO_NOUN).match(behind)
        ):
            draft.quantity = replace(new, unit=old.unit)
            counted = base.counted
            draft.counted = replace(
                draft.counted,
                what=counted.what,
                span=counted.span,
                head=counted.head,
                qualifiers=counted.qualifiers,
                implied=False,
            )


def _fill_implied(drafts: list[Draft]) -> None:
    """Give a number without a noun the noun of an earlier number: in its sentence first, then of the same event, in the
    paragraph before too."""
    for index, draft in enumerate(drafts):
        counted = draft.counted
        if (
            not counted.implied
            or (draft.quantity.unit != "count" and counted.by is not What.OF_THEM)
            or (draft.quantity.low not in (None, int(draft.quantity.low or 0)) and draft.quantity.unit == "count")
            or draft.quantity.approx == "vague"
        ):
            continue
        base = _antecedent(drafts, index)
        if base is None and counted.what is None and counted.by is not What.NOTHING:
            behind = [
                d for d in drafts[index + 1 : index + 4] if d.sentence == draft.sentence and d.quantity.unit == "count"
            ]
            base = next((d for d in behind if d.counted.what and not d.counted.implied), None)
        if base is None:
            continue
        draft.counted = replace(
            counted,
            what=base.counted.what,
            head=base.counted.head,
            qualifiers=base.counted.qualifiers,
            sure=0.7,
            rule=f"{counted.rule}, noun of an earlier number",
            event=counted.event or base.counted.event,
            event_rule=counted.event_rule or "as the earlier number",
            event_sure=counted.event_sure or 0.5,
        )


def _antecedent(drafts: Sequence[Draft], index: int) -> Draft | None:
    draft = drafts[index]
    people = draft.counted.head == "person"
    for other in reversed(drafts[max(0, index - 12) : index]):
        counted = other.counted
        if (
            draft.counted.by is What.OF_THEM
            and other.quantity.unit == "count"
            and counted.what is not None
            and counted.head is not None
            and other.sentence >= draft.sentence - 1
        ):
            return other
        if other.quantity.unit != "count" or counted.what is None or counted.head is None:
            continue
        if people and counted.head not in word_set("people", "heads"):
            continue
        if people and counted.head == "person" and not counted.qualifiers:
            if other.sentence == draft.sentence:
                return None
            continue
        small = (other.quantity.high or other.quantity.low or 0) * 100 < (draft.quantity.low or 0)
        if small and (draft.counted.event in (None, other.counted.event) or draft.counted.head is None):
            continue  # "1.2 million people in six provinces, including 310,000"
        if other.sentence == draft.sentence:
            return other
        if other.paragraph < draft.paragraph - (4 if draft.counted.by is What.OF_THEM else 1) or other.heading:
            return None
        if not people or other.paragraph == draft.paragraph:
            near = other.sentence >= draft.sentence - (4 if draft.counted.by is What.OF_THEM else 2)
            if near and (not people or _shares_scope(other, draft)):
                return other
    return None


def _shares_scope(other: Draft, draft: Draft) -> bool:
    """Whether a number of people in a later sentence can mean the people named before: both concern harm."""
    return other.counted.event in word_set("people", "harm") and draft.counted.event in word_set("people", "harm")


def _mark_growth(document: Document, drafts: list[Draft]) -> None:
    """ "Two passengers died overnight, bringing the toll to 15": the two are what the toll grew by."""
    for draft in drafts:
        sentence = document.sentences[draft.sentence]
        behind = sentence.flat[draft.end - sentence.start :]
        found = _matcher(*_BRINGS).search(behind)
        if (
            found is not None
            and not re.search(r"\d", behind[: found.start()])
            and draft.quantity.unit == "count"
            and draft.quantity.aspect == "level"
        ):
            draft.quantity = replace(draft.quantity, aspect="change", change="up")
            draft.rules["aspect"] = "what brings a total to another number"


# ---------------------------------------------------------------- conversions, parts


def _tie_conversions(drafts: list[Draft]) -> None:
    """A bracketed conversion is the same as the number before it and takes over its bound and what it measures."""
    places = {(d.start, d.end): i for i, d in reversed(list(enumerate(drafts)))}
    for draft in drafts:
        base = places.get(draft.converts) if draft.converts is not None else None
        if base is None:
            continue
        origin = drafts[base]
        draft.same_as = base
        draft.rules["same_as"], draft.sure["same_as"] = "conversion in brackets", 0.95
        first = origin.counted
        draft.counted = replace(
            draft.counted,
            what=first.what,
            span=first.span,
            head=first.head,
            qualifiers=first.qualifiers,
            event=first.event,
            event_at=first.event_at,
            rule="as the number it converts",
            event_rule=first.event_rule,
            sure=first.sure,
            event_sure=first.event_sure,
            concepts=first.concepts,
        )
        if draft.quantity.approx == "exact" and origin.quantity.approx in _BOUNDS:
            draft.quantity = _with_bound(draft.quantity, origin.quantity)
        if origin.quantity.per and not draft.quantity.per:
            draft.quantity = replace(draft.quantity, per=origin.quantity.per)
        if origin.quantity.aspect == "change":
            draft.quantity = replace(draft.quantity, aspect="change", change=origin.quantity.change)


def _with_bound(quantity: Quantity, like: Quantity) -> Quantity:
    """An exact quantity with the bound of another (figures.md section 3)."""
    value = quantity.low if quantity.low is not None else quantity.high
    if value is None:
        return quantity
    low: float | None
    high: float | None
    match like.approx:
        case "at_least" | "more_than":
            low, high = value, None
        case "at_most" | "less_than":
            low, high = (0.0 if like.low is not None else None), value
        case "nearly":
            low, high = 0.9 * value, value
        case _:
            low, high = 0.9 * value, 1.1 * value
    return replace(quantity, low=low, high=high, approx=like.approx, low_open=like.low_open, high_open=like.high_open)


# ---------------------------------------------------------------- place


def _share_place(drafts: Sequence[Draft]) -> None:
    """Where all claims of a text that know a place know the same one, claims of the same kind of event without a place
    take it."""
    names = {plain_place(d.place.name) for d in drafts if d.place.name is not None and (d.place.sure or 0) >= 0.6}
    if len(names) != 1:
        return
    donors = [d for d in drafts if d.place.name is not None and (d.place.sure or 0) >= 0.6]
    for draft in drafts:
        if (
            draft.place.name is None
            and draft.counted.event is not None
            and any(_same_event(draft.counted.event, d.counted.event) for d in donors)
        ):
            draft.place = Place(donors[0].place.name, "the text's only place, same event", 0.5)


def _same_event(one: str, other: str | None) -> bool:
    return one == other or (one in word_set("people", "harm") and other in word_set("people", "harm"))


# ---------------------------------------------------------------- corrections


def _mark_corrections(document: Document, drafts: Sequence[Draft]) -> None:
    """A number in a sentence that says that a number is corrected or revised."""
    for draft in drafts:
        if _matcher(*_CORRECTION).search(document.sentences[draft.sentence].flat):
            draft.correction = True
            draft.rules["correction"] = "words of correction in the sentence"
