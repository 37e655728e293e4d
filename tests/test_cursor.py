"""Pages that follow each other while records come in and go, on every store; cursors that were changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.web.cursor import make_cursor, read_cursor
from processing.store import Batch, Place, Store, open_store, parse
from schemas.errors import UsageError
from schemas.records import Alert, Article, Claim
from schemas.settings import Settings
from tests.support.desk_store import desk_settings, opened
from tests.support.records import NOON, make_alert, make_article, make_claim
from tests.visit import Visitor, visit


@pytest.fixture(params=["sqlite", "elasticsearch"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    address = "sqlite::memory:" if request.param == "sqlite" else request.getfixturevalue("empty_elastic")
    opened = open_store(address)
    yield opened
    opened.close()


def told(n: int, **given: Any) -> Article:
    at = None if n % 5 == 0 else NOON + timedelta(hours=n // 2, microseconds=n)  # two of one hour; some without a date
    fields = {"title": f"Flood {n}", "text": f"The flood of day {n} drowned {n} sheep.", "published": at, **given}
    return make_article(url=f"https://x.example/{n}", **fields)


def walk(store: Store, order: str, size: int, between: Any = None) -> list[str]:
    """The ids that pages of a size show, one after the other; `between` is done after the first."""
    shown: list[str] = []
    after = None
    while True:
        page = list(store.find(Article, order=order, limit=size, after=after))
        shown += [a.id for a in page]
        if len(page) < size:
            return shown
        after = Place(getattr(page[-1], order.removeprefix("-")), page[-1].id)
        if between is not None:
            between()
            between = None


@pytest.mark.parametrize("order", ["published", "-published", "outlet", "-outlet", "revision", "-fetched_at", "run"])
def test_pages_show_each_record_once_while_others_come_and_go(order: str, store: Store) -> None:
    first = [told(n, outlet=f"gb/{'abc'[n % 3]}") for n in range(1, 17)]
    store.apply(Batch(put=list(first)))
    whole = [a.id for a in store.find(Article, order=order)]
    assert walk(store, order, 3) == whole

    def change() -> None:
        more = [told(n, outlet=f"gb/{'abc'[n % 3]}", published=NOON - timedelta(days=n)) for n in range(20, 24)]
        store.apply(Batch(put=list(more), delete=[(Article, whole[2])]))  # the last that was shown

    shown = walk(store, order, 3, change)
    assert len(shown) == len(set(shown))
    assert [id for id in shown if id in whole] == whole


@pytest.mark.parametrize("words", ["flood", "", "flood drowned -17"])
def test_a_search_goes_on_behind_its_last_hit(words: str, store: Store) -> None:
    store.apply(Batch(put=[told(n) for n in range(1, 17)]))
    whole = [h.article.id for h in store.search_articles(parse(words), limit=50).hits]
    shown, found = [], store.search_articles(parse(words), limit=5)
    shown += [h.article.id for h in found.hits]
    store.apply(Batch(put=[told(n) for n in range(31, 34)]))
    while found.last is not None:
        found = store.search_articles(parse(words), limit=5, after=found.last)
        shown += [h.article.id for h in found.hits]
    assert len(shown) == len(set(shown))
    assert set(whole) <= set(shown)


def test_claims_go_on_where_the_last_was_taken_away(store: Store) -> None:
    article = told(1)
    claims = [
        make_claim(id=f"c{n:02d}", article_id=article.id, article_key=article.key, sentence="9 people died.",
                   published=NOON + timedelta(hours=n // 3))
        for n in range(12)
    ]  # fmt: skip
    store.apply(Batch(put=[article, *claims]))
    query = parse("died")
    whole = [c.id for c in store.search_claims(query, limit=50).hits]
    first = store.search_claims(query, limit=5)
    assert [c.id for c in first.hits] == whole[:5]
    store.apply(Batch(delete=[(Claim, whole[4])]))
    rest = store.search_claims(query, limit=50, after=first.last)
    assert [c.id for c in rest.hits] == whole[5:]
    assert rest.last is None


@pytest.mark.parametrize(("more", "capped"), [(0, False), (1, True)])
def test_hits_are_counted_as_far_as_five_thousand(more: int, capped: bool, store: Store) -> None:
    every = [told(n, text="Flood.", published=NOON) for n in range(5_000 + more)]
    for start in range(0, len(every), 1_000):
        store.apply(Batch(put=list(every[start : start + 1_000])))
    found = store.search_articles(parse("flood"), limit=1)
    assert (found.total, found.capped) == (5_000, capped)


# ---------------------------------------------------------------- as text


@pytest.mark.parametrize("key", [None, "a", 3, -1.5, NOON, NOON.date(), ("a", "b")])
def test_a_cursor_gives_back_its_place(key: Any) -> None:
    text = make_cursor("list", Place(key, "id"), 7)
    found = read_cursor("list", text)
    assert found is not None
    assert (found.place, found.seen) == (Place(key, "id"), 7)
    assert read_cursor("list", None) is read_cursor("list", "") is make_cursor("list", None, 3) is None


def test_a_changed_cursor_is_none() -> None:
    text = make_cursor("list", Place(datetime(2025, 1, 1, tzinfo=UTC), "id"), 7) or ""
    letters = "ABab09-_"
    changed = {text[:i] + c + text[i + 1 :] for i in range(len(text)) for c in letters} - {text}
    for given in (*changed, text[:-1], text + "A", text + "=", "é", "A", "!!", " " + text):
        with pytest.raises(UsageError, match="cursor"):
            read_cursor("list", given)
    with pytest.raises(UsageError, match="for this list"):
        read_cursor("another list", text)


# ---------------------------------------------------------------- over HTTP


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    made = desk_settings(tmp_path)
    with opened(made) as work:
        figure = next(iter(work.store.find(Alert))).figure
        alerts = [make_alert(id=f"x{n}", figure=figure, raised_at=NOON + timedelta(hours=n)) for n in range(9)]
        work.store.apply(Batch(put=[*alerts, *(told(n) for n in range(1, 60))]))
    return made


@pytest.fixture
def client(settings: Settings) -> Iterator[Visitor]:
    with visit(settings) as made:
        yield made


def test_the_api_leaves_nothing_out_while_alerts_come_in(client: Visitor, settings: Settings) -> None:
    path = "/api/v1/alerts?order=-raised_at&limit=4"
    first = json.loads(client.get(path).content)
    with opened(settings) as work:
        whole = [a.id for a in work.store.find(Alert, order="-raised_at")]
        new = make_alert(id="new", figure=first["items"][0]["figure"], raised_at=NOON + timedelta(days=9))
        work.store.apply(Batch(put=[new]))
    shown, following = [a["id"] for a in first["items"]], first["next"]
    while following:
        page = json.loads(client.get(f"{path}&cursor={following}").content)
        shown += [a["id"] for a in page["items"]]
        following = page["next"]
    assert shown == whole


@pytest.mark.parametrize(
    "other",
    [
        "/api/v1/alerts?order=raised_at", "/api/v1/alerts?order=-raised_at&state=open", "/api/v1/articles?limit=4",
        "/api/v1/search?q=flood", "/search?q=flood",
    ],
)  # fmt: skip
def test_a_cursor_is_of_its_list_alone(other: str, client: Visitor) -> None:
    page = json.loads(client.get("/api/v1/alerts?order=-raised_at&limit=4").content)
    refused = client.get(f"{other}&cursor={page['next']}")
    assert refused.status == 400
    assert "cursor" in refused.text


def test_the_search_page_goes_on_by_cursor(client: Visitor) -> None:
    seen: list[str] = []
    path, html = "/search?q=flood", ""
    while path:
        html = client.get(path).text
        seen += [part.partition('"')[0] for part in html.split('<h2 dir="auto"><a href="/articles/')[1:]]
        link = html.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0] if 'rel="next"' in html else ""
        path = link.replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 59
    assert "51 to 59 of 59" in html
    assert client.get("/search?q=flood&cursor=AAAA").status == 400
