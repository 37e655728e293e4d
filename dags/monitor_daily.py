"""Every morning: fetch all outlets, read, compare, alert, notify. An Airflow DAG; the work is in
processing.pipeline.schedule."""

from __future__ import annotations

import pendulum
from airflow.sdk import dag

from console.airflow_tasks import DEFAULTS, LONGEST, deadline, fetch_form, pipeline


@dag(
    schedule="0 4 * * *",
    start_date=pendulum.datetime(2025, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=LONGEST,
    deadline=deadline("monitor_daily", hours=4),
    params=fetch_form(),
    default_args=DEFAULTS,
    tags=["counterclaim"],
    doc_md="""Outlets in batches, one mapped task each; one dead outlet fails nothing and is told through the
    outbox. Then clean, dedup, stories, claims, figures, compare, alert, notify. Safe to repeat: what
    was done is not done again.""",
)
def monitor_daily() -> None:
    pipeline("airflow: daily")


monitor_daily()
