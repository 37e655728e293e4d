"""What a store can be asked together with other things, in one request where the store is far away: `Store.ask` gives
the answers in the order of the questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from processing.store.protocol import Store, Where

__all__ = ["AllKeys", "ById", "KeysOf", "Number", "Question", "Queued", "Records", "Sharing", "one_by_one"]


@dataclass(frozen=True, slots=True)
class Records:
    """The answer is a list of records that meet all conditions, in the default order of their class, then by id."""

    cls: type
    where: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class ById:
    """The answer is a dict of the records found, by id, in the order asked."""

    cls: type
    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Number:
    """The answer is how many records meet all conditions."""

    cls: type
    where: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class Sharing:
    """The answer is as of `Store.lookup`: ids that share keys in a space, with how many each has."""

    space: str
    keys: Sequence[str]


@dataclass(frozen=True, slots=True)
class KeysOf:
    """The answer is as of `Store.keys_of`: the keys of ids in a space."""

    space: str
    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class AllKeys:
    """The answer is a dict of every id of a space with its keys (sorted), by id."""

    space: str


@dataclass(frozen=True, slots=True)
class Queued:
    """The answer is as of `Store.queued`: items that wait for a step, in the order they came."""

    step: str
    limit: int


Question = Records | ById | Number | Sharing | KeysOf | AllKeys | Queued


def one_by_one(store: Store, questions: Sequence[Question]) -> list[Any]:
    """The answers by the store's own methods, where asking together gains nothing. Raises: StoreError."""
    return [_answer(store, question) for question in questions]


def _answer(store: Store, question: Question) -> Any:
    match question:
        case Records(cls, where):
            return list(store.find(cls, *where))
        case ById(cls, ids):
            return store.get_many(cls, ids)
        case Number(cls, where):
            return store.count(cls, *where)
        case Sharing(space, keys):
            return store.lookup(space, keys)
        case KeysOf(space, ids):
            return store.keys_of(space, ids)
        case AllKeys(space):
            return dict(store.all_keys(space))
        case Queued(step, limit):
            return store.queued(step, limit)
