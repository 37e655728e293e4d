"""The fictional outlets of the sample newsroom: who they are, how their pages are found, how they say who wrote what
when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

__all__ = ["SITES", "Site", "article_path", "outlet_yaml"]

WayIn = Literal["rss", "atom", "json", "news_sitemap", "sitemap_index", "sections"]
Metadata = Literal["json_ld", "json_ld_graph", "open_graph", "meta", "text"]


@dataclass(frozen=True, slots=True)
class Site:
    """One outlet. `validator` says which header its pages carry; `title_case` how its desk writes headlines."""

    id: str
    name: str
    kind: str
    language: str
    timezone: str
    way_in: WayIn
    metadata: Metadata
    validator: Literal["etag", "last_modified"]
    sections: tuple[str, ...]
    title_case: bool = False
    crawl_delay: float | None = None
    trap: bool = False

    @property
    def country(self) -> str:
        """ISO code of the outlet's country; xb is user-assigned and stands for a made-up one."""
        return self.id.partition("/")[0]

    @property
    def zone(self) -> ZoneInfo:
        """The outlet's time zone."""
        return ZoneInfo(self.timezone)


SITES: dict[str, Site] = {
    site.id: site
    for site in (
        Site(
            "gb/meridian",
            "Meridian News",
            "broadcaster",
            "en",
            "Europe/London",
            "rss",
            "json_ld",
            "etag",
            ("world", "uk", "business"),
        ),
        Site(
            "gb/kingsgate",
            "The Kingsgate Courier",
            "newspaper",
            "en",
            "Europe/London",
            "atom",
            "json_ld_graph",
            "etag",
            ("news", "world", "money"),
            crawl_delay=0.1,
        ),
        Site(
            "gb/lantern",
            "Daily Lantern",
            "tabloid",
            "en",
            "Europe/London",
            "rss",
            "open_graph",
            "last_modified",
            ("news", "showbiz", "sport"),
        ),
        Site(
            "gb/fenland",
            "Fenland Gazette",
            "regional",
            "en",
            "Europe/London",
            "sections",
            "text",
            "last_modified",
            ("local",),
        ),
        Site(
            "us/taw",
            "Transatlantic Wire",
            "agency",
            "en",
            "America/New_York",
            "news_sitemap",
            "json_ld",
            "etag",
            ("top", "markets"),
            trap=True,
        ),
        Site(
            "us/ledger",
            "The Hudson Ledger",
            "newspaper",
            "en",
            "America/New_York",
            "sitemap_index",
            "open_graph",
            "etag",
            ("nation", "world", "business"),
            title_case=True,
        ),
        Site(
            "xb/bsa",
            "Belmoran State Agency",
            "state_agency",
            "en",
            "Europe/Bucharest",
            "rss",
            "meta",
            "last_modified",
            ("domestic", "foreign"),
        ),
        Site(
            "de/tagblatt",
            "Neues Tagblatt",
            "newspaper",
            "de",
            "Europe/Berlin",
            "json",
            "json_ld",
            "etag",
            ("politik", "regional"),
        ),
    )
}


def article_path(site: Site, number: int, slug: str, section: str, published: datetime) -> str:
    """The path of an article on its outlet's site; each outlet builds its addresses in a manner of its own."""
    day = published.astimezone(site.zone)
    return {
        "gb/meridian": f"/news/{section}-{number}",
        "gb/kingsgate": f"/{section}/{day:%Y/%m/%d}/{slug}/",
        "gb/lantern": f"/{section}/{number}/{slug}/",
        "gb/fenland": f"/news/{number}.{slug}/",
        "us/taw": f"/article/{slug}-{number:x}",
        "us/ledger": f"/{section}/story/{day:%Y-%m-%d}/{slug}",
        "xb/bsa": f"/en/text/{number}",
        "de/tagblatt": f"/{section}/{slug}-a-{number}.html",
    }[site.id]


_LINKS = {
    "gb/meridian": r"/news/[a-z]+-\d+$",
    "gb/fenland": r"/news/\d+\.",
    "us/taw": r"/article/",
    "xb/bsa": r"/en/text/\d+$",
}


def outlet_yaml(site: Site, base: str) -> str:
    """The outlet's file, pointing at its address on loopback (`base`, without a closing slash)."""
    lines = [
        f"name: {site.name}",
        f"country: {site.country}",
        f"language: {site.language}",
        f"timezone: {site.timezone}",
        f"kind: {site.kind}",
        f"home: {base}/",
    ]
    match site.way_in:
        case "sections":
            lines.append("sections:")
            for section in site.sections:
                lines += [
                    f"  - url: {base}/{section}/",
                    f"    links: '{_LINKS[site.id]}'",
                    "    next: a.older",
                    "    pages: 4",
                ]
        case "news_sitemap":
            lines.append(f"sitemaps: ['{base}/news-sitemap.xml']")
        case "sitemap_index":
            lines.append(f"sitemaps: ['{base}/sitemap-index.xml']")
        case "json":
            lines.append(f"feeds: ['{base}/feed.json']")
        case "atom":
            lines.append(f"feeds: ['{base}/atom.xml']")
        case "rss":
            lines.append(f"feeds: ['{base}/rss.xml']")
    if site.id in _LINKS and site.way_in != "sections":
        lines.append(f"allow: ['{_LINKS[site.id]}']")
    lines += ["delay: 0", "expect: {articles_per_day: 1, silent_days: 2}", "verified: never"]
    return "\n".join(lines) + "\n"
