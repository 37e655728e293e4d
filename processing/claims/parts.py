"""Which number is part of which whole: "1,000 of the 11,000 men", "4,000 casualties, of whom 1,000", "12 people,
including three children"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from processing.claims.counted.noun_phrase import word_set
from processing.claims.document.document import Document
from processing.claims.draft import Draft

__all__ = ["inherit_event", "tie_parts"]

_N_OF_M = re.compile(
    r"(?:out )?of |(?:[\w’'-]+ ){0,3}?(?:out )?of (?:all |some )?"
    r"(?:the|its|their|these|those|his|her|our|a total of|an?|(?:[\w.-]+ ){0,2}[\w.-]+['’]s?) "
    r"(?:initial |original |total |estimated |roughly |some |about |remaining |first )?",
    re.I,
)
_OF_WHOM = re.compile(
    r"\bof (?:whom|which)\b|\b(?:among|including|of) (?:them|these|those)\b|\bincluding\b|\bamong them\b", re.I
)


def tie_parts(document: Document, drafts: list[Draft]) -> None:
    """Set `part_of` (an index of `drafts`) on every number that its sentence makes part of another; never in a
    circle."""
    for index in range(len(drafts)):
        _tie_part(document, drafts, index)
        if _goes_round(drafts, index):
            drafts[index].part_of = None


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
    before = next(
        (i for i in range(index - 1, -1, -1) if drafts[i].sentence == draft.sentence and drafts[i].same_as is None),
        None,
    )
    lead = sentence.flat[: draft.start - sentence.start]
    if before is not None:
        base = drafts[before]
        between = sentence.flat[base.end - sentence.start : draft.start - sentence.start]
        mark = list(_OF_WHOM.finditer(between))
        behind = between[mark[-1].end() :] if mark else ""
        if mark and not _comparable(base, draft):  # "1.2 million people in six provinces, including 310,000 in ..."
            earlier = [
                i
                for i in range(before - 1, -1, -1)
                if drafts[i].sentence == draft.sentence and _comparable(drafts[i], draft)
            ]
            before = earlier[0] if earlier else before
            base = drafts[before]
        if mark and _comparable(base, draft) and len(behind) <= 40 and not re.search(r"[.;,)]", behind):
            above = base.part_of
            whole = (
                above
                if above is not None and above < before and base.rules.get("part_of") == mark[-1][0].lower()
                else before
            )
            _tie(draft, whole, f"{mark[-1][0].lower()}", 0.85)
            return
        if (
            re.search(
                r"(?:^|[,;] )of (?:the|these|those|its|their|some|about)? *$",
                sentence.flat[: base.start - sentence.start],
                re.I,
            )
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
        if (
            whole_at is None and draft.quantity.unit == "count"
        ):  # a part that is larger than its whole is said all the same, by mistake
            whole_at = next(
                (
                    i
                    for i in range(index - 1, -1, -1)
                    if drafts[i].sentence == draft.sentence
                    and drafts[i].quantity.unit == "count"
                    and _is_kin(drafts[i].counted.head, draft.counted.head)
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
        if _is_kin(base.counted.head, draft.counted.head) and (draft.quantity.high or 0) <= (
            base.quantity.high or float("inf")
        ):
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


def inherit_event(drafts: Sequence[Draft]) -> None:
    """A part that names no event of its own has its whole's: "61 deaths, 19 of them children"."""
    for draft in drafts:
        if draft.part_of is None or draft.rules.get("part_of") == "N of the M":
            continue
        whole = drafts[draft.part_of].counted
        if draft.counted.event is None or (
            (draft.counted.event_sure or 0) <= 0.5 and whole.event in word_set("people", "harm")
        ):
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
