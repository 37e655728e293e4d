"""The store on Elasticsearch 9. Same behaviour as the embedded one; see processing.store.protocol.

A batch has no transaction here: records and keys are written first, then what it enqueues, and the marks of done work
last, so that after a crash the work is done again with the same effect. Reads by id are real-time; an index is
refreshed only when a search follows own writes, and when the store is closed, so that the next process sees everything.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from processing.store.elastic import layout
from processing.store.elastic.connection import GOES_ON, connect, read_address, store_errors
from processing.store.elastic.documents import NAMES, Context, coverage_documents, document
from processing.store.elastic.freshness import Seen
from processing.store.elastic.latest import put_latest
from processing.store.elastic.locks import LEASE_SECONDS, Lease, held
from processing.store.elastic.mapping import remedy
from processing.store.elastic.queries import TEXT_SORT, WHOLE, as_filter, snippet
from processing.store.elastic.search import (
    ARTICLE_FACETS,
    CLAIM_FACETS,
    article_filters,
    claim_filters,
    counted,
    positive_forms,
    text_query,
)
from processing.store.elastic.writing import ATTEMPTS, Action, Rejected, Written, write
from processing.store.grammar import Query, parse
from processing.store.protocol import FIELDS, Batch, Found, Hit, StoreInfo, Where, record_id
from schemas.errors import StoreError, StoreLocked, StoreNotFound, StoreRejected, StoreVersion
from schemas.records import Article, Claim, Denial, Figure, FigureDay, Finding, Run, digest_id, load_json

__all__ = ["ElasticStore"]

R = TypeVar("R")
_PAGE = 1000
_SEARCHES = 64  # in one multi-search
_MANY = 1000  # ids in one mget, terms in one query
_MOST = 10_000  # hits that a search looks at
_BELOW: dict[type, tuple[tuple[type, str], ...]] = {
    Figure: ((Finding, "figure"), (FigureDay, "figure")),
    Article: ((Claim, "article_id"), (Denial, "article_id")),
}  # what goes with a record that is deleted


class ElasticStore:
    """`Store` on a cluster; `address` is `https://host:9200[,https://other:9200][/prefix]`."""

    def __init__(
        self,
        address: str,
        *,
        retries: int = 6,
        timeout: float = 30,
        catch_up: bool = True,
        lease_seconds: float = LEASE_SECONDS,
    ):
        """Connect and make what is missing. `catch_up`: what others wrote within the last second is found too.
        `lease_seconds`: how long a run may stand still before another takes its lock over, the same for all.

        Raises: StoreVersion (not Elasticsearch 9, or a newer or older layout), StoreError (cannot be reached,
        credentials)."""
        self.hosts, self.prefix = read_address(address)
        self.address = f"{self.hosts[0]}/{self.prefix}"
        self._last = Seen()
        self._client = connect(self.hosts, retries=retries, timeout=timeout, seen=self._last)
        self._seen: dict[str, tuple[int, int]] = {}  # queue items that were handed out, as they were then
        self._lease: Lease | None = None  # while this store holds the run lock
        self._lease_seconds = lease_seconds
        self._seq = 0  # of the last item put on the queue
        self._dirty = (
            set(layout.index_names()) if catch_up else set[str]()
        )  # what is not searchable yet: others may have written just before
        with store_errors(self.address):
            layout.ensure(self._client, self.prefix)

    def _index(self, name: str) -> str:
        return layout.alias(self.prefix, name)

    def _searchable(self, name: str) -> str:
        """The alias of an index whose own writes are searchable."""
        if name in self._dirty:
            self._whole(self._client.indices.refresh(index=self._index(name)))
            self._dirty.discard(name)
        return self._index(name)

    def _whole(self, answer: Any) -> Any:
        """The answer, where every shard gave its part. Raises StoreError where one did not: a part of an index is not
        what was asked for."""
        if failures := answer["_shards"].get("failures"):
            reason = (failures[0].get("reason") or {}).get("reason") or "a shard does not answer"
            raise StoreError(
                f"{self.address}: {failures[0].get('index')} cannot be read as a whole ({reason}); {GOES_ON}"
            )
        return answer

    def _count(self, name: str, query: dict[str, Any] | None = None) -> int:
        return int(self._whole(self._client.count(index=self._searchable(name), query=query))["count"])

    def close(self) -> None:
        """Make own writes searchable for others and release the connections. Calling it twice is allowed. Raises
        nothing."""
        try:
            if self._dirty:
                names = ",".join(self._index(name) for name in sorted(self._dirty))
                self._client.options(max_retries=0).indices.refresh(index=names)
        except Exception:
            pass  # the indices refresh by themselves within a second of the cluster's return
        self._dirty.clear()
        self._client.close()

    def info(self) -> StoreInfo:
        """Raises: StoreError."""
        with store_errors(self.address):
            counts = {cls.__name__: self._count(name) for cls, name in NAMES.items()}
            buckets = self._client.search(
                index=self._searchable("queue"),
                size=0,
                aggs={"steps": {"terms": {"field": "step", "size": 100}}},
                **WHOLE,
            )
            waiting = {b["key"]: b["doc_count"] for b in buckets["aggregations"]["steps"]["buckets"]}
        return StoreInfo("elasticsearch", self.address, layout.layout_of("claim"), counts, waiting)

    def hold_run(self, owner: str, now: datetime) -> AbstractContextManager[None]:
        """Raises: StoreLocked, naming the owner, where another run that is alive holds it."""
        return self._hold(owner, now)

    @contextmanager
    def _hold(self, owner: str, now: datetime) -> Iterator[None]:
        with held(self._client, self._index("lock"), "run", owner, now, self.address, self._lease_seconds) as lease:
            self._lease = lease
            try:
                yield
            finally:
                self._lease = None

    def _fence(self) -> None:
        """Before and after each write of a run: whether it still holds its lock. Writers beside a run (parts of a step,
        people at a desk) have none. Raises StoreLocked."""
        if self._lease is not None:
            self._lease.show(self._lease_seconds / 2, self._lease_seconds)

    # ------------------------------------------------------------ writing

    def apply(self, batch: Batch) -> int:
        """Write a batch; returns how many of `put` were not there before. Raises: StoreFull, StoreVersion (an index
        with another mapping), StoreError."""
        if not batch:
            return 0
        with store_errors(self.address):
            self._check_articles(batch)
            self._mark_dirty(batch)  # before, for a write may end half done
            written = self._write(self._record_actions(batch), self._side_actions(batch))
            articles = [r for r in batch.put if isinstance(r, Article)]
            refused = put_latest(self._index("latest"), articles, lambda keys: self._by_id("latest", keys), self._write)
            self._mark_dirty(batch)  # and after, for what was read meanwhile made indices searchable
            if lost := written.rejected + refused:
                self._check_mappings(lost)
            self._still_mine(batch)
            self._enqueue(batch)
            self._take_off(batch)
        if lost:
            named = "; ".join(f"{r.index}/{r.id}: {r.reason}" for r in lost[:3])
            raise StoreRejected(
                f"{self.address}: {len(lost)} documents were rejected and are kept in "
                f"{self._index('rejected')}: {named}"
            )
        return written.created

    def _still_mine(self, batch: Batch) -> None:
        """Between records and marks of done work: a run that was frozen while it wrote may have written over what its
        successor made, so what it worked on is put on the queue again, to be made anew. Raises StoreLocked."""
        try:
            self._fence()
        except StoreLocked:
            lost, self._lease = self._lease, None  # this one write is let through
            try:
                self._enqueue(Batch(enqueue=batch.done))
            finally:
                self._lease = lost
            raise

    def _write(self, actions: Iterable[Action], beside: Iterable[Action] = ()) -> Written:
        """Bulk writes; what is created of `beside` is not counted."""
        self._fence()
        index = self._index("rejected")
        written = write(self._client, actions, rejected_index=index, uncounted=beside)
        self._last.wrote(
            place for place in written.last.values() if not place.index.startswith(self._index("queue"))
        )  # others take items off
        return written

    def _mark_dirty(self, batch: Batch) -> None:
        """Note which indices a batch changes."""
        gone = {cls for cls, _ in batch.delete}
        gone |= {child for cls in gone for child, _ in _BELOW.get(cls, ())}
        kinds = {type(r) for r in batch.put}
        self._dirty |= {NAMES[cls] for cls in kinds | gone} | {"latest", "lookup_key", "queue", "rejected"}
        if Run in kinds:
            self._dirty.add("coverage")

    def _check_mappings(self, lost: Sequence[Rejected]) -> None:
        """Whether documents were refused because an index is not as its layout has it; then the work must stay on its
        queue. Raises StoreVersion."""
        refused = {r.index for r in lost}
        for s in layout.state(self._client, self.prefix):
            if s.index in refused and s.differs:
                kept = (
                    f"{len(lost)} documents were refused and are kept in {self._index('rejected')}, the "
                    f"first {lost[0].id}: {lost[0].reason}"
                )
                raise StoreVersion(f"{remedy(s.index, s.differs)}; {kept}; the work stays pending")

    def _check_articles(self, batch: Batch) -> None:
        here = {r.id for r in batch.put if isinstance(r, Article)}
        asked = sorted({r.article_id for r in batch.put if isinstance(r, Claim | Denial)} - here)
        if asked and (missing := set(asked) - self._known("article", asked)):
            raise StoreRejected(
                f"{self.address}: no article {sorted(missing)[0]!r} for a claim; nothing of this batch was written"
            )

    def _by_id(self, name: str, ids: Sequence[str], source: Any = True) -> Iterator[dict[str, Any]]:
        """The documents that there are, in real time. A shard that cannot answer is waited for, and is an error in the
        end."""
        for start in range(0, len(ids), _MANY):
            left = list(ids[start : start + _MANY])
            for attempt in range(ATTEMPTS):
                docs = self._client.mget(index=self._index(name), ids=left, source=source)["docs"]
                yield from (d for d in docs if d.get("found"))
                failed = [d for d in docs if "error" in d]
                if not failed:
                    break
                if attempt == ATTEMPTS - 1:
                    reason = failed[0]["error"].get("reason", "unknown")
                    raise StoreError(f"{self.address}: {failed[0]['_index']} cannot be read ({reason}); {GOES_ON}")
                left = [d["_id"] for d in failed]
                time.sleep(min(0.5 * 2**attempt, 8.0))

    def _known(self, name: str, ids: Sequence[str]) -> set[str]:
        return {d["_id"] for d in self._by_id(name, ids, False)}

    def _context(self, batch: Batch) -> Context:
        """Figures and claims that the batch's findings and days name."""
        figures = {r.id: r for r in batch.put if isinstance(r, Figure)}
        wanted = sorted({r.figure for r in batch.put if isinstance(r, Finding | FigureDay)} - set(figures))
        sides = sorted({id for r in batch.put if isinstance(r, Finding) for id in (r.earlier, r.later)})
        claims: dict[str, Claim | Denial] = {**self._read(Claim, sides), **self._read(Denial, sides)}
        return Context({**figures, **self._read(Figure, wanted)}, claims)

    def _record_actions(self, batch: Batch) -> Iterator[Action]:
        for cls, id in batch.delete:
            yield from self._deletions(cls, id)
        context = self._context(batch)
        for record in batch.put:
            yield (
                {"index": {"_index": self._index(NAMES[type(record)]), "_id": record_id(record)}},
                document(record, context),
            )

    def _deletions(self, cls: type, id: str) -> Iterator[Action]:
        yield {"delete": {"_index": self._index(NAMES[cls]), "_id": id}}, None
        for child, name in _BELOW.get(cls, ()):
            below: list[Any] = list(self.find(child, Where(name, "=", id)))
            for record in below:
                yield {"delete": {"_index": self._index(NAMES[child]), "_id": record_id(record)}}, None
        if cls is Article:
            for hit in self._hits("latest", {"term": {"article_id": id}}, ["_doc"], source=False):
                yield {"delete": {"_index": self._index("latest"), "_id": hit["_id"]}}, None

    def _side_actions(self, batch: Batch) -> Iterator[Action]:
        for record in batch.put:
            if isinstance(record, Run):
                for id, source in coverage_documents(record):
                    yield {"index": {"_index": self._index("coverage"), "_id": id}}, source
        for space, id, keys in batch.keys:
            source = {"id": digest_id(space, id), "space": space, "owner": id, "keys": sorted(set(keys))}
            yield {"index": {"_index": self._index("lookup_key"), "_id": digest_id(space, id)}}, source
        for space, id in batch.drop_keys:
            yield {"delete": {"_index": self._index("lookup_key"), "_id": digest_id(space, id)}}, None

    def _enqueue(self, batch: Batch) -> None:
        """New items at the end. One that waits already keeps its place, but is touched, so that a worker that has just
        done it leaves it."""
        done = set(batch.done)
        items = list(dict.fromkeys(batch.enqueue))
        if not items:
            return
        index = self._index("queue")

        def actions() -> Iterator[Action]:
            for step, item in items:
                op = "index" if (step, item) in done else "create"
                self._seq = max(self._seq + 1, time.time_ns())
                source = {"id": digest_id(step, item), "step": step, "item": item, "seq": self._seq}
                yield {op: {"_index": index, "_id": digest_id(step, item)}}, source

        written = self._write(actions())
        if written.rejected:
            self._check_mappings(written.rejected)
            first = written.rejected[0]
            raise StoreError(
                f"{self.address}: {len(written.rejected)} items cannot be queued, first {first.id}: "
                f"{first.reason}; the work stays pending"
            )
        waiting = [id for _, id in written.conflicts]
        touched = [({"index": {"_index": index, "_id": d["_id"]}}, d["_source"]) for d in self._by_id("queue", waiting)]
        self._write(touched)

    def _take_off(self, batch: Batch) -> None:
        again = set(batch.enqueue)
        index = self._index("queue")
        seen = self._seen

        def actions() -> Iterator[Action]:
            for step, item in batch.done:
                if (step, item) in again:
                    continue
                id = digest_id(step, item)
                to: dict[str, Any] = {"_index": index, "_id": id}
                if id in seen:
                    to["if_seq_no"], to["if_primary_term"] = seen[id]
                yield {"delete": to}, None

        self._write(actions())
        for step, item in batch.done:
            seen.pop(digest_id(step, item), None)

    # ------------------------------------------------------------ reading

    def get(self, cls: type[R], id: str) -> R:
        """Raises: StoreNotFound, StoreError."""
        found = self.get_many(cls, [id]).get(id)
        if found is None:
            raise StoreNotFound(f"no {cls.__name__.lower()} {id!r} in {self.address}")
        return found

    def get_many(self, cls: type[R], ids: Sequence[str]) -> dict[str, R]:
        """The records found, by id, in the order asked. Raises: StoreError."""
        with store_errors(self.address):
            return self._read(cls, list(dict.fromkeys(ids)))

    def _read(self, cls: type[R], ids: Sequence[str]) -> dict[str, R]:
        read = {d["_id"]: load_json(cls, d["_source"]["record"]) for d in self._by_id(NAMES[cls], ids, ["record"])}
        return {id: read[id] for id in ids if id in read}  # a shard that was waited for answers last

    def _query(self, cls: type, where: Sequence[Where]) -> dict[str, Any]:
        for condition in where:
            if condition.field not in FIELDS[cls]:
                raise StoreError(
                    f"{cls.__name__} cannot be selected by {condition.field!r}; there are {', '.join(FIELDS[cls])}"
                )
        return (
            {"bool": {"filter": [as_filter(NAMES[cls], condition) for condition in where]}}
            if where
            else {"match_all": {}}
        )

    def _hits(
        self,
        name: str,
        query: dict[str, Any],
        sort: list[Any],
        *,
        limit: int | None = None,
        source: Any = ("record",),
        versions: bool = False,
    ) -> Iterator[dict[str, Any]]:
        """All hits: one plain search where one page is enough, else through a point in time and search_after.
        `versions`: with sequence numbers."""
        index = self._searchable(name)
        shown: Any = source if isinstance(source, bool) else list(source)
        asked: dict[str, Any] = {
            "query": query,
            "sort": sort,
            "source": shown,
            "seq_no_primary_term": versions,
            "track_total_hits": False,
            **WHOLE,
        }
        size = _PAGE if limit is None else min(_PAGE, limit)
        hits = self._client.search(index=index, size=size, **asked)["hits"]["hits"]
        if len(hits) < _PAGE or limit == _PAGE:
            yield from hits
            return
        pit = self._client.open_point_in_time(index=index, keep_alive="2m")["id"]
        left = limit
        more: dict[str, Any] = {}
        try:
            while left is None or left > 0:
                size = _PAGE if left is None else min(_PAGE, left)
                answer = self._client.search(pit={"id": pit, "keep_alive": "2m"}, size=size, **asked, **more)
                pit, hits = answer.get("pit_id", pit), answer["hits"]["hits"]
                yield from hits
                if len(hits) < size:
                    return
                more = {"search_after": hits[-1]["sort"]}
                left = None if left is None else left - len(hits)
        finally:
            self._client.options(ignore_status=404).close_point_in_time(id=pit)

    def find(self, cls: type[R], *where: Where, order: str | None = None, limit: int | None = None) -> Iterator[R]:
        """Records that meet all conditions, by `order` then id. Raises: StoreError."""
        given = order or FIELDS[cls][0]
        down, field = given.startswith("-"), given.removeprefix("-")
        if field not in FIELDS[cls]:
            raise StoreError(f"{cls.__name__} cannot be sorted by {field!r}; there are {', '.join(FIELDS[cls])}")
        name = NAMES[cls]
        sense = "desc" if down else "asc"
        by = {"order": sense, "missing": "_last" if down else "_first"}
        sort = [{TEXT_SORT.get((name, field), field): by}, {"id": {"order": sense}}]
        query = self._query(cls, where)
        if limit is not None and limit <= 0:
            return
        with store_errors(self.address):
            for hit in self._hits(name, query, sort, limit=limit):
                yield load_json(cls, hit["_source"]["record"])

    def ids_beginning(self, cls: type, start: str, *, limit: int = 2) -> list[str]:
        """Ids of a class that begin with a text, in their order. Raises: StoreError."""
        with store_errors(self.address):
            query = {"prefix": {"id": {"value": start}}}
            hits = self._hits(NAMES[cls], query, [{"id": {"order": "asc"}}], limit=limit, source=False)
            return [hit["_id"] for hit in hits]

    def unreadable(self, cls: type) -> Iterator[tuple[str, str]]:
        """The records of a class that cannot be read: id and why. Raises: StoreError."""
        with store_errors(self.address):
            for hit in self._hits(NAMES[cls], {"match_all": {}}, [{"id": {"order": "asc"}}]):
                try:
                    load_json(cls, hit["_source"]["record"])
                except (ValueError, KeyError) as error:
                    yield hit["_id"], str(error)

    def count(self, cls: type, *where: Where) -> int:
        """Raises: StoreError."""
        with store_errors(self.address):
            return self._count(NAMES[cls], self._query(cls, where))

    def lookup(self, space: str, keys: Sequence[str]) -> dict[str, int]:
        """Ids that share keys in a space, with how many of the asked keys each has. Raises: StoreError."""
        wanted = sorted(set(keys))
        shared: dict[str, int] = {}
        with store_errors(self.address):
            for start in range(0, len(wanted), _MANY):
                some = wanted[start : start + _MANY]
                asked = set(some)
                query = {"bool": {"filter": [{"term": {"space": space}}, {"terms": {"keys": some}}]}}
                for hit in self._hits("lookup_key", query, [{"owner": "asc"}], source=("owner", "keys")):
                    owner = hit["_source"]["owner"]
                    shared[owner] = shared.get(owner, 0) + len(asked.intersection(hit["_source"]["keys"]))
        return shared

    def lookups(self, space: str, asked: Sequence[Sequence[str]]) -> list[dict[str, int]]:
        """`lookup` for several lists of keys at once, in their order. Raises: StoreError."""
        found: list[dict[str, int]] = []
        with store_errors(self.address):
            index = self._searchable("lookup_key")
            for start in range(0, len(asked), _SEARCHES):
                some = [sorted(set(keys)) for keys in asked[start : start + _SEARCHES]]
                searches: list[dict[str, Any]] = []
                for keys in some:
                    query = {"bool": {"filter": [{"term": {"space": space}}, {"terms": {"keys": keys[:_MANY]}}]}}
                    body = {"query": query, "sort": [{"owner": "asc"}], "_source": ["owner", "keys"], "size": _PAGE}
                    searches += [{"allow_partial_search_results": False}, {**body, "track_total_hits": False}]
                answers = self._client.msearch(index=index, searches=searches)["responses"] if some else []
                for keys, answer in zip(some, answers, strict=True):
                    hits = answer["hits"]["hits"] if "hits" in answer and "error" not in answer else None
                    if hits is None or len(hits) == _PAGE or len(keys) > _MANY:  # too much for one page, or refused
                        found.append(self.lookup(space, keys))
                        continue
                    wanted = set(keys)
                    found.append({h["_source"]["owner"]: len(wanted.intersection(h["_source"]["keys"])) for h in hits})
        return found

    def keys_of(self, space: str, ids: Sequence[str]) -> dict[str, list[str]]:
        """The keys of ids in a space. Raises: StoreError."""
        found: dict[str, list[str]] = {}
        asked = sorted(set(ids))
        with store_errors(self.address):
            for d in self._by_id("lookup_key", [digest_id(space, id) for id in asked], ["owner", "keys"]):
                if d["_source"]["keys"]:
                    found[d["_source"]["owner"]] = sorted(d["_source"]["keys"])
        return found

    def spaces(self) -> list[str]:
        """The names of the key spaces that hold something, sorted. Raises: StoreError."""
        with store_errors(self.address):
            asked = {"spaces": {"terms": {"field": "space", "size": 1000}}}
            answer = self._client.search(
                index=self._searchable("lookup_key"), size=0, query={"exists": {"field": "keys"}}, aggs=asked, **WHOLE
            )
        return sorted(b["key"] for b in answer["aggregations"]["spaces"]["buckets"])

    def all_keys(self, space: str) -> Iterator[tuple[str, list[str]]]:
        """Every id of a space with its keys (sorted), by id; ids without keys are left out. Raises: StoreError."""
        query = {"bool": {"filter": [{"term": {"space": space}}, {"exists": {"field": "keys"}}]}}
        with store_errors(self.address):
            for hit in self._hits("lookup_key", query, [{"owner": "asc"}], source=("owner", "keys")):
                yield hit["_source"]["owner"], sorted(hit["_source"]["keys"])

    def queued(self, step: str, limit: int = 1000) -> list[str]:
        """Items that wait for a step, in the order they came. Raises: StoreError."""
        items = []
        with store_errors(self.address):
            for hit in self._hits(
                "queue",
                {"term": {"step": step}},
                [{"seq": "asc"}, {"id": "asc"}],
                limit=limit,
                source=("item",),
                versions=True,
            ):
                self._seen[hit["_id"]] = (hit["_seq_no"], hit["_primary_term"])
                items.append(hit["_source"]["item"])
        return items

    def waiting(self, step: str) -> int:
        """How many items wait for a step. Raises: StoreError."""
        with store_errors(self.address):
            return self._count("queue", {"term": {"step": step}})

    def search(self, words: str, *, limit: int = 20) -> list[Hit]:
        """Articles (newest revision) that a search finds, best first, diacritics apart. Raises: UsageError,
        StoreError."""
        query = parse(words)
        return [] if query == Query() else self.search_articles(query, limit=limit).hits

    def search_articles(self, query: Query, *, limit: int = 20, offset: int = 0) -> Found[Hit]:
        """Articles (newest revision), best first; without words the newest first, of the first 10,000. Raises:
        StoreError."""
        with store_errors(self.address):
            scores = self._newest(query)
            filters = article_filters(query)
            if query.of_claims:
                filters.append({"terms": {"id": self._claimed(query)}})
            if query.text is not None or len(scores) < _MOST:  # of more articles, older revisions are found too
                filters.append({"terms": {"id": list(scores)}})
            answer = self._client.search(
                index=self._searchable("article"),
                query={"bool": {"filter": filters}},
                size=_MOST,
                source=False,
                sort=[{"published": "desc"}, {"id": "desc"}],
                aggs=ARTICLE_FACETS,
                track_total_hits=True,
                **WHOLE,
            )
            ids = [hit["_id"] for hit in answer["hits"]["hits"]]
            if query.text is not None:
                ids.sort(key=lambda id: (-scores[id], id))
            page = ids[offset : offset + limit]
            articles = self._read(Article, page)
        terms = positive_forms(query.text)
        hits = [
            Hit(articles[id], snippet(articles[id], terms) if terms else "", scores.get(id, 0.0))
            for id in page
            if id in articles
        ]
        return Found(hits, int(answer["hits"]["total"]["value"]), counted(answer["aggregations"]))

    def _newest(self, query: Query) -> dict[str, float]:
        """The ids of newest revisions that have the words, with their scores: the best 10,000."""
        told = {"match_all": {}} if query.text is None else text_query(query.text, ["title^2", "text"])
        answer = self._client.search(
            index=self._searchable("latest"),
            query=told,
            size=_MOST,
            source_includes=["article_id"],
            sort=["_score", {"id": "asc"}],
            **WHOLE,
        )
        return {hit["_source"]["article_id"]: float(hit["_score"] or 0) for hit in answer["hits"]["hits"]}

    def _claimed(self, query: Query) -> list[str]:
        """The ids of articles with a claim of which all conditions hold: the first 10,000."""
        answer = self._client.search(
            index=self._searchable("claim"),
            query={"bool": {"filter": claim_filters(query, None)}},
            size=0,
            aggs={"articles": {"terms": {"field": "article_id", "size": _MOST}}},
            **WHOLE,
        )
        return [bucket["key"] for bucket in answer["aggregations"]["articles"]["buckets"]]

    def search_claims(self, query: Query, *, limit: int = 20, offset: int = 0) -> Found[Claim]:
        """Claims of newest revisions, the newest first. Raises: StoreError."""
        with store_errors(self.address):
            filters = claim_filters(query, query.text) + _days_and_outlet(query)
            newest = list(self._newest(Query()))
            if query.language is not None:
                of_language = self._client.search(
                    index=self._searchable("article"),
                    query={"bool": {"filter": [{"term": {"language": query.language}}, {"terms": {"id": newest}}]}},
                    size=_MOST,
                    source=False,
                    **WHOLE,
                )
                newest = [hit["_id"] for hit in of_language["hits"]["hits"]]
            if len(newest) < _MOST or query.language is not None:
                filters.append({"terms": {"article_id": newest}})
            answer = self._client.search(
                index=self._searchable("claim"),
                query={"bool": {"filter": filters}},
                from_=offset,
                size=limit,
                source=False,
                sort=[{"published": "desc"}, {"id": "asc"}],
                aggs=CLAIM_FACETS,
                track_total_hits=True,
                **WHOLE,
            )
            ids = [hit["_id"] for hit in answer["hits"]["hits"]]
            claims = self._read(Claim, ids)
        total = int(answer["hits"]["total"]["value"])
        return Found([claims[id] for id in ids if id in claims], total, counted(answer["aggregations"]))


def _days_and_outlet(query: Query) -> list[dict[str, Any]]:
    return article_filters(replace(query, language=None))
