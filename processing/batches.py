"""Any number of items in lists of a given size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

__all__ = ["in_batches"]

T = TypeVar("T")


def in_batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in their order, `size` (at least 1) at a time, the last list perhaps shorter; nothing where there is
    none. What is not yet asked for is not yet read (itertools.batched does so from Python 3.12 on)."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
