"""Searches of the embedded store: a query as one SELECT over the full-text tables, counted by facet in one pass."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from processing.store.grammar import All, Not, Phrase, Prefix, Query, Text, Word, forms
from processing.store.grammar import Any as One
from processing.store.protocol import MOST_HITS, Place, behind

__all__ = ["Rows", "article_rows", "claim_rows", "match_text"]

_COUNTED = 1_500  # claims by which facets are counted: the newest of the hits


def match_text(text: Text) -> str:
    """What is asked of the words, as FTS5 understands it (https://sqlite.org/fts5.html#full_text_query_syntax)."""
    if isinstance(text, Word):
        told = " OR ".join(f'"{form}"' for form in forms(text.word))
        return f"({told})"
    if isinstance(text, Phrase):
        return f'"{" ".join(text.words)}"'
    if isinstance(text, Prefix):
        return f'"{text.start}" *'
    if isinstance(text, One):
        return f"({' OR '.join(map(match_text, text.parts))})"
    if isinstance(text, All):
        there = [match_text(p) for p in text.parts if not isinstance(p, Not)]
        absent = [match_text(p.part) for p in text.parts if isinstance(p, Not)]
        return f"(({' AND '.join(there)}){''.join(f' NOT {part}' for part in absent)})"
    raise AssertionError(f"{text} has nothing to begin with")


def _days(query: Query, column: str) -> tuple[list[str], list[Any]]:
    parts, values = [], []
    if query.first is not None:
        parts.append(f"{column} >= ?")
        values.append(query.first.isoformat())
    if query.last is not None:
        parts.append(f"{column} != '' AND {column} < ?")
        values.append(_next(query.last).isoformat())
    return parts, values


def _next(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def _claim_words(query: Query, text: Text | None) -> str:
    """What is asked of the words of one claim, as FTS5 understands it; `text`: words of any of its fields."""
    told = [f"{name} : {match_text(part)}" for name, part in query.claim] + ([match_text(text)] if text else [])
    return " AND ".join(f"({part})" for part in told)


def _number(query: Query) -> tuple[list[str], list[Any]]:
    """Conditions on the number of a claim (table `c`)."""
    parts: list[str] = []
    values: list[Any] = []
    if query.low is not None:
        parts.append("c.number_high >= ?")
        values.append(query.low)
    if query.high is not None:
        parts.append("c.number_low <= ?")
        values.append(query.high)
    if query.type is not None:
        parts.append("c.source_type = ?")
        values.append(query.type)
    if query.unit is not None:
        parts.append("c.unit = ? COLLATE NOCASE")
        values.append(query.unit)
    return parts, values


def _with_claim(query: Query) -> tuple[str, list[Any]]:
    """The articles (table `r`) that have a claim of this kind."""
    parts, values = _number(query)
    if words := _claim_words(query, None):
        parts.append(
            "c.id IN (SELECT w.id FROM claim_words JOIN claim_row w ON w.row = claim_words.rowid "
            "WHERE claim_words MATCH ?)"
        )
        values.append(words)
    return f"r.article_id IN (SELECT c.article_id FROM claim c WHERE {' AND '.join(parts)})", values


Facets = dict[str, list[tuple[str, int]]]
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Rows(Generic[R]):
    """A page of what was found; see `Found` of processing.store.protocol."""

    rows: list[R]
    total: int
    facets: Facets
    capped: bool
    last: Place | None


def _page(ranked: Sequence[tuple[Any, str]], limit: int, after: Place | None, *, up: bool) -> tuple[int, Place | None]:
    """Where a page begins, and the place of its last record where there are more behind it."""
    start = behind(ranked, after, up=up)
    there = limit and start + limit < len(ranked)
    return start, Place(*ranked[start + limit - 1]) if there else None


def _of_article(query: Query) -> tuple[list[str], list[Any]]:
    """What an article must be besides its words: days, outlet, language, what claims it makes."""
    parts, values = _days(query, "a.published")
    for name, value in (("outlet", query.outlet), ("language", query.language)):
        if value is not None:
            parts.append(f"a.{name} = ?")
            values.append(value)
    if query.of_claims:
        told, more = _with_claim(query)
        parts.append(told)
        values += more
    return parts, values


def article_rows(db: sqlite3.Connection, query: Query, limit: int, after: Place | None) -> Rows[tuple[str, str, float]]:
    """Article ids with passage and score, best first (BM25, the title counted twice; without words the newest first),
    and how many by outlet, language and month. Where more than MOST_HITS have the words, the newest arrivals of them
    are ranked."""
    parts, values = _of_article(query)
    shown = "a.outlet, a.language, substr(a.published, 1, 7), a.published" if limit else "'', '', '', ''"
    if query.text is None:
        # CROSS JOIN: in the order of its first table, by the index that is in the order asked for
        source, order = "article a CROSS JOIN article_row r ON r.article_id = a.id", "a.published DESC, a.id DESC"
        row, score = "0", "0.0"
    else:
        source = "article_words CROSS JOIN article_row r ON r.row = article_words.rowid"
        source += " CROSS JOIN article a ON a.id = r.article_id" if parts or limit else ""
        order, row = "article_words.rowid DESC", "article_words.rowid"
        score = "-bm25(article_words, 2.0, 1.0)" if limit else "0.0"
        parts.insert(0, "article_words MATCH ?")
        values.insert(0, match_text(query.text))
    rows = db.execute(
        f"SELECT r.article_id, {row}, {score}, {shown} FROM {source} WHERE {' AND '.join(parts) or '1'} "
        f"ORDER BY {order} LIMIT ?",
        (*values, MOST_HITS + 1),
    ).fetchall()
    capped = len(rows) > MOST_HITS
    rows = rows[:MOST_HITS]
    if query.text is not None:
        rows.sort(key=lambda found: (-found[2], found[0]))
    ranked = [(found[2] if query.text is not None else found[6], found[0]) for found in rows]
    start, last = _page(ranked, limit, after, up=query.text is not None)
    page = rows[start : start + limit]
    told_of = _passages(db, query, [found[1] for found in page])
    facets = _facets([found[3:6] for found in rows], ("outlet", "language", "month")) if limit else {}
    shown_rows = [(id, told_of.get(row, ""), score) for id, row, score, *_ in page]
    return Rows(shown_rows, len(rows), facets, capped, last)


def _passages(db: sqlite3.Connection, query: Query, rows: Sequence[int]) -> dict[int, str]:
    """The passages of articles, by row, that have the words asked for."""
    if query.text is None or not rows:
        return {}
    some = ", ".join(map(str, rows))
    return dict(
        db.execute(
            "SELECT rowid, snippet(article_words, -1, '[', ']', ' ... ', 24) FROM article_words "
            f"WHERE article_words MATCH ? AND rowid IN ({some})",
            (match_text(query.text),),
        ).fetchall()
    )


def claim_rows(db: sqlite3.Connection, query: Query, limit: int, after: Place | None) -> Rows[str]:
    """Ids of claims of newest revisions, the newest first, and how many of the newest ones by each facet. Where more
    than MOST_HITS have the words, the newest arrivals."""
    parts, values = _number(query)
    days, more = _days(query, "c.published")
    parts += days
    values += more
    if query.outlet is not None:
        parts.append("c.outlet = ?")
        values.append(query.outlet)
    joined = "CROSS JOIN article_row r ON r.article_id = c.article_id"
    if query.language is not None:
        joined += " CROSS JOIN article a ON a.id = c.article_id"
        parts.append("a.language = ?")
        values.append(query.language)
    source, order = f"claim c {joined}", "c.published DESC"
    if words := _claim_words(query, query.text):
        source = "claim_words CROSS JOIN claim_row w ON w.row = claim_words.rowid CROSS JOIN claim c ON c.id = w.id "
        source, order = source + joined, "claim_words.rowid DESC"
        parts.insert(0, "claim_words MATCH ?")
        values.insert(0, words)
    rows = db.execute(
        f"SELECT c.id, c.published FROM {source} WHERE {' AND '.join(parts) or '1'} ORDER BY {order} LIMIT ?",
        (*values, MOST_HITS + 1),
    ).fetchall()
    capped = len(rows) > MOST_HITS
    rows = rows[:MOST_HITS]
    rows.sort(key=lambda found: found[0])
    rows.sort(key=lambda found: found[1], reverse=True)
    ids = [id for id, _ in rows]
    facets: Facets = {}
    if limit:
        counted = db.execute(
            "SELECT outlet, source_id, event, place, unit, source_type FROM claim "
            "WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(ids[:_COUNTED]),),
        ).fetchall()
        facets = _facets(counted, ("outlet", "source", "event", "place", "unit", "type"))
    start, last = _page([(published, id) for id, published in rows], limit, after, up=True)
    return Rows(ids[start : start + limit], len(ids), facets, capped, last)


def _facets(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> Facets:
    """How often each value of each column stands there, the commonest first."""
    facets = {}
    for number, name in enumerate(names):
        counted = Counter(row[number] for row in rows if row[number])
        facets[name] = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return facets
