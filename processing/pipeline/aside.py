"""No item may stop a step: what raises on an item sets that item aside with its reason, and the rest goes on.

A batch that raises is halved until the item that raises stands alone. Set aside, an item is off the queue, has an
outcome that says why, and is tried again by the next runs, `TRIES` times in all, since what it met may pass; after that
it waits for `counterclaim store retry`. What is no item's fault (the store, the disk, the configuration) stops the step
with everything still queued."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from processing.pipeline.work import Counts, Work, first_limit, flush, outcome, pending
from processing.raised import one_line
from processing.store import AllKeys, Batch, Queued, Store
from schemas.errors import ConfigError, MachineError, StoreError, StoreRejected, UsageError
from schemas.records import Article, Delivery, Outcome, Page, digest_id

__all__ = ["TRIES", "go_through", "is_ours", "retry_aside", "set_aside", "waiting_aside"]

TRIES = 3  # runs that try an item which raises
_SPACE = (
    "aside:"  # and a step's name: the key space of its items that are set aside, with the number of tries and the run
)
# the machine's trouble, whatever item met it: no room, read-only, too many open files, a broken disk
_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.EIO}

Do = Callable[[list[str], Counts], Batch]


def is_ours(error: BaseException) -> bool:
    """Whether an error is the machine's, the store's or the configuration's, and so no item's fault."""
    if isinstance(error, StoreRejected):
        return False
    if isinstance(error, StoreError | ConfigError | UsageError | MachineError | ImportError):
        return True
    return not isinstance(error, Exception) or (isinstance(error, OSError) and error.errno in _MACHINE)


def go_through(
    work: Work, step: str, size: int, do: Do, *, made: bool = False, alone: Callable[[str], Any] | None = None
) -> Counts:
    """Do a step on everything that waits; returns what was counted.

    `do(items, counts)` gives what a batch of items changes; it is written here, with the items taken off the queue.
    `made`: records that are new count as made. `alone`: items are done one by one, in the order of this key. Raises:
    what `is_ours`."""
    counts = Counts()
    first, aside = work.store.ask(Queued(step, first_limit(work, size)), AllKeys(_SPACE + step))
    if _take_up(work, step, aside):
        first = None
    tried, added = set(aside), list[str]()

    def took_more() -> bool:
        more = bool(added)
        added.clear()
        return more

    for items in pending(work, step, size, counts, first, took_more):
        parts = [[item] for item in sorted(items, key=alone)] if alone else [items]
        for part in parts:
            _attempt(work, step, part, do, counts, tried, made, added)
    return counts


def _attempt(
    work: Work, step: str, items: list[str], do: Do, counts: Counts, tried: set[str], made: bool, added: list[str]
) -> None:
    """Do a batch, or its halves where it raises, down to the item that is set aside."""
    here = Counts()
    try:
        batch = do(items, here)
        batch.done.extend((step, item) for item in items)
        for item in tried.intersection(items) - _refused(batch, step):
            batch.delete.append((Outcome, digest_id(step, item)))
            batch.drop_keys.append((_SPACE + step, item))
        added.extend(item for to, item in batch.enqueue if to == step)
        new = flush(work, batch)
        here.made += new if made else 0
    except Exception as error:
        if is_ours(error):
            raise
        if len(items) > 1:
            middle = len(items) // 2
            for half in (items[:middle], items[middle:]):
                _attempt(work, step, half, do, counts, tried, made, added)
            return
        here, batch = Counts(), Batch()
        set_aside(work, step, items[0], "error", one_line(error), batch, here)
        flush(work, batch)
    counts.add(here)


def _refused(batch: Batch, step: str) -> set[str]:
    """The items that a batch sets aside."""
    return {item for space, item, _ in batch.keys if space == _SPACE + step}


def _told(keys: Sequence[str]) -> tuple[int, str]:
    """How often an item was tried, and in which run last."""
    number, _, run = keys[0].partition(" ")
    return int(number), run


def _take_up(work: Work, step: str, aside: Mapping[str, Sequence[str]]) -> bool:
    """Put what earlier runs set aside on the queue again, where it has tries left; returns whether there was any."""
    found = {item: _told(keys) for item, keys in aside.items()}
    again = [
        item for item, (n, run) in found.items() if n < TRIES and (run != work.run or not run) and work.is_mine(item)
    ]
    if again:
        work.store.apply(Batch(enqueue=[(step, item) for item in sorted(again)]))
    return bool(again)


def set_aside(work: Work, step: str, item: str, code: str, reason: str, batch: Batch, counts: Counts) -> None:
    """Note in a batch that an item is set aside, and why; it counts as failed. Raises: StoreError."""
    before = work.store.keys_of(_SPACE + step, [item]).get(item)
    tries = 1 + (_told(before)[0] if before else 0)
    name, outlet = _named(work.store, step, item)
    told = f"{name}: {reason}"
    left = (
        "the next run tries it again"
        if tries < TRIES
        else f"tried {tries} times; `counterclaim store retry` tries it again"
    )
    batch.put.append(outcome(work, step, item, "failed", code, f"{told}; {left}", outlet))
    batch.keys.append((_SPACE + step, item, [f"{tries} {work.run or ''}"]))
    batch.done.append((step, item))
    counts.failed += 1
    counts.problems.append(f"{step}: {told}; set aside, {left}")


_RECORDS: dict[str, type[Any]] = {"clean": Page, "dedup": Article, "stories": Article, "claims": Article}


def _named(store: Store, step: str, item: str) -> tuple[str, str | None]:
    """How people know an item, and its outlet: the address of a page or article, a delivery's receiver."""
    cls = _RECORDS.get(step) or (Delivery if step == "notify" else None)
    try:
        record = store.get_many(cls, [item]).get(item) if cls else None
    except Exception:  # what cannot be read is why it is set aside
        return item, None
    if isinstance(record, Delivery):
        return f"notice {record.subject!r} to {record.receiver}", None
    return (record.url, record.outlet) if record is not None and isinstance(record.url, str) else (item, None)


def waiting_aside(store: Store) -> dict[str, int]:
    """How many items are set aside, by step. Raises: StoreError."""
    return {
        space.removeprefix(_SPACE): sum(1 for _ in store.all_keys(space))
        for space in store.spaces()
        if space.startswith(_SPACE)
    }


def retry_aside(store: Store, step: str | None = None) -> dict[str, int]:
    """Put what is set aside (of one step; None: of all) on the queue again with all its tries; returns how much, by
    step. Raises: StoreError."""
    put: dict[str, int] = {}
    for space in store.spaces():
        name = space.removeprefix(_SPACE)
        if space.startswith(_SPACE) and step in (None, name):
            items = [item for item, _ in store.all_keys(space)]
            put[name] = len(items)
            store.apply(Batch(enqueue=[(name, item) for item in items], drop_keys=[(space, item) for item in items]))
    return put
