"""Who says it: one id for one source, however it is named.

Names are looked up in the topic file, in the shipped list of bodies and offices (bodies.toml, countries.toml), then in the article
(a full name before its surname, a name before its acronym in brackets), then in the story.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from processing.figures.names import AliasList, Match, Word, slug, words_of
from processing.words import load_words
from schemas.config import SourceSpec, Topic
from schemas.records import Claim

__all__ = ["SOURCE_TYPES", "resolve_sources", "source_grade", "source_type"]

SourceType = Literal["conflict_party", "government", "un", "ngo", "medical", "eyewitness", "company", "anonymous", "media"]
SOURCE_TYPES: tuple[SourceType, ...] = ("conflict_party", "government", "un", "ngo", "medical", "eyewitness", "company", "anonymous", "media")

_LINKS = {"of", "in", "for", "at", "from", "on", "with"}
_SMALL = {"of", "and", "for", "the", "on", "in", "de", "la", "du", "al", "el", "bin", "van", "von", "der", "y", "e", "&"}
_GENERIC_PLACE = {"island", "province", "county", "city", "state", "district", "region", "town", "village", "municipality", "country"}
_NOT_NAMES = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december", "i", "he", "she", "they", "it", "we", "who", "a", "an", "one", "both", "some", "many", "according", "but",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Lists:
    """The shipped lists (with the user's own), ready for look-up."""

    bodies: AliasList
    offices: AliasList
    countries: AliasList
    types: dict[str, str]  # id of a body or office -> type
    words: tuple[tuple[str, frozenset[str]], ...]  # (type, words that show it)
    vague: frozenset[str]
    adjectives: frozenset[str]
    titles: frozenset[str]
    regions: frozenset[str]


@dataclass(slots=True)
class _Known:
    """What an article or story says of names: acronyms, persons by surname, persons' bodies, offices' full ids."""

    acronyms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    persons: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    bodies: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    offices: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True, slots=True)
class _Phrase:
    """What the words of a source phrase show, before anything is known of the article."""

    body: str | None = None
    office: str | None = None
    place: str | None = None
    person: tuple[str, ...] = ()  # the words of a person's name, folded
    name: str | None = None  # slug of another name
    described: str | None = None  # slug of a description that tells itself from others
    acronym: str | None = None


def _lists() -> _Lists:
    return _make_lists(id(load_words("bodies")))


@lru_cache(maxsize=4)
def _make_lists(_loaded: int) -> _Lists:
    data: Mapping[str, Any] = load_words("bodies")
    countries = load_words("countries")["countries"]
    bodies, offices = data["bodies"], data["offices"]
    return _Lists(
        AliasList.build({id: entry["names"] for id, entry in bodies.items()}),
        AliasList.build({id: entry["names"] for id, entry in offices.items()}),
        AliasList.build(countries),
        {id: entry["type"] for id, entry in (*bodies.items(), *offices.items())},
        tuple((kind, frozenset(words)) for kind, words in data["types"].items()),
        frozenset(data["vague"]["heads"]),
        frozenset(data["vague"]["adjectives"]),
        frozenset(data["titles"]["words"]),
        frozenset(data["regions"]["words"]),
    )


# ---------------------------------------------------------------- reading one phrase


def _place(words: Sequence[Word], office: Match, lists: _Lists) -> str | None:
    """The place that an office is of: the name before it ("Iran's interior ministry") or after "of" ("governor of Qeshm")."""
    before = list(words[: office.first])
    while before and before[-1].key in lists.adjectives | _GENERIC_PLACE and not before[-1].acronym and before[-1].key not in ("us",):
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
        if after and after[0].key in _LINKS:
            for word in after[1:]:
                if word.comma or not (word.capital or word.key in _GENERIC_PLACE or (not run and word.key in lists.adjectives)):
                    break
                if word.capital and word.key not in _GENERIC_PLACE:
                    run.append(word)
    if not run:
        return None
    country = lists.countries.find(run)
    return country.id if country else slug(" ".join(w.key for w in run))


