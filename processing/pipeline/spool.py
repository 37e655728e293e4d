"""What crawls left in their spools, into the store: in transactions, and again with the same effect after a kill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from processing.batches import in_batches
from processing.pipeline.work import Work
from processing.store import Batch, ById
from schemas.records import Outcome, Page, PagePart, UrlState, digest_id
from spiders.plan import read_spool, url_key

__all__ = ["KNOWN", "Tally", "import_spool"]

KNOWN = "url"  # the key space of addresses that need not be fetched: a look-up by outlet costs no record

_BATCH = 100
# refusals that are rules, not faults
_RULES = {
    "robots",
    "robots_unreachable",
    "private_host",
    "scheme",
    "too_large",
    "not_html",
    "front_page",
    "section_page",
    "consent_wall",
    "sign_in",
    "pay_wall",
    "not_found",
}
# refusals that cost no request, so nothing is remembered of the address
_FREE = {"robots", "private_host", "scheme"}


@dataclass(slots=True)
class Tally:
    """What one outlet gave. `done` is its last line, None where its crawl was cut off."""

    outlet: str
    pages: int = 0
    new: int = 0
    unchanged: int = 0
    rejected: int = 0
    failed: int = 0
    off_topic: int = 0
    done: dict[str, Any] | None = None
    first: str | None = None  # why the first article was not had
    problems: list[str] = field(default_factory=list)


def import_spool(work: Work, path: Path, tallies: dict[str, Tally]) -> None:
    """Write what a spool tells into the store and add it up in `tallies`. The caller removes the spool afterwards.

    Raises: StoreError, OSError.
    """
    lines = read_spool(path)
    first = next(lines, None)
    if first is None:
        return
    spool = _Import(work, tallies, first.get("filters", {}), first.get("run"))
    for chunk in in_batches(lines, _BATCH):
        spool.write(chunk)


class _Import:
    """One spool on its way into the store."""

    def __init__(self, work: Work, tallies: dict[str, Tally], filters: dict[str, str], run: str | None):
        self._work, self._tallies, self._filters, self._run = work, tallies, filters, run
        self._sizes: dict[str, int] = {}

    def write(self, lines: list[dict[str, Any]]) -> None:
        """One transaction."""
        urls = [line["url"] for line in lines if "url" in line]
        ids = [digest_id(line["url"], _whole(line)) for line in lines if line["kind"] == "page"]
        self._states, outcomes, pages = self._work.store.ask(
            ById(UrlState, [digest_id(url) for url in urls]),
            ById(Outcome, [digest_id("fetch", url) for url in urls]),
            ById(Page, ids),
        )
        self._outcomes, self._pages = set(outcomes), set(pages)
        batch = Batch()
        for line in lines:
            tally = self._tallies.setdefault(line["outlet"], Tally(line["outlet"]))
            if line["kind"] == "page":
                self._page(line, batch, tally)
            elif line["kind"] == "note":
                self._note(line, batch, tally)
            elif line["kind"] == "done":
                tally.done = line
                batch.put.extend(self._listings(line))
        self._work.store.apply(batch)

    def _page(self, line: dict[str, Any], batch: Batch, tally: Tally) -> None:
        url, at = line["url"], _moment(line)
        if any(self._size(p["warc_path"]) < p["warc_offset"] + p["length"] for p in (line, *line.get("parts", ()))):
            # only after a power failure; the address stays unknown and is asked again
            tally.problems.append(f"{url}: its bytes did not reach {line['warc_path']}; it is fetched again")
            return
        id = digest_id(url, _whole(line))
        tally.pages += 1
        if id not in self._pages:
            self._pages.add(id)
            tally.new += 1
            batch.put.append(self._new_page(id, line))
            batch.enqueue.append(("clean", id))
        told = (line["etag"], line["last_modified"], _whole(line))
        state = UrlState(digest_id(url), url, line["outlet"], *told, at, line["status"], at)
        self._put_state(state, batch)
        for address in (url, *(part["url"] for part in line.get("parts", ()))):
            _know(address, [line["outlet"]], batch)
        if line["final_url"] != url:
            alias = replace(state, id=digest_id(line["final_url"]), url=line["final_url"], status=301, fetched_at=None)
            batch.put.append(alias)
            _know(line["final_url"], [line["outlet"]], batch)
        if digest_id("fetch", url) in self._outcomes:
            batch.delete.append((Outcome, digest_id("fetch", url)))

    def _new_page(self, id: str, line: dict[str, Any]) -> Page:
        """The record of a page. An article that is asked again was not read from a listing: it keeps what the listing
        said of it."""
        url = line["url"]
        old = self._states.get(digest_id(url))
        before = self._work.store.get_many(Page, [digest_id(url, old.digest)]) if old and not line["meta"] else {}
        return Page(
            id=id,
            url=url,
            final_url=line["final_url"],
            outlet=line["outlet"],
            fetched_at=_moment(line),
            status=line["status"],
            digest=line["digest"],
            size=line["size"],
            content_type=line["content_type"],
            etag=line["etag"],
            last_modified=line["last_modified"],
            warc_path=line["warc_path"],
            warc_offset=line["warc_offset"],
            run=self._run,
            meta=next((page.meta for page in before.values()), line["meta"]),
            parts=tuple(PagePart(**{f.name: part[f.name] for f in fields(PagePart)}) for part in line.get("parts", ())),
            cut=line.get("cut"),
        )

    def _note(self, line: dict[str, Any], batch: Batch, tally: Tally) -> None:
        code = line["code"]
        self._note_state(line, batch)
        if code == "unchanged":
            tally.unchanged += 1
            return
        if code == "redirected":
            return
        tally.off_topic += code == "off_topic"
        url, outlet = line["url"], line["outlet"]
        self._count(code, tally, f"{url}: {line['reason']}")
        told = (_outcome_kind(code), code, f"{url} {line['reason']}", outlet, _moment(line), self._run)
        batch.put.append(Outcome(digest_id("fetch", url), "fetch", url, *told))

    def _note_state(self, line: dict[str, Any], batch: Batch) -> None:
        """What is remembered of an address that gave no page; nothing, where it was refused without being asked."""
        url, code, at = line["url"], line["code"], _moment(line)
        old = self._states.get(digest_id(url))
        told = (line["etag"], line["last_modified"], line["digest"])
        state = UrlState(digest_id(url), url, line["outlet"], *told, at, line["status"])
        if code == "unchanged":
            if old is not None:
                kept = replace(old, etag=line["etag"], last_modified=line["last_modified"], checked_at=at, status=200)
                self._put_state(kept, batch)
        elif code == "off_topic":
            chosen_by = self._filters.get(line["outlet"])
            self._put_state(replace(state, kind="off_topic", digest=chosen_by), batch)
            _know(url, [f"{line['outlet']} {chosen_by}"], batch)
        elif code == "redirected":
            self._put_state(replace(state, status=301), batch)
            _know(url, [line["outlet"]], batch)
        elif old is not None and old.fetched_at is not None and not line["passing"]:
            self._put_state(replace(old, checked_at=at, status=line["status"]), batch)
        elif not line["passing"] and code not in _FREE:
            self._put_state(state, batch)

    @staticmethod
    def _count(code: str, tally: Tally, problem: str) -> None:
        if code not in ("off_topic", "vanished"):
            tally.first = tally.first or problem
        if code in _RULES:
            tally.rejected += 1
        elif code not in ("off_topic", "vanished"):
            tally.failed += 1
            tally.problems.append(problem)

    def _put_state(self, state: UrlState, batch: Batch) -> None:
        self._states[state.id] = state
        batch.put.append(state)

    def _listings(self, line: dict[str, Any]) -> Iterator[UrlState]:
        """Validators of listings, kept only where all that they list was dealt with."""
        if not line["complete"]:
            return
        for listing in line.get("listings", ()):
            if listing["keeps"] and (listing["etag"] or listing["last_modified"]):
                yield UrlState(
                    digest_id(listing["url"]),
                    listing["url"],
                    line["outlet"],
                    listing["etag"],
                    listing["last_modified"],
                    self._filters.get(line["outlet"]),
                    _moment(line),
                    listing["status"],
                    kind="listing",
                )

    def _size(self, name: str) -> int:
        """Bytes of an archive; it no longer grows."""
        if name not in self._sizes:
            path = Path(self._work.home) / name
            self._sizes[name] = path.stat().st_size if path.exists() else 0
        return self._sizes[name]


def _know(url: str, keys: list[str], batch: Batch) -> None:
    """Mark an address as one that need not be fetched: by outlet or, where it was off topic, by outlet and filter."""
    batch.keys.append((KNOWN, url_key(url), keys))


def _outcome_kind(code: str) -> Literal["done", "skipped", "rejected", "failed"]:
    """How the fetch of an address ended, by the code of its note."""
    if code == "vanished":
        return "done"
    if code == "off_topic":
        return "skipped"
    return "rejected" if code in _RULES else "failed"


def _whole(line: dict[str, Any]) -> str:
    """The digest of all of an article's pages; a spool of an older version knows single pages only."""
    whole: str = line.get("whole") or line["digest"]
    return whole


def _moment(line: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(line["at"])
