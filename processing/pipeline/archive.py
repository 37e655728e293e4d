"""A file of articles read in memory, from copies to findings, without a store: what `counterclaim figures FILE` prints.

Every step is the one that the pipeline runs; only the joining is done here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from processing.claims import read_many
from processing.claims.document.wrapping import paragraph_spans
from processing.compare import Statement, compare_across, compare_figure, mask_numbers
from processing.dedup import copy_keys, copy_score, group_copies, is_copy
from processing.figures import found_figures, resolve_sources, topic_figures
from processing.pipeline.topics import match_topics
from processing.stories import alike_among, group_stories
from schemas.config import Topic
from schemas.records import Article, Claim, Denial, Figure, Finding, Story, digest_id

__all__ = ["Reading", "read_archive", "read_story"]

_CANDIDATES = 40  # articles that share most keys with one, as in the pipeline
_BLANK = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Where a stretch of the article's text stands in the text that was given."""

    at: int
    given: int


@dataclass(frozen=True, slots=True)
class _Source:
    """One article with the way back to the offsets of the text that was given, and the id by which it came."""

    article: Article
    given_id: Any
    title_at: int | None  # where the title stands in the given text; None where it is not part of it
    pieces: tuple[_Piece, ...]

    def offset(self, field: str, at: int) -> int | None:
        """The place in the given text of a place in title or text; None where the title is not part of it."""
        if field == "title":
            return None if self.title_at is None else self.title_at + at
        piece = next(p for p in reversed(self.pieces) if p.at <= at)
        return piece.given + at - piece.at


@dataclass(frozen=True, slots=True)
class Reading:
    """All claims and denials of the articles, and what they belong to."""

    sources: Mapping[str, _Source]  # by article id
    claims: Mapping[str, Claim]
    denials: Mapping[str, Denial]
    copies: Mapping[str, str]  # article id -> copy group

    def mention(self, record: Claim | Denial) -> dict[str, Any]:
        """Where it stands in the text that was given: `id` of the article, `start` and `end` (None: in a title that is
        no part of the text)."""
        start, end = _at(self, record)
        return {"id": self.sources[record.article_id].given_id, "start": start, "end": end}


def read_archive(
    articles: Iterable[Mapping[str, Any]], *, topics: Sequence[Topic] = (), one_story: bool = False
) -> list[dict[str, Any]]:
    """The JSON objects of `counterclaim figures`: figures that two or more articles state, with mentions and findings;
    and findings across.

    `articles`: mappings with `id`, `text` and, where known, `url`, `outlet`, `published` (ISO date or date-time),
    `title`, `country`, `language`. Claims are read from `text`, whose first line may be the title; offsets count its
    characters. `one_story` takes all as one story. With `topics`, only those topics' figures. The order of the articles
    changes nothing but the order of equal mentions."""
    reading, found = _read_all(articles)
    objects: list[dict[str, Any]] = []
    if topics:
        for topic in topics:
            keys = {a.id for a in found if topic.name in match_topics(a, [topic])}
            objects += _of_topic(topic, _part(reading, keys, [topic]))
        return objects
    for story in [_one(found)] if one_story and found else _stories(found):
        part = _part(reading, set(story.members), [])
        figures = found_figures(story, list(part.claims.values()), list(part.denials.values()), part.copies)
        objects += _objects(figures, part, story)
    return objects


def read_story(articles: Iterable[Mapping[str, Any]]) -> Reading:
    """What articles say that are all of one story, in the form of `read_archive`."""
    reading, found = _read_all(articles)
    return _part(reading, {a.id for a in found}, [])


def _read_all(articles: Iterable[Mapping[str, Any]]) -> tuple[Reading, list[Article]]:
    sources = {source.article.id: source for source in map(_source, articles)}
    found = sorted(
        (s.article for s in sources.values()), key=lambda a: (a.published or datetime(1, 1, 1, tzinfo=UTC), a.id)
    )
    return _read(found, sources), found


def _stories(found: Sequence[Article]) -> list[Story]:
    """A file is a selection: of a few articles two are sooner of one event than in an archive."""
    return group_stories(found, [], alike=alike_among(len(found)))


