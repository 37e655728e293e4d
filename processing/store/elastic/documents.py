"""Records as Elasticsearch documents: fields that Kibana and the store select by, and the whole record beside them.

Names are denormalised (a finding carries its figure's title and both sentences), so that a dashboard needs no joins.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import orjson

from processing.corrections import as_corrected
from processing.store.protocol import FIELDS, record_id
from schemas.records import (
    FINDINGS,
    Alert,
    Article,
    Claim,
    Coverage,
    Denial,
    Figure,
    FigureDay,
    Finding,
    Run,
    dump_json,
    load_json,
)

__all__ = [
    "NAMES",
    "OWN_ANALYZER",
    "Context",
    "coverage_documents",
    "document",
    "fold",
    "name_of",
    "read_record",
    "shown",
]


R = TypeVar("R")


def name_of(cls: type) -> str:
    """The index name of a record class: FigureDay -> figure_day."""
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(cls.__name__))


# languages whose texts are indexed by their own words too, each with an analyzer of its own in the mapping
_CODES = "ar bg ca cs da de el es fi fr hu it ja ko nl no pt ro ru sv tr zh"
OWN_ANALYZER = frozenset(_CODES.split())
NAMES: dict[type, str] = {cls: name_of(cls) for cls in FIELDS}


@dataclass(slots=True)
class Context:
    """What the documents of a batch need from other records: figures and claims (or denials) by id."""

    figures: Mapping[str, Figure] = field(default_factory=dict)
    claims: Mapping[str, Claim | Denial] = field(default_factory=dict)


def fold(text: str) -> str:
    """The text without diacritics, character for character, so that offsets agree ("Überlingen" -> "Uberlingen")."""
    return "".join(unicodedata.normalize("NFKD", c)[0] if ord(c) > 127 else c for c in text)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _some(record: Any, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(record, name)) for name in names}


def _days(span: tuple[date, date] | None) -> dict[str, str] | None:
    return None if span is None else {"gte": span[0].isoformat(), "lte": span[1].isoformat()}


def _interval(claim: Claim) -> dict[str, float] | None:
    """The interval as a range value; an open end has no bound, an excluded one gt or lt. None where both are open or
    they cross."""
    ends: dict[str, float] = {}
    if claim.low is not None:
        ends["gt" if claim.low_open else "gte"] = claim.low
    if claim.high is not None:
        ends["lt" if claim.high_open else "lte"] = claim.high
    crossed = (
        claim.low is not None
        and claim.high is not None
        and (claim.low > claim.high or (claim.low == claim.high and (claim.low_open or claim.high_open)))
    )
    return ends if ends and not crossed else None


def _article(record: Article, _: Context) -> dict[str, Any]:
    known = _some(record, "outlet_name", "country", "url", "title", "text", "authors", "section", "credit", "topics")
    own = {record.language: f"{record.title or ''}\n\n{record.text}"} if record.language in OWN_ANALYZER else None
    return {**known, "text_in": own}


_CLAIM_FIELDS = (
    "source_id",
    "event",
    "what_head",
    "headline",
    "central",
    "certainty",
    "event_said",
    "topics",
    "story",
    "story_title",
    "figure",
    "figure_title",
    "topic",
    "findings",
    "severity",
    "revision",
    "outlet_name",
    "country",
    "url",
    "text",
    "source",
    "source_status",
    "source_grade",
    "relay",
    "what",
    "place",
    "unit",
    "approx",
    "aspect",
    "per",
    "low",
    "high",
    "as_of_guess",
    "stance",
    "hedged",
    "correction",
    "field",
    "start",
    "end",
    "sentence",
    "sentence_start",
    "sentence_end",
)


def _claim(record: Claim, _: Context) -> dict[str, Any]:
    read, record = record, as_corrected(record)
    corrections = [
        {"field": c.field, "read": _words(c.read), "now": _words(c.now), "by": c.by, "why": c.why, "at": _plain(c.at)}
        for c in read.corrections
    ]
    return {
        **_some(record, *_CLAIM_FIELDS),
        "value": _interval(record),
        "as_of": _days(record.as_of),
        "period": _days(record.period),
        "corrections": corrections,
        "dropped": True if any(c.field == "drop" for c in read.corrections) else None,
    }


def _words(value: Any) -> str | None:
    """A corrected value as text, whatever kind of field it is of."""
    return None if value is None else value if isinstance(value, str) else orjson.dumps(value).decode()


def _denial(record: Denial, _: Context) -> dict[str, Any]:
    return _some(record, "outlet", "outlet_name", "url", "source", "source_id", "stance", "event", "sentence")


def _figure(record: Figure, _: Context) -> dict[str, Any]:
    names = ("kind", "unit", "place", "harm", "alerts", "background", "claims")
    return {**_some(record, *names), "claim_count": len(record.claims)}


def _figure_day(record: FigureDay, context: Context) -> dict[str, Any]:
    figure = context.figures.get(record.figure)
    named = {"figure_title": figure.title, "topic": figure.topic, "unit": figure.unit} if figure else {}
    return {**named, **_some(record, "low", "central", "high", "high_open", "origins")}


def _side(claim: Claim | Denial | None) -> dict[str, Any] | None:
    if claim is None:
        return None
    known = {
        "id": claim.id,
        "source": claim.source,
        "outlet": claim.outlet_name,
        "sentence": claim.sentence,
        "url": claim.url,
    }
    if isinstance(claim, Claim):
        known |= {"text": claim.text, "what": claim.what}
    if claim.published:
        known["day"] = claim.published.date().isoformat()
    return known


def _finding(record: Finding, context: Context) -> dict[str, Any]:
    figure = context.figures.get(record.figure)
    gap = None if record.gap is None or record.gap == float("inf") else record.gap
    sides = {"earlier": _side(context.claims.get(record.earlier)), "later": _side(context.claims.get(record.later))}
    return {
        "shown_as": FINDINGS[record.finding],
        "figure_title": figure.title if figure else None,
        "text": record.text,
        "rule": record.rule,
        "gap": gap,
        **sides,
    }


def _alert(record: Alert, _: Context) -> dict[str, Any]:
    names = ("updated_at", "day", "title", "text", "outlets", "findings", "earlier", "later")
    return {"shown_as": FINDINGS[record.finding], **_some(record, *names)}


def _run(record: Run, _: Context) -> dict[str, Any]:
    seconds = (record.ended_at - record.started_at).total_seconds() if record.ended_at else None
    items = sum(step.get("failed", 0) for step in record.counts.values() if isinstance(step, dict))
    failures = items + sum(c.reason is not None for c in record.outlets) + len(record.failed)
    known = _some(record, "ended_at", "trigger", "errors")
    return {**known, "seconds": seconds, "failures": failures, "failed_steps": list(record.failed)}


_MORE: dict[str, Any] = {
    "article": _article,
    "claim": _claim,
    "denial": _denial,
    "figure": _figure,
    "figure_day": _figure_day,
    "finding": _finding,
    "alert": _alert,
    "run": _run,
}
_EXTRA: dict[str, tuple[str, ...]] = {
    "page": ("status", "size", "content_type"),
    "url_state": ("status",),
    "copy_group": ("members", "credit"),
    "story": ("members", "title", "terms"),
    "correction": ("author", "reason"),
    "delivery": ("subject", "attempts", "error"),
    "outcome": ("code", "reason"),
    "audit_entry": ("told", "address"),
    "assignment": ("author",),
    "saved_search": ("words", "followed"),
}
_TIMELESS = ("figure", "copy_group", "user", "saved_search")


def document(record: Any, context: Context) -> dict[str, Any]:
    """The document of a record; empty values are left out. Raises TypeError for what is no record."""
    name = NAMES[type(record)]
    known = {"id": record_id(record), **_some(record, *FIELDS[type(record)], *_EXTRA.get(name, ()))}
    if name in _MORE:
        known |= _MORE[name](record, context)
    known["@timestamp"] = known.get(FIELDS[type(record)][0]) if name not in _TIMELESS else None
    whole = orjson.loads(dump_json(record))
    for once in _ONCE.get(name, ()):  # kept in the document's own field
        whole.pop(once)
    return {**{k: v for k, v in known.items() if v is not None and v != []}, "record": whole}


_ONCE: dict[str, tuple[str, ...]] = {"article": ("text",)}  # long fields that a document has once


def shown(cls: type) -> tuple[str, ...]:
    """What of a document's source holds the record."""
    return ("record", *_ONCE.get(NAMES[cls], ()))


