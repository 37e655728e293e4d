"""The article's text, by trafilatura without its metadata step, and the language it is in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from processing.clean.page import Parsed, flat

__all__ = ["guess_language", "letters", "read_text", "tidy_text", "warm_up"]

_THREE = {"eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "por": "pt", "rus": "ru", "ukr": "uk", "pol": "pl", "jpn": "ja",
          "zho": "zh", "chi": "zh", "kor": "ko", "ara": "ar", "tur": "tr", "nld": "nl", "dut": "nl", "nob": "no", "nno": "no", "nor": "no", "swe": "sv", "dan": "da",
          "cze": "cs", "ces": "cs", "fin": "fi", "heb": "he", "fas": "fa", "per": "fa", "hin": "hi", "iw": "he", "nb": "no", "nn": "no"}  # fmt: skip


def read_text(page: Parsed, title: str | None) -> str:
    """The article's text: paragraphs parted by one blank line, without the title and without comments; empty where there is none.

    The tree of the page is used up.
    """
    from trafilatura import bare_extraction

    document = bare_extraction(page.tree, url=None, include_comments=False, with_metadata=False)
    return tidy_text(getattr(document, "text", None) or "", title)


def tidy_text(text: str, title: str | None = None) -> str:
    """Text with one blank line between paragraphs, no list marks, and without a first line that repeats the title."""
    lines = [re.sub(r"^[-*•]\s+(?=\S)", "", flat_line) for line in text.splitlines() if (flat_line := re.sub(r"[^\S\n]+", " ", line).strip())]
    if title and lines and _plain(lines[0]) == _plain(title):
        lines = lines[1:]
    return "\n\n".join(lines)


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", flat(text).lower())


@lru_cache(maxsize=1)
def _classifier() -> Any:
    import py3langid

    return py3langid


def guess_language(text: str, declared: str | None = None) -> str | None:
    """ISO 639-1 code of the text's language. Below 200 letters the page's own word (`declared`) counts; above, the text's.

    None where neither tells.
    """
    stated = _THREE.get(declared or "", declared)
    letters = sum(c.isalpha() for c in text[:4000])
    if letters < 200 and stated:
        return stated
    if letters < 20:
        return stated
    language: str = _classifier().classify(text[:4000])[0]
    if (stated in ("no", "da", "sv", "nb", "nn") and language in ("no", "da", "nb", "nn")) or (stated == "en" and letters < 600):
        return stated
    return _THREE.get(language, language)


def letters(text: str) -> int:
    """How many letters a text has, counted up to 10,000 characters."""
    return sum(c.isalpha() for c in text[:10_000])


def warm_up() -> None:
    """Load what the first page would have to wait for."""
    import trafilatura  # noqa: F401

    _classifier().classify("The words of a first text.")
