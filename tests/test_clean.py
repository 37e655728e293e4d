"""Pages into articles: fields from every place that gives them, bad pages with a reason, revisions with their difference."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from processing.clean import clean_file, clean_pages, is_other_article, next_revision, under_own_address
from processing.clean.article import extract_page, make_article
from processing.clean.fields import canonical_address
from processing.clean.page import decode_page
from processing.clean.people import read_credit, split_names
from processing.moments import Moment, read_moment
from processing.workers import close_workers
from schemas.config import Outlet
from schemas.errors import PageError
from schemas.records import Article, Page, Rejection
from tests.support import records
from tests.support.records import make_page

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
URL = "https://www.courier.example/world/dam-breaks-at-orlmark-1234"
BODY = [
    "A dam above the town of Orlmark broke on Tuesday night, and the water swept through the lower streets within minutes of the first alarm.",
    "Twelve people died and about 300 lost their homes, the rescue service of the province said in the morning, adding that the search went on.",
    "The mayor, Ines Harrow, asked for pumps and boats from neighbouring towns, and said that schools would stay closed until the end of the week.",
    "Engineers of the dam's operator had warned of a jammed gate in the spring, according to minutes of a meeting that the council published.",
]
COURIER = Outlet(
    id="gb/courier", name="The Courier", country="gb", language="en", timezone="Europe/London", home="https://www.courier.example/",
    feeds=("https://www.courier.example/feed",),
)  # fmt: skip


def html(
    head: str = "",
    before: str = "",
    after: str = "",
    *,
    body: list[str] = BODY,
    title: str = "Dam breaks at Orlmark",
    lang: str = "en",
) -> bytes:
    paragraphs = "\n".join(f"<p>{text}</p>" for text in body)
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} | The Courier</title>{head}</head><body><nav><a href="/">Home</a></nav>'
        f"<main><article><h1>{title}</h1>{before}{paragraphs}</article>{after}</main><footer>© The Courier</footer></body></html>"
    ).encode()


def ld(**fields: Any) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Dam breaks at Orlmark", **fields}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def read(page: bytes, url: str = URL, outlet: Outlet | None = COURIER) -> Any:
    return extract_page(page, url, now=NOW, outlet=outlet)


# ---------------------------------------------------------------- fields

DATES = {
    "JSON-LD with offset": (html(ld(datePublished="2025-05-20T07:15:00+02:00")), "2025-05-20T07:15:00+02:00"),
    "JSON-LD before the WebPage's own date": (
        html(ld(datePublished="2025-05-20T07:15:00Z") + ld(**{"@type": "WebPage", "datePublished": "2025-05-19T01:00:00Z"})),
        "2025-05-20T07:15:00+00:00",
    ),
    "Open Graph": (html('<meta property="article:published_time" content="2025-05-20T07:15:09.123Z">'), "2025-05-20T07:15:09+00:00"),
    "a day in meta, the minute in the element": (
        html('<meta name="date" content="2025-05-20">', '<time datetime="2025-05-20T07:15+01:00">20 May</time>'), "2025-05-20T07:15:00+01:00",
    ),
    "microdata": (html(before='<span itemprop="datePublished" content="2025-05-20T07:15:00+01:00">today</span>'), "2025-05-20T07:15:00+01:00"),
    "data attribute": (html(before='<span class="timestamp" data-timestamp="1747725300000">today</span>'), "2025-05-20T07:15:00+00:00"),
    "visible, with a zone": (html(before='<div class="article-date">May 20, 2025 3:15 pm EDT</div>'), "2025-05-20T15:15:00-04:00"),
    "visible, the outlet's own zone": (html(before='<p class="byline">By Ann Lee</p><p>20 May 2025, 07:15 BST</p>'), "2025-05-20T07:15:00+01:00"),
    "visible, time first, no zone": (
        html(before='<span class="pub-date">07:15, 20 May 2025</span><span>Updated 09:00, 21 May 2025</span>'), "2025-05-20T07:15:00",
    ),
    "only a day": (html('<meta name="dc.date" content="2025-05-20">'), "2025-05-20"),
    "midnight without a zone is a day": (html('<meta property="article:published_time" content="2025-05-20T00:00:00">'), "2025-05-20"),
    "the address": (html(), "2025-05-20"),
    "the future is not believed": (
        html(ld(datePublished="2031-01-01T00:10:00Z"), '<time datetime="2025-05-20T07:15:00Z">x</time>'), "2025-05-20T07:15:00+00:00",
    ),
    "teasers of other articles": (
        html(after='<aside><time datetime="2025-05-28T10:00:00Z">28 May</time></aside>', before='<div class="published">20.05.2025 07:15</div>'),
        "2025-05-20T07:15:00",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), DATES.values(), ids=DATES)
def test_the_publication_date_is_found(page: bytes, expected: str) -> None:
    url = "https://www.courier.example/2025/05/20/dam" if expected == "2025-05-20" else URL
    assert read(page, url).published.text() == expected


US = COURIER.model_copy(update={"country": "us", "timezone": "America/New_York"})
DUBLIN = COURIER.model_copy(update={"country": "ie", "timezone": "Europe/Dublin"})
INDIA = COURIER.model_copy(update={"country": "in", "timezone": "Asia/Kolkata"})
ISRAEL = COURIER.model_copy(update={"country": "il", "timezone": "Asia/Jerusalem"})
BANGLADESH = COURIER.model_copy(update={"country": "bd", "timezone": "Asia/Dhaka"})
AUSTRALIA = COURIER.model_copy(update={"country": "au", "timezone": "Australia/Sydney"})


def dated(text: str) -> bytes:
    return html(before=f'<p class="dates">{text}</p>')


SAID_DATES = {
    "updated first": (dated("Updated 22 May 2025 09:00 BST<br>Published 20 May 2025 14:05 BST"), COURIER, "2025-05-20T14:05:00+01:00"),
    "updated first, German": (dated("Aktualisiert: 22.05.2025, 09:00 Uhr. Veröffentlicht: 20.05.2025, 14:05 Uhr"), COURIER, "2025-05-20T14:05:00"),
    "updated first, French": (dated("Mis à jour le 22 mai 2025 à 9h00 - Publié le 20 mai 2025 à 14h05"), COURIER, "2025-05-20T14:05:00"),
    "updated first, Spanish": (dated("Actualizado: 22 mayo 2025 09:00. Publicado: 20 mayo 2025 14:05"), COURIER, "2025-05-20T14:05:00"),
    "updated behind": (dated("20 May 2025, 14:05; last modified 22 May 2025, 09:00"), COURIER, "2025-05-20T14:05:00"),
    "two elements of time": (html(before='<div class="dates">Updated: <time datetime="2025-05-22T09:00Z">22 May</time> Published: <time datetime="2025-05-20T14:05Z">20 May</time></div>'), COURIER, "2025-05-20T14:05:00+00:00"),
    "only updated": (html(before='<p class="dates">Updated 22 May 2025</p>'), COURIER, None),
    "only modified for machines": (html('<meta property="article:modified_time" content="2025-05-22T09:00:00Z">'), COURIER, None),
    "copyright": (html(after="<footer>© 2019 The Courier</footer>"), COURIER, None), "since 1998": (html(after="<p>Serving the town since 1998.</p>"), COURIER, None),
    "a budget year": (html(title="2025/26 budget of the town in short"), COURIER, None), "a telephone": (html(after="<footer>Tel. 040 2018 12 04</footer>"), COURIER, None),
    "day first": (dated("05/04/2025"), COURIER, "2025-04-05"), "month first": (dated("05/04/2025"), US, "2025-05-04"),
    "month first as the language says": (html(before='<p class="dates">05/04/2025</p>', lang="en-US"), None, "2025-05-04"),
    "only one order is possible": (dated("05/20/2025"), COURIER, "2025-05-20"), "the other has not come yet": (dated("05/11/2025"), COURIER, "2025-05-11"),
    "two that agree on one day": (html('<meta name="date" content="04/05/2025 12:43:42">', after="<p>Erstellt am: 05.04.2025</p>"), None, "2025-04-05T12:43:00"),
    "IST of Dublin": (dated("20 May 2025 14:05 IST"), DUBLIN, "2025-05-20T14:05:00+01:00"), "IST of India": (dated("20 May 2025 14:05 IST"), INDIA, "2025-05-20T14:05:00+05:30"),
    "IST of Israel": (dated("20 May 2025 14:05 IST"), ISRAEL, "2025-05-20T14:05:00+03:00"), "BST of Dhaka": (dated("20 May 2025 14:05 BST"), BANGLADESH, "2025-05-20T14:05:00+06:00"),
    "EST of Sydney": (dated("20 May 2025 14:05 EST"), AUSTRALIA, "2025-05-20T14:05:00+10:00"), "Russian": (dated("20 мая 2025, 14:05"), COURIER, "2025-05-20T14:05:00"),
    "Polish": (dated("20 maja 2025, 14:05"), COURIER, "2025-05-20T14:05:00"), "not yet come": (dated("2 June 2025 09:00"), COURIER, None),
    "a time that has not come is no time": (html('<meta property="article:published_time" content="2025-06-01T15:00:00">'), COURIER, "2025-06-01"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "outlet", "expected"), SAID_DATES.values(), ids=SAID_DATES)
def test_what_dates_are_called_and_how_they_are_written(
    page: bytes, outlet: Outlet | None, expected: str | None
) -> None:
    found = read(page, outlet=outlet).published
    assert (found and found.text()) == expected


SLUGS = {
    "a folder of a day": ("/2025/05/20/dam-breaks", html(), "2025-05-20"), "a folder with a name": ("/2025/may/20/dam-breaks", html(), "2025-05-20"),
    "a slug alone": ("/world/dam-2025-05-20", html(), "2025-05-20"), "a slug against the page": ("/world/flood-of-2011-03-17-remembered", dated("20 May 2025"), "2025-05-20"),
    "a number that is no day": ("/world/dam-20259999", html(), None), "a day to come": ("/world/what-happens-on-2025-09-01", html(), None),
}  # fmt: skip


@pytest.mark.parametrize(("path", "page", "expected"), SLUGS.values(), ids=SLUGS)
def test_a_day_in_an_address_is_weak(path: str, page: bytes, expected: str | None) -> None:
    found = read(page, f"https://www.courier.example{path}").published
    assert (found and found.text()) == expected


def test_a_change_that_is_seen_is_the_modified_time() -> None:
    page = dated("Updated 22 May 2025 09:00 BST<br>Published 20 May 2025 14:05 BST")
    assert read(page).modified == datetime(2025, 5, 22, 8, 0, tzinfo=UTC)


MOMENTS = {
    "2025-05-20": ("2025-05-20", None),
    "2025-05-20T07:15:00+0200": ("2025-05-20T07:15:00+02:00", None),
    "2025-05-20 07:15:00 UTC": ("2025-05-20T07:15:00+00:00", None),
    "Tue, 20 May 2025 07:15:00 GMT": ("2025-05-20T07:15:00+00:00", None),
    "Published 7.15am, Tue 20 May 2025": ("2025-05-20T07:15:00", None),
    "20 mai 2025 à 7h15": ("2025-05-20T07:15:00", None),
    "05/06/2025": ("2025-06-05", None),
    "05/06/2025 ": ("2025-05-06", "us"),
    "20. Mai 2025, 7:15 Uhr": ("2025-05-20T07:15:00", None),
    "May 20, 2025 at 7:15 PM ET": ("2025-05-20T19:15:00-04:00", None),
    "2025年5月20日 7:15": ("2025-05-20T07:15:00", None),
    "31 June 2025": (None, None),
    "no date": (None, None),
    "": (None, None),
}


@pytest.mark.parametrize(("text", "expected"), MOMENTS.items(), ids=MOMENTS)
def test_a_date_is_read_from_text(text: str, expected: tuple[str | None, str | None]) -> None:
    moment = read_moment(text, country=expected[1])
    assert (moment.text() if moment else None) == expected[0]


AUTHORS = {
    "JSON-LD person": (html(ld(author={"@type": "Person", "name": "Ann Lee"})), ("Ann Lee",)),
    "JSON-LD list and reference": (
        html('<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","headline":"Dam breaks at Orlmark","author":[{"@id":"#p1"},'
             '{"@type":"Person","name":"Bo Chen"}]},{"@type":"Person","@id":"#p1","name":"Ann Lee"}]}</script>'), ("Ann Lee", "Bo Chen"),
    ),
    "JSON-LD text with two names": (html(ld(author="By Ann Lee and Bo Chen")), ("Ann Lee", "Bo Chen")),
    "the outlet is no author": (html(ld(author={"@type": "Organization", "name": "The Courier"}) + '<meta name="author" content="Ann Lee">'), ("Ann Lee",)),
    "an agency beside a person": (
        html(ld(author=[{"@type": "Person", "name": "Ann Lee"}, {"@type": "Organization", "name": "Reuters"}])), ("Ann Lee", "Reuters"),
    ),
    "an address is no name": (
        html('<meta property="article:author" content="https://facebook.com/courier"><meta name="author" content="Ann Lee">'), ("Ann Lee",),
    ),
    "visible byline with links": (html(before='<div class="byline">By <a href="/a">Ann Lee</a>, <a href="/b">Bo Chen</a></div>'), ("Ann Lee", "Bo Chen")),
    "visible byline with a role": (html(before='<span class="author-name">Ann Lee Political editor</span>'), ("Ann Lee",)),
    "visible byline with an agency": (html(before='<p class="StyledByline">By Ann Lee and Bo Chen The Associated Press</p>'), ("Ann Lee", "Bo Chen")),
    "a line that no attribute names": (html(before="<p>Written by Ann Lee</p>"), ("Ann Lee",)),
    "commenters are no authors": (html(after='<div class="comments"><span class="comment-author">Cy Dorn</span></div>'), ()),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), AUTHORS.values(), ids=AUTHORS)
def test_the_authors_are_found(page: bytes, expected: tuple[str, ...]) -> None:
    assert read(page).authors == expected


def test_names_are_split_without_roles_places_and_links() -> None:
    cases = {
        "By ANN LEE": ["ANN LEE"], "Ann Lee, Bo Chen and Cy de la Dorn": ["Ann Lee", "Bo Chen", "Cy de la Dorn"], "Ann Lee in Paris": ["Ann Lee"],
        "Ann Lee | The Courier": ["Ann Lee"], "https://x.example/ann": [], "Ann Lee, Chief Reporter": ["Ann Lee"], "ann@x.example": [], "": [],
    }  # fmt: skip
    assert {raw: split_names(raw) for raw in cases} == cases


TITLES = {
    "heading before a shorter Open Graph title": (html('<meta property="og:title" content="Dam breaks">'), "Dam breaks at Orlmark"),
    "section heading is passed over": (
        html(ld() + '<meta property="og:title" content="Dam breaks at Orlmark | The Courier">').replace(b"<h1>", b"<h1>World news</h1><h1>", 1),
        "Dam breaks at Orlmark",
    ),
    "no heading: Open Graph without the site": (
        html('<meta property="og:title" content="Dam breaks at Orlmark - The Courier"><meta property="og:site_name" content="The Courier">')
        .replace(b"h1>", b"h4>"),
        "Dam breaks at Orlmark",
    ),
    "a label that only the heading has": (
        html('<meta property="og:title" content="Dam breaks at Orlmark after rain">', title="LIVE: Dam breaks at Orlmark after rain"),
        "Dam breaks at Orlmark after rain",
    ),
    "an Open Graph title in other words": (
        html('<meta property="og:title" content="Orlmark dam breaks, twelve are dead after heavy rain">', title="Dam breaks at Orlmark after heavy rain"),
        "Dam breaks at Orlmark after heavy rain",
    ),
    "no heading: the title element": (html().replace(b"h1>", b"h4>"), "Dam breaks at Orlmark"),
    "escaped twice": (html(ld(headline="Dam breaks &amp;#8216;at&amp;#8217; Orlmark")).replace(b"h1>", b"h4>"), "Dam breaks ‘at’ Orlmark"),
    "a bar that belongs to the headline": (html(title="FLOOD | Dam breaks at Orlmark"), "FLOOD | Dam breaks at Orlmark"),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), TITLES.values(), ids=TITLES)
def test_the_headline_is_found(page: bytes, expected: str) -> None:
    assert read(page).title == expected


CREDITS = {
    "dateline": ("ORLMARK (AP) — A dam broke.\n\nMore.", (), "AP"),
    "dateline with a date": ("Orlmark, May 20 (Reuters) - A dam broke.", (), "Reuters"),
    "byline": ("A dam broke.", ("Agence France-Presse",), "AFP"),
    "byline with a place": ("A dam broke.", ("Associated Press in Orlmark",), "AP"),
    "closing mark": ("A dam broke.\n\nTwelve died. — Bernama", (), "Bernama"),
    "closing line": ("A dam broke.\n\n(dpa)", (), "dpa"),
    "desk line": ("A dam broke.\n\n(Reporting by Ann Lee; Editing by Bo Chen)", (), "Reuters"),
    "an agency that no list names": ("A dam broke.", ("Transcoastal Wire",), "Transcoastal Wire"),
    "contribution is no credit": (
        "A dam broke.\n\nThe Associated Press contributed to this report.",
        ("Ann Lee",),
        None,
    ),
    "a mention is no credit": ("A dam broke, Reuters reported.\n\nTwelve died.", (), None),
}


@pytest.mark.parametrize(("text", "authors", "expected"), CREDITS.values(), ids=CREDITS)
def test_the_agency_is_credited(text: str, authors: tuple[str, ...], expected: str | None) -> None:
    assert read_credit(text, authors) == expected


def test_the_text_keeps_the_standfirst_and_leaves_furniture_and_comments() -> None:
    lead = "A jammed gate had been known for months before the water came, papers of the council show."
    page = html(
        f'<meta property="og:description" content="{lead}">', f'<p class="x">{lead}</p>',
        '<div id="comments"><p>First comment on this, and a long one.</p></div>',
        body=[*BODY[:2], "Advertisement", "READ MORE: Ten dams to see", *BODY[2:]],
    )  # fmt: skip
    assert read(page).text == "\n\n".join([lead, *BODY])


def test_lines_around_the_text_that_say_who_and_when_are_no_text() -> None:
    lines = ["Dam breaks at Orlmark", "By Ann Lee", "Published: 20 May 2025, 7.02am", *BODY, "CNA, Ann Lee"]
    page = (
        '<html lang="en"><head><title>The Courier: Dam breaks at Orlmark</title></head><body><div id="story"><h2 class="title">Dam breaks at Orlmark</h2>'
        '<div class="posted">By Ann Lee<br>Published: 20 May 2025, 7.02am</div>' + "".join(f"<p>{line}</p>" for line in lines) + "</div></body></html>"
    )  # fmt: skip
    found = read(page.encode())
    assert (found.title, found.authors, found.published.text(), found.text) == (
        "Dam breaks at Orlmark",
        ("Ann Lee",),
        "2025-05-20T07:02:00",
        "\n\n".join(BODY),
    )


def test_a_body_cut_by_advertisements_is_joined() -> None:
    parts = [[f"{text} Part {n} says so." for text in BODY] for n in range(3)]
    cut = "<aside>ad</aside>".join(
        f'<div class="row"><div class="body__part">{"".join(f"<p>{t}</p>" for t in part)}</div></div>' for part in parts
    )
    page = html(before=cut, body=[])
    assert read(page).text == "\n\n".join(text for part in parts for text in part)


def test_a_page_drawn_by_scripts_gives_the_text_of_its_json_ld() -> None:
    page = html(ld(articleBody="<p>" + "</p><p>".join(BODY) + "</p>"), body=[])
    assert read(page).text == "\n\n".join(BODY)


CANONICAL = {
    "link": ('<link rel="canonical" href="/world/dam?utm_source=x#top">', "https://www.courier.example/world/dam"),
    "another site's is passed over": ('<link rel="canonical" href="https://aggregator.example/1">', URL),
    "the front page is passed over": ('<link rel="canonical" href="https://www.courier.example/">', URL),
    "Open Graph": (
        '<meta property="og:url" content="https://courier.example/world/dam">',
        "https://courier.example/world/dam",
    ),
    "none": ("", URL),
}


@pytest.mark.parametrize(("head", "expected"), CANONICAL.values(), ids=CANONICAL)
def test_one_article_has_one_address(head: str, expected: str) -> None:
    assert read(html(head), URL + "?fbclid=1").canonical_url == expected


def test_an_address_keeps_what_names_the_article() -> None:
    assert (
        canonical_address("HTTPS://Courier.example/a?id=7&utm_medium=x&cid=9#c")
        == "https://courier.example/a?id=7&cid=9"
    )


NAMED = {  # own path, canonical path, whether it is believed
    "another article's": ("/world/dam-breaks-at-orle", "/world/dockers-walk-out", False),
    "with the section's word": ("/world/orle-dam", "/world/port-strike-in-tarne.html", False),
    "the headline as it was": ("/world/dam-breaks-at-orle", "/world/twelve-dead-after-dam-breaks", True),
    "an own address of numbers": ("/story/4711", "/world/dockers-walk-out", True),
    "the same number": ("/dam-breaks-at-orle-4711.html", "/4711/dockers-walk-out", True),
    "a canonical one of numbers": ("/world/dam-breaks-at-orle", "/a/4711", True),
    "a page for small screens": ("/amp/world/dam-breaks-at-orle", "/world/dam-breaks-at-orle", True),
    "an own address that says nothing": ("/world/more-of-this", "/world/dockers-walk-out", True),
}


@pytest.mark.parametrize(("own", "told", "believed"), NAMED.values(), ids=NAMED)
def test_an_address_of_another_articles_name_is_no_canonical_one(own: str, told: str, believed: bool) -> None:
    site = "https://www.courier.example"
    page = html(f'<link rel="canonical" href="{site}{told}">', title="Dam breaks at Orle")
    assert read(page, site + own).canonical_url == site + (told if believed else own)


LANGUAGES = {
    "text against a wrong label": ("de", BODY, "en"),
    "another language": ("", ["Ein Damm oberhalb der Stadt brach in der Nacht zum Mittwoch, und das Wasser riss viele Häuser mit sich.",
                              "Zwölf Menschen starben, wie die Rettungskräfte am Morgen mitteilten, und rund dreihundert verloren ihre Wohnung."], "de"),
}  # fmt: skip


@pytest.mark.parametrize(("label", "body", "expected"), LANGUAGES.values(), ids=LANGUAGES)
def test_the_language_is_the_texts(label: str, body: list[str], expected: str) -> None:
    assert read(html(lang=label, body=body)).language == expected


# ---------------------------------------------------------------- whole records


def test_a_page_becomes_a_whole_article() -> None:
    head = ld(
        datePublished="2025-05-20T23:30:00Z", dateModified="2025-05-21T08:00:00Z", author={"@type": "Person", "name": "Ann Lee"}, articleSection="World",
        publisher={"@type": "Organization", "name": "The Courier"},
    )  # fmt: skip
    page = make_page(url=URL, final_url=URL, fetched_at=NOW)
    found = make_article(html(head), page, COURIER, now=NOW)
    assert isinstance(found, Article)
    assert found == records.make_article(
        id=found.id, key=found.key, digest=found.digest, page_id=page.id, url=URL, outlet=page.outlet, title="Dam breaks at Orlmark", text="\n\n".join(BODY),
        authors=("Ann Lee",), published=datetime(2025, 5, 20, 23, 30, tzinfo=UTC), published_day=date(2025, 5, 21),
        modified=datetime(2025, 5, 21, 8, 0, tzinfo=UTC), sitename="The Courier", section="World", fetched_at=NOW,
    )  # fmt: skip


PLACED = {
    "a time without a zone is the outlet's": (
        COURIER,
        "2025-05-20T07:15:00",
        datetime(2025, 5, 20, 6, 15, tzinfo=UTC),
        "minute",
        date(2025, 5, 20),
    ),
    "without an outlet it is known to the day": (
        None,
        "2025-05-20T07:15:00",
        datetime(2025, 5, 20, tzinfo=UTC),
        "day",
        date(2025, 5, 20),
    ),
    "a day is the outlet's midnight": (
        COURIER,
        "2025-05-20",
        datetime(2025, 5, 19, 23, 0, tzinfo=UTC),
        "day",
        date(2025, 5, 20),
    ),
}


@pytest.mark.parametrize(("outlet", "given", "moment", "precision", "day"), PLACED.values(), ids=PLACED)
def test_a_date_is_placed_in_the_outlets_zone(
    outlet: Outlet | None, given: str, moment: datetime, precision: str, day: date
) -> None:
    page = html(f'<meta property="article:published_time" content="{given}">')
    found = make_article(page, make_page(url=URL, fetched_at=NOW), outlet, now=NOW)
    assert isinstance(found, Article)
    assert (found.published, found.published_precision, found.published_day) == (moment, precision, day)


def test_a_listings_time_refines_a_pages_day() -> None:
    page = make_page(url=URL, fetched_at=NOW, meta={"published": "2025-05-20T07:15:00+00:00", "authors": ["Ann Lee"]})
    found = make_article(html('<meta name="date" content="2025-05-20">'), page, COURIER, now=NOW)
    assert isinstance(found, Article)
    assert (found.published, found.published_precision, found.authors) == (
        datetime(2025, 5, 20, 7, 15, tzinfo=UTC),
        "minute",
        ("Ann Lee",),
    )


def test_a_ready_text_is_taken_as_it_is() -> None:
    meta = {
        "title": "Dam breaks",
        "published": "2025-05-20T07:15:00Z",
        "authors": ["Ann Lee"],
        "outlet": "Courier",
        "country": "GB",
    }
    page = make_page(
        url="urn:record:7", final_url="urn:record:7", outlet="ingest", content_type="application/json", meta=meta
    )
    found = make_article("\n".join(["Dam breaks", *BODY]).encode(), page, None, now=NOW)
    assert isinstance(found, Article)
    assert (found.title, found.text, found.authors, found.outlet_name, found.country, found.language, found.published) == (
        "Dam breaks", "\n\n".join(BODY), ("Ann Lee",), "Courier", "gb", "en", datetime(2025, 5, 20, 7, 15, tzinfo=UTC),
    )  # fmt: skip


# ---------------------------------------------------------------- bad pages

NESTED = '<script type="application/ld+json">' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "</script>"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{i} "{f"&a{i - 1 if i else str()};" * 10}">' for i in range(9))
    + "]>"
    "<html><body><p>&a8;</p></body></html>"
)
REFUSED = {
    "empty": (b"", None, "empty"),
    "blank": (b" \n\t\x00 ", None, "empty"),
    "too large": (b"<html>" + b"<p>x</p>" * 4_000_000, None, "too_large"),
    "gzip bomb": (gzip.compress(b"<p>" + b"0" * 40_000_000), None, "too_large"),
    "broken gzip": (gzip.compress(html())[:200], None, "not_html"),
    "PDF": (b"%PDF-1.7 ...", None, "not_html"),
    "image by its type": (b"\x00\x01\x02", "image/webp", "not_html"),
    "binary": (bytes(range(256)) * 50, None, "not_html"),
    "a feed": (
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>',
        "text/xml",
        "not_html",
    ),
    "JSON": (b'{"title": "x", "body": "<p>y</p>"}', "text/html", "not_html"),
    "plain text": (b"no element in sight", "text/html", "not_html"),
    "XML bomb": (BOMB.encode(), "text/html", "no_article"),
    "no article": (b"<html><body><nav><a href='/'>Home</a></nav></body></html>", None, "no_article"),
}


@pytest.mark.parametrize(("body", "kind", "code"), REFUSED.values(), ids=REFUSED)
def test_a_page_without_an_article_gives_its_reason(body: bytes, kind: str | None, code: str) -> None:
    started = time.process_time()
    found = make_article(body, make_page(url=URL, content_type=kind), None, now=NOW)
    assert isinstance(found, Rejection)
    assert (found.code, found.url, bool(found.reason)) == (code, URL, True)
    assert time.process_time() - started < 5


HOSTILE = {
    "broken JSON-LD": '<script type="application/ld+json">{"@type":"NewsArticle","author":</script>',
    "many repeated authors in broken JSON-LD": '<script type="application/ld+json">{"@type":"NewsArticle",'
    + '"author":{"name":"Ann Lee"},' * 20_000
    + "</script>",
    "deep JSON-LD": NESTED,
    "huge valid JSON-LD": ld(**{"@type": "ItemList", "itemListElement": [{"name": "x" * 50}] * 20_000}),
}


@pytest.mark.parametrize("head", HOSTILE.values(), ids=HOSTILE)
def test_hostile_json_ld_costs_little_and_harms_nothing(head: str) -> None:
    started = time.process_time()
    found = read(html(head + '<meta name="author" content="Ann Lee">'))
    assert (found.title, found.text, found.authors) == ("Dam breaks at Orlmark", "\n\n".join(BODY), ("Ann Lee",))
    assert time.process_time() - started < 3


WHOLE = (
    '{"@type":"NewsArticle","headline":"Dam","datePublished":"2025-05-20","author":{"@type":"Person","name":"Ann Lee"}}'
)
FAULTS = {
    "comment marks": f"<!-- {WHOLE} -->", "marks of a script": f"//<![CDATA[\n{WHOLE}\n//]]>", "a comment before it": f"/* made by x */ {WHOLE};",
    "one brace too many": WHOLE + "}", "one brace too few": WHOLE[:-1], "two too few": WHOLE[:-2], "a brace too many at the beginning": "{" + WHOLE,
    "a brace too many within": WHOLE.replace(',"datePublished"', '},"datePublished"'), "a bracket too few": f"[{WHOLE}",
    "a comma at the end": WHOLE.replace("}}", ",},}"), "a comma too few": WHOLE.replace('"Dam",', '"Dam"'), "a comma too many": WHOLE.replace('"Dam",', '"Dam",,'),
    "quotes within a text": WHOLE.replace('"Dam"', '"The "Dam" breaks"'), "quotes and a comma": WHOLE.replace('"Dam"', '"The "Dam", and more"'),
    "quotes at the end": WHOLE.replace('"Dam"', '"He said "Dam""'), "a quote too few": WHOLE.replace('"Dam"', '"Dam'), "apostrophes for quotes": WHOLE.replace('"', "'"),
    "printed quotes": WHOLE.replace('"', "“"), "references for quotes": WHOLE.replace('"', "&quot;"), "a key without quotes": WHOLE.replace('"headline"', "headline"),
    "stray backslashes": WHOLE.replace("Dam", "Dam \\breaks\\: now"), "a line break in a text": WHOLE.replace("Dam", "Dam\nbreaks"),
    "a word that is no value": WHOLE.replace('"Dam"', "undefined"), "twice": WHOLE + WHOLE, "a control character": WHOLE.replace("Dam", "Dam\x0b"),
    "cut off": WHOLE + ',{"@type":"NewsArt',
}  # fmt: skip


@pytest.mark.parametrize("block", FAULTS.values(), ids=FAULTS)
def test_broken_json_ld_keeps_its_date_and_its_author(block: str) -> None:
    found = read(
        html(f'<script type="application/ld+json">{block}</script>', after=COMMENT, title="Dam breaks at Orlmark")
    )
    assert (found.published and found.published.text(), found.authors) == ("2025-05-20", ("Ann Lee",))


COMMENT = '<div class="comments"><p>Nice. <span>09.08.2020 u 10:52</span> <time datetime="2020-08-09T10:52:00Z">9 Aug</time></p></div>'


def test_a_comments_date_never_is_the_articles() -> None:
    assert read(html(after=COMMENT)).published is None


CONTROLS = {
    "a form feed": "Dam\x0cbreaks", "an escape": "Dam \x1b[1mbreaks", "a bell as a reference": "Dam&#7; breaks", "hexadecimal": "Dam&#x1F; breaks",
    "delete": "Dam \x7fbreaks", "a backspace": "Dam\x08 breaks", "no character": "Dam \uffff breaks", "half a pair as a reference": "Dam&#xD800; breaks",
    "zero": "Dam \x00breaks", "zero as a reference": "Dam &#0;breaks", "a vertical tab": "Dam\x0bbreaks", "escaped twice": "Dam &amp;#1; breaks",
}  # fmt: skip


@pytest.mark.parametrize("said", CONTROLS.values(), ids=CONTROLS)
def test_a_control_character_costs_nothing(said: str) -> None:
    found = read(html(f'<meta name="author" content="Ann{said[3:-6]} Lee">', body=[f"{said} above the town.", *BODY]))
    assert found.text.count("\n\n") == len(BODY)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\uffff]", found.text + "".join(found.authors))


CHARSETS = {
    "UTF-8 labelled as Latin-1": ("Café £5 – “so”".encode(), "text/html; charset=iso-8859-1", "Café £5 – “so”"),
    "Windows-1252 labelled as UTF-8": (
        ("Café £5 – “so”" + " and on" * 40).encode("cp1252"),
        "text/html; charset=utf-8",
        "Café £5 – “so”" + " and on" * 40,
    ),
    "Cyrillic without a label": (
        ("Дамба сломалась ночью, и вода залила улицы города. " * 4).encode("cp1251"),
        None,
        "Дамба сломалась ночью, и вода залила улицы города. " * 4,
    ),
    "Windows-1252 labelled as Latin-1": (
        "Café – “so”".encode("cp1252"),
        "text/html; charset=ISO-8859-1",
        "Café – “so”",
    ),
    "meta element": (
        b'<meta charset="windows-1251">' + "Дамба".encode("cp1251"),
        None,
        '<meta charset="windows-1251">Дамба',
    ),
    "unknown charset": ("Café".encode(), "text/html; charset=x-nonsense", "Café"),
    "byte order mark": ("Café".encode("utf-16"), None, "Café"),
    "UTF-8 with one broken byte": (
        ("Café £5 – “so” " * 30).encode() + b"\xff",
        None,
        "Café £5 – “so” " * 30 + "\ufffd",
    ),
}


@pytest.mark.parametrize(("body", "kind", "expected"), CHARSETS.values(), ids=CHARSETS)
def test_bytes_are_decoded_whatever_the_label_says(body: bytes, kind: str | None, expected: str) -> None:
    assert decode_page(body, kind).strip() == expected.strip()


# ---------------------------------------------------------------- revisions


def revision(**given: Any) -> Article:
    return records.make_article(url=URL, **given)


def test_the_first_revision_is_kept_as_it_is() -> None:
    assert next_revision(revision(), []) == revision()


def test_the_same_text_is_no_revision() -> None:
    first = revision(text="Twelve died.\n\nThe dam broke.")
    assert next_revision(first, [first]) is None
    assert next_revision(revision(text="Twelve  died.\n\nThe dam broke. "), [first]) is None


DAM = "The dam at Orle broke on Monday night. Twelve people died in the valley, the fire service said. Rescuers search on."
PORT = "Dockers in Tarne walked out at noon. The union counted 4,000 of them at the gates. Ships wait in the bay for pilots."


@pytest.mark.parametrize(
    ("address", "title", "text", "expected"),
    [
        ("https://www.courier.example/world/port", "Dockers walk out", PORT, True),
        ("https://www.courier.example/world/port", "Dam breaks at Orle", PORT, False),  # a headline that is kept
        ("https://www.courier.example/world/port", "Dockers walk out", f"{DAM} {PORT}", False),  # a text that is kept
        ("https://www.courier.example/world/dam?page=2", "Dockers walk out", PORT, False),  # a further page
        ("https://www.courier.example/world/dam?utm_source=x", "Dockers walk out", PORT, False),  # written anew
        ("https://m.courier.example/world/dam", "Dam breaks at Orle", DAM, False),
        ("https://www.courier.example/world/port", "Dockers walk out", "", False),
        ("https://www.courier.example/world/port", None, PORT, True),
    ],
)
def test_a_page_that_calls_another_articles_address_its_own(
    address: str, title: str | None, text: str, expected: bool
) -> None:
    dam = records.make_article(url="https://www.courier.example/world/dam", title="Dam breaks at Orle", text=DAM)
    other = records.make_article(url=address, title=title, text=text)
    assert is_other_article(other, [dam]) is expected
    own = under_own_address(other)
    assert own.key != other.key
    assert own.canonical_url == canonical_address(address)
    assert under_own_address(dam).key != dam.key


RUNNING = {
    "updated minutes ago": ("Updated 5 minutes ago", "Updated 12 minutes ago"), "an hour ago": ("An hour ago", "2 hours ago"),
    "with a name": ("By Ann Lee | Last updated: 3 hours ago", "By Ann Lee | Last updated: 4 hours ago"), "just now": ("Updated just now", "Updated 1 minute ago"),
    "views": ("1,204 views", "1.3k views"), "comments": ("3 comments", "14 comments"), "reading time": ("3 min read", "4 min read"),
    "a label that comes": ("", "Published 1 day ago"), "in brackets": ("(posted 2 hrs ago)", "(posted 3 hrs ago)"), "edited": ("edited 10 mins ago", "edited 20 mins ago"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), RUNNING.values(), ids=RUNNING)
def test_what_a_page_says_anew_at_each_look_is_no_revision(before: str, after: str) -> None:
    first, second = (revision(text=f"Twelve died.\n\n{line}\n\nThe dam broke.") for line in (before, after))
    assert next_revision(second, [first]) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [("Two hours ago 5 people were missing.", "Two hours ago 6 people were missing."), ("The film had 3,000 views on Monday.", "The film had 4,000 views on Monday.")],
)  # fmt: skip
def test_numbers_of_the_news_are_a_revision(before: str, after: str) -> None:
    assert next_revision(revision(text=after), [revision(text=before)]) is not None


def test_a_changed_text_is_the_next_revision_with_its_difference() -> None:
    first = revision(title="Dam", text="Twelve died.\n\nThe dam broke.")
    second = revision(
        title="Dam",
        text="Fifteen died.\n\nThe dam broke.",
        published=None,
        published_precision=None,
        published_day=None,
    )
    found = next_revision(second, [first])
    assert found == replace(
        second, revision=2, previous_id=first.id, published=first.published, published_precision="minute", published_day=first.published_day,
        diff="--- revision 1\n+++ revision 2\n@@ -2 +2 @@\n-Twelve died.\n+Fifteen died.",
    )  # fmt: skip


def test_a_text_that_goes_back_is_a_revision_of_its_own() -> None:
    first, second = revision(text="Twelve died."), revision(text="Fifteen died.")
    kept = [first, next_revision(second, [first])]
    third = next_revision(first, [r for r in kept if r])
    assert third is not None
    assert (third.revision, third.id != first.id, third.previous_id) == (3, True, second.id)


# ---------------------------------------------------------------- workers and files


def test_workers_keep_the_order_and_outlive_a_page_that_hangs() -> None:
    pages = [make_page(url=f"{URL}-{n}") for n in range(4)]
    slow = b"<html><body>" + b"<div>" * 200 + b"<p>word word word word</p>" * 300_000 + b"</body></html>"
    items: list[tuple[bytes, Page, Outlet | None]] = [
        (html(title=f"Dam breaks at Orlmark {n}"), page, COURIER) for n, page in enumerate(pages)
    ]
    items[2] = (slow, pages[2], None)
    try:
        found = clean_pages(items, now=NOW, workers=1, limit_seconds=2.0)
    finally:
        close_workers()
    assert [getattr(f, "title", None) or f.code for f in found] == [  # type: ignore[union-attr]
        "Dam breaks at Orlmark 0", "Dam breaks at Orlmark 1", "timeout", "Dam breaks at Orlmark 3",
    ]  # fmt: skip


def test_a_file_gives_the_fields_of_the_command(tmp_path: Path) -> None:
    path = tmp_path / "page.html.gz"
    path.write_bytes(gzip.compress(html(ld(datePublished="2025-05-20T07:15:00+02:00", author="Ann Lee"))))
    assert clean_file(path, URL, now=NOW) == {
        "file": str(path), "title": "Dam breaks at Orlmark", "text": "\n\n".join(BODY), "authors": ["Ann Lee"], "published": "2025-05-20T07:15:00+02:00",
        "published_precision": "minute", "language": "en", "sitename": None, "canonical_url": URL, "teaser": False, "reason": None,
    }  # fmt: skip
    assert clean_file(path, now=NOW)["canonical_url"] is None
    missing = clean_file(tmp_path / "none.html")
    assert (missing["title"], missing["reason"]) == (None, "cannot be read: No such file or directory")


def test_moments_show_what_is_known() -> None:
    at = datetime(2025, 5, 20, 7, 15, 9, tzinfo=UTC)
    assert (Moment(at, "minute").text(), Moment(at, "day").text()) == ("2025-05-20T07:15:09+00:00", "2025-05-20")


def test_a_page_error_names_the_page() -> None:
    with pytest.raises(PageError, match=URL.replace("?", ".")):
        extract_page(b"", URL, now=NOW)


@pytest.mark.eval
def test_saved_pages_reach_what_was_asked(eval_folder: Path, tmp_path: Path) -> None:
    pages: dict[str, Any] = {}
    for path in sorted((eval_folder / "pages/en").glob("*/*.html.gz")):
        meta = json.loads((path.parent / "meta.info").read_text("utf8"))
        found = clean_file(path, meta[path.name]["url"])
        pages[path.name.removesuffix(".html.gz")] = {
            "title": found["title"],
            "date": found["published"],
            "authors": found["authors"],
            "text": found["text"],
        }
    report = tmp_path / "pages.json"
    report.write_text(
        json.dumps({"system": "counterclaim", "version": "", "peak_mb": 0, "seconds": 1, "pages": pages}), "utf8"
    )
    folders = [str(p) for p in sorted((eval_folder / "pages/en").iterdir())]
    call = [
        sys.executable,
        str(eval_folder / "score/clean_score.py"),
        "--benchmark",
        "fundus",
        "--gold",
        *folders,
        "--pred",
        str(report),
    ]
    said = subprocess.run(call, check=True, capture_output=True, text=True).stdout
    rates = {line[:15].strip(): float(line.split()[-2]) for line in said.splitlines() if line.rstrip().endswith("%")}
    floors = {"title": 96, "date": 100, "minute": 96, "author all": 96}
    assert {name: rates[name] >= floor for name, floor in floors.items()} == dict.fromkeys(floors, True), said
    assert float(said.split("body F1 ")[1].split()[0]) >= 0.97, said