def read_record(cls: type[R], source: Mapping[str, Any]) -> R:
    """The record of a document, also of one of an older layout. Raises ValueError, KeyError."""
    once = {name: source.get(name, "") for name in _ONCE.get(NAMES[cls], ()) if name not in source["record"]}
    return load_json(cls, {**source["record"], **once} if once else source["record"])


def _is_silent(coverage: Coverage) -> bool:
    """Whether an outlet gave less than it should: told so by the fetch, or it failed and gave nothing at all."""
    return coverage.reason is not None and (
        coverage.reason.startswith("silent") or coverage.fetched + coverage.unchanged == 0
    )


def coverage_documents(run: Run) -> list[tuple[str, dict[str, Any]]]:
    """One document an outlet of a run, with its id: what dashboards ask for silent outlets."""
    made = []
    for c in run.outlets:
        shown = {
            "@timestamp": _plain(run.started_at),
            "id": f"{run.id}:{c.outlet}",
            "run": run.id,
            "outlet": c.outlet,
            "outlet_name": c.name or c.outlet,
            "fetched": c.fetched,
            "unchanged": c.unchanged,
            "failed": c.failed,
            "articles": c.articles,
            "unread": c.unread,
            "expected": c.expected,
            "silent": _is_silent(c),
            "reason": c.reason,
        }
        made.append((f"{run.id}:{c.outlet}", {k: v for k, v in shown.items() if v is not None}))
    return made