def _of_topic(topic: Topic, part: Reading) -> list[dict[str, Any]]:
    figures = topic_figures(topic, list(part.claims.values()), list(part.denials.values()))
    return _objects(figures, part, None)


# ---------------------------------------------------------------- articles


def _title_above(text: str, title: str) -> re.Match[str] | None:
    """Where the text's first line is its title. None: the title stands elsewhere, and claims are read from the text
    alone."""
    if not title:
        return None
    lead = len(text) - len(text.lstrip())
    words = r"\s+".join(map(re.escape, title.split()))
    return re.compile(words + r"[^\S\n]*(?=\n|\Z)", re.IGNORECASE).match(text, lead)


def _source(given: Mapping[str, Any]) -> _Source:
    """An article of what was given. The text's first line is taken off where it is the title."""
    text: str = given["text"]
    above = _title_above(text, (given.get("title") or "").strip())
    title, title_at, body_at = (above.group(), above.start(), above.end()) if above is not None else (None, None, 0)
    body, pieces = _paragraphs(text, body_at)
    published, precise = _time(given.get("published"))
    url = str(given.get("url") or given["id"])
    digest = digest_id(title, body, size=32)
    key = digest_id(url, given["id"])
    outlet = str(given.get("outlet") or "unknown")
    article = Article(
        id=digest_id(key, digest),
        key=key,
        revision=1,
        page_id=None,
        url=url,
        canonical_url=url,
        outlet=outlet,
        outlet_name=outlet,
        country=given.get("country"),
        title=title,
        text=body,
        authors=(),
        published=published,
        published_precision=None if published is None else "minute" if precise else "day",
        published_day=published.date() if published else None,
        modified=None,
        language=given.get("language"),
        sitename=None,
        section=None,
        credit=None,
        fetched_at=published or datetime(1970, 1, 1, tzinfo=UTC),
        digest=digest,
    )
    return _Source(article, given["id"], title_at, pieces)


def _paragraphs(text: str, start: int) -> tuple[str, tuple[_Piece, ...]]:
    """The text from `start` with a blank line between paragraphs, also where it has none and its lines are wrapped, and
    the way back."""
    if _BLANK.search(text, start):
        skipped = start + len(text[start:]) - len(text[start:].lstrip())
        return text[skipped:].rstrip(), (_Piece(0, skipped),)
    parts: list[str] = []
    pieces: list[_Piece] = []
    length = 0
    for first, last in paragraph_spans(text[start:]):
        if parts:
            length += 2
        pieces.append(_Piece(length, start + first))
        parts.append(text[start + first : start + last])
        length += last - first
    return "\n\n".join(parts), tuple(pieces) or (_Piece(0, start),)


def _time(value: Any) -> tuple[datetime | None, bool]:
    """A time in UTC, and whether the time of day is known."""
    if not value:
        return None, False
    moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment, len(str(value)) > 10


def _one(articles: Sequence[Article]) -> Story:
    days = sorted(a.published_day for a in articles if a.published_day)
    return Story(
        digest_id("all"), tuple(a.id for a in articles), "", days[0] if days else None, days[-1] if days else None
    )


# ---------------------------------------------------------------- steps


def _copies(articles: Sequence[Article]) -> dict[str, str]:
    """Article id -> copy group; candidates come by shared keys."""
    holders: dict[str, list[str]] = defaultdict(list)
    by_id = {a.id: a for a in articles}
    pairs = []
    for article in articles:
        shared: dict[str, int] = defaultdict(int)
        keys = copy_keys(article)
        for key in keys:
            for other in holders[key]:
                shared[other] += 1
            holders[key].append(article.id)
        for other in sorted(shared, key=lambda id: (-shared[id], id))[:_CANDIDATES]:
            if is_copy(copy_score(article, by_id[other])):
                pairs.append((other, article.id))
    return {member: group.id for group in group_copies(articles, pairs) for member in group.members}


def _read(articles: Sequence[Article], sources: Mapping[str, _Source]) -> Reading:
    claims: dict[str, Claim] = {}
    denials: dict[str, Denial] = {}
    for reading in read_many(articles):
        claims.update((c.id, c) for c in reading.claims)
        denials.update((d.id, d) for d in reading.denials)
    return Reading(sources, claims, denials, _copies(articles))


