"""The web page, really served on loopback, and a visitor who follows its links."""

from __future__ import annotations

import http.client
import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote, urlencode

import uvicorn

from console.web.site import make_site
from schemas.settings import Settings
from tests.support.elastic_node import until

__all__ = ["Answer", "Visitor", "crawl", "visit"]

_LINK = re.compile(r'(?:href|src)="(/[^"#]*)')


@dataclass(frozen=True)
class Answer:
    """What came back; redirections are not followed."""

    status: int
    headers: http.client.HTTPMessage
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


@dataclass(frozen=True)
class Visitor:
    """Asks the site on a port of this machine."""

    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._ask("GET", path, None, headers or {})

    def post(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        return self._ask(
            "POST", path, urlencode(form), {"content-type": "application/x-www-form-urlencoded", **headers}
        )

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Sends these headers and bytes and nothing else."""
        with closing(self._connect()) as connection:
            connection.putrequest(method, path)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            return _answer(connection)

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        with closing(self._connect()) as connection:
            connection.request(method, quote(path, safe="/?=&%+"), body, dict(headers))
            return _answer(connection)

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)


def _answer(connection: http.client.HTTPConnection) -> Answer:
    given = connection.getresponse()
    return Answer(given.status, given.headers, given.read())


@contextmanager
def visit(settings: Settings, *, changes: bool = True, needs_users: bool = False) -> Iterator[Visitor]:
    """Serves the site of a store until the end."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        site = make_site(settings, hosts=["127.0.0.1"], changes=changes, needs_users=needs_users)
        server = uvicorn.Server(uvicorn.Config(site, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until(lambda: server.started or not thread.is_alive(), "the site is served")
            yield Visitor(listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


def crawl(visitor: Visitor, most: int = 400) -> dict[str, Answer]:
    """Answers by path, of at most so many pages that links lead to from the first; other sites are not asked."""
    seen: dict[str, Answer] = {}
    waiting = ["/"]
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path not in seen:
            seen[path] = visitor.get(path)
            if seen[path].headers["content-type"].startswith("text/html"):
                waiting += [unescape(link) for link in _LINK.findall(seen[path].text)]
    return seen
