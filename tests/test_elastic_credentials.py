"""Credentials, privileges and servers of another kind, against a server that answers as Elasticsearch's documentation says.

The node that other tests use has no security, so a real one was not asked.
"""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from console.cli import app
from processing.store import open_store
from processing.store.elastic import ElasticStore, layout
from processing.store.elastic.connection import read_address
from processing.store.elastic.layout import index_names
from processing.store.elastic.privileges import lacking, role
from schemas.errors import StoreError, StoreVersion
from tests.support.elastic_node import free_port
from tests.support.loopback import serve

KEY = "aWQ6c2VjcmV0"


class Cluster:
    """An Elasticsearch with security, as far as opening a store and asking for privileges go."""

    def __init__(self) -> None:
        self.url = ""
        self.lacks: set[str] = set()
        self.version, self.product, self.security = 9, True, True
        self.headers: list[str | None] = []

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any], dict[str, str]]:
        self.headers.append(headers.get("Authorization"))
        shown = {"Content-Type": "application/vnd.elasticsearch+json;compatible-with=9"} | (
            {"X-Elastic-Product": "Elasticsearch"} if self.product else {}
        )
        return (*self._answer(method, path.split("?")[0], headers, body), shown)

    def _answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, dict[str, Any]]:
        if self.version != 9 and "compatible-with=9" in headers.get("Accept", ""):
            reason = f"Accept version must be either version {self.version} or {self.version - 1}, but found 9."
            return 400, failure("media_type_header_exception", reason, 400)
        if not self.security and path.startswith("/_security"):
            return 405, {
                "error": f"Incorrect HTTP method for uri [{path}] and method [{method}], allowed: []; method not allowed",
                "status": 405,
            }
        basic = ["Basic " + base64.b64encode(pair.encode()).decode() for pair in ("writer:pass word", "schüler:pä:ß")]
        if headers.get("Authorization") not in (f"ApiKey {KEY}", *basic):
            return 401, failure("security_exception", "unable to authenticate with provided credentials", 401)
        if path == "/_security/user/_has_privileges":
            asked = json.loads(body)
            cluster = {p: p not in self.lacks for p in asked.get("cluster", [])}
            index = {
                n: {p: p not in self.lacks for p in entry["privileges"]}
                for entry in asked["index"]
                for n in entry["names"]
            }
            return 200, {
                "username": "writer",
                "has_all_requested": False,
                "cluster": cluster,
                "index": index,
                "application": {},
            }
        if path.startswith("/_alias/"):
            if "view_index_metadata" in self.lacks:
                reason = "action [indices:admin/aliases/get] is unauthorized for API key id [id] of user [writer], this action is granted by [view_index_metadata]"
                return 403, failure("security_exception", reason, 403)
            prefix = path.removeprefix("/_alias/").removesuffix("-*").removesuffix("-%2A")
            return 200, {
                layout.first_index(prefix, n): {"aliases": {f"{prefix}-{n}": {}}} for n in layout.index_names()
            }
        if path.endswith("/_mapping"):
            indices = path.removeprefix("/").removesuffix("/_mapping").replace("%2C", ",").split(",")
            return 200, {
                index: {"mappings": layout.template(index.split("-")[1])["template"]["mappings"]} for index in indices
            }
        return 200, {"_shards": {"total": 1, "successful": 1, "failed": 0}}


def failure(kind: str, reason: str, status: int) -> dict[str, Any]:
    return {
        "error": {"root_cause": [{"type": kind, "reason": reason}], "type": kind, "reason": reason},
        "status": status,
    }


@pytest.fixture
def server() -> Iterator[Cluster]:
    made = Cluster()
    with serve(made.answer) as made.url:
        yield made


