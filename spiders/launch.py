"""Starts crawl processes for plans, watches their time, and waits for them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from filelock import FileLock, Timeout

from schemas.errors import FetchError
from spiders.plan import Plan, write_plan

__all__ = [
    "Ended",
    "drop_spool",
    "hold_outlets",
    "leftover_spools",
    "new_plan_paths",
    "own_spools",
    "run_plans",
    "user_agent",
]

_ROOT = Path(__file__).resolve().parents[1]
_POLL_SECONDS = 0.05
_KILL_SECONDS = 10.0
_STALE_SECONDS = 3600.0
_OUTLET_SECONDS = 3600.0
_ORPHAN_SECONDS = 40.0  # an orphan notices within a second and ends its requests


@dataclass(frozen=True, slots=True)
class Ended:
    """How a crawl process ended. `code` is its exit status, negative for a signal; `said` the end of its log."""

    spool: Path
    code: int
    timed_out: bool
    said: str


def new_plan_paths(home: Path, name: str) -> tuple[Path, str]:
    """Path of a new spool and (relative to home) of the archive that belongs to it."""
    folder = home / "spool"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.jsonl", f"warc/{name[:4]}/{name}.warc.gz"


def user_agent(contact: str | None = None) -> str:
    """How crawls name themselves: program, version and an address to complain to."""
    try:
        number = version("counterclaim")
    except PackageNotFoundError:
        number = "0"
    return f"Counterclaim/{number} (+{contact or 'https://example.org/counterclaim'})"


def _plan_path(spool: Path) -> Path:
    return spool.with_suffix(".plan")


def _owner_path(spool: Path) -> Path:
    return spool.with_suffix(".owner")


def _log_path(spool: Path) -> Path:
    return spool.with_suffix(".log")


def _start(plan: Plan) -> subprocess.Popen[bytes]:
    spool = Path(plan.spool)
    write_plan(_plan_path(spool), plan)
    paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
    # Scrapy's cookies would have the list of public suffixes fetched, past robots.txt and all guards; "" means the
    # installed copy
    own = {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS": "",
        "OMP_NUM_THREADS": "1",
    }
    environment = {**os.environ, **own}
    command = [sys.executable, "-P", "-m", "spiders.crawl", str(_plan_path(spool)), str(os.getpid())]
    with _log_path(spool).open("wb") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=spool.parent
        )


def _time_limit(plan: Plan) -> float:
    rounds = -(-len(plan.outlets) // max(1, plan.at_once))
    return rounds * (plan.seconds + 2 * plan.request_seconds) + 30


def run_plans(
    plans: Sequence[Plan],
    *,
    progress: Callable[[int], None] | None = None,
    seconds: float | None = None,
    patience: float = _KILL_SECONDS,
) -> list[Ended]:
    """Crawl by several plans at the same time, one process each; returns when all have ended, in the order of the
    plans.

    `progress` is called with the number of outlets that are done. A process that overruns its time (by the plan's
    limits, or `seconds`) is told to stop, and killed `patience` seconds later. On an exception (Ctrl-C) all are told to
    stop; what they wrote stays for the next run. Raises OSError where none can be started."""
    running: list[tuple[subprocess.Popen[bytes], Plan, float]] = []
    late: dict[int, float] = {}
    tails = [_Tail(Path(plan.spool)) for plan in plans]
    try:
        for plan in plans:
            running.append((_start(plan), plan, time.monotonic() + (seconds or _time_limit(plan))))
        while any(process.poll() is None for process, _, _ in running):
            time.sleep(_POLL_SECONDS)
            for process, _, limit in running:
                _enforce(process, limit, patience, late)
            if progress is not None:
                progress(sum(tail.done() for tail in tails))
    finally:
        _stop_all([process for process, _, _ in running])
    return [
        Ended(Path(plan.spool), process.wait(), process.pid in late, _said(Path(plan.spool)))
        for process, plan, _ in running
    ]


def _enforce(process: subprocess.Popen[bytes], limit: float, patience: float, late: dict[int, float]) -> None:
    now = time.monotonic()
    if process.poll() is not None or now < limit:
        return
    if process.pid not in late:
        late[process.pid] = now
        process.terminate()
    elif now > late[process.pid] + patience:
        process.kill()


def _stop_all(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    alive = [p for p in processes if p.poll() is None]
    for process in alive:
        process.terminate()
    for process in alive:
        try:
            process.wait(_KILL_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _said(spool: Path) -> str:
    try:
        return _log_path(spool).read_text("utf8", "replace")[-2000:].strip()
    except OSError:
        return ""


class _Tail:
    """Counts an outlet's last lines in a growing spool."""

    def __init__(self, path: Path):
        self._path, self._at, self._done = path, 0, 0

    def done(self) -> int:
        """How many outlets are done so far."""
        with contextlib.suppress(OSError), self._path.open("rb") as file:
            file.seek(self._at)
            data = file.read()
            end = data.rfind(b"\n") + 1
            self._done += sum(line.startswith(b'{"kind":"done"') for line in data[:end].splitlines())
            self._at += end
        return self._done


