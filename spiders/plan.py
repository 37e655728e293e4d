"""The two files between `fetch` and a crawl: the plan it is given, and the spool it leaves.

A crawl runs in a process of its own and never opens the store. The plan is one JSON file. The spool is JSON lines,
appended as the crawl goes on; a line is written only when the bytes that it speaks of are in the archive, and addresses
of listings are marked as read only in an outlet's last line, so that whatever a kill cuts off is asked for again. This
module imports nothing heavy: it is loaded at every start of a crawl."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path
from typing import Any, Literal

import orjson

__all__ = [
    "Known",
    "OutletTask",
    "Plan",
    "Spool",
    "append_whole",
    "read_plan",
    "read_spool",
    "url_key",
    "write_plan",
]

Filter = Literal["before", "after", "none"]

_SYNC_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an address that is asked again: its validators and the SHA-256 of its last body."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class OutletTask:
    """One outlet's part of a plan. `outlet` has the keys of the outlet file; `known` are `url_key`s that need not be
    fetched."""

    id: str
    outlet: dict[str, Any]
    since: str | None = None  # ISO day: page back so far
    until: str | None = None  # ISO day: leave out what listings date later
    again: tuple[Known, ...] = ()  # articles asked again for revisions
    listings: tuple[Known, ...] = ()  # feeds, sitemaps and sections, where their validators still hold
    known: tuple[str, ...] = ()
    max_pages: int = 500
    mode: Literal["crawl", "check"] = "crawl"  # "check": listings only
    filter: str = ""  # digest of what chooses articles; what was chosen under another filter is chosen anew


@dataclass(frozen=True, slots=True)
class Plan:
    """What one crawl process does. Paths are absolute but `archive`, which is relative to `home`; times are in
    seconds."""

    home: str
    spool: str
    archive: str
    now: str
    user_agent: str
    outlets: tuple[OutletTask, ...]
    allow_private_hosts: bool | tuple[str, ...] = False  # True: this machine's own; else the named hosts and networks
    at_once: int = 4  # outlets crawled at the same time in this process
    seconds: float = 600  # for one outlet
    request_seconds: float = 30
    memory_mb: int | None = None
    max_bytes: int = 10_000_000
    topic_filter: Filter = "none"
    topics: tuple[tuple[str, ...], ...] = ()  # each topic: regular expressions, all of which must be found
    run: str | None = None


def write_plan(path: Path, plan: Plan) -> None:
    """Write the plan as JSON. Raises OSError."""
    path.write_bytes(orjson.dumps(asdict(plan)))


def read_plan(path: Path) -> Plan:
    """The plan that `write_plan` wrote. Raises OSError, ValueError, TypeError."""
    data = orjson.loads(path.read_bytes())
    for task in data["outlets"]:
        for key in ("again", "listings"):
            task[key] = tuple(Known(**known) for known in task[key])
        task["known"] = tuple(task["known"])
    data["outlets"] = tuple(OutletTask(**task) for task in data["outlets"])
    if isinstance(data.get("allow_private_hosts"), list):
        data["allow_private_hosts"] = tuple(data["allow_private_hosts"])
    data["topics"] = tuple(tuple(groups) for groups in data["topics"])
    return Plan(**data)


def append_whole(file: FileIO, data: bytes | memoryview) -> None:
    """Append all of the data to an unbuffered file or, where that fails, nothing. Raises OSError."""
    end = os.fstat(file.fileno()).st_size
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[file.write(rest) or 0 :]
    except OSError:
        with contextlib.suppress(OSError):
            file.truncate(end)
        raise


class Spool:
    """The growing file of what a crawl found. Each line reaches the system at once, and the disk with the next
    `sync`."""

    def __init__(self, path: Path):
        self._file = FileIO(path, "ab")
        self._synced = time.monotonic()

    def append(self, kind: str, **values: Any) -> None:
        """Write one line. Raises OSError (disk full); the spool then ends where it ended before."""
        append_whole(self._file, orjson.dumps({"kind": kind, **values}, default=str) + b"\n")

    @property
    def due(self) -> bool:
        """Whether the last sync is half a second old."""
        return time.monotonic() - self._synced > _SYNC_SECONDS

    def sync(self) -> None:
        """Bring all lines to the disk."""
        os.fsync(self._file.fileno())
        self._synced = time.monotonic()

    def close(self) -> None:
        """Bring all lines to the disk and close. Raises OSError."""
        with self._file:
            self.sync()


def read_spool(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a spool; a last line that was cut off by a kill is left out. Raises OSError."""
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                return
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError:
                # a torn block after a power failure: what follows is asked for again
                return


def url_key(url: str) -> str:
    """A short name of an address, for sets of many: 16 hexadecimal characters."""
    return hashlib.blake2b(url.encode("utf8", "surrogatepass"), digest_size=8).hexdigest()
