"""Pages that are no articles (consent and pay walls, sign-in and challenge pages, pages that are not there, lists), and
what stands in articles that is none of them: notices of cookies, offers of subscriptions, a second copy of the text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from processing.clean.linked import Linked
from processing.clean.page import Parsed, flat, node_text
from processing.clean.places import headings, is_apart, name_words
from processing.words import load_words

__all__ = ["WALLS", "Evidence", "find_wall", "is_teaser", "look_around", "prune", "without_copies", "without_offers"]

WALLS = {
    "consent_wall": "a notice of cookies or consent stands where an article was expected",
    "pay_wall": "an offer of a subscription stands where an article was expected",
    "sign_in": "a request to sign in stands where an article was expected",
    "challenge": "the site looks whether a person asks, and shows no article",
    "region_wall": "the site says that it does not show the article where it is asked from",
    "not_found": "the page says that it was not found",
    "notice": "the page speaks to its reader and reports nothing",
    "list_page": "the page is a list of articles, not an article",
}
_CODES = {
    "consent": "consent_wall",
    "pay": "pay_wall",
    "sign_in": "sign_in",
    "challenge": "challenge",
    "region": "region_wall",
    "not_found": "not_found",
}
_CUT = ("consent", "pay", "sign_in")  # kinds of paragraphs that are cut from articles
_SHORT = 200  # letters of an article at the least, where a wall stands beside it
_BRIEF = 60  # letters of a page that calls itself an article: news in brief, below which an offer may stand
_LEAD = 400  # letters beside a title that is a wall's
_TEASER = 1_500  # letters of a text that may be only the beginning of one
_WHOLE = 2_500  # letters from which a text that is not free is taken as given in full
_LONGEST_NOTICE = 700  # characters; a longer paragraph is text
_HEADLINES = 10  # links of a page with hardly any other text, that is a list
_COPY = 40  # letters of a paragraph that nobody writes twice
_CITED = re.compile(
    r"\b(?:said|says|told|according to|announced|reported|added|wrote|ruled|sagte|dit|dijo)\b", re.IGNORECASE
)


@lru_cache(maxsize=1)
def _patterns() -> dict[tuple[str, str], re.Pattern[str]]:
    words = load_words("walls")
    return {
        (table, kind): re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE)
        for table, kinds in words.items()
        for kind, patterns in kinds.items()
    }


def _kind(paragraph: str) -> str | None:
    """What a paragraph speaks of, where it is no news: a key of `_CODES`."""
    if len(paragraph) > _LONGEST_NOTICE:
        return None
    if _CITED.search(paragraph):
        return None
    return next((kind for kind in _CODES if _patterns()["paragraph", kind].search(paragraph)), None)


def _title_kind(title: str | None) -> str | None:
    text = (title or "").strip(" .!|-–—·")[:120]
    return next((kind for kind in _CODES if _patterns()["title", kind].fullmatch(text)), None)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page shows beside its text. `kinds` counts the notices that were cut from the page; `titles` are its title
    and headings; `links` the texts of its links, four words or more; `free` what it says of its own access."""

    titles: tuple[str, ...]
    kinds: Counter[str]
    links: frozenset[str]
    password: bool
    is_article: bool
    free: bool | None
    gated: bool = False  # a line says where the text ends for those who do not pay


def look_around(page: Parsed, linked: Linked, title: str | None) -> Evidence:
    """The evidence of a page, before its text is read. Notices in containers of their own are cut from the tree."""
    first = page.tree.find(".//title")
    titles = [title or "", flat(node_text(first)) if first is not None else ""]
    titles += [flat(node_text(node)) for node in page.cached("headings", headings)[:3]]
    kind = (page.meta("og:type") or "").lower()
    links = {_plain(text) for node in page.tree.iter("a") if len((text := node_text(node)[:300]).split()) >= 4}
    gated = _is_gated(page.tree)
    return Evidence(
        tuple(dict.fromkeys(t for text in titles for t in (text, re.split(r"\s[|–—-]\s", text)[0]) if t)),
        prune(page.tree),
        frozenset(links),
        page.tree.find('.//input[@type="password"]') is not None,
        linked.article is not None or kind.startswith("article") or page.meta("article:published_time") is not None,
        _is_free(page, linked),
        gated,
    )


def _is_gated(tree: Any) -> bool:
    gate = _patterns()["marks", "gate"]
    for node in tree.iter("p", "div", "span", "h2", "h3", "h4", "a", "button"):
        own = (node.text or "").strip()
        if 10 < len(own) < _SHORT and gate.search(own) and not _CITED.search(own):
            return True
    return False


def _is_free(page: Parsed, linked: Linked) -> bool | None:
    for node in (linked.article, linked.page):
        told = node.get("isAccessibleForFree") if node is not None else None
        if told is not None:
            return str(told).rsplit("/", 1)[-1].strip().lower() not in ("false", "no", "0")
    tier = (page.meta("article:content_tier", "og:article:content_tier") or "").lower()
    return None if not tier else tier == "free"


