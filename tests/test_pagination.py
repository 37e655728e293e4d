"""Articles on several pages: which links lead to further pages of the same article, and one article of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from lxml.html import document_fromstring

from processing.pagination import Paging, page_of, read_paging
from processing.pipeline.articles import clean
from processing.pipeline.fetch import fetch
from processing.pipeline.forget import forget
from processing.pipeline.verify import verify
from processing.pipeline.work import Work
from processing.store import open_store
from schemas.config import Outlet
from schemas.records import Article, Page
from schemas.settings import FetchSettings, Settings
from spiders import read_body
from tests.support.sites import Answer, Site, rss, serve

OWN = "https://courier.example/news/storm"

ADDRESSES: list[tuple[str, str, tuple[int, int] | None]] = [
    (OWN, f"{OWN}?page=2", (1, 2)),
    (f"{OWN}?page=1", f"{OWN}?page=2", (1, 2)),
    (OWN, f"{OWN}/2", (1, 2)),
    (f"{OWN}/", f"{OWN}/2/", (1, 2)),
    (f"{OWN}/1", f"{OWN}/2", (1, 2)),
    (f"{OWN}.html", f"{OWN}-2.html", (1, 2)),
    (f"{OWN}.html", f"{OWN},2.html", (1, 2)),
    (f"{OWN}.html", f"{OWN}/page/2", (1, 2)),
    (f"{OWN}-1.html", f"{OWN}-3.html", (1, 3)),
    (f"{OWN}-seite-2", OWN, (2, 1)),
    (f"{OWN}?id=5&utm_source=rss", f"{OWN}?id=5&p=2", (1, 2)),
    (f"{OWN}?id=5", f"{OWN}?id=6&p=2", None),
    (OWN, f"{OWN}-2", None),  # how many systems name a second article of the same title
    (OWN, "https://courier.example/news/flood?page=2", None),
    (OWN, "https://other.example/news/storm?page=2", None),
    (f"{OWN}/4711", f"{OWN}/4712", None),
    ("https://courier.example/", "https://courier.example/?page=2", None),
    ("https://courier.example/", "https://courier.example/page/2", None),
    (OWN, "http://[x", None),
]


@pytest.mark.parametrize(("own", "address", "expected"), ADDRESSES)
def test_pages_of_one_article_differ_by_a_number(own: str, address: str, expected: tuple[int, int] | None) -> None:
    assert page_of(own, address) == expected


TWO, THREE = f"{OWN}?page=2", f"{OWN}?page=3"
PAGES: dict[str, tuple[str, Paging]] = {
    "a link in the head": ('<link rel="next" href="?page=2">', Paging(1, {2: TWO})),
    "the next article": ('<link rel="next" href="/news/flood">', Paging()),
    "a pager": ('<ul class="pagination"><li>1</li><li><a href="?page=2">2</a></li><li><a href="?page=3">3</a></li></ul>', Paging(1, {2: TWO, 3: THREE})),
    "words": ('<a href="/news/storm?page=2">Next page »</a>', Paging(1, {2: TWO})),
    "German": ("<a href='/news/storm/seite-2'>Weiter</a>", Paging(1, {2: f"{OWN}/seite-2"})),
    "Japanese": ("<a href='?page=2'>次のページ</a>", Paging(1, {2: TWO})),
    "bare numbers": ('<p><a href="?page=2">2</a> <a href="?page=3">3</a></p>', Paging(1, {2: TWO, 3: THREE})),
    "a bare number far off": ('<p>In <a href="?page=40">40</a> years</p>', Paging()),
    "a menu of pages": ('<select class="page-nav"><option value="/news/storm/2">2</option></select>', Paging(1, {2: f"{OWN}/2"})),
    "a count alone": ("<span>Page 1 of 3</span>", Paging(1, {}, 3)),
    "a count in Russian": ("<span>Страница 1 из 3</span>", Paging(1, {}, 3)),
    "a count in Chinese": ("<span>第1页/共3页</span>", Paging(1, {}, 3)),
    "a score": ("<span>1/2</span>", Paging()),
    "a pager of comments": ('<div id="comments"><div class="pager"><a href="?page=2">2</a></div></div>', Paging()),
    "comments further down": ('<a class="pager" href="?page=2#comments">next</a>', Paging()),
    "a long text": (f'<a href="?page=2">{"The storm of the year, part two: what happened at the harbour"}</a>', Paging()),
    "a broken address": ('<a rel="next" href="http://[x">2</a>', Paging()),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), PAGES.values(), ids=PAGES)
def test_what_a_page_says_of_the_others(body: str, expected: Paging) -> None:
    tree = document_fromstring(f"<html><body><p>The storm rose.</p>{body}</body></html>")
    assert read_paging(tree, OWN) == expected


# ---------------------------------------------------------------- from the outlet to the article

LINES = [
    f"The storm took {n} roofs in the village of Sandry {n}, the fire brigade said on Monday evening at the harbour wall."
    for n in range(1, 31)
]


def part(*lines: str, more: str = "") -> str:
    text = "".join(f"<p>{line}</p>" for line in lines)
    return f"<!doctype html><html><head><title>Storm over Sandry</title></head><body><article><h1>Storm over Sandry</h1>{text}</article>{more}</body></html>"


def link(address: str, text: str = "next page") -> str:
    return f'<div class="pager"><a href="{address}">{text}</a></div>'


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as found:
        yield found


@pytest.fixture
def work(tmp_path: Path, site: Site) -> Iterator[Work]:
    store = open_store("sqlite::memory:")
    outlet = Outlet(
        id="gb/c", name="C", country="gb", language="en", timezone="Europe/London", home=site.url, feeds=(f"{site.url}/feed",), delay=0,
        expect={"articles_per_day": 0},
    )  # fmt: skip
    settings = Settings(home=tmp_path, allow_private_hosts=True, fetch=FetchSettings(revisit_days=9))
    hours = count(12)
    yield Work(
        store, settings, {"gb/c": outlet}, {}, lambda: datetime(2025, 1, 22, tzinfo=UTC) + timedelta(hours=next(hours))
    )
    store.close()


def lay(site: Site, **pages: str | Answer) -> None:
    """`storm`, `storm_2` ... at /storm, /storm?page=2 ...; the feed lists the first alone."""
    site.put("/feed", rss(site, "/storm"), "application/rss+xml")
    for name, body in pages.items():
        path, _, number = name.partition("_")
        address = f"/{path}?page={number}" if number else f"/{path}"
        if isinstance(body, Answer):
            site.routes[address] = body
        else:
            site.put(address, body)


def read(work: Work) -> list[Article]:
    fetch(work)
    clean(work)
    return sorted(work.store.find(Article), key=lambda a: a.revision)


ENDS: dict[str, tuple[dict[str, str | Answer], list[str], str | None]] = {
    "three pages": (
        {"storm": part(*LINES[:3], more=link("?page=2")), "storm_2": part(*LINES[3:6], more=link("?page=3")), "storm_3": part(*LINES[6:9], more=link("?page=2", "2"))},
        LINES[:9], None,
    ),
    "a first page that lists them all": (
        {"storm": part(*LINES[:3], more=link("?page=2", "2") + link("?page=3", "3")), "storm_2": part(*LINES[3:6]), "storm_3": part(*LINES[6:9])},
        LINES[:9], None,
    ),
    "a standfirst on each": (
        {"storm": part(*LINES[:3], more=link("?page=2")), "storm_2": part(LINES[0], *LINES[3:6])}, LINES[:6], None,
    ),
    "a page that is missing": (
        {"storm": part(*LINES[:3], more=f"<span>Page 1 of 3</span>{link('?page=2')}"), "storm_2": part(*LINES[3:6], more=link("?page=3"))},
        LINES[:6], "page 3 of 3: answers 404",
    ),
    "a page that leads to itself": (
        {"storm": part(*LINES[:3], more=link("?page=2")), "storm_2": part(*LINES[3:6], more=link("?page=2") + link("?page=1", "1"))}, LINES[:6], None,
    ),
    "a base that is no address": (
        {"storm": part(*LINES[:3], more=link("?page=2")).replace("<head>", '<head><base href="http://[::1/">'), "storm_2": part(*LINES[3:6])}, LINES[:6], None,
    ),
    "a server that gives the first page again": (
        {"storm": part(*LINES[:3], more=link("?page=2")), "storm_2": part(*LINES[:3], more=link("?page=2"))}, LINES[:3], "page 2: is the same page again",
    ),
    "a page that leads back": (
        {"storm": part(*LINES[:3], more=link("?page=2")), "storm_2": Answer(status=302, headers={"Location": "/storm"})},
        LINES[:3], "page 2: leads back to a page that was had",
    ),
    "a page that leads to a log-in": (
        {"storm": part(*LINES[:3], more=link("?page=2")), "storm_2": Answer(status=302, headers={"Location": "/login"}), "login": part("Sign in.")},
        LINES[:3], "page 2: leads to a page to sign in, {site}/login",
    ),
    "a page that is no page": (
        {"storm": part(*LINES[:3], more=link("?page=2")), "storm_2": Answer(b"%PDF", headers={"Content-Type": "application/pdf"})},
        LINES[:3], "page 2: is application/pdf, not a web page",
    ),
    "a page without text": (
        {"storm": part(*LINES[:3], more=link("?page=2")), "storm_2": part()}, LINES[:3], "{site}/storm?page=2: no article text was found",
    ),
    "a count without links": ({"storm": part(*LINES[:3], more="<span>Page 1 of 3</span>")}, LINES[:3], "page 2 of 3 is not linked to"),
    "no further page": ({"storm": part(*LINES[:3], more='<a rel="next" href="/flood">Flood</a>')}, LINES[:3], None),
    "no end": (
        {"storm": part(LINES[0], more=link("?page=2")), **{f"storm_{n}": part(LINES[n - 1], more=link(f"?page={n + 1}")) for n in range(2, 30)}},
        LINES[:20], "page 21 and what follows: an article may have 20 pages",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("pages", "lines", "cut"), ENDS.values(), ids=ENDS)
def test_an_article_on_several_pages_is_one_article(
    work: Work, site: Site, pages: dict[str, str | Answer], lines: list[str], cut: str | None
) -> None:
    lay(site, **pages)
    (found,) = read(work)
    assert found.text.split("\n\n") == lines
    assert found.cut == (cut and cut.replace("{site}", site.url))
    (page,) = work.store.find(Page)
    bodies = [read_body(work.home, part).decode() for part in (page, *page.parts)]
    assert bodies == [
        site.routes[f"/storm{f'?page={n}' if n > 1 else ''}"].body.decode() for n in range(1, len(bodies) + 1)
    ]  # type: ignore[union-attr]


def test_what_changes_on_a_further_page_makes_a_revision(work: Work, site: Site) -> None:
    pages = {"storm": part(*LINES[:3], more=link("?page=2")), "storm_2": part(*LINES[3:6])}
    lay(site, **pages)
    read(work)
    assert [a.revision for a in read(work)] == [1], "the same bytes on both pages"
    lay(site, storm_2=Answer(status=503))
    assert [a.revision for a in read(work)] == [1], "a page that fails is no text that was taken away"
    lay(site, storm_2=part(*LINES[3:7]))
    assert [(a.revision, a.text.split("\n\n")) for a in read(work)] == [(1, LINES[:6]), (2, LINES[:7])]


def test_a_further_page_is_no_article_of_its_own(work: Work, site: Site) -> None:
    lay(site, storm=part(*LINES[:3], more=link("?page=2")), storm_2=part(*LINES[3:6]))
    read(work)
    site.put("/feed", rss(site, "/storm?page=2", "/storm"), "application/rss+xml")
    assert [a.url for a in read(work)] == [f"{site.url}/storm"]


def test_further_pages_are_verified_and_forgotten_with_their_article(work: Work, site: Site) -> None:
    lay(site, storm=part(*LINES[:3], more=link("?page=2")), storm_2=part(*LINES[3:6]))
    read(work)
    assert list(verify(work)) == []
    (page,) = work.store.find(Page)
    assert len(forget(work, f"{site.url}/storm").archived) == 2
    with pytest.raises(Exception, match="holds other bytes"):
        read_body(work.home, page.parts[0])
    site.asked.clear()
    assert read(work) == []
    assert site.paths() == ["/feed"]
