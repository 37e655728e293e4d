"""Why an address gave no page: stable words for counting, and sentences for people."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from scrapy.http.response.text import TextResponse

from spiders.desk import Desk, header
from spiders.politeness import NAMED, Refused

__all__ = ["LASTING", "PASSING", "explain_failure", "page_fault"]

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 522, 524})  # statuses that may be gone next time
LASTING = frozenset(
    {"robots", "too_large", "redirects", "scheme", "private_host"}
)  # failures that will be the same next time
# where a site leads those whom it does not show an article
_ELSEWHERE = (
    (
        "consent_wall",
        "a request for consent",
        re.compile(
            r"//(?:consent|cmp|privacy|myprivacy|datenschutz|zustimmung)[.-]"
            r"|/(?:cookie-?)?(?:consent|collectconsent|privacy-gate|cookie-?wall|gdpr)(?:[/.?]|$)",
            re.IGNORECASE,
        ),
    ),
    (
        "sign_in",
        "a page to sign in",
        re.compile(
            r"//(?:accounts?|login|signin|sso|auth|id|identity)\.|/(?:log-?in|sign-?in|anmelden|auth|sso|connexion)(?:[/.?]|$)",
            re.IGNORECASE,
        ),
    ),
    (
        "pay_wall",
        "an offer of a subscription",
        re.compile(
            r"//(?:subscribe|subscriptions?|abo)\.|/(?:subscribe|subscription|abo|paywall|abonne(?:ment|z-vous))(?:[/.?]|$)",
            re.IGNORECASE,
        ),
    ),
    (
        "not_found",
        "a page that says that it was not found",
        re.compile(
            r"/(?:(?:error|page)?[-_]?404|not-?found|page-?not-?found|error|gone|410)(?:\.\w{2,5})?/?$", re.IGNORECASE
        ),
    ),
)
_SLUG = re.compile(r"[^/-]{2}-[^/-]{1,40}-[^/-]{2}|\d{5,}|\.s?html?$|/\d{4}/\d\d/")
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "")


def explain_failure(error: BaseException, url: str, desk: Desk) -> tuple[str, str]:
    """A failed request as (code, reason)."""
    host = urlsplit(url).hostname or ""
    megabytes = f"{desk.plan.max_bytes / 1e6:.0f} MB"
    if host in desk.private_hosts:
        return "private_host", f"{host} has a private address; it is not asked unless {NAMED}"
    if isinstance(error, Refused):
        return error.code, error.reason
    if isinstance(error, IgnoreRequest):
        return (
            ("redirects", "redirects more than 5 times")
            if "redirections" in str(error)
            else ("too_large", f"unpacks to more than {megabytes}")
        )
    if isinstance(error, DownloadCancelledError):
        return "too_large", f"is larger than {megabytes}"
    if isinstance(error, DownloadTimeoutError):
        return "timeout", f"did not answer within {desk.plan.request_seconds:.0f} s"
    if isinstance(error, DownloadConnectionRefusedError):
        return "refused", "the connection was refused"
    if isinstance(error, CannotResolveHostError):
        return "unknown_host", f"{host} has no address"
    return "connection", " ".join(f"{type(error).__name__}: {error}".split())[:300]


def page_fault(response: Response, asked: str) -> tuple[str, str] | None:
    """Why an answer with status 200 is no article page: (code, reason); None where it may be one. `asked` is the
    address asked."""
    if not response.body.strip():
        return "empty", "answers with an empty body"
    kind = (header(response, "Content-Type") or "").partition(";")[0].strip().lower()
    if kind not in _PAGE_TYPES or not isinstance(response, TextResponse):
        return "not_html", f"is {kind or 'of no known type'}, not a web page"
    return _led_elsewhere(response.url, asked) if response.url != asked else None


def _led_elsewhere(url: str, asked: str) -> tuple[str, str] | None:
    """Why a redirect leads to no article, by its address alone: (code, reason); None where it may."""
    there, here = urlsplit(url), urlsplit(asked)
    path, before = there.path.rstrip("/"), here.path.rstrip("/")
    if there.hostname != here.hostname or path != before:
        for code, what, pattern in _ELSEWHERE:
            if pattern.search(f"//{there.hostname}{there.path}") and not pattern.search(
                f"//{here.hostname}{here.path}"
            ):
                return code, f"leads to {what}, {url[:300]}"
    if not path and before:
        # what many sites do with articles they took away
        return "front_page", f"leads to the front page {url[:300]}"
    lost = before.removeprefix(f"{path}/") if before.startswith(f"{path}/") else ""
    if lost and _SLUG.search(lost) and not _SLUG.search(path.rpartition("/")[2]):
        return "section_page", f"leads to the section {url[:300]}"
    return None
