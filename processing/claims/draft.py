"""A claim in the making: what each question of this package has answered so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from processing.claims.counted.as_of import Moment
from processing.claims.counted.place import Place
from processing.claims.counted.thing import Counted
from schemas.records import Quantity

if TYPE_CHECKING:
    from processing.claims.parts import Tie
    from processing.claims.speaker.speaker import Speaker

__all__ = ["Draft"]


@dataclass(slots=True)
class Draft:
    """A claim in the making. Offsets count characters of the document; `part_of` and `same_as` are indexes of
    drafts."""

    sentence: int
    paragraph: int
    heading: bool
    start: int
    end: int
    quantity: Quantity
    counted: Counted
    moment: Moment
    place: Place
    converts: tuple[int, int] | None = None
    speaker: Speaker | None = None
    correction: bool = False
    part_of: int | None = None
    part_tie: Tie | None = None
    same_as: int | None = None
    sure: dict[str, float | None] = field(default_factory=dict)
    rules: dict[str, str] = field(default_factory=dict)
