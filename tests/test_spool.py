"""What crawls leave, into the store: once, whole, and again after any kill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from processing.pipeline.spool import KNOWN, Tally, import_spool
from processing.pipeline.work import Work
from processing.store import Batch, Store, open_store
from schemas.records import Outcome, Page, UrlState, digest_id
from schemas.settings import Settings
from spiders.plan import url_key
from tests.support.records import NOON

A = "https://courier.example/a"
AT = "2025-01-22T12:00:00.000Z"


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    store = open_store("sqlite::memory:")
    (tmp_path / "w.warc.gz").write_bytes(b"x" * 100)
    yield Work(store, Settings(home=tmp_path), {}, {}, lambda: NOON, run="now")
    store.close()


def page(url: str = A, digest: str = "d1", **given: Any) -> dict[str, Any]:
    line = {
        "kind": "page", "outlet": "gb/c", "url": url, "final_url": url, "status": 200, "digest": digest, "size": 9, "content_type": "text/html",
        "etag": '"1"', "last_modified": None, "warc_path": "w.warc.gz", "warc_offset": 0, "length": 50, "at": AT, "meta": {"title": "Dam"},
    }  # fmt: skip
    return {**line, **given}


def note(code: str, url: str = A, **given: Any) -> dict[str, Any]:
    line = {
        "kind": "note", "outlet": "gb/c", "url": url, "code": code, "reason": "says why", "passing": False, "status": 404, "etag": None,
        "last_modified": None, "digest": None, "at": AT,
    }  # fmt: skip
    return {**line, **given}


def done(**given: Any) -> dict[str, Any]:
    line: dict[str, Any] = {
        "kind": "done",
        "outlet": "gb/c",
        "finish_reason": "finished",
        "complete": True,
        "reason": None,
        "stats": {},
        "at": AT,
        "listings": [],
    }
    return {**line, **given}


def bring(work: Work, *lines: dict[str, Any]) -> dict[str, Tally]:
    """Import a spool of these lines."""
    path = work.home / "s.jsonl"
    path.write_bytes(
        b"".join(orjson.dumps(x) + b"\n" for x in ({"kind": "plan", "run": "r1", "filters": {"gb/c": "f1"}}, *lines))
    )
    tallies: dict[str, Tally] = {}
    import_spool(work, path, tallies)
    return tallies


def all_of(store: Store, cls: type[Any]) -> list[Any]:
    return list(store.find(cls))


def test_new_page_is_stored_and_waits_to_be_cleaned(work: Work) -> None:
    tallies = bring(work, page(final_url=A + "?x"), done())
    id = digest_id(A, "d1")
    at = datetime(2025, 1, 22, 12, tzinfo=UTC)
    assert all_of(work.store, Page) == [
        Page(
            id, A, A + "?x", "gb/c", at, 200, "d1", 9, "text/html", '"1"', None, "w.warc.gz", 0, "r1", {"title": "Dam"}
        ),
    ]
    assert work.store.get(UrlState, digest_id(A)) == UrlState(digest_id(A), A, "gb/c", '"1"', None, "d1", at, 200, at)
    assert work.store.get(UrlState, digest_id(A + "?x")).status == 301
    assert work.store.queued("clean") == [id]
    assert work.store.lookup(KNOWN, ["gb/c"]) == {url_key(A): 1, url_key(A + "?x"): 1}
    assert (tallies["gb/c"].pages, tallies["gb/c"].new) == (1, 1)


def test_second_import_changes_nothing(work: Work) -> None:
    lines = (page(), page("https://courier.example/b"), note("http_404", "https://courier.example/c"), done())
    bring(work, *lines)
    before = [all_of(work.store, cls) for cls in (Page, UrlState, Outcome)]
    work.store.apply(Batch(done=[("clean", id) for id in work.store.queued("clean")]))
    tallies = bring(work, *lines)
    assert [all_of(work.store, cls) for cls in (Page, UrlState, Outcome)] == before
    assert work.store.queued("clean") == []
    assert tallies["gb/c"].new == 0


def test_revision_keeps_what_the_listing_said(work: Work) -> None:
    bring(work, page())
    bring(work, page(digest="d2", meta={}))
    assert [(p.digest, p.meta) for p in sorted(all_of(work.store, Page), key=lambda p: p.digest)] == [
        ("d1", {"title": "Dam"}),
        ("d2", {"title": "Dam"}),
    ]
    assert work.store.waiting("clean") == 2


def test_page_whose_bytes_were_lost_is_left_to_be_fetched_again(work: Work) -> None:
    tallies = bring(work, page(warc_offset=90), done())
    assert all_of(work.store, Page) == []
    assert all_of(work.store, UrlState) == []
    assert "did not reach w.warc.gz" in tallies["gb/c"].problems[0]


# what a note leaves: (line, state's status or None, outcome or None, tally's failed, rejected)
NOTES = [
    (note("http_404"), 404, "failed", 1, 0),
    (note("http_503", status=503, passing=True), None, "failed", 1, 0),
    (note("timeout", status=0, passing=True), None, "failed", 1, 0),
    (note("too_large", status=0), 0, "rejected", 0, 1),
    (note("not_html", status=200), 200, "rejected", 0, 1),
    (note("robots", status=0), None, "rejected", 0, 1),
    (note("private_host", status=0), None, "rejected", 0, 1),
    (note("off_topic", status=200), 200, "skipped", 0, 0),
    (note("redirected", status=0), 301, None, 0, 0),
]


@pytest.mark.parametrize(
    ("line", "status", "outcome", "failed", "rejected"), NOTES, ids=[row[0]["code"] for row in NOTES]
)
def test_notes_on_unknown_addresses(
    work: Work, line: dict[str, Any], status: int | None, outcome: str | None, failed: int, rejected: int
) -> None:
    tally = bring(work, line)["gb/c"]
    assert [s.status for s in all_of(work.store, UrlState)] == ([] if status is None else [status])
    assert [(o.outcome, o.code, o.item, o.reason) for o in all_of(work.store, Outcome)] == (
        [(outcome, line["code"], A, f"{A} says why")] if outcome else []
    )
    assert (tally.failed, tally.rejected) == (failed, rejected)


def test_off_topic_address_is_known_under_its_filter_only(work: Work) -> None:
    bring(work, note("off_topic", status=200))
    assert work.store.lookup(KNOWN, ["gb/c"]) == {}
    assert work.store.lookup(KNOWN, ["gb/c f1"]) == {url_key(A): 1}
    bring(work, page())
    assert work.store.lookup(KNOWN, ["gb/c"]) == {url_key(A): 1}
    assert work.store.lookup(KNOWN, ["gb/c f1"]) == {}


def test_unchanged_article_keeps_when_its_body_came(work: Work) -> None:
    bring(work, page())
    bring(work, note("unchanged", status=304, etag='"1"', at="2025-01-22T18:00:00Z", digest="d1"))
    (state,) = all_of(work.store, UrlState)
    assert (state.fetched_at.hour, state.checked_at.hour, state.status, state.digest) == (12, 18, 200, "d1")


def test_vanished_article_is_an_outcome_and_its_return_takes_it_away(work: Work) -> None:
    bring(work, page())
    tally = bring(work, note("vanished", at="2025-01-23T12:00:00Z"))["gb/c"]
    (outcome,) = all_of(work.store, Outcome)
    assert (outcome.outcome, outcome.code, outcome.item, tally.failed) == ("done", "vanished", A, 0)
    (state,) = all_of(work.store, UrlState)
    assert (state.status, state.digest) == (404, "d1")
    bring(work, page(digest="d2"))
    assert all_of(work.store, Outcome) == []


LISTING = {
    "url": "https://courier.example/rss",
    "form": "rss20",
    "status": 200,
    "etag": '"f"',
    "last_modified": None,
    "keeps": True,
}


@pytest.mark.parametrize(
    ("listing", "complete", "kept"),
    [
        (LISTING, True, True),
        (LISTING, False, False),
        ({**LISTING, "keeps": False}, True, False),
        ({**LISTING, "etag": None}, True, False),
    ],
)
def test_listing_is_remembered_only_when_all_of_it_was_dealt_with(
    work: Work, listing: dict[str, Any], complete: bool, kept: bool
) -> None:
    bring(work, done(listings=[listing], complete=complete))
    assert [(s.kind, s.etag, s.digest) for s in all_of(work.store, UrlState)] == (
        [("listing", '"f"', "f1")] if kept else []
    )
