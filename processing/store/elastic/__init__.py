"""Elasticsearch 9 as the store: one index a record class behind an alias, bulk writes with deterministic ids.

`documents` turns records into documents, `layout` keeps templates, indices and aliases, `connection` makes the client
and turns its errors into ours, `engine` is the store."""

from __future__ import annotations

from processing.store.elastic.engine import ElasticStore

__all__ = ["ElasticStore"]
