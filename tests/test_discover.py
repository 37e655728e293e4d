"""Finding an outlet's listings and checking those that its file names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.config import Outlet, load_outlet
from schemas.errors import FetchError, UsageError
from spiders.discover import ListingCheck, OutletCheck, check_outlet, check_outlets, discover, set_verified
from tests.support.sites import article, rss, serve


def make_outlet(home: str, **given: Any) -> Outlet:
    values = {
        "id": "gb/c",
        "name": "C",
        "country": "gb",
        "language": "en",
        "timezone": "Europe/London",
        "home": home,
        "delay": 0,
    }
    return Outlet(**{**values, **given})


def test_draft_names_what_was_found_and_can_be_read(tmp_path: Path) -> None:
    with serve() as site:
        site.put("/robots.txt", f"User-agent: *\nDisallow: /x\nSitemap: {site.url}/news.xml\n", "text/plain")
        links = "".join(
            f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in ("/feed", "/broken", "/x")
        )
        site.put(
            "/",
            f'<html lang="en-IE"><head><title>Flood latest | The Courier: News</title><meta property="og:site_name" content="The Courier">{links}',
        )
        site.put("/feed", rss(site, "/a"), "application/rss+xml")
        site.put("/broken", article("Sorry"))
        site.put("/news.xml", f"<urlset><url><loc>{site.url}/a</loc></url></urlset>", "application/xml")
        draft = discover(f"{site.url}/", allow_private_hosts=True, delay=0)
    path = tmp_path / f"{draft.id}.yml"
    path.parent.mkdir()
    path.write_text(draft.text, "utf8")
    outlet = load_outlet(path)
    assert (outlet.name, outlet.country, outlet.language, outlet.timezone) == (
        "The Courier",
        "ie",
        "en",
        "Europe/Dublin",
    )
    assert (outlet.feeds, outlet.sitemaps) == ((f"{site.url}/feed",), (f"{site.url}/news.xml",))
    assert outlet.verified == datetime.now(UTC).date()
    assert draft.notes == ()


def test_nothing_found_is_said() -> None:
    with serve() as site:
        site.put("/", "<html><title>The Courier</title></html>")
        with pytest.raises(FetchError, match="no feed or sitemap was found"):
            discover(f"{site.url}/", allow_private_hosts=True, delay=0)
        assert "/rss.xml" in site.paths()
        assert "/sitemap.xml" in site.paths()


def test_check_of_a_private_outlet_is_refused() -> None:
    with serve() as site:
        check = check_outlet(make_outlet(site.url, feeds=(f"{site.url}/feed",)))
        assert site.asked == []
    assert "private address" in (check.listings[0].reason or "")


def test_private_front_page_is_refused() -> None:
    with serve() as site:
        with pytest.raises(FetchError, match="private address"):
            discover(f"{site.url}/")
        assert site.asked == []


def test_no_address_is_wrong_use() -> None:
    with pytest.raises(UsageError, match=r"'courier\.example' is not an http"):
        discover("courier.example")


def test_check_says_of_each_listing_whether_it_works() -> None:
    with serve() as site:
        site.put("/robots.txt", "User-agent: *\nDisallow: /x\n", "text/plain")
        site.put("/feed", rss(site, "/a", "/b"), "application/rss+xml")
        site.put("/world", '<a href="/2025/01/22/a">A</a>')
        outlet = make_outlet(
            site.url,
            feeds=(f"{site.url}/feed", f"{site.url}/x"),
            sections=({"url": f"{site.url}/world", "links": "/20"},),
        )
        check, closed = check_outlets(
            [outlet, make_outlet("http://127.0.0.1:9", id="gb/d", feeds=("http://127.0.0.1:9/feed",))],
            allow_private_hosts=True,
        )
        assert "/a" not in site.paths()
    assert check.listings == (
        ListingCheck(f"{site.url}/feed", "rss20", 200, 2, "2025-01-22T09:30:00Z", None),
        ListingCheck(f"{site.url}/x", "feed", None, 0, None, "robots.txt forbids this address"),
        ListingCheck(f"{site.url}/world", "section", 200, 1, "2025-01-22", None),
    )
    assert (closed.ok, closed.robots) == (False, {"127.0.0.1:9": "cannot be fetched (the connection was refused)"})
    assert (check.ok, list(check.robots.values())) == (False, ["read"])
    assert OutletCheck("gb/c", check.robots, tuple(li for li in check.listings if li.reason is None)).ok


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("name: C\nverified: never\nseen: x\n", "name: C\nverified: 2026-11-24\nseen: x\n"),
        ("verified: 2025-01-01  # by hand\n", "verified: 2026-11-24  # by hand\n"),
        ("name: C\n", "name: C\nverified: 2026-11-24\n"),
    ],
)
def test_set_verified_changes_one_line(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "c.yml"
    path.write_text(before, "utf8")
    set_verified(path, date(2026, 11, 24))
    assert path.read_text("utf8") == after