def _person(words: Sequence[Word], lists: _Lists, *, skip: Match | None) -> tuple[str, ...]:
    """The words of a person's name: a run of two to four capitalised words that are neither titles nor a place; () where there is none."""
    runs: list[list[Word]] = [[]]
    for i, word in enumerate(words):
        inside = skip is not None and skip.first <= i < skip.last
        linked = i > 0 and words[i - 1].key in _LINKS
        broken = inside or linked or word.comma or not word.capital or word.key in lists.titles or word.key in _NOT_NAMES
        if broken and runs[-1]:
            runs.append([])
        if not inside and not linked and word.capital and word.key not in lists.titles and word.key not in _NOT_NAMES:
            runs[-1].append(word)
    names = []
    for run in runs:
        country = lists.countries.find(run) if run else None
        if country is not None:
            run = run[country.last :] if country.first == 0 else []
        if 2 <= len(run) <= 4 and not any(w.acronym and len(w.key) > 3 for w in run) and "'s" not in run[0].raw:
            names.append(tuple(w.key for w in run))
    return names[-1] if names else ()


def _read_phrase(phrase: str, aliases: AliasList, lists: _Lists) -> _Phrase:
    """What a source phrase shows by itself."""
    words = [w for w in words_of(phrase) if w.key != "the"]
    if not words:
        return _Phrase()
    own = aliases.find(words)
    former = any(w.key in ("former", "ex") for w in words)
    body = own or (None if former else lists.bodies.find(words))
    office = None if former else lists.offices.find(words)
    if body is not None and office is not None and own is None and office.last - office.first > body.last - body.first:
        body = None
    person = _person(words, lists, skip=body or office)
    if body is not None:
        return _Phrase(body=body.id, person=person)
    if office is not None:
        place = _place(words, office, lists)
        if place is not None and person and place == slug(" ".join(person)):
            place = None
        return _Phrase(office=office.id, place=place, person=person)
    if person:
        return _Phrase(person=person)
    return _other_name(words, lists)


def _other_name(words: Sequence[Word], lists: _Lists) -> _Phrase:
    """A name of one word, an acronym, an organisation that no list has, or a description."""
    plain = lists.titles | lists.regions | lists.vague | lists.adjectives | _NOT_NAMES
    names = [w for w in words if w.capital and (w.acronym or w.key not in plain)]
    country = lists.countries.find(words)
    heads = [w for w in words if not w.capital]
    if len(names) == 1 and names[0].acronym and country is None:
        return _Phrase(acronym=names[0].key)
    if names and country is None and (not heads or all(w.key in lists.titles | lists.vague | lists.adjectives | _SMALL for w in heads)):
        return _Phrase(name=slug(" ".join(w.key for w in names)))
    kept = []
    for i, word in enumerate(words):
        if country is not None and country.first <= i < country.last:
            if i == country.first:
                kept.append(country.id)
        elif word.key not in lists.adjectives and word.key not in _SMALL | _LINKS:
            kept.append(_singular(word.key))
    told = [w for w in kept if w not in lists.vague and f"{w}s" not in lists.vague]
    return _Phrase(described=slug(" ".join(kept[:6]))) if told and kept else _Phrase()


