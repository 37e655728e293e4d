"""What people click and type, in a real Chromium: every form of the page does what its button says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from processing.pipeline.work import Work
from processing.store import Batch, open_store
from schemas.records import Alert, FigureDay
from schemas.settings import Settings
from tests.browser import PHONE, new_page
from tests.records import NOON, make_figure
from tests.test_pipeline import POLICE, UNION, Clock, arrive
from tests.visit import visit


@dataclass
class Desk:
    """A desk's store with one contradiction, served, and the browser to visit it with."""

    settings: Settings
    browser: Browser
    origin: str

    def alert(self) -> Alert:
        store = open_store(self.settings.store_url)
        (alert,) = store.find(Alert)
        store.close()
        return alert


@pytest.fixture
def desk(tmp_path: Path, chromium: Browser) -> Iterator[Desk]:
    home = tmp_path / "home"
    home.mkdir()
    settings = Settings(
        home=home, ship_outlets=False, ship_topics=False, topics=(home / "topics",), outlets=(home / "outlets",)
    )
    store = open_store(settings.store_url)
    arrive(Work(store, settings, {}, {}, now=Clock()), POLICE, UNION)
    store.close()
    with visit(settings) as visitor:
        yield Desk(settings, chromium, visitor.origin)


@pytest.fixture
def page(desk: Desk) -> Iterator[Page]:
    with new_page(desk.browser, desk.origin) as page:
        yield page


@pytest.mark.parametrize(
    ("button", "reason", "state"),
    [
        ("acknowledge", "", "acknowledged"),
        ("reconcile", "the police count one square", "reconciled"),
        ("false positive", "two marches", "false_positive"),
        ("close", "", "closed"),
        ("note", "asked both", "open"),
    ],
)
def test_each_button_of_an_alert_does_what_it_says(
    button: str, reason: str, state: str, desk: Desk, page: Page
) -> None:
    page.goto(f"/alerts/{desk.alert().id}")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Why").fill(reason)
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/alerts/*")
    assert page.get_by_role("heading", name="What came of it").is_visible()
    alert = desk.alert()
    assert (alert.state, alert.history[-1].by, alert.history[-1].reason) == (state, "Ada", reason)


def test_an_alert_that_was_closed_is_opened_again(desk: Desk, page: Page) -> None:
    page.goto(f"/alerts/{desk.alert().id}")
    for button, reason in (("close", ""), ("reopen", "more came in")):
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("Why").fill(reason)
        page.get_by_role("button", name=button).click()
        page.get_by_text("State:").wait_for()
    assert [e.action for e in desk.alert().history][-2:] == ["close", "reopen"]


def test_search_from_the_head_of_the_page(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").first.fill("lawyers")
    page.get_by_role("searchbox").first.press("Enter")
    page.wait_for_url("**q=lawyers")
    assert page.locator("mark", has_text="Lawyers").first.is_visible()


# ---------------------------------------------------------------- the first page: rows, keys, acting on many


def more_alerts(desk: Desk, count: int = 5) -> None:
    store = open_store(desk.settings.store_url)
    there = desk.alert()
    days = [NOON + timedelta(days=i + 1) for i in range(count)]
    store.apply(
        Batch(put=[replace(there, id=f"x{i}", title=f"Number {i}", raised_at=day) for i, day in enumerate(days)])
    )
    store.close()


def states(desk: Desk) -> dict[str, str]:
    store = open_store(desk.settings.store_url)
    found = {a.title: a.state for a in store.find(Alert) if a.id.startswith("x")}
    store.close()
    return found


def test_keys_walk_through_the_rows_open_them_and_act(desk: Desk, page: Page) -> None:
    more_alerts(desk)
    page.goto("/")
    focused = "document.activeElement.id"
    for key, at in (("j", "a-x4"), ("j", "a-x3"), ("k", "a-x4"), ("k", "a-x4"), ("j", "a-x3")):
        page.keyboard.press(key)
        assert page.evaluate(focused) == at
    page.keyboard.press("o")
    assert page.locator("#a-x3").get_by_text("police said").first.is_visible()
    page.keyboard.press("a")  # the name is asked for first, once
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    page.wait_for_url("**/#a-x2")
    assert page.evaluate(focused) == "a-x2"
    page.keyboard.press("a")
    page.wait_for_url("**/#a-x1")
    page.keyboard.press("f")
    page.keyboard.type("two marches")
    page.keyboard.press("Enter")
    page.wait_for_url("**/#a-x0")
    assert states(desk) == {
        "Number 4": "open", "Number 3": "acknowledged", "Number 2": "acknowledged", "Number 1": "false_positive", "Number 0": "open",
    }  # fmt: skip
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("jkafo")
    assert page.get_by_role("searchbox").first.input_value() == "jkafo"


def test_many_are_changed_at_once_by_mouse(desk: Desk, page: Page) -> None:
    more_alerts(desk)
    page.goto("/")
    for title in ("Number 4", "Number 2", "Number 0"):
        page.get_by_label(f"Choose: {title}").check()
    page.get_by_text("3 chosen:").wait_for()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Why").fill("one march")
    page.get_by_role("button", name="Reconcile").click()
    page.wait_for_url("**/#*")
    assert [title for title, state in states(desk).items() if state == "reconciled"] == [
        "Number 0",
        "Number 2",
        "Number 4",
    ]
    page.get_by_label("State").select_option("reconciled")
    page.wait_for_url("**state=reconciled")
    assert page.locator("#rows > .row").count() == 3
    assert page.get_by_label("Your name").input_value() == "Ada"


