"""docs/elastic.md says what every index and field is for, and says it of the mappings as they are."""

from __future__ import annotations

import tomllib
from importlib import resources

from processing.store.elastic.layout import index_names
from tests.support.desk import properties
from tests.support.elastic_docs import FILE, render


def test_the_tables_are_up_to_date() -> None:
    assert FILE.read_text("utf8") == render(), "run python -m tests.support.elastic_docs"


def test_nothing_is_described_that_is_not_there() -> None:
    told = tomllib.loads((resources.files("schemas") / "elastic" / "fields.toml").read_text("utf8"))
    assert set(told["index"]) == set(index_names())
    mapped = {
        field for name in index_names() for field, mapping in properties(name).items() if mapping.get("enabled", True)
    }
    assert set(told["field"]) == mapped
