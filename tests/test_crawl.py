"""The real crawl process against loopback sites: what it asks, what it keeps, what it says of everything else."""

from __future__ import annotations

import gzip
import json
import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from spiders.launch import run_plans, user_agent
from spiders.plan import Known, OutletTask, Plan, read_spool, url_key
from spiders.warc import read_record
from tests.support.sites import Answer, Site, article, rss, serve

AGENT = "Counterclaim/1 (+https://newsroom.example/bot)"
NOW = "2025-01-22T12:00:00+00:00"


@dataclass
class Crawled:
    """What a crawl left: spool lines by kind, and the sites with what they were asked."""

    home: Path
    lines: list[dict[str, Any]]
    sites: dict[str, Site] = field(default_factory=dict)

    def done(self, outlet: str) -> dict[str, Any]:
        """The outlet's last line."""
        (line,) = [x for x in self.lines if x["kind"] == "done" and x["outlet"] == outlet]
        return line

    def pages(self, outlet: str) -> dict[str, bytes]:
        """Archived bodies by path as asked."""
        base = self.sites[outlet].url
        return {
            x["url"].removeprefix(base): read_record(self.home / x["warc_path"], x["warc_offset"])[1]
            for x in self.lines
            if x["kind"] == "page" and x["outlet"] == outlet
        }

    def codes(self, outlet: str) -> dict[str, str]:
        """Codes of what was not archived, by path as asked."""
        base = self.sites[outlet].url
        return {
            x["url"].removeprefix(base): x["code"] for x in self.lines if x["kind"] == "note" and x["outlet"] == outlet
        }


def crawl(home: Path, *tasks: OutletTask, says: str = "", **given: Any) -> Crawled:
    """Run one plan in its process, whose log ends with what it `says`."""
    values = {
        "archive": "w.warc.gz",
        "allow_private_hosts": True,
        "at_once": 16,
        "request_seconds": 4,
        "seconds": 20,
        "max_bytes": 1_000_000,
    }
    plan = Plan(
        home=str(home), spool=str(home / "s.jsonl"), now=NOW, user_agent=AGENT, outlets=tasks, **{**values, **given}
    )
    (ended,) = run_plans([plan])
    assert ended.code == 0
    assert says in ended.said if says else ended.said == "", ended.said
    return Crawled(home, list(read_spool(ended.spool)))


def zipped(body: bytes) -> Answer:
    return Answer(gzip.compress(body), headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})


def cookie_wall(headers: dict[str, str]) -> Answer:
    if "seen=1" in headers.get("cookie", ""):
        return Answer(article("Behind a cookie").encode(), headers={"Content-Type": "text/html"})
    return Answer(status=302, headers={"Location": "/cookie", "Set-Cookie": "seen=1"})


def once(status: int, headers: dict[str, str], then: Answer) -> Callable[[dict[str, str]], Answer]:
    """Answers with a status the first time, then with an answer."""
    answers = iter([Answer(status=status, headers=headers)])
    return lambda _: next(answers, then)


def lay_pages(site: Site) -> dict[str, Any]:
    html = {"Content-Type": "text/html"}
    site.put(
        "/robots.txt",
        "User-agent: *\nDisallow: /feed\n\nUser-agent: Counterclaim\nDisallow: /private\nDisallow: /ours\n",
        "text/plain",
    )
    good = ["/ok", "/latin", "/cookie", "/moved", "/target", "/deflate", "/ok?utm_source=rss"]
    bad = [
        "/large",
        "/bomb",
        "/loop",
        "/ring",
        "/empty",
        "/pdf",
        "/hang",
        "/broken",
        "/gone",
        "/to-private",
        "/taken-away",
        "/ours",
        "/deny/x",
    ]
    site.put("/feed", rss(site, *good, *bad), "application/rss+xml")
    site.put("/ok", article("Plain"), ETag='"1"')
    site.put("/large", b"<p>x</p>" * 400_000)
    site.routes["/bomb"] = zipped(b"\0" * 30_000_000)
    site.routes["/loop"] = Answer(status=301, headers={"Location": "/loop"})
    site.routes["/ring"] = Answer(status=302, headers={"Location": "/ring2"})
    site.routes["/ring2"] = Answer(status=302, headers={"Location": "/ring"})
    site.routes["/empty"] = Answer(b"  ", headers=html)
    site.routes["/deflate"] = Answer(
        zlib.compress(article("Deflated").encode()), headers={**html, "Content-Encoding": "deflate"}
    )
    site.put("/pdf", b"%PDF-1.7", "application/pdf")
    site.put("/latin", article("Café").encode("latin-1"), "text/html; charset=utf-8")
    site.routes["/hang"] = Answer(b"late", headers=html, hang=30)
    site.routes["/broken"] = Answer(status=500)
    site.routes["/cookie"] = cookie_wall
    site.routes["/moved"] = Answer(status=301, headers={"Location": "/elsewhere"})
    site.put("/elsewhere", article("Moved"))
    site.put("/target", article("Target"))
    site.routes["/taken-away"] = Answer(status=302, headers={"Location": "/"})
    site.put("/", article("Front page"))
    site.routes["/to-private"] = Answer(status=302, headers={"Location": "/private/x"})
    return {"feeds": [f"{site.url}/feed"], "deny": ["/deny/"]}


