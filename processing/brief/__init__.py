"""The brief: what changed since a moment, as a record and in Markdown, HTML and Word. Pure; the console gathers what it
needs."""

from __future__ import annotations

from processing.brief.formats import FORMATS, render, to_docx, to_html, to_markdown
from processing.brief.record import Brief, brief

__all__ = ["FORMATS", "Brief", "brief", "render", "to_docx", "to_html", "to_markdown"]
