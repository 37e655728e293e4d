"""Forget an address or an outlet: its pages with their bytes, articles, claims, and what was made of them; with
proof."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from processing.clean.fields import canonical_address
from processing.pipeline.figures import alert
from processing.pipeline.run import STEPS
from processing.pipeline.scopes import scopes_of_articles
from processing.pipeline.second_reading import answers_about
from processing.pipeline.spool import KNOWN
from processing.pipeline.work import Work
from processing.store import Batch, Store, Where
from schemas.errors import UsageError
from schemas.records import (
    Alert,
    Article,
    Claim,
    CopyGroup,
    Delivery,
    Denial,
    Outcome,
    Page,
    PagePart,
    Story,
    UrlState,
    digest_id,
    dump_json,
)
from spiders.plan import url_key
from spiders.warc_care import blank_record
from spiders.warc_remote import changed, is_kept

__all__ = ["PROOF", "Forgotten", "forget"]

PROOF = "forgotten.jsonl"  # in the home: what was forgotten, by digest, and what was found of it afterwards

T = TypeVar("T", Page, Article, UrlState)


@dataclass(slots=True)
class Forgotten:
    """The proof. `asked` is the SHA-256 of what was asked for, so that the proof itself says nothing of it; `removed`
    counts records by class; `archived` are places in archives that now hold an empty record; `elsewhere` are files
    outside the home, which are not this program's; `left` is what a search afterwards still found."""

    asked: str
    at: datetime
    removed: dict[str, int] = field(default_factory=dict)
    archived: list[tuple[str, int]] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    left: int = 0


def forget(work: Work, what: str) -> Forgotten:
    """Forget an address (of a page or article) or an outlet's id; then figures, findings and alerts are made anew
    without it. It is not fetched again. The caller holds the run lock.

    Raises: UsageError where nothing is known of it, StoreError, OSError."""
    pages, articles = _known(work.store, what)
    states = _states(work.store, what, pages)
    if not (pages or articles or states):
        raise UsageError(f"nothing is known of {what!r}: it is no address of a page or article, and no outlet with any")
    proof = Forgotten(hashlib.sha256(what.encode("utf8", "surrogatepass")).hexdigest(), work.now())
    _blank(work, pages, proof)
    batch = _removals(work.store, pages, articles, states)
    outlets: dict[str, set[str]] = {}
    for page in pages:
        for url in (page.url, page.final_url, *(part.url for part in page.parts)):
            outlets.setdefault(url, set()).add(page.outlet)
    for state in states:
        if state.kind == "page":
            outlets.setdefault(state.url, set()).add(state.outlet)
    batch.keys.extend((KNOWN, url_key(url), sorted(outlets[url])) for url in sorted(outlets))
    proof.removed = dict(sorted(Counter(cls.__name__ for cls, _ in batch.delete).items()))
    work.store.apply(batch)
    for step in ("dedup", "stories", "figures", "compare"):
        STEPS[step](work)
    alert(work, asking=False)
    _forget_notices(work.store, proof)
    if tidy := getattr(work.store, "tidy", None):
        tidy()
    pages, articles = _known(work.store, what)
    proof.left = len(pages) + len(articles) + len(_states(work.store, what, []))
    with (Path(work.home) / PROOF).open("ab") as file:
        file.write(dump_json(asdict(proof)) + b"\n")
    return proof


def _known(store: Store, what: str) -> tuple[list[Page], list[Article]]:
    if "://" not in what and not what.startswith("urn:"):
        return _of_outlet(store, Page, what), _of_outlet(store, Article, what)
    urls = sorted({what, canonical_address(what)})
    pages = [p for url in urls for p in store.find(Page, Where("url", "=", url))]
    articles = {a.id: a for url in urls for a in store.find(Article, Where("canonical_url", "=", url))}
    ids = {p.id for p in pages}
    for key in {a.key for a in articles.values()} | _keys_of_pages(store, pages):
        articles.update((a.id, a) for a in store.find(Article, Where("key", "=", key)))
    lacking = {a.page_id for a in articles.values() if a.page_id} - ids
    return [*pages, *store.get_many(Page, sorted(lacking)).values()], list(articles.values())


def _of_outlet(store: Store, cls: type[T], what: str) -> list[T]:
    """The records of an outlet; of "ingest" those of every paper that has no outlet file ("ingest/courier")."""
    found = list(store.find(cls, Where("outlet", "=", what)))
    if what == "ingest":
        papers = (Where("outlet", ">=", "ingest/"), Where("outlet", "<", "ingest0"))  # "0" is what follows "/"
        found += store.find(cls, *papers)
    return found


