"""Which line breaks of a text end a paragraph, and which only wrap a line.

Blank lines always part paragraphs. Any other break is told by what it does: whether the line before it ends closed,
how the line behind it goes on, and whether lines nearby are full at one width, so that the next word would not have
fitted. Every passage has its own width; lines that are longer than it (left unwrapped) and shorter ones (broken by
markup) stand beside full ones. Cost is linear in the number of lines."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["paragraph_spans"]

_WIDEST = 130  # characters; wider lines are no wrap of any program in use
_NARROWEST = 30
_NEARBY = 12  # lines on either side that show the width of a passage
_LINE = re.compile(r"[^\n]+")
_BLANK = re.compile(r"[^\S\n]*\n[^\S\n]*\n\s*")
_BULLET = re.compile(r"[-*•·▪‣–—]\s|\d{1,2}[.)]\s|\(?[a-z]\)\s")
_ENDS = re.compile(r"[.!?…:][)\]]*['\"”’»)\]]*$")  # a sentence may end here
_PAUSES = re.compile(r"[,;–—-]$")
# words that no sentence, headline or table cell ends with
_GOES_ON = re.compile(
    r"(?:^|[\s“\"'‘(])(?:a|an|the|of|in|on|at|by|to|for|from|with|and|or|but|that|which|who|whose|as|than|its|their"
    r"|his|her|our|my|your|between|into|over|under|about|around|nearly|almost|least|most|more|fewer|less|some|no|not|is"
    r"|are|was|were|has|have|had|be|been|will|would|could|should|may|might|an additional|another|against|among|per|including"
    r"|citing|said|told|Mr|Mrs|Ms|Dr|Gen|President|Minister)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Break:
    """One line break: the line before it (`length`, `ends` a sentence), the line behind it (its first word's length,
    `low` where it begins in small letters or with a digit)."""

    length: int
    ends: bool
    word: int
    low: bool

    def is_full(self, width: int) -> bool:
        """Whether the next line's first word would not have fitted at this width (characters)."""
        return self.length <= width < self.length + 1 + self.word


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """Offsets [start, end) of the paragraphs of a text, without the white space around them."""
    blocks: list[list[tuple[int, int]]] = []
    position = 0
    for start, end in [*(m.span() for m in _BLANK.finditer(text)), (len(text), len(text))]:
        blocks.append([(position + m.start(), position + m.end()) for m in _LINE.finditer(text[position:start])])
        position = end
    lines = [line for block in blocks for line in block]
    widths = _widths(text, lines, {block[-1] for block in blocks if block})
    spans: list[tuple[int, int]] = []
    number = 0
    for block in blocks:
        stripped = [text[a:b].strip() for a, b in block]
        spans += _join(block, stripped, widths[number : number + len(block)], first=not spans)
        number += len(block)
    return [span for a, b in spans if (span := _trimmed(text, a, b))]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A span without white space at its ends; None where nothing else is in it."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return (start + left, start + len(piece.rstrip())) if piece.strip() else None


def _break(line: str, after: str) -> _Break:
    word = after.split(None, 1)[0] if after else ""
    return _Break(len(line), bool(_ENDS.search(line)), len(word), after[:1].islower() or after[:1].isdigit())


def _widths(text: str, lines: list[tuple[int, int]], last: set[tuple[int, int]]) -> list[int]:
    """For each line the width at which its passage is wrapped, 0 where it is not.

    A width is one at which several breaks within sentences are full, most of them before a word in small letters: lists
    of headlines have lines of like length too, but each begins anew."""
    breaks: list[_Break | None] = [
        None if span in last else _break(text[slice(*span)].strip(), text[slice(*after)].strip())
        for span, after in pairwise(lines)
    ]
    breaks += [None] * (len(lines) - len(breaks))
    found: list[int] = []
    held: Counter[int] = Counter()
    small: Counter[int] = Counter()

    def count(index: int, sign: int) -> None:
        at = breaks[index] if 0 <= index < len(breaks) else None
        if at is not None and not at.ends and at.length + at.word >= _NARROWEST:
            for width in range(max(at.length, _NARROWEST), min(at.length + at.word, _WIDEST) + 1):
                held[width] += sign
                small[width] += sign * at.low

    for index in range(_NEARBY):
        count(index, 1)
    for index in range(len(lines)):
        count(index + _NEARBY, 1)
        count(index - _NEARBY - 1, -1)
        best = max((n, small[w], -w) for w, n in held.items()) if held else (0, 0, 0)
        found.append(-best[2] if best[0] >= 2 and best[1] * 5 >= best[0] * 2 else 0)
    return found


def _join(block: list[tuple[int, int]], lines: list[str], widths: list[int], *, first: bool) -> list[tuple[int, int]]:
    """Spans of the paragraphs of a block without blank lines."""
    spans: list[tuple[int, int]] = []
    run: tuple[int, int] | None = None
    begun = 0  # the line with which the paragraph begins
    for number, span in enumerate(block):
        run = (span[0] if run is None else run[0], span[1])
        title = first and begun == 0
        if number + 1 == len(block) or not _goes_on(lines, widths, number, begun, title=title):
            spans.append(run)
            run, begun = None, number + 1
    return spans


def _goes_on(lines: list[str], widths: list[int], number: int, begun: int, *, title: bool) -> bool:
    """Whether the sentence or paragraph of a line goes on in the next one. `begun`: the line it began with; `title`:
    whether it began at the top of the text."""
    line, after, width = lines[number], lines[number + 1], widths[number]
    if not line or not after or _BULLET.match(after):
        return False
    at = _break(line, after)
    full = bool(width) and at.is_full(width)
    if at.ends:
        return full and not line.endswith(":")
    if title and not after[:1].islower():
        return _GOES_ON.search(line) is not None or (full and _ends_title(lines, widths, number + 1))
    if full or after[:1].islower() or (_GOES_ON.search(line) is not None and len(line.split()) > 1):
        return True
    if not width:
        return False
    if len(line) > width or _PAUSES.search(line):
        return len(line) <= width
    unfinished = number > begun and not title
    return unfinished or (not after[:1].isupper() and len(line.split()) > 2 and len(after.split()) > 2)


def _ends_title(lines: list[str], widths: list[int], number: int) -> bool:
    """Whether a line is the last one of a headline: not closed, not full, and another begins behind it."""
    if number + 1 >= len(lines) or _ENDS.search(lines[number]):
        return False
    at = _break(lines[number], lines[number + 1])
    return not at.low and not at.is_full(widths[number])