def lay_slow_robots(site: Site) -> dict[str, Any]:
    site.routes["/robots.txt"] = Answer(
        b"User-agent: *\nDisallow: /a\n", headers={"Content-Type": "text/plain"}, hang=0.3
    )
    return {"feeds": [f"{site.url}/{name}" for name in ("a1", "a2", "a3", "a4", "a5", "feed")]}


def lay_broken_robots(site: Site) -> dict[str, Any]:
    site.routes["/robots.txt"] = Answer(b"User-agent: *\nAllow: /\n", status=503)
    return {"feeds": [f"{site.url}/feed"]}


def lay_no_robots(site: Site) -> dict[str, Any]:
    site.routes["/robots.txt"] = Answer(
        b"User-agent: *\nDisallow: /\n", status=404, headers={"Content-Type": "text/html"}
    )
    site.put("/feed", rss(site, "/a"), "application/rss+xml")
    site.put("/a", article("Free"))
    site.routes["/old-feed"] = Answer(status=301, headers={"Location": "/feed"})
    return {"feeds": [f"{site.url}/feed", f"{site.url}/old-feed"]}


def lay_bad_feeds(site: Site) -> dict[str, Any]:
    site.put("/html", article("Sorry"))
    site.put(
        "/entities",
        '<!DOCTYPE r [<!ENTITY a "ha">]><rss version="2.0"><channel><title>&a;</title></channel></rss>',
        "application/xml",
    )
    site.put("/bomb.xml.gz", gzip.compress(b"\0" * 60_000_000), "application/gzip")
    return {
        "feeds": [f"{site.url}/html", f"{site.url}/entities", f"{site.url}/none"],
        "sitemaps": [f"{site.url}/bomb.xml.gz"],
    }


def lay_sitemaps(site: Site) -> dict[str, Any]:
    index = "".join(
        f"<sitemap><loc>{site.url}/{n}.xml.gz</loc><lastmod>{day}</lastmod></sitemap>"
        for n, day in ((1, "2025-01-21"), (2, "2024-11-01"))
    )
    site.put("/index.xml", f"<sitemapindex>{index}</sitemapindex>", "application/xml", ETag='"i"')
    urls = "".join(
        f"<url><loc>{site.url}/{n}</loc><lastmod>{day}</lastmod></url>"
        for n, day in (("new", "2025-01-21"), ("old", "2024-12-01"))
    )
    site.put("/1.xml.gz", gzip.compress(f"<urlset>{urls}</urlset>".encode()), "application/gzip", ETag='"s"')
    site.put("/new", article("New"))
    return {"sitemaps": [f"{site.url}/index.xml"]}


def lay_sections(site: Site) -> dict[str, Any]:
    for page, day in ((1, "21"), (2, "20"), (3, "10"), (4, "09")):
        site.put(
            f"/world?p={page}",
            f'<a href="/about">about</a><a href="/2025/01/{day}/x">Report</a><a rel="next" href="/world?p={page + 1}">older</a>',
        )
        site.put(f"/2025/01/{day}/x", article(day))
    return {
        "sections": [{"url": f"{site.url}/world?p=1", "links": r"/20\d\d/\d\d/", "next": "a[rel=next]", "pages": 9}]
    }


