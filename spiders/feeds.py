"""Feeds: RSS and Atom by feedparser, JSON Feed (https://jsonfeed.org/version/1.1). No document that declares entities
is parsed (entity bombs, external entities)."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import orjson

from processing.moments import Moment
from spiders.listings import (
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

__all__ = ["read_feed"]

_NAMED_MAIL = re.compile(r"[^\s@()]{1,100}@[^\s@()]{1,200}\s{0,3}\(([^()]{1,200})\)")


def read_feed(
    body: bytes, url: str, *, now: datetime, content_type: str | None = None, place: Place | None = None
) -> Listing:
    """The entries of an RSS, Atom or JSON feed. Dates more than a day after `now` are taken as unknown; times without a
    zone are those of the outlet's `place`. Raises ListingError."""
    place = place or Place()
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _json_feed(body, url, now, place)
    refuse_bombs(body, "feed")
    body = from_root(body)
    if looks_like_html(body):
        raise ListingError("is a web page, not a feed")
    body, torn = without_stump(body)
    import feedparser

    headers = {"content-location": url, "content-type": content_type or "application/xml"}
    try:
        feed = feedparser.parse(
            BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError, LookupError) as error:
        raise ListingError(f"cannot be read as a feed: {type(error).__name__}: {error}") from error
    if not feed.get("version") and not feed.entries:
        raise ListingError(f"is not a feed: {feed.get('bozo_exception', 'no channel or feed element')}")
    aside = Aside()
    if torn:
        aside.add(torn)
    entries = tuple(aside.entries(feed.entries, lambda item: _feed_entry(item, url, now, place)))
    older = next(
        (link.get("href") for link in feed.feed.get("links", ()) if link.get("rel") in ("next", "prev-archive")), None
    )
    return Listing(feed.get("version") or "feed", entries, next=_next(older, url, aside), aside=aside.told())


def _next(link: Any, url: str, aside: Aside) -> str | None:
    try:
        return web_address(link, url) if isinstance(link, str) and link else None
    except ValueError as error:
        aside.add(f"its next page {link[:100]!r}: {error}")
        return None


def _feed_entry(item: Any, url: str, now: datetime, place: Place) -> Entry | None:
    link = item.get("link") or next(
        (k.get("href") for k in item.get("links", ()) if k.get("rel", "alternate") == "alternate"), None
    )
    if not link and re.match(r"https?://", item.get("id", "")):
        link = item["id"]
    if not link:
        raise ValueError("it has no address that can be read")
    address = web_address(link, url)
    if address is None:
        return None
    return Entry(
        address,
        plain_text(item.get("title")),
        _feed_date(item, now, place),
        _authors(item),
        plain_text(item.get("summary")),
    )


def _authors(item: Any) -> tuple[str, ...]:
    """Names of authors. feedparser 6.0 cuts `ana@post.media (Ana Example)` after the first letters of the domain's end,
    so that form is read here."""
    raw = str(item.get("author", "")).strip()
    authors = item.get("authors", ())
    if "@" in raw and len(authors) <= 1:
        match = _NAMED_MAIL.fullmatch(raw)
        told = [match[1] if match else re.sub(r"[<(]?[^\s@<>()]{1,100}@[^\s@<>()]{1,200}[>)]?", " ", raw)]
    else:
        told = [author.get("name") for author in authors]
    return tuple(name for text in told if (name := plain_text(text)))


def _feed_date(item: Any, now: datetime, place: Place) -> str | None:
    for key in ("published", "updated"):
        raw = dict.get(item, key)  # its own look-up gives one for the other, with a warning
        if told := place.read(raw, now):
            return told
        parsed = dict.get(item, f"{key}_parsed")
        if not parsed or not isinstance(raw, str) or not _names_day(raw, parsed.tm_mday):
            continue
        try:
            moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        except (ValueError, OverflowError, OSError):
            continue
        if moment.year >= 1970:
            return place.write(Moment(moment, "minute" if ":" in raw else "day"), now)
    return None


def _names_day(raw: str, day: int) -> bool:
    """Whether a text has three parts of a date, one of them that day: feedparser makes days of years and of the 31st of
    June."""
    parts = re.findall(r"\w+", raw[:100])
    return len(parts) >= 3 and any(part.isdecimal() and int(part) == day for part in parts)


def _json_feed(body: bytes, url: str, now: datetime, place: Place) -> Listing:
    try:
        data = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ListingError(f"is not JSON: {error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise ListingError("is JSON, but not a JSON feed (no items)")
    aside = Aside()
    entries = tuple(aside.entries(data["items"], lambda item: _json_entry(item, url, now, place)))
    return Listing("json", entries, next=_next(data.get("next_url"), url, aside), aside=aside.told())


def _json_entry(item: Any, url: str, now: datetime, place: Place) -> Entry | None:
    """An item; without `url` its `id` is its address, where it is one. Raises TypeError where it is no item."""
    if not isinstance(item, dict):
        raise TypeError(f"is no item but {str(item)[:60]!r}")
    link = next((v for v in (item.get("url"), item.get("external_url")) if isinstance(v, str) and v.strip()), None)
    if link is None and isinstance(id := item.get("id"), str) and re.match(r"https?://", id.strip(), re.IGNORECASE):
        link = id
    address = web_address(link, url) if link else None
    if address is None:
        return None
    given = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    authors = [a.get("name") if isinstance(a, dict) else a for a in given or ()]
    dates = (place.read(item.get(key), now) for key in ("date_published", "date_modified"))
    return Entry(
        address,
        plain_text(item.get("title")),
        next((d for d in dates if d), None),
        tuple(name for a in authors if isinstance(a, str) and (name := plain_text(a))),
        plain_text(item.get("summary")),
    )
