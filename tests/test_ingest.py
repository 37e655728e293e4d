"""Files on disk into pages: every kind of file, bad records named, the rest going on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from processing.ingest import LIMIT, Found, find_files, read_path, unpack
from processing.pipeline.articles import clean
from processing.pipeline.ingest import ingest
from processing.pipeline.work import Work
from processing.store import Where, open_store
from schemas.config import Outlet
from schemas.errors import IngestError
from schemas.records import Article, Outcome, Page
from schemas.settings import Settings
from spiders import read_body
from tests.support.records import NOON

TEXT = "A dam above the town broke on Tuesday night.\n\nTwelve people died and 300 lost their homes, the rescue service said in the morning."
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in TEXT.split("\n\n"))
PAGE = f"<html><head><title>Dam breaks at Orlmark</title></head><body><h1>Dam breaks at Orlmark</h1>{PARAGRAPHS}</body></html>"
OUTLET = Outlet(
    id="gb/courier", name="The Courier", country="gb", language="en", timezone="Europe/London", home="https://www.courier.example/",
    feeds=("https://www.courier.example/feed",),
)  # fmt: skip


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    home = tmp_path / "home"
    home.mkdir()
    store = open_store(f"sqlite:{home / 'store.db'}")
    yield Work(store, Settings(home=home), {OUTLET.id: OUTLET}, {}, now=lambda: NOON)
    store.close()


def warc(*records: tuple[str, str, bytes, str], gzipped: bool = True) -> bytes:
    """WARC bytes of (type, address, body, content type)."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=gzipped)
    writer.write_record(writer.create_warcinfo_record("crawl.warc", {"software": "test"}))
    for kind, url, body, content_type in records:
        http = (
            StatusAndHeaders("200 OK", [("Content-Type", content_type)], protocol="HTTP/1.1")
            if kind == "response"
            else None
        )
        headers = {"WARC-Date": "2025-01-20T07:15:00Z"}
        writer.write_record(
            writer.create_warc_record(
                url, kind, payload=BytesIO(body), length=len(body), http_headers=http, warc_headers_dict=headers
            )
        )
    return out.getvalue()


def line(**fields: Any) -> str:
    return json.dumps({"url": "https://www.courier.example/1", "text": TEXT, **fields}) + "\n"


# ---------------------------------------------------------------- one file

LINES = {
    "whole": (
        line(title="Dam", published="2025-01-20T07:15:00Z", authors=["Ann Lee"], outlet="Courier", language="en"),
        "https://www.courier.example/1", "application/json",
        {"title": "Dam", "published": "2025-01-20T07:15:00Z", "authors": ["Ann Lee"], "outlet": "Courier", "language": "en"},
    ),
    "an id in place of an address": (line(url=None, id="7"), "urn:record:7", "application/json", {}),
    "HTML": (line(html=PAGE), "https://www.courier.example/1", "text/html", {}),
}  # fmt: skip


