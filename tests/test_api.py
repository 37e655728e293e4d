"""The records for other programs: pages with a cursor, ETags, and a description that the answers keep to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from console.web.api_reading import KINDS
from console.web.openapi import description
from processing.pipeline.work import Work
from processing.store import Batch, open_store
from schemas.settings import Settings
from tests.support.records import NOON, make_finding
from tests.test_pipeline import POLICE, UNION, Clock, arrive
from tests.visit import Visitor, visit


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Visitor]:
    settings = Settings(home=tmp_path, ship_outlets=False, ship_topics=False)
    store = open_store(settings.store_url)
    arrive(Work(store, settings, {}, {}, now=Clock()), POLICE, UNION)
    figure = next(iter(store.find(KINDS["figures"]))).id
    store.apply(
        Batch(put=[make_finding(id=f"n{i}", figure=figure, gap=float("inf"), day=NOON.date()) for i in range(7)])
    )
    store.close()
    with visit(settings) as made:
        yield made


def told(client: Visitor, path: str, status: int = 200) -> Any:
    answer = client.get(path)
    assert (path, answer.status) == (path, status)
    assert answer.headers["content-type"] == "application/json"
    return json.loads(answer.content)


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    whole = Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema", **description()})
    registry = Registry().with_resource("api:", whole)
    text = json.dumps(schema).replace('"#/', '"api:#/')
    return Draft202012Validator(json.loads(text), registry=registry)


@pytest.mark.parametrize("kind", KINDS)
def test_answers_are_as_the_description_says(kind: str, client: Visitor) -> None:
    paths = description()["paths"]
    page = told(client, f"/api/v1/{kind}")
    ok = paths[f"/api/v1/{kind}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert [e.message for e in validator(ok).iter_errors(page)] == []
    assert page["total"] == len(page["items"])
    one = paths[f"/api/v1/{kind}/{{id}}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    for item in page["items"][:3]:
        id = item.get("id") or f"{item['figure']}:{item['day']}"
        assert [e.message for e in validator(one).iter_errors(told(client, f"/api/v1/{kind}/{id}"))] == []
    assert "error" in told(client, f"/api/v1/{kind}/nothing", 404)


def test_pages_follow_each_other(client: Visitor) -> None:
    whole = [f["id"] for f in told(client, "/api/v1/findings?limit=200")["items"]]
    found, cursor = [], ""
    while cursor is not None:
        page = told(client, f"/api/v1/findings?limit=3&cursor={cursor}")
        assert len(page["items"]) <= 3
        assert page["total"] == len(whole)
        found += [f["id"] for f in page["items"]]
        cursor = page["next"]
    assert found == whole
    down = [f["id"] for f in told(client, "/api/v1/findings?order=-day&limit=200")["items"]]
    assert sorted(down) == sorted(whole)


def test_what_did_not_change_is_not_sent_again(client: Visitor) -> None:
    first = client.get("/api/v1/alerts")
    again = client.get("/api/v1/alerts", headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.content) == (304, b"")
    assert client.get("/api/v1/alerts", headers={"if-none-match": '"other"'}).status == 200


@pytest.mark.parametrize(
    ("path", "count"),
    [("alerts?state=open", 1), ("alerts?state=closed", 0), ("claims?event=detain", 4), ("articles?outlet=xx/ledger", 1), ("search?q=lawyers", 1), ("search?q=detained&of=claims", 4)],
)  # fmt: skip
def test_records_are_chosen(path: str, count: int, client: Visitor) -> None:
    assert told(client, f"/api/v1/{path}")["total"] == count


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("alerts?limit=0", "limit: '0' is no number from 1 to 200"), ("alerts?limit=x", "limit"), ("alerts?limit=%C2%B2", "limit"),
        ("alerts?cursor=zz%C3%A9", "cursor"), ("alerts?cursor=AAAA", "cursor"), ("alerts?shape=round", "shape: unknown; allowed: limit"),
        ("alerts?order=size", "order: 'size' is none of"), ("articles?revision=x", "revision: 'x' is no number"),
        ("articles?published=noon", "published: 'noon' is no ISO 8601"), ("search?q=", "q: has no word"), ("search?q=x&of=y", "of: 'y'"),
        ("search?q=-x", "needs a word that is there"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told(path: str, text: str, client: Visitor) -> None:
    assert text in told(client, f"/api/v1/{path}", 400)["error"]


# ---------------------------------------------------------------- feeds


@pytest.mark.parametrize("path", ["/alerts", "/search?q=police", "/search?q=police&of=claims"])
@pytest.mark.parametrize("ending", ["atom", "rss"])
def test_feeds_hold_what_the_page_holds(path: str, ending: str, client: Visitor) -> None:
    name, _, query = path.partition("?")
    answer = client.get(f"{name}.{ending}?{query}")
    assert answer.headers["content-type"] == f"application/{ending}+xml"
    root = ET.fromstring(answer.content)
    space = "{http://www.w3.org/2005/Atom}" if ending == "atom" else ""
    entries = root.findall(f"{space}entry") if ending == "atom" else root.findall("channel/item")
    assert entries
    for entry in entries:
        link = entry.find(f"{space}link")
        assert link is not None
        address = link.get("href") or link.text or ""
        assert address.startswith(client.origin)
        assert client.get(address.removeprefix(client.origin)).status == 200


def test_a_feed_of_no_search_is_refused(client: Visitor) -> None:
    assert client.get("/search.atom").status == 400
