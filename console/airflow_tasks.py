"""What the DAG files in dags/ share: retries, pools, and tasks that call the library.

A known error that cannot heal (configuration, use, store version) fails at once; all others are retried with growing
pauses. What fails for good is told through the outbox. Steps take their work from queues that all runs share, so one
runs at a time; where the store is a server, crawls run beside each other, and so do the parts of the step that costs
most, the reading of claims."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, AsyncCallback, DeadlineAlert, DeadlineReference, Param, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from processing.store import is_shared
from schemas.errors import ConfigError
from schemas.settings import load_settings

PAGES, CLAIMS, FINDINGS = Asset("counterclaim_pages"), Asset("counterclaim_claims"), Asset("counterclaim_findings")
WRITE_POOL = "write"


def _side_by_side() -> tuple[str, int]:
    """The crawls' pool, and how many tasks read claims. Where the store takes several writers (Elasticsearch), crawls
    run beside each other and so does the reading; else all write one at a time."""
    try:
        settings = load_settings()
    except ConfigError:  # the first task says what is wrong with it
        return WRITE_POOL, 1
    return ("crawl", settings.readers) if is_shared(settings.store_url) else (WRITE_POOL, 1)


CRAWL_POOL, READERS = _side_by_side()


def alarm(context: Any) -> None:
    """A task failed for good: a notice, one a run. Must never hide the task's own error."""
    from processing.pipeline.schedule import FetchTrouble, run_id, tell_trouble

    instance, error = context["task_instance"], context.get("exception")
    if isinstance(error, RunFailed | FetchTrouble):
        return  # the run's last task tells of it, with the reasons
    run = run_id(f"{instance.dag_id}:{instance.run_id}")
    try:
        tell_trouble(
            f"{run}:failed", f"{instance.dag_id}: {instance.task_id} failed", f"run {instance.run_id}: {error}"
        )
    except Exception as fault:
        print(f"the notice of the failure could not be written: {fault}")


class RunFailed(AirflowFailException):  # type: ignore[misc]
    """The run is over and its record written, and something in it failed; trying the last task again is useless."""


DEFAULTS: dict[str, Any] = {
    "owner": "counterclaim",
    "retries": 2,  # after the pause that Airflow's own [core] default_task_retry_delay sets
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=30),
    "on_failure_callback": alarm,
    "execution_timeout": timedelta(hours=2),
}


LONGEST = timedelta(hours=8)  # a run that takes longer is ended


async def tell_late(dag: str = "", hours: int = 0, **_: Any) -> None:
    """Airflow's triggerer calls this where a run of a DAG has not ended in time: a notice, once a day."""
    import asyncio
    from datetime import UTC, datetime

    from processing.pipeline.schedule import tell_trouble

    key = f"deadline:{dag}:{datetime.now(UTC).date()}"
    said = f"a run of {dag} that was to end within {hours} hours of its start is still at work, or waits"
    await asyncio.to_thread(tell_trouble, key, f"{dag} is late", said)


def deadline(dag: str, hours: int) -> DeadlineAlert:
    """Trouble is told where a run of the DAG has not ended so many hours after it was queued."""
    callback = AsyncCallback(tell_late, kwargs={"dag": dag, "hours": hours})
    return DeadlineAlert(DeadlineReference.DAGRUN_QUEUED_AT, timedelta(hours=hours), callback)


def fetch_form(*, fetch: bool = True) -> dict[str, Param]:
    """The form of a DAG that fetches: outlets and topic to choose, and whether to fetch at all."""
    form = {
        "outlets": Param(
            [],
            type="array",
            items={"type": "string"},
            title="Outlets",
            description="Such as gb/bbc, one a line; empty: all",
        ),
        "topic": Param(
            None, type=["null", "string"], title="Topic", description="Fetch only what is on it; empty: everything"
        ),
    }
    if fetch:
        form["fetch"] = Param(
            True, type="boolean", title="Fetch", description="Off: only what is there already is worked on"
        )
    return form


def quiet_logs() -> None:
    """A task's log has what the pipeline says, not each request of the store's client."""
    import logging

    for name in ("elastic_transport", "elastic_transport.transport", "elasticsearch", "httpx", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)


