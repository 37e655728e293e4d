"""What a crawl owes to sites and to its own network: robots.txt, pauses, no request to private addresses.

Scrapy 2.19 lets requests through that wait while robots.txt is on its way (only the first two are checked), takes a
robots.txt that cannot be fetched as leave to fetch all, reads error pages as rules, and honours neither Crawl-delay nor
Retry-After. The classes here replace that."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import signals
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.dupefilters import RFPDupeFilter
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

__all__ = [
    "CrawlDelay",
    "Gate",
    "GuardedResolver",
    "OncePerAddress",
    "PoliteRetry",
    "PrivateHosts",
    "Refused",
    "SafeRobots",
    "is_private",
    "retry_after",
]

MAX_PAUSE = 120.0  # a longer Retry-After ends this outlet's crawl
MAX_REST = 86_400.0  # seconds that an outlet is left alone at most
MAX_CRAWL_DELAY = 60.0
NAMED = "allow_private_hosts names it"
_NOTHING_ALLOWED = b"User-agent: *\nDisallow: /\n"


class Refused(IgnoreRequest):  # type: ignore[misc]
    """A request that is not made. `code` is a stable word for counting."""

    def __init__(self, code: str, reason: str):
        super().__init__(reason)
        self.code = code
        self.reason = reason


def is_private(address: str) -> bool:
    """Whether an IP address is one that no outlet on the internet has: loopback, private, link-local, reserved,
    multicast."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_private(str(inner))
    return not ip.is_global or ip.is_multicast


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110 10.2.3: seconds or a date), a day at most: what asks for
    more is a mistake, and an outlet that is silent for good is noticed by nobody. None where it says nothing
    readable."""
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,400}", text):
        return float(min(int(text), MAX_REST)) if len(text) < 12 else MAX_REST
    try:
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max(0.0, (moment - now).total_seconds()), MAX_REST)
    except (ValueError, TypeError, OverflowError):
        return None


class PrivateHosts:
    """Which private addresses may be asked: none, this machine's own (True), or the named hosts, addresses and networks
    ("newsroom.local", "10.0.0.7", "192.168.1.0/24")."""

    def __init__(self, given: bool | Sequence[str]):
        self._names: set[str] = set()
        self._networks = [ipaddress.ip_network(text) for text in ("127.0.0.0/8", "::1/128")] if given is True else []
        if given is True:
            self._names.add("localhost")
        for text in given if isinstance(given, list | tuple) else ():
            try:
                self._networks.append(ipaddress.ip_network(text, strict=False))
            except ValueError:
                self._names.add(text.lower().rstrip("."))

    def allow(self, host: str, address: str | None = None) -> bool:
        """Whether a host may be asked though it, or the `address` that its name was found to have, is private."""
        host = host.lower().rstrip(".")
        if host in self._names or (host.endswith(".localhost") and "localhost" in self._names):
            return True
        for text in filter(None, (host, address)):
            with contextlib.suppress(ValueError):
                ip = ipaddress.ip_address(text.partition("%")[0])
                if any(ip.version == network.version and ip in network for network in self._networks):
                    return True
        return False


class Gate:
    """Downloader middleware: refuses addresses that are written as private ones, and all requests once the crawl must
    stop."""

    def __init__(self, crawler: Any):
        self._allowed = PrivateHosts(crawler.settings["ALLOW_PRIVATE_HOSTS"])
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> Gate:
        """Scrapy's way to make it."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises Refused where the request must not be made."""
        stop = self.crawler.spider.stopped
        if stop is not None:
            raise Refused(*stop)
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https"):
            raise Refused("scheme", f"{parts.scheme} addresses are not fetched")
        host = (parts.hostname or "").rstrip(".")
        local = host == "localhost" or host.endswith(".localhost")
        if (local or is_private(host)) and not self._allowed.allow(host):
            raise Refused("private_host", f"{host} is a private address; it is not asked unless {NAMED}")


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Passes on the addresses of a look-up that are public."""

    def __init__(self, receiver: Any, host: str, refused: set[str], allowed: PrivateHosts):
        self._receiver, self._host, self._refused, self._allowed = receiver, host, refused, allowed

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if is_private(address.host) and not self._allowed.allow(self._host, address.host):
            self._refused.add(self._host)
        else:
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """The reactor's resolver without private addresses: it is asked at each connection, so a name that changes its
    address between two requests is caught. A proxy that the environment names is exempt."""

    def __init__(self, inner: Any, allowed: PrivateHosts):
        self._inner, self._allowed = inner, allowed
        self.refused: set[str] = set()
        self._proxies = {urlsplit(p if "//" in p else f"//{p}").hostname for p in getproxies().values()}

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[Any] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Twisted's IHostnameResolver, which is called with these very names."""
        guarded = (
            resolutionReceiver
            if hostName in self._proxies
            else _PublicOnly(resolutionReceiver, hostName, self.refused, self._allowed)
        )
        return self._inner.resolveHostName(guarded, hostName, portNumber, addressTypes, transportSemantics)


