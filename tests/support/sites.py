"""A loopback web server whose answers a test lays down, and which remembers what it was asked."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

__all__ = ["Answer", "Site", "article", "put_saved_pages", "rss", "serve"]


@dataclass(frozen=True)
class Answer:
    """What a path answers. `hang` seconds pass first, unless the site is closed meanwhile."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0


Route = Answer | Callable[[dict[str, str]], Answer]


@dataclass
class Site:
    """Answers by path, and the requests so far as (path, headers with lower-case names)."""

    url: str
    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)  # of the requests, by the monotonic clock
    closing: threading.Event = field(default_factory=threading.Event)

    def paths(self) -> list[str]:
        """Paths asked so far, without robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def put(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8", **headers: str) -> None:
        """Lay down an answer with status 200; `ETag="..."` and the like become headers (underscores stand for hyphens)."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.routes[path] = Answer(data, headers={"Content-Type": kind, **named})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        site = self.site
        headers = {name.lower(): value for name, value in self.headers.items()}
        site.asked.append((self.path, headers))
        site.times.append(time.monotonic())
        route = site.routes.get(self.path, Answer(status=404))
        answer = route(headers) if callable(route) else route
        if answer.hang:
            site.closing.wait(answer.hang)
        etag, changed = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
        unchanged = (etag and headers.get("if-none-match") == etag) or (
            changed and headers.get("if-modified-since") == changed
        )
        status, body = (304, b"") if unchanged and answer.status == 200 else (answer.status, answer.body)
        try:
            self.send_response(status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # the crawler hung up: too large, or too slow
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A crawler that was killed leaves broken connections behind; that is no fault of the site."""


def _certified(folder: str) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    )
    builder = builder.add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
    )
    certificate = (
        builder.not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    path = Path(folder) / "site.pem"
    path.write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@contextmanager
def serve(*, tls: bool = False) -> Iterator[Site]:
    """A site on a free loopback port."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls:
        with TemporaryDirectory() as folder:
            server.socket = _certified(folder).wrap_socket(server.socket, server_side=True)
    site = Site(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = type("Handler", (_Handler,), {"site": site})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def article(title: str, text: str = "The river rose by two metres during the night, the water office said.") -> str:
    """A small article page."""
    return f"<!doctype html><html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"


def rss(site: Site, *paths: str, day: str = "Wed, 22 Jan 2025 09:30:00 GMT") -> str:
    """An RSS feed of pages of the site."""
    items = "".join(
        f"<item><title>Report {n}</title><link>{path if '//' in path else site.url + path}</link><pubDate>{day}</pubDate></item>"
        for n, path in enumerate(paths, 1)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title><link>{site.url}/</link>{items}</channel></rss>'


def put_saved_pages(site: Site, folder: Path) -> dict[str, dict[str, bytes]]:
    """Lay down the saved pages of a folder of evaluation data as if by their outlets; returns outlet id -> path -> body.

    Each outlet has a sitemap of its pages at `/<name>.xml`, and every page an ETag.
    """
    saved: dict[str, dict[str, bytes]] = {}
    for info in sorted(folder.glob("*/meta.info")):
        for name, about in json.loads(info.read_text("utf8")).items():
            path = urlsplit(about["url"]).path
            body = gzip.decompress((info.parent / name).read_bytes())
            saved.setdefault(f"gb/{name.split('_')[0].lower()}", {})[path] = body
            site.put(path, body, ETag=f'"{len(body)}"')
    for id, pages in saved.items():
        urls = "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in pages)
        site.put(f"/{id.partition('/')[2]}.xml", f"<urlset>{urls}</urlset>", "application/xml", ETag='"1"')
    return saved
