"""What the crawls of one process share: the plan, the run's clock, the archive, the spool, the topics."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from scrapy.http import Response

from spiders.listings import Entry
from spiders.plan import Plan, Spool
from spiders.warc import Archive

__all__ = ["Desk", "digest_of", "header"]


class Desk:
    """What the crawls of one process share: plan, archive, spool, and the hosts that turned out to be private."""

    def __init__(self, plan: Plan, archive: Archive, spool: Spool, private_hosts: set[str]):
        self.plan, self.archive, self.spool, self.private_hosts = plan, archive, spool, private_hosts
        self.stop: tuple[str, str] | None = None
        self.now = datetime.fromisoformat(plan.now)
        self._started = monotonic()
        self._topics = [[re.compile(group, re.IGNORECASE) for group in topic] for topic in plan.topics]

    def stamp(self, ahead: float = 0) -> str:
        """The run's clock, `ahead` seconds from now, ISO 8601."""
        moment = self.now + timedelta(seconds=monotonic() - self._started + ahead)
        return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def append(self, kind: str, **values: Any) -> None:
        """A line of the spool; every half second all lines reach the disk, after the archive. Raises OSError."""
        self.spool.append(kind, at=self.stamp(), **values)
        if self.spool.due:
            self.sync()

    def sync(self) -> None:
        """Archive and spool to the disk, in this order. Raises OSError."""
        self.archive.sync()
        self.spool.sync()

    def keep_page(
        self,
        outlet: str,
        response: Response,
        url: str,
        meta: dict[str, Any],
        parts: Sequence[tuple[str, Response]] = (),
        cut: str | None = None,
    ) -> None:
        """Archive a page, and the further pages (address as asked, answer) of its article, and tell of it. `cut`: which
        of them could not be had. Validators are kept of single pages only: what did not change on the first page says
        nothing of the second. Raises OSError."""
        single = not parts and cut is None
        self.append(
            "page",
            outlet=outlet,
            url=url,
            final_url=response.url,
            status=response.status,
            etag=header(response, "ETag") if single else None,
            last_modified=header(response, "Last-Modified") if single else None,
            whole=digest_of(response, parts),
            meta=meta,
            parts=[{"url": address, **self._archived(part)} for address, part in parts],
            cut=cut,
            **self._archived(response),
        )

    def _archived(self, response: Response) -> dict[str, Any]:
        """Write an answer into the archive; where it lies, and what it is."""
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, values in response.headers.items() for v in values]
        offset, length = self.archive.write(response.url, str(response.status), headers, response.body, _world_stamp())
        return {
            "digest": digest_of(response),
            "size": len(response.body),
            "content_type": header(response, "Content-Type"),
            "warc_path": self.archive.name,
            "warc_offset": offset,
            "length": length,
        }

    def finish(
        self,
        outlet: str,
        finish_reason: str,
        stats: dict[str, Any],
        *,
        complete: bool,
        reason: str | None = None,
        **more: Any,
    ) -> None:
        """An outlet's last line, at once on the disk. Raises OSError."""
        self.append(
            "done", outlet=outlet, finish_reason=finish_reason, complete=complete, reason=reason, stats=stats, **more
        )
        self.sync()

    def may_be_on_topic(self, entry: Entry) -> bool:
        """Whether a listing's words leave open that the article is on a topic: one word of it, or no words at all."""
        if self.plan.topic_filter != "before" or not self._topics:
            return True
        text = " ".join(filter(None, (entry.title, entry.summary)))
        if not text:
            return True
        text += " " + re.sub(r"[-_/]+", " ", entry.url)
        return any(group.search(text) for topic in self._topics for group in topic)


def digest_of(response: Response, parts: Sequence[tuple[str, Response]] = ()) -> str:
    """SHA-256 of an answer's body; of an article on several pages, of the digests of all of them."""
    own = hashlib.sha256(response.body).hexdigest()
    if not parts:
        return own
    return hashlib.sha256(" ".join([own, *(digest_of(part) for _, part in parts)]).encode()).hexdigest()


def header(response: Response | None, name: str) -> str | None:
    """A header's value, at most 1,000 characters; None where there is none (or no response)."""
    value = response.headers.get(name) if response is not None else None
    return value.decode("latin-1")[:1000] if value else None


def _world_stamp() -> str:
    """The world's clock, ISO 8601: an archive says when a page was really fetched."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
