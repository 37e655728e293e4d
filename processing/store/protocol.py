"""What every store can do. One protocol, several engines (SQLite here; Elasticsearch with the same test body).

A store holds records by class and id, keys for candidate look-ups, and a queue of pending work per step. The pipeline
writes through `apply` only: one batch is one transaction (or, where the engine has none, is written so that the marks
of done work come last and every write can be repeated)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, Protocol, TypeVar

from processing.store.grammar import Query
from processing.store.questions import Question
from schemas.people import Assignment, AuditEntry, Login, SavedSearch, Sight, User
from schemas.records import (
    Alert,
    Article,
    Claim,
    CopyGroup,
    Correction,
    Delivery,
    Denial,
    Figure,
    FigureDay,
    Finding,
    Outcome,
    Page,
    Run,
    Story,
    UrlState,
)

__all__ = [
    "FIELDS",
    "MOST_HITS",
    "Batch",
    "Found",
    "Hit",
    "Part",
    "Place",
    "Store",
    "StoreInfo",
    "Where",
    "behind",
    "record_id",
]

R = TypeVar("R")
MOST_HITS = 5_000  # of a search that are looked at, ranked and counted

# Which fields of each record a store must be able to select and sort by; the first is the default order.
FIELDS: dict[type, tuple[str, ...]] = {
    Page: ("fetched_at", "url", "outlet", "run"),
    UrlState: ("checked_at", "outlet", "url"),
    Article: ("published", "key", "outlet", "language", "revision", "canonical_url", "fetched_at", "run"),
    CopyGroup: ("original",),
    Story: ("started", "ended"),
    Claim: (
        "published",
        "article_id",
        "article_key",
        "outlet",
        "source_id",
        "event",
        "what_head",
        "run",
        "source_type",
    ),
    Denial: ("published", "article_id", "article_key"),
    Figure: ("title", "topic", "story", "name"),
    FigureDay: ("day", "figure"),
    Finding: ("day", "finding", "figure", "severity", "topic"),
    Alert: ("raised_at", "state", "severity", "figure", "topic", "finding"),
    Correction: ("at", "kind", "target"),
    Delivery: ("created_at", "sent_at", "next_at", "receiver", "alert_id"),
    Run: ("started_at",),
    Outcome: ("at", "step", "outcome", "outlet", "run", "item"),
    User: ("name", "role", "subject"),
    Login: ("at", "user", "kind", "expires_at"),
    AuditEntry: ("at", "author", "action", "target"),
    Assignment: ("at", "user"),
    Sight: ("at", "alert", "user"),
    SavedSearch: ("name", "author"),
}


def record_id(record: Any) -> str:
    """The record's id; a FigureDay has none of its own and is known by figure and day."""
    if isinstance(record, FigureDay):
        return f"{record.figure}:{record.day.isoformat()}"
    value: str = record.id
    return value


@dataclass(frozen=True, slots=True)
class Place:
    """A record's place in an order: what it is ordered by there (a value of its field; the score of an article that a
    search found by words, else when it was published) and its id."""

    key: Any
    id: str


def behind(ranked: Sequence[tuple[Any, str]], after: Place | None, *, up: bool = False) -> int:
    """Where a list goes on behind a place; `ranked`: (key, id), the greatest key first, ids of one key upwards (`up`)
    or downwards. A record that is there no more is thought of where it was."""
    if after is None:
        return 0
    ids = [id for _, id in ranked]
    if after.id in ids:
        return ids.index(after.id) + 1
    before = (k > after.key or (k == after.key and (id < after.id if up else id > after.id)) for k, id in ranked)
    return sum(before)


@dataclass(frozen=True, slots=True)
class Where:
    """One condition. `op`: "=" (value None: is null), "in" (a sequence), ">=", "<", "!=" ."""

    field: str
    op: Literal["=", "in", ">=", "<", "!="]
    value: Any


