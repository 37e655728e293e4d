"""Which number is part of which whole: "1,000 of the 11,000 men", "4,000 casualties, of whom 1,000", "12 people,
including three children"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from processing.claims.counted.noun_phrase import word_set
from processing.claims.counted.what import What
from processing.claims.document.document import Document
from processing.claims.draft import Draft

__all__ = ["Tie", "inherit_event", "tie_parts"]

_N_OF_M = re.compile(
    r"(?:out )?of |(?:[\w’'-]+ ){0,3}?(?:out )?of (?:all |some )?"
    r"(?:the|its|their|these|those|his|her|our|a total of|an?|(?:[\w.-]+ ){0,2}[\w.-]+['’]s?) "
    r"(?:initial |original |total |estimated |roughly |some |about |remaining |first )?",
    re.I,
)
_AMONG_M = re.compile(r"(?:[\w’'-]+ ){0,4}?(?:is|are|was|were) among (?:the|its|their|those|some) ", re.I)
_OF_FIRST = re.compile(r"(?:^|[,;] )(?:of|among) (?:the|these|those|its|their|some|about)? *$", re.I)
_OF_THESE = re.compile(r"\b(?:of whom|of these|of those|of them|among them)\b[^.]{0,20}$", re.I)
_OF_WHOM = re.compile(
    r"\bof (?:whom|which)\b|\b(?:among|including|of) (?:them|these|those)\b|\binclud(?:ing|es?|ed)\b|\bamong them\b",
    re.I,
)


class Tie(StrEnum):
    """How a sentence says that a number is part of another."""

    N_OF_M = "N of the M"
    NAMED = "named as a part"
    OF_THE_M = "of the M, N"
    GOES_ON = "goes on a list of parts"
    OF_THEM = "of them"
    DASH = "listed after a dash"


@dataclass(frozen=True, slots=True)
class _Part:
    """A number with what stands around it in its sentence: `before` is the index of the number before it there."""

    drafts: list[Draft]
    index: int
    flat: str
    shift: int
    before: int | None

    @property
    def draft(self) -> Draft:
        return self.drafts[self.index]

    @property
    def lead(self) -> str:
        """The sentence up to the number."""
        return self.flat[: self.draft.start - self.shift]

    def between(self, whole: int) -> str:
        """What stands between an earlier number and this one."""
        return self.flat[self.drafts[whole].end - self.shift : self.draft.start - self.shift]


def tie_parts(document: Document, drafts: list[Draft]) -> None:
    """Set `part_of` (an index of `drafts`) on every number that its sentence makes part of another; never in a
    circle."""
    for index, draft in enumerate(drafts):
        if draft.part_of is not None or draft.same_as is not None:
            continue
        sentence = document.sentences[draft.sentence]
        part = _Part(drafts, index, sentence.flat, sentence.start, next(_earlier_here(drafts, index), None))
        for tie, find in _TIES:
            found = find(part)
            if found is not None:
                whole, words, sure = found
                draft.part_of, draft.part_tie = whole, tie
                draft.rules["part_of"], draft.sure["part_of"] = words or tie.value, sure
                break
        if _goes_round(drafts, index):
            draft.part_of = draft.part_tie = None


def _earlier_here(drafts: Sequence[Draft], index: int) -> Iterator[int]:
    """Earlier numbers of the sentence that convert no other, the nearest first."""
    for i in range(index - 1, -1, -1):
        if drafts[i].sentence != drafts[index].sentence:
            return
        if drafts[i].same_as is None:
            yield i


_Found = tuple[int, str | None, float]  # the whole, the words that tie where they are not the tie's own, 0..1


def _n_of_m(part: _Part) -> _Found | None:
    """ "1,000 of the 11,000 men"."""
    drafts, index, draft = part.drafts, part.index, part.draft
    after = drafts[index + 1] if index + 1 < len(drafts) else None
    if after is None or after.sentence != draft.sentence or after.start < draft.end:
        return None
    between = part.flat[draft.end - part.shift : after.start - part.shift]
    tied = (_N_OF_M.fullmatch(between.lstrip()) or _AMONG_M.fullmatch(between.lstrip())) and draft.quantity.unit in (
        after.quantity.unit,
        "share",
    )
    return (index + 1, None, 0.95) if tied else None


def _named(part: _Part) -> _Found | None:
    """ "4,000 casualties, of whom 1,000", "12 people, including three children"."""
    if part.before is None:
        return None
    drafts, draft, before = part.drafts, part.draft, part.before
    between = part.between(before)
    mark = list(_OF_WHOM.finditer(between))
    if not mark:
        return None
    behind, words = between[mark[-1].end() :], mark[-1][0].lower()
    if not _comparable(drafts[before], draft):  # "1.2 million people in six provinces, including 310,000 in ..."
        before = next((i for i in _earlier_here(drafts, before) if _comparable(drafts[i], draft)), before)
    base = drafts[before]
    if not _comparable(base, draft) or len(behind) > 40 or re.search(r"[.;,)]", behind):
        return None
    above = base.part_of
    of_above = above is not None and above < before and base.rules.get("part_of") == words
    return (above if of_above and above is not None else before), words, 0.85


def _of_the_m(part: _Part) -> _Found | None:
    """ "Of the 40 flats, 12 were empty"."""
    if part.before is None:
        return None
    base = part.drafts[part.before]
    if not _OF_FIRST.search(part.flat[: base.start - part.shift]) or not _comparable(base, part.draft):
        return None
    return (part.before, None, 0.9) if len(part.between(part.before)) < 80 else None


def _goes_on(part: _Part) -> _Found | None:
    """ "12 people, including three children and two nurses"."""
    linked = part.drafts[part.before] if part.before is not None else None
    if (
        part.before is None
        or linked is None
        or linked.part_of is None
        or linked.part_tie not in (Tie.NAMED, Tie.GOES_ON)
    ):
        return None
    between = part.between(part.before)
    words = linked.rules["part_of"]
    if not words.startswith(("including", "of whom", "among")):
        return None
    if not re.fullmatch(r"[^.;:]{0,60}?(?:,| and|,? and) ?", between) or len(between.split()) > 4:
        return None
    return (linked.part_of, words, 0.7) if re.sub(r"[\w’'-]+", "", between).strip() in ("", ",") else None


def _of_them(part: _Part) -> _Found | None:
    """ "Three of them", "of those, 14": of a number before, in the sentence before too."""
    drafts, index, draft = part.drafts, part.index, part.draft
    if draft.counted.by not in (What.OF_THEM, What.BEHIND_OF_THEM) and not _OF_THESE.search(part.lead):
        return None
    for i in range(index - 1, -1, -1):
        other = drafts[i]
        if other.sentence < draft.sentence - 1 or other.paragraph != draft.paragraph:
            break
        if _comparable(other, draft) and other.part_of is None:
            return i, None, 0.7
    if draft.quantity.unit == "count":  # a part that is larger than its whole is said all the same, by mistake
        for i in _earlier_here(drafts, index):
            if drafts[i].quantity.unit == "count" and _is_kin(drafts[i].counted.head, draft.counted.head):
                return i, None, 0.7
    return None


def _dash(part: _Part) -> _Found | None:
    """ "Five people — two women and a child"."""
    if part.before is None or _OF_THESE.search(part.lead) or part.draft.counted.by is What.OF_THEM:
        return None
    if not ("—" in part.lead[-12:] or "–" in part.lead[-12:] or part.lead.rstrip().endswith((" -", ":"))):
        return None
    base, draft = part.drafts[part.before], part.draft
    counts = base.quantity.unit == draft.quantity.unit == "count"
    smaller = (draft.quantity.high or 0) <= (base.quantity.high or float("inf"))
    return (part.before, None, 0.7) if counts and smaller and _is_kin(base.counted.head, draft.counted.head) else None


_TIES: tuple[tuple[Tie, Callable[[_Part], _Found | None]], ...] = (
    (Tie.N_OF_M, _n_of_m),
    (Tie.NAMED, _named),
    (Tie.OF_THE_M, _of_the_m),
    (Tie.GOES_ON, _goes_on),
    (Tie.OF_THEM, _of_them),
    (Tie.DASH, _dash),
)


def _goes_round(drafts: Sequence[Draft], index: int) -> bool:
    """Whether a claim is, through its wholes, a part of itself."""
    seen, at = {index}, drafts[index].part_of
    while at is not None and at not in seen:
        seen.add(at)
        at = drafts[at].part_of
    return at is not None


def _is_kin(whole: str | None, part: str | None) -> bool:
    """Whether things of the second name can be some of the first."""
    if whole is None or part is None:
        return False
    return (
        whole == part
        or any(
            whole in family and part in family
            for family in (word_set("people", "children"), word_set("people", "heads"))
        )
        or (whole in ("person", "child") and part in word_set("people", "children"))
    )


def inherit_event(drafts: Sequence[Draft]) -> None:
    """A part that names no event of its own has its whole's: "61 deaths, 19 of them children"."""
    for draft in drafts:
        if draft.part_of is None or draft.part_tie is Tie.N_OF_M:
            continue
        whole = drafts[draft.part_of].counted
        if draft.counted.event is None or (
            (draft.counted.event_sure or 0) <= 0.5 and whole.event in word_set("people", "harm")
        ):
            draft.counted = replace(draft.counted, event=whole.event, event_rule="as its whole", event_sure=0.7)
        if draft.counted.by is What.OF_THEM and whole.what is not None and whole.what != draft.counted.what:
            draft.counted = replace(draft.counted, what=whole.what, head=whole.head, qualifiers=whole.qualifiers)
        if draft.place.name is None:
            draft.place = drafts[draft.part_of].place


def _comparable(whole: Draft, part: Draft) -> bool:
    """Whether one can be part of the other: one unit, and not surely larger."""
    if whole.quantity.unit != part.quantity.unit and part.quantity.unit != "share":
        return False
    low, high = part.quantity.low, whole.quantity.high
    return part.quantity.unit == "share" or low is None or high is None or low <= high
