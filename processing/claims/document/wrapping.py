"""Which line breaks of a text end a paragraph, and which only wrap a line.

Blank lines always part paragraphs. Any other break is told by what it does: whether the line before it ends closed,
how the line behind it goes on, and whether lines nearby are full at one width, so that the next word would not have
fitted. Every passage has its own width; lines that are longer than it (left unwrapped) and shorter ones (broken by
markup) stand beside full ones. Cost is linear in the number of lines."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from processing.claims.document.furniture import is_furniture
from processing.words import load_words

__all__ = ["paragraph_spans"]

_WIDEST = 130  # characters; wider lines are no wrap of any program in use
_NARROWEST = 30
_NEARBY = 12  # lines on either side that show the width of a passage
_LINE = re.compile(r"[^\n]+")
_BLANK = re.compile(r"[^\S\n]*\n[^\S\n]*\n\s*")
_BULLET = re.compile(r"[-*•·▪‣–—]\s|\d{1,2}[.)]\s|\(?[a-z]\)\s")
_ENDS = re.compile(r"[.!?…:][)\]]*['\"”’»)\]]*$")  # a sentence may end here
_PAUSES = re.compile(r"[,;–—-]$")
_MARKS = "“\"‘'"
_WITHIN = re.compile(r"[a-z\d%)][.!?]['\"”’)]*[^\S\n]+(?=['\"“‘(]?[A-Z])")  # a sentence that ends within a line
# the least and the most characters of a line that a passage's breaks agree with; 0, 0 where it is not wrapped
_Width = tuple[int, int]


@lru_cache(maxsize=1)
def _open_end() -> re.Pattern[str]:
    """The end of a line that cannot end a sentence: one of the words of lines.toml, "may" in small letters, a
    possessive."""
    words = "|".join(re.escape(w) for w in load_words("lines")["open"])
    return re.compile(rf"(?:^|[\s“\"'‘(])(?:{words}|(?-i:may))$|['’]s$", re.IGNORECASE)


@lru_cache(maxsize=1)
def _beginners() -> frozenset[str]:
    return frozenset(load_words("lines")["begins"])


@dataclass(frozen=True, slots=True)
class _Break:
    """One line break: the line before it (`length`, `ends` a sentence), the line behind it (its first word's length,
    `low` where it begins in small letters or with a digit)."""

    length: int
    ends: bool
    word: int
    low: bool

    def is_full(self, width: _Width) -> bool:
        """Whether the next line's first word would not have fitted at this width."""
        return self.length <= width[1] and width[0] < self.length + 1 + self.word


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a text is broken, told by all of its lines. `blank`: it has blank lines; `parted`: they part its paragraphs,
    and all other breaks only wrap; `inside`: how many sentences end inside a paragraph for each that ends with it;
    `broken`: lines end anywhere, as markup leaves them."""

    parted: bool
    blank: bool
    inside: float
    broken: bool


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """Offsets [start, end) of the paragraphs of a text, without the white space around them."""
    blocks: list[list[tuple[int, int]]] = []
    position = 0
    for start, end in [*(m.span() for m in _BLANK.finditer(text)), (len(text), len(text))]:
        blocks.append([(position + m.start(), position + m.end()) for m in _LINE.finditer(text[position:start])])
        position = end
    lines = [line for block in blocks for line in block]
    last = {block[-1] for block in blocks if block}
    breaks = _breaks(text, lines, last)
    widths = _widths(breaks)
    manner = _manner(text, breaks, widths, blank=len(blocks) > 1)
    spans: list[tuple[int, int]] = []
    number = 0
    for block in blocks:
        stripped = [text[a:b].strip() for a, b in block]
        spans += _join(block, stripped, widths[number : number + len(block)], manner, first=not spans)
        number += len(block)
    return [span for a, b in spans if (span := _trimmed(text, a, b))]


def _breaks(text: str, lines: list[tuple[int, int]], last: set[tuple[int, int]]) -> list[_Break | None]:
    """The break behind each line, None behind the `last` lines of blocks."""
    found: list[_Break | None] = [
        None if span in last else _break(text[slice(*span)].strip(), text[slice(*after)].strip())
        for span, after in pairwise(lines)
    ]
    return [*found, *[None] * (len(lines) - len(found))]


def _manner(text: str, breaks: list[_Break | None], widths: list[_Width], *, blank: bool) -> _Manner:
    """How a text is broken. Sentences that end within a line show how many end within a paragraph: a sentence inside
    and one at the end of a paragraph are equally likely to end where a line is full."""
    known = [(at, at.is_full(width)) for at, width in zip(breaks, widths, strict=True) if at is not None and width[0]]
    closed = [full for at, full in known if at.ends]
    open_ones = [at for at, full in known if not full and not at.ends]
    low = sum(at.low for at in open_ones)
    within = sum(1 for _ in _WITHIN.finditer(text))
    return _Manner(
        parted=blank and len(closed) > 1 and sum(closed) * 10 >= len(closed) * 7,
        blank=blank,
        inside=within / max(len(closed) - sum(closed), 1),
        broken=low >= 3 and low * 3 >= len(open_ones),
    )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A span without white space at its ends; None where nothing else is in it."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return (start + left, start + len(piece.rstrip())) if piece.strip() else None


def _break(line: str, after: str) -> _Break:
    word = after.split(None, 1)[0] if after else ""
    return _Break(len(line), bool(_ENDS.search(line)), len(word), after[:1].islower() or after[:1].isdigit())


def _widths(breaks: list[_Break | None]) -> list[_Width]:
    """For each line the width at which its passage is wrapped, 0, 0 where it is not.

    A width is one at which several breaks within sentences are full, most of them before a word in small letters (lists
    of headlines have lines of like length too, but each begins anew), or nearly all of them."""
    found: list[_Width] = []
    held: Counter[int] = Counter()
    small: Counter[int] = Counter()

    unclosed = 0  # breaks nearby that no sentence ends at

    def count(index: int, sign: int) -> None:
        nonlocal unclosed
        at = breaks[index] if 0 <= index < len(breaks) else None
        unclosed += sign * (at is not None and not at.ends)
        if at is not None and not at.ends and at.length + at.word >= _NARROWEST:
            for width in range(max(at.length, _NARROWEST), min(at.length + at.word, _WIDEST) + 1):
                held[width] += sign
                small[width] += sign * at.low

    for index in range(_NEARBY):
        count(index, 1)
    for index in range(len(breaks)):
        count(index + _NEARBY, 1)
        count(index - _NEARBY - 1, -1)
        best = max((n, small[w]) for w, n in held.items()) if held else (0, 0)
        agreed = [w for w, n in held.items() if (n, small[w]) == best]
        wrapped = (best[0] >= 2 and best[1] * 5 >= best[0] * 2) or (best[0] >= 4 and best[0] * 5 >= unclosed * 4)
        found.append((min(agreed), max(agreed)) if wrapped else (0, 0))
    return found


def _join(
    block: list[tuple[int, int]], lines: list[str], widths: list[_Width], manner: _Manner, *, first: bool
) -> list[tuple[int, int]]:
    """Spans of the paragraphs of a block without blank lines."""
    spans: list[tuple[int, int]] = []
    run: tuple[int, int] | None = None
    begun = 0  # the line with which the paragraph begins
    quoted = False  # whether a quotation of the paragraph is still open
    for number, span in enumerate(block):
        run = (span[0] if run is None else run[0], span[1])
        quoted = _stays_open(lines[number], quoted)
        title = first and begun == 0
        if number + 1 == len(block) or not _goes_on(lines, widths, number, begun, manner, title=title, quoted=quoted):
            spans.append(run)
            run, begun, quoted = None, number + 1, False
    return spans


def _stays_open(line: str, quoted: bool) -> bool:
    """Whether a quotation is open at the end of a line, if one was (`quoted`) or was not at its start."""
    opened, closed = line.rfind("“"), line.rfind("”")
    if opened >= 0 or closed >= 0:
        return opened > closed
    return quoted != (line.count('"') % 2 == 1)


def _goes_on(
    lines: list[str], widths: list[_Width], number: int, begun: int, manner: _Manner, *, title: bool, quoted: bool
) -> bool:
    """Whether the sentence or paragraph of a line goes on in the next one. `begun`: the line it began with; `title`:
    whether it began at the top of the text; `quoted`: whether a quotation is open, which each new paragraph opens
    anew."""
    line, after, width = lines[number], lines[number + 1], widths[number]
    at = _break(line, after)
    full = width[0] > 0 and at.is_full(width)
    inserted = after[:1] in "–—" or (after[:2] == "- " and after[2:3].islower())
    dashed = full and not at.ends and not _BULLET.match(lines[begun]) and inserted
    if not line or not after or (_BULLET.match(after) and not dashed) or (number == begun and is_furniture(line)):
        return False
    if after[:1].islower():
        return True
    if at.ends:
        return not line.endswith(":") and _is_inside(after, manner, full=full, quoted=quoted)
    if _PAUSES.search(line) and len(line) >= _NARROWEST:
        return True
    unended = _open_end().search(line) is not None
    if title:
        return unended or (full and (manner.blank or _ends_title(lines, widths, number + 1)))
    if full or (unended and (number > begun or len(line.split()) > 1)):
        return True
    return width[0] > 0 and _is_unfinished(line, after, manner, inside=number > begun and not title)


def _is_inside(after: str, manner: _Manner, *, full: bool, quoted: bool) -> bool:
    """Whether a sentence that closes a line ends within its paragraph."""
    if manner.parted:
        return True
    if quoted and (full or manner.blank or manner.broken):
        return after[:1] not in _MARKS
    return full and manner.inside >= (2.5 if after[:1] in _MARKS else 1)


def _is_unfinished(line: str, after: str, manner: _Manner, *, inside: bool) -> bool:
    """Whether a line that is neither closed nor full is no headline, though the next one begins with a capital or a
    mark. `inside`: whether it goes on from a line before it."""
    if manner.broken and after[:1].isupper():
        return inside or (len(line.split()) > 3 and after.split(None, 1)[0].lower() not in _beginners())
    return not after[:1].isupper() and (inside or len(line.split()) > 2) and len(after.split()) > 2


def _ends_title(lines: list[str], widths: list[_Width], number: int) -> bool:
    """Whether a line is the last one of a headline: not closed, not full, and another begins behind it."""
    if number + 1 >= len(lines) or _ENDS.search(lines[number]):
        return False
    at = _break(lines[number], lines[number + 1])
    return not at.low and not at.is_full(widths[number])
