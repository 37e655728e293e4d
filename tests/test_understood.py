"""What is kept with a claim beyond its own words, in both stores: source, figure, topic, story, headline, finding, corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from processing.corrections import as_corrected, make_correction
from processing.pipeline.run import STEPS
from processing.pipeline.scopes import scopes_touched
from processing.pipeline.surroundings import load_topics
from processing.pipeline.work import Work
from processing.store import Batch, open_store
from schemas.records import Claim, Correction, Figure, Finding
from schemas.settings import load_settings
from tests.support.records import NOON, make_article

TEXT = "A dam broke above the town of Velm on Tuesday. The National Rescue Agency said {n} people were killed in the flood in Velm."
TOPIC = """name: velm
title: Flood of Velm
match: [[Velm]]
sources:
  rescue: {names: [National Rescue Agency, rescuers], grade: B}
figures:
  dead: {what: [person], event: [kill, die], kind: cumulative}
"""


@pytest.fixture(params=["sqlite", pytest.param("elasticsearch", marks=pytest.mark.xdist_group("elastic"))])
def work(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Work]:
    """Two outlets on one flood, read and compared, on a topic."""
    address = f"sqlite:{tmp_path / 's.db'}" if request.param == "sqlite" else request.getfixturevalue("empty_elastic")
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "velm.yml").write_text(TOPIC)
    store = open_store(address)
    topics = load_topics((tmp_path / "topics",), shipped=False)
    work = Work(store, load_settings(home=tmp_path), {}, topics, lambda: NOON)
    for n, (outlet, killed) in enumerate((("gb/courier", 12), ("de/post", 30))):
        article = make_article(
            canonical_url=f"https://x.example/{n}", outlet=outlet, outlet_name=outlet[3:].title(), title=f"{killed} dead in flood of Velm",
            text=TEXT.format(n=killed), published=NOON + timedelta(hours=n), topics=("velm",),
        )  # fmt: skip
        steps = [(step, article.id) for step in ("dedup", "stories", "claims")]
        store.apply(Batch(put=[article], keys=[("topic", article.key, ["velm"])], enqueue=steps))
    go_on(work)
    yield work
    store.close()


def go_on(work: Work) -> None:
    for name in ("dedup", "stories", "claims", "figures", "compare"):
        STEPS[name](work)


def correct(work: Work, kind: Any, target: str, changes: dict[str, Any]) -> Correction:
    """A correction by Ada as the desk makes it: stored, and what it touches worked on again."""
    made = make_correction(kind, target, changes, author="Ada", reason="read the page", at=NOON)
    scopes = scopes_touched(work.store, made)
    work.store.apply(Batch(put=[made], enqueue=[("figures", scope) for scope in scopes]))
    go_on(work)
    return made


def body(work: Work, outlet: str = "gb/courier") -> Claim:
    """The claim of an outlet's text."""
    (claim,) = (c for c in work.store.find(Claim) if c.outlet == outlet and c.field == "text")
    return claim


def test_a_claim_carries_what_was_understood(work: Work) -> None:
    claim, other = body(work), body(work, "de/post")
    (figure,) = (f for f in work.store.find(Figure) if f.name == "dead")
    assert (claim.source_id, claim.headline, claim.central, claim.certainty, claim.event_said) == (
        "rescue", "12 dead in flood of Velm", 12.0, "stated", "killed",
    )  # fmt: skip
    assert (claim.source_type, claim.source_grade) == ("government", "B")
    assert (claim.topics, claim.topic, claim.figure, claim.figure_title) == (("velm",), "velm", figure.id, figure.title)
    assert claim.story == other.story is not None
    assert (claim.figure, claim.findings) == (other.figure, other.findings)
    told = {f.finding for f in work.store.find(Finding) if claim.id in (f.earlier, f.later)}
    assert set(claim.findings) == told != set()


def _number(claim: Claim) -> tuple[str, dict[str, Any]]:
    return claim.id, {"low": 21.0, "high": 21.0}


@pytest.mark.parametrize(
    ("kind", "change", "now"),
    [
        ("claim", _number, {"low": 21.0, "high": 21.0, "central": 21.0}),
        (
            "claim",
            lambda c: (c.id, {"source": "the mayor", "source_id": "mayor"}),
            {"source": "the mayor", "source_id": "mayor"},
        ),
        ("source", lambda c: ("national rescue agency", {"source_id": "nra"}), {"source_id": "nra"}),
    ],
)
def test_a_correction_stands_beside_the_value_as_read_and_goes_when_it_is_taken_back(
    work: Work, kind: str, change: Callable[[Claim], tuple[str, dict[str, Any]]], now: dict[str, Any]
) -> None:
    before = body(work)
    made = correct(work, kind, *change(before))
    claim = body(work)
    shown = as_corrected(claim)
    assert {name: getattr(shown, name) for name in now} == now
    assert (claim.low, claim.source, claim.text) == (before.low, before.source, before.text)  # as read
    assert {(c.by, c.why, c.at) for c in claim.corrections} == {("Ada", "read the page", NOON)}
    assert {c.field for c in claim.corrections} == set(made.changes)
    work.store.apply(
        Batch(delete=[(Correction, made.id)], enqueue=[("figures", s) for s in scopes_touched(work.store, made)])
    )
    go_on(work)
    assert body(work) == before


def test_a_dropped_claim_belongs_to_no_figure(work: Work) -> None:
    correct(work, "claim", body(work).id, {"drop": True})
    claim = body(work)
    assert (claim.figure, claim.topic, claim.findings, claim.severity) == (None, None, (), None)
    assert [(c.field, c.now) for c in claim.corrections] == [("drop", True)]


def test_claims_follow_a_figure_that_people_split_or_rename(work: Work) -> None:
    claim, other = body(work), body(work, "de/post")
    correct(
        work, "figure", str(claim.figure), {"claims": [other.id], "split": [claim.id], "title": "Dead of the first day"}
    )
    assert body(work).figure_title == "Dead of the first day"
    assert body(work).figure != body(work, "de/post").figure == other.figure


def test_claims_follow_a_topic_that_goes(work: Work) -> None:
    taken = replace(work, topics={})
    for claim in (body(work), body(work, "de/post")):
        work.store.apply(Batch(keys=[("topic", claim.article_key, [])]))
    stories = [("figures", f"story:{body(work).story}")]
    work.store.apply(Batch(delete=[(Figure, str(body(work).figure))], enqueue=stories))
    go_on(taken)
    claim = body(work)
    assert (claim.topics, claim.topic) == ((), None)
    assert claim.figure in {f.id for f in work.store.find(Figure) if f.story == claim.story}


def test_kibana_is_told_the_number_as_it_is_now(work: Work, request: pytest.FixtureRequest) -> None:
    if "elasticsearch" not in request.node.name:
        pytest.skip("only the index has documents")
    from processing.store.elastic.documents import Context, document

    correct(work, "claim", body(work).id, {"low": 21.0, "high": 21.0})
    told = document(body(work), Context({}, {}))
    assert {k: told[k] for k in ("low", "central", "value", "text", "figure_title", "topic", "source_id")} == {
        "low": 21.0, "central": 21.0, "value": {"gte": 21.0, "lte": 21.0}, "text": "12", "topic": "velm", "source_id": "rescue",
        "figure_title": body(work).figure_title,
    }  # fmt: skip
    assert [(c["field"], c["read"], c["now"], c["by"]) for c in told["corrections"]] == [
        ("high", "12.0", "21.0", "Ada"), ("low", "12.0", "21.0", "Ada"),
    ]  # fmt: skip
