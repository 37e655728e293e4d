"""Pages in WARC files, found again by offset."""

from __future__ import annotations

import hashlib
import os
import resource
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders

from schemas.errors import PageError
from schemas.records import Page
from spiders import read_body
from spiders.warc import Archive, read_record
from tests.support.records import make_page

AT = "2025-01-22T12:00:00Z"


def written(home: Path, *bodies: bytes) -> list[Page]:
    archive = Archive(home, "warc/2025/x.warc.gz")
    pages = []
    for number, body in enumerate(bodies):
        url = f"https://courier.example/{number}"
        offset, _ = archive.write(
            url,
            "200 OK",
            [("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Set-Cookie", "a=b")],
            body,
            AT,
        )
        pages.append(
            make_page(url=url, digest=hashlib.sha256(body).hexdigest(), warc_path=archive.name, warc_offset=offset)
        )
    archive.close()
    return pages


def names(headers: StatusAndHeaders | None) -> list[str] | None:
    return sorted(name for name, _ in headers.headers) if headers else None


def test_bodies_come_back_by_offset(tmp_path: Path) -> None:
    bodies = [b"<p>one</p>", "wrong charset é".encode("latin-1"), bytes(range(256)) * 50]
    assert [read_body(tmp_path, page) for page in written(tmp_path, *bodies)] == bodies


def test_file_is_a_warc_that_other_programs_read(tmp_path: Path) -> None:
    written(tmp_path, b"<p>one</p>")
    with (tmp_path / "warc/2025/x.warc.gz").open("rb") as file:
        records = [
            (
                r.rec_type,
                r.rec_headers.get_header("WARC-Target-URI"),
                r.http_headers and sorted(k for k, _ in r.http_headers.headers),
            )
            for r in ArchiveIterator(file)
        ]
    assert records == [
        ("warcinfo", None, None),
        ("response", "https://courier.example/0", ["Content-Length", "Content-Type"]),
    ]


def test_no_file_without_a_page(tmp_path: Path) -> None:
    Archive(tmp_path, "warc/none.warc.gz").close()
    assert list(tmp_path.iterdir()) == []


def test_full_disk_leaves_the_records_before_and_after_whole(tmp_path: Path) -> None:
    archive = Archive(tmp_path, "x.warc.gz")
    url, fine, soft = "https://courier.example/", [], resource.getrlimit(resource.RLIMIT_FSIZE)
    fine.append(archive.write(url, "200 OK", [], b"one", AT)[0])
    size = (tmp_path / "x.warc.gz").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, soft[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            archive.write(url, "200 OK", [], os.urandom(5000), AT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, soft)
    assert (tmp_path / "x.warc.gz").stat().st_size == size
    fine.append(archive.write(url, "200 OK", [], b"two", AT)[0])
    archive.close()
    assert [read_record(tmp_path / "x.warc.gz", offset)[1] for offset in fine] == [b"one", b"two"]


def test_page_without_archive_has_no_body(tmp_path: Path) -> None:
    assert read_body(tmp_path, make_page(warc_path=None)) == b""


def test_lost_or_damaged_archive_is_told(tmp_path: Path) -> None:
    (page,) = written(tmp_path, b"<p>one</p>")
    path = tmp_path / "warc/2025/x.warc.gz"
    with pytest.raises(PageError, match="other bytes at"):
        read_body(
            tmp_path, make_page(url=page.url, digest="0" * 64, warc_path=page.warc_path, warc_offset=page.warc_offset)
        )
    whole = path.read_bytes()
    path.write_bytes(whole[: page.warc_offset])
    with pytest.raises(PageError, match="no record at"):
        read_body(tmp_path, page)
    path.unlink()
    with pytest.raises(PageError, match="is missing"):
        read_body(tmp_path, page)
    with pytest.raises(OSError, match=r"x\.warc\.gz"):
        read_record(path, 0)
