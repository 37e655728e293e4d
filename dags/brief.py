"""Every quarter of an hour, and after findings were made: the morning's brief to each receiver whose time has come. An
Airflow DAG; the work is in processing.pipeline."""

from __future__ import annotations

from typing import Any

import pendulum
from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task

from console.airflow_tasks import DEFAULTS, FINDINGS, WRITE_POOL, guarded


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("5,20,35,50 * * * *", timezone="UTC"), assets=[FINDINGS]
    ),
    start_date=pendulum.datetime(2025, 1, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    tags=["counterclaim"],
    doc_md="""Each receiver with `digest = "07:00"` gets one brief a day, after that time in its own time zone:
    what changed since the last one, by topic where it follows topics. Notices that waited for the end
    of quiet hours, or for another attempt, go out too.""",
)
def brief() -> None:
    @task(pool=WRITE_POOL)
    def send() -> dict[str, Any]:
        from processing.pipeline.schedule import send_due

        return dict(guarded(send_due))

    send()


brief()
