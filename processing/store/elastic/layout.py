"""Templates, indices and aliases: made by `store init`, told by `store status`, moved on by `store migrate`.

Index `PREFIX-figure-v1` stands behind alias `PREFIX-figure`; everything reads and writes by alias. What grows
(`_meta.grows`) begins as `PREFIX-claim-v1-000001` and is rolled over by age and size; its alias then stands for several
indices, of which the newest takes what is new. The JSON files in schemas/elastic are the source; their `_meta.version`
is the layout of that index."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib import resources
from typing import Any

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError

from processing.store.elastic.mapping import differences, remedy
from processing.store.protocol import Part
from schemas.errors import ConfigError, StoreVersion

__all__ = [
    "alias",
    "behind",
    "differing",
    "ensure",
    "first_index",
    "flag_written",
    "grows",
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


def grows(name: str) -> bool:
    """Whether an index grows with the archive, so that it is rolled over by age and size, and its shards may be
    several."""
    return bool(template(name)["_meta"].get("grows"))


def _number(variable: str) -> int | None:
    """A number from the environment; None where it is not set. Raises ConfigError."""
    told = os.environ.get(f"COUNTERCLAIM_ELASTIC_{variable}", "").strip()
    if not told:
        return None
    if not told.isdecimal():
        raise ConfigError(f"COUNTERCLAIM_ELASTIC_{variable}={told}: is no number")
    return int(told)


def _settings() -> dict[str, Any]:
    """What every index shares, with the number of replicas that COUNTERCLAIM_ELASTIC_REPLICAS says."""
    shared: dict[str, Any] = json.loads((_FOLDER / "component" / "settings.json").read_text("utf8"))["template"]
    replicas = _number("REPLICAS")
    if replicas is not None:
        shared["settings"] |= {"auto_expand_replicas": "false", "number_of_replicas": replicas}
    return shared


def put_templates(client: Elasticsearch, prefix: str, *, names: Sequence[str] | None = None) -> bool:
    """Component and index templates (all, or those of `names`), and the life-cycle policies where the server has them;
    returns whether it has.

    Repeatable. What grows has the primary shards that COUNTERCLAIM_ELASTIC_SHARDS says, one by default: of indices
    that are made from now on. Raises: ConfigError."""
    client.cluster.put_component_template(name=f"{prefix}-settings", template=_settings())
    shards = _number("SHARDS") or 1
    life_cycle = all([_put_policy(client, prefix, "policy", ""), _put_policy(client, prefix, "growing", "-growing")])

    def put(name: str) -> None:
        body = dict(template(name)["template"])
        settings: dict[str, Any] = {"number_of_shards": shards} if grows(name) else {}
        if grows(name) and life_cycle:
            settings |= {"index.lifecycle.rollover_alias": alias(prefix, name)}
        own = [f"{prefix}-growing-lifecycle" if grows(name) else f"{prefix}-lifecycle"] if life_cycle else []
        client.indices.put_index_template(
            name=f"{prefix}-{name}",
            index_patterns=[f"{prefix}-{name}-v*"],
            composed_of=[f"{prefix}-settings", *own],
            template={**body, "settings": settings},
            priority=200,
        )

    _at_once(put, index_names() if names is None else names)
    return life_cycle


def _at_once(do: Callable[[str], None], names: Sequence[str]) -> None:
    """Call for all names, several at a time: the master then publishes their changes of the cluster state together."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(do, names):
            pass


def _put_policy(client: Elasticsearch, prefix: str, file: str, suffix: str) -> bool:
    policy = json.loads((_FOLDER / f"{file}.json").read_text("utf8"))["policy"]
    name = f"{prefix}{suffix}"
    try:
        client.ilm.put_lifecycle(name=name, policy=policy)
    except (BadRequestError, NotFoundError) as error:
        if error.status_code in (400, 404):
            return False
        raise
    except ApiError as error:
        if error.status_code == 405:
            return False
        raise
    client.cluster.put_component_template(
        name=f"{name}-lifecycle", template={"settings": {"index.lifecycle.name": name}}
    )
    return True


