"""Wrapped text says what it says unwrapped: articles of one build at any width, with breaks of markup; lists, tables, headlines, captions and
poems are told apart from wrapped lines."""

from __future__ import annotations

import random
import re
import textwrap
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processing.claims import read_text
from processing.claims.document.wrapping import paragraph_spans
from processing.pipeline.archive import read_archive

GOLD = Path(__file__).parent / "gold" / "wrapped.txt"


@dataclass(frozen=True)
class Written:
    """An article: its paragraphs, and the claims and denials that they hold."""

    name: str
    paragraphs: tuple[str, ...]
    claims: tuple[tuple[str, ...], ...]
    denials: tuple[tuple[str, ...], ...]


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line[2:].split("|"))


def _written() -> list[Written]:
    found = []
    for part in re.split(r"^== ", GOLD.read_text("utf8"), flags=re.MULTILINE)[1:]:
        name, *lines = part.strip().split("\n")
        found.append(
            Written(
                name,
                tuple(line for line in lines if not line.startswith(("->", "!>"))),
                tuple(_cells(line) for line in lines if line.startswith("->")),
                tuple(_cells(line) for line in lines if line.startswith("!>")),
            )
        )
    return found


WRITTEN = _written()


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _read(text: str) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
    reading = read_text(text, file="wrapped", published=date(2025, 1, 20))
    claims = tuple(
        (_plain(c.text), c.source or "-", ";".join(c.relay), c.what_head or "", c.aspect) for c in reading.claims
    )
    return claims, tuple((d.source or "-", _plain(d.denies)) for d in reading.denials)


def _wrap(paragraphs: tuple[str, ...], width: int, gap: str, whole: int | None = None) -> str:
    """The paragraphs wrapped at a width, the one at `whole` left as one line."""
    return gap.join(
        p if i == whole else textwrap.fill(p, width, break_long_words=False, break_on_hyphens=False)
        for i, p in enumerate(paragraphs)
    )


def _break(paragraphs: tuple[str, ...], width: int, seed: int) -> str:
    """The paragraphs wrapped without blank lines, with lines ended early and left long as converted markup has them."""
    chance, lines = random.Random(seed), []
    for paragraph in paragraphs:
        line, limit = "", width
        for word in paragraph.split():
            if line and (len(line) + 1 + len(word) > limit or chance.random() < 0.04):
                lines.append(line)
                line, limit = word, width + 40 if chance.random() < 0.05 else width
            else:
                line = f"{line} {word}".strip()
        lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("article", WRITTEN, ids=lambda a: a.name)
def test_articles_of_the_build_say_what_they_say(article: Written) -> None:
    assert _read("\n\n".join(article.paragraphs)) == (article.claims, article.denials)


@pytest.mark.parametrize("article", WRITTEN, ids=lambda a: a.name)
@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["run on", "blank lines"])
def test_wrapped_articles_say_the_same(article: Written, gap: str) -> None:
    """At twelve widths each, with one line left as it is."""
    for number, width in enumerate(range(40, 121, 7)):
        whole = number % len(article.paragraphs)
        assert _read(_wrap(article.paragraphs, width, gap, whole)) == (article.claims, article.denials), width


@pytest.mark.parametrize("article", WRITTEN, ids=lambda a: a.name)
def test_articles_broken_by_markup_say_the_same(article: Written) -> None:
    for seed in range(6):
        assert _read(_break(article.paragraphs, 60 + 4 * seed, seed)) == (article.claims, article.denials), seed


def test_wrapped_lines_of_an_archive_are_read_together() -> None:
    """Two outlets' wrapped articles in one file, whose titles are wrapped too."""
    titles = [
        "Flood in the Arden valley kills people in their sleep and leaves whole villages without homes",
        "Toll rises",
    ]
    bodies = [
        "The rescue service said on Monday that floods in the Arden valley had killed at least 12 people since the weekend.",
        "The rescue service said on Tuesday that the floods in the Arden valley had killed at least 19 people since the weekend.",
    ]
    articles = [
        {"id": f"a{i}", "outlet": f"o{i}", "published": f"2025-03-0{4 + i}", "title": title, "text": _wrap((title, body), 50, "\n")}
        for i, (title, body) in enumerate(zip(titles, bodies, strict=True))
    ]  # fmt: skip
    objects = read_archive(articles, one_story=True)
    mentions = [m for o in objects if "mentions" in o for m in o["mentions"]]
    texts = {a["id"]: a["text"] for a in articles}
    assert {_plain(texts[m["id"]][m["start"] : m["end"]]) for m in mentions} == {"at least 12", "at least 19"}
    assert {m["source"] for m in mentions} == {"The rescue service"}


