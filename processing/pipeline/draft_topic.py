"""A topic file drafted from words and from what the archive holds on them: the words as groups of `match`, the sources
that are named most, the figures that are told most."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processing.figures import topic_figures
from processing.pipeline.follow import as_flow, as_yaml, checked_topic, figure_entry, plain_name
from processing.pipeline.topics import match_topics
from processing.pipeline.work import Work
from processing.store import Where
from processing.store.grammar import forms
from schemas.config import Topic
from schemas.errors import UsageError
from schemas.records import Article, Claim, Figure

__all__ = ["DraftedTopic", "draft_topic"]

_ARTICLES = 300  # of the archive that a draft is made from, best first
_FORMS = 6  # of one word in a group of `match`
_SOURCES = 8
_FIGURES = 6
_TWICE = 2  # claims that a source or a figure of a draft has at least


@dataclass(frozen=True, slots=True)
class DraftedTopic:
    """The text of a topic file, what it says, and how many of the articles that were found its `match` takes."""

    text: str
    topic: Topic
    matching: int
    articles: int


def draft_topic(work: Work, words: str, name: str | None = None) -> DraftedTopic:
    """Draft a topic from words ("harbour protest", '"North Korea" Kursk') and the articles that hold all of them.

    `name`: of the topic and its file; None: made of the words. Raises: UsageError (no words, none of the archive's
    articles holds them all, a name that is no good one or that a topic has already), StoreError."""
    terms = _terms(words)
    if not terms:
        raise UsageError(f"{words!r}: no words; write what an article on the topic must hold, such as: harbour protest")
    named = name or plain_name(words)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", named):
        raise UsageError(f"--name {named!r}: small letters, digits and hyphens only, such as harbour-protest")
    if named in work.topics:
        raise UsageError(f"there is a topic {named!r} already ({work.topics[named].path}); give another --name")
    asked = " ".join(f'"{t}"' if " " in t else t for t in terms)
    articles = [hit.article for hit in work.store.search(asked, limit=_ARTICLES)]
    if not articles:
        raise UsageError(
            f"no article in the store holds {' and '.join(map(repr, terms))}; try fewer words, or `counterclaim run` "
            f"and `counterclaim ingest` bring articles in"
        )
    claims = list(work.store.find(Claim, Where("article_key", "in", sorted({a.key for a in articles}))))
    told = _told_most(work, claims)
    text = _written(named, terms, articles, claims, told)
    topic = checked_topic(text, Path(f"{named}.yml"))
    taken = {figure.name for figure in topic_figures(topic, claims, []) if len(figure.claims) >= _TWICE}
    if missed := [key for key in told if key not in taken]:  # what such a file would not find again is not drafted
        text = _written(named, terms, articles, claims, {key: f for key, f in told.items() if key not in missed})
        topic = checked_topic(text, Path(f"{named}.yml"))
    return DraftedTopic(text, topic, sum(bool(match_topics(a, [topic])) for a in articles), len(articles))


def _terms(words: str) -> list[str]:
    """Words and phrases between quotation marks, in their order, each once."""
    found = [(phrase or word).strip() for phrase, word in re.findall(r'"([^"]*)"|([^\s"]+)', words)]
    return list(dict.fromkeys(term for term in found if re.search(r"\w", term)))


def _written(
    name: str, terms: Sequence[str], articles: Sequence[Article], claims: Sequence[Claim], figures: Mapping[str, Figure]
) -> str:
    first = min((day for a in articles if (day := a.published_day)), default=None)
    data: dict[str, Any] = {
        "name": name,
        "title": " ".join(terms)[:1].upper() + " ".join(terms)[1:],
        "match": [as_flow(group) for group in _groups(terms, articles)],
    }
    if first is not None:
        data["since"] = first
    if sources := _sources(claims):
        data["sources"] = sources
    if figures:
        by_id = {c.id: c for c in claims}
        data["figures"] = {
            key: as_flow(figure_entry(figure, [by_id[id] for id in figure.claims if id in by_id]))
            for key, figure in figures.items()
        }
    outlets = len({a.outlet for a in articles})
    return (
        f"# Drafted from {len(articles)} article{'' if len(articles) == 1 else 's'} of {outlets} "
        f"outlet{'' if outlets == 1 else 's'}. Look at `match`: an article is on the topic when every group hits;\n"
        f"# at `sources`: names that mean one source stand in one list; at `figures`: keep what you follow.\n"
        f"{as_yaml(data)}"
    )


def _groups(terms: Sequence[str], articles: Sequence[Article]) -> list[list[str]]:
    """For each term the forms of it that the articles hold, the commonest first; a phrase stands as it is."""
    seen: Counter[str] = Counter()
    for article in articles:
        seen.update(set(re.findall(r"\w+", f"{article.title or ''} {article.text}".casefold())))
    groups = []
    for term in terms:
        others = [form for form in forms(term) if form != term.casefold() and seen[form]] if " " not in term else []
        groups.append([term, *sorted(others, key=lambda form: (-seen[form], form))][:_FORMS])
    return groups


def _sources(claims: Sequence[Claim]) -> dict[str, Any]:
    """The sources that are named most, with the names they were written by."""
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for claim in claims:
        if claim.source_status == "named" and isinstance(claim.source_id, str) and claim.source:
            names[claim.source_id][claim.source] += 1
    most = sorted(names.items(), key=lambda item: (-item[1].total(), item[0]))
    made: dict[str, Any] = {}
    for _, written in most:
        key = plain_name(re.sub("^the ", "", written.most_common(1)[0][0], flags=re.IGNORECASE))
        if written.total() >= _TWICE and key not in made and len(made) < _SOURCES:
            made[key] = {"names": as_flow([text for text, _ in written.most_common()])}
    return made


def _told_most(work: Work, claims: Sequence[Claim]) -> dict[str, Figure]:
    """The found figures with most claims in these articles, by key: of what a desk follows first, then those
    that several outlets tell."""
    outlet = {c.id: c.outlet for c in claims}
    stories = sorted({c.story for c in claims if c.story})
    rank: list[tuple[bool, int, int, str, Figure]] = []
    for figure in work.store.find(Figure, Where("story", "in", stories)) if stories else ():
        mine = [id for id in figure.claims if id in outlet]
        if len(mine) >= _TWICE and not figure.topic and not figure.background:
            outlets = len({outlet[id] for id in mine})
            if figure.alerts or outlets > 1:
                rank.append((not figure.alerts, -outlets, -len(mine), figure.id, figure))
    return _keyed([figure for *_, figure in sorted(rank, key=lambda row: row[:4])][:_FIGURES])


def _keyed(figures: Sequence[Figure]) -> dict[str, Figure]:
    """Figures by a short key of their own: "killed", "people-aboard"; one that would be taken twice gets its place."""
    made: dict[str, Figure] = {}
    for figure in figures:
        key = plain_name(figure.title)
        if key in made:
            key = plain_name(f"{figure.title} {figure.place or figure.id[:4]}")
        made.setdefault(key, figure)
    return made