@contextlib.contextmanager
def own_spools(spools: Sequence[Path]) -> Iterator[None]:
    """Say that these spools belong to a living process, from before their crawls start until they are dropped. The
    system lets go of the locks when the process dies, however it dies."""
    with contextlib.ExitStack() as stack:
        for spool in spools:
            stack.enter_context(FileLock(_owner_path(spool), timeout=0))
        yield


@contextlib.contextmanager
def hold_outlets(home: Path, outlets: Iterable[str], *, patience: float = _OUTLET_SECONDS) -> Iterator[None]:
    """Be the only one on this home who asks these outlets; waits while others do. Raises FetchError after `patience`
    seconds."""
    folder = home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        for id in sorted(set(outlets)):  # all in one order, so that no two wait for each other
            try:
                stack.enter_context(FileLock(folder / f"{id.replace('/', '_')}.lock", timeout=patience))
            except Timeout as error:
                raise FetchError(
                    id, f"another run has been fetching it for {patience:.0f} s; wait for it or stop it"
                ) from error
        yield


def leftover_spools(home: Path, *, patience: float = _ORPHAN_SECONDS) -> Iterator[Path]:
    """Spools of runs that died, oldest first, each this process's own until the next is asked for; those of other
    living processes are passed over. One whose crawl still ends (its starter was killed) is waited for up to `patience`
    seconds; one whose crawl does not end in time is left to a later run. Plans that never came to a spool are cleared
    away."""
    for path in (home / "spool").glob("*.plan"):
        with contextlib.suppress(FileNotFoundError):
            if not path.with_suffix(".jsonl").exists() and path.stat().st_mtime < time.time() - _STALE_SECONDS:
                drop_spool(path.with_suffix(".jsonl"))
    for path in sorted((home / "spool").glob("*.jsonl")):
        with contextlib.suppress(Timeout), FileLock(_owner_path(path), timeout=0):
            if _has_ended(path, patience):
                yield path
            elif not path.exists():  # imported by another just before
                drop_spool(path)


def _has_ended(spool: Path, patience: float) -> bool:
    if not spool.exists():
        return False
    try:
        with FileLock(f"{spool}.lock", timeout=patience):
            return True
    except Timeout:
        return False


def drop_spool(spool: Path) -> None:
    """Remove a spool that is in the store, with its plan and locks; a log in which something stands goes to the home's
    `logs`. Its owner calls this: the spool goes before the lock that guards it, so that nobody takes it for a dead
    run's."""
    spool.unlink(missing_ok=True)
    log = _log_path(spool)
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size:
            kept = spool.parents[1] / "logs" / f"fetch-{log.name}"
            kept.parent.mkdir(exist_ok=True)
            log.replace(kept)
    for path in (log, Path(f"{spool}.lock"), _owner_path(spool), _plan_path(spool)):
        path.unlink(missing_ok=True)
