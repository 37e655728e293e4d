"""What an outlet ordinarily gives, and how it is told that it broke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from processing.expectations import Day, Expectation, Seen, find_drifts, learn, read_day, sum_up
from processing.pipeline.again import clean_articles_again
from processing.pipeline.articles import clean
from processing.pipeline.claims import claims
from processing.pipeline.expectations import clean_again, quarantined, tell_drifts
from processing.pipeline.work import Work
from processing.store import Batch, open_store
from schemas.config import Outlet
from schemas.errors import UsageError
from schemas.records import Article, Claim, Outcome, Page, digest_id
from schemas.settings import Settings
from spiders.warc import Archive
from tests.support.records import make_article, make_page
from tests.test_clean import html

MONDAY = date(2025, 5, 5)
COURIER = Outlet(
    id="gb/courier", name="The Courier", country="gb", language="en", timezone="Europe/London", home="https://courier.example/",
    feeds=("https://courier.example/feed",),
)  # fmt: skip


def seen(number: int, day: date = MONDAY, code: str | None = None, **given: object) -> Seen:
    values = {"length": 2000, "has_date": True, "has_author": True, "claims": 4} if code is None else {}
    return Seen(f"https://courier.example/{day}/{number}", day, code, **{**values, **given})  # type: ignore[arg-type]


def ordinary(days: int = 28, weekend: int = 3) -> list[Seen]:
    found = []
    for n in range(days):
        day = MONDAY + timedelta(days=n)
        found += [seen(k, day) for k in range(weekend if day.weekday() >= 5 else 10)]
    return found


def test_what_is_ordinary_is_learned_by_weekday() -> None:
    assert learn(sum_up(ordinary())) == Expectation((10.0,) * 5 + (3.0,) * 2, 1.0, 0.0, 1.0, 1.0, 2000.0, 4.0)


@pytest.mark.parametrize("pages", [[], ordinary(5), [seen(1, MONDAY + timedelta(days=n)) for n in range(12)]])
def test_little_lets_nothing_expect(pages: list[Seen]) -> None:
    assert learn(sum_up(pages)) is None


def test_a_day_comes_back_as_written() -> None:
    day = Day(MONDAY, 10, 8, 1, 7, 6, 1500.0, 20, 8)
    assert read_day(day.text()) == day


NEXT = MONDAY + timedelta(days=28)  # a Monday
FRESH = [*(seen(k, NEXT) for k in range(10)), *(seen(k, NEXT + timedelta(days=1)) for k in range(10))]
DRIFTS = {
    "as ever": (FRESH, []), "none at all": ([], ["fewer"]), "a few": (FRESH[:3], ["fewer"]),
    "walls": ([*FRESH[:4], *(replace(p, code="consent_wall") for p in FRESH[4:])], ["walled"]),
    "sign-in on a third": ([*FRESH[:13], *(replace(p, code="sign_in") for p in FRESH[13:])], ["walled"]),
    "no text": ([*FRESH[:4], *(replace(p, code="no_article") for p in FRESH[4:])], ["text"]),
    "no dates": ([replace(p, has_date=False) for p in FRESH], ["date"]), "no authors": ([replace(p, has_author=False) for p in FRESH], ["author"]),
    "short": ([replace(p, length=300) for p in FRESH], ["length"]), "no claims": ([replace(p, claims=0) for p in FRESH], ["claims"]),
    "not read": ([replace(p, claims=None) for p in FRESH], []), "a few bad": ([*FRESH[:17], *(replace(p, code="no_article") for p in FRESH[17:])], []),
    "a new template": ([replace(p, has_date=False, has_author=False, length=200) for p in FRESH], ["date", "author", "length"]),
}  # fmt: skip


@pytest.mark.parametrize(("recent", "kinds"), DRIFTS.values(), ids=DRIFTS)
def test_drift_is_told(recent: list[Seen], kinds: list[str]) -> None:
    expected = learn(sum_up(ordinary()))
    assert expected is not None
    assert [
        drift.kind for drift in find_drifts(expected, ordinary(), recent, [NEXT, NEXT + timedelta(days=1)])
    ] == kinds


def test_drift_names_the_last_good_page_and_the_first_bad_one() -> None:
    expected = learn(sum_up(ordinary()))
    assert expected is not None
    recent = [*FRESH[:4], *(replace(page, code="pay_wall") for page in FRESH[4:])]
    (drift,) = find_drifts(expected, ordinary(), recent, [NEXT])
    assert (drift.good, drift.bad) == (FRESH[3].url, FRESH[4].url)


# ---------------------------------------------------------------- in the store


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    store = open_store(f"sqlite:{tmp_path / 'counterclaim.db'}")
    yield Work(
        store, Settings(home=tmp_path), {COURIER.id: COURIER}, {}, lambda: datetime(2025, 6, 4, 12, 0, tzinfo=UTC)
    )
    store.close()


def give(work: Work, day: datetime, number: int, code: str | None = None) -> None:
    """A page that was fetched and cleaned on a day."""
    page = make_page(url=f"https://courier.example/{day:%m-%d}/{number}", fetched_at=day)
    batch = Batch(put=[page])
    if code is None:
        batch.put.append(make_article(url=page.url, page_id=page.id, fetched_at=day, authors=("Ann Lee",)))
    else:
        batch.put.append(Outcome(digest_id("clean", page.id), "clean", page.id, "rejected", code, "x", COURIER.id, day))
    work.store.apply(batch)


def test_an_outlet_that_begins_to_wall_off_is_told(work: Work) -> None:
    end = work.now()
    for ago in range(24, -1, -1):
        day = end - timedelta(days=ago)
        for number in range(6):
            give(work, day, number, "consent_wall" if ago <= 1 and number else None)
        told = tell_drifts(replace(work, now=lambda day=day: day))
        assert told == [] if ago > 1 else True
    (sentence,) = told
    assert sentence.startswith(
        "gb/courier: 56% of pages show a wall, 0% are ordinary; the last good page is https://courier.example/06-0"
    )


def archived(work: Work, name: str, body: bytes) -> Page:
    """A page that waits to be cleaned, with its bytes."""
    archive = Archive(work.home, f"{name}.warc.gz")
    url = f"https://courier.example/{name}"
    offset, _ = archive.write(url, "200 OK", [("Content-Type", "text/html")], body, "2025-06-03T12:00:00Z")
    archive.close()
    place = {"warc_path": f"{name}.warc.gz", "warc_offset": offset, "size": len(body)}
    page = make_page(url=url, digest=sha256(body).hexdigest(), fetched_at=work.now(), **place)
    work.store.apply(Batch(put=[page], enqueue=[("clean", page.id)]))
    return page


def test_articles_are_cleaned_again_in_their_place(work: Work) -> None:
    """As the cleaning of an older day had made them: only what differs is replaced, under its id and revision, and its
    old claims go; what is no article now stays and is named."""
    for name in ("same", "other", "later"):
        archived(work, name, html(title=f"Dam breaks {name}"))
    assert clean(work).made == 3
    claims(work)
    good = {a.url.rpartition("/")[2]: a for a in work.store.find(Article)}
    read = {c.id for c in work.store.find(Claim)}
    assert read
    wall = archived(work, "wall", b"<html><title>Sign in</title><h1>Sign in</h1><p>Sign in to go on.</p></html>")
    walled = make_article(url=wall.url, page_id=wall.id, fetched_at=work.now())
    stale = replace(good["other"], text="The mayor said 812 partners died.", digest="0" * 64)
    work.store.apply(Batch(put=[stale, walled], enqueue=[("claims", stale.id)], done=[("clean", wall.id)]))
    claims(work)
    assert {c.id for c in work.store.find(Claim)} != read

    looked = clean_articles_again(work, [COURIER.id], keep=False)
    assert (looked.done, looked.made, looked.rejected, looked.failed) == (4, 1, 1, 0)
    assert work.store.get(Article, stale.id) == stale
    assert clean_articles_again(work, [COURIER.id], date(2025, 6, 5)).done == 0

    counts = clean_articles_again(work, [COURIER.id])
    assert sorted(line.partition(": ")[2].partition(":")[0] for line in counts.problems) == [
        "changed",
        "gives no article now",
    ]
    claims(work)
    assert {a.url.rpartition("/")[2]: a for a in work.store.find(Article)} == {**good, "wall": walled}
    assert {c.id for c in work.store.find(Claim)} == read
    assert clean_articles_again(work, [COURIER.id]).made == 0

    (work.home / "same.warc.gz").unlink()
    assert clean_articles_again(work, [COURIER.id]).failed == 1


def test_quarantined_pages_are_cleaned_again(work: Work) -> None:
    archive = Archive(work.home, "w.warc.gz")
    bodies = {"good": html(), "bad": b"<html><title>Sign in</title><h1>Sign in</h1><p>Sign in to go on.</p></html>"}
    for name, body in bodies.items():
        url = f"https://courier.example/{name}"
        offset, _ = archive.write(url, "200 OK", [("Content-Type", "text/html")], body, "2025-06-03T12:00:00Z")
        page = make_page(
            url=url,
            digest=sha256(body).hexdigest(),
            warc_path="w.warc.gz",
            warc_offset=offset,
            fetched_at=work.now(),
            size=len(body),
        )
        end = Outcome(
            digest_id("clean", page.id), "clean", page.id, "rejected", "no_article", "x", COURIER.id, work.now()
        )
        work.store.apply(Batch(put=[page, end]))
    archive.close()
    assert [page.url for page in quarantined(work, COURIER.id, date(2025, 6, 5))] == []
    assert len(quarantined(work, COURIER.id)) == 2
    counts = clean_again(work, [COURIER.id])
    assert (counts.made, counts.rejected) == (1, 1)
    assert [article.url for article in work.store.find(Article)] == ["https://courier.example/good"]
    (left,) = quarantined(work, COURIER.id)
    assert left.url == "https://courier.example/bad"
    assert clean(work).done == 0
    with pytest.raises(UsageError, match="no outlet 'gb/other'"):
        clean_again(work, ["gb/other"])
    moved = replace(work, outlets={})
    with pytest.raises(UsageError, match="no file of outlet 'gb/courier', of which pages are stored"):
        clean_articles_again(moved, [COURIER.id])