def behind(client: Elasticsearch, prefix: str) -> dict[str, tuple[str, ...]]:
    """The indices behind each alias of ours, the one that is written last. Raises StoreVersion where it is not told
    which of several is written."""
    try:
        found = client.indices.get_alias(name=f"{prefix}-*")
    except NotFoundError:
        return {}
    places: dict[str, list[tuple[bool, str]]] = {}
    for index, body in found.items():
        for told, more in body["aliases"].items():
            name = told.removeprefix(f"{prefix}-")
            if name in index_names():
                places.setdefault(name, []).append((bool(more.get("is_write_index")), index))
    for name, some in places.items():
        if len(some) > 1 and sum(is_written for is_written, _ in some) != 1:
            first, second = sorted(index for _, index in some)[:2]
            raise StoreVersion(
                f"{alias(prefix, name)}: stands for {first} and {second}; take the alias off the "
                f"one that is not to be used"
            )
    return {name: tuple(index for _, index in sorted(some)) for name, some in places.items()}


def flag_written(client: Elasticsearch, prefix: str, only: str | None = None) -> None:
    """Say of what grows (of one name; None: of all) which index is written, where an earlier version left it unsaid:
    else a rollover would take the alias off the old one. Repeatable."""
    actions = [
        {"add": {"index": places[-1], "alias": alias(prefix, name), "is_write_index": True}}
        for name, places in behind(client, prefix).items()
        if grows(name) and only in (None, name)
    ]
    if actions:
        client.indices.update_aliases(actions=actions)


def _version(index: str) -> int:
    """The layout in an index's name: 1 of counterclaim-claim-v1, and of -v1-2, which is its second index of that
    layout."""
    found = _LAYOUT.search(index)
    if found is None:
        raise StoreVersion(
            f"{index}: its name does not end with a layout, such as -v1; it was not made by counterclaim"
        )
    return int(found[1])


def first_index(prefix: str, name: str, number: int = 1) -> str:
    """The name of the first index of the layout that this program writes, or of one with another number."""
    stem = f"{prefix}-{name}-v{layout_of(name)}"
    return f"{stem}-{number:06}" if grows(name) else f"{stem}-{number}" if number > 1 else stem


def next_index(prefix: str, name: str, now: str, there: Collection[str] = ()) -> str:
    """The name of the index to build beside the one that is there now: of the layout that this program writes. `there`:
    all that stand behind the alias."""
    stem = f"{prefix}-{name}-v{layout_of(name)}"
    number = _number_of(now)
    if _version(now) != layout_of(name):
        wanted = first_index(prefix, name, number)
        if wanted not in there:
            return wanted
    numbers = [_number_of(index) for index in {now, *there} if index == stem or index.startswith(f"{stem}-")]
    return first_index(prefix, name, max([1, *numbers]) + 1)


def _number_of(index: str) -> int:
    found = re.search(r"-v\d+-(\d+)$", index)
    return int(found[1]) if found else 1


def differing(client: Elasticsearch, places: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """By index: what its mapping has otherwise than its layout; `places`: the indices of each name. Raises the client's
    errors."""
    wanted = {index: template(name)["template"]["mappings"] for name, some in places.items() for index in some}
    return differences(client, wanted)


def ensure(client: Elasticsearch, prefix: str) -> dict[str, tuple[str, ...]]:
    """Make what is missing: templates, indices, aliases; returns the indices behind those aliases that were there.
    Raises StoreVersion where an index has a newer or older layout, or another mapping."""
    places = behind(client, prefix)
    every = [(index, layout_of(name)) for name, some in places.items() for index in some]
    newer = [index for index, wanted in every if _version(index) > wanted]
    if newer:
        raise StoreVersion(f"{newer[0]}: has a newer layout than this program knows; install a newer counterclaim")
    older = [index for index, wanted in every if _version(index) < wanted]
    if older:
        raise StoreVersion(f"{older[0]}: has an older layout; run `counterclaim store migrate`")
    for index, wrong in differing(client, places).items():
        raise StoreVersion(remedy(index, wrong))
    missing = [name for name in index_names() if name not in places]
    if not missing:
        return places
    put_templates(client, prefix)

    def create(name: str) -> None:
        index = first_index(prefix, name)
        own = {"is_write_index": True} if grows(name) else {}
        try:
            client.indices.create(index=index, aliases={alias(prefix, name): own})
        except BadRequestError as error:
            if "resource_already_exists" not in str(error.body):
                raise

    _at_once(create, missing)
    return places


def state(client: Elasticsearch, prefix: str) -> list[Part]:
    """What stands behind each alias, the index that is written last."""
    places = behind(client, prefix)
    wrong = differing(client, places)
    found = []
    for name in index_names():
        shown, wanted = alias(prefix, name), layout_of(name)
        if name not in places:
            found.append(Part(shown, None, None, wanted, 0))
        for index in places.get(name, ()):
            count = client.count(index=index)["count"]
            found.append(Part(shown, index, _version(index), wanted, count, wrong.get(index, ())))
    return found
