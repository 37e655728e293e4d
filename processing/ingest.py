"""Articles that are already on disk: HTML files and folders (gzip too), WARC files, JSON lines.

Everything streams: one record is in memory at a time. A bad record is given back as an `IngestError` that names file
and line or record number, and the rest goes on."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.parse import urlsplit

import orjson
from dateutil import parser as dates

from processing.raised import one_line
from schemas.errors import IngestError

__all__ = ["LIMIT", "Found", "find_files", "read_path", "unpack"]

LIMIT = 30_000_000  # bytes of one unpacked page or line
T = TypeVar("T")
_HTML = (".html", ".htm", ".xhtml", ".html.gz", ".htm.gz")
_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
_WARC = (".warc", ".warc.gz")
_TEXTS = ("title", "text", "html", "url", "outlet", "language", "country", "section", "sitename")


@dataclass(frozen=True, slots=True)
class Found:
    """One record of a file: its address, its bytes (HTML, or the text of a JSON line), and what the record says of
    itself.

    `fetched_at` is None where the file does not say. `place` names file and line or record for messages. `meta` has
    title, published, authors, outlet, language, country, section, sitename of a JSON line, where given; the line's text
    is the body."""

    place: str
    url: str
    body: bytes
    content_type: str
    fetched_at: datetime | None = None
    meta: dict[str, Any] = field(default_factory=dict)
    offset: int | None = None  # of a WARC record that can be found again in its file


def find_files(path: Path) -> Iterator[Path]:
    """The files of known kinds under a path, sorted in each folder; the path itself where it is a file. Raises
    IngestError where there is none."""
    if path.is_file():
        if not path.name.lower().endswith(_HTML + _LINES + _WARC):
            raise IngestError(
                str(path),
                "is of no known kind; known are .html, .htm, .jsonl, .ndjson, .warc, each also with .gz",
                "kind",
            )
        yield path
        return
    if not path.is_dir():
        raise IngestError(str(path), "does not exist", "missing")
    any_found = False
    for file in _walk(path):
        any_found = True
        yield file
    if not any_found:
        raise IngestError(str(path), "holds no .html, .htm, .jsonl, .ndjson or .warc file", "empty")


def _walk(folder: Path) -> Iterator[Path]:
    """Files of known kinds, one folder's names in memory at a time; links to folders are not followed."""
    folders = [folder]
    while folders:
        with os.scandir(folders.pop()) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        folders.extend(Path(entry.path) for entry in reversed(found) if entry.is_dir(follow_symlinks=False))
        yield from (
            Path(entry.path)
            for entry in found
            if entry.is_file() and entry.name.lower().endswith(_HTML + _LINES + _WARC)
        )


def unpack(data: bytes, *, limit: int = LIMIT) -> bytes:
    """Bytes with gzip taken off, where they are gzipped. Raises ValueError where they are broken or unpack to more than
    `limit`."""
    if data[:2] != b"\x1f\x8b":
        return data
    machine = zlib.decompressobj(wbits=31)
    try:
        plain = machine.decompress(data, limit + 1)
    except zlib.error as error:
        raise ValueError(f"is broken gzip: {error}") from error
    if len(plain) > limit:
        raise ValueError(f"unpacks to more than {limit // 1_000_000} MB")
    if not machine.eof:
        raise ValueError("is cut short")
    return plain


def read_path(path: Path) -> Iterator[Found | IngestError]:
    """The records of a file, in its order, bad ones as errors. See `find_files` for the kinds."""
    name = path.name.lower()
    try:
        if name.endswith(_WARC):
            yield from _read_warc(path)
        elif name.endswith(_LINES):
            yield from _read_lines(path)
        else:
            yield _read_page(path)
    except OSError as error:
        yield IngestError(str(path), f"cannot be read: {error.strerror or error}", "unreadable")


def _read_page(path: Path) -> Found | IngestError:
    if path.stat().st_size > LIMIT:
        return IngestError(str(path), f"is larger than {LIMIT // 1_000_000} MB", "too_large")
    try:
        body = unpack(path.read_bytes())
    except ValueError as error:
        return IngestError(str(path), str(error), "gzip")
    if not body.strip():
        return IngestError(str(path), "is empty", "empty")
    return Found(
        str(path), path.resolve().as_uri(), body, "text/html", datetime.fromtimestamp(path.stat().st_mtime, UTC)
    )


