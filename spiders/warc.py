"""Raw pages in WARC files (ISO 28500), one record a gzip member, found again by their offset."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from schemas.errors import PageError

if TYPE_CHECKING:
    from schemas.records import Page

__all__ = ["Archive", "read_body", "read_record"]

# the body is kept as decoded, so these would no longer be true of it
_UNTRUE = {"content-encoding", "transfer-encoding", "content-length", "connection", "set-cookie"}


class Archive:
    """A WARC file that is being written; it comes into being with its first record."""

    def __init__(self, home: Path, name: str):
        self.name = name
        self._path = home / name
        self._file: IO[bytes] | None = None

    def _open(self) -> tuple[IO[bytes], Any]:
        if self._file is not None:
            return self._file, WARCWriter(self._file, gzip=True)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("ab")
        writer = WARCWriter(self._file, gzip=True)
        if self._file.tell() == 0:
            about = {"software": "Counterclaim", "format": "WARC File Format 1.0"}
            writer.write_record(writer.create_warcinfo_record(self._path.name, about))
        return self._file, writer

    def write(self, url: str, status: str, headers: Iterable[tuple[str, str]], body: bytes, at: str) -> tuple[int, int]:
        """Append one response (`status` as "200 OK"; `at` as ISO 8601 in UTC); returns offset and length in bytes.

        Raises OSError (disk full); the file then ends where it ended before.
        """
        file, writer = self._open()
        offset = file.tell()
        kept = [(k, v) for k, v in headers if k.lower() not in _UNTRUE]
        http = StatusAndHeaders(status, [*kept, ("Content-Length", str(len(body)))], protocol="HTTP/1.1")
        try:
            more = {"WARC-Date": at}
            record = writer.create_warc_record(url, "response", payload=BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=more)
            writer.write_record(record)
            file.flush()
        except OSError:
            file.truncate(offset)
            raise
        return offset, file.tell() - offset

    def sync(self) -> None:
        """Bring all records to the disk."""
        if self._file is not None:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Bring all records to the disk and close."""
        if self._file is not None:
            self.sync()
            self._file.close()
            self._file = None


def read_record(path: Path, offset: int) -> tuple[str, bytes]:
    """Address and body of the record at an offset. Raises OSError, ValueError where no record begins there."""
    with path.open("rb") as file:
        file.seek(offset)
        try:
            for record in ArchiveIterator(file):
                return record.rec_headers.get_header("WARC-Target-URI") or "", record.content_stream().read()
        except (ArchiveLoadFailed, zlib.error, EOFError) as error:
            raise ValueError(f"{path}: no record at {offset}: {error}") from error
    raise ValueError(f"{path}: no record at {offset}")


def read_body(home: Path, page: Page) -> bytes:
    """The archived bytes of a page; b"" where it has none. Raises PageError where the archive lacks them or holds others, OSError."""
    if page.warc_path is None:
        return b""
    path = home / page.warc_path
    if not path.is_file():
        raise PageError(page.url, f"its archive {path} is missing", "archive")
    try:
        _, body = read_record(path, page.warc_offset or 0)
    except ValueError as error:
        raise PageError(page.url, str(error), "archive") from error
    if hashlib.sha256(body).hexdigest() != page.digest:
        raise PageError(page.url, f"{path} holds other bytes at {page.warc_offset} than were fetched", "archive")
    return body
