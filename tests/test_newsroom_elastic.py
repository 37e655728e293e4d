"""The sample newsroom on a real Elasticsearch: the same records as on SQLite, and what the desk's panels and rules ask gives what it should."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from console.kibana import read_rules
from demo.run import Result, run_newsroom
from processing.store import FIELDS, Batch, Store, open_store, record_id
from processing.store.elastic.connection import read_address
from schemas.errors import StoreError
from schemas.kibana.desk import PAGE, VIEWS
from schemas.records import FINDINGS, Alert, Article, Claim, Figure, FigureDay, Finding, Outcome, Page, Run
from tests.conftest import empty
from tests.support.desk import Shown, panels, rule_search, used_fields
from tests.support.newsroom_records import timeless
from tests.support.records import make_delivery, make_figure
from tests.visit import Visitor, crawl, visit

PANELS = {p.key: p for p in panels()}
OF_WHAT_FAILED = {"run": {"failed_steps"}}  # see the test of the rule of a failed run


@dataclass(frozen=True)
class Both:
    """The newsroom played on both stores, with the same addresses of its outlets."""

    embedded: Store
    elastic: Store
    result: Result
    client: Elasticsearch
    prefix: str
    embedded_url: str
    elastic_url: str
    embedded_home: Path

    def search(self, index: str, request: dict[str, Any]) -> dict[str, Any]:
        return dict(self.client.search(index=f"{self.prefix}-{index}", **request).body)

    def panel(self, panel: Shown) -> dict[str, Any]:
        return self.search(panel.index, panel.search())


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, elastic_home: str) -> Iterator[Both]:
    one, two = tmp_path_factory.mktemp("embedded"), tmp_path_factory.mktemp("elastic")
    address = empty(elastic_home)
    embedded = run_newsroom(one, 0)
    state = json.loads((one / "newsroom.json").read_text("utf8"))
    (two / "newsroom.json").write_text(json.dumps({**state, "played": 0}))  # the same ports, so that ids are the same
    result = run_newsroom(two, 0, store=address)
    assert not (two / "counterclaim.db").exists()
    hosts, prefix = read_address(address)
    made = Both(
        open_store(embedded.settings.store_url),
        open_store(address),
        result,
        Elasticsearch(hosts, request_timeout=60),
        prefix,
        embedded.settings.store_url,
        address,
        one,
    )
    made.client.indices.refresh(index=f"{prefix}-*")
    yield made
    made.embedded.close()
    made.elastic.close()
    made.client.close()


@pytest.mark.parametrize("cls", [cls for cls in FIELDS if cls is not Run], ids=lambda c: c.__name__)
def test_every_record_is_the_same_on_both_stores(cls: type[Any], both: Both) -> None:
    one, two = ({record_id(r): timeless(r) for r in store.find(cls)} for store in (both.embedded, both.elastic))
    assert two == one
    assert one or cls.__name__ in ("Correction", "Delivery", "Denial") or cls.__module__ == "schemas.people"


def test_the_planted_alerts_are_found(both: Both) -> None:
    planted = Counter((e.finding, e.severity, e.topic) for e in both.result.plan.expected)
    assert Counter((a.finding, a.severity, a.topic) for a in both.elastic.find(Alert)) == planted
    assert [run.errors for run in both.result.runs if any("silent" not in e for e in run.errors)] == []


def test_keys_and_queues_are_the_same(both: Both) -> None:
    spaces = both.embedded.spaces()
    assert both.elastic.spaces() == spaces
    for space in spaces:
        assert dict(both.elastic.all_keys(space)) == dict(both.embedded.all_keys(space))
    assert both.elastic.info().waiting == both.embedded.info().waiting == {}


def test_the_web_page_is_the_same(both: Both) -> None:
    """Every page that links lead to, apart from the store's address, run times, the order of equally good search results and cursors,
    which are each store's own."""

    runs = "|".join(run.id for kept in (both.embedded, both.elastic) for run in kept.find(Run)).encode()

    def pages(visitor: Visitor, store: str) -> dict[str, bytes]:
        found = crawl(visitor)
        assert {path: page.status for path, page in found.items() if page.status != 200} == {}
        return {
            path: re.sub(rb"cursor=[\w-]+", b"CURSOR", re.sub(runs, b"RUN", page.content))
            .replace(store.encode(), b"STORE")
            .replace(visitor.origin.encode(), b"ORIGIN")
            for path, page in found.items()
            if not path.startswith(("/runs", "/brief", "/search?"))
        }

    settings = both.result.settings
    with (
        visit(settings.model_copy(update={"store": both.embedded_url, "home": both.embedded_home})) as one,
        visit(settings.model_copy(update={"store": both.elastic_url})) as two,
    ):
        first, second = pages(one, both.embedded_url), pages(two, both.elastic_url)
    assert len(first) > 100
    assert second == first


