"""The client, and its errors as ours.

Credentials come from the environment alone: COUNTERCLAIM_ELASTIC_API_KEY, or COUNTERCLAIM_ELASTIC_USER with
COUNTERCLAIM_ELASTIC_PASSWORD; COUNTERCLAIM_ELASTIC_CA_FILE names a certificate authority's file.
"""

from __future__ import annotations

import base64
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from elastic_transport import ConnectionError, ConnectionTimeout, Transport, TransportApiResponse, TransportError
from elastic_transport.client_utils import DefaultType
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    Elasticsearch,
    UnsupportedProductError,
)

from processing.store.elastic.freshness import Seen, careful
from schemas.errors import StoreError, StoreFull, StoreVersion

__all__ = ["GOES_ON", "MAJOR", "connect", "read_address", "store_errors"]

MAJOR = 9  # the client of version 9 speaks to servers of version 9 only
GOES_ON = "the run can be repeated and goes on where it was"
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 8.0  # seconds between two tries


def read_address(address: str) -> tuple[list[str], str]:
    """Hosts and index prefix of `https://host:9200[,https://other:9200][/prefix]`; the prefix is "counterclaim" by
    default.

    Raises: StoreError where an address has no host or port, holds a password, or names a prefix that cannot be part of
    an index's name."""
    hosts, prefixes = [], set[str]()
    for part in address.split(","):
        try:
            url = urlsplit(part.strip())
            port = url.port
        except ValueError as error:
            raise StoreError(f"{part}: {error}") from error
        if url.username or url.password:
            raise StoreError(
                f"{url.scheme}://{url.hostname}: credentials do not belong in the address; set "
                f"COUNTERCLAIM_ELASTIC_API_KEY or _USER and _PASSWORD"
            )
        if not url.hostname:
            raise StoreError(f"{part!r} names no host; write https://HOST:9200")
        if url.scheme not in ("http", "https") or url.query or url.fragment:
            raise StoreError(
                f"{part.strip()!r} is no store address; write https://HOST:9200, or https://HOST:9200/PREFIX"
            )
        name = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
        hosts.append(f"{url.scheme}://{name}:{port or (443 if url.scheme == 'https' else 9200)}")
        prefixes |= {url.path.strip("/")} - {""}
    if len(prefixes) > 1:
        raise StoreError(
            f"{address}: names several prefixes ({', '.join(sorted(prefixes))}); all addresses are of one store"
        )
    prefix = prefixes.pop() if prefixes else "counterclaim"
    if not _PREFIX.fullmatch(prefix):
        raise StoreError(
            f"{prefix!r} cannot begin an index's name: up to 100 lower-case letters, digits, - and _, of which "
            f"the first is a letter or digit"
        )
    return hosts, prefix


def _secret(name: str) -> str:
    """A variable without the line break that a file's end leaves in it; empty where it is not set."""
    return os.environ.get(f"COUNTERCLAIM_ELASTIC_{name}", "").strip("\r\n")


class PatientTransport(Transport):
    """A transport whose tries of one request have growing pauses between them; the client's own follow at once, so that
    a cluster that is away for seconds would end a run."""

    def perform_request(self, method: str, target: str, **options: Any) -> TransportApiResponse:
        """As Transport's. Raises: TransportError."""

        def chosen(name: str) -> Any:
            value = options.get(name)
            return getattr(self, name) if value is None or isinstance(value, DefaultType) else value

        retries, on_status, on_timeout = chosen("max_retries"), chosen("retry_on_status"), chosen("retry_on_timeout")
        for attempt in range(retries + 1):
            last = attempt == retries
            try:
                answer = super().perform_request(method, target, **{**options, "max_retries": 0})
                if last or answer.meta.status not in on_status:
                    return answer
            except ConnectionTimeout:
                if last or not on_timeout:
                    raise
            except ConnectionError:
                if last:
                    raise
            time.sleep(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt))
        raise AssertionError("the last try returns or raises")


