"""Searches of the embedded store: a query as one SELECT over the full-text tables, counted by facet in one pass."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from processing.store.grammar import All, Not, Phrase, Prefix, Query, Text, Word, forms
from processing.store.grammar import Any as One

__all__ = ["article_rows", "claim_rows", "match_text"]

_COUNTED = 20_000  # hits over which facets are counted


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


def _of_claim(query: Query, text: Text | None) -> tuple[list[str], list[Any]]:
    """Conditions on one claim (table `c`); `text`: words of it."""
    parts: list[str] = []
    values: list[Any] = []
    told = [f"{name} : {match_text(part)}" for name, part in query.claim] + ([match_text(text)] if text else [])
    if told:
        parts.append(
            "c.id IN (SELECT w.id FROM claim_words JOIN claim_row w ON w.row = claim_words.rowid "
            "WHERE claim_words MATCH ?)"
        )
        values.append(" AND ".join(f"({part})" for part in told))
    if query.low is not None:
        parts.append("c.number_high >= ?")
        values.append(query.low)
    if query.high is not None:
        parts.append("c.number_low <= ?")
        values.append(query.high)
    if query.unit is not None:
        parts.append("c.unit = ? COLLATE NOCASE")
        values.append(query.unit)
    return parts, values


Facets = dict[str, list[tuple[str, int]]]


def article_rows(
    db: sqlite3.Connection, query: Query, limit: int, offset: int
) -> tuple[list[tuple[str, str, float]], int, Facets]:
    """Article ids with passage and score, best first (BM25, the title counted twice; without words the newest first),
    how many there are, and how many by outlet, language and month."""
    days, values = _days(query, "a.published")
    parts = list(days)
    for name, value in (("outlet", query.outlet), ("language", query.language)):
        if value is not None:
            parts.append(f"a.{name} = ?")
            values.append(value)
    if query.of_claims:
        told, more = _of_claim(query, None)
        parts.append(f"r.article_id IN (SELECT c.article_id FROM claim c WHERE {' AND '.join(told)})")
        values += more
    tables = "article_row r JOIN article a ON a.id = r.article_id"
    passage, score, order = "''", "0.0", "a.published DESC, a.id DESC"
    if query.text is not None:
        tables = f"article_words JOIN {tables} AND r.row = article_words.rowid"
        passage = "snippet(article_words, -1, '[', ']', ' ... ', 24)"
        score, order = "-bm25(article_words, 2.0, 1.0)", "bm25(article_words, 2.0, 1.0), r.article_id"
        parts.insert(0, "article_words MATCH ?")
        values.insert(0, match_text(query.text))
    where = " AND ".join(parts) or "1"
    rows = db.execute(
        f"SELECT r.article_id, {passage}, {score} FROM {tables} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
        (*values, limit, offset),
    ).fetchall()
    facets, total = _count(
        db,
        tables,
        where,
        values,
        {"outlet": "a.outlet", "language": "a.language", "month": "substr(a.published, 1, 7)"},
    )
    return rows, total, facets


def claim_rows(db: sqlite3.Connection, query: Query, limit: int, offset: int) -> tuple[list[str], int, Facets]:
    """Ids of claims of newest revisions, the newest first, how many there are, and how many by outlet, source, event,
    place and unit."""
    parts, values = _of_claim(query, query.text)
    days, more = _days(query, "c.published")
    parts += days
    values += more
    if query.outlet is not None:
        parts.append("c.outlet = ?")
        values.append(query.outlet)
    tables = "claim c JOIN article_row r ON r.article_id = c.article_id"
    if query.language is not None:
        tables += " JOIN article a ON a.id = c.article_id"
        parts.append("a.language = ?")
        values.append(query.language)
    where = " AND ".join(parts) or "1"
    rows = db.execute(
        f"SELECT c.id FROM {tables} WHERE {where} ORDER BY c.published DESC, c.id LIMIT ? OFFSET ?",
        (*values, limit, offset),
    ).fetchall()
    columns = {"outlet": "c.outlet", "source": "c.source_id", "event": "c.event", "place": "c.place", "unit": "c.unit"}
    facets, total = _count(db, tables, where, values, columns)
    return [id for (id,) in rows], total, facets


def _count(
    db: sqlite3.Connection, tables: str, where: str, values: Sequence[Any], columns: dict[str, str]
) -> tuple[Facets, int]:
    """How many hits there are, and how many of them (of the first `_COUNTED`) by each column, the commonest first."""
    names = ", ".join(columns.values())
    rows = db.execute(f"SELECT {names} FROM {tables} WHERE {where} LIMIT ?", (*values, _COUNTED)).fetchall()
    total = len(rows)
    if total == _COUNTED:
        total = db.execute(f"SELECT count(*) FROM {tables} WHERE {where}", tuple(values)).fetchone()[0]
    facets = {}
    for number, name in enumerate(columns):
        counted = Counter(row[number] for row in rows if row[number])
        facets[name] = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return facets, total
