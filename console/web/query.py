"""What an address asks for: one of several values, a number of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from processing.pipeline.work import Work
from processing.store import Where
from schemas.errors import UsageError
from schemas.records import Article

__all__ = ["Query", "Shown", "choice", "outlet_names", "page_number", "titles"]

Query = Mapping[str, str]
Shown = dict[str, Any]


def choice(query: Query, name: str, allowed: tuple[str, ...]) -> str | None:
    """A value of the address; None where it is not given. Raises UsageError."""
    value = query.get(name) or None
    if value is not None and value not in allowed:
        raise UsageError(f"{name}: {value!r} is none of {', '.join(allowed)}")
    return value


def page_number(query: Query) -> int:
    """Which page, from 1. Raises UsageError."""
    text = query.get("page") or "1"
    if not text.isdecimal() or len(text) > 5 or not int(text):
        raise UsageError(f"page: {text[:20]!r} is no number of a page")
    return int(text)


def outlet_names(work: Work, ids: Iterable[str]) -> dict[str, str]:
    """What outlets are called: by their files, else by their newest article."""
    names = {}
    for id in dict.fromkeys(ids):
        if id in work.outlets:
            names[id] = work.outlets[id].name
        else:
            newest = work.store.find(Article, Where("outlet", "=", id), order="-fetched_at", limit=1)
            names[id] = next((a.outlet_name for a in newest), id)
    return names


def titles(work: Work) -> dict[str, str]:
    """What each topic is called."""
    return {name: t.title for name, t in work.topics.items()}
