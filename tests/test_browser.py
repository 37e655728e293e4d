"""What people click and type, in a real Chromium: every form of the page does what its button says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from processing.pipeline.work import Work
from processing.store import open_store
from schemas.records import Alert
from schemas.settings import Settings
from tests.browser import new_page
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
