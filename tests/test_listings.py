"""Feeds, sitemaps and section pages, good and bad."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from scrapy.http import HtmlResponse

from spiders.feeds import read_feed
from spiders.listings import Entry, Listing, ListingError, Place, looks_like_html, read_section
from spiders.sitemaps import number_series, read_sitemap, unzip

NOW = datetime(2025, 1, 22, 12, 0, tzinfo=UTC)
JAKARTA, NEW_YORK = Place("id", "Asia/Jakarta"), Place("us", "America/New_York")
URL = "https://courier.example/feed"
A = "https://courier.example/a"
SITEMAP = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def rss(items: str, extra: str = "") -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title>{extra}{items}</channel></rss>'.encode()


def json_feed(*items: object) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()


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
        Listing(
            "sitemap",
            (Entry(A),),
            aside=("is not well-formed XML (expected '>', line 1, column 203); what could be read was read",),
        ),
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


# ---------------------------------------------------------------- what strangers write


def item(inner: str) -> bytes:
    return rss(f"<item><title>Dam</title><link>{A}</link>{inner}</item>")


TIMES = {
    "without a zone": ("2025-01-22 15:00:00", JAKARTA, "2025-01-22T08:00:00Z"),
    "without a zone, as mail has it": ("Wed, 22 Jan 2025 05:00:00", NEW_YORK, "2025-01-22T10:00:00Z"),
    "ISO without a zone": ("2025-01-21T15:00:00", JAKARTA, "2025-01-21T08:00:00Z"),
    "with a zone": ("Wed, 22 Jan 2025 09:30:00 +0100", JAKARTA, "2025-01-22T08:30:00Z"),
    "GMT": ("Wed, 22 Jan 2025 09:30:00 GMT", JAKARTA, "2025-01-22T09:30:00Z"),
    "an abbreviation": ("Tue, 21 Jan 2025 09:30:00 EST", JAKARTA, "2025-01-21T14:30:00Z"),
    "summer time of Britain": ("Wed, 17 Jul 2024 09:30:00 BST", Place("gb", "Europe/London"), "2024-07-17T08:30:00Z"),
    "that abbreviation in Bangladesh": ("Wed, 17 Jul 2024 09:30:00 BST", Place("bd", "Asia/Dhaka"), "2024-07-17T03:30:00Z"),
    "IST of Israel": ("Tue, 21 Jan 2025 09:30:00 IST", Place("il", "Asia/Jerusalem"), "2025-01-21T07:30:00Z"),
    "IST of India": ("Tue, 21 Jan 2025 09:30:00 IST", Place("in", "Asia/Kolkata"), "2025-01-21T04:00:00Z"),
    "a local time that calls itself UTC": ("Wed, 22 Jan 2025 19:00:00 GMT", JAKARTA, "2025-01-22"),
    "month first": ("01/12/2025 09:30", NEW_YORK, "2025-01-12T14:30:00Z"),
    "day first": ("12/01/2025 09:30", Place("gb", "Europe/London"), "2025-01-12T09:30:00Z"),
    "Spanish": ("mié, 22 enero 2025 09:30:00 +0100", Place("es", "Europe/Madrid"), "2025-01-22T08:30:00Z"),
    "a day": ("22 January 2025", JAKARTA, "2025-01-22"),
    "a year": ("2025", JAKARTA, None), "a month": ("2025-01", JAKARTA, None), "zeros": ("0000-00-00", JAKARTA, None),
    "zeros with a time": ("0000-00-00 00:00:00", JAKARTA, None), "the first year": ("0001-01-01T00:00:00+14:00", JAKARTA, None),
    "the last year": ("9999-12-31T23:59:59-12:00", JAKARTA, None), "the 31st of June": ("Tue, 31 Jun 2025 09:30:00 GMT", JAKARTA, None),
    "words": ("yesterday", JAKARTA, None), "before the epoch": ("Thu, 01 Jan 1601 00:00:00 GMT", JAKARTA, None),
}  # fmt: skip


@pytest.mark.parametrize(("told", "place", "expected"), TIMES.values(), ids=TIMES)
def test_feed_times_are_those_of_the_outlet(told: str, place: Place, expected: str | None) -> None:
    (found,) = read_feed(item(f"<pubDate>{told}</pubDate>"), URL, now=NOW, place=place).entries
    assert found.published == expected


AUTHORS = {
    "<author>ana@post.media (Ana Example)</author>": ("Ana Example",), "<author>ana@post.berlin (Ana Example)</author>": ("Ana Example",),
    "<author>ana@post.online (Ana  Example)</author>": ("Ana Example",), "<author>ana@post.co.uk (Ana Example)</author>": ("Ana Example",),
    "<author>desk@post.example</author>": (), "<author>Ana Example</author>": ("Ana Example",),
    '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">&lt;b&gt;Ana&lt;/b&gt; Example</dc:creator>': ("Ana Example",),
    "<author>ana@post.technology (Ana Example)</author>": ("Ana Example",), "<author></author>": (),
    "<author>ana.example+news@post-mail.museum (Ana Example-Ortiz)</author>": ("Ana Example-Ortiz",),
}  # fmt: skip


@pytest.mark.parametrize(("inner", "expected"), AUTHORS.items())
def test_feed_authors(inner: str, expected: tuple[str, ...]) -> None:
    assert read_feed(item(inner), URL, now=NOW).entries[0].authors == expected


TITLES = {
    "Dam &lt;b&gt;breaks&lt;/b&gt;": "Dam breaks", "Dam &amp;amp; dyke": "Dam & dyke", "<![CDATA[Dam <em>breaks</em> &amp; floods]]>": "Dam breaks & floods",
    "Rates &lt; 5%": "Rates < 5%", "Q&amp;A: what now": "Q&A: what now", "&amp;#8220;Never again&amp;#8221;": "“Never again”", "Dam&lt;br/&gt;breaks": "Dam breaks",
    "5 &gt; 4 and 3 &lt; 4": "5 > 4 and 3 < 4", "<![CDATA[&lt;i&gt;Dam&lt;/i&gt;]]>": "Dam", "Caf&amp;eacute;": "Café", "&lt;!-- x --&gt;Dam": "Dam",
}  # fmt: skip


@pytest.mark.parametrize(("told", "expected"), TITLES.items())
def test_titles_lose_markup_and_entities(told: str, expected: str) -> None:
    found = read_feed(rss(f"<item><title>{told}</title><link>{A}</link></item>"), URL, now=NOW)
    assert found.entries[0].title == expected


B = "https://courier.example/b"
ODD = {
    "an address that is none": (rss(f"<item><link>http://[x</link></item><item><link>{A}</link></item>"), [A], 1),
    "a port that is none is seen when it is asked": (rss(f"<item><link>{A}</link></item>"), [A], 0),
    "zeros as a date": (rss(f"<item><link>{B}</link><pubDate>0000-00-00</pubDate></item><item><link>{A}</link></item>"), [B, A], 0),
    "the year 1": (rss(f"<item><link>{B}</link><pubDate>0001-01-01T00:00:00+14:00</pubDate></item><item><link>{A}</link></item>"), [B, A], 0),
    "authors that are a number": (json_feed({"url": B, "authors": 3}, {"url": A}), [B, A], 0),
    "authors that are a text": (json_feed({"url": B, "authors": "Ana"}, {"url": A}), [B, A], 0),
    "a date that is a list": (json_feed({"url": B, "date_published": [2025]}, {"url": A}), [B, A], 0),
    "a title that is an object": (json_feed({"url": B, "title": {}}, {"url": A}), [B, A], 0),
    "an item that is a number": (json_feed(7, {"url": A}), [A], 1),
    "an item that is null": (json_feed(None, {"url": A}), [A], 1),
    "an address that is a list": (json_feed({"url": [A]}, {"url": A}), [A], 0),
    "a broken JSON address": (json_feed({"url": "http://[x"}, {"url": A}), [A], 1),
    "an id as address": (json_feed({"id": A}), [A], 0),
    "an id as address in capitals": (json_feed({"id": "HTTPS://courier.example/a"}), [A], 0),
    "an id that is none": (json_feed({"id": "tag:courier,2025:1"}, {"id": 17}, {"url": A}), [A], 0),
    "an empty address, an id": (json_feed({"url": " ", "id": A}), [A], 0),
}  # fmt: skip


@pytest.mark.parametrize(("body", "addresses", "aside"), ODD.values(), ids=ODD)
def test_one_odd_value_never_drops_a_listing(body: bytes, addresses: list[str], aside: int) -> None:
    found = read_feed(body, URL, now=NOW)
    assert ([entry.url for entry in found.entries], len(found.aside)) == (addresses, aside)


ONE = sitemap(f"<url><loc>{A}</loc></url>")
TWO = (ONE, sitemap(f"<url><loc>{B}</loc></url>"))
HALVES = (ONE[:100], ONE[100:])
BROKEN_SITEMAPS = {
    "raw ampersand": (sitemap(f"<url><loc>{A}?a=1&b=2</loc></url>"), [f"{A}?a=1&b=2"], None),
    "raw and escaped": (sitemap(f"<url><loc>{A}?a=1&b=2&amp;c=3</loc></url>"), [f"{A}?a=1&b=2&c=3"], None),
    "ampersand in CDATA": (sitemap(f"<url><loc><![CDATA[{A}?a=1&b=2]]></loc></url><url><loc>{B}?c&d</loc></url>"), [f"{A}?a=1&b=2", f"{B}?c&d"], None),
    "ampersand in a news title": (sitemap(f"<url><loc>{A}</loc><news:news><news:title>Q&A</news:title></news:news></url>"), [A], None),
    "numeric reference": (sitemap(f"<url><loc>{A}?a=1&#38;b=2</loc></url>"), [f"{A}?a=1&b=2"], None),
    "undeclared prefix": (ONE.replace(b' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"', b"").replace(b"</loc>", b"</loc><news:news/>"), [A], None),
    "gzip twice": (gzip.compress(gzip.compress(ONE)), [A], None),
    "gzip in members": (gzip.compress(HALVES[0]) + gzip.compress(HALVES[1]), [A], None),
    "gzip cut short": (gzip.compress(ONE + b" " * 9000 + b"<!--" + bytes(range(48, 100)) * 40 + b"-->")[:-30], [A], "cut short"),
    "gzip and rubbish behind it": (gzip.compress(ONE) + b"\0\0\0", [A], None),
    "a mark before text": ("\ufeff".encode() + A.encode(), [A], None),
    "text in UTF-16": (f"{A}\n{B}".encode("utf-16"), [A, B], None),
    "XML in UTF-16": (ONE.decode().replace("UTF-8", "UTF-16").encode("utf-16"), [A], None),
    "a mark before XML": ("\ufeff".encode() + ONE, [A], None),
    "RSS": (rss(f"<item><link>{A}</link></item>"), [A], None),
    "Atom": (f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="{A}"/></entry></feed>'.encode(), [A], None),
    "cut off": (ONE[:-20], [A], "not well-formed"),
    "an address that is none": (sitemap(f"<url><loc>http://[x</loc></url><url><loc>{A}</loc></url>"), [A], "entry 1: Invalid"),
    "lastmod of the first year": (sitemap(f"<url><loc>{A}</loc><lastmod>0001-01-01T00:00:00+14:00</lastmod></url>"), [A], None),
    "capitals": (ONE.replace(b"<loc>", b"<LOC>").replace(b"</loc>", b"</LOC>"), [A], None),
}  # fmt: skip


@pytest.mark.parametrize(("body", "addresses", "said"), BROKEN_SITEMAPS.values(), ids=BROKEN_SITEMAPS)
def test_broken_sitemaps_are_read_as_far_as_can_be(body: bytes, addresses: list[str], said: str | None) -> None:
    found = read_sitemap(body, URL, now=NOW)
    assert [entry.url for entry in found.entries] == addresses
    assert (said or "") in "".join(found.aside)
    assert said or not found.aside


PAIR = f"<url><loc>{A}</loc></url><url><loc>{B}</loc><lastmod>2025-01-20</lastmod></url>"
FEED = rss(f"<item><title>Dam</title><link>{A}</link></item><item><title>Mill</title><link>{B}</link></item>")
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><id>x</id>'
    f'<entry><title>Dam</title><link href="{A}"/></entry><entry><link href="{B}"/><title>Mill</title></entry></feed>'
).encode()
TORN = {
    "a sitemap": (sitemap(PAIR), read_sitemap),
    "a sitemap with prefixes": (sitemap(PAIR).replace(b"<loc", b"<news:loc").replace(b"</loc", b"</news:loc"), read_sitemap),
    "a sitemap in CDATA": (sitemap(PAIR).replace(b"<loc>", b"<loc><![CDATA[").replace(b"</loc>", b"]]></loc>"), read_sitemap),
    "a sitemap of lines": (gzip.compress(f"{A}\n{B}\n".encode(), 0), read_sitemap),
    "a gzipped sitemap": (gzip.compress(sitemap(PAIR), 0), read_sitemap),
    "RSS": (FEED, read_feed), "RSS in a sitemap's place": (FEED, read_sitemap), "Atom": (ATOM, read_feed),
}  # fmt: skip


@pytest.mark.parametrize(("body", "read"), TORN.values(), ids=TORN)
def test_half_an_address_is_no_address_wherever_a_listing_is_cut_off(body: bytes, read: Callable[..., Listing]) -> None:
    several = 0
    for size in range(len(body)):
        try:
            found = read(body[:size], URL, now=NOW)
        except ListingError:
            continue
        addresses = [entry.url for entry in found.entries]
        assert addresses in ([], [A], [A, B]), f"cut off after {size} bytes"
        several = max(several, len(addresses))
    assert several == 2


def test_a_lastmod_in_the_future_is_none() -> None:
    index = sitemap(f"<sitemap><loc>{A}</loc><lastmod>2099-01-01</lastmod></sitemap>", "sitemapindex")
    assert read_sitemap(index, URL, now=NOW).children == ((A, None),)


FINISHED = {
    "months": (["/sitemap-2024-11.xml", "/sitemap-2025-01.xml"], ["/sitemap-2024-11.xml"]),
    "joined": (["/sitemap-202411.xml", "/sitemap-202501.xml"], ["/sitemap-202411.xml"]),
    "years": (["/2023.xml", "/2024.xml", "/2025.xml"], ["/2023.xml", "/2024.xml"]),
    "numbers": (["/posts-1.xml", "/posts-2.xml", "/posts-3.xml", "/posts-10.xml"], ["/posts-2.xml", "/posts-3.xml"]),
    "names": (["/news.xml", "/sport.xml"], []), "queries": (["/s?yyyy=2025&mm=01", "/s?yyyy=2024&mm=01"], ["/s?yyyy=2024&mm=01"]),
    "one number": (["/posts-1.xml"], []), "days": (["/20250122.xml", "/20240122.xml"], ["/20240122.xml"]),
}  # fmt: skip


@pytest.mark.parametrize(("paths", "expected"), FINISHED.values(), ids=FINISHED)
def test_sitemaps_that_are_finished(paths: list[str], expected: list[str]) -> None:
    base = "https://courier.example"
    found = number_series([base + path for path in paths], NOW.date())
    assert found == {base + path for path in expected}


COMMENTS = {
    b"<!-- a --> <!-- b --><!DOCTYPE html><p>": True, b"\xef\xbb\xbf \n<html>": True, b"<!-- <html> --><rss/>": False, b"<!-- open <html>": False,
    b"<!-- -->" * 5000 + b"<HTML>": True, b"<!-- -->" * 5000 + b"<rss>": False, b"<!-->" * 9000: False, b"<htmlish>": False,
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), COMMENTS.items(), ids=range(len(COMMENTS)))
def test_comments_before_the_first_element(body: bytes, expected: bool) -> None:
    assert looks_like_html(body) is expected


BEFORE = {
    "a warning": b"<br />\n<b>Warning</b>: mysql in <b>/x.php</b> on line <b>3</b><br />\n",
    "words": b"Notice: undefined index ", "blank lines": b"\n\n\n", "a comment": b"<!-- made by x -->", "two marks": b"\xef\xbb\xbf" * 2,
}  # fmt: skip


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_what_a_server_writes_before_a_listing_is_passed_over(before: bytes) -> None:
    feed = rss(f"<item><title>Dam</title><link>{A}</link></item>")
    sitemap = f"<urlset {SITEMAP}><url><loc>{A}</loc></url></urlset>".encode()
    assert [e.url for e in read_feed(before + feed, URL, now=NOW).entries] == [A]
    for declared in (b"", b"<?xml version='1.0'?>"):
        assert [e.url for e in read_sitemap(before + declared + sitemap, URL, now=NOW).entries] == [A]
    with pytest.raises(ListingError, match="is a web page"):
        read_feed(
            before.replace(b"\xef\xbb\xbf", b"") * (b"<!--" in before)
            + b"<!doctype html><html><body>the <rss version> is",
            URL,
            now=NOW,
        )
