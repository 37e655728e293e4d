"""The sample newsroom by itself: its plan, its pages and feeds, and how it answers."""

from __future__ import annotations

import html
import json
import random
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import feedparser
import pytest

from demo import plan, serve
from demo.feeds import TRAP
from demo.newsroom import current, evening
from demo.pages import shown_title
from demo.pieces import Piece
from demo.server import Newsroom
from demo.sites import SITES
from demo.texts import Names, Text, fill
from schemas.config import load_outlet

SEEDS = range(12)
LAST = 6


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with serve(0, folder=tmp_path_factory.mktemp("outlets")) as running:
        yield running


def ask(url: str, **headers: str) -> tuple[int, Message, str]:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def one(newsroom: Newsroom, outlet: str) -> Piece:
    return next(p for p in newsroom.plan.pieces if p.outlet == outlet and not p.edits and p.gone is None)


# ---------------------------------------------------------------- the plan


def test_a_seed_always_gives_the_same_plan() -> None:
    first = plan(5)
    plan.cache_clear()
    assert plan(5) == first


def test_another_seed_gives_other_words_and_numbers_of_the_same_plan() -> None:
    one, other = plan(1), plan(2)
    assert [e.note for e in one.expected] == [e.note for e in other.expected]
    assert {p.paragraphs for p in one.pieces}.isdisjoint(
        {p.paragraphs for p in other.pieces if p.id.startswith("flood/")}
    )
    assert [e.later for e in one.expected] != [e.later for e in other.expected]


@pytest.mark.parametrize("seed", SEEDS)
def test_texts_are_filled_and_articles_differ(seed: int) -> None:
    pieces = plan(seed).pieces
    assert [p.id for p in pieces for line in (p.title, *p.paragraphs) if re.search(r"[\[\]{}|]", line)] == []
    wire = [p for p in pieces if p.id.startswith("flood/wire/")]
    rest = [p for p in pieces if p not in wire]
    assert len(wire) == 4
    assert len({p.paragraphs for p in rest}) == len(rest)
    assert 90 <= len(pieces) <= 140
    assert sum(p.ordinary for p in pieces) >= 40


def _written(value: float) -> tuple[str, ...]:
    whole = f"{value:,.0f}"
    words = {600: "Six hundred"}.get(int(value), whole)
    return whole, words, f"{value / 1e6:g} million", f"{value / 1e9:g} billion"


@pytest.mark.parametrize("seed", SEEDS)
def test_every_planted_number_is_printed_by_the_outlets_named(seed: int) -> None:
    drawn = plan(seed)
    missing = []
    for expected in drawn.expected:
        if expected.later is None:
            continue
        low, high = expected.later
        value = low if high is None or low is None else (low + high) / 2
        assert value is not None
        carried = [p for p in drawn.pieces if p.outlet in expected.outlets]
        texts = [
            line
            for p in carried
            for line in (p.title, *p.paragraphs, *(line for edit in p.edits for line in (edit.title, *edit.paragraphs)))
        ]
        if not any(word in line for word in _written(value) for line in texts):
            missing.append(expected)
    assert missing == []


@pytest.mark.parametrize("seed", SEEDS)
def test_every_outlet_has_news_each_day_but_the_silent_one(seed: int) -> None:
    drawn = plan(seed)
    outlet, since = drawn.silent
    without = {
        (o, day)
        for o in SITES
        for day in drawn.days
        if not any(p.outlet == o and p.published.date() == day for p in drawn.pieces)
    }
    assert without == {(outlet, day) for day in drawn.days if day >= since}
    assert not any(p.outlet == outlet and p.published.date() >= since for p in drawn.pieces)


def test_eight_outlets_in_three_countries_of_every_kind() -> None:
    assert len(SITES) >= 8
    assert len({site.country for site in SITES.values()}) >= 3
    assert {site.kind for site in SITES.values()} == {
        "broadcaster",
        "newspaper",
        "tabloid",
        "regional",
        "agency",
        "state_agency",
    }
    assert {site.language for site in SITES.values()} == {"en", "de"}
    assert {site.way_in for site in SITES.values()} == {
        "rss",
        "atom",
        "json",
        "news_sitemap",
        "sitemap_index",
        "sections",
    }
    assert {site.metadata for site in SITES.values()} == {"json_ld", "json_ld_graph", "open_graph", "meta", "text"}


def test_the_readme_lists_what_is_planted() -> None:
    rows = [
        line.split("|")
        for line in (Path(__file__).parents[1] / "demo/README.md").read_text("utf8").splitlines()
        if line.count("|") == 5
    ]
    listed = [tuple(cell.strip() for cell in row[1:4]) for row in rows if row[3].strip() in ("high", "low")]
    assert listed == [(e.note, e.finding, e.severity) for e in plan(0).expected]


@pytest.mark.parametrize(
    ("title", "given", "expected"),
    [
        ("A [b|b] {x}", {"x": "c"}, "A b c"),
        ("{7-7} and {1200-1200/10=n}, again {n}", {}, "7 and 1,200, again 1,200"),
        ("{person.last} of {person}", {"person": "Ada Byron"}, "Byron of Ada Byron"),
        ("[[a|a]|a]", {}, "a"),
    ],
)
def test_a_text_is_filled(title: str, given: dict[str, str], expected: str) -> None:
    chance = random.Random(1)
    assert fill(Text("t", "s", "", title, ()), chance, Names(chance), given) == (expected, ())


def test_names_are_handed_out_once() -> None:
    names = Names(random.Random(1))
    assert len({names.take("man") for _ in range(200)}) == 200
    with pytest.raises(KeyError):
        names.take("dragon")


