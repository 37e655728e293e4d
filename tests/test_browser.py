"""What people click and type, in a real Chromium: every form of the page does what its button says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from console.web.chart import vega_bundle
from processing.pipeline.work import Work
from processing.store import Batch, open_store
from schemas.records import Alert, Claim, Figure, FigureDay
from schemas.settings import Settings
from spiders.warc import Archive
from tests.support.browser import DESKTOP, PHONE, new_page
from tests.support.records import NOON, make_article, make_figure, make_page
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
    ],
)
def test_each_button_of_an_alert_does_what_it_says(
    button: str, reason: str, state: str, desk: Desk, page: Page
) -> None:
    page.goto(f"/alerts/{desk.alert().id}")
    page.get_by_label("Your name").first.fill("Ada")
    page.get_by_label("Why").fill(reason)
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/alerts/*")
    assert page.get_by_role("heading", name="What came of it").is_visible()
    alert = desk.alert()
    assert (alert.state, alert.history[-1].by, alert.history[-1].reason) == (state, "Ada", reason)


def test_a_comment_is_kept_and_shown(desk: Desk, page: Page) -> None:
    page.goto(f"/alerts/{desk.alert().id}")
    form = page.locator("form.change").filter(has=page.get_by_role("button", name="Comment"))
    form.get_by_label("Your name").fill("Ada")
    form.get_by_role("textbox", name="Comment").fill("asked both")
    form.get_by_role("button", name="Comment").click()
    page.wait_for_url("**#comments")
    assert page.locator(".comment").inner_text().endswith("asked both")
    assert desk.alert().state == "open"


def test_an_alert_that_was_closed_is_opened_again(desk: Desk, page: Page) -> None:
    page.goto(f"/alerts/{desk.alert().id}")
    for button, reason in (("close", ""), ("reopen", "more came in")):
        page.get_by_label("Your name").first.fill("Ada")
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


# ---------------------------------------------------------------- a figure


def figure_of(desk: Desk) -> Figure:
    store = open_store(desk.settings.store_url)
    figure = store.get(Figure, desk.alert().figure)
    store.close()
    return figure


def test_a_figure_is_drawn_under_the_strict_policy_and_tells_what_is_pointed_at(desk: Desk, page: Page) -> None:
    vega_bundle()  # made once a machine, which takes seconds
    page.goto(f"/figures/{figure_of(desk).id}")
    page.locator("figure[data-drawn=yes]").wait_for()
    assert not page.locator("figure img").is_visible()
    point = page.locator(".drawn svg .mark-symbol path").first
    point.hover(force=True)
    assert "detain" in page.locator(".tip").inner_text()
    point.click(force=True)
    page.wait_for_url("**/claims/*")


def test_a_figure_fits_a_phone_in_the_dark(desk: Desk) -> None:
    vega_bundle()
    with new_page(desk.browser, desk.origin, size=PHONE, dark=True) as page:
        page.goto(f"/figures/{figure_of(desk).id}")
        page.locator("figure[data-drawn=yes]").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        drawn = page.locator(".drawn svg").bounding_box()
        assert drawn is not None
        assert drawn["width"] <= PHONE[0]


def test_without_scripts_a_figure_is_an_image(desk: Desk) -> None:
    with new_page(desk.browser, desk.origin, scripts=False) as page:
        page.goto(f"/figures/{figure_of(desk).id}")
        image = page.locator("figure img")
        assert image.is_visible()
        assert image.evaluate("image => image.naturalWidth") > 300


def test_a_figure_is_filtered_by_outlet_and_origin(desk: Desk, page: Page) -> None:
    page.goto(f"/figures/{figure_of(desk).id}")
    page.get_by_label("Outlet").select_option(label="Ledger (2)")
    page.wait_for_url("**outlet=xx*")
    assert page.locator(".claim").count() == 2
    page.get_by_label("Outlet").select_option("")
    page.get_by_label("Origin").select_option(label="police (2)")
    page.wait_for_url("**origin=*")
    assert "300" not in page.locator(".claim").all_inner_texts()


def test_a_desk_adopts_a_value_splits_and_merges_figures(desk: Desk, page: Page) -> None:
    figure = figure_of(desk)

    def sign(button: str) -> None:
        form = page.locator("form.change").filter(has=page.get_by_role("button", name=button, exact=True))
        form.get_by_label("Your name").fill("Ada")
        form.get_by_label("Why").fill("court lists")
        form.get_by_role("button", name=button, exact=True).click()
        page.get_by_role("heading", level=1).wait_for()

    page.goto(f"/figures/{figure.id}")
    page.locator("details.tool summary").click()
    page.get_by_label("Value").fill("100-120")
    sign("Adopt")
    page.get_by_text("the desk puts it at").wait_for()
    assert page.get_by_text("100 to 120 (Ada: court lists)").is_visible()
    page.locator("details.tool summary").click()
    for box in page.locator("input[name=claim]").all()[:1]:
        box.check()
    page.get_by_label("New title").fill("people held at the harbour")
    sign("Split")
    page.get_by_role("heading", name="people held at the harbour").wait_for()
    page.locator("details.tool summary").click()
    page.get_by_label("Merge with").select_option(index=1)
    sign("Merge")
    page.get_by_text("Every claim").wait_for()
    assert page.locator(".claim").count() == len(figure.claims)


def test_a_claim_is_corrected_in_place(desk: Desk, page: Page) -> None:
    store = open_store(desk.settings.store_url)
    wrong = [c.id for c in store.get_many(Claim, list(figure_of(desk).claims)).values() if c.low == 300]
    store.close()
    for claim in wrong:
        page.goto(f"/claims/{claim}")
        page.locator("details.tool summary").click()
        page.get_by_label("Value").fill("100")
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("Why").fill("court lists")
        page.get_by_role("button", name="Correct").click()
        page.get_by_text("Ada: court lists").wait_for()
    store = open_store(desk.settings.store_url)
    assert {a.state for a in store.find(Alert)} == {"closed"}
    store.close()


def test_a_figure_is_had_as_data(desk: Desk, page: Page) -> None:
    figure = figure_of(desk)
    for ending, begins in (("csv", b"id,"), ("json", b"{"), ("png", b"\x89PNG"), ("svg", b"<svg")):
        answer = page.request.get(f"/figures/{figure.id}.{ending}")
        assert (answer.status, answer.body()[: len(begins)]) == (200, begins)


# ---------------------------------------------------------------- for everybody

PATHS = ("/", "/?state=all", "/findings", "/figures", "/stories", "/search", "/search?q=police", "/search?q=police&of=claims", "/paste", "/runs", "/brief", "/nothing")  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(size: tuple[int, int], dark: bool, desk: Desk) -> None:
    vega_bundle()
    alert, figure = desk.alert(), figure_of(desk)
    paths = [*PATHS, f"/alerts/{alert.id}", f"/figures/{figure.id}", f"/claims/{figure.claims[0]}", f"/articles/{POLICE.id}", f"/stories/{figure.story}"]  # fmt: skip
    found = {}
    with new_page(desk.browser, desk.origin, size=size, dark=dark) as page:
        for path in paths:
            page.goto(path)
            if path.startswith("/figures/"):
                page.locator("figure[data-drawn=yes]").wait_for()
            told = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
            for v in told.response["violations"]:
                found[path, v["id"]] = [node["html"][:120] for node in v["nodes"][:3]]
            if page.evaluate("document.documentElement.scrollWidth") > size[0]:
                found[path, "too wide"] = []
    assert found == {}


# ---------------------------------------------------------------- an article's revisions and saved copy

HOSTILE = b"""<html><head><title>March</title><meta http-equiv=refresh content="0;url=/evil"><script>window.ran=1;alert(1)</script>
<base href="http://evil.example/"></head><body onload="alert(2)"><p>Police detained 100 people.</p><img src=/favicon.ico onerror=alert(3)>
<form action=/alerts method=post><button>Press</button></form></body></html>"""


def test_revisions_stand_side_by_side_and_the_saved_page_runs_nothing(desk: Desk, page: Page) -> None:
    archive = Archive(desk.settings.home, "test")
    offset, _ = archive.write(
        "https://x.example/a", "200 OK", [("Content-Type", "text/html")], HOSTILE, NOON.isoformat()
    )
    archive.close()
    saved = make_page(
        url="https://x.example/a",
        warc_path="test",
        warc_offset=offset,
        size=len(HOSTILE),
        digest=sha256(HOSTILE).hexdigest(),
    )
    first = make_article(
        url="https://x.example/a", title="March", text="Police detained 100 people.\n\nTrams stood still."
    )
    second = make_article(
        url="https://x.example/a", title="March", text="Police detained 80 people.\n\nTrams stood still.", revision=2,
        previous_id=first.id, page_id=saved.id,
    )  # fmt: skip
    store = open_store(desk.settings.store_url)
    store.apply(Batch(put=[saved, first, second]))
    store.close()
    page.on("dialog", lambda dialog: pytest.fail("a script of the saved page ran"))
    page.goto(f"/articles/{second.id}")
    assert page.locator(".revisions del").all_inner_texts() == ["100"]
    assert page.locator(".revisions ins").all_inner_texts() == ["80"]
    answer = page.request.get(f"/articles/{second.id}/saved")
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert HOSTILE.decode() == answer.text()
    with new_page(desk.browser, desk.origin, heedless=True) as other:
        other.on("dialog", lambda dialog: pytest.fail("a script of the saved page ran"))
        other.goto(f"/articles/{second.id}/saved")
        other.wait_for_timeout(500)
        assert other.url.endswith("/saved")
        assert other.get_by_text("Police detained 100 people.").is_visible()
        assert other.title() == "March"
    assert page.request.get(f"/articles/{first.id}/saved").status == 404
