"""What contradicts and raised no alert is told with its reason, and one step makes it followed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner, Result

from console.cli import app
from processing.compare import Statement, why_silent
from processing.compare.explanation import explain
from processing.compare.pairs import pairs
from processing.compare.table import QUIET, Judgement
from processing.figures import found_figures
from processing.pipeline.desk import apply_now
from processing.pipeline.follow import follow_figure, name_for
from processing.pipeline.silence import silent_findings
from processing.pipeline.work import Work
from processing.store import Batch, open_store
from schemas.records import Alert, Article, Figure, Story
from schemas.settings import Settings
from tests.support.browser import new_page
from tests.support.records import make_claim, make_figure, make_finding
from tests.test_pipeline import Clock, arrive, article
from tests.visit import visit

BRIDGE = (
    article(
        "courier", 3, "New bridge over the Orne to carry 30,000 vehicles",
        "The new bridge over the Orne at Lisk will carry 30,000 vehicles a day, the roads ministry said on Monday.",
    ),
    article(
        "ledger", 5, "Lisk bridge opens",
        "The new bridge over the Orne at Lisk will carry 12,000 vehicles a day, the engineers' institute said on Monday.",
    ),
)  # fmt: skip
TREES = (
    article(
        "courier", 3, "Sorvik plants 5,000 trees",
        "The town of Sorvik has planted 5,000 trees along the ring road since autumn, the mayor Ana Brel said on Monday.",
    ),
    article(
        "ledger", 5, "Ring road trees of Sorvik",
        "The town of Sorvik has planted 1,800 trees along the ring road since autumn, the nature society Green Sorvik said on Monday.",
    ),
)  # fmt: skip
STRIKE = (
    article(
        "courier", 3, "Rail strike in Vorn",
        "About 9,000 railway workers walked out in Vorn on Monday, the Rail Union said.",
    ),
    article(
        "ledger", 5, "Vorn trains halted",
        "Some 3,500 railway workers walked out in Vorn on Monday, the operator Vorn Rail said.",
    ),
)  # fmt: skip


def work_on(home: Path, *articles: Article) -> Work:
    home.mkdir(exist_ok=True)
    settings = Settings(home=home, ship_outlets=False, ship_topics=False)
    work = Work(open_store(settings.store_url), settings, {}, {}, now=Clock())
    arrive(work, *articles)
    return work


@pytest.mark.parametrize("articles", [BRIDGE, TREES], ids=["a day", "level"])
def test_what_nobody_follows_is_listed_and_alerts_once_it_is_followed(
    articles: tuple[Article, ...], tmp_path: Path
) -> None:
    work = work_on(tmp_path / "home", *articles)
    assert list(work.store.find(Alert)) == []
    (silent,) = silent_findings(work)
    assert silent.finding.finding == "conflicts"
    assert silent.why.startswith("nobody follows it")
    assert silent.follow
    after, done = follow_figure(work, silent.figure, name_for(work, silent.figure))
    assert (done.articles, done.path.parent) == (2, tmp_path / "home" / "topics")
    assert apply_now(after)
    assert [a.state for a in after.store.find(Alert)] == ["open"]
    assert silent_findings(after) == []
    after.store.close()


def test_what_happened_before_the_story_is_followed_too(tmp_path: Path) -> None:
    work = work_on(tmp_path / "home", *STRIKE)
    figure = next(f for f in work.store.find(Figure) if "strike" in f.event)
    after, done = follow_figure(work, figure, name_for(work, figure))
    assert done.claims == len(figure.claims) == 2  # "strike" alone means an attack
    after.store.close()


def test_a_reason_that_following_does_not_cure_offers_nothing(tmp_path: Path) -> None:
    work = work_on(tmp_path / "home", *BRIDGE)
    (silent,) = silent_findings(work)
    said = silent.finding.explanation.replace(silent.why, "both numbers are vague words")
    work.store.apply(Batch(put=[make_finding(
        id=silent.finding.id, figure=silent.figure.id, severity=None, explanation=said
    )]))  # fmt: skip
    assert [(s.why, s.follow) for s in silent_findings(work)] == [("both numbers are vague words", False)]
    work.store.close()


@pytest.mark.parametrize("rule", QUIET, ids=lambda rule: rule.why)
def test_every_reason_for_silence_can_be_told(rule: Any) -> None:
    sides = [Statement(make_claim(article_key=key, source_id=key, low=n, high=n)) for key, n in (("a", 12), ("b", 24))]
    one = next(iter(pairs(make_figure(), sides, over=False)))
    assert why_silent(explain(Judgement("conflicts", "", "", None, rule.why), one)) == rule.why
    assert why_silent(explain(Judgement("conflicts", "", "", "low"), one)) is None


@pytest.mark.parametrize(
    ("sentence", "given"),
    [
        ("40,000 people marched through Kentor.", {"what": "people", "what_head": "person", "event": "march"}),
        ("The plane had 112 people aboard.", {"what": "people", "what_head": "person", "event": "aboard"}),
        ("The fire burnt 1,200 hectares.", {"what": "area", "what_head": "area", "event": "scorch", "unit": "hectare"}),
        ("The mill employs 450 in jobs.", {"what": "jobs", "what_head": "job", "event": "employ"}),
        ("9,000 workers walked out.", {"what": "workers", "what_head": "worker", "event": "walk out"}),
    ],
)
def test_a_desk_follows_unasked(sentence: str, given: dict[str, Any]) -> None:
    claims = [make_claim(article_key=key, sentence=sentence, source=key, source_id=key, **given) for key in ("a", "b")]
    figures = found_figures(Story("s", ("a", "b"), "", None, None), claims, [], {})
    assert [f.alerts for f in figures] == [True]


# ---------------------------------------------------------------- in the terminal, on the page


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Calls the command in a folder that is not the home."""
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / "home"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    def run(*args: object, code: int = 0) -> Result:
        result = CliRunner().invoke(app, [str(a) for a in args])
        assert result.exit_code == code, f"{args}: exit {result.exit_code}\n{result.output}\n{result.exception!r}"
        return result

    return run


