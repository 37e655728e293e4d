"""What a source phrase shows by itself: a body, an office of a place, a person, another name, or a description that
tells itself from others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from processing.figures.names import AliasList, Match, Word, fold, slug, words_of
from processing.words import load_words, user_folders
from processing.words.calendar import full_months, full_weekdays
from schemas.records import SourceType

__all__ = ["LINKS", "Kinds", "Lists", "Phrase", "joint_parts", "read_phrase", "singular", "source_lists"]

LINKS = {"of", "in", "for", "at", "from", "on", "with"}


def _listed(name: str) -> frozenset[str]:
    """A list of [phrase] of bodies.toml as a set."""
    return _as_set(name, user_folders())


@lru_cache(maxsize=16)
def _as_set(name: str, _folders: tuple[Path, ...]) -> frozenset[str]:
    return frozenset(load_words("bodies")["phrase"][name])


def _no_names() -> frozenset[str]:
    """Words that are no names however they are written: of dates, pronouns, articles."""
    return _all_no_names(_listed("no_names"))


@lru_cache(maxsize=4)
def _all_no_names(listed: frozenset[str]) -> frozenset[str]:
    return listed | frozenset((*full_months(), *full_weekdays()))


@dataclass(frozen=True, slots=True)
class Kinds:
    """Words by which the name of a source that no list has shows its type."""

    words: dict[str, SourceType | None]  # None: tells nothing, whatever its parts say ("European Union")
    weak: frozenset[str]  # people that any body has: "officials", "president"
    bodies: frozenset[str]  # bodies in which a trade joins: "federation"
    trades: tuple[tuple[frozenset[str], SourceType], ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """The shipped lists (with the user's own), ready for look-up."""

    bodies: AliasList
    offices: AliasList
    countries: AliasList
    types: dict[str, SourceType]  # id of a body or office -> type
    kinds: Kinds
    vague: frozenset[str]
    adjectives: frozenset[str]
    titles: frozenset[str]
    regions: frozenset[str]
    bodily: frozenset[str]  # nouns by which an article speaks of a body that it has named


@dataclass(frozen=True, slots=True)
class Phrase:
    """What the words of a source phrase show, before anything is known of the article."""

    body: str | None = None
    office: str | None = None
    place: str | None = None
    person: tuple[str, ...] = ()  # the words of a person's name, folded
    name: str | None = None  # slug of another name
    described: str | None = None  # slug of a description that tells itself from others
    acronym: str | None = None


def source_lists() -> Lists:
    return _make_lists(id(load_words("bodies")))


@lru_cache(maxsize=4)
def _make_lists(_loaded: int) -> Lists:
    data: Mapping[str, Any] = load_words("bodies")
    countries = load_words("countries")["countries"]
    bodies, offices = data["bodies"], data["offices"]
    return Lists(
        AliasList.build({id: entry["names"] for id, entry in bodies.items()}),
        AliasList.build({id: entry["names"] for id, entry in offices.items()}),
        AliasList.build(countries),
        {id: entry["type"] for id, entry in (*bodies.items(), *offices.items())},
        _kinds(data),
        frozenset(data["vague"]["heads"]),
        frozenset(data["vague"]["adjectives"]),
        frozenset(data["titles"]["words"]),
        frozenset(data["regions"]["words"]),
        frozenset(data["bodily"]["words"]),
    )


def _kinds(data: Mapping[str, Any]) -> Kinds:
    form = data["form"]
    words: dict[str, SourceType | None] = {fold(w): kind for kind, some in data["types"].items() for w in some}
    words |= {fold(w): kind for kind, some in data["named"].items() for w in some}
    words |= {fold(w): None for w in form["nothing"]}
    trades: tuple[tuple[frozenset[str], SourceType], ...] = (
        (frozenset(form["workers"]), "union"),
        (frozenset(form["owners"]), "employer"),
    )
    return Kinds(words, frozenset(form["weak"]), frozenset(form["bodies"]), trades)


# ---------------------------------------------------------------- reading one phrase


def _place(words: Sequence[Word], office: Match, lists: Lists) -> str | None:
    """The place that an office is of: the name before it ("Iran's interior ministry") or after "of" ("governor of
    Qeshm")."""
    before = list(words[: office.first])
    while (
        before
        and before[-1].key in lists.adjectives | _listed("places")
        and not before[-1].acronym
        and before[-1].key not in ("us",)
    ):
        before.pop()
    run: list[Word] = []
    follower = words[office.first]
    for word in reversed(before):
        joins = word.key in ("and", "&") and bool(run)
        if follower.comma or not (word.capital or joins) or word.key in lists.titles:
            break
        run.insert(0, word)
        follower = word
    while run and run[0].key in ("and", "&"):
        run.pop(0)
    if not run:
        after = list(words[office.last :])
        if after and after[0].key in LINKS:
            for word in after[1:]:
                if word.comma or not (
                    word.capital or word.key in _listed("places") or (not run and word.key in lists.adjectives)
                ):
                    break
                if word.capital and word.key not in _listed("places"):
                    run.append(word)
    if not run:
        return None
    country = lists.countries.find(run)
    return country.id if country else slug(" ".join(w.key for w in run))


def _person(words: Sequence[Word], lists: Lists, *, skip: Match | None) -> tuple[str, ...]:
    """The words of a person's name: a run of two to four capitalised words that are neither titles nor a place; ()
    where there is none."""
    runs: list[list[Word]] = [[]]
    for i, word in enumerate(words):
        inside = skip is not None and skip.first <= i < skip.last
        linked = i > 0 and words[i - 1].key in LINKS
        broken = (
            inside or linked or word.comma or not word.capital or word.key in lists.titles or word.key in _no_names()
        )
        if broken and runs[-1]:
            runs.append([])
        if not inside and not linked and word.capital and word.key not in lists.titles and word.key not in _no_names():
            runs[-1].append(word)
    names = []
    for run in runs:
        country = lists.countries.find(run) if run else None
        if country is not None:
            run = run[country.last :] if country.first == 0 else []
        if run and run[-1].key in lists.kinds.bodies:
            continue  # the Dockers' Union is nobody's name
        if 2 <= len(run) <= 4 and not any(w.acronym and len(w.key) > 3 for w in run) and "'s" not in run[0].raw:
            names.append(tuple(w.key for w in run))
    return names[-1] if names else ()


def _of_members(words: Sequence[Word], office: Match, lists: Lists) -> str | None:
    """The name of a body of the office's people, where that is meant and not the office: "the Orlin police officers'
    union", "the Union of Hospital Doctors"; None where it is the office."""
    first, last = office.first, office.last
    before = words[:first]
    if len(before) > 1 and before[-1].key in ("of", "for") and before[-2].key in lists.kinds.bodies:
        behind = next((i for i in range(last, len(words)) if words[i].comma or not words[i].capital), len(words))
        return slug(" ".join(w.key for w in words[first - 2 : behind]))
    while first > 0 and words[first - 1].capital and not words[first].comma and words[first - 1].key not in LINKS:
        first -= 1
    for i in range(last, len(words)):
        if words[i].key in LINKS or words[i].comma:
            return None
        if words[i].key in lists.kinds.bodies:
            return slug(" ".join(w.key for w in words[first : i + 1]))
    return None


def read_phrase(phrase: str, aliases: AliasList, lists: Lists) -> Phrase:
    """What a source phrase shows by itself."""
    words = [w for w in words_of(phrase) if w.key != "the"]
    if not words:
        return Phrase()
    own = aliases.find(words)
    former = any(w.key in ("former", "ex") for w in words)
    body = own or (None if former else lists.bodies.find(words))
    office = None if former else lists.offices.find(words)
    members = _of_members(words, office, lists) if office is not None and body is None else None
    if members is not None:
        return Phrase(name=members)
    if body is not None and office is not None and own is None and office.last - office.first > body.last - body.first:
        body = None
    person = _person(words, lists, skip=body or office)
    if body is not None:
        return Phrase(body=body.id, person=person)
    if office is not None:
        place = _place(words, office, lists)
        if place is not None and person and place == slug(" ".join(person)):
            place = None
        return Phrase(office=office.id, place=place, person=person)
    if person:
        return Phrase(person=person)
    return _other_name(words, lists)


def _other_name(words: Sequence[Word], lists: Lists) -> Phrase:
    """A name of one word, an acronym, an organisation that no list has, or a description."""
    plain = lists.titles | lists.regions | lists.vague | lists.adjectives | _no_names()
    names = [w for w in words if w.capital and (w.acronym or w.key not in plain)]
    country = lists.countries.find(words)
    heads = [w for w in words if not w.capital]
    if len(names) == 1 and names[0].acronym and country is None:
        return Phrase(acronym=names[0].key)
    if (
        names
        and country is None
        and (not heads or all(w.key in lists.titles | lists.vague | lists.adjectives | _listed("small") for w in heads))
    ):
        return Phrase(name=slug(" ".join(w.key for w in names)))
    kept = []
    for i, word in enumerate(words):
        if country is not None and country.first <= i < country.last:
            if i == country.first:
                kept.append(country.id)
        elif word.key not in lists.adjectives and word.key not in _listed("small") | LINKS:
            kept.append(singular(word.key))
    told = [w for w in kept if w not in lists.vague and f"{w}s" not in lists.vague]
    return Phrase(described=slug(" ".join(kept[:6]))) if told and kept else Phrase()


def singular(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


_AND = re.compile(r"\s*,?\s+and\s+|\s*,\s+(?=(?:the\s+)?[A-Z])|\s+as well as\s+")


def joint_parts(source: str, aliases: AliasList, lists: Lists) -> list[str]:
    """A joint source's parts ("IRNA and the USGS"), where each is a body, an office, a person or an acronym by itself;
    else the whole."""
    if not re.search(r"\band\b|\bas well as\b", source):
        return [source]
    words = [w for w in words_of(source) if w.key != "the"]
    whole = aliases.find(words) or lists.bodies.find(words)
    if whole is not None and any(w.key == "and" for w in words[whole.first : whole.last]):
        return [source]
    parts = [p for p in _AND.split(source) if p.strip()]
    read = [read_phrase(p, aliases, lists) for p in parts]
    if len(parts) > 1 and all(p.body or p.acronym or p.person or p.office for p in read):
        return parts
    return [source]
