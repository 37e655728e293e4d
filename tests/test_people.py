"""Who may come in, what each role may do, and what is told of it: over the real page, store and command."""

from __future__ import annotations

import base64
import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.routing import Route
from typer.testing import CliRunner

from console.cli import app
from console.web.site import make_site
from console.web.visitor import needed
from processing.pipeline.people import add_user, find_user, log_in, new_token, seen_by, way_in
from processing.store import Batch
from schemas.errors import UsageError
from schemas.people import Assignment, AuditEntry, Login, User
from schemas.records import Alert
from schemas.settings import Settings
from tests.support.desk_store import PASSWORD, desk_settings, opened, people
from tests.support.elastic_node import until
from tests.test_pipeline import POLICE
from tests.test_web import text_of
from tests.visit import Answer, Visitor, visit


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    given = desk_settings(tmp_path)
    people(given)
    return given


@pytest.fixture
def client(settings: Settings) -> Iterator[Visitor]:
    with visit(settings) as made:
        yield made


def enter(client: Visitor, name: str, password: str = PASSWORD, to: str = "/") -> Answer:
    return client.post("/login", {"name": name, "password": password, "to": to}, {"origin": client.origin})


def cookie(client: Visitor, name: str) -> dict[str, str]:
    """The header of a browser in which somebody is logged in."""
    return {"cookie": str(enter(client, name).headers["set-cookie"]).partition(";")[0], "origin": client.origin}


def secret(client: Visitor, headers: dict[str, str]) -> str:
    """What the forms of a log-in send along."""
    found = re.search(r'name="csrf" value="(\w+)"', client.get("/account", headers).text)
    assert found
    return found[1]


def alert_of(settings: Settings) -> Alert:
    with opened(settings) as work:
        (alert,) = work.store.find(Alert)
    return alert


def trail(settings: Settings) -> list[tuple[str, str, str]]:
    with opened(settings) as work:
        return [(e.author, e.action, e.told) for e in work.store.find(AuditEntry)]


# ---------------------------------------------------------------- log-in


def test_who_is_not_logged_in_is_led_to_the_form_and_back(client: Visitor) -> None:
    answer = client.get("/figures?topic=x")
    assert (answer.status, answer.headers["location"]) == (303, "/login?to=%2Ffigures%3Ftopic%3Dx")
    form = client.get("/login?to=/figures")
    assert form.status == 200
    assert "store" not in text_of(form.text)
    entered = enter(client, "ada", to="/figures")
    assert (entered.status, entered.headers["location"]) == (303, "/figures")
    kept = entered.headers["set-cookie"].lower()
    assert "httponly" in kept
    assert "samesite=lax" in kept
    assert client.get("/figures", {"cookie": entered.headers["set-cookie"].partition(";")[0]}).status == 200


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:1", "/\n/x"]
)
def test_a_log_in_leads_nowhere_else(to: str, client: Visitor) -> None:
    assert enter(client, "Ada", to=to).headers["location"] == "/"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Ada", "correct hors"),
        ("Ada", ""),
        ("Eve", PASSWORD),
        ("", ""),
        ("Ada\0", "x" * 5000),
        ("' OR 1=1 --", PASSWORD),
    ],
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(name: str, password: str, client: Visitor) -> None:
    answer = enter(client, name, password)
    assert answer.status == 401
    assert "No user has this name and this password." in text_of(answer.text)
    assert "set-cookie" not in answer.headers


def test_a_form_of_another_site_logs_nobody_in(client: Visitor) -> None:
    form = {"name": "Ada", "password": PASSWORD}
    assert client.post("/login", form, {"origin": "http://evil.example"}).status == 403
    assert client.post("/login", form, {}).status == 403


def test_after_ten_tries_a_name_waits_whoever_asks(client: Visitor) -> None:
    statuses = [enter(client, "Ada", f"wrong {i}").status for i in range(10)]
    assert statuses == [401] * 10
    refused = enter(client, "ADA")
    assert (refused.status, refused.headers["retry-after"]) == (429, "900")
    assert enter(client, "Otto").status == 303


