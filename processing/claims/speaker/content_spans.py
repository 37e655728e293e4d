"""A part of the parse as stretches of text: a phrase without the cue's own words, and without what the outlet adds to
it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from processing.claims.document.tree import Token

__all__ = ["object_runs", "subtree_runs"]


def subtree_runs(head: Token, own: set[int]) -> list[tuple[int, int]]:
    """The subtree of a token without the cue's own words (token indexes), as runs of characters that do not cross the
    cue."""
    keep = sorted(t.i for t in head.subtree if t.i not in own)
    doc = head.doc
    runs: list[list[int]] = []
    for i in keep:
        if runs and (i == runs[-1][1] + 1 or not any(j in own for j in range(runs[-1][1] + 1, i))):
            runs[-1][1] = i
        else:
            runs.append([i, i])
    return [(doc[a].idx, doc[b].idx + len(doc[b])) for a, b in runs]


def object_runs(head: Token, own: set[int], participles: bool = False) -> list[tuple[int, int]]:
    """Like `subtree_runs`, without relative clauses set off by a comma: they are the outlet's own addition."""
    aside: set[int] = set()
    for token in head.subtree:
        set_off = (
            token.dep_ == "advcl" and token.tag_ == "VBG"
            if participles
            else token.dep_ == "relcl" and token.left_edge.lower_ not in ("of", "including")
        )
        if set_off and token.left_edge.i > 0 and head.doc[token.left_edge.i - 1].text in (",", "--", "—"):
            aside |= {t.i for t in token.subtree}
    return subtree_runs(head, own | aside)
