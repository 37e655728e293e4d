"""The pages of the sample outlets: articles, front pages and section pages, each outlet with HTML, metadata and clutter
of its own.

What stands around an article (cookie boxes, related links, most-read lists, live tickers, comment counts) holds numbers
on purpose: none of them is a claim of that article."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from demo.pieces import Piece
from demo.sites import SITES, Site

__all__ = ["Link", "article_page", "list_page", "shown_title", "trap_page"]


@dataclass(frozen=True, slots=True)
class Link:
    """An article as front pages and feeds list it."""

    url: str
    title: str
    summary: str
    published: datetime
    changed: datetime
    section: str
    author: str


_RELATED = (
    "Flood of 1953: 307 dead, and a dyke nobody mended",
    "Ferry with 240 on board runs aground in fog",
    "Inflation at 4.1%: what it means for you",
    "Five dead in motorway pile-up near airport",
    "12 things to do this weekend",
    "Strike grounds 600 flights",
    "Why 40,000 bees live on this roof",
    "Quake of magnitude 6.3 rattles islands, 19 hurt",
    "Bank to close 85 branches by summer",
    "The 100-year-old who swims every day",
)
_TICKER = (
    "14:05 Water reaches station forecourt, 3 trains held",
    "13:40 Two more bridges closed",
    "13:12 Mayor: 'We have 900 sandbags left'",
    "12:55 Helicopter lands on school field",
    "12:31 Reader's photo: 17 sheep on a shed",
)
_SMALL_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "of",
        "off",
        "on",
        "or",
        "over",
        "the",
        "to",
        "up",
        "with",
    ]
)


def shown_title(piece: Piece) -> str:
    """The headline as the outlet's desk writes it: some capitalise the main words."""
    if not SITES[piece.outlet].title_case:
        return piece.title
    words = piece.title.split(" ")
    return " ".join(w if i and w.lower() in _SMALL_WORDS else w[:1].upper() + w[1:] for i, w in enumerate(words))


def _paragraphs(lines: Sequence[str], tag: str = "p") -> str:
    return "\n".join(f"<{tag}>{escape(line, quote=False)}</{tag}>" for line in lines)


def _items(lines: Sequence[str]) -> str:
    return "".join(f'<li><a href="/about">{escape(line)}</a></li>' for line in lines)


def _clutter(piece: Piece) -> tuple[list[str], int]:
    """Three related headlines and a number of comments, the same each time the page is asked for."""
    chance = random.Random(f"clutter/{piece.id}/{piece.published}")
    return chance.sample(_RELATED, 3), chance.randrange(4, 260)


def _json_ld(piece: Piece, site: Site, url: str, *, graph: bool = False) -> str:
    day = piece.published.astimezone(site.zone).isoformat()
    data = {
        "@type": "NewsArticle",
        "headline": shown_title(piece),
        "datePublished": day,
        "dateModified": day,
        "mainEntityOfPage": url,
        "author": [{"@type": "Person", "name": piece.author}],
        "articleSection": piece.section,
        "publisher": {"@type": "NewsMediaOrganization", "name": site.name},
    }
    data = (
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": site.name}, data]}
        if graph
        else {"@context": "https://schema.org", **data}
    )
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def _open_graph(piece: Piece, site: Site, url: str) -> str:
    return (
        f'<meta property="og:type" content="article"><meta property="og:title" content="{escape(shown_title(piece))}">'
        f'<meta property="og:site_name" content="{escape(site.name)}"><meta property="og:url" content="{url}">'
        f'<meta property="article:published_time" content="{piece.published.astimezone(site.zone).isoformat()}">'
    )


def _page(site: Site, title: str, head: str, body: str, url: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{site.language}">\n<head>\n<meta '
        f'charset="utf-8">\n<title>{escape(title)}</title>\n'
        f'<link rel="canonical" href="{url}">\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'
    )


def _nav(site: Site) -> str:
    return "".join(f'<a href="/{section}/">{section.title()}</a> ' for section in site.sections)


def _meridian(piece: Piece, site: Site, url: str) -> str:
    related, comments = _clutter(piece)
    body = f"""<div id="cookie-banner" role="dialog"><p>We and our 214 partners use cookies.</p><button>Accept all</button></div>
<header><a href="/">{site.name}</a><nav>{_nav(site)}</nav></header>
<main><article><h1>{escape(shown_title(piece))}</h1>
<div class="byline"><span class="author">{escape(piece.author)}</span> <time datetime="{piece.published.isoformat()}">{piece.published:%d %B %Y}</time></div>
<div class="story-body">{_paragraphs(piece.paragraphs)}</div></article>
<aside class="live-ticker"><h2>Live</h2><ul>{_items(_TICKER)}</ul></aside>
<section class="related"><h2>More on this story</h2><ul>{_items(related)}</ul></section>
<section id="comments"><h2>{comments} Comments</h2><a href="/about">Post a Comment</a></section></main>
<footer>{site.name}. 24 hours a day, 7 days a week.</footer>"""
    return _page(site, f"{shown_title(piece)} - {site.name}", _json_ld(piece, site, url), body, url)