def _paragraphs(text: str) -> list[str]:
    return [_plain(text[a:b]) for a, b in paragraph_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # a list in a wrapped text
            "The ministry gave these figures on Monday after a night of heavy rain in\nthe valley of the upper Arden and its side arms:\n- 120 dead\n- 340 injured\n"
            "- 12,000 without a home\nMore rain is expected before the end of the week, and the ministry has\nasked people to stay at home.",
            [
                "The ministry gave these figures on Monday after a night of heavy rain in the valley of the upper Arden and its side arms:",
                "- 120 dead", "- 340 injured", "- 12,000 without a home",
                "More rain is expected before the end of the week, and the ministry has asked people to stay at home.",
            ],
        ),
        (  # numbered items, each a line
            "1. Arden: 40 dead\n2. Belton: 12 dead\n3. Carrow: 7 dead",
            ["1. Arden: 40 dead", "2. Belton: 12 dead", "3. Carrow: 7 dead"],
        ),
        (  # a table of names and numbers
            "Province Dead Missing\nArden 40 12\nBelton 12 3\nCarrow 7 0", ["Province Dead Missing", "Arden 40 12", "Belton 12 3", "Carrow 7 0"],
        ),
        (  # headlines of a front page: lines of like length, each begins anew
            "Union says 14,000 walked out at the port\nMinister denies he knew of the loan\nRain kills nine in the western hills\nBank holds rate for a third month",
            ["Union says 14,000 walked out at the port", "Minister denies he knew of the loan", "Rain kills nine in the western hills", "Bank holds rate for a third month"],
        ),
        (  # a caption between wrapped paragraphs
            "The bridge fell on Monday night after weeks of rain had loosened the ground\nunder its two middle piers, the road agency said.\nThe bridge in May\n"
            "Divers found four cars in the river, the agency said, and were looking for a\nfifth one in the mud below the weir.",
            [
                "The bridge fell on Monday night after weeks of rain had loosened the ground under its two middle piers, the road agency said.",
                "The bridge in May",
                "Divers found four cars in the river, the agency said, and were looking for a fifth one in the mud below the weir.",
            ],
        ),
        (  # a headline of two lines over a wrapped text
            "Flood in the upper Arden valley kills a dozen people and leaves\nhundreds of families without homes\nThe rescue service said on Monday that floods in the upper Arden valley had\n"
            "killed at least 12 people since the weekend.",
            [
                "Flood in the upper Arden valley kills a dozen people and leaves hundreds of families without homes",
                "The rescue service said on Monday that floods in the upper Arden valley had killed at least 12 people since the weekend.",
            ],
        ),
        (  # furniture never goes on
            "The valley is dry again.\n3 comments\nPost a Comment", ["The valley is dry again.", "3 comments", "Post a Comment"],
        ),
        (  # a dash inside a sentence begins a line
            "The council, which has twelve members and sits in the old customs house by the\nriver — it was built for 400 people — meets again on Monday, when the mayor will\nspeak.",
            ["The council, which has twelve members and sits in the old customs house by the river — it was built for 400 people — meets again on Monday, when the mayor will speak."],
        ),
        (  # a spaced hyphen inside a sentence begins a line
            "The alliance met on Monday and spoke for hours about what each of its many\nmembers spends on its own defence, and on that of others in a year of war.\nThe US and the countries which are close to the border on its eastern flank\n- such as Poland and its neighbours in the north - have spent the most of all, and\nwill do so.",
            ["The alliance met on Monday and spoke for hours about what each of its many members spends on its own defence, and on that of others in a year of war.", "The US and the countries which are close to the border on its eastern flank - such as Poland and its neighbours in the north - have spent the most of all, and will do so."],
        ),
        (  # an abbreviation ends a line
            "The train left at 11 a.m.\nand was late.", ["The train left at 11 a.m. and was late."],
        ),
        ("", []),
        (" \n\n \n", []),
    ],
)  # fmt: skip
def test_what_breaks_do(text: str, expected: list[str]) -> None:
    assert _paragraphs(text) == expected


def test_a_poem_keeps_its_verses_apart() -> None:
    """Verses in small letters between them may join, but never with the news below."""
    poem = "Low water at the weir,\nThe herons gone,\nAnd nobody to hear\nThe engine run."
    news = "Nine people drowned at the weir on Sunday, the water police said in the\nevening, after a boat had struck a pier and sunk."
    found = _paragraphs(f"{poem}\n\n{news}")
    assert found[-1] == _plain(news)
    assert "".join(found[:-1]).replace(" ", "") == re.sub(r"\s", "", poem)


_WORDS = st.lists(
    st.sampled_from(
        [
            "the",
            "council",
            "said",
            "that",
            "most",
            "of",
            "old",
            "town",
            "was",
            "dry",
            "when",
            "rain",
            "came",
            "back",
            "in",
            "May",
            "and",
            "nobody",
            "had",
            "left",
        ]
    ),
    min_size=12,
    max_size=40,
)
_PROSE = st.lists(_WORDS.map(lambda words: " ".join(words).capitalize() + "."), min_size=2, max_size=6)


@settings(max_examples=80, deadline=None)
@given(paragraphs=_PROSE, width=st.integers(40, 120))
def test_paragraphs_between_blank_lines_stay_whole(paragraphs: list[str], width: int) -> None:
    """Where blank lines part paragraphs of a sentence each, no width changes them."""
    assert _paragraphs(_wrap(tuple(paragraphs), width, "\n\n")) == paragraphs


@settings(max_examples=80, deadline=None)
@given(text=st.text(alphabet='ab A.,:"“-—1 \n', max_size=400))
def test_every_character_is_in_one_paragraph(text: str) -> None:
    """Of any text, in order, without white space at the ends."""
    spans = paragraph_spans(text)
    assert all(text[a:b] == text[a:b].strip() and a < b for a, b in spans)
    assert "".join(re.sub(r"\s", "", text[a:b]) for a, b in spans) == re.sub(r"\s", "", text)
