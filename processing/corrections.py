"""What people correct: a claim's fields, which claims are one figure, which names are one source. Pure functions over
records.

A correction is a record of its own, with author and reason, and is applied anew after every re-processing. It names
claims by their ids, which the same text always gives again; a figure is named by claims that it holds, for figures may
be made anew. Later corrections win.

    claim   target: claim id       changes: {"drop": true} or fields of the claim with their new values figure  target:
    figure id      changes: {"claims": [one id], "merge": [claim ids]}   the figures that hold these are one
                                            {"claims": [one id], "split": [claim ids]}   these leave the figure and are
                                            one by themselves {"claims": [one id], "remove": [claim ids]}  these belong
                                            to no figure {"claims": [one id], "title": ..., "kind": ...} {"claims": [one
                                            id], "desk": {"low": ..., "high": ...}}   the desk's own figure, see
                                            `desk_figures`
    source  target: a name         changes: {"source_id": id}   whoever is cited by that name is that source
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from pydantic import ValidationError

from processing.intervals import point
from schemas.errors import UsageError
from schemas.records import Claim, Correction, Figure, digest_id, load_json

__all__ = [
    "CLAIM_FIELDS",
    "SAMPLE_CLAIM",
    "DeskFigure",
    "as_corrected",
    "correct_claims",
    "correct_figures",
    "desk_figures",
    "make_correction",
    "same_name",
]

CLAIM_FIELDS = (
    "low",
    "high",
    "low_open",
    "high_open",
    "approx",
    "unit",
    "per",
    "aspect",
    "change",
    "last_digit",
    "what",
    "what_head",
    "qualifiers",
    "event",
    "place",
    "source",
    "source_head",
    "source_id",
    "source_status",
    "relay",
    "stance",
    "hedged",
    "correction",
    "part_of",
    "same_as",
    "as_of",
    "as_of_guess",
    "period",
)
_FIGURE_KEYS = ("claims", "merge", "split", "remove", "title", "kind", "desk")
_KINDS = ("cumulative", "level", "event")


@dataclass(frozen=True, slots=True)
class DeskFigure:
    """The value that a desk adopts for a figure, in the figure's unit, signed and with its reason. None is open."""

    figure: str
    low: float | None
    high: float | None
    author: str
    reason: str
    at: datetime


# ---------------------------------------------------------------- making one


def make_correction(
    kind: Literal["claim", "figure", "source"],
    target: str,
    changes: Mapping[str, Any],
    *,
    author: str,
    reason: str,
    at: datetime,
) -> Correction:
    """A correction, checked. Raises: UsageError where a key or value is not one that can be corrected, or author or
    reason is missing."""
    if not author.strip() or not reason.strip():
        raise UsageError(f"correction of {kind} {target}: needs an author and a reason")
    problem = _fault(kind, dict(changes))
    if problem:
        raise UsageError(f"correction of {kind} {target}: {problem}")
    id = digest_id("correction", kind, target, sorted(changes.items(), key=str), author, at.isoformat())
    return Correction(id, kind, target, dict(changes), author.strip(), reason.strip(), at)


def _fault(kind: str, changes: dict[str, Any]) -> str | None:
    allowed = {"claim": ("drop", *CLAIM_FIELDS), "figure": _FIGURE_KEYS, "source": ("source_id",)}[kind]
    unknown = [key for key in changes if key not in allowed]
    if unknown:
        return f"{', '.join(unknown)}: unknown; allowed: {', '.join(allowed)}"
    if not set(changes) - {"claims"}:
        return f"changes nothing; allowed: {', '.join(allowed)}"
    if kind == "claim" and "drop" not in changes:
        return _bad_values(SAMPLE_CLAIM, changes)
    if kind == "figure" and not changes.get("claims"):
        return "claims: the id of a claim that the figure holds is needed, for figures may be made anew"
    if kind == "figure" and changes.get("kind", "event") not in _KINDS:
        return f"kind: {changes['kind']!r}; allowed: {', '.join(_KINDS)}"
    if kind == "figure" and "desk" in changes and set(changes["desk"]) != {"low", "high"}:
        return "desk: needs low and high; null is open"
    if kind == "source" and not (isinstance(changes["source_id"], str) and changes["source_id"].strip()):
        return "source_id: must be a name"
    return None


