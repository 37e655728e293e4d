"""Every Sunday: old archives away by policy, store checked and tidied. An Airflow DAG; the work is in
processing.pipeline.schedule."""

from __future__ import annotations

from typing import Any

import pendulum
from airflow.sdk import Param, dag, task

from console.airflow_tasks import DEFAULTS, WRITE_POOL, guarded


@dag(
    schedule="0 2 * * 0",
    start_date=pendulum.datetime(2025, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["counterclaim"],
    params={
        "keep_days": Param(
            None, type=["null", "integer"], minimum=1, title="Keep archives", description="Days; empty keeps all"
        )
    },
    doc_md="Removes archived pages older than the days given (none by default), checks the store and lets it tidy up.",
)
def housekeeping() -> None:
    @task(pool=WRITE_POOL)
    def tidy(keep_days: str) -> dict[str, Any]:
        from processing.pipeline.schedule import housekeeping as tidy_up

        return dict(guarded(tidy_up, keep_days=None if keep_days in ("None", "") else int(keep_days)))

    tidy("{{ params.keep_days }}")


housekeeping()
