"""Searches on Elasticsearch: the same grammar as in the embedded store, as queries, filters and counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from processing.store.elastic.documents import fold
from processing.store.grammar import All, Not, Phrase, Prefix, Query, Text, Word, forms
from processing.store.grammar import Any as One

__all__ = [
    "ARTICLE_FACETS",
    "CLAIM_FACETS",
    "article_filters",
    "claim_filters",
    "counted",
    "positive_forms",
    "text_query",
]

ARTICLE_FACETS: dict[str, Any] = {
    "outlet": {"terms": {"field": "outlet", "size": 100}},
    "language": {"terms": {"field": "language", "size": 100}},
    "month": {
        "date_histogram": {
            "field": "published",
            "calendar_interval": "month",
            "format": "yyyy-MM",
            "min_doc_count": 1,
        }
    },
}
CLAIM_FACETS: dict[str, Any] = {
    name: {"terms": {"field": field, "size": 100}}
    for name, field in (
        ("outlet", "outlet"),
        ("source", "source_id"),
        ("type", "source_type"),
        ("event", "event"),
        ("place", "place"),
        ("unit", "unit"),
    )
}


def text_query(text: Text, fields: Sequence[str]) -> dict[str, Any]:
    """What is asked of the words; `fields` may carry weights ("title^2") and are searched each by itself."""
    if isinstance(text, Word):
        return _each(fields, lambda field: {"bool": {"should": [_match(field, form) for form in _shapes(text.word)]}})
    if isinstance(text, Phrase):
        # the analyzer takes "8,000" and "7.6" for one word each
        signs = (" ", ",", ".") if all(word.isdecimal() for word in text.words) else (" ",)
        told = [fold(sign.join(text.words)) for sign in signs]
        return _each(fields, lambda field: _some([{"match_phrase": {field: words}} for words in told]))
    if isinstance(text, Prefix):
        start = fold(text.start)
        return _each(fields, lambda field: {"prefix": {field: {"value": start, "case_insensitive": True}}})
    if isinstance(text, One):
        return _some([text_query(part, fields) for part in text.parts])
    if isinstance(text, All):
        there = [text_query(p, fields) for p in text.parts if not isinstance(p, Not)]
        absent = [text_query(p.part, fields) for p in text.parts if isinstance(p, Not)]
        return {"bool": {"must": there, "must_not": absent}}
    raise AssertionError(f"{text} has nothing to begin with")


def _shapes(word: str) -> list[str]:
    return list(dict.fromkeys(fold(form) for form in forms(word)))


def _match(field: str, word: str) -> dict[str, Any]:
    return {"match": {field: {"query": word}}}


def _each(fields: Sequence[str], make: Any) -> dict[str, Any]:
    """The best of the fields counts, with its weight."""
    queries = []
    for told in fields:
        field, _, weight = told.partition("^")
        made = make(field)
        queries.append({"bool": {"must": [made], "boost": float(weight)}} if weight else made)
    return {"dis_max": {"queries": queries}} if len(queries) > 1 else queries[0]


def _some(queries: list[dict[str, Any]]) -> dict[str, Any]:
    return {"bool": {"should": queries, "minimum_should_match": 1}}


def positive_forms(text: Text | None) -> list[str]:
    """Words to mark in a passage: all forms of what is there."""
    if text is None or isinstance(text, Not):
        return []
    if isinstance(text, Word):
        return _shapes(text.word)
    if isinstance(text, Phrase):
        return [fold(word) for word in text.words]
    if isinstance(text, Prefix):
        return [fold(text.start)]
    return [form for part in text.parts for form in positive_forms(part)]


def _days(query: Query) -> list[dict[str, Any]]:
    bounds = {}
    if query.first is not None:
        bounds["gte"] = query.first.isoformat()
    if query.last is not None:
        bounds["lt"] = f"{query.last.isoformat()}||+1d"
    return [{"range": {"published": bounds}}] if bounds else []


def article_filters(query: Query) -> list[dict[str, Any]]:
    """Conditions on an article, but for its words."""
    told = {"outlet": query.outlet, "language": query.language}
    return [{"term": {name: value}} for name, value in told.items() if value is not None] + _days(query)


# where the words of a claim stand: plain fields hold them whole, so that a keyword is matched by its parts
_WORDS_OF: Mapping[str, tuple[str, ...]] = {
    "sentence": ("sentence",),
    "source": ("source.words",),
    "what": ("what.words",),
}
_KEYWORDS = ("place", "event")


def _in_keyword(field: str, text: Text) -> dict[str, Any]:
    """Words within a field that is kept whole: by its parts, in any case."""
    if isinstance(text, Word):
        return _some([_wild(field, form) for form in forms(text.word)])
    if isinstance(text, Phrase):
        return _wild(field, "?".join(text.words))
    if isinstance(text, Prefix):
        return _wild(field, f"{text.start}*", whole=False)
    raise AssertionError(f"{text} is no condition on a field")


def _wild(field: str, words: str, *, whole: bool = True) -> dict[str, Any]:
    """The words at the beginning, the end or in the middle of a value. In any case: which Elasticsearch knows of ASCII
    letters alone, so that any letter may stand for others."""
    words = "".join(c if c.isascii() else "?" for c in words)
    patterns = (words, f"{words} *", f"* {words}", f"* {words} *") if whole else (words, f"* {words}")
    return _some([{"wildcard": {field: {"value": pattern, "case_insensitive": True}}} for pattern in patterns])


def _anywhere(text: Text) -> dict[str, Any]:
    """Words anywhere in a claim: its sentence, source, thing, place or event."""
    if isinstance(text, One):
        return _some([_anywhere(part) for part in text.parts])
    if isinstance(text, All):
        there = [_anywhere(p) for p in text.parts if not isinstance(p, Not)]
        absent = [_anywhere(p.part) for p in text.parts if isinstance(p, Not)]
        return {"bool": {"must": there, "must_not": absent}}
    fields = [field for names in _WORDS_OF.values() for field in names]
    return _some([text_query(text, fields), *(_in_keyword(field, text) for field in _KEYWORDS)])


def claim_filters(query: Query, text: Text | None) -> list[dict[str, Any]]:
    """Conditions on one claim; `text`: words of it."""
    filters = [_anywhere(text)] if text is not None else []
    for name, part in query.claim:
        if name in _KEYWORDS:
            filters.append(_in_keyword(name, part))
        elif name == "source":  # an outlet's own voice is cited by the outlet's name
            filters.append(_some([text_query(part, ["source.words"]), _in_keyword("outlet_name", part)]))
        else:
            filters.append(text_query(part, list(_WORDS_OF[name])))
    if query.low is not None:
        filters.append(_edge("high", "low", {"gte": query.low}))
    if query.high is not None:
        filters.append(_edge("low", "high", {"lte": query.high}))
    if query.type is not None:
        filters.append({"term": {"source_type": query.type}})
    if query.unit is not None:
        filters.append({"term": {"unit": {"value": query.unit, "case_insensitive": True}}})
    return filters


def _edge(field: str, otherwise: str, bounds: dict[str, float]) -> dict[str, Any]:
    """One end of an interval, the other one where it is open."""
    absent = {"bool": {"must_not": [{"exists": {"field": field}}], "filter": [{"range": {otherwise: bounds}}]}}
    return _some([{"range": {field: bounds}}, absent])


def counted(aggregations: Mapping[str, Any]) -> dict[str, list[tuple[str, int]]]:
    """Values of each facet with their number, the commonest first."""
    facets = {}
    for name, told in aggregations.items():
        if "buckets" in told:
            pairs = [(b.get("key_as_string", b["key"]), b["doc_count"]) for b in told["buckets"]]
            facets[name] = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
    return facets
