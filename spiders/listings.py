"""What listings hold: addresses with what is said of them; and the section pages of outlets that have neither feed nor
sitemap.

One odd entry never costs the others: it is set aside with its reason (`Listing.aside`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from processing.moments import Moment, read_moment

__all__ = [
    "MAX_ENTRIES",
    "Aside",
    "Entry",
    "Listing",
    "ListingError",
    "Place",
    "from_root",
    "looks_like_html",
    "plain_text",
    "read_section",
    "refuse_bombs",
    "web_address",
    "without_stump",
]

MAX_ENTRIES = 50_000  # https://www.sitemaps.org/protocol.html#index
_MOST_REASONS = 20
_PREFACE = 20_000  # bytes in which a listing begins, whatever stands before it
_ENTITY = re.compile(rb"<\x00?!\x00?E\x00?N\x00?T\x00?I\x00?T\x00?Y", re.IGNORECASE)
_MARKUP = re.compile(r"<[/!?a-zA-Z][^<>]{0,300}>")
_LONGEST_TITLE = 4_000  # characters that are read of a title or summary
# a folder of a day; a day in a headline's own address speaks of anything
_URL_DAY = re.compile(
    r"/(20\d\d)[/-]?(0[1-9]|1[0-2]|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))[/-]?(0[1-9]|[12]\d|3[01])(?=/)",
    re.IGNORECASE,
)
_MONTHS = {
    name: n
    for n, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
_ODD = (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError)  # what an odd value raises


class ListingError(ValueError):
    """The document is not the listing that it should be; the text says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an outlet writes, which tells what its dates mean: country (ISO 3166, lower case) and time zone (IANA)."""

    country: str | None = None
    timezone: str | None = None

    def read(self, text: Any, now: datetime) -> str | None:
        """A date as ISO 8601: a UTC time, or a day where the time is unknown or has not come yet; None where it is no
        date or more than a day ahead of `now`."""
        if not isinstance(text, str):
            return None
        zone = ZoneInfo(self.timezone) if self.timezone else None
        moment = read_moment(text, country=self.country, zone=zone)
        return None if moment is None else self.write(moment, now)

    def write(self, moment: Moment, now: datetime) -> str | None:
        """A moment as `read` gives it."""
        value = moment.value
        if moment.precision == "day":
            return value.date().isoformat() if value.date() <= (now + timedelta(days=1)).date() else None
        if value.tzinfo is None:
            value = value.replace(tzinfo=ZoneInfo(self.timezone) if self.timezone else UTC)
        if value > now + timedelta(days=1):
            return None
        if value > now + timedelta(minutes=15):
            return min(value.date(), now.date()).isoformat()  # a clock that is wrong knows the day at best
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


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
    """What a document lists. `children` are sitemaps of an index with their `lastmod`; `next` is the older page;
    `aside` says which entries could not be read, and what else was wrong with what could."""

    form: str  # "rss20", "atom10", "json", "sitemap", "news sitemap", "sitemap index", "section"
    entries: tuple[Entry, ...] = ()
    children: tuple[tuple[str, str | None], ...] = field(default=())
    next: str | None = None
    aside: tuple[str, ...] = ()

    @property
    def newest(self) -> str | None:
        """The latest day or time of its entries, ISO 8601."""
        return max((e.published for e in self.entries if e.published), default=None)


class Aside:
    """Collects what could not be read, entry by entry."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.count = 0

    def add(self, reason: str) -> None:
        """Something that is wrong with the listing or with one entry."""
        self.count += 1
        if len(self.reasons) < _MOST_REASONS:
            self.reasons.append(reason)

    def entries(self, items: Any, make: Any) -> Iterator[Entry]:
        """What `make` makes of each item; an item at which it raises is set aside."""
        for number, item in enumerate(items, 1):
            if number > MAX_ENTRIES:
                self.add(f"only the first {MAX_ENTRIES:,} entries were read")
                return
            try:
                entry = make(item)
            except _ODD as error:
                told = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
                self.add(f"entry {number}: {' '.join(told.split())[:200]}")
                continue
            if entry is not None:
                yield entry

    def told(self) -> tuple[str, ...]:
        """The reasons, the last of which counts what was not kept."""
        more = self.count - len(self.reasons)
        return (*self.reasons, f"and {more:,} more") if more else tuple(self.reasons)


