"""The Prometheus rules and the Grafana dashboard: against the metrics that there are, and by promtool where it is installed."""

from __future__ import annotations

import json
import re
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
RULES = ROOT / "deploy" / "prometheus" / "counterclaim.rules.yml"
BOARD = ROOT / "deploy" / "grafana" / "counterclaim.json"
METRICS = set(re.findall(r'"(counterclaim_[a-z_]+)"', (ROOT / "console" / "metrics.py").read_text("utf8")))
GROUPS = yaml.safe_load(RULES.read_text("utf8"))["groups"]


def metrics_in(expression: str) -> set[str]:
    return set(re.findall(r"\bcounterclaim_[a-z_]+", expression))


@pytest.mark.parametrize("rule", [r for g in GROUPS for r in g["rules"]], ids=lambda r: r["alert"])
def test_a_rule_asks_for_metrics_that_there_are_and_says_what_it_means(rule: dict[str, object]) -> None:
    asked = metrics_in(str(rule["expr"]))
    assert asked
    assert asked <= METRICS
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["annotations"]["summary"]  # type: ignore[index]
    assert rule["labels"]["severity"] in ("critical", "warning", "info")  # type: ignore[index]


def test_the_dashboard_shows_every_metric_and_is_up_to_date() -> None:
    assert BOARD.read_text("utf8") == runpy.run_path(str(BOARD.with_name("build.py")))["render"]()
    panels = json.loads(BOARD.read_text("utf8"))["panels"]
    assert {m for p in panels for t in p["targets"] for m in metrics_in(t["expr"])} == METRICS
    squares = [
        (x, y)
        for p in panels
        for x in range(p["gridPos"]["x"], p["gridPos"]["x"] + p["gridPos"]["w"])
        for y in range(p["gridPos"]["y"], p["gridPos"]["y"] + p["gridPos"]["h"])
    ]
    assert len(squares) == len(set(squares))  # no panel lies on another
    assert all(x < 24 for x, _ in squares)


def test_promtool_takes_the_rules_and_they_fire(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("no promtool: apt-get install prometheus")
    for command in (
        ["check", "rules", str(RULES)],
        ["check", "config", "--syntax-only", str(RULES.with_name("prometheus.yml"))],
    ):
        told = subprocess.run([promtool, *command], capture_output=True, text=True)
        assert told.returncode == 0, told.stdout + told.stderr
    series = [
        ('counterclaim_run_failed_steps{trigger="airflow: daily"}', "0 0 2 2"),
        ("counterclaim_store_up", "1 1 1 0 0 0 0 0 0 0 0"),
        ('counterclaim_waiting{step="claims"}', "3x500"),
    ]
    cases = {
        "rule_files": [str(RULES)],
        "tests": [{
            "interval": "1m",
            "input_series": [{"series": name, "values": values} for name, values in series],
            "alert_rule_test": [
                {"eval_time": "1m", "alertname": "CounterclaimRunFailed", "exp_alerts": []},
                {"eval_time": "3m", "alertname": "CounterclaimRunFailed", "exp_alerts": [{
                    "exp_labels": {"severity": "critical", "trigger": "airflow: daily"},
                    "exp_annotations": {
                        "summary": "airflow: daily: a step stopped the last run, or nothing could be fetched",
                        "description": "`counterclaim runs list`, then `counterclaim runs show ID` says which step and why.",
                    },
                }]},
                {"eval_time": "5m", "alertname": "CounterclaimStoreDown", "exp_alerts": []},
                {"eval_time": "9m", "alertname": "CounterclaimStoreDown", "exp_alerts": [{
                    "exp_labels": {"severity": "critical"},
                    "exp_annotations": {"summary": "The store or the configuration cannot be read", "description": "`counterclaim doctor` says what is wrong."},
                }]},
                {"eval_time": "5h", "alertname": "CounterclaimWorkPilesUp", "exp_alerts": []},
                {"eval_time": "7h", "alertname": "CounterclaimWorkPilesUp", "exp_alerts": [{
                    "exp_labels": {"severity": "warning", "step": "claims"},
                    "exp_annotations": {"summary": "3 items wait for the step claims for six hours"},
                }]},
            ],
        }],
    }  # fmt: skip
    (tmp_path / "cases.yml").write_text(yaml.safe_dump(cases))
    told = subprocess.run([promtool, "test", "rules", str(tmp_path / "cases.yml")], capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