def lay_retry_after(site: Site) -> dict[str, Any]:
    site.put("/feed", rss(site, "/busy", "/b"), "application/rss+xml")
    site.routes["/busy"] = once(
        429, {"Retry-After": "1"}, Answer(article("Later").encode(), headers={"Content-Type": "text/html"})
    )
    site.put("/b", article("B"))
    return {"feeds": [f"{site.url}/feed"]}


def lay_long_retry_after(site: Site) -> dict[str, Any]:
    site.put("/feed", rss(site, *(f"/{n}" for n in range(20))), "application/rss+xml")
    for number in range(20):
        site.routes[f"/{number}"] = Answer(status=503, headers={"Retry-After": "86400"})
    return {"feeds": [f"{site.url}/feed"]}


def lay_crawl_delay(site: Site) -> dict[str, Any]:
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 0.4\n", "text/plain")
    site.put("/feed", rss(site, "/a", "/b"), "application/rss+xml")
    site.put("/a", article("A"))
    site.put("/b", article("B"))
    return {"feeds": [f"{site.url}/feed"]}


def lay_limit(site: Site) -> dict[str, Any]:
    site.put("/feed", rss(site, "/a", "/b", "/c"), "application/rss+xml", ETag='"f"')
    for name in "abc":
        site.put(f"/{name}", article(name))
    return {"feeds": [f"{site.url}/feed"]}


def lay_known(site: Site) -> dict[str, Any]:
    site.put(
        "/feed", rss(site, "/etag", "/date", "/same", "/gone", "/known", "/new"), "application/rss+xml", ETag='"f"'
    )
    site.put("/etag", article("E"), ETag='"1"')
    site.put("/date", article("D"), Last_Modified="Wed, 22 Jan 2025 09:30:00 GMT")
    site.put("/same", article("S"))
    site.put("/changed", article("C2"), ETag='"2"')
    site.put("/new", article("N"))
    return {"feeds": [f"{site.url}/feed"]}


def known_articles(site: Site) -> dict[str, Any]:
    again = (
        Known(f"{site.url}/etag", '"1"'), Known(f"{site.url}/date", None, "Wed, 22 Jan 2025 09:30:00 GMT"),
        Known(f"{site.url}/same", digest=sha256(article("S").encode()).hexdigest()), Known(f"{site.url}/gone", '"g"'),
        Known(f"{site.url}/changed", '"1"', digest="0" * 64),
    )  # fmt: skip
    return {
        "again": again,
        "known": tuple(url_key(f"{site.url}/{name}") for name in ("etag", "date", "same", "gone", "known", "changed")),
    }


def lay_hostile(site: Site) -> dict[str, Any]:
    """A feed that begins with comments, one that holds odd values, an index whose sitemaps lie about their age."""
    comments = "<!-- x -->" * 5000
    site.put("/comments", comments + rss(site, "/a"), "application/rss+xml")
    odd = {"items": [{"url": "http://[x"}, {"url": f"{site.url}/b", "authors": 3, "date_published": "0000-00-00"}, 7]}
    site.put("/odd", json.dumps(odd), "application/feed+json")
    ages = {"news": "2019-01-01", "future": "2099-01-01", "today": "2025-01-22", "2019-03": "2019-03-31"}
    entries = "".join(
        f"<sitemap><loc>{site.url}/{n}.xml</loc><lastmod>{age}</lastmod></sitemap>" for n, age in ages.items()
    )
    site.put("/index.xml", f"<sitemapindex>{entries}</sitemapindex>", "application/xml")
    for name in ages:
        site.put(f"/{name}.xml", f"<urlset><url><loc>{site.url}/in-{name}</loc></url></urlset>", "application/xml")
        site.put(f"/in-{name}", article(name))
    for name in "ab":
        site.put(f"/{name}", article(name))
    return {"feeds": [f"{site.url}/comments", f"{site.url}/odd"], "sitemaps": [f"{site.url}/index.xml"]}


