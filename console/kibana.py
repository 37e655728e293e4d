"""Kibana: import data views, searches and dashboards, and create the alerting rules, through its API. Can be repeated.

Credentials come from the environment: COUNTERCLAIM_KIBANA_API_KEY (else COUNTERCLAIM_ELASTIC_API_KEY), or
COUNTERCLAIM_ELASTIC_USER with COUNTERCLAIM_ELASTIC_PASSWORD; COUNTERCLAIM_ELASTIC_CA_FILE names a certificate
authority's file."""

from __future__ import annotations

import base64
import json
import os
import ssl
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Annotated, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

import typer

from console.app import known_errors, out, settings_of
from schemas.errors import CounterclaimError, UsageError
from schemas.store_address import engine_of

__all__ = ["Kibana", "KibanaError", "read_objects", "read_rules", "register", "rule_id", "set_up"]

_SECONDS = 60.0
_KEPT = (
    "id",
    "group",
    "params",
    "frequency",
    "alerts_filter",
    "uuid",
    "use_alert_data_for_template",
)  # of an action, when a rule is changed
kibana_app = typer.Typer(
    name="kibana", help="Kibana: dashboards, searches and alerting rules for the desk.", no_args_is_help=True
)


class KibanaError(CounterclaimError):
    """Kibana cannot be reached, or refused something; the message says what to do."""


def rule_id(name: str) -> str:
    """The id of a rule: the same each time, so that a second call changes the rule of the first."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"counterclaim/kibana/rule/{name}"))


def read_objects(prefix: str = "counterclaim") -> list[dict[str, Any]]:
    """The saved objects that ship; data views on the indices of a prefix."""
    text = (resources.files("schemas") / "kibana" / "counterclaim.ndjson").read_text("utf8")
    found: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    for object in found:
        if object["type"] == "index-pattern":
            object["attributes"]["title"] = prefix + object["attributes"]["title"].removeprefix("counterclaim")
    return found


def read_rules(prefix: str = "counterclaim") -> dict[str, dict[str, Any]]:
    """The alerting rules that ship, by name, as the API takes them (the query is a string there); on the indices of a
    prefix."""
    rules: dict[str, dict[str, Any]] = {}
    for file in sorted((resources.files("schemas") / "kibana" / "rules").iterdir(), key=lambda f: f.name):
        rule = json.loads(file.read_text("utf8"))
        params = rule["params"]
        params["index"] = [prefix + index.removeprefix("counterclaim") for index in params["index"]]
        params["esQuery"] = json.dumps(params["esQuery"])
        rules[file.name.removesuffix(".json")] = rule
    return rules


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of an answer; the body is {} where it is not JSON."""

    status: int
    body: dict[str, Any]

    @property
    def said(self) -> str:
        """What Kibana says of an error."""
        return str(self.body.get("message") or self.body.get("error") or f"status {self.status}")