def _open_lines(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")  # type: ignore[return-value]


def _read_lines(path: Path) -> Iterator[Found | IngestError]:
    with _open_lines(path) as file:
        number = 0
        while True:
            try:
                line = file.readline(LIMIT + 1)
            except (gzip.BadGzipFile, EOFError, zlib.error) as error:
                yield IngestError(
                    f"{path}:{number + 1}", f"is broken gzip: {error}; the rest of the file is lost", "gzip"
                )
                return
            if not line:
                return
            number += 1
            if len(line) > LIMIT:
                while line and not line.endswith(b"\n"):
                    line = file.readline(LIMIT)
                yield IngestError(f"{path}:{number}", f"is longer than {LIMIT // 1_000_000} MB", "too_large")
            elif line.strip():
                yield _guarded(_read_line, line, f"{path}:{number}")


def _guarded(read: Callable[..., T], record: Any, place: str) -> T | IngestError:
    """What a record gives; one that raises in a way that nobody foresaw is a bad record too."""
    try:
        return read(record, place)
    except Exception as error:
        return IngestError(place, f"cannot be read: {one_line(error)}", "error")


def _read_line(line: bytes, place: str) -> Found | IngestError:
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return IngestError(place, f"is not JSON: {error}", "json")
    if not isinstance(data, dict):
        return IngestError(place, "is not a JSON object", "json")
    for key in _TEXTS:
        if data.get(key) is not None and not isinstance(data[key], str):
            return IngestError(place, f"{key} must be text, not {type(data[key]).__name__}", "shape")
    if data.get("authors") is not None and not _are_names(data["authors"]):
        return IngestError(
            place, f"authors must be a text or a list of texts, not {str(data['authors'])[:80]}", "shape"
        )
    if not (data.get("text") or data.get("html")):
        return IngestError(place, "has neither text nor html", "shape")
    fetched = _moment(data.get("fetched_at"))
    for key in ("published", "fetched_at"):
        if data.get(key) is not None and _moment(data[key]) is None:
            return IngestError(place, f"{key} {data[key]!r} is no ISO 8601 date or time", "shape")
    named = str(data.get("url") or data.get("id") or "")
    if not _is_address(named):
        return IngestError(place, f"url {named[:200]!r} is no address", "shape")
    body = (data.get("html") or data["text"]).encode("utf8", "surrogatepass")
    url = (
        named
        if re.match(r"[a-z][a-z0-9+.-]{0,40}:", named)
        else f"urn:record:{named or hashlib.sha256(line).hexdigest()[:24]}"
    )
    meta = {
        k: data[k]
        for k in ("title", "published", "authors", "outlet", "language", "country", "section", "sitename")
        if data.get(k)
    }
    return Found(place, url, body, "text/html" if data.get("html") else "application/json", fetched, meta)


def _are_names(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(name, str) for name in value))


def _is_address(url: str) -> bool:
    try:
        return bool(urlsplit(url).port or True)
    except ValueError:
        return False


def _moment(value: Any) -> datetime | None:
    """A time in UTC; None where it is none, or lies where UTC has no year ("0001-01-01T00:00:00+14:00")."""
    if not isinstance(value, str):
        return None
    try:
        moment = dates.isoparse(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _read_warc(path: Path) -> Iterator[Found | IngestError]:
    """Response and resource records. A file that is one gzip stream over all records (none can be found again by
    itself) is read too."""
    from warcio.exceptions import ArchiveLoadFailed

    seekable = not _open_packed(path)
    number = 0
    with path.open("rb") as packed, packed if seekable else gzip.open(packed) as file:
        try:
            for number, found in _warc_records(file, path, seekable):  # noqa: B007 - names the place of an error
                if found is not None:
                    yield found
        except (ArchiveLoadFailed, zlib.error, EOFError, OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            yield IngestError(
                f"{path}#{number + 1}", f"is no WARC record: {reason}; the rest of the file is lost", "warc"
            )


def _open_packed(path: Path) -> bool:
    """Whether a file is gzip whose first member goes on beyond its first record."""
    with path.open("rb") as file:
        head = file.read(1 << 16)
    if head[:2] != b"\x1f\x8b":
        return False
    machine = zlib.decompressobj(wbits=31)
    try:
        plain = machine.decompress(head, 1 << 18)
    except zlib.error:
        return False
    return plain.count(b"WARC-Type:") > 1 and plain.count(b"WARC-Record-ID:") > 1


def _warc_records(file: Any, path: Path, seekable: bool) -> Iterator[tuple[int, Found | IngestError | None]]:
    from warcio.archiveiterator import ArchiveIterator

    records = ArchiveIterator(file)
    for number, record in enumerate(records, 1):
        if record.rec_type not in ("response", "resource"):
            yield number, None
            continue
        found = _guarded(_read_warc_record, record, f"{path}#{number}")
        if isinstance(found, Found) and seekable:
            found = replace(found, offset=records.get_record_offset())
        yield number, found


def _read_warc_record(record: Any, place: str) -> Found | IngestError | None:
    headers = record.http_headers
    kind = (headers.get_header("Content-Type") if headers else record.content_type) or ""
    if headers is not None and not str(headers.get_statuscode()).startswith("2"):
        return None
    if kind and "html" not in kind.lower():
        return None
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    if not url:
        return IngestError(place, "has no WARC-Target-URI", "warc")
    try:
        body = record.content_stream().read(LIMIT + 1)
    except (zlib.error, OSError, ValueError) as error:
        return IngestError(f"{place} {url}", f"cannot be decoded: {error}", "warc")
    if len(body) > LIMIT:
        return IngestError(f"{place} {url}", f"is larger than {LIMIT // 1_000_000} MB", "too_large")
    while record.raw_stream.read(1 << 16):
        pass
    if getattr(record.raw_stream, "limit", 0) > 0:
        return IngestError(f"{place} {url}", "is cut short", "warc")
    if not body.strip():
        return IngestError(f"{place} {url}", "is empty", "empty")
    return Found(place, url, body, kind or "text/html", _moment(record.rec_headers.get_header("WARC-Date")))
