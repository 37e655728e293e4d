"""What the pipeline makes of a claim beyond its own sentence, kept with it: who its source is, the number as one point,
its article's headline, topics and story, the figure that it belongs to and how it stands to the others, what people
corrected.

The fields of the claim itself stay as they were read; `corrections` holds what they are now, and `as_corrected` of
processing.corrections applies them. Made anew with each regrouping and each correction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from processing.corrections import same_name
from processing.figures import event_title, resolve_sources
from processing.intervals import point
from processing.pipeline.scopes import Scope, source_kind
from schemas.records import AppliedCorrection, Approx, Article, Certainty, Claim, Correction, Figure, Finding

__all__ = ["placed", "read_alone", "with_findings"]

_CERTAINTY: Mapping[Approx, Certainty] = {
    "exact": "stated",
    "about": "approximate",
    "nearly": "approximate",
    "at_least": "floor",
    "more_than": "floor",
    "at_most": "ceiling",
    "less_than": "ceiling",
    "range": "range",
    "vague": "vague",
}


def read_alone(article: Article, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """An article's claims with what the article alone tells: headline, sources by what it says of them, the point, the
    event as people say it."""
    sources = resolve_sources(claims, ())
    return tuple(
        replace(
            claim,
            source_id=sources.get(claim.id),
            source_type=source_kind(claim, sources.get(claim.id)),
            headline=article.title,
            central=point(claim),
            certainty=_CERTAINTY[claim.approx],
            event_said=event_title(claim.event),
        )
        for claim in claims
    )


def placed(scope: Scope, found: Iterable[Figure], corrections: Sequence[Correction]) -> list[Claim]:
    """The stored claims of a scope that change by its figures, sources and corrections.

    A topic's figure goes before a story's, and the first topic by name before others. A claim that people dropped
    belongs to no figure."""
    figure_of = {id: figure for figure in found for id in figure.claims}
    by_target = _by_target(corrections)
    of_sources = [c for c in corrections if c.kind == "source"]
    changed = []
    for id, stored in scope.stored.items():
        now, figure = scope.claims.get(id), figure_of.get(id)
        new = _in_topic(scope, stored, figure) if scope.topic else _in_story(scope, stored, figure)
        if now is not None and (scope.topic is None or new.get("topic", stored.topic) == scope.topic.name):
            new |= {"source_id": now.source_id, "source_name": scope.names.get(id)}
            new |= {"source_type": now.source_type, "source_grade": now.source_grade}
        new["topics"] = tuple(sorted(scope.topics.get(stored.article_key, ())))
        new["corrections"] = _applied(stored, now, by_target, of_sources)
        if new.get("figure", stored.figure) != stored.figure:
            new |= {"findings": (), "severity": None}
        if any(getattr(stored, name) != value for name, value in new.items()):
            changed.append(replace(stored, **new))
    return changed


def _in_topic(scope: Scope, claim: Claim, figure: Figure | None) -> dict[str, Any]:
    """The fields of a claim that a topic's figure settles."""
    name = scope.name.partition(":")[2]
    taken = claim.topic is not None and claim.topic != name and claim.topic in scope.topics.get(claim.article_key, ())
    if figure is not None and not (taken and str(claim.topic) < name):
        return {"figure": figure.id, "figure_title": figure.title, "topic": name}
    return {"figure": None, "figure_title": None, "topic": None} if claim.topic == name else {}


def _in_story(scope: Scope, claim: Claim, figure: Figure | None) -> dict[str, Any]:
    """The fields of a claim that a story and its figure settle."""
    story = scope.story
    new: dict[str, Any] = {"story": story.id if story else None, "story_title": story.title if story else None}
    if figure is None and claim.topic in scope.topics.get(claim.article_key, ()):
        return new  # a topic has it
    id, title = (figure.id, figure.title) if figure else (None, None)
    return {**new, "figure": id, "figure_title": title, "topic": None}


def with_findings(scope: Scope, found: Iterable[Figure], findings: Iterable[Finding]) -> list[Claim]:
    """The stored claims of a scope's figures whose findings are others now."""
    names: dict[str, set[str]] = {}
    grave: dict[str, set[str]] = {}
    for finding in findings:
        for id in (finding.earlier, finding.later):
            names.setdefault(id, set()).add(finding.finding)
            grave.setdefault(id, set()).add(finding.severity or "")
    ours = {figure.id for figure in found}
    changed = []
    for id, stored in scope.stored.items():
        if stored.figure in ours:
            worst: Any = next((s for s in ("high", "low") if s in grave.get(id, ())), None)
            told = tuple(sorted(names.get(id, ())))
            if (told, worst) != (stored.findings, stored.severity):
                changed.append(replace(stored, findings=told, severity=worst))
    return changed


def _by_target(corrections: Iterable[Correction]) -> dict[str, list[Correction]]:
    found: dict[str, list[Correction]] = {}
    for correction in sorted(corrections, key=lambda c: (c.at, c.id)):
        if correction.kind == "claim":
            found.setdefault(correction.target, []).append(correction)
    return found


def _applied(
    stored: Claim, now: Claim | None, by_target: Mapping[str, Sequence[Correction]], of_sources: Sequence[Correction]
) -> tuple[AppliedCorrection, ...]:
    """What was corrected of a claim, field by field: as read, as it is now, by whom and why. Later ones win."""
    last: dict[str, AppliedCorrection] = {}

    def note(correction: Correction, field: str, read: Any, value: Any) -> None:
        last[field] = AppliedCorrection(field, read, value, correction.author, correction.reason, correction.at)

    for correction in of_sources:
        if stored.source and same_name(stored.source, correction.target):
            note(correction, "source_id", None, correction.changes["source_id"])
    for correction in by_target.get(stored.id, ()):
        for field, value in correction.changes.items():
            if field == "drop":
                note(correction, field, None, bool(value))
            elif now is None or _told(getattr(now, field)) == _told(value):  # one that could not be applied is none
                note(correction, field, _told(getattr(stored, field)), value)
    return tuple(last[field] for field in sorted(last))


def _told(value: Any) -> Any:
    """A field's value as JSON has it."""
    if isinstance(value, tuple | list):
        return [_told(part) for part in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