def connect(hosts: list[str], *, retries: int = 6, timeout: float = 30, seen: Seen | None = None) -> Elasticsearch:
    """A client that waits for a cluster which is away for a moment: `retries` attempts with growing pauses up to 8 s.

    `seen`: what the caller wrote, which no node's answer may fall short of. Raises: StoreError (no file of the
    authority, an impossible key)."""
    given: dict[str, Any] = {"node_class": careful(seen)} if seen is not None and len(hosts) > 1 else {}
    if key := _secret("API_KEY"):
        if not re.fullmatch(r"[!-~]+", key):
            raise StoreError(
                "COUNTERCLAIM_ELASTIC_API_KEY: holds what no key has (a blank, a line break, another letter); "
                "take the `encoded` of its creation"
            )
        given["api_key"] = key
    elif user := _secret("USER"):
        pair = base64.b64encode(f"{user}:{_secret('PASSWORD')}".encode()).decode()
        given["headers"] = {"authorization": f"Basic {pair}"}
    if ca := os.environ.get("COUNTERCLAIM_ELASTIC_CA_FILE"):
        if not os.path.isfile(ca):
            raise StoreError(f"COUNTERCLAIM_ELASTIC_CA_FILE: no file {ca}")
        given["ca_certs"] = ca
    return Elasticsearch(
        hosts,
        request_timeout=timeout,
        max_retries=retries,
        retry_on_timeout=True,
        transport_class=PatientTransport,
        **given,
    )


def _reason(error: ApiError) -> str:
    if not isinstance(error.body, dict):
        return str(error.body).partition("\n")[0][:200]
    body = error.body
    detail = body.get("error", body)
    if isinstance(detail, dict):
        return str(detail.get("reason") or detail.get("type") or error)
    return str(detail or error)


def _index_of(error: ApiError) -> str:
    """The index that an error is about, where it says so."""
    detail = error.body.get("error", {}) if isinstance(error.body, dict) else {}
    causes = [detail, *detail.get("root_cause", [])] if isinstance(detail, dict) else []
    return next((str(c["index"]) for c in causes if "index" in c), "unknown")


def _is_block(error: ApiError) -> bool:
    return "cluster_block_exception" in str(error.body) or "blocked by" in _reason(error)


def _blocked(address: str, error: ApiError) -> str:
    return (
        f"{address}: is blocked for writing ({_reason(error)}); free disk or take the block off, the work stays pending"
    )


def _why(error: TransportError) -> str:
    """What the system said ("Connection refused"), without the client's wrapping of it."""
    found = re.search(r"\[Errno -?\d+\] ([^'\")]+)", error.message)
    return found[1] if found else error.message


def _of_answer(address: str, error: ApiError) -> StoreError:
    """Our error for an answer of the cluster that says no: which of its ways it is, the first that holds."""
    status, told = error.status_code, str(error.body)
    if status == 400 and "media_type_header" in told:
        return StoreVersion(
            f"{address}: the server is not of version {MAJOR} ({_reason(error)}); Elasticsearch {MAJOR} is needed"
        )
    if status == 429 and _is_block(error):  # the disk's flood stage, which ends by itself once there is room
        return StoreFull(_blocked(address, error))
    if status == 429:
        busy = f"the cluster refuses work (429: {_reason(error)}); try again when it is less busy, or free disk"
        return StoreFull(f"{address}: {busy}")
    if status in (502, 503, 504):
        return StoreError(f"{address}: the cluster is not ready ({status}: {_reason(error)}); {GOES_ON}")
    if "search_context_missing_exception" in told:
        return StoreError(f"{address}: a node that was being read from is away; {GOES_ON}")
    if "index_closed_exception" in told:
        return StoreError(f"{address}: index {_index_of(error)} is closed; open it, the work stays pending")
    if error.meta.headers.get("x-elastic-product") != "Elasticsearch":
        return StoreVersion(
            f"{address}: is not Elasticsearch ({status}: {_reason(error)}); Elasticsearch {MAJOR} is needed"
        )
    return StoreError(f"{address}: {status} {_reason(error)}")


@contextmanager
def store_errors(address: str) -> Iterator[None]:
    """Engine errors become ours, with the engine's as the cause."""
    try:
        yield
    except UnsupportedProductError as error:
        raise StoreVersion(f"{address}: is not Elasticsearch; Elasticsearch {MAJOR} is needed") from error
    except AuthenticationException as error:
        raise StoreError(
            f"{address}: the credentials are not accepted; check COUNTERCLAIM_ELASTIC_API_KEY, or _USER and _PASSWORD"
        ) from error
    except AuthorizationException as error:
        if _is_block(error):
            raise StoreFull(_blocked(address, error)) from error
        raise StoreError(f"{address}: a privilege lacks: {_reason(error)}; `counterclaim doctor` says which") from error
    except ApiError as error:
        raise _of_answer(address, error) from error
    except ConnectionTimeout as error:
        raise StoreError(f"{address}: no answer in time; {GOES_ON}") from error
    except TransportError as error:
        raise StoreError(f"{address}: cannot be reached ({_why(error)}); {GOES_ON}") from error
