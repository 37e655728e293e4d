"""Feeds, sitemaps and section pages, good and bad."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from scrapy.http import HtmlResponse

from spiders.feeds import read_feed
from spiders.listings import Entry, Listing, ListingError, read_section
from spiders.sitemaps import read_sitemap, unzip

NOW = datetime(2025, 1, 22, 12, 0, tzinfo=UTC)
URL = "https://courier.example/feed"
A = "https://courier.example/a"
SITEMAP = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def rss(items: str, extra: str = "") -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title>{extra}{items}</channel></rss>'.encode()


LATIN = (
    rss(f"<item><title>Café</title><link>{A}</link></item>")
    .decode()
    .replace("?>", ' encoding="iso-8859-1"?>', 1)
    .encode("latin-1")
)

FEEDS = [
    (
        "rss",
        rss(
            f"<item><title>Dam  holds</title><link>{A}</link><pubDate>Wed, 22 Jan 2025 09:30:00 +0100</pubDate></item>"
        ),
        (Entry(A, "Dam holds", "2025-01-22T08:30:00Z"),),
    ),
    ("relative link", rss("<item><title>Dam</title><link>/a</link></item>"), (Entry(A, "Dam"),)),
    (
        "day only",
        rss(f"<item><title>Dam</title><link>{A}</link><pubDate>2025-01-20</pubDate></item>"),
        (Entry(A, "Dam", "2025-01-20"),),
    ),
    (
        "date far ahead",
        rss(f"<item><title>Dam</title><link>{A}</link><pubDate>Wed, 22 Jan 2031 09:30:00 GMT</pubDate></item>"),
        (Entry(A, "Dam"),),
    ),
    ("address as guid", rss(f"<item><title>Dam</title><guid>{A}</guid></item>"), (Entry(A, "Dam"),)),
    ("no web address", rss("<item><title>Dam</title><link>mailto:desk@courier.example</link></item>"), ()),
    (
        "not well-formed",
        rss(f"<item><title>Dam & dyke</title><link>{A}</link></item>")[:-10],
        (Entry(A, "Dam & dyke"),),
    ),
    (
        "latin-1",
        rss(f"<item><title>Caf\u00e9</title><link>{A}</link></item>")
        .decode()
        .replace("?>", ' encoding="iso-8859-1"?>', 1)
        .encode("latin-1"),
        (Entry(A, "Café"),),
    ),
    (
        "atom",
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>C</title><entry><title>Dam</title><link rel="alternate" href="{A}"/>'
        f"<author><name>Ada Brook</name></author><updated>2025-01-21T23:00:00-05:00</updated></entry></feed>".encode(),
        (Entry(A, "Dam", "2025-01-22T04:00:00Z", ("Ada Brook",)),),
    ),
    (
        "json",
        b'{"version":"https://jsonfeed.org/version/1.1","title":"C","items":[{"url":"/a","title":"Dam","date_published":"2025-01-22T09:30:00+01:00",'
        b'"authors":[{"name":"Ada Brook"}]},{"id":"x"},7]}',
        (Entry(A, "Dam", "2025-01-22T08:30:00Z", ("Ada Brook",)),),
    ),
]


@pytest.mark.parametrize(("body", "entries"), [row[1:] for row in FEEDS], ids=[row[0] for row in FEEDS])
def test_feed_entries(body: bytes, entries: tuple[Entry, ...]) -> None:
    assert read_feed(body, URL, now=NOW).entries == entries


BOMB = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><rss version="2.0"><channel><title>&b;</title></channel></rss>'
OUTSIDE = b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>'
BAD_FEEDS = [
    ("web page", b"<!DOCTYPE html><html><body>Sorry</body></html>", "is a web page, not a feed"),
    ("page without doctype", b"  <!-- x -->\n<HTML lang=en>", "is a web page, not a feed"),
    ("empty", b" \n", "is empty"),
    ("entity bomb", BOMB, "declares XML entities"),
    ("entity bomb in UTF-16", BOMB.decode().encode("utf-16"), "declares XML entities"),
    ("external entity", OUTSIDE, "declares XML entities"),
    ("text", b"not found", "is not a feed"),
    ("json of another kind", b'{"error": 1}', "not a JSON feed"),
    ("broken json", b'{"items": [', "is not JSON"),
]


@pytest.mark.parametrize(("body", "reason"), [row[1:] for row in BAD_FEEDS], ids=[row[0] for row in BAD_FEEDS])
def test_what_is_no_feed_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ListingError, match=reason):
        read_feed(body, URL, now=NOW)


def test_feed_names_its_older_page_and_its_newest_date() -> None:
    items = "".join(
        f"<item><link>{A}{n}</link><pubDate>Mon, 2{n} Jan 2025 09:00:00 GMT</pubDate></item>" for n in (0, 1)
    )
    feed = read_feed(
        rss(items, '<link xmlns="http://www.w3.org/2005/Atom" rel="next" href="/feed?p=2"/>'), URL, now=NOW
    )
    assert (feed.form, feed.next, feed.newest) == ("rss20", "https://courier.example/feed?p=2", "2025-01-21T09:00:00Z")


def sitemap(inner: str, root: str = "urlset") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} {SITEMAP}>{inner}</{root}>'.encode()


NEWS = sitemap(
    f"<url><loc>{A}</loc><news:news><news:publication><news:name>Courier</news:name><news:language>en</news:language></news:publication>"
    "<news:publication_date>2025-01-22T09:30:00Z</news:publication_date><news:title>Dam holds</news:title></news:news></url>"
)
SITEMAPS = [
    ("news", NEWS, Listing("news sitemap", (Entry(A, "Dam holds", "2025-01-22T09:30:00Z", language="en"),))),
    (
        "gzipped",
        gzip.compress(NEWS),
        Listing("news sitemap", (Entry(A, "Dam holds", "2025-01-22T09:30:00Z", language="en"),)),
    ),
    (
        "day",
        sitemap(f"<url><loc> {A} </loc><lastmod>2025-01-20</lastmod></url>"),
        Listing("sitemap", (Entry(A, published="2025-01-20"),)),
    ),
    ("bad date", sitemap(f"<url><loc>{A}</loc><lastmod>yesterday</lastmod></url>"), Listing("sitemap", (Entry(A),))),
    ("no address", sitemap("<url><lastmod>2025-01-20</lastmod></url>"), Listing("sitemap")),
    (
        "cut off",
        sitemap(f"<url><loc>{A}</loc></url>")[:-12],
        Listing("sitemap", (Entry(A),), aside=("is not well-formed XML (expected '>', line 1, column 203); what could be read was read",)),
    ),
    (
        "index",
        sitemap(
            "<sitemap><loc>https://courier.example/2.xml.gz</loc><lastmod>2025-01-20</lastmod></sitemap>",
            "sitemapindex",
        ),
        Listing("sitemap index", children=(("https://courier.example/2.xml.gz", "2025-01-20"),)),
    ),
    ("plain text", f"{A}\n# note\n".encode(), Listing("sitemap", (Entry(A),))),
]


@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in SITEMAPS], ids=[row[0] for row in SITEMAPS])
def test_sitemaps(body: bytes, expected: Listing) -> None:
    assert read_sitemap(body, URL, now=NOW) == expected


BAD_SITEMAPS = [
    ("web page", b"<html></html>", "is a web page, not a sitemap"),
    ("external entity", OUTSIDE, "declares XML entities"),
    ("outline", b"<opml version='2.0'/>", "its root element is opml"),
    ("empty", b"", "is empty"),
    ("text", b"not found", "is neither XML nor a list of addresses"),
    ("broken gzip", gzip.compress(NEWS)[:30] + b"\xff\xff\xff\xff" * 9, "is broken gzip"),
]


@pytest.mark.parametrize(("body", "reason"), [row[1:] for row in BAD_SITEMAPS], ids=[row[0] for row in BAD_SITEMAPS])
def test_what_is_no_sitemap_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ListingError, match=reason):
        read_sitemap(body, URL, now=NOW)


def test_gzip_bomb_stops_at_the_limit() -> None:
    with pytest.raises(ListingError, match="unpacks to more than 1 MB"):
        unzip(gzip.compress(b"\0" * 2_000_000), limit=1_000_000)


def page(body: str) -> HtmlResponse:
    return HtmlResponse("https://courier.example/world/", body=f"<html><body>{body}</body></html>", encoding="utf8")


def test_section_links_keep_page_order_and_their_longest_text() -> None:
    found = read_section(
        page(
            '<a href="/2025/01/21/dam#c">  </a><a href="/about">About</a><a href="/2025/jan/20/dyke">Dyke <b>breaks</b></a>'
            '<a href="/2025/01/21/dam">Dam holds</a><a href="javascript:x()">x</a><a class="older" href="?p=2">older</a>'
        ),
        r"/20\d\d/",
        "a.older",
    )
    expected = (
        Entry("https://courier.example/2025/01/21/dam", "Dam holds", "2025-01-21"),
        Entry("https://courier.example/2025/jan/20/dyke", "Dyke breaks", "2025-01-20"),
    )
    assert found == Listing("section", expected, next="https://courier.example/world/?p=2")


@pytest.mark.parametrize(
    ("body", "reason"), [("<p>Closed.</p>", "has no links"), ('<a href="/about">About</a>', "has no link that matches")]
)
def test_section_without_articles_is_told(body: str, reason: str) -> None:
    with pytest.raises(ListingError, match=reason):
        read_section(page(body), r"/20\d\d/", None)
