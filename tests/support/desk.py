"""What tests ask of the Kibana objects: the fields they use, and the Elasticsearch queries that panels and rules come to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from console.kibana import read_objects, read_rules
from processing.store.elastic.layout import template

RECORDS = "___records___"
_CLAUSE = re.compile(r"([\w.@]+): (?:\((\w+(?: or \w+)*)\)|(\*)|(\w+))")
_PLAIN = {"max": "max", "min": "min", "sum": "sum", "average": "avg", "unique_count": "cardinality"}


def properties(name: str) -> dict[str, dict[str, Any]]:
    """The mapped fields of an index by dotted name, sub-fields included."""

    def walk(fields: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for key, field in fields.items():
            if field.get("type") != "object":
                yield path + key, field
            yield from walk(field.get("properties", {}), f"{path}{key}.")
            yield from walk(field.get("fields", {}), f"{path}{key}.")

    return dict(walk(template(name)["template"]["mappings"]["properties"], ""))


def kuery(query: str) -> list[dict[str, Any]]:
    """The filters that a KQL text of ours means: clauses `field: value`, `field: (a or b)`, `field: *`, joined by `and`."""
    filters: list[dict[str, Any]] = []
    for clause in query.split(" and ") if query else []:
        found = _CLAUSE.fullmatch(clause)
        assert found, f"this KQL is not understood: {clause}"
        field, several, any_, one = found.groups()
        filters.append(
            {"exists": {"field": field}} if any_ else {"terms": {field: several.split(" or ") if several else [one]}}
        )
    return filters


@dataclass(frozen=True)
class Shown:
    """A Lens panel of a dashboard as the file has it."""

    dashboard: str
    key: str
    index: str
    attributes: dict[str, Any]

    @property
    def layer(self) -> dict[str, Any]:
        """Its only layer."""
        (layer,) = self.attributes["state"]["datasourceStates"]["formBased"]["layers"].values()
        return dict(layer)

    def columns(self) -> list[tuple[str, dict[str, Any]]]:
        """Its columns in order."""
        return [(id, self.layer["columns"][id]) for id in self.layer["columnOrder"]]

    def search(self) -> dict[str, Any]:
        """The request that Kibana makes of it: the filter, buckets within buckets, metrics innermost."""
        metrics = {id: made for id, c in self.columns() if not c["isBucketed"] and (made := _metric(c))}
        aggs: dict[str, Any] = metrics
        for id, c in reversed([pair for pair in self.columns() if pair[1]["isBucketed"]]):
            bucket, order = _bucket(c)
            aggs = {id: {**bucket, "aggs": {**order, **metrics, **aggs}}}
        return {
            "size": 0,
            "query": {"bool": {"filter": kuery(self.attributes["state"]["query"]["query"])}},
            "aggs": aggs,
            "track_total_hits": True,
        }


def _metric(column: dict[str, Any]) -> dict[str, Any] | None:
    kind, field = column["operationType"], column["sourceField"]
    if kind == "count":
        return None
    if kind == "percentile":
        return {"percentiles": {"field": field, "percents": [column["params"]["percentile"]]}}
    return {_PLAIN[kind]: {"field": field}}


def _bucket(column: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    kind, field, params = column["operationType"], column["sourceField"], column["params"]
    if kind == "date_histogram":
        return {"date_histogram": {"field": field, "calendar_interval": params["interval"], "min_doc_count": 1}}, {}
    if kind == "range":
        pairs = [{k: v for k, v in pair.items() if k in ("from", "to") and v is not None} for pair in params["ranges"]]
        return {"range": {"field": field, "ranges": pairs}}, {}
    by, direction = params["orderBy"], params["orderDirection"]
    extra: dict[str, Any] = {}
    order = {"_key": direction}
    if by["type"] == "custom":
        extra = {"custom": _metric(params["orderAgg"])}
        order = {"custom": direction}
    elif by["type"] == "column":
        order = {"_count" if by["columnId"] == "count" else by["columnId"]: direction}
    return {"terms": {"field": field, "size": params["size"], "order": order}}, extra


def objects() -> dict[tuple[str, str], dict[str, Any]]:
    """All saved objects by type and id."""
    return {(o["type"], o["id"]): o for o in read_objects()}


def index_of(view: str) -> str:
    """The index, without prefix, of a data view."""
    title: str = objects()["index-pattern", view]["attributes"]["title"]
    return title.removeprefix("counterclaim-")


def panels() -> list[Shown]:
    """All Lens panels of all dashboards."""
    found = []
    for (type, id), o in objects().items():
        if type == "dashboard":
            names = {r["name"]: r["id"] for r in o["references"]}
            for p in json.loads(o["attributes"]["panelsJSON"]):
                if p["type"] == "lens":
                    view = names[f"{p['panelIndex']}:indexpattern-datasource-layer-layer"]
                    found.append(Shown(id, p["panelIndex"], index_of(view), p["embeddableConfig"]["attributes"]))
    return found


def rule_search(rule: dict[str, Any], until: str) -> dict[str, Any]:
    """The request that a rule of the Query DSL form makes for its window before a moment."""
    params = rule["params"]
    window = {
        "range": {
            params["timeField"]: {"gt": f"{until}||-{params['timeWindowSize']}{params['timeWindowUnit']}", "lte": until}
        }
    }
    filters = [json.loads(params["esQuery"])["query"], window]
    aggs = (
        {"aggs": {"groups": {"terms": {"field": params["termField"], "size": params["termSize"]}}}}
        if params["groupBy"] == "top"
        else {}
    )
    return {"size": params["size"], "query": {"bool": {"filter": filters}}, "track_total_hits": True, **aggs}


def used_fields() -> dict[str, set[str]]:
    """The fields that panels, searches, data views' links and rules use, by index."""
    used: dict[str, set[str]] = {}
    for p in panels():
        used.setdefault(p.index, set()).update(c["sourceField"] for _, c in p.columns() if c["sourceField"] != RECORDS)
        used[p.index].update(_in_query(p.attributes["state"]["query"]["query"]))
        used[p.index].update(
            c["params"]["orderAgg"]["sourceField"] for _, c in p.columns() if "orderAgg" in c["params"]
        )
    for (type, _), o in objects().items():
        if type == "search":
            source = json.loads(o["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
            fields = used.setdefault(index_of(o["references"][0]["id"]), set())
            fields.update(
                o["attributes"]["columns"], (s for s, _ in o["attributes"]["sort"]), _in_query(source["query"]["query"])
            )
        if type == "index-pattern":
            fields = used.setdefault(o["attributes"]["title"].removeprefix("counterclaim-"), set())
            fields.update([o["attributes"]["timeFieldName"]], json.loads(o["attributes"]["fieldFormatMap"]))
            for format in json.loads(o["attributes"]["fieldFormatMap"]).values():
                if found := re.search(r"/view/([\w-]+)\?.*query:'([\w.]+):", format["params"]["urlTemplate"]):
                    target = objects()["search", found.group(1)]
                    used.setdefault(index_of(target["references"][0]["id"]), set()).add(found.group(2))
    for rule in read_rules().values():
        (index,) = rule["params"]["index"]
        fields = used.setdefault(index.removeprefix("counterclaim-"), set())
        fields.update(
            [rule["params"]["timeField"]],
            re.findall(r'\{"(?:term|terms|range)": \{"([\w.]+)"', rule["params"]["esQuery"]),
        )
        fields.update(re.findall(r'"exists": \{"field": "([\w.]+)"', rule["params"]["esQuery"]))
        fields.update([rule["params"]["termField"]] if "termField" in rule["params"] else [])
    return used


def _in_query(query: str) -> set[str]:
    return {next(iter(next(iter(f.values())))) if "terms" in f else f["exists"]["field"] for f in kuery(query)}
