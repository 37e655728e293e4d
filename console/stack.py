"""What the stack of containers needs before it starts: random secrets in a .env file, Airflow's database,
Elasticsearch's users and roles.

Names of variables are those of docker-compose.yml; a test compares the two. Passwords are made of letters that neither
a URL nor a .env file has to quote. Endpoints of Elasticsearch's security: "Create or update users / roles", "Change
passwords" in its reference."""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from schemas.errors import CounterclaimError, UsageError

__all__ = [
    "DEMO",
    "SECRETS",
    "SETTINGS",
    "StackError",
    "clean_airflow",
    "prepare_airflow",
    "prepare_elasticsearch",
    "read_env",
    "weak_secrets",
    "write_config",
    "write_env",
]

_LEAST = 20  # characters of a secret
_WEAK = (
    "password",
    "passw0rd",
    "changeme",
    "change_me",
    "secret",
    "airflow",
    "elastic",
    "postgres",
    "admin",
    "redis",
    "kibana",
)


def _key() -> str:
    """A Fernet key: 32 random bytes in URL-safe base 64 (cryptography's documentation of Fernet)."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _word() -> str:
    return secrets.token_hex(24)


def _long() -> str:
    return secrets.token_hex(48)


SECRETS: Mapping[str, tuple[Callable[[], str], str]] = {
    "POSTGRES_PASSWORD": (_word, "Airflow's database"),
    "REDIS_PASSWORD": (_word, "the queue between scheduler and workers"),
    "AIRFLOW_FERNET_KEY": (_key, "encrypts connections in Airflow's database; keep it with the back-ups"),
    "AIRFLOW_JWT_SECRET": (_long, "workers prove themselves to the API server; at least 64 bytes"),
    "AIRFLOW_SECRET_KEY": (_word, "sessions and log access of Airflow's pages"),
    "AIRFLOW_ADMIN_PASSWORD": (_word, "log in to Airflow as admin"),
    "ELASTIC_PASSWORD": (_word, "Elasticsearch's superuser; only the set-up uses it"),
    "KIBANA_PASSWORD": (_word, "Kibana's own account at Elasticsearch"),
    "COUNTERCLAIM_ELASTIC_PASSWORD": (_word, "what the pipeline reads and writes with"),
    "ANALYST_PASSWORD": (_word, "log in to Kibana as analyst: reads, changes nothing"),
    "KIBANA_ENCRYPTION_KEY": (_word, "encrypts what Kibana keeps for alerting rules"),
}
SETTINGS: Mapping[str, tuple[str, str]] = {
    "BIND_ADDRESS": (
        "127.0.0.1",
        "where ports are opened; 0.0.0.0 opens them to the network: put a proxy with TLS before them first",
    ),
    "AIRFLOW_PORT": ("8080", "Airflow's page"),
    "KIBANA_PORT": ("5601", "Kibana's page"),
    "METRICS_PORT": ("9464", "OpenMetrics"),
    "PAGE_PORT": ("8571", "the web page of the desk"),
    "PAGE_HOST": (
        "localhost",
        "the name under which the web page is asked, beside 127.0.0.1; a proxy's where one stands before it",
    ),
    "MAIL_PORT": ("8025", "the page of the mail catcher (profile dev)"),
    "ELASTIC_HEAP": ("1g", "Java heap of an Elasticsearch node, half of ELASTIC_MEMORY"),
    "ELASTIC_MEMORY": ("2g", "memory of an Elasticsearch node"),
    "WORKER_MEMORY": ("3g", "memory of one Airflow worker"),
    "WORKER_CONCURRENCY": ("2", "tasks of one worker at the same time"),
    "KEEP_RUNS_DAYS": ("90", "how long Airflow keeps the history of its runs and the logs of tasks"),
    "DAGS_PAUSED": ("true", "whether DAGs wait until somebody switches them on in Airflow's page"),
    "SHIP_OUTLETS": ("true", "read the outlet files that come with the program, beside those in ./outlets"),
    "ALLOW_PRIVATE_HOSTS": ("false", "fetch from private addresses; only the sample newsroom needs it"),
    "DIGEST_TIME": ("07:00", "when the day's brief goes to DESK_URL"),
    "TIMEZONE": ("UTC", "the desk's time zone, such as Europe/London"),
    "DESK_URL": ("", "where notices go, as an Apprise address, such as mailto://... ; empty: nowhere"),
}
DEMO: Mapping[str, str] = {
    "DAGS_PAUSED": "false",
    "SHIP_OUTLETS": "false",
    "ALLOW_PRIVATE_HOSTS": "true",
    "DESK_URL": "mailto://mailpit:1025?from=counterclaim@example.org&to=desk@example.org",
}


class StackError(CounterclaimError):
    """A part of the stack does not answer as it should."""


def write_env(path: Path, *, demo: bool = False) -> None:
    """Write a .env file with random secrets, readable by its owner alone (mode 600). `demo`: set for the sample
    newsroom.

    Raises: UsageError where the file is there already (it is never overwritten, databases know its passwords), OSError.
    """
    lines = [
        "# Written by `counterclaim stack init`. Secrets: keep a copy where the back-ups are, and nobody else reads it."
    ]
    for name, (make, what) in SECRETS.items():
        lines += [f"# {what}", f"{name}={make()}"]
    lines += ["", "# Settings"]
    for name, (value, what) in SETTINGS.items():
        lines += [f"# {what}", f"{name}={DEMO.get(name, value) if demo else value}"]
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError(
            f"{path} is there already and stays as it is; the databases know its passwords. Move it away to begin anew"
        ) from error
    with os.fdopen(handle, "w", encoding="utf8") as file:
        file.write("\n".join(lines) + "\n")


_CONFIG = """\
# What the desk sets for itself; what docker-compose.yml sets goes before it. See docs/deploy.md.
# A second receiver; its address stands in receivers.env beside this file, as CHIEF_URL=mailto://...
# [receivers.chief]
# url_env = "CHIEF_URL"
# severity = "high"
"""


def write_config(folder: Path) -> None:
    """The folder that the containers read: counterclaim.toml, receivers.env (mode 600), words/. What is there stays.
    Raises OSError."""
    (folder / "words").mkdir(parents=True, exist_ok=True)
    if not (folder / "counterclaim.toml").exists():
        (folder / "counterclaim.toml").write_text(_CONFIG, "utf8")
    env = folder / "receivers.env"
    if not env.exists():
        env.touch(0o600)
        env.write_text(
            "# NAME=ADDRESS lines: addresses of further receivers, as url_env in counterclaim.toml names them\n"
        )


def read_env(path: Path) -> dict[str, str]:
    """The variables of a .env file: NAME=VALUE lines, comments and empty lines left out. Raises OSError."""
    found = {}
    for line in path.read_text("utf8").splitlines():
        name, sign, value = line.strip().partition("=")
        if sign and not name.startswith("#"):
            found[name.strip()] = value.strip().strip("\"'")
    return found


def weak_secrets(found: Mapping[str, str]) -> list[str]:
    """Sentences on secrets that are missing, short, guessable or used twice. Empty: all is well."""
    faults = []
    for name in SECRETS:
        value = found.get(name, "")
        twins = [other for other in SECRETS if other != name and value and found.get(other) == value]
        if not value:
            faults.append(f"{name} is not set")
        elif len(value) < _LEAST:
            faults.append(f"{name} has {len(value)} characters; at least {_LEAST} are needed")
        elif any(word in value.casefold() for word in _WEAK) or len(set(value)) < 8:
            faults.append(f"{name} can be guessed")
        elif twins:
            faults.append(f"{name} is the same as {twins[0]}")
    if len(found.get("AIRFLOW_JWT_SECRET", "")) < 64 and "AIRFLOW_JWT_SECRET" in found:
        faults.append("AIRFLOW_JWT_SECRET needs at least 64 characters")
    return faults


def prepare_airflow(passwords: Path, pools: Path, *, admin: str) -> None:
    """Make or upgrade Airflow's database, its pools, and the password file of its log-in. Repeatable. Raises
    StackError, OSError."""
    _airflow("db", "migrate")
    _airflow("pools", "import", str(pools))
    passwords.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(passwords, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf8") as file:
        json.dump({"admin": admin}, file)


def clean_airflow(logs: Path, days: int, *, now: datetime) -> int:
    """Take rows older than so many days out of Airflow's database, and delete logs of tasks that are older; returns how
    many files went. Repeatable. Raises StackError, OSError."""
    limit = now - timedelta(days=days)
    _airflow("db", "clean", "--clean-before-timestamp", limit.isoformat(), "--skip-archive", "--yes")
    old = [f for f in logs.rglob("*.log*") if f.is_file() and f.stat().st_mtime < limit.timestamp()]
    for file in old:
        file.unlink(missing_ok=True)
    for folder in sorted((f for f in logs.rglob("*") if f.is_dir()), reverse=True):
        with suppress(OSError):  # what still holds something stays
            folder.rmdir()
    return len(old)


def _airflow(*command: str) -> None:
    import subprocess
    import sys

    told = subprocess.run(
        [sys.executable, "-m", "airflow", *command], stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if told.returncode:
        raise StackError(
            f"airflow {' '.join(command)} ended with {told.returncode}: {(told.stdout + told.stderr)[-2000:]}"
        )


def _call(client: Any, url: str, body: dict[str, Any], method: str = "PUT") -> None:
    answer = client.perform_request(
        method, url, body=body, headers={"content-type": "application/json", "accept": "application/json"}
    )
    if answer.meta.status not in (200, 201):
        raise StackError(f"{url}: {answer.meta.status}")


def _nightly_snapshots(client: Any, location: str) -> list[str]:
    """A repository in that folder and the policy of schemas/elastic/slm.json; what was done, a line each."""
    repository = {"type": "fs", "settings": {"location": location, "compress": True}}
    _call(client, "/_snapshot/counterclaim", repository)
    policy = json.loads((resources.files("schemas") / "elastic" / "slm.json").read_text("utf8"))
    _call(client, "/_slm/policy/counterclaim", policy)
    return [f"snapshot repository in {location}", "snapshots each night at 03:30, kept for 30 days"]


def _await_cluster(client: Any, host: str, patience: float) -> None:
    """Wait until the cluster takes writes, `patience` seconds at most. Raises StackError where it does not."""
    from elasticsearch.exceptions import TransportError

    until = time.monotonic() + patience
    while True:
        try:
            client.cluster.health(wait_for_status="yellow", timeout="5s")
            return
        except TransportError as error:
            if time.monotonic() > until:
                raise StackError(f"{host}: no answer in {patience:.0f} s: {error.message}") from error
            time.sleep(1)


def _roles(client: Any) -> list[str]:
    """The roles of schemas/elastic/roles; what was done, a line each."""
    folder = resources.files("schemas") / "elastic" / "roles"
    done = []
    for name in ("writer", "analyst"):
        _call(client, f"/_security/role/counterclaim_{name}", json.loads((folder / f"{name}.json").read_text("utf8")))
        done.append(f"role counterclaim_{name}")
    return done


def _accounts(client: Any, writer: str, analyst: str, kibana: str) -> list[str]:
    """The accounts of those roles, and Kibana's own, by their passwords; what was done, a line each."""
    done = []
    for user, password, role in (
        ("counterclaim", writer, "counterclaim_writer"),
        ("analyst", analyst, "counterclaim_analyst"),
    ):
        _call(client, f"/_security/user/{user}", {"password": password, "roles": [role]})
        done.append(f"user {user}")
    _call(client, "/_security/user/kibana_system/_password", {"password": kibana}, "POST")
    return [*done, "password of kibana_system"]


def prepare_elasticsearch(
    hosts: list[str],
    elastic: str,
    *,
    kibana: str,
    writer: str,
    analyst: str,
    snapshots: str | None = None,
    patience: float = 300,
) -> list[str]:
    """Roles from schemas/elastic/roles, the accounts `counterclaim` and `analyst`, and the password of `kibana_system`.
    Repeatable.

    `snapshots`: a folder of `path.repo` on every node, in which a snapshot is then taken each night, kept for 30 days.
    Waits up to `patience` seconds for a cluster that takes writes. Returns what was done, a line each.
    Raises: StackError where the cluster does not come up or refuses.
    """
    from elasticsearch import ApiError, Elasticsearch

    client = Elasticsearch(hosts, basic_auth=("elastic", elastic), request_timeout=30, max_retries=2)
    try:
        _await_cluster(client, hosts[0], patience)
        done = [*_roles(client), *_accounts(client, writer, analyst, kibana)]
        if snapshots is not None:
            done += _nightly_snapshots(client, snapshots)
    except ApiError as error:
        raise StackError(f"{hosts[0]}: {error.status_code} {error.message}") from error
    finally:
        client.close()
    return done
