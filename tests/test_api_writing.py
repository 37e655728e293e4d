"""What programs change, export and exchange over HTTP; the whole API against made-up requests by Schemathesis."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from pyarrow import parquet, types

from console.opml import outlets_as_opml, read_opml
from console.web.openapi import description
from console.web.site import make_site
from processing.pipeline.people import find_user, new_token
from processing.pipeline.searches import new_hits
from processing.store import Batch
from schemas.config import load_outlet
from schemas.errors import UsageError
from schemas.people import AuditEntry, SavedSearch
from schemas.records import Alert, Article, Claim, Figure
from schemas.settings import Settings
from tests.support.desk_store import desk_settings, opened, people
from tests.support.records import make_article
from tests.visit import Answer, Visitor, visit

TOPIC = """name: kentor
title: Kentor
match: [[Kentor]]
figures:
  held: {what: [people, person], event: [detain], title: people held}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return desk_settings(tmp_path)


@pytest.fixture
def client(settings: Settings) -> Iterator[Visitor]:
    with visit(settings) as made:
        yield made


def send(client: Visitor, method: str, path: str, sent: Any, **headers: str) -> Answer:
    body = json.dumps(sent).encode()
    told = {"content-type": "application/json", "content-length": str(len(body)), **headers}
    return client.send(method, f"/api/v1{path}", body, told)


def alert_of(settings: Settings) -> Alert:
    with opened(settings) as work:
        return next(work.store.find(Alert))


def figure_of(settings: Settings) -> Figure:
    with opened(settings) as work:
        return work.store.get(Figure, alert_of(settings).figure)


# ---------------------------------------------------------------- writing


def test_an_alert_is_acted_on_and_the_record_comes_back(client: Visitor, settings: Settings) -> None:
    id = alert_of(settings).id
    answer = send(client, "POST", f"/alerts/{id}/actions", {"action": "reconcile", "reason": "one square", "by": "Ada"})
    assert (answer.status, json.loads(answer.content)["state"]) == (200, "reconciled")
    with opened(settings) as work:
        assert [(e.author, e.action, e.target) for e in work.store.find(AuditEntry)] == [("Ada", "act on an alert", id)]


def test_what_was_changed_meanwhile_is_not_changed_again(client: Visitor, settings: Settings) -> None:
    id = alert_of(settings).id
    tag = str(client.get(f"/api/v1/alerts/{id}").headers["etag"])
    sent = {"action": "note", "reason": "first", "by": "Ada"}
    statuses = [send(client, "POST", f"/alerts/{id}/actions", sent, **{"if-match": tag}).status for _ in range(2)]
    assert statuses == [200, 412]


def test_a_figure_is_adopted_corrected_split_merged_and_followed(client: Visitor, settings: Settings) -> None:
    figure, signed = figure_of(settings), {"by": "Ada", "reason": "court lists"}
    assert send(client, "POST", f"/figures/{figure.id}/adopt", {"low": 100, "high": 120, **signed}).status == 201
    assert send(client, "POST", f"/figures/{figure.id}/split", {"claims": [figure.claims[0]], **signed}).status == 201
    changes = {"kind": "claim", "target": figure.claims[0], "changes": {"low": 90, "high": 90}, **signed}
    made = send(client, "POST", "/corrections", changes)
    assert made.status == 201
    undone = send(client, "POST", f"/corrections/{json.loads(made.content)['id']}/undo", signed)
    assert json.loads(undone.content)["undone"]["by"] == "Ada"
    with opened(settings) as work:
        found = next(f for f in work.store.find(Figure) if len(f.claims) > 1)
    followed = json.loads(send(client, "POST", f"/figures/{found.id}/follow", {"name": "held"}).content)
    assert followed["topic"] == "held"
    topics = json.loads(client.get("/api/v1/topics").content)
    assert [t["name"] for t in topics["items"]] == ["held"]
    assert "path" not in topics["items"][0]


def test_a_topic_file_is_written_and_at_work_at_once(client: Visitor, settings: Settings) -> None:
    assert send(client, "PUT", "/topics/kentor", {"yaml": TOPIC, "by": "Ada"}).status == 200
    assert json.loads(client.get("/api/v1/topics/kentor").content)["title"] == "Kentor"
    with opened(settings) as work:
        assert [(f.topic, f.name) for f in work.store.find(Figure) if f.topic] == [("kentor", "held")]
    for path, text in (
        ("kentor", "name: kentor\n"),
        ("other", TOPIC),
        ("..%2Fx", TOPIC),
        ("Kentor", TOPIC),
        ("kentor", "a: ["),
    ):
        assert send(client, "PUT", f"/topics/{path}", {"yaml": text}).status in (400, 404), (path, text)
    assert sorted(p.name for p in settings.home.rglob("*.yml")) == ["kentor.yml"]


