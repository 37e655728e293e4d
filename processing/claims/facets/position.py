"""Where a number stands in its article: paragraph, sentence, zone, and its place among the article's numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processing.measures import dimension
from schemas.facets import Zone

if TYPE_CHECKING:
    from processing.claims.document.document import Document
    from processing.claims.draft import Draft

__all__ = ["Position", "read_positions"]


@dataclass(frozen=True, slots=True)
class Position:
    """The first six fields of `Facets`."""

    sentence: int
    paragraph: int
    zone: Zone
    rank: int
    rank_in_unit: int
    first_rank: int


def read_positions(document: Document, drafts: Sequence[Draft]) -> list[Position]:
    """One position a draft, in their order."""
    paragraphs, sentences, lead = _numbers(document)
    order = sorted(range(len(drafts)), key=lambda i: (drafts[i].start, drafts[i].end, i))
    in_unit: Counter[str] = Counter()
    first: dict[tuple[float | None, float | None, str], int] = {}
    found: dict[int, Position] = {}
    for rank, i in enumerate(order, 1):
        draft = drafts[i]
        quantity = draft.quantity
        kind = dimension(quantity.unit) or quantity.unit
        in_unit[kind] += 1
        paragraph = paragraphs[draft.paragraph]
        zone: Zone = "title" if paragraph == 0 else "lead" if paragraph <= lead else "body"
        seen = first.setdefault((quantity.low, quantity.high, quantity.unit), rank)
        found[i] = Position(sentences[draft.sentence], paragraph, zone, rank, in_unit[kind], seen)
    return [found[i] for i in range(len(drafts))]


def _numbers(document: Document) -> tuple[dict[int, int], dict[int, int], int]:
    """The numbers of paragraphs and sentences without furniture, and that of the lead."""
    paragraphs: dict[int, int] = {}
    sentences: dict[int, int] = {}
    lead = 0
    count = said = -1 if document.headline else 0
    for paragraph in document.paragraphs:
        count += not paragraph.furniture
        paragraphs[paragraph.index] = max(count, 0)
        if not lead and count > 0 and not paragraph.heading and not paragraph.furniture:
            lead = count
        for index in paragraph.sentences:
            said += not paragraph.furniture
            sentences[index] = max(said, 0)
    return paragraphs, sentences, lead
