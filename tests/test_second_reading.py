"""The second reader in a run: what it objects to raises no alert and is listed with its reason; all else is as without it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.cli import app
from console.running import second_reader_line
from processing.pipeline import schedule
from processing.pipeline.desk import apply_now
from processing.pipeline.forget import forget
from processing.pipeline.run import STEPS, run_daily
from processing.pipeline.second_reading import SecondReading
from processing.pipeline.silence import silent_findings
from processing.pipeline.topics import match_topics
from processing.pipeline.work import Work
from processing.store import Batch, open_store
from schemas.records import Alert, Article, Claim, Delivery, Figure, Finding, Run
from schemas.settings import Receiver, SecondReader, Settings
from tests.support.chat import Chat, chat, raw, verdict
from tests.support.records import make_alert, make_claim, make_figure, make_finding
from tests.test_pipeline import HURT, LATE, POLICE, UNION, Clock, article
from tests.visit import visit

SPACE = "second-reader"
ELSEWHERE = article(
    "lantern", 8, "Kentor: 300 detained, lawyers say",
    "The Lawyers' Union said police detained 300 people at Monday's march to the harbour in Kentor. A spokesman gave no names, and the town hall did not "
    "answer questions until the evening.",
)  # fmt: skip
LONG = replace(
    UNION,
    text="The old harbour of Kentor was quiet again.\n\n"
    + f"It had rained for days{', and for days' * 70}. {UNION.text} {'More rain will come. ' * 80}"
    + "\n\nMore follows.",
)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Work]]:
    stores = []

    def made(reader: SecondReader | None, address: str | None = None) -> Work:
        settings = Settings(
            home=tmp_path,
            store=address or f"sqlite:{tmp_path / 'counterclaim.db'}",
            ship_topics=False,
            ship_outlets=False,
            receivers={"desk": Receiver(url_env="DESK_URL")},
            second_reader=reader,
        )
        stores.append(open_store(settings.store_url))
        return Work(stores[-1], settings, {}, {}, now=Clock())

    yield made
    for store in stores:
        store.close()


def arrive_only(work: Work, *articles: Article) -> None:
    """What cleaning leaves behind."""
    batch = Batch(put=list(articles))
    for a in articles:
        batch.keys.append(("topic", a.key, match_topics(a, work.topics.values())))
        batch.enqueue += [(step, a.id) for step in ("dedup", "stories", "claims")]
    work.store.apply(batch)


def run(work: Work, *articles: Article) -> Run:
    """A daily run on what cleaning leaves behind."""
    arrive_only(work, *articles)
    return run_daily(work, fetching=False)


def counted(run: Run) -> tuple[int, ...]:
    """Asked, answered, without an answer, not asked, remembered, silenced."""
    names = ("asked", "answered", "unanswered", "unasked", "remembered", "silenced")
    return tuple(run.counts["alert"][name] for name in names)


def told(run: Run) -> list[str]:
    return [e for e in run.errors if e.startswith("second reader")]


def loud(work: Work) -> list[Finding]:
    return [f for f in work.store.find(Finding) if f.severity]


Make = Callable[..., Work]


def test_nobody_is_asked_unless_the_desk_says_so(make: Make) -> None:
    work = make(None)
    done = run(work, POLICE, UNION)
    assert len(list(work.store.find(Alert))) == 1
    assert "asked" not in done.counts["alert"]
    assert second_reader_line(done) is None


def check_no(make: Make, address: str | None = None) -> None:
    """A no: no alert, no notice, the reason kept and shown, and no second question about the pair."""
    with chat(verdict(why="two [[marches]]\nin two towns")) as here:
        work = make(here.settings(), address)
        done = run(work, POLICE, UNION)
        assert (list(work.store.find(Alert)), list(work.store.find(Delivery))) == ([], [])
        assert counted(done) == (1, 1, 0, 0, 0, 1)
        assert (told(done), done.failed) == ([], ())
        (silent,) = silent_findings(work)
        assert silent.why == "the second reader: not the same thing, “two marches in two towns”"
        assert (silent.finding.finding, silent.finding.severity, silent.follow) == ("conflicts", None, False)
        assert [c.severity for c in work.store.find(Claim)] == [None] * work.store.count(Claim)
        again = run(work, HURT)  # the story's figures are made and compared again
        assert (list(work.store.find(Alert)), loud(work)) == ([], [])
        assert counted(again) == (0, 0, 0, 0, 1, 1)
        assert len(here.got) == 1


def test_a_no_raises_no_alert_and_is_asked_once(make: Make) -> None:
    check_no(make)


def test_a_no_is_kept_on_elasticsearch_too(make: Make, empty_elastic: str) -> None:
    check_no(make, empty_elastic)


def test_a_yes_changes_nothing(make: Make, tmp_path: Path) -> None:
    with chat(verdict(True, True)) as here:
        work = make(here.settings(), f"sqlite:{tmp_path / 'asked.db'}")
        done = run(work, POLICE, UNION)
    alone = make(None, f"sqlite:{tmp_path / 'alone.db'}")
    run(alone, POLICE, UNION)
    assert counted(done) == (1, 1, 0, 0, 0, 0)
    for cls in (Alert, Finding, Figure, Claim, Delivery):
        assert [replace(r, **blank(r)) for r in work.store.find(cls)] == [
            replace(r, **blank(r)) for r in alone.store.find(cls)
        ]


def blank(record: Any) -> dict[str, Any]:
    """What differs between two runs of one thing."""
    return {
        name: None
        for name in ("run", "raised_at", "updated_at", "history", "created_at", "next_at")
        if hasattr(record, name)
    }


def test_what_is_sent_is_both_sides_and_no_more_than_their_paragraphs(make: Make) -> None:
    with chat(verdict(True)) as here:
        run(make(here.settings()), POLICE, LONG)
    sent = json.loads(here.got[0]["messages"][1]["content"])
    assert sent["earlier"] == {
        "outlet": "Courier",
        "day": "2025-01-20",
        "headline": "Kentor harbour march: police detain 100",
        "sentence": "Police detained 100 people at a march to Kentor harbour on Monday, police said.",
        "paragraph": POLICE.text,
    }
    later = sent["later"]["paragraph"]
    assert later.startswith("… ")
    assert "detained 300 people" in later
    assert len(later) < 1600
    assert "More follows" not in later
    assert "quiet again" not in later


TROUBLE: dict[str, tuple[Any, str]] = {
    "an error": (lambda asked: (500, {}, {}), "answers 500"),
    "rubbish": ("no idea", "its answer holds no verdict"),
    "numbers": ('{"low": 12, "high": 12}', "its answer holds no verdict"),
}


@pytest.mark.parametrize(("say", "why"), TROUBLE.values(), ids=TROUBLE)
def test_what_goes_wrong_changes_nothing_and_is_told(make: Make, say: Any, why: str) -> None:
    with chat(say) as here:
        work = make(here.settings())
        done = run(work, POLICE, UNION)
    assert [a.state for a in work.store.find(Alert)] == ["open"]
    assert counted(done) == (1, 0, 1, 0, 0, 0)
    assert told(done) == [f"second reader: 1 of 1 questions without an answer ({why}: 1)"]
    assert (done.failed, done.counts["alert"]["failed"]) == ((), 0)
    assert list(work.store.all_keys(SPACE)) == []


def silent(connection: socket.socket) -> None:
    """Says nothing until the other side hangs up."""
    while connection.recv(100_000):
        pass


def test_an_endpoint_that_never_answers_holds_up_no_alert(make: Make) -> None:
    with raw(silent) as here:
        done = run(work := make(here.settings(timeout=0.3)), POLICE, UNION)
    assert [a.state for a in work.store.find(Alert)] == ["open"]
    assert told(done) == ["second reader: 1 of 1 questions without an answer (no answer within 0.3 s: 1)"]


def test_without_its_key_nobody_is_asked(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("READER_KEY", raising=False)
    with chat(verdict()) as here:
        done = run(work := make(here.settings(key_env="READER_KEY")), POLICE, UNION)
    assert [a.state for a in work.store.find(Alert)] == ["open"]
    assert here.got == []
    assert told(done) == ["second reader: 1 questions not asked (the environment variable READER_KEY is not set: 1)"]


def test_another_pair_of_the_same_contradiction_is_asked_about(make: Make) -> None:
    """One outlet speaks of another march, another outlet of this one: the alert is raised by what stands, without the first."""

    def say(asked: dict[str, Any]) -> str:
        return verdict("Lantern" in asked["messages"][1]["content"], True)

    with chat(say) as here:
        work = make(here.settings())
        done = run(work, POLICE, UNION, ELSEWHERE)
        (alert,) = work.store.find(Alert)
        assert len(here.got) == 2
        assert counted(done) == (2, 2, 0, 0, 0, 0)
        assert "lantern" in "".join(alert.outlets)
        assert "ledger" not in "".join(alert.outlets)
        again = run(work, LATE)  # the figure is compared again: what was objected to does not come back
        assert alert.outlets == work.store.get(Alert, alert.id).outlets
        assert again.counts["alert"]["asked"] > 0  # of the new number


def test_an_alert_that_was_raised_is_not_asked_about_again(make: Make) -> None:
    work = make(None)
    run(work, POLICE, UNION)
    (before,) = work.store.find(Alert)
    with chat(verdict()) as here:
        work = make(here.settings())
        run(work, LATE)
    assert work.store.get(Alert, before.id).state == "open"
    assert work.store.count(Alert) == 1  # the new number's was objected to
    assert here.got != []


def test_a_run_that_may_ask_no_more_raises_what_is_left(make: Make) -> None:
    with chat(verdict()) as here:
        work = make(here.settings(questions=1))
        done = run(work, POLICE, UNION, LATE)
    asked, answered, _, unasked, *_ = counted(done)
    assert (asked, answered, len(here.got)) == (1, 1, 1)
    assert unasked == work.store.count(Alert) > 0
    assert told(done) == [f"second reader: {unasked} questions not asked (a run asks 1 questions at most: {unasked})"]


def test_the_gravest_are_asked_about_first(make: Make) -> None:
    """Where a run may not ask about all of them."""
    sides = {id: make_claim(id=id, sentence=f"{id} said it.") for id in ("c1", "c2", "c3")}
    findings = [
        make_finding(id="slight", severity="low", explanation="Alert: low alert."),
        make_finding(id="grave", later="c3", explanation="Alert: high alert."),
    ]
    alerts = [
        make_alert(id="a", severity="low", findings=("slight",)),
        make_alert(id="b", later="c3", findings=("grave",)),
    ]
    with chat(verdict()) as here:
        second = SecondReading.of(make(here.settings(questions=1)))
        quiet = second.silence(alerts, findings, sides, {"f1": make_figure()})
    assert quiet == [
        replace(
            findings[1],
            severity=None,
            explanation="Alert: no alert (the second reader: not the same thing, “two bridges”).",
        )
    ]


def test_another_model_is_asked_anew(make: Make) -> None:
    with chat(verdict()) as here:
        work = make(here.settings())
        run(work, POLICE, UNION)
        other = replace(work, settings=work.settings.model_copy(update={"second_reader": here.settings(model="large")}))
        other.store.apply(Batch(enqueue=[("compare", f"story:{f.story}") for f in other.store.find(Figure)]))
        run(other)
    assert [asked["model"] for asked in here.got] == ["small", "large"]


def test_switched_off_what_it_kept_silent_is_raised_when_it_is_compared_next(make: Make) -> None:
    with chat(verdict()) as here:
        work = make(here.settings())
        run(work, POLICE, UNION)
    alone = make(None)
    alone.store.apply(Batch(enqueue=[("compare", f"story:{f.story}") for f in alone.store.find(Figure)]))
    run(alone)
    assert [a.state for a in alone.store.find(Alert)] == ["open"]
    assert {c.severity for c in alone.store.find(Claim) if c.findings} >= {"high"}


def test_a_change_at_the_desk_asks_nobody_and_keeps_what_was_answered(make: Make) -> None:
    with chat(verdict()) as here:
        work = make(here.settings())
        run(work, POLICE, UNION)
        work.store.apply(Batch(enqueue=[("figures", f"story:{f.story}") for f in work.store.find(Figure)]))
        assert apply_now(work)
        assert (list(work.store.find(Alert)), loud(work)) == ([], [])
        assert len(here.got) == 1


def test_what_was_answered_on_an_article_is_forgotten_with_it(make: Make) -> None:
    with chat(verdict(why="the union lies")) as here:
        work = make(here.settings())
        run(work, POLICE, UNION)
        assert len(list(work.store.all_keys(SPACE))) == 1
        assert forget(work, UNION.url).left == 0
    assert list(work.store.all_keys(SPACE)) == []


def test_a_scheduled_run_tells_of_it_too(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path))
    with chat(verdict()) as here:
        configure(tmp_path, here)
        id = schedule.begin("nightly:1", schedule.DAILY)
        arrive_only(make(None), POLICE, UNION)
        for name in STEPS:
            schedule.run_one_step(id, name)
        done = schedule.finish(id)
    assert second_reader_line(done) == "second reader: 1 asked, 1 answered; 1 contradiction not alerted"


# ---------------------------------------------------------------- at the desk


Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path))

    def called(*args: str, code: int = 0) -> Result:
        result = CliRunner().invoke(app, list(args))
        assert result.exit_code == code, f"{args}: {result.output}\n{result.exception!r}"
        return result

    return called


def configure(folder: Path, here: Chat, **more: Any) -> None:
    lines = [
        f"{name} = {json.dumps(value)}" for name, value in {"url": f"{here.url}/v1", "model": "small", **more}.items()
    ]
    (folder / "counterclaim.toml").write_text("\n".join(["ship_topics = false", "[second_reader]", *lines]), "utf8")


def test_the_terminal_says_what_was_not_alerted_why_and_how_much_was_asked(
    make: Make, call: Call, tmp_path: Path
) -> None:
    with chat(verdict(why="[red]two[/] <b>marches</b>")) as here:
        configure(tmp_path, here)
        work = make(here.settings())
        done = run(work, POLICE, UNION)
        listed = call("findings", "list").stdout
        assert "no alert: the second reader: not the same thing, “[red]two[/] <b>marches</b>”" in listed
        assert json.loads(call("findings", "list", "--json").stdout)["why"].startswith("the second reader: ")
        shown = call("runs", "show", done.id).stdout
        assert "second reader: 1 asked, 1 answered; 1 contradiction not alerted" in shown
        found = next(iter(work.store.find(Finding)))
        assert "Alert: no alert (the second reader: not the same thing" in call("show", found.id).stdout
        assert "Alert: high" not in call("show", found.id).stdout


def test_the_page_shows_the_reason_as_text(make: Make) -> None:
    with chat(verdict(why="<b>two</b> marches")) as here:
        work = make(here.settings())
        done = run(work, POLICE, UNION)
    with visit(work.settings) as client:
        listed = client.get("/findings").text
        assert "No alert: the second reader: not the same thing, “&lt;b&gt;two&lt;/b&gt; marches”" in listed
        assert "second reader: 1 asked, 1 answered; 1 contradiction not alerted" in client.get(f"/runs/{done.id}").text


def test_the_doctor_says_whether_it_can_be_asked(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(code: int = 0) -> tuple[str, str, str]:
        told = call("doctor", "--json", code=code).stdout
        (one,) = [c for c in map(json.loads, told.splitlines()) if c["name"] == "second reader"]
        return one["state"], one["found"], one["advice"]

    assert check() == ("ok", "off", "")
    with chat(verdict(), key="sk-4711") as here:
        configure(tmp_path, here, key_env="READER_KEY")
        state, found, advice = check(1)
        assert (state, found) == ("bad", f"{here.url}/v1: the environment variable READER_KEY is not set")
        assert advice.startswith("alerts are raised without it")
        monkeypatch.setenv("READER_KEY", "sk-4711")
        assert check() == ("ok", f"{here.url}/v1: has small", "")
    assert check(1)[:2] == ("bad", f"{here.url}/v1: cannot be reached")
