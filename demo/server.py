"""The sample outlets on loopback: one process, one port an outlet, everything published until the day that is set.

Pages answer conditional requests with a true 304; what an outlet took offline answers 410.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from demo import feeds
from demo.newsroom import changed_at, current, evening, plan
from demo.pages import Link, article_page, list_page, shown_title, trap_page
from demo.pieces import Piece, Plan
from demo.sites import SITES, Site, article_path, outlet_yaml

__all__ = ["Answer", "Asked", "Newsroom", "answer", "serve"]

PER_PAGE = 2  # stories on one section page


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that the newsroom answered."""

    outlet: str
    path: str
    status: int
    user_agent: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path gives: status, kind of content, text, and when it was last changed."""

    status: int
    content_type: str
    text: str
    changed: datetime | None = None


@dataclass(slots=True)
class Newsroom:
    """A running sample newsroom. `addresses` maps outlet ids to base addresses; `outlets` is the folder with their YAML
    files."""

    plan: Plan
    outlets: Path
    addresses: dict[str, str] = field(default_factory=dict)
    requests: list[Asked] = field(default_factory=list)
    day: int = 0

    @property
    def days(self) -> tuple[datetime, ...]:
        """When the daily job runs on each day, in order."""
        return tuple(evening(day) for day in self.plan.days)

    @property
    def now(self) -> datetime:
        """The evening of the day that is set."""
        return self.days[self.day]

    def set_day(self, n: int) -> None:
        """From now on serve what is online on the evening of day `n` (from 0). Raises IndexError beyond the last
        day."""
        self.days[n]
        self.day = n

    def path_of(self, piece: Piece) -> str:
        """The path of an article on its outlet's site, the same on every day."""
        number = (
            int(hashlib.sha256(f"{self.plan.seed}/{piece.id}/{piece.outlet}".encode()).hexdigest()[:7], 16) + 10_000_000
        )
        slug = re.sub(r"[^a-z0-9]+", "-", piece.title.lower().replace("'", "")).strip("-")[:70].strip("-")
        return article_path(SITES[piece.outlet], number, slug, piece.section, piece.published)

    def url_of(self, piece: Piece) -> str:
        """The full address of an article."""
        return self.addresses[piece.outlet] + self.path_of(piece)


def _links(newsroom: Newsroom, outlet: str) -> list[Link]:
    """What the outlet lists now, newest first."""
    now = newsroom.now
    found = [piece for p in newsroom.plan.pieces if p.outlet == outlet and (piece := current(p, now)) is not None]
    original = {p.id: p for p in newsroom.plan.pieces if p.outlet == outlet}
    return [
        Link(
            newsroom.url_of(original[p.id]),
            shown_title(p),
            p.paragraphs[0],
            p.published,
            changed_at(p, now),
            p.section,
            p.author,
        )
        for p in sorted(found, key=lambda p: p.published, reverse=True)
    ]


def _html(text: str, changed: datetime | None = None) -> Answer:
    return Answer(200, "text/html; charset=utf-8", text, changed)


def _sections(site: Site, base: str, links: Sequence[Link], path: str, page: int) -> Answer | None:
    """The front page or a section page; None where the path is neither."""
    if path == "/":
        also = (base + feeds.TRAP,) if site.trap else ()
        return _html(list_page(site, "Latest", links[:12], base + path, also=also))
    section = path.strip("/")
    if section not in site.sections:
        return None
    here = [link for link in links if link.section == section]
    older = f"{base}{path}?page={page + 1}" if len(here) > page * PER_PAGE else None
    return _html(
        list_page(site, section.title(), here[(page - 1) * PER_PAGE : page * PER_PAGE], base + path, older=older)
    )


def _machine(site: Site, base: str, links: Sequence[Link], path: str) -> Answer | None:
    """robots.txt, the outlet's one feed or sitemap; None for other paths."""
    changed = max((link.changed for link in links), default=None)
    if path == "/robots.txt":
        return Answer(200, "text/plain; charset=utf-8", feeds.robots(site, base))
    match site.way_in, path:
        case "rss", "/rss.xml":
            return Answer(200, "application/rss+xml; charset=utf-8", feeds.rss(site, base, links), changed)
        case "atom", "/atom.xml":
            return Answer(200, "application/atom+xml; charset=utf-8", feeds.atom(site, base, links), changed)
        case "json", "/feed.json":
            return Answer(200, "application/feed+json; charset=utf-8", feeds.json_feed(site, base, links), changed)
        case "news_sitemap", "/news-sitemap.xml":
            trap = (
                Link(base + feeds.TRAP, "Rehearsal", "", links[0].published, links[0].changed, "top", "")
                if site.trap and links
                else None
            )
            return Answer(
                200,
                "application/xml; charset=utf-8",
                feeds.news_sitemap(site, [*links, *([trap] if trap else [])]),
                changed,
            )
        case "sitemap_index", "/sitemap-index.xml":
            months = sorted({f"{link.published:%Y-%m}" for link in links})
            maps = [
                (f"{base}/sitemaps/news-{m}.xml", max(k.changed for k in links if f"{k.published:%Y-%m}" == m))
                for m in months
            ]
            return Answer(200, "application/xml; charset=utf-8", feeds.sitemap_index(maps), changed)
        case "sitemap_index", _ if month := re.fullmatch(r"/sitemaps/news-(\d{4}-\d\d)\.xml", path):
            some = [link for link in links if f"{link.published:%Y-%m}" == month.group(1)]
            newest = max((link.changed for link in some), default=None)
            return (
                Answer(200, "application/xml; charset=utf-8", feeds.news_sitemap(site, some), newest) if some else None
            )
    return None


