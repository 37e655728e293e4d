"""A batch into Elasticsearch: one read of what its documents need, one bulk request for records and keys, and then one
for the queue.

There is no transaction. Records and keys are written first, then what the batch enqueues and, last in the same request,
the marks of done work: the queue has one shard, which takes them in this order. After a crash the work is done again
with the same effect."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from processing.store.elastic import layout
from processing.store.elastic.documents import NAMES, Context, coverage_documents, document, read_record, shown
from processing.store.elastic.freshness import Seen
from processing.store.elastic.latest import latest_actions, newest_revisions, put_latest
from processing.store.elastic.locks import Lease
from processing.store.elastic.mapping import remedy
from processing.store.elastic.queries import terms
from processing.store.elastic.reading import Hit, Reader, Search, Wanted
from processing.store.elastic.writing import Action, Rejected, Written, write
from processing.store.protocol import Batch, record_id
from schemas.errors import StoreError, StoreLocked, StoreRejected, StoreVersion
from schemas.records import Article, Claim, Denial, Figure, FigureDay, Finding, Run, digest_id

__all__ = ["Batches"]

_BELOW: dict[type, tuple[tuple[type, str], ...]] = {
    Figure: ((Finding, "figure"), (FigureDay, "figure")),
    Article: ((Claim, "article_id"), (Denial, "article_id")),
}  # what goes with a record that is deleted
_BESIDE = ("latest", "lookup_key", "queue", "rejected")  # what a batch may change beside its records
Here = dict[str, dict[str, Hit]]  # documents that are there, by index name and id


class Batches:
    """What writes the batches of one store. `seen`: what this process wrote last. `lease`: of the run lock, while this
    store holds it."""

    def __init__(self, reader: Reader, seen: Seen, lease_seconds: float):
        self._reader, self._last = reader, seen
        self._lease_seconds = lease_seconds
        self.lease: Lease | None = None
        self.handed_out: dict[str, tuple[int, int]] = {}  # queue items, as they were then
        self._seq = 0  # of the last item put on the queue

    def apply(self, batch: Batch) -> int:
        """Write a batch; returns how many of `put` were not there before. Raises: see the protocol, and the client's
        errors."""
        here = self._read_beside(batch)
        self._check_articles(batch, here)
        below = list(self._below(batch))
        names, refresh = self._changed(batch), self._reader.is_asked()
        self._reader.note_written(names)  # before, for a write may end half done
        newest = newest_revisions(r for r in batch.put if isinstance(r, Article))
        latest = latest_actions(self._reader.index("latest"), newest.values(), here.get("latest", {}))
        written = self.write(
            chain(self._gone_with(batch, here, below), self._records(batch, here)),
            chain(self._beside(batch, here), latest),
            refresh,
        )
        if self._reader.is_rolled_over(written.last):
            self._drop_older(batch)
        lost = written.rejected + self._latest_again(written, newest)
        if lost:
            self._check_mappings(lost)
        self._still_mine(batch)
        self._queue(batch, refresh)
        self._reader.note_written(names)  # and after, for what was read meanwhile made indices searchable
        if refresh:
            self._reader.note_refreshed(names)
        if lost:
            named = "; ".join(f"{r.index}/{r.id}: {r.reason}" for r in lost[:3])
            raise StoreRejected(
                f"{self._reader.address}: {len(lost)} documents were rejected and are kept in "
                f"{self._reader.index('rejected')}: {named}"
            )
        return written.created

    def write(self, actions: Iterable[Action], beside: Iterable[Action] = (), refresh: bool = False) -> Written:
        """Bulk writes; what is created of `beside` is not counted. Raises: StoreLocked, StoreFull, StoreError."""
        self._fence()
        rejected = self._reader.index("rejected")
        written = write(self._reader.client, actions, rejected_index=rejected, uncounted=beside, refresh=refresh)
        queue = self._reader.index("queue")  # others take items off
        self._last.wrote(place for place in written.last.values() if not place.index.startswith(queue))
        return written

    # ------------------------------------------------------------ the run lock

    def _fence(self) -> None:
        """Before and after each write of a run: whether it still holds its lock. Writers beside a run (parts of a step,
        people at a desk) have none. Raises StoreLocked."""
        if self.lease is not None:
            self.lease.show(self._lease_seconds / 2, self._lease_seconds)

    def _still_mine(self, batch: Batch) -> None:
        """Between records and marks of done work: a run that was frozen while it wrote may have written over what its
        successor made, so what it worked on is put on the queue again, to be made anew. Raises StoreLocked."""
        try:
            self._fence()
        except StoreLocked:
            lost, self.lease = self.lease, None  # this one write is let through
            try:
                self._queue(Batch(enqueue=batch.done), False)
            finally:
                self.lease = lost
            raise

    # ------------------------------------------------------------ what is read before

    def _read_beside(self, batch: Batch) -> Here:
        """What the documents of a batch need of others, and where those that it changes lie: in one request."""
        own: dict[str, set[str]] = {}
        for record in batch.put:
            own.setdefault(NAMES[type(record)], set()).add(record_id(record))
        claims = [r for r in batch.put if isinstance(r, Claim | Denial)]
        findings = [r for r in batch.put if isinstance(r, Finding)]
        of_figures = [r.figure for r in batch.put if isinstance(r, Finding | FigureDay)]
        sides = {id for f in findings for id in (f.earlier, f.later)}
        keys = {r.key for r in batch.put if isinstance(r, Article)}
        wanted: list[Wanted] = [
            ("article", sorted({c.article_id for c in claims} - own.get("article", set())), False),
            ("figure", sorted(set(of_figures) - own.get("figure", set())), shown(Figure)),
            ("claim", sorted(sides - own.get("claim", set())), shown(Claim)),
            ("denial", sorted(sides - own.get("denial", set())), shown(Denial)),
            ("latest", sorted(keys), True),
        ]
        wanted = [w for w in wanted if w[1]]
        while True:  # until nothing was rolled over meanwhile
            moved = [w for w in _touched(batch) if len(self._reader.places(w[0])) > 1]
            looked = self._reader.looked
            found = self._reader.by_ids(*wanted, *moved) if wanted or moved else {}
            if self._reader.looked == looked:
                return found

    def _drop_older(self, batch: Batch) -> None:
        """An index was rolled over since it was asked where documents lie: those that were now written anew are deleted
        where they lay."""
        older = list(self._reader.older(_touched(batch)))
        self.write((({"delete": {"_index": index, "_id": id}}, None) for index, id in older), refresh=True)
        for cls, id in batch.delete:  # the deletion went to the new index alone
            self.write([self._gone(NAMES[cls], id, self._reader.by_ids((NAMES[cls], [id], False)))])

    def _check_articles(self, batch: Batch, here: Here) -> None:
        own = {r.id for r in batch.put if isinstance(r, Article)}
        asked = {r.article_id for r in batch.put if isinstance(r, Claim | Denial)} - own
        if missing := asked - here.get("article", {}).keys():
            raise StoreRejected(
                f"{self._reader.address}: no article {min(missing)!r} for a claim; nothing of this batch was written"
            )

    def _changed(self, batch: Batch) -> set[str]:
        """The names of the indices that a batch changes."""
        gone = {cls for cls, _ in batch.delete}
        gone |= {child for cls in gone for child, _ in _BELOW.get(cls, ())}
        kinds = {type(r) for r in batch.put}
        names = {NAMES[cls] for cls in kinds | gone} | set(_BESIDE)
        return names | {"coverage"} if Run in kinds else names

    # ------------------------------------------------------------ records and keys

    def _to(self, name: str, id: str, here: Here) -> dict[str, Any]:
        """Where a document is written: where it lies, else by its alias."""
        known = here.get(name, {}).get(id)
        if known is not None and len(self._reader.places(name)) > 1:
            return {"_index": known["_index"], "_id": id, "require_alias": False}
        return {"_index": self._reader.index(name), "_id": id}

    def _gone(self, name: str, id: str, here: Here) -> Action:
        to = self._to(name, id, here)
        return {"delete": {"_index": to["_index"], "_id": id}}, None

    def _gone_with(self, batch: Batch, here: Here, below: Sequence[Action]) -> Iterator[Action]:
        for cls, id in batch.delete:
            yield self._gone(NAMES[cls], id, here)
        yield from below

    def _records(self, batch: Batch, here: Here) -> Iterator[Action]:
        context = self._context(batch, here)
        for record in batch.put:
            to = self._to(NAMES[type(record)], record_id(record), here)
            yield {"index": to}, document(record, context)

    def _below(self, batch: Batch) -> Iterator[Action]:
        """Deletes what goes with the records that are deleted."""
        gone: dict[type, list[str]] = {}
        for cls, id in batch.delete:
            gone.setdefault(cls, []).append(id)
        searches = [
            Search(NAMES[child], terms(field, ids), source=False)
            for cls, ids in gone.items()
            for child, field in _BELOW.get(cls, ())
        ]
        if Article in gone:
            searches.append(Search("latest", terms("article_id", gone[Article]), source=False))
        for hits in self._reader.together(searches):
            for hit in hits:
                yield {"delete": {"_index": hit["_index"], "_id": hit["_id"]}}, None

    def _context(self, batch: Batch, here: Here) -> Context:
        """Figures and claims that the batch's findings and days name."""
        figures = {id: read_record(Figure, hit["_source"]) for id, hit in here.get("figure", {}).items()}
        claims: dict[str, Claim | Denial] = {}
        kinds: tuple[type[Claim | Denial], ...] = (Claim, Denial)
        for cls in kinds:
            kept = here.get(NAMES[cls], {})
            claims.update((id, read_record(cls, h["_source"])) for id, h in kept.items() if h.get("_source"))
        for record in batch.put:
            if isinstance(record, Figure):
                figures[record.id] = record
            elif isinstance(record, Claim | Denial):
                claims[record.id] = record
        return Context(figures, claims)

    def _beside(self, batch: Batch, here: Here) -> Iterator[Action]:
        for record in batch.put:
            if isinstance(record, Run):
                for id, source in coverage_documents(record):
                    yield {"index": self._to("coverage", id, here)}, source
        for space, owner, keys in batch.keys:
            id = digest_id(space, owner)
            source = {"id": id, "space": space, "owner": owner, "keys": sorted(set(keys))}
            yield {"index": self._to("lookup_key", id, here)}, source
        for space, owner in batch.drop_keys:
            yield self._gone("lookup_key", digest_id(space, owner), here)

    def _latest_again(self, written: Written, newest: dict[str, Article]) -> list[Rejected]:
        """The newest revisions that others wrote at the same moment, tried again; returns what was refused."""
        index = self._reader.index("latest")
        again = [newest[id] for place, id in written.conflicts if place.startswith(index) and id in newest]
        if not again:
            return []
        return put_latest(index, again, lambda keys: self._reader.by_ids(("latest", keys, True))["latest"], self.write)

    def _check_mappings(self, lost: Sequence[Rejected]) -> None:
        """Whether documents were refused because an index is not as its layout has it; then the work must stay on its
        queue. Raises StoreVersion."""
        refused = {r.index for r in lost}
        for s in layout.state(self._reader.client, self._reader.prefix):
            if s.place in refused and s.differs:
                kept = (
                    f"{len(lost)} documents were refused and are kept in {self._reader.index('rejected')}, the "
                    f"first {lost[0].id}: {lost[0].reason}"
                )
                raise StoreVersion(f"{remedy(str(s.place), s.differs)}; {kept}; the work stays pending")

    # ------------------------------------------------------------ the queue

    def _queue(self, batch: Batch, refresh: bool) -> None:
        """New items at the end, then what is done off it. One that waits already keeps its place, but is touched, so
        that a worker that has just done it leaves it."""
        added, done = list(dict.fromkeys(batch.enqueue)), list(dict.fromkeys(batch.done))
        if not added and not done:
            return
        actions = [*self._added(added, set(done)), *self._taken_off(done, set(added))]
        written = self.write(actions, refresh=refresh)
        for item in done:
            self.handed_out.pop(digest_id(*item), None)
        if written.rejected:
            if done:  # what could not be queued must not be lost with it
                self.write(self._added(done, set()))
            self._check_mappings(written.rejected)
            first = written.rejected[0]
            raise StoreError(
                f"{self._reader.address}: {len(written.rejected)} items cannot be queued, first {first.id}: "
                f"{first.reason}; the work stays pending"
            )

    def _added(self, items: Sequence[tuple[str, str]], done: set[tuple[str, str]]) -> Iterator[Action]:
        index = self._reader.index("queue")
        for step, item in items:
            id = digest_id(step, item)
            self._seq = max(self._seq + 1, time.time_ns())
            source = {"id": id, "step": step, "item": item, "seq": self._seq}
            if (step, item) in done:
                yield {"index": {"_index": index, "_id": id}}, source
            else:
                to = {"_index": index, "_id": id, "retry_on_conflict": 5}
                yield {"update": to}, {"doc": {"item": item}, "upsert": source, "detect_noop": False}

    def _taken_off(self, items: Sequence[tuple[str, str]], again: set[tuple[str, str]]) -> Iterator[Action]:
        index = self._reader.index("queue")
        for step, item in items:
            id = digest_id(step, item)
            if (step, item) not in again:
                to: dict[str, Any] = {"_index": index, "_id": id}
                if id in self.handed_out:
                    to["if_seq_no"], to["if_primary_term"] = self.handed_out[id]
                yield {"delete": to}, None


def _touched(batch: Batch) -> Iterator[Wanted]:
    """All that a batch writes or deletes, by index name, but for the queue and the newest revisions."""
    found: dict[str, set[str]] = {}
    for record in batch.put:
        found.setdefault(NAMES[type(record)], set()).add(record_id(record))
        if isinstance(record, Run):
            found.setdefault("coverage", set()).update(id for id, _ in coverage_documents(record))
    for cls, id in batch.delete:
        found.setdefault(NAMES[cls], set()).add(id)
    for space, owner, *_ in (*batch.keys, *batch.drop_keys):
        found.setdefault("lookup_key", set()).add(digest_id(space, owner))
    for name, ids in sorted(found.items()):
        yield name, sorted(ids), False