WRONG = [
    ("POST", "/alerts/{id}/actions", {"action": "explode", "by": "Ada"}, 400, "action"),
    ("POST", "/alerts/{id}/actions", {"action": "close", "by": "Ada", "more": 1}, 400, "more"),
    ("POST", "/alerts/{id}/actions", {"action": "close"}, 400, "needs the name"),
    ("POST", "/alerts/{id}/actions", {"action": "close", "by": "a" * 81}, 400, "by"),
    ("POST", "/alerts/nothing/actions", {"action": "close", "by": "Ada"}, 404, "no alert"),
    ("POST", "/alerts/{id}/actions", [1], 400, "object"),
    ("PUT", "/alerts/{id}/assignment", {"user": "Eve", "by": "Ada"}, 400, "no user 'Eve'"),
    (
        "POST",
        "/corrections",
        {"kind": "claim", "target": "x", "changes": {"size": 1}, "by": "A", "reason": "b"},
        400,
        "size",
    ),
    ("POST", "/searches", {"name": "x", "words": "-a"}, 400, "needs a word"),
    ("DELETE", "/searches/nothing", {}, 404, "no savedsearch"),
    ("POST", "/alerts/{id}/actions", {"action": "note", "by": "Ada", "reason": "x" * 300_000}, 413, "more than"),
]


@pytest.mark.parametrize(("method", "path", "sent", "status", "told"), WRONG)
def test_what_is_not_possible_is_told(
    method: str, path: str, sent: Any, status: int, told: str, client: Visitor, settings: Settings
) -> None:
    before = alert_of(settings)
    answer = send(client, method, path.format(id=before.id), sent)
    assert answer.status == status
    assert told in json.loads(answer.content)["error"]
    assert alert_of(settings) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
        {"content-type": "text/plain"}, {"content-type": "application/x-www-form-urlencoded"},
    ],
)  # fmt: skip
def test_another_site_changes_nothing(headers: dict[str, str], client: Visitor, settings: Settings) -> None:
    before = alert_of(settings)
    sent = {"action": "close", "by": "Ada"}
    assert send(client, "POST", f"/alerts/{before.id}/actions", sent, **headers).status in (403, 415)
    assert alert_of(settings) == before


def test_a_token_speaks_for_its_user_and_no_further(client: Visitor, settings: Settings) -> None:
    people(settings)
    with opened(settings) as work:
        tokens = {name: new_token(work, find_user(work.store, name), "", 1)[0] for name in ("Rita", "Ada", "Otto")}
    path, sent = f"/alerts/{alert_of(settings).id}/actions", {"action": "acknowledge", "by": "Otto"}
    assert send(client, "POST", path, sent).status == 401
    assert send(client, "POST", path, sent, authorization=f"Bearer {tokens['Rita']}").status == 403
    assert send(client, "POST", path, sent, authorization=f"Bearer {tokens['Ada']}").status == 200
    assert alert_of(settings).history[-1].by == "Ada"
    for name, status in (("Ada", 403), ("Otto", 200)):
        assert client.get("/api/v1/audit", {"authorization": f"Bearer {tokens[name]}"}).status == status


# ---------------------------------------------------------------- searches that are followed


def test_a_search_is_followed_until_its_new_hit_was_looked_at(client: Visitor, settings: Settings) -> None:
    made = send(client, "POST", "/searches", {"name": "Kentor", "words": "kentor harbour", "by": "Ada"})
    assert made.status == 201
    id = json.loads(made.content)["id"]
    assert send(client, "POST", "/searches", {"name": "KENTOR", "words": "x", "by": "Ada"}).status == 400
    with opened(settings) as work:
        assert [(n.search.name, n.count) for n in new_hits(work)] == [("Kentor", 0)]
        now = work.now()
        new = make_article(
            url="https://x.example/n",
            text="Kentor harbour stays shut.",
            published=now,
            published_day=now.date(),
            fetched_at=now,
        )
        old = work.store.get(SavedSearch, id)
        work.store.apply(Batch(put=[new, replace(old, seen_at=old.seen_at.replace(year=2026, month=1))]))
        assert [n.count for n in new_hits(work)] == [1]
    assert "<b>1 new</b>: Kentor" in client.get("/").text
    feed = client.get(f"/searches/{id}.atom")
    assert (feed.status, feed.headers["location"]) == (303, "/search.atom?q=kentor+harbour")
    assert client.get(f"/searches/{id}").headers["location"] == "/search?q=kentor+harbour"
    with opened(settings) as work:
        from tests.support.elastic_node import until

        until(lambda: [n.count for n in new_hits(work)] == [0], "it is noted that somebody looked")
    assert send(client, "DELETE", f"/searches/{id}", {}).status == 204


