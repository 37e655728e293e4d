"""Reads: by id in real time, by condition after a refresh of what was written since the last one; several together in
one request.

An alias may stand for several indices, see layout. A search asks the alias; by id each of its indices is asked."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from processing.batches import in_batches
from processing.store.elastic import layout
from processing.store.elastic.connection import GOES_ON
from processing.store.elastic.queries import WHOLE
from processing.store.elastic.writing import ATTEMPTS
from schemas.errors import StoreError

__all__ = ["Hit", "Reader", "Search", "Wanted"]

Hit = dict[str, Any]
Wanted = tuple[str, Sequence[str], Any]  # index name, ids, what of the source
_PAGE = 1000
_SEARCHES = 128  # in one multi-search
_MANY = 1000  # documents in one mget
_LOOK_AGAIN = 30.0  # seconds after which it is asked anew which indices an alias stands for


@dataclass(frozen=True, slots=True)
class Search:
    """One search. `limit`: None: all hits. 0: only how many there are. `versions`: with sequence numbers. `after`:
    the sort values behind which it begins."""

    name: str
    query: Mapping[str, Any]
    sort: Sequence[Any] = ("_doc",)
    source: Any = ("record",)
    limit: int | None = None
    versions: bool = False
    after: Sequence[Any] = ()

    @property
    def size(self) -> int:
        """Hits of its first page."""
        return _PAGE if self.limit is None else min(_PAGE, self.limit)

    def body(self) -> dict[str, Any]:
        """What is asked, but for index and size."""
        return {
            "query": dict(self.query),
            "sort": list(self.sort),
            "_source": self.source if isinstance(self.source, bool) else list(self.source),
            "seq_no_primary_term": self.versions,
            "track_total_hits": self.limit == 0,
            **({"search_after": list(self.after)} if self.after else {}),
        }


class Reader:
    """What is read of one store. `catch_up`: what others wrote before is found too."""

    def __init__(self, client: Elasticsearch, prefix: str, address: str, catch_up: bool):
        self.client, self.prefix, self.address = client, prefix, address
        self._stale = set(layout.index_names()) if catch_up else set[str]()  # others may have written just before
        self._written: set[str] = set()  # own writes that are not searchable yet
        self._asked = True  # whether something was searched since the last write
        self._places: dict[str, tuple[str, ...]] = {}
        self.looked = -_LOOK_AGAIN  # when it was asked which indices the aliases stand for

    def index(self, name: str) -> str:
        """The alias of an index."""
        return layout.alias(self.prefix, name)

    # ------------------------------------------------------------ what is searchable

    def is_asked(self) -> bool:
        """Whether somebody searches between the writes, so that each is better made searchable at once."""
        asked, self._asked = self._asked, False
        return asked

    def note_written(self, names: set[str]) -> None:
        """Note that indices have changed, and that nobody finds it yet."""
        self._written |= names

    def note_refreshed(self, names: set[str]) -> None:
        """Note that what was written is found."""
        self._written -= names

    def searchable(self, *names: str) -> str:
        """The aliases of indices whose own writes are searchable, joined by commas."""
        self._asked = True
        if not self._written.isdisjoint(names) or not self._stale.isdisjoint(names):
            late = self._written | self._stale
            self._refresh(late)
            self._written -= late
            self._stale -= late
        return ",".join(self.index(name) for name in names)

    def _refresh(self, names: set[str]) -> None:
        wanted = ",".join(self.index(name) for name in sorted(names))
        # one that is closed stops those who read it, and nobody else
        self.whole(self.client.indices.refresh(index=wanted, ignore_unavailable=True))

    def publish(self) -> None:
        """Make own writes searchable for others, if the cluster answers now; it does so itself within a second."""
        if self._written:
            names = ",".join(self.index(name) for name in sorted(self._written))
            self._written.clear()
            self.client.options(max_retries=0).indices.refresh(index=names)

    def whole(self, answer: Any) -> Any:
        """The answer, where every shard gave its part. Raises StoreError where one did not: a part of an index is not
        what was asked for."""
        if failures := answer["_shards"].get("failures"):
            reason = (failures[0].get("reason") or {}).get("reason") or "a shard does not answer"
            raise StoreError(
                f"{self.address}: {failures[0].get('index')} cannot be read as a whole ({reason}); {GOES_ON}"
            )
        return answer

    # ------------------------------------------------------------ by id

    def places(self, name: str) -> tuple[str, ...]:
        """The indices behind an alias, the one that is written last; the alias itself where there is but one."""
        if time.monotonic() - self.looked > _LOOK_AGAIN:
            self.look_again()
        found = self._places.get(name, ())
        return found if len(found) > 1 else (self.index(name),)

    def look_again(self) -> None:
        """Ask which indices the aliases stand for."""
        self.know_places(layout.behind(self.client, self.prefix))

    def know_places(self, places: Mapping[str, tuple[str, ...]]) -> None:
        """Take what was just asked: the indices behind aliases; one that is not among them stands for one index."""
        self._places = dict(places)
        self.looked = time.monotonic()

    def is_rolled_over(self, indices: Iterable[str]) -> bool:
        """Whether one of the indices that were just written to is new behind its alias, so that what lies in the older
        ones was not looked for."""
        known = {index for some in self._places.values() for index in some}
        unknown = set(indices) - known
        if not unknown:
            return False
        self.look_again()
        return any(len(some) > 1 and not unknown.isdisjoint(some) for some in self._places.values())

    def older(self, wanted: Iterable[Wanted]) -> Iterator[tuple[str, str]]:
        """Of documents that lie in the index that is written and in an older one too: where the older one lies, and its
        id."""
        docs = [
            {"_index": place, "_id": id, "_source": False}
            for name, ids, _ in wanted
            for place in self._places.get(name, ())
            for id in dict.fromkeys(ids)
        ]
        newest = {some[-1] for some in self._places.values()}
        for some in in_batches(docs, _MANY):
            found = [d for d in self.client.mget(docs=some)["docs"] if d.get("found")]
            there = {d["_id"] for d in found if d["_index"] in newest}
            yield from ((d["_index"], d["_id"]) for d in found if d["_index"] not in newest and d["_id"] in there)

    def by_ids(self, *wanted: Wanted) -> dict[str, dict[str, Hit]]:
        """The documents that there are, in real time, by index name and id. A shard that cannot answer is waited for,
        and is an error in the end."""
        found: dict[str, dict[str, Hit]] = {name: {} for name, _, _ in wanted}
        left = self._to_get(wanted)
        for attempt in range(ATTEMPTS):
            failed = [pair for some in in_batches(left, _MANY) for pair in self._get(some, found)]
            if not failed:
                return found
            _, answer = failed[0]
            reason = str(answer["error"].get("reason", "unknown"))
            if attempt == ATTEMPTS - 1:
                raise StoreError(f"{self.address}: {answer['_index']} cannot be read ({reason}); {GOES_ON}")
            if "more than one index" in reason:  # it was rolled over just now
                self.look_again()
            else:
                time.sleep(min(0.5 * 2**attempt, 8.0))
            again = {(name, answer["_id"]) for name, answer in failed}
            left = self._to_get(
                (name, [id for id in ids if (name, id) in again], source) for name, ids, source in wanted
            )
        return found

    def _to_get(self, wanted: Iterable[Wanted]) -> list[tuple[str, dict[str, Any]]]:
        """What is asked of each index behind the names."""
        return [
            (name, {"_index": place, "_id": id, "_source": list(source) if isinstance(source, tuple) else source})
            for name, ids, source in wanted
            if ids
            for place in self.places(name)
            for id in dict.fromkeys(ids)
        ]

    def _get(
        self, docs: Sequence[tuple[str, dict[str, Any]]], found: dict[str, dict[str, Hit]]
    ) -> list[tuple[str, Hit]]:
        """Ask for documents; those that there are go into `found`, those whose shard cannot answer are returned."""
        failed = []
        answers = self.client.mget(docs=[doc for _, doc in docs])["docs"]
        for (name, _), answer in zip(docs, answers, strict=True):
            if "error" in answer:
                failed.append((name, answer))
            elif answer.get("found"):
                found[name][answer["_id"]] = answer
        return failed

    # ------------------------------------------------------------ by condition

    def count(self, name: str, query: Mapping[str, Any] | None = None) -> int:
        """How many documents meet a query."""
        answer = self.client.count(index=self.searchable(name), query=dict(query) if query else None)
        return int(self.whole(answer)["count"])

    def search(self, name: str, **asked: Any) -> Any:
        """One search whose answer must be whole."""
        return self.client.search(index=self.searchable(name), **WHOLE, **asked)

    def hits(self, asked: Search) -> Iterator[Hit]:
        """All hits: one plain search where one page is enough, else through a point in time and search_after."""
        hits = self._page(asked, asked.size, index=self.searchable(asked.name), **WHOLE)["hits"]["hits"]
        if len(hits) < _PAGE or asked.limit == _PAGE:
            yield from hits
            return
        pit = self.client.open_point_in_time(index=self.index(asked.name), keep_alive="2m")["id"]
        left = asked.limit
        more: dict[str, Any] = dict(WHOLE)
        try:
            while left is None or left > 0:
                size = _PAGE if left is None else min(_PAGE, left)
                answer = self._page(asked, size, pit={"id": pit, "keep_alive": "2m"}, **more)
                pit, hits = answer.get("pit_id", pit), answer["hits"]["hits"]
                yield from hits
                if len(hits) < size:
                    return
                more["search_after"] = hits[-1]["sort"]
                left = None if left is None else left - len(hits)
        finally:
            self.client.options(ignore_status=404).close_point_in_time(id=pit)

    def _page(self, asked: Search, size: int, **more: Any) -> Any:
        body = asked.body()
        return self.client.search(source=body.pop("_source"), size=size, **{**body, **more})

    def together(self, asked: Sequence[Search]) -> list[list[Hit]]:
        """The hits of several searches, in their order; of one with limit 0 a single hit that has `total`."""
        found: list[list[Hit]] = []
        for some in in_batches(asked, _SEARCHES):
            self.searchable(*(s.name for s in some))
            searches: list[dict[str, Any]] = []
            for s in some:
                searches += [{"index": self.index(s.name), **WHOLE}, {**s.body(), "size": s.size}]
            answers = self.client.msearch(searches=searches)["responses"]
            found += [self._answered(s, answer) for s, answer in zip(some, answers, strict=True)]
        return found

    def _answered(self, asked: Search, answer: Any) -> list[Hit]:
        """What a multi-search gave for one search; one that was refused, or has more than a page, is asked alone."""
        refused = "error" in answer or "hits" not in answer
        if asked.limit == 0:
            return [{"total": self.count(asked.name, asked.query) if refused else answer["hits"]["total"]["value"]}]
        hits: list[Hit] = [] if refused else answer["hits"]["hits"]
        if refused or (len(hits) == _PAGE and asked.limit != _PAGE):
            return list(self.hits(asked))
        return hits
