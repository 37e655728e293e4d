"""Who is cited on either side of alerts: what they can be chosen by beyond what the store selects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from console.tables import who
from processing.pipeline.work import Work
from schemas.records import Alert, Claim, Denial

__all__ = ["Cited", "cited_in"]


@dataclass(slots=True)
class Cited:
    """Who is cited on either side of an alert, and what kinds of sources they are."""

    names: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)


def cited_in(work: Work, alerts: Sequence[Alert]) -> dict[str, Cited]:
    """Who is cited on either side of each alert, by the alert's id. Raises: StoreError."""
    ids = sorted({id for a in alerts for id in (a.earlier, a.later)})
    claims: Mapping[str, Claim] = work.store.get_many(Claim, ids)
    denials: Mapping[str, Denial] = work.store.get_many(Denial, sorted(set(ids) - set(claims)))
    found = {a.id: Cited() for a in alerts}
    for a in alerts:
        for id in (a.earlier, a.later):
            claim, denial = claims.get(id), denials.get(id)
            if claim is not None and claim.source_type is not None:
                found[a.id].types.add(claim.source_type)
            if claim is not None:
                found[a.id].names.add(_name(claim))
            elif denial is not None and denial.source is not None:
                found[a.id].names.add(denial.source)
    return found


def _name(claim: Claim) -> str:
    said = claim.outlet_name if claim.source_status == "outlet" else claim.source_name or claim.source
    return said or who(claim)
