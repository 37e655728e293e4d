"""Notices out of the door: what is owed to whom, and real servers on loopback that take them, refuse them, hang and come back."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.cli import app
from processing.brief.notice import notice_body
from processing.notify import deliveries, digest_due, occasion, quiet_until, send
from processing.pipeline.notices import notify
from processing.pipeline.work import Work
from processing.store import Batch, Where, open_store
from schemas.config import Topic
from schemas.records import Alert, AlertEvent, Delivery
from schemas.settings import Receiver, Settings
from tests.support.records import NOON, make_alert, make_claim, make_delivery

DESK = Receiver(url_env="DESK_URL")
LATER = NOON + timedelta(hours=1)


class Outbox(dict[str, Delivery]):
    """Deliveries that exist already."""

    def get_many(self, cls: type[Delivery], ids: list[str], /) -> dict[str, Delivery]:
        return {id: self[id] for id in ids if id in self}


# ---------------------------------------------------------------- what is owed


def owed(alert: Alert, topic: Topic | None = None, known: Outbox | None = None, **receiver: Any) -> list[Delivery]:
    receivers = {"desk": Receiver(url_env="DESK_URL", **receiver)}
    return deliveries(
        [alert], receivers, {topic.name: topic} if topic else {}, Outbox() if known is None else known, now=NOON
    )


TOPIC = Topic(name="valley", title="Valley", match=(("valley",),))
ON_TOPIC = make_alert(topic="valley")


@pytest.mark.parametrize(
    ("alert", "topic", "receiver", "expected"),
    [
        (make_alert(), None, {}, True),
        (make_alert(severity="low"), None, {}, True),
        (make_alert(severity="low"), None, {"severity": "high"}, False),
        (make_alert(state="acknowledged"), None, {}, False),
        (make_alert(state="false_positive"), None, {}, False),
        (make_alert(), None, {"topics": ("valley",)}, False),
        (ON_TOPIC, TOPIC, {"topics": ("valley",)}, True),
        (ON_TOPIC, TOPIC.model_copy(update={"notify": ("others",)}), {}, False),
        (ON_TOPIC, TOPIC.model_copy(update={"notify": ("desk",)}), {}, True),
        (ON_TOPIC, TOPIC.model_copy(update={"min_outlets": 2}), {}, False),
        (replace(ON_TOPIC, outlets=("a", "b")), TOPIC.model_copy(update={"min_outlets": 2}), {}, True),
        (replace(ON_TOPIC, severity="low"), TOPIC.model_copy(update={"severity": "high"}), {}, False),
    ],
)
def test_who_gets_an_alert(alert: Alert, topic: Topic | None, receiver: dict[str, Any], expected: bool) -> None:
    assert bool(owed(alert, topic, **receiver)) is expected


def test_a_notice_whole() -> None:
    (notice,) = owed(make_alert())
    assert notice == Delivery(
        notice.id,
        "al1",
        "desk",
        "sources disagree: people killed",
        "A said 12; B said 24.",
        NOON,
        next_at=NOON,
        severity="high",
    )


def event(action: str, hours: int = 1) -> AlertEvent:
    return AlertEvent(NOON + timedelta(hours=hours), "counterclaim", action)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ((event("raise"), event("gather"), event("note")), (1, "")),
        ((event("raise"), event("withdraw"), event("reopen", 2)), (2, "again: ")),
        ((event("raise"), event("raise severity", 2)), (2, "now high: ")),
        ((event("raise"), event("raise severity", 2), event("reopen", 2)), (2, "again: ")),
        ((event("raise"), event("reopen", 2), event("close", 3), event("reopen", 4)), (3, "again: ")),
    ],
)
def test_an_alert_that_comes_back_or_grows_louder_is_news_again(
    history: tuple[AlertEvent, ...], expected: tuple[int, str]
) -> None:
    alert = make_alert(history=history)
    assert occasion(alert) == expected
    first = owed(make_alert(history=history[:1]))
    known = Outbox({d.id: d for d in first})
    assert [d.subject for d in owed(alert, known=known)] == (
        [f"{expected[1]}sources disagree: people killed"] if expected[0] > 1 else []
    )


@pytest.mark.parametrize(
    ("hours", "severity", "expected"),
    [
        ("22:00-06:00", "low", NOON),
        ("11:00-14:30", "low", NOON.replace(hour=14, minute=30)),
        ("11:00-14:30", "high", NOON),
        ("12:00-12:00", "low", NOON),
        ("09:00-08:00", "low", NOON.replace(day=23, hour=8)),
    ],
)
def test_quiet_hours(hours: str, severity: Any, expected: datetime) -> None:
    assert owed(make_alert(severity=severity), quiet_hours=hours)[0].next_at == expected


def test_quiet_hours_are_those_of_the_receivers_zone() -> None:
    receiver = Receiver(url_env="X", quiet_hours="22:00-06:00", timezone="Asia/Tokyo")
    assert quiet_until(receiver, datetime(2025, 1, 22, 14, tzinfo=UTC)) == datetime(2025, 1, 22, 21, tzinfo=UTC)
    assert quiet_until(receiver, datetime(2025, 1, 22, 22, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("digest", "zone", "expected"),
    [
        (None, "UTC", None),
        ("11:59", "UTC", "2025-01-22"),
        ("12:01", "UTC", None),
        ("12:00", "UTC", "2025-01-22"),
        ("00:30", "Pacific/Auckland", "2025-01-23"),
    ],
)
def test_when_a_brief_is_due(digest: str | None, zone: str, expected: str | None) -> None:
    assert digest_due(Receiver(url_env="X", digest=digest, timezone=zone), NOON) == expected


# ---------------------------------------------------------------- servers on loopback


@dataclass
class Server:
    """A receiver's server. `mood`: takes (accepts), refuses (answers with an error), hangs (answers nothing until it is closed), redirects (to a
    log-in page that answers), dawdles (takes, and answers when it is let go)."""

    url: str = ""
    mood: str = "takes"
    got: list[tuple[str, str]] = field(default_factory=list)  # (title, body)
    calls: int = 0
    keys: list[tuple[str | None, str | None]] = field(
        default_factory=list
    )  # the header Idempotency-Key, and `id` in the body
    types: list[str] = field(default_factory=list)  # what kind of notice the webhook was told that it is
    closing: threading.Event = field(default_factory=threading.Event)


@contextmanager
def webhook(mood: str = "takes") -> Iterator[Server]:
    server = Server(mood=mood)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.calls += 1
            server.keys.append((self.headers["Idempotency-Key"], body.get("id")))
            if server.mood == "hangs":
                server.closing.wait()
                return
            if server.mood in ("takes", "dawdles"):
                server.got.append((body["title"], body["message"]))
            if server.mood == "dawdles":
                server.closing.wait()
            server.types.append(body["type"])
            self.answer({"takes": 200, "dawdles": 204, "redirects": 302, "forbids": 403}.get(server.mood, 503))

        def do_GET(self) -> None:
            self.answer(200)  # the log-in page

        def answer(self, status: int) -> None:
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/login")
            said = b"the channel is closed, secret-token" if status == 403 else b""
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            if said:
                self.wfile.write(said)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        server.url = f"json://127.0.0.1:{http.server_port}/?rto=60&cto=60"
        try:
            yield server
        finally:
            server.closing.set()
            http.shutdown()
            thread.join()


@contextmanager
def mail(mood: str = "takes") -> Iterator[Server]:
    from aiosmtpd.controller import Controller

    server = Server(mood=mood)

    class Handler:
        async def handle_DATA(self, smtp: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            server.calls += 1
            if server.mood != "takes":
                return "451 try again later"
            message = message_from_bytes(envelope.content, policy=policy.default)
            part = message.get_body(("plain", "html"))
            server.got.append((str(message["Subject"]), part.get_content() if part else ""))
            return "250 OK"

    controller = Controller(Handler(), hostname="127.0.0.1", port=free_port())
    controller.start()
    server.url = (
        f"mailto://127.0.0.1:{controller.port}/?from=alerts@counterclaim.example&to=desk@paper.example&smtp=127.0.0.1"
    )
    try:
        yield server
    finally:
        controller.stop()


@contextmanager
def silent_port() -> Iterator[Server]:
    """Takes connections and never says a word: a mail server that hangs."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        yield Server(
            url=f"mailto://127.0.0.1:{port}/?from=alerts@counterclaim.example&to=desk@paper.example&smtp=127.0.0.1&rto=60&cto=60"
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


