"""The article's text, by trafilatura without its metadata step, and the language it is in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from processing.clean.linked import Linked
from processing.clean.page import Parsed, flat, node_text
from processing.clean.people import split_names
from processing.clean.places import elsewhere, near_heading
from processing.moments import read_moment
from processing.words import load_words

__all__ = ["guess_language", "letters", "read_text", "tidy_text", "warm_up", "without_head"]

_THREE = {
    "eng": "en",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "ita": "it",
    "por": "pt",
    "rus": "ru",
    "ukr": "uk",
    "pol": "pl",
    "jpn": "ja",
    "zho": "zh",
    "chi": "zh",
    "kor": "ko",
    "ara": "ar",
    "tur": "tr",
    "nld": "nl",
    "dut": "nl",
    "nob": "no",
    "nno": "no",
    "nor": "no",
    "swe": "sv",
    "dan": "da",
    "cze": "cs",
    "ces": "cs",
    "fin": "fi",
    "heb": "he",
    "fas": "fa",
    "per": "fa",
    "hin": "hi",
    "iw": "he",
    "nb": "no",
    "nn": "no",
}
_SIGNATURE = 50  # letters of a last line that only names the author
_HEAD = 6  # lines at the beginning that may be a headline, a byline or a date
_PARAGRAPH = 120  # letters; a shorter one may be a teaser
_ENGLISH = re.compile(r"\b(?:the|of|to|and|that|for|with|said|it|from|by|he|his|which|are|were|have|has|this)\b")
_ENGLISH_LETTERS = (
    40  # letters of a text in which one of these words stands at the least; in news one stands in every 20
)
_ENOUGH = 200  # letters of a text that JSON-LD gives instead of the page


def read_text(page: Parsed, linked: Linked, title: str | None) -> str:
    """The article's text: paragraphs parted by one blank line, without the title and without comments; empty where
    there is none.

    A body that is cut into several like-named containers (by advertisements) is joined first; a standfirst under the
    heading that the page also gives as its description is kept; where the page itself holds no text, JSON-LD's
    `articleBody` is taken. The tree is used up."""
    from trafilatura import bare_extraction

    standfirst = _standfirst(page, linked)
    _join_containers(page.tree)
    document = bare_extraction(page.tree, url=None, include_comments=False, with_metadata=False)
    text = tidy_text(getattr(document, "text", None) or "", title)
    if letters(text) < _ENOUGH and (told := _told_body(linked)) and letters(told) >= max(_ENOUGH, letters(text)):
        return tidy_text(told, title)
    if (
        standfirst
        and text
        and standfirst not in text
        and _plain(standfirst) not in _plain(text[:4000])
        and _plain(standfirst) != _plain(title or "")
    ):
        text = f"{standfirst}\n\n{text}"
    return text


def _told_body(linked: Linked) -> str:
    value = linked.article.get("articleBody") if linked.article is not None else None
    if not isinstance(value, str):
        return ""
    text = re.sub(r"</(?:p|div|h\d|li)>|<br\s*/?>", "\n", value)
    return "\n".join(flat(re.sub(r"<[^>]{1,500}>", " ", line)) for line in text.split("\n"))


def _standfirst(page: Parsed, linked: Linked) -> str | None:
    """The text under (or above) the heading that the page also gives as its description, of eight words or more."""
    told = [
        *page.all_meta("og:description", "description", "twitter:description"),
        *([d] if (d := linked.text("description", page=False)) else []),
    ]
    plain = {_plain(text) for text in told if len(text.split()) >= 8}
    if not plain:
        return None
    least = min(map(len, plain))
    for node in page.cached("near_heading", near_heading):
        text = flat(node_text(node))
        if least <= len(text) < 600 and _plain(text) in plain:
            return text
    return None


def _join_containers(tree: Any) -> None:
    """Moves what stands in later containers of the article's body into the first one of the same name in the same
    article."""
    places: dict[tuple[Any, str, str], list[Any]] = {}
    count = 0
    for node in tree.iter("p"):
        parent = node.getparent()
        if parent is None or parent.tag not in ("div", "section") or not (name := (parent.get("class") or "").strip()):
            continue
        if sum(len(t) for t in node.itertext()) < _PARAGRAPH:
            continue
        whole = next((a for a in parent.iterancestors("article", "main", "body")), None)
        parents = places.setdefault((whole, parent.tag, name), [])
        count += 1
        if parent not in parents[-1:]:
            parents.append(parent)
    for parents in places.values():
        if (
            not 2 <= len(parents) <= 40
            or any(sum(1 for _ in p.iterchildren("p")) < 2 for p in parents[:1])
            or any(elsewhere(p) for p in parents[:3])
        ):
            continue
        for other in parents[1:]:
            for child in list(other):
                parents[0].append(child)


def tidy_text(text: str, title: str | None = None) -> str:
    """Text with one blank line between paragraphs, without list marks, page furniture, and a first line that repeats
    the title."""
    lines = [
        re.sub(r"^[-*•]\s+(?=\S)", "", flat_line)
        for line in text.splitlines()
        if (flat_line := re.sub(r"[^\S\n]+", " ", line).strip())
    ]
    lines = [line for line in lines if len(line) > 160 or not _furniture().fullmatch(line)]
    if title and lines and _plain(lines[0]) == _plain(title):
        lines = lines[1:]
    return "\n\n".join(lines)


def without_head(text: str, title: str | None, authors: Sequence[str]) -> str:
    """Text without the headline, byline and date lines that stand before its first paragraph, and without a signature
    at its end."""
    lines = text.split("\n\n")
    kept: list[str] = []
    names = {_plain(name) for name in authors}
    if (
        len(lines) > 1
        and len(lines[-1]) < _SIGNATURE
        and any(name and _plain(lines[-1]).endswith(name) for name in names)
    ):
        lines.pop()
    for number, line in enumerate(lines[:_HEAD]):
        if len(line) > _PARAGRAPH:
            return "\n\n".join([*kept, *lines[number:]])
        plain = _plain(line)
        is_title = bool(title) and _plain(title or "") in plain and len(plain) < len(title or "") + 40
        byline = (
            len(line) < 80
            and bool(names)
            and {_plain(name) for name in split_names(line)} <= names
            and any(name in plain for name in names)
        )
        if not (is_title or byline or _is_date_line(line)):
            kept.append(line)
    return "\n\n".join([*kept, *lines[_HEAD:]])


def _is_date_line(line: str) -> bool:
    """Whether a line is a date with at most a few words beside it ("Published: 31 October 2024, 7.02am")."""
    if len(line) > 90 or read_moment(line) is None:
        return False
    labels = load_words("pages")["byline"]["labels"]
    rest = [w for w in re.findall(r"[^\W\d_]+", line) if w.lower() not in labels and read_moment(f"1 {w} 2020") is None]
    return len(rest) <= 2


@lru_cache(maxsize=1)
def _furniture() -> re.Pattern[str]:
    return re.compile("|".join(load_words("pages")["body"]["furniture"]), re.IGNORECASE)


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", flat(text).lower())


@lru_cache(maxsize=1)
def _classifier() -> Any:
    import py3langid

    return py3langid


def guess_language(text: str, declared: str | None = None) -> str | None:
    """ISO 639-1 code of the text's language. Below 200 letters the page's own word (`declared`) counts; above, the
    text's.

    None where neither tells.
    """
    stated = _THREE.get(declared or "", declared)
    count = letters(text[:2000])
    if count < 20 or (count < 200 and stated):
        return stated
    if stated == "en" and len(_ENGLISH.findall(text, 0, 2000)) >= count / _ENGLISH_LETTERS:
        return stated  # half as many of these words as English news has; in no other language are they so frequent
    language: str = _classifier().classify(text[:2000])[0]
    if (stated in ("no", "da", "sv", "nb", "nn") and language in ("no", "da", "nb", "nn")) or (
        stated == "en" and count < 600
    ):
        return stated
    return _THREE.get(language, language)


def letters(text: str) -> int:
    """How many letters a text has, counted up to 10,000 characters."""
    return sum(map(str.isalpha, text[:10_000]))


def warm_up() -> None:
    """Load what the first page would have to wait for."""
    import trafilatura  # noqa: F401

    _classifier().classify("The words of a first text.")
