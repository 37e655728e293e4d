"""How much of the whole a number covers: by place, institution, group, severity, time, or as some of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from processing.claims.counted.noun_phrase import head_lemma
from processing.claims.facets.names import is_calendar, name_words
from processing.claims.facets.spot import NOUNS, Spot, list_of, words_of
from processing.words import user_folders
from schemas.facets import Scope, Severity

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = ["ScopeRead", "read_scope"]

_DAYS = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})
_SEVERE = 6  # tokens on either side of the number in which a word of severity is its own
_BEHIND = 40  # characters behind the number in which "of them" is its own


@dataclass(frozen=True, slots=True)
class ScopeRead:
    """`scope`, `scope_marks`, `places`, `institution`, `groups`, `severity`, `times` of `Facets`."""

    scope: Scope | None = None
    marks: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    institution: str | None = None
    groups: tuple[str, ...] = ()
    severity: Severity | None = None
    times: tuple[str, ...] = ()


def read_scope(spot: Spot | None, what_head: str | None) -> ScopeRead:
    """What limits a number, and whether it says that it is a part or the whole."""
    if spot is None:
        return ScopeRead()
    places, institution = _places(spot)
    groups = _groups(spot, what_head)
    severity = _severity(spot)
    marks = _part_marks(spot)
    whole = _whole_marks(spot)
    scope: Scope | None = "part" if marks else "all" if whole else None
    return ScopeRead(scope, tuple(marks or whole), places, institution, groups, severity, _times(spot))


# ---------------------------------------------------------------- a part, the whole


@lru_cache(maxsize=8)
def _pattern(name: str, shape: str, _folders: tuple[Path, ...]) -> re.Pattern[str]:
    phrases = "|".join(re.escape(p) for p in sorted(list_of("scope", name), key=lambda p: (-len(p), p)))
    return re.compile(shape.format(f"(?:{phrases})"))


def _part_marks(spot: Spot) -> list[str]:
    text, folders = spot.doc.text.lower(), user_folders()
    behind = _pattern("part_behind", r"^\W{{0,2}}(?:[\w'’-]+ ){{0,2}}?({})\b", folders).search(
        text[spot.end : spot.end + _BEHIND]
    )
    before = _pattern(
        "part_before", r"\b({})(?: (?:about|around|some|at least|nearly|the|as many as))*\W*$", folders
    ).search(text[max(0, spot.start - _BEHIND) : spot.start])
    return [m[1] for m in (behind, before) if m is not None]


def _whole_marks(spot: Spot) -> list[str]:
    text, folders = spot.doc.text.lower(), user_folders()
    near = text[max(0, spot.start - 30) : spot.end + 30]
    found = _pattern("all_words", r"\b({})\b", folders).search(near)
    return [found[1]] if found is not None else []


# ---------------------------------------------------------------- places and institutions


def _places(spot: Spot) -> tuple[tuple[str, ...], str | None]:
    """The name's words of the place or institution nearest to the number in its clause, and the institution's noun."""
    candidates: list[tuple[int, Token]] = []
    prepositions = list_of("scope", "prepositions")
    for token in spot.clause:
        if token.dep_ != "prep" or token.lower_ not in prepositions:
            continue
        for noun in token.children:
            if noun.dep_ == "pobj" and noun.pos_ in NOUNS and not is_calendar(noun) and not spot.group.holds(noun):
                if noun is spot.noun or spot.group.top in noun.subtree:
                    continue
                if name_words(noun) or head_lemma(noun) in list_of("scope", "institutions"):
                    candidates.append((_distance(spot, token), noun))
    if not candidates:
        return (), None
    noun = min(candidates, key=lambda pair: (pair[0], pair[1].i))[1]
    head = head_lemma(noun)
    return name_words(noun), head if head in list_of("scope", "institutions") else None


def _distance(spot: Spot, preposition: Token) -> int:
    """Characters between the number and a preposition; one behind the number is nearer than one before it."""
    if preposition.idx >= spot.end:
        return preposition.idx - spot.end
    return 20 + spot.start - preposition.idx


# ---------------------------------------------------------------- groups, severity, time


@lru_cache(maxsize=2)
def _group_of(_folders: tuple[Path, ...]) -> dict[str, str]:
    return {word: group for group, words in words_of("groups").items() for word in words}


def _groups(spot: Spot, what_head: str | None) -> tuple[str, ...]:
    """The groups that the counted noun, or what the number is said to be names ("nine of the dead were children")."""
    known = _group_of(user_folders())
    found = [known[what_head]] if what_head in known else []
    noun = spot.noun
    if noun is not None:
        inside = [noun, *(c for c in noun.children if c.dep_ in ("compound", "amod", "conj", "appos"))]
        found += [known[w] for t in inside if (w := head_lemma(t)) in known]
    if spot.verb is not None and spot.verb.lemma_ == "be" and spot.top.i < spot.verb.i:
        found += [known[w] for c in spot.verb.children if c.dep_ == "attr" and (w := head_lemma(c)) in known]
    return tuple(sorted(set(found)))


def _severity(spot: Spot) -> Severity | None:
    """The severity that the number's own words say: "three critically", "12 with minor injuries"."""
    first, last = max(0, spot.group.first - 2), spot.group.last + _SEVERE
    for token in spot.doc[first : last + 1]:
        if token.i > spot.group.last and (token.text in (";", "(") or (token.like_num and token.i > spot.group.last)):
            return None
        if token.lower_ in list_of("scope", "serious"):
            return "serious"
        if token.lower_ in list_of("scope", "slight"):
            return "slight"
    return None


def _times(spot: Spot) -> tuple[str, ...]:
    """The stretches of time that the clause names."""
    text = " " + " ".join(t.lower_ for t in spot.clause) + " "
    found = [m[1] for m in _pattern("times", r" ({}) ", user_folders()).finditer(text)]
    found += [t.lower_ for t in spot.clause if t.lower_ in _DAYS]
    return tuple(dict.fromkeys(found))
