"""Builds `counterclaim.ndjson`, which Kibana 9 imports, from the desk's description: `python -m schemas.kibana.build`.

One JSON object a line. `coreMigrationVersion` and `typeMigrationVersion` name the lowest level that has the shapes used
here; Kibana brings objects of a lower level up by itself and refuses those of a higher one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from schemas.kibana.desk import DASHBOARDS, SEARCHES, VIEWS, Dashboard, Placed, Search, View, link_formats
from schemas.kibana.lens import LAYER, Panel, lens_attributes

__all__ = ["FILE", "main", "objects", "render"]

FILE = Path(__file__).with_name("counterclaim.ndjson")
CORE = "8.8.0"
TYPES = {"index-pattern": "8.0.0", "search": "10.5.0", "dashboard": "10.2.0"}
_SOURCE = "kibanaSavedObjectMeta.searchSourceJSON.index"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _object(type: str, id: str, attributes: dict[str, Any], references: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "id": f"counterclaim-{id}",
        "type": type,
        "attributes": attributes,
        "references": references,
        "managed": False,
        "coreMigrationVersion": CORE,
        "typeMigrationVersion": TYPES[type],
    }


def _reference(name: str, type: str, id: str) -> dict[str, str]:
    return {"name": name, "type": type, "id": f"counterclaim-{id}"}


def _view(view: View) -> dict[str, Any]:
    attributes = {
        "title": f"counterclaim-{view.name}",
        "name": f"Counterclaim: {view.title}",
        "timeFieldName": view.time,
        "sourceFilters": "[]",
        "fields": "[]",
        "fieldFormatMap": _compact(link_formats(view)),
        "fieldAttrs": "{}",
        "runtimeFieldMap": "{}",
        "allowHidden": False,
    }
    return _object("index-pattern", view.name, attributes, [])


def _search(search: Search) -> dict[str, Any]:
    view = next(v for v in VIEWS if v.name == search.view)
    source = {"query": {"query": search.query, "language": "kuery"}, "filter": [], "indexRefName": _SOURCE}
    attributes = {
        "title": f"Counterclaim: {search.title}",
        "description": search.description,
        "columns": list(search.columns),
        "sort": [[view.time, "desc"]],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "timeRestore": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": _compact(source)},
    }
    return _object("search", search.key, attributes, [_reference(_SOURCE, "index-pattern", search.view)])


def _placed(placed: Placed) -> tuple[dict[str, Any], dict[str, str]]:
    """A panel of a dashboard, and the dashboard's reference for it."""
    what = placed.what
    grid = {"x": placed.x, "y": placed.y, "w": placed.w, "h": placed.h}
    if isinstance(what, Panel):
        shown: dict[str, Any] = {"attributes": lens_attributes(what), "enhancements": {}}
        panel = {
            "type": "lens",
            "panelIndex": what.key,
            "gridData": {**grid, "i": what.key},
            "title": what.title,
            "embeddableConfig": shown,
        }
        return panel, _reference(f"{what.key}:indexpattern-datasource-layer-{LAYER}", "index-pattern", what.view)
    key = f"search-{what.key}"
    panel = {
        "type": "search",
        "panelIndex": key,
        "gridData": {**grid, "i": key},
        "title": what.title,
        "embeddableConfig": {"enhancements": {}},
    }
    return {**panel, "panelRefName": f"panel_{key}"}, _reference(f"{key}:panel_{key}", "search", what.key)


def _dashboard(dashboard: Dashboard) -> dict[str, Any]:
    panels, references = zip(*(_placed(p) for p in dashboard.panels), strict=True)
    options = {
        "useMargins": True,
        "syncColors": False,
        "syncCursor": True,
        "syncTooltips": False,
        "hidePanelTitles": False,
    }
    attributes = {
        "title": f"Counterclaim: {dashboard.title}",
        "description": dashboard.description,
        "panelsJSON": _compact(panels),
        "optionsJSON": _compact(options),
        "timeRestore": True,
        "timeFrom": dashboard.since,
        "timeTo": "now",
        "version": 1,
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": _compact({"query": {"query": "", "language": "kuery"}, "filter": []})
        },
    }
    return _object("dashboard", dashboard.key, attributes, list(references))


def objects() -> list[dict[str, Any]]:
    """All saved objects, what is referred to first."""
    return [*map(_view, VIEWS), *map(_search, SEARCHES), *map(_dashboard, DASHBOARDS)]


def render() -> str:
    """The file's text; the same on every machine."""
    return "".join(f"{_compact(o)}\n" for o in objects())


def main() -> None:
    """Write the file."""
    FILE.write_text(render(), "utf8")


if __name__ == "__main__":
    main()
