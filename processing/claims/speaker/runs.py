"""Sentences that one source says without being named in them: those before the one that closes with its cue.

"Debris flew 200 metres. Two walls fell within 40 seconds, the fire inspectorate said." gives both sentences to the
inspectorate; a bare sentence after such a one belongs to nobody (docs/figures.md, section 4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from processing.claims.document.document import Document
from processing.claims.speaker.cue import Cue, cue_verbs, verb_forms

__all__ = ["closes_run", "read_runs", "run_sentences"]

_LONGEST = 5  # sentences before the one with the cue
_MARKS = re.compile(r"[“”\"?]|''|``")
_AFTER = 45  # characters between the cue and the end of its sentence: "on Monday", "in a statement"


@lru_cache(maxsize=1)
def _closing() -> re.Pattern[str]:
    """A sentence that may close with its speaker, by its words: ", the board said on Monday."."""
    forms = [f for f, base in verb_forms().items() if cue_verbs()[base] in ("say", "report") and f != base]
    return re.compile(rf",[”\"’']?\s[^;:?!“\"]{{2,120}}?\s(?:{'|'.join(forms)})\b[^,;:“\"]{{0,{_AFTER}}}[.]?$")


@lru_cache(maxsize=1024)
def closes_run(sentence: str) -> bool:
    """Whether a sentence may close a run, by its words alone."""
    return _closing().search(sentence[-220:]) is not None


def run_sentences(document: Document, index: int) -> set[int]:
    """The sentences to parse in order to know whether the one at `index` stands in a run: up to the next one of its
    paragraph that may close one."""
    sentences = document.paragraphs[document.sentences[index].paragraph].sentences
    for later in range(index + 1, min(index + _LONGEST + 1, sentences[-1] + 1)):
        if closes_run(document.sentences[later].flat):
            return set(range(index, later + 1))
    return set()


def read_runs(document: Document, cues: Callable[[int], list[Cue] | None]) -> list[tuple[int, Cue]]:
    """The bare sentences of runs with the cue that closes each, from last to first. `cues` gives the cues of a
    sentence, None where it is not parsed."""
    found: list[tuple[int, Cue]] = []
    for paragraph in document.paragraphs:
        closing: tuple[int, Cue] | None = None
        for index in reversed(paragraph.sentences):
            sentence = document.sentences[index]
            own = cues(index)
            speaking = [c for c in own or () if c.source is not None and c.group != "noun"]
            if own is None or speaking or _MARKS.search(sentence.flat):
                closing = None if _MARKS.match(sentence.flat) else _closing_cue(index, sentence.end, own or [])
            elif closing is not None and closing[0] - index <= _LONGEST:
                found.append((index, closing[1]))
    return found


def _closing_cue(index: int, end: int, cues: list[Cue]) -> tuple[int, Cue] | None:
    """The cue with which a sentence closes, the only speaker of it."""
    speaking = [c for c in cues if c.source is not None and c.group in ("say", "report") and c.complete]
    others = [
        c for c in cues if c.source is not None and c.group not in ("noun", "plan", "think") and c not in speaking
    ]
    if len(speaking) != 1 or others or speaking[0].hedged:
        return None
    cue = speaking[0]
    if cue.source is None or cue.source.text.lower().startswith(("my ", "our ", "i ", "we ")):
        return None  # memoirs
    last = max(cue.end, cue.inside[1], cue.hearer.end if cue.hearer is not None else 0)
    bare = cue.contents and all(b <= cue.start for _, b in cue.contents)
    return (index, cue) if bare and end - last <= _AFTER else None
