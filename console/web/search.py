"""Search: articles or claims by one grammar, counted by facet, in pages; a search is an address that can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from console.tables import who
from console.web.cursor import list_name, make_cursor, read_cursor
from console.web.query import Query, Shown, choice, outlet_names
from console.web.shown import matches, side_of
from processing.pipeline.work import Work
from processing.store import Found, parse
from processing.store import Query as Search
from schemas.errors import UsageError

__all__ = ["search_page"]

_A_PAGE = 25
_VALUES = 8  # of a facet
# facet -> what the search says for a value of it
_ARTICLE_FACETS = {"outlet": "outlet", "month": "month", "language": "language"}
_CLAIM_FACETS = {
    "source": "source",
    "type": "type",
    "event": "event",
    "place": "place",
    "unit": "unit",
    "outlet": "outlet",
}


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that would narrow the search: what it is called, how many it leaves, the search that it makes."""

    name: str
    count: int
    address: str


def search_page(work: Work, query: Query) -> Shown:
    """Articles or claims; without words the newest articles. Raises UsageError."""
    words = (query.get("q") or "").strip()
    kind = choice(query, "of", ("articles", "claims")) or "articles"
    asked = parse(words)
    if words and asked == Search():
        raise UsageError(f"{words!r} has no word to search for")
    name = list_name(work, "search page", kind, asked)
    at = read_cursor(name, query.get("cursor"))
    after, seen = (at.place, at.seen) if at else (None, 0)
    articles = work.store.search_articles(asked, limit=_A_PAGE if kind == "articles" else 0, after=after)
    claims = work.store.search_claims(asked, limit=_A_PAGE if kind == "claims" else 0, after=after)
    found = articles if kind == "articles" else claims
    names = outlet_names(work, (id for id, _ in found.facets.get("outlet", [])[:_VALUES]))
    allowed = _ARTICLE_FACETS if kind == "articles" else _CLAIM_FACETS
    return {
        "q": words,
        "kind": kind,
        "totals": {"articles": _count(articles), "claims": _count(claims)},
        "hits": [(hit.article, matches(" ".join(hit.snippet.split()))) for hit in articles.hits],
        "claims": [(side_of(claim), who(claim)) for claim in claims.hits],
        "facets": {
            name: [_facet(words, kind, name, value, n, names) for value, n in found.facets.get(name, [])[:_VALUES]]
            for name in allowed
            if len(found.facets.get(name, [])) > 1
        },
        "seen": seen,
        "shown": len(found.hits),
        "more": make_cursor(name, found.last, seen + _A_PAGE),
        "total": found.total,
        "count": _count(found),
        "empty": not words and not articles.total,
    }


def _count(found: Found[Any]) -> str:
    """How many were found: "1,204", "5,000+"."""
    return f"{found.total:,}{'+' if found.capped else ''}"


def _facet(words: str, kind: str, name: str, value: str, count: int, names: Mapping[str, str]) -> Facet:
    told = _condition(name, value)
    asked = {"q": f"{words} {told}".strip(), **({"of": kind} if kind != "articles" else {})}
    shown = names.get(value, value) if name == "outlet" else value.replace("_", " ") if name == "type" else value
    return Facet(shown, count, f"/search?{urlencode(asked)}")


def _condition(name: str, value: str) -> str:
    if name == "month":
        year, month = map(int, value.split("-"))
        last = 31 if month in (1, 3, 5, 7, 8, 10, 12) else 30 if month != 2 else 29 if year % 4 == 0 else 28
        return f"from:{value}-01 to:{value}-{last:02d}"
    return f'{name}:"{value}"' if " " in value or not value.isascii() else f"{name}:{value}"
