"""The run lock: one document that its holder touches every few seconds; one that was left alone too long is taken
over."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import ApiError, ConflictError, Elasticsearch, NotFoundError
from elasticsearch.exceptions import TransportError

from processing.store.elastic.connection import store_errors
from processing.store.elastic.writing import ATTEMPTS
from schemas.errors import StoreLocked

__all__ = ["BEAT_SECONDS", "STALE_SECONDS", "held"]

BEAT_SECONDS = 5.0
STALE_SECONDS = 30.0
_mine: set[tuple[str, str]] = set()  # locks (index, name) that this process holds


def _is_dead(lock: dict[str, Any], key: tuple[str, str]) -> bool:
    """Whether the holder is gone: its process on this host is no more (or is this one, which lost it), or its last sign
    of life is too old."""
    if lock.get("host") == socket.gethostname():
        if int(lock["pid"]) == os.getpid() and key not in _mine:
            return True  # it could not be given back while the cluster was away; or a container's process 1 of before
        try:
            os.kill(int(lock["pid"]), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass
    return datetime.now(UTC) - datetime.fromisoformat(lock["beat"]) > timedelta(seconds=STALE_SECONDS)


def _take(client: Elasticsearch, index: str, name: str, note: dict[str, Any], address: str) -> None:
    """Write the lock, or take over one whose holder is gone. The client asks again where an answer was lost: then what
    stands there is our own."""
    for _ in range(ATTEMPTS):
        try:
            client.index(index=index, id=name, document=note, op_type="create", require_alias=True, refresh=False)
            return
        except ConflictError:
            pass
        try:
            found = client.get(index=index, id=name)
        except NotFoundError:
            continue  # its holder has just given it back
        lock = found["_source"]
        if lock == note:
            return
        if not _is_dead(lock, (index, name)):
            raise StoreLocked(
                f"{address}: another run is at work ({lock['owner']}, since {lock['since'][:19]}, on "
                f"{lock['host']}); wait for it or stop it"
            )
        with suppress(ConflictError):  # somebody took it over, or we did and were not told
            client.index(
                index=index, id=name, document=note, if_seq_no=found["_seq_no"], if_primary_term=found["_primary_term"]
            )
            return
    raise StoreLocked(f"{address}: other runs begin and end all the time; try again")


@contextmanager
def held(client: Elasticsearch, index: str, name: str, owner: str, now: datetime, address: str) -> Iterator[None]:
    """Hold the lock; a thread keeps it fresh. Raises StoreLocked, naming the owner; StoreError where the cluster does
    not answer."""
    note = {
        "owner": owner,
        "since": now.isoformat(),
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "beat": datetime.now(UTC).isoformat(),
    }
    with store_errors(address):
        _take(client, index, name, note, address)
    _mine.add((index, name))
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(BEAT_SECONDS):
            try:
                client.options(max_retries=0).update(index=index, id=name, doc={"beat": datetime.now(UTC).isoformat()})
            except (ApiError, TransportError):
                continue  # the cluster is away for a moment; the next beat tries again

    thread = threading.Thread(target=beat, name="run lock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(1)
        _mine.discard((index, name))
        with suppress(ApiError, TransportError):  # a lock that stays goes stale and is taken over
            client.options(max_retries=0, ignore_status=404).delete(index=index, id=name)