def test_after_thirty_tries_an_address_waits(client: Visitor) -> None:
    assert {enter(client, f"name {i}").status for i in range(30)} == {401}
    assert enter(client, "Ada").status == 429


def test_a_log_out_ends_it_in_the_store(client: Visitor, settings: Settings) -> None:
    ada = cookie(client, "Ada")
    assert client.post("/logout", {"csrf": secret(client, ada)}, ada).headers["location"] == "/login"
    assert client.get("/", ada).status == 303
    with opened(settings) as work:
        assert work.store.count(Login) == 0


@pytest.mark.parametrize("how", ["disabled", "removed", "over", "ended", "password"])
def test_a_log_in_ends_at_once(how: str, client: Visitor, settings: Settings) -> None:
    ada = cookie(client, "Ada")
    assert client.get("/", ada).status == 200
    with opened(settings) as work:
        user, (login,) = find_user(work.store, "Ada"), work.store.find(Login)
        batches = {
            "disabled": Batch(put=[replace(user, disabled=True)]),
            "removed": Batch(delete=[(User, user.id)]),
            "over": Batch(put=[replace(login, expires_at=work.now() - timedelta(seconds=1))]),
            "ended": Batch(delete=[(Login, login.id)]),
        }
        if how != "password":
            work.store.apply(batches[how])
    if how == "password":
        form = {"csrf": secret(client, ada), "old": PASSWORD, "new": "another horse", "again": "another horse"}
        assert client.post("/account/password", form, ada).status == 303
        assert enter(client, "Ada").status == 401
        assert enter(client, "Ada", "another horse").status == 303
    assert client.get("/", ada).status == 303


def test_secrets_are_in_no_store_and_no_trail(client: Visitor, settings: Settings) -> None:
    ada = cookie(client, "Ada")
    token = re.search(
        r"cc_[\w-]+", client.post("/account/tokens", {"csrf": secret(client, ada), "label": "x"}, ada).text
    )
    assert token
    enter(client, "Ada", "a wrong password")
    database = sqlite3.connect(settings.home / "counterclaim.db")
    dump = "\n".join(
        str(row) for table in ("user", "login", "audit_entry") for row in database.execute(f"SELECT * FROM {table}")
    )
    database.close()
    for told in (PASSWORD, "a wrong password", token[0], ada["cookie"].partition("=")[2], secret(client, ada)):
        assert told not in dump
    assert dump.count("$argon2id$") == 3


# ---------------------------------------------------------------- what each may do


def routes(settings: Settings) -> list[tuple[str, str]]:
    """Each address of the site with each method that it takes."""
    site = make_site(settings, hosts=["127.0.0.1"], changes=True)
    found = []
    for route in site.routes:
        assert isinstance(route, Route)
        path = re.sub(r"{[^}]+}", "x", route.path)
        found += [(method, path) for method in sorted(route.methods or ()) if method != "HEAD"]
    return found


def test_every_address_asks_who_it_is(client: Visitor, settings: Settings) -> None:
    asked = routes(settings)
    assert len(asked) > 60
    open_to_all = {path for method, path in asked if needed(method, path) is None}
    assert open_to_all == {"/login", "/favicon.ico", "/assets/x", "/assets/vega.js", "/healthz"}
    for method, path in asked:
        if path not in open_to_all:
            answer = client.send(method, path, b"", {"content-length": "0", "origin": client.origin})
            assert answer.status in (303, 401), (method, path)
            assert answer.status == 401 or answer.headers["location"].startswith("/login")