def _keys_of_pages(store: Store, pages: Sequence[Page]) -> set[str]:
    """The keys of the articles that pages gave: by their addresses, else among the outlet's articles of that day."""
    keys = {digest_id(url) for p in pages for url in (p.url, p.final_url, canonical_address(p.final_url))}
    ids = {p.id for p in pages}
    for outlet in sorted({p.outlet for p in pages}):
        keys |= {a.key for a in store.find(Article, Where("outlet", "=", outlet)) if a.page_id in ids}
    return keys


def _states(store: Store, what: str, pages: Sequence[Page]) -> list[UrlState]:
    if "://" not in what and not what.startswith("urn:"):
        return _of_outlet(store, UrlState, what)
    urls = {what, canonical_address(what), *(u for p in pages for u in (p.url, p.final_url))}
    return list(store.get_many(UrlState, sorted(digest_id(url) for url in urls)).values())


def _blank(work: Work, pages: Sequence[Page], proof: Forgotten) -> None:
    """Make the archived bytes of pages empty; those in files outside the home are named."""
    held: list[Page | PagePart] = [*pages]
    for page in pages:
        held.extend(page.parts)
    for one in held:
        if one.warc_path is None:
            continue
        path = Path(work.home) / one.warc_path
        if Path(one.warc_path).is_absolute():
            proof.elsewhere = sorted({*proof.elsewhere, one.warc_path})
        elif is_kept(path):
            with changed(path) as file:
                blank_record(file, one.warc_offset or 0, work.now().isoformat())
            proof.archived.append((one.warc_path, one.warc_offset or 0))


def _removals(store: Store, pages: Sequence[Page], articles: Sequence[Article], states: Sequence[UrlState]) -> Batch:
    """What goes, and the steps that make anew what stood on it."""
    batch = Batch()
    ids, keys = {a.id for a in articles}, sorted({a.key for a in articles})
    here = Where("article_key", "in", keys)
    batch.delete.extend((Claim, c.id) for c in store.find(Claim, here))
    batch.delete.extend((Denial, d.id) for d in store.find(Denial, here))
    gone = {id for _, id in batch.delete}
    batch.drop_keys.extend(answers_about(store, sorted(gone)))
    batch.enqueue.extend(("figures", name) for name in scopes_of_articles(store, keys))
    gathered: tuple[tuple[type[Any], str, str], ...] = (
        (Story, "story-member", "stories"),
        (CopyGroup, "copy-member", "dedup"),
    )
    for cls, space, step in gathered:
        for group in store.get_many(cls, list(store.lookup(space, keys))).values():
            batch.delete.append((cls, group.id))
            batch.drop_keys.append((space, group.id))
            batch.enqueue.extend((step, m) for m in group.members if m not in ids)
    batch.delete.extend((Alert, a.id) for a in store.find(Alert) if _tells_of(a, keys, gone))
    batch.delete.extend((Article, a.id) for a in articles)
    batch.delete.extend((Page, p.id) for p in pages)
    batch.delete.extend((UrlState, s.id) for s in states)
    batch.delete.extend((Outcome, o.id) for o in _outcomes(store, ids, pages, states))
    batch.drop_keys.extend((space, key) for space in ("copy", "story", "topic") for key in keys)
    batch.drop_keys.extend((f"aside:{step}", id) for step in ("dedup", "stories", "claims") for id in sorted(ids))
    batch.drop_keys.extend(("aside:clean", p.id) for p in pages)
    batch.done.extend((step, id) for step in ("dedup", "stories", "claims") for id in sorted(ids))
    batch.done.extend(("clean", p.id) for p in pages)
    return batch


def _tells_of(alert: Alert, keys: Iterable[str], claims: set[str]) -> bool:
    return alert.earlier in claims or alert.later in claims or any(s.partition("|")[0] in keys for s in alert.sides)


def _outcomes(store: Store, articles: set[str], pages: Sequence[Page], states: Sequence[UrlState]) -> Iterable[Outcome]:
    items = sorted({*articles, *(p.id for p in pages), *(p.url for p in pages), *(s.url for s in states)})
    steps = ("fetch", "clean", "dedup", "stories", "claims")
    ids = [digest_id(step, item) for step in steps for item in items]
    return store.get_many(Outcome, ids).values()


def _forget_notices(store: Store, proof: Forgotten) -> None:
    """Notices of alerts that are no more."""
    told: dict[str, Any] = {d.id: d for d in store.find(Delivery) if d.alert_id is not None}
    alerts = store.get_many(Alert, sorted({d.alert_id for d in told.values()}))
    gone = [id for id, d in told.items() if d.alert_id not in alerts]
    store.apply(Batch(delete=[(Delivery, id) for id in gone]))
    if gone:
        proof.removed["Delivery"] = len(gone)