@pytest.mark.parametrize(("text", "url", "kind", "meta"), LINES.values(), ids=LINES)
def test_a_json_line_becomes_a_record(tmp_path: Path, text: str, url: str, kind: str, meta: dict[str, Any]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(text, "utf8")
    body = (PAGE if kind == "text/html" else TEXT).encode()
    assert list(read_path(path)) == [Found(f"{path}:1", url, body, kind, None, meta)]


BAD_LINES = {
    '{"url": "x"': ("json", "is not JSON"),
    "[1, 2]": ("json", "is not a JSON object"),
    '{"url": "x"}': ("shape", "has neither text nor html"),
    '{"text": 7}': ("shape", "text must be text, not int"),
    '{"text": "x", "published": "yesterday"}': ("shape", "published 'yesterday' is no ISO 8601 date or time"),
}


@pytest.mark.parametrize(("text", "expected"), BAD_LINES.items(), ids=BAD_LINES)
def test_a_bad_line_is_named_and_the_next_is_read(tmp_path: Path, text: str, expected: tuple[str, str]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"\n{text}\n{line()}", "utf8")
    error, good = read_path(path)
    assert isinstance(error, IngestError)
    assert (error.item, error.code, error.reason.startswith(expected[1])) == (f"{path}:2", expected[0], True)
    assert isinstance(good, Found)


def test_a_line_that_is_too_long_is_passed_over_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(35):
            file.write(b"x" * 1_000_000)
        file.write(b"\n" + line().encode())
    error, good = read_path(path)
    assert (type(error), getattr(error, "code", ""), type(good)) == (IngestError, "too_large", Found)


def test_gzip_that_is_cut_short_gives_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    whole = gzip.compress(line().encode() + b"".join(line(id=str(n), title="t" * n).encode() for n in range(2000)))
    path.write_bytes(whole[: len(whole) // 2])
    found = list(read_path(path))
    assert isinstance(found[0], Found)
    assert isinstance(found[-1], IngestError)
    assert found[-1].code == "gzip"


BAD_FILES = {
    "empty": ("a.html", b" \n", "empty"),
    "gzip bomb": ("a.html.gz", gzip.compress(b"0" * (LIMIT + 10)), "gzip"),
    "broken gzip": ("a.html.gz", gzip.compress(PAGE.encode())[:60], "gzip"),
    "no WARC": ("a.warc", b"this is no archive\r\n\r\n", "warc"),
    "WARC cut short": (
        "a.warc.gz",
        warc(("response", "https://x.example/1", PAGE.encode() * 50, "text/html"))[:-120],
        "warc",
    ),
}


@pytest.mark.parametrize(("name", "data", "code"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_file_is_named(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    errors = [f for f in read_path(path) if isinstance(f, IngestError)]
    assert [(e.item.startswith(str(path)), e.code) for e in errors] == [(True, code)]


def test_unpacking_is_bounded() -> None:
    assert unpack(b"plain") == b"plain"
    with pytest.raises(ValueError, match="unpacks to more than 0 MB"):
        unpack(gzip.compress(b"0" * 5000), limit=1000)


@pytest.mark.parametrize("how", ["records gzipped", "plain", "one gzip over all"])
def test_a_warc_file_gives_its_html_responses(tmp_path: Path, how: str) -> None:
    url = "https://www.courier.example/1"
    records = [
        ("response", url, PAGE.encode(), "text/html; charset=utf-8"), ("response", url + ".png", b"\x89PNG", "image/png"),
        ("request", url, b"GET / HTTP/1.1\r\n\r\n", "application/http"), ("response", url + "0", b"", "text/html"),
    ]  # fmt: skip
    data = warc(*records, gzipped=how == "records gzipped")
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(data) if how == "one gzip over all" else data)
    page, empty = read_path(path)
    assert isinstance(page, Found)
    assert isinstance(empty, IngestError)
    assert (page.url, page.body, page.content_type, page.fetched_at, page.offset is None) == (
        url, PAGE.encode(), "text/html; charset=utf-8", datetime(2025, 1, 20, 7, 15, tzinfo=UTC), how == "one gzip over all",
    )  # fmt: skip
    assert (empty.code, url + "0" in empty.item) == ("empty", True)


def test_folders_are_walked_in_order(tmp_path: Path) -> None:
    for name in ("b/2.html", "b/1.htm", "a.jsonl", "c/x.txt", "d/e/z.warc.gz"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", "utf8")
    assert [str(p.relative_to(tmp_path)) for p in find_files(tmp_path)] == [
        "a.jsonl",
        "b/1.htm",
        "b/2.html",
        "d/e/z.warc.gz",
    ]


NOTHING = {"missing": "missing", "c": "empty", "c/x.txt": "kind"}


@pytest.mark.parametrize(("name", "code"), NOTHING.items())
def test_a_path_without_anything_to_read_is_an_error(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c/x.txt").write_text("x", "utf8")
    with pytest.raises(IngestError) as caught:
        list(find_files(tmp_path / name))
    assert caught.value.code == code


# ---------------------------------------------------------------- into the store


def test_all_kinds_go_in_once_and_can_be_cleaned(tmp_path: Path, work: Work) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.jsonl").write_text(
        line(title="From a line") + "{broken\n" + line(url="https://www.courier.example/2", html=PAGE, outlet="other"),
        "utf8",
    )
    (source / "b.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    (source / "c.warc.gz").write_bytes(warc(("response", "https://www.courier.example/3", PAGE.encode(), "text/html")))
    counts = ingest(work, [source, tmp_path / "nowhere"])
    assert (counts.as_dict(), len(counts.problems)) == (
        {"done": 4, "made": 4, "rejected": 0, "skipped": 0, "failed": 2},
        2,
    )
    assert f"{source / 'a.jsonl'}:2" in counts.problems[0]
    assert {o.code for o in work.store.find(Outcome, Where("step", "=", "ingest"))} == {"json", "missing"}

    pages = list(work.store.find(Page))
    assert {p.outlet for p in pages} == {"gb/courier", "ingest"}
    assert [len(read_body(work.home, p)) for p in pages] == [p.size for p in pages]
    assert [p.warc_path for p in pages if p.url.endswith("/3")] == [str((source / "c.warc.gz").resolve())]

    again = ingest(work, [source])
    assert (again.made, again.skipped, work.store.count(Page)) == (0, 4, 4)
    assert clean(work).as_dict() == {"done": 4, "made": 4, "rejected": 0, "skipped": 0, "failed": 0}
    assert sorted((a.title or "", a.text == TEXT) for a in work.store.find(Article)) == [
        ("Dam breaks at Orlmark", True)
    ] * 3 + [("From a line", True)]


@pytest.mark.parametrize(
    ("given", "outlet"),
    [
        ({"outlet": "gb/courier", "url": "https://elsewhere.example/1"}, "gb/courier"), ({"outlet": "The Courier"}, "gb/courier"),
        ({"outlet": "The Ledger", "url": "https://www.ledger.example/1"}, "ingest/the-ledger"), ({"outlet": "Le Père", "url": "a-1"}, "ingest/le-pere"),
        ({"outlet": "新华社", "url": "a-1"}, "ingest/新华社"), ({"url": "https://www.ledger.example/1"}, "ingest/ledger-example"),
        ({"sitename": "Post", "url": "https://x.example/1"}, "ingest/post"), ({"url": "a-1"}, "ingest"), ({"outlet": "x" * 99, "url": "a-1"}, f"ingest/{'x' * 60}"),
        ({"url": "a-1", "html": "<html><head><meta property='og:site_name' content=\"The Ledger\"></head>"}, "ingest/the-ledger"),
        ({"url": "a-1", "html": '<meta content="A &amp; B" property="og:site_name"><p>12 died'}, "ingest/a-b"), ({"url": "a-1", "html": "<p>12 died"}, "ingest"),
    ],
)  # fmt: skip
def test_a_paper_without_an_outlet_file_is_a_voice_of_its_own(
    given: dict[str, str], outlet: str, tmp_path: Path, work: Work
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "12 people died.", **given}) + "\n", "utf8")
    assert ingest(work, [path]).made == 1
    assert [p.outlet for p in work.store.find(Page)] == [outlet]


def test_many_bad_records_are_all_counted_and_the_first_are_named(tmp_path: Path, work: Work) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("{broken\n" * 450 + line(), "utf8")
    counts = ingest(work, [path])
    assert (counts.failed, counts.made, len(counts.problems), counts.problems[-1][:23]) == (
        450,
        1,
        201,
        "and 250 more bad record",
    )
    assert work.store.count(Outcome) == 450


def test_the_same_record_twice_in_one_file_is_one_page(tmp_path: Path, work: Work) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line() * 3, "utf8")
    assert ingest(work, [path]).as_dict() == {"done": 3, "made": 1, "rejected": 0, "skipped": 2, "failed": 0}


@pytest.mark.soak
def test_twenty_thousand_records_stream_in_bounded_memory(tmp_path: Path, work: Work) -> None:
    import tracemalloc

    path = tmp_path / "many.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf8", compresslevel=1) as file:
        for number in range(20_000):
            file.write(line(url=f"https://www.courier.example/{number}"))
    tracemalloc.start()
    counts = ingest(work, [path])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (counts.made, peak < 30_000_000) == (20_000, True), peak