def guarded(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call the library; an error that cannot heal is not retried."""
    from processing.pipeline.schedule import cannot_heal

    quiet_logs()
    try:
        return function(*args, **kwargs)
    except Exception as error:
        if cannot_heal(error):
            raise AirflowFailException(str(error)) from error
        raise


@task(pool=WRITE_POOL)
def begin(trigger: str, key: str, kind: str = "manual") -> str:
    """The run's record in the store; returns its id. `kind`: Airflow's type of run; its backfill would crawl today as
    often as there are days, and is refused."""
    from processing.pipeline.schedule import begin as begin_run

    if kind == "backfill":
        raise AirflowFailException(
            "Airflow's backfill would fetch today's pages once for each day. Trigger the DAG `backfill` instead; its "
            "form asks From and To"
        )
    return str(guarded(begin_run, key, trigger))


@task
def batches(size: int = 8, breaking: bool = False) -> list[list[str]]:
    """Outlets in batches, one mapped task each: those of the form, or all; none where the form says not to fetch."""
    from processing.pipeline.schedule import outlet_batches

    params = get_current_context()["params"]
    if not params.get("fetch", True):
        return [[]]
    return list(guarded(outlet_batches, size, breaking=breaking, only=params.get("outlets") or ()))


@task.short_circuit(task_id="breaking_topics")
def has_breaking_topics() -> bool:
    """Whether some topic is breaking; where none is, nothing else is done."""
    from processing.pipeline.schedule import breaking_topics

    return bool(guarded(breaking_topics))


@task(
    pool=CRAWL_POOL,
    outlets=[PAGES],
    execution_timeout=timedelta(hours=4),  # paging back takes that long; a daily crawl has limits of its own
    map_index_template="{{ task.op_kwargs['batch'] | join(', ') }}",
)
def fetch(
    batch: list[str], run: str, since: str | None = None, until: str | None = None, breaking: bool = False
) -> dict[str, Any]:
    """Fetch one batch of outlets in a process of its own, with its own limits of time and memory."""
    from datetime import date

    from processing.pipeline.schedule import fetch_outlets

    days = (date.fromisoformat(day) if day else None for day in (since, until))
    topic = get_current_context()["params"].get("topic") or None
    return dict(guarded(fetch_outlets, run, batch, *days, breaking=breaking, topic=topic))


def step(name: str, *, asset: Asset | None = None, pool: str = WRITE_POOL) -> Any:
    """A task that runs one step on all that is pending, or on one part of so many."""

    @task(
        task_id=name,
        pool=pool,
        outlets=[asset] if asset else [],
        map_index_template="part {{ task.op_kwargs.get('part', 0) + 1 }} of {{ task.op_kwargs.get('of', 1) }}",
        # a crawl that failed leaves what others fetched; a run that could not begin leaves nothing
        trigger_rule="none_failed" if name != "clean" else "all_done_min_one_success",
    )
    def run_it(run: str, part: int = 0, of: int = 1) -> dict[str, Any]:
        from processing.pipeline.schedule import run_one_step

        return dict(guarded(run_one_step, run, name, (part, of)))

    return run_it


@task(trigger_rule="all_done")
def finish(trigger: str, key: str, asked: Any) -> dict[str, Any]:
    """Write what the run did into its record, whatever failed; tell of outlets that gave nothing. Fails, and so the DAG
    run, where a step failed or nothing could be fetched."""
    from processing.pipeline.schedule import finish as finish_run
    from processing.pipeline.schedule import run_id

    outlets = [id for batch in asked or () for id in batch]
    record = guarded(finish_run, run_id(key), outlets, trigger=trigger)
    if record.failed:
        raise RunFailed("; ".join(record.errors[: len(record.failed)]))
    return {"run": record.id, **record.counts}


ORDER = ("clean", "dedup", "stories", "claims", "figures", "compare", "alert", "notify")
MARKS = {"claims": CLAIMS, "compare": FINDINGS}
KEY = "{{ dag.dag_id }}:{{ run_id }}"


def pipeline(trigger: str, *, since: Any = None, until: Any = None, breaking: bool = False, size: int = 8) -> None:
    """begin -> fetch, mapped over batches -> every step in turn -> finish."""
    run, asked = begin(trigger, key=KEY, kind="{{ dag_run.run_type }}"), batches(size, breaking)
    if breaking:
        has_breaking_topics() >> [run, asked]
    fetched = fetch.partial(run=run, since=since, until=until, breaking=breaking).expand(batch=asked)
    before, results = fetched, []
    for name in ORDER:
        if name == "claims" and READERS > 1:
            result = (
                step(name, asset=MARKS[name], pool="read")
                .partial(run=run, of=READERS)
                .expand(part=list(range(READERS)))
            )
        else:
            result = step(name, asset=MARKS.get(name))(run)
        before >> result
        before = result
        results.append(result)
    [run, asked, fetched, *results] >> finish(trigger, KEY, asked)