def _singular(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


# ---------------------------------------------------------------- what article and story know


_ACRONYM = re.compile(r"((?:[A-Z][\w'’\-]*\s+(?:(?:of|for|and|the|on|de|in)\s+)*){1,8})\(([A-Z][A-Za-z.]{1,9})\)")


def _acronyms(sentence: str) -> list[tuple[str, str]]:
    """(acronym, full name) of each "Full Name (FN)" whose letters agree."""
    found = []
    for full, short in _ACRONYM.findall(sentence):
        letters = short.replace(".", "").lower()
        words = full.split()
        for size in range(min(len(words), len(letters) + 4), 1, -1):
            run = words[-size:]
            initials = "".join(w[0] for w in run if w[0].isupper()).lower()
            if initials == letters and run[0][0].isupper():
                found.append((letters, " ".join(run)))
                break
    return found


def _office_id(phrase: _Phrase) -> str:
    return f"{phrase.place}-{phrase.office}" if phrase.place else str(phrase.office)


def _learn(known: _Known, phrase: _Phrase) -> None:
    if phrase.person:
        known.persons[phrase.person[-1]].add("-".join(phrase.person))
        if phrase.body:
            known.bodies["-".join(phrase.person)].add(phrase.body)
        elif phrase.office and phrase.place:
            known.bodies["-".join(phrase.person)].add(_office_id(phrase))
    if phrase.office and phrase.place:
        known.offices[phrase.office].add(_office_id(phrase))


def _only(*choices: Iterable[str]) -> str | None:
    """The one member of the first set that is not empty; None where it has several."""
    for choice in choices:
        members = set(choice)
        if members:
            return members.pop() if len(members) == 1 else None
    return None


def _identify(phrase: _Phrase, article: _Known, story: _Known) -> str | None:
    """The id of a phrase's source, as far as it can be decided."""
    if phrase.body:
        return phrase.body
    if phrase.office and phrase.place:
        return _office_id(phrase)
    if phrase.person:
        full = "-".join(phrase.person)
        return _only(article.bodies.get(full, ()), story.bodies.get(full, ())) or full
    if phrase.office:
        near, far = article.offices.get(phrase.office, set()), story.offices.get(phrase.office, set())
        return _only(near, far) if near or far else phrase.office
    if phrase.acronym:
        return _only(article.acronyms.get(phrase.acronym, ()), story.acronyms.get(phrase.acronym, ())) or phrase.acronym
    if phrase.name:
        last = phrase.name.rsplit("-", 1)[-1]
        near, far = article.persons.get(last, set()), story.persons.get(last, set())
        if near or far:
            full_name = _only(near, far)
            return None if full_name is None else _only(article.bodies.get(full_name, ()), story.bodies.get(full_name, ())) or full_name
        return phrase.name
    return phrase.described


_AND = re.compile(r"\s*,?\s+and\s+|\s*,\s+(?=(?:the\s+)?[A-Z])|\s+as well as\s+")


def _parts(source: str, aliases: AliasList, lists: _Lists) -> list[str]:
    """A joint source's parts ("IRNA and the USGS"), where each is a body, an office, a person or an acronym by itself; else the whole."""
    if not re.search(r"\band\b|\bas well as\b", source):
        return [source]
    words = [w for w in words_of(source) if w.key != "the"]
    whole = aliases.find(words) or lists.bodies.find(words)
    if whole is not None and any(w.key == "and" for w in words[whole.first : whole.last]):
        return [source]
    parts = [p for p in _AND.split(source) if p.strip()]
    read = [_read_phrase(p, aliases, lists) for p in parts]
    if len(parts) > 1 and all(p.body or p.acronym or p.person or p.office for p in read):
        return parts
    return [source]


def resolve_sources(claims: Sequence[Claim], topics: Sequence[Topic]) -> dict[str, str | tuple[str, ...] | None]:
    """The source's id for each claim id.

    `claims` are those of one story or topic: what one article says of a name helps with another. An outlet's own voice is
    "outlet:<outlet id>", one origin per outlet. A joint source gives a tuple, sorted. None where somebody is cited but it cannot be
    decided who ("officials", "a source"), or where the reader left it unresolved.
    """
    lists = _lists()
    aliases = AliasList.build({id: spec.names for topic in topics for id, spec in topic.sources.items()})
    story, articles = _Known(), defaultdict[str, _Known](_Known)
    read: dict[str, _Phrase] = {}

    def phrase(text: str) -> _Phrase:
        if text not in read:
            read[text] = _read_phrase(text, aliases, lists)
        return read[text]

    for claim in claims:
        here = articles[claim.article_key]
        for short, full in _acronyms(claim.sentence):
            id = _identify(phrase(full), here, story) or slug(full)
            here.acronyms[short].add(id)
            story.acronyms[short].add(id)
        for part in _parts(claim.source, aliases, lists) if claim.source else ():
            _learn(here, phrase(part))
            _learn(story, phrase(part))
    resolved: dict[str, str | tuple[str, ...] | None] = {}
    for claim in claims:
        resolved[claim.id] = _resolve(claim, articles[claim.article_key], story, aliases, lists, phrase)
    return _refer_back(claims, resolved)


_BODIES = frozenset(
    ["agency", "service", "ministry", "office", "department", "body", "organisation", "organization", "authority", "federation", "institution", "bureau", "military"]
)  # nouns by which an article speaks of a body that it has named


def _refer_back(claims: Sequence[Claim], resolved: dict[str, str | tuple[str, ...] | None]) -> dict[str, str | tuple[str, ...] | None]:
    """Bare descriptions ("the officials", "the agency") with the id of the article's one source of that noun, else of its only source."""
    heads: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for claim in claims:
        id = resolved[claim.id]
        if isinstance(id, str) and not id.startswith("outlet:"):
            heads[claim.article_key][_singular((claim.source_head or "").lower())].add(id)
    done = dict(resolved)
    for claim in claims:
        words = (claim.source or "").lower().split()
        if resolved[claim.id] is not None or claim.source_status != "described" or len(words) != 2 or words[0] != "the":
            continue
        noun, known = _singular(words[1]), heads[claim.article_key]
        everybody = set().union(*known.values())
        done[claim.id] = _only(known.get(noun, ()), everybody if noun in _BODIES else ())
    return done


def _resolve(claim: Claim, article: _Known, story: _Known, aliases: AliasList, lists: _Lists, phrase: Any) -> str | tuple[str, ...] | None:
    if claim.source_status == "outlet":
        return f"outlet:{claim.outlet}"
    if claim.source_status == "unresolved" or not claim.source:
        return None
    ids = {_identify(phrase(part), article, story) for part in _parts(claim.source, aliases, lists)}
    if None in ids:
        return None
    named = sorted(id for id in ids if id is not None)
    return named[0] if len(named) == 1 else tuple(named)


# ---------------------------------------------------------------- type and grade


def _spec(source_id: str, topics: Sequence[Topic]) -> SourceSpec | None:
    return next((topic.sources[source_id] for topic in topics if source_id in topic.sources), None)


def source_type(source_id: str | tuple[str, ...] | None, topics: Sequence[Topic] = ()) -> str | None:
    """What kind of source an id is, one of SOURCE_TYPES: as the topic file says, else the shipped list, else by its words; None where unknown.

    A joint source has a type where all its members share one.
    """
    if source_id is None:
        return None
    if isinstance(source_id, tuple):
        kinds = {source_type(id, topics) for id in source_id}
        return kinds.pop() if len(kinds) == 1 else None
    if source_id.startswith("outlet:"):
        return "media"
    spec = _spec(source_id, topics)
    if spec is not None and spec.type is not None:
        return spec.type
    lists = _lists()
    if source_id in lists.types:
        return lists.types[source_id]
    for office in sorted((o for o in lists.types if source_id.endswith(f"-{o}")), key=len, reverse=True):
        return lists.types[office]
    words = source_id.split("-")
    for word in reversed(words):
        for kind, shown in lists.words:
            if word in shown or f"{word}s" in shown:
                return kind
    return None


def source_grade(source_id: str | None, topics: Sequence[Topic] = ()) -> str | None:
    """The reliability grade (A to F) that a topic file gives a source; None where it gives none."""
    spec = _spec(source_id, topics) if source_id is not None else None
    return spec.grade if spec else None