def test_an_api_key_is_sent(server: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERCLAIM_ELASTIC_API_KEY", KEY)
    open_store(f"{server.url}/desk").close()
    assert set(server.headers) == {f"ApiKey {KEY}"}


def test_user_and_password_are_sent(server: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERCLAIM_ELASTIC_USER", "writer")
    monkeypatch.setenv("COUNTERCLAIM_ELASTIC_PASSWORD", "pass word")
    open_store(server.url).close()
    assert {h.split()[0] for h in server.headers if h} == {"Basic"}


ACCEPTED = [
    {"API_KEY": KEY + "\n"},  # as it comes out of a file
    {"USER": "writer", "PASSWORD": "pass word\r\n"},
    {"USER": "schüler", "PASSWORD": "pä:ß"},
]


@pytest.mark.parametrize("given", ACCEPTED)
def test_secrets_as_files_and_people_have_them(
    given: dict[str, str], server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"COUNTERCLAIM_ELASTIC_{name}", value)
    open_store(server.url).close()


@pytest.mark.parametrize("key", ["two\nlines", "schlüssel", "two words"])
def test_a_key_that_can_be_none_is_told_without_saying_it(
    key: str, server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERCLAIM_ELASTIC_API_KEY", key)
    with pytest.raises(StoreError, match="COUNTERCLAIM_ELASTIC_API_KEY: holds what no key has") as caught:
        open_store(server.url)
    assert key not in str(caught.value)


@pytest.mark.parametrize("key", [None, "d3Jvbmc6a2V5"])
def test_credentials_that_are_not_accepted(key: str | None, server: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    if key:
        monkeypatch.setenv("COUNTERCLAIM_ELASTIC_API_KEY", key)
    with pytest.raises(
        StoreError, match="the credentials are not accepted; check COUNTERCLAIM_ELASTIC_API_KEY"
    ) as caught:
        open_store(server.url)
    assert key is None or key not in str(caught.value)


def test_a_privilege_that_lacks_is_told_with_the_servers_reason(
    server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERCLAIM_ELASTIC_API_KEY", KEY)
    server.lacks = {"view_index_metadata"}
    with pytest.raises(
        StoreError,
        match=r"a privilege lacks: action \[indices:admin/aliases/get\] is unauthorized .*`counterclaim doctor` says which",
    ):
        open_store(server.url)


@pytest.mark.parametrize("version", [8, 11])
def test_a_server_of_another_version(version: int, server: Cluster) -> None:
    server.version = version
    said = rf"the server is not of version 9 \(Accept version must be either version {version} or .*\); Elasticsearch 9 is needed"
    with pytest.raises(StoreVersion, match=said):
        open_store(server.url)


def test_something_else_that_answers() -> None:
    content = {"Content-Type": "text/html"}
    for status, said in (
        (404, r"is not Elasticsearch \(404: .*nothing here.*\); Elasticsearch 9 is needed"),
        (502, r"the cluster is not ready \(502: .*nothing here"),
    ):
        with (
            serve(lambda *_, status=status: (status, {"error": "nothing here"}, content)) as url,
            pytest.raises(StoreError, match=said),
        ):  # type: ignore[misc]
            ElasticStore(url, retries=0)


def test_a_server_of_another_product(server: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERCLAIM_ELASTIC_API_KEY", KEY)
    server.product = False
    with pytest.raises(StoreVersion, match="is not Elasticsearch; Elasticsearch 9 is needed"):
        open_store(server.url)


def test_an_address_with_a_password_is_refused_without_saying_it() -> None:
    with pytest.raises(StoreError, match="credentials do not belong in the address") as caught:
        open_store("https://me:secret@es.example:9200")
    assert "secret" not in str(caught.value)


ADDRESSES = [
    ("https://es.example", ["https://es.example:443"], "counterclaim"),
    ("http://es.example", ["http://es.example:9200"], "counterclaim"),
    ("http://a:9200, http://b:9201/desk/", ["http://a:9200", "http://b:9201"], "desk"),
    ("http://[::1]:9200/desk-2_b", ["http://[::1]:9200"], "desk-2_b"),
    ("http://a:9200/desk,http://b:9200/desk", ["http://a:9200", "http://b:9200"], "desk"),
]
NO_ADDRESSES = [
    ("http://a:9200/one,http://b:9200/two", r"names several prefixes \(one, two\)"),
    ("http://a:9200/Desk", r"'Desk' cannot begin an index's name"),
    ("http://a:9200/*", r"'\*' cannot begin an index's name"),
    ("http://a:9200/-x", "'-x' cannot begin"),
    ("http://a:9200/a/b", "'a/b' cannot begin"),
    ("http://a:9200/_all", "'_all' cannot begin"),
    ("http://a:9200/" + "x" * 101, "cannot begin"),
    ("http://a:9200/%2e%2e", "cannot begin"),
    ("http://a:9200/?pretty", r"'http://a:9200/\?pretty' is no store address; write https://HOST:9200"),
    ("http://a:9200,ftp://b", "'ftp://b' is no store address"),
    ("http://a:9200,b:9200", "'b:9200' names no host"),
    ("http://a:9200,", "'' names no host"),
    ("http://:9200", "names no host"),
    ("http://a:port", "Port could not be cast"),
    ("http://a:99999", "Port out of range"),
    ("http://[::1", r"http://\[::1: Invalid IPv6 URL"),
]


@pytest.mark.parametrize(("address", "hosts", "prefix"), ADDRESSES)
def test_addresses(address: str, hosts: list[str], prefix: str) -> None:
    assert read_address(address) == (hosts, prefix)


@pytest.mark.parametrize(("address", "message"), NO_ADDRESSES)
def test_addresses_that_are_none(address: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        read_address(address)


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        StoreError,
        match=r"counterclaim: cannot be reached \(Connection refused\); the run can be repeated and goes on where it was",
    ):
        ElasticStore(f"http://127.0.0.1:{free_port()}", retries=0)


def test_a_host_that_is_not_there() -> None:
    with pytest.raises(
        StoreError,
        match=r"cannot be reached \((Name or service not known|Temporary failure in name resolution|nodename .*)\)",
    ):
        ElasticStore("http://nowhere.invalid:9200", retries=0)


LACKS = [
    (set(), "writer", []),
    ({"write", "maintenance"}, "writer", ["desk-* maintenance", "desk-* write"]),
    ({"manage_ilm", "create_index"}, "owner", ["cluster manage_ilm", "desk-* create_index"]),
    ({"read"}, "writer", ["desk-* read"]),
]


@pytest.mark.parametrize(("lacks", "name", "told"), LACKS)
def test_privileges_that_lack_are_named(
    lacks: set[str], name: str, told: list[str], server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERCLAIM_ELASTIC_API_KEY", KEY)
    server.lacks = lacks
    assert lacking(f"{server.url}/desk", name) == told


def doctor(server: Cluster) -> dict[str, tuple[str, str]]:
    told = CliRunner().invoke(app, ["--store", server.url, "doctor", "--json"])
    return {c["name"]: (c["state"], c["found"]) for c in map(json.loads, told.stdout.splitlines())}


DOCTOR = [
    ({"write"}, True, ("bad", "lack counterclaim-* write")),
    ({"manage_ilm"}, True, ("ok", "may read and write; lack cluster manage_ilm")),
    (set(), True, ("ok", "may read, write, make and migrate indices")),
    (set(), False, ("ok", "the server has no security: whoever reaches it may do everything")),
]


@pytest.mark.parametrize(("lacks", "security", "told"), DOCTOR)
def test_doctor_says_which_privilege_lacks(
    lacks: set[str],
    security: bool,
    told: tuple[str, str],
    server: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path))
    monkeypatch.setenv("COUNTERCLAIM_ELASTIC_API_KEY", KEY)
    server.lacks, server.security = lacks, security
    assert doctor(server)["credentials"] == told


def test_doctor_says_that_credentials_are_not_accepted(
    server: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path))
    state, found = doctor(server)["credentials"]
    assert state == "bad"
    assert "the credentials are not accepted" in found


def test_a_real_node_without_security_says_so(elastic_url: str) -> None:
    assert lacking(elastic_url, "writer") is None


def test_the_desk_may_only_read() -> None:
    for name in ("analyst", "kibana"):
        assert {p for entry in role(name)["indices"] for p in entry["privileges"]} == {"read", "view_index_metadata"}
    assert role("writer")["cluster"] == []


@pytest.mark.parametrize("name", ["analyst", "kibana"])
def test_who_reads_in_kibana_sees_no_users(name: str) -> None:
    patterns = [n for entry in role(name)["indices"] for n in entry["names"]]
    seen = {i for i in index_names() if any(fnmatch(f"counterclaim-{i}-v1", p) for p in patterns)}
    assert set(index_names()) - seen == {"user", "login", "audit_entry"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that is its own authority."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=2)
    )
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
    plain = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    file.write_bytes(key.private_bytes(pem, *plain) + made.sign(key, hashes.SHA256()).public_bytes(pem))
    return file


def test_a_certificate_authority_of_ones_own(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERCLAIM_ELASTIC_API_KEY", KEY)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    made = Cluster()
    with serve(made.answer, tls=tls) as url:
        with pytest.raises(StoreError, match=r"cannot be reached \(.*certificate"):
            ElasticStore(url, retries=0)
        monkeypatch.setenv("COUNTERCLAIM_ELASTIC_CA_FILE", str(certificate))
        ElasticStore(url, retries=0).close()
        monkeypatch.setenv("COUNTERCLAIM_ELASTIC_CA_FILE", "/nowhere/ca.pem")
        with pytest.raises(StoreError, match=r"COUNTERCLAIM_ELASTIC_CA_FILE: no file /nowhere/ca\.pem"):
            ElasticStore(url, retries=0)
