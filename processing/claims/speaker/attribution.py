"""One attribution: a source, its cue and what it says."""

from __future__ import annotations

from dataclasses import dataclass

from processing.claims.speaker.cue import Cue, CueForm
from processing.claims.speaker.mentions import Mention
from schemas.records import Stance

__all__ = ["Attribution", "Span", "attribution_of"]

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source, its cue and what it says. `source` is the mention as written at the cue, None where nobody is named;
    `contents` are document offsets; `group` is the kind of cue (say, report, show, plan, think, deny, dispute,
    according, noun, colon); `rule` says how content and source were joined; `sure` is 0..1; `form` and `lemma` are the
    cue's."""

    source: Mention | None
    cue: Span
    contents: tuple[Span, ...]
    group: str
    stance: Stance
    hedged: bool
    rule: str
    sure: float
    hearer: Mention | None = None
    cited: Mention | None = None
    form: CueForm = CueForm.PLAIN
    lemma: str = ""

    @property
    def size(self) -> int:
        """Characters of content; the smallest attribution around a number is the innermost."""
        return sum(b - a for a, b in self.contents)

    def holds(self, position: int) -> bool:
        """Whether a document offset lies inside the content."""
        return any(a <= position < b for a, b in self.contents)


def attribution_of(cue: Cue, contents: tuple[Span, ...], rule: str, sure: float) -> Attribution:
    """What a cue says in some stretches of the document, by a rule that joins them."""
    return Attribution(
        cue.source,
        (cue.start, cue.end),
        contents,
        cue.group,
        cue.stance,
        cue.hedged,
        rule,
        sure,
        cue.hearer,
        cue.cited,
        cue.form,
        cue.lemma,
    )
