"""What prepares Elasticsearch for the stack, against a loopback server that answers as the security API is documented."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from typer.testing import CliRunner

from console.cli import app

SECRETS = {
    "ELASTIC_PASSWORD": "e" * 24,
    "KIBANA_PASSWORD": "k" * 24,
    "COUNTERCLAIM_ELASTIC_PASSWORD": "w" * 24,
    "ANALYST_PASSWORD": "a" * 24,
}


class _Security(BaseHTTPRequestHandler):
    """Health, roles, users, passwords; keeps what it was told in `server.told`."""

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        body: Any = json.loads(self.rfile.read(size)) if size else None
        server: Any = self.server
        status = server.refuse.get(self.path.split("?")[0], 200)
        if not self.headers.get("Authorization", "").startswith("Basic "):
            status = 401
        if self.command in ("PUT", "POST"):
            server.told.append((self.command, self.path, body))
        data = json.dumps(
            {} if status == 200 else {"error": {"type": "x", "reason": "refused"}, "status": status}
        ).encode()
        self.send_response(status)
        for name, value in (
            ("X-Elastic-Product", "Elasticsearch"),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(data))),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = _answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def security() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Security)
    server.told, server.refuse = [], {}
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def call(server: Any, **environment: str | None) -> Any:
    return CliRunner().invoke(
        app,
        ["stack", "elasticsearch", f"http://127.0.0.1:{server.server_port}"],
        env={**SECRETS, **environment, "COLUMNS": "200"},
    )


def test_roles_accounts_and_kibana_s_password_are_set(security: Any) -> None:
    for _ in range(2):  # safe to repeat
        security.told.clear()
        result = call(security)
        assert result.exit_code == 0, result.output
        paths = {path: body for _, path, body in security.told}
        assert set(paths) == {
            "/_security/role/counterclaim_writer", "/_security/role/counterclaim_analyst", "/_security/user/counterclaim", "/_security/user/analyst",
            "/_security/user/kibana_system/_password",
        }  # fmt: skip
        assert paths["/_security/user/counterclaim"] == {"password": "w" * 24, "roles": ["counterclaim_writer"]}
        assert paths["/_security/user/analyst"] == {"password": "a" * 24, "roles": ["counterclaim_analyst"]}
        assert paths["/_security/user/kibana_system/_password"] == {"password": "k" * 24}
        assert paths["/_security/role/counterclaim_writer"]["indices"][0]["names"] == ["counterclaim-*"]
        assert not any(secret in result.output for secret in SECRETS.values())


def test_a_snapshot_each_night_where_a_folder_is_named(security: Any) -> None:
    told = CliRunner().invoke(
        app,
        ["stack", "elasticsearch", f"http://127.0.0.1:{security.server_port}", "--snapshots", "/srv/snapshots"],
        env={**SECRETS, "COLUMNS": "200"},
    )
    assert told.exit_code == 0, told.output
    paths = {path: body for _, path, body in security.told}
    assert paths["/_snapshot/counterclaim"]["settings"]["location"] == "/srv/snapshots"
    assert paths["/_slm/policy/counterclaim"]["repository"] == "counterclaim"


def test_a_refusal_and_a_missing_secret_are_told(security: Any) -> None:
    security.refuse["/_security/user/analyst"] = 403
    refused = call(security)
    assert (refused.exit_code, "403" in refused.output) == (1, True)
    missing = call(security, KIBANA_PASSWORD=None)
    assert missing.exit_code == 2
    assert "KIBANA_PASSWORD" in missing.output