def test_a_reader_changes_nothing_and_an_analyst_manages_nobody(client: Visitor, settings: Settings) -> None:
    for name, role in (("Rita", "reader"), ("Ada", "analyst")):
        headers = cookie(client, name)
        for method, path in routes(settings):
            least = needed(method, path)
            answer = client.send(method, path, b"", {"content-length": "0", **headers}) if path != "/logout" else None
            if answer is not None and least is not None:
                forbidden = {"reader": ("analyst", "admin"), "analyst": ("admin",)}[role]
                assert (answer.status == 403 and "needs the role" in answer.text) == (least in forbidden), (
                    method,
                    path,
                )


def test_what_a_reader_sees_has_no_form_that_changes(client: Visitor, settings: Settings) -> None:
    rita, alert = cookie(client, "Rita"), alert_of(settings)
    for path in ("/", "/findings", f"/alerts/{alert.id}", f"/figures/{alert.figure}", f"/claims/{alert.later}"):
        assert '<form method="post"' not in client.get(path, rita).text, path
    assert "Who did what" not in client.get("/", rita).text


def test_a_change_is_made_in_the_users_name_whatever_the_form_says(client: Visitor, settings: Settings) -> None:
    ada, alert = cookie(client, "Ada"), alert_of(settings)
    form = {"csrf": secret(client, ada), "by": "Otto", "reason": "two marches"}
    assert client.post(f"/alerts/{alert.id}/false_positive", form, ada).status == 303
    last = alert_of(settings).history[-1]
    assert (last.by, last.action, last.reason) == ("Ada", "false_positive", "two marches")
    assert trail(settings)[-1] == ("Ada", "act on an alert", "reason: two marches")


@pytest.mark.parametrize("csrf", ["", "x", "other"])
def test_a_form_without_the_secret_of_its_log_in_is_refused(csrf: str, client: Visitor, settings: Settings) -> None:
    ada, alert = cookie(client, "Ada"), alert_of(settings)
    form = {"csrf": secret(client, cookie(client, "Ada")) if csrf == "other" else csrf}
    assert client.post(f"/alerts/{alert.id}/acknowledge", form, ada).status == 403
    assert alert_of(settings) == alert


def test_programs_come_in_by_token(client: Visitor, settings: Settings) -> None:
    with opened(settings) as work:
        token, login = new_token(work, find_user(work.store, "Rita"), "feed reader", 30)
        page, _ = log_in(work, find_user(work.store, "Rita"))
        basic = base64.b64encode(f"Rita:{token}".encode()).decode()
    for headers in ({"authorization": f"Bearer {token}"}, {"authorization": f"Basic {basic}"}):
        assert client.get("/api/v1/alerts", headers).status == 200
        assert client.get("/alerts.atom", headers).status == 200
    for wrong in ("Bearer x", f"Bearer {page}", "Basic !!", "Basic", f"Bearer {login.id}"):
        answer = client.get("/api/v1/alerts", {"authorization": wrong})
        assert (answer.status, "error" in json.loads(answer.content)) == (401, True)
    assert client.get("/alerts", {"cookie": f"login={token}"}).status != 200
    assert client.get("/alerts.atom").headers["www-authenticate"].startswith("Basic")


# ---------------------------------------------------------------- whose turn, who saw it, who did what