def answer(newsroom: Newsroom, outlet: str, target: str) -> Answer:
    """What an outlet's site answers to a GET of `target` (path and query) on the day that is set."""
    site, base = SITES[outlet], newsroom.addresses[outlet]
    parts = urlsplit(target)
    for original in newsroom.plan.pieces:
        if original.outlet == outlet and newsroom.path_of(original) == parts.path:
            piece = current(original, newsroom.now)
            if piece is not None:
                return _html(article_page(piece, newsroom.url_of(original)), changed_at(piece, newsroom.now))
            if original.published <= newsroom.now:
                return Answer(
                    410,
                    "text/html; charset=utf-8",
                    "<html><title>Gone</title><h1>This page is no longer available</h1></html>",
                )
    links = _links(newsroom, outlet)
    query = parse_qs(parts.query).get("page", ["1"])[0]
    found = _machine(site, base, links, parts.path) or _sections(
        site, base, links, parts.path, int(query) if query.isdigit() and int(query) else 1
    )
    if found is None and site.trap and parts.path == feeds.TRAP:
        found = _html(trap_page(site, base + feeds.TRAP))
    if found is None and parts.path == "/about":
        found = _html(list_page(site, f"About {site.name}", [], f"{base}/about"))
    return found or Answer(404, "text/html; charset=utf-8", "<html><title>Not found</title><h1>Not found</h1></html>")


def _unchanged(site: Site, headers: Mapping[str, str], etag: str, changed: datetime | None) -> bool:
    """Whether the asker has this state already (RFC 9110, 13.1: If-None-Match goes before If-Modified-Since)."""
    if site.validator == "etag":
        return etag in [tag.strip() for tag in headers.get("If-None-Match", "").split(",")]
    since = headers.get("If-Modified-Since")
    try:
        return bool(since and changed and changed.replace(microsecond=0) <= parsedate_to_datetime(since))
    except ValueError:
        return False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SampleNewsroom"
    timeout = 30

    def do_GET(self) -> None:
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        self._respond(with_body=False)

    def _respond(self, *, with_body: bool) -> None:
        server: _Server = self.server  # type: ignore[assignment]
        newsroom, site = server.newsroom, SITES[server.outlet]
        found = answer(newsroom, server.outlet, self.path)
        body = found.text.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = dict(self.headers.items())
        status = 304 if found.status == 200 and _unchanged(site, headers, etag, found.changed) else found.status
        newsroom.requests.append(Asked(server.outlet, self.path, status, self.headers.get("User-Agent", "")))
        self.send_response(status)
        if status in (200, 304) and site.validator == "etag":
            self.send_header("ETag", etag)
        elif status in (200, 304) and found.changed:
            self.send_header("Last-Modified", format_datetime(found.changed.astimezone(UTC), usegmt=True))
        if status != 304:
            self.send_header("Content-Type", found.content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body and status != 304:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are kept in `Newsroom.requests`, not printed."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, newsroom: Newsroom, outlet: str, bind: str, port: int):
        self.newsroom = newsroom
        self.outlet = outlet
        super().__init__((bind, port), _Handler)


@contextmanager
def serve(
    seed: int = 0,
    *,
    folder: Path,
    ports: Mapping[str, int] | None = None,
    bind: str = "127.0.0.1",
    host: str | None = None,
) -> Iterator[Newsroom]:
    """The sample newsroom of a seed, serving on `bind` while the context is open; it starts on day 0. `host`: its name
    in addresses.

    Outlet files are written to `folder` as `<country>/<name>.yml`. `ports` maps outlet ids to ports; an outlet without
    one gets a free one. Raises OSError where a port is taken."""
    newsroom = Newsroom(plan(seed), folder)
    servers: list[_Server] = []
    threads: list[threading.Thread] = []
    try:
        for outlet in SITES:
            server = _Server(newsroom, outlet, bind, (ports or {}).get(outlet, 0))
            servers.append(server)
            newsroom.addresses[outlet] = f"http://{host or bind}:{server.server_address[1]}"
        for server in servers:
            path = folder / f"{server.outlet}.yml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(outlet_yaml(SITES[server.outlet], newsroom.addresses[server.outlet]), "utf8")
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            threads.append(thread)
        yield newsroom
    finally:
        for server in servers[: len(threads)]:
            server.shutdown()
        for thread in threads:
            thread.join()
        for server in servers:
            server.server_close()
