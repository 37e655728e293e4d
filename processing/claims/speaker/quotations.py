"""Where a text is quoted: double, single, doubled-apostrophe and angle marks, over sentences and paragraphs.

A quotation that opens anew at each paragraph and closes once is one run. A closing mark that was forgotten ends the
quotation at the words that name its speaker (", the general said"), else at the end of its paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from processing.claims.document.document import Document, Paragraph, flatten

__all__ = ["Quote", "find_quotes", "quote_at"]


@dataclass(frozen=True, slots=True)
class Quote:
    """Quoted words in one paragraph: offsets with the marks and of the words alone. Quotes of one `run` are one
    quotation over several paragraphs; `closed` says whether a closing mark was written here."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    paragraph: int
    run: int
    closed: bool


_DOUBLE = re.compile(r"''|``|’’|‘‘|[“”„«»\"]")
_SINGLE = re.compile(r"[‘’']")
_OPENERS, _CLOSERS = {"“", "„", "«", "``", "‘‘"}, {"”", "»", "’’"}
_SPOKEN = re.compile(
    r"[,?!]\s+(?=(?:[A-Z][\w.’'-]*|the|a|an|he|she|they)\b[^,.\"]{0,60}?\b(?:said|says|told|added|wrote|asked)\b|(?:said|says|added)\s)"
)


def find_quotes(document: Document) -> tuple[Quote, ...]:
    """All quotations of a document in text order; no quote lies inside another (marks within marks are left alone)."""
    found: list[Quote] = []
    text = flatten(document.text)
    open_run: int | None = None
    for paragraph in document.paragraphs:
        spans = _pair(text, paragraph, _DOUBLE)
        if not spans or not any(b - a > 60 for a, b, *_ in spans):
            taken = [(a, b) for a, b, *_ in spans]
            spans = sorted(
                [
                    *spans,
                    *(s for s in _pair_single(text, paragraph) if not any(s[0] < b and a < s[1] for a, b in taken)),
                ]
            )
        for number, (start, end, mark, closed) in enumerate(spans):
            continues = number == 0 and open_run is not None and start == paragraph.start
            run = open_run if continues and open_run is not None else len(found)
            found.append(
                Quote(start, end, start + mark, end - max(mark, 1) if closed else end, paragraph.index, run, closed)
            )
        open_run = None
        if spans and not spans[-1][3] and spans[-1][1] == paragraph.end:
            open_run = found[-1].run
    return tuple(_cut_forgotten(text, found))


def quote_at(quotes: tuple[Quote, ...], position: int) -> Quote | None:
    """The quotation that holds a position, None where it is not quoted."""
    from bisect import bisect_right

    index = bisect_right(quotes, position, key=lambda q: q.start) - 1
    return quotes[index] if index >= 0 and quotes[index].start <= position < quotes[index].end else None


_GLUED = re.compile(
    r"(?:said|says|added|told)\s|(?:(?:the|a|an)\s)?[\w.’']+(?:\s[\w.’']+){0,4}\s(?:said|says|added|told)\b"
)


def _sentence_start(text: str, low: int, high: int) -> int:
    """Where the sentence before a closing mark starts that has no opening mark."""
    ends = [m.end() for m in re.compile(r"[.!?]\s+(?=[A-Z])").finditer(text, low, high)]
    return ends[-1] if ends else low


def _closes_glued(text: str, mark: re.Match[str], paragraph: Paragraph) -> bool:
    """Whether a mark that looks like an opening one closes what was said before a comma, glued to the word behind."""
    glued = _GLUED.match(text, mark.end(), paragraph.end)
    return glued is not None and text[: mark.start()].rstrip()[-1:] in (",", "?", "!")


