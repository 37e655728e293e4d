"""The brief: what changed, who says so, open disputes, silent outlets, what was not read; in three formats."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from processing.brief import FORMATS, Brief, brief, render, to_html, to_markdown
from processing.brief.blocks import day_text
from processing.brief.record import Citation, Dispute, Silence, language_name
from processing.corrections import DeskFigure
from schemas.errors import UsageError
from schemas.records import Coverage, FigureDay
from tests.support.records import NOON, make_alert, make_claim, make_denial, make_figure

SINCE, NOW = NOON - timedelta(hours=6), NOON + timedelta(hours=6)
BEFORE = FigureDay("f1", date(2025, 1, 20), 10, 10, 10, False, 1, ("c0",))
AFTER = FigureDay("f1", date(2025, 1, 22), 12, 20, 20, False, 2, ("c1", "c2"))
OLD = make_claim(id="c0", low=10, high=10, published=NOON - timedelta(days=2))
FIRST = make_claim(id="c1", article_key="a")
AGAIN = make_claim(
    id="c1b", article_key="b", outlet="gb/herald", outlet_name="The Herald", published=NOON + timedelta(hours=1)
)
ARMY = make_claim(
    id="c2", article_key="c", low=20, high=20, source="the army", source_id="army", text="20", sentence="The army <said> 20 *died*.", start=16, end=18,
    sentence_end=27, outlet_name="A|B", published=NOON + timedelta(hours=2),
)  # fmt: skip
CLAIMS = {c.id: c for c in (OLD, FIRST, AGAIN, ARMY)}
FIGURE = make_figure(claims=("c0", "c1", "c1b", "c2"), denials=("d1",), topic="valley")
ALERT = make_alert(
    earlier="c1", later="c2", text="Police said 12; the army said 20.", raised_at=NOON, outlets=("gb/courier", "xx/ab")
)
DENIAL = make_denial()
COVERAGE = [
    Coverage("gb/courier", 5, 0, 0, 4, 0, None, 2),
    Coverage("gb/mute", 0, 0, 1, 0, 0, "timed out", 3),
    Coverage("kr/one", 1, 0, 0, 0, 1, None),
]
EMPTY: dict[str, Any] = {
    "title": "Morning brief", "figures": [], "claims": {}, "denials": {}, "days": {}, "alerts": [], "coverage": [], "unread": {}, "since": SINCE, "now": NOW,
}  # fmt: skip
FULL: dict[str, Any] = {
    **EMPTY, "figures": [FIGURE], "claims": CLAIMS, "denials": {"d1": DENIAL}, "days": {"f1": [BEFORE, AFTER]}, "alerts": [ALERT], "coverage": COVERAGE,
    "unread": {"ko": 14, "xx": 1, "fr": 0}, "pages": {"a.1": "warc/2025-01.warc.gz:120"}, "outlet_names": {"gb/mute": "The Mute"},
    "desks": {"f1": DeskFigure("f1", 12, 15, "Ada", "hospital lists", NOON)},
}  # fmt: skip


@pytest.mark.parametrize(
    ("came", "told"),
    [
        (None, "Four articles of one outlet came in"), (4, "Four articles of one outlet came in"), (3, "Four articles of one outlet came in"),
        (5, "Four articles of one outlet and one article from files came in"),
    ],
)  # fmt: skip
def test_articles_from_files_are_counted(came: int | None, told: str) -> None:
    assert told in to_markdown(brief(**FULL, came=came))
    assert "Twelve articles from files came in; zero new" in to_markdown(brief(**EMPTY, came=12))


def test_a_silent_outlet_is_called_as_its_file_called_it_then() -> None:
    mute = Coverage("gb/lost", 0, 0, 1, 0, 0, "timed out", 3, "The Lost")
    assert [s.outlet for s in brief(**{**EMPTY, "coverage": [mute, *COVERAGE]}).silent] == [
        "The Lost",
        "gb/mute",
        "kr/one",
    ]


def test_what_changed_and_who_says_so() -> None:
    made = brief(**FULL)
    (figure,) = made.figures
    assert (figure.title, figure.before, figure.now, figure.more) == ("people killed", BEFORE, AFTER, 0)
    assert figure.said == (
        ("the army: 20 (22 Jan, A|B)", (1,)),
        ("the rescue service: 12 (22 Jan, 2 outlets)", (2, 3)),
    )
    assert figure.denied == ("the ministry denies that anybody was killed [4]",)
    assert figure.desk == "12 to 15 (Ada, 22 Jan 2025: hospital lists)"
    assert figure.desk_overtaken == ("the army: 20", (1,))
    assert made.citations[1:3] == (
        Citation(2, AGAIN_SENTENCE, "The Herald", "22 Jan 2025, 13:00 UTC", "https://courier.example/a", None),
        Citation(
            3,
            AGAIN_SENTENCE,
            "The Courier",
            "22 Jan 2025, 12:00 UTC",
            "https://courier.example/a",
            "warc/2025-01.warc.gz:120",
        ),
    )


AGAIN_SENTENCE = "Floods killed [[12]] people in the valley, the rescue service said."


def test_disputes_silence_and_what_was_not_read() -> None:
    made = brief(**FULL)
    assert made.disputes == (
        Dispute(
            "al1",
            "Police said 12; the army said 20.",
            "sources disagree",
            "high",
            "people killed",
            date(2025, 1, 22),
            "open",
            True,
            2,
            (3, 1),
        ),
    )
    assert made.silent == (Silence("The Mute", 0, 3, "timed out"), Silence("kr/one", 0, None, None))
    assert (made.unread, made.articles, made.outlets) == ((("Korean", 14), ("xx", 1)), 4, 1)


def test_only_open_alerts_are_disputes_and_the_loud_and_new_ones_come_first() -> None:
    alerts = [
        make_alert(id="old", raised_at=SINCE - timedelta(days=1)), make_alert(id="quiet", severity="low"), make_alert(id="new"),
        make_alert(id="seen", state="acknowledged", severity="low", raised_at=NOON - timedelta(hours=1)),
        *(make_alert(id=state, state=state) for state in ("reconciled", "false_positive", "closed")),
    ]  # fmt: skip
    made = brief(**{**EMPTY, "alerts": alerts})
    assert [(d.alert, d.new) for d in made.disputes] == [("new", True), ("old", False), ("quiet", True), ("seen", True)]


def test_a_figure_without_news_is_left_out() -> None:
    quiet = replace(FIGURE, claims=("c0",), denials=())
    made = brief(**{**FULL, "figures": [quiet, replace(quiet, id="f2", topic=None)], "desks": {}})
    assert made.figures == ()
    assert "No figure changed." in to_markdown(made)


def test_what_is_as_it_was_needs_no_row_and_two_days_make_a_picture() -> None:
    same = {**FULL, "days": {"f1": [AFTER, replace(AFTER, day=date(2025, 1, 20))]}}
    assert "| Figure" not in to_markdown(brief(**same))
    page = to_html(brief(**FULL))
    assert page.count("<svg") == 1
    assert 'aria-label="people killed: from 20 Jan 2025 to 22 Jan 2025, now 20"' in page
    assert re.findall(r'href="#(part-[a-z-]+)"', page) == re.findall(r'<h[23] id="(part-[a-z-]+)"', page)
    assert "<svg" not in to_html(brief(**{**FULL, "days": {"f1": [AFTER]}}))  # one day is no picture


def test_what_comes_after_now_is_not_told() -> None:
    assert brief(**{**FULL, "now": NOON + timedelta(minutes=90)}).figures[0].said == (
        ("the rescue service: 12 (22 Jan, 2 outlets)", (1, 2)),
    )


def test_many_origins_are_counted() -> None:
    claims = {
        f"s{i}": make_claim(id=f"s{i}", source=f"source {i}", source_id=f"s{i}", article_key=f"k{i}") for i in range(9)
    }
    made = brief(**{**EMPTY, "figures": [make_figure(claims=tuple(claims))], "claims": claims})
    assert (len(made.figures[0].said), made.figures[0].more) == (6, 3)
    assert "- And three further origins." in to_markdown(made)


@pytest.mark.parametrize(
    ("day", "unit", "expected"),
    [
        (None, "count", "nothing known"),
        (replace(AFTER, origins=0, low=None, central=None, high=None), "count", "nothing known"),
        (AFTER, "count", "20 (12 to 20, two origins)"),
        (BEFORE, "count", "10 (one origin)"),
        (replace(AFTER, high_open=True), "count", "20 (12 to 20 and above, two origins)"),
        (replace(AFTER, low=None), "count", "up to 20 (two origins)"),
        (replace(AFTER, low=None, central=None, high=None), "count", "no number (two origins)"),
        (
            replace(AFTER, low=3e9, central=3.5e9, high=4e9),
            "USD",
            "$3.5 billion ($3 billion to $4 billion, two origins)",
        ),
        (replace(AFTER, low=0.31, central=0.31, high=0.4), "share", "31 % (31 % to 40 %, two origins)"),
    ],
)
def test_a_day_in_words(day: FigureDay | None, unit: str, expected: str) -> None:
    assert day_text(day, unit) == expected


def test_markdown() -> None:
    assert (
        to_markdown(brief(**FULL))
        == """# Morning brief

