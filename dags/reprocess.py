"""By hand, after a rule changed: read a range of days again and report what changed. An Airflow DAG; the work is in the
library."""

from __future__ import annotations

from typing import Any

import pendulum
from airflow.sdk import Param, dag, task

from console.airflow_tasks import DEFAULTS, WRITE_POOL, begin, guarded


@dag(
    schedule=None,
    start_date=pendulum.datetime(2025, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["counterclaim"],
    params={
        "start": Param("2025-01-01", type="string", format="date", title="From"),
        "end": Param("2025-01-31", type="string", format="date", title="To"),
        "alerts": Param(False, type="boolean", title="Raise alerts", description="Off: what changed is only reported"),
    },
    doc_md="Claims, figures and findings of a range of days again, with a report of what came and went. No "
    "alert is raised unless asked.",
)
def reprocess() -> None:
    @task(pool=WRITE_POOL)
    def again(run: str, start: str, end: str, alerts: str) -> dict[str, Any]:
        from datetime import date

        from processing.pipeline.schedule import reprocess as read_again

        report = guarded(read_again, run, date.fromisoformat(start), date.fromisoformat(end), alerts=alerts == "True")
        print(report)
        return dict(report)

    again(
        begin("airflow: reprocess", key="{{ dag.dag_id }}:{{ run_id }}"),
        "{{ params.start }}",
        "{{ params.end }}",
        "{{ params.alerts }}",
    )


reprocess()
