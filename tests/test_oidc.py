"""Log-in by an identity provider, against one that runs on loopback: the whole code flow with PKCE and a signed token."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from processing.pipeline.people import add_user, find_user
from schemas.people import AuditEntry, Login, User
from schemas.settings import OidcSettings, Settings
from tests.support.desk_store import PASSWORD, desk_settings, opened
from tests.support.loopback import serve
from tests.test_web import text_of
from tests.visit import Answer, Visitor, visit

KEY = RSAKey.generate_key(2048, parameters={"kid": "k1"})
CLAIMS = {"sub": "u-17", "email": "ada@example.org", "email_verified": True, "name": "Ada"}


@dataclass
class Provider:
    """An identity provider: it lets everybody in at once, as whom `claims` says."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=lambda: dict(CLAIMS))
    asked: dict[str, list[str]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any], dict[str, str]]:
        at = urlsplit(path)
        if at.path == "/.well-known/openid-configuration":
            return 200, self._described(), {}
        if at.path == "/keys":
            return 200, {"keys": [KEY.as_dict(private=False)]}, {}
        if at.path == "/authorize":
            self.asked = parse_qs(at.query)
            back = urlencode({"code": "c0de", "state": self.asked["state"][0]})
            return 302, {}, {"location": f"{self.asked['redirect_uri'][0]}?{back}"}
        if at.path == "/token":
            return self._token(parse_qs(body.decode()))
        return 404, {}, {}

    def _described(self) -> dict[str, Any]:
        ends = {
            f"{name}_endpoint": f"{self.url}/{path}"
            for name, path in (("authorization", "authorize"), ("token", "token"))
        }
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            **ends,
        }

    def _token(self, sent: dict[str, list[str]]) -> tuple[int, dict[str, Any], dict[str, str]]:
        proof = (
            base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"][0].encode()).digest()).decode().rstrip("=")
        )
        if sent["code"] != ["c0de"] or [proof] != self.asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}, {}
        now = int(time.time())
        told = {
            "iss": self.url,
            "aud": "desk",
            "iat": now,
            "exp": now + 60,
            "nonce": self.asked["nonce"][0],
            **self.claims,
        }
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, told, self.key)
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token}, {}


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    with serve(made.answer) as made.url:
        yield made


@pytest.fixture
def settings(tmp_path: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("COUNTERCLAIM_OIDC_SECRET", "s3cret")
    given = desk_settings(tmp_path).model_copy(update={"oidc": OidcSettings(issuer=provider.url, client_id="desk")})
    with opened(given) as work:
        add_user(work, "Otto", "admin", PASSWORD)
    return given


def travel(client: Visitor, to: str = "/figures") -> Answer:
    """The browser's way: off to the provider, and back with what it kept."""
    off = client.get(f"/login/oidc?to={to}")
    assert off.status == 302, off.text
    from tests.visit import Visitor as Elsewhere

    at = urlsplit(off.headers["location"])
    there = Elsewhere(at.port or 0).send("GET", f"{at.path}?{at.query}", None, {})
    back = urlsplit(there.headers["location"])
    kept = off.headers["set-cookie"].partition(";")[0]
    return client.send("GET", f"{back.path}?{back.query}", None, {"cookie": kept, "host": f"127.0.0.1:{client.port}"})


def test_who_was_added_comes_in_and_is_known_by_subject(settings: Settings, provider: Provider) -> None:
    with opened(settings) as work:
        add_user(work, "ada@example.org", "analyst", None)
    with visit(settings) as client:
        assert "Log in with the newsroom&#39;s account" in client.get("/login").text
        answer = travel(client)
        assert (answer.status, answer.headers["location"]) == (303, "/figures")
        login = next(c for c in answer.headers.get_all("set-cookie") or () if c.startswith("login="))
        assert client.get("/", {"cookie": login.partition(";")[0]}).status == 200
        assert provider.asked["code_challenge_method"] == ["S256"]
        assert "openid" in provider.asked["scope"][0]
        provider.claims["email"] = "ada.new@example.org"  # the name may change, the subject stays
        assert travel(client).status == 303
    with opened(settings) as work:
        user = find_user(work.store, "ada@example.org")
        assert user.subject == f"{provider.url} u-17"
        assert {login.user for login in work.store.find(Login)} == {user.id}


REFUSED = [
    ({}, "ada@example.org is no user of this desk yet"),
    ({"email": "otto"}, "otto is no user of this desk yet"),  # a user with a password is nobody's by his name alone
    ({"email_verified": False}, "tells no email that it has verified"),
    ({"email": ""}, "tells no email that it has verified"),
]


@pytest.mark.parametrize(("claims", "told"), REFUSED)
def test_who_is_no_user_does_not_come_in(
    claims: dict[str, Any], told: str, settings: Settings, provider: Provider
) -> None:
    provider.claims |= claims
    with visit(settings) as client:
        answer = travel(client)
    assert answer.status == 403
    assert told in text_of(answer.text)
    with opened(settings) as work:
        assert [u.name for u in work.store.find(User)] == ["Otto"]
        assert [e.action for e in work.store.find(AuditEntry)] == ["failed to log in"]


def test_newcomers_come_in_where_the_desk_lets_them(settings: Settings) -> None:
    assert settings.oidc is not None
    open_to_new = settings.model_copy(update={"oidc": settings.oidc.model_copy(update={"newcomers": "reader"})})
    with visit(open_to_new) as client:
        assert travel(client).status == 303
    with opened(settings) as work:
        assert find_user(work.store, "ada@example.org").role == "reader"


@pytest.mark.parametrize("fault", ["another key", "another audience", "another nonce", "over", "no state"])
def test_a_token_that_is_not_right_lets_nobody_in(fault: str, settings: Settings, provider: Provider) -> None:
    with opened(settings) as work:
        add_user(work, "ada@example.org", "analyst", None)
    if fault == "another key":
        provider.key = RSAKey.generate_key(2048, parameters={"kid": "k1"})
    provider.claims |= {"another audience": {"aud": "other"}, "another nonce": {"nonce": "x"}, "over": {"exp": 1}}.get(
        fault, {}
    )
    with visit(settings) as client:
        answer = client.get("/login/oidc/back?code=c0de&state=x") if fault == "no state" else travel(client)
    assert answer.status == 401
    assert "did not let you in" in text_of(answer.text)
    assert "login=" not in json.dumps(answer.headers.get_all("set-cookie") or [])


def test_a_provider_that_is_down_is_told(settings: Settings, provider: Provider) -> None:
    gone = settings.model_copy(update={"oidc": OidcSettings(issuer="http://127.0.0.1:9", client_id="desk")})
    with visit(gone) as client:
        answer = client.get("/login/oidc")
    assert answer.status == 401
    assert "did not let you in (ConnectError)" in text_of(answer.text)
