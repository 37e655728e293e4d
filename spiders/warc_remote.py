"""Archives on object storage: a WARC file that is no longer written moves to any place that fsspec knows (s3, gs, abfs,
sftp, another disk), and a note of its new address stays where it lay. A page is then read from there by a request for
the part that holds it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from schemas.errors import MachineError

__all__ = ["changed", "is_kept", "move_away", "moved_to", "open_archive", "remove_archive"]

_NOTE = ".url"  # added to an archive's name: the file that holds its address
_CHUNK = 1 << 20
_BLOCK = 1 << 18  # bytes that are asked for at a time: most pages, compressed, are smaller


def _note(path: Path) -> Path:
    return path.with_name(path.name + _NOTE)


def moved_to(path: Path) -> str | None:
    """The address that an archive moved to; None where it did not."""
    note = _note(path)
    return note.read_text("utf8").strip() if not path.is_file() and note.is_file() else None


def is_kept(path: Path) -> bool:
    """Whether an archive lies here, or is known to lie elsewhere."""
    return path.is_file() or _note(path).is_file()


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Whatever a storage's driver raises, as what stops a step with everything queued: no page is at fault."""
    try:
        yield
    except FileNotFoundError:
        raise
    except ImportError as error:
        raise MachineError(f"{url} cannot be reached: {error}; install counterclaim[objects] and its driver") from error
    except Exception as error:
        raise MachineError(
            f"{url} cannot be reached: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
        ) from error


def _files(url: str) -> tuple[Any, str]:
    """The file system of an address, and the path there."""
    import fsspec

    with _told(url):
        found: tuple[Any, str] = fsspec.core.url_to_fs(url)
    return found


@contextmanager
def open_archive(path: Path) -> Iterator[IO[bytes]]:
    """An archive for reading, wherever it lies. Raises OSError; MachineError where its storage cannot be reached."""
    url = moved_to(path)
    if url is None:
        with path.open("rb") as file:
            yield file
        return
    with _told(url):
        files, place = _files(url)
        file = files.open(place, "rb", block_size=_BLOCK, cache_type="readahead")
    try:
        yield file
    finally:
        file.close()


def move_away(path: Path, home: Path, storage: str) -> str:
    """Move a home's archive to the storage, under its name in the home; returns its address there. It is gone here only
    when all of its bytes are there. Raises OSError; MachineError where the storage cannot be reached."""
    url = f"{storage.rstrip('/')}/{path.relative_to(home).as_posix()}"
    size = path.stat().st_size
    with _told(url):
        files, place = _files(url)
        files.makedirs(place.rpartition("/")[0], exist_ok=True)
        _copy(path, files, place)
        files.invalidate_cache()
        there = files.size(place)
    if there != size:
        raise MachineError(f"{url} holds {there} bytes of the {size} of {path}; the archive stays here")
    note = _note(path)
    part = note.with_name(note.name + ".part")
    with part.open("w", encoding="utf8") as file:
        file.write(url + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(note)
    path.unlink()
    return url


def _copy(path: Path, files: Any, place: str) -> None:
    with path.open("rb") as source, files.open(place, "wb") as sink:
        shutil.copyfileobj(source, sink, _CHUNK)


@contextmanager
def changed(path: Path) -> Iterator[Path]:
    """A file to be changed in place of an archive, which is then written where it lies. Raises as `open_archive`."""
    url = moved_to(path)
    if url is None:
        yield path
        return
    local = path.with_name(path.name + ".change")
    try:
        with open_archive(path) as source, local.open("wb") as sink:
            shutil.copyfileobj(source, sink, _CHUNK)
        yield local
        with _told(url):
            files, place = _files(url)
            _copy(local, files, place)
            files.invalidate_cache()
    finally:
        local.unlink(missing_ok=True)


def remove_archive(path: Path) -> int:
    """Delete an archive wherever it lies; returns its bytes. Raises as `open_archive`."""
    url = moved_to(path)
    if url is None:
        size = path.stat().st_size
        path.unlink()
        return size
    size = 0
    with _told(url):
        files, place = _files(url)
        try:
            size = int(files.size(place) or 0)
            files.rm(place)
        except FileNotFoundError:
            pass
    _note(path).unlink()
    return size
