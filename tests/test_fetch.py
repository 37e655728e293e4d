"""Fetch as a whole: real crawl processes, loopback sites, a store on disk."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from processing.pipeline.fetch import _is_due, fetch
from processing.pipeline.work import Work
from processing.store import Where, open_store
from schemas.config import Outlet, Topic
from schemas.errors import UsageError
from schemas.records import Coverage, Outcome, Page, UrlState, digest_id
from schemas.settings import FetchSettings, Settings
from spiders import read_body
from spiders.outlet_spider import OutletSpider
from tests.support.sites import Answer, Site, article, rss, serve

NOON = datetime(2025, 1, 22, 12, 0, tzinfo=UTC)


class CrashingSpider(OutletSpider):
    """Takes its whole process down, as a fault in a C library would."""

    def article_links(self, *_: Any) -> Any:
        """Ends the process."""
        os.abort()


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as found:
        yield found


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    store = open_store(f"sqlite:{tmp_path / 'counterclaim.db'}")
    yield Work(store, Settings(home=tmp_path, allow_private_hosts=True), {}, {}, lambda: NOON)
    store.close()


def outlet(site: Site | str, id: str = "gb/courier", feed: str = "/feed", **given: Any) -> Outlet:
    home = site if isinstance(site, str) else site.url
    values = {
        "id": id,
        "name": id,
        "country": "gb",
        "language": "en",
        "timezone": "Europe/London",
        "home": home,
        "feeds": (home + feed,),
        "delay": 0,
    }
    return Outlet(**{**values, **given})


def at(work: Work, hours: float = 0, *outlets: Outlet, **settings: Any) -> Work:
    """The same work some hours later, with these outlets and fetch settings."""
    found = {o.id: o for o in outlets} or work.outlets
    changed = work.settings.model_copy(update={"fetch": FetchSettings(**settings)}) if settings else work.settings
    now = work.now() + timedelta(hours=hours)
    return replace(work, outlets=found, settings=changed, now=lambda: now)


def bodies(work: Work) -> list[str]:
    return sorted(read_body(work.home, page).decode() for page in work.store.find(Page))


def files(work: Work) -> list[str]:
    return sorted(path.name for path in (work.home / "spool").iterdir())


def test_days_of_an_outlet(work: Work, site: Site) -> None:
    """New, unchanged, revised, vanished: each is asked as little as can be, and each page is kept once."""
    courier = outlet(site)
    site.put("/feed", rss(site, "/a?utm_source=rss", "/b"), "application/rss+xml", ETag='"1"')
    site.put("/a", article("A"), ETag='"a1"')
    site.put("/b", article("B"))
    started = time.monotonic()
    counts, coverage = fetch(at(work, 0, courier))
    assert (counts.done, counts.made, counts.failed, counts.problems) == (1, 2, 0, [])
    assert coverage == [Coverage("gb/courier", 2, 0, 0, 0, 0, None, 1, "gb/courier")]
    assert work.store.waiting("clean") == 2
    assert files(work) == []
    for page in work.store.find(Page):
        assert page.id == digest_id(page.url, page.digest)
        assert page.url in (f"{site.url}/a", f"{site.url}/b")
        assert timedelta() <= page.fetched_at - NOON <= timedelta(seconds=time.monotonic() - started), (
            "by the run's clock"
        )
        assert page.meta["published"] == "2025-01-22T09:30:00Z"

    site.asked.clear()
    counts, coverage = fetch(at(work, 6, courier))
    assert (counts.made, counts.skipped, coverage[0].unchanged) == (0, 2, 2)
    assert {path: headers.get("if-none-match") for path, headers in site.asked if path != "/robots.txt"} == {
        "/feed": '"1"',
        "/a": '"a1"',
        "/b": None,
    }

    site.put("/a", article("A, corrected"), ETag='"a2"')
    del site.routes["/b"]
    counts, coverage = fetch(at(work, 30, courier))
    assert (counts.made, counts.failed, coverage[0].fetched) == (1, 0, 1)
    assert bodies(work) == sorted([article("A"), article("A, corrected"), article("B")])
    (gone,) = work.store.find(Outcome, Where("item", "=", site.url + "/b"))
    assert (gone.code, gone.outcome) == ("vanished", "done")
    site.asked.clear()
    _, coverage = fetch(at(work, 30 + 24 * 4, courier))
    assert site.paths() == ["/feed"], "an article is asked again for revisit_days only"
    assert coverage[0].reason == "silent: 0 new in 2 days, at least 1 expected"


def test_one_dead_outlet_does_not_fail_the_rest(work: Work, site: Site) -> None:
    site.put("/feed", rss(site, "/a"), "application/rss+xml")
    site.put("/a", article("A"))
    wrong = outlet(site, "gb/wrong", "/none")
    crashing = outlet(site, "gb/crashing", "/feed", spider="tests.test_fetch.CrashingSpider")
    counts, coverage = fetch(at(work, 0, wrong, crashing, outlet(site)))
    reasons = {c.outlet: c.reason for c in coverage}
    assert reasons["gb/courier"] is None
    assert reasons["gb/wrong"] == f"{site.url}/none answers 404"
    assert (reasons["gb/crashing"] or "").startswith("its crawl was killed by signal 6")
    assert (counts.done, counts.made, counts.failed) == (3, 1, 2)
    assert bodies(work) == [article("A")]
    codes = {o.item: (o.outcome, o.code) for o in work.store.find(Outcome, Where("step", "=", "fetch"))}
    assert codes["gb/wrong"] == ("failed", "listing")
    assert codes["gb/courier"] == ("done", "fetched")


def test_some_listings_failing_is_told(work: Work, site: Site) -> None:
    site.put("/feed", rss(site, "/a"), "application/rss+xml", ETag='"1"')
    site.put("/html", article("Sorry"))
    site.put("/a", article("A"))
    seen: list[tuple[str, int, int]] = []
    given = replace(
        at(work, 0, outlet(site, feeds=(f"{site.url}/feed", f"{site.url}/html"))),
        report=lambda *args: seen.append(args),
    )
    _, (coverage,) = fetch(given)
    assert (seen[0], seen[-1]) == (("fetch", 0, 1), ("fetch", 1, 1))
    assert coverage == Coverage(
        "gb/courier",
        1,
        0,
        0,
        0,
        0,
        f"1 of 2 listings failed: {site.url}/html is a web page, not a feed",
        1,
        "gb/courier",
    )
    site.asked.clear()
    fetch(replace(at(work, 0), outlets=given.outlets))
    assert dict(site.asked)["/feed"]["if-none-match"] == '"1"', "the good listing is remembered all the same"


def test_passing_fault_is_asked_again_although_the_feed_did_not_change(work: Work, site: Site) -> None:
    site.put("/feed", rss(site, "/a"), "application/rss+xml", ETag='"1"')
    site.routes["/a"] = Answer(status=503)
    courier, other = outlet(site), outlet(site, "gb/other", "/other")
    counts, _ = fetch(at(work, 0, courier, other), ["gb/courier"])
    assert "/other" not in site.paths()
    assert (counts.made, counts.failed, counts.problems) == (
        0,
        1,
        [f"{site.url}/a: answers 503", "gb/courier: silent: 0 new in 2 days, at least 1 expected"],
    )
    site.put("/a", article("A"))
    counts, _ = fetch(at(work, 1, courier))
    assert (counts.made, counts.failed) == (1, 0)
    assert list(work.store.find(Outcome, Where("item", "=", site.url + "/a"))) == []


def test_topic_filter_keeps_what_is_on_topic_and_a_new_topic_looks_again(work: Work, site: Site) -> None:
    site.put("/feed", rss(site, "/a", "/b"), "application/rss+xml", ETag='"1"')
    site.put("/a", article("A", "The river rose."))
    site.put("/b", article("B", "Two goals."))
    flood = Topic(name="flood", title="Flood", match=(("river", "dam"),))
    sport = Topic(name="sport", title="Sport", match=(("goals",),))
    filtered = at(work, 0, outlet(site), topic_filter="after")
    counts, coverage = fetch(replace(filtered, topics={"flood": flood}))
    assert (counts.made, counts.skipped, coverage[0].reason) == (1, 1, None)
    site.asked.clear()
    fetch(replace(at(filtered, 8), topics={"flood": flood}))
    assert "/b" not in site.paths()
    counts, _ = fetch(replace(at(filtered, 9), topics={"flood": flood, "sport": sport}))
    assert counts.made == 1
    assert len(bodies(work)) == 2


def test_since_pages_back_so_far(work: Work, site: Site) -> None:
    for page, day in ((1, 21), (2, 20), (3, 19)):
        older = f'<link xmlns="http://www.w3.org/2005/Atom" rel="next" href="/feed{page + 1}"/>'
        feed = rss(site, f"/{page}", day=f"Mon, {day} Jan 2025 09:00:00 GMT").replace("<channel>", f"<channel>{older}")
        site.put(f"/feed{page}", feed, "application/rss+xml")
        site.put(f"/{page}", article(str(page)))
    courier = outlet(site, feed="/feed1")
    fetch(at(work, 0, courier), since=date(2025, 1, 20))
    assert bodies(work) == [article("1"), article("2")]
    assert "/feed3" in site.paths()
    assert "/feed4" not in site.paths()


def test_a_range_of_days_leaves_what_is_dated_later_for_another_run(work: Work, site: Site) -> None:
    days = {
        "/a": "Sun, 19 Jan 2025 09:00:00 GMT",
        "/b": "Mon, 20 Jan 2025 23:00:00 GMT",
        "/c": "Tue, 21 Jan 2025 09:00:00 GMT",
    }
    items = "".join(
        f"<item><title>T</title><link>{site.url}{path}</link><pubDate>{day}</pubDate></item>"
        for path, day in days.items()
    )
    site.put(
        "/feed",
        f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>',
        "application/rss+xml",
        ETag='"1"',
    )
    for path in days:
        site.put(path, article(path))
    courier = outlet(site)
    fetch(at(work, 0, courier), since=date(2025, 1, 20), until=date(2025, 1, 20))
    assert bodies(work) == [article("/b")]
    fetch(at(work, 1, courier))
    assert sorted(bodies(work)) == [article("/a"), article("/b"), article("/c")]
    with pytest.raises(UsageError, match=r"the range ends \(2025-01-19\) before it begins \(2025-01-20\)"):
        fetch(at(work, 2, courier), since=date(2025, 1, 20), until=date(2025, 1, 19))


def test_outlet_that_asks_for_a_rest_is_left_alone_until_then(work: Work, site: Site) -> None:
    site.routes["/feed"] = Answer(status=429, headers={"Retry-After": "7200"})
    courier = outlet(site)
    _, (first,) = fetch(at(work, 0, courier))
    assert re.fullmatch(
        r"asks not to be asked before 2025-01-22T14:00:0\d\.\d+Z: 127\.0\.0\.1 answers 429 and asks to come back in 7200 s",
        first.reason or "",
    )
    site.asked.clear()
    counts, (second,) = fetch(at(work, 1, courier))
    assert (site.asked, second.reason, counts.skipped, counts.failed) == ([], first.reason, 1, 0)
    fetch(at(work, 1, courier), lift_pauses=True)
    assert set(site.paths()) == {"/feed"}
    site.asked.clear()
    site.put("/feed", rss(site), "application/rss+xml")
    _, (third,) = fetch(at(work, 4, courier))
    assert (site.paths(), third.reason) == (["/feed"], "silent: 0 new in 2 days, at least 1 expected")


def test_outlet_whose_articles_all_fail_is_told(work: Work, site: Site) -> None:
    site.put("/feed", rss(site, "/a", "/b", "/c"), "application/rss+xml")
    for path in ("/a", "/b", "/c"):
        site.routes[path] = Answer(status=403)
    counts, (coverage,) = fetch(at(work, 0, outlet(site)))
    assert coverage.reason == f"none of 3 articles could be fetched: {site.url}/a: answers 403"
    assert counts.failed == 4


def test_what_could_not_be_read_of_a_listing_is_told(work: Work, site: Site) -> None:
    site.put("/feed", rss(site, "http://[x", "/a"), "application/rss+xml")
    site.put("/a", article("A"))
    counts, (coverage,) = fetch(at(work, 0, outlet(site)))
    assert (counts.made, counts.failed) == (1, 0)
    assert (coverage.reason or "").startswith(f"not wholly read: {site.url}/feed: entry ")
    (told,) = work.store.find(Outcome, Where("item", "=", "gb/courier"))
    assert (told.outcome, told.reason) == ("done", coverage.reason)


def test_an_article_that_now_leads_elsewhere_has_vanished(work: Work, site: Site) -> None:
    site.put("/feed", rss(site, "/world/dam-breaks-at-orlmark", "/b"), "application/rss+xml")
    site.put("/world/dam-breaks-at-orlmark", article("A"))
    site.put("/b", article("B"))
    fetch(at(work, 0, outlet(site)))
    site.routes["/world/dam-breaks-at-orlmark"] = Answer(status=302, headers={"Location": "/404"})
    site.put("/404", "<h1>Page not found</h1>")
    site.routes["/b"] = Answer(status=410)
    fetch(at(work, 6, outlet(site)))
    gone = work.store.find(Outcome, Where("outlet", "=", "gb/courier"))
    assert sorted(end.item.removeprefix(site.url) for end in gone if end.code == "vanished") == [
        "/b",
        "/world/dam-breaks-at-orlmark",
    ]


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REVISITS = {
    "an hour later": (HOUR, timedelta(), True), "a little later": (HOUR / 12, HOUR / 15, False), "a day later": (DAY + HOUR, DAY / 2, True),
    "just asked": (DAY - HOUR / 2, DAY - HOUR, False), "after the window": (5 * DAY, 3 * DAY, False), "a week later": (7 * DAY + HOUR, 3 * DAY, True),
    "a week later, asked since": (7.5 * DAY, 7.2 * DAY, False), "long after": (20 * DAY, 3 * DAY, False),
}  # fmt: skip


@pytest.mark.parametrize(("age", "asked", "expected"), REVISITS.values(), ids=REVISITS)
def test_articles_are_asked_again_ever_less_often(age: timedelta, asked: timedelta, expected: bool) -> None:
    state = UrlState("x", "https://courier.example/a", "gb/courier", None, None, None, NOON + asked, 200, NOON)
    assert _is_due(state, NOON + age, timedelta(days=3)) is expected
    assert not _is_due(state, NOON + age, timedelta())


def test_unknown_outlet_is_wrong_use(work: Work) -> None:
    given = at(work, 0, outlet("https://courier.example"), outlet("https://other.example", "gb/other"))
    with pytest.raises(UsageError, match="no outlet 'gb/unknown'; there are gb/courier, gb/other"):
        fetch(given, ["gb/courier", "gb/unknown"])


def test_no_outlet_is_no_crawl(work: Work) -> None:
    counts, coverage = fetch(work)
    assert (counts.done, coverage) == (0, [])
