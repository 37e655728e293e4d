"""How the sample outlets list their articles for machines: RSS, Atom, JSON Feed, news sitemaps and robots.txt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from demo.pages import Link
from demo.sites import Site

__all__ = ["TRAP", "atom", "json_feed", "news_sitemap", "robots", "rss", "sitemap_index"]

TRAP = "/article/internal/rehearsal"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


def rss(site: Site, base: str, links: Sequence[Link]) -> str:
    """RSS 2.0."""
    items = "".join(
        f"<item><title>{escape(link.title)}</title><link>{link.url}</link><guid isPermaLink='true'>{link.url}</guid>"
        f"<pubDate>{format_datetime(link.published)}</pubDate><category>{link.section}</category><description>{escape(link.summary)}</description></item>\n"
        for link in links
    )
    return f"{_XML}<rss version='2.0'><channel><title>{escape(site.name)}</title><link>{base}/</link><description>News</description>\n{items}</channel></rss>\n"


def atom(site: Site, base: str, links: Sequence[Link]) -> str:
    """Atom 1.0."""
    updated = max((link.changed for link in links), default=datetime.fromisoformat("2024-01-01T00:00:00+00:00"))
    entries = "".join(
        f"<entry><id>{link.url}</id><title>{escape(link.title)}</title><link rel='alternate' href='{link.url}'/>"
        f"<published>{link.published.isoformat()}</published>"
        f"<updated>{link.changed.isoformat()}</updated><author><name>{escape(link.author)}</name></author><summary>{escape(link.summary)}</summary></entry>\n"
        for link in links
    )
    head = (
        f"<id>{base}/</id><title>{escape(site.name)}</title><updated>{updated.isoformat()}</updated><link "
        f"rel='self' href='{base}/atom.xml'/>"
    )
    return f"{_XML}<feed xmlns='http://www.w3.org/2005/Atom'>{head}\n{entries}</feed>\n"


def json_feed(site: Site, base: str, links: Sequence[Link]) -> str:
    """JSON Feed 1.1."""
    items = [
        {"id": k.url, "url": k.url, "title": k.title, "summary": k.summary, "date_published": k.published.isoformat()}
        for k in links
    ]
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "home_page_url": f"{base}/",
        "language": site.language,
        "items": items,
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def news_sitemap(site: Site, links: Sequence[Link]) -> str:
    """A sitemap with the news extension."""
    urls = "".join(
        f"<url><loc>{link.url}</loc><lastmod>{link.changed.isoformat()}</lastmod><news:news><news:publication><news:name>{escape(site.name)}</news:name>"
        f"<news:language>{site.language}</news:language></news:publication><news:publication_date>{link.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(link.title)}</news:title></news:news></url>\n"
        for link in links
    )
    spaces = (
        "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
        "xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'"
    )
    return f"{_XML}<urlset {spaces}>\n{urls}</urlset>\n"


def sitemap_index(maps: Sequence[tuple[str, datetime]]) -> str:
    """A sitemap index: addresses of sitemaps and when each was last changed."""
    rows = "".join(
        f"<sitemap><loc>{url}</loc><lastmod>{changed.isoformat()}</lastmod></sitemap>\n" for url, changed in maps
    )
    return f"{_XML}<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\n{rows}</sitemapindex>\n"


def robots(site: Site, base: str) -> str:
    """The outlet's robots.txt: one hides a page, one asks for a pause between requests."""
    lines = ["User-agent: *"]
    if site.trap:
        lines.append(f"Disallow: {TRAP.rsplit('/', 1)[0]}/")
    if site.crawl_delay is not None:
        lines.append(f"Crawl-delay: {site.crawl_delay}")
    lines.append("Disallow: /search")
    if site.way_in == "news_sitemap":
        lines.append(f"Sitemap: {base}/news-sitemap.xml")
    elif site.way_in == "sitemap_index":
        lines.append(f"Sitemap: {base}/sitemap-index.xml")
    return "\n".join(lines) + "\n"