_DAY = date(2000, 1, 1)
SAMPLE_CLAIM = Claim(
    id="",
    article_id="",
    article_key="",
    revision=1,
    field="text",
    start=0,
    end=1,
    text="1",
    low=1,
    high=1,
    low_open=False,
    high_open=False,
    approx="exact",
    unit="count",
    per=None,
    aspect="level",
    what=None,
    what_head=None,
    event=None,
    place=None,
    source=None,
    source_head=None,
    source_id=None,
    source_status="outlet",
    relay=(),
    stance="asserts",
    hedged=False,
    correction=False,
    part_of=None,
    same_as=None,
    as_of=(_DAY, _DAY),
    as_of_guess=True,
    period=None,
    sentence="1",
    sentence_start=0,
    sentence_end=1,
    outlet="",
    outlet_name="",
    country=None,
    url="",
    published=None,
    published_precision=None,
)


def _changed(claim: Claim, changes: Mapping[str, Any]) -> Claim:
    return load_json(Claim, {**asdict(claim), **changes})


def _bad_values(claim: Claim, changes: Mapping[str, Any]) -> str | None:
    try:
        changed = _changed(claim, changes)
    except ValidationError as error:
        fault = error.errors()[0]
        return f"{fault['loc'][0]}: {fault['msg']}, not {fault['input']!r}"
    if (
        {"low", "high"} <= set(changes)
        and changed.low is not None
        and changed.high is not None
        and changed.low > changed.high
    ):
        return f"low {changed.low:g} lies above high {changed.high:g}"
    return None


# ---------------------------------------------------------------- applying them


def _in_time(corrections: Iterable[Correction]) -> list[Correction]:
    return sorted(corrections, key=lambda c: (c.at, c.id))


def _name(source: str) -> str:
    words = source.casefold().split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


def same_name(source: str, target: str) -> bool:
    """Whether a correction of the source `target` speaks of whoever is cited as `source`: the same words, without case
    and "the"."""
    return _name(source) == _name(target)


def correct_claims(
    claims: Mapping[str, Claim], corrections: Iterable[Correction]
) -> tuple[dict[str, Claim], list[str], list[str]]:
    """The claims after corrections of claims and sources, the ids of those that found a target, and what is wrong with
    others.

    A corrected field is sure (1.0), and its rule names who corrected it.
    """
    made = dict(claims)
    applied: list[str] = []
    problems: list[str] = []
    aliases: dict[str, Correction] = {}
    for correction in _in_time(corrections):
        if correction.kind == "source":
            aliases[_name(correction.target)] = correction
        elif correction.kind == "claim" and correction.target in made:
            problem = _correct_claim(made, correction)
            (problems if problem else applied).append(problem or correction.id)
    for id, claim in made.items():
        found = aliases.get(_name(claim.source or ""))
        if found is not None and "source_id" not in _corrected_fields(claim):
            made[id] = _signed(replace(claim, source_id=found.changes["source_id"]), ("source_id",), found)
            applied.append(found.id)
    return made, list(dict.fromkeys(applied)), problems


def _correct_claim(made: dict[str, Claim], correction: Correction) -> str | None:
    claim, changes = made[correction.target], correction.changes
    if changes.get("drop"):
        del made[correction.target]
        return None
    problem = _fault("claim", changes)
    if problem is None:
        problem = _bad_values(claim, changes)
    if problem is not None:
        return f"correction {correction.id} of claim {correction.target}: {problem}"
    made[correction.target] = _signed(_changed(claim, changes), tuple(changes), correction)
    return None


def as_corrected(claim: Claim) -> Claim:
    """A stored claim with its fields as they are now instead of as they were read; `corrections` tells both. One that
    was dropped keeps its fields."""
    changes = {c.field: c.now for c in claim.corrections if c.field != "drop"}
    if not changes:
        return claim
    changed = _changed(claim, changes)
    return replace(changed, central=point(changed))


_BY = "corrected by "