From 22 Jan 2025, 06:00 UTC to 22 Jan 2025, 18:00 UTC. Four articles of one outlet came in, 15 of them not read (see below); one new dispute, one open in all.

## What changed

| Figure | Before | Now |
| --- | --- | --- |
| People killed | 10 (one origin) | 20 (12 to 20, two origins) |

### People killed

- The army: 20 (22 Jan, A\\|B) [1]
- The rescue service: 12 (22 Jan, 2 outlets) [2] [3]
- the ministry denies that anybody was killed [4]
- Desk figure: 12 to 15 (Ada, 22 Jan 2025: hospital lists)
- The desk figure is overtaken: the army: 20 [1]

## Open disputes

### High

- Police said 12; the army said 20. [3] [1] (sources disagree; new; since 22 Jan; two outlets)

## Silent outlets

| Outlet | Articles | Expected | Reason |
| --- | --- | --- | --- |
| The Mute | 0 | 3 | timed out |
| kr/one | 0 |  |  |

## Not read

14 Korean articles, 1 xx article.

## Sources

[1] “The army \\<said\\> **20** \\*died\\*.” A\\|B, 22 Jan 2025, 14:00 UTC, <https://courier.example/a>

[2] “Floods killed **12** people in the valley, the rescue service said.” The Herald, 22 Jan 2025, 13:00 UTC, <https://courier.example/a>