def test_without_scripts_a_row_and_many_rows_are_changed_too(desk: Desk) -> None:
    more_alerts(desk)
    with new_page(desk.browser, desk.origin, scripts=False) as page:
        page.goto("/")
        row = page.locator("#a-x3")
        row.locator("summary").click()
        page.get_by_label("Your name").fill("Ada")
        row.get_by_role("button", name="Acknowledge").click()
        page.get_by_label("Choose: Number 1").check()
        page.get_by_label("Choose: Number 0").check()
        page.get_by_role("button", name="Close").last.click()
        page.get_by_label("Severity").select_option("high")
        page.get_by_role("button", name="Filter").click()
        page.wait_for_url("**severity=high**")
    assert states(desk) == {
        "Number 4": "open", "Number 3": "acknowledged", "Number 2": "open", "Number 1": "closed", "Number 0": "closed",
    }  # fmt: skip


def test_nothing_is_changed_unless_all_can_be(desk: Desk) -> None:
    more_alerts(desk)
    with new_page(desk.browser, desk.origin, scripts=False) as page:
        page.goto("/?state=all")
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("Choose: Number 1").check()
        page.get_by_role("button", name="Reopen").click()
        assert page.get_by_text("reopen is not possible").is_visible()
    assert set(states(desk).values()) == {"open"}


def test_the_first_contradiction_stands_in_the_first_screen_of_a_phone(desk: Desk) -> None:
    with new_page(desk.browser, desk.origin, size=PHONE) as page:
        page.goto("/")
        box = page.locator("#rows > .row").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < PHONE[1]
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_the_skip_link_leads_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_what_changed_since_the_last_look_is_marked(desk: Desk, page: Page) -> None:
    store = open_store(desk.settings.store_url)
    followed = make_figure(id="f", title="people held", topic="kentor", name="held", claims=("c",))
    days = [
        FigureDay("f", NOON.date() - timedelta(days=9 - i), v, v, v, False, 1, ())
        for i, v in enumerate((100, 100, 300))
    ]
    store.apply(Batch(put=[followed, *days]))
    store.close()
    page.goto("/")
    assert page.locator(".changes li").inner_text().split("\n")[:2] == [
        "people held",
        "100 → 300 15 Jan 2025 · 1 origin",
    ]
    assert page.locator(".changes .fresh").count() == 0
    page.context.add_cookies([{"name": "looked", "value": "|2025-01-15T08:00:00+00:00", "url": desk.origin}])
    page.goto("/")
    assert page.locator(".changes .fresh").count() == 1
    assert page.get_by_text("since you last looked, 15 Jan 2025").is_visible()


# ---------------------------------------------------------------- paste

SAYS_20 = "Kentor march\n\nPolice in Kentor detained 20 people at a march to the harbour on Monday, the mayor said. Nobody was hurt."
EVIL = "Floods killed 27 people, <script>alert(1)</script> <img src=x onerror=alert(2)> said the ministry on Monday."


def test_a_pasted_text_is_read_and_held_against_the_archive(page: Page) -> None:
    page.goto("/paste")
    page.get_by_label("Text or HTML").fill(SAYS_20)
    page.get_by_label("Published").fill("2025-01-20")
    page.get_by_role("button", name="Read").click()
    page.get_by_text("contradicts the archive").wait_for()
    assert page.locator(".text mark", has_text="20").first.is_visible()
    card = page.locator(".card").first
    assert card.get_by_text("300", exact=True).first.is_visible()
    card.locator("summary").first.click()
    assert card.get_by_text("the Lawyers' Union said").first.is_visible()
    assert page.get_by_text("Nothing was kept").is_visible()


@pytest.mark.parametrize("name", ["page.html", "text.txt"])
def test_a_file_is_read(name: str, page: Page, tmp_path: Path) -> None:
    body = "".join(f"<p>{line}</p>" for line in SAYS_20.split("\n\n"))
    body += "<p>The march went on for hours, and shops along the quay stayed closed until the evening.</p>"
    html = f"<html><head><title>Kentor march</title></head><body><article><h1>Kentor march</h1>{body}</article></body></html>"
    (tmp_path / name).write_text(html if name.endswith("html") else SAYS_20)
    page.goto("/paste")
    page.get_by_label("or a file").set_input_files(tmp_path / name)
    page.get_by_label("Published").fill("2025-01-20")
    page.get_by_role("button", name="Read").click()
    page.get_by_text("contradicts the archive").wait_for()


def test_hostile_text_stays_text(page: Page) -> None:
    page.on("dialog", lambda dialog: pytest.fail("a script of the text ran"))
    page.goto("/paste")
    page.get_by_label("Text or HTML").fill(EVIL)
    page.get_by_role("button", name="Read").click()
    page.get_by_text("claims read").or_(page.get_by_text("claim read")).wait_for()
    assert page.locator(".text").inner_text().count("<script>") == 1
    assert page.locator("img").count() == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "nothing was pasted"), ("...", "nothing was pasted"), ("12 dead. " * 40_000, "too many to read")],
)
def test_what_cannot_be_read_is_told_and_kept_in_the_form(text: str, told: str, page: Page) -> None:
    page.goto("/paste")
    page.get_by_label("Text or HTML").fill(text)
    page.get_by_role("button", name="Read").click()
    assert told in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Text or HTML").input_value() == text
