"""Feeds, sitemaps and section pages as lists of entries. Pure functions on bytes; what is no listing raises
ListingError.

Feeds: RSS and Atom by feedparser, JSON Feed (https://jsonfeed.org/version/1.1). Sitemaps:
https://www.sitemaps.org/protocol.html and the news extension, also gzipped and as plain text. No document that declares
entities is parsed (entity bombs, external entities)."""

from __future__ import annotations

import calendar
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import orjson

__all__ = ["Entry", "Listing", "ListingError", "read_feed", "read_section", "read_sitemap", "unzip"]

MAX_PLAIN = 50_000_000  # bytes of one unpacked sitemap, https://www.sitemaps.org/protocol.html#index
MAX_ENTRIES = 50_000  # same place
_ENTITY = re.compile(rb"<\x00?!\x00?E\x00?N\x00?T\x00?I\x00?T\x00?Y", re.IGNORECASE)
_URL_DAY = re.compile(
    r"[/-](20\d\d)[/-]?(0[1-9]|1[0-2]|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))[/-]?(0[1-9]|[12]\d|3[01])(?!\d)",
    re.IGNORECASE,
)
_MONTHS = {
    name: n
    for n, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}


class ListingError(ValueError):
    """The document is not the listing that it should be; the text says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One address in a listing. `published` is ISO 8601: a UTC time, or a day where the listing gives no time."""

    url: str
    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    summary: str | None = None
    language: str | None = None

    def meta(self) -> dict[str, Any]:
        """What the listing says of the article, without what it does not say."""
        values = {
            "title": self.title,
            "published": self.published,
            "authors": list(self.authors),
            "language": self.language,
        }
        return {key: value for key, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Listing:
    """What a document lists. `children` are sitemaps of an index with their `lastmod`; `next` is the older page."""

    form: str  # "rss20", "atom10", "json", "sitemap", "news sitemap", "sitemap index", "section"
    entries: tuple[Entry, ...] = ()
    children: tuple[tuple[str, str | None], ...] = field(default=())
    next: str | None = None

    @property
    def newest(self) -> str | None:
        """The latest day or time of its entries, ISO 8601."""
        return max((e.published for e in self.entries if e.published), default=None)


def _text(value: Any) -> str | None:
    text = " ".join(str(value).split()) if value else ""
    return text or None


def _refuse(body: bytes, what: str) -> None:
    if not body.strip():
        raise ListingError("is empty")
    if _ENTITY.search(body):
        raise ListingError(f"declares XML entities, which no {what} needs; it is not read")


def _looks_like_html(body: bytes) -> bool:
    return bool(
        re.match(
            rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
            body[:4000],
            re.IGNORECASE | re.DOTALL,
        )
    )


def _known_date(text: str | None, now: datetime) -> str | None:
    """A date of a W3C profile as ISO 8601 (UTC time or day); None where it is none, or more than a day ahead."""
    if not text:
        return None
    text = text.strip()
    if re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        day = (text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10]
        try:
            return day if date.fromisoformat(day) <= (now + timedelta(days=1)).date() else None
        except ValueError:
            return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _iso(moment, now)


def _iso(moment: datetime, now: datetime) -> str | None:
    return (
        None
        if moment > now + timedelta(days=1)
        else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    )


# ---------------------------------------------------------------- feeds


def read_feed(body: bytes, url: str, *, now: datetime, content_type: str | None = None) -> Listing:
    """The entries of an RSS, Atom or JSON feed. Dates more than a day after `now` are taken as unknown. Raises
    ListingError."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _json_feed(body, url, now)
    _refuse(body, "feed")
    if _looks_like_html(body):
        raise ListingError("is a web page, not a feed")
    import feedparser

    headers = {"content-location": url, "content-type": content_type or "application/xml"}
    feed = feedparser.parse(BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    if not feed.version and not feed.entries:
        raise ListingError(f"is not a feed: {feed.get('bozo_exception', 'no channel or feed element')}")
    entries = tuple(e for e in (_feed_entry(item, url, now) for item in feed.entries[:MAX_ENTRIES]) if e)
    older = next(
        (link.get("href") for link in feed.feed.get("links", ()) if link.get("rel") in ("next", "prev-archive")), None
    )
    return Listing(feed.version or "feed", entries, next=urljoin(url, older) if older else None)


def _feed_entry(item: Any, url: str, now: datetime) -> Entry | None:
    link = item.get("link") or next(
        (k.get("href") for k in item.get("links", ()) if k.get("rel", "alternate") == "alternate"), None
    )
    if not link and re.match(r"https?://", item.get("id", "")):
        link = item["id"]
    if not link:
        return None
    address = urljoin(url, link.strip())
    if not address.lower().startswith(("http://", "https://")):
        return None
    authors = tuple(name for a in item.get("authors", ()) if (name := _text(a.get("name"))))
    return Entry(address, _text(item.get("title")), _feed_date(item, now), authors, _text(item.get("summary")))


def _feed_date(item: Any, now: datetime) -> str | None:
    for key in ("published", "updated"):
        parsed, raw = item.get(f"{key}_parsed"), str(item.get(key, ""))
        if parsed:
            moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
            iso = _iso(moment, now)
            return iso[:10] if iso and ":" not in raw else iso
    return None


def _json_feed(body: bytes, url: str, now: datetime) -> Listing:
    try:
        data = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ListingError(f"is not JSON: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise ListingError("is JSON, but not a JSON feed (no items)")
    entries = []
    for item in data["items"][:MAX_ENTRIES]:
        if not isinstance(item, dict) or not isinstance(link := item.get("url") or item.get("external_url"), str):
            continue
        authors = [a.get("name") for a in (item.get("authors") or [item.get("author")]) if isinstance(a, dict)]
        published = _known_date(_text(item.get("date_published") or item.get("date_modified")), now)
        entries.append(
            Entry(
                urljoin(url, link),
                _text(item.get("title")),
                published,
                tuple(filter(None, map(_text, authors))),
                _text(item.get("summary")),
            )
        )
    older = data.get("next_url")
    return Listing("json", tuple(entries), next=urljoin(url, older) if isinstance(older, str) else None)


# ---------------------------------------------------------------- sitemaps


def unzip(body: bytes, limit: int = MAX_PLAIN) -> bytes:
    """The bytes with gzip taken off, where they are gzipped. Raises ListingError where they are broken or grow beyond
    `limit`."""
    if body[:2] != b"\x1f\x8b":
        return body
    machine = zlib.decompressobj(wbits=31)
    try:
        plain = machine.decompress(body, limit + 1)
    except zlib.error as error:
        raise ListingError(f"is broken gzip: {error}") from error
    if len(plain) > limit:
        raise ListingError(f"unpacks to more than {limit // 1_000_000} MB; it is not read")
    return plain


def read_sitemap(body: bytes, url: str, *, now: datetime) -> Listing:
    """The entries of a sitemap, or the children of a sitemap index; gzipped or not. Raises ListingError."""
    from lxml import etree

    body = unzip(body)
    _refuse(body, "sitemap")
    if _looks_like_html(body):
        raise ListingError("is a web page, not a sitemap")
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"\x00" not in body[:4]:
        return _text_sitemap(body)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ListingError(f"is not XML: {error}") from error
    name = _local(root) if root is not None else ""
    if name == "sitemapindex":
        children = tuple(
            (loc, values.get("lastmod"))
            for values in _items(root, "sitemap")
            if (loc := _address(values.get("loc"), url))
        )
        return Listing("sitemap index", children=children[:MAX_ENTRIES])
    if name != "urlset":
        raise ListingError(f"is not a sitemap: its root element is {name or 'missing'}")
    entries, news = [], False
    for values in _items(root, "url"):
        if not (loc := _address(values.get("loc"), url)):
            continue
        news = news or "publication_date" in values
        published = _known_date(values.get("publication_date") or values.get("lastmod"), now)
        entries.append(Entry(loc, _text(values.get("title")), published, language=_text(values.get("language"))))
        if len(entries) >= MAX_ENTRIES:
            break
    return Listing("news sitemap" if news else "sitemap", tuple(entries))


def _text_sitemap(body: bytes) -> Listing:
    lines = [line.strip() for line in body.decode("utf8", "replace").splitlines()]
    entries = tuple(Entry(line) for line in lines if re.match(r"https?://\S+$", line))[:MAX_ENTRIES]
    if not entries:
        raise ListingError("is neither XML nor a list of addresses")
    return Listing("sitemap", entries)


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _items(root: Any, wanted: str) -> Iterable[dict[str, str]]:
    """The texts below each wanted child, by local name; of images and videos only the address's own loc is kept."""
    for element in root:
        if _local(element) != wanted:
            continue
        values: dict[str, str] = {}
        for child in element:
            name = _local(child)
            if name == "news":
                for leaf in child.iter():
                    if leaf is not child and leaf.text and leaf.text.strip():
                        values.setdefault(_local(leaf), leaf.text.strip())
            elif child.text and child.text.strip():
                values.setdefault(name, child.text.strip())
        yield values


def _address(loc: str | None, url: str) -> str | None:
    if not loc:
        return None
    address = urljoin(url, loc)
    return address if address.lower().startswith(("http://", "https://")) else None


# ---------------------------------------------------------------- section pages


def read_section(response: Any, links: str | None, next_selector: str | None) -> Listing:
    """The links of a section page (a Scrapy text response) that match the pattern, in page order, with their texts as
    titles.

    `next_selector` is a CSS selector of the link to the older page. Raises ListingError where the page has no link at
    all."""
    pattern = re.compile(links) if links else None
    texts: dict[str, str] = {}
    any_link = False
    for node in response.css("a[href]"):
        any_link = True
        address = urljoin(response.urljoin(""), node.attrib["href"].strip()).partition("#")[0]
        if not address.lower().startswith(("http://", "https://")) or (pattern and not pattern.search(address)):
            continue
        text = _text(" ".join(node.css("::text").getall())) or ""
        if len(text) > len(texts.get(address, "")) or address not in texts:
            texts[address] = text
    if not any_link:
        raise ListingError("has no links")
    if not texts:
        raise ListingError(f"has no link that matches {links!r}" if links else "has no link to a web page")
    entries = tuple(Entry(address, text or None, _url_day(address)) for address, text in texts.items())[:MAX_ENTRIES]
    older = None
    if next_selector and "{page}" not in next_selector:
        href = response.css(next_selector).attrib.get("href")
        older = response.urljoin(href.strip()) if href else None
    return Listing("section", entries, next=older)


def _url_day(url: str) -> str | None:
    """The day in an address such as /2025/01/22/ or /2025/jan/22/; None where it has none."""
    match = _URL_DAY.search(url)
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        return date(int(year), _MONTHS.get(month.lower()) or int(month), int(day)).isoformat()
    except ValueError:
        return None