def _kingsgate(piece: Piece, site: Site, url: str) -> str:
    related, comments = _clutter(piece)
    body = f"""<div class="masthead"><a href="/">{site.name}</a> <span>Founded 1788</span></div><nav>{_nav(site)}</nav>
<div class="content"><div class="breadcrumb"><a href="/">Home</a> &gt; <a href="/{piece.section}/">{piece.section}</a></div>
<h1 class="headline">{escape(shown_title(piece))}</h1>
<p class="meta">By {escape(piece.author)} | {piece.published.astimezone(site.zone):%A %d %B %Y, %H:%M}</p>
<div class="article__body">{_paragraphs(piece.paragraphs[:2])}
<div class="promo"><h3>Most read</h3><ol>{_items(related)}</ol></div>
{_paragraphs(piece.paragraphs[2:])}</div>
<div class="subscribe"><p>Subscribe for £1 a week for 3 months. Cancel any time.</p></div>
<div class="comments"><a href="/about">Comments ({comments})</a></div></div>
<footer>&copy; {site.name}</footer>"""
    return _page(site, shown_title(piece), _json_ld(piece, site, url, graph=True), body, url)


def _lantern(piece: Piece, site: Site, url: str) -> str:
    related, comments = _clutter(piece)
    body = f"""<div class="gdpr-overlay"><p>Your privacy matters. Choose from 3 options.</p></div>
<div class="top"><a class="logo" href="/">{site.name}</a>{_nav(site)}</div>
<div class="wrap"><article class="post"><h1>{escape(shown_title(piece))}</h1><span class="by">By <a rel="author" href="/about">{escape(piece.author)}</a></span>
<ul class="share"><li>Share</li><li>{comments * 7} shares</li><li>Comments</li></ul>
{_paragraphs(piece.paragraphs)}
</article>
<div class="sidebar"><h4>DON'T MISS</h4><ul>{_items(related)}</ul></div>
<div class="read-more"><h4>TOP 5</h4><ol>{_items(_RELATED[:5])}</ol></div>
<p class="post-comment"><a href="/about">Post a Comment</a></p></div>"""
    head = _open_graph(piece, site, url) + f'<meta name="author" content="{escape(piece.author)}">'
    return _page(site, f"{shown_title(piece)} | {site.name}", head, body, url)


def _fenland(piece: Piece, site: Site, url: str) -> str:
    related, _ = _clutter(piece)
    local = piece.published.astimezone(site.zone)
    clock = f"{local.hour % 12 or 12}.{local.minute:02d}{'am' if local.hour < 12 else 'pm'}"
    body = f"""<table><tr><td><a href="/">{site.name}</a></td><td>{_nav(site)}</td></tr></table>
<div id="story"><h2 class="title">{escape(shown_title(piece))}</h2>
<div class="posted">By {escape(piece.author)}<br>Published: {local.day} {local:%B %Y}, {clock}</div>
{_paragraphs(piece.paragraphs)}
</div>
<div id="also"><h3>Also in the {site.name}</h3><ul>{_items(related)}</ul></div>
<div id="foot">Newsdesk: 01632 960114. Circulation 21,406.</div>"""
    return _page(site, f"{site.name}: {shown_title(piece)}", "", body, url)


def _taw(piece: Piece, site: Site, url: str) -> str:
    local = piece.published.astimezone(site.zone)
    first = f"{local:%B} {local.day} (TAW) - {piece.paragraphs[0]}"
    related, _ = _clutter(piece)
    body = f"""<header><a href="/">{site.name}</a> <nav>{_nav(site)}</nav></header>
<main id="wire"><h1>{escape(shown_title(piece))}</h1><p class="byline">By {escape(piece.author)}</p>
<time datetime="{local.isoformat()}">{local:%b %d, %Y %I:%M %p}</time>
<div class="text" itemprop="articleBody">{_paragraphs((first, *piece.paragraphs[1:]))}</div></main>
<aside><h2>Top stories</h2><ul>{_items(related)}</ul></aside>
<footer>{site.name} serves 1,300 newsrooms. All rights reserved.</footer>"""
    return _page(site, f"{shown_title(piece)} - TAW", _json_ld(piece, site, url), body, url)


