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
from processing.store.elastic.documents import NAMES, Context, document, read_record, shown
from processing.store.elastic.latest import latest_document
from processing.store.elastic.locks import held
from processing.store.elastic.reading import Reader
from processing.store.elastic.writing import Action, unless_changed, write
from processing.store.protocol import Part
from schemas.errors import StoreError
from schemas.records import Article, Claim, Denial, Figure, FigureDay, Finding

__all__ = ["migrate"]

_PAGE = 500
_TO_FINISH = "to_finish"  # in the _meta of a new index, from before the switch until all is brought over
_ROUNDS = 20  # of catching up with writers before the switch
_CLASSES: dict[str, type[Any]] = {name: cls for cls, name in NAMES.items()}
Tell = Callable[[str], None]


def migrate(client: Elasticsearch, prefix: str, shown: str, tell: Tell = lambda line: None) -> list[str]:
    """Build every index with an older layout, or another mapping than its layout's, anew, under the run lock; returns a
    line for each. `shown`: the store's address in messages.

    The old index stays, without its alias, until somebody deletes it. Repeatable: what an earlier call left half done
    is made anew. Raises: StoreLocked (a run is at work), StoreError (a document that the new layout refuses, counts
    that differ; the alias then still points to the old index), the client's errors."""
    states = layout.state(client, prefix)
    older, cut = [s for s in states if s.is_old], _cut_off(client, prefix, states)
    if not older and not cut:
        return []
    with held(client, layout.alias(prefix, "lock"), "run", "store migrate", datetime.now(UTC), shown):
        done = []
        for move in cut:
            done.append(move.finish())
            tell(done[-1])
        if older:
            layout.put_templates(client, prefix, names=sorted({s.name.removeprefix(f"{prefix}-") for s in older}))
        for state in older:
            done.append(_Move(client, prefix, state).run())
            tell(done[-1])
        return done


def _cut_off(client: Elasticsearch, prefix: str, states: Sequence[Part]) -> list[_Move]:
    """The moves that were cut off after the switch, with what was written to the old index just before it not yet
    brought over."""
    behind = {s.place: s for s in states if s.place is not None}
    moves = []
    for index, body in (client.indices.get_mapping(index=",".join(behind)) if behind else {}).items():
        note = body["mappings"].get("_meta", {}).get(_TO_FINISH)
        if note and client.indices.exists(index=note["old"]):
            moves.append(_Move(client, prefix, behind[index], note))
    return moves