def test_the_command_lists_it_a_run_ends_with_it_and_it_can_be_followed(
    call: Callable[..., Result], tmp_path: Path
) -> None:
    work_on(tmp_path / "home", *BRIDGE).store.close()
    told = call("findings", "list").stdout
    assert "1 not alerted, and why" in told
    assert "30,000 a day" in told
    one = json.loads(call("findings", "list", "--json").stdout)
    assert (one["figure"], one["finding"]["finding"], one["more"]) == ("vehicles", "conflicts", 0)
    ran = call("run", "--no-fetch").stdout
    assert "no new alert" in ran
    assert "1 more contradict and raised no alert" in ran
    assert f"counterclaim figure follow {one['finding']['figure'][:8]}" in ran
    call("figure", "follow", one["finding"]["figure"])
    assert "30,000" in call("alerts", "list", "--whole").stdout
    assert call("findings", "list").stdout.strip() == "none: whatever contradicts raised an alert"


def test_one_click_follows_it(tmp_path: Path, chromium: Browser) -> None:
    work = work_on(tmp_path / "home", *BRIDGE)
    with visit(work.settings) as visitor, new_page(chromium, visitor.origin) as page:
        page.goto("/findings")
        assert page.get_by_text("30,000 a day").is_visible()
        page.get_by_role("button", name="Follow this vehicles").click()
        page.wait_for_url("**/figures/*")
        assert page.get_by_text("followed by the topic Vehicles").is_visible()
        page.goto("/findings")
        assert page.get_by_text("None: whatever contradicts raised an alert").is_visible()
        page.goto("/")
        assert page.locator("#rows").get_by_text("sources disagree").is_visible()
    assert [a.topic for a in work.store.find(Alert)] == ["vehicles"]
    work.store.close()
