"""The stack that production runs, without containers: PostgreSQL, Redis, and Airflow's API server, scheduler, DAG processor and Celery worker.

Each is a process in a session of its own, so that it can be killed with all its children; its output goes to a file. Everything lies in
one temporary folder and listens on loopback alone. PostgreSQL refuses to run as root and is then started as `postgres`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

from tests.support.elastic_node import Missing, free_port

ROOT = Path(__file__).parents[2]


@dataclass
class Process:
    """One program of the stack."""

    name: str
    running: subprocess.Popen[bytes]
    log: Path

    def end(self, how: signal.Signals = signal.SIGTERM, seconds: float = 20) -> None:
        """Signal the program and its group, and wait; what does not end in time is killed. SIGKILL goes to everything below it at once, as
        when a machine dies: a task runs in a group of its own and would go on by itself."""
        if how == signal.SIGKILL:
            self._kill_tree()
        for sign, patience in ((how, seconds), (signal.SIGKILL, 10)):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.running.pid, sign)
            with suppress(subprocess.TimeoutExpired):
                self.running.wait(patience)
                break
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.running.pid, signal.SIGKILL)  # children that outlived it

    def _kill_tree(self) -> None:
        with suppress(psutil.NoSuchProcess):
            top = psutil.Process(self.running.pid)
            for one in (top, *top.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    one.kill()

    def tail(self, size: int = 4000) -> str:
        """The end of what it said."""
        return (
            f"--- {self.name} ({self.running.poll()})\n{self.log.read_text('utf8', 'replace')[-size:]}"
            if self.log.exists()
            else ""
        )


def find_programs() -> dict[str, str]:
    """Where PostgreSQL and Redis are. Raises Missing that says what to install."""
    folders = (
        sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
        if Path("/usr/lib/postgresql").is_dir()
        else []
    )
    path = os.pathsep.join([*(str(f) for f in reversed(folders)), os.environ.get("PATH", "")])
    found = {name: shutil.which(name, path=path) for name in ("initdb", "postgres", "createdb", "redis-server")}
    if lacking := [name for name, place in found.items() if place is None]:
        raise Missing(f"{', '.join(lacking)} not found: apt-get install postgresql redis-server")
    for module in ("airflow", "airflow.providers.celery", "asyncpg", "psycopg", "psycopg2", "elasticsearch"):
        try:
            there = importlib.util.find_spec(module) is not None
        except ModuleNotFoundError:
            there = False
        if not there:
            raise Missing(f"{module} is not installed: pip install 'counterclaim[stack]'")
    return {name: str(place) for name, place in found.items()}


@dataclass
class Stack:
    """A running Airflow and what is under it."""

    folder: Path
    environment: dict[str, str]
    api: str = ""
    token: str = ""
    programs: list[Process] = field(default_factory=list)

    def start(self, name: str, command: list[str], *, user: str | None = None, **more: str) -> Process:
        """Start a program; `more` is added to its environment."""
        log = self.folder / f"{name}-{len(self.programs)}.log"
        with log.open("wb") as out:
            running = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, user=user, cwd=self.folder,
                env={**self.environment, **more},
            )  # fmt: skip
        self.programs.append(Process(name, running, log))
        return self.programs[-1]

    def worker(self, **more: str) -> Process:
        """A Celery worker for two tasks at a time."""
        return self.start(
            "worker",
            [sys.executable, "-m", "airflow", "celery", "worker", "--concurrency", "2", "--skip-serve-logs"],
            **more,
        )

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One REST call; the answer's JSON. Raises OSError."""
        headers = {
            "content-type": "application/json",
            **({"authorization": f"Bearer {self.token}"} if self.token else {}),
        }
        request = urllib.request.Request(
            self.api + path, json.dumps(body).encode() if body is not None else None, headers, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def trigger(self, dag: str) -> str:
        """Start a run of a DAG; its id."""
        return str(self.call("POST", f"/api/v2/dags/{dag}/dagRuns", {"logical_date": None})["dag_run_id"])

    def tasks(self, dag: str, run: str) -> list[dict[str, Any]]:
        """The task instances of a run."""
        found: list[dict[str, Any]] = self.call(
            "GET", f"/api/v2/dags/{dag}/dagRuns/{quote(run)}/taskInstances?limit=200"
        )["task_instances"]
        return found

    def wait(self, what: str, done: Callable[[], Any], seconds: float, *, pause: float = 1.0) -> Any:
        """Ask every `pause` seconds until the answer is true; returns it. Raises AssertionError with the ends of all logs after `seconds`."""
        until, last = time.monotonic() + seconds, ""
        while time.monotonic() < until:
            try:
                if answer := done():
                    return answer
            except OSError as error:
                last = str(error)
            time.sleep(pause)
        raise AssertionError(
            f"{what}: not within {seconds:.0f} s; {last}\n" + "\n".join(p.tail() for p in self.programs)
        )

    def finished(self, dag: str, run: str, seconds: float) -> str:
        """Wait for a run's end; its state."""

        def look() -> str | None:
            state = self.call("GET", f"/api/v2/dags/{dag}/dagRuns/{quote(run)}")["state"]
            return str(state) if state in ("success", "failed") else None

        return str(self.wait(f"the end of {dag} {run}", look, seconds))

    def told(self) -> str:
        """The ends of all logs, tasks' included."""
        tasks = sorted((self.folder / "airflow" / "logs").rglob("*.log"), key=lambda p: p.stat().st_mtime)[-12:]
        logs = [f"--- {p.relative_to(self.folder)}\n{p.read_text('utf8', 'replace')[-2500:]}" for p in tasks]
        return "\n".join([*(p.tail() for p in self.programs), *logs])


def _postgres(stack: Stack, found: Mapping[str, str]) -> int:
    user = "postgres" if os.geteuid() == 0 else None
    port, data = free_port(), stack.folder / "postgres"
    data.mkdir()
    if user:
        shutil.chown(data, user)
    data.chmod(0o700)
    initdb = [
        found["initdb"],
        "--pgdata",
        str(data),
        "--username",
        "airflow",
        "--auth",
        "trust",
        "--encoding",
        "UTF8",
        "--locale",
        "C",
        "--no-sync",
    ]
    subprocess.run(initdb, check=True, capture_output=True, user=user, cwd=data, stdin=subprocess.DEVNULL)
    options = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": data,
        "fsync": "off",
        "max_connections": 200,
    }
    stack.start(
        "postgres",
        [found["postgres"], "-D", str(data), *(part for k, v in options.items() for part in ("-c", f"{k}={v}"))],
        user=user,
    )

    def make() -> bool:
        command = [found["createdb"], "-h", "127.0.0.1", "-p", str(port), "-U", "airflow", "airflow"]
        return subprocess.run(command, capture_output=True, cwd=data, stdin=subprocess.DEVNULL).returncode == 0

    stack.wait("PostgreSQL", make, 240, pause=0.2)
    return port


