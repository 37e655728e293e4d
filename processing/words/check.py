"""Faults of word lists: our own, and those of a desk's folder (`COUNTERCLAIM_WORDS`).

A fault is a double in a list, a key that no code asks for or that a desk's file makes up, a stem where lemmas are
promised, or one word in two classes of which the first silently wins."""

from __future__ import annotations

import ast
import os
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from processing.words import load_words, user_folders
from schemas.errors import ConfigProblem

__all__ = ["check_words"]

# tables whose keys are words, names or classes of their own: any key may stand in them
_OPEN = (
    "agencies.agencies",
    "bodies.bodies",
    "bodies.offices",
    "bounds.per.adverbs",
    "bounds.per.same",
    "confusable.events",
    "confusable.things",
    "countries.countries",
    "cues.irregular",
    "currencies.by_country",
    "currencies.currency",
    "currencies.shared",
    "events.events",
    "events.units",
    "facets.groups",
    "facets.holder.verbs",
    "facets.modality.nouns",
    "facets.modality.verbs",
    "languages.names",
    "nouns.event.lemmas",
    "nouns.event.states",
    "nouns.event.totals",
    "nouns.singular",
    "bounds.per.powers",
    "numbers.*",
    "persons.short",
    "scopes.roles",
    "things.things",
    "units.compound",
    "units.compound.*",
    "units.dimensions",
    "units.dimensions.*.units",
    "units.prefixes",
    "zones.country",
    "zones.country.*",
    "zones.offsets",
    "zones.summer",
)
# lists in which one word must not stand in two classes: the lists of one pattern are classes of one question
_EXCLUSIVE = (
    "bounds.compared.[ud]*[pn]",
    "bounds.nouns.[ud]*[pn]",
    "bounds.verbs.[ud]*[pn]",
    "currencies.currency.*.signs",
    "currencies.currency.*.words",
    "events.events.*.words",
    "things.things.*.words",
    "units.dimensions.*.units.*.names",
    "units.dimensions.*.units.*.signs",
)
# lists of lemmas: a word that another list has with a last letter more is a stem
_LEMMAS = (
    "cues.*",
    "durations.for_years",
    "durations.passing",
    "durations.takes",
    "events.events.*.words",
    "events.events.*.one",
    "events.selections.*.*",
    "nouns.change.*",
    "nouns.event.*",
    "nouns.measured.*",
    "things.things.*.words",
)
_ENDINGS = ("e", "y")
_CODE = ("processing", "spiders", "console", "schemas")

Lists = dict[str, list[str]]  # "file.table.key": its entries


def check_words(language: str = "en") -> list[ConfigProblem]:
    """Every fault of the lists that ship and of those in the user's folders, in order of file and key.

    Raises: ConfigError where a user's file cannot be read or has another shape than ours."""
    found: list[ConfigProblem] = []
    shipped: dict[str, Mapping[str, Any]] = {}
    for path in _files(language):
        shipped[path.stem] = tomllib.loads(path.read_text("utf8"))
    lists = {key: words for name, data in shipped.items() for key, words in _lists(name, data).items()}
    known = _known(lists)
    for path in _files(language):
        ours = _lists(path.stem, shipped[path.stem])
        found += [_problem(path, key, f"twice in its list: {word}") for key, word in _doubles(ours)]
        found += [_problem(path, key, "is asked for by no code") for key in _unasked(path.stem, shipped[path.stem])]
        found += [_problem(path, key, why) for key, why in _stems(ours, known)]
        found += [_problem(path, key, why) for key, why in _in_two_classes(ours, ours)]
    for folder in user_folders():
        found += _check_folder(folder, language, shipped, lists, known)
    return found


def _files(language: str) -> list[Path]:
    words = resources.files("processing.words")
    places = (words, words / language)
    return [
        Path(str(file)) for place in places for file in sorted(place.iterdir(), key=str) if str(file).endswith(".toml")
    ]


def _check_folder(
    folder: Path, language: str, shipped: Mapping[str, Mapping[str, Any]], lists: Lists, known: Mapping[str, int]
) -> list[ConfigProblem]:
    """The faults of a desk's folder beside the lists that ship."""
    found: list[ConfigProblem] = []
    for name in shipped:
        load_words(name, language)  # says what cannot be read or has another shape
    for path in sorted([*folder.glob("*.toml"), *(folder / language).glob("*.toml")]):
        data = tomllib.loads(path.read_text("utf8"))
        theirs = _lists(path.stem, data)
        found += [_problem(path, key, f"twice in its list: {word}") for key, word in _doubles(theirs)]
        found += [
            _problem(path, key, f"is in our list already: {word}")
            for key, words in theirs.items()
            for word in dict.fromkeys(words)
            if word in lists.get(key, ())
        ]
        found += [_problem(path, *fault) for fault in _strange(path.stem, data, shipped[path.stem])]
        found += [_problem(path, key, why) for key, why in _stems(theirs, known)]
        found += [_problem(path, key, why) for key, why in _in_two_classes(theirs, {**lists, **theirs})]
    return found


