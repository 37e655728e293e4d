"""Contradictions that raised no alert, and why: what a desk would miss if nobody told it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from processing.compare import CURED_BY_FOLLOWING, why_silent
from processing.pipeline.work import Work
from processing.store import Where
from schemas.records import Figure, Finding, FindingName

__all__ = ["CONTRADICTIONS", "Silent", "silent_findings"]

# Findings that can raise an alert; the others (an update, a number that agrees ...) contradict nothing.
CONTRADICTIONS: tuple[FindingName, ...] = (
    "denies",
    "edited",
    "altered",
    "inconsistent",
    "exceeds_whole",
    "conflates",
    "slips",
    "misquotes",
    "conflicts",
    "falls",
    "moved",
    "revises",
    "jumps",
)
_READ = 1000  # findings looked through at most: the newest


@dataclass(frozen=True, slots=True)
class Silent:
    """The contradiction of a figure that speaks for its kind: the widest. `more`: how many others of the figure stay
    silent for the same reason. `follow`: whether following the figure would raise its alert."""

    finding: Finding
    figure: Figure
    why: str
    more: int
    follow: bool


def silent_findings(work: Work, *, topic: str | None = None, limit: int = 100) -> list[Silent]:
    """What contradicts and raised no alert, one entry a figure, kind and reason; those that following would make an
    alert first, of these the newest. Raises: StoreError."""
    where = [Where("finding", "in", CONTRADICTIONS), Where("severity", "=", None)]
    if topic is not None:
        where.append(Where("topic", "=", topic))
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding, why in _hushed(islice(work.store.find(Finding, *where, order="-day"), _READ)):
        groups.setdefault((finding.figure, finding.finding, why), []).append(finding)
    figures = work.store.get_many(Figure, sorted({figure for figure, _, _ in groups}))
    made = [
        Silent(
            max(group, key=_gap), figures[id], why, len(group) - 1, why in CURED_BY_FOLLOWING and not figures[id].topic
        )
        for (id, _, why), group in groups.items()
        if id in figures
    ]
    return sorted(made, key=lambda s: not s.follow)[:limit]


def _hushed(findings: Iterator[Finding]) -> Iterator[tuple[Finding, str]]:
    for finding in findings:
        why = why_silent(finding.explanation)
        if why is not None:
            yield finding, why


def _gap(finding: Finding) -> float:
    return finding.gap or 0.0
