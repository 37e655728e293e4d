"""Fetch: the only code that speaks to news sites."""
