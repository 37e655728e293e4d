"""Live blogs: one article, whose updates have their own time, headline and address; articles of several pages."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from processing.claims import read_many
from processing.clean import next_revision
from processing.clean.article import extract_page, make_article
from schemas.config import Outlet
from schemas.records import Article
from tests.support.records import make_page

NOW = datetime(2025, 6, 4, 12, 0, tzinfo=UTC)
URL = "https://courier.example/live/storm"
COURIER = Outlet(
    id="us/courier", name="The Courier", country="us", language="en", timezone="America/New_York", home="https://courier.example/",
    feeds=("https://courier.example/feed",),
)  # fmt: skip
SAID = [
    (
        "2025-06-02T14:05:00-04:00",
        "Two people missing",
        "Two people are missing after the storm crossed the coast, the sheriff said on Monday afternoon at the harbour.",
        "#u1",
    ),
    (
        "2025-06-02T22:30:00-04:00",
        "Three dead",
        "Three people were killed in the village of Sandry, the sheriff said late in the evening.",
        "#u2",
    ),
    (
        "2025-06-03T09:00:00-04:00",
        "Toll rises",
        "Seven people were killed in all, the governor said in the morning, and 40 houses lost their roofs.",
        "#u3",
    ),
]


def told(*said: tuple[str, str, str, str], kind: str = "LiveBlogPosting") -> str:
    updates = [
        {
            "@type": "BlogPosting",
            "headline": h,
            "articleBody": f"<p>{text}</p>",
            "datePublished": at,
            "url": f"{URL}{anchor}",
        }
        for at, h, text, anchor in said
    ]
    node = {
        "@type": kind,
        "headline": "Storm: live",
        "datePublished": said[0][0],
        "liveBlogUpdate": list(reversed(updates)),
    }
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def marked(*said: tuple[str, str, str, str], tag: str = "article", name: str = "live-blog-post") -> str:
    return "".join(
        f'<{tag} class="{name}" id="{anchor[1:]}"><time datetime="{at}">{at[11:16]}</time><h2>{h}</h2><p>{text}</p></{tag}>'
        for at, h, text, anchor in reversed(said)
    )


def page(
    head: str = "",
    body: str = "",
    intro: str = "All there is to know of the storm that crossed the coast of the county on Monday, as it happens.",
) -> bytes:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Storm: live | The Courier</title>{head}</head><body><main><h1>Storm: live</h1>'
        f"<p>{intro}</p>{body}</main></body></html>"
    ).encode()


BLOGS = {
    "JSON-LD": page(told(*SAID), marked(*SAID, name="x1")), "JSON-LD without markup": page(told(*SAID)), "markup": page("", marked(*SAID)),
    "a list": page("", f"<ol>{marked(*SAID, tag='li', name='timeline-item')}</ol>"), "names in one word": page("", marked(*SAID, name="liveblog-entry")),
    "camel case": page("", marked(*SAID, tag="div", name="liveBlogPost")), "underscores": page("", marked(*SAID, tag="section", name="live_blog__post")),
    "blocks with times": page("", marked(*SAID, tag="div", name="block block-time")), "a ticker": page("", marked(*SAID, tag="div", name="ticker-entry")),
}  # fmt: skip


@pytest.mark.parametrize("body", BLOGS.values(), ids=BLOGS)
def test_updates_have_their_own_time_headline_and_address(body: bytes) -> None:
    found = extract_page(body, URL, now=NOW, outlet=COURIER)
    assert [(u.at and u.at.isoformat(), u.day, u.headline, u.url) for u in found.updates] == [
        ("2025-06-02T18:05:00+00:00", date(2025, 6, 2), "Two people missing", f"{URL}#u1"),
        ("2025-06-03T02:30:00+00:00", date(2025, 6, 2), "Three dead", f"{URL}#u2"),
        ("2025-06-03T13:00:00+00:00", date(2025, 6, 3), "Toll rises", f"{URL}#u3"),
    ]
    assert [found.text[u.start : u.end] for u in found.updates] == [f"{h}\n\n{text}" for _, h, text, _ in SAID]


NO_BLOGS = {
    "two entries": page("", marked(*SAID[:2])), "one time for all": page("", marked(*[(SAID[0][0], *rest) for _, *rest in SAID])),
    "teasers": page("", marked(*SAID, name="teaser-item") + "<p>The storm weakened on Tuesday and moved out to sea, the weather service said.</p>"),
    "an article": page("<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"Storm: live\"}</script>", f"<p>{SAID[0][2]}</p><p>{SAID[1][2]}</p>"),
}  # fmt: skip


@pytest.mark.parametrize("body", NO_BLOGS.values(), ids=NO_BLOGS)
def test_other_pages_are_no_blogs(body: bytes) -> None:
    assert extract_page(body, URL, now=NOW, outlet=COURIER).updates == ()


def article(*said: tuple[str, str, str, str], **given: Any) -> Article:
    found = make_article(
        page(told(*said), **given), make_page(url=URL, outlet="us/courier", fetched_at=NOW), COURIER, now=NOW
    )
    assert isinstance(found, Article)
    return found


def test_a_growing_blog_makes_revisions_by_update() -> None:
    first, second = article(*SAID[:2]), article(*SAID)
    grown = next_revision(second, [first])
    assert grown is not None
    assert [(u.headline, u.revision) for u in grown.updates] == [
        ("Two people missing", 1),
        ("Three dead", 1),
        ("Toll rises", 1),
    ]
    changed = article(SAID[0], (*SAID[1][:2], SAID[1][2].replace("Three", "Four"), SAID[1][3]), SAID[2])
    edited = next_revision(changed, [first, grown])
    assert edited is not None
    assert [u.revision for u in edited.updates] == [1, 2, 1]
    assert (
        next_revision(
            article(*SAID, intro="Another line of introduction that an editor wrote over the blog in the night."),
            [grown],
        )
        is None
    )


def test_claims_of_a_teaser_are_marked() -> None:
    body = page(body=f"<p>{SAID[1][2]}</p><p>{SAID[2][2]}</p><p>Continue reading the full story</p>")
    found = make_article(body, make_page(url=URL, fetched_at=NOW), COURIER, now=NOW)
    assert isinstance(found, Article)
    (reading,) = read_many([found])
    assert (found.teaser, {claim.teaser for claim in reading.claims}) == (True, {True})
    (reading,) = read_many([article(*SAID)])
    assert {claim.teaser for claim in reading.claims} == {False}


def test_claims_of_a_blog_carry_their_updates_time() -> None:
    found = article(*SAID)
    (reading,) = read_many([found])
    days = {
        claim.low: (claim.as_of and claim.as_of[1], claim.published and claim.published.isoformat(), claim.url)
        for claim in reading.claims
        if claim.field == "text"
    }
    assert days[3] == (date(2025, 6, 2), "2025-06-03T02:30:00+00:00", f"{URL}#u2")
    assert days[7] == (date(2025, 6, 3), "2025-06-03T13:00:00+00:00", f"{URL}#u3")
    for claim in reading.claims:
        text = found.text if claim.field == "text" else found.title or ""
        assert claim.sentence.split()[0] in text[claim.start - 200 if claim.start > 200 else 0 : claim.end + 200]
        assert text[claim.start : claim.end].split()[0] in claim.sentence
    assert len({claim.id for claim in reading.claims}) == len(reading.claims)


CUTS = {
    "a count": ("", "<span>Page 1 of 3</span>", "page 1 of 3"), "German": ("", "<li>Seite 2 von 4</li>", "page 2 of 4"),
    "a link to the next": ('<link rel="next" href="/live/storm?page=2">', "", f"goes on at {URL}?page=2"),
    "a folder": ('<link rel="next" href="/live/storm/2/">', "", f"goes on at {URL}/2/"), "another article": ('<link rel="next" href="/live/flood">', "", None),
    "one page": ("", "<span>Page 1 of 1</span>", None), "words": ("", "<p>It stands on page 3 of 20 in the report.</p>", None), "nothing": ("", "", None),
}  # fmt: skip


@pytest.mark.parametrize(("head", "body", "expected"), CUTS.values(), ids=CUTS)
def test_an_article_of_several_pages_is_said_to_be_cut(head: str, body: str, expected: str | None) -> None:
    text = "".join(f"<p>{line}</p>" for _, _, line, _ in SAID)
    assert extract_page(page(head, f"<article>{text}</article>{body}"), URL, now=NOW, outlet=COURIER).cut == expected
