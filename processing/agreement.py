"""Whether two claims' facets agree or differ, facet by facet. Where either says nothing, nothing is known.

`compare_facets` gives one `Agreement` for each of `FACETS`; both arguments are read as they are, so the order changes
nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from schemas.facets import Facets

__all__ = ["FACETS", "Agreement", "compare_facets", "same_name"]

Agreement = Literal["agree", "differ"]
_Rule = Callable[[Facets, Facets], Agreement | None]


def compare_facets(a: Facets, b: Facets) -> dict[str, Agreement | None]:
    """By facet: "agree", "differ", or None where one of the two says nothing of it."""
    return {name: rule(a, b) for name, rule in FACETS.items()}


def same_name(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether two names share a word, or one is the other's initials ("nrm", "national reform movement")."""
    if set(a) & set(b):
        return True
    return any(len(x) == 1 and len(y) > 1 and x[0] == "".join(w[0] for w in y) for x, y in ((a, b), (b, a)))


def _equal(x: object, y: object) -> Agreement | None:
    return None if not x or not y else "agree" if x == y else "differ"


def _incident(a: Facets, b: Facets) -> Agreement | None:
    """The story's own against another differs; two others by their years and months."""
    if a.incident == b.incident == "own":
        return "agree"
    if {a.incident, b.incident} == {"own", "other"}:
        return "differ"
    if a.incident != "other" or b.incident != "other":
        return "differ" if "other" in (a.incident, b.incident) else None
    years = [{*f.incident_years, *(int(m[:4]) for m in f.incident_months)} for f in (a, b)]
    if a.incident_months and b.incident_months and not set(a.incident_months) & set(b.incident_months):
        return "differ"
    if years[0] and years[1]:
        return "agree" if years[0] & years[1] else "differ"
    return None


def _holder(a: Facets, b: Facets) -> Agreement | None:
    """Two proper names; two descriptions only agree."""
    if a.holder_names and b.holder_names:
        return "agree" if same_name(a.holder_names, b.holder_names) else "differ"
    return "agree" if a.holder_head is not None and a.holder_head == b.holder_head else None


def _role(a: Facets, b: Facets) -> Agreement | None:
    return _equal(a.role, b.role)


def _scope(a: Facets, b: Facets) -> Agreement | None:
    return "differ" if (a.scope == "part") != (b.scope == "part") else "agree" if a.scope == b.scope == "all" else None


def _place(a: Facets, b: Facets) -> Agreement | None:
    if not a.places or not b.places:
        return None
    return "agree" if same_name(a.places, b.places) else "differ"


def _institution(a: Facets, b: Facets) -> Agreement | None:
    return _equal(a.institution, b.institution)


_NARROW = frozenset({"child", "woman", "elderly", "officer", "soldier", "rescuer"})


def _group(a: Facets, b: Facets) -> Agreement | None:
    """Children killed are not people killed; but the miners of one article may be the workers or people of another."""
    first, second = set(a.groups), set(b.groups)
    if not first or not second:
        return None
    if first & second:
        return "agree"
    return "differ" if (first | second) & _NARROW else None


def _severity(a: Facets, b: Facets) -> Agreement | None:
    if a.severity is None and b.severity is None:
        return None
    return "agree" if a.severity == b.severity else "differ"


def _time(a: Facets, b: Facets) -> Agreement | None:
    return ("agree" if set(a.times) & set(b.times) else "differ") if a.times and b.times else None


_AHEAD = frozenset({"planned", "forecast", "hypothetical", "target"})


def _modality(a: Facets, b: Facets) -> Agreement | None:
    """What is planned, foretold or possible may be one thing in three moods."""
    if a.modality in _AHEAD and b.modality in _AHEAD and a.modality != b.modality:
        return None
    return _equal(a.modality, b.modality)


FACETS: Mapping[str, _Rule] = {
    "incident": _incident,
    "holder": _holder,
    "role": _role,
    "scope": _scope,
    "place": _place,
    "institution": _institution,
    "group": _group,
    "severity": _severity,
    "time": _time,
    "modality": _modality,
}
