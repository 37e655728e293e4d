"""What programs read under /api/v1: records in pages with a cursor, by the conditions of the store, and searches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from console.web.cursor import list_name, make_cursor, read_cursor
from console.web.operations import told_topic
from processing.pipeline.work import Work
from processing.store import FIELDS, Found, Place, Query, Where, parse, record_id
from schemas.errors import StoreNotFound, UsageError
from schemas.people import SavedSearch
from schemas.records import (
    Alert,
    Article,
    Claim,
    CopyGroup,
    Correction,
    Denial,
    Figure,
    FigureDay,
    Finding,
    Run,
    Story,
    dump_json,
)

__all__ = [
    "KINDS",
    "MOST",
    "USUAL",
    "conditions",
    "list_records",
    "list_topics",
    "one_topic",
    "search_records",
]

KINDS: dict[str, type] = {
    "alerts": Alert,
    "articles": Article,
    "claims": Claim,
    "copy-groups": CopyGroup,
    "corrections": Correction,
    "denials": Denial,
    "figures": Figure,
    "figure-days": FigureDay,
    "findings": Finding,
    "runs": Run,
    "searches": SavedSearch,
    "stories": Story,
}
MOST = 200
USUAL = 50


def _limit(query: Mapping[str, str]) -> int:
    text = query.get("limit") or str(USUAL)
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:6]) <= MOST:
        raise UsageError(f"limit: {text!r} is no number from 1 to {MOST}")
    return int(text)


def conditions(cls: type, query: Mapping[str, str]) -> list[Where]:
    """Conditions on the fields that a store selects by; unknown names are refused. Raises UsageError."""
    allowed = FIELDS[cls]
    told = {name: value for name, value in query.items() if name not in ("limit", "cursor", "order")}
    if unknown := sorted(set(told) - set(allowed)):
        raise UsageError(f"{', '.join(unknown)}: unknown; allowed: limit, cursor, order, {', '.join(allowed)}")
    return [Where(name, "=", _value(name, value)) for name, value in told.items()]


def _value(name: str, value: str) -> Any:
    if name == "revision":
        if not (value.isascii() and value.isdecimal() and len(value) < 9):
            raise UsageError(f"revision: {value!r} is no number")
        return int(value)
    if name.endswith("_at") or name in ("published",):
        try:
            return datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone()
        except (ValueError, OverflowError) as error:
            raise UsageError(f"{name}: {value!r} is no ISO 8601 time") from error
    return value or None


def list_records(work: Work, cls: type, query: Mapping[str, str]) -> dict[str, Any]:
    """A page of records of a class. Raises: UsageError, StoreError."""
    limit = _limit(query)
    order = query.get("order") or None
    if order is not None and order.removeprefix("-") not in FIELDS[cls]:
        raise UsageError(f"order: {order!r} is none of {', '.join(FIELDS[cls])}, each also with - before it")
    where = conditions(cls, query)
    by = order or FIELDS[cls][0]
    name = list_name(work, cls.__name__, by, *sorted(f"{w.field}={w.value}" for w in where))
    at = read_cursor(name, query.get("cursor"))
    after, seen = (at.place, at.seen) if at else (None, 0)
    found: list[Any] = list(work.store.find(cls, *where, order=order, limit=limit + 1, after=after))
    end = found[limit - 1] if len(found) > limit else None
    last = Place(getattr(end, by.removeprefix("-")), record_id(end)) if end is not None else None
    return _page(found[:limit], make_cursor(name, last, seen + limit), work.store.count(cls, *where))


def _page(items: list[Any], following: str | None, total: int) -> dict[str, Any]:
    return {"items": [orjson.loads(dump_json(item)) for item in items], "next": following, "total": total}


def search_records(work: Work, query: Mapping[str, str]) -> dict[str, Any]:
    """A page of what a search finds. Raises: UsageError, StoreError."""
    limit = _limit(query)
    kind = query.get("of") or "articles"
    if kind not in ("articles", "claims"):
        raise UsageError(f"of: {kind!r} is none of articles, claims")
    asked = parse(query.get("q") or "")
    if asked == Query():
        raise UsageError("q: has no word to search for")
    name = list_name(work, "search", kind, asked)
    at = read_cursor(name, query.get("cursor"))
    after, seen = (at.place, at.seen) if at else (None, 0)
    found: Found[Any]
    if kind == "claims":
        found = work.store.search_claims(asked, limit=limit, after=after)
        items = list[Any](found.hits)
    else:
        found = work.store.search_articles(asked, limit=limit, after=after)
        items = [hit.article for hit in found.hits]
    page = _page(items, make_cursor(name, found.last, seen + limit), found.total)
    return {**page, "capped": found.capped, "facets": found.facets}


def list_topics(work: Work) -> dict[str, Any]:
    """All topics, as their files say them."""
    items = [told_topic(t) for _, t in sorted(work.topics.items())]
    return {"items": items, "next": None, "total": len(items)}


def one_topic(work: Work, name: str) -> dict[str, Any]:
    """One topic. Raises: StoreNotFound."""
    if name not in work.topics:
        raise StoreNotFound(f"no topic {name!r}; there are {', '.join(sorted(work.topics)) or 'none'}")
    return told_topic(work.topics[name])
