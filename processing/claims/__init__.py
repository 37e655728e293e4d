"""Reads an article: who claims, through whom, that how many of what did what, where, as of when.

Public functions: `read_many` and `read_text` give claims; `read_quantities` and `select_claims` the quantities alone; `explain` shows a
reading with the rule behind every field.
"""

from processing.claims.assemble import read_many, read_text
from processing.claims.explain import explain
from processing.claims.quantities import read_quantities
from processing.claims.select import select_claims

__all__ = ["explain", "read_many", "read_quantities", "read_text", "select_claims"]
