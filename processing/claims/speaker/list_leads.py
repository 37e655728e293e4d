"""Items of a list, and the sentence with a colon that leads into it: "The ministry gave these figures:" over "- 120
dead"."""

from __future__ import annotations

import re

from processing.claims.document.document import Document

__all__ = ["lead_in", "lists"]

_ITEM = re.compile(r"[-*•·▪‣–—]\s")
_LONGEST = 40  # items; longer lists are tables or pages of links


def _is_item(document: Document, paragraph: int) -> bool:
    return _ITEM.match(document.text, document.paragraphs[paragraph].start) is not None


def lead_in(document: Document, paragraph: int) -> int | None:
    """Index of the sentence that leads into the list of which a paragraph (by index) is an item; None where it is no
    item or nothing leads in."""
    at = paragraph
    while at > 0 and paragraph - at < _LONGEST and _is_item(document, at):
        at -= 1
    before = document.paragraphs[at]
    leads = at < paragraph and document.text[before.end - 1] == ":" and before.sentences
    return before.sentences[-1] if leads else None


def lists(document: Document) -> list[tuple[int, int, int]]:
    """Every list with a lead-in: its sentence, and the character offsets of its items, in text order."""
    found: dict[int, tuple[int, int, int]] = {}
    for paragraph in document.paragraphs:
        sentence = lead_in(document, paragraph.index)
        if sentence is not None:
            start = found[sentence][1] if sentence in found else paragraph.start
            found[sentence] = (sentence, start, paragraph.end)
    return list(found.values())
