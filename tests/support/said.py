"""Claims by the sentence that makes them, and which of them become one figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from processing.figures import found_figures
from schemas.records import Claim, Story, digest_id
from tests.support.records import NOON, make_claim

__all__ = ["STORY", "groups", "say"]

STORY = Story("s1", (), "Quake in the valley", NOON.date(), NOON.date())


def say(
    article: str, sentence: str, number: str, value: float | tuple[float | None, float | None], **given: Any
) -> Claim:
    """A claim of a sentence that has the number in it; the event and noun as the reader gives them."""
    low, high = value if isinstance(value, tuple) else (value, value)
    at = sentence.index(number)
    start = given.pop("sentence_start", 0)
    given.setdefault("id", digest_id(article, sentence, number, given.get("event"), start))
    given.setdefault("approx", "exact" if low == high else "at_least")
    given.setdefault("source_id", f"outlet:{article}")
    given.setdefault("source_status", "outlet")
    given.setdefault("last_digit", None)
    return make_claim(
        article_key=article, sentence=sentence, sentence_start=start, sentence_end=start + len(sentence), start=start + at, end=start + at + len(number),
        text=number, low=low, high=high, outlet=article, **given,
    )  # fmt: skip


def groups(claims: Iterable[Claim], **given: Any) -> list[set[str]]:
    """The sentences' articles and numbers of each figure of two claims or more: {"a 12", "b 14"}."""
    claims = list(claims)
    by_id = {c.id: c for c in claims}
    figures = found_figures(STORY, claims, [], given.get("copies", {}))
    return sorted(
        ({f"{by_id[id].article_key} {by_id[id].text}" for id in f.claims} for f in figures if len(f.claims) > 1),
        key=sorted,
    )
