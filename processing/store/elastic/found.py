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
from processing.store.protocol import MOST_HITS, Found, Hit, Place, behind
from schemas.records import Article, Claim

__all__ = ["find_articles", "find_claims"]

R = TypeVar("R")
_MOST = 10_000  # newest revisions among which is searched, the best first; index.max_result_window
_COUNTED = MOST_HITS + 1  # so that it is told whether there are more


def _read(reader: Reader, cls: type[R], ids: list[str]) -> dict[str, R]:
    found = reader.by_ids((NAMES[cls], ids, shown(cls)))[NAMES[cls]]
    return {id: read_record(cls, found[id]["_source"]) for id in ids if id in found}


def find_articles(reader: Reader, query: Query, limit: int, after: Place | None) -> Found[Hit]:
    """Articles (newest revision), best first; without words the newest first. Raises the client's errors,
    StoreError."""
    scores = _newest(reader, query)
    filters = article_filters(query)
    if query.of_claims:
        filters.append(terms("id", _claimed(reader, query)))
    if query.text is not None or len(scores) < _MOST:  # of more articles, older revisions are found too
        filters.append(terms("id", list(scores)))
    answer = reader.search(
        "article",
        query={"bool": {"filter": filters}},
        size=MOST_HITS,
        source=False,
        sort=[{"published": {"order": "desc", "missing": "_last"}}, {"id": "desc"}],
        aggs=ARTICLE_FACETS,
        track_total_hits=_COUNTED,
    )
    found = [(hit["sort"][0], hit["_id"]) for hit in answer["hits"]["hits"]]
    if query.text is not None:
        found = sorted(((scores[id], id) for _, id in found), key=lambda pair: (-pair[0], pair[1]))
    start = behind(found, after, up=query.text is not None)
    page = [id for _, id in found[start : start + limit]]
    articles = _read(reader, Article, page)
    words = positive_forms(query.text)
    hits = [
        Hit(articles[id], snippet(articles[id], words) if words else "", scores.get(id, 0.0))
        for id in page
        if id in articles
    ]
    total, facets = int(answer["hits"]["total"]["value"]), counted(answer["aggregations"])
    last = Place(*found[start + limit - 1]) if limit and start + limit < len(found) else None
    return Found(hits, min(total, MOST_HITS), facets, total > MOST_HITS, last)


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


def find_claims(reader: Reader, query: Query, limit: int, after: Place | None) -> Found[Claim]:
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
        size=limit + 1 if limit else 0,
        source=False,
        sort=[{"published": {"order": "desc", "missing": "_last"}}, {"id": "asc"}],
        aggs=CLAIM_FACETS,
        track_total_hits=_COUNTED,
        **({"search_after": [after.key, after.id]} if after and limit else {}),
    )
    found = answer["hits"]["hits"]
    ids = [hit["_id"] for hit in found[:limit]]
    claims = _read(reader, Claim, ids)
    total = int(answer["hits"]["total"]["value"])
    last = Place(found[limit - 1]["sort"][0], ids[-1]) if limit and len(found) > limit else None
    hits = [claims[id] for id in ids if id in claims]
    return Found(hits, min(total, MOST_HITS), counted(answer["aggregations"]), total > MOST_HITS, last)


def _days_and_outlet(query: Query) -> list[dict[str, Any]]:
    return article_filters(replace(query, language=None))
