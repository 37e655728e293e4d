"""The facets of all claims of an article, each read from the parse of its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from processing.claims.facets.holder import NOBODY, Holder, read_holder, read_role
from processing.claims.facets.incident import IncidentRead, carried_on, goes_on, read_incident, told_as_own
from processing.claims.facets.modality import read_modality, read_tense
from processing.claims.facets.position import Position, read_positions
from processing.claims.facets.scope import ScopeRead, read_scope
from processing.claims.facets.spot import find_spot
from schemas.facets import Facets, Tense

if TYPE_CHECKING:
    from processing.claims.document.document import Document, Parses
    from processing.claims.draft import Draft

__all__ = ["read_facets"]


@dataclass(slots=True)
class _Before:
    """The draft before in reading order and its incident; the dates by which title and lead know the story."""

    draft: Draft | None = None
    incident: IncidentRead | None = None
    own_dates: set[str] = field(default_factory=set)


def read_facets(document: Document, parses: Parses, drafts: Sequence[Draft], published: date | None) -> list[Facets]:
    """One `Facets` a draft, in their order. `published`: the day of publication; without it dates tell nothing."""
    positions = read_positions(document, drafts)
    found: dict[int, Facets] = {}
    before = _Before()
    for i in sorted(range(len(drafts)), key=lambda i: (drafts[i].start, drafts[i].end, i)):
        found[i] = _read(document, parses, drafts[i], positions[i], published, before)
    return [found[i] for i in range(len(drafts))]


def _read(
    document: Document, parses: Parses, draft: Draft, position: Position, published: date | None, before: _Before
) -> Facets:
    sentence = document.sentences[draft.sentence]
    spot = find_spot(parses[draft.sentence], draft.quantity, draft.counted.span)
    quoted = draft.speaker is not None and draft.speaker.source is not None
    incident = read_incident(spot, draft.moment, position.zone, published, quoted=quoted)
    first = position.zone != "body" and position.rank_in_unit == 1
    incident = told_as_own(incident, before.own_dates, first=first)
    tense = read_tense(spot)
    incident = _continued(document, draft, incident, before, tense)
    mention = draft.speaker.mention if draft.speaker is not None else None
    skip = (mention[0] - sentence.start, mention[1] - sentence.start) if mention is not None else None
    holder = read_holder(spot, _speaking(draft), skip)
    scope = read_scope(spot, draft.counted.head, draft.place.name)
    modality, word = read_modality(spot, tense)
    return Facets(
        sentence=position.sentence,
        paragraph=position.paragraph,
        zone=position.zone,
        rank=position.rank,
        rank_in_unit=position.rank_in_unit,
        first_rank=position.first_rank,
        incident=incident.incident,
        incident_marks=incident.marks,
        incident_years=incident.years,
        incident_months=incident.months,
        incident_names=incident.names,
        role=read_role(spot, draft.counted.event),
        modality=modality,
        modality_word=word,
        tense=tense,
        clause=spot.span() if spot is not None else None,
        **_held(holder),
        **_scoped(scope),
    )


def _held(holder: Holder) -> dict[str, Any]:
    """Whose the number is, as a facet record says it."""
    return {
        "holder": holder.phrase,
        "holder_head": holder.head,
        "holder_names": holder.names,
        "holder_rule": holder.rule,
    }


def _scoped(scope: ScopeRead) -> dict[str, Any]:
    """Of what, where and among whom the number is, as a facet record says it."""
    return {
        "scope": scope.scope,
        "scope_marks": scope.marks,
        "places": scope.places,
        "place_beside": scope.place_beside,
        "institution": scope.institution,
        "groups": scope.groups,
        "severity": scope.severity,
        "times": scope.times,
    }


def _continued(
    document: Document, draft: Draft, incident: IncidentRead, before: _Before, tense: Tense | None
) -> IncidentRead:
    """The incident, taken over from the number before where the sentence goes on with it."""
    last, told = before.draft, before.incident
    if last is not None and told is not None and told.incident == "other" and last.paragraph == draft.paragraph:
        steps = draft.sentence - last.sentence
        past = tense in ("past", "past perfect")
        if steps == 1 and past and goes_on(document.sentences[draft.sentence].flat):
            incident = carried_on(incident, told)
    before.draft, before.incident = draft, incident
    return incident


def _speaking(draft: Draft) -> Holder:
    """The speaker as a holder: whom "we" and "our" stand for."""
    speaker = draft.speaker
    if speaker is None or speaker.source is None or speaker.source_status != "named":
        return NOBODY
    names = tuple(w.strip(".,").lower() for w in speaker.source.split() if w[:1].isupper())
    return Holder(speaker.source, (speaker.head or "").lower() or None, names, "speaker")