RECEIVERS = {name: Receiver(url_env=f"{name.upper()}_URL") for name in ("hook", "mail", "dead", "stuck")}


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts the addresses of servers into the environment."""

    def put(**urls: str) -> None:
        for name, url in urls.items():
            monkeypatch.setenv(f"{name.upper()}_URL", url)

    return put


def notices(receiver: str, count: int = 1, **given: Any) -> list[Delivery]:
    return [
        make_delivery(
            id=f"{receiver}{i}",
            receiver=receiver,
            subject=f"notice {i}",
            created_at=NOON + timedelta(seconds=i),
            **given,
        )
        for i in range(count)
    ]


def sent(waiting: list[Delivery], now: datetime = LATER, patience: float = 8) -> dict[str, Delivery]:
    return {d.id: d for d in send(waiting, RECEIVERS, now=now, patience=patience)}


def test_webhook_and_mail_take_notices(at: Callable[..., None]) -> None:
    with webhook() as hook, mail() as post:
        at(hook=hook.url, mail=post.url)
        day = replace(notices("mail")[0], id="brief", subject="brief", body="# Brief\n\n- one", markdown=True)
        done = sent([*notices("hook", 2), *notices("mail"), day])
    assert hook.got == [("notice 0", "A said 12; B said 24."), ("notice 1", "A said 12; B said 24.")]
    assert [title for title, _ in post.got] == ["brief", "notice 0"]
    assert "A said 12; B said 24." in post.got[1][1]
    assert "one" in post.got[0][1]
    assert [(d.sent_at, d.attempts, d.error, d.next_at) for d in done.values()] == [(LATER, 1, None, None)] * 4


@pytest.mark.parametrize(
    "kind", ["refusing webhook", "refusing mail", "nobody there", "hanging webhook", "hanging mail"]
)
def test_a_dead_receiver_holds_up_nobody(kind: str, at: Callable[..., None]) -> None:
    bad = {"refusing webhook": lambda: webhook("refuses"), "refusing mail": lambda: mail("refuses"), "hanging webhook": lambda: webhook("hangs"),
           "hanging mail": silent_port, "nobody there": webhook}[kind]  # fmt: skip
    with webhook() as hook, bad() as dead:
        at(hook=hook.url, dead=f"json://127.0.0.1:{free_port()}/" if kind == "nobody there" else dead.url)
        done = sent([*notices("dead", 3), *notices("hook", 3)], patience=0.7 if kind.startswith("hanging") else 8)
    assert [title for title, _ in hook.got] == ["notice 0", "notice 1", "notice 2"]
    assert [done[f"hook{i}"].sent_at for i in range(3)] == [LATER] * 3
    assert [(done[f"dead{i}"].sent_at, done[f"dead{i}"].attempts) for i in range(3)] == [
        (None, 1),
        (None, 0),
        (None, 0),
    ]
    again = LATER + timedelta(minutes=1)
    assert {done[f"dead{i}"].next_at for i in range(3)} == {again}
    assert (done["dead0"].error or "").startswith(
        "receiver dead: no answer within 0.7 s" if kind.startswith("hanging") else "receiver dead: not accepted"
    )
    assert done["dead1"].error == f"not tried, for {done['dead0'].error}"
    if not kind.startswith(("hanging", "nobody")):
        assert dead.calls == 1


def test_pauses_grow_and_a_receiver_that_comes_back_gets_everything_once(at: Callable[..., None]) -> None:
    with webhook("refuses") as hook:
        at(hook=hook.url)
        waiting, now, pauses = notices("hook", 1), LATER, []
        for _ in range(7):
            assert sent(waiting, now - timedelta(seconds=1)) == {} or waiting[0].attempts == 0
            (tried,) = sent(waiting, now).values()
            assert tried.next_at is not None
            pauses.append((tried.next_at - now).total_seconds() / 60)
            waiting, now = [tried], tried.next_at
        assert pauses == [1, 5, 15, 60, 240, 240, 240]
        hook.mood = "takes"
        more = notices("hook", 2)[1:]
        done = sent([*waiting, *more], now)
        assert [d.sent_at for d in done.values()] == [now, now]
        assert sent(list(done.values()), now) == {}
    assert sorted(title for title, _ in hook.got) == ["notice 0", "notice 1"]


def test_what_was_tried_least_comes_first(at: Callable[..., None]) -> None:
    with webhook() as hook:
        at(hook=hook.url)
        old, new = notices("hook", 2)
        sent([replace(old, attempts=4), new])
    assert [title for title, _ in hook.got] == ["notice 1", "notice 0"]


@pytest.mark.parametrize(
    ("receiver", "url", "error"),
    [
        ("hook", None, "receiver hook: the environment variable HOOK_URL is not set"),
        ("hook", "nothing that Apprise knows", "receiver hook: HOOK_URL holds no address that Apprise knows"),
        ("gone", None, "receiver gone is not in the configuration any more"),
    ],
)
def test_what_cannot_be_sent_says_why(receiver: str, url: str | None, error: str, at: Callable[..., None]) -> None:
    if url:
        at(hook=url)
    assert [(d.error, d.attempts, d.sent_at) for d in sent(notices(receiver)).values()] == [(error, 1, None)]


def test_an_error_never_tells_the_password(at: Callable[..., None]) -> None:
    at(dead=f"json://user:geheim@127.0.0.1:{free_port()}/")
    (done,) = sent(notices("dead")).values()
    assert done.error == "receiver dead: not accepted: connection refused"


@pytest.mark.parametrize(
    ("mood", "said"), [("redirects", "error 302"), ("refuses", "Servers are overloaded, error 503")]
)
def test_taken_is_what_the_receiver_itself_answers_with_success(mood: str, said: str, at: Callable[..., None]) -> None:
    with webhook(mood) as hook:
        at(hook=hook.url)
        (tried,) = sent(notices("hook")).values()
    assert (tried.sent_at, tried.error, hook.calls) == (None, f"receiver hook: not accepted: {said}", 1)


def test_every_attempt_has_the_notices_id_where_a_webhook_can_see_it(at: Callable[..., None]) -> None:
    with webhook("refuses") as hook:
        at(hook=hook.url)
        (tried,) = sent(notices("hook")).values()
        hook.mood = "takes"
        sent([tried, notices("hook", 2)[1]], LATER + timedelta(days=1))
    assert hook.keys == [("hook0", "hook0"), ("hook1", "hook1"), ("hook0", "hook0")]


def test_a_slow_receiver_gets_nothing_twice(at: Callable[..., None]) -> None:
    """It takes a notice at once and answers late: meanwhile it is asked nothing, though the next call comes."""
    with webhook("dawdles") as slow, webhook("hangs") as other:
        at(hook=slow.url, dead=other.url)
        first = sent(notices("hook", 3), patience=0.5)
        assert next(d.error for d in first.values()) == "receiver hook: no answer within 0.5 s"
        again = sent(list(first.values()), LATER + timedelta(days=1), patience=0.5)
        assert {d.error for d in again.values()} >= {"receiver hook: still no answer to the notice before"}
        assert [title for title, _ in slow.got] == ["notice 0"]
        slow.closing.set()


def test_an_answer_that_comes_late_while_others_are_sent_counts(at: Callable[..., None]) -> None:
    with webhook("dawdles") as slow, webhook("dawdles") as slower:
        at(stuck=slow.url, dead=slower.url)
        receivers = {
            "stuck": Receiver(url_env="STUCK_URL", timeout=0.5),
            "dead": Receiver(url_env="DEAD_URL", timeout=20),
        }
        results = send([*notices("stuck"), *notices("dead")], receivers, now=LATER)
        given_up = next(results)
        assert (given_up.id, given_up.sent_at) == ("stuck0", None)
        slow.closing.set()
        taken = next(results)
        assert (taken.id, taken.sent_at, taken.error) == ("stuck0", LATER, None)
        slower.closing.set()
        assert [d.id for d in results if d.sent_at] == ["dead0"]


# ---------------------------------------------------------------- the command


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "counterclaim.toml").write_text(
        'home = "home"\n[receivers.hook]\nurl_env = "HOOK_URL"\n[receivers.dead]\nurl_env = "DEAD_URL"\n'
    )
    (tmp_path / "home").mkdir()

    def run(*args: str, code: int) -> Result:
        result = CliRunner().invoke(app, list(args))
        assert result.exit_code == code, f"{args}: exit {result.exit_code}\n{result.output}\n{result.exception!r}"
        return result

    return run


@contextmanager
def closing(tmp_path: Path) -> Iterator[Any]:
    store = open_store(f"sqlite:{tmp_path / 'home' / 'counterclaim.db'}")
    yield store
    store.close()


def test_failures_are_seen_in_doctor_and_end_notify_with_1(
    call: Callable[..., Result], at: Callable[..., None], tmp_path: Path
) -> None:
    with closing(tmp_path) as store:
        store.apply(Batch(put=[*notices("hook"), *notices("dead", 2), *notices("gone")]))
    with webhook() as hook, webhook("refuses") as dead:
        at(hook=hook.url, dead=dead.url)
        first = call("notify", "--json", code=1)
        told = json.loads(first.stdout)
        assert (told["made"], told["failed"]) == (1, 3)
        assert any(
            "receiver gone is not in the configuration any more: 1 notices taken out" in p for p in told["problems"]
        )
        again = json.loads(call("notify", "--json", code=1).stdout)  # not due yet: still a failure
        assert (again["done"], again["failed"], dead.calls) == (0, 2, 1)
        checks = {c["name"]: c for c in map(json.loads, call("doctor", "--json", code=1).stdout.splitlines())}
        assert checks["outbox"]["state"] == "bad"
        assert checks["outbox"]["found"].startswith("receiver dead: 2 notices not accepted")
        assert len(hook.got) == 1


def test_an_empty_address_sends_nothing_fails_nothing_and_does_not_burst_later(
    call: Callable[..., Result], at: Callable[..., None], tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    ages = [timedelta(days=4, minutes=n) for n in range(30)]
    old = [
        replace(make_delivery(id=f"o{n:02}", receiver="hook", subject=f"old {n}"), created_at=now - age)
        for n, age in enumerate(ages)
    ]
    young = replace(make_delivery(id="y", receiver="hook", subject="young"), created_at=now)
    at(hook="", dead="")
    with closing(tmp_path) as store:
        store.apply(Batch(put=old[:20]))
        assert json.loads(call("notify", "--json", code=0).stdout)["failed"] == 0
        assert store.count(Delivery, Where("sent_at", "=", None)) == 1  # the sum waits in their place
        store.apply(Batch(put=[*old[20:], young]))
        assert json.loads(call("notify", "--json", code=0).stdout)["done"] == 0
        assert "HOOK_URL is empty: nothing is sent" in call("doctor", code=0).stdout
        with webhook() as hook:
            at(hook=hook.url)
            assert json.loads(call("notify", "--json", code=0).stdout)["made"] == 2
            assert json.loads(call("notify", "--json", code=0).stdout)["made"] == 0
        assert sorted(title for title, _ in hook.got) == ["30 notices from when there was no address", "young"]
        told = next(body for title, body in hook.got if title != "young")
        assert told.count("old ") == 20
        store.apply(
            Batch(put=[replace(old[0], id="down", sent_at=None)])
        )  # with an address, what is late is sent as it is
        with webhook() as hook:
            at(hook=hook.url)
            call("notify", code=0)
        assert [title for title, _ in hook.got] == ["old 0"]


# ---------------------------------------------------------------- what a message says


def test_a_refusal_says_what_the_server_said_and_not_the_address(at: Callable[..., None]) -> None:
    with webhook("forbids") as server:
        at(hook=f"{server.url}&+X-Key=secret-token")
        (result,) = send([make_delivery(receiver="hook", next_at=None)], RECEIVERS, now=NOON)
    assert result.error is not None
    assert result.error == "receiver hook: not accepted: error 403: the channel is closed, …"
    assert "secret-token" not in result.error
    at(hook=f"json://127.0.0.1:{free_port()}/secret-token")
    (result,) = send([make_delivery(receiver="hook", next_at=None)], RECEIVERS, now=NOON)
    assert result.error is not None
    assert result.error.endswith(": connection refused")


def test_a_webhook_is_told_how_grave_it_is(at: Callable[..., None]) -> None:
    with webhook() as server:
        at(hook=server.url)
        notices = [
            make_delivery(id="a", receiver="hook", next_at=None, severity="high"),
            make_delivery(id="b", receiver="hook", next_at=None, severity="low"),
            make_delivery(id="c", receiver="hook", next_at=None, alert_id=None, severity="high"),  # trouble
            make_delivery(id="d", receiver="hook", next_at=None, alert_id=None),  # a brief
        ]
        assert all(r.sent_at for r in send(notices, RECEIVERS, now=NOON))
    assert server.types == ["warning", "info", "failure", "info"]


def told_of(**given: Any) -> str:
    first = make_claim(
        id="c1", source="police", outlet_name="The Courier", sentence="Police said 12 died.", url="https://a.example/1"
    )
    second = make_claim(
        id="c2",
        source=None,
        source_status="outlet",
        outlet_name="The Times",
        sentence="24 died.",
        url="https://b.example/2",
    )
    return notice_body([make_alert(id="219e2935eaa5747837e3")], {"c1": first, "c2": second}, {}, **given)


def test_a_message_has_both_sides_links_the_id_and_how_to_answer() -> None:
    assert (
        told_of(page="https://desk.example/")
        == """Sources disagree (high, id 219e2935)

