"""Which articles are on one event: a story gathers them online, from names, words and days.

Every article is a short vector: its names and words, those of the headline and the first paragraphs counted more,
everyday words of news counted little or not at all. Two articles are alike by the cosine of their vectors, faded by the
days between them. Stories are built by average linkage over the articles that share rare enough keys, so that one
common neighbour does not chain two events together. Keys carry the days around the publication day: what a new article
is compared with is what lies near it, however large the archive."""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from processing.words import load_words
from schemas.records import Article, Story, digest_id

__all__ = ["WINDOW_DAYS", "alike_among", "group_stories", "likeness", "story_keys"]

WINDOW_DAYS = 10  # articles further apart are never compared directly
_LONGEST_DAYS = 14  # from its first to its last article a story lasts at most, where it is grouped again
_FULL_DAYS = 3  # up to this distance likeness is not faded
_BUCKET_DAYS = 5
_ALIKE = 0.05  # average likeness of two groups that become one
_EDGE = 0.4  # part of that below which likeness counts as none
_SELECTED = 0.4  # how fast it grows with the number of articles of a file
_TOP = 0.6  # part of the weightiest shared term that is not counted: one name that all are full of makes no event
_ONE_NAME, _NO_NAME = 0.7, 0.25  # what the likeness of two articles counts that share one name, or none
_TERMS = 3  # common terms without which two articles are not alike at all
_AMONG = 300  # articles among which a term's rarity is measured at least: of a few, each event's own name is common
_COMMON = 2000  # articles from which on a term tells nothing
_NEIGHBOURS = 150  # articles of which one keeps its likeness
_KEYS = 14
_LEAD = 60  # words after the headline that count more
_LONGEST = 700  # words that are looked at
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|\d+(?:[.,]\d+)*", re.UNICODE)
_EMPTY_NUMBER = re.compile(r"\d|(?:19|20)\d\d")  # one digit, a year
_BREAK = re.compile(r"[.!?:\n“”\"]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MOST_OFTEN = 2.1  # a term counts no more than if it stood there three times
_NAME, _PLAIN, _GENERIC, _COUNT = 2.0, 1.0, 0.25, 0.6


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    words = load_words("common")
    return frozenset(words["stop"].split()), frozenset(words["generic"].split())


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    """The word without a possessive, plural or verb ending: crude on purpose, the same for every text."""
    word = re.sub(r"['’]\w*$", "", word)
    for ending, least in (("ies", 5), ("ing", 6), ("ed", 5), ("es", 5), ("s", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            word = word[: -len(ending)] + ("y" if ending == "ies" else "")
            break
    return word.removesuffix("e") if len(word) > 4 else word


def _terms_of(part: str, limit: int) -> Iterator[tuple[str, bool, int]]:
    """Terms of a text, whether each is written as a name (a capital within a sentence), and its place among the
    words."""
    stop = _lists()[0]
    begins, last = True, 0
    for place, match in enumerate(_WORD.finditer(part)):
        if place >= limit:
            return
        begins = begins or bool(_BREAK.search(part, last, match.start()))
        last = match.end()
        word = match.group()
        low = re.sub(r"['’]s$", "", word.lower())
        started, begins = begins, False
        if low in stop or (_EMPTY_NUMBER.fullmatch(low) if low.isdigit() else len(low) < 3 and not word.isupper()):
            continue
        yield low if low.isdigit() else _stem(low), word[:1].isupper() and not started, place


def _vector(title: str, text: str) -> dict[str, float]:
    """Unit vector of a text's terms."""
    return _read(title, text)[0]


@lru_cache(maxsize=8192)
def _read(title: str, text: str) -> tuple[dict[str, float], frozenset[str]]:
    """Unit vector of a text's terms, and which of them are names."""
    counts: dict[str, float] = defaultdict(float)
    names: set[str] = set()
    for term, _, _ in _terms_of(title, _LEAD):
        counts[term] += 2.0
    for term, name, place in _terms_of(text, _LONGEST):
        counts[term] += 1.5 if place < _LEAD else 1.0
        if name:
            names.add(term)
    generic = _generic_stems()
    vector = {}
    for term, count in counts.items():
        kind = (
            _COUNT if _NUMBER.fullmatch(term) else _GENERIC if term in generic else _NAME if term in names else _PLAIN
        )
        vector[term] = kind * min(_MOST_OFTEN, 1 + math.log(max(count, 1)))
    norm = math.sqrt(sum(v * v for v in vector.values())) or 1.0
    return {term: value / norm for term, value in vector.items()}, frozenset(names - generic)


@lru_cache(maxsize=1)
def _generic_stems() -> frozenset[str]:
    return frozenset(_stem(word) for word in _lists()[1])


def _day(article: Article) -> date:
    return article.published_day or article.fetched_at.date()


def story_keys(article: Article) -> list[str]:
    """Keys by which articles on one event meet: the weightiest terms, each for two neighbouring spans of days.
    Sorted."""
    vector = _vector(article.title or "", article.text)
    best = sorted(vector, key=lambda term: (-vector[term], term))[:_KEYS]
    span = _day(article).toordinal() // _BUCKET_DAYS
    return sorted(f"{term}:{s}" for term in best for s in (span, span + 1))


def _fade(days: int) -> float:
    if days <= _FULL_DAYS:
        return 1.0
    return max(0.0, 1 - (days - _FULL_DAYS) / (WINDOW_DAYS - _FULL_DAYS))


def likeness(a: Article, b: Article) -> float:
    """How much two articles look like reports of one event, 0 to 1."""
    return _cosine(a, b) * _fade(abs((_day(a) - _day(b)).days))


def _cosine(a: Article, b: Article) -> float:
    """Cosine of two articles' vectors without most of what their weightiest common term gives."""
    left, right = _vector(a.title or "", a.text), _vector(b.title or "", b.text)
    products = [value * right[term] for term, value in left.items() if term in right]
    return sum(products) - _TOP * max(products) if products else 0.0


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Vectors in which a term weighs less the more of the articles have it: of each article its terms' numbers and
    weights, and which are names; for each term the articles that have it, with its weight there, and whether as a
    name."""

    terms: list[NDArray[np.int64]]
    weights: list[NDArray[np.float64]]
    named: list[NDArray[np.float64]]
    holders: list[NDArray[np.int64]]
    held: list[NDArray[np.float64]]
    as_name: list[NDArray[np.float64]]

    @classmethod
    def of(cls, articles: Sequence[Article]) -> _Weighed:
        """For articles that are looked at together: what a name weighs depends on how many of them have it."""
        read = [_read(a.title or "", a.text) for a in articles]
        frequency = Counter(term for vector, _ in read for term in vector)
        number = {term: i for i, term in enumerate(sorted(t for t, n in frequency.items() if n <= _COMMON))}
        among = max(len(articles), _AMONG)
        rarity = {term: math.log(1 + among / frequency[term]) / math.log(1 + among) for term in number}
        written = Counter(term for _, names in read for term in names)
        named_here = {term for term, n in written.items() if 3 * n >= frequency[term]}
        terms, weights, named = [], [], []
        for vector, _ in read:
            kept = sorted((number[t], value * rarity[t], t in named_here) for t, value in vector.items() if t in number)
            values = np.array([value for _, value, _ in kept], dtype=np.float64)
            terms.append(np.array([term for term, _, _ in kept], dtype=np.int64))
            weights.append(values / (math.sqrt(float(values @ values)) or 1.0))
            named.append(np.array([name for _, _, name in kept], dtype=np.float64))
        holders, held, as_name = _by_term(terms, (weights, named), len(number))
        return cls(terms, weights, named, holders, held, as_name)

    def alike(self, index: int) -> NDArray[np.float64]:
        """To every article, itself too: the sum of the products of common terms without most of the largest, less
        where fewer than two names are among them."""
        total, most, common, shared = (np.zeros(len(self.terms)) for _ in range(4))
        rows = zip(self.terms[index], self.weights[index], self.named[index], strict=True)
        for term, weight, name in rows:
            others = self.holders[term]
            if len(others) > 1:
                products = self.held[term] * weight
                total[others] += products
                common[others] += 1
                most[others] = np.maximum(most[others], products)
                if name:
                    shared[others] += self.as_name[term]
        by_name = np.where(shared > 1, 1.0, np.where(shared > 0, _ONE_NAME, _NO_NAME))
        return np.where(common >= _TERMS, (total - _TOP * most) * by_name, 0.0)


def _by_term(
    terms: Sequence[NDArray[np.int64]], values: Sequence[Sequence[NDArray[np.float64]]], count: int
) -> tuple[list[Any], ...]:
    """For each of `count` terms the articles that have it, and their values of it."""
    if not count:
        return tuple([] for _ in range(1 + len(values)))
    flat = np.concatenate(terms)
    owner = np.repeat(np.arange(len(terms)), [len(t) for t in terms])
    order = np.argsort(flat, kind="stable")
    cuts = np.cumsum(np.bincount(flat, minlength=count))[:-1]
    return tuple(np.split(rows[order], cuts) for rows in (owner, *map(np.concatenate, values)))


def alike_among(number: int) -> float:
    """The average likeness from which two groups are one event in a file of so many articles, read by itself: the fewer
    they are, the surer two of them were picked for one event. From `_AMONG` articles on that of an archive."""
    return _ALIKE * min(1.0, float((number / _AMONG) ** _SELECTED))


def _edges(articles: Sequence[Article], least: float) -> dict[int, dict[int, float]]:
    """Likeness of the pairs of articles that are at least so alike, the `_NEIGHBOURS` likest of each article."""
    weighed = _Weighed.of(articles)
    days = np.array([_day(a).toordinal() for a in articles], dtype=np.int64)
    edges: dict[int, dict[int, float]] = {i: {} for i in range(len(articles))}
    for i in range(len(articles)):
        gap = np.abs(days - days[i])
        fade = np.clip(1 - (gap - _FULL_DAYS) / (WINDOW_DAYS - _FULL_DAYS), 0.0, 1.0)
        score = np.round(weighed.alike(i) * fade, 9)
        score[i] = 0.0
        near = np.flatnonzero(score >= least)
        if len(near) > _NEIGHBOURS:
            near = near[np.argsort(-score[near], kind="stable")[:_NEIGHBOURS]]
        for j in near.tolist():
            edges[i][j] = edges[j][i] = float(score[j])
    return edges


def _link(articles: Sequence[Article], alike: float) -> list[list[int]]:
    """Groups by average linkage: the two groups that are most alike on average are joined until none reach `alike`."""
    sums = _edges(articles, _EDGE * alike)
    groups = {i: [i] for i in range(len(articles))}
    heap = [(-score, i, j) for i, row in sums.items() for j, score in row.items() if i < j and score >= alike]
    heapq.heapify(heap)
    number = len(articles)
    while heap:
        _, i, j = heapq.heappop(heap)
        if i not in groups or j not in groups:
            continue
        left, right = groups.pop(i), groups.pop(j)
        row: dict[int, float] = {}
        for old in (sums.pop(i), sums.pop(j)):
            for k, value in old.items():
                if k in groups:
                    row[k] = row.get(k, 0.0) + value
        for k in row:
            sums[k].pop(i, None)
            sums[k].pop(j, None)
            sums[k][number] = row[k]
        groups[number], sums[number] = left + right, row
        for k, value in row.items():
            average = value / (len(groups[number]) * len(groups[k]))
            if average >= alike:
                heapq.heappush(heap, (-average, k, number))
        number += 1
    return [sorted(group) for group in groups.values()]


def group_stories(articles: Sequence[Article], old: Sequence[Story], *, alike: float = _ALIKE) -> list[Story]:
    """The stories of these articles; every article is in exactly one, be it alone. The order in which they are given
    plays no part.

    `old` are stories that the articles touched so far. Their members among `articles` are grouped anew; those that are
    not given (they lie too far back) stay with the group that holds the story's first article, else with the one that
    holds most of its members, unless the story is over by then; an old story none of whose members is given comes back
    as it was. `alike`, 0 to 1: the average likeness from which two groups are one event."""
    ordered = sorted(
        {a.id: a for a in articles}.values(),
        key=lambda a: (_day(a), (a.published or a.fetched_at).timestamp(), a.key, a.id),
    )
    groups = [[ordered[i] for i in group] for group in _link(ordered, alike)]
    names = [digest_id("story", group[0].key) for group in groups]
    place = {a.id: number for number, group in enumerate(groups) for a in group}
    absent: dict[int, list[Story]] = defaultdict(list)
    kept: list[Story] = []
    for story in sorted(old, key=lambda s: (s.started or date.max, s.id)):
        inside = Counter(place[m] for m in story.members if m in place)
        if not inside:
            kept.append(story)
        elif len(inside) < len(story.members):
            number = names.index(story.id) if story.id in names else min(inside, key=lambda n: (-inside[n], n))
            if _is_over(story, groups[number]):
                kept.append(replace(story, members=tuple(m for m in story.members if m not in place)))
            else:
                absent[number].append(story)
    same = {(s.id, s.members): s for s in old}
    made = [_story(group, names[number], absent.get(number, ()), place, same) for number, group in enumerate(groups)]
    return sorted([*made, *kept], key=lambda s: s.id)


def _is_over(story: Story, group: Sequence[Article]) -> bool:
    """Whether a story began so long before a group of articles that what follows is another one: its topic goes on, the
    event does not."""
    return story.started is not None and (max(map(_day, group)) - story.started).days > _LONGEST_DAYS


def _story(
    group: list[Article],
    name: str,
    before: Sequence[Story],
    place: Mapping[str, int],
    same: Mapping[tuple[str, tuple[str, ...]], Story],
) -> Story:
    """The record of a group; `before` are older stories whose absent members it takes over; `same` holds what is there
    already."""
    days = [_day(a) for a in group]
    absent = [m for story in before for m in story.members if m not in place]
    started, ended = min(days), max(days)
    for story in before:
        if story.started is not None and story.started < started:
            started, name = story.started, story.id
        if story.ended is not None:
            ended = max(ended, story.ended)
    members = sorted({*absent, *(a.id for a in group)})
    if (known := same.get((name, tuple(members)))) is not None and (known.started, known.ended) == (started, ended):
        return known
    return Story(name, tuple(members), _title(group), started, ended, _terms(group))


def _title(group: list[Article]) -> str:
    """The headline of the article that is most like the others; of those at the beginning of a large story."""
    titled = [a for a in group if a.title and len(re.findall(r"[^\W\d_]{2,}", a.title)) > 2][:40] or group[:40]
    best = max(
        titled, key=lambda a: (round(sum(likeness(a, b) for b in titled if b is not a), 6), -len(a.title or ""), a.key)
    )
    return best.title or " ".join(best.text.split()[:12])


@lru_cache(maxsize=4096)
def _written(text: str) -> dict[str, str]:
    """How each term of a text's first words is written where it first stands."""
    forms: dict[str, str] = {}
    for count, match in enumerate(_WORD.finditer(text)):
        if count >= 4 * _LEAD:
            break
        word = re.sub(r"['’]s$", "", match.group())
        forms.setdefault(_stem(word.lower()), word)
    return forms


def _terms(group: list[Article]) -> tuple[str, ...]:
    """Up to eight terms that weigh most over the group, as they are most often written."""
    weights: dict[str, float] = defaultdict(float)
    for article in group[:40]:
        for term, value in _vector(article.title or "", article.text).items():
            weights[term] += value
    wanted = [
        term
        for term in sorted(weights, key=lambda t: (-round(weights[t], 6), t))[:24]
        if not _NUMBER.fullmatch(term) and len(term) > 1
    ][:8]
    forms = [_written(article.text) for article in group[:12]]
    shown = []
    for term in wanted:
        counts = Counter(form[term] for form in forms if term in form)
        shown.append(max(sorted(counts), key=lambda word: counts[word]) if counts else term)
    return tuple(shown)