def test_an_alert_is_assigned_seen_and_commented(client: Visitor, settings: Settings) -> None:
    ada, alert = cookie(client, "Ada"), alert_of(settings)
    csrf = secret(client, ada)
    assert client.post(f"/alerts/{alert.id}/assign", {"csrf": csrf, "user": "Otto"}, ada).status == 303
    assert (
        client.post(f"/alerts/{alert.id}/note", {"csrf": csrf, "reason": "<b>asked</b> the police"}, ada).status == 303
    )
    otto = cookie(client, "Otto")
    client.get(f"/alerts/{alert.id}", otto)
    with opened(settings) as work:  # noted once the page is sent
        until(lambda: seen_by(work.store, alert.id), "it is noted that he saw it")
    told = client.get(f"/alerts/{alert.id}", ada).text
    assert "&lt;b&gt;asked&lt;/b&gt; the police" in told
    assert "it is the turn of Otto (given by Ada," in text_of(told)
    assert "Seen by Otto," in text_of(told)
    with opened(settings) as work:
        until(lambda: {s.user for s in seen_by(work.store, alert.id)} == {"Otto", "Ada"}, "who saw it is noted")
    assert "1 contradiction" in text_of(client.get("/?user=Otto", ada).text)
    assert "0 contradictions" in text_of(client.get("/?user=Ada", ada).text)
    for wrong in ("Rita", "Eve"):
        assert client.post(f"/alerts/{alert.id}/assign", {"csrf": csrf, "user": wrong}, ada).status == 400
    assert client.post(f"/alerts/{alert.id}/assign", {"csrf": csrf, "user": ""}, ada).status == 303
    with opened(settings) as work:
        assert work.store.count(Assignment) == 0


def test_an_admin_manages_people_and_reads_who_did_what(client: Visitor, settings: Settings) -> None:
    otto = cookie(client, "Otto")
    csrf = secret(client, otto)
    form = {"csrf": csrf, "name": "Zoë <i>", "role": "analyst", "password": "a new password"}
    assert client.post("/people", form, otto).status == 303
    assert "Zoë &lt;i&gt;" in client.get("/people", otto).text
    assert enter(client, "zoë <i>", "a new password").status == 303
    with opened(settings) as work:
        zoe, me = find_user(work.store, "Zoë <i>"), find_user(work.store, "Otto")
    assert client.post(f"/people/{zoe.id}", {"csrf": csrf, "role": "reader", "disabled": "yes"}, otto).status == 303
    assert enter(client, "Zoë <i>", "a new password").status == 401
    assert client.post(f"/people/{zoe.id}/remove", {"csrf": csrf}, otto).status == 303
    for wrong in (
        ("/people", {"name": "ADA", "role": "reader"}), ("/people", {"name": "B", "role": "king"}),
        ("/people", {"name": "B", "role": "reader", "password": "short"}), (f"/people/{me.id}", {"role": "reader"}),
        (f"/people/{me.id}/remove", {}),
    ):  # fmt: skip
        assert client.post(wrong[0], {"csrf": csrf, **wrong[1]}, otto).status == 400, wrong
    told = [(who, did) for who, did, _ in trail(settings)]
    assert told.count(("Otto", "add a user")) == 1
    assert ("Otto", "remove a user") in told
    assert ("Zoë <i>", "failed to log in") in told
    shown = text_of(client.get("/audit?author=Otto", otto).text)
    assert "name: Zoë <i>; role: analyst" in shown
    assert "a new password" not in shown


# ---------------------------------------------------------------- where it is open, and where not


def test_without_users_this_machine_alone_may_do_everything(tmp_path: Path) -> None:
    settings = desk_settings(tmp_path)
    with visit(settings) as client:
        assert client.get(f"/articles/{POLICE.id}").status == 200
        assert "No users yet" in text_of(client.get("/people").text)
        form = {"name": "Eve", "role": "admin", "password": "long enough"}
        assert client.post("/people", form, {"origin": client.origin}).status == 400
        with opened(settings) as work:
            add_user(work, "Ada", "admin", PASSWORD)
        assert client.get("/").status == 303  # from the first user on everybody logs in
    with opened(settings) as work:
        work.store.apply(Batch(delete=[(User, find_user(work.store, "Ada").id)]))
    with visit(settings, needs_users=True) as client:
        answer = client.get("/")
        assert answer.status == 503
        assert "nobody may come in" in text_of(answer.text)


SERVE = [
    (["--bind", "0.0.0.0"], False, "there are no users"), (["--bind", "0.0.0.0", "--host", "x"], False, "counterclaim users add NAME"),
    (["--bind", "::1"], False, "there are no users"), (["--bind", "192.0.2.7"], True, "--host desk.example.org"),
    (["--bind", "0.0.0.0", "--without-users"], False, "--host desk.example.org"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "users", "told"), SERVE)
