"""Where records are kept: one protocol, SQLite embedded, Elasticsearch in production."""

from __future__ import annotations

from processing.store.grammar import Query, parse
from processing.store.protocol import FIELDS, Batch, Found, Hit, Store, StoreInfo, Where, record_id
from processing.store.sqlite import SqliteStore
from schemas.errors import ConfigError

__all__ = [
    "FIELDS",
    "Batch",
    "Found",
    "Hit",
    "Query",
    "Store",
    "StoreInfo",
    "Where",
    "open_store",
    "parse",
    "record_id",
]


def open_store(url: str, *, catch_up: bool = True) -> Store:
    """The store at an address: `sqlite:PATH`, `sqlite::memory:`, or `https://HOST:9200[,https://OTHER:9200][/PREFIX]`.

    `catch_up`: what others wrote within the last second must be found too, for which Elasticsearch's indices are
    refreshed before they are read.

    Raises: ConfigError for other addresses and where the client is not installed, StoreError (or a subclass) where it
    cannot be opened."""
    if url.startswith("sqlite:"):
        return SqliteStore(url.removeprefix("sqlite:"))
    if url.startswith(("http://", "https://")):
        try:
            from processing.store.elastic import ElasticStore
        except ModuleNotFoundError as error:
            raise ConfigError(
                f"{url}: the Elasticsearch client is not installed: pip install 'counterclaim[elasticsearch]'"
            ) from error
        return ElasticStore(url, catch_up=catch_up)
    raise ConfigError(f"{url!r} is no store address; write sqlite:PATH or https://HOST:9200")
