"""Where records are kept: one protocol, SQLite embedded."""

from __future__ import annotations

from processing.store.protocol import FIELDS, Batch, Hit, Store, StoreInfo, Where, record_id
from processing.store.sqlite import SqliteStore
from schemas.errors import ConfigError

__all__ = ["FIELDS", "Batch", "Hit", "Store", "StoreInfo", "Where", "open_store", "record_id"]


def open_store(url: str) -> Store:
    """The store at an address: `sqlite:PATH` or `sqlite::memory:`.

    Raises: ConfigError for other addresses, StoreError (or a subclass) where it cannot be opened.
    """
    if url.startswith("sqlite:"):
        return SqliteStore(url.removeprefix("sqlite:"))
    raise ConfigError(f"{url!r} is no store address; write sqlite:PATH")
