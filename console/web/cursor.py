"""Cursors: where a list goes on, as text that tells its reader nothing.

A cursor holds the place of the last record that was shown (what the list is ordered by, and the record's id), so that
records that come in meanwhile neither show one twice nor leave one out. Its sum covers the list that it was given for:
one that was changed, or that is of another list, is refused. It guards against mistakes; nothing is secret in it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from processing.pipeline.work import Work
from processing.store import Place
from schemas.errors import UsageError

__all__ = ["Cursor", "list_name", "make_cursor", "read_cursor"]

_SUM = 9  # bytes


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list, and how many records were shown before it."""

    place: Place
    seen: int


def list_name(work: Work, *parts: Any) -> str:
    """What a cursor is given for: the list's conditions and order, and the kind of store, whose scores are its own."""
    return orjson.dumps([type(work.store).__name__, *map(str, parts)]).decode()


def make_cursor(name: str, place: Place | None, seen: int) -> str | None:
    """The cursor of a place in the list of this name; None for none. `seen`: records up to and with it."""
    if place is None:
        return None
    told = orjson.dumps([_told(place.key), place.id, seen])
    return _text(_sum(name, told) + told)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def read_cursor(name: str, text: str | None) -> Cursor | None:
    """The place that a cursor of this list holds; None for no cursor. Raises: UsageError for what is none, was changed,
    or is of another list."""
    if not text:
        return None
    try:
        data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
    except (ValueError, UnicodeError, binascii.Error):
        data = b""
    whole = len(data) > _SUM and _text(data) == text  # no other text of the same bytes
    if not whole or data[:_SUM] != _sum(name, data[_SUM:]):
        raise UsageError(f"cursor: {text[:80]!r} was not given by this service for this list")
    key, id, seen = orjson.loads(data[_SUM:])
    return Cursor(Place(_meant(key), id), seen)


def _sum(name: str, told: bytes) -> bytes:
    return hashlib.blake2b(told, digest_size=_SUM, key=hashlib.blake2b(name.encode(), digest_size=32).digest()).digest()


def _told(key: Any) -> Any:
    """A key as JSON; times and days by their name."""
    if isinstance(key, datetime):
        return {"time": key.isoformat()}
    if isinstance(key, date):
        return {"day": key.isoformat()}
    return list(key) if isinstance(key, tuple) else key


def _meant(key: Any) -> Any:
    if isinstance(key, dict):
        return datetime.fromisoformat(key["time"]) if "time" in key else date.fromisoformat(key["day"])
    return tuple(key) if isinstance(key, list) else key