def plain_text(value: Any) -> str | None:
    """Text without markup, with entities resolved (once more where they were escaped twice) and single spaces; None
    where nothing is left or it is no text."""
    if not isinstance(value, str | int | float):
        return None
    text = str(value)[:_LONGEST_TITLE]
    if "&" in text or "<" in text:
        text = _MARKUP.sub(" ", unescape(unescape(_MARKUP.sub(" ", text))))
    return " ".join(text.split()) or None


def web_address(link: str, base: str) -> str | None:
    """The whole address of a link; None where it is none of the web. Raises ValueError where it is broken."""
    address = urljoin(base, link.strip())
    return address if address.lower().startswith(("http://", "https://")) else None


def refuse_bombs(body: bytes, what: str) -> None:
    """Raises ListingError where a document is empty or declares entities."""
    if not body.strip():
        raise ListingError("is empty")
    if _ENTITY.search(body):
        raise ListingError(f"declares XML entities, which no {what} needs; it is not read")


def from_root(body: bytes) -> bytes:
    """A document without what a broken template or a talkative server wrote before it: from the XML declaration, else
    from the root element of a listing; as it is where neither is near its beginning."""
    head = body[:_PREFACE]
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith((b"<?xml", b"{", b"[", b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head[:200]:
        return body  # as it should be; JSON, whose texts may hold anything; UTF-16
    found = re.search(rb"<\?xml\s|<(?:\w{1,20}:)?(?:urlset|sitemapindex|rss|feed|rdf)[\s>]", head, re.IGNORECASE)
    return body[found.start() :] if found and not looks_like_html(body) else body


def without_stump(body: bytes) -> tuple[bytes, str | None]:
    """XML without the tag or text that its end cuts off, and what was wrong (None where nothing was): half
    an address is another page's address, or nobody's."""
    whole = body.rstrip(b"\x00 \t\r\n")
    if whole.endswith(b">") or b"\x00" in body[:200] or b"<" not in whole:
        return body, None
    end = whole.rfind(b">") + 1
    begun = whole.find(b"<", end)
    last = whole.rfind(b"<", 0, end)
    if begun >= 0:
        kept = whole[:begun]
    elif whole.startswith((b"</", b"<!", b"<?"), last):
        kept = whole[:end]  # text behind a closed element
    else:
        kept = whole[:last]
    return kept, "is cut off in the middle; what came before was read"


def looks_like_html(body: bytes) -> bool:
    """Whether a document is a web page: its first element, after comments, is `html`."""
    rest = body[:100_000].removeprefix(b"\xef\xbb\xbf").lstrip()
    while rest.startswith(b"<!--"):
        end = rest.find(b"-->", 4)
        if end < 0:
            return False
        rest = rest[end + 3 :].lstrip()
    return re.match(rb"<(?:!doctype\s{1,9}html|html)\b", rest, re.IGNORECASE) is not None


# ---------------------------------------------------------------- section pages


def read_section(response: Any, links: str | None, next_selector: str | None) -> Listing:
    """The links of a section page (a Scrapy text response) that match the pattern, in page order, with their texts as
    titles.

    `next_selector` is a CSS selector of the link to the older page. Raises ListingError where the page has no link at
    all."""
    pattern = re.compile(links) if links else None
    texts: dict[str, str] = {}
    any_link = False
    base, aside = response.urljoin(""), Aside()
    for node in response.css("a[href]"):
        any_link = True
        try:
            address = (web_address(node.attrib["href"], base) or "").partition("#")[0]
        except ValueError as error:
            aside.add(f"link {node.attrib['href'][:100]!r}: {error}")
            continue
        if not address or (pattern and not pattern.search(address)):
            continue
        text = plain_text(" ".join(node.css("::text").getall())) or ""
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
    return Listing("section", entries, next=older, aside=aside.told())


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
