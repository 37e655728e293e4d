"""JSON-LD of a page: the node that describes the article, with references resolved; broken and hostile blocks cost
linear time.

Vocabulary: https://schema.org/NewsArticle and
https://developers.google.com/search/docs/appearance/structured-data/article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from processing.clean.mending import load_json, salvage
from processing.clean.page import without_markup

__all__ = ["Linked", "read_linked"]

_LIMIT = 3_000_000  # characters of all blocks that are parsed; the largest seen is a live blog of 0.84 M
_NODES = 20_000
_ARTICLES = {
    "newsarticle",
    "article",
    "reportagenewsarticle",
    "analysisnewsarticle",
    "backgroundnewsarticle",
    "opinionnewsarticle",
    "reviewnewsarticle",
    "asknewsarticle",
    "liveblogposting",
    "blogposting",
    "socialmediaposting",
    "discussionforumposting",
    "techarticle",
    "scholarlyarticle",
    "report",
    "advertisercontentarticle",
    "satiricalarticle",
}
_PAGES = {"webpage", "itempage", "mediaobject", "videoobject", "collectionpage"}
_ELSEWHERE = (
    "ispartof",
    "haspart",
    "mentions",
    "citation",
    "itemlistelement",
    "relatedlink",
    "video",
    "comment",
    "liveblogupdate",
    "potentialaction",
)


@dataclass(slots=True)
class Linked:
    """What JSON-LD says. `article` is None where no node describes one; `page` is a WebPage node; `broken` counts
    unreadable blocks."""

    article: dict[str, Any] | None = None
    page: dict[str, Any] | None = None
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    broken: int = 0
    salvaged: list[dict[str, str]] = field(default_factory=list)  # of blocks that are broken

    def text(self, key: str, *, page: bool = True) -> str | None:
        """The first text under a key of the article, else of the page."""
        for node in (self.article, self.page if page else None):
            if node is not None and (value := next(self.names(node.get(key)), None)):
                return value
        return None

    def names(self, value: Any, depth: int = 0) -> Iterator[str]:
        """Texts of a value: itself, its `name`, or those of its items; a reference `@id` is followed."""
        for node in self.nodes(value, depth):
            if isinstance(node, str):
                yield node
            elif name := next(
                self.names(node.get("name") or node.get("headline") or node.get("alternateName"), depth + 1), None
            ):
                yield name

    def nodes(self, value: Any, depth: int = 0) -> Iterator[str | dict[str, Any]]:
        """Texts and objects of a value, lists opened, references followed."""
        if depth > 6 or value is None:
            return
        if isinstance(value, list | tuple):
            for item in value[:100]:
                yield from self.nodes(item, depth + 1)
        elif isinstance(value, dict):
            target = self.by_id.get(str(value.get("@id"))) if "name" not in value and "@id" in value else None
            if target is not None and target is not value:
                yield target
            elif "@value" in value:
                yield without_markup(str(value["@value"]))
            else:
                yield value
        elif isinstance(value, str | int | float) and (text := without_markup(str(value))):
            yield text


def _types(node: dict[str, Any]) -> set[str]:
    kinds = node.get("@type")
    values = kinds if isinstance(kinds, list) else [kinds]
    return {str(v).rsplit("/", 1)[-1].lower() for v in values if v}


def _words(text: str | None) -> set[str]:
    return set(re.findall(r"\w+", (text or "").lower()))


def read_linked(blocks: list[str], headings: list[str]) -> Linked:
    """What the blocks say of the page's article: of several article nodes the one whose headline shares most words with
    `headings`."""
    found = Linked()
    articles: list[tuple[int, dict[str, Any]]] = []
    spent = 0
    for raw in blocks:
        spent += len(raw)
        if spent > _LIMIT:
            found.broken += 1
            continue
        data, mended = load_json(raw)
        if mended and (told := salvage(raw)):
            found.salvaged.append(told)
        if data is None:
            found.broken += bool(raw.strip())
            continue
        _walk(data, found, articles)
    best = (-1.0, -1000)
    words = [w for w in map(_words, headings) if w]
    for depth, node in articles:
        own = _words(next(found.names(node.get("headline") or node.get("name")), None))
        score = max((len(own & w) / len(own | w) for w in words), default=0.0) if own else 0.0
        if (round(score, 1), -depth) > best:
            best, found.article = (round(score, 1), -depth), node
    for told in found.salvaged:
        if found.article is None:
            found.article = dict(told)
        elif not (told.keys() & found.article.keys()) or "headline" in found.article:
            found.article = {**told, **found.article}
    return found


def _walk(data: Any, found: Linked, articles: list[tuple[int, dict[str, Any]]]) -> None:
    stack: list[tuple[Any, int, bool]] = [(data, 0, True)]
    seen = 0
    while stack and seen < _NODES:
        value, depth, ours = stack.pop()
        seen += 1
        if isinstance(value, list):
            stack.extend((item, depth, ours) for item in reversed(value))
        elif isinstance(value, dict):
            kinds = _types(value)
            if (
                isinstance(name := value.get("@id"), str)
                and len(value) > 1
                and ("name" in value or name not in found.by_id)
            ):
                found.by_id[name] = value
            if ours and kinds & _ARTICLES:
                articles.append((depth, value))
            elif ours and kinds & _PAGES and found.page is None:
                found.page = value
            for key in reversed(value):
                if isinstance(child := value[key], dict | list) and depth < 12:
                    stack.append((child, depth + (key != "@graph"), ours and key.lower() not in _ELSEWHERE))
