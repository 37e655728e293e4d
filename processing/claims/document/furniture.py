"""Which lines and paragraphs of a text are page furniture: share buttons, comment counts, credits, cookie notices."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from processing.words import load_words, user_folders

__all__ = ["is_furniture"]


@lru_cache(maxsize=4)
def _furniture_patterns(_folders: tuple[Path, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a whole paragraph of furniture is, and what one begins with."""
    words = load_words("furniture")
    whole, begins = (
        re.compile("|".join(f"(?:{p})" for p in words[kind]), re.IGNORECASE) for kind in ("whole", "begins")
    )
    return whole, begins


def is_furniture(paragraph: str) -> bool:
    """Whether a paragraph is page furniture by the patterns of words/en/furniture.toml ("Post a Comment", "12 shares",
    "Read more: ...")."""
    if len(paragraph) > 400:
        return False
    whole, begins = _furniture_patterns(user_folders())
    line = paragraph.strip()
    return bool(whole.fullmatch(line) or begins.match(line))
