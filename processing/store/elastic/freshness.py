"""Whether a node of the cluster shows what this process wrote.

A node that was paused (a frozen machine, a long collection of garbage) is put out of the cluster, and the others go on
without it. When it wakes it answers from what it knew, for a second or so, until it notices: seen on real nodes, in
searches and in reads by id. A run that believed it would miss its own work. So the answer of a node that gave none for
a while counts only if its copies of the indices have the last documents that this process wrote; otherwise the request
goes to another node."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from elastic_transport import ConnectionError as NodeTrouble
from elastic_transport import HttpHeaders, Urllib3HttpNode
from elastic_transport.client_utils import DEFAULT, DefaultType

__all__ = ["SILENT_SECONDS", "Place", "Seen", "careful"]

SILENT_SECONDS = 3.0  # a node is put out of the cluster after 30 s by default
_JSON = "application/vnd.elasticsearch+json; compatible-with=9"


@dataclass(frozen=True, slots=True)
class Place:
    """A document that was written or deleted, and the sequence number that it got."""

    index: str
    id: str
    number: int
    deleted: bool


@dataclass(slots=True)
class Seen:
    """The last document that this process wrote in each index; of those alone from which no other process deletes
    meanwhile."""

    _last: dict[str, Place] = field(default_factory=dict)

    def wrote(self, places: Iterable[Place]) -> None:
        """Note what a bulk write did, in its order."""
        self._last |= {place.index: place for place in places}

    def expected(self) -> list[Place]:
        """What a copy of each index must have."""
        return list(self._last.values())


def _has(place: Place, found: dict[str, Any]) -> bool:
    """Whether a read by id shows a document as it was written, or what was written over it later."""
    if error := found.get("error"):
        return str(error.get("type")) == "index_not_found_exception"  # the request's own answer says so
    if not found.get("found"):
        return place.deleted
    return int(found["_seq_no"]) > place.number or (int(found["_seq_no"]) == place.number and not place.deleted)


def careful(seen: Seen, silent: float = SILENT_SECONDS) -> type[Urllib3HttpNode]:
    """The class of a client's nodes: the answer of one that gave none for `silent` seconds and is not in step with
    `seen` is a trouble of the connection, after which the client asks another one."""

    class Node(Urllib3HttpNode):
        last_answer = 0.0

        def perform_request(
            self,
            method: str,
            target: str,
            body: bytes | None = None,
            headers: HttpHeaders | None = None,
            request_timeout: DefaultType | float | None = DEFAULT,
        ) -> Any:
            """One request. Raises the transport's errors."""
            answer = super().perform_request(
                method, target, body=body, headers=headers, request_timeout=request_timeout
            )
            now = time.monotonic()
            if now - self.last_answer > silent and not self._is_in_step(headers, request_timeout):
                raise NodeTrouble("the node was away and has not come up with the others yet")
            self.last_answer = now
            return answer

        def _is_in_step(self, headers: HttpHeaders | None, request_timeout: DefaultType | float | None) -> bool:
            expected = seen.expected()
            if not expected:
                return True
            question = orjson.dumps({"docs": [{"_index": p.index, "_id": p.id, "_source": False} for p in expected]})
            asked = HttpHeaders(headers or {})
            asked["content-type"] = asked["accept"] = _JSON
            meta, raw = super().perform_request(
                "POST", "/_mget?preference=_local", body=question, headers=asked, request_timeout=request_timeout
            )
            if meta.status != 200:
                return meta.status < 500  # may not ask so; the request's own answer says more
            return all(_has(place, found) for place, found in zip(expected, orjson.loads(raw)["docs"], strict=True))

    return Node
