"""The web page over a real store: every link leads somewhere, news is text, alerts are changed by its own forms alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from console.web.desk import asset
from console.web.shown import bars, explained, marked_text, matches
from processing.pipeline.work import Work
from processing.store import Batch, open_store
from schemas.records import Alert, CopyGroup, FigureDay, Run, Story
from schemas.settings import Settings
from spiders.warc import Archive
from tests.support.records import (
    NOON,
    make_alert,
    make_article,
    make_claim,
    make_denial,
    make_figure,
    make_finding,
    make_page,
)
from tests.test_pipeline import POLICE, UNION, Clock, arrive
from tests.visit import Visitor, crawl, visit

SCRIPT = asset("desk.js")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of a store that holds two articles and their one contradiction, with a run."""
    home = tmp_path / "home"
    home.mkdir()
    given = Settings(
        home=home, ship_outlets=False, ship_topics=False, topics=(tmp_path / "topics",), outlets=(tmp_path / "outlets",)
    )
    store = open_store(given.store_url)
    arrive(Work(store, given, {}, {}, now=Clock()), POLICE, UNION)
    run = Run("r1", NOON, NOON, "hand", {"clean": {"done": 2}}, (), ("outlet gb/x failed",))
    store.apply(Batch(put=[run, CopyGroup("g", (POLICE.id, UNION.id), POLICE.id)]))
    store.close()
    return given


@pytest.fixture
def client(settings: Settings) -> Iterator[Visitor]:
    with visit(settings) as made:
        yield made


def alert_of(settings: Settings) -> Alert:
    store = open_store(settings.store_url)
    (alert,) = store.find(Alert)
    store.close()
    return alert


def keep(settings: Settings, *records: object) -> None:
    """Puts records beside those that are there."""
    store = open_store(settings.store_url)
    store.apply(Batch(put=list(records)))
    store.close()


