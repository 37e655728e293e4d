"""All that one store holds into another one, of whatever engine: resumable, and compared at the end.

Copying reads what the target has and writes only what differs, so that a copy which was cut off goes on where it was,
and one that is complete writes nothing. Nothing is deleted in the target: what it holds beyond the source is an error
that names it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from processing.batches import in_batches
from processing.store.protocol import FIELDS, Batch, Store, record_id
from schemas.errors import StoreError
from schemas.records import dump_json

__all__ = ["Copied", "copy_store"]

_CHUNK = 500
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Copied:
    """One part of a store. `part`: a record class, "keys: SPACE" or "queue: STEP". `checksum`: hexadecimal, the same in
    both stores."""

    part: str
    count: int
    written: int
    checksum: str


class _Sum:
    """A checksum that does not depend on the order: the sum of the items' 128-bit digests, and how many there were."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = 0

    def add(self, *parts: bytes) -> None:
        digest = hashlib.blake2b(b"\x1f".join(parts), digest_size=16).digest()
        self._sum = (self._sum + int.from_bytes(digest, "big")) % (1 << 128)
        self.count += 1

    @property
    def text(self) -> str:
        return f"{self._sum:032x}"


def _canonical(record: Any) -> bytes:
    """The record as JSON whose open dictionaries are sorted, so that equal records have equal bytes."""
    return orjson.dumps(orjson.loads(dump_json(record)), option=orjson.OPT_SORT_KEYS)


def copy_store(
    source: Store, target: Store, *, now: datetime, tell: Tell = lambda part, done, total: None
) -> list[Copied]:
    """Copy everything under both stores' run locks; returns what each part holds, in the order of copying.

    `tell(part, done, total)` is called as it goes on. Raises: StoreLocked (a run is at work on one of them), StoreError
    where the target ends up different from the source (it holds something else as well, or lost something), naming the
    part and both counts."""
    with ExitStack() as locks:
        locks.enter_context(source.hold_run("store copy, as source", now))
        locks.enter_context(target.hold_run("store copy, as target", now))
        done = [_copy_records(source, target, cls, tell) for cls in FIELDS]
        done += [_copy_keys(source, target, space, tell) for space in sorted({*source.spaces(), *target.spaces()})]
        steps = sorted({*source.info().waiting, *target.info().waiting})
        done += [_copy_queue(source, target, step) for step in steps]
        return done


def _verified(part: str, mine: _Sum, other: _Sum, written: int) -> Copied:
    if (mine.count, mine.text) != (other.count, other.text):
        difference = (
            f"{other.count} where the source has {mine.count}"
            if mine.count != other.count
            else f"{mine.count} as the source, but not the same ones"
        )
        raise StoreError(
            f"{part}: after copying the target has {difference}; copy into a store that holds nothing else"
        )
    return Copied(part, mine.count, written, mine.text)


def _copy_records(source: Store, target: Store, cls: type[Any], tell: Tell) -> Copied:
    name, total = cls.__name__, source.count(cls)
    mine, other, written = _Sum(), _Sum(), 0
    for chunk in in_batches(source.find(cls), _CHUNK):
        there = target.get_many(cls, [record_id(r) for r in chunk])
        lines = [_canonical(record) for record in chunk]
        wanted = [
            record
            for record, line in zip(chunk, lines, strict=True)
            if (known := there.get(record_id(record))) is None or _canonical(known) != line
        ]
        if wanted:
            target.apply(Batch(put=wanted))
        written += len(wanted)
        for line in lines:
            mine.add(line)
        tell(name, mine.count, total)
    for record in target.find(cls):
        other.add(_canonical(record))
    return _verified(name, mine, other, written)


def _copy_keys(source: Store, target: Store, space: str, tell: Tell) -> Copied:
    mine, other, written = _Sum(), _Sum(), 0
    for chunk in in_batches(source.all_keys(space), _CHUNK):
        there = target.keys_of(space, [id for id, _ in chunk])
        wanted = [(space, id, keys) for id, keys in chunk if there.get(id) != keys]
        if wanted:
            target.apply(Batch(keys=list(wanted)))
        written += len(wanted)
        for id, keys in chunk:
            mine.add(id.encode(), *(key.encode() for key in keys))
        tell(f"keys: {space}", mine.count, mine.count)
    for id, keys in target.all_keys(space):
        other.add(id.encode(), *(key.encode() for key in keys))
    return _verified(f"keys: {space}", mine, other, written)


def _copy_queue(source: Store, target: Store, step: str) -> Copied:
    """The queue with its order: what waits in the target already is the beginning that an earlier copy wrote."""
    items = source.queued(step, max(1, source.waiting(step)))
    there = set(target.queued(step, max(1, target.waiting(step))))
    wanted = [item for item in items if item not in there]
    for chunk in in_batches(wanted, _CHUNK):
        target.apply(Batch(enqueue=[(step, item) for item in chunk]))
    mine, other = _Sum(), _Sum()
    for queue, found in ((mine, items), (other, target.queued(step, max(1, target.waiting(step))))):
        for place, item in enumerate(found):
            queue.add(str(place).encode(), item.encode())
    return _verified(f"queue: {step}", mine, other, len(wanted))
