"""Speakers of a transcript: "JANE DOE: The first ...", label by label."""

from __future__ import annotations

import re

from processing.claims.document.document import Document
from processing.claims.speaker.attribution import Attribution
from processing.claims.speaker.mentions import plain_mention

__all__ = ["transcript_labels"]

_LABEL = re.compile(r"[“\"]?(?P<name>[A-Z][A-Z.’' -]{2,30}):\s")


def transcript_labels(document: Document, text: str) -> list[Attribution]:
    """What stands behind labels in capitals before a colon: two or more in the text, one of them twice (else they head
    sections). `text` is the document's with one kind of space."""
    marks = [(p, m) for p in document.paragraphs if (m := _LABEL.match(text, p.start, p.end))]
    if len(marks) < 3 or not 2 <= len({m["name"] for _, m in marks}) < len(marks):
        return []
    found = []
    ends = [p.start for p, _ in marks[1:]] + [marks[-1][0].end]
    for (paragraph, match), last in zip(marks, ends, strict=True):
        found.append(
            Attribution(
                plain_mention(match.start("name"), match["name"], "person", True),
                match.span("name"),
                ((match.end(), max(last, paragraph.end)),),
                "say",
                "asserts",
                False,
                "transcript label",
                0.85,
            )
        )
    return found
