"""Every hour: feeds only, for breaking topics. An Airflow DAG; the work is in processing.pipeline.schedule."""

from __future__ import annotations

import pendulum
from airflow.sdk import dag

from console.airflow_tasks import DEFAULTS, LONGEST, deadline, pipeline


@dag(
    schedule="20 * * * *",
    start_date=pendulum.datetime(2025, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=LONGEST,
    deadline=deadline("monitor_hourly", hours=2),
    default_args=DEFAULTS,
    tags=["counterclaim"],
    doc_md="""For topics whose file says `breaking: true`: what feeds list on them, no sitemaps and no section
    pages, then the same steps as in the daily run. Where no topic is breaking, no outlet is asked.""",
)
def monitor_hourly() -> None:
    pipeline("airflow: hourly", breaking=True, size=16)


monitor_hourly()
