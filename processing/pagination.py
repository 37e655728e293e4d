"""Articles on several pages: which of a page's links lead to further pages of the same article, and what it says of how
many there are.

A link counts where it stands like one ("2", "next page", `rel=next`, in a pager) and its address is the page's own with
another number: by a parameter (`?page=2`), a path (`/2`, `/page/2`, `/seite-2`) or a name (`story-2.html`). Pagers of
comments are none. Most sites mark the next article, not the next page, as `rel=next`; its address is another one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from processing.addresses import plain_address

__all__ = ["MOST", "Paging", "page_of", "read_paging"]

MOST = 60  # the highest number of a page that is believed; what is larger is an article's own number
_WORD = r"(?:page|pg|seite|p[áa]gina|pag|side|sida|sivu|strona|stranica|sayfa|oldal|p)"
_NAMES = re.compile(
    r"(?:page|p|pg|pn|page_?num(?:ber)?|page_?no|page_?nr|current_?page|art(?:icle)?_?page|seite|pagina|sida|side|strona|sayfa)",
    re.IGNORECASE,
)
# the end of a path: "/2", "/page/2", "/seite-2", "/p2"; and of a file's name: "-2.html", ",2.html", "-page-2"
_IN_PATH = re.compile(rf"/(?:{_WORD}[-/_=]?)?(\d{{1,2}})$", re.IGNORECASE)
_IN_NAME = re.compile(
    rf"(?:[-_,.;](?:{_WORD}[-_]?)?|[-_]{_WORD}[-_]?)(\d{{1,2}})(\.(?:s?html?|php|aspx?|jsp))$", re.IGNORECASE
)
_IN_SLUG = re.compile(rf"(?:[-_,.;]{_WORD}[-_]?|,)(\d{{1,2}})$", re.IGNORECASE)
_NUMBERED = re.compile(rf"(?:{_WORD}\s{{0,2}})?(\d{{1,2}})\.?", re.IGNORECASE)
_NEXT = re.compile(
    r"(?:(?:go to |read |zur |zum |vers la |a la |alla )?(?:the )?(?:next|nächsten?|weiter|weiterlesen|"
    r"continue(?: reading)?|page suivante|suivante?|siguiente|próxima|seguinte|successiva?|avanti|volgende|nästa|næste|"
    r"neste|seuraava|następna|další|следующая|дальше|наступна|下一页|次へ|次のページ|다음)"
    r"(?: (?:page|seite|página|pagina|sida|side|strona|страница|part))?)?[\s.…»›→>|]{0,6}",
    re.IGNORECASE,
)
_TOLD = re.compile(
    rf"(?:{_WORD}\s{{1,3}})?(\d{{1,2}})\s{{0,3}}(?:of|von|de|di|van|av|af|z|sur|su|из|з|/)\s{{0,3}}(\d{{1,2}})",
    re.IGNORECASE,
)
_WORDED = re.compile(rf"(?:{_WORD}|страница|сторінка)\s", re.IGNORECASE)
_OTHER = re.compile(
    r"(?:第|共)\s?(\d{1,2})\s?(?:页|頁|ページ)(?:\s?[/,，]?\s?(?:共|全)\s?(\d{1,2})\s?(?:页|頁|ページ))?"
)
_RUSSIAN = re.compile(r"(?:страница|сторінка|стр\.)\s{1,3}(\d{1,2})\s{1,3}(?:из|з)\s{1,3}(\d{1,2})", re.IGNORECASE)
_PAGER = re.compile(
    r"(?:^|[\s_-])(?:pagination|paginate|paginator|pager|paging|page-?(?:numbers?|links?|nav|navigation)|post-page-numbers|multi-?page|nav-?links)(?:$|[\s_-])",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comment|kommentar|reply|disqus|respond", re.IGNORECASE)
_DEEP = 6  # ancestors that are asked for their names
_SHORT = 40  # characters of a pager's link


@dataclass(frozen=True, slots=True)
class Paging:
    """This page's number, the addresses of the article's other pages by number as far as it links to them, and how many
    there are in all where it says so."""

    number: int = 1
    others: Mapping[int, str] = field(default_factory=dict)
    total: int | None = None

    @property
    def following(self) -> str | None:
        """The address of the nearest page after this one; None where none is linked to."""
        return next((self.others[n] for n in sorted(self.others) if n > self.number), None)

    @property
    def text(self) -> str | None:
        """For people: "page 1 of 3", else the address of the next page; None where the page holds the whole article."""
        if self.total is not None:
            return f"page {self.number} of {self.total}"
        return f"goes on at {self.following}" if self.following else None


@lru_cache(maxsize=4096)
def _readings(address: str) -> tuple[tuple[str, int | None], ...]:
    """The ways to read an address as a page of an article: (address of the article, number). The last has no number."""
    try:
        parts = urlsplit(plain_address(address))
    except ValueError:
        return ()
    host = parts.netloc.removeprefix("www.").removeprefix("m.")
    found: list[tuple[str, int | None]] = []
    path = parts.path.rstrip("/")
    pairs = [p for p in parts.query.split("&") if p]
    for pair in pairs:
        name, _, value = pair.partition("=")
        if _NAMES.fullmatch(name) and value.isdecimal() and 0 < int(value[:4]) <= MOST:
            found.append((_stem(host, path, [p for p in pairs if p is not pair]), int(value)))
    for pattern in (_IN_PATH, _IN_NAME, _IN_SLUG):
        if (match := pattern.search(path)) and 0 < int(match[1]) <= MOST:
            rest = path[: match.start()] + (match[2] if pattern is _IN_NAME else "")
            found.append((_stem(host, rest, pairs), int(match[1])))
    return (*found, (_stem(host, path, pairs), None))


def _stem(host: str, path: str, pairs: list[str]) -> str:
    return f"{host}{re.sub(r'/index[.]s?html?$', '', path).rstrip('/')}?{'&'.join(pairs)}"


def page_of(own: str, address: str) -> tuple[int, int] | None:
    """The numbers of two pages of one article, (of `own`, of `address`); None where they are not that, or one page.
    An address without a number is the first page."""
    mine = _readings(own)
    for stem, number in _readings(address):
        for base, here in mine:
            # ".html" may be missing from one of them: "/story.html" and "/story/2"
            same = stem == base or re.sub(r"\.s?html?\?", "?", stem) == re.sub(r"\.s?html?\?", "?", base)
            front = "/" not in base.partition("?")[0] and base.endswith("?")
            if same and (number or 1) != (here or 1) and not front:
                return here or 1, number or 1
    return None


def read_paging(tree: Any, url: str) -> Paging:
    """What a parsed page (lxml) at an address says of the article's pages."""
    others: dict[int, str] = {}
    number = 1
    bare: dict[int, str] = {}
    for raw, likely in _links(tree):
        try:
            address = urljoin(url, raw.strip())
            fragment = urlsplit(address).fragment
        except ValueError:
            continue
        if not address.startswith("http") or _COMMENTS.search(fragment) or _COMMENTS.search(raw):
            continue
        if (numbers := page_of(url, address)) is not None:
            number = numbers[0]
            (others if likely else bare).setdefault(numbers[1], address.partition("#")[0])
    if others or {number + 1} & set(bare):
        others = {**bare, **others}
    told = _told(tree)
    if told is not None:
        number = told[0] if not others or told[0] == number else number
    return Paging(number, others, told[1] if told else None)


