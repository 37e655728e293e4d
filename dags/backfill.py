"""By hand: page back to a day and read what outlets published from there to another. An Airflow DAG; the work is in
processing.pipeline.schedule."""

from __future__ import annotations

import pendulum
from airflow.sdk import Param, dag

from console.airflow_tasks import DEFAULTS, fetch_form, pipeline


@dag(
    schedule=None,
    start_date=pendulum.datetime(2025, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["counterclaim"],
    params={
        "since": Param("2025-01-01", type="string", format="date", title="From", description="Page back to this day"),
        "until": Param(
            None,
            type=["null", "string"],
            format="date",
            title="To",
            description="Leave out what is dated later; empty: up to now",
        ),
        **fetch_form(fetch=False),
    },
    doc_md="Pages back through sitemaps and sections to the first day, takes what is dated up to the last, then "
    "runs every step. An outlet with more pages than one crawl may fetch is crawled again until its end; one that "
    "had to stop says so.",
)
def backfill() -> None:
    pipeline("airflow: backfill", since="{{ params.since }}", until="{{ params.until or '' }}")


backfill()
