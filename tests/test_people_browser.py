"""Log-in, people, comments and whose turn it is, in a real Chromium: by keyboard and by mouse, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from processing.pipeline.people import find_user
from schemas.records import Alert
from schemas.settings import Settings
from tests.support.browser import DESKTOP, PHONE, new_page
from tests.support.desk_store import PASSWORD, desk_settings, opened, people
from tests.visit import visit

HOSTILE = "<img src=x onerror=alert(1)> شاهد ١٢ قتيلا"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    given = desk_settings(tmp_path)
    people(given)
    return given


@pytest.fixture
def origin(settings: Settings) -> Iterator[str]:
    with visit(settings) as visitor:
        yield visitor.origin


@pytest.fixture
def page(chromium: Browser, origin: str) -> Iterator[Page]:
    with new_page(chromium, origin) as page:
        page.on("dialog", lambda dialog: pytest.fail("a script of a text ran"))
        yield page


def enter(page: Page, name: str, path: str = "/") -> None:
    page.goto(path)
    expect(page.get_by_label("Name")).to_be_focused()  # a busy machine gives the focus after the page has loaded
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")


def alert_of(settings: Settings) -> Alert:
    with opened(settings) as work:
        return next(work.store.find(Alert))


def test_in_by_keyboard_to_where_one_wanted_and_out_by_mouse(page: Page) -> None:
    enter(page, "Ada", "/figures")
    assert page.get_by_role("heading", name="Figures").is_visible()
    page.get_by_role("link", name="Ada").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    page.goto("/figures")
    assert page.url.endswith("/login?to=%2Ffigures")


def test_a_wrong_password_is_told_and_the_name_kept(page: Page) -> None:
    page.goto("/login")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Log in").click()
    assert "No user has this name" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Name").input_value() == "Ada"
    assert page.evaluate("document.activeElement.name") == "password"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_alert_is_given_to_somebody_and_talked_about(
    scripts: bool, chromium: Browser, origin: str, settings: Settings
) -> None:
    alert = alert_of(settings)
    with new_page(chromium, origin, scripts=scripts) as page:
        page.goto("/login")
        page.get_by_label("Name").fill("Ada")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.goto(f"/alerts/{alert.id}")
        assert page.get_by_label("Your name").count() == 0
        page.get_by_label("Whose turn").select_option("Otto")
        page.get_by_role("button", name="Assign").click()
        page.get_by_text("it is the turn of Otto").wait_for()
        page.get_by_role("textbox", name="Comment").fill(HOSTILE)
        page.get_by_role("button", name="Comment").click()
        page.wait_for_url("**#comments")
        assert page.locator(".comment p").last.inner_text() == HOSTILE
        page.goto("/?user=Otto")
        assert page.locator("#rows > .row").get_by_text("Otto").is_visible()
    assert [(e.by, e.reason) for e in alert_of(settings).history if e.action == "note"] == [("Ada", HOSTILE)]


def test_a_row_is_acted_on_by_key_without_a_name(page: Page, settings: Settings) -> None:
    enter(page, "Ada")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.wait_for_url("**/#*")
    assert (alert_of(settings).state, alert_of(settings).history[-1].by) == ("acknowledged", "Ada")


def test_an_admin_adds_changes_and_removes_somebody(page: Page, settings: Settings) -> None:
    enter(page, "Otto", "/people")
    page.get_by_label("Name").fill(HOSTILE)
    page.get_by_label("Role").last.select_option("analyst")
    page.get_by_label("Password").fill("a new password")
    page.get_by_role("button", name="Add").click()
    row = page.get_by_role("row").filter(has_text=HOSTILE)
    row.get_by_text("Change").first.click()
    row.get_by_label("Keep out").check()
    row.get_by_role("button", name="Change").click()
    row.get_by_text("disabled").wait_for()
    with opened(settings) as work:
        assert find_user(work.store, HOSTILE).disabled
    row.get_by_text("Change").first.click()
    row.get_by_role("button", name="Remove").click()
    row.wait_for(state="detached")
    page.goto("/audit")
    assert page.get_by_role("cell", name="remove a user").is_visible()
    page.get_by_role("combobox", name="Who").select_option("Otto")
    page.wait_for_url("**author=Otto")


def test_a_token_is_made_shown_once_and_ended(page: Page) -> None:
    enter(page, "Rita", "/account")
    page.get_by_label("What for").fill("feed reader")
    page.get_by_role("button", name="Make a token").click()
    token = page.locator(".secret").inner_text()
    asked = {"authorization": f"Bearer {token}"}
    with_token = page.context.browser.new_context(base_url=page.url.rpartition("/account")[0])  # type: ignore[union-attr]
    assert with_token.request.get("/api/v1/alerts", headers=asked).status == 200
    page.goto("/account")
    assert token not in page.content()
    page.get_by_role("row").filter(has_text="feed reader").get_by_role("button", name="End").click()
    page.get_by_role("row").filter(has_text="feed reader").wait_for(state="detached")
    assert with_token.request.get("/api/v1/alerts", headers=asked).status == 401
    with_token.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(
    size: tuple[int, int], dark: bool, chromium: Browser, origin: str, settings: Settings
) -> None:
    found = {}
    with new_page(chromium, origin, size=size, dark=dark) as page:
        page.goto("/login")
        for path in ("/login", "/", f"/alerts/{alert_of(settings).id}", "/account", "/people", "/audit"):
            if path == "/":
                enter(page, "Otto")
            page.goto(path)
            told = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
            for v in told.response["violations"]:
                found[path, v["id"]] = [node["html"][:120] for node in v["nodes"][:3]]
            if page.evaluate("document.documentElement.scrollWidth") > size[0]:
                found[path, "too wide"] = []
    assert found == {}