LAYERS: dict[str, Callable[[Site], dict[str, Any]]] = {
    "pages": lay_pages, "slow robots": lay_slow_robots, "broken robots": lay_broken_robots, "no robots": lay_no_robots, "bad feeds": lay_bad_feeds,
    "sitemaps": lay_sitemaps, "sections": lay_sections, "retry-after": lay_retry_after, "long retry-after": lay_long_retry_after,
    "crawl-delay": lay_crawl_delay, "limit": lay_limit, "known": lay_known, "unchanged": lay_limit,
    "hostile": lay_hostile,
}  # fmt: skip
TASKS: dict[str, Callable[[Site], dict[str, Any]]] = {
    "sections": lambda _: {"since": "2025-01-15"},
    "limit": lambda _: {"max_pages": 2},
    "known": known_articles,
    "unchanged": lambda site: {"listings": (Known(f"{site.url}/feed", '"f"'),)},
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One process for all sites: they are crawled at the same time, and none may disturb another."""
    with ExitStack() as stack:
        sites = {name: stack.enter_context(serve()) for name in LAYERS}
        tasks = [
            OutletTask(name, {"delay": 0, **lay(sites[name])}, **TASKS.get(name, lambda _: {})(sites[name]))
            for name, lay in LAYERS.items()
        ]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            closed = f"http://127.0.0.1:{probe.getsockname()[1]}"
        tasks.append(OutletTask("closed", {"delay": 0, "feeds": [f"{closed}/feed"]}))
        result = crawl(tmp_path_factory.mktemp("crawl"), *tasks)
        result.sites.update(sites)
        yield result


def test_good_pages_are_archived_as_they_came(crawled: Crawled) -> None:
    assert crawled.pages("pages") == {
        "/ok": article("Plain").encode(),
        "/latin": article("Café").encode("latin-1"),
        "/cookie": article("Behind a cookie").encode(),
        "/moved": article("Moved").encode(),
        "/target": article("Target").encode(),
        "/deflate": article("Deflated").encode(),
    }


def test_what_is_odd_or_lies_costs_nothing_else(crawled: Crawled) -> None:
    assert sorted(crawled.pages("hostile")) == ["/a", "/b", "/in-future", "/in-news", "/in-today"]
    done = crawled.done("hostile")
    assert [len(line["aside"]) for line in done["listings"] if line["url"].endswith("/odd")] == [2]
    assert (done["complete"], done["faults"]) == (True, [])


def test_every_other_page_has_a_reason(crawled: Crawled) -> None:
    assert crawled.codes("pages") == {
        "/large": "too_large", "/bomb": "too_large", "/loop": "redirects", "/ring": "redirects", "/empty": "empty", "/pdf": "not_html",
        "/hang": "timeout", "/broken": "http_500", "/gone": "http_404", "/to-private": "robots", "/taken-away": "front_page", "/ours": "robots",
    }  # fmt: skip


def test_page_line_has_what_a_later_request_needs(crawled: Crawled) -> None:
    site = crawled.sites["pages"]
    (line,) = [x for x in crawled.lines if x["kind"] == "page" and x["url"] == f"{site.url}/ok"]
    line = {key: line[key] for key in ("final_url", "status", "etag", "content_type", "meta")}
    assert line == {
        "final_url": f"{site.url}/ok", "status": 200, "etag": '"1"', "content_type": "text/html; charset=utf-8",
        "meta": {"title": "Report 1", "published": "2025-01-22T09:30:00Z"},
    }  # fmt: skip


def test_requests_name_us_and_ask_robots_first(crawled: Crawled) -> None:
    for site in crawled.sites.values():
        assert site.asked[0][0] == "/robots.txt"
        assert {headers["user-agent"] for _, headers in site.asked} == {AGENT}
    assert AGENT.startswith(user_agent().partition("/")[0] + "/")


def test_forbidden_pages_are_not_asked(crawled: Crawled) -> None:
    asked = crawled.sites["pages"].paths()
    assert not {"/private/x", "/ours", "/deny/x"} & set(asked)
    assert asked.count("/ok") == 1
    assert asked.count("/broken") == 3


def test_no_request_slips_past_a_slow_robots_txt(crawled: Crawled) -> None:
    assert crawled.sites["slow robots"].paths() == ["/feed"]
    reasons = [listing["reason"] for listing in crawled.done("slow robots")["listings"]]
    assert sorted(reasons) == ["answers 404", *["robots.txt forbids this address"] * 5]


def test_robots_txt_that_fails_allows_nothing_and_one_that_is_missing_allows_all(crawled: Crawled) -> None:
    assert crawled.sites["broken robots"].paths() == []
    assert (
        crawled.done("broken robots")["listings"][0]["reason"]
        == "robots.txt answers 503, so nothing may be fetched (RFC 9309 2.3.1.4)"
    )
    assert list(crawled.pages("no robots")) == ["/a"]


def test_listing_that_leads_to_another_is_no_fault(crawled: Crawled) -> None:
    listings = crawled.done("no robots")["listings"]
    assert sorted((listing["url"].rpartition("/")[2], listing["reason"]) for listing in listings) == [
        ("feed", None),
        ("old-feed", None),
    ]
    assert sum(listing["entries"] for listing in listings) == 1


def test_site_that_is_down_is_told_and_disturbs_nobody(crawled: Crawled) -> None:
    done = crawled.done("closed")
    assert "cannot be fetched (the connection was refused)" in done["listings"][0]["reason"]
    assert done["finish_reason"] == "finished"


def test_bad_listings_have_reasons(crawled: Crawled) -> None:
    site = crawled.sites["bad feeds"]
    found = {
        listing["url"].removeprefix(site.url): listing["reason"] for listing in crawled.done("bad feeds")["listings"]
    }
    assert found == {
        "/html": "is a web page, not a feed",
        "/entities": "declares XML entities, which no feed needs; it is not read",
        "/none": "answers 404",
        "/bomb.xml.gz": "unpacks to more than 50 MB; it is not read",
    }


def test_sitemap_index_leads_to_recent_articles_only(crawled: Crawled) -> None:
    assert crawled.sites["sitemaps"].paths() == ["/index.xml", "/1.xml.gz", "/new"]
    assert {listing["form"]: listing["keeps"] for listing in crawled.done("sitemaps")["listings"]} == {
        "sitemap index": False,
        "sitemap": True,
    }


def test_section_pages_are_paged_back_to_since(crawled: Crawled) -> None:
    assert sorted(crawled.pages("sections")) == ["/2025/01/20/x", "/2025/01/21/x"]
    assert [path for path in crawled.sites["sections"].paths() if path.startswith("/world")] == [
        "/world?p=1",
        "/world?p=2",
        "/world?p=3",
    ]


def test_retry_after_is_waited_for(crawled: Crawled) -> None:
    assert sorted(crawled.pages("retry-after")) == ["/b", "/busy"]
    busy = [
        at
        for (path, _), at in zip(crawled.sites["retry-after"].asked, crawled.sites["retry-after"].times, strict=True)
        if path == "/busy"
    ]
    assert busy[1] - busy[0] >= 1


def test_long_retry_after_ends_the_outlet(crawled: Crawled) -> None:
    done = crawled.done("long retry-after")
    assert done["finish_reason"] == "retry_after"
    assert "asks to come back in 86400 s" in done["reason"]
    assert len(crawled.sites["long retry-after"].paths()) < 10
    assert crawled.codes("long retry-after") == {}  # nothing is known of articles that were not asked


def test_crawl_delay_is_kept(crawled: Crawled) -> None:
    times = crawled.sites["crawl-delay"].times
    assert len(times) == 4
    assert (
        times[-1] - times[1] >= 0.5
    )  # two pauses of 0.4 s, seen by a server that may itself be late; without them some milliseconds


def test_page_limit_leaves_the_rest_to_the_next_run(crawled: Crawled) -> None:
    done = crawled.done("limit")
    assert (len(crawled.pages("limit")), done["complete"], done["troubles"]) == (2, False, ["stopped at max_pages (2)"])


def test_private_addresses_are_never_asked(tmp_path: Path) -> None:
    with serve() as site:
        port = site.url.rpartition(":")[2]
        hosts = [
            f"127.0.0.1:{port}",
            f"localhost:{port}",
            f"[::1]:{port}",
            f"2130706433:{port}",
            f"0x7f000001:{port}",
            "169.254.169.254",
        ]
        tasks = [OutletTask(host, {"delay": 0, "feeds": [f"http://{host}/feed"]}) for host in hosts]
        found = crawl(tmp_path, *tasks, allow_private_hosts=False)
        assert site.asked == []
    for host in hosts:
        assert "private address" in found.done(host)["listings"][0]["reason"], host


def test_known_articles_are_asked_conditionally_and_the_rest_not_at_all(crawled: Crawled) -> None:
    assert crawled.codes("known") == {
        "/etag": "unchanged",
        "/date": "unchanged",
        "/same": "unchanged",
        "/gone": "vanished",
    }
    assert sorted(crawled.pages("known")) == ["/changed", "/new"]
    assert "/known" not in crawled.sites["known"].paths()


def test_listing_that_did_not_change_is_not_read_again(crawled: Crawled) -> None:
    assert crawled.sites["unchanged"].paths() == ["/feed"]
    (listing,) = crawled.done("unchanged")["listings"]
    assert (listing["unchanged"], listing["etag"], crawled.done("unchanged")["complete"]) == (True, '"f"', True)


FILTERED = [
    ("before", ["/flood"], ["/dam"]),
    ("after", ["/flood"], ["/dam", "/football"]),
]


@pytest.mark.parametrize(("mode", "kept", "off_topic"), FILTERED)
def test_topic_filter(tmp_path: Path, mode: Any, kept: list[str], off_topic: list[str]) -> None:
    with serve() as site:
        titles = {"/flood": "Flood in the valley", "/dam": "Flood of letters", "/football": "Two goals"}
        items = "".join(
            f"<item><title>{title}</title><link>{site.url}{path}</link></item>" for path, title in titles.items()
        )
        site.put("/feed", f'<rss version="2.0"><channel>{items}</channel></rss>', "application/rss+xml")
        for path, title in titles.items():
            site.put(path, article(title, "The river rose." if path == "/flood" else "Nothing wet."))
        topics = (("floods?", r"rivers?"),)
        found = crawl(
            tmp_path, OutletTask("c", {"delay": 0, "feeds": [f"{site.url}/feed"]}), topic_filter=mode, topics=topics
        )
        found.sites["c"] = site
        assert sorted(found.pages("c")) == sorted(kept)
        assert sorted(found.codes("c")) == sorted(off_topic)


def test_time_and_memory_limits_end_a_crawl_in_good_order(tmp_path: Path) -> None:
    with serve() as site:
        site.put("/feed", rss(site, *(f"/{n}" for n in range(40))), "application/rss+xml")
        for number in range(40):
            site.put(f"/{number}", article(str(number)))
        slow = OutletTask("slow", {"delay": 0.5, "feeds": [f"{site.url}/feed"]})
        late = crawl(tmp_path, slow, seconds=1.5)
        (tmp_path / "s.jsonl").unlink()
        fat = crawl(tmp_path, slow, memory_mb=20)
    assert late.done("slow")["finish_reason"] == "time"
    assert fat.done("slow")["finish_reason"] == "memory"
    assert "memory_mb allows 20" in fat.done("slow")["reason"]


def test_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with serve(tls=True) as site:
        found = crawl(tmp_path, OutletTask("c", {"delay": 0, "feeds": [f"{site.url}/feed"]}))
        assert site.asked == []
    assert "certificate verify failed" in found.done("c")["listings"][0]["reason"]


def test_archive_that_cannot_be_written_ends_the_crawl_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "blocked").write_bytes(b"")
    with serve() as site:
        site.put("/feed", rss(site, "/a", "/b", "/c"), "application/rss+xml")
        for name in "abc":
            site.put(f"/{name}", article(name))
        task = OutletTask("c", {"delay": 0.01, "feeds": [f"{site.url}/feed"]})
        found = crawl(tmp_path, task, archive="blocked/w.warc.gz", says=f"'{tmp_path}/blocked'")
    assert found.done("c")["finish_reason"] == "disk"
    assert "the crawl cannot write" in found.done("c")["reason"]
    assert not [line for line in found.lines if line["kind"] == "page"]
