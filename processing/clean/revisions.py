"""Revisions of one article: whether a page says something new, and what changed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace

from processing.clean.live import number_updates
from schemas.records import Article, digest_id

__all__ = ["next_revision"]

_MOST = 400  # paragraphs that are compared one by one; longer pages (live blogs) are compared by their ends


_AGO = r"(?:\d{1,3}|an?|one|two|three|four|five|ten) (?:sec(?:ond)?s?|min(?:ute)?s?|h(?:ou)?rs?|days?) ago|just now"
# what a page says anew at each look: how long ago it was changed; alone on a line also how often it was read
_LABELLED = re.compile(
    rf"\b(?:first |last )?(?:updated|published|posted|modified|edited)\W{{0,3}}(?:{_AGO})\b", re.IGNORECASE
)
_RUNNING = re.compile(
    rf"\W{{0,3}}(?:{_AGO}|\d[\d,.]{{0,12}}[km]? (?:views?|shares?|comments?|reads?|likes?)|"
    rf"\d{{1,2}} min(?:ute)?s? read)\W{{0,3}}",
    re.IGNORECASE,
)


def _plain(article: Article) -> str:
    lines = [line for line in f"{article.title or ''}\n{article.text}".split("\n") if not _RUNNING.fullmatch(line)]
    return " ".join(_LABELLED.sub(" ", " ".join(lines)).split())


def next_revision(article: Article, earlier: Sequence[Article]) -> Article | None:
    """The article as the next revision of its key, with the difference to the last one kept; None where the last says
    the same.

    `earlier` are the revisions kept, in any order. White space alone makes no revision, nor does a time ago or a count
    of readers; of a live blog only what happens to its updates and its headline does. A text that goes back to what an
    older revision said is a revision of its own (its id carries the revision's number). The first published time that
    was known stays."""
    if not earlier:
        return article
    last = max(earlier, key=lambda a: a.revision)
    if last.digest == article.digest or _plain(last) == _plain(article):
        return None
    if article.updates:
        updates, changed = number_updates(article.updates, last.updates)
        if last.updates and not changed and last.title == article.title:
            return None  # the page around the updates alone is another
        article = replace(article, updates=updates)
    taken = {a.id for a in earlier}
    number = last.revision + 1
    id = article.id if article.id not in taken else digest_id(article.key, article.digest, number)
    changes: dict[str, object] = {
        "id": id,
        "revision": number,
        "previous_id": last.id,
        "diff": _difference(last, article),
    }
    if article.published is None and last.published is not None:
        changes.update(
            published=last.published, published_precision=last.published_precision, published_day=last.published_day
        )
    return replace(article, **changes)  # type: ignore[arg-type]


def _difference(old: Article, new: Article) -> str:
    before = [old.title or "", *old.text.split("\n\n")]
    after = [new.title or "", *new.text.split("\n\n")]
    if max(len(before), len(after)) > _MOST:
        before, after = _ends(before), _ends(after)
    return "\n".join(
        difflib.unified_diff(
            before, after, f"revision {old.revision}", f"revision {old.revision + 1}", lineterm="", n=0
        )
    )


def _ends(lines: list[str]) -> list[str]:
    return (
        lines
        if len(lines) <= _MOST
        else [*lines[: _MOST // 2], f"[{len(lines) - _MOST} paragraphs left out]", *lines[-_MOST // 2 :]]
    )
