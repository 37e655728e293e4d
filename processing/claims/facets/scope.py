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

_SEVERE = 6  # tokens on either side of the number in which a word of severity is its own
_BEHIND = 40  # characters behind the number in which "of them" is its own


@dataclass(frozen=True, slots=True)
class ScopeRead:
    """`scope`, `scope_marks`, `places`, `place_beside`, `institution`, `groups`, `severity`, `times` of `Facets`."""

    scope: Scope | None = None
    marks: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    place_beside: bool = False
    institution: str | None = None
    groups: tuple[str, ...] = ()
    severity: Severity | None = None
    times: tuple[str, ...] = ()


def read_scope(spot: Spot | None, what_head: str | None, place: str | None) -> ScopeRead:
    """What limits a number, and whether it says that it is a part or the whole. `place`: the place of the event, as the
    reader found it, for a clause that names none nearer."""
    if spot is None:
        return ScopeRead()
    places, beside, institution = _places(spot)
    if not places and institution is None and place is not None and place in spot.doc.text[slice(*spot.span())]:
        places = tuple(w.lower() for w in re.split(r"['’]s\b|\W+", place) if w[:1].isupper())
    groups = _groups(spot, what_head)
    severity = _severity(spot)
    marks = _part_marks(spot)
    whole = _whole_marks(spot)
    scope: Scope | None = "part" if marks else "all" if whole else None
    return ScopeRead(scope, tuple(marks or whole), places, beside, institution, groups, severity, _times(spot))


# ---------------------------------------------------------------- a part, the whole


@lru_cache(maxsize=8)
def _pattern(name: str, shape: str, _folders: tuple[Path, ...]) -> re.Pattern[str]:
    phrases = "|".join(re.escape(p) for p in sorted(list_of("scope", name), key=lambda p: (-len(p), p)))
    return re.compile(shape.format(f"(?:{phrases})"))


def _part_marks(spot: Spot) -> list[str]:
    text, folders = spot.doc.text.lower(), user_folders()
    noun = spot.noun
    after = max(spot.end, noun.idx + len(noun)) if noun is not None and noun is spot.top else spot.end
    behind = next(
        (m for at in (spot.end, after) if (m := _pattern("part_behind", r"[\s,(]*({})\b", folders).match(text, at))),
        None,
    )
    before = _pattern(
        "part_before", r"\b({})(?: (?:about|around|some|at least|nearly|the|as many as))*\W*$", folders
    ).search(text[max(0, spot.start - _BEHIND) : spot.start])
    fronted = _FRONTED.search(text[: spot.start])
    return [m[1] for m in (behind, before, fronted) if m is not None]


# "Of the dead, 47 were children"
_FRONTED = re.compile(r"(?:^|[.;,\"“] ?)((?:of|among) (?:the|its|their|these|those)\b[^,;]{1,40}), $")


def _whole_marks(spot: Spot) -> list[str]:
    text, folders = spot.doc.text.lower(), user_folders()
    near = text[max(0, spot.start - 30) : spot.end + 30]
    found = _pattern("all_words", r"\b({})\b", folders).search(near)
    return [found[1]] if found is not None else []


# ---------------------------------------------------------------- places and institutions


def _places(spot: Spot) -> tuple[tuple[str, ...], bool, str | None]:
    """The name's words of the place or institution nearest to the number in its clause, whether it stands right at the
    number, and the institution's noun."""
    found: list[tuple[bool, int, Token]] = []
    institutions = list_of("scope", "institutions")
    prepositions, path = list_of("scope", "prepositions"), {spot.top.i, *(t.i for t in spot.top.ancestors)}
    for token in spot.clause:
        if token.dep_ != "prep" or token.lower_ not in prepositions or token.head.i not in path:
            continue
        for noun in token.children:
            if noun.dep_ != "pobj" or noun.pos_ not in NOUNS or is_calendar(noun) or spot.group.top in noun.subtree:
                continue
            if name_words(noun) or head_lemma(noun) in institutions:
                beside = token.head is spot.top or 0 <= token.i - max(spot.top.i, spot.group.last) <= _BESIDE
                found.append((not beside, _distance(spot, token), noun))
    if not found:
        return (), False, None
    far, _, noun = min(found, key=lambda row: (row[0], row[1], row[2].i))
    head = head_lemma(noun)
    return name_words(noun), not far, head if head in institutions else None


_BESIDE = 2  # tokens behind the counted noun at which a preposition stands at the number


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
        inside = [noun, *(c for c in noun.children if c.dep_ in ("compound", "amod"))]
        found += [known[w] for t in inside if (w := head_lemma(t)) in known]
    if spot.verb is not None and spot.verb.lemma_ == "be" and spot.top.i < spot.verb.i:
        found += [known[w] for c in spot.verb.children if c.dep_ == "attr" and (w := head_lemma(c)) in known]
    return tuple(sorted({g for g in found if g != "person"} or set(found)))


def _severity(spot: Spot) -> Severity | None:
    """The severity that the number's own words say: "three critically", "12 with minor injuries"."""
    first, last = max(0, spot.group.first - 2), spot.group.last + _SEVERE
    serious, slight = list_of("scope", "serious"), list_of("scope", "slight")
    for token in spot.doc[first : last + 1]:
        if token.i > spot.group.last and (
            token.text in (";", "(", ",") or (token.like_num and token.i > spot.group.last)
        ):
            return None
        if token.lower_ in serious:
            return "serious"
        if token.lower_ in slight:
            return "slight"
    return None


def _times(spot: Spot) -> tuple[str, ...]:
    """The stretches of time that the clause names, "each day" for a rate."""
    text = " " + " ".join(t.lower_ for t in spot.clause) + " "
    found = [m[1] for m in _pattern("times", r" ({}) ", user_folders()).finditer(text)]
    pattern, stretches = _rates(user_folders())
    found += [f"each {stretches[m[1]]}" for m in pattern.finditer(text)]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=2)
def _rates(_folders: tuple[Path, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """What says that a number is of each of so many stretches of time, and of which."""
    table: dict[str, list[str]] = words_of("scope")["rates"]
    stretches = {phrase: stretch for stretch, phrases in table.items() for phrase in phrases}
    phrases = "|".join(map(re.escape, sorted(stretches, key=lambda p: (-len(p), p))))
    return re.compile(f" ({phrases}) (?!after|before|earlier|later|ago|old)"), stretches