class _Move:
    """One index into its new layout. `note`: what a move that was cut off after the switch left in its new index.

    Sequence numbers count by shard, so that each shard is brought over by itself."""

    def __init__(self, client: Elasticsearch, prefix: str, state: Part, note: Mapping[str, Any] | None = None):
        assert state.place is not None
        self._client, self._prefix, self._alias = client, prefix, state.name
        self._name = state.name.removeprefix(f"{prefix}-")
        self._reader = Reader(client, prefix, prefix, False)
        self._note = dict(note or {})
        self._old = str(note["old"]) if note else state.place
        there = layout.behind(client, prefix).get(self._name, ())
        self._is_written = bool(there) and there[-1] == state.place
        self._new = state.place if note else layout.next_index(prefix, self._name, state.place, there)

    def run(self) -> str:
        client = self._client
        client.indices.delete(index=self._new, ignore_unavailable=True)
        client.indices.create(index=self._new)
        seen = [-1] * self._shards(self._old)
        for _ in range(_ROUNDS):
            before, seen = seen, self._bring(seen)
            if seen == before:
                break
        self._forget_deleted()
        self._compare()
        client.indices.refresh(index=self._new)
        self._note = {"old": self._old, "seen": seen, "switched": self._highest(self._new)}
        client.indices.put_mapping(index=self._new, meta={_TO_FINISH: self._note})
        own = {"is_write_index": self._is_written} if layout.grows(self._name) else {}
        client.indices.update_aliases(
            actions=[
                {"remove": {"index": self._old, "alias": self._alias, "must_exist": True}},
                {"add": {"index": self._new, "alias": self._alias, **own}},
            ]
        )
        return self.finish()

    def finish(self) -> str:
        """Bring over what was written to the old index between the last look and the switch; returns a line on the
        move."""
        client = self._client
        switched, seen = self._note["switched"], self._note["seen"]  # one number each in a note of earlier versions
        after = switched if isinstance(switched, list) else [switched]
        self._bring(seen if isinstance(seen, list) else [seen], unless_after=after)
        client.indices.put_mapping(index=self._new, meta={})
        client.indices.refresh(index=self._new)
        count = client.count(index=self._new)["count"]
        return f"{self._alias}: {self._old} -> {self._new}, {count} documents"

    def _shards(self, index: str) -> int:
        settings = self._client.indices.get_settings(index=index)[index]["settings"]["index"]
        return int(settings["number_of_shards"])

    def _highest(self, index: str) -> list[int]:
        """The highest sequence number of each shard of an index; -1 of an empty one."""
        found = []
        for shard in range(self._shards(index)):
            hits = self._client.search(
                index=index,
                preference=f"_shards:{shard}",
                size=1,
                sort=[{"_seq_no": "desc"}],
                seq_no_primary_term=True,
                source=False,
            )["hits"]["hits"]
            found.append(int(hits[0]["_seq_no"]) if hits else -1)
        return found

    def _changed(self, ids: Sequence[str], after: Sequence[int]) -> set[str]:
        """Those of the ids that the new index has with higher sequence numbers than these, by shard."""
        self._client.indices.refresh(index=self._new)
        return {
            hit["_id"]
            for shard, number in enumerate(after)
            for hits in self._pages(self._new, _both(_later(number), {"ids": {"values": list(ids)}}), False, shard)
            for hit in hits
        }

    def _bring(self, after: Sequence[int], *, unless_after: Sequence[int] | None = None) -> list[int]:
        """Bring over what has a higher sequence number than `after`, by shard; returns the highest seen.

        `unless_after`: leave alone what the new index has with a higher sequence number than this, for it was written
        there since."""
        self._client.indices.refresh(index=self._old)
        highest = list(after)
        for shard, number in enumerate(after):
            for hits in self._pages(self._old, _later(number), True, shard):
                highest[shard] = max(highest[shard], *(int(h["_seq_no"]) for h in hits))
                actions = self._actions(hits) if unless_after is None else self._unless_newer(hits, unless_after)
                written = write(
                    self._client, actions, rejected_index=layout.alias(self._prefix, "rejected"), by_alias=False
                )
                if written.rejected:
                    first = written.rejected[0]
                    refused = f"{len(written.rejected)} documents are refused, first {first.id}: {first.reason}"
                    raise StoreError(f"{self._new}: {refused}; the alias still points to {self._old}")
        return highest

    def _pages(
        self, index: str, query: dict[str, Any], source: bool = True, shard: int | None = None
    ) -> Iterator[list[dict[str, Any]]]:
        only = None if shard is None else f"_shards:{shard}"
        pit = self._client.open_point_in_time(index=index, keep_alive="5m", preference=only)["id"]
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
        for id, source in self._documents(hits):
            yield {"index": {"_index": self._new, "_id": id}}, source

    def _documents(self, hits: Sequence[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The documents of the new layout, with their ids."""
        if self._name == "latest":  # the words are not kept in it
            articles = self._read(Article, [hit["_source"]["article_id"] for hit in hits])
            for hit in hits:
                if (article := articles.get(hit["_source"]["article_id"])) is not None:
                    yield hit["_id"], latest_document(article)
            return
        cls = _CLASSES.get(self._name)
        if cls is None:
            yield from ((hit["_id"], hit["_source"]) for hit in hits)
            return
        records = [read_record(cls, hit["_source"]) for hit in hits]
        context = self._context(records)
        for hit, record in zip(hits, records, strict=True):
            yield hit["_id"], document(record, context)

    def _unless_newer(self, hits: Sequence[dict[str, Any]], after: Sequence[int]) -> Iterator[Action]:
        """The actions of what the new index has not written since these sequence numbers, each a conflict where
        somebody writes it now: so it is read first, and asked afterwards what was written since."""
        ids = [h["_id"] for h in hits]
        docs = self._client.mget(index=self._new, ids=ids, source=False)["docs"]
        there = {d["_id"]: d for d in docs if d.get("found")}
        newer = self._changed(ids, after)
        for id, source in self._documents([h for h in hits if h["_id"] not in newer]):
            yield unless_changed(self._new, id, source, there.get(id))

    def _context(self, records: Sequence[Any]) -> Context:
        """The figures and claims that findings and days name, as they are now."""
        figures = sorted({r.figure for r in records if isinstance(r, Finding | FigureDay)})
        sides = sorted({id for r in records if isinstance(r, Finding) for id in (r.earlier, r.later)})
        return Context(self._read(Figure, figures), {**self._read(Claim, sides), **self._read(Denial, sides)})

    def _read(self, cls: type, ids: Sequence[str]) -> Mapping[str, Any]:
        found = self._reader.by_ids((NAMES[cls], ids, shown(cls)))[NAMES[cls]]
        return {id: read_record(cls, hit["_source"]) for id, hit in found.items()}

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


def _later(number: int) -> dict[str, Any]:
    return {"range": {"_seq_no": {"gt": number}}}


def _both(*queries: dict[str, Any]) -> dict[str, Any]:
    return {"bool": {"filter": list(queries)}}
