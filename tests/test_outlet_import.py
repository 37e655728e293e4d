"""A feed reader's list as drafts of outlets: what each is, what the command and the page make of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from console.cli import app
from console.opml import checked_drafts, read_opml
from schemas.config import load_outlet
from schemas.errors import UsageError
from schemas.people import AuditEntry
from schemas.settings import Settings
from tests.support.browser import DESKTOP, PHONE, new_page
from tests.support.desk_store import desk_settings, opened, people
from tests.visit import Visitor, visit

KNOWN = "name: The Courier\ncountry: gb\nlanguage: en\ntimezone: UTC\nhome: https://courier.example/\nfeeds: [https://courier.example/rss]\n"


def opml(*outlets: tuple[str, str], country: str = "") -> str:
    """A list of (name, address of the feed)."""
    lines = [f"<outline text={quoteattr(n)} type='rss' xmlUrl={quoteattr(u)}/>" for n, u in outlets]
    body = f"<outline text='{country}'>{''.join(lines)}</outline>" if country else "".join(lines)
    return f"<?xml version='1.0' encoding='UTF-8'?><opml version='2.0'><body>{body}</body></opml>"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A desk that knows the Courier."""
    made = desk_settings(tmp_path)
    path = made.outlets[0] / "gb" / "courier.yml"
    path.parent.mkdir(parents=True)
    path.write_text(KNOWN)
    return made


@pytest.mark.parametrize(
    ("outlets", "told"),
    [
        ([("Ledger", "https://ledger.example/feed")], [("gb/ledger", "new", "")]),
        ([("Courier", "https://courier.example/rss")], [("gb/courier", "there", "a file of this name is there already")]),
        ([("Other Name", "http://Courier.example/rss/")], [("gb/othername", "known", "known as gb/courier")]),
        ([("A", "https://a.example/x"), ("A", "https://courier.example/rss")], [("gb/a", "new", ""), ("gb/courierexample", "known", "known as gb/courier")]),
        ([("News", "https://a.example/x"), ("News", "https://b.example/x")], [("gb/news", "new", ""), ("gb/bexample", "new", "")]),
        ([("Bad", "https://[::1"), ("Good", "https://good.example/x")], [("gb/bad", "faulty", None), ("gb/good", "new", "")]),
        ([("Bad", "https:///feed"), ("Good", "https://good.example/x")], [("gb/bad", "faulty", None), ("gb/good", "new", "")]),
    ],
)  # fmt: skip
def test_what_a_list_holds_is_checked(
    outlets: Sequence[tuple[str, str]], told: list[tuple[str, str, str | None]], settings: Settings
) -> None:
    known = [load_outlet(settings.outlets[0] / "gb" / "courier.yml")]
    found = checked_drafts(opml(*outlets).encode(), "gb", "UTC", known, settings.outlets[0])
    assert [(c.draft.id, c.state) for c in found] == [(id, state) for id, state, _ in told]
    assert [c.why for c, (_, _, why) in zip(found, told, strict=True) if why is not None] == [
        why for _, _, why in told if why is not None
    ]
    assert all(c.why for c in found if c.state == "faulty")


def test_a_known_feed_is_left_out_of_a_new_outlet(settings: Settings) -> None:
    known = [load_outlet(settings.outlets[0] / "gb" / "courier.yml")]
    data = (
        b"<opml><body><outline text='Ledger' htmlUrl='https://l.example/' xmlUrl='https://l.example/a'/>"
        b"<outline text='Ledger' htmlUrl='https://l.example/' xmlUrl='https://courier.example/rss'/></body></opml>"
    )
    (checked,) = checked_drafts(data, "gb", "Europe/London", known, None)
    assert (checked.state, checked.why) == ("new", "without 1 of its feeds: known as gb/courier")
    assert checked.draft.feeds == ("https://l.example/a",)
    assert 'home: "https://l.example/"' in checked.draft.text


@pytest.mark.parametrize("country", ["", "GB", "uk1", "../etc"])
def test_a_country_is_two_letters(country: str) -> None:
    with pytest.raises(UsageError, match="country"):
        checked_drafts(opml(("A", "https://a.example/x")).encode(), country, "UTC", [], None)


def test_the_command_goes_on_after_an_outlet_that_fails(settings: Settings, tmp_path: Path) -> None:
    list = tmp_path / "list.opml"
    list.write_text(
        opml(("Bad", "https:///feed"), ("Good", "https://good.example/x"), ("Twin", "https://courier.example/rss"))
    )
    (tmp_path / "home" / "counterclaim.toml").write_text("ship_outlets = false\n")
    done = CliRunner().invoke(app, ["--home", str(settings.home), "outlets", "import", str(list), "--country", "gb"])
    told = " ".join(done.output.split())
    assert done.exit_code == 1, done.output
    assert re.search(r"bad\.yml: not written: \S+", told)
    assert "good.yml: written" in told
    assert "twin.yml: not written, known as gb/courier" in told
    assert sorted(p.name for p in settings.outlets[0].glob("gb/*")) == ["courier.yml", "good.yml"]
    again = CliRunner().invoke(app, ["--home", str(settings.home), "outlets", "import", str(list), "--country", "gb"])
    assert "good.yml: not written, a file of this name is there already" in " ".join(again.output.split())


