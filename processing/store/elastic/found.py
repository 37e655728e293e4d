"""What a search of people finds: articles and claims with their numbers by facet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from processing.store.elastic.documents import NAMES, read_record, shown
from processing.store.elastic.queries import snippet, terms
from processing.store.elastic.reading import Reader
from processing.store.elastic.search import (
    ARTICLE_FACETS,
    CLAIM_FACETS,
    article_filters,
    claim_filters,
    counted,
    positive_forms,
    text_query,
)
from processing.store.grammar import Query
from processing.store.protocol import Found, Hit
from schemas.records import Article, Claim

__all__ = ["find_articles", "find_claims"]

R = TypeVar("R")
_MOST = 10_000  # hits that a search looks at


def _read(reader: Reader, cls: type[R], ids: list[str]) -> dict[str, R]:
    found = reader.by_ids((NAMES[cls], ids, shown(cls)))[NAMES[cls]]
    return {id: read_record(cls, found[id]["_source"]) for id in ids if id in found}


def find_articles(reader: Reader, query: Query, limit: int, offset: int) -> Found[Hit]:
    """Articles (newest revision), best first; without words the newest first, of the first 10,000. Raises the client's
    errors, StoreError."""
    scores = _newest(reader, query)
    filters = article_filters(query)
    if query.of_claims:
        filters.append(terms("id", _claimed(reader, query)))
    if query.text is not None or len(scores) < _MOST:  # of more articles, older revisions are found too
        filters.append(terms("id", list(scores)))
    answer = reader.search(
        "article",
        query={"bool": {"filter": filters}},
        size=_MOST,
        source=False,
        sort=[{"published": "desc"}, {"id": "desc"}],
        aggs=ARTICLE_FACETS,
        track_total_hits=True,
    )
    ids = [hit["_id"] for hit in answer["hits"]["hits"]]
    if query.text is not None:
        ids.sort(key=lambda id: (-scores[id], id))
    page = ids[offset : offset + limit]
    articles = _read(reader, Article, page)
    words = positive_forms(query.text)
    hits = [
        Hit(articles[id], snippet(articles[id], words) if words else "", scores.get(id, 0.0))
        for id in page
        if id in articles
    ]
    return Found(hits, int(answer["hits"]["total"]["value"]), counted(answer["aggregations"]))


def _newest(reader: Reader, query: Query) -> dict[str, float]:
    """The ids of newest revisions that have the words, with their scores: the best 10,000."""
    told = {"match_all": {}} if query.text is None else text_query(query.text, ["title^2", "text"])
    answer = reader.search(
        "latest", query=told, size=_MOST, source_includes=["article_id"], sort=["_score", {"id": "asc"}]
    )
    return {hit["_source"]["article_id"]: float(hit["_score"] or 0) for hit in answer["hits"]["hits"]}


def _claimed(reader: Reader, query: Query) -> list[str]:
    """The ids of articles with a claim of which all conditions hold: the first 10,000."""
    answer = reader.search(
        "claim",
        query={"bool": {"filter": claim_filters(query, None)}},
        size=0,
        aggs={"articles": {"terms": {"field": "article_id", "size": _MOST}}},
    )
    return [bucket["key"] for bucket in answer["aggregations"]["articles"]["buckets"]]


def find_claims(reader: Reader, query: Query, limit: int, offset: int) -> Found[Claim]:
    """Claims of newest revisions, the newest first. Raises the client's errors, StoreError."""
    filters = claim_filters(query, query.text) + _days_and_outlet(query)
    newest = list(_newest(reader, Query()))
    if query.language is not None:
        of_language = reader.search(
            "article",
            query={"bool": {"filter": [{"term": {"language": query.language}}, terms("id", newest)]}},
            size=_MOST,
            source=False,
        )
        newest = [hit["_id"] for hit in of_language["hits"]["hits"]]
    if len(newest) < _MOST or query.language is not None:
        filters.append(terms("article_id", newest))
    answer = reader.search(
        "claim",
        query={"bool": {"filter": filters}},
        from_=offset,
        size=limit,
        source=False,
        sort=[{"published": "desc"}, {"id": "asc"}],
        aggs=CLAIM_FACETS,
        track_total_hits=True,
    )
    ids = [hit["_id"] for hit in answer["hits"]["hits"]]
    claims = _read(reader, Claim, ids)
    total = int(answer["hits"]["total"]["value"])
    return Found([claims[id] for id in ids if id in claims], total, counted(answer["aggregations"]))


def _days_and_outlet(query: Query) -> list[dict[str, Any]]:
    return article_filters(replace(query, language=None))
