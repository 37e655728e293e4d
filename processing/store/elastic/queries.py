"""What the store asks Elasticsearch: conditions as filters, and the passage around what a search found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from processing.batches import in_batches
from processing.store.elastic.documents import fold
from processing.store.protocol import FIELDS, Where
from schemas.errors import StoreError
from schemas.records import Article

__all__ = ["TEXT_SORT", "WHOLE", "as_filter", "conditions", "snippet", "terms"]

_TERMS = 50_000  # in one query; index.max_terms_count is 65,536

TEXT_SORT = {("figure", "title"): "title.raw"}  # fields that are selected and sorted by a sub-field
WHOLE: dict[str, Any] = {
    "allow_partial_search_results": False
}  # a shard that does not answer is an error, not less to do


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def terms(field: str, values: Sequence[Any]) -> dict[str, Any]:
    """Any of the values, however many they are."""
    parts = [{"terms": {field: some}} for some in in_batches(values, _TERMS)]
    if len(parts) < 2:
        return parts[0] if parts else {"match_none": {}}
    return {"bool": {"should": parts, "minimum_should_match": 1}}


def conditions(cls: type, name: str, where: Sequence[Where]) -> dict[str, Any]:
    """All conditions as a query. Raises StoreError for a field that records of the class cannot be selected by."""
    for condition in where:
        if condition.field not in FIELDS[cls]:
            raise StoreError(
                f"{cls.__name__} cannot be selected by {condition.field!r}; there are {', '.join(FIELDS[cls])}"
            )
    return {"bool": {"filter": [as_filter(name, condition) for condition in where]}} if where else {"match_all": {}}


def as_filter(name: str, where: Where) -> dict[str, Any]:
    """One condition as a filter. Raises StoreError for a field that cannot be selected by."""
    field = TEXT_SORT.get((name, where.field), where.field)
    exists = {"exists": {"field": field}}
    value = _value(where.value)
    if where.op in ("=", "!="):
        match = {"bool": {"must_not": [exists]}} if value is None else {"term": {field: value}}
        if isinstance(value, list):
            match = {"bool": {"filter": [{"term": {field: v}} for v in value]}}
        return match if where.op == "=" else {"bool": {"must_not": [match]}}
    if where.op == "in":
        values = [_value(v) for v in where.value]
        options = [terms(field, [v for v in values if v is not None])]
        if None in values:
            options.append({"bool": {"must_not": [exists]}})
        return {"bool": {"should": options, "minimum_should_match": 1}}
    if where.op == ">=":
        return {"range": {field: {"gte": value}}}
    return {
        "bool": {
            "should": [{"range": {field: {"lt": value}}}, {"bool": {"must_not": [exists]}}],
            "minimum_should_match": 1,
        }
    }


def snippet(article: Article, terms: Sequence[str], width: int = 160) -> str:
    """The passage around the first match, every match between [ and ]."""
    whole = f"{article.title or ''}\n{article.text}"
    folded = fold(whole).lower()
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(t.lower()) for t in terms)})(?!\w)")
    start = len(article.title or "") + 1
    first = pattern.search(folded, start) or pattern.search(folded)
    if first is None:
        return ""
    begin = max(start if first.start() >= start else 0, first.start() - width // 3)
    end = min(len(whole), begin + width)
    parts, at = [], begin
    for match in pattern.finditer(folded, begin, end):
        parts += [whole[at : match.start()], "[", whole[match.start() : match.end()], "]"]
        at = match.end()
    parts.append(whole[at:end])
    return f"{'... ' if begin > start else ''}{''.join(parts)}{' ...' if end < len(whole) else ''}"