def test_search_finds_the_same_articles(both: Both) -> None:
    for words in ("soldiers killed", "flood", "insurers estimate"):
        found = [{hit.article.id for hit in store.search(words, limit=500)} for store in (both.embedded, both.elastic)]
        assert found[0] == found[1]
        assert found[0]


# ---------------------------------------------------------------- what the desk sees


def day_of(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def buckets(answer: dict[str, Any], *path: str) -> Counter[tuple[Any, ...]]:
    """The numbers of documents by the keys of nested buckets; days as ISO dates."""

    def walk(
        inside: dict[str, Any], left: tuple[str, ...], keys: tuple[Any, ...]
    ) -> Iterator[tuple[tuple[Any, ...], int]]:
        for b in inside[left[0]]["buckets"]:
            key = b["key_as_string"][:10] if "key_as_string" in b else b["key"]
            if left[1:]:
                yield from walk(b, left[1:], (*keys, key))
            else:
                yield (*keys, key), b["doc_count"]

    return Counter(dict(walk(answer["aggregations"], path, ())))


def test_open_alerts_by_day_and_severity(both: Both) -> None:
    alerts = [a for a in both.elastic.find(Alert) if a.state == "open"]
    shown = buckets(both.panel(PANELS["open"]), "severity", "raised_at")
    assert shown == Counter((a.severity, day_of(a.raised_at)) for a in alerts)
    assert both.panel(PANELS["open-high"])["hits"]["total"]["value"] == sum(a.severity == "high" for a in alerts) > 0


def test_figures_by_day(both: Both) -> None:
    figures = {f.id: f for f in both.elastic.find(Figure)}
    days = [d for d in both.elastic.find(FigureDay) if figures[d.figure].topic]
    origins: Counter[str] = Counter()
    for d in days:
        origins[figures[d.figure].title] += d.origins
    shown = both.panel(PANELS["timeline"])["aggregations"]["figure_title"]["buckets"]
    assert [b["custom"]["value"] for b in shown] == sorted(origins.values(), reverse=True)[:6]
    for figure in shown:
        of_figure = [d for d in days if figures[d.figure].title == figure["key"]]
        assert len(figure["day"]["buckets"]) == len({d.day for d in of_figure})
        for b in figure["day"]["buckets"]:
            these = [d for d in of_figure if d.day.isoformat() == b["key_as_string"][:10]]
            lows, centrals, highs = (
                [v for v in (getattr(d, name) for d in these) if v is not None] for name in ("low", "central", "high")
            )
            assert b["min_low"]["value"] == min(lows, default=None)
            assert b["max_central"]["value"] == max(centrals, default=None)
            assert b["max_high"]["value"] == max(highs, default=None)
    assert shown


def test_claims_by_origin_and_outlet(both: Both) -> None:
    said = [
        (id, c.outlet_name)
        for c in both.elastic.find(Claim)
        for id in (c.source_id if isinstance(c.source_id, tuple) else [c.source_id])
        if id
    ]
    claims = Counter(said)
    shown = buckets(both.panel(PANELS["claims"]), "source_id", "outlet_name")
    assert len(shown) > 5
    assert {key: claims[key] for key in shown} == dict(shown)
    origins = Counter(id for id, _ in said)
    total: Counter[str] = Counter()
    for (origin, _), n in shown.items():
        total[origin] += n
    assert sorted(total.values(), reverse=True) == sorted(origins.values(), reverse=True)[:15]


def test_most_disputed_figures(both: Both) -> None:
    titles = {f.id: f.title for f in both.elastic.find(Figure)}
    disputed = Counter((titles[f.figure],) for f in both.elastic.find(Finding) if f.severity)
    shown = buckets(both.panel(PANELS["disputed"]), "figure_title")
    assert shown == Counter(dict(disputed.most_common(20))) or sorted(shown.values()) == sorted(
        n for _, n in disputed.most_common(20)
    )
    assert shown


def test_how_far_apart(both: Both) -> None:
    gaps = [f for f in both.elastic.find(Finding) if f.severity and f.gap is not None and f.gap != float("inf")]
    answer = both.panel(PANELS["gaps"])
    edges = [(1.0, 1.5), (1.5, 2.0), (2.0, 5.0), (5.0, 10.0), (10.0, float("inf"))]
    shown = [b["doc_count"] for b in answer["aggregations"]["gap"]["buckets"]]
    assert shown == [sum(low <= f.gap < high for f in gaps if f.gap is not None) for low, high in edges]
    for b in both.panel(PANELS["gap-percentiles"])["aggregations"]["shown_as"]["buckets"]:
        of_kind = [f.gap for f in gaps if FINDINGS[f.finding] == b["key"] and f.gap is not None]
        value = b["p50_gap"]["values"]["50.0"]
        assert (value is None) == (not of_kind)
        assert value is None or value == pytest.approx(median(of_kind), rel=0.3)


def test_extraction_failures(both: Both) -> None:
    failed = [o for o in both.elastic.find(Outcome) if o.step == "clean" and o.outcome in ("rejected", "failed")]
    assert buckets(both.panel(PANELS["failures"]), "code", "outlet") == Counter((o.code, o.outlet) for o in failed)


def test_freshness_of_outlets(both: Both) -> None:
    newest: dict[str, datetime] = {}
    for a in both.elastic.find(Article):
        if a.published:
            newest[a.outlet_name] = max(a.published, newest.get(a.outlet_name, a.published))
    shown = both.panel(PANELS["freshness"])["aggregations"]["outlet_name"]["buckets"]
    assert {b["key"]: datetime.fromtimestamp(b["max_published"]["value"] / 1000, UTC) for b in shown} == newest


def test_runs_pages_and_outlets(both: Both) -> None:
    runs = list(both.elastic.find(Run))
    shown = both.panel(PANELS["run-failures"])["aggregations"]["started_at"]["buckets"]
    failures = {b["key_as_string"][:10]: b["sum_failures"]["value"] for b in shown}
    assert set(failures) == {day_of(run.started_at) for run in runs}
    silent_days = {day_of(run.started_at) for run in runs for c in run.outlets if c.reason}
    assert {day for day, n in failures.items() if n} == silent_days
    pages = Counter((p.status, day_of(p.fetched_at)) for p in both.elastic.find(Page))
    assert buckets(both.panel(PANELS["pages"]), "status", "fetched_at") == pages
    outlets = {
        b["key"]: b["sum_articles"]["value"]
        for b in both.panel(PANELS["outlets"])["aggregations"]["outlet_name"]["buckets"]
    }
    names = {a.outlet: a.outlet_name for a in both.elastic.find(Article)}
    wanted: Counter[str] = Counter()
    for run in runs:
        for c in run.outlets:
            wanted[names[c.outlet]] += c.articles
    assert outlets == wanted
    assert set(names) & set(outlets) == set()


@pytest.mark.parametrize("key", sorted(set(PANELS) - {"refused", "outbox"}))
def test_every_panel_shows_something(key: str, both: Both) -> None:
    answer = both.panel(PANELS[key])
    assert answer["_shards"]["failed"] == 0
    assert answer["hits"]["total"]["value"] > 0 or key == "failures"
    for value in answer.get("aggregations", {}).values():
        assert value.get("buckets") or value.get("value") is not None or key == "failures"


DOCS = Path(__file__).parents[1] / "docs" / "elastic.md"
RECIPES = re.findall(
    r"^```\nGET counterclaim-(\w+)/_search\n(.*?)^```", DOCS.read_text("utf8"), re.MULTILINE | re.DOTALL
)


def test_the_recipes_of_the_docs_answer(both: Both) -> None:
    """Each is run; by the word that tells which, what it must find."""
    claims = {c.id: c for c in both.elastic.find(Claim)}
    killed = [c for c in claims.values() if c.event_said == "killed"]
    seen = set()
    for index, text in RECIPES:
        answer = both.search(index, {**json.loads(text), **({"size": 1000} if '"size": 0' not in text else {})})
        found = {hit["_id"] for hit in answer["hits"]["hits"]}
        if '"figure"' in text and '"day"' in text:
            shown = {
                (f["key"], o["key"]): max(d["most"]["value"] for d in o["day"]["buckets"])
                for f in answer["aggregations"]["figure"]["buckets"]
                for o in f["outlet"]["buckets"]
            }
            wanted: dict[tuple[str, str], float] = {}
            for c in killed:
                if c.figure_title and c.stance == "asserts" and c.central is not None:
                    key = (c.figure_title, c.outlet_name)
                    wanted[key] = max(c.central, wanted.get(key, c.central))
            assert shown == wanted != {}
            seen.add("by outlet and day")
        elif '"central": {"gte"' in text:
            assert found == {c.id for c in killed if c.central is not None and 900 <= c.central <= 1200} != set()
            seen.add("point")
        elif '"within"' in text:
            assert found == {
                c.id for c in killed if c.low is not None and c.high is not None and 900 <= c.low <= c.high <= 1200
            }
            seen.add("interval")
        elif '"nis"' in text:
            said = {b["key"]: b["doc_count"] for b in answer["aggregations"]["said"]["buckets"]}
            assert said == Counter(c.source for c in claims.values() if c.source_id == "nis")
            assert len(said) > 1
            seen.add("origin")
        elif '"spread"' in text:
            assert answer["aggregations"]["spread"]["values"]["50.0"] is not None
            assert answer["aggregations"]["steps"]["buckets"]
            seen.add("spread")
        elif '"event_said.words"' in text:
            assert {claims[id].event for id in found} >= {"kill"}
            seen.add("words")
        elif '"text_in.de"' in text:
            assert {a.language for a in both.elastic.get_many(Article, sorted(found)).values()} == {"de"}
            seen.add("German")
        elif '"corrections.field"' in text:
            assert found == set()  # nobody corrected anything in the newsroom
            seen.add("corrections")
    assert len(seen) == len(RECIPES) == 8


def test_links_survive_an_apostrophe_in_a_name(both: Both) -> None:
    """A link holds ids alone: their values are put into it as they are, and an apostrophe would end it."""
    linked = {(v.name, f) for v in VIEWS for f, template in v.links.items() if template != PAGE}
    values = {
        str(value)
        for c in both.elastic.find(Claim)
        for name, field in linked
        if name == "claim"
        for value in [getattr(c, field)]
        if value
    }
    assert len(values) > 20
    assert not [value for value in values if "'" in value]
    assert any("'" in (c.source or "").replace("’", "'") for c in both.elastic.find(Claim))
    assert {field for _, field in linked} <= {"figure", "source_id", "id"}


def test_the_rule_of_new_high_alerts(both: Both) -> None:
    rule = read_rules(both.prefix)["new-high-alert"]
    high = [a for a in both.elastic.find(Alert) if a.severity == "high" and a.state == "open"]
    for run in both.result.runs:
        found = both.search("alert", rule_search(rule, (run.started_at + timedelta(minutes=20)).isoformat()))
        assert {hit["_id"] for hit in found["hits"]["hits"]} == {a.id for a in high if a.raised_at == run.started_at}
    assert high


def test_the_rule_of_silent_outlets(both: Both) -> None:
    rule = read_rules(both.prefix)["outlet-silent"]
    outlet, _ = both.result.plan.silent
    for run in both.result.runs:
        found = both.search("coverage", rule_search(rule, (run.started_at + timedelta(hours=1)).isoformat()))
        named = {b["key"] for b in found["aggregations"]["groups"]["buckets"]}
        assert named == ({outlet} if any(c.reason for c in run.outlets) else set())
    assert any(c.reason for run in both.result.runs for c in run.outlets)


def test_the_rule_of_a_late_pipeline(both: Both) -> None:
    rule = read_rules(both.prefix)["pipeline-late"]
    last = both.result.runs[-1].ended_at
    assert last is not None
    for hours, found in ((1, 1), (25, 1), (27, 0)):
        answer = both.search("run", rule_search(rule, (last + timedelta(hours=hours)).isoformat()))
        assert answer["hits"]["total"]["value"] == found


def test_the_rule_of_a_failed_run(both: Both) -> None:
    """No run of the sample newsroom failed, so one is made; it does not count as a run that ended well."""
    rules = read_rules(both.prefix)
    last = both.result.runs[-1].ended_at
    assert last is not None
    started = last + timedelta(hours=20)
    failed = Run("failed", started, started + timedelta(minutes=5), "by hand", {}, failed=("fetch",))

    def found(rule: str, hours: int) -> int:
        both.client.indices.refresh(index=f"{both.prefix}-run")
        answer = both.search("run", rule_search(rules[rule], (last + timedelta(hours=hours)).isoformat()))
        return int(answer["hits"]["total"]["value"])

    assert (found("run-failed", 21), found("pipeline-late", 21), found("pipeline-late", 27)) == (0, 1, 0)
    both.elastic.apply(Batch(put=[failed]))
    try:
        assert (found("run-failed", 21), found("pipeline-late", 21), found("pipeline-late", 27)) == (1, 1, 0)
        assert both.client.count(index=f"{both.prefix}-run", query={"term": {"failed_steps": "fetch"}})["count"] == 1
    finally:
        both.elastic.apply(Batch(delete=[(Run, failed.id)]))
    assert found("run-failed", 21) == 0


@pytest.mark.parametrize("key", ["refused", "outbox"])
def test_refused_documents_and_notices_are_shown(key: str, both: Both) -> None:
    """The sample newsroom has none of either, so they are made."""
    both.elastic.apply(Batch(put=[make_delivery()]))
    with pytest.raises(StoreError, match="1 documents were rejected and are kept in"):
        both.elastic.apply(Batch(put=[make_figure(id="long", name="n" * 40_000)]))  # longer than a keyword may be
    both.client.indices.refresh(index=f"{both.prefix}-*")
    (bucket,) = next(iter(both.panel(PANELS[key])["aggregations"].values()))["buckets"]
    assert (bucket["key"], bucket["doc_count"]) == {"refused": (f"{both.prefix}-figure-v1", 1), "outbox": ("desk", 1)}[
        key
    ]


@pytest.mark.parametrize(("index", "used"), sorted(used_fields().items()))
def test_every_field_that_is_used_holds_data(index: str, used: set[str], both: Both) -> None:
    if index in ("rejected", "delivery"):
        return  # see the test before
    empty_ = [
        f
        for f in sorted(used - OF_WHAT_FAILED.get(index, set()))
        if both.client.count(index=f"{both.prefix}-{index}", query={"exists": {"field": f}})["count"] == 0
    ]
    assert empty_ == []