def _pair(text: str, paragraph: Paragraph, marks: re.Pattern[str]) -> list[tuple[int, int, int, bool]]:
    """Pairs of marks as (start, end, width of the mark, closed). The look of a mark counts less than where it stands:
    agencies' texts come with both marks the same way round."""
    spans: list[tuple[int, int, int, bool]] = []
    opened: re.Match[str] | None = None
    straight = text.count('"', paragraph.start, paragraph.end)
    for match in marks.finditer(text, paragraph.start, paragraph.end):
        if (
            opened is not None
            and opened.group() == '"'
            and match.group() != '"'
            and (straight % 2 == 0 or opened.start() == paragraph.start)
        ):
            continue  # marks within marks
        before = text[match.start() - 1] if match.start() > paragraph.start else " "
        after = text[match.end()] if match.end() < paragraph.end else " "
        can_open = (before.isspace() or before in "([—–-/:‘'") and not after.isspace()
        can_close = not before.isspace() and not after.isalnum()
        if can_open and before.isspace() and _closes_glued(text, match, paragraph):
            start = opened.start() if opened is not None else _sentence_start(text, paragraph.start, match.start())
            width = len(opened.group()) if opened is not None else 0
            spans.append((start, match.end(), width, True))
            opened = None
            continue
        if opened is None:
            wrong_way = match.group() in _CLOSERS and not can_open
            if match.group() == '"' and before.isdigit() and not can_open:
                continue  # inches
            if not wrong_way and (can_open or not can_close or match.start() == paragraph.start):
                opened = match
        elif (can_close and not (match.group() in _OPENERS and can_open)) or match.group() in _CLOSERS or not can_open:
            spans.append((opened.start(), match.end(), len(opened.group()), True))
            opened = None
    if opened is not None:
        spans.append((opened.start(), paragraph.end, len(opened.group()), False))
    return spans


def _pair_single(text: str, paragraph: Paragraph) -> list[tuple[int, int, int, bool]]:
    """British quotations: an opening mark before a letter or figure, the closing mark where no letter follows and, of
    several, the one after punctuation or the last before the next opening."""
    spans: list[tuple[int, int, int, bool]] = []
    position = paragraph.start
    while True:
        opening = re.compile(
            r"(?:(?<=[\s(\[—–:“\"])|\A)[‘'](?=[A-Za-z£$€\d])(?!\d\ds\b|\d\d\b|(?:tis|twas|em|til|cause)\b)"
        ).search(text, position, paragraph.end)
        if opening is None and position == paragraph.start and text[position : position + 1] in ("‘", "'"):
            opening = re.compile(r"[‘'](?=\w)").match(text, position, paragraph.end)
        if opening is None:
            return spans
        closing = _closing_single(text, opening.end(), paragraph.end)
        if closing is None:
            if opening.start() == paragraph.start and text[opening.start()] == "‘":
                spans.append((opening.start(), paragraph.end, 1, False))
            position = opening.end()
            continue
        spans.append((opening.start(), closing, 1, True))
        position = closing


def _closing_single(text: str, start: int, end: int) -> int | None:
    last = None
    for match in re.compile(r"[’'](?![\w’'])").finditer(text, start, end):
        if match.end() < end and text[match.end()] not in ' ,.;:!?)]—–-”"':
            continue
        if text[match.start() - 1] in ",.?!;…—":
            return match.end()
        if text[match.start() - 1] != "s" or match.end() == end or text[match.end()] in ".,;:":
            return match.end()
        last = last or match.end()  # after an s it may be a possessive: "the ministers’ plan"
    return last


def _cut_forgotten(text: str, quotes: list[Quote]) -> list[Quote]:
    """Where the closing mark is missing and the next paragraph does not open anew, the words of the speaker end the
    quotation."""
    cut = []
    for index, quote in enumerate(quotes):
        follows = index + 1 < len(quotes) and quotes[index + 1].run == quote.run
        if not quote.closed and not follows:
            spoken = _SPOKEN.search(text, quote.inner_start, quote.end)
            if spoken:
                end = spoken.start() + 1
                quote = Quote(quote.start, end, quote.inner_start, end, quote.paragraph, quote.run, False)
        cut.append(quote)
    return cut
