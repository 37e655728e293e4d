"""Where on a page things stand: headings, bylines, dates; and what belongs to something else (comments, teasers, navigation)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

from processing.clean.page import Parsed

__all__ = ["byline_nodes", "date_nodes", "elsewhere", "headings", "near_heading", "profile_nodes"]

_BYLINE = re.compile(r"(?:^|[\s_-])(?:by-?line|author|authors|writer|reporter|contributor|journalist)", re.IGNORECASE)
_DATE = re.compile(
    r"(?:^|[\s_-])(?:dates?|time|timestamp|pub-?date|published|publish|posted|datetime|article-?info|post-?meta|entry-?meta|byline|meta-?info)", re.IGNORECASE,
)  # fmt: skip
_OTHER = re.compile(
    r"(?:^|[\s_-])(?:comments?|comment-\w+|respond|related|recommend\w*|sidebar|footer|nav|menu|widget|teasers?|promo|newsletter|trending|popular|latest"
    r"|most-?read|read-?more|more-?stor\w*|outbrain|taboola|carousel|listing|masthead|breadcrumbs?|cookie|author-?(?:bio|description)|bio|caption|credit)"
    r"(?:$|[\s_-])", re.IGNORECASE,
)  # fmt: skip
_NOT_PROFILE = re.compile(
    r"(?:^|[\s_-])(?:comments?|comment-\w+|respond|related|recommend\w*|teasers?|promo|trending|popular|latest|most-?read|listing)(?:$|[\s_-])", re.IGNORECASE,
)  # fmt: skip
_PROFILE = re.compile(r"author-?(?:name|link|info|bio)|byline", re.IGNORECASE)
_ANY = re.compile(r"by-?line|author|writer|reporter|contributor|journalist|date|time|publish|posted|info|meta", re.IGNORECASE)
_NAMEABLE = ("div", "span", "p", "a", "ul", "li", "address", "h2", "h3", "h4", "h5", "h6", "section", "strong", "cite", "abbr", "small")
_NO_TEXT = {"a", "button", "img", "picture", "source", "html", "body", "head", "script", "style", "svg", "path", "option", "meta", "link", "title", "noscript"}
_SKIP = {"nav", "footer", "aside", "figure", "figcaption", "blockquote", "noscript"}
_MOST = 60
_AFTER, _BEFORE = 90, 30  # elements around the heading
_SMALL = 16  # elements inside one that is still a line of text


def _named(node: Any) -> str:
    """Class, id and test names of an element, words in camel case parted by hyphens."""
    text = f"{node.get('class') or ''} {node.get('id') or ''} {node.get('data-testid') or ''} {node.get('data-test') or ''}"
    return text if text.islower() else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text)


def elsewhere(node: Any, pattern: re.Pattern[str] = _OTHER) -> bool:
    """Whether an element stands in navigation, a teaser, a comment, a caption or a side column."""
    depth = 0
    while node is not None and depth < 40:
        if isinstance(node.tag, str):
            if node.tag in _SKIP:
                return True
            if node.tag not in ("html", "body", "main", "article") and pattern.search(_named(node)) and node.find(".//h1") is None and node.tag != "h1":
                return True  # what holds the heading is no side column, whatever its name ("masthead", "sidebar-grid__header")
            if node.tag in ("main", "body"):
                return False
        node = node.getparent()
        depth += 1
    return False


def headings(page: Parsed) -> Iterator[Any]:
    """Headings of the first rank that are not part of something else, those inside `<article>` or `<main>` first; where there is none, a
    lower one that stands in the page's title."""
    found = [node for node in page.tree.iter("h1") if not elsewhere(node)]
    found += [node for node in page.tree.xpath('//*[@itemprop="headline" and not(self::meta) and not(self::h1)]')[:3] if not elsewhere(node)]
    if not found:
        told = " ".join((page.tree.findtext(".//title") or "").split())
        texts = ((node, " ".join(node.text_content().split())) for node in page.tree.iter("h2", "h3"))
        found = [node for node, text in texts if text.count(" ") >= 2 and text in told][:1]
    yield from sorted(found, key=lambda node: not any(a.tag in ("article", "main") for a in node.iterancestors()))


def near_heading(page: Parsed) -> Iterator[Any]:
    """Small elements around the heading, those after it first: where bylines and dates stand that no attribute names."""
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
    for node in (*after, *reversed(before)):
        if next(islice(node.iter(), _SMALL, None), None) is None and not elsewhere(node):
            yield node


def _named_nodes(tree: Any) -> list[tuple[Any, str]]:
    """Elements one of whose names speaks of a byline, an author or a date, with those names."""
    found = []
    for node in tree.iter(*_NAMEABLE):
        if (node.get("class") or node.get("id") or node.get("data-testid") or node.get("data-test")) and _ANY.search(name := _named(node)):
            found.append((node, name))
    return found


def profile_nodes(page: Parsed) -> Iterator[Any]:
    """Author boxes beside or below the text, which name the author where no byline does."""
    yield from _matching(page, _PROFILE, _NOT_PROFILE, 20)


def _matching(page: Parsed, pattern: re.Pattern[str], not_in: re.Pattern[str] = _OTHER, most: int = _MOST) -> Iterator[Any]:
    count = 0
    for node, name in page.cached("named", lambda page: _named_nodes(page.tree)):
        if pattern.search(name) and not elsewhere(node, not_in):
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
    """Elements that show when the page was published: microdata, `<time>`, then those named for dates, in page order."""
    yield from page.tree.xpath('//*[@itemprop="datePublished" or @pubdate][not(self::meta)]')[:10]
    times = [node for node in page.tree.iter("time", "relative-time", "time-ago") if not elsewhere(node)][:10]
    yield from (node for node in times if not re.search(r"mod|updat", _named(node), re.IGNORECASE))
    yield from _matching(page, _DATE)
