"""A copy of everything while others go on writing, and its way back."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from processing.store import Store, open_store
from processing.store.sqlite import SqliteStore
from processing.store.transfer import copy_store
from schemas.errors import UsageError

__all__ = ["STORE", "Saved", "back_up", "restore"]

STORE = "counterclaim.db"
_SUMS = "SHA256SUMS"  # of all files, as `sha256sum --check` reads them
_FOLDERS = ("warc", "pages")
_CHUNK = 1 << 20
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds: files, bytes, and how many of the files were copied now."""

    files: int
    size: int
    copied: int


def back_up(store: Store, home: Path, to: Path, *, now: datetime) -> Saved:
    """Copy the store, as it is at one moment, then the archives, which only ever grow, so that all bytes of which the
    store's copy speaks are there. A folder that holds an earlier backup is brought up to date.

    Raises: StoreError, OSError, UsageError where the folder lies in the home."""
    if to.resolve().is_relative_to(home.resolve()):
        raise UsageError(f"{to} lies in the home folder {home}; a backup belongs elsewhere")
    to.mkdir(parents=True, exist_ok=True)
    fresh = to / f"{STORE}.part"
    fresh.unlink(missing_ok=True)
    if isinstance(store, SqliteStore):
        store.copy_to(fresh)
    else:
        with closing(open_store(f"sqlite:{fresh}")) as target:
            copy_store(store, target, now=now, tell=lambda part, done, total: None)
    os.replace(fresh, to / STORE)
    copied = 1
    for name in _archives(home):
        copied += _copy_grown(home / name, to / name)
    sums = {name: _sum(to / name) for name in (STORE, *_archives(to))}
    (to / _SUMS).write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()), "utf8")
    return Saved(len(sums), sum((to / name).stat().st_size for name in sums), copied)


def restore(folder: Path, home: Path) -> Saved:
    """Copy a backup into a home that has no store yet, after its sums were checked. Raises: UsageError (no backup, a
    damaged one, a home in use), OSError."""
    if not (folder / _SUMS).is_file():
        raise UsageError(f"{folder} holds no backup: {_SUMS} is not there")
    if (home / STORE).exists():
        raise UsageError(f"{home} has a store already; name an empty home with --home")
    lines = (line.partition("  ") for line in (folder / _SUMS).read_text("utf8").splitlines())
    sums = {name: digest for digest, _, name in lines}
    for name, digest in sums.items():
        if not (folder / name).is_file() or _sum(folder / name) != digest:
            raise UsageError(f"{folder / name} is not as it was backed up; nothing was restored")
    for name in sums:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        if name != STORE:
            shutil.copyfile(folder / name, home / name)
    shutil.copyfile(folder / STORE, home / f"{STORE}.part")
    os.replace(home / f"{STORE}.part", home / STORE)  # last: a home with a store has all its archives
    return Saved(len(sums), sum((home / name).stat().st_size for name in sums), len(sums))


def _archives(home: Path) -> Iterator[str]:
    for folder in _FOLDERS:
        # also the notes of those that lie in a storage, whose bytes are kept there
        for path in sorted(p for pattern in ("*.warc.gz", "*.warc.gz.url") for p in (home / folder).rglob(pattern)):
            yield path.relative_to(home).as_posix()


def _copy_grown(path: Path, to: Path) -> bool:
    """Copy a file that is not there yet, or is not the same; what grew behind its old end only that."""
    size = path.stat().st_size
    if to.is_file() and to.stat().st_size == size and to.stat().st_mtime_ns == path.stat().st_mtime_ns:
        return False
    to.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as source, to.open("wb") as sink:
        left = size
        while left and (chunk := source.read(min(_CHUNK, left))):
            sink.write(chunk)
            left -= len(chunk)
        os.fsync(sink.fileno())
    shutil.copystat(path, to)
    return True


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
