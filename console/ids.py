"""Ids as a screen shows them and as a command takes them: as much of the beginning as is unique."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from processing.store.protocol import Store
from schemas.errors import StoreNotFound, UsageError
from schemas.records import Alert, Article, Claim, CopyGroup, Correction, Denial, Figure, Finding, Page, Run, Story

if TYPE_CHECKING:
    from processing.pipeline.work import Work

__all__ = ["LEAST", "find_any", "short_ids", "whole_id", "whole_ids"]

LEAST = 4  # characters that a command takes for the beginning of an id
_SHOWN = 8  # characters that a screen shows at least; of a million records one in four thousand needs a ninth
_NAMED = 4  # ids that a message names where a beginning is not unique
_KINDS: dict[type, str] = {
    Alert: "alert",
    Finding: "finding",
    Figure: "figure",
    Claim: "claim",
    Denial: "denial",
    Article: "article",
    Story: "story",
    CopyGroup: "copy group",
    Page: "page",
    Run: "run",
    Correction: "correction",
}


def short_ids(store: Store, cls: type, ids: Iterable[str]) -> dict[str, str]:
    """Ids of a class as a screen shows them: eight characters, more where another record of the class begins alike.
    Raises: StoreError."""
    return {id: _short(store, cls, id) for id in dict.fromkeys(ids)}


def _short(store: Store, cls: type, id: str) -> str:
    for length in range(_SHOWN, len(id)):
        if store.ids_beginning(cls, id[:length]) in ([id], []):
            return id[:length]
    return id


def whole_id(work: Work, cls: type, given: str) -> str:
    """The id that a person means by it or by its beginning (four characters or more).

    Raises: StoreNotFound, UsageError where several begin so, StoreError."""
    kind = _KINDS[cls]
    found = _beginning(work.store, cls, given)
    if len(found) > 1:
        raise UsageError(f"{kind} {given!r} is the beginning of {_listed(found)}; write more of it")
    if not found:
        raise StoreNotFound(f"no {kind} {given!r}: none has that id, nor one that begins so")
    return found[0]


def whole_ids(work: Work, cls: type, given: Iterable[str]) -> list[str]:
    """As `whole_id`, of several."""
    return [whole_id(work, cls, id) for id in given]


def find_any(work: Work, given: str) -> tuple[type, str] | None:
    """The class and the id of the record that is meant, whatever it is; None where nothing is.

    Raises: UsageError where several records begin so, StoreError."""
    for cls in _KINDS:
        if work.store.get_many(cls, [given]):
            return cls, given
    found = [(cls, id) for cls in _KINDS for id in _beginning(work.store, cls, given)]
    if len(found) > 1:
        told = _listed([f"{_KINDS[cls]} {id}" for cls, id in found])
        raise UsageError(f"{given!r} is the beginning of {told}; write more of it")
    return found[0] if found else None


def _beginning(store: Store, cls: type, given: str) -> list[str]:
    """The ids that begin so; the one that is so whole goes before others."""
    if store.get_many(cls, [given]):
        return [given]
    return store.ids_beginning(cls, given, limit=_NAMED + 1) if len(given) >= LEAST else []


def _listed(found: list[str]) -> str:
    more = " and others" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more
