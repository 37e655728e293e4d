"""A text that is not kept: its claims at once, and where they contradict the archive.

The text is read as an article of today would be, put beside the claims of the stories and topics that it belongs to,
and compared by the rules of the daily run; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from processing.claims import read_many
from processing.claims.document.document import LONGEST_TEXT
from processing.clean.article import extract_page
from processing.clean.body import guess_language
from processing.figures import found_figures, topic_figures
from processing.pipeline.figures import make_findings
from processing.pipeline.scopes import Scope, active_corrections, load_scope
from processing.pipeline.silence import CONTRADICTIONS
from processing.pipeline.topics import match_topics
from processing.pipeline.work import Work, latest_articles
from processing.stories import likeness, story_keys
from schemas.errors import UsageError
from schemas.records import Article, Claim, Correction, Denial, Figure, Finding, Reading, Story, digest_id

__all__ = ["Against", "Pasted", "paste"]

_NEAR = 30  # articles of the archive that share most words, looked at
_STORIES = 3
_ALIKE = 0.06  # likeness to an article from which on its story is looked at


@dataclass(frozen=True, slots=True)
class Against:
    """A contradiction of a pasted claim with one of the archive: `claim` is the pasted one, `other` the archive's."""

    finding: Finding
    figure: Figure
    claim: Claim
    other: Claim | Denial


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was pasted as an article, its claims and denials, what of it contradicts the archive (the gravest first),
    and the stories and topics that were looked at."""

    article: Article
    reading: Reading
    against: tuple[Against, ...]
    stories: tuple[Story, ...]
    topics: tuple[str, ...]


def paste(
    work: Work, given: str | bytes, *, outlet: str = "", published: datetime | None = None, near: bool = True
) -> Pasted:
    """Read a text (str) or the bytes of a page (HTML) as an article of `outlet` that is published at `published` (None:
    now). `near`: whether the archive is looked through. Raises: UsageError for nothing, or too much; PageError for a
    page without an article; StoreError."""
    article = _from_page(given, work.now()) if isinstance(given, bytes) else _from_text(given)
    if len(article.text) > LONGEST_TEXT:
        raise UsageError(f"{len(article.text):,} characters are too many to read at once; at most {LONGEST_TEXT:,}")
    moment = published or article.published or work.now()
    article = replace(
        article,
        outlet_name=outlet or article.outlet_name,
        outlet=outlet or article.outlet,
        published=moment,
        published_precision="minute" if published is None else "day",
        published_day=moment.date(),
        fetched_at=moment,
    )
    (reading,) = read_many([article])
    if not near or not reading.claims:
        return Pasted(article, reading, (), (), ())
    stories = _stories_near(work, article)
    topics = match_topics(article, work.topics.values())
    corrections = active_corrections(work.store)
    found: dict[tuple[str, str, str], Against] = {}
    for name in (*(f"topic:{t}" for t in topics), *(f"story:{s.id}" for s in stories)):
        for one in _against(work, name, article, reading, corrections):
            found.setdefault((one.claim.id, one.finding.finding, one.other.id), one)
    ordered = sorted(
        found.values(), key=lambda a: (a.finding.severity != "high", a.finding.severity is None, a.claim.start)
    )
    return Pasted(article, reading, tuple(ordered), tuple(stories), topics)


def _blank(title: str | None, text: str) -> Article:
    key = digest_id("pasted", title, text)
    return Article(
        id=key, key=key, revision=1, page_id=None, url="", canonical_url="", outlet="pasted",
        outlet_name="The pasted text", country=None, title=title, text=text, authors=(), published=None,
        published_precision=None, published_day=None, modified=None, language=guess_language(text, None),
        sitename=None, section=None, credit=None, fetched_at=datetime.min.replace(tzinfo=UTC), digest=key,
    )  # fmt: skip


def _from_text(given: str) -> Article:
    """A text; a short first line above a blank one is its headline."""
    text = given.replace("\r\n", "\n").strip()
    if not any(c.isalnum() for c in text):
        raise UsageError("nothing was pasted")
    first, _, rest = text.partition("\n\n")
    if rest.strip() and "\n" not in first and len(first) < 160 and not first.rstrip().endswith((".", "”", '"')):
        return _blank(first.strip(), rest.strip())
    return _blank(None, text)


def _from_page(given: bytes, now: datetime) -> Article:
    found = extract_page(given, "pasted:", now=now)
    article = replace(_blank(found.title, found.text), language=found.language)
    return replace(
        article,
        outlet_name=found.sitename or article.outlet_name,
        published=_utc(found.published.value) if found.published else None,
    )


def _utc(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _stories_near(work: Work, article: Article) -> list[Story]:
    """The stories of the articles that are most like it."""
    shared = work.store.lookup("story", story_keys(article))
    keys = sorted(shared, key=lambda key: (-shared[key], key))[:_NEAR]
    scores = {key: likeness(article, other) for key, other in latest_articles(work.store, keys).items()}
    alike = sorted((key for key, score in scores.items() if score >= _ALIKE), key=lambda key: (-scores[key], key))
    ids = [id for key in alike[:_NEAR] for id in work.store.lookup("story-member", [key])]
    found = work.store.get_many(Story, list(dict.fromkeys(ids))[:_STORIES])
    return list(found.values())


def _against(
    work: Work, name: str, article: Article, reading: Reading, corrections: Sequence[Correction]
) -> list[Against]:
    """What the pasted claims contradict in one topic or story."""
    scope = load_scope(work, name, corrections, more=reading.claims)
    mine = {c.id: scope.claims[c.id] for c in reading.claims}
    scope = replace(scope, denials={**scope.denials, **{d.id: d for d in reading.denials}})
    figures = [f for f in _figures(scope) if set(f.claims) & set(mine)]
    findings, _ = make_findings(scope, figures, corrections)
    by_id = {f.id: f for f in figures}
    made = []
    for finding in findings:
        pasted = [id for id in (finding.earlier, finding.later) if id in mine]
        others = [id for id in (finding.earlier, finding.later) if id not in mine]
        if finding.finding in CONTRADICTIONS and len(pasted) == len(others) == 1:
            other = scope.claims.get(others[0]) or scope.denials.get(others[0])
            if other is not None and other.article_key != article.key:
                made.append(Against(finding, by_id[finding.figure], mine[pasted[0]], other))
    return made


def _figures(scope: Scope) -> list[Figure]:
    claims, denials = list(scope.claims.values()), list(scope.denials.values())
    if scope.topic is not None:
        return topic_figures(scope.topic, claims, denials)
    return found_figures(scope.story, claims, denials, scope.copies) if scope.story is not None else []
