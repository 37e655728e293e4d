"""A file of articles read in memory: offsets, figures of two articles, findings between and within, topics, order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from processing.pipeline.archive import read_archive
from schemas.config import Topic, TopicFigure

ARTICLES: list[dict[str, Any]] = [
    {
        "id": "n-1", "url": "https://courier.example/1", "outlet": "courier.example", "published": "2025-03-04", "title": "Ferry sinks off Arden, 12 dead",
        "text": "Ferry sinks off Arden, 12 dead\nA ferry sank off the port of Arden on Tuesday, killing 12 people and injuring 30, the coast guard said.\n"
        "The ferry carried 140 passengers when it left the harbour.",
    },
    {
        "id": "n-2", "url": "https://herald.example/2", "outlet": "herald.example", "published": "2025-03-05T09:30:00Z", "title": "Ferry toll rises",
        "text": "The death toll from the ferry disaster off Arden rose to 19 on Wednesday, the coast guard said.\n\nThe ferry carried 190 passengers, the "
        "harbour master said.",
    },
    {
        "id": "n-3", "url": "https://post.example/3", "outlet": "post.example", "published": "2025-03-05", "title": "Wheat harvest up",
        "text": "Wheat harvest up\nFarmers in the Belton plain brought in 40,000 tonnes of wheat this season, the agriculture ministry said.",
    },
]  # fmt: skip
TEXTS = {a["id"]: a["text"] for a in ARTICLES}


@pytest.fixture(scope="module")
def objects() -> list[dict[str, Any]]:
    return read_archive(ARTICLES[:2], one_story=True)


def _figures(objects: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {o["figure"]: o for o in objects if "mentions" in o}


def _told(figure: dict[str, Any]) -> list[tuple[str, str]]:
    return [(m["id"], TEXTS[m["id"]][m["start"] : m["end"]]) for m in figure["mentions"]]


def test_figures_that_two_articles_state_with_offsets_of_the_given_text(objects: list[dict[str, Any]]) -> None:
    killed = _figures(objects)["people killed"]
    assert sorted(_told(killed)) == [("n-1", "12"), ("n-1", "12"), ("n-2", "19")]
    assert [m["low"] for m in killed["mentions"]] == [12.0, 12.0, 19.0]
    assert {m["source_id"] for m in killed["mentions"]} <= {"coast-guard", "outlet:courier.example"}
    assert (killed["kind"], killed["unit"], killed["same_thing"]) == ("cumulative", "count", None)
    assert set(killed["mentions"][0]) == {"id", "start", "end", "low", "high", "source", "source_id", "as_of"}
    assert "people injured" not in _figures(objects)  # one article only


def test_findings_point_at_mentions_of_two_articles(objects: list[dict[str, Any]]) -> None:
    found = [(f, o) for o in _figures(objects).values() for f in o["findings"]]
    assert found
    for finding, figure in found:
        assert set(finding) == {"finding", "earlier", "later", "severity", "text"}
        assert figure["mentions"][finding["earlier"]]["id"] != figure["mentions"][finding["later"]]["id"]
    assert all(set(o["cross"]) == {"finding", "earlier", "later", "severity", "text"} for o in objects if "cross" in o)


def test_everything_printed_is_json(objects: list[dict[str, Any]]) -> None:
    assert json.loads(json.dumps(objects)) == json.loads(json.dumps(objects, allow_nan=False))


def test_any_order_of_articles_gives_the_same(objects: list[dict[str, Any]]) -> None:
    assert read_archive(ARTICLES[1::-1], one_story=True) == objects


def test_stories_are_told_apart() -> None:
    for figure in _figures(read_archive(ARTICLES)).values():
        assert "n-3" not in {m["id"] for m in figure["mentions"]}


def test_a_topic_narrows_to_its_figures() -> None:
    topic = Topic(
        name="ferry", title="The Arden ferry", match=(("ferry",), ("Arden",)),
        figures={"aboard": TopicFigure(what=("passenger",), kind="event"), "dead": TopicFigure(what=("person", "toll"), event=("kill",))},
    )  # fmt: skip
    found = _figures(read_archive(ARTICLES, topics=[topic]))
    assert sorted(found) == ["The Arden ferry: aboard", "The Arden ferry: dead"]
    assert sorted(_told(found["The Arden ferry: aboard"])) == [("n-1", "140"), ("n-2", "190")]


def test_nothing_in_nothing_out() -> None:
    assert read_archive([]) == read_archive([], one_story=True) == []


@pytest.mark.eval
def test_real_events_reach_the_floors(eval_folder: Path, tmp_path: Path) -> None:
    """Floors below what was measured (intervals 1.00, grouping 0.91, findings: precision 0.67, recall 0.50 since the
    weights are learned on other events); they may only rise."""
    articles = eval_folder / "clusters" / "articles"
    for path in sorted(articles.glob("*.jsonl")):
        lines = read_archive([json.loads(line) for line in path.read_text("utf8").splitlines()], one_story=True)
        (tmp_path / path.name).write_text("".join(json.dumps(o) + "\n" for o in lines if "mentions" in o), "utf8")
    scorer = eval_folder / "score" / "clusters_score.py"
    done = subprocess.run(
        [sys.executable, scorer, articles, eval_folder / "clusters" / "gold", tmp_path],
        capture_output=True,
        text=True,
        check=True,
    )
    found, grouping, disputed, _ = (line.split() for line in done.stdout.strip().splitlines())
    assert float(found[-1]) >= 0.95
    assert float(grouping[6]) >= 0.88
    assert float(disputed[2]) >= 0.62
    assert float(disputed[7]) >= 0.45
