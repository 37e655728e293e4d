"""Pages into articles: the text and what a page says of itself (title, authors, times, language, section, agency
credit).

The text is trafilatura's; the rest is read here from JSON-LD, Open Graph and other meta elements, `<time>`, data
attributes and the visible byline, so that trafilatura's own metadata step (slow, and quadratic on broken JSON-LD) is
not needed."""

from processing.clean.article import clean_file
from processing.clean.revisions import is_other_article, next_revision, under_own_address
from processing.clean.workers import clean_pages

__all__ = ["clean_file", "clean_pages", "is_other_article", "next_revision", "under_own_address"]
