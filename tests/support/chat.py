"""A chat endpoint on loopback that speaks OpenAI's chat completions as well or as badly as a test wants."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from schemas.settings import SecondReader
from tests.support.loopback import serve

__all__ = ["Chat", "chat", "completion", "raw", "verdict"]

MODEL = "small"


def completion(said: Any) -> dict[str, Any]:
    """The body in which an endpoint gives what a model said."""
    return {"object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": said}}]}


def verdict(same_thing: bool = False, contradiction: bool = True, why: str = "two bridges") -> str:
    """What a model says that does as it is told."""
    return json.dumps({"same_thing": same_thing, "contradiction": contradiction, "why": why})


@dataclass
class Chat:
    """The endpoint: `url`, and the questions that reached it, each with its headers."""

    url: str
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def settings(self, **given: Any) -> SecondReader:
        return SecondReader(**{"url": f"{self.url}/v1", "model": MODEL, **given})


Say = Callable[[dict[str, Any]], Any]


@contextmanager
def chat(say: Say | str, *, key: str | None = None) -> Iterator[Chat]:
    """An endpoint whose model says `say` (of each question). What it gives may also be (status, body, headers). With a key it answers
    nobody who has not that key, and repeats in its refusal what it was given."""
    here = Chat("")

    def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Any, dict[str, str]]:
        given = headers.get("Authorization", "")
        if key is not None and given != f"Bearer {key}":
            return 401, {"error": {"message": f"Incorrect API key provided: {given}"}}, {}
        if method == "GET":
            return (200, {"data": [{"id": MODEL}]}, {}) if path == "/v1/models" else (404, {}, {})
        if path != "/v1/chat/completions":
            return 404, {"error": "no such path"}, {}
        asked = json.loads(body)
        here.got.append(asked)
        here.headers.append(dict(headers.items()))
        said = say if isinstance(say, str) else say(asked)
        return said if isinstance(said, tuple) else (200, completion(said), {})

    with serve(answer) as here.url:
        yield here


@contextmanager
def raw(send: Callable[[socket.socket], None]) -> Iterator[Chat]:
    """An endpoint that speaks as it likes: `send` gets each connection once a request came in, then it is closed."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)
    here = Chat(f"http://127.0.0.1:{listening.getsockname()[1]}")
    over = threading.Event()

    def talk(connection: socket.socket) -> None:
        with connection:
            try:
                connection.settimeout(5)
                connection.recv(100_000)
                here.got.append({})
                send(connection)
            except OSError:
                """It hung up: as it should."""

    def accept() -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield here
    finally:
        over.set()
        thread.join()
        listening.close()


def drip(connection: socket.socket) -> None:
    """A header that never ends, a byte at a time: no single wait is long."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(200):
        connection.sendall(b"a")
        time.sleep(0.05)


def flood(connection: socket.socket) -> None:
    """A body that never ends."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    for _ in range(2000):
        connection.sendall(b" " * 65_536)