def _part(reading: Reading, article_ids: set[str], topics: Sequence[Topic]) -> Reading:
    """What some of the articles say, with the sources resolved among themselves."""
    claims = {id: c for id, c in reading.claims.items() if c.article_id in article_ids}
    denials = {id: d for id, d in reading.denials.items() if d.article_id in article_ids}
    resolved = resolve_sources(list(claims.values()), topics)
    return Reading(
        reading.sources, {id: replace(c, source_id=resolved[id]) for id, c in claims.items()}, denials, reading.copies
    )


# ---------------------------------------------------------------- objects


def _objects(figures: Sequence[Figure], part: Reading, story: Story | None) -> list[dict[str, Any]]:
    """The figures of two or more articles as they are printed, then the findings across figures and within articles,
    and denials."""
    started = story.started if story else None
    statements = {f.id: [_statement(part.claims[id], part.copies) for id in f.claims] for f in figures}
    printed: list[dict[str, Any]] = []
    across: list[dict[str, Any]] = []
    for figure in figures:
        denials = [part.denials[id] for id in figure.denials]
        findings = compare_figure(figure, statements[figure.id], denials, story_started=started)
        mentions = [id for id in figure.claims if _at(part, part.claims[id])[0] is not None]
        shown = len({part.claims[id].article_id for id in mentions}) > 1
        if shown:
            printed.append(_figure(figure, mentions, findings, part))
        across += [_cross(f, part) for f in findings if not shown or not _between(f, mentions, part)]
    across += [_cross(f, part) for f in compare_across(figures, statements, story_started=started)]
    return printed + across


def _statement(claim: Claim, copies: Mapping[str, str]) -> Statement:
    group = copies.get(claim.article_id)
    return Statement(claim, group, mask_numbers(claim.sentence) if group else None)


def _at(part: Reading, record: Claim | Denial) -> tuple[int | None, int | None]:
    source = part.sources[record.article_id]
    start = source.offset(record.field, record.start)
    return start, None if start is None else start + record.end - record.start


def _between(finding: Finding, mentions: Sequence[str], part: Reading) -> bool:
    """Whether a finding joins two articles' mentions that are printed."""
    if finding.earlier not in mentions or finding.later not in mentions:
        return False
    return part.claims[finding.earlier].article_id != part.claims[finding.later].article_id


def _figure(figure: Figure, mentions: Sequence[str], findings: Sequence[Finding], part: Reading) -> dict[str, Any]:
    index = {id: i for i, id in enumerate(mentions)}
    return {
        "figure": figure.title,
        "kind": figure.kind,
        "unit": figure.unit,
        "same_thing": figure.same_thing,
        "mentions": [_mention(part.claims[id], part) for id in mentions],
        "findings": [
            {
                "finding": f.finding,
                "earlier": index[f.earlier],
                "later": index[f.later],
                "severity": f.severity,
                "text": f.text,
            }
            for f in findings
            if _between(f, mentions, part)
        ],
    }


def _mention(claim: Claim, part: Reading) -> dict[str, Any]:
    start, end = _at(part, claim)
    as_of = [day.isoformat() for day in claim.as_of] if claim.as_of else None
    return {**_side(claim, part, start, end), "source_id": claim.source_id, "as_of": as_of}


def _side(record: Claim | Denial, part: Reading, start: int | None, end: int | None) -> dict[str, Any]:
    low, high = (record.low, record.high) if isinstance(record, Claim) else (None, None)
    return {
        "id": part.sources[record.article_id].given_id,
        "start": start,
        "end": end,
        "low": low,
        "high": high,
        "source": record.source,
    }


def _cross(finding: Finding, part: Reading) -> dict[str, Any]:
    def side(id: str) -> dict[str, Any]:
        record = part.claims.get(id) or part.denials[id]
        return _side(record, part, *_at(part, record))

    return {
        "cross": {
            "finding": finding.finding,
            "earlier": side(finding.earlier),
            "later": side(finding.later),
            "severity": finding.severity,
            "text": finding.text,
        }
    }
