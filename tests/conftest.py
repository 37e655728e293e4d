"""What all tests share: no settings from outside, and parts that must not be skipped where they are required."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.elastic_node import Missing, cluster

pytest.register_assert_rewrite("tests.support.broken_cluster")  # so that a failed assertion says what was found

REQUIRED = os.environ.get("COUNTERCLAIM_REQUIRE", "").split()
EVAL = Path(os.environ.get("COUNTERCLAIM_EVAL") or Path(__file__).parents[1] / "../shared/eval").resolve()


def lack(part: str, message: str) -> None:
    """Skip a test whose part is missing here, or fail it where COUNTERCLAIM_REQUIRE names the part."""
    if part in REQUIRED:
        pytest.fail(f"{part} is required here: {message}")
    pytest.skip(message)


@pytest.fixture(autouse=True)
def _settings_from_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("COUNTERCLAIM_") and name not in ("COUNTERCLAIM_EVAL", "COUNTERCLAIM_REQUIRE"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _wide_consoles(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's output in this process is as wide as no terminal, whatever the first import saw."""
    from console.app import out, say

    for console in (out, say):
        monkeypatch.setattr(console, "_width", 200)


@pytest.fixture(scope="session")
def eval_folder() -> Path:
    """The evaluation data beside the project, or where COUNTERCLAIM_EVAL says."""
    if not (EVAL / "score").is_dir():
        lack("eval", f"no evaluation data at {EVAL}; set COUNTERCLAIM_EVAL to its folder")
    return EVAL


@pytest.fixture(scope="session")
def elastic_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Elasticsearch: the one that ES_URL names, else a node started once."""
    if os.environ.get("ES_URL"):
        yield os.environ["ES_URL"]
        return
    try:
        with cluster(tmp_path_factory.mktemp("elastic")) as running:
            yield running.url
    except Missing as error:
        lack("elasticsearch", f"no Elasticsearch node: {error}; or name a running one in ES_URL")


@pytest.fixture(scope="session")
def elastic_home(elastic_url: str) -> str:
    """The address of a store on Elasticsearch whose indices are there; see `empty_elastic`."""
    from uuid import uuid4

    from processing.store.elastic import ElasticStore

    address = f"{elastic_url}/test-{uuid4().hex[:12]}"
    ElasticStore(address).close()
    return address


def empty(address: str) -> str:
    """Delete everything in a store on Elasticsearch; returns its address. Making indices takes seconds, so they are emptied instead."""
    from elasticsearch import Elasticsearch, helpers

    from processing.store.elastic.connection import read_address

    hosts, prefix = read_address(address)
    client = Elasticsearch(hosts, request_timeout=60)
    client.indices.refresh(index=f"{prefix}-*")
    found = helpers.scan(client, index=f"{prefix}-*", query={"query": {"match_all": {}}}, _source=False)
    helpers.bulk(client, ({"_op_type": "delete", "_index": h["_index"], "_id": h["_id"]} for h in found), refresh=True)
    client.close()
    return address


@pytest.fixture
def empty_elastic(elastic_home: str) -> str:
    """The address of a store on Elasticsearch that holds nothing."""
    return empty(elastic_home)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real browser; its driver holds an event loop, so it lives no longer than the tests of one file."""
    try:
        from tests.support.browser import browser, program
    except ModuleNotFoundError:
        lack("chromium", "Playwright is not installed: pip install 'counterclaim[dev]'")
    if program() is None:
        lack("chromium", "no Chromium here: apt-get install chromium")
    with browser() as started:
        yield started
