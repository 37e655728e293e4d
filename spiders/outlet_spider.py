"""The one spider: it reads an outlet's listings, chooses what is new, fetches it, and says of each address how it
ended."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin

from scrapy import Request, Spider, signals
from scrapy.http import Response

from processing.addresses import plain_address
from processing.pagination import Paging
from spiders.desk import Desk, digest_of, header
from spiders.listings import Entry, Listing, ListingError, Place
from spiders.parsing import ListingJob, PagingJob, TopicJob, parse_listing, read_away
from spiders.parts import Gathered, may_go_on
from spiders.plan import Known, OutletTask, url_key
from spiders.politeness import Refused, SafeRobots
from spiders.reasons import LASTING, PASSING, explain_failure, page_fault
from spiders.sitemaps import choose_children

__all__ = ["OutletSpider"]

_RECENT_DAYS = 7  # of a sitemap without --since only what is this much older than its newest entry
_MAX_FEED_PAGES = 50


class OutletSpider(Spider):  # type: ignore[misc]
    """Crawls one outlet by its file. Subclass it where the file cannot say how: override `read_listing` or
    `article_links`."""

    name = "outlet"

    def __init__(self, desk: Desk, task: OutletTask, **given: Any):
        super().__init__(**given)
        self.desk, self.task = desk, task
        self.outlet = task.outlet
        self.since = date.fromisoformat(task.since) if task.since else None
        self.stop_reason: tuple[str, str] | None = None
        self.closed_cleanly = False
        self._alarm: Any = None
        self._come_back: str | None = None
        self._allow = [re.compile(p) for p in self.outlet.get("allow", ())]
        self._deny = [re.compile(p) for p in self.outlet.get("deny", ())]
        self._known = set(task.known)
        self._again = {known.url: known for known in task.again}
        self._validators = {known.url: known for known in task.listings}
        self._asked: set[str] = set()
        self._left = task.max_pages
        self._troubles: list[str] = []  # why the listings must be read again next time
        self._faults: list[str] = []  # those that are neither a limit of ours nor counted as an article's failure
        self._listings: list[dict[str, Any]] = []
        self._counts = {"pages": 0, "unchanged": 0, "failed": 0, "entries": 0, "off_topic": 0}

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> OutletSpider:
        """Scrapy's way to make it."""
        spider: OutletSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.request_dropped, signals.request_dropped)
        crawler.signals.connect(spider.callback_failed, signals.spider_error)
        return spider

    # ------------------------------------------------------------ requests

    async def start(self) -> AsyncIterator[Request]:
        """Listings first, then the articles that are asked again, then bare addresses."""
        limit = self.desk.plan.seconds
        self._alarm = asyncio.get_running_loop().call_later(
            limit, self.ask_to_stop, "time", f"the crawl took longer than the {limit:.0f} s allowed"
        )
        for url in self.outlet.get("feeds", ()):
            yield self._listing(url, "feed")
        for url in self.outlet.get("sitemaps", ()):
            yield self._listing(url, "sitemap")
        for number, section in enumerate(self.outlet.get("sections", ())):
            yield self._listing(section["url"], "section", section=number)
        if self.task.mode == "crawl":
            for known in list(self._again.values())[: self.task.max_pages // 2]:
                if request := self._article(known.url, {}, known):
                    yield request
        for url in self.outlet.get("probes", ()):
            yield Request(url, self.keep_probe, errback=self.fail_probe, cb_kwargs={"url": url})

    def _listing(self, url: str, form: str, page: int = 1, **more: Any) -> Request:
        known = self._validators.get(url) if self.task.mode == "crawl" else None
        return Request(
            url,
            self.read_listing_response,
            errback=self.fail_listing,
            headers=_validators(known),
            priority=100,
            cb_kwargs={"url": url, "form": form, "page": page, "more": more},
        )

    def _article(self, url: str, meta: dict[str, Any], known: Known | None = None) -> Request | None:
        if url in self._asked:
            return None
        if self._left <= 0:
            self._trouble(f"stopped at max_pages ({self.task.max_pages})", fault=False)
            return None
        self._asked.add(url)
        self._left -= 1
        return Request(
            url,
            self.read_article,
            errback=self.fail_article,
            headers=_validators(known),
            cb_kwargs={"url": url, "meta": meta},
            priority=0 if known else 10,
        )

    # ------------------------------------------------------------ listings

    @classmethod
    def read_listing(cls, job: ListingJob) -> Listing:
        """What a listing's answer lists. It runs in a worker process, which is ended where it takes too long. Raises
        ListingError."""
        return parse_listing(job)

    def _job(self, response: Response, form: str, more: dict[str, Any]) -> ListingJob:
        place = Place(self.outlet.get("country"), self.outlet.get("timezone"))
        section = self.outlet["sections"][more["section"]] if form == "section" else None
        spider = self.outlet.get("spider")
        return ListingJob(
            form, response.url, response.body, dict(response.headers), self.desk.now, place, section, spider
        )

    async def read_listing_response(
        self, response: Response, url: str, form: str, page: int, more: dict[str, Any]
    ) -> AsyncIterator[Request]:
        """Scrapy's callback of a listing."""
        if response.status == 304:
            self._report(url, form, response, unchanged=True)
            return
        if response.status != 200:
            self._report(url, form, response, page, reason=f"answers {response.status}")
            return
        try:
            listing = await read_away(self._job(response, form, more))
        except ListingError as error:
            self._report(url, form, response, page, reason=str(error))
            return
        assert isinstance(listing, Listing)
        self._report(
            url, listing.form, response, entries=len(listing.entries), newest=listing.newest, aside=list(listing.aside)
        )
        self._counts["entries"] += len(listing.entries)
        for request in self._what_follows(listing, url, form, page, more):
            yield request

    def _what_follows(
        self, listing: Listing, url: str, form: str, page: int, more: dict[str, Any]
    ) -> Iterator[Request]:
        """The articles, sitemaps and older pages that a listing leads to."""
        if self.task.mode == "check":
            yield from (self._listing(child, "sitemap", page + 1) for child in self._children(listing)[:1] if page < 3)
            return
        fresh = [
            e for e in listing.entries if self._is_recent(e.published, listing) and not self._is_after(e.published)
        ]
        found_new = False
        for request in self.article_links(fresh):
            found_new = True
            yield request
        yield from (self._listing(child, "sitemap", page + 1) for child in self._children(listing) if page < 4)
        if older := self._older(url, listing, form, page, more, found_new):
            yield older

    def article_links(self, entries: Iterable[Entry]) -> Iterator[Request]:
        """Requests for the entries that are articles of this outlet, not yet known, and perhaps on a topic."""
        for entry in entries:
            try:
                url = plain_address(entry.url)
            except ValueError as error:
                self._trouble(f"{entry.url[:200]} is no address: {error}")
                continue
            if not self._is_article(url) or url_key(url) in self._known or url in self._again:
                continue
            if not self.desk.may_be_on_topic(entry):
                self._counts["off_topic"] += 1
                continue
            if request := self._article(url, entry.meta()):
                yield request

    def _is_article(self, url: str) -> bool:
        return (not self._allow or any(p.search(url) for p in self._allow)) and not any(
            p.search(url) for p in self._deny
        )

    def _is_recent(self, published: str | None, listing: Listing) -> bool:
        """Not before --since; without it, for sitemaps, not much older than the newest entry (they may list years)."""
        if published is None:
            return True
        if self.since is not None:
            return published[:10] >= self.since.isoformat()
        if listing.form not in ("sitemap", "sitemap index"):
            return True
        newest = listing.newest or max((m for _, m in listing.children if m), default=published)
        return published[:10] >= _days_before(newest, _RECENT_DAYS)

    def _is_after(self, published: str | None) -> bool:
        """After --until; an entry without a date is fetched to know."""
        return self.task.until is not None and published is not None and published[:10] > self.task.until

    def _children(self, listing: Listing) -> list[str]:
        """Sitemaps of an index that may list something recent."""
        fresh = [child for child in listing.children if self._is_recent(child[1], listing)]
        chosen, left = choose_children(listing.children, fresh, self.desk.now.date())
        if left:
            total = len(chosen) + left
            self._trouble(f"only {len(chosen)} of {total} sitemaps of an index were read", fault=False)
        return chosen

    def _older(
        self, url: str, listing: Listing, form: str, page: int, more: dict[str, Any], found_new: bool
    ) -> Request | None:
        """The next older page of a feed or section, while paging back to --since leads to new articles."""
        if self.since is None or form == "sitemap" or not found_new:
            return None
        section = self.outlet["sections"][more["section"]] if form == "section" else {}
        if page >= (section.get("pages", 1) if form == "section" else _MAX_FEED_PAGES):
            return None
        dates = [e.published[:10] for e in listing.entries if e.published]
        if dates and max(dates) < self.since.isoformat():
            return None
        pattern = section.get("next") or ""
        address = (
            urljoin(section["url"], pattern.replace("{page}", str(page + 1))) if "{page}" in pattern else listing.next
        )
        return self._listing(address, form, page + 1, **more) if address and address != url else None

    def _report(self, url: str, form: str, response: Response | None, page: int = 1, **values: Any) -> None:
        reason = values.get("reason")
        if reason and page > 1:
            # what led here must be read again; a first page is asked anew by itself
            self._trouble(f"{url} {reason}")
        # an index that did not change says nothing of its sitemaps, so it is never asked conditionally
        keeps = response is not None and not reason and form != "sitemap index"
        line = {
            "url": url,
            "form": form,
            "status": response.status if response is not None else None,
            "entries": 0,
            "newest": None,
            "reason": None,
            "aside": [],
            "unchanged": False,
            "keeps": keeps,
            "etag": header(response, "ETag"),
            "last_modified": header(response, "Last-Modified"),
            **values,
        }
        if line["unchanged"]:
            known = self._validators[url]
            line["etag"], line["last_modified"] = (
                line["etag"] or known.etag,
                line["last_modified"] or known.last_modified,
            )
        self._listings.append(line)

    def fail_listing(self, failure: Any) -> None:
        """Scrapy's errback of a listing."""
        given = failure.request.cb_kwargs
        _, reason = self.explain(failure.value, failure.request.url)
        self._report(given["url"], given["form"], None, given["page"], reason=reason)

    # ------------------------------------------------------------ articles

    async def read_article(self, response: Response, url: str, meta: dict[str, Any]) -> AsyncIterator[Request]:
        """Scrapy's callback of an article: archived where it is new, with its further pages where it goes on, else
        noted with what happened."""
        known = self._again.get(url)
        if not self._is_page(response, url, known):
            return
        paging = await self._paging(response)
        if paging.text is None or self.desk.stop is not None:
            await self._keep(Gathered(url, response, meta, Paging(), 0), known)
            return
        gathered = Gathered(url, response, meta, paging, self.desk.plan.max_bytes - len(response.body))
        if request := await self._next_part(gathered):
            yield request

    def _is_page(self, response: Response, url: str, known: Known | None) -> bool:
        """Whether an answer holds a page of its own; what it is else is noted."""
        if response.status == 304:
            self._note(url, "unchanged", response, "not changed since it was last fetched", known)
            return False
        if response.status in (404, 410) and known is not None:
            self._note(url, "vanished", response, f"was there before and now answers {response.status}", known)
            return False
        if response.status != 200:
            self._note(
                url,
                f"http_{response.status}",
                response,
                f"answers {response.status}",
                known,
                passing=response.status in PASSING,
            )
            return False
        fault = page_fault(response, url)
        if fault and known is not None and fault[0] in ("not_found", "front_page", "section_page"):
            self._note(url, "vanished", response, f"was there before and now {fault[1]}", known)
            return False
        if fault:
            self._note(url, fault[0], response, fault[1], known, passing=fault[0] == "empty")
        return fault is None

    async def _keep(self, gathered: Gathered, known: Known | None) -> None:
        """Archive an article's pages, where any is new and on a topic."""
        url, first, parts = gathered.url, gathered.first, gathered.parts
        single = not parts and gathered.cut is None
        if known is not None and gathered.passing:
            # kept as it was: without this page it would look as if the outlet had taken text away
            self._note(url, "cut_short", None, f"goes on, and its {gathered.cut}", known, passing=True)
            return
        if known is not None and known.digest == digest_of(first, parts):
            self._note(url, "unchanged", first if single else None, "the same bytes as before", known)
            return
        if not any([await self._is_on_topic(page) for page in (first, *(part for _, part in parts))]):
            self._counts["off_topic"] += 1
            self._note(url, "off_topic", first, "has not the words of a topic", known)
            return
        self._counts["pages"] += 1
        if gathered.passing:
            self._trouble(f"{url} goes on, and its {gathered.cut}", fault=False)
        self.desk.keep_page(self.task.id, first, url, gathered.meta, parts, gathered.cut)

    # ------------------------------------------------------------ articles on several pages

    async def _paging(self, response: Response) -> Paging:
        """What a page says of its article's other pages; one that cannot be read for it is taken as the only one."""
        if not may_go_on(response):
            return Paging()
        try:
            found = await read_away(PagingJob(response.url, response.body, header(response, "Content-Type")))
        except ListingError:
            return Paging()
        assert isinstance(found, Paging)
        return found

    async def _next_part(self, gathered: Gathered) -> Request | None:
        """The request of an article's next page; without one the article is kept as it is."""
        address = gathered.next_address()
        if address is not None and self._left <= 0:
            gathered.miss(f"{gathered.name(address)}: stopped at max_pages ({self.task.max_pages})", passing=True)
            address = None
        if address is None:
            await self._keep(gathered, self._again.get(gathered.url))
            return None
        self._left -= 1
        return Request(
            address,
            self.read_part,
            errback=self.fail_part,
            cb_kwargs={"address": address, "gathered": gathered},
            dont_filter=True,  # it may have been asked as an article of its own
            priority=20,
        )

    async def read_part(self, response: Response, address: str, gathered: Gathered) -> AsyncIterator[Request]:
        """Scrapy's callback of a further page of an article."""
        fault = page_fault(response, address) if response.status == 200 else ("", f"answers {response.status}")
        reason = fault[1] if fault else gathered.take(address, response)
        if reason:
            gathered.miss(f"{gathered.name(address)}: {reason}", passing=response.status in PASSING)
            await self._keep(gathered, self._again.get(gathered.url))
            return
        gathered.go_on(await self._paging(response))
        if request := await self._next_part(gathered):
            yield request

    async def fail_part(self, failure: Any) -> None:
        """Scrapy's errback of a further page of an article."""
        address, gathered = failure.request.cb_kwargs["address"], failure.request.cb_kwargs["gathered"]
        code, reason = self.explain(failure.value, failure.request.url)
        gathered.miss(f"{gathered.name(address)}: {reason}", passing=code not in LASTING)
        await self._keep(gathered, self._again.get(gathered.url))

    async def _is_on_topic(self, response: Response) -> bool:
        """Whether the page has a word of each group of a topic; a page that cannot be read for it is kept, to be judged
        when it is cleaned."""
        plan = self.desk.plan
        if plan.topic_filter == "none" or not plan.topics:
            return True
        try:
            return bool(await read_away(TopicJob(response.url, response.body, dict(response.headers), plan.topics)))
        except ListingError:
            return True

    def _note(
        self, url: str, code: str, response: Response | None, reason: str, known: Known | None, *, passing: bool = False
    ) -> None:
        if code == "unchanged":
            self._counts["unchanged"] += 1
        elif code not in ("off_topic", "vanished", "redirected"):
            self._counts["failed"] += 1
            if passing:
                self._trouble(f"{url} {reason}", fault=False)
        self.desk.append(
            "note",
            outlet=self.task.id,
            url=url,
            code=code,
            reason=reason,
            passing=passing,
            status=response.status if response is not None else 0,
            etag=header(response, "ETag") or (known.etag if known else None),
            last_modified=header(response, "Last-Modified") or (known.last_modified if known else None),
            digest=known.digest if known else None,
        )

    def fail_article(self, failure: Any) -> None:
        """Scrapy's errback of an article."""
        url = failure.request.cb_kwargs["url"]
        code, reason = self.explain(failure.value, failure.request.url)
        if self.stopped is not None and code == self.stopped[0]:
            return  # never asked, so nothing is known of it
        self._note(url, code, None, reason, self._again.get(url), passing=code not in LASTING)

    def explain(self, error: BaseException, url: str) -> tuple[str, str]:
        """A failed request as (code, reason)."""
        return explain_failure(error, url, self.desk)

    def request_dropped(self, request: Request) -> None:
        """A redirect to an address that is fetched anyway."""
        given = request.cb_kwargs
        if not request.meta.get("redirect_urls"):
            return
        if "form" in given:
            self._report(given["url"], given["form"], None, given["page"])
        elif "meta" in given:
            self._note(
                given["url"],
                "redirected",
                None,
                f"leads to {request.url}, which is fetched itself",
                self._again.get(given["url"]),
            )

    # ------------------------------------------------------------ probes and the end

    def keep_probe(self, response: Response, url: str) -> None:
        """Scrapy's callback of a bare address."""
        self.desk.keep_page(self.task.id, response, url, {})

    def fail_probe(self, failure: Any) -> None:
        """Scrapy's errback of a bare address."""
        code, reason = self.explain(failure.value, failure.request.url)
        self._note(failure.request.cb_kwargs["url"], code, None, reason, None)

    @property
    def stopped(self) -> tuple[str, str] | None:
        """Why no further request is made: (code, reason); None while the crawl goes on."""
        return self.stop_reason or self.desk.stop

    def ask_to_stop(self, code: str, reason: str) -> None:
        """No further request to this outlet in this crawl; those under way may end."""
        if self.stopped is None:
            self.stop_reason = (code, reason)
            self._trouble(reason)
        self.drop_waiting()

    def come_back_in(self, seconds: float) -> None:
        """The outlet asks to be left alone so long; the last line tells it."""
        self._come_back = self.desk.stamp(seconds)

    def drop_waiting(self) -> None:
        """Give up the requests that wait for their turn in the downloader (with a long delay they would hold up the
        end)."""
        engine = getattr(self.crawler, "engine", None)
        code, reason = self.stopped or ("stopped", "the crawl was told to stop")
        for slot in list(engine.downloader.slots.values()) if engine else ():
            while slot.queue:
                _, waiting = slot.queue.popleft()
                waiting.errback(Refused(code, reason))

    def callback_failed(self, failure: Any, response: Response) -> None:
        """A fault of our own: a full disk ends everything, another leaves its address for the next run."""
        if isinstance(failure.value, OSError):
            self.desk.stop = self.desk.stop or ("disk", f"the crawl cannot write: {failure.value}")
            self.drop_waiting()
        else:
            self._trouble(f"{response.url}: {type(failure.value).__name__}: {failure.value}")

    def _trouble(self, reason: str, *, fault: bool = True) -> None:
        if reason not in self._troubles:
            self._troubles.append(reason)
            if fault:
                self._faults.append(reason)

    def closed(self, reason: str) -> None:
        """Scrapy calls this at the end; writes the outlet's last line."""
        self.closed_cleanly = True
        if self._alarm is not None:
            self._alarm.cancel()
        robots = self.crawler.get_downloader_middleware(SafeRobots)
        stop = self.stopped
        stats = {k: v for k, v in self.crawler.stats.get_stats().items() if isinstance(v, int | float | str)}
        self.desk.finish(
            self.task.id,
            stop[0] if stop else reason,
            stats,
            complete=reason == "finished" and stop is None and not self._troubles,
            reason=stop[1] if stop else None,
            come_back=self._come_back,
            troubles=self._troubles[:20],
            faults=self._faults[:20],
            listings=self._listings,
            counts=self._counts,
            robots=dict(robots.states) if robots else {},
            robots_sitemaps={k: list(v) for k, v in robots.sitemaps.items()} if robots else {},
        )


def _validators(known: Known | None) -> dict[str, str]:
    """Headers of a conditional request (RFC 9110 13.1)."""
    pairs = {
        "If-None-Match": known.etag if known else None,
        "If-Modified-Since": known.last_modified if known else None,
    }
    return {name: value for name, value in pairs.items() if value}


def _days_before(day: str, days: int) -> str:
    """ISO day; "" (before all days) where `day` is none."""
    try:
        return (date.fromisoformat(day[:10]) - timedelta(days=days)).isoformat()
    except ValueError:
        return ""