# ---------------------------------------------------------------- exports, OPML


def test_exports_hold_what_the_store_holds(client: Visitor, settings: Settings) -> None:
    with opened(settings) as work:
        claims = list(work.store.find(Claim))
    lines = client.get("/export/claims.jsonl").content.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [c.id for c in claims]
    rows = list(csv.DictReader(io.StringIO(client.get("/export/claims.csv").content.decode(), newline="")))
    assert [(r["id"], r["low"]) for r in rows] == [(c.id, str(c.low)) for c in claims]
    table = parquet.read_table(io.BytesIO(client.get("/export/claims.parquet").content))
    assert table.column("id").to_pylist() == [c.id for c in claims]
    assert types.is_timestamp(table.schema.field("published").type)
    assert types.is_float64(table.schema.field("low").type)
    assert client.get("/export/alerts.csv?state=closed").content.decode().count("\n") == 1
    for path, status in (("claims.csv?size=1", 400), ("users.csv", 400), ("claims.exe", 400)):
        assert client.get(f"/export/{path}").status == status


@pytest.mark.parametrize("title", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(title: str, client: Visitor, settings: Settings) -> None:
    with opened(settings) as work:
        work.store.apply(Batch(put=[make_article(url="https://x.example/f", title=title)]))
    text = client.get("/export/articles.csv").content.decode()
    (row,) = (r for r in csv.DictReader(io.StringIO(text, newline="")) if r["url"] == "https://x.example/f")
    assert row["title"] == f"'{title}"


def test_outlets_go_out_and_come_in_again(tmp_path: Path) -> None:
    path = tmp_path / "gb" / "x.yml"
    path.parent.mkdir()
    path.write_text(
        "name: 'X & <Y>'\ncountry: gb\nlanguage: en\ntimezone: Europe/London\nhome: https://x.example/\nfeeds: [https://x.example/a, https://x.example/b]\n"
    )
    data = outlets_as_opml([load_outlet(path)])
    assert [o.get("xmlUrl") for o in ET.fromstring(data).iter("outline") if o.get("xmlUrl")] == [
        "https://x.example/a",
        "https://x.example/b",
    ]
    (draft,) = read_opml(data, "us", "Europe/London")
    assert draft.id == "gb/xy"
    (tmp_path / "gb" / "xy.yml").write_text(draft.text)
    again = load_outlet(tmp_path / "gb" / "xy.yml")
    assert (again.name, again.country, [str(f) for f in again.feeds]) == (
        "X & <Y>",
        "gb",
        ["https://x.example/a", "https://x.example/b"],
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no XML"), (b"<opml", "no XML"), (b"<html/>", "no OPML"), (b"<opml><body/></opml>", "no feed"),
        (b"<opml><body><outline text='x' xmlUrl='file:///etc/passwd'/></body></opml>", "no feed"),
        (b"<opml><body><outline text='x' xmlUrl='javascript:1'/></body></opml>", "no feed"),
        (b'<!DOCTYPE o [<!ENTITY e SYSTEM "file:///etc/passwd">]><opml><body><outline text="&e;" xmlUrl="x"/></body></opml>', "no "),
    ],
)  # fmt: skip
def test_what_is_no_list_of_feeds(data: bytes, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read_opml(data, "gb", "UTC")


# ---------------------------------------------------------------- fuzzed


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Any:
    given = desk_settings(tmp_path_factory.mktemp("api"))
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", make_site(given, hosts=["*"], changes=True))


ASKED = [(path, method) for path, item in description()["paths"].items() for method in item]


@pytest.mark.parametrize(("path", "method"), ASKED)
def test_made_up_requests_are_answered_as_the_description_says(path: str, method: str, api: Any) -> None:
    checks = schemathesis.checks
    told = [
        checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance,
    ]  # type: ignore[attr-defined]  # fmt: skip

    @bounded(max_examples=6, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=api[path][method].as_strategy())
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=told)

    ask()


def test_articles_are_still_there(client: Visitor, settings: Settings) -> None:
    with opened(settings) as work:
        assert work.store.count(Article) == json.loads(client.get("/api/v1/articles").content)["total"] == 2