def _links(tree: Any) -> Iterator[tuple[str, bool]]:
    """Addresses that stand like a link to a page of the same article; whether anything but a bare number says so."""
    for node in tree.iter("link", "a", "option"):
        raw = node.get("value") if node.tag == "option" else node.get("href")
        if not raw or len(raw) > 2000 or raw.startswith(("#", "javascript:", "mailto:")):
            continue
        rel = (node.get("rel") or "").lower().split()
        if node.tag == "link":
            if "next" in rel:
                yield raw, True
            continue
        text = " ".join("".join(node.itertext())[:200].split())
        if len(text) > _SHORT:
            continue
        numbered, forward = _NUMBERED.fullmatch(text) is not None, _NEXT.fullmatch(text) is not None and bool(text)
        if not (numbered or forward or "next" in rel) or _is_of_comments(node):
            continue
        yield raw, "next" in rel or forward or _is_pager(node)


def _named(node: Any) -> Iterator[str]:
    for _ in range(_DEEP):
        if node is None:
            return
        yield f"{node.get('class') or ''} {node.get('id') or ''} {node.get('aria-label') or ''}"
        node = node.getparent()


def _is_of_comments(node: Any) -> bool:
    return any(_COMMENTS.search(names) for names in _named(node))


def _is_pager(node: Any) -> bool:
    return any(_PAGER.search(names) for names in _named(node))


def _told(tree: Any) -> tuple[int, int] | None:
    """ "Page 1 of 3" as (1, 3), where a short element says so."""
    for node in tree.iter("div", "p", "span", "li", "nav", "a", "strong", "em", "b", "small"):
        text = (node.text or "").strip()
        if not text or len(text) > _SHORT:
            continue
        match = _RUSSIAN.fullmatch(text) or _OTHER.fullmatch(text)
        if match is None and (match := _TOLD.fullmatch(text)) and not (_WORDED.match(text) or _is_pager(node)):
            continue  # "3 of 5", "1/2" elsewhere is no page
        if not (match and match[2]) or _is_of_comments(node):
            continue
        number, total = int(match[1]), int(match[2])
        if 1 <= number <= total <= MOST and total > 1:
            return number, total
    return None
