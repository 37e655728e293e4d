"""Facets of one number of a text, for the tables of test_facets_*."""

from __future__ import annotations

from datetime import date

from processing.claims import read_text
from schemas.facets import Facets

PUBLISHED = date(2024, 5, 20)  # a Monday


def facets_of(text: str, number: str, published: date | None = PUBLISHED) -> Facets:
    """The facets of the first claim whose words hold `number`."""
    reading = read_text(text, file="case", published=published)
    found = next((c for c in reading.claims if number in c.text), None)
    assert found is not None, f"{number!r} is no claim: {[c.text for c in reading.claims]}"
    assert found.facets is not None
    return found.facets