def _redis(stack: Stack, found: Mapping[str, str]) -> str:
    port, password = free_port(), secrets.token_hex(16)
    command = [
        found["redis-server"],
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--requirepass",
        password,
    ]
    stack.start("redis", command)
    return f"redis://:{password}@127.0.0.1:{port}/0"


def _settings(stack: Stack, broker: str, database: int, port: int) -> dict[str, str]:
    """As in docker-compose.yml, with signs of life in seconds instead of minutes."""
    address = f"airflow:x@127.0.0.1:{database}/airflow"
    return {
        "AIRFLOW_HOME": str(stack.folder / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__CORE__FERNET_KEY": "",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(stack.folder / "passwords.json"),
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "1",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{address}",
        "AIRFLOW__CELERY__BROKER_URL": broker,
        "AIRFLOW__CELERY__RESULT_BACKEND": f"db+postgresql://{address}",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(48),
        "AIRFLOW__API__SECRET_KEY": secrets.token_hex(24),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "3600",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "2",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "12",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "2",
    }


@contextmanager
def airflow_stack(**environment: str) -> Iterator[Stack]:
    """Everything but a worker, running; ended and removed at the end. Raises Missing, AssertionError with logs."""
    found = find_programs()
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("postgres")
        except KeyError as error:
            raise Missing("no user postgres: apt-get install postgresql") from error
    folder = Path(tempfile.mkdtemp(prefix="counterclaim-stack-", dir="/tmp"))
    folder.chmod(0o755)
    stack = Stack(folder, {**os.environ, **environment})
    try:
        broker = _redis(stack, found)
        port = free_port()
        admin = secrets.token_hex(12)
        stack.environment |= _settings(stack, broker, _postgres(stack, found), port)
        command = [
            sys.executable,
            "-m",
            "console.cli",
            "stack",
            "airflow",
            "--pools",
            str(ROOT / "dags" / "pools.json"),
        ]
        told = subprocess.run(
            command, env={**stack.environment, "AIRFLOW_ADMIN_PASSWORD": admin}, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )  # fmt: skip
        assert told.returncode == 0, told.stdout + told.stderr
        stack.api = f"http://127.0.0.1:{port}"
        for name, arguments in (
            ("api-server", ["--host", "127.0.0.1", "--port", str(port)]),
            ("scheduler", []),
            ("dag-processor", []),
        ):
            stack.start(name, [sys.executable, "-m", "airflow", name, *arguments])
        stack.wait("the API server", lambda: stack.call("GET", "/api/v2/version"), 400)
        stack.token = stack.call("POST", "/auth/token", {"username": "admin", "password": admin})["access_token"]
        yield stack
    finally:
        for process in reversed(stack.programs):
            process.end(
                signal.SIGINT if process.name == "postgres" else signal.SIGTERM, 5 if process.name != "postgres" else 15
            )
        shutil.rmtree(folder, ignore_errors=True)
