"""New indices for what grows, by age and size, where the server has no life-cycle management to do it."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from elasticsearch import Elasticsearch

from processing.store.elastic import layout

__all__ = ["roll_over"]


def conditions() -> dict[str, Any]:
    """When a new index takes over, as the policy that ships has it."""
    text = (resources.files("schemas") / "elastic" / "growing.json").read_text("utf8")
    found: dict[str, Any] = json.loads(text)["policy"]["phases"]["hot"]["actions"]["rollover"]
    return found


def roll_over(
    client: Elasticsearch, prefix: str, when: dict[str, Any] | None = None, *, earlier: bool = False
) -> list[str]:
    """Let a new index take over where the one that is written meets a condition of `when` (None: the policy's); returns
    a line for each. What life-cycle management looks after is left to it. `earlier`: not so indices of an earlier
    version, whose policy rolls nothing over. Raises the client's errors."""
    done = []
    for name, places in sorted(layout.behind(client, prefix).items()):
        written = places[-1]
        policy = _policy(client, written) if layout.grows(name) else None
        if not layout.grows(name) or (policy is not None and not (earlier and policy == prefix)):
            continue
        layout.flag_written(client, prefix, name)
        new = layout.next_index(prefix, name, written, places)
        answer = client.indices.rollover(
            alias=layout.alias(prefix, name), new_index=new, conditions=conditions() if when is None else when
        )
        if answer["rolled_over"]:
            done.append(f"{layout.alias(prefix, name)}: {new} takes what is new, {written} stays")
    return done


def _policy(client: Elasticsearch, index: str) -> str | None:
    """The life-cycle policy of an index."""
    settings = client.indices.get_settings(index=index)[index]["settings"]["index"]
    name: str | None = settings.get("lifecycle", {}).get("name")
    return name