[3] “Floods killed **12** people in the valley, the rescue service said.” The Courier, 22 Jan 2025, \
12:00 UTC, <https://courier.example/a>; archived: warc/2025-01.warc.gz:120

[4] “The ministry denied that anybody was killed.” The Courier, 22 Jan 2025, 12:00 UTC, <https://courier.example/a>
"""
    )


def test_an_empty_brief_says_so() -> None:
    text = to_markdown(brief(**EMPTY))
    assert [line for line in text.splitlines() if line and not line.startswith("#")] == [
        "From 22 Jan 2025, 06:00 UTC to 22 Jan 2025, 18:00 UTC. Zero articles of zero outlets came in; zero new disputes, zero open in all.",
        "No figure changed.",
        "None.",
    ]


def test_html_is_escaped_and_every_citation_has_its_source() -> None:
    page = to_html(brief(**FULL))
    assert "<mark>20</mark>" in page
    assert "The army &lt;said&gt;" in page
    assert "<script" not in page
    assert (
        set(re.findall(r'href="#(note-\d+)"', page))
        == set(re.findall(r'id="(note-\d+)"', page))
        == {f"note-{n}" for n in range(1, 5)}
    )


def test_html_links_to_the_web_only() -> None:
    claim = replace(ARMY, url="javascript:alert(1)")
    page = to_html(brief(**{**FULL, "claims": {**CLAIMS, "c2": claim}}))
    assert 'href="javascript' not in page
    assert "javascript:alert(1)" in page


def test_word() -> None:
    docx = pytest.importorskip("docx")
    odd = replace(ARMY, sentence="The army \x02said 20 died.", start=15, end=17)
    document = docx.Document(io.BytesIO(render(brief(**{**FULL, "claims": {**CLAIMS, "c2": odd}}), "docx")))
    texts = [p.text for p in document.paragraphs]
    assert texts[0] == "Morning brief"
    assert "The rescue service: 12 (22 Jan, 2 outlets) [2] [3]" in texts
    assert "[1] “The army said 20 died.” A|B, 22 Jan 2025, 14:00 UTC, https://courier.example/a" in texts
    assert [[c.text for c in row.cells] for row in document.tables[0].rows] == [
        ["Figure", "Before", "Now"], ["People killed", "10 (one origin)", "20 (12 to 20, two origins)"],
    ]  # fmt: skip
    bold = [r.text for p in document.paragraphs for r in p.runs if r.bold]
    assert "20" in bold


def test_formats() -> None:
    made: Brief = brief(**EMPTY)
    assert FORMATS == ("md", "html", "docx")
    assert render(made, "md").startswith(b"# Morning brief\n")
    assert render(made, "html").startswith(b"<!doctype html>")
    with pytest.raises(UsageError, match="format 'pdf': allowed are md, html, docx"):
        render(made, "pdf")


def test_word_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(UsageError, match="pip install 'counterclaim\\[report\\]'"):
        render(brief(**EMPTY), "docx")


def test_languages_by_name() -> None:
    assert (language_name("ko"), language_name("KO"), language_name("xx")) == ("Korean", "Korean", "xx")
