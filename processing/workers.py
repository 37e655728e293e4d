"""What strangers wrote is read in processes that can be killed, with a limit of time for each item and of memory for
each process.

A hostile page or article costs its own limits and nothing else. Workers are plain subprocesses that load what they need
(a language model) once, read and write length-prefixed pickles on their pipes, are kept for the next call and ended
with the program. Items go to them in batches, for a message costs as much as a short page; a batch that is late, dies
or raises is done again item by item, so that results never depend on what an item was sent with."""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import IO, Any

from schemas.errors import MachineError

__all__ = ["Lost", "Task", "close_workers", "run_in_workers", "serve"]

_START_SECONDS = 180.0  # a model is loaded, perhaps while every core is busy
_BATCH_BYTES = 500_000  # of one message, where more than one item is in it
_ORPHAN_SECONDS = 15  # that a worker outlives the limit of an item when nobody is left who could end it
_START = "import sys; sys.path[:] = {path!r}; from processing.workers import serve; serve({task!r})"
_idle: dict[Task, list[_Worker]] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker does: `do` names a function (items, given) -> results as "module:function", `prepare` one without
    arguments that loads what `do` needs. `memory_mb` is the address space of one worker; `name` is for messages."""

    name: str
    do: str
    prepare: str
    memory_mb: int


@dataclass(frozen=True, slots=True)
class Lost:
    """An item without a result. `code`: "timeout", "memory", "crash" (its process died), "error" (it raised)."""

    code: str
    reason: str


def _named(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


# ---------------------------------------------------------------- in the worker


def serve(task: tuple[str, str, int]) -> None:
    """What a worker does until its input ends: one batch after the other, each answered by its results or by what was
    raised. The clock of the system ends it where an item holds it for good and its parent is gone."""
    import logging

    do, prepare, memory_mb = task
    logging.disable(logging.CRITICAL)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    try:
        function = _named(do)
        _named(prepare)()
    except Exception as error:
        _write(sink, ("unable", f"{type(error).__name__}: {error}"))
        return
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    _write(sink, ("ready", None))
    while (asked := _read(source)) is not None:
        items, given, seconds = asked
        _alarm(int(seconds) + _ORPHAN_SECONDS)
        answer = _answer(function, items, given)
        _alarm(0)
        _write(sink, answer)
        if answer[0] == "memory":
            return  # what is left in such a process is not to be trusted


def _answer(function: Callable[..., Any], items: Sequence[Any], given: Any) -> tuple[str, Any]:
    from processing.raised import one_line

    try:
        return "done", function(items, given)
    except MemoryError:
        return "memory", None
    except Exception as error:
        return "error", one_line(error)


def _alarm(seconds: int) -> None:
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)  # nobody handles it: the system ends the process, whatever it is at


# ---------------------------------------------------------------- the pipes


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


class _Worker:
    """One subprocess and its pipes."""

    def __init__(self, task: Task) -> None:
        self.task, self.late = task, False
        path = [p or os.getcwd() for p in sys.path]
        code = _START.format(path=path, task=(task.do, task.prepare, task.memory_mb))
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONIOENCODING": "utf8", "OMP_NUM_THREADS": "1"},
        )
        told = self._hear(_START_SECONDS)
        if told is None or told[0] != "ready":
            self.end()
            why = told[1] if told else f"{sys.executable} gave no answer"
            raise MachineError(f"a process for {task.name} did not start: {why}")

    def ask(self, items: Sequence[Any], given: Any, seconds: float) -> tuple[str, Any] | None:
        """The worker's answer to a batch; None where it did not answer in time or died."""
        try:
            _write(self.process.stdin, (items, given, seconds))  # type: ignore[arg-type]
        except OSError:
            return None
        return self._hear(seconds)

    def _hear(self, seconds: float) -> tuple[str, Any] | None:
        clock = threading.Timer(seconds, self._stop)
        clock.daemon = True
        clock.start()
        try:
            answer: tuple[str, Any] | None = _read(self.process.stdout)  # type: ignore[arg-type]
            return answer
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


def close_workers() -> None:
    """End all idle workers; the next call starts new ones."""
    with _lock:
        workers = [worker for kept in _idle.values() for worker in kept]
        _idle.clear()
    for worker in workers:
        worker.end()


atexit.register(close_workers)


# ---------------------------------------------------------------- the call


@dataclass(slots=True)
class _Call:
    """One call's items, what came of them, and the batches (numbers of items) that nobody has taken yet."""

    task: Task
    items: Sequence[Any]
    given: Any
    seconds: float
    batches: deque[list[int]]
    results: list[Any] = field(init=False)
    errors: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.results = [None] * len(self.items)

    def work(self) -> None:
        """What one thread does: hand batches to its worker until none is left."""
        worker: _Worker | None = None
        try:
            while not self.errors:
                try:
                    batch = self.batches.popleft()
                except IndexError:
                    break
                worker = self._do(batch, worker or _taken(self.task))
        except BaseException as error:
            self.errors.append(error)
        finally:
            if worker is not None:
                with _lock:
                    _idle.setdefault(self.task, []).append(worker)

    def _do(self, batch: list[int], worker: _Worker) -> _Worker | None:
        """One batch; returns the worker where it can be asked again."""
        answer = worker.ask([self.items[n] for n in batch], self.given, self.seconds)
        kind = answer[0] if answer else "lost"
        if kind == "done" and answer is not None:
            for number, result in zip(batch, answer[1], strict=True):
                self.results[number] = result
            return worker
        code = worker.end() if kind != "error" else 0
        if len(batch) > 1:
            self.batches.extendleft([number] for number in reversed(batch))
        else:
            self.results[batch[0]] = self._lost(kind, answer, worker, code)
        return worker if kind == "error" else None

    def _lost(self, kind: str, answer: tuple[str, Any] | None, worker: _Worker, code: int) -> Lost:
        if kind == "error" and answer is not None:
            return Lost("error", answer[1])
        if kind == "memory":
            return Lost("memory", f"needs more than the {self.task.memory_mb:,} MB that one process may have")
        if worker.late:
            return Lost("timeout", f"was not read within {self.seconds:g} s")
        return Lost("crash", f"ended the process that read it (exit {code})")


def _taken(task: Task) -> _Worker:
    with _lock:
        kept = _idle.get(task, [])
        while kept:
            worker = kept.pop()
            if worker.process.poll() is None:
                return worker
            worker.end()
    return _Worker(task)


def run_in_workers(
    task: Task, items: Sequence[Any], given: Any, *, workers: int, seconds: float, size: int, weights: Sequence[int]
) -> list[Any]:
    """The result, or `Lost`, for each item, in the same order.

    `given` goes with every batch. `seconds` is what one item, and one batch, may take; `size` is how many items are in
    a batch at most, `weights` their bytes. Raises: MachineError (a worker does not start), OSError."""
    share = max(1, -(-len(items) // max(1, workers)))
    call = _Call(task, items, given, seconds, _batches(min(size, share), weights))
    threads = [threading.Thread(target=call.work, daemon=True) for _ in range(max(1, min(workers, len(call.batches))))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if call.errors:
        raise call.errors[0]
    return call.results


def _batches(size: int, weights: Sequence[int]) -> deque[list[int]]:
    made: deque[list[int]] = deque()
    room = 0
    for number, weight in enumerate(weights):
        if not made or len(made[-1]) == size or weight > room:
            made.append([])
            room = _BATCH_BYTES
        made[-1].append(number)
        room -= weight
    return made
