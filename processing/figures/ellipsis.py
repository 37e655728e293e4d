"""What a number takes over from the numbers before it in its article: noun, event, occasion, harm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from processing.figures.lexicon import Lexicon
from processing.figures.occurrence import Occurrence
from processing.figures.sentences import before_number, behind_number, sentence_of
from schemas.records import Claim

if TYPE_CHECKING:
    from processing.figures.read_facets import Facet

__all__ = ["completed", "retold"]


def completed(facet: Facet, previous: Facet, lists: Lexicon, *, same: bool, carried: bool) -> Facet:
    """A facet with what the one before it says for both; `same`: they stand in one sentence; `carried`: this one goes
    on with an earlier event."""
    if carried:
        earlier = previous.occurrence
        facet = replace(
            facet, occurrence=Occurrence(True, earlier.months, earlier.years, facet.occurrence.names | earlier.names)
        )
    if same and previous.unit == "magnitude" and _elliptic(facet):
        return replace(
            facet,
            unit="magnitude",
            dimension="magnitude",
            thing=previous.thing,
            head=previous.head,
            event=previous.event,
        )
    if same and previous.unit == facet.unit == "count" and previous.thing != facet.thing and _bare(facet):
        return replace(facet, thing=previous.thing, head=previous.head, event=previous.event)
    if (
        same
        and previous.unit == facet.unit
        and previous.claim.per == "share"
        and facet.claim.per is None
        and _near_price(previous.claim, facet.claim)
    ):
        facet = replace(facet, claim=replace(facet.claim, per="share"))  # "39 dollars a share, topping a bid of 36.50"
    if same and previous.unit == facet.unit and _contrasted(previous.claim, facet.claim, lists):
        return replace(
            facet,
            thing=previous.thing,
            head=previous.head,
            event=previous.event,
            role=previous.role,
            against=None if facet.other_period else previous.claim.id,
        )
    if facet.partial and previous.unit == "count" and (same or _follows(previous.claim, facet.claim)):
        return _beside(facet, previous, lists, same=same)
    return facet


# "unions said the real number was closer to 5,500", "the army put the figure at 30"
_RETOLD = re.compile(
    r"\b(?:(?:real|true|actual|correct|right) (?:number|figure|toll|total|count|tally|size)\b[^.,;]{0,25}"
    r"|(?:put|puts|putting|place|places|placed) (?:it|(?:the|that|this) (?:figure|number|toll|total|count|tally)) at"
    r"|(?:number|figure|total) (?:was|is|may be|could be|might be)(?: (?:closer|nearer|more like|as high "
    r"as))?(?: to)?)\s*$"
)


_SPOKE = re.compile(
    r"\b(?:sp[eo]aks?|spoke|talk(?:s|ed)?) of\s*$|\b(?:counts?|counted|lists?|listed)\s*$|\bthere "
    r"(?:may|might|could|must|would)(?: even)? (?:be|have been)\s*$"
)
_ENDS = re.compile(r"\s*(?:[.;,]|$)")


def retold(facet: Facet, before: Sequence[Facet]) -> Facet:
    """A number that only corrects another one of the article is of what the last whole number before it counts: "the
    real figure is 30"; in the same sentence also "organisers spoke of 20,000". Any other number stays as it is."""
    claim = facet.claim
    lead, behind = before_number(claim).lower(), behind_number(claim)
    anywhere = _RETOLD.search(lead) is not None
    if facet.unit != "count" or not (anywhere or (_SPOKE.search(lead) is not None and _ENDS.match(behind) is not None)):
        return facet
    told = (
        f
        for f in reversed(before[-8:])
        if f.unit == "count" and f.head and not f.partial and not f.occurrence.past and _near(f.claim, claim, anywhere)
    )
    other = next(told, None)
    if other is None or (facet.head is not None and facet.head == other.head and facet.event == other.event):
        return facet
    return replace(facet, thing=other.thing, head=other.head, event=other.event, against=other.claim.id, partial=False)


def _near(before: Claim, claim: Claim, anywhere: bool) -> bool:
    """Whether a claim stands in another's article, or where that is not enough in its sentence."""
    return sentence_of(before) == sentence_of(claim) or (anywhere and before.article_id == claim.article_id)


def _near_price(before: Claim, claim: Claim) -> bool:
    return before.low is not None and claim.low is not None and 0.5 * before.low < claim.low < 2 * before.low


def _follows(before: Claim, claim: Claim) -> bool:
    """Whether a claim's sentence stands right behind another's."""
    return (before.article_id, before.field) == (
        claim.article_id,
        claim.field,
    ) and 0 <= claim.sentence_start - before.sentence_end <= 3


def _contrasted(before: Claim, claim: Claim, lists: Lexicon) -> bool:
    """Whether one sentence sets a number against the one before it: "5,500 jobs, not the 4,000"."""
    between = before.sentence[before.end - before.sentence_start : claim.start - claim.sentence_start].rstrip().lower()
    return len(between) < 100 and between.endswith(lists.contrast) and not _OF_ANOTHER.match(behind_number(claim))


_OF_ANOTHER = re.compile(r"\s*for (?:the )?[A-Z]")  # "bids 5.8 million, against 5.4 million for Norvia's"


def _beside(facet: Facet, previous: Facet, lists: Lexicon, *, same: bool) -> Facet:
    """A part has the harm of its whole ("17 bodies, among them five children"); "some 70 others were missing" after the
    dead is no part of them."""
    before, here = lists.events.get(previous.event or ""), lists.events.get(facet.event or "")
    if before is None or not before.harm or not facet.partial:
        return facet
    if here is None or not here.harm:
        told = same or _of_dead(facet.claim)
        return replace(facet, event=previous.event) if told and facet.unit == "count" else facet
    others = facet.claim.sentence[facet.claim.start - facet.claim.sentence_start :].lower()
    return (
        replace(facet, partial=False) if here is not before and re.match(r"[^.,;]{1,30}?\bothers?\b", others) else facet
    )


def _of_dead(claim: Claim) -> bool:
    return (
        re.match(r" of (?:the|these|those) (?:dead|victims|bodies|casualties)\b", behind_number(claim).lower())
        is not None
    )


def _bare(facet: Facet) -> bool:
    """A number without a noun of its own, after another one: "killed 170,000 people in the province and 230,000 in 14
    countries"."""
    claim = facet.claim
    before, rest = before_number(claim).rstrip().lower(), behind_number(claim).lower()
    return bool(re.match(r"\s+(?:in|across|at|near|elsewhere|more in)\b", rest)) and before.endswith(
        (" and", ",", " plus", " or")
    )


def _elliptic(facet: Facet) -> bool:
    """A bare decimal at the end of a clause, after a magnitude: "put it at 5.9, but the other said it was 6.1"."""
    claim = facet.claim
    rest = behind_number(claim).lstrip()
    ends = not rest or rest[0] in ".,;\"'”" or rest.startswith("and ")
    return ends and claim.unit == "count" and bool(re.fullmatch(r"\d\.\d", claim.text.strip()))
