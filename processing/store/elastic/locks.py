"""The run lock: one document that its holder writes anew every few seconds, and loses when it stood still.

No clock of one host is compared with another's. Who wants the lock watches its document, by its own clock, for as long
as a holder may be silent: one whose sequence number stays the same all that time is taken over, by a write that counts
only if the number is still the same. The holder's writes are fenced by the same number: each sign of life is a write on
condition that the last one stands, and a batch is written only while the last sign of life is younger than half of
that time (by a clock that runs on while the process is frozen); else the holder first shows that the lock is still its
own. One that was frozen and taken over finds that it is not: it writes nothing more and leaves its successor's lock
alone."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from elasticsearch import ApiError, ConflictError, Elasticsearch, NotFoundError
from elasticsearch.exceptions import TransportError

from processing.store.elastic.connection import store_errors
from processing.store.elastic.writing import ATTEMPTS
from schemas.errors import StoreLocked

__all__ = ["LEASE_SECONDS", "Lease", "held"]

LEASE_SECONDS = 30.0  # a holder that is silent for so long is taken over
_BEATS = 6  # signs of life in that time
_mine: set[tuple[str, str]] = set()  # locks (index, name) that this process holds


def _clock() -> float:
    """Seconds that also pass while the process is frozen or the machine asleep."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Lease:
    """The lock as its holder has it."""

    def __init__(self, client: Elasticsearch, index: str, name: str, note: dict[str, Any], place: tuple[int, int]):
        self._client, self._index, self._name = client, index, name
        self._note, self._place = note, place
        self._guard = threading.Lock()
        self._alive_at = _clock()
        self._lost: str | None = None
        self._unsure: list[dict[str, Any]] = []  # signs of life that were sent and not answered

    def show(self, patience: float, seconds: float) -> None:
        """Return at once where the last sign of life is younger than `patience` (seconds); else give one.

        Raises: StoreLocked where somebody else has the lock by now (after at most `seconds` of silence of this process,
        see the module); ApiError, TransportError."""
        with self._guard:
            silent = _clock() - self._alive_at
            if self._lost is None and silent < patience:
                return
            if self._lost is None:
                self._lost = self._beat()
            if self._lost is not None:
                raise StoreLocked(
                    f"this run stood still for {max(silent, seconds):.0f} s and was taken over by another "
                    f"({self._lost}), which goes on with what it left; nothing more is written"
                )

    def _beat(self) -> str | None:
        """Write the lock anew; returns who has it where that is no longer this process."""
        before = _clock()
        note = {**self._note, "beat": datetime.now(UTC).isoformat()}
        number, term = self._place
        self._unsure.append(note)
        try:
            done = self._client.index(
                index=self._index, id=self._name, document=note, if_seq_no=number, if_primary_term=term
            )
        except (ConflictError, NotFoundError):
            try:
                done = self._client.get(index=self._index, id=self._name)
            except NotFoundError:
                return "which has ended since"
            if done["_source"] not in self._unsure:  # else it was written, and the answer was lost
                return f"{done['_source']['owner']} on {done['_source']['host']}"
        self._unsure.clear()
        self._note, self._place = note, (done["_seq_no"], done["_primary_term"])
        self._alive_at = before
        return None

    def give_back(self) -> None:
        """Take the lock's document away, if it is still this process's."""
        with self._guard:
            if self._unsure:
                with suppress(ApiError, TransportError):
                    self._lost = self._lost or self._beat()
            number, term = self._place
            # one that stays is silent and is taken over; a successor's has another number
            with suppress(ApiError, TransportError):
                self._client.options(max_retries=0).delete(
                    index=self._index, id=self._name, if_seq_no=number, if_primary_term=term
                )


def _is_dead(lock: dict[str, Any], key: tuple[str, str]) -> bool | None:
    """Whether the holder is gone: where it was a process of this host, the system knows; None where only watching
    tells."""
    if lock.get("host") != socket.gethostname():
        return None
    if int(lock["pid"]) == os.getpid():  # what it holds it knows; else it lost it, or was a container's process 1
        return key not in _mine
    try:
        os.kill(int(lock["pid"]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return None  # a process of that number lives, and may be another


def _take(
    client: Elasticsearch, index: str, name: str, note: dict[str, Any], address: str, seconds: float
) -> tuple[int, int]:
    """Write the lock, or take over one whose holder is gone; returns its sequence number and term. The client asks
    again where an answer was lost: then what stands there is our own."""
    for _ in range(ATTEMPTS):
        with suppress(ConflictError):
            done = client.index(
                index=index, id=name, document=note, op_type="create", require_alias=True, refresh=False
            )
            return done["_seq_no"], done["_primary_term"]
        try:
            found = client.get(index=index, id=name)
        except NotFoundError:
            continue  # its holder has just given it back
        lock, place = found["_source"], (found["_seq_no"], found["_primary_term"])
        if lock == note:
            return place
        dead = _is_dead(lock, (index, name))
        if dead is None:
            dead = _is_silent(lambda: client.get(index=index, id=name), place, seconds)
        if not dead:
            raise StoreLocked(
                f"{address}: another run is at work ({lock['owner']}, since {lock['since'][:19]}, on "
                f"{lock['host']}); wait for it or stop it"
            )
        with suppress(ConflictError):  # somebody took it over, or we did and were not told
            done = client.index(index=index, id=name, document=note, if_seq_no=place[0], if_primary_term=place[1])
            return done["_seq_no"], done["_primary_term"]
    raise StoreLocked(f"{address}: other runs begin and end all the time; try again")


def _is_silent(look: Callable[[], Any], place: tuple[int, int], seconds: float) -> bool:
    """Watch a lock, by this host's clock alone: whether nobody writes it for so long."""
    until = _clock() + seconds
    while _clock() < until:
        time.sleep(min(1.0, seconds / _BEATS))
        try:
            found = look()
        except NotFoundError:
            return True  # given back: the next attempt makes it
        if (found["_seq_no"], found["_primary_term"]) != place:
            return False
    return True


def _note(owner: str, now: datetime) -> dict[str, Any]:
    """What the lock says of who holds it."""
    return {
        "owner": owner,
        "since": now.isoformat(),
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "beat": datetime.now(UTC).isoformat(),
    }


@contextmanager
def held(
    client: Elasticsearch,
    index: str,
    name: str,
    owner: str,
    now: datetime,
    address: str,
    seconds: float = LEASE_SECONDS,
) -> Iterator[Lease]:
    """Hold the lock; a thread keeps it fresh. `seconds`: how long a holder may be silent. Raises StoreLocked, naming
    the owner; StoreError where the cluster does not answer."""
    note = _note(owner, now)
    with store_errors(address):
        place = _take(client, index, name, note, address, seconds)
    lease = Lease(client.options(max_retries=1), index, name, note, place)
    _mine.add((index, name))
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(seconds / _BEATS):
            try:
                lease.show(0, seconds)
            except StoreLocked:
                return  # the next write says so
            except (ApiError, TransportError):
                continue  # the cluster is away for a moment; the next beat tries again

    thread = threading.Thread(target=beat, name="run lock", daemon=True)
    thread.start()
    try:
        yield lease
    finally:
        stop.set()
        thread.join(1)
        _mine.discard((index, name))
        lease.give_back()
