"""Which claims speak of one thing in the world, and who says them."""

from processing.figures.full_names import full_names
from processing.figures.lexicon import event_title
from processing.figures.names import paper_id
from processing.figures.source_types import SOURCE_TYPES, source_grade, source_type
from processing.figures.sources import resolve_sources
from processing.figures.story_figures import found_figures
from processing.figures.topic_figures import event_words, topic_figures

__all__ = [
    "SOURCE_TYPES",
    "event_title",
    "event_words",
    "found_figures",
    "full_names",
    "paper_id",
    "resolve_sources",
    "source_grade",
    "source_type",
    "topic_figures",
]
