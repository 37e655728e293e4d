"""Templates, indices and aliases: made by `store init`, told by `store status`, moved on by `store migrate`.

Index `PREFIX-claim-v1` stands behind alias `PREFIX-claim`; everything reads and writes by alias. The JSON files in
schemas/elastic are the source; their `_meta.version` is the layout of that index."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError

from processing.store.elastic.mapping import differences, remedy
from schemas.errors import StoreVersion

__all__ = [
    "IndexState",
    "alias",
    "differing",
    "ensure",
    "index_names",
    "layout_of",
    "next_index",
    "put_templates",
    "state",
    "template",
]

_LAYOUT = re.compile(r"-v(\d+)(?:-\d+)?$")
_AT_ONCE = 8  # requests; the client keeps up to 10 connections to a node
_FOLDER = resources.files("schemas") / "elastic"


@dataclass(frozen=True, slots=True)
class IndexState:
    """One alias: the index behind it (None: not made), its layout and the one this program writes, documents; how its
    mapping differs."""

    name: str
    index: str | None
    version: int | None
    wanted: int
    documents: int
    differs: tuple[str, ...] = ()

    @property
    def is_old(self) -> bool:
        """Whether it must be migrated: an older layout, or a mapping that is not its layout's."""
        return self.version is not None and (
            self.version < self.wanted or (self.version == self.wanted and bool(self.differs))
        )


@lru_cache(maxsize=1)
def index_names() -> tuple[str, ...]:
    """The names of all indices, without prefix and version."""
    return tuple(
        sorted(f.name.removesuffix(".json") for f in (_FOLDER / "index").iterdir() if f.name.endswith(".json"))
    )


@lru_cache(maxsize=64)
def template(name: str) -> dict[str, Any]:
    """The index template's body of schemas/elastic/index/NAME.json; read-only."""
    body: dict[str, Any] = json.loads((_FOLDER / "index" / f"{name}.json").read_text("utf8"))
    return body


def layout_of(name: str) -> int:
    """The layout that this program writes."""
    return int(template(name)["_meta"]["version"])


def alias(prefix: str, name: str) -> str:
    """The alias that everything reads and writes."""
    return f"{prefix}-{name}"


def _settings() -> dict[str, Any]:
    shared: dict[str, Any] = json.loads((_FOLDER / "component" / "settings.json").read_text("utf8"))
    return shared


def put_templates(client: Elasticsearch, prefix: str, *, names: Sequence[str] | None = None) -> bool:
    """Component and index templates (all, or those of `names`), and the life-cycle policy where the server has one;
    returns whether it has.

    Repeatable.
    """
    client.cluster.put_component_template(name=f"{prefix}-settings", template=_settings()["template"])
    life_cycle = _put_policy(client, prefix)
    parts = [f"{prefix}-settings"] + ([f"{prefix}-lifecycle"] if life_cycle else [])

    def put(name: str) -> None:
        body = template(name)
        patterns = [f"{prefix}-{name}-v*"]
        client.indices.put_index_template(
            name=f"{prefix}-{name}", index_patterns=patterns, composed_of=parts, template=body["template"], priority=200
        )

    _at_once(put, index_names() if names is None else names)
    return life_cycle


def _at_once(do: Callable[[str], None], names: Sequence[str]) -> None:
    """Call for all names, several at a time: the master then publishes their changes of the cluster state together."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(do, names):
            pass


def _put_policy(client: Elasticsearch, prefix: str) -> bool:
    policy = json.loads((_FOLDER / "policy.json").read_text("utf8"))["policy"]
    try:
        client.ilm.put_lifecycle(name=prefix, policy=policy)
    except (BadRequestError, NotFoundError) as error:
        if error.status_code in (400, 404):
            return False
        raise
    except ApiError as error:
        if error.status_code == 405:
            return False
        raise
    client.cluster.put_component_template(
        name=f"{prefix}-lifecycle", template={"settings": {"index.lifecycle.name": prefix}}
    )
    return True


def _behind(client: Elasticsearch, prefix: str) -> dict[str, str]:
    """Index behind each alias of ours."""
    try:
        found = client.indices.get_alias(name=f"{prefix}-*")
    except NotFoundError:
        return {}
    behind: dict[str, str] = {}
    for index, body in found.items():
        for name in (n.removeprefix(f"{prefix}-") for n in body["aliases"]):
            if name in index_names():
                if name in behind:
                    raise StoreVersion(
                        f"{alias(prefix, name)}: stands for {behind[name]} and {index}; take the alias off the "
                        f"one that is not to be used"
                    )
                behind[name] = index
    return behind


def _version(index: str) -> int:
    """The layout in an index's name: 1 of counterclaim-claim-v1, and of -v1-2, which is its second index of that
    layout."""
    found = _LAYOUT.search(index)
    if found is None:
        raise StoreVersion(
            f"{index}: its name does not end with a layout, such as -v1; it was not made by counterclaim"
        )
    return int(found[1])


def next_index(prefix: str, name: str, now: str) -> str:
    """The name of the index to build beside the one that is there now: of the layout that this program writes."""
    first = f"{prefix}-{name}-v{layout_of(name)}"
    if _version(now) != layout_of(name):
        return first
    again = re.fullmatch(rf"{re.escape(first)}-(\d+)", now)
    return f"{first}-{int(again[1]) + 1 if again else 2}"


def differing(client: Elasticsearch, behind: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """By index: what its mapping has otherwise than its layout; `behind`: the index of each name. Raises the client's
    errors."""
    return differences(client, {index: template(name)["template"]["mappings"] for name, index in behind.items()})


def ensure(client: Elasticsearch, prefix: str) -> None:
    """Make what is missing: templates, indices, aliases. Raises StoreVersion where an index has a newer or older
    layout, or another mapping."""
    behind = _behind(client, prefix)
    newer = [index for name, index in behind.items() if _version(index) > layout_of(name)]
    if newer:
        raise StoreVersion(f"{newer[0]}: has a newer layout than this program knows; install a newer counterclaim")
    older = [index for name, index in behind.items() if _version(index) < layout_of(name)]
    if older:
        raise StoreVersion(f"{older[0]}: has an older layout; run `counterclaim store migrate`")
    for index, wrong in differing(client, behind).items():
        raise StoreVersion(remedy(index, wrong))
    missing = [name for name in index_names() if name not in behind]
    if not missing:
        return
    put_templates(client, prefix)

    def create(name: str) -> None:
        try:
            client.indices.create(index=f"{prefix}-{name}-v{layout_of(name)}", aliases={alias(prefix, name): {}})
        except BadRequestError as error:
            if "resource_already_exists" not in str(error.body):
                raise

    _at_once(create, missing)


def state(client: Elasticsearch, prefix: str) -> list[IndexState]:
    """What stands behind each alias."""
    behind = _behind(client, prefix)
    wrong = differing(client, behind)
    found = []
    for name in index_names():
        index = behind.get(name)
        documents = client.count(index=index)["count"] if index else 0
        version = _version(index) if index else None
        found.append(
            IndexState(alias(prefix, name), index, version, layout_of(name), documents, wrong.get(index or "", ()))
        )
    return found
