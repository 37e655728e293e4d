"""Whether a noun that can be counted seems to follow a number."""

from __future__ import annotations

from processing.claims.document.tokens import Words, near

__all__ = ["counts_on"]


def counts_on(words: Words, j: int) -> bool:
    """Whether a lower-case noun that can be counted seems to stand at word `j`."""
    if j >= words.size or words.kind[j] != "w" or not words.word[j].islower():
        return False
    return words.low[j] not in near("lower_verb")