def text_of(html: str) -> str:
    """What a reader sees."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


# ---------------------------------------------------------------- what is shown


def test_every_link_leads_to_a_page(client: Visitor) -> None:
    pages = crawl(client)
    assert {path.split("/")[1] for path in pages} >= {
        "alerts",
        "figures",
        "articles",
        "claims",
        "stories",
        "runs",
        "brief",
        "assets",
    }
    assert {page.status for page in pages.values()} == {200}


def test_a_contradiction_shows_both_sides_with_their_sentences(client: Visitor, settings: Settings) -> None:
    for path in ("/", f"/alerts/{alert_of(settings).id}"):
        shown = client.get(path).text
        assert "<mark>300</mark>" in shown
        assert "<mark>100</mark>" in shown
        told = text_of(shown)
        assert "The Lawyers' Union" in told
        assert "sources disagree" in told


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1), ("?severity=high", 1), ("?severity=low", 0), ("?state=closed", 0), ("?state=all&finding=conflicts", 1), ("?finding=jumps", 0),
        ("?topic=floods", 0), ("?page=2", 1), ("?outlet=xx/courier", 1), ("?outlet=xx/none", 0), ("?source=the+Lawyers%27+Union", 1),
        ("?source=nobody", 0), ("?type=police", 1), ("?type=union", 1), ("?type=court", 0), ("?from=2025-01-20", 1), ("?from=2025-01-21", 0), ("?to=2025-01-20", 1), ("?to=2025-01-19", 0),
        ("?outlet=xx/courier&source=police&severity=high", 1), ("?outlet=xx/courier&severity=low", 0),
    ],
)  # fmt: skip
def test_contradictions_are_filtered(query: str, count: int, client: Visitor) -> None:
    assert re.search(r"Today (\d+) contradiction", text_of(client.get(f"/{query}").text))[1] == str(count)  # type: ignore[index]


def test_browsers_that_ask_for_an_icon_get_one(client: Visitor) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status, answer.headers["location"]) == (301, asset("favicon.svg"))


def test_a_later_page_of_the_brief_leads_back(client: Visitor) -> None:
    assert 'rel="prev"' not in client.get("/brief").text
    assert 'rel="prev" href="/brief?page=1"' in client.get("/brief?page=2").text


def test_a_figure_shows_who_says_what_day_by_day(client: Visitor, settings: Settings) -> None:
    shown = client.get(f"/figures/{alert_of(settings).figure}").text
    told = text_of(shown)
    for part in ("people detained", "Who says it, and through whom", "police", "the Lawyers' Union", "Every claim"):
        assert part.casefold() in told.casefold()
    assert shown.count('<svg class="bar"') == 1
    picture = client.get(f"/figures/{alert_of(settings).figure}.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in picture.content


def test_an_article_shows_its_numbers_and_where_it_stands_too(client: Visitor) -> None:
    shown = client.get(f"/articles/{POLICE.id}").text
    assert re.search(r'<mark id="(\w+)"><a href="/claims/\1">100</a></mark>', shown)
    assert f'href="{POLICE.url}"' in shown


def test_search(client: Visitor) -> None:
    assert "<mark>Lawyers</mark>" in client.get("/search?q=lawyers").text
    assert "No article is so" in client.get("/search?q=zebra").text


def test_what_an_article_holds_is_text(client: Visitor, settings: Settings) -> None:
    evil = "<script>alert(1)</script>"
    article = replace(
        make_article(text=f"Floods killed 27 people, {evil} said."),
        title=evil,
        url="javascript:alert(1)",
        outlet_name=evil,
    )
    claim = replace(
        make_claim(article_id=article.id), source=evil, sentence=article.text, url=article.url, outlet_name=evil
    )
    figure = replace(make_figure(id="evil", title=evil), claims=(claim.id,))
    keep(settings, article, claim, figure)
    for path in (f"/articles/{article.id}", f"/claims/{claim.id}", "/figures/evil", "/search", f"/search?q={evil}"):
        answer = client.get(path)
        assert answer.status == 200
        assert "<script>" not in answer.text
        assert "javascript:" not in answer.text.replace("javascript:alert(1)</", "")


@pytest.mark.parametrize(
    "url",
    [
        "http://[",
        "http://[::1",
        "http://ex\u2100mple.example/",
        "data:text/html,x",
        "//evil.example",
        "",
        "\x00javascript:x",
    ],
)
def test_an_address_that_is_none_leads_nowhere(url: str, client: Visitor, settings: Settings) -> None:
    article = make_article(url=url, canonical_url=f"https://courier.example/{quote(url, safe='')}")
    claim = make_claim(id="odd", article_id=article.id, article_key=article.key, url=url)
    denial = make_denial(id="odd", article_id=article.id, article_key=article.key, url=url, source=None, published=None)
    figure = make_figure(id="odd", claims=("odd",), denials=("odd",))
    finding = make_finding(id="odd", figure="odd", earlier="odd", later="odd", explanation=f"link: {url}")
    alert = make_alert(id="odd", figure="odd", earlier="odd", later="odd", findings=("odd",), day=None)
    keep(settings, article, claim, denial, figure, finding, alert)
    for path in (f"/articles/{article.id}", "/claims/odd", "/figures/odd", "/alerts/odd", "/"):
        answer = client.get(path)
        assert (path, answer.status) == (path, 200)
        assert "at the outlet" not in re.sub(r'<a href="https?:[^"]*"[^>]*>at the outlet', "", answer.text)


def test_records_of_which_nothing_is_known_are_shown(client: Visitor, settings: Settings) -> None:
    article = replace(
        make_article(text=""),
        title=None,
        published=None,
        published_precision=None,
        published_day=None,
        language=None,
        country=None,
    )
    nothing = dict.fromkeys(
        ("low", "high", "what", "event", "place", "source", "source_id", "as_of", "published", "published_precision")
    )
    claim = make_claim(
        id="bare",
        article_id=article.id,
        article_key=article.key,
        text="",
        sentence="",
        source_status="unresolved",
        **nothing,
    )
    figure = make_figure(id="bare", title="", kind=None, claims=("bare", "gone"), denials=("gone",), story="gone")
    empty = make_figure(id="empty", claims=())
    finding = make_finding(id="bare", figure="bare", earlier="bare", later="gone", gap=float("inf"))
    alerts = [make_alert(id=id, figure=figure, earlier="gone", later=later, findings=(id,), outlets=(), day=None)
              for id, figure, later in (("bare", "bare", "bare"), ("gone", "gone", "gone"))]  # fmt: skip
    days = [
        FigureDay("bare", NOON.date(), 0, 0, 0, False, 1, ()),
        FigureDay("empty", NOON.date(), -1, None, 1e300, True, 1, ()),
    ]
    story = Story("bare", ("gone",), "", None, None)
    keep(
        settings,
        article,
        claim,
        figure,
        empty,
        finding,
        *alerts,
        *days,
        story,
        Run("bare", NOON, None, "", {"clean": {}}),
        CopyGroup("c", ("gone",), "gone"),
    )
    paths = [
        f"/articles/{article.id}",
        "/claims/bare",
        "/alerts/bare",
        "/alerts/gone",
        "/stories/bare",
        "/runs/bare",
        "/",
        "/runs",
        "/stories",
    ]
    paths += ["/figures/bare", "/figures/empty"]
    assert {path: client.get(path).status for path in paths} == dict.fromkeys(paths, 200)
    assert (
        "<img" not in client.get("/figures/bare").text + client.get("/figures/empty").text
    )  # nothing that could be drawn
    assert client.get("/figures/bare.svg").status == 400


def test_a_long_list_is_shown_whole_when_asked_for(client: Visitor, settings: Settings) -> None:
    article = make_article(text="12 died. " * 205)
    claims = [
        make_claim(id=f"x{i}", article_id=article.id, article_key=article.key, start=9 * i, end=9 * i + 2)
        for i in range(205)
    ]
    keep(settings, article, *claims, make_figure(id="long", claims=tuple(c.id for c in claims)))
    for path, listed in (
        (f"/articles/{article.id}", r"<li><a href=./claims/x"),
        ("/figures/long", r"href=./claims/x\d+.>how"),
    ):
        assert len(re.findall(listed, client.get(path).text)) == 200
        assert 'href="?all=1">All 205 claims' in client.get(path).text
        assert len(re.findall(listed, client.get(f"{path}?all=1").text)) == 205


def test_a_page_of_contradictions_holds_the_gravest_then_the_newest(client: Visitor, settings: Settings) -> None:
    there = alert_of(settings)
    more = [
        make_alert(
            id=f"x{i}", figure=there.figure, raised_at=NOON + timedelta(days=i), severity="high" if i % 3 else "low"
        )
        for i in range(90)
    ]
    keep(settings, replace(there, state="closed"), *more)
    shown = [
        re.findall(r'<p class="what">.*<a href="/alerts/x(\d+)">', client.get(f"/?page={page}").text)
        for page in (1, 2, 3, 4)
    ]
    assert list(map(len, shown)) == [40, 40, 10, 0]
    assert [int(i) for page in shown for i in page] == sorted(range(90), key=lambda i: (i % 3 == 0, -i))


def test_a_saved_page_is_shown_where_its_archive_is_kept(client: Visitor, settings: Settings) -> None:
    """Archives are deleted after a while, or lie in another home: the article stays, without a link to its page."""
    body = b"<p>Police detained 100 people.</p>"
    archive = Archive(settings.home, "test.warc.gz")
    offset, _ = archive.write("https://x.example/a", "200 OK", [("Content-Type", "text/html")], body, NOON.isoformat())
    archive.close()
    page = make_page(warc_path="test.warc.gz", warc_offset=offset, size=len(body), digest=sha256(body).hexdigest())
    article = make_article(page_id=page.id)
    keep(settings, page, article)
    path = f"/articles/{article.id}"
    assert f'href="{path}/saved"' in client.get(path).text
    assert client.get(f"{path}/saved").content == body
    (settings.home / "test.warc.gz").unlink()
    assert f'href="{path}/saved"' not in client.get(path).text
    gone = client.get(f"{path}/saved")
    assert gone.status == 404
    assert "its archive is not kept here" in gone.text


def test_a_damaged_archive_is_told(client: Visitor, settings: Settings) -> None:
    (settings.home / "test.warc.gz").write_bytes(b"no archive")
    page = make_page(warc_path="test.warc.gz", warc_offset=0, size=3, digest="0" * 64)
    article = make_article(page_id=page.id)
    keep(settings, page, article)
    told = client.get(f"/articles/{article.id}/saved")
    assert told.status == 500
    assert "the saved page test.warc.gz cannot be read" in told.text


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    with visit(Settings(home=tmp_path, ship_topics=False, ship_outlets=False)) as client:
        assert "counterclaim run" in client.get("/").text
        assert {page.status for page in crawl(client).values()} == {200}


# ---------------------------------------------------------------- bad requests


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/nothing", 404, "there is no page /nothing"),
        ("/alerts/abc", 404, "no alert 'abc'"),
        ("/figures/abc", 404, "no figure 'abc'"),
        ("/figures/abc.svg", 404, "no figure 'abc'"),
        ("/articles/abc", 404, "no article 'abc'"),
        ("/claims/abc", 404, "no claim 'abc'"),
        ("/stories/abc", 404, "no story 'abc'"),
        ("/runs/abc", 404, "no run 'abc'"),
        ("/?state=lost", 400, "state: 'lost' is none of open, acknowledged"),
        ("/?severity=grave", 400, "severity: 'grave' is none of high, low"),
        ("/?finding=odd", 400, "finding: 'odd' is none of"),
        ("/?page=0", 400, "page: '0' is no number of a page"),
        ("/?page=x", 400, "page: 'x' is no number of a page"),
        ("/search?q=..", 400, "'..' has no word to search for"),
        ("/brief?since=noon", 400, "since: 'noon' is no ISO date"),
        ("/brief?topic=none", 400, "no topic 'none'"),
        ("/brief?since=0001-01-01", 400, "since: '0001-01-01' is out of range"),
        ("/brief?since=9999-12-31", 400, "since: '9999-12-31' is out of range"),
        ("/search?q=" + "w+" * 51, 400, "51 words are too many to search for"),
        ("/search?q=%00", 400, "has no word to search for"),
        ("/alerts/%2e%2e", 404, "no alert '..'"),
        ("/alerts/%ff%00", 404, "no alert"),
        ("/alerts/a%2Fb%2Fc", 404, "there is no page /alerts/a/b/c"),
        ("/alerts/a/close", 405, "/alerts/a/close cannot be asked with GET"),
        ("/?page=%C2%B2", 400, "is no number of a page"),
    ],
)
def test_a_bad_address_is_told(path: str, status: int, told: str, client: Visitor) -> None:
    answer = client.get(path)
    assert answer.status == status
    assert told in text_of(answer.text)


def test_a_store_that_cannot_be_read_is_told(settings: Settings, client: Visitor) -> None:
    (settings.home / "counterclaim.db").write_bytes(b"no database" * 1000)
    answer = client.get("/")
    assert answer.status == 503
    assert "counterclaim.db" in answer.text


def test_nothing_is_loaded_from_elsewhere_and_no_other_site_may_frame_it(client: Visitor) -> None:
    for path, page in crawl(client).items():
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert ("unsafe-inline" in policy) == (path.startswith("/brief"))
        assert ("script-src 'self'" in policy) != path.startswith("/brief")
        assert page.headers["x-content-type-options"] == "nosniff"
        if page.headers["content-type"].startswith("text/html") and not path.startswith("/brief"):
            scripts = re.findall(r'<script(?: type="module")? src="(/assets/[^"]*)"(?: defer)?>', page.text)
            assert len(scripts) == page.text.count("<script") == (3 if "data-spec" in page.text else 1)
            assert SCRIPT in scripts
            assert " style=" not in page.text
    assert client.get("/", headers={"host": "evil.example"}).status == 400


# ---------------------------------------------------------------- changing alerts


def test_an_alert_is_changed_with_a_name_and_a_reason(client: Visitor, settings: Settings) -> None:
    alert = alert_of(settings)
    answer = client.post(
        f"/alerts/{alert.id}/false_positive", {"by": "Ada", "reason": "two marches"}, {"origin": client.origin}
    )
    assert (answer.status, answer.headers["location"]) == (303, f"/alerts/{alert.id}")
    changed = alert_of(settings)
    assert changed.state == "false_positive"
    assert [(e.by, e.action, e.reason) for e in changed.history][-1] == ("Ada", "false_positive", "two marches")
    shown = client.get(f"/alerts/{alert.id}").text
    assert "two marches" in shown
    assert f'formaction="/alerts/{alert.id}/reopen"' in shown
    assert f'formaction="/alerts/{alert.id}/acknowledge"' not in shown


@pytest.mark.parametrize(
    ("path", "form", "origin", "status", "told"),
    [
        ("{id}/acknowledge", {"by": "Ada"}, None, 403, "not of this site"),
        ("{id}/acknowledge", {"by": "Ada"}, "http://evil.example", 403, "not of this site"),
        ("{id}/acknowledge", {"by": "Ada"}, "null", 403, "not of this site"),
        ("{id}/acknowledge", {"by": "Ada"}, "http://[", 403, "not of this site"),
        ("{id}/acknowledge", {}, "own", 400, "needs the name of who does it"),
        ("{id}/acknowledge", {"by": "\0\u202e"}, "own", 400, "needs the name of who does it"),
        ("{id}/acknowledge", {"by": "A" * 81}, "own", 400, "your name: 81 characters are too many"),
        ("{id}/acknowledge", {"by": " "}, "own", 400, "needs the name of who does it"),
        ("{id}/reconcile", {"by": "Ada"}, "own", 400, "needs a reason"),
        ("{id}/reopen", {"by": "Ada", "reason": "x"}, "own", 400, "is open: reopen is not possible"),
        ("{id}/explode", {"by": "Ada"}, "own", 400, "'explode' is none of"),
        ("abc/acknowledge", {"by": "Ada"}, "own", 404, "no alert 'abc'"),
        ("{id}/acknowledge", {"by": "A" * 50_000}, "own", 413, "too long"),
    ],
)
def test_a_change_that_is_not_possible(
    path: str, form: dict[str, str], origin: str | None, status: int, told: str, client: Visitor, settings: Settings
) -> None:
    before = alert_of(settings)
    headers = {} if origin is None else {"origin": client.origin if origin == "own" else origin}
    answer = client.post(f"/alerts/{path.format(id=before.id)}", form, headers)
    assert answer.status == status
    assert told in text_of(answer.text)
    assert alert_of(settings) == before


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, None, 411),
        ({"transfer-encoding": "chunked"}, b"6\r\nby=Ada\r\n0\r\n\r\n", 411),
        ({"content-length": "6", "content-type": "application/json"}, b"by=Ada", 415),
        ({"content-length": "6", "content-type": "multipart/form-data; boundary=x"}, b"by=Ada", 415),
        ({"content-length": "6x"}, b"by=Ada", 400),
        ({"content-length": "6", "content-type": "application/x-www-form-urlencoded; charset=utf-8"}, b"by=Ada", 303),
    ],
)
def test_what_a_form_must_say_of_itself(
    headers: dict[str, str], body: bytes | None, status: int, client: Visitor, settings: Settings
) -> None:
    before = alert_of(settings)
    assert (
        client.send("POST", f"/alerts/{before.id}/acknowledge", body, {"origin": client.origin, **headers}).status
        == status
    )
    assert (alert_of(settings) == before) == (status != 303)


@pytest.mark.parametrize(
    "path", ["/", "/figures", "/stories", "/search", "/paste", "/runs", "/brief", asset("style.css"), "/healthz"]
)
def test_only_the_head_of_a_page(path: str, client: Visitor) -> None:
    answer = client.send("HEAD", path, None, {})
    assert (answer.status, answer.content) == (200, b"")


def test_many_readers_at_once_while_a_run_writes(client: Visitor, settings: Settings) -> None:
    paths = ["/", "/figures", "/search?q=police", "/stories", "/runs"] * 8
    with ThreadPoolExecutor(len(paths)) as readers:
        asked = [readers.submit(client.get, path) for path in paths]
        for i in range(20):
            keep(
                settings,
                make_alert(id=f"w{i}", figure="w"),
                make_article(text=f"Police counted {i}.", url=f"https://courier.example/{i}"),
            )
        assert {answer.result().status for answer in asked} == {200}


def test_a_page_for_readers_alone(settings: Settings) -> None:
    alert = alert_of(settings)
    with visit(settings, changes=False) as client:
        assert "<form method" not in client.get(f"/alerts/{alert.id}").text
        assert client.post(f"/alerts/{alert.id}/acknowledge", {"by": "Ada"}, {"origin": client.origin}).status == 403
    assert alert_of(settings) == alert


# ---------------------------------------------------------------- the command


def test_it_is_served_until_it_is_stopped(settings: Settings) -> None:
    command = [sys.executable, "-m", "console.cli", "--home", str(settings.home), "serve", "--port", "0"]
    environment = {**os.environ, "COUNTERCLAIM_SHIP_OUTLETS": "false", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as served:
        try:
            assert served.stdout is not None
            found = re.search(r"(http://127\.0\.0\.1:(\d+)/)", served.stdout.readline())
            assert found
            with urllib.request.urlopen(found[1], timeout=60) as answer:
                assert "<mark>300</mark>" in answer.read().decode()
            again = subprocess.run(
                [*command[:-1], found[2]], capture_output=True, text=True, timeout=240, env=environment
            )
        finally:
            served.terminate()
            served.wait(60)
    assert again.returncode == 2
    assert re.search(rf"counterclaim: 127\.0\.0\.1:{found[2]}: .*in use; choose another --port", again.stderr)


# ---------------------------------------------------------------- how records are shown


def test_numbers_are_marked_in_their_paragraph() -> None:
    article = make_article(text="Floods killed 27 people.\n\nIn Aro 12 died.\nSo did 3 dogs.")
    claims = [
        make_claim(id=f"c{t}", start=article.text.index(t), end=article.text.index(t) + len(t), text=t)
        for t in ("12", "27", "2 died")
    ]
    shown = [[(p.text, p.claim) for p in paragraph] for paragraph in marked_text(article, claims)]
    assert shown == [
        [("Floods killed ", None), ("27", "c27"), (" people.", None)],
        [("In Aro ", None), ("12", "c12"), (" died.\nSo did 3 dogs.", None)],
    ]


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ("... the [flood] and the [floods]", [("... the ", None), ("flood", ""), (" and the ", None), ("floods", "")]),
        ("no match", [("no match", None)]),
        ("", []),
    ],
)
def test_matches(snippet: str, expected: list[tuple[str, str | None]]) -> None:
    assert [(p.text, p.claim) for p in matches(snippet)] == expected


def test_an_explanation_line_by_line() -> None:
    told = "Rule: conflicts; a total.\nEarlier: “[[300]] died.”\n  link: https://a.example/x\nlink: javascript:x\nA line without a label that is long: yes"
    shown = [(label, [(p.text, p.claim) for p in parts], url) for label, parts, url in explained(told)]
    assert shown == [
        ("Rule", [("conflicts; a total.", None)], None),
        ("Earlier", [("“", None), ("300", ""), (" died.”", None)], None),
        ("link", [("https://a.example/x", None)], "https://a.example/x"),
        ("link", [("javascript:x", None)], None),
        ("", [("A line without a label that is long: yes", None)], None),
    ]


def test_bars_stand_on_one_scale() -> None:
    day = NOON.date()
    days = [
        FigureDay("f", day, 100, 100, 100, False, 1, ()),
        FigureDay("f", day.replace(day=23), 100, 100, 100, False, 1, ()),
        FigureDay("f", day.replace(day=24), 100, 400, None, True, 2, ()),
        FigureDay("f", day.replace(day=25), None, None, None, False, 0, ()),
    ]
    shown, top = bars(make_figure(), days)
    assert top == "400"
    assert [(b.low, b.central, b.high, b.open, b.at and b.at[0] < b.at[1]) for b in shown] == [
        ("100", "100", "100", False, False), ("100", "400", "open", True, True), ("–", "–", "–", False, None),
    ]  # fmt: skip
