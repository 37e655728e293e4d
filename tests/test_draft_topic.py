"""Topic files drafted from words and what the archive holds on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.cli import app
from processing.pipeline.draft_topic import draft_topic
from processing.store import open_store
from schemas.config import load_topic
from schemas.errors import UsageError
from schemas.records import Figure
from tests.test_pipeline import article
from tests.test_silence import work_on

FERRY = (
    article(
        "courier", 3, "Ferry sinks off Tarne",
        "A ferry sank off Tarne on Monday, killing 14 people, the Coast Guard of Tarne said. Divers search on.",
    ),
    article(
        "ledger", 5, "Tarne ferry: divers search the hull",
        "The ferries of Tarne stay in port. Monday's sinking killed 21 people, the Seamen's Union said.",
    ),
    article(
        "post", 7, "Ferry line had been warned",
        "The Coast Guard of Tarne had warned the line. Its sinking killed 14 people on Monday, the Coast Guard of Tarne said.",
    ),
    article("post", 8, "Harvest", "Growers in Orle picked 900 tonnes of plums, the growers' league said on Monday."),
)  # fmt: skip


def test_words_become_groups_sources_and_figures(tmp_path: Path) -> None:
    work = work_on(tmp_path / "home", *FERRY)
    draft = draft_topic(work, "ferry Tarne")
    topic = draft.topic
    assert (topic.name, topic.title, draft.matching, draft.articles) == ("ferry-tarne", "Ferry Tarne", 3, 3)
    assert topic.match == (("ferry", "ferries"), ("Tarne",))
    assert topic.since is not None
    assert [source.names for source in topic.sources.values()] == [("the Coast Guard of Tarne",)]
    (figure,) = topic.figures.values()
    assert (figure.what, figure.event) == (("person",), ("kill",))
    work.store.close()


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        ('"ferry line" tarne', [("ferry line",), ("tarne",)]),
        ("Tarne tarne  Tarne", [("Tarne",), ("tarne",)]),
        ("sank", [("sank",)]),
        ("plums", [("plums",)]),
    ],
)
def test_a_phrase_stays_and_a_word_brings_its_forms(words: str, groups: list[tuple[str, ...]], tmp_path: Path) -> None:
    work = work_on(tmp_path / "home", *FERRY)
    assert list(draft_topic(work, words).topic.match) == groups
    work.store.close()


@pytest.mark.parametrize(
    ("words", "name", "told"),
    [
        ("", None, "no words"),
        ('" " -', None, "no words"),
        ("zeppelin ferry", None, "no article in the store holds 'zeppelin' and 'ferry'"),
        ("ferry", "Ferry!", "small letters, digits and hyphens"),
    ],
)
def test_what_gives_no_draft_says_why(words: str, name: str | None, told: str, tmp_path: Path) -> None:
    work = work_on(tmp_path / "home", *FERRY)
    with pytest.raises(UsageError, match=told):
        draft_topic(work, words, name)
    work.store.close()


def test_the_command_shows_writes_and_keeps_what_is_there(tmp_path: Path) -> None:
    home = tmp_path / "home"
    work = work_on(home, *FERRY)
    work.store.close()

    def command(*words: str) -> Result:
        return CliRunner().invoke(app, ["--home", str(home), *words])

    shown = command("topics", "add", "ferry", "Tarne")
    assert shown.exit_code == 0
    assert "name: ferry-tarne" in shown.stdout
    assert not (home / "topics").exists()
    written = command("topics", "add", "ferry", "Tarne", "--write")
    assert written.exit_code == 0
    assert "match takes 3 of the 3 articles found" in written.output
    file = home / "topics" / "ferry-tarne.yml"
    assert load_topic(file).name == "ferry-tarne"
    before = file.read_bytes()
    again = command("topics", "add", "ferry", "Tarne", "--write")
    assert again.exit_code == 2
    assert "there is a topic 'ferry-tarne' already" in again.output
    assert file.read_bytes() == before
    assert command("run", "--no-fetch").exit_code == 0
    store = open_store(f"sqlite:{home / 'counterclaim.db'}")
    followed = [f for f in store.find(Figure) if f.topic == "ferry-tarne"]
    store.close()
    assert [len(f.claims) for f in followed] == [3]
