"""Whether the mapping of an index is the one of its layout: an index that was made by hand, by another tool or from an
older backup may take documents wrongly (a guessed type finds nothing) or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch

__all__ = ["differences", "fields", "remedy"]

_SHOWN = 3


def fields(mapping: Mapping[str, Any], above: str = "") -> dict[str, str]:
    """The type of each field by its path ("title.raw"), sub-fields and inner fields too."""
    found: dict[str, str] = {}
    for name, body in mapping.get("properties", {}).items():
        path = above + name
        found[path] = body.get("type", "object")
        found |= fields(body, f"{path}.")
        found |= {f"{path}.{sub}": inner.get("type", "object") for sub, inner in body.get("fields", {}).items()}
    return found


def differences(client: Elasticsearch, wanted: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """By index: what its mapping has otherwise than it should, as "low is boolean, not double" or "low is missing".

    `wanted`: the mapping that each index should have. Indices without a difference are left out; fields beyond the
    mapping are none. Raises the client's errors."""
    held: Any = client.indices.get_mapping(index=",".join(sorted(wanted))) if wanted else {}
    told = {}
    for index, mapping in wanted.items():
        has = fields(held[index]["mappings"])
        wrong = tuple(
            f"{f} is {has[f]}, not {kind}" if f in has else f"{f} is missing"
            for f, kind in sorted(fields(mapping).items())
            if has.get(f) != kind
        )
        if wrong:
            told[index] = wrong
    return told


def remedy(index: str, wrong: Sequence[str]) -> str:
    """What is wrong with an index, and what to do."""
    more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    return (
        f"{index}: its mapping is not the one of its layout ({'; '.join(wrong[:_SHOWN])}{more}); run "
        f"`counterclaim store migrate`, which builds it anew"
    )
