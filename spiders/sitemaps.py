"""Sitemaps: https://www.sitemaps.org/protocol.html and the news extension, gzipped (once or twice, in members, cut
short), as plain text, with undeclared prefixes and raw ampersands; and feeds that are named as sitemaps. No document
that declares entities is parsed (entity bombs, external entities)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from spiders.feeds import read_feed
from spiders.listings import (
    MAX_ENTRIES,
    Aside,
    Entry,
    Listing,
    ListingError,
    Place,
    from_root,
    looks_like_html,
    plain_text,
    refuse_bombs,
    web_address,
    without_stump,
)

__all__ = ["choose_children", "number_series", "read_sitemap", "unzip"]

MAX_PLAIN = 50_000_000  # bytes of one unpacked sitemap, https://www.sitemaps.org/protocol.html#index
_MAX_CHILDREN = 50
_MAX_DOUBTED = 10  # sitemaps that are said to be old and are not named for a time
_LAYERS = 3  # of gzip around gzip
_GZIP = b"\x1f\x8b"
_RAW_AMPERSAND = re.compile(rb"&(?!#?[A-Za-z0-9]{1,31};)")
_UNICODE = ((b"\xef\xbb\xbf", "utf8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def unzip(body: bytes, limit: int = MAX_PLAIN) -> tuple[bytes, str | None]:
    """The bytes with gzip taken off, where they are gzipped, all members and layers of it; and what was wrong with it
    (cut short), None where nothing was. Raises ListingError where it is broken or grows beyond `limit`."""
    fault: str | None = None
    for _ in range(_LAYERS):
        if not body.startswith(_GZIP):
            break
        body, cut = _members(body, limit)
        fault = fault or cut
    return body, fault


def _members(body: bytes, limit: int) -> tuple[bytes, str | None]:
    parts: list[bytes] = []
    size = 0
    while body.startswith(_GZIP):
        machine = zlib.decompressobj(wbits=31)
        try:
            plain = machine.decompress(body, limit + 1 - size)
        except zlib.error as error:
            if not parts:
                raise ListingError(f"is broken gzip: {error}") from error
            return b"".join(parts), f"its gzip is broken after {size:,} bytes: {error}; what came before was read"
        parts.append(plain)
        size += len(plain)
        if size > limit:
            raise ListingError(f"unpacks to more than {limit // 1_000_000} MB; it is not read")
        if not machine.eof:
            return b"".join(parts), "its gzip was cut short; what came was read"
        body = machine.unused_data
    return b"".join(parts), None


def read_sitemap(body: bytes, url: str, *, now: datetime, place: Place | None = None) -> Listing:
    """The entries of a sitemap, or the children of a sitemap index; gzipped or not. A `lastmod` in the future is none.
    Raises ListingError."""
    place = place or Place()
    aside = Aside()
    body, fault = unzip(body)
    if fault:
        aside.add(fault)
    refuse_bombs(body, "sitemap")
    body = from_root(body)
    if looks_like_html(body):
        raise ListingError("is a web page, not a sitemap")
    if not _is_xml(body):
        return _text_sitemap(body, aside, torn=fault is not None)
    root = _parse(body, aside)
    name = _local(root) if root is not None else ""
    if name in ("rss", "feed", "rdf"):
        return read_feed(body, url, now=now, place=place)
    if name == "sitemapindex":
        pairs = aside.entries(_items(root, "sitemap"), lambda values: _entry(values, url, now, place))
        children = tuple((entry.url, entry.published) for entry in pairs)
        return Listing("sitemap index", children=children, aside=aside.told())
    if name != "urlset":
        raise ListingError(f"is not a sitemap: its root element is {name or 'missing'}")
    items = list(_items(root, "url"))
    entries = tuple(aside.entries(items, lambda values: _entry(values, url, now, place)))
    form = "news sitemap" if any("publication_date" in values for values in items) else "sitemap"
    return Listing(form, entries, aside=aside.told())


def choose_children(
    children: Sequence[tuple[str, str | None]], fresh: Sequence[tuple[str, str | None]], today: date
) -> tuple[list[str], int]:
    """The sitemaps of an index that are worth reading, the newest first, and how many more would be. `fresh` are those
    whose `lastmod` is recent or not said. A `lastmod` that is old is believed of a sitemap that is named for a time or
    a number; others are often never updated, so a few of them are read."""
    new = {loc for loc, _ in fresh}
    finished = number_series([loc for loc, _ in children], today, new)
    doubted = [child for child in children if child[0] not in new | finished]
    ordered = [sorted(some, key=lambda child: child[1] or "", reverse=True) for some in (fresh, doubted)]
    chosen = [*ordered[0][:_MAX_CHILDREN], *ordered[1][:_MAX_DOUBTED]]
    return [loc for loc, _ in chosen], len(fresh) + len(doubted) - len(chosen)


def number_series(addresses: Sequence[str], today: date, fresh: Collection[str] = ()) -> set[str]:
    """Those that are named for a time that is over (a year, a month, a day), or for a number in a series one of which
    is among the `fresh` or which begins and ends with others: archives that are finished."""
    series: dict[str, list[tuple[list[int], str]]] = {}
    for address in addresses:
        parts = urlsplit(address)
        name = f"{parts.path}?{parts.query}"
        numbers = [int(number) for number in re.findall(r"\d{1,18}", name)]
        if numbers:
            series.setdefault(re.sub(r"\d{1,18}", "#", name), []).append((numbers, address))
    found: set[str] = set()
    for members in series.values():
        ordered = sorted(members)
        if any(_is_dated(number) for numbers, _ in ordered for number in numbers):
            found.update(address for numbers, address in ordered if not _is_now(numbers, today))
        elif any(address in fresh for _, address in ordered):
            found.update(address for _, address in ordered if address not in fresh)
        else:
            found.update(address for _, address in ordered[1:-1])
    return found


def _is_dated(number: int) -> bool:
    """Whether a number is a year, a year and month, or a day."""
    return any(1990 <= number // unit <= 2100 for unit in (1, 100, 10_000))


def _is_now(numbers: list[int], today: date) -> bool:
    """Whether the numbers of a name are this year, or this year's month."""
    if today.year not in numbers:
        month = today.year * 100 + today.month
        return any(month in (number, number // 100) for number in numbers)
    rest = [number for number in numbers if number != today.year and number <= 12]
    return not rest or today.month in rest


def _entry(values: dict[str, str], url: str, now: datetime, place: Place) -> Entry | None:
    if not (loc := values.get("loc")) or not (address := web_address(loc, url)):
        return None
    dates = (place.read(values.get(key), now) for key in ("publication_date", "lastmod"))
    published = next((d for d in dates if d), None)
    return Entry(address, plain_text(values.get("title")), published, language=plain_text(values.get("language")))


def _is_xml(body: bytes) -> bool:
    start = body[:200]
    for mark, _ in _UNICODE:
        start = start.removeprefix(mark)
    return start.replace(b"\x00", b"").lstrip().startswith(b"<")


def _xml(body: bytes, *, recover: bool) -> Any:
    """The root element of XML. Raises lxml's XMLSyntaxError, ValueError."""
    from lxml import etree

    parser = etree.XMLParser(
        remove_comments=True,
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    return etree.fromstring(body, parser)


def _parse(body: bytes, aside: Aside) -> Any:
    """The root element; None where there is none. What is not well-formed is mended (raw ampersands outside CDATA),
    then read as far as it can be, and said."""
    body = body.lstrip()
    try:
        return _xml(body, recover=False)
    except (SyntaxError, ValueError) as error:
        fault = getattr(error, "msg", None) or str(error)
    body, _ = without_stump(body)
    pieces = re.split(rb"(<!\[CDATA\[|\]\]>)", body)
    inside = False
    for number, piece in enumerate(pieces):
        if piece in (b"<![CDATA[", b"]]>"):
            inside = piece != b"]]>"
        elif not inside:
            pieces[number] = _RAW_AMPERSAND.sub(b"&amp;", piece)
    mended = b"".join(pieces)
    try:
        root = _xml(mended, recover=True)
    except (SyntaxError, ValueError) as error:
        raise ListingError(f"is not XML: {error}") from error
    left = _fault(mended)
    if left and not left.startswith("Namespace prefix"):
        aside.add(f"is not well-formed XML ({fault}); what could be read was read")
    return root


def _fault(body: bytes) -> str | None:
    """Why XML is not well-formed; None where it is."""
    try:
        _xml(body, recover=False)
    except SyntaxError as error:
        return error.msg
    except ValueError as error:
        return str(error)
    return None


def _text_sitemap(body: bytes, aside: Aside, *, torn: bool) -> Listing:
    """Addresses, one a line; the last of a text that is `torn` may be half of one."""
    name = next((name for mark, name in _UNICODE if body.startswith(mark)), "utf8")
    lines = body.decode(name, "replace").lstrip("\ufeff").splitlines(keepends=True)
    if torn and lines and not lines[-1].endswith(("\n", "\r")):
        lines.pop()
    addresses = [line for line in map(str.strip, lines) if re.match(r"https?://\S+$", line)]
    entries = tuple(aside.entries(addresses, lambda line: Entry(web_address(line, "") or line)))[:MAX_ENTRIES]
    if not entries:
        raise ListingError("is neither XML nor a list of addresses")
    return Listing("sitemap", entries, aside=aside.told())


def _local(element: Any) -> str:
    """An element's name in lower case without its prefix, declared or not."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


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
