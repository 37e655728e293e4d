"""What kind of source somebody is, and how reliable the desk thinks it: by topic file, shipped list, or the words of
its own name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import get_args

from processing.figures.cities import is_city
from processing.figures.names import Word, words_of
from processing.figures.phrases import LINKS, Kinds, source_lists
from schemas.config import SourceSpec, Topic
from schemas.records import Grade, SourceType

__all__ = ["SOURCE_TYPES", "source_grade", "source_type"]

SOURCE_TYPES: tuple[SourceType, ...] = get_args(SourceType)


def source_type(
    source_id: str | tuple[str, ...] | None, topics: Sequence[Topic] = (), said: str | None = None
) -> SourceType | None:
    """What kind of source an id is: as the topic file says, else the shipped list, else by the form of its name.

    `said`: how it is called where it is cited, which tells of those without an id too ("rescuers", "a police officer").
    A joint source has a type where all its members share one. None where unknown.
    """
    if isinstance(source_id, tuple):
        kinds = {source_type(id, topics) for id in source_id}
        return kinds.pop() if len(kinds) == 1 else None
    if source_id is not None:
        if source_id.startswith("outlet:"):
            return "media"
        if known := _listed(source_id, topics):
            return known
    names = [name for name in (said, source_id and source_id.replace("-", " ")) if name]
    return next((kind for name in names if (kind := _by_name(name, id(source_lists())))), None)


def source_grade(source_id: str | tuple[str, ...] | None, topics: Sequence[Topic] = ()) -> Grade | None:
    """The reliability grade (A to F) that a topic file gives a source; of a joint source the better one; None where it
    gives none."""
    ids = source_id if isinstance(source_id, tuple) else (source_id,)
    grades = [spec.grade for id in ids if id is not None and (spec := _spec(id, topics)) and spec.grade]
    return min(grades) if grades else None


def _spec(source_id: str, topics: Sequence[Topic]) -> SourceSpec | None:
    return next((topic.sources[source_id] for topic in topics if source_id in topic.sources), None)


def _listed(source_id: str, topics: Sequence[Topic]) -> SourceType | None:
    spec = _spec(source_id, topics)
    if spec is not None and spec.type is not None:
        return spec.type
    lists = source_lists()
    offices = sorted((o for o in lists.types if source_id.endswith(f"-{o}")), key=len, reverse=True)
    for office in (source_id, *offices):
        if office in lists.types:
            whose = source_id.removesuffix(office).replace("-", " ") if office in lists.kinds.weak else ""
            return _by_name(whose, id(lists)) or lists.types[office]  # the president of a union is not of a country
    return None


# ---------------------------------------------------------------- the form of a name

_Told = tuple[str, SourceType | None]  # a word, or several that are one, and what it tells


@lru_cache(maxsize=4096)
def _by_name(name: str, _loaded: int) -> SourceType | None:
    """What the words of a name tell: its head first ("president of the dockers' union", "hospital workers' union",
    "police officers in court"), words of any body's people ("officials", "president") last."""
    kinds = source_lists().kinds
    parts = _parts(_told([w for w in words_of(name) if w.key != "the"], kinds))
    words = {word for part in parts for word, _ in part}
    joined = any(part and _in(part[-1][0], kinds.bodies) for part in parts)
    for trade, body in kinds.trades if joined else ():
        if any(_in(word, trade) for word in words):
            return body
    for weak in (False, True):
        for part in parts:
            for word, kind in reversed(part):
                if kind is not None and _in(word, kinds.weak) == weak:
                    return kind
    return None


def _in(word: str, words: frozenset[str]) -> bool:
    return word in words or f"{word}s" in words


def _parts(told: Iterable[_Told]) -> list[list[_Told]]:
    """Cut where "of", "for" or "at" joins a name to another."""
    parts: list[list[_Told]] = [[]]
    for word, kind in told:
        if word in LINKS:
            parts.append([])
        else:
            parts[-1].append((word, kind))
    return parts


def _told(words: Sequence[Word], kinds: Kinds) -> list[_Told]:
    """Each word with what it tells; names of several words ("chamber of commerce") are one, names of places none."""
    found: list[_Told] = []
    at = 0
    while at < len(words):
        size = next((n for n in range(min(4, len(words) - at), 1, -1) if _key(words[at : at + n]) in kinds.words), 1)
        key = _key(words[at : at + size])
        kind = kinds.words.get(key) or kinds.words.get(f"{key}s")
        found.append((key, None if size == 1 and kind and _is_place(words, at) else kind))
        at += size
    return found


def _key(words: Sequence[Word]) -> str:
    return " ".join(word.key for word in words)


def _is_place(words: Sequence[Word], at: int) -> bool:
    """Whether a word is of the name of a city: Union City, Court-Saint-Etienne."""
    if not words[at].capital:
        return False
    runs = (words[max(0, at - 1) : at + 1], words[at : at + 2])
    return any(len(run) == 2 and all(w.capital for w in run) and is_city(_key(run)) for run in runs)