def prune(tree: Any) -> Counter[str]:
    """Cut containers of notices and offers from the tree, and make an `aside` that holds most of the page's text a
    plain container. Returns how many paragraphs of each kind were cut."""
    kinds: Counter[str] = Counter()
    pattern = _patterns()["marks", "containers"]
    for node in list(tree.iter("div", "section", "aside", "form", "dialog", "ul", "p", "footer", "iframe")):
        if node.getparent() is None or not pattern.search(name_words(node)):
            continue
        if node.find(".//h1") is not None or node.find(".//article") is not None:
            continue
        texts = [node_text(child) for child in node.iter("p", "li", "span", "h2", "h3")] or [node_text(node)]
        told = [kind for text in texts if (kind := _kind(text))]
        if told or len(node_text(node)) < _SHORT:
            kinds.update(told)
            node.drop_tree()
    _free_aside(tree)
    return kinds


def _free_aside(tree: Any) -> None:
    """Some templates put the article's body into `<aside class="content">`, which every extractor leaves out."""
    total = sum(len(node_text(node)) for node in tree.iter("p"))
    for node in tree.iter("aside"):
        own = sum(len(node_text(child)) for child in node.iter("p"))
        if own > _LEAD and own * 2 > total and not _is_named_apart(node):
            node.tag = "div"
            return


def _is_named_apart(node: Any) -> bool:
    """Whether an `aside` is named for comments, teasers or the like."""
    node.tag = "div"
    apart = is_apart(node)
    node.tag = "aside"
    return apart


def without_offers(text: str) -> tuple[str, Counter[str]]:
    """Text without paragraphs that ask for consent, money or a password; and how many of each kind it had."""
    kinds: Counter[str] = Counter()
    kept = []
    for paragraph in text.split("\n\n"):
        kind = _kind(paragraph)
        if kind:
            kinds[kind] += 1
        if kind not in _CUT:
            kept.append(paragraph)
    return "\n\n".join(kept), kinds


def without_copies(text: str) -> str:
    """Text without paragraphs that stood before (a copy for telephones beside the one for desks)."""
    kept: list[str] = []
    plain = ""
    before: set[str] = set()
    cut = False
    for paragraph in text.split("\n\n"):
        own = _plain(paragraph)
        repeated = own in before and (cut or len(own) >= _COPY)
        if not repeated and len(own) >= 2 * _COPY and len(kept) < 400:
            repeated = own in plain
        cut = repeated
        if not repeated:
            kept.append(paragraph)
            before.add(own)
            plain += own
    return "\n\n".join(kept)


def find_wall(seen: Evidence, text: str, kinds: Counter[str]) -> str | None:
    """The code (a key of `WALLS`) where a page is no article; None where it may be one. `text` is what is left of its
    text without offers, `kinds` what was cut."""
    paragraphs = [paragraph for paragraph in text.split("\n\n") if _kind(paragraph) is None]
    own = sum(sum(map(str.isalpha, p[:10_000])) for p in paragraphs if _plain(p) not in map(_plain, seen.titles))
    told = next((kind for title in seen.titles if (kind := _title_kind(title))), None)
    if told is not None and own < _LEAD:
        return _CODES[told]
    if own < _SHORT:
        if seen.password:
            return "sign_in"
        if (common := (kinds or seen.kinds).most_common(1)) and not (seen.is_article and own >= _BRIEF):
            return _CODES[common[0][0]]
    if seen.is_article:
        return None
    if _is_list(seen, paragraphs):
        return "list_page"
    return "notice" if own < _LEAD and _speaks_to_reader(paragraphs) else None


def _speaks_to_reader(paragraphs: list[str]) -> bool:
    """Whether two thirds of the sentences of a short text are about its reader or the site ("you have", "your browser",
    "we are moving"), and none cites anybody: an offer or a notice in words that no list foresees. A sentence with a
    number is so only where it says it twice ("your bus is late: 40 lines are hit" is news)."""
    sentences = [s for paragraph in paragraphs for s in re.split(r"(?<=[.!?])\s+", paragraph) if len(s.split()) > 3]
    if not sentences or any(_CITED.search(s) or '"' in s or "“" in s for s in sentences):
        return False
    reader = _patterns()["marks", "reader"]
    about = sum(len(reader.findall(s)) > any(map(str.isdigit, s)) for s in sentences)
    return about * 3 >= 2 * len(sentences)


def _is_list(seen: Evidence, paragraphs: list[str]) -> bool:
    """Whether a text is made of headlines that lead elsewhere, with or without a line below each."""
    linked = sum(_plain(paragraph) in seen.links for paragraph in paragraphs)
    if linked >= 4 and linked * 10 >= len(paragraphs) * 3 and max(map(len, paragraphs)) < 2 * _SHORT:
        return True
    if len(seen.links) < _HEADLINES:
        return False
    rest = _plain(" ".join(dict.fromkeys(paragraphs)))[:20_000]
    for link in seen.links:
        rest = rest.replace(link, "")
    return len(rest) < _SHORT / 2


def is_teaser(seen: Evidence, text: str, kinds: Counter[str]) -> tuple[bool, str]:
    """Whether a text is only the beginning of the article, and the text without the line that says so."""
    lines = text.split("\n\n")
    mark = _patterns()["marks", "teaser"].fullmatch(lines[-1].strip()) is not None and len(lines) > 1
    if mark:
        lines.pop()
    rest = "\n\n".join(lines)
    count = sum(map(str.isalpha, rest[:10_000]))
    if seen.free is False and count < _WHOLE:
        return True, rest
    asked = (seen.gated or kinds["pay"] > 0) and seen.free is not True
    open_end = rest.rstrip().endswith(("…", "...", "[…]", "[...]"))
    return count < _TEASER and (mark or open_end or asked), rest


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())
