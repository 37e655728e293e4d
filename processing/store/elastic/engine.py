"""The store on Elasticsearch 9. Same behaviour as the embedded one; see processing.store.protocol.

`reading` reads, `batches` writes, `answers` turns questions into searches. Reads by id are real-time; what this process
wrote is made searchable with the write itself where somebody searches between writes, else before the next search."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar

from processing.store.elastic import layout
from processing.store.elastic.answers import answer, as_search, place_in, sorted_by
from processing.store.elastic.batches import Batches
from processing.store.elastic.connection import connect, read_address, store_errors
from processing.store.elastic.documents import NAMES, read_record, shown
from processing.store.elastic.found import find_articles, find_claims
from processing.store.elastic.freshness import Seen
from processing.store.elastic.locks import LEASE_SECONDS, held
from processing.store.elastic.migration import migrate
from processing.store.elastic.queries import conditions
from processing.store.elastic.reading import Reader, Search
from processing.store.elastic.rolling import roll_over
from processing.store.grammar import Query, parse
from processing.store.protocol import Batch, Found, Hit, Part, Place, StoreInfo, Where
from processing.store.questions import AllKeys, ById, KeysOf, Question, Queued, Sharing
from schemas.errors import StoreNotFound
from schemas.records import Claim

__all__ = ["ElasticStore"]

R = TypeVar("R")


class ElasticStore:
    """`Store` on a cluster; `address` is `https://host:9200[,https://other:9200][/prefix]`."""

    def __init__(
        self,
        address: str,
        *,
        retries: int = 6,
        timeout: float = 30,
        catch_up: bool = True,
        as_it_is: bool = False,
        lease_seconds: float = LEASE_SECONDS,
    ):
        """Connect and make what is missing. `catch_up`: what others wrote within the last second is found too.
        `as_it_is`: make and check nothing, so that also an older layout is opened. `lease_seconds`: how long a run may
        stand still before another takes its lock over, the same for all.

        Raises: StoreVersion (not Elasticsearch 9, or a newer or older layout), StoreError (cannot be reached,
        credentials)."""
        self.hosts, self.prefix = read_address(address)
        self.address = f"{self.hosts[0]}/{self.prefix}"
        seen = Seen()
        self._client = connect(self.hosts, retries=retries, timeout=timeout, seen=seen)
        self._lease_seconds = lease_seconds
        self._reader = Reader(self._client, self.prefix, self.address, catch_up)
        self._batches = Batches(self._reader, seen, lease_seconds)
        if not as_it_is:
            with store_errors(self.address):
                self._reader.know_places(layout.ensure(self._client, self.prefix))

    @property
    def is_shared(self) -> bool:
        """Yes, from any machine that reaches the cluster."""
        return True

    def init(self) -> list[str]:
        """Put templates and life-cycle policies, and make what is missing. Raises: StoreVersion (an index has another
        layout), StoreError."""
        with store_errors(self.address):
            life_cycle = layout.put_templates(self._client, self.prefix)
            layout.ensure(self._client, self.prefix)
            layout.flag_written(self._client, self.prefix)
            roll_over(self._client, self.prefix, earlier=True)
        told = "the server has no life-cycle management: `counterclaim store tidy` rolls over what grows"
        return [] if life_cycle else [told]

    def status(self) -> list[Part]:
        """What stands behind each alias, whether this program can work with it or not. Raises: StoreError."""
        with store_errors(self.address):
            return layout.state(self._client, self.prefix)

    def migrate(self, tell: Callable[[str], None] = lambda line: None) -> list[str]:
        """See `migration`. Raises: StoreLocked, StoreError."""
        with store_errors(self.address):
            return migrate(self._client, self.prefix, self.address, tell)

    def tidy(self) -> list[str]:
        """Roll over what grows, where the server does not do it by itself. Raises: StoreError."""
        with store_errors(self.address):
            return roll_over(self._client, self.prefix)

    def close(self) -> None:
        """Make own writes searchable for others and release the connections. Calling it twice is allowed. Raises
        nothing."""
        with suppress(Exception):  # the indices refresh by themselves within a second of the cluster's return
            self._reader.publish()
        self._client.close()

    def info(self) -> StoreInfo:
        """Raises: StoreError."""
        steps = {"steps": {"terms": {"field": "step", "size": 100}}}
        with store_errors(self.address):
            counted = self._reader.together([Search(name, {"match_all": {}}, limit=0) for name in NAMES.values()])
            buckets = self._reader.search("queue", size=0, aggs=steps)["aggregations"]["steps"]["buckets"]
        counts = {cls.__name__: int(hits[0]["total"]) for cls, hits in zip(NAMES, counted, strict=True)}
        waiting = {b["key"]: b["doc_count"] for b in buckets}
        return StoreInfo("elasticsearch", self.address, layout.layout_of("claim"), counts, waiting)

    def hold_run(self, owner: str, now: datetime) -> AbstractContextManager[None]:
        """Raises: StoreLocked, naming the owner, where another run that is alive holds it."""
        return self._hold(owner, now)

    @contextmanager
    def _hold(self, owner: str, now: datetime) -> Iterator[None]:
        index = layout.alias(self.prefix, "lock")
        with held(self._client, index, "run", owner, now, self.address, self._lease_seconds) as lease:
            self._batches.lease = lease
            try:
                yield
            finally:
                self._batches.lease = None

    def apply(self, batch: Batch) -> int:
        """Write a batch; returns how many of `put` were not there before. Raises: StoreFull, StoreVersion (an index
        with another mapping), StoreError."""
        if not batch:
            return 0
        with store_errors(self.address):
            return self._batches.apply(batch)

    # ------------------------------------------------------------ reading

    def ask(self, *questions: Question) -> list[Any]:
        """The answers to several questions, in their order, in one request. Raises: StoreError."""
        with store_errors(self.address):
            return answer(self._reader, questions, self._batches.handed_out) if questions else []

    def get(self, cls: type[R], id: str) -> R:
        """Raises: StoreNotFound, StoreError."""
        found = self.get_many(cls, [id]).get(id)
        if found is None:
            raise StoreNotFound(f"no {cls.__name__.lower()} {id!r} in {self.address}")
        return found

    def get_many(self, cls: type[R], ids: Sequence[str]) -> dict[str, R]:
        """The records found, by id, in the order asked. Raises: StoreError."""
        found: dict[str, R] = self.ask(ById(cls, ids))[0]
        return found

    def find(
        self,
        cls: type[R],
        *where: Where,
        order: str | None = None,
        limit: int | None = None,
        after: Place | None = None,
    ) -> Iterator[R]:
        """Records that meet all conditions, by `order` then id, behind a place. Raises: StoreError."""
        sort, query = sorted_by(cls, order), conditions(cls, NAMES[cls], where)
        if limit is not None and limit <= 0:
            return
        start = place_in(cls, order, after) if after else ()
        with store_errors(self.address):
            for hit in self._reader.hits(Search(NAMES[cls], query, sort, shown(cls), limit, after=start)):
                yield read_record(cls, hit["_source"])

    def ids_beginning(self, cls: type, start: str, *, limit: int = 2) -> list[str]:
        """Ids of a class that begin with a text, in their order. Raises: StoreError."""
        with store_errors(self.address):
            query = {"prefix": {"id": {"value": start}}}
            hits = self._reader.hits(Search(NAMES[cls], query, [{"id": {"order": "asc"}}], False, limit))
            return [hit["_id"] for hit in hits]

    def unreadable(self, cls: type) -> Iterator[tuple[str, str]]:
        """The records of a class that cannot be read: id and why. Raises: StoreError."""
        everything = Search(NAMES[cls], {"match_all": {}}, [{"id": {"order": "asc"}}], shown(cls))
        with store_errors(self.address):
            for hit in self._reader.hits(everything):
                try:
                    read_record(cls, hit["_source"])
                except (ValueError, KeyError) as error:
                    yield hit["_id"], str(error)

    def count(self, cls: type, *where: Where) -> int:
        """Raises: StoreError."""
        with store_errors(self.address):
            return self._reader.count(NAMES[cls], conditions(cls, NAMES[cls], where))

    def lookup(self, space: str, keys: Sequence[str]) -> dict[str, int]:
        """Ids that share keys in a space, with how many of the asked keys each has. Raises: StoreError."""
        return self.lookups(space, [keys])[0]

    def lookups(self, space: str, asked: Sequence[Sequence[str]]) -> list[dict[str, int]]:
        """`lookup` for several lists of keys at once, in their order. Raises: StoreError."""
        return self.ask(*(Sharing(space, keys) for keys in asked))

    def keys_of(self, space: str, ids: Sequence[str]) -> dict[str, list[str]]:
        """The keys of ids in a space. Raises: StoreError."""
        found: dict[str, list[str]] = self.ask(KeysOf(space, ids))[0]
        return found

    def spaces(self) -> list[str]:
        """The names of the key spaces that hold something, sorted. Raises: StoreError."""
        named = {"spaces": {"terms": {"field": "space", "size": 1000}}}
        with store_errors(self.address):
            found = self._reader.search("lookup_key", size=0, query={"exists": {"field": "keys"}}, aggs=named)
        return sorted(b["key"] for b in found["aggregations"]["spaces"]["buckets"])

    def all_keys(self, space: str) -> Iterator[tuple[str, list[str]]]:
        """Every id of a space with its keys (sorted), by id; ids without keys are left out. Raises: StoreError."""
        with store_errors(self.address):
            for hit in self._reader.hits(as_search(AllKeys(space))):
                yield hit["_source"]["owner"], sorted(hit["_source"]["keys"])

    def queued(self, step: str, limit: int = 1000) -> list[str]:
        """Items that wait for a step, in the order they came. Raises: StoreError."""
        items: list[str] = self.ask(Queued(step, limit))[0]
        return items

    def waiting(self, step: str) -> int:
        """How many items wait for a step. Raises: StoreError."""
        with store_errors(self.address):
            return self._reader.count("queue", {"term": {"step": step}})

    def search(self, words: str, *, limit: int = 20) -> list[Hit]:
        """Articles (newest revision) that a search finds, best first, diacritics apart. Raises: UsageError,
        StoreError."""
        query = parse(words)
        return [] if query == Query() else self.search_articles(query, limit=limit).hits

    def search_articles(self, query: Query, *, limit: int = 20, after: Place | None = None) -> Found[Hit]:
        """Articles (newest revision), best first; without words the newest first. Raises: StoreError."""
        with store_errors(self.address):
            return find_articles(self._reader, query, limit, after)

    def search_claims(self, query: Query, *, limit: int = 20, after: Place | None = None) -> Found[Claim]:
        """Claims of newest revisions, the newest first. Raises: StoreError."""
        with store_errors(self.address):
            return find_claims(self._reader, query, limit, after)