def _ledger(piece: Piece, site: Site, url: str) -> str:
    related, comments = _clutter(piece)
    credit = f'<p class="credit">Source: {escape(piece.credit)}</p>' if piece.credit else ""
    body = f"""<div class="paywall-note"><p>You have 2 free articles left this month.</p></div>
<header><a href="/">{site.name}</a><nav>{_nav(site)}</nav></header>
<article id="story"><header><h1>{escape(shown_title(piece))}</h1><p class="author">{escape(piece.author)}</p></header>
<section name="articleBody">{_paragraphs(piece.paragraphs)}{credit}</section></article>
<div class="comments-button"><button>Read {comments} comments</button></div>
<section class="recirculation"><h2>Editors' Picks</h2><ul>{_items(related)}</ul></section>
<footer>Weather: 31F, wind 12 mph.</footer>"""
    head = _open_graph(piece, site, url) + f'<meta name="author" content="{escape(piece.author)}">'
    return _page(site, f"{shown_title(piece)} - {site.name}", head, body, url)


def _bsa(piece: Piece, site: Site, url: str) -> str:
    related, _ = _clutter(piece)
    local = piece.published.astimezone(site.zone)
    body = f"""<div class="bar"><a href="/">{site.name}</a> {_nav(site)}</div>
<div class="news-text"><h1>{escape(shown_title(piece))}</h1>
{_paragraphs(piece.paragraphs)}
<p class="sign">BSA, {escape(piece.author)}</p></div>
<div class="right"><h3>Numbers of the day</h3><ul><li>1 euro = 1.08 dollars</li><li>Orva gauge: 212 cm</li></ul><ul>{_items(related)}</ul></div>"""
    head = f'<meta name="date" content="{local.isoformat()}"><meta name="author" content="{escape(piece.author)}">'
    return _page(site, f"{shown_title(piece)} - {site.name}", head, body, url)


def _tagblatt(piece: Piece, site: Site, url: str) -> str:
    body = f"""<div class="consent"><p>Mit Werbung und 168 Partnern weiterlesen</p></div>
<header><a href="/">{site.name}</a><nav>{_nav(site)}</nav></header>
<main><article><h1>{escape(shown_title(piece))}</h1><p class="autor">Von {escape(piece.author)}</p>
<div class="artikel">{_paragraphs(piece.paragraphs)}</div></article>
<section class="mehr"><h2>Meistgelesen</h2><ol><li>7 Tipps gegen Motten</li><li>Wer 1.200 Euro zurückbekommt</li></ol></section></main>"""
    return _page(site, f"{shown_title(piece)} | {site.name}", _json_ld(piece, site, url), body, url)


_ARTICLE: dict[str, Callable[[Piece, Site, str], str]] = {
    "gb/meridian": _meridian,
    "gb/kingsgate": _kingsgate,
    "gb/lantern": _lantern,
    "gb/fenland": _fenland,
    "us/taw": _taw,
    "us/ledger": _ledger,
    "xb/bsa": _bsa,
    "de/tagblatt": _tagblatt,
}


def article_page(piece: Piece, url: str) -> str:
    """The HTML page of an article on its outlet's site."""
    return _ARTICLE[piece.outlet](piece, SITES[piece.outlet], url)


def list_page(
    site: Site, heading: str, links: Sequence[Link], url: str, *, older: str | None = None, also: Sequence[str] = ()
) -> str:
    """A front or section page: headlines, newest first. `older` is the address of the next page, `also` further
    links."""
    rows = "\n".join(
        f'<div class="teaser"><a href="{link.url}">{escape(link.title)}</a><p>{escape(link.summary)}</p></div>'
        for link in links
    )
    more = f'<a class="older" rel="next" href="{older}">Older stories</a>' if older else ""
    further = "".join(f'<a href="{address}">{escape(address)}</a>' for address in also)
    top = f"<header><a href='/'>{escape(site.name)}</a><nav>{_nav(site)}</nav></header><h1>{escape(heading)}</h1>"
    body = f"{top}\n{rows}\n{more}{further}<ul>{_items(_RELATED)}</ul>"
    return _page(site, f"{heading} - {site.name}", "", body, url)


def trap_page(site: Site, url: str) -> str:
    """An article behind robots.txt: who reads it did not obey."""
    body = f"""<main><h1>Draft: 9,999 killed in Vessa floods</h1><p>9,999 people have been killed in the floods on the Vessa, the Civil Protection
Service said. This page is a rehearsal of the newsroom's system and was never meant to be read by anybody outside.</p></main><footer>{site.name}</footer>"""
    return _page(site, "Draft: 9,999 killed in Vessa floods", "", body, url)