A said 12; B said 24.

Before: police, in The Courier, 22 Jan 2025
“Police said 12 died.”
https://a.example/1

Now: The Times, 22 Jan 2025
“24 died.”
https://b.example/2

https://desk.example/alerts/219e2935eaa5747837e3

Look into it: counterclaim alerts ack 219e2935; or: counterclaim alerts reconcile 219e2935 --reason ..; or, where it is none: counterclaim alerts false-positive 219e2935 --reason .."""
    )
    assert "desk.example" not in told_of()


def test_what_belongs_together_is_one_message(at: Callable[..., None], tmp_path: Path) -> None:
    alerts = [make_alert(id=f"al{i}", topic=topic, severity=s, title=title) for i, (topic, s, title) in enumerate(
        [("valley", "low", "people killed"), ("valley", "high", "people missing"), ("kursk", "high", "soldiers"), (None, "low", "jobs")]
    )]  # fmt: skip
    store = open_store(f"sqlite:{tmp_path / 'store.db'}")
    owed = [make_delivery(id=f"d{i}", receiver="hook", alert_id=a.id, subject=a.title) for i, a in enumerate(alerts)]
    store.apply(Batch(put=[*alerts, *owed]))
    settings = Settings(home=tmp_path, receivers={"hook": Receiver(url_env="HOOK_URL")})
    work = Work(store, settings, {}, {}, now=lambda: LATER)
    with webhook("refuses") as server:
        at(hook=server.url)
        counts = notify(work)
        assert (counts.done, counts.made, counts.failed) == (4, 0, 4)
        assert {d.attempts for d in store.find(Delivery)} == {0, 1}  # the others wait for the first
        server.mood = "takes"
        work = Work(store, settings, {}, {}, now=lambda: LATER + timedelta(days=1))
        counts = notify(work)
    assert (counts.done, counts.made, counts.failed) == (4, 4, 0)
    assert sorted(title for title, _ in server.got) == [
        "2 contradictions: people killed and 1 more",
        "jobs",
        "soldiers",
    ]
    (both,) = [body for title, body in server.got if title.startswith("2 ")]
    assert both.index("id al1") < both.index("id al0")  # the loudest first
    assert all(d.sent_at for d in store.find(Delivery))
    assert len({key for key, _ in server.keys}) == 3
    store.close()


def test_a_test_notice_reaches_every_receiver(
    at: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "counterclaim.toml").write_text(
        'home = "home"\n[receivers.hook]\nurl_env = "HOOK_URL"\nquiet_hours = "00:00-23:59"\n[receivers.dead]\nurl_env = "DEAD_URL"\n'
    )
    with webhook() as server:
        at(hook=server.url, dead=f"json://127.0.0.1:{free_port()}")
        done = CliRunner().invoke(app, ["notify", "--test"])
    assert done.exit_code == 1
    assert sorted(done.stdout.splitlines()) == [
        "receiver dead: not accepted: connection refused",
        "receiver hook: taken",
    ]
    assert [title for title, _ in server.got] == ["Test of Counterclaim's notices"]
