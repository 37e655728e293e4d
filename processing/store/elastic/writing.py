"""Bulk writes: sized by bytes, each item's error handled by itself, refused items retried with pauses, rejected ones
kept.

A document that the index refuses for good (a value that is too long, a field of the wrong type) is written to the
`rejected` index as it is, with its reason, and the caller is told; it is never dropped in silence. What is wrong with
an index and not with a document (blocked, closed, gone) stops the run with its work pending."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from processing.store.elastic.freshness import Place
from schemas.errors import StoreError, StoreFull

__all__ = ["Rejected", "Written", "unless_changed", "write"]

MAX_BYTES = 5_000_000  # of one bulk request; Elastic's advice is 5-15 MB
ATTEMPTS = 7


@dataclass(frozen=True, slots=True)
class Rejected:
    """A document that an index refused for good, and why. `index`: behind the alias that was written to."""

    index: str
    id: str
    status: int
    reason: str
    source: dict[str, Any] | None


@dataclass(slots=True)
class Written:
    """What a bulk write did. `conflicts` are (index, id) that were there already or had changed. `last`: by index, the
    last document that was written or deleted."""

    created: int = 0
    conflicts: list[tuple[str, str]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    last: dict[str, Place] = field(default_factory=dict)
    uncounted: set[tuple[str, str]] = field(default_factory=set)  # (alias, id) of what does not count as created


Action = tuple[dict[str, Any], dict[str, Any] | None]  # ({"index": {"_index": ..., "_id": ...}}, source or None)


def unless_changed(index: str, id: str, source: dict[str, Any] | None, known: Mapping[str, Any] | None) -> Action:
    """A write that is a conflict where its document has changed since it was read as `known` (None: it was not
    there). It goes where the document lies, which may be an older index of its alias."""
    if known is None:
        return {"create": {"_index": index, "_id": id}}, source
    to = {"_index": known["_index"], "_id": id, "require_alias": False}
    return {"index": {**to, "if_seq_no": known["_seq_no"], "if_primary_term": known["_primary_term"]}}, source


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


def write(
    client: Elasticsearch,
    actions: Iterable[Action],
    *,
    rejected_index: str,
    by_alias: bool = True,
    uncounted: Iterable[Action] = (),
    refresh: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> Written:
    """Send actions in order. Items that are refused for now are sent again with growing pauses. `uncounted`: actions
    behind them, whose new documents do not count as created. `refresh`: they are found at once.

    `by_alias`: `_index` names aliases; one that is gone is then an error, where Elasticsearch would make an index of
    that name with guessed fields. Raises: StoreFull (blocked or still refused after the last attempt), StoreError, and
    the client's own errors."""
    written = Written(uncounted=set())
    for chunk in _chunks(chain(actions, _noted(uncounted, written.uncounted))):
        _send(client, chunk, written, by_alias, refresh, pause)
    if written.rejected:
        _keep_rejected(client, written.rejected, rejected_index)
    return written


def _noted(actions: Iterable[Action], ids: set[tuple[str, str]]) -> Iterator[Action]:
    for action in actions:
        to = next(iter(action[0].values()))
        ids.add((to["_index"], to["_id"]))
        yield action


def _send(
    client: Elasticsearch,
    chunk: list[Action],
    written: Written,
    by_alias: bool,
    refresh: bool,
    pause: Callable[[float], None],
) -> None:
    waiting = chunk
    for attempt in range(ATTEMPTS):
        operations = [part for action in waiting for part in action if part is not None]
        answer = client.bulk(operations=operations, require_alias=by_alias, refresh=refresh)
        busy: list[Action] = []
        reason = ""
        for action, item in zip(waiting, answer["items"], strict=True):
            kind, result = next(iter(item.items()))
            status = result["status"]
            if status == 503 or (
                status == 429 and result["error"].get("type") != "cluster_block_exception"
            ):  # a block with 503: no master at the moment
                busy.append(action)
                reason = str(result.get("error", {}).get("reason", status))
            else:
                _note(kind, action, result, status, written)
        if not busy:
            return
        waiting = busy
        if attempt < ATTEMPTS - 1:
            pause(min(0.5 * 2**attempt, 15.0))
    raise StoreFull(
        f"{len(waiting)} documents were refused {ATTEMPTS} times ({reason}); the work stays pending, try again "
        f"when the cluster is less busy"
    )


def _note(kind: str, action: Action, result: dict[str, Any], status: int, written: Written) -> None:
    index, id = result["_index"], result["_id"]
    error = result.get("error", {})
    if status < 300:
        to = action[0][kind]
        written.created += status == 201 and (to["_index"], to["_id"]) not in written.uncounted
        written.last[index] = Place(index, id, int(result.get("_seq_no", -1)), kind == "delete")
    elif status == 409:
        written.conflicts.append((index, id))
    elif error.get("type") == "security_exception":
        raise StoreError(
            f"{index}: a privilege lacks: {error.get('reason')}; `counterclaim doctor` says which, the work "
            f"stays pending"
        )
    elif status in (
        403,
        429,
    ):  # 429 with a block is the disk's flood stage: the index is read-only until somebody makes room
        raise StoreFull(
            f"{index}: is blocked for writing ({error.get('reason')}); free disk or take the block off, the "
            f"work stays pending"
        )
    elif status >= 400 and not (kind == "delete" and status == 404 and not error):
        if trouble := _index_trouble(str(error.get("type")), str(error.get("reason"))):
            raise StoreError(f"{error.get('index', index)}: {trouble}; the work stays pending")
        cause = str(error.get("caused_by", {}).get("reason") or "").partition("\n")[
            0
        ]  # after it stands the document once more
        written.rejected.append(
            Rejected(index, id, status, f"{status} {error.get('reason')}{': ' + cause if cause else ''}", action[1])
        )


def _index_trouble(kind: str, reason: str) -> str | None:
    """What is wrong with the index where it is not the document's fault, with what to do; else None."""
    if kind == "index_not_found_exception":
        return "is not there; run `counterclaim store init`"
    if kind == "index_closed_exception":
        return "is closed; open it"
    if "no write index is defined" in reason:
        return "stands for several indices; take the alias off those that are not to be used"
    return None


def _keep_rejected(client: Elasticsearch, rejected: list[Rejected], rejected_index: str) -> None:
    now = datetime.now(UTC).isoformat()
    for chunk in _chunks(
        ({"index": {"_index": rejected_index, "_id": f"{r.index}:{r.id}"}}, _kept(r, now)) for r in rejected
    ):
        answer = client.bulk(
            operations=[part for action in chunk for part in action if part is not None], require_alias=True
        )
        if answer["errors"]:
            unkept = next(error for item in answer["items"] if (error := item["index"].get("error")))
            first = f"first {rejected[0].id}: {rejected[0].reason}"
            raise StoreError(
                f"{len(rejected)} documents were refused ({first}), and {rejected_index} does not keep them "
                f"({unkept.get('reason')})"
            )


def _kept(r: Rejected, now: str) -> dict[str, Any]:
    shown = {
        "id": f"{r.index}:{r.id}",
        "@timestamp": now,
        "at": now,
        "index": r.index,
        "document": r.id,
        "status": r.status,
        "reason": r.reason,
    }
    return shown if r.source is None else {**shown, "record": r.source}
