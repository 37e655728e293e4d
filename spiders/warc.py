"""Raw pages in WARC files (ISO 28500), one record a gzip member, found again by their offset."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterable
from io import BytesIO, FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from schemas.errors import PageError
from spiders.plan import append_whole
from spiders.warc_care import cut_torn_end
from spiders.warc_remote import is_kept, open_archive

if TYPE_CHECKING:
    from schemas.records import Page, PagePart

__all__ = ["Archive", "read_body", "read_record"]

# the body is kept as decoded, so these would no longer be true of it
_UNTRUE = {"content-encoding", "transfer-encoding", "content-length", "connection", "set-cookie"}


class Archive:
    """A WARC file that is being written; it comes into being with its first record."""

    def __init__(self, home: Path, name: str):
        self.name = name
        self._path = home / name
        self._file: FileIO | None = None

    def _open(self) -> FileIO:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.exists():
                cut_torn_end(self._path)  # what a kill cut off would end the file for every reader
            self._file = FileIO(self._path, "ab")
            if self._path.stat().st_size == 0:
                about = {"software": "Counterclaim", "format": "WARC File Format 1.0"}
                self._append(self._file, lambda writer: writer.create_warcinfo_record(self._path.name, about))
        return self._file

    @staticmethod
    def _append(file: FileIO, make: Callable[[WARCWriter], Any]) -> tuple[int, int]:
        data = BytesIO()
        writer = WARCWriter(data, gzip=True)
        writer.write_record(make(writer))
        offset = os.fstat(file.fileno()).st_size
        append_whole(file, data.getbuffer())
        return offset, data.tell()

    def write(self, url: str, status: str, headers: Iterable[tuple[str, str]], body: bytes, at: str) -> tuple[int, int]:
        """Append one response (`status` as "200 OK"; `at` as ISO 8601 in UTC); returns offset and length in bytes.

        Raises OSError (disk full); the file then ends where it ended before.
        """
        file = self._open()
        kept = [(k, v) for k, v in headers if k.lower() not in _UNTRUE]
        http = StatusAndHeaders(status, [*kept, ("Content-Length", str(len(body)))], protocol="HTTP/1.1")
        given = {
            "payload": BytesIO(body),
            "length": len(body),
            "http_headers": http,
            "warc_headers_dict": {"WARC-Date": at},
        }
        return self._append(file, lambda writer: writer.create_warc_record(url, "response", **given))

    def sync(self) -> None:
        """Bring all records to the disk. Raises OSError."""
        if self._file is not None:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Bring all records to the disk and close. Raises OSError."""
        if self._file is not None:
            file, self._file = self._file, None
            with file:
                os.fsync(file.fileno())


def read_record(path: Path, offset: int) -> tuple[str, bytes]:
    """Address and body of the record at an offset. Raises OSError; ValueError where no record begins there;
    MachineError where the archive lies in a storage that cannot be reached."""
    with open_archive(path) as file:
        file.seek(offset)
        try:
            for record in ArchiveIterator(file):
                return record.rec_headers.get_header("WARC-Target-URI") or "", record.content_stream().read()
        except (ArchiveLoadFailed, zlib.error, EOFError) as error:
            raise ValueError(f"{path}: no record at {offset}: {error}") from error
    raise ValueError(f"{path}: no record at {offset}")


def read_body(home: Path, page: Page | PagePart) -> bytes:
    """The archived bytes of a page, or of a further page of its article; b"" where it has none. Raises PageError where
    the archive lacks them or holds others, OSError."""
    if page.warc_path is None:
        return b""
    path = home / page.warc_path
    if not is_kept(path):
        raise PageError(page.url, f"its archive {path} is missing", "archive")
    try:
        _, body = read_record(path, page.warc_offset or 0)
    except (ValueError, FileNotFoundError) as error:
        raise PageError(page.url, str(error), "archive") from error
    if hashlib.sha256(body).hexdigest() != page.digest:
        raise PageError(page.url, f"{path} holds other bytes at {page.warc_offset} than were fetched", "archive")
    return body
