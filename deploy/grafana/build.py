"""Writes counterclaim.json, the dashboard on the OpenMetrics end point: `python deploy/grafana/build.py`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("counterclaim.json")
SOURCE = {"type": "prometheus", "uid": "${source}"}


def target(expression: str, legend: str, number: int = 0) -> dict[str, Any]:
    """One query of a panel."""
    return {"refId": "ABCDEF"[number], "datasource": SOURCE, "expr": expression, "legendFormat": legend}


def panel(
    kind: str,
    title: str,
    place: tuple[int, int, int, int],
    *queries: tuple[str, str],
    unit: str = "short",
    **options: Any,
) -> dict[str, Any]:
    """A panel at x, y, width, height on a grid 24 wide. `unit`: Grafana's name; `options`:
    thresholds as (value, colour)."""
    x, y, w, h = place
    steps = [{"color": "green", "value": None}, *({"color": c, "value": v} for v, c in options.get("thresholds", ()))]
    instant = kind in ("stat", "table")
    return {
        "type": kind,
        "title": title,
        "datasource": SOURCE,
        "gridPos": {"x": x, "y": y, "w": w, "h": h},
        "fieldConfig": {
            "defaults": {"unit": unit, "thresholds": {"mode": "absolute", "steps": steps}},
            "overrides": [],
        },
        "options": {"reduceOptions": {"calcs": ["lastNotNull"], "values": False}} if kind == "stat" else {},
        "targets": [
            {**target(e, legend, n), **({"instant": True} if instant else {})} for n, (e, legend) in enumerate(queries)
        ],
    }


PANELS = [
    panel("stat", "Store", (0, 0, 4, 4), ("counterclaim_store_up", ""), thresholds=[(0, "red"), (1, "green")]),
    panel(
        "stat",
        "Steps that stopped the last run",
        (4, 0, 5, 4),
        ("sum by (trigger) (counterclaim_run_failed_steps)", "{{trigger}}"),
        thresholds=[(1, "red")],
    ),
    panel(
        "stat",
        "Since a run ended",
        (9, 0, 5, 4),
        ("time() - counterclaim_run_end_timestamp_seconds", "{{trigger}}"),
        unit="s",
        thresholds=[(93600, "red")],
    ),
    panel(
        "stat",
        "Grave alerts open",
        (14, 0, 5, 4),
        ('counterclaim_alerts{state="open",severity="high"}', ""),
        thresholds=[(1, "orange")],
    ),
    panel(
        "stat",
        "Oldest notice that waits",
        (19, 0, 5, 4),
        ("counterclaim_notices_oldest_seconds", ""),
        unit="s",
        thresholds=[(7200, "red")],
    ),
    panel(
        "timeseries",
        "How long runs took",
        (0, 4, 12, 8),
        ("counterclaim_run_duration_seconds", "{{trigger}}"),
        unit="s",
    ),
    panel(
        "timeseries",
        "How long steps took",
        (12, 4, 12, 8),
        ("counterclaim_step_duration_seconds", "{{trigger}} {{step}}"),
        unit="s",
    ),
    panel(
        "timeseries",
        "Items that failed, outlets that gave too little",
        (0, 12, 12, 8),
        ("counterclaim_run_errors", "{{trigger}}: items"),
        ("counterclaim_run_faulty_outlets", "{{trigger}}: outlets"),
    ),
    panel(
        "timeseries",
        "New items by step",
        (12, 12, 12, 8),
        ('counterclaim_step_items{what="made"}', "{{trigger}} {{step}}"),
    ),
    panel(
        "timeseries",
        "Work that waits",
        (0, 20, 12, 8),
        ("counterclaim_waiting", "{{step}}"),
        ("counterclaim_notices_waiting", "notices"),
    ),
    panel("timeseries", "Records", (12, 20, 12, 8), ("counterclaim_records", "{{kind}}")),
    panel("timeseries", "Alerts", (0, 28, 12, 8), ("counterclaim_alerts", "{{state}} {{severity}}")),
    panel(
        "timeseries",
        "Free disk for archived pages",
        (12, 28, 12, 8),
        ("counterclaim_home_free_bytes", "free"),
        unit="bytes",
    ),
    panel(
        "table",
        "Since an outlet gave a new page",
        (0, 36, 12, 10),
        ("sort_desc(time() - counterclaim_outlet_newest_page_timestamp_seconds)", "{{outlet}}"),
        unit="s",
    ),
    panel(
        "timeseries",
        "Runs that have no end",
        (12, 36, 12, 10),
        ("time() - counterclaim_run_unfinished_timestamp_seconds", "{{trigger}}"),
        unit="s",
    ),
]


def render() -> str:
    """The file's text; the same on every machine."""
    board = {
        "uid": "counterclaim",
        "title": "Counterclaim",
        "tags": ["counterclaim"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "refresh": "1m",
        "time": {"from": "now-7d", "to": "now"},
        "templating": {
            "list": [{"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"}]
        },
        "panels": [{"id": n, **p} for n, p in enumerate(PANELS, 1)],
    }
    return json.dumps(board, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(render(), "utf8")
