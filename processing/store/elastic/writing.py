"""Bulk writes: sized by bytes, each item's error handled by itself, refused items retried with pauses, rejected ones kept.

A document that the index refuses for good (a field of the wrong type) is written to the `rejected` index with its reason, and the
caller is told how many there were; it is never dropped in silence.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from schemas.errors import StoreError, StoreFull

__all__ = ["Written", "write"]

MAX_BYTES = 5_000_000  # of one bulk request; Elastic's advice is 5-15 MB
ATTEMPTS = 7
_BUSY = (429, 503)


@dataclass(slots=True)
class Written:
    """What a bulk write did. `conflicts` are (index, id) that were there already or had changed; `rejected` have reasons."""

    created: int = 0
    conflicts: list[tuple[str, str]] = field(default_factory=list)
    rejected: list[tuple[str, str, str]] = field(default_factory=list)


Action = tuple[dict[str, Any], dict[str, Any] | None]  # ({"index": {"_index": ..., "_id": ...}}, source or None)


def _chunks(actions: Iterable[Action]) -> Iterator[list[Action]]:
    chunk: list[Action] = []
    size = 0
    for action in actions:
        weight = len(orjson.dumps(action[0])) + (len(orjson.dumps(action[1])) if action[1] is not None else 0)
        if chunk and size + weight > MAX_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(action)
        size += weight
    if chunk:
        yield chunk


def write(client: Elasticsearch, actions: Iterable[Action], *, rejected_index: str, pause: Callable[[float], None] = time.sleep) -> Written:
    """Send actions in order. Items that are refused for now are sent again with growing pauses.

    Raises: StoreFull (blocked or still refused after the last attempt), StoreError, and the client's own errors.
    """
    written = Written()
    for chunk in _chunks(actions):
        _send(client, chunk, written, pause)
    if written.rejected:
        _keep_rejected(client, written, rejected_index)
    return written


def _send(client: Elasticsearch, chunk: list[Action], written: Written, pause: Callable[[float], None]) -> None:
    waiting = chunk
    for attempt in range(ATTEMPTS):
        operations = [part for action in waiting for part in action if part is not None]
        answer = client.bulk(operations=operations)
        busy: list[Action] = []
        reason = ""
        for action, item in zip(waiting, answer["items"], strict=True):
            kind, result = next(iter(item.items()))
            status = result["status"]
            if status in _BUSY and result.get("error", {}).get("type") != "cluster_block_exception":
                busy.append(action)
                reason = str(result.get("error", {}).get("reason", status))
            else:
                _note(kind, action, result, status, written)
        if not busy:
            return
        waiting = busy
        if attempt < ATTEMPTS - 1:
            pause(min(0.5 * 2**attempt, 15.0))
    raise StoreFull(f"{len(waiting)} documents were refused {ATTEMPTS} times ({reason}); the work stays pending, try again when the cluster is less busy")


def _note(kind: str, action: Action, result: dict[str, Any], status: int, written: Written) -> None:
    index, id = result["_index"], result["_id"]
    if status == 201:
        written.created += 1
    elif status == 409:
        written.conflicts.append((index, id))
    elif status in (403, 429):  # 429 with a block is the disk's flood stage: the index is read-only until somebody makes room
        raise StoreFull(f"{index}: is blocked for writing ({result['error'].get('reason')}); free disk or take the block off, the work stays pending")
    elif status >= 400 and not (kind == "delete" and status == 404):
        error = result.get("error", {})
        if status == 404 and "index_not_found" in str(error.get("type")):
            raise StoreError(f"{index}: is not there; run `counterclaim store init`")
        cause = error.get("caused_by", {}).get("reason")
        written.rejected.append((index, id, f"{status} {error.get('reason')}{': ' + cause if cause else ''}"))


def _keep_rejected(client: Elasticsearch, written: Written, rejected_index: str) -> None:
    operations: list[dict[str, Any]] = []
    for index, id, reason in written.rejected:
        operations.append({"index": {"_index": rejected_index, "_id": f"{index}:{id}"}})
        operations.append({"index": index, "document": id, "reason": reason, "status": int(reason.split()[0]), "at": datetime.now(UTC).isoformat()})
    client.bulk(operations=operations)
