"""Word lists and rules as data: TOML files beside this module, extended by files of the same names in a user's own
folder. What one language says is in the folder of that language (`en/`), what serves any page beside it.

A user's folder is named by the environment variable `COUNTERCLAIM_WORDS` (several: parted by the platform's path
separator). Tables are merged key by key, lists are joined, other values replaced; so a desk adds a unit or an alias
without touching the program."""

from __future__ import annotations

import os
import tomllib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from schemas.errors import ConfigError, ConfigProblem

__all__ = ["load_words", "user_folders"]


def user_folders() -> tuple[Path, ...]:
    """The folders named by `COUNTERCLAIM_WORDS`; none by default."""
    return _folders(os.environ.get("COUNTERCLAIM_WORDS", ""))


@lru_cache(maxsize=16)
def _folders(value: str) -> tuple[Path, ...]:
    return tuple(Path(part).expanduser() for part in value.split(os.pathsep) if part)


def load_words(name: str, language: str = "en") -> dict[str, Any]:
    """The data of `<name>.toml` in the language's folder (ISO 639-1 code), else of the one for all languages, with the
    user's own file merged in (`<name>.toml` or `<language>/<name>.toml`); treat it as read-only, it is loaded once.

    Raises: ConfigError where a user's folder is not there or has a file of a name that we do not have (with the names
    there are), or a user's file is no TOML or has another shape than ours."""
    return _load(name, language, user_folders())


@lru_cache(maxsize=64)
def _load(name: str, language: str, folders: tuple[Path, ...]) -> dict[str, Any]:
    ours = resources.files("processing.words")
    own = ours / language / f"{name}.toml"
    data = tomllib.loads((own if own.is_file() else ours / f"{name}.toml").read_text("utf8"))
    for folder in folders:
        _check(folder, language)
        for path in (folder / f"{name}.toml", folder / language / f"{name}.toml"):
            if path.is_file():
                _merge(data, _read(path), path, ())
    return data


@lru_cache(maxsize=16)
def _check(folder: Path, language: str) -> None:
    """Raises ConfigError where a folder would be passed over in silence, wholly or in part."""
    if not folder.is_dir():
        raise ConfigError([ConfigProblem("COUNTERCLAIM_WORDS", None, str(folder), "is not a folder")])
    words = resources.files("processing.words")
    ours = {file.name for place in (words, words / language) for file in place.iterdir() if file.name.endswith(".toml")}
    theirs = [*folder.glob("*.toml"), *(folder / language).glob("*.toml")]
    if strange := sorted(path for path in theirs if path.name not in ours):
        raise ConfigError([ConfigProblem(str(strange[0]), None, "", "extends nothing", ", ".join(sorted(ours)))])


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf8"))
    except OSError as error:
        raise ConfigError([ConfigProblem(str(path), None, "", f"cannot be read: {error.strerror}")]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([ConfigProblem(str(path), None, "", f"is not TOML: {error}")]) from error


def _merge(into: dict[str, Any], more: dict[str, Any], path: Path, at: tuple[str, ...]) -> None:
    for key, value in more.items():
        old = into.get(key)
        if old is not None and type(old) is not type(value):
            names: dict[type, str] = {dict: "a table", list: "a list"}
            allowed = names.get(type(old), type(old).__name__)
            raise ConfigError(
                [ConfigProblem(str(path), None, ".".join((*at, key)), f"is {type(value).__name__}", allowed)]
            )
        if isinstance(old, dict):
            _merge(old, value, path, (*at, key))
        elif isinstance(old, list):
            into[key] = [*old, *(item for item in value if item not in old)]
        else:
            into[key] = value
