"""Many pages at once: worker processes that can be killed, with a limit of time for each page and of memory for each
worker.

A hostile page costs its own time limit and nothing else. Workers are plain subprocesses that read and write
length-prefixed pickles on their pipes; they are kept for the next call and ended with the program."""

from __future__ import annotations

import atexit
import os
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import IO, Any

from processing.clean.article import make_article
from schemas.config import Outlet
from schemas.records import Article, Page, Rejection

__all__ = ["clean_pages", "close_workers", "serve"]

Item = tuple[bytes, Page, Outlet | None]
MEMORY_MB = 2048  # address space of one worker; a 20 MB page takes about 1 GB
_START_SECONDS = 60.0
_START = "import sys; sys.path[:] = {path!r}; from processing.clean.workers import serve; serve()"
_idle: list[_Worker] = []
_lock = threading.Lock()


class _Worker:
    """One subprocess and its pipes."""

    def __init__(self) -> None:
        self.late = False
        env = {**os.environ, "PYTHONIOENCODING": "utf8", "OMP_NUM_THREADS": "1"}
        path = [p or os.getcwd() for p in sys.path]
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START.format(path=path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
        )
        if self._answer(_START_SECONDS) != "ready":
            self.end()
            raise RuntimeError(f"a cleaning process did not start: {sys.executable}")

    def ask(self, item: Item, now: datetime, seconds: float) -> Any:
        """The worker's answer; None where it did not answer in time or died."""
        try:
            _write(self.process.stdin, (item, now))  # type: ignore[arg-type]
        except OSError:
            return None
        return self._answer(seconds)

    def _answer(self, seconds: float) -> Any:
        clock = threading.Timer(seconds, self._stop)
        clock.daemon = True
        clock.start()
        try:
            return _read(self.process.stdout)  # type: ignore[arg-type]
        finally:
            clock.cancel()

    def _stop(self) -> None:
        self.late = True
        self.process.kill()

    def end(self) -> int:
        """Kill the process and close its pipes; returns its exit code."""
        self.process.kill()
        code = self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        return code


def _write(pipe: IO[bytes], value: Any) -> None:
    data = pickle.dumps(value, protocol=5)
    pipe.write(struct.pack(">Q", len(data)))
    pipe.write(data)
    pipe.flush()


def _read(pipe: IO[bytes]) -> Any:
    head = pipe.read(8)
    if len(head) < 8:
        return None
    size = struct.unpack(">Q", head)[0]
    data = pipe.read(size)
    return pickle.loads(data) if len(data) == size else None


def serve() -> None:
    """What a worker does until its input ends: clean one page after the other."""
    import logging

    logging.disable(logging.CRITICAL)
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MB << 20, MEMORY_MB << 20))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    from processing.clean.body import warm_up

    warm_up()
    _write(sink, "ready")
    while (asked := _read(source)) is not None:
        (body, page, outlet), now = asked
        _write(sink, make_article(body, page, outlet, now=now))


def close_workers() -> None:
    """End all idle workers; the next call starts new ones."""
    with _lock:
        workers, _idle[:] = _idle[:], []
    for worker in workers:
        worker.end()


atexit.register(close_workers)


def clean_pages(
    items: Sequence[Item], *, now: datetime, workers: int = 1, limit_seconds: float | None = 20
) -> list[Article | Rejection]:
    """An article or a rejection for each (body, page, outlet), in the same order.

    `limit_seconds` is what one page may take in its worker process (code `timeout`); a worker that dies gives code
    `crash`. None cleans in this process, without a limit. `now` bounds what dates are believed."""
    if limit_seconds is None:
        return [make_article(body, page, outlet, now=now) for body, page, outlet in items]
    results: list[Article | Rejection | None] = [None] * len(items)
    numbers = iter(range(len(items)))
    errors: list[BaseException] = []

    def work() -> None:
        worker: _Worker | None = None
        try:
            while True:
                with _lock:
                    number = next(numbers, None)
                if number is None or errors:
                    break
                if worker is None:
                    with _lock:
                        worker = _idle.pop() if _idle else None
                    worker = worker or _Worker()
                result = worker.ask(items[number], now, limit_seconds)
                if result is None:
                    results[number] = _lost(items[number][1], worker, limit_seconds)
                    worker = None
                else:
                    results[number] = result
        except BaseException as error:
            errors.append(error)
        finally:
            if worker is not None:
                with _lock:
                    _idle.append(worker)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(max(1, min(workers, len(items))))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return [result for result in results if result is not None]


def _lost(page: Page, worker: _Worker, seconds: float) -> Rejection:
    code = worker.end()
    if worker.late:
        return Rejection(page.id, page.url, page.outlet, "timeout", f"the page was not read within {seconds:g} s")
    return Rejection(page.id, page.url, page.outlet, "crash", f"the page ended the process that read it (exit {code})")
