"""The pages of an outlet, a source, a topic and the stories; an article that is corrected in place; for every reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from console.web.standing import source_address, source_page, stories_page
from processing.store import Batch, Where
from schemas.records import Alert, Article, Claim, Coverage, Figure, FigureDay, Outcome, Run, Story
from schemas.settings import Settings
from tests.support.browser import DESKTOP, PHONE, new_page
from tests.support.desk_store import desk_settings, opened
from tests.support.records import NOON, make_article, make_claim
from tests.test_pipeline import POLICE, UNION
from tests.test_web import text_of
from tests.visit import Visitor, visit

HOSTILE = "<img src=x onerror=alert(1)>"
ARABIC = "قتل ١٢ شخصا في الفيضانات، قالت الوزارة"
TOPIC = "name: kentor\ntitle: Kentor\nmatch: [[Kentor]]\nfigures:\n  held: {what: [people], event: [detain], title: people held}\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    given = desk_settings(tmp_path)
    (given.home / "topics").mkdir()
    (given.home / "topics" / "kentor.yml").write_text(TOPIC)
    with opened(given) as work:
        silent = Coverage("xx/courier", 9, 1, 2, 1, 0, f"silent {HOSTILE}", 20, "Courier")
        edited = replace(
            POLICE,
            id="e2",
            revision=2,
            previous_id=POLICE.id,
            digest="x",
            text=f"{ARABIC}\n\n{HOSTILE}",
            language="ar",
            teaser=True,
        )
        refused = Outcome("o9", "clean", HOSTILE, "rejected", "pay_wall", f"a wall {HOSTILE}", "xx/courier", NOON, "r2")
        work.store.apply(Batch(put=[Run("r2", NOON, NOON, "hand", {}, (silent,)), edited, refused]))
    return given


@pytest.fixture
def client(settings: Settings) -> Iterator[Visitor]:
    with visit(settings) as made:
        yield made


def figure_of(settings: Settings) -> Figure:
    with opened(settings) as work:
        return work.store.get(Figure, next(work.store.find(Alert)).figure)


def sources(settings: Settings) -> list[str]:
    with opened(settings) as work:
        return sorted({a for c in work.store.find(Claim) if (a := source_address(c.source_id))})


def test_an_outlet_tells_how_fresh_it_is_what_was_refused_and_what_it_edited(client: Visitor) -> None:
    shown = client.get("/outlets/xx/courier").text
    told = text_of(shown)
    for part in (
        "2 articles",
        "silent <img",
        "clean: pay wall 1",
        "a wall <img",
        "revision 2",
        "sources disagree",
        "20",
    ):
        assert part in told, part
    assert HOSTILE not in shown
    listed = text_of(client.get("/outlets").text)
    assert "Courier" in listed
    assert "xx/ledger" in listed
    assert client.get("/outlets/xx/none").status == 404
    assert client.get("/outlets/../etc").status == 404


VERDICTS = [
    (300, 300, "above it, 2.5 times", False), (100, 100, "within it", True), (120, None, "within it", True), (10, 10, "below it, 8 times", False),
    (None, 90, "within it", True), (0, 0, "below it", False), (79, 79, "below it", False),
]  # fmt: skip


@pytest.mark.parametrize(("low", "high", "verdict", "held"), VERDICTS)
def test_a_sources_numbers_stand_against_later_ones(
    low: float | None, high: float | None, verdict: str, held: bool, settings: Settings
) -> None:
    with opened(settings) as work:
        figure = Figure(
            id="f9", title="people held", kind="level", unit="count", claims=("c9",), harm=False, alerts=True
        )
        claim = make_claim(id="c9", low=low, high=high, source_id="mayor", source="the mayor", figure="f9")
        later = FigureDay("f9", NOON.date() + timedelta(days=3), 80, 100, 120, False, 2, ())
        work.store.apply(Batch(put=[figure, replace(claim, article_id=POLICE.id, article_key=POLICE.key), later]))
        shown = source_page(work, "mayor")
    assert [(r.verdict, r.held, r.now) for r in shown["rows"]] == [(verdict, held, "80 to 120")]


def test_a_source_has_a_type_and_the_topic_files_grade(client: Visitor, settings: Settings) -> None:
    with opened(settings) as work:
        claim = make_claim(id="c8", source_id="union", source="the union", source_type="union", source_grade="C")
        work.store.apply(Batch(put=[replace(claim, article_id=POLICE.id, article_key=POLICE.key)]))
        assert {c.source_type for c in work.store.find(Claim, Where("source_type", "=", "union"))} == {"union"}
    assert "union, grade C · " in text_of(client.get("/sources/union").text)
    told = text_of(client.get("/sources/police").text)
    assert told.partition("Police police ")[2].startswith("· ")


def test_a_topic_shows_its_figures_contradictions_and_articles(client: Visitor, settings: Settings) -> None:
    told = text_of(client.get("/topics/kentor").text)
    assert "Kentor" in told
    assert "that mention Kentor" in told.replace("mentions", "mention")
    assert client.get("/topics/none").status == 404


def test_a_story_shows_what_a_topic_follows_in_it(client: Visitor, settings: Settings) -> None:
    with opened(settings) as work:
        story = next(work.store.find(Story))
        figure = figure_of(settings)
        work.store.apply(Batch(put=[replace(figure, topic="kentor", story=None, name="held")]))
    told = text_of(client.get(f"/stories/{story.id}").text)
    assert "Figures" in told
    assert "people detained" in told
    assert "sources disagree" in told


def test_a_figure_is_found_by_the_name_that_commands_call_it(client: Visitor, settings: Settings) -> None:
    figure = figure_of(settings)
    with opened(settings) as work:
        work.store.apply(Batch(put=[replace(figure, topic="kentor", story=None, name="held")]))
    answer = client.get("/figures/kentor/held")
    assert (answer.status, answer.headers["location"]) == (307, f"/figures/{figure.id}")
    assert client.get("/figures/kentor/none").status == 404


def test_one_name_in_two_ways_of_writing_is_told_once(client: Visitor, settings: Settings) -> None:
    with opened(settings) as work:
        names = ("the agency", "The agency", "Civil Service", "the agency", "the service")
        claims = [make_claim(id=f"n{i}", source_id="cs", source=name, start=i) for i, name in enumerate(names)]
        work.store.apply(Batch(put=[replace(c, article_id=POLICE.id, article_key=POLICE.key) for c in claims]))
        shown = source_page(work, "cs")
    assert (shown["name"], sorted(shown["others"])) == ("The agency", ["Civil Service", "the service"])


def test_a_storys_row_has_its_figures_and_contradictions(client: Visitor, settings: Settings) -> None:
    with opened(settings) as work:
        rows = stories_page(work, {})["stories"]
        assert [([f.title for f, _ in figures], [a.finding for a in quarrels]) for _, figures, quarrels in rows] == [
            (["people detained"], ["conflicts"])
        ]
        story = rows[0][0].id
    assert "sources disagree" in text_of(client.get("/stories").text)
    assert "sources disagree" in text_of(client.get(f"/stories/{story}").text)


@pytest.mark.parametrize(
    "path",
    [
        "/?page=" + "9" * 5000,
        "/search?cursor=" + "1" * 5000,
        "/audit?page=" + "9" * 5000,
        "/?page=-1",
        "/?page=0",
        "/?page=" + "٣" * 9,
    ],
)
def test_a_number_of_a_page_that_is_none_is_told(path: str, client: Visitor) -> None:
    assert client.get(path).status == 400


# ---------------------------------------------------------------- in a browser


def test_a_claim_is_corrected_in_its_article(chromium: Browser, client: Visitor, settings: Settings) -> None:
    with new_page(chromium, client.origin) as page:
        page.goto(f"/articles/{UNION.id}")
        item = page.locator("aside li").first
        item.locator("summary").click()
        item.get_by_label("Value").fill("250")
        item.get_by_label("Your name").fill("Ada")
        item.get_by_label("Why").fill("court lists")
        item.get_by_role("button", name="Correct").click()
        page.wait_for_url(f"**/articles/{UNION.id}")
        page.locator("aside li a").first.click()
        page.get_by_text("Ada: court lists").wait_for()


def test_a_search_is_saved_and_followed(chromium: Browser, client: Visitor) -> None:
    with new_page(chromium, client.origin) as page:
        page.goto("/search?q=police")
        page.get_by_text("Save and follow this search").click()
        page.get_by_label("Name of the search").fill(HOSTILE)
        page.get_by_label("Your name").fill("Ada")
        page.get_by_role("button", name="Save").click()
        page.goto("/searches")
        page.get_by_role("link", name=HOSTILE, exact=True).click()
        page.wait_for_url("**/search?q=police")
        page.goto("/")
        assert page.get_by_role("link", name=HOSTILE, exact=True).is_visible()
        page.goto("/searches")
        page.get_by_role("button", name="Drop").click()
        page.get_by_text("None yet").wait_for()


SMALL = """() => [...document.querySelectorAll('button, input:not([type=hidden]), select, summary, nav a, .chips a, .tools a, .me a')]
  .filter(e => e.checkVisibility() && !e.closest('.unseen'))
  .map(e => (e.type === 'checkbox' && e.closest('label') ? e.closest('label') : e))
  .filter(e => e.getBoundingClientRect().height < 23.5 || e.getBoundingClientRect().width < 23.5).map(e => e.outerHTML.slice(0, 90))"""
HEADERS = "() => [...document.querySelectorAll('th:not([scope])')].length"


def pages(settings: Settings) -> list[str]:
    with opened(settings) as work:
        story = figure_of(settings).story
        edited = next(iter(work.store.find(Article, Where("revision", ">=", 2)))).id
        alert = next(work.store.find(Alert)).id
    figure = figure_of(settings)
    return [
        "/", "/outlets", "/outlets/xx/courier", sources(settings)[0], "/topics/kentor", "/stories", f"/stories/{story}", f"/articles/{edited}",
        f"/articles/{UNION.id}", "/searches", "/search?q=police", "/figures", f"/figures/{figure.id}", f"/alerts/{alert}", "/people", "/audit",
        f"/claims/{figure.claims[0]}", "/findings", "/runs", "/runs/r2", "/paste",
    ]  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_for_everybody(
    size: tuple[int, int], dark: bool, chromium: Browser, client: Visitor, settings: Settings
) -> None:
    found: dict[tuple[str, str], object] = {}
    with new_page(chromium, client.origin, size=size, dark=dark) as page:
        page.on("dialog", lambda dialog: pytest.fail("a script of a text ran"))
        for path in pages(settings):
            page.goto(path)
            told = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
            for v in told.response["violations"]:
                found[path, v["id"]] = [node["html"][:120] for node in v["nodes"][:3]]
            if small := page.evaluate(SMALL):
                found[path, "below 24 px"] = small
            if page.evaluate(HEADERS):
                found[path, "th without scope"] = True
            if page.evaluate("document.documentElement.scrollWidth") > size[0]:
                found[path, "too wide"] = True
    assert found == {}


def test_at_twice_the_size_nothing_is_lost(chromium: Browser, client: Visitor, settings: Settings) -> None:
    """1280 px at 200 % are 640 px of CSS."""
    with new_page(chromium, client.origin, size=(640, 400)) as page:
        wide = [path for path in pages(settings) if lost(page, path)]
    assert wide == []


def lost(page: Page, path: str) -> bool:
    page.goto(path)
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def test_text_from_right_to_left_stands_so(chromium: Browser, client: Visitor, settings: Settings) -> None:
    with opened(settings) as work:
        edited = next(iter(work.store.find(Article, Where("revision", ">=", 2)))).id
        work.store.apply(
            Batch(put=[make_article(url="https://x.example/ar", title=ARABIC, text=ARABIC, language="ar")])
        )
    with new_page(chromium, client.origin) as page:
        page.goto(f"/articles/{edited}")
        assert page.get_by_text(ARABIC).first.evaluate("e => getComputedStyle(e).direction") == "rtl"
        page.goto("/search")
        assert page.get_by_role("heading", name=ARABIC).evaluate("e => getComputedStyle(e).direction") == "rtl"
