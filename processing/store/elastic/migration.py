"""A newer layout, or a mapping set right, without a pause: the new index is built beside the old one, filled, caught
up, compared, and switched to by its alias.

Records are made into documents anew (a newer layout may have fields that the older one had not); what is no record goes
over as it is. Writers use the alias all the time. What they change while an index is filled has a higher sequence
number than what was read, and is brought over before the switch; what they change in the last moment before it, after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from elasticsearch import Elasticsearch

from processing.store.elastic import layout
from processing.store.elastic.connection import connect, read_address, store_errors
from processing.store.elastic.documents import NAMES, Context, document
from processing.store.elastic.layout import IndexState
from processing.store.elastic.locks import held
from processing.store.elastic.writing import Action, unless_changed, write
from schemas.errors import StoreError
from schemas.records import Claim, Denial, Figure, FigureDay, Finding, load_json

__all__ = ["migrate", "put_layout", "read_state"]

_PAGE = 500
_TO_FINISH = "to_finish"  # in the _meta of a new index, from before the switch until all is brought over
_ROUNDS = 20  # of catching up with writers before the switch
_CLASSES: dict[str, type[Any]] = {name: cls for cls, name in NAMES.items()}
Tell = Callable[[str], None]


def read_state(address: str) -> list[IndexState]:
    """What stands behind each alias of a store, whether this program can open it or not. Raises: StoreError."""
    hosts, prefix = read_address(address)
    client = connect(hosts)
    try:
        with store_errors(f"{hosts[0]}/{prefix}"):
            return layout.state(client, prefix)
    finally:
        client.close()


def put_layout(address: str) -> bool:
    """Put templates, life-cycle policy, indices and aliases; returns whether the server has life-cycle management.
    Repeatable.

    Raises: StoreVersion (an index has another layout), StoreError.
    """
    hosts, prefix = read_address(address)
    client = connect(hosts)
    try:
        with store_errors(f"{hosts[0]}/{prefix}"):
            life_cycle = layout.put_templates(client, prefix)
            layout.ensure(client, prefix)
            return life_cycle
    finally:
        client.close()


def migrate(address: str, *, tell: Tell = lambda line: None) -> list[str]:
    """Build every index with an older layout, or another mapping than its layout's, anew, under the run lock; returns a
    line for each.

    The old index stays, without its alias, until somebody deletes it. Repeatable: what an earlier call left half done
    is made anew. Raises: StoreLocked (a run is at work), StoreError (a document that the new layout refuses, counts
    that differ; the alias then still points to the old index)."""
    hosts, prefix = read_address(address)
    shown = f"{hosts[0]}/{prefix}"
    client = connect(hosts)
    try:
        with store_errors(shown):
            states = layout.state(client, prefix)
            older, cut = [s for s in states if s.is_old], _cut_off(client, prefix, states)
            if not older and not cut:
                return []
            now = datetime.now(UTC)
            with held(client, layout.alias(prefix, "lock"), "run", "store migrate", now, shown):
                done = []
                for move in cut:
                    done.append(move.finish())
                    tell(done[-1])
                if older:
                    layout.put_templates(client, prefix, names=[s.name.removeprefix(f"{prefix}-") for s in older])
                for state in older:
                    done.append(_Move(client, prefix, state).run())
                    tell(done[-1])
                return done
    finally:
        client.close()


def _cut_off(client: Elasticsearch, prefix: str, states: Sequence[IndexState]) -> list[_Move]:
    """The moves that were cut off after the switch, with what was written to the old index just before it not yet
    brought over."""
    behind = {s.index: s for s in states if s.index is not None}
    moves = []
    for index, body in (client.indices.get_mapping(index=",".join(behind)) if behind else {}).items():
        note = body["mappings"].get("_meta", {}).get(_TO_FINISH)
        if note and client.indices.exists(index=note["old"]):
            moves.append(_Move(client, prefix, behind[index], note))
    return moves


class _Move:
    """One index into its new layout. `note`: what a move that was cut off after the switch left in its new index."""

    def __init__(self, client: Elasticsearch, prefix: str, state: IndexState, note: Mapping[str, Any] | None = None):
        assert state.index is not None
        self._client, self._prefix, self._alias = client, prefix, state.name
        self._name = state.name.removeprefix(f"{prefix}-")
        self._note = dict(note or {})
        self._old = str(note["old"]) if note else state.index
        self._new = state.index if note else layout.next_index(prefix, self._name, state.index)

    def run(self) -> str:
        client = self._client
        client.indices.delete(index=self._new, ignore_unavailable=True)
        client.indices.create(index=self._new)
        seen = -1
        for _ in range(_ROUNDS):
            before, seen = seen, self._bring(seen)
            if seen == before:
                break
        self._forget_deleted()
        self._compare()
        client.indices.refresh(index=self._new)
        self._note = {"old": self._old, "seen": seen, "switched": self._highest(self._new)}
        client.indices.put_mapping(index=self._new, meta={_TO_FINISH: self._note})
        client.indices.update_aliases(
            actions=[
                {"remove": {"index": self._old, "alias": self._alias, "must_exist": True}},
                {"add": {"index": self._new, "alias": self._alias}},
            ]
        )
        return self.finish()

    def finish(self) -> str:
        """Bring over what was written to the old index between the last look and the switch; returns a line on the
        move."""
        client = self._client
        self._bring(self._note["seen"], unless_after=self._note["switched"])
        client.indices.put_mapping(index=self._new, meta={})
        client.indices.refresh(index=self._new)
        count = client.count(index=self._new)["count"]
        return f"{self._alias}: {self._old} -> {self._new}, {count} documents"

    def _highest(self, index: str) -> int:
        """The highest sequence number of an index (of one shard, as the settings have it); -1 of an empty one."""
        hits = self._client.search(
            index=index, size=1, sort=[{"_seq_no": "desc"}], seq_no_primary_term=True, source=False
        )["hits"]["hits"]
        return int(hits[0]["_seq_no"]) if hits else -1

    def _bring(self, after: int, *, unless_after: int | None = None) -> int:
        """Bring over what has a higher sequence number than `after`; returns the highest seen.

        `unless_after`: leave alone what the new index has with a higher sequence number than this, for it was written
        there since."""
        self._client.indices.refresh(index=self._old)
        highest = after
        for hits in self._pages(self._old, {"range": {"_seq_no": {"gt": after}}}):
            highest = max(highest, *(int(h["_seq_no"]) for h in hits))
            actions = self._actions(hits) if unless_after is None else self._unless_newer(hits, unless_after)
            written = write(
                self._client, actions, rejected_index=layout.alias(self._prefix, "rejected"), by_alias=False
            )
            if written.rejected:
                first = written.rejected[0]
                refused = f"{len(written.rejected)} documents are refused, first {first.id}: {first.reason}"
                raise StoreError(f"{self._new}: {refused}; the alias still points to {self._old}")
        return highest

    def _pages(self, index: str, query: dict[str, Any], source: bool = True) -> Iterator[list[dict[str, Any]]]:
        pit = self._client.open_point_in_time(index=index, keep_alive="5m")["id"]
        after: dict[str, Any] = {}
        try:
            while True:
                answer = self._client.search(
                    pit={"id": pit, "keep_alive": "5m"},
                    query=query,
                    sort=[{"_shard_doc": "asc"}],
                    size=_PAGE,
                    source=source,
                    seq_no_primary_term=True,
                    track_total_hits=False,
                    **after,
                )
                pit, hits = answer.get("pit_id", pit), answer["hits"]["hits"]
                if not hits:
                    return
                yield hits
                after = {"search_after": hits[-1]["sort"]}
        finally:
            self._client.options(ignore_status=404).close_point_in_time(id=pit)

    def _actions(self, hits: Sequence[dict[str, Any]]) -> Iterator[Action]:
        cls = _CLASSES.get(self._name)
        if cls is None:
            for hit in hits:
                yield {"index": {"_index": self._new, "_id": hit["_id"]}}, hit["_source"]
            return
        records = [load_json(cls, hit["_source"]["record"]) for hit in hits]
        context = self._context(records)
        for hit, record in zip(hits, records, strict=True):
            yield {"index": {"_index": self._new, "_id": hit["_id"]}}, document(record, context)

    def _unless_newer(self, hits: Sequence[dict[str, Any]], after: int) -> Iterator[Action]:
        """The actions of what the new index has not written since sequence number `after`, each a conflict where
        somebody writes it now."""
        docs = self._client.mget(index=self._new, ids=[h["_id"] for h in hits], source=False)["docs"]
        there = {d["_id"]: d for d in docs if d.get("found")}
        newer = {id for id, known in there.items() if known["_seq_no"] > after}
        for action, source in self._actions([h for h in hits if h["_id"] not in newer]):
            yield unless_changed(action["index"], source, there.get(action["index"]["_id"]))

    def _context(self, records: Sequence[Any]) -> Context:
        """The figures and claims that findings and days name, as they are now."""
        figures = sorted({r.figure for r in records if isinstance(r, Finding | FigureDay)})
        sides = sorted({id for r in records if isinstance(r, Finding) for id in (r.earlier, r.later)})
        return Context(self._read(Figure, figures), {**self._read(Claim, sides), **self._read(Denial, sides)})

    def _read(self, cls: type, ids: Sequence[str]) -> Mapping[str, Any]:
        if not ids:
            return {}
        docs = self._client.mget(index=layout.alias(self._prefix, NAMES[cls]), ids=list(ids), source=["record"])["docs"]
        return {d["_id"]: load_json(cls, d["_source"]["record"]) for d in docs if d.get("found")}

    def _forget_deleted(self) -> None:
        """Take out of the new index what was deleted in the old one meanwhile."""
        self._client.indices.refresh(index=f"{self._old},{self._new}")
        if self._client.count(index=self._old)["count"] == self._client.count(index=self._new)["count"]:
            return
        there = {h["_id"] for hits in self._pages(self._old, {"match_all": {}}, source=False) for h in hits}
        gone = [
            h["_id"]
            for hits in self._pages(self._new, {"match_all": {}}, source=False)
            for h in hits
            if h["_id"] not in there
        ]
        deletions = (({"delete": {"_index": self._new, "_id": id}}, None) for id in gone)
        write(self._client, deletions, rejected_index=layout.alias(self._prefix, "rejected"), by_alias=False)

    def _compare(self) -> None:
        self._client.indices.refresh(index=f"{self._old},{self._new}")
        before, after = self._client.count(index=self._old)["count"], self._client.count(index=self._new)["count"]
        if before != after:
            raise StoreError(
                f"{self._new}: has {after} documents where {self._old} has {before}; the alias still points to "
                f"{self._old}, try again"
            )
