"""How claims of one text hang together (figures.md sections 2 and 4): part of a whole, the same number in another unit, a
headline that repeats the body, a counted thing named earlier, a number said to be corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from processing.claims.counted import Counted
from processing.claims.document import Document
from processing.claims.phrase import word_set
from processing.claims.place import Place
from processing.claims.time import Moment
from schemas.records import Quantity

if TYPE_CHECKING:
    from processing.claims.speaker import Speaker

__all__ = ["Draft", "link_claims"]

_BOUNDS = {"at_least", "more_than", "at_most", "less_than", "about", "nearly"}


@dataclass(slots=True)
class Draft:
    """A claim in the making. Offsets count characters of the document; `part_of` and `same_as` are indexes of drafts."""

    sentence: int
    paragraph: int
    heading: bool
    start: int
    end: int
    quantity: Quantity
    counted: Counted
    moment: Moment
    place: Place
    converts: tuple[int, int] | None = None
    speaker: Speaker | None = None
    correction: bool = False
    part_of: int | None = None
    same_as: int | None = None
    sure: dict[str, float | None] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)


def link_claims(document: Document, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts, in text order, with counted things filled in from earlier ones, links set and headlines given the body's source."""
    made = list(drafts)
    _fill_implied(document, made)
    _tie_conversions(made)
    for index in range(len(made)):
        _tie_part(document, made, index)
        if _goes_round(made, index):
            made[index].part_of = None
    _inherit_event(made)
    _share_place(made)
    _mark_corrections(document, made)
    _repeat_sources(document, made)
    return made


# ---------------------------------------------------------------- counted things named earlier


def _fill_implied(document: Document, drafts: list[Draft]) -> None:
    """Give a number without a noun the noun of an earlier number: in its sentence first, then of the same event, in the paragraph before too."""
    for index, draft in enumerate(drafts):
        counted = draft.counted
        if (
            not counted.implied
            or (draft.quantity.unit != "count" and counted.rule != "of them")
            or (draft.quantity.low not in (None, int(draft.quantity.low or 0)) and draft.quantity.unit == "count")
            or draft.quantity.approx == "vague"
        ):
            continue
        base = _antecedent(drafts, index)
        if base is None and counted.what is None and counted.rule != "nothing named":
            behind = [d for d in drafts[index + 1 : index + 4] if d.sentence == draft.sentence and d.quantity.unit == "count"]
            base = next((d for d in behind if d.counted.what and not d.counted.implied), None)
        if base is None:
            continue
        draft.counted = replace(
            counted, what=base.counted.what, head=base.counted.head, qualifiers=base.counted.qualifiers, sure=0.7,
            rule=f"{counted.rule}, noun of an earlier number",
            event=counted.event or base.counted.event, event_rule=counted.event_rule or "as the earlier number", event_sure=counted.event_sure or 0.5,
        )  # fmt: skip


def _antecedent(drafts: Sequence[Draft], index: int) -> Draft | None:
    draft = drafts[index]
    people = draft.counted.head == "person"
    for other in reversed(drafts[max(0, index - 12) : index]):
        counted = other.counted
        if (
            draft.counted.rule == "of them"
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
        if other.sentence == draft.sentence:
            if (other.quantity.high or 0) * 100 < (draft.quantity.low or 0) and draft.counted.event in (None, other.counted.event):
                continue  # "1.2 million people in six provinces, including 310,000"
            return other
        if other.paragraph < draft.paragraph - (4 if draft.counted.rule == "of them" else 1) or other.heading:
            return None
        if not people or other.paragraph == draft.paragraph:
            near = other.sentence >= draft.sentence - (4 if draft.counted.rule == "of them" else 2)
            if near and (not people or _shares_scope(other, draft)):
                return other
    return None


def _shares_scope(other: Draft, draft: Draft) -> bool:
    """Whether a number of people in a later sentence can mean the people named before: both concern harm."""
    return other.counted.event in word_set("people", "harm") and draft.counted.event in word_set("people", "harm")


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
            draft.counted, what=first.what, span=first.span, head=first.head, qualifiers=first.qualifiers, event=first.event, event_at=first.event_at,
            rule="as the number it converts", event_rule=first.event_rule, sure=first.sure, event_sure=first.event_sure, concepts=first.concepts,
        )  # fmt: skip
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


_N_OF_M = re.compile(
    r"(?:out )?of |(?:[\w’'-]+ ){0,3}?(?:out )?of (?:all |some )?"
    r"(?:the|its|their|these|those|his|her|our|a total of|an?|(?:[\w.-]+ ){0,2}[\w.-]+['’]s?) "
    r"(?:initial |original |total |estimated |roughly |some |about |remaining |first )?",
    re.I,
)
_OF_WHOM = re.compile(r"\bof (?:whom|which)\b|\b(?:among|including|of) (?:them|these|those)\b|\bincluding\b|\bamong them\b", re.I)


