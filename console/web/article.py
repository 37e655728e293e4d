"""The page of an article: its numbers marked, its revisions side by side, and the saved copy of the page as it was
fetched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.tables import who
from console.web.desk import Desk
from console.web.query import Shown
from console.web.shown import marked_text, outward, typed_value
from processing.clean.page import decode_page
from processing.pipeline.work import Work
from processing.store import Where
from schemas.errors import CounterclaimError, PageError, StoreNotFound
from schemas.records import Article, Claim, CopyGroup, Outcome, Page, Story
from spiders import read_body
from spiders.warc_remote import is_kept

__all__ = ["Stretch", "article_page", "article_routes", "side_by_side"]

# nothing of a saved page runs, loads, sends or leads anywhere by itself
_SAVED = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_LONGEST = 6000  # words of two revisions that are compared word by word


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of one revision; `changed` where the other revision has others there."""

    text: str
    changed: bool


def side_by_side(before: str, after: str) -> list[tuple[list[Stretch], list[Stretch]]]:
    """Paragraphs of two revisions beside each other, with the words that differ; what only one has stands alone."""
    old, new = before.split("\n\n"), after.split("\n\n")
    rows: list[tuple[list[Stretch], list[Stretch]]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [([Stretch(p, False)], [Stretch(p, False)]) for p in old[i:j]]
            continue
        pairs = max(j - i, m - k)
        for n in range(pairs):
            left = old[i + n] if i + n < j else ""
            right = new[k + n] if k + n < m else ""
            rows.append(_words(left, right))
    return rows


def _words(left: str, right: str) -> tuple[list[Stretch], list[Stretch]]:
    a, b = re.findall(r"\s+|\S+", left), re.findall(r"\s+|\S+", right)
    if len(a) + len(b) > _LONGEST:
        return [Stretch(left, True)], [Stretch(right, True)]
    here: list[Stretch] = []
    there: list[Stretch] = []
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if j > i:
            here.append(Stretch("".join(a[i:j]), tag != "equal"))
        if m > k:
            there.append(Stretch("".join(b[k:m]), tag != "equal"))
    return here, there


def article_page(work: Work, id: str) -> Shown:
    """One article with its numbers marked, who it is copied from, its story, and what was edited. Raises
    StoreNotFound."""
    article = work.store.get(Article, id)
    claims = sorted(
        work.store.find(Claim, Where("article_id", "=", article.id)), key=lambda c: (c.field != "title", c.start)
    )
    revisions = sorted(work.store.find(Article, Where("key", "=", article.key)), key=lambda a: a.revision)
    before = next((a for a in revisions if a.id == article.previous_id), None)
    return {
        "article": article,
        "paragraphs": marked_text(article, claims),
        "claims": [(c, who(c)) for c in claims],
        "typed": typed_value,
        "url": outward(article.url),
        "copies": _copies(work, article),
        "stories": list(work.store.get_many(Story, sorted(work.store.lookup("story-member", [article.key]))).values()),
        "revisions": revisions,
        "before": before,
        "beside": [] if before is None else _beside(before, article),
        "unread": _why_unread(work, article),
        "saved": any(_is_kept(work.home, p) for p in _pages(work, article)),
    }


def _beside(before: Article, after: Article) -> list[tuple[list[Stretch], list[Stretch]]]:
    """Title and text of two revisions; only what differs and the paragraphs around it."""
    rows = [*side_by_side(before.title or "", after.title or ""), *side_by_side(before.text, after.text)]
    near = [any(s.changed for r in rows[max(0, n - 1) : n + 2] for side in r for s in side) for n in range(len(rows))]
    return [row for row, shown in zip(rows, near, strict=True) if shown]


def _copies(work: Work, article: Article) -> list[Article]:
    group = work.store.lookup("copy-member", [article.key])
    copies = work.store.get_many(CopyGroup, sorted(group))
    others = sorted({key for g in copies.values() for key in g.members} - {article.id})
    return list(work.store.get_many(Article, others).values())


def _why_unread(work: Work, article: Article) -> str | None:
    found = work.store.find(Outcome, Where("item", "=", article.id))
    return next((o.reason for o in found if o.step == "claims" and o.outcome != "done"), None)


def _pages(work: Work, article: Article) -> Sequence[Page]:
    return list(work.store.get_many(Page, [article.page_id]).values()) if article.page_id else []


def article_routes(desk: Desk) -> list[Route]:
    """The saved copy of the page that an article was read from."""

    def saved(request: Request) -> Response:
        with desk.open() as work:
            article = work.store.get(Article, request.path_params["id"])
            page = next((p for p in _pages(work, article) if _is_kept(work.home, p)), None)
            if page is None:
                raise StoreNotFound(f"no page was saved of article {article.id!r}, or its archive is not kept here")
            body = _body(desk.settings.home, page)
        text = decode_page(body, page.content_type)
        kind = "text/html" if "<" in text[:500] else "text/plain"
        return Response(text.encode("utf8"), media_type=kind, headers={"content-security-policy": _SAVED})

    return [Route("/articles/{id}/saved", saved)]


def _is_kept(home: Path, page: Page) -> bool:
    """Whether the page was archived, and its archive is in this home: archives can be deleted, or lie elsewhere."""
    return page.warc_path is not None and is_kept(home / page.warc_path)


def _body(home: Path, page: Page) -> bytes:
    try:
        return read_body(home, page)
    except (OSError, PageError) as error:
        raise CounterclaimError(f"the saved page {page.warc_path} cannot be read: {error}") from error
