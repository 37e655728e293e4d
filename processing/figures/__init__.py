"""Which claims speak of one thing in the world, and who says them."""

from processing.figures.sources import SOURCE_TYPES, resolve_sources, source_grade, source_type

__all__ = ["SOURCE_TYPES", "resolve_sources", "source_grade", "source_type"]
