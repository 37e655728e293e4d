"""Faults of word lists: ours has none, and each kind is found in a desk's folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli import app
from processing.words.check import check_words
from schemas.errors import ConfigError


@pytest.mark.slow
def test_ours_have_none() -> None:
    assert [str(problem) for problem in check_words()] == []


# file of a desk's folder, its text, key and words of the fault
FAULTS = [
    ("nearby", 'quakes = ["shake", "shake"]', "quakes", "twice in its list: shake"),
    ("nearby", 'quakes = ["tremor"]', "quakes", "is in our list already: tremor"),
    ("nearby", 'quaks = ["shake"]', "quaks", "is no key of this list"),
    ("nouns", '[changes]\nverbs = ["zoom"]', "changes", "is no key of this list"),
    ("nouns", '[change]\nverb = ["zoom"]', "change.verb", "is no key of this list"),
    ("things", '[things.ferry]\nword = ["ferry"]', "things.ferry.word", "is no key of this list"),
    ("things", '[things.ferry]\nwords = ["soldier"]', "things.ferry.words", "has soldier, which things.soldier.words has"),
    ("nouns", '[measured]\nmoves = ["declin"]', "measured.moves", "holds a stem where it promises lemmas: declin (of decline)"),
    ("bounds", '[verbs]\ndown = ["rise"]', "verbs.down", "has rise, which verbs.up has too: the first wins"),
    ("en/units", '[dimensions.length.units]\nspan = { factor = 0.23, names = ["span"], signs = ["km2"] }', "dimensions.length.units.span.signs", "has km2, which dimensions.area"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "key", "words"), FAULTS, ids=lambda row: str(row)[:30])
def test_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, key: str, words: str) -> None:
    file = tmp_path / f"{name}.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf8")
    monkeypatch.setenv("COUNTERCLAIM_WORDS", str(tmp_path))
    found = [problem for problem in check_words() if problem.path == str(file)]
    assert [(p.key.startswith(key), p.message.startswith(words)) for p in found] == [(True, True)]
    told = CliRunner().invoke(app, ["words", "check"])
    assert told.exit_code == 1
    assert f"{file}: {found[0].key}: {words}" in told.output


def test_good_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "things.toml").write_text('[things.ferry]\nwords = ["ferryboat"]', "utf8")
    (tmp_path / "nearby.toml").write_text('quakes = ["shake"]', "utf8")
    monkeypatch.setenv("COUNTERCLAIM_WORDS", str(tmp_path))
    told = CliRunner().invoke(app, ["words", "check"])
    assert (told.exit_code, str(tmp_path) in told.output) == (0, True)


def test_file_of_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "quakes.toml").write_text('words = ["shake"]', "utf8")
    monkeypatch.setenv("COUNTERCLAIM_WORDS", str(tmp_path))
    with pytest.raises(ConfigError, match="extends nothing"):
        check_words()