# ---------------------------------------------------------------- what is served


@pytest.mark.parametrize("outlet", SITES)
def test_outlet_files_are_valid_and_their_addresses_answer(newsroom: Newsroom, outlet: str) -> None:
    newsroom.set_day(LAST)
    described = load_outlet(newsroom.outlets / f"{outlet}.yml")
    addresses = (*described.feeds, *described.sitemaps, *(s.url for s in described.sections), described.home)
    assert (described.id, described.name) == (outlet, SITES[outlet].name)
    assert [ask(address)[0] for address in addresses] == [200] * len(addresses)


@pytest.mark.parametrize("outlet", SITES)
def test_a_state_that_the_asker_has_is_not_sent_again(newsroom: Newsroom, outlet: str) -> None:
    newsroom.set_day(LAST)
    url = newsroom.url_of(one(newsroom, outlet))
    status, headers, body = ask(url)
    if SITES[outlet].validator == "etag":
        again, other = ask(url, If_None_Match=headers["ETag"]), ask(url, If_None_Match='"other"')
    else:
        again, other = (
            ask(url, If_Modified_Since=headers["Last-Modified"]),
            ask(url, If_Modified_Since="Mon, 01 Jan 2024 00:00:00 GMT"),
        )
    assert (status, again[0], again[2], other[0], other[2]) == (200, 304, "", 200, body)


@pytest.mark.parametrize("outlet", SITES)
def test_a_page_has_title_text_and_clutter(newsroom: Newsroom, outlet: str) -> None:
    newsroom.set_day(LAST)
    piece = one(newsroom, outlet)
    body = html.unescape(ask(newsroom.url_of(piece))[2])
    assert [line for line in (shown_title(piece), *piece.paragraphs) if line not in body] == []
    assert len(body) > sum(map(len, piece.paragraphs)) + 400


def test_tomorrows_news_is_not_served_today(newsroom: Newsroom) -> None:
    piece = next(p for p in newsroom.plan.pieces if p.published > evening(newsroom.plan.days[0]))
    newsroom.set_day(0)
    today = ask(newsroom.url_of(piece))[0]
    newsroom.set_day(LAST)
    assert (today, ask(newsroom.url_of(piece))[0]) == (404, 200)


def test_an_edited_page_changes_and_keeps_its_address(newsroom: Newsroom) -> None:
    piece = next(p for p in newsroom.plan.pieces if p.edits)
    newsroom.set_day(2)
    before = ask(newsroom.url_of(piece))[2]
    newsroom.set_day(3)
    after = ask(newsroom.url_of(piece))[2]
    changed = current(piece, newsroom.now)
    assert changed is not None
    assert changed.paragraphs != piece.paragraphs
    assert len(before) == len(after)
    assert before != after


def test_a_vanished_page_is_gone_and_no_longer_listed(newsroom: Newsroom) -> None:
    piece = next(p for p in newsroom.plan.pieces if p.id == newsroom.plan.vanished)
    url = newsroom.url_of(piece)
    month = f"{newsroom.addresses[piece.outlet]}/sitemaps/news-{piece.published:%Y-%m}.xml"
    newsroom.set_day(2)
    assert (ask(url)[0], url in ask(month)[2]) == (200, True)
    newsroom.set_day(3)
    assert (ask(url)[0], url in ask(month)[2]) == (410, False)


@pytest.mark.parametrize(
    ("outlet", "file"),
    [("gb/meridian", "rss.xml"), ("gb/lantern", "rss.xml"), ("xb/bsa", "rss.xml"), ("gb/kingsgate", "atom.xml")],
)
def test_feeds_are_well_formed_and_complete(newsroom: Newsroom, outlet: str, file: str) -> None:
    newsroom.set_day(LAST)
    feed = feedparser.parse(ask(f"{newsroom.addresses[outlet]}/{file}")[2])
    listed = {entry.link for entry in feed.entries}
    assert not feed.bozo
    assert listed == {newsroom.url_of(p) for p in newsroom.plan.pieces if p.outlet == outlet}


def test_the_json_feed_is_complete(newsroom: Newsroom) -> None:
    newsroom.set_day(LAST)
    feed = json.loads(ask(f"{newsroom.addresses['de/tagblatt']}/feed.json")[2])
    assert len(feed["items"]) == len(newsroom.days)


def test_paging_leads_to_the_oldest_story(newsroom: Newsroom) -> None:
    newsroom.set_day(LAST)
    url: str | None = f"{newsroom.addresses['gb/fenland']}/local/"
    seen: set[str] = set()
    while url:
        body = ask(url)[2]
        seen |= set(re.findall(r'href="(http[^"]+/news/\d+\.[^"]+)"', body))
        older = re.search(r'class="older"[^>]*href="([^"]+)"', body)
        url = older.group(1) if older else None
    assert seen == {newsroom.url_of(p) for p in newsroom.plan.pieces if p.outlet == "gb/fenland"}


def test_robots_hide_a_page_that_is_there(newsroom: Newsroom) -> None:
    base = newsroom.addresses["us/taw"]
    newsroom.set_day(LAST)
    assert f"Disallow: {TRAP.rsplit('/', 1)[0]}/" in ask(f"{base}/robots.txt")[2]
    assert base + TRAP in ask(f"{base}/news-sitemap.xml")[2]
    assert ask(base + TRAP)[0] == 200
    assert "Crawl-delay: 0.1" in ask(f"{newsroom.addresses['gb/kingsgate']}/robots.txt")[2]


def test_there_is_no_eighth_day(newsroom: Newsroom) -> None:
    with pytest.raises(IndexError):
        newsroom.set_day(7)