def _tie_part(document: Document, drafts: list[Draft], index: int) -> None:
    """ "1,000 of the 11,000 men", "4,000 casualties, of whom 1,000 ...", "12 people, including three children"."""
    draft = drafts[index]
    if draft.part_of is not None or draft.same_as is not None:
        return
    sentence = document.sentences[draft.sentence]
    after = drafts[index + 1] if index + 1 < len(drafts) and drafts[index + 1].sentence == draft.sentence else None
    if after is not None and after.start >= draft.end:
        between = sentence.flat[draft.end - sentence.start : after.start - sentence.start]
        if _N_OF_M.fullmatch(between.lstrip()) and draft.quantity.unit in (after.quantity.unit, "share"):
            _tie(draft, index + 1, "N of the M", 0.95)
            return
    before = next((i for i in range(index - 1, -1, -1) if drafts[i].sentence == draft.sentence and drafts[i].same_as is None), None)
    lead = sentence.flat[: draft.start - sentence.start]
    if before is not None:
        base = drafts[before]
        between = sentence.flat[base.end - sentence.start : draft.start - sentence.start]
        mark = list(_OF_WHOM.finditer(between))
        behind = between[mark[-1].end() :] if mark else ""
        if mark and not _comparable(base, draft):  # "1.2 million people in six provinces, including 310,000 in ..."
            earlier = [i for i in range(before - 1, -1, -1) if drafts[i].sentence == draft.sentence and _comparable(drafts[i], draft)]
            before = earlier[0] if earlier else before
            base = drafts[before]
        if mark and _comparable(base, draft) and len(behind) <= 40 and not re.search(r"[.;,)]", behind):
            above = base.part_of
            whole = above if above is not None and above < before and base.rules.get("part_of") == mark[-1][0].lower() else before
            _tie(draft, whole, f"{mark[-1][0].lower()}", 0.85)
            return
        if (
            re.search(r"(?:^|[,;] )of (?:the|these|those|its|their|some|about)? *$", sentence.flat[: base.start - sentence.start], re.I)
            and _comparable(base, draft)
            and len(between) < 80
        ):
            _tie(draft, before, "of the M, N", 0.9)
            return
        linked = drafts[before]
        if (
            linked.part_of is not None
            and linked.rules.get("part_of", "").startswith(("including", "of whom", "among"))
            and re.fullmatch(r"[^.;:]{0,60}?(?:,| and|,? and) ?", between)
        ):
            tail = re.sub(r"[\w’'-]+", "", between).strip()
            if tail in ("", ",") and len(between.split()) <= 4:
                _tie(draft, linked.part_of, linked.rules["part_of"], 0.7)
                return
    if draft.counted.rule.startswith(("of them", "noun behind of them")) or re.search(
        r"\b(?:of whom|of these|of those|of them|among them)\b[^.]{0,20}$", lead, re.I
    ):
        whole_at = next(
            (
                i
                for i in range(index - 1, -1, -1)
                if drafts[i].sentence >= draft.sentence - 1
                and drafts[i].paragraph == draft.paragraph
                and _comparable(drafts[i], draft)
                and drafts[i].part_of is None
            ),
            None,
        )
        if whole_at is None and draft.quantity.unit == "count":  # a part that is larger than its whole is said all the same, by mistake
            whole_at = next(
                (
                    i
                    for i in range(index - 1, -1, -1)
                    if drafts[i].sentence == draft.sentence and drafts[i].quantity.unit == "count" and _is_kin(drafts[i].counted.head, draft.counted.head)
                ),
                None,
            )
        if whole_at is not None:
            _tie(draft, whole_at, "of them", 0.7)
    elif (
        before is not None
        and ("—" in lead[-12:] or "–" in lead[-12:] or lead.rstrip().endswith((" -", ":")))
        and drafts[before].quantity.unit == draft.quantity.unit == "count"
    ):
        base = drafts[before]
        if _is_kin(base.counted.head, draft.counted.head) and (draft.quantity.high or 0) <= (base.quantity.high or float("inf")):
            _tie(draft, before, "listed after a dash", 0.7)


def _goes_round(drafts: Sequence[Draft], index: int) -> bool:
    """Whether a claim is, through its wholes, a part of itself."""
    seen, at = {index}, drafts[index].part_of
    while at is not None and at not in seen:
        seen.add(at)
        at = drafts[at].part_of
    return at is not None


_CHILDREN = {"child", "daughter", "son", "boy", "girl", "baby", "infant"}


def _is_kin(whole: str | None, part: str | None) -> bool:
    """Whether things of the second name can be some of the first."""
    if whole is None or part is None:
        return False
    return (
        whole == part
        or any(whole in family and part in family for family in (_CHILDREN, word_set("people", "heads")))
        or (whole in ("person", "child") and part in _CHILDREN)
    )


