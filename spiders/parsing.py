"""What strangers send is parsed away from the reactor, in a worker process with a limit of time and memory: a hostile
listing costs its own limits, not the other outlets of its crawl."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processing.clean.page import parse_page
from processing.pagination import Paging, read_paging
from processing.workers import Lost, Task, run_in_workers
from schemas.errors import PageError
from spiders.listings import Listing, ListingError, Place, read_section

__all__ = ["ListingJob", "PagingJob", "TopicJob", "parse", "parse_listing", "prepare", "read_away"]

LIMIT_SECONDS = 20.0  # the largest public sitemap (50,000 entries) takes 2
_AT_ONCE = 2
_TASK = Task("reading listings", "spiders.parsing:parse", "spiders.parsing:prepare", memory_mb=2048)
_turns: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


@dataclass(frozen=True, slots=True)
class ListingJob:
    """A listing's answer. `form` is "feed", "sitemap" or "section"; `section` has the keys of the outlet file; `spider`
    is the dotted name of the class whose `read_listing` is asked, None for our own."""

    form: str
    url: str
    body: bytes
    headers: Mapping[bytes, list[bytes]]
    now: datetime
    place: Place
    section: Mapping[str, Any] | None = None
    spider: str | None = None

    @property
    def content_type(self) -> str | None:
        """The Content-Type header."""
        values = self.headers.get(b"Content-Type") or [b""]
        return values[0].decode("latin-1")[:1000] or None


@dataclass(frozen=True, slots=True)
class TopicJob:
    """A page, and for each topic the regular expressions all of which must be found in its text."""

    url: str
    body: bytes
    headers: Mapping[bytes, list[bytes]]
    topics: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PagingJob:
    """A page of an article that may go on."""

    url: str
    body: bytes
    content_type: str | None


Job = ListingJob | TopicJob | PagingJob


def prepare() -> None:
    """Load what the first listing would have to wait for."""
    import feedparser
    import lxml.etree  # noqa: F401

    feedparser.parse(b"<rss/>")


def parse(jobs: Sequence[Job], _given: None) -> list[Listing | bool | Paging | str]:
    """In the worker: what each listing lists, or why it is none; whether each page is on a topic; which other pages its
    article has."""
    return [_parse(job) for job in jobs]


def _parse(job: Job) -> Listing | bool | Paging | str:
    if isinstance(job, TopicJob):
        return _is_on_topic(job)
    if isinstance(job, PagingJob):
        try:
            return read_paging(parse_page(job.body, job.url, job.content_type).tree, job.url)
        except PageError:
            return Paging()  # it is kept as it is, and why it is no article is said when it is cleaned
    try:
        if job.spider is None:
            return parse_listing(job)
        from scrapy.utils.misc import load_object

        found: Listing = load_object(job.spider).read_listing(job)
        return found
    except ListingError as error:
        return str(error)


def parse_listing(job: ListingJob) -> Listing:
    """What a listing's answer lists. Raises ListingError."""
    if job.form == "feed":
        from spiders.feeds import read_feed

        return read_feed(job.body, job.url, now=job.now, content_type=job.content_type, place=job.place)
    if job.form == "sitemap":
        from spiders.sitemaps import read_sitemap

        return read_sitemap(job.body, job.url, now=job.now, place=job.place)
    response = _response(job)
    if response is None:
        raise ListingError(f"is no web page but {job.content_type or 'of unknown type'}")
    section = job.section or {}
    return read_section(response, section.get("links"), section.get("next"))


def _response(job: ListingJob | TopicJob) -> Any:
    """The answer as Scrapy's text response; None where it is no text."""
    from scrapy.http import Headers
    from scrapy.http.response.text import TextResponse
    from scrapy.responsetypes import responsetypes

    headers = Headers(dict(job.headers))
    kind = responsetypes.from_args(headers=headers, url=job.url, body=job.body[:5000])
    return kind(job.url, headers=headers, body=job.body) if issubclass(kind, TextResponse) else None


def _is_on_topic(job: TopicJob) -> bool:
    response = _response(job)
    if response is None:
        return True  # whether it is a page at all is not decided here
    text = response.text
    if b"<" in job.body[:2000]:
        text = " ".join(response.xpath("//text()[not(parent::script or parent::style)]").getall())
    return any(all(re.search(group, text, re.IGNORECASE) for group in topic) for topic in job.topics)


async def read_away(job: Job) -> Listing | bool | Paging:
    """What comes of a job in a worker process, without holding up the loop. Raises ListingError (also where it took too
    long, too much memory, or ended its process), MachineError (no worker starts)."""
    loop = asyncio.get_running_loop()
    turn = _turns.setdefault(loop, asyncio.Semaphore(_AT_ONCE))
    async with turn:
        (found,) = await asyncio.to_thread(
            run_in_workers,
            _TASK,
            [job],
            None,
            workers=1,
            seconds=LIMIT_SECONDS,
            size=1,
            weights=[len(job.body)],
        )
    if isinstance(found, Lost):
        raise ListingError(f"could not be read: it {found.reason}" if found.code != "timeout" else found.reason)
    if isinstance(found, str):
        raise ListingError(found)
    answer: Listing | bool | Paging = found
    return answer
