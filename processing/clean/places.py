"""Where on a page things stand: headings, bylines, dates; and what belongs to something else (comments, teasers, navigation)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

__all__ = ["byline_nodes", "date_nodes", "elsewhere", "headings"]

_BYLINE = re.compile(r"(?:^|[\s_-])(?:by-?line|author|authors|writer|reporter|contributor|journalist)", re.IGNORECASE)
_DATE = re.compile(r"(?:^|[\s_-])(?:date|dates|time|timestamp|pub-?date|published|publish|posted|datetime|article-?info|post-?meta|entry-?meta|byline|meta-?info)",
                   re.IGNORECASE)  # fmt: skip
_OTHER = re.compile(
    r"(?:^|[\s_-])(?:comments?|comment-\w+|respond|related|recommend\w*|sidebar|footer|nav|menu|widget|teasers?|promo|newsletter|trending|popular|latest|most-?read"
    r"|read-?more|more-?stor\w*|outbrain|taboola|carousel|listing|masthead|breadcrumbs?|cookie|author-?(?:bio|description)|bio|caption|credit)(?:$|[\s_-])", re.IGNORECASE)  # fmt: skip
_SKIP = {"nav", "footer", "aside", "figure", "figcaption", "blockquote", "noscript"}
_MOST = 60


def _named(node: Any) -> str:
    return f"{node.get('class') or ''} {node.get('id') or ''} {node.get('data-testid') or ''} {node.get('data-test') or ''}"


def elsewhere(node: Any) -> bool:
    """Whether an element stands in navigation, a teaser, a comment, a caption or a side column."""
    depth = 0
    while node is not None and depth < 40:
        if isinstance(node.tag, str):
            if node.tag in _SKIP:
                return True
            if node.tag not in ("html", "body", "main", "article") and _OTHER.search(_named(node)) and not _wraps_all(node):
                return True
            if node.tag in ("main", "body"):
                return False
        node = node.getparent()
        depth += 1
    return False


def _wraps_all(node: Any) -> bool:
    """Whether an element holds the whole article, whatever its name says (a page's outermost section may be called "masthead")."""
    return node.find(".//article") is not None and node.find(".//h1") is not None


def headings(tree: Any) -> Iterator[Any]:
    """Headings of the first rank that are not part of something else, those inside `<article>` or `<main>` first."""
    found = [node for node in tree.iter("h1") if not elsewhere(node)]
    found += [node for node in tree.xpath('//*[@itemprop="headline" and not(self::meta) and not(self::h1)]')[:3] if not elsewhere(node)]
    yield from sorted(found, key=lambda node: not any(a.tag in ("article", "main") for a in node.iterancestors()))


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
    for node in tree.xpath('//*[@itemprop="datePublished" or @pubdate][not(self::meta)]')[:10]:
        yield node
    times = [node for node in tree.iter("time", "relative-time", "time-ago") if not elsewhere(node)][:10]
    yield from (node for node in times if not re.search(r"mod|updat", _named(node), re.IGNORECASE))
    yield from _matching(tree, _DATE, ("div", "span", "p", "li", "ul", "abbr", "h6", "small"))
