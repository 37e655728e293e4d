"""Fetch: the only code that speaks to news sites."""

from spiders.warc import read_body

__all__ = ["read_body"]
