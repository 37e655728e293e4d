"""Who says it: one id for one source, however it is named.

Names are looked up in the topic file, in the shipped list of bodies and offices (bodies.toml, countries.toml), then in
the article (a full name before its surname, a name before its acronym in brackets), then in the story."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from processing.figures.names import AliasList, paper_id, slug
from processing.figures.phrases import Lists, Phrase, joint_parts, read_phrase, singular, source_lists
from schemas.config import Topic
from schemas.records import Claim

__all__ = ["resolve_sources"]


@dataclass(slots=True)
class _Known:
    """What an article or story says of names: acronyms, persons by surname, persons' bodies, offices' full ids."""

    acronyms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    persons: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    bodies: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    offices: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


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


def _office_id(phrase: Phrase) -> str:
    return f"{phrase.place}-{phrase.office}" if phrase.place else str(phrase.office)


def _learn(known: _Known, phrase: Phrase) -> None:
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


def _identify(phrase: Phrase, article: _Known, story: _Known) -> str | None:
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
            return (
                None
                if full_name is None
                else _only(article.bodies.get(full_name, ()), story.bodies.get(full_name, ())) or full_name
            )
        return phrase.name
    return phrase.described


def resolve_sources(claims: Sequence[Claim], topics: Sequence[Topic]) -> dict[str, str | tuple[str, ...] | None]:
    """The source's id for each claim id.

    `claims` are those of one story or topic: what one article says of a name helps with another. An outlet's own voice
    is "outlet:<outlet id>", one origin per outlet (of ingested files: per paper). A joint source gives a tuple, sorted.
    None where somebody is cited but it cannot be decided who ("officials", "a source"), or where the reader left it
    unresolved."""
    lists = source_lists()
    aliases = AliasList.build({id: spec.names for topic in topics for id, spec in topic.sources.items()})
    story, articles = _Known(), defaultdict[str, _Known](_Known)
    read: dict[str, Phrase] = {}

    def phrase(text: str) -> Phrase:
        if text not in read:
            read[text] = read_phrase(text, aliases, lists)
        return read[text]

    for claim in claims:
        here = articles[claim.article_key]
        for short, full in _acronyms(claim.sentence):
            id = _identify(phrase(full), here, story) or slug(full)
            here.acronyms[short].add(id)
            story.acronyms[short].add(id)
        for part in joint_parts(claim.source, aliases, lists) if claim.source else ():
            _learn(here, phrase(part))
            _learn(story, phrase(part))
    resolved: dict[str, str | tuple[str, ...] | None] = {}
    for claim in claims:
        resolved[claim.id] = _resolve(claim, articles[claim.article_key], story, aliases, lists, phrase)
    return _refer_back(claims, _by_full_name(resolved, lists))


Resolved = dict[str, str | tuple[str, ...] | None]


def _by_full_name(resolved: Resolved, lists: Lists) -> Resolved:
    """A body's short name with the id of the one longer name that ends with it: "the Dockers' Union" of who is the
    Kelvar Dockers' Union elsewhere in the story."""
    ids = {id for one in resolved.values() for id in (one if isinstance(one, tuple) else (one,)) if id}
    full = {}
    for id in ids:
        if "-" in id and id.rpartition("-")[2] in lists.kinds.bodies:
            longer = [other for other in ids if other.endswith(f"-{id}")]
            if len(longer) == 1:
                full[id] = longer[0]
    if not full:
        return resolved

    def named(id: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        if isinstance(id, tuple):
            several = tuple(sorted({full.get(i, i) for i in id}))
            return several if len(several) > 1 else several[0]
        return full.get(id, id) if id else id

    return {claim: named(id) for claim, id in resolved.items()}


def _refer_back(
    claims: Sequence[Claim], resolved: dict[str, str | tuple[str, ...] | None]
) -> dict[str, str | tuple[str, ...] | None]:
    """Bare descriptions ("the officials", "the agency") with the id of the article's one source of that noun, else of
    its only source."""
    heads: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for claim in claims:
        id = resolved[claim.id]
        if isinstance(id, str) and not id.startswith("outlet:"):
            heads[claim.article_key][singular((claim.source_head or "").lower())].add(id)
    done = dict(resolved)
    for claim in claims:
        words = (claim.source or "").lower().split()
        if resolved[claim.id] is not None or claim.source_status != "described" or len(words) != 2 or words[0] != "the":
            continue
        noun, known = singular(words[1]), heads[claim.article_key]
        everybody = set().union(*known.values())
        done[claim.id] = _only(known.get(noun, ()), everybody if noun in source_lists().bodily else ())
    return done


def _voice(claim: Claim) -> str:
    """The outlet whose own voice it is. Files that were ingested without an outlet lay under one name once, whatever
    paper they are of."""
    named = claim.outlet == "ingest" and claim.outlet_name not in ("", "ingest")
    return paper_id(claim.outlet_name) if named else claim.outlet


def _resolve(
    claim: Claim, article: _Known, story: _Known, aliases: AliasList, lists: Lists, phrase: Any
) -> str | tuple[str, ...] | None:
    if claim.source_status == "outlet":
        return f"outlet:{_voice(claim)}"
    if claim.source_status == "unresolved" or not claim.source:
        return None
    ids = {_identify(phrase(part), article, story) for part in joint_parts(claim.source, aliases, lists)}
    if None in ids:
        return None
    named = sorted(id for id in ids if id is not None)
    return named[0] if len(named) == 1 else tuple(named)
