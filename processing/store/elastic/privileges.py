"""Which privileges of a role the credentials lack.

Source: Elasticsearch's API `GET _security/user/_has_privileges`, which every authenticated user may ask about himself.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from elasticsearch import ApiError

from processing.store.elastic.connection import connect, read_address, store_errors

__all__ = ["lacking", "role"]

_NO_SECURITY = (
    "no handler found",
    "not allowed",
    "security is disabled",
    "security must be explicitly enabled",
    "security_disabled",
)


def role(name: str, prefix: str = "counterclaim") -> dict[str, Any]:
    """A role that ships (owner, writer, analyst, kibana), for the indices of a prefix."""
    found: dict[str, Any] = json.loads(
        (resources.files("schemas") / "elastic" / "roles" / f"{name}.json").read_text("utf8")
    )
    for entry in found["indices"]:
        entry["names"] = [prefix + n.removeprefix("counterclaim") for n in entry["names"]]
    return found


def lacking(address: str, name: str) -> list[str] | None:
    """The privileges of a role that the credentials have not, such as "cluster manage_ilm" or "counterclaim-* write";
    sorted.

    None where the server has no security, so that there is nothing to lack. Raises: StoreError, StoreVersion.
    """
    hosts, prefix = read_address(address)
    wanted = role(name, prefix)
    client = connect(hosts, retries=1)
    try:
        with store_errors(f"{hosts[0]}/{prefix}"):
            answer = client.security.has_privileges(cluster=wanted["cluster"], index=wanted["indices"])
    except Exception as error:
        if isinstance(error.__cause__, ApiError) and _is_without_security(error.__cause__):
            return None
        raise
    finally:
        client.close()
    lacks = [f"cluster {privilege}" for privilege, has in answer.get("cluster", {}).items() if not has]
    lacks += [
        f"{index} {privilege}"
        for index, has in answer.get("index", {}).items()
        for privilege, given in has.items()
        if not given
    ]
    return sorted(lacks)


def _is_without_security(error: ApiError) -> bool:
    return error.status_code in (400, 405, 500) and any(mark in str(error.body).lower() for mark in _NO_SECURITY)