def _problem(path: Path, key: str, why: str, allowed: str = "") -> ConfigProblem:
    shown = os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
    return ConfigProblem(shown, None, key.split(".", 1)[1] if "." in key else key, why, allowed)


# ---------------------------------------------------------------- what a file holds


def _walk(at: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its table, dotted: "nouns.change.verbs"; of lists of tables those of each, by its number."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield f"{at}.{key}", inner
            yield from _walk(f"{at}.{key}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            if isinstance(inner, Mapping):
                yield from _walk(f"{at}.{number}", inner)


def _lists(name: str, data: Mapping[str, Any]) -> Lists:
    return {
        key: value
        for key, value in _walk(name, data)
        if isinstance(value, list) and all(isinstance(word, str) for word in value)
    }


def _matches(key: str, patterns: tuple[str, ...]) -> bool:
    depth = key.count(".")
    return any(pattern.count(".") == depth and fnmatchcase(key, pattern) for pattern in patterns)


# ---------------------------------------------------------------- faults


def _doubles(lists: Lists) -> Iterator[tuple[str, str]]:
    for key, words in lists.items():
        yield from ((key, word) for word in dict.fromkeys(words) if words.count(word) > 1)


def _unasked(name: str, data: Mapping[str, Any]) -> list[str]:
    asked = _asked()
    keys = dict.fromkeys(key for key, _ in _walk(name, data))
    return [key for key in keys if not _matches(key.rpartition(".")[0], _OPEN) and key.rpartition(".")[2] not in asked]


@lru_cache(maxsize=1)
def _asked() -> frozenset[str]:
    """The words that code names: its strings, attributes and fields."""
    found: set[str] = set()
    for package in _CODE:
        for path in Path(str(resources.files(package))).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
                elif isinstance(node, ast.Attribute):
                    found.add(node.attr)
                elif isinstance(node, ast.keyword) and node.arg:
                    found.add(node.arg)
    return frozenset(found)


def _strange(name: str, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Keys of a desk's file that ours has not, in tables whose keys we name; with those there are."""
    there = dict.fromkeys(key for key, _ in _walk(name, ours))
    for key in dict.fromkeys(key for key, _ in _walk(name, theirs)):
        table, _, own = key.rpartition(".")
        made_up = table != name and table not in there and not _matches(table.rpartition(".")[0], _OPEN)
        if key in there or made_up or _matches(table, _OPEN):
            continue  # of a table that is strange itself only the table is told
        siblings = sorted({k.rpartition(".")[2] for k in there if _same_table(k.rpartition(".")[0], table)})
        if own not in siblings:
            yield key, "is no key of this list", ", ".join(siblings)


def _same_table(ours: str, theirs: str) -> bool:
    """Whether two tables have keys of one kind: the same, or rows of one open table."""
    if ours == theirs:
        return True
    above, other = ours.rpartition(".")[0], theirs.rpartition(".")[0]
    return above == other and _matches(above, _OPEN)


def _known(lists: Lists) -> dict[str, int]:
    """How many lists have each word."""
    found: dict[str, int] = {}
    for words in lists.values():
        for word in set(words):
            found[word] = found.get(word, 0) + 1
    return found


def _stems(lists: Lists, known: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for key, words in lists.items():
        if not _matches(key, _LEMMAS):
            continue
        for word in words:
            whole = next((word + end for end in _ENDINGS if known.get(word + end, 0) > 1), None)
            if whole is not None and len(word) > 4 and word[-1] not in "aeiou" and known.get(word, 0) < 2:
                yield key, f"holds a stem where it promises lemmas: {word} (of {whole})"


def _in_two_classes(lists: Lists, among: Lists) -> Iterator[tuple[str, str]]:
    """Words of `lists` that an earlier class of `among` has too."""
    for pattern in _EXCLUSIVE:
        first: dict[str, str] = {}
        for key, words in among.items():
            if not _matches(key, (pattern,)):
                continue
            for word in words:
                before = first.setdefault(word, key)
                if before != key and (key in lists or before in lists):
                    yield key, f"has {word}, which {before.split('.', 1)[1]} has too: the first wins"
