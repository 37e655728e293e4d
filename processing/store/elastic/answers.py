"""Questions to the store as searches, and what came back as answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from processing.batches import in_batches
from processing.store.elastic.documents import NAMES, read_record, shown
from processing.store.elastic.layout import template
from processing.store.elastic.queries import TEXT_SORT, conditions, terms
from processing.store.elastic.reading import Hit, Reader, Search
from processing.store.protocol import FIELDS, Place
from processing.store.questions import AllKeys, ById, KeysOf, Number, Question, Queued, Records, Sharing
from schemas.errors import StoreError
from schemas.records import digest_id

__all__ = ["answer", "as_search", "place_in", "sorted_by"]

_IDS = 1000  # in one search by id
_NO_DATE = -(2**63)  # what Elasticsearch sorts a missing date by
Handed = dict[str, tuple[int, int]]  # the queue's items that were handed out, with their sequence numbers


def sorted_by(cls: type, order: str | None) -> list[Any]:
    """The sort of an order ("-field" is downwards), then by id. Raises StoreError for another field."""
    given = order or FIELDS[cls][0]
    down, field = given.startswith("-"), given.removeprefix("-")
    if field not in FIELDS[cls]:
        raise StoreError(f"{cls.__name__} cannot be sorted by {field!r}; there are {', '.join(FIELDS[cls])}")
    sense = "desc" if down else "asc"
    by = {"order": sense, "missing": "_last" if down else "_first"}
    return [{TEXT_SORT.get((NAMES[cls], field), field): by}, {"id": {"order": sense}}]


def place_in(cls: type, order: str | None, after: Place) -> list[Any]:
    """A place as the sort values of the record there, as `search_after` takes them."""
    given = order or FIELDS[cls][0]
    down, field = given.startswith("-"), given.removeprefix("-")
    kind = template(NAMES[cls])["template"]["mappings"]["properties"].get(field, {}).get("type")
    return [_sort_value(after.key, kind == "date", down=down), after.id]


def _sort_value(key: Any, is_date: bool, *, down: bool) -> Any:
    if isinstance(key, tuple | list):
        key = (max if down else min)(key) if key else None
    if isinstance(key, date) and not isinstance(key, datetime):
        key = datetime.combine(key, time(), UTC)
    if isinstance(key, datetime):
        return math.floor(key.timestamp() * 1000)
    return _NO_DATE if key is None and is_date else key


def as_search(question: Question) -> Search:
    """The search that finds what is asked; of ids there may be `_IDS`."""
    keys = ("owner", "keys")
    match question:
        case Records(cls, where):
            return Search(NAMES[cls], conditions(cls, NAMES[cls], where), sorted_by(cls, None), shown(cls))
        case Number(cls, where):
            return Search(NAMES[cls], conditions(cls, NAMES[cls], where), limit=0)
        case ById(cls, ids):
            return Search(NAMES[cls], {"ids": {"values": list(ids)}}, source=shown(cls))
        case KeysOf(space, ids):
            return Search("lookup_key", {"ids": {"values": [digest_id(space, id) for id in ids]}}, source=keys)
        case Sharing(space, some):
            query = _in_space(space, terms("keys", sorted(set(some))))
            return Search("lookup_key", query, [{"owner": "asc"}], keys)
        case AllKeys(space):
            query = _in_space(space, {"exists": {"field": "keys"}})
            return Search("lookup_key", query, [{"owner": "asc"}], keys)
        case Queued(step, limit):
            sort = [{"seq": "asc"}, {"id": "asc"}]
            return Search("queue", {"term": {"step": step}}, sort, ("item",), limit, versions=True)


def _in_space(space: str, more: dict[str, Any]) -> dict[str, Any]:
    return {"bool": {"filter": [{"term": {"space": space}}, more]}}


def read(question: Question, hits: Sequence[Hit], handed: Handed) -> Any:
    """The answer that the hits give; items of the queue are noted in `handed`."""
    match question:
        case Records(cls):
            return [read_record(cls, hit["_source"]) for hit in hits]
        case Number():
            return hits[0]["total"]
        case ById(cls, ids):
            found: dict[str, Any] = {hit["_id"]: read_record(cls, hit["_source"]) for hit in hits}
            return {id: found[id] for id in dict.fromkeys(ids) if id in found}
        case KeysOf():
            known = {hit["_source"]["owner"]: sorted(hit["_source"]["keys"]) for hit in hits}
            return {owner: known[owner] for owner in sorted(known) if known[owner]}
        case Sharing(_, keys):
            asked = set(keys)
            return {hit["_source"]["owner"]: len(asked.intersection(hit["_source"]["keys"])) for hit in hits}
        case AllKeys():
            return {hit["_source"]["owner"]: sorted(hit["_source"]["keys"]) for hit in hits}
        case Queued():
            handed.update((hit["_id"], (hit["_seq_no"], hit["_primary_term"])) for hit in hits)
            return [hit["_source"]["item"] for hit in hits]


def answer(reader: Reader, questions: Sequence[Question], handed: Handed) -> list[Any]:
    """The answers to questions. Those by id alone are asked in real time; beside others they are searches too."""
    if all(isinstance(q, ById | KeysOf) for q in questions):
        return _by_ids(reader, questions, handed)
    parts = [_parts(question) for question in questions]
    searches = [as_search(part) for some in parts for part in some]
    found = iter(reader.together(searches))
    answers = []
    for question, some in zip(questions, parts, strict=True):
        hits = [hit for _ in some for hit in next(found)]
        answers.append(read(question, hits, handed))
    return answers


def _parts(question: Question) -> Sequence[Question]:
    """The question in pieces of which each is one search; none where nothing is asked."""
    make: Callable[[Sequence[str]], Question]
    match question:
        case ById(cls, ids):
            make, asked = lambda some: ById(cls, some), list(dict.fromkeys(ids))
        case KeysOf(space, ids):
            make, asked = lambda some: KeysOf(space, some), sorted(set(ids))
        case Sharing(_, keys):
            return (question,) if keys else ()
        case _:
            return (question,)
    return [make(some) for some in in_batches(asked, _IDS)]


def _by_ids(reader: Reader, questions: Sequence[Question], handed: Handed) -> list[Any]:
    wanted: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    places = []
    for question in questions:
        if isinstance(question, ById):
            place, ids = (NAMES[question.cls], shown(question.cls)), list(question.ids)
        else:
            assert isinstance(question, KeysOf)
            place, ids = ("lookup_key", ("owner", "keys")), [digest_id(question.space, id) for id in question.ids]
        wanted.setdefault(place, []).extend(ids)
        places.append((question, place[0], ids))
    found = reader.by_ids(*((name, ids, source) for (name, source), ids in wanted.items()))
    return [
        read(question, [found[name][id] for id in dict.fromkeys(ids) if id in found[name]], handed)
        for question, name, ids in places
    ]
