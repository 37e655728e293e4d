"""Archives on object storage: moved, read by page, verified, forgotten, backed up and deleted where they lie."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from processing.pipeline.backup import back_up, restore
from processing.pipeline.forget import forget
from processing.pipeline.ingest import ingest
from processing.pipeline.run import STEPS
from processing.pipeline.schedule import tidy_up
from processing.pipeline.verify import verify
from processing.pipeline.work import Work
from processing.store import Batch, Store, open_store
from schemas.errors import MachineError, PageError
from schemas.records import Article, Page
from schemas.settings import Settings
from spiders import read_body
from spiders.warc_remote import moved_to

fsspec = pytest.importorskip("fsspec")
TEXT = (
    "At least {n} people were killed when the river burst its banks in Kentor on Monday, the mayor said at the bridge."
)
LATER = datetime.now(UTC) + timedelta(days=30)
# STORAGE_TO_TRY names a further storage, such as s3://bucket/path, whose driver is set up by its own variables
STORAGES = ["folder", "memory", *(["named"] if os.environ.get("STORAGE_TO_TRY") else [])]


@pytest.fixture(params=STORAGES)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    url = {"folder": f"{tmp_path}/far", "memory": "memory://far", "named": os.environ.get("STORAGE_TO_TRY", "")}[
        request.param
    ]
    yield url
    files, place = fsspec.core.url_to_fs(url)
    if files.exists(place):
        files.rm(place, recursive=True)


def opened(home: Path, storage: str | None, store: Store | None = None) -> Work:
    given = Settings(home=home, archive_url=storage, workers=1, ship_topics=False)
    return Work(store or open_store(f"sqlite:{home / 'counterclaim.db'}"), given, {}, {}, now=lambda: LATER)


@pytest.fixture
def work(tmp_path: Path, storage: str) -> Iterator[Work]:
    home = tmp_path / "home"
    home.mkdir()
    lines = [
        {"url": f"https://x.example/{n}", "title": f"Flood kills {n}", "text": TEXT.format(n=n)} for n in (12, 13, 14)
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf8")
    made = opened(home, storage)
    assert ingest(made, [tmp_path / "in.jsonl"]).made == 3
    yield made
    made.store.close()


def pages(work: Work) -> list[Page]:
    return sorted(work.store.find(Page), key=lambda page: page.url)


def test_a_moved_archive_is_read_verified_and_deleted(work: Work, storage: str, tmp_path: Path) -> None:
    before = [read_body(work.home, page) for page in pages(work)]
    path = work.home / str(pages(work)[0].warc_path)
    size = path.stat().st_size
    assert (tidy_up(work, None)["archives_moved"], path.exists()) == (1, False)
    assert moved_to(path) == f"{storage}/{pages(work)[0].warc_path}"
    assert [read_body(work.home, page) for page in pages(work)] == before
    STEPS["clean"](work)
    assert {a.title for a in work.store.find(Article)} == {"Flood kills 12", "Flood kills 13", "Flood kills 14"}
    assert list(verify(work)) == []
    assert tidy_up(work, None)["archives_moved"] == 0
    back_up(work.store, work.home, tmp_path / "saved", now=work.now())
    restore(tmp_path / "saved", tmp_path / "other")
    other = opened(tmp_path / "other", None)
    assert list(verify(other)) == []
    other.store.close()
    assert tidy_up(work, 1)["bytes_freed"] == 0, "young pages keep their archive"
    work.store.apply(Batch(delete=[(Page, page.id) for page in pages(work)]))
    os.utime(path.with_name(path.name + ".url"), (0, 0))
    done = tidy_up(work, 1)
    assert (done["archives_removed"], done["bytes_freed"]) == (1, size)
    files, place = fsspec.core.url_to_fs(storage)
    assert [name for name in files.find(place) if name.endswith(".gz")] == []


def test_what_is_forgotten_is_emptied_where_it_lies(work: Work) -> None:
    tidy_up(work, None)
    STEPS["clean"](work)
    first, second, third = pages(work)
    assert len(forget(work, first.url).archived) == 1
    with pytest.raises(PageError, match="holds other bytes"):
        read_body(work.home, first)
    assert read_body(work.home, second) != read_body(work.home, third) != b""
    assert list(verify(work)) == []


def test_a_storage_that_cannot_be_reached_stops_the_step_with_everything_queued(tmp_path: Path, work: Work) -> None:
    tidy_up(work, None)
    (page, *_) = pages(work)
    note = work.home / f"{page.warc_path}.url"
    for address, error, told in (
        ("nosuch://bucket/x.warc.gz", MachineError, "nosuch://bucket/x.warc.gz cannot be reached: ValueError: Protocol not known: nosuch"),
        (f"{tmp_path}/gone.warc.gz", PageError, "gone.warc.gz"),
    ):  # fmt: skip
        note.write_text(address + "\n")
        with pytest.raises(error, match=told):
            read_body(work.home, page)
    note.write_text("nosuch://bucket/x.warc.gz\n")
    with pytest.raises(MachineError):
        STEPS["clean"](work)
    assert work.store.waiting("clean") == 3


def test_an_address_with_a_password_is_refused() -> None:
    with pytest.raises(ValueError, match="holds a name or password"):
        Settings(archive_url="s3://key:secret@bucket/path")
