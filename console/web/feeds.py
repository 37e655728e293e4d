"""Atom and RSS: open contradictions, and what a search finds, for a feed reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.tables import who
from console.web.desk import Desk, linked
from console.web.query import Query
from processing.pipeline.work import Work
from processing.store import Query as Search
from processing.store import Where, parse
from schemas.errors import UsageError
from schemas.records import FINDINGS, Alert

__all__ = ["feed_routes"]

_MOST = 50
_ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    title: str
    path: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class _Feed:
    title: str
    path: str
    entries: Sequence[_Entry]

    @property
    def updated(self) -> datetime:
        return max((e.at for e in self.entries), default=datetime(1970, 1, 1, tzinfo=UTC))


def _alerts(work: Work, query: Query) -> _Feed:
    topic = query.get("topic")
    where = [Where("state", "=", "open"), *([Where("topic", "=", topic)] if topic else [])]
    found = work.store.find(Alert, *where, order="-raised_at", limit=_MOST)
    entries = [_Entry(a.id, f"{FINDINGS[a.finding]}: {a.title}", f"/alerts/{a.id}", a.raised_at, a.text) for a in found]
    return _Feed(f"Contradictions{f' of {topic}' if topic else ''}", linked("/", topic=topic), entries)


def _found(work: Work, query: Query) -> _Feed:
    words, kind = (query.get("q") or "").strip(), query.get("of") or "articles"
    asked = parse(words)
    if asked == Search():
        raise UsageError(f"{words!r} has no word to search for")
    path = linked("/search", q=words, of=None if kind == "articles" else kind)
    never = datetime(1970, 1, 1, tzinfo=UTC)
    if kind == "claims":
        entries = [
            _Entry(
                c.id, f"{who(c)}: {c.text} {c.what or ''}".strip(), f"/claims/{c.id}", c.published or never, c.sentence
            )
            for c in work.store.search_claims(asked, limit=_MOST).hits
        ]
    else:
        entries = [
            _Entry(
                h.article.id,
                h.article.title or "untitled",
                f"/articles/{h.article.id}",
                h.article.published or never,
                h.snippet,
            )
            for h in work.store.search_articles(asked, limit=_MOST).hits
        ]
    return _Feed(f"{kind.capitalize()} with {words}", path, sorted(entries, key=lambda e: e.at, reverse=True))


def _atom(feed: _Feed, base: str, here: str) -> bytes:
    """Atom 1.0 (RFC 4287)."""
    root = ET.Element("feed", xmlns=_ATOM)
    for name, text in (("id", base + feed.path), ("title", feed.title), ("updated", feed.updated.isoformat())):
        ET.SubElement(root, name).text = text
    ET.SubElement(ET.SubElement(root, "author"), "name").text = "Counterclaim"
    ET.SubElement(root, "link", href=base + feed.path)
    ET.SubElement(root, "link", rel="self", href=here)
    for e in feed.entries:
        entry = ET.SubElement(root, "entry")
        for name, text in (
            ("id", base + e.path),
            ("title", e.title),
            ("updated", e.at.isoformat()),
            ("summary", e.text),
        ):
            ET.SubElement(entry, name).text = _printable(text)
        ET.SubElement(entry, "link", href=base + e.path)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _rss(feed: _Feed, base: str, here: str) -> bytes:
    """RSS 2.0 (https://www.rssboard.org/rss-specification)."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    for name, text in (("title", feed.title), ("link", base + feed.path), ("description", feed.title)):
        ET.SubElement(channel, name).text = text
    for e in feed.entries:
        item = ET.SubElement(channel, "item")
        told = (("title", e.title), ("link", base + e.path), ("guid", base + e.path), ("description", e.text))
        for name, text in (*told, ("pubDate", format_datetime(e.at))):
            ET.SubElement(item, name).text = _printable(text)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _printable(text: str) -> str:
    """Without the control characters that XML 1.0 has no place for."""
    return "".join(c for c in text if c >= " " or c in "\t\n").replace("\ufffe", "").replace("\uffff", "")


def feed_routes(desk: Desk) -> list[Route]:
    """Feeds of contradictions and of searches."""

    def route(path: str, make: Callable[[Work, Query], _Feed], write: Callable[[_Feed, str, str], bytes]) -> Route:
        kind = "application/atom+xml" if write is _atom else "application/rss+xml"

        def endpoint(request: Request) -> Response:
            base = str(request.base_url).rstrip("/")
            with desk.open() as work:
                return Response(write(make(work, request.query_params), base, str(request.url)), media_type=kind)

        return Route(path, endpoint)

    return [
        route(f"/{name}.{ending}", make, write)
        for name, make in (("alerts", _alerts), ("search", _found))
        for ending, write in (("atom", _atom), ("rss", _rss))
    ]