def _inherit_event(drafts: Sequence[Draft]) -> None:
    """A part that names no event of its own has its whole's: "61 deaths, 19 of them children"."""
    for draft in drafts:
        if draft.part_of is None or draft.rules.get("part_of") == "N of the M":
            continue
        whole = drafts[draft.part_of].counted
        if draft.counted.event is None or ((draft.counted.event_sure or 0) <= 0.5 and whole.event in word_set("people", "harm")):
            draft.counted = replace(draft.counted, event=whole.event, event_rule="as its whole", event_sure=0.7)
        if draft.counted.rule.startswith("of them") and whole.what is not None and whole.what != draft.counted.what:
            draft.counted = replace(draft.counted, what=whole.what, head=whole.head, qualifiers=whole.qualifiers)
        if draft.place.name is None:
            draft.place = drafts[draft.part_of].place


def _tie(draft: Draft, whole: int, rule: str, sure: float) -> None:
    draft.part_of = whole
    draft.rules["part_of"], draft.sure["part_of"] = rule, sure


def _comparable(whole: Draft, part: Draft) -> bool:
    """Whether one can be part of the other: one unit, and not surely larger."""
    if whole.quantity.unit != part.quantity.unit and part.quantity.unit != "share":
        return False
    low, high = part.quantity.low, whole.quantity.high
    return part.quantity.unit == "share" or low is None or high is None or low <= high


# ---------------------------------------------------------------- place


def _share_place(drafts: Sequence[Draft]) -> None:
    """Where all claims of a text that know a place know the same one, claims of the same kind of event without a place take it."""
    names = {_plain_place(d.place.name) for d in drafts if d.place.name is not None and (d.place.sure or 0) >= 0.6}
    if len(names) != 1:
        return
    donors = [d for d in drafts if d.place.name is not None and (d.place.sure or 0) >= 0.6]
    for draft in drafts:
        if draft.place.name is None and draft.counted.event is not None and any(_same_event(draft.counted.event, d.counted.event) for d in donors):
            draft.place = Place(donors[0].place.name, "the text's only place, same event", 0.5)


def _plain_place(name: str | None) -> str:
    """Without a possessor and a common noun: "Indonesia's Aceh province" is Aceh."""
    words = re.split(r"['’]s ", name or "")[-1].split()
    return " ".join(w for w in words if not w.islower()).lower()


def _same_event(one: str, other: str | None) -> bool:
    return one == other or (one in word_set("people", "harm") and other in word_set("people", "harm"))


# ---------------------------------------------------------------- corrections


_CORRECTION = re.compile(
    r"\b(?:correct(?:s|ed|ing|ion)|an earlier (?:version|report|toll|figure|count|estimate|statement)|earlier (?:said|reported|put|gave|stated|versions?)"
    r"|(?:was|were|has been|have been) (?:wrongly|incorrectly|mistakenly)|revis(?:ed|es|ing|ion)|(?:mis)(?:stated|reported|calculated)|in error"
    r"|clarif(?:y|ied|ication)|downgraded|retracted|amended|updated (?:its|the|their) (?:toll|figure|estimate|count))\b",
    re.I,
)


def _mark_corrections(document: Document, drafts: Sequence[Draft]) -> None:
    """A number in a sentence that says that a number is corrected or revised."""
    for draft in drafts:
        if _CORRECTION.search(document.sentences[draft.sentence].flat):
            draft.correction = True
            draft.rules["correction"] = "words of correction in the sentence"


# ---------------------------------------------------------------- headline and lead repeat the body


def _repeat_sources(document: Document, drafts: Sequence[Draft]) -> None:
    """A headline that repeats a number of the body takes that number's source ("Seoul says" is the spy agency of the text), a lead
    where it has none of its own."""
    opening = [p.index for p in document.paragraphs if not p.furniture][:3]
    for draft in drafts:
        title = document.headline and draft.paragraph == 0
        if draft.paragraph not in opening or draft.speaker is None or not (title or draft.speaker.source_status == "outlet"):
            continue
        twins = [d for d in drafts if d.paragraph > draft.paragraph and d.speaker is not None and _repeats(draft, d)]
        twin = next((d for d in twins if d.speaker is not None and d.speaker.source_status in ("named", "described")), None)
        if twin is None or twin.speaker is None:
            continue
        theirs = twin.speaker
        if draft.counted.implied and twin.counted.what is not None and not twin.counted.implied and draft.counted.what in (None, "people"):
            named = twin.counted
            draft.counted = replace(
                draft.counted, what=named.what, head=named.head, qualifiers=named.qualifiers, rule="the number's noun in the body", sure=0.7
            )
        if len({d.speaker.source for d in twins if d.speaker is not None and d.speaker.source}) > 1:
            continue
        draft.speaker = replace(
            draft.speaker, source=theirs.source, words=theirs.words, mention=theirs.mention, head=theirs.head, source_status=theirs.source_status,
            relay=theirs.relay, hedged=draft.speaker.hedged, rule="the number's source in the body", sure=0.75,
        )  # fmt: skip


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
    """Whether a later number is the same one: equal value and unit, and the same thing or event as far as both are known."""
    if head.quantity.unit != body.quantity.unit or _core(head.quantity) != _core(body.quantity) or head.quantity.approx == "vague":
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