@dataclass(slots=True)
class Batch:
    """What one piece of work changes. Applied whole or, after a crash, not at all (or again with the same effect)."""

    put: list[Any] = field(default_factory=list)
    delete: list[tuple[type, str]] = field(default_factory=list)
    keys: list[tuple[str, str, Sequence[str]]] = field(
        default_factory=list
    )  # (space, id, keys): replaces the id's keys
    drop_keys: list[tuple[str, str]] = field(default_factory=list)  # (space, id)
    enqueue: list[tuple[str, str]] = field(default_factory=list)  # (step, item)
    done: list[tuple[str, str]] = field(default_factory=list)  # (step, item) taken off the queue

    def __bool__(self) -> bool:
        return any(self._changes())

    def add(self, other: Batch) -> None:
        """Take in what another batch changes, behind what is here."""
        for mine, its in zip(self._changes(), other._changes(), strict=True):
            mine.extend(its)

    def clear(self) -> None:
        """Forget all of it."""
        for change in self._changes():
            change.clear()

    def _changes(self) -> tuple[list[Any], ...]:
        return self.put, self.delete, self.keys, self.drop_keys, self.enqueue, self.done


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result: the article and a snippet with the matches between `[` and `]`."""

    article: Article
    snippet: str
    score: float


@dataclass(frozen=True, slots=True)
class Found(Generic[R]):
    """A page of what a search found, how many there are in all, and how many by the values of each facet (the commonest
    first): outlet, language, month of articles; outlet, source, type (of source), event, place, unit of claims.
    `facets` are empty where no hit was asked for. `capped`: there are more than `total`, which is as far as a store
    counts (MOST_HITS). `last`: the place of the last hit, where there are more behind it."""

    hits: list[R]
    total: int
    facets: Mapping[str, list[tuple[str, int]]]
    capped: bool = False
    last: Place | None = None


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What a store is: engine, address, layout version, number of records by class name, items waiting by step."""

    engine: str
    address: str
    version: int
    counts: Mapping[str, int]
    waiting: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a store as it lies there: the index behind an alias, or the file. `place`: None where it is not made
    yet. `version`: its layout, `wanted`: the one that this program writes. `differs`: what is otherwise than the layout
    has it."""

    name: str
    place: str | None
    version: int | None
    wanted: int
    documents: int
    differs: tuple[str, ...] = ()

    @property
    def is_old(self) -> bool:
        """Whether it must be migrated: an older layout, or one that is not as it should be."""
        return self.version is not None and (
            self.version < self.wanted or (self.version == self.wanted and bool(self.differs))
        )


class Store(Protocol):
    """See the module. All methods raise StoreError (or a subclass) with the engine's error as the cause."""

    @property
    def is_shared(self) -> bool:
        """Whether several processes, on several machines, may write at once."""

    def close(self) -> None:
        """Release the engine. Calling it twice is allowed. Raises nothing."""

    def info(self) -> StoreInfo:
        """Raises: StoreError."""

    def init(self) -> list[str]:
        """Make what is missing, and bring templates and policies up to date; returns sentences on what the engine has
        not. Repeatable, changes no record. Raises: StoreVersion, StoreError."""

    def status(self) -> list[Part]:
        """The parts of the store with their layouts. Raises: StoreError."""

    def migrate(self, tell: Callable[[str], None] = ...) -> list[str]:
        """Bring every part of an older layout up to date, while others go on writing where the engine can; returns a
        line for each. Raises: StoreLocked, StoreError."""

    def tidy(self) -> list[str]:
        """Give room back and prepare for growth; returns a line for each thing done. The caller holds the run lock.
        Raises: StoreError, also where the store is damaged."""

    def hold_run(self, owner: str, now: datetime) -> AbstractContextManager[None]:
        """Be the one pipeline run on this store.

        Raises: StoreLocked, naming the owner, where another run that is alive holds it. A lock whose process died is
        taken over."""

    def apply(self, batch: Batch) -> int:
        """Write a batch; returns how many of `put` were not there before.

        Raises: StoreLocked (another writer for more than 10 s), StoreFull, StoreError.
        """

    def get(self, cls: type[R], id: str) -> R:
        """Raises: StoreNotFound, StoreError."""

    def get_many(self, cls: type[R], ids: Sequence[str]) -> dict[str, R]:
        """The records found, by id, in the order asked; unknown ids are left out. Raises: StoreError."""

    def find(
        self,
        cls: type[R],
        *where: Where,
        order: str | None = None,
        limit: int | None = None,
        after: Place | None = None,
    ) -> Iterator[R]:
        """Records that meet all conditions, by `order` ("-field" is downwards; default the class's first field), then
        id; those behind a place.

        Conditions and order use the fields in FIELDS. Streams in bounded memory. Raises: StoreError (also for other
        fields)."""

    def ids_beginning(self, cls: type, start: str, *, limit: int = 2) -> list[str]:
        """Ids of a class that begin with a text, in their order, at most so many. Raises: StoreError."""

    def unreadable(self, cls: type) -> Iterator[tuple[str, str]]:
        """The records of a class that cannot be read: id and why. Streams. Raises: StoreError."""

    def count(self, cls: type, *where: Where) -> int:
        """Raises: StoreError."""

    def lookup(self, space: str, keys: Sequence[str]) -> dict[str, int]:
        """Ids that share keys in a space, with how many of the asked keys each has. Raises: StoreError."""

    def lookups(self, space: str, asked: Sequence[Sequence[str]]) -> list[dict[str, int]]:
        """`lookup` for several lists of keys at once, in their order. Raises: StoreError."""

    def keys_of(self, space: str, ids: Sequence[str]) -> dict[str, list[str]]:
        """The keys of ids in a space. Raises: StoreError."""

    def spaces(self) -> list[str]:
        """The names of the key spaces that hold something, sorted. Raises: StoreError."""

    def all_keys(self, space: str) -> Iterator[tuple[str, list[str]]]:
        """Every id of a space with its keys (sorted), by id; ids without keys are left out. Streams. Raises:
        StoreError."""

    def ask(self, *questions: Question) -> list[Any]:
        """The answers to several questions, in their order: in one request where the store is far away.

        Ids and values may be any number. Raises: StoreError (also for fields that are not in FIELDS)."""

    def queued(self, step: str, limit: int = 1000) -> list[str]:
        """Items that wait for a step, in the order they came. Raises: StoreError."""

    def waiting(self, step: str) -> int:
        """How many items wait for a step. Raises: StoreError."""

    def search(self, words: str, *, limit: int = 20) -> list[Hit]:
        """Articles (newest revision) that a search finds (see processing.store.grammar), best first; none for a search
        without a word or condition. Raises: UsageError, StoreError."""

    def search_articles(self, query: Query, *, limit: int = 20, after: Place | None = None) -> Found[Hit]:
        """Articles (newest revision), best first; without words the newest first; those behind a place. Raises:
        StoreError."""

    def search_claims(self, query: Query, *, limit: int = 20, after: Place | None = None) -> Found[Claim]:
        """Claims of newest revisions, the newest first; those behind a place. Raises: StoreError."""