def _signed(claim: Claim, fields: Sequence[str], correction: Correction) -> Claim:
    sure = {**claim.sure, **dict.fromkeys(fields, 1.0)}
    rules = {**claim.rules, **dict.fromkeys(fields, f"{_BY}{correction.author}")}
    return replace(claim, sure=sure, rules=rules)


def _corrected_fields(claim: Claim) -> set[str]:
    return {field for field, rule in claim.rules.items() if rule.startswith(_BY)}


def correct_figures(
    figures: Iterable[Figure], claims: Mapping[str, Claim], corrections: Iterable[Correction]
) -> tuple[tuple[Figure, ...], list[str], list[str]]:
    """The figures after corrections of figures, by id; those that found a target; what is wrong with others. Dropped
    claims are left out."""
    made = {f.id: replace(f, claims=tuple(id for id in f.claims if id in claims)) for f in figures}
    applied: list[str] = []
    problems: list[str] = []
    for correction in _in_time(corrections):
        if correction.kind != "figure":
            continue
        problem = _fault("figure", correction.changes)
        target = None if problem else _holder(made, correction.changes["claims"][0])
        if problem is not None:
            problems.append(f"correction {correction.id} of figure {correction.target}: {problem}")
        elif target is not None:
            _correct_figure(made, target, claims, correction)
            applied.append(correction.id)
    return tuple(sorted((f for f in made.values() if f.claims), key=lambda f: f.id)), applied, problems


def _holder(figures: Mapping[str, Figure], claim: str) -> Figure | None:
    return next((f for f in figures.values() if claim in f.claims), None)


def _in_order(ids: Iterable[str], claims: Mapping[str, Claim]) -> tuple[str, ...]:
    def key(id: str) -> tuple[Any, ...]:
        claim = claims[id]
        return (
            claim.as_of[1] if claim.as_of else date.min,
            claim.published.timestamp() if claim.published else 0.0,
            claim.low or 0.0,
            id,
        )

    return tuple(sorted(set(ids), key=key))


def _correct_figure(
    made: dict[str, Figure], figure: Figure, claims: Mapping[str, Claim], correction: Correction
) -> None:
    changes = correction.changes
    for other in [
        f for f in (_holder(made, id) for id in changes.get("merge", ())) if f is not None and f.id != figure.id
    ]:
        if other.id in made:
            figure = replace(
                figure,
                claims=_in_order((*figure.claims, *other.claims), claims),
                denials=tuple(sorted({*figure.denials, *other.denials})),
            )
            figure = replace(figure, part_of=None if figure.part_of == other.id else figure.part_of)
            del made[other.id]
            _relink(made, other.id, figure.id)
    leave = [id for id in (*changes.get("split", ()), *changes.get("remove", ())) if id in figure.claims]
    parted = _in_order((id for id in changes.get("split", ()) if id in figure.claims), claims)
    figure = replace(figure, claims=tuple(id for id in figure.claims if id not in leave))
    own: dict[str, Any] = {str(key): changes[key] for key in ("title", "kind") if key in changes}
    if parted:
        new = replace(
            figure, id=digest_id("split", figure.id, parted[0]), claims=parted, denials=(), **{"name": None, **own}
        )
        made[new.id] = new
    elif own:
        figure = replace(figure, **own)
    made[figure.id] = figure


def _relink(made: dict[str, Figure], old: str, new: str) -> None:
    for id, figure in made.items():
        if figure.part_of == old:
            made[id] = replace(figure, part_of=new if new != id else None)


def desk_figures(figures: Iterable[Figure], corrections: Iterable[Correction]) -> dict[str, DeskFigure]:
    """The newest desk figure of each figure that has one, by figure id."""
    known = {f.id: f for f in figures}
    found: dict[str, DeskFigure] = {}
    for correction in _in_time(corrections):
        desk = correction.changes.get("desk") if correction.kind == "figure" else None
        holder = _holder(known, next(iter(correction.changes.get("claims", ())), "")) if desk else None
        if desk and holder is not None:
            found[holder.id] = DeskFigure(
                holder.id, desk.get("low"), desk.get("high"), correction.author, correction.reason, correction.at
            )
    return found