class SafeRobots(RobotsTxtMiddleware):  # type: ignore[misc]
    """robots.txt as RFC 9309 2.3.1 has it: 2xx is read; 4xx allows all; 429, 5xx and a site that cannot be reached
    allow nothing."""

    def __init__(self, crawler: Any):
        super().__init__(crawler)
        self._locks: dict[str, asyncio.Lock] = {}
        self.states: dict[str, str] = {}  # by host: "read", "none", or why nothing is allowed
        self.sitemaps: dict[str, tuple[str, ...]] = {}

    async def process_request(self, request: Request) -> None:
        """Raises Refused where robots.txt forbids the address."""
        if not request.meta.get("dont_obey_robotstxt"):
            self.process_request_2(await self.robot_parser(request), request)

    async def robot_parser(self, request: Request) -> Any:
        """One look-up at a time per host: all others wait for its rules."""
        lock = self._locks.setdefault(urlparse_cached(request).netloc, asyncio.Lock())
        async with lock:
            return await super().robot_parser(request)

    def process_request_2(self, rp: Any, request: Request) -> None:
        """Raises Refused."""
        netloc = urlparse_cached(request).netloc
        state = self.states.get(netloc, "none")
        if state not in ("read", "none"):
            raise Refused("robots_unreachable", f"robots.txt {state}, so nothing may be fetched (RFC 9309 2.3.1.4)")
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise Refused("robots", "robots.txt forbids this address") from error

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if 200 <= response.status < 300:
            self.states[netloc] = "read"
        elif 400 <= response.status < 500 and response.status != 429:
            self.states[netloc] = "none"
            response = response.replace(body=b"")
        else:
            self.states[netloc] = f"answers {response.status}"
            response = response.replace(body=_NOTHING_ALLOWED)
        await super()._parse_robots(response, netloc, request)
        parser = self._parsers[netloc]
        if isinstance(parser, ProtegoRobotParser):
            self.sitemaps[netloc] = tuple(parser.rp.sitemaps)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        reason = self.crawler.spider.explain(exc, f"https://{netloc}/robots.txt")[1]
        self.states[netloc] = f"cannot be fetched ({reason})"
        super()._robots_error(exc, netloc)


class CrawlDelay:
    """Extension: a site's Crawl-delay (up to a minute) where it is longer than our own."""

    def __init__(self, crawler: Any):
        self.crawler = crawler
        crawler.signals.connect(self.apply, signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Any) -> CrawlDelay:
        """Scrapy's way to make it."""
        return cls(crawler)

    def apply(self, robotparser: Any, request: Request) -> None:
        """Called once per site, when its robots.txt was read."""
        settings = self.crawler.settings
        asked = robotparser.crawl_delay(settings["ROBOTSTXT_USER_AGENT"])
        if not asked:
            return
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        delay = max(settings.getfloat("DOWNLOAD_DELAY"), min(float(asked), MAX_CRAWL_DELAY))
        downloader.per_slot_settings[key] = {"delay": delay, "concurrency": 1, "jitter": 0}
        if slot := downloader.slots.get(key):
            slot.delay, slot.jitter, slot.concurrency = delay, 0, 1


class PoliteRetry(RetryMiddleware):  # type: ignore[misc]
    """Retries as Scrapy does, but no sooner than Retry-After says: the whole site pauses; a long pause ends the
    outlet's crawl."""

    def process_response(self, request: Request, response: Response) -> Any:
        """Raises Refused where the site asks for more patience than a crawl has."""
        if response.status in (429, 503):
            wait = retry_after((response.headers.get("Retry-After") or b"").decode("latin-1"), datetime.now(UTC))
            if wait is not None and wait > MAX_PAUSE:
                reason = (
                    f"{urlsplit(request.url).hostname} answers {response.status} and asks to come back in {wait:.0f} s"
                )
                self.crawler.spider.come_back_in(wait)
                self.crawler.spider.ask_to_stop("retry_after", reason)
                raise Refused("retry_after", reason)
            if wait:
                self._pause(request, wait)
        return super().process_response(request, response)

    def _pause(self, request: Request, wait: float) -> None:
        downloader = self.crawler.engine.downloader
        if slot := downloader.slots.get(downloader.get_slot_key(request)):
            # the slot starts a request when `delay` has passed since `lastseen`
            slot.delay = max(slot.delay, 0.001)
            slot.lastseen = max(slot.lastseen, monotonic() + wait)
            slot.jitter = 0


class OncePerAddress(RFPDupeFilter):  # type: ignore[misc]
    """Each address once per crawl, but for a redirect to where the request has been (sites that set a cookie first)."""

    def request_seen(self, request: Request) -> bool:
        """Whether the request is dropped."""
        if request.url in request.meta.get("redirect_urls", ()):
            return False
        return bool(super().request_seen(request))
