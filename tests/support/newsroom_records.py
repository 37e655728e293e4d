"""Records of the sample newsroom, to compare one play of it with another."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from tests.support.records import NOON

__all__ = ["timeless"]

OF_THE_CLOCK = {
    "run": None,
    "fetched_at": NOON,
    "at": NOON,
    "checked_at": NOON,
    "warc_path": None,
    "warc_offset": None,
    "last_modified": None,
}


def timeless(record: Any) -> Any:
    """The record without what the clock and the archive give it."""
    names = {f.name for f in fields(record)}
    return replace(record, **{name: value for name, value in OF_THE_CLOCK.items() if name in names})