class Kibana:
    """Kibana's HTTP API at an address, in a space."""

    def __init__(self, url: str, *, space: str | None = None, seconds: float = _SECONDS):
        """Raises: UsageError for an address that is none or holds a password, KibanaError for a missing CA file."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"--url: {url!r} is no address; write https://HOST:5601")
        if parts.username or parts.password:
            raise UsageError("--url: credentials do not belong in the address; set COUNTERCLAIM_KIBANA_API_KEY")
        self.url = url.rstrip("/") + (f"/s/{quote(space, safe='')}" if space and space != "default" else "")
        self._seconds = seconds
        self._tls: ssl.SSLContext | None = None
        if parts.scheme == "https":
            ca = os.environ.get("COUNTERCLAIM_ELASTIC_CA_FILE")
            if ca and not os.path.isfile(ca):
                raise KibanaError(f"COUNTERCLAIM_ELASTIC_CA_FILE: no file {ca}")
            self._tls = ssl.create_default_context(cafile=ca)

    def _headers(self) -> dict[str, str]:
        given = {"kbn-xsrf": "counterclaim", "Accept": "application/json"}
        env = {
            name: value.strip("\r\n") for name, value in os.environ.items()
        }  # a secret out of a file ends with a line break
        if key := env.get("COUNTERCLAIM_KIBANA_API_KEY") or env.get("COUNTERCLAIM_ELASTIC_API_KEY"):
            given["Authorization"] = f"ApiKey {key}"
        elif user := env.get("COUNTERCLAIM_ELASTIC_USER"):
            pair = f"{user}:{env.get('COUNTERCLAIM_ELASTIC_PASSWORD', '')}"
            given["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        return given

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        content_type: str = "application/json",
        *,
        known: tuple[int, ...] = (),
    ) -> Answer:
        """One request. `known` are error statuses that the caller deals with. Raises: KibanaError for all others."""
        headers = self._headers() | ({"Content-Type": content_type} if body is not None else {})
        request = Request(f"{self.url}{path}", data=body, headers=headers, method=method)
        try:
            with urlopen(request, timeout=self._seconds, context=self._tls) as answer:
                return Answer(answer.status, _json(answer.read()))
        except HTTPError as error:
            with error:
                answer_ = Answer(error.code, _json(error.read()))
            if error.code in known:
                return answer_
            raise KibanaError(self._explain(method, path, answer_)) from error
        except (URLError, TimeoutError, ConnectionError) as error:
            raise KibanaError(f"{self.url}: cannot be reached ({getattr(error, 'reason', error)})") from error

    def _explain(self, method: str, path: str, answer: Answer) -> str:
        if answer.status == 401:
            return (
                f"{self.url}: the credentials are not accepted; set COUNTERCLAIM_KIBANA_API_KEY, or "
                f"COUNTERCLAIM_ELASTIC_USER and _PASSWORD"
            )
        if answer.status == 403:
            return (
                f"{self.url}: a privilege lacks for {method} {path}: {answer.said}; the role needs what "
                f"schemas/elastic/roles/kibana.json grants"
            )
        if answer.status == 404 and not answer.body:
            return f"{self.url}: {path} is not there; is this Kibana 9, and does the space exist?"
        if answer.status == 503:
            return f"{self.url}: Kibana is not ready yet ({answer.said}); try again in a minute"
        return f"{self.url}: {method} {path}: {answer.status} {answer.said}"

    def check(self) -> str:
        """The version of a Kibana that is ready. Raises: KibanaError (not reachable, no Kibana, another major version
        than 9)."""
        body = self.call("GET", "/api/status").body
        number = str(body.get("version", {}).get("number", "")) if isinstance(body.get("version"), dict) else ""
        if not number:
            raise KibanaError(f"{self.url}: is not Kibana")
        if number.split(".")[0] != "9":
            raise KibanaError(f"{self.url}: is Kibana {number}; these objects are made for Kibana 9")
        return number

    def import_objects(self, objects: list[dict[str, Any]]) -> int:
        """Import saved objects, replacing those of the same ids; returns how many. Raises: KibanaError naming each
        object that was refused."""
        lines = "".join(json.dumps(o, ensure_ascii=False, separators=(",", ":")) + "\n" for o in objects).encode()
        mark = uuid.uuid5(uuid.NAMESPACE_OID, "counterclaim").hex
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; '
            f'filename="counterclaim.ndjson"\r\nContent-Type: application/ndjson\r\n\r\n'
        )
        body = head.encode() + lines + f"\r\n--{mark}--\r\n".encode()
        answer = self.call(
            "POST", "/api/saved_objects/_import?overwrite=true", body, f"multipart/form-data; boundary={mark}"
        ).body
        if answer.get("success") is not True:
            raise KibanaError(
                "\n".join(
                    [
                        f"{self.url}: not everything was imported ({answer.get('successCount', 0)} of {len(objects)})",
                        *_refusals(answer),
                    ]
                )
            )
        return int(answer["successCount"])

    def put_rule(self, name: str, rule: dict[str, Any]) -> str:
        """Create a rule, or bring it up to date where it is there; what was added to it in Kibana (actions, on or off)
        stays.

        Returns "created" or "updated". Raises: KibanaError.
        """
        path = f"/api/alerting/rule/{rule_id(name)}"
        if self.call("POST", path, json.dumps(rule).encode(), known=(409,)).status != 409:
            return "created"
        there = self.call("GET", path).body
        actions = [{k: v for k, v in action.items() if k in _KEPT} for action in there.get("actions", [])]
        changed = {k: rule[k] for k in ("name", "tags", "schedule", "params")} | {"actions": actions}
        self.call("PUT", path, json.dumps(changed).encode())
        return "updated"


def _json(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _refusals(answer: dict[str, Any]) -> Iterator[str]:
    for error in answer.get("errors", []):
        why = error.get("error", {})
        lacks = ", ".join(f"{r.get('type')} {r.get('id')}" for r in why.get("references", []))
        told = why.get("message") or why.get("reason")
        detail = f" {lacks}" if lacks else f": {told}" if told else ""
        yield f"{error.get('type')} {error.get('id')}: {why.get('type', 'refused')}{detail}"


def set_up(kibana: Kibana, prefix: str = "counterclaim") -> Iterator[str]:
    """Import everything, then the rules; a line for each thing done. Raises: KibanaError, after which it can be called
    again."""
    yield f"Kibana {kibana.check()} at {kibana.url}"
    yield f"{kibana.import_objects(read_objects(prefix))} data views, searches and dashboards imported"
    for name, rule in read_rules(prefix).items():
        yield f"rule {rule['name']!r}: {kibana.put_rule(name, rule)}"


@kibana_app.command("setup")
@known_errors
def setup(
    ctx: typer.Context,
    url: Annotated[str, typer.Option("--url", help="Kibana's address, such as https://kibana.example.org:5601.")],
    space: Annotated[str | None, typer.Option("--space", help="Id of the space; default: the default space.")] = None,
) -> None:
    """Import dashboards, searches and data views, and create the alerting rules. Can be repeated; your rules' actions
    stay.

    The data views stand on the indices of the store that is configured, or on counterclaim-* where that is no
    Elasticsearch."""
    store = settings_of(ctx).store_url
    prefix = "counterclaim"
    if engine_of(store) == "elasticsearch":
        prefix = next((p for p in (urlsplit(part.strip()).path.strip("/") for part in store.split(",")) if p), prefix)
    for line in set_up(Kibana(url, space=space), prefix):
        out.print(line, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(kibana_app, rich_help_panel="Set up")
