"""Half-open connections end: a client that sends nothing, half a request, or nothing more, beside others that are served."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from console.web.patience import patient

SECONDS = 0.4


async def told(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{len(await request.body())} bytes")


def slow(request: Request) -> PlainTextResponse:
    time.sleep(3 * SECONDS)  # longer than the patience: an answer that is being made is no half-open connection
    return PlainTextResponse("made")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    site = Starlette(routes=[Route("/", told, methods=["GET", "POST"]), Route("/slow", slow)])
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(site, log_level="warning", lifespan="off", http=patient(SECONDS)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()
    listening.close()


HALVES = {
    "nothing": b"", "half a line": b"GET / HT", "half a head": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ",
    "half a body": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc",
    "half a chunk": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nabc",
    "one request, then half of another": b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",
}  # fmt: skip


@pytest.mark.parametrize("sent", HALVES.values(), ids=HALVES)
def test_a_half_open_connection_is_ended(port: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(sent)
        answer = b""
        try:
            while part := client.recv(4096):
                answer += part
        except ConnectionResetError:
            pass
    assert answer.count(b"HTTP/1.1 200") == sent.count(b"\r\n\r\nGET")


def trickle(client: socket.socket) -> None:
    for _ in range(10_000):
        client.sendall(b"X")
        time.sleep(SECONDS / 20)


def test_a_client_that_trickles_is_ended(port: int) -> None:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=60) as client,
        pytest.raises((BrokenPipeError, ConnectionResetError)),
    ):
        trickle(client)


def test_an_answer_that_takes_long_is_given(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(4096), b""))
    assert answer.endswith(b"made")
