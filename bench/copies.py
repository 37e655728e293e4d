#!/usr/bin/env python3
"""Clusters of copies among the texts of a folder, found with the pipeline's own keys and scores.

bench/copies.py FOLDER OUT.json     FOLDER holds *.txt (first line = headline); OUT gets a JSON list of clusters of file
stems"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from processing.dedup import copy_keys, copy_score, group_copies, is_copy
from schemas.records import Article

CANDIDATES = 40


def read_article(path: Path) -> Article:
    """A file as an article, named by its stem."""
    return as_article(path.stem, path.read_text("utf8"))


def as_article(name: str, whole: str) -> Article:
    """A text as an article: the first line is the title."""
    title, _, text = whole.strip().partition("\n")
    when = datetime(2020, 1, 1, tzinfo=UTC)
    return Article(
        id=name,
        key=name,
        revision=1,
        page_id=None,
        url=name,
        canonical_url=name,
        outlet="bench",
        outlet_name="bench",
        country=None,
        title=title,
        text=text.strip(),
        authors=(),
        published=when,
        published_precision="day",
        published_day=when.date(),
        modified=None,
        language="en",
        sitename=None,
        section=None,
        credit=None,
        fetched_at=when,
        digest="",
    )


def main(folder: str, out: str) -> None:
    """Read, find, write; prints how many articles and scored pairs a second."""
    articles = {a.id: a for a in (read_article(path) for path in sorted(Path(folder).glob("*.txt")))}
    started = time.perf_counter()
    holders: dict[str, list[str]] = defaultdict(list)
    pairs, scored, keys_made = [], 0, 0
    for article in articles.values():
        keys = copy_keys(article)
        keys_made += len(keys)
        shared = Counter(id for key in keys for id in holders[key])
        for id in sorted(shared, key=lambda id: (-shared[id], id))[:CANDIDATES]:
            scored += 1
            if is_copy(copy_score(article, articles[id])):
                pairs.append((article.id, id))
        for key in keys:
            holders[key].append(article.id)
    groups = group_copies(list(articles.values()), pairs)
    seconds = time.perf_counter() - started
    Path(out).write_text(json.dumps([sorted(g.members) for g in groups]), "utf8")
    print(
        f"{len(articles)} articles in {seconds:.1f} s ({len(articles) / seconds:.0f}/s), "
        f"{keys_made / max(len(articles), 1):.0f} keys an article, "
        f"{scored / max(len(articles), 1):.1f} pairs scored an article, {len(groups)} groups"
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
