"""Where on a page things stand: headings, bylines, dates; and what belongs to something else (comments, teasers,
navigation)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from processing.clean.page import Parsed

__all__ = [
    "byline_nodes",
    "date_nodes",
    "elsewhere",
    "headings",
    "is_apart",
    "name_words",
    "near_heading",
    "profile_nodes",
]

# in lower case, as `_named` gives the names
_BYLINE = re.compile(r"(?:^|[\s_-])(?:by-?line|author|authors|writer|reporter|contributor|journalist)")
_DATE = re.compile(
    r"(?:^|[\s_-])(?:dates?|time|timestamp|pub-?date|published|publish|posted|datetime|article-?info|post-?meta|entry-?meta|byline|meta-?info)",
)
_OTHER = re.compile(
    r"(?:^|[\s_-])(?:comments?|comment-\w+|respond|related|recommend\w*|sidebar|footer|nav|menu|widget|teasers?|promo|newsletter|trending|popular|latest"
    r"|most-?read|read-?more|more-?stor\w*|outbrain|taboola|carousel|listing|masthead|breadcrumbs?|cookie|author-?(?:bio|description)|bio|caption|credit)"
    r"(?:$|[\s_-])",
)
_NOT_PROFILE = re.compile(
    r"(?:^|[\s_-])(?:comments?|comment-\w+|respond|related|recommend\w*|teasers?|promo|trending|popular|latest|most-?read|listing)(?:$|[\s_-])",
)
_PROFILE = re.compile(r"author-?(?:name|link|info|bio)|byline")
_ANY = re.compile(r"by-?line|author|writer|reporter|contributor|journalist|date|time|publish|posted|info|meta")
_NAMEABLE = (
    "div",
    "span",
    "p",
    "a",
    "ul",
    "li",
    "address",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "strong",
    "cite",
    "abbr",
    "small",
)
_NO_TEXT = {
    "a",
    "button",
    "img",
    "picture",
    "source",
    "html",
    "body",
    "head",
    "script",
    "style",
    "svg",
    "path",
    "option",
    "meta",
    "link",
    "title",
    "noscript",
}
_SKIP = {"nav", "footer", "aside", "figure", "figcaption", "blockquote", "noscript"}
_MOST = 60
_AFTER, _BEFORE = 90, 30  # elements around the heading
_SMALL = 16  # elements inside one that is still a line of text


def _names(node: Any) -> tuple[str | None, ...]:
    """Class, id and test names of an element."""
    get = node.get
    return get("class"), get("id"), get("data-testid"), get("data-test")


@lru_cache(maxsize=40_000)
def _speaks_of(pattern: re.Pattern[str], names: tuple[str | None, ...]) -> bool:
    """Whether a pattern is found in an element's names; templates give the same names to many elements."""
    return pattern.search(_named(names)) is not None


def _named(names: tuple[str | None, ...]) -> str:
    """An element's names as one text in lower case, words in camel case parted by hyphens."""
    text = " ".join([name or "" for name in names])
    return text if text.islower() else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text).lower()


def elsewhere(node: Any, pattern: re.Pattern[str] = _OTHER, known: dict[Any, bool] | None = None) -> bool:
    """Whether an element stands in navigation, a teaser, a comment, a caption or a side column.

    `known`: what was found of elements of the same page before, for a page that is not changed between the questions.
    """
    known = {} if known is None else known
    climbed: list[Any] = []
    found = False
    while node is not None and len(climbed) < 40:
        if node in known:
            found = known[node]
            break
        climbed.append(node)
        tag = node.tag
        if isinstance(tag, str):
            # what holds the heading is no side column, whatever its name ("masthead", "sidebar-grid__header")
            found = tag in _SKIP or (
                tag not in ("html", "body", "main", "article", "h1")
                and _speaks_of(pattern, _names(node))
                and node.find(".//h1") is None
            )
            if found or tag in ("main", "body"):
                break
        node = node.getparent()
    known.update(dict.fromkeys(climbed, found))
    return found


