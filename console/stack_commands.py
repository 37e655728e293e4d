"""`counterclaim stack`: secrets for the stack of containers, and what runs once before it starts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from console.app import known_errors, out
from schemas.errors import UsageError

__all__ = ["register"]

stack_app = typer.Typer(
    name="stack", help="The stack of containers: secrets, and what runs once before it starts.", no_args_is_help=True
)


@stack_app.command("init")
@known_errors
def init(
    folder: Annotated[Path, typer.Option("--folder", help="Folder of docker-compose.yml.", file_okay=False)] = Path(),
    demo: Annotated[
        bool, typer.Option("--demo", help="For the sample newsroom: DAGs switched on, mail to the mail catcher.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only look whether the secrets that are there are good enough.")
    ] = False,
) -> None:
    """Write .env with random secrets (mode 600) and make the folders for your outlets, topics and settings. Never
    overwrites."""
    from console.stack import read_env, weak_secrets, write_config, write_env

    path = folder / ".env"
    if check or path.exists():
        if not path.is_file():
            raise UsageError(f"{path} is not there; `counterclaim stack init` writes it")
        faults = weak_secrets(read_env(path))
        if path.stat().st_mode & 0o077:
            faults.append(f"others can read it; chmod 600 {path}")
        if faults:
            raise UsageError("\n".join(f"{path}: {fault}" for fault in faults))
        if not check:
            raise UsageError(
                f"{path} is there already and stays as it is (its secrets are good enough); move it away to begin anew"
            )
        out.print(f"{path}: all secrets are there and good enough")
        return
    write_env(path, demo=demo)
    for name in ("outlets", "topics"):
        (folder / name).mkdir(exist_ok=True)
    write_config(folder / "config")
    profiles = " --profile demo --profile dev" if demo else ""
    out.print(f"{path} written, readable by you alone. Next: docker compose{profiles} up --build --detach")
    out.print(
        "Airflow: http://127.0.0.1:8080, user admin, AIRFLOW_ADMIN_PASSWORD; Kibana: http://127.0.0.1:5601, "
        "user analyst, ANALYST_PASSWORD"
    )


def _need(*names: str) -> list[str]:
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        raise UsageError(
            f"not set in the environment: {', '.join(missing)}; `counterclaim stack init` writes them into .env"
        )
    return [os.environ[name] for name in names]


@stack_app.command("airflow")
@known_errors
def airflow(
    pools: Annotated[
        Path, typer.Option("--pools", help="Pools to make, a JSON file.", exists=True, dir_okay=False)
    ] = Path("dags/pools.json"),
) -> None:
    """Once, and after each upgrade: Airflow's database, pools, and the password of its log-in. Safe to repeat."""
    from console.stack import prepare_airflow

    passwords, admin = _need("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", "AIRFLOW_ADMIN_PASSWORD")
    prepare_airflow(Path(passwords), pools, admin=admin)
    out.print("Airflow's database, pools and log-in are ready")


@stack_app.command("elasticsearch")
@known_errors
def elasticsearch(
    hosts: Annotated[list[str], typer.Argument(help="Addresses of the cluster, such as http://elasticsearch:9200.")],
    snapshots: Annotated[
        str | None,
        typer.Option("--snapshots", help="Folder of path.repo for a snapshot each night; none: no snapshots."),
    ] = None,
) -> None:
    """Once, and after each upgrade: Elasticsearch's roles and accounts, and Kibana's password. Safe to repeat."""
    from console.stack import prepare_elasticsearch

    elastic, kibana, writer, analyst = _need(
        "ELASTIC_PASSWORD", "KIBANA_PASSWORD", "COUNTERCLAIM_ELASTIC_PASSWORD", "ANALYST_PASSWORD"
    )
    for line in prepare_elasticsearch(
        hosts, elastic, kibana=kibana, writer=writer, analyst=analyst, snapshots=snapshots
    ):
        out.print(line)


@stack_app.command("clean")
@known_errors
def clean(
    days: Annotated[int, typer.Option("--days", min=1, help="What is older goes.")] = 90,
    logs: Annotated[
        Path | None, typer.Option("--logs", help="Folder of Airflow's logs; default: logs in AIRFLOW_HOME.")
    ] = None,
) -> None:
    """Old rows out of Airflow's database, and old logs of tasks away. Safe to repeat."""
    from datetime import UTC, datetime

    from console.stack import clean_airflow

    folder = logs or Path(*_need("AIRFLOW_HOME")) / "logs"
    count = clean_airflow(folder, days, now=datetime.now(UTC))
    out.print(f"Airflow's history before the last {days} days is gone, and {count} logs")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(stack_app, rich_help_panel="Set up")
