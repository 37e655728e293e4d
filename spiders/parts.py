"""The further pages of one article: which is asked next, when that ends, and what of the article is missing then."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response

from processing.addresses import plain_address
from processing.pagination import Paging, page_of
from spiders.desk import digest_of

__all__ = ["MOST_PAGES", "Gathered", "may_go_on"]

MOST_PAGES = 20  # of one article; what has more is a slide show or a trap
# a page without any of these has no further pages: the others are looked at in a worker process
_HINTS = re.compile(
    rb"rel\s?=\s?[\"']?next|pag(?:e|ination|inator|ing|er)[-_\s]?(?:nav|num|link|\")|pagina|[?&;](?:page|p|pg|pn|seite|sida|side|strona)=\d|"
    rb"/(?:page|seite|p)?[-/]?\d{1,2}/?[\"']|[-_,](?:page|seite|p)?-?\d{1,2}\.s?html?[\"']|"
    rb"(?:page|seite|sida|side|strona)\s{1,3}\d{1,2}\s{1,3}\w{1,3}\s{1,3}\d",
    re.IGNORECASE,
)


def may_go_on(response: Response) -> bool:
    """Whether a page has any trace of further pages, by a glance at its bytes."""
    return _HINTS.search(response.body) is not None


@dataclass(slots=True)
class Gathered:
    """An article that goes on: its first page, those that were had after it, and what is missing."""

    url: str  # of the first page, as asked
    first: Response
    meta: dict[str, Any]
    paging: Paging  # of the page that was had last
    room: int  # bytes that the article may still have
    parts: list[tuple[str, Response]] = field(default_factory=list)
    cut: str | None = None
    passing: bool = False  # what is missing may be there next time
    asked: set[str] = field(default_factory=set)
    known: dict[int, str] = field(
        default_factory=dict
    )  # addresses of pages by number, as far as any page links to them
    total: int | None = None
    begins: int = 1  # the number of the first page that was had

    def __post_init__(self) -> None:
        self.asked |= {_bare(self.url), _bare(self.first.url)}
        self._learn(self.paging)
        self.begins = self.paging.number

    def _learn(self, paging: Paging) -> None:
        self.total = paging.total or self.total
        for number, address in paging.others.items():
            if page_of(self.first.url, address) is not None:
                self.known.setdefault(number, address)

    @property
    def number(self) -> int:
        """How many pages were had."""
        return 1 + len(self.parts)

    def next_address(self) -> str | None:
        """The page to be asked next; None where there is none, or no more may be had (`cut` then says why)."""
        at = max(self.paging.number, self.begins + len(self.parts))
        address = next(
            (self.known[n] for n in sorted(self.known) if n > at and _bare(self.known[n]) not in self.asked), None
        )
        if address is None:
            if self.total is not None and self.total > at:
                self.miss(f"page {at + 1} of {self.total} is not linked to")
            elif self.begins > 1:
                self.miss(f"what was listed is page {self.begins}")
            return None
        if self.number >= MOST_PAGES:
            self.miss(f"page {self.number + 1} and what follows: an article may have {MOST_PAGES} pages")
            return None
        self.asked.add(_bare(address))
        return address

    def name(self, address: str) -> str:
        """How a page that is not had is called: "page 2 of 3"."""
        numbers = page_of(self.first.url, address)
        return f"page {numbers[1] if numbers else self.number + 1}" + (f" of {self.total}" if self.total else "")

    def take(self, address: str, response: Response) -> str | None:
        """Keep a further page; the reason why it is none: another article, a page that was had already, too much."""
        if urlsplit(response.url).hostname != urlsplit(self.first.url).hostname:
            return f"leads to another site, {response.url[:300]}"
        if response.url != address and _bare(response.url) in self.asked - {_bare(address)}:
            return "leads back to a page that was had"
        if response.url != address and page_of(self.first.url, response.url) is None:
            return f"leads to another page, {response.url[:300]}"
        if digest_of(response) in {digest_of(self.first), *(digest_of(part) for _, part in self.parts)}:
            return "is the same page again"
        if len(response.body) > self.room:
            return "is too large beside those before it"
        self.room -= len(response.body)
        self.asked.add(_bare(response.url))
        self.parts.append((address, response))
        return None

    def go_on(self, paging: Paging) -> None:
        """Note what the page that was had last says of the others."""
        self.paging = paging
        self._learn(paging)

    def miss(self, reason: str, *, passing: bool = False) -> None:
        """End here, without the rest."""
        self.cut, self.passing = reason, passing


def _bare(address: str) -> str:
    try:
        return plain_address(address).rstrip("/")
    except ValueError:
        return address
