"""Whether what is kept hangs together: every page has its bytes, every article its page, every claim its article, every
figure its claims, every finding its figure and sides; and what can be made anew is put on the queue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processing.batches import in_batches
from processing.pipeline.scopes import scope_of, scopes_of_articles
from processing.pipeline.work import Work, latest_articles
from processing.store import FIELDS, Batch
from schemas.errors import CounterclaimError
from schemas.records import (
    Article,
    Claim,
    CopyGroup,
    Denial,
    Figure,
    FigureDay,
    Finding,
    Page,
    PagePart,
    Story,
    UrlState,
    digest_id,
)
from spiders import read_body
from spiders.warc_care import cut_torn_end, whole_length
from spiders.warc_remote import is_kept

__all__ = ["Fault", "verify"]

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: `part` (a record class, "archive"), the item, what is wrong, what was done about it
    (empty: nothing)."""

    part: str
    item: str
    what: str
    done: str = ""


def verify(work: Work, *, repair: bool = False, read_pages: bool = True) -> Iterator[Fault]:
    """Walk all that is kept; gives what is wrong as it is found. `repair`: delete what cannot be read or hangs on
    nothing, cut torn ends of archives off, and queue what can be made anew. `read_pages`: also read the bytes of each
    page, which takes as long as reading the archive does. The caller holds the run lock where it repairs.

    Raises: StoreError, OSError."""
    yield from _unreadable(work, repair)
    yield from _torn(work, repair)
    yield from _pages(work, repair, read_pages)
    for look in (_articles, _claims, _gathered, _figures, _findings):
        yield from look(work, repair)


def _unreadable(work: Work, repair: bool) -> Iterator[Fault]:
    """Records that nobody can read: whoever lists their class would stop there."""
    for cls in FIELDS:
        for id, why in list(work.store.unreadable(cls)):
            if repair:
                _delete_unreadable(work, cls, id)
            yield Fault(cls.__name__, id, f"cannot be read: {why.splitlines()[0]}", "deleted" if repair else "")


def _delete_unreadable(work: Work, cls: type, id: str) -> None:
    """Delete a record, and queue what it was made of: by the keys that lie beside it, where it has some."""
    batch = Batch(delete=[(cls, id)])
    for kind, space, step in _GATHERED:
        if cls is kind:
            keys = [key for members in work.store.keys_of(space, [id]).values() for key in members]
            batch.drop_keys.append((space, id))
            batch.enqueue.extend((step, a.id) for a in latest_articles(work.store, keys).values())
    work.store.apply(batch)


def _torn(work: Work, repair: bool) -> Iterator[Fault]:
    for folder in ("warc", "pages"):
        for path in sorted((Path(work.home) / folder).rglob("*.warc.gz")):
            torn = path.stat().st_size - whole_length(path)
            if torn:
                cut = cut_torn_end(path) if repair else 0
                done = f"{cut:,} bytes cut off" if cut else ""
                name = path.relative_to(work.home).as_posix()
                yield Fault("archive", name, f"{torn:,} bytes from its end are torn", done)


def _pages(work: Work, repair: bool, read_pages: bool) -> Iterator[Fault]:
    for page in work.store.find(Page):
        try:
            each: tuple[Page | PagePart, ...] = (page, *page.parts)
            for held in each:
                if read_pages:
                    read_body(Path(work.home), held)
                elif held.warc_path is not None and not is_kept(Path(work.home) / held.warc_path):
                    raise FileNotFoundError(f"its archive {held.warc_path} is missing")
        except (CounterclaimError, OSError) as error:
            if repair:  # the address is asked again, as one that nobody knows
                work.store.apply(Batch(delete=[(UrlState, digest_id(page.url))], drop_keys=[]))
            yield Fault("Page", page.url, str(error), "will be fetched again" if repair else "")


def _missing(work: Work, cls: type[Any], ids: Iterable[str | None]) -> set[str]:
    wanted = sorted({id for id in ids if id is not None})
    return set(wanted) - set(work.store.get_many(cls, wanted))


