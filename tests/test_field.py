"""Small failing inputs that other programs of this trade met, kept beside the project: each with what is right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.robotstxt import ProtegoRobotParser

from processing.claims import read_text
from processing.clean.article import extract_page
from schemas.config import Outlet
from schemas.errors import PageError
from spiders.feeds import read_feed
from spiders.listings import Entry, Place
from spiders.robots import plain_robots
from spiders.sitemaps import read_sitemap

FIELD = Path(__file__).parents[1] / "../shared/field"
NOW = datetime(2025, 7, 12, 12, 0, tzinfo=UTC)
POST = Outlet(
    id="gb/post", name="The Valley Post", country="gb", language="en", timezone="Europe/London", home="https://valleypost.example/",
    feeds=("https://valleypost.example/feed",),
)  # fmt: skip
RIVER = "https://valleypost.example/river"
# numbers that a text asserts, and those that it never does
NUMBERS: dict[str, tuple[set[float], set[float]]] = {
    "claims-all-but": ({31, 8}, {2, 33, 4, 12}), "claims-between-loses-source": ({70}, set()), "claims-number-denied-by-not": ({17}, {70}),
    "claims-numeric-date": ({17}, {2025}), "claims-question": (set(), {500}), "claims-wrong-relay": ({54, 20}, set()), "numbers-dotted-time": ({9}, {18.45, 17.3}),
    "numbers-f16": ({3, 24}, {16, 35}), "numbers-hyphened-half": ({5500, 1_500_000}, {5.5, 1.5}), "numbers-lakh-crore-words": ({3e12}, {300_000}),
    "numbers-mixed-fraction": ({3_500_000, 0.0425}, {3, 2_000_000, 4, 0.04}), "numbers-short-range": ({5000, 20_000}, {5, 20}),
    "numbers-space-and-decimals": ({1_234_567.89}, {1, 234, 567.89}),
}  # fmt: skip


def page(folder: Path, name: str = "page.html", outlet: Outlet | None = POST) -> Any:
    return extract_page((folder / name).read_bytes(), RIVER, now=NOW, outlet=outlet)


def code(folder: Path) -> str:
    with pytest.raises(PageError) as raised:
        page(folder)
    return raised.value.code


def entry(folder: Path, name: str, place: Place | None = None) -> Entry:
    (found,) = read_feed((folder / name).read_bytes(), RIVER, now=NOW, place=place).entries
    return found


def told(found: Any) -> tuple[str | None, tuple[str, ...]]:
    return found.published and found.published.text(), found.authors


def count_of_first(text: str) -> int:
    return text.count("The river rose by three metres overnight")


def addresses(folder: Path, name: str) -> list[str]:
    return [e.url for e in read_sitemap((folder / name).read_bytes(), RIVER, now=NOW).entries]


def may_fetch(folder: Path) -> bool:
    text = plain_robots((folder / "robots.txt").read_bytes(), "Counterclaim")
    return bool(ProtegoRobotParser(text.encode(), None).allowed("https://valleypost.example/news/x", "Counterclaim"))


def children(folder: Path) -> list[tuple[str, str | None]]:
    body = (folder / "index.xml").read_bytes().replace(b"TODAY", b"2025-07-12")
    return [(url.rpartition("/")[2], when) for url, when in read_sitemap(body, RIVER, now=NOW).children]


CASES: dict[str, tuple[Callable[[Path], Any], Any]] = {
    "date-two-that-disagree": (lambda f: page(f, outlet=None).published.value.date(), date(2023, 11, 1)),
    "date-updated-first": (lambda f: (page(f).published.text(), page(f).modified), ("2025-05-20T14:05:00+01:00", datetime(2025, 5, 22, 8, 0, tzinfo=UTC))),
    "date-year-only": (lambda f: (page(f).published, page(f, "page2.html").published), (None, None)),
    "feed-author-long-domain": (lambda f: entry(f, "feed.xml").authors, ("Ana Example",)),
    "feed-naive-time": (lambda f: entry(f, "feed.xml", Place("id", "Asia/Jakarta")).published, "2025-07-10T08:00:00Z"),
    "json-feed-id": (lambda f: (entry(f, "feed.json").url, entry(f, "feed.json").published), (RIVER, "2025-07-10T08:00:00Z")),
    "ld-extra-brace": (lambda f: told(page(f)), ("2025-05-20T14:05:00+01:00", ("Ana Example",))),
    "ld-headline-tags": (lambda f: page(f).title, "River cuts off two towns in the valley"),
    "ld-unescaped-quotes": (lambda f: told(page(f)), ("2025-05-20T14:05:00+01:00", ("Ana Example",))),
    "page-cookie-text-for-article": (lambda f: (page(f).text.count("\n\n"), "partners" in page(f).text), (4, False)),
    "page-cookie-wall": (code, "consent_wall"),
    "page-soft-404": (code, "not_found"),
    "page-text-twice": (lambda f: count_of_first(page(f).text), 1),
    "robots-line-between-agents": (may_fetch, False),
    "sitemap-gzip": (lambda f: (len(addresses(f, "twice.xml.gz")), len(addresses(f, "members.xml.gz"))), (1, 2)),
    "sitemap-index-future-lastmod": (children, [("news.xml", "2019-01-01"), ("future.xml", None), ("today.xml", "2025-07-12")]),
    "sitemap-raw-ampersand": (lambda f: addresses(f, "sitemap.xml"), [f"{RIVER}?a=1&b=2"]),
    "title-cjk": (lambda f: (page(f).title, "孤立" in page(f).text), ("川があふれ二つの町が孤立", False)),
}  # fmt: skip


@pytest.mark.eval
@pytest.mark.skipif(not FIELD.is_dir(), reason=f"no inputs from the field at {FIELD}")
@pytest.mark.parametrize("name", CASES)
def test_inputs_from_the_field(name: str) -> None:
    read, expected = CASES[name]
    assert read(FIELD / name) == expected


@pytest.mark.eval
@pytest.mark.skipif(not FIELD.is_dir(), reason=f"no inputs from the field at {FIELD}")
def test_each_input_from_the_field_has_its_case() -> None:
    here = {folder.name for folder in FIELD.iterdir() if folder.is_dir()}
    assert here == set(CASES) | set(NUMBERS)


@pytest.mark.eval
@pytest.mark.skipif(not FIELD.is_dir(), reason=f"no inputs from the field at {FIELD}")
@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_from_the_field(name: str) -> None:
    text = (FIELD / name / "input.txt").read_text("utf8")
    claims = read_text(text, file="input.txt", published=date(2025, 5, 20), country="gb").claims
    asserted = {claim.low for claim in claims if claim.stance == "asserts"}
    must, never = NUMBERS[name]
    assert (must - asserted, never & asserted) == (set(), set())
    if name == "claims-between-loses-source":
        assert None not in {claim.source for claim in claims}
