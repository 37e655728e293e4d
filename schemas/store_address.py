"""Which engine keeps the store, told by its address: the one place that looks at how an address begins."""

from __future__ import annotations

from typing import Literal

__all__ = ["FORMS", "Engine", "engine_of", "sqlite_path"]

Engine = Literal["sqlite", "elasticsearch"]
FORMS = "sqlite:PATH or https://HOST:9200"  # as messages name them


def engine_of(address: str) -> Engine | None:
    """The engine of a store's address; None where it is no such address."""
    if address.startswith("sqlite:"):
        return "sqlite"
    return "elasticsearch" if address.startswith(("http://", "https://")) else None


def sqlite_path(address: str) -> str | None:
    """The file of an embedded store's address (":memory:" for none on disk); None for other engines."""
    return address.removeprefix("sqlite:") if engine_of(address) == "sqlite" else None
