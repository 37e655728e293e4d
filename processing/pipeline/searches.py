"""Searches that somebody keeps and follows: what they find that was not there when they were last looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from processing.pipeline.work import Work
from processing.store import Batch, Query, parse
from schemas.errors import UsageError
from schemas.people import SavedSearch
from schemas.records import Article, digest_id

__all__ = ["NewHits", "keep_search", "looked", "new_hits"]

_FOLLOWED = 12  # searches asked for one page
_LOOKED_AT = 200  # newest hits of one search
_EARLIER = timedelta(days=7)  # an article may come in so long after it was published


@dataclass(frozen=True, slots=True)
class NewHits:
    """A followed search, and how many of its hits came in since somebody looked; `most`: there may be more."""

    search: SavedSearch
    count: int
    most: bool


def keep_search(work: Work, name: str, words: str, of: str, author: str, *, followed: bool) -> SavedSearch:
    """Keep a search under a name, which is its own. Raises: UsageError where it has no name, no word, or is no search;
    StoreError."""
    name, words = " ".join(name.split()), words.strip()
    kind: Literal["articles", "claims"] = "claims" if of == "claims" else "articles"
    if not name or len(name) > 80:
        raise UsageError("a saved search needs a name of 1 to 80 characters")
    if parse(words) == Query():
        raise UsageError(f"{words!r} has no word to search for")
    now = work.now()
    made = SavedSearch(digest_id("search", name.casefold()), name, words, kind, author, now, followed, now)
    if work.store.get_many(SavedSearch, [made.id]):
        raise UsageError(f"there is a search {name!r} already")
    work.store.apply(Batch(put=[made]))
    return made


def looked(work: Work, search: SavedSearch) -> None:
    """Somebody looked at what it finds. Raises: StoreError."""
    work.store.apply(Batch(put=[replace(search, seen_at=work.now())]))


def new_hits(work: Work) -> list[NewHits]:
    """What the followed searches find that came in since somebody looked; those with the most first. Raises:
    StoreError."""
    followed = [s for s in work.store.find(SavedSearch) if s.followed][:_FOLLOWED]
    found = [_new(work, search) for search in followed]
    return sorted(found, key=lambda n: (-n.count, n.search.name))


def _new(work: Work, search: SavedSearch) -> NewHits:
    since = (search.seen_at - _EARLIER).date()
    query = parse(f"{search.words} from:{since}")
    if search.of == "claims":
        claims = work.store.search_claims(query, limit=_LOOKED_AT).hits
        ids = sorted({c.article_id for c in claims})
        came = {a.id for a in work.store.get_many(Article, ids).values() if a.fetched_at > search.seen_at}
        count = sum(c.article_id in came for c in claims)
        return NewHits(search, count, len(claims) == _LOOKED_AT)
    hits = work.store.search_articles(query, limit=_LOOKED_AT).hits
    return NewHits(search, sum(h.article.fetched_at > search.seen_at for h in hits), len(hits) == _LOOKED_AT)
