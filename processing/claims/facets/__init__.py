"""Facets of a claim: where its number stands, of which incident, whose it is, how much of the whole, done or not.

Public: `read_facets` gives one `Facets` a claim in the making."""

from processing.claims.facets.read import read_facets

__all__ = ["read_facets"]