# ---------------------------------------------------------------- the page


@pytest.fixture
def site(settings: Settings) -> Iterator[Visitor]:
    with visit(settings) as made:
        yield made


@pytest.fixture(params=[(DESKTOP, False), (PHONE, True)], ids=["desktop", "phone, dark"])
def page(request: pytest.FixtureRequest, chromium: Browser, site: Visitor) -> Iterator[Page]:
    size, dark = request.param
    with new_page(chromium, site.origin, size=size, dark=dark) as made:
        yield made


def test_a_pasted_list_is_shown_before_anything_is_written(page: Page, settings: Settings) -> None:
    page.goto("/outlets")
    page.get_by_role("link", name="Take in a feed reader's list").click()
    list = opml(
        ("Ledger <b>", "https://ledger.example/feed"),
        ("Post", "https://post.example/feed"),
        ("Courier", "https://courier.example/rss"),
    )
    page.get_by_label("or as text").fill(list)
    page.get_by_label("Country").fill("gb")
    page.get_by_role("button", name="Look").click()
    assert "3 outlets in the list; 2 can be taken in" in page.inner_text("main")
    assert not (settings.outlets[0] / "gb" / "ledgerb.yml").exists()
    page.get_by_label("Take in Post").uncheck()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_role("button", name="Write the chosen").click()
    assert "1 outlet written" in page.inner_text("main")
    assert load_outlet(settings.outlets[0] / "gb" / "ledgerb.yml").name == "Ledger <b>"
    assert not (settings.outlets[0] / "gb" / "post.yml").exists()
    with opened(settings) as work:
        (entry,) = work.store.find(AuditEntry)
    assert (entry.author, entry.action, entry.told) == ("Ada", "import outlets", "gb/ledgerb")
    page.get_by_role("link", name="Ledger <b>").click()
    assert "Ledger <b>" in page.inner_text("h1")


def test_an_uploaded_list_is_read_in_its_own_encoding(page: Page) -> None:
    list = opml(("Überblick", "https://u.example/feed")).replace("UTF-8", "ISO-8859-1").encode("latin-1")
    page.goto("/outlets/import")
    page.set_input_files("input[type=file]", {"name": "feeds.opml", "mimeType": "text/x-opml", "buffer": list})
    page.get_by_label("Country").fill("de")
    page.get_by_role("button", name="Look").click()
    assert "Überblick" in page.inner_text("table")
    assert "de/uberblick" in page.inner_text("table")


@pytest.mark.parametrize(("given", "told"), [("nonsense", "no XML"), ("<opml><body/></opml>", "no feed")])
def test_what_is_no_list_is_told(given: str, told: str, page: Page) -> None:
    page.goto("/outlets/import")
    page.get_by_label("or as text").fill(given)
    page.get_by_label("Country").fill("gb")
    page.get_by_role("button", name="Look").click()
    assert told in page.inner_text("[role=alert]")
    assert page.get_by_label("or as text").input_value() == given


def test_a_list_of_another_site_or_of_a_reader_is_refused(settings: Settings, site: Visitor) -> None:
    form = {
        "list": opml(("A", "https://a.example/x")),
        "country": "gb",
        "timezone": "UTC",
        "write": "1",
        "keep": "gb/a",
    }
    assert site.post("/outlets/import", form, {"origin": "https://evil.example"}).status == 403
    people(settings)
    assert site.post("/outlets/import", form, {"origin": site.origin}).status in (401, 403)
    assert not (settings.outlets[0] / "gb" / "a.yml").exists()


def test_nothing_is_offered_where_nothing_can_be_changed(settings: Settings) -> None:
    with visit(settings, changes=False) as client:
        assert "/outlets/import" not in client.get("/outlets").text
        assert '<form method="post"' not in client.get("/outlets/import").text
        form = {"list": opml(("A", "https://a.example/x")), "country": "gb", "timezone": "UTC"}
        assert client.post("/outlets/import", form, {"origin": client.origin}).status == 403


def test_two_outlets_of_one_name_are_two() -> None:
    data = opml(("News", "https://a.example/1"), ("News", "https://b.example/1"), ("News", "https://b.example/2"))
    assert [d.id for d in read_opml(data.encode(), "gb", "UTC")] == ["gb/news", "gb/bexample"]
