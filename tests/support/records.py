"""Factories of whole records with defaults: a test states only what differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from schemas.records import Alert, Article, Claim, Delivery, Denial, Figure, Finding, Page, Quantity, digest_id

NOON = datetime(2025, 1, 22, 12, 0, tzinfo=UTC)


def make_page(**given: Any) -> Page:
    """A fetched page of the Courier."""
    given.setdefault("url", "https://courier.example/a")
    given.setdefault("digest", "d" * 64)
    given.setdefault("id", digest_id(given["url"], given["digest"]))
    page = Page(
        id="", url="", final_url=given["url"], outlet="gb/courier", fetched_at=NOON, status=200, digest="", size=3, content_type="text/html",
    )  # fmt: skip
    return replace(page, **given)


def make_article(**given: Any) -> Article:
    """An English article of the Courier, published at noon."""
    given.setdefault("canonical_url", given.get("url", "https://courier.example/a"))
    given.setdefault("key", digest_id(given["canonical_url"]))
    given.setdefault("text", "Floods killed 12 people in the valley, the rescue service said.")
    given.setdefault("digest", digest_id(given.get("title"), given["text"], size=32))
    given.setdefault("id", digest_id(given["key"], given["digest"]))
    article = Article(
        id="", key="", revision=1, page_id=None, url=given["canonical_url"], canonical_url="", outlet="gb/courier", outlet_name="The Courier",
        country="gb", title="Floods kill 12", text="", authors=(), published=NOON, published_precision="minute", published_day=NOON.date(),
        modified=None, language="en", sitename=None, section=None, credit=None, fetched_at=NOON, digest="",
    )  # fmt: skip
    return replace(article, **given)


def make_claim(**given: Any) -> Claim:
    """Twelve people killed, said by the rescue service, in an article of the Courier."""
    given.setdefault("article_key", "a1")
    given.setdefault("article_id", f"{given['article_key']}.1")
    given.setdefault("id", digest_id(*sorted(given.items(), key=str)))
    claim = Claim(
        id="", article_id="", article_key="", revision=1, field="text", start=14, end=16, text="12", low=12, high=12, low_open=False,
        high_open=False, approx="exact", unit="count", per=None, aspect="level", what="people", what_head="person", event="kill", place=None,
        source="the rescue service", source_head="service", source_id="the rescue service", source_status="named", relay=(), stance="asserts",
        hedged=False, correction=False, part_of=None, same_as=None, as_of=(date(2025, 1, 22), date(2025, 1, 22)), as_of_guess=True, period=None,
        sentence="Floods killed 12 people in the valley, the rescue service said.", sentence_start=0, sentence_end=63, outlet="gb/courier",
        outlet_name="The Courier", country="gb", url="https://courier.example/a", published=NOON, published_precision="minute", last_digit=1,
    )  # fmt: skip
    return replace(claim, **given)


def make_figure(**given: Any) -> Figure:
    """People killed in the valley: cumulative, and alerting."""
    figure = Figure(id="f1", title="people killed", kind="cumulative", unit="count", claims=(), harm=True, alerts=True)
    return replace(figure, **given)


def make_finding(**given: Any) -> Finding:
    """Two sources disagree."""
    finding = Finding(
        id="n1", finding="conflicts", figure="f1", earlier="c1", later="c2", severity="high", gap=2.0, text="A said 12; B said 24.",
        explanation="", rule="conflicts", day=NOON.date(),
    )  # fmt: skip
    return replace(finding, **given)


def make_alert(**given: Any) -> Alert:
    """An open, high alert."""
    alert = Alert(
        id="al1", finding="conflicts", severity="high", figure="f1", title="people killed", text="A said 12; B said 24.", findings=("n1",),
        earlier="c1", later="c2", state="open", raised_at=NOON, updated_at=NOON, day=NOON.date(), outlets=("gb/courier",),
    )  # fmt: skip
    return replace(alert, **given)


def make_denial(**given: Any) -> Denial:
    """The ministry denies that anybody was killed."""
    denial = Denial(
        id="d1", article_id="a1.1", article_key="a1", revision=1, field="text", start=0, end=10, sentence="The ministry denied that anybody was killed.",
        source="the ministry", source_id="the ministry", stance="denies", denies="that anybody was killed", event="kill", place=None,
        outlet="gb/courier", outlet_name="The Courier", url="https://courier.example/a", published=NOON,
    )  # fmt: skip
    return replace(denial, **given)


def make_delivery(**given: Any) -> Delivery:
    """A notice that waits."""
    delivery = Delivery(
        id="v1", alert_id="al1", receiver="desk", subject="12 or 24?", body="A said 12; B said 24.", created_at=NOON
    )
    return replace(delivery, **given)


def make_quantity(sentence: str, words: str, **given: Any) -> Quantity:
    """The quantity that `words` state in a sentence: an exact count unless told otherwise; its value does not matter to who asks what is counted."""
    start = sentence.index(words)
    quantity = Quantity(
        start=start, end=start + len(words), text=words, low=1, high=1, approx="exact", unit="count", number_start=start,
        number_end=start + len(words), rule="test",
    )  # fmt: skip
    return replace(quantity, **given)
