"""The Kibana objects by the rules that an import checks, and `kibana setup` against a server that answers as the documentation says.

No Kibana is installed here: that a real one shows the panels was not seen. What the panels ask is run on a real node in
test_newsroom_elastic.py.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from console.cli import app
from console.kibana import Kibana, KibanaError, read_objects, read_rules, rule_id, set_up
from schemas.errors import UsageError
from schemas.kibana.build import FILE, render
from tests.support.desk import RECORDS, objects, panels, properties, used_fields
from tests.support.loopback import serve

STRINGS = (
    "searchSourceJSON",
    "optionsJSON",
    "panelsJSON",
    "fieldAttrs",
    "fieldFormatMap",
    "fields",
    "runtimeFieldMap",
    "sourceFilters",
)
VERSIONS = {"index-pattern": "8.0.0", "search": "10.5.0", "dashboard": "10.2.0"}
TYPES = {
    "keyword": "string",
    "boolean": "boolean",
    "date": "date",
    "integer": "number",
    "long": "number",
    "double": "number",
}


def test_the_file_is_up_to_date() -> None:
    assert FILE.read_text("utf8") == render(), "run python -m schemas.kibana.build"


def test_every_line_is_an_object_with_the_versions_that_import() -> None:
    lines = FILE.read_text("utf8").splitlines()
    found = [json.loads(line) for line in lines]
    assert [(o["coreMigrationVersion"], o["typeMigrationVersion"]) for o in found] == [
        ("8.8.0", VERSIONS[o["type"]]) for o in found
    ]
    assert len({(o["type"], o["id"]) for o in found}) == len(found)
    assert {o["type"] for o in found} == set(VERSIONS)


def walk(value: Any, path: str = "") -> Iterator[tuple[str, str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield path, key, inner
            yield from walk(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from walk(inner, f"{path}[{n}]")


def test_what_kibana_keeps_as_text_is_text_and_parses() -> None:
    seen = set()
    for o in read_objects():
        for _, key, value in walk(o["attributes"]):
            if key in STRINGS:
                assert isinstance(value, str), (o["id"], key)
                json.loads(value)
                seen.add(key)
    assert seen == set(STRINGS)


def test_every_reference_resolves_inside_the_file() -> None:
    known = set(objects())
    for o in read_objects():
        assert {(r["type"], r["id"]) for r in o["references"]} <= known
        if o["type"] == "search":
            source = json.loads(o["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
            assert [r["name"] for r in o["references"]] == [source["indexRefName"]]
        if o["type"] == "dashboard":
            names = [r["name"] for r in o["references"]]
            wanted = []
            for p in json.loads(o["attributes"]["panelsJSON"]):
                own = [f"{p['panelIndex']}:{p['panelRefName']}"] if "panelRefName" in p else []
                layers = (
                    p["embeddableConfig"]["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]
                    if p["type"] == "lens"
                    else {}
                )
                wanted += own + [f"{p['panelIndex']}:indexpattern-datasource-layer-{layer}" for layer in layers]
            assert sorted(names) == sorted(wanted)


@pytest.mark.parametrize("panel", panels(), ids=lambda p: f"{p.dashboard}/{p.key}")
def test_a_panel_is_whole(panel: Any) -> None:
    fields, columns, state = properties(panel.index), dict(panel.columns()), panel.attributes["state"]
    assert set(columns) == set(panel.layer["columns"])
    assert set(state) == {
        "datasourceStates",
        "visualization",
        "query",
        "filters",
        "internalReferences",
        "adHocDataViews",
    }
    for column in columns.values():
        assert {"label", "dataType", "operationType", "isBucketed", "scale", "sourceField", "params"} <= set(column)
        assert column["scale"] in ("interval", "ordinal", "ratio")
        if column["sourceField"] == RECORDS:
            assert column["operationType"] == "count"
            continue
        type_ = fields[column["sourceField"]]["type"]  # KeyError: not in the mapping
        assert fields[column["sourceField"]].get("doc_values", True)
        kinds = {"range": "string", "unique_count": "number"}
        assert column["dataType"] == kinds.get(column["operationType"], TYPES[type_])
        order = column["params"].get("orderBy", {})
        assert order.get("type") != "column" or order["columnId"] in columns
    shown = json.dumps(state["visualization"])
    used = set(re.findall(r'"(?:xAccessor|splitAccessor|metricAccessor|columnId)": "([^"]+)"', shown))
    for group in re.findall(r'"(?:accessors|primaryGroups|metrics)": (\[[^\]]*\])', shown):
        used.update(json.loads(group))
    assert used == set(columns)
    assert panel.attributes["visualizationType"] in ("lnsXY", "lnsMetric", "lnsDatatable", "lnsPie")


def test_panels_lie_on_the_grid_and_not_on_each_other() -> None:
    for o in read_objects():
        taken: set[tuple[int, int]] = set()
        for p in json.loads(o["attributes"].get("panelsJSON", "[]")):
            g = p["gridData"]
            cells = {(x, y) for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])}
            assert g["i"] == p["panelIndex"]
            assert max(x for x, _ in cells) < 48
            assert not cells & taken, p["panelIndex"]
            taken |= cells


@pytest.mark.parametrize(("index", "used"), sorted(used_fields().items()))
def test_every_field_that_is_used_is_mapped(index: str, used: set[str]) -> None:
    assert used - set(properties(index)) == set()


def test_what_the_desk_was_promised_is_there() -> None:
    titles = {p.attributes["title"] for p in panels() if p.dashboard == "counterclaim-numbers"}
    assert titles >= {
        "Alerts open by severity", "Counts by day: low, central, high (click one to see it alone)", "Claims by origin and outlet", "Most disputed figures",
        "Outlets' freshness", "Extraction failures",
    }  # fmt: skip
    assert {o["attributes"]["title"] for (type, _), o in objects().items() if type == "search"} >= {
        "Counterclaim: Alerts", "Counterclaim: Claims: sentence and page", "Counterclaim: Silent outlets",
    }  # fmt: skip
    formats = json.loads(objects()["index-pattern", "counterclaim-claim"]["attributes"]["fieldFormatMap"])
    assert (formats["url"]["id"], formats["url"]["params"]["urlTemplate"]) == ("url", "{{rawValue}}")


def test_links_lead_to_searches_that_there_are() -> None:
    found = []
    for (type, _), o in objects().items():
        if type == "index-pattern":
            found += [f["params"]["urlTemplate"] for f in json.loads(o["attributes"]["fieldFormatMap"]).values()]
    led = {match.group(1) for template in found if (match := re.match(r"\.\./app/discover#/view/([\w-]+)\?", template))}
    assert led == {"counterclaim-claims", "counterclaim-findings"}
    assert all(("search", id) in objects() for id in led)


@pytest.mark.parametrize(("name", "rule"), read_rules().items())
def test_a_rule_is_of_the_query_dsl_form(name: str, rule: dict[str, Any]) -> None:
    params = rule["params"]
    assert uuid.UUID(rule_id(name)).version == 5
    assert set(rule) == {"name", "rule_type_id", "consumer", "enabled", "schedule", "tags", "actions", "params"}
    assert (rule["rule_type_id"], rule["consumer"], params["searchType"]) == (".es-query", "stackAlerts", "esQuery")
    assert isinstance(params["esQuery"], str)
    assert set(json.loads(params["esQuery"])) == {"query"}
    assert (
        len(params["threshold"]),
        params["thresholdComparator"] in (">", "<", ">=", "<="),
        params["timeWindowUnit"] in "smhd",
    ) == (1, True, True)
    assert ("termField" in params) == (params["groupBy"] == "top")


def test_another_prefix_changes_views_and_rules() -> None:
    titles = {o["attributes"]["title"] for o in read_objects("desk") if o["type"] == "index-pattern"}
    assert {t.split("-")[0] for t in titles} == {"desk"}
    assert {rule["params"]["index"][0].split("-")[0] for rule in read_rules("desk").values()} == {"desk"}


# ---------------------------------------------------------------- setup


class Server:
    """A Kibana as its documentation describes it, as far as `kibana setup` speaks to it."""

    def __init__(self) -> None:
        self.version, self.key, self.forbidden, self.ready = "9.2.0", "c2VjcmV0", "", True
        self.objects: dict[tuple[str, str], dict[str, Any]] = {}
        self.rules: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str]] = []
        self.refuse_type, self.url = "", ""

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        self.asked.append((method, path))
        if path.startswith("/s/desk/"):
            path = path.removeprefix("/s/desk")
        if headers.get("Authorization") != f"ApiKey {self.key}":
            return 401, {"statusCode": 401, "error": "Unauthorized", "message": "unable to authenticate user"}
        if self.forbidden and path.startswith(self.forbidden):
            return 403, {"statusCode": 403, "error": "Forbidden", "message": "Unable to bulk_create dashboard"}
        if method != "GET" and not headers.get("kbn-xsrf"):
            return 400, {
                "statusCode": 400,
                "error": "Bad Request",
                "message": "Request must contain a kbn-xsrf header.",
            }
        if path == "/api/status":
            return (
                (200, {"name": "kibana", "version": {"number": self.version}})
                if self.ready
                else (503, {"message": "Kibana server is not ready yet"})
            )
        if (method, path) == ("POST", "/api/saved_objects/_import?overwrite=true"):
            return self._import(headers["Content-Type"], body)
        if found := re.fullmatch(r"/api/alerting/rule/([0-9a-f-]{36})", path):
            return self._rule(method, found.group(1), json.loads(body) if body else {})
        return 404, {"statusCode": 404, "error": "Not Found", "message": "Not Found"}

    def _import(self, content_type: str, body: bytes) -> tuple[int, dict[str, Any]]:
        mark = content_type.split("boundary=")[1].encode()
        _, part, end = body.split(b"--" + mark)
        head, _, content = part.partition(b"\r\n\r\n")
        assert end.strip() == b"--"
        if b'name="file"' not in head or b'.ndjson"' not in head:
            return 400, {"statusCode": 400, "error": "Bad Request", "message": "Invalid file extension"}
        found = [json.loads(line) for line in content.decode().splitlines() if line]
        here = {(o["type"], o["id"]) for o in found}
        errors = []
        for o in found:
            missing = [r for r in o["references"] if (r["type"], r["id"]) not in here]
            if o["type"] == self.refuse_type:
                errors.append({"id": o["id"], "type": o["type"], "error": {"type": "unsupported_type"}})
            elif missing:
                errors.append(
                    {"id": o["id"], "type": o["type"], "error": {"type": "missing_references", "references": missing}}
                )
            else:
                self.objects[o["type"], o["id"]] = o
        done = {"success": not errors, "successCount": len(found) - len(errors)}
        return 200, {**done, "errors": errors} if errors else done

    def _rule(self, method: str, id: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if method == "POST":
            if id in self.rules:
                return 409, {"statusCode": 409, "error": "Conflict", "message": f"Saved object [alert/{id}] conflict"}
            self.rules[id] = body
            return 200, {"id": id, **body}
        if id not in self.rules:
            return 404, {"statusCode": 404, "error": "Not Found", "message": f"Saved object [alert/{id}] not found"}
        if method == "PUT":
            if unknown := set(body) - {
                "name",
                "tags",
                "schedule",
                "params",
                "actions",
                "throttle",
                "notify_when",
                "alert_delay",
                "flapping",
            }:
                return 400, {
                    "statusCode": 400,
                    "error": "Bad Request",
                    "message": f"[request body.{min(unknown)}]: definition for this key is missing",
                }
            if any("connector_type_id" in action for action in body["actions"]):
                return 400, {
                    "statusCode": 400,
                    "error": "Bad Request",
                    "message": "[request body.actions.0.connector_type_id]: not expected",
                }
            self.rules[id].update(body)
        return 200, {
            "id": id,
            **self.rules[id],
            "actions": [{**a, "connector_type_id": ".email"} for a in self.rules[id]["actions"]],
        }


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    made = Server()
    monkeypatch.setenv("COUNTERCLAIM_KIBANA_API_KEY", made.key + "\n")  # as it comes out of a file
    with serve(lambda *asked: (*made.answer(*asked), {})) as made.url:
        yield made


def call(server: Server, *more: str) -> Any:
    return CliRunner().invoke(app, ["kibana", "setup", "--url", server.url, *more])


def test_setup_imports_everything_and_creates_the_rules(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    told = call(server, "--space", "desk")
    assert told.exit_code == 0, told.output
    assert set(server.objects) == set(objects())
    assert sorted(r["name"] for r in server.rules.values()) == [
        "Counterclaim: new high alert", "Counterclaim: outlet silent", "Counterclaim: pipeline late", "Counterclaim: run failed",
    ]  # fmt: skip
    assert {path.split("/api/")[0] for _, path in server.asked} == {"/s/desk"}
    assert told.stdout.count("created") == 4


def test_setup_can_be_repeated_and_keeps_what_the_desk_added(server: Server) -> None:
    assert call(server).exit_code == 0
    id = rule_id("new-high-alert")
    mail = {"id": "c1", "group": "query matched", "params": {"to": ["desk@example.org"]}, "uuid": "u1"}
    server.rules[id].update(actions=[mail], enabled=False, schedule={"interval": "1d"})
    again = call(server)
    assert again.exit_code == 0, again.output
    assert again.stdout.count("updated") == 4
    assert server.rules[id] == {**read_rules()["new-high-alert"], "actions": [mail], "enabled": False}


def set_key(server: Server) -> None:
    server.key = "other"


def set_forbidden(server: Server) -> None:
    server.forbidden = "/api/saved_objects"


def set_old(server: Server) -> None:
    server.version = "8.19.1"


def set_unready(server: Server) -> None:
    server.ready = False


def set_refusing(server: Server) -> None:
    server.refuse_type = "search"


def set_no_rules(server: Server) -> None:
    server.forbidden = "/api/alerting"


FAULTS: list[tuple[Callable[[Server], None], str]] = [
    (set_key, "the credentials are not accepted; set COUNTERCLAIM_KIBANA_API_KEY"),
    (
        set_forbidden,
        "a privilege lacks for POST /api/saved_objects/_import?overwrite=true: Unable to bulk_create dashboard",
    ),
    (set_old, "is Kibana 8.19.1; these objects are made for Kibana 9"),
    (set_unready, "Kibana is not ready yet"),
    (set_refusing, "search counterclaim-alerts: unsupported_type"),
    (set_no_rules, "a privilege lacks for POST /api/alerting/rule/"),
]


@pytest.mark.parametrize(("fault", "message"), FAULTS, ids=lambda v: v.__name__ if callable(v) else "")
def test_what_kibana_refuses_is_told(server: Server, fault: Callable[[Server], None], message: str) -> None:
    fault(server)
    told = call(server)
    assert told.exit_code == 1
    assert message in told.stderr


def test_an_import_that_lacks_a_data_view_names_it(server: Server) -> None:
    kibana = Kibana(server.url)
    with pytest.raises(KibanaError, match="not everything was imported") as caught:
        kibana.import_objects([o for o in read_objects() if o["id"] != "counterclaim-coverage"])
    assert "search counterclaim-silent: missing_references index-pattern counterclaim-coverage" in str(caught.value)


def test_nobody_there_and_something_else_there(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KibanaError, match="cannot be reached"):
        list(set_up(Kibana("http://127.0.0.1:9")))
    server.version = ""
    with pytest.raises(KibanaError, match="is not Kibana"):
        list(set_up(Kibana(server.url)))
    monkeypatch.setenv("COUNTERCLAIM_ELASTIC_CA_FILE", "/nowhere/ca.pem")
    with pytest.raises(KibanaError, match=r"no file /nowhere/ca\.pem"):
        Kibana("https://kibana.example")


@pytest.mark.parametrize("url", ["kibana:5601", "ftp://kibana", "https://me:secret@kibana:5601"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(UsageError, match="--url") as caught:
        Kibana(url)
    assert "secret" not in str(caught.value)
