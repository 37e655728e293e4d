"""Files that are already on disk, into pages that wait for cleaning.

Records stream: `_BATCH` of them, or `_BYTES` of their bytes, are in memory at a time. The bytes of HTML files and JSON
lines are copied into WARC files in the home; those of a WARC file stay where they are and are found by its path and
offset. A record that is known already is left alone, so that an ingest that was cut off can be repeated."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from processing.figures import paper_id
from processing.ingest import Found, find_files, read_path
from processing.pipeline.aside import is_ours
from processing.pipeline.work import Counts, Work, flush, outcome
from processing.raised import one_line
from processing.store import Batch
from schemas.config import Outlet
from schemas.errors import IngestError
from schemas.records import Page, digest_id
from spiders.warc import Archive

__all__ = ["ingest"]

_BATCH = 200
_BYTES = 32_000_000
_ARCHIVE = 1_000_000_000  # bytes after which a new WARC file is begun
_NAMED = 200  # problems that are named in the counts; all of them are in the store
_HEAD = 100_000  # bytes of a page in which its site's name is looked for
_NAME_OF = r"""(?:property|name)\s*=\s*["']?og:site_name\b["']?"""
_SAID = r"""content\s*=\s*(?:"([^"<>]{1,200})"|'([^'<>]{1,200})')"""
_SITE_NAME = re.compile(rf"<meta\s[^<>]{{0,300}}?{_NAME_OF}[^<>]{{0,300}}?{_SAID}", re.IGNORECASE)
_SITE_NAME_BEHIND = re.compile(rf"<meta\s[^<>]{{0,300}}?{_SAID}[^<>]{{0,300}}?{_NAME_OF}", re.IGNORECASE)


def ingest(work: Work, paths: Sequence[Path]) -> Counts:
    """Read files and folders into the store; a bad record or file is counted, named, and recorded as failed, and the
    rest goes on.

    Raises: StoreError; OSError where the home cannot be written (disk full).
    """
    into = _Ingest(work)
    try:
        for path in paths:
            for found, file in _records(Path(path)):
                into.take(found, file)
        into.write()
    finally:
        into.close()
    if into.unnamed:
        into.counts.problems.append(
            f"and {into.unnamed:,} more bad records; the store's outcomes of step ingest name them all"
        )
    return into.counts


class _Archive(Archive):
    """A WARC file of what was not fetched: `resource` records, for WARC knows HTTP headers of http addresses only."""

    def write_file(self, url: str, content_type: str, body: bytes, at: str) -> tuple[int, int]:
        """Append one record; returns offset and length in bytes. Raises OSError (disk full); the file then ends where
        it ended before."""
        given = {
            "payload": BytesIO(body),
            "length": len(body),
            "warc_content_type": content_type,
            "warc_headers_dict": {"WARC-Date": at},
        }
        return self._append(self._open(), lambda writer: writer.create_warc_record(url, "resource", **given))


def _records(path: Path) -> Iterator[tuple[Found | IngestError, Path]]:
    try:
        for file in find_files(path):
            for found in read_path(file):
                yield found, file
    except IngestError as error:
        yield error, path
    except OSError as error:
        yield IngestError(str(path), f"cannot be read: {error.strerror or error}", "unreadable"), path
    except Exception as error:
        if is_ours(error):
            raise
        yield IngestError(str(path), f"cannot be read on: {one_line(error)}; the rest is lost", "error"), path


@dataclass(slots=True)
class _Ingest:
    """Records on their way into the store."""

    work: Work
    counts: Counts = field(default_factory=Counts)
    unnamed: int = 0
    waiting: dict[str, tuple[Found, Path, str]] = field(default_factory=dict)
    bad: list[IngestError] = field(default_factory=list)
    size: int = 0
    archive: _Archive | None = None
    written: int = 0
    hosts: dict[str, Outlet] | None = None

    def take(self, found: Found | IngestError, file: Path) -> None:
        """Note a record; write when enough are there."""
        if isinstance(found, IngestError):
            self._refuse(found)
        else:
            self.counts.done += 1
            digest = hashlib.sha256(found.body).hexdigest()
            id = digest_id(found.url, digest)
            if id in self.waiting:
                self.counts.skipped += 1
            else:
                self.waiting[id] = (found, file, digest)
                self.size += len(found.body)
        if len(self.waiting) + len(self.bad) >= _BATCH or self.size >= _BYTES:
            self.write()

    def _refuse(self, error: IngestError) -> None:
        self.counts.failed += 1
        self.bad.append(error)
        if len(self.counts.problems) < _NAMED:
            self.counts.problems.append(str(error))
        else:
            self.unnamed += 1

    def write(self) -> None:
        """Archive first, then the store: in one transaction or, where a record is refused, in several that leave that
        one out."""
        known = self.work.store.get_many(Page, list(self.waiting))
        self.counts.skipped += len(known)
        pages = []
        for id, (found, file, digest) in self.waiting.items():
            if id in known:
                continue
            try:
                pages.append((self._page(id, found, file, digest), found.place))
            except Exception as error:
                if is_ours(error):
                    raise
                self._refuse(IngestError(found.place, one_line(error), "error"))
        if self.archive is not None:
            self.archive.sync()
        self._store(pages)
        work = self.work
        told = [outcome(work, "ingest", e.item, "failed", e.code, f"{e.item} {e.reason}") for e in self.bad]
        flush(work, Batch(put=list(told)))
        self.waiting.clear()
        self.bad.clear()
        self.size = 0
        done = self.counts.done + self.counts.failed
        self.work.report("ingest", done, done)

    def _store(self, pages: list[tuple[Page, str]]) -> None:
        """Write pages and queue them for cleaning; halved where that raises, down to the page that is refused."""
        try:
            self.work.store.apply(
                Batch(put=[page for page, _ in pages], enqueue=[("clean", page.id) for page, _ in pages])
            )
            self.counts.made += len(pages)
        except Exception as error:
            if is_ours(error):
                raise
            if len(pages) > 1:
                self._store(pages[: len(pages) // 2])
                self._store(pages[len(pages) // 2 :])
                return
            self._refuse(IngestError(pages[0][1], f"cannot be stored: {one_line(error)}", "error"))

    def close(self) -> None:
        """Close the archive that is being written."""
        if self.archive is not None:
            self.archive.close()
            self.archive = None

    def _page(self, id: str, found: Found, file: Path, digest: str) -> Page:
        at = found.fetched_at or self.work.now()
        if found.offset is not None:
            place: tuple[str, int] = (str(file.resolve()), found.offset)
        else:
            place = self._keep(found, at.isoformat())
        return Page(
            id=id,
            url=found.url,
            final_url=found.url,
            outlet=self._outlet(found),
            fetched_at=at,
            status=200,
            digest=digest,
            size=len(found.body),
            content_type=found.content_type,
            warc_path=place[0],
            warc_offset=place[1],
            run=self.work.run,
            meta=found.meta,
        )

    def _keep(self, found: Found, at: str) -> tuple[str, int]:
        """Copy a record's bytes into the home's archive; returns its name and the offset there."""
        if self.archive is None or self.written >= _ARCHIVE:
            self.close()
            stamp = self.work.now().strftime("%Y%m%dT%H%M%S")
            number = (
                sum(1 for _ in (Path(self.work.home) / "pages").glob(f"ingest-{stamp}-*.warc.gz"))
                if (Path(self.work.home) / "pages").is_dir()
                else 0
            )
            self.archive, self.written = _Archive(Path(self.work.home), f"pages/ingest-{stamp}-{number:04d}.warc.gz"), 0
        offset, length = self.archive.write_file(found.url, found.content_type, found.body, at)
        self.written += length
        return self.archive.name, offset

    def _outlet(self, found: Found) -> str:
        """Id of the outlet file that the record's address or outlet's name belongs to, else of the paper that it names
        itself: each is a voice of its own; "ingest" for what names none."""
        if self.hosts is None:
            self.hosts = {_host(outlet.home): outlet for outlet in self.work.outlets.values()}
            self.hosts.update({outlet.name.lower(): outlet for outlet in self.work.outlets.values()})
        named = str(found.meta.get("outlet") or "")
        if named in self.work.outlets:
            return named
        known = (
            self.hosts.get(_host(found.url))
            or self.hosts.get(named.lower())
            or self.hosts.get(named.lower().removeprefix("www."))
        )
        if known is not None:
            return known.id
        paper = named or _paper(found)
        return paper_id(paper) if paper else "ingest"


def _paper(found: Found) -> str:
    """The paper of a record that names no outlet: the site's name, the address's host; "" where nothing tells it."""
    told = str(found.meta.get("sitename") or "") or _host(found.url).replace(".", "-")
    if told or "html" not in found.content_type:
        return told
    page = found.body[:_HEAD].decode("utf8", "replace")
    match = _SITE_NAME.search(page) or _SITE_NAME_BEHIND.search(page)
    return " ".join(unescape(match[1] or match[2]).split()) if match else ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.").lower()
    except ValueError:
        return ""
