"""Where records are kept: one protocol, SQLite embedded, Elasticsearch in production."""

from __future__ import annotations

from processing.store.grammar import Query, parse
from processing.store.protocol import FIELDS, Batch, Found, Hit, Part, Place, Store, StoreInfo, Where, record_id
from processing.store.questions import AllKeys, ById, KeysOf, Number, Question, Queued, Records, Sharing
from processing.store.sqlite import SqliteStore
from schemas.errors import ConfigError
from schemas.store_address import FORMS, engine_of, sqlite_path

__all__ = [
    "FIELDS",
    "AllKeys",
    "Batch",
    "ById",
    "Found",
    "Hit",
    "KeysOf",
    "Number",
    "Part",
    "Place",
    "Query",
    "Question",
    "Queued",
    "Records",
    "Sharing",
    "Store",
    "StoreInfo",
    "Where",
    "is_shared",
    "open_store",
    "parse",
    "record_id",
]


def open_store(url: str, *, catch_up: bool = True, as_it_is: bool = False) -> Store:
    """The store at an address: `sqlite:PATH`, `sqlite::memory:`, or `https://HOST:9200[,https://OTHER:9200][/PREFIX]`.

    `catch_up`: what others wrote within the last second must be found too, for which Elasticsearch's indices are
    refreshed before they are read. `as_it_is`: also a store of an older layout is opened, to look at its `status` and
    to `migrate` it; nothing is made.

    Raises: ConfigError for other addresses and where the client is not installed, StoreError (or a subclass) where it
    cannot be opened."""
    path = sqlite_path(url)
    if path is not None:
        return SqliteStore(path)
    if engine_of(url) == "elasticsearch":
        try:
            from processing.store.elastic import ElasticStore
        except ModuleNotFoundError as error:
            raise ConfigError(
                f"{url}: the Elasticsearch client is not installed: pip install 'counterclaim[elasticsearch]'"
            ) from error
        return ElasticStore(url, catch_up=catch_up, as_it_is=as_it_is)
    raise ConfigError(f"{url!r} is no store address; write {FORMS}")


def is_shared(url: str) -> bool:
    """Whether the store at an address takes several writers at once, as `Store.is_shared` says of an open one."""
    return engine_of(url) == "elasticsearch"
