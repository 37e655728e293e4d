"""Where on a page things stand: headings, bylines, dates; and what belongs to something else (comments, teasers, navigation)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

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
_NOT_PROFILE = re.compile(r"(?:^|[\s_-])(?:comments?|comment-\w+|respond|related|recommend\w*|teasers?|promo|trending|popular|latest|most-?read|listing)(?:$|[\s_-])", re.IGNORECASE)
_SKIP = {"nav", "footer", "aside", "figure", "figcaption", "blockquote", "noscript"}
_MOST = 60
_AFTER, _BEFORE = 90, 30  # elements around the heading


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


def headings(tree: Any) -> Iterator[Any]:
    """Headings of the first rank that are not part of something else, those inside `<article>` or `<main>` first."""
    found = [node for node in tree.iter("h1") if not elsewhere(node)]
    found += [node for node in tree.xpath('//*[@itemprop="headline" and not(self::meta) and not(self::h1)]')[:3] if not elsewhere(node)]
    yield from sorted(found, key=lambda node: not any(a.tag in ("article", "main") for a in node.iterancestors()))


def near_heading(tree: Any) -> Iterator[Any]:
    """Small elements around the heading, those after it first: where bylines and dates stand that no attribute names."""
    heading = next(headings(tree), None)
    if heading is None:
        return
    nodes = [n for n in tree.iter() if isinstance(n.tag, str) and n.tag not in ("script", "style", "svg", "path", "option", "meta", "link")]
    at = nodes.index(heading)
    inside = sum(1 for _ in heading.iter())
    for node in (*nodes[at + inside : at + inside + _AFTER], *nodes[max(0, at - _BEFORE) : at][::-1]):
        if len(node) <= 6 and node.tag not in ("a", "button", "img", "picture", "source", "html", "body", "head") and not elsewhere(node):
            yield node


def profile_nodes(tree: Any) -> Iterator[Any]:
    """Author boxes beside or below the text, which name the author where no byline does."""
    count = 0
    for node in tree.iter("div", "span", "p", "a", "h2", "h3", "h4", "strong"):
        if re.search(r"author-?(?:name|link|info|bio)|byline", _named(node), re.IGNORECASE) and not elsewhere(node, _NOT_PROFILE):
            yield node
            count += 1
            if count >= 20:
                return


def _matching(tree: Any, pattern: re.Pattern[str], tags: tuple[str, ...]) -> Iterator[Any]:
    count = 0
    for node in tree.iter(*tags):
        if pattern.search(_named(node)) and not elsewhere(node):
            yield node
            count += 1
            if count >= _MOST:
                return


def byline_nodes(tree: Any) -> Iterator[Any]:
    """Elements that name the author: microdata and `rel` first, then those named for bylines, in page order."""
    for node in tree.xpath('//*[@itemprop="author" or @rel="author"][not(self::meta)][not(self::link)]')[:20]:
        if not elsewhere(node):
            yield node
    yield from _matching(tree, _BYLINE, ("div", "span", "p", "a", "ul", "li", "address", "h2", "h3", "h4", "h5", "h6", "section", "strong", "cite"))


def date_nodes(tree: Any) -> Iterator[Any]:
    """Elements that show when the page was published: microdata, `<time>`, then those named for dates, in page order."""
    yield from tree.xpath('//*[@itemprop="datePublished" or @pubdate][not(self::meta)]')[:10]
    times = [node for node in tree.iter("time", "relative-time", "time-ago") if not elsewhere(node)][:10]
    yield from (node for node in times if not re.search(r"mod|updat", _named(node), re.IGNORECASE))
    yield from _matching(tree, _DATE, ("div", "span", "p", "li", "ul", "abbr", "h6", "small"))
