"""No regular expression of fetching and cleaning takes exponential time on what strangers may send."""

from __future__ import annotations

import re

from bench.patterns import attacks, our_patterns, seconds

LIMIT = 30.0  # seconds for one text of 10 KB: a quadratic pattern on a busy machine stays below, an exponential one never ends
OURS = (
    "spiders",
    "processing.clean",
    "processing.moments",
    "processing.addresses",
    "processing.pagination",
    "processing.ingest",
)


def test_patterns_end_on_adversarial_text() -> None:
    patterns = our_patterns(OURS)
    assert len(patterns) > 100
    for pattern in patterns:
        spent, text = seconds(pattern.compiled, 10_000, LIMIT)
        assert spent < LIMIT, f"{pattern.where}: {pattern.compiled.pattern!r} on {text}"


def test_the_texts_find_an_exponential_pattern() -> None:
    """The pattern that blocked a crawl: a feed that begins with comments."""
    hostile = re.compile(rb"\s*(?:<!--.*?-->\s*)*<html\b", re.DOTALL)
    assert seconds(hostile, 10_000, 0.5)[0] == 0.5
    assert any(text.count(b"<!--") > 5 for text in attacks(hostile, 100))
