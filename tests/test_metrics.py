"""What an operator's monitoring reads: the real command, scraped over HTTP, against a store whose contents are known."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from typer.testing import CliRunner

from console.cli import app
from processing.store import Batch, open_store
from schemas.records import Coverage, Delivery, Run
from tests.support.records import make_alert

NOW = datetime.now(UTC).replace(microsecond=0)
ENDED = NOW - timedelta(hours=3)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A store with two alerts, a notice that waits, an ended run and one that has no end."""
    store = open_store(f"sqlite:{tmp_path / 'counterclaim.db'}")
    alert = make_alert(severity="high", state="open")
    counts = {"fetch": {"done": 9, "made": 7, "failed": 1, "rejected": 0, "skipped": 2, "seconds": 30.5}}
    outlets = (Coverage("gb/a", 7, 0, 0, 7, 0, None), Coverage("gb/b", 0, 0, 1, 0, 0, "listing: 500"))
    done = Run(
        "r1", ENDED - timedelta(minutes=2), ENDED, "airflow: daily", counts, outlets, ("gb/b: 500",), ("compare",)
    )
    notice = Delivery("d1", alert.id, "desk", "s", "b", NOW - timedelta(hours=1))
    more = replace(alert, id="other", state="false_positive")
    store.apply(
        Batch(
            put=[alert, more, notice, done, Run("r2", NOW, None, "airflow: hourly", {})],
            enqueue=[("claims", "a1"), ("claims", "a2")],
        )
    )
    store.close()
    return tmp_path


def values(text: str) -> dict[str, float]:
    """Samples as NAME{labels sorted}."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_a_scraper_reads_counts_ages_and_durations(home: Path) -> None:
    command = [sys.executable, "-m", "console.cli", "--home", str(home), "metrics", "--port", "0"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "COUNTERCLAIM_SHIP_OUTLETS": "false"}
    ) as served:
        try:
            assert served.stderr is not None
            found = re.search(r"http://127\.0\.0\.1:\d+/metrics", served.stderr.readline())
            assert found
            request = urllib.request.Request(
                found.group(), headers={"Accept": "application/openmetrics-text; version=1.0.0"}
            )
            with urllib.request.urlopen(request, timeout=30) as answer:
                kind, text = answer.headers["Content-Type"], answer.read().decode()
        finally:
            served.terminate()  # not by SIGINT, which a job in the background ignores
            served.wait(60)
    assert kind.startswith("application/openmetrics-text")
    assert text.endswith("# EOF\n")
    told = values(text)
    age = told.pop("counterclaim_notices_oldest_seconds")
    assert 3600 <= age < 3 * 3600  # an hour, and the time since this file was loaded
    assert told.pop("counterclaim_home_free_bytes") > 0
    assert {k: v for k, v in told.items() if not k.startswith("counterclaim_records")} == {
        "counterclaim_waiting{step=claims}": 2,
        "counterclaim_alerts{severity=high,state=open}": 1,
        "counterclaim_alerts{severity=low,state=open}": 0,
        "counterclaim_alerts{severity=high,state=acknowledged}": 0,
        "counterclaim_alerts{severity=low,state=acknowledged}": 0,
        "counterclaim_notices_waiting": 1,
        "counterclaim_run_unfinished_timestamp_seconds{trigger=airflow: hourly}": NOW.timestamp(),
        "counterclaim_run_end_timestamp_seconds{trigger=airflow: daily}": ENDED.timestamp(),
        "counterclaim_run_duration_seconds{trigger=airflow: daily}": 120,
        "counterclaim_run_errors{trigger=airflow: daily}": 1,
        "counterclaim_run_failed_steps{trigger=airflow: daily}": 1,
        "counterclaim_run_faulty_outlets{trigger=airflow: daily}": 1,
        "counterclaim_step_duration_seconds{step=fetch,trigger=airflow: daily}": 30.5,
        "counterclaim_step_items{step=fetch,trigger=airflow: daily,what=done}": 9,
        "counterclaim_step_items{step=fetch,trigger=airflow: daily,what=made}": 7,
        "counterclaim_step_items{step=fetch,trigger=airflow: daily,what=failed}": 1,
        "counterclaim_step_items{step=fetch,trigger=airflow: daily,what=rejected}": 0,
        "counterclaim_store_up": 1,
    }
    assert told["counterclaim_records{kind=Alert}"] == 2


def test_a_store_that_cannot_be_read_is_told_and_fails(tmp_path: Path) -> None:
    (tmp_path / "counterclaim.db").write_text("this is no database, however long it is read")
    result = CliRunner().invoke(app, ["--home", str(tmp_path), "metrics"])
    assert result.exit_code == 1
    assert values(result.stdout) == {"counterclaim_store_up": 0}