def _articles(work: Work, _repair: bool) -> Iterator[Fault]:
    for articles in in_batches(work.store.find(Article), _CHUNK):
        gone = _missing(work, Page, (a.page_id for a in articles))
        yield from (Fault("Article", a.url, f"its page {a.page_id} is gone") for a in articles if a.page_id in gone)


def _claims(work: Work, repair: bool) -> Iterator[Fault]:
    kinds: tuple[type[Any], ...] = (Claim, Denial)
    for cls in kinds:
        for records in in_batches(work.store.find(cls), _CHUNK):
            gone = _missing(work, Article, (r.article_id for r in records))
            lost = [r for r in records if r.article_id in gone]
            if repair and lost:
                scopes = scopes_of_articles(work.store, {r.article_key for r in lost})
                work.store.apply(
                    Batch(delete=[(cls, r.id) for r in lost], enqueue=[("figures", name) for name in scopes])
                )
            for r in lost:
                yield Fault(cls.__name__, r.id, f"its article {r.article_id} is gone", "deleted" if repair else "")


_GATHERED: Sequence[tuple[type[Any], str, str]] = (
    (Story, "story-member", "stories"),
    (CopyGroup, "copy-member", "dedup"),
)


def _gathered(work: Work, repair: bool) -> Iterator[Fault]:
    """Stories and copy groups whose members are gone."""
    for cls, space, step in _GATHERED:
        for groups in in_batches(work.store.find(cls), _CHUNK):
            gone = _missing(work, Article, (m for g in groups for m in g.members))
            for group in groups:
                lost = gone.intersection(group.members)
                if not lost:
                    continue
                if repair:
                    rest = [(step, m) for m in group.members if m not in lost]
                    work.store.apply(Batch(delete=[(cls, group.id)], drop_keys=[(space, group.id)], enqueue=rest))
                told = f"{len(lost)} of its {len(group.members)} articles are gone"
                yield Fault(cls.__name__, group.id, told, "will be made anew" if repair else "")


def _figures(work: Work, repair: bool) -> Iterator[Fault]:
    for figures in in_batches(work.store.find(Figure), _CHUNK):
        gone = _missing(work, Claim, (id for f in figures for id in f.claims))
        for figure in figures:
            lost = gone.intersection(figure.claims)
            if lost:
                if repair:
                    work.store.apply(Batch(enqueue=[("figures", scope_of(figure))]))
                told = f"{len(lost)} of its {len(figure.claims)} claims are gone"
                yield Fault("Figure", figure.id, told, "will be made anew" if repair else "")


def _findings(work: Work, repair: bool) -> Iterator[Fault]:
    for findings in in_batches(work.store.find(Finding), _CHUNK):
        figures = work.store.get_many(Figure, sorted({f.figure for f in findings}))
        sides = _missing(work, Claim, (id for f in findings for id in (f.earlier, f.later)))
        sides = _missing(work, Denial, sides)
        for finding in findings:
            figure = figures.get(finding.figure)
            lost = sorted(sides.intersection((finding.earlier, finding.later)))
            if figure is not None and not lost:
                continue
            if repair:
                again = [("compare", scope_of(figure))] if figure else []
                work.store.apply(Batch(delete=[(Finding, finding.id)], enqueue=again))
            told = f"its figure {finding.figure} is gone" if figure is None else f"its side {lost[0]} is gone"
            yield Fault("Finding", finding.id, told, "deleted" if repair else "")
    for days in in_batches(work.store.find(FigureDay), _CHUNK):
        gone = _missing(work, Figure, (d.figure for d in days))
        for day in days:
            if day.figure in gone:
                id = f"{day.figure}:{day.day.isoformat()}"
                if repair:
                    work.store.apply(Batch(delete=[(FigureDay, id)]))
                yield Fault("FigureDay", id, f"its figure {day.figure} is gone", "deleted" if repair else "")