def name_words(node: Any) -> str:
    """An element's names as one text in lower case, words in camel case parted by hyphens."""
    return _named((*_names(node), node.get("role")))


def is_apart(node: Any) -> bool:
    """Whether an element by itself, whatever it stands in, is navigation, a side column, comments or teasers."""
    return node.tag in _SKIP or (
        node.tag not in ("html", "body", "main", "article", "h1")
        and _speaks_of(_OTHER, _names(node))
        and node.find(".//h1") is None
    )


def headings(page: Parsed) -> Iterator[Any]:
    """Headings of the first rank that are not part of something else, those inside `<article>` or `<main>` first; where
    there is none, a lower one that stands in the page's title."""
    found = [node for node in page.tree.iter("h1") if not elsewhere(node)]
    found += [
        node
        for node in page.tree.xpath('//*[@itemprop="headline" and not(self::meta) and not(self::h1)]')[:3]
        if not elsewhere(node)
    ]
    if not found:
        told = " ".join((page.tree.findtext(".//title") or "").split())
        texts = ((node, " ".join(node.text_content().split())) for node in page.tree.iter("h2", "h3"))
        found = [node for node, text in texts if text.count(" ") >= 2 and text in told][:1]
    yield from sorted(found, key=lambda node: not any(a.tag in ("article", "main") for a in node.iterancestors()))


def near_heading(page: Parsed) -> Iterator[Any]:
    """Small elements around the heading, those after it first: where bylines and dates stand that no attribute
    names."""
    heading = next(iter(page.cached("headings", headings)), None)
    if heading is None:
        return
    before: deque[Any] = deque(maxlen=_BEFORE)
    after: list[Any] = []
    inside = {heading}
    reached = False
    for node in page.tree.iter():
        if not isinstance(node.tag, str) or node.tag in _NO_TEXT:
            continue
        if node is heading:
            reached = True
            inside.update(heading.iter())
        elif not reached:
            before.append(node)
        elif node not in inside:
            after.append(node)
            if len(after) >= _AFTER:
                break
    known: dict[Any, bool] = {}
    for node in (*after, *reversed(before)):
        if next(islice(node.iter(), _SMALL, None), None) is None and not elsewhere(node, known=known):
            yield node


def _named_nodes(tree: Any) -> list[tuple[Any, tuple[str | None, ...]]]:
    """Elements one of whose names speaks of a byline, an author or a date, with those names."""
    return [(node, names) for node in tree.iter(*_NAMEABLE) if _speaks_of(_ANY, names := _names(node))]


def profile_nodes(page: Parsed) -> Iterator[Any]:
    """Author boxes beside or below the text, which name the author where no byline does."""
    yield from _matching(page, _PROFILE, _NOT_PROFILE, 20)


def _matching(
    page: Parsed, pattern: re.Pattern[str], not_in: re.Pattern[str] = _OTHER, most: int = _MOST
) -> Iterator[Any]:
    count = 0
    known: dict[Any, bool] = {}
    for node, names in page.cached("named", lambda page: _named_nodes(page.tree)):
        if _speaks_of(pattern, names) and not elsewhere(node, not_in, known):
            yield node
            count += 1
            if count >= most:
                return


def byline_nodes(page: Parsed) -> Iterator[Any]:
    """Elements that name the author: microdata and `rel` first, then those named for bylines, in page order."""
    for node in page.tree.xpath('//*[@itemprop="author" or @rel="author"][not(self::meta)][not(self::link)]')[:20]:
        if not elsewhere(node):
            yield node
    yield from _matching(page, _BYLINE)


def date_nodes(page: Parsed) -> Iterator[Any]:
    """Elements that show when the page was published: microdata, `<time>`, then those named for dates, in page
    order."""
    yield from page.tree.xpath('//*[@itemprop="datePublished" or @pubdate][not(self::meta)]')[:10]
    times = [node for node in page.tree.iter("time", "relative-time", "time-ago") if not elsewhere(node)][:10]
    yield from (node for node in times if not re.search(r"mod|updat", _named(_names(node)), re.IGNORECASE))
    yield from _matching(page, _DATE)