def test_beyond_this_machine_it_is_served_with_users_and_a_name_alone(
    options: list[str], users: bool, told: str, tmp_path: Path
) -> None:
    settings = desk_settings(tmp_path)
    if users:
        people(settings)
    done = CliRunner().invoke(app, ["--home", str(settings.home), "serve", *options])
    assert done.exit_code == 2
    assert told in done.stderr


# ---------------------------------------------------------------- the command


def test_users_are_managed_from_the_command(tmp_path: Path) -> None:
    settings = desk_settings(tmp_path)

    def call(*arguments: str, given: str = "", code: int = 0) -> str:
        done = CliRunner().invoke(app, ["--home", str(settings.home), *arguments], input=given)
        assert done.exit_code == code, done.output
        return done.output

    assert "no user yet" in call("users", "list")
    assert "everybody logs in" in call("users", "add", "Ada", "--role", "admin", given="correct horse\n")
    call("users", "add", "Ben", given="battery staple\n")
    call("users", "add", "Cy", "--role", "analyst", "--without-password")
    assert "a password has 10 to 1000 characters, this one 5" in call("users", "add", "Dan", given="short\n", code=2)
    assert "there is a user 'ADA' already" in call("users", "add", "ADA", given="correct horse\n", code=2)
    assert "there is no user 'Eve'" in call("users", "passwd", "Eve", given="correct horse\n", code=1)
    token = call("users", "token", "Ben", "--label", "export", "--days", "2").splitlines()[0]
    with opened(settings) as work:
        found = way_in(work.store, token, work.now(), "token")
        assert found is not None
        assert (found[0].name, found[1].label) == ("Ben", "export")
    call("users", "passwd", "Ben", given="staple battery\n")
    call("users", "role", "Ben", "analyst")
    call("users", "disable", "Ben")
    with opened(settings) as work:
        assert way_in(work.store, token, work.now(), "token") is None
        ben = find_user(work.store, "ben")
        assert (ben.role, ben.disabled) == ("analyst", True)
    call("users", "enable", "Ben")
    listed = [json.loads(line) for line in call("users", "list", "--json").splitlines()]
    assert [(u["name"], u["role"], u["password"]) for u in listed] == [
        ("Ada", "admin", None), ("Ben", "analyst", None), ("Cy", "analyst", None),
    ]  # fmt: skip
    for name in ("Ada", "Ben", "Cy"):
        told = call("users", "remove", name)
    assert "That was the last one" in told
    lines = call("audit").splitlines()
    assert [" ".join(line.split("  ")[2:3]) for line in lines][:2] == ["add a user", "add a user"]
    assert "horse" not in call("audit", "--json")


def test_what_is_done_by_command_is_told_too(tmp_path: Path) -> None:
    settings = desk_settings(tmp_path)
    alert = alert_of(settings)
    for arguments in (
        ["alerts", "ack", alert.id, "--by", "Ada"],
        [
            "correct",
            "claim",
            alert.later,
            "--set",
            "low=100",
            "--set",
            "high=100",
            "--by",
            "Ada",
            "--reason",
            "court lists",
        ],
    ):
        assert CliRunner().invoke(app, ["--home", str(settings.home), *arguments]).exit_code == 0
    assert [entry[:2] for entry in trail(settings)] == [
        ("Ada (command)", "act on an alert"),
        ("Ada (command)", "correct"),
    ]


@pytest.mark.parametrize("name", ["", "   ", "a" * 81, "a\u202eb", "\0"])
def test_what_is_no_name(name: str, tmp_path: Path) -> None:
    with opened(desk_settings(tmp_path)) as work, pytest.raises(UsageError, match="is no name of a user"):
        add_user(work, name, "reader", None)
