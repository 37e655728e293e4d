"""Which articles are one text: exact, near and shortened copies, found by keys that live in the store.

A text is cut into shingles of `SHINGLE` running words. Two texts are copies when at least half of the shorter one's
shingles stand in the other (containment; Broder 1997, "On the resemblance and containment of documents"), counted
without long quotations, because two reports of one event may share those. Candidates come by winnowed fingerprints
(Schleimer, Wilkerson and Aiken 2003): any run of `SHINGLE + WINDOW - 1` words that two texts share gives a common key,
whatever stands around it. Keys carry the fortnights around the publication day, so that a stock phrase does not collect
the whole archive; one more key finds exact copies of any age."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

import xxhash

from processing.words import load_words
from schemas.records import Article, CopyGroup, digest_id

__all__ = ["COPY", "copy_keys", "copy_score", "group_copies", "is_copy"]

COPY = 0.5  # least containment of a copy; 0.99 F1 on made near-duplicates against 0.85 for Jaccard
SHINGLE = 4
WINDOW = 24
_BUCKET_DAYS = 28
_FEW = 16  # shingles; below that only equal texts are copies
_ENOUGH = 40  # shingles outside quotations that must remain for them to be judged alone
_OWN = 0.2  # least containment of what stands outside quotations; low, because quotation marks are often unpaired
_LEAD = 60  # words; how long the beginning of a story is
_LEAD_SHARE = 0.3  # least part of the longer text's beginning that a copy of another length shares
_SAME_LENGTH = 0.45  # shared part of the longer text from which beginnings need not agree
_LONGEST = 6000  # words that are looked at
_WORD = re.compile(r"[^\W_]+(?:[.,:'’][^\W_]+)*")
_QUOTE = re.compile(r"[“«„\"][^“”«»„\"\n]{40,2000}[”»“\"]")
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: str(value) for value, word in enumerate(_SMALL)}
_MASK = (1 << 64) - 1


def _words(text: str) -> list[str]:
    words = _WORD.findall(text.lower())[:_LONGEST]
    for i, word in enumerate(words):
        if not word.isalnum():  # has a mark inside
            words[i] = word = (
                word.replace(",", "") if word[0].isdigit() else word.replace("’", "").replace("'", "").replace(".", "")
            )
        if word in _NUMBERS:
            words[i] = _NUMBERS[word]
    return words


def _shingles(words: Sequence[str]) -> list[int]:
    """Hashes of all runs of SHINGLE words, in order; one hash of all words where there are fewer."""
    if len(words) < SHINGLE:
        return [xxhash.xxh3_64_intdigest(" ".join(words).encode())] if words else []
    runs = zip(*(words[start:] for start in range(SHINGLE)), strict=False)
    return [xxhash.xxh3_64_intdigest(" ".join(run).encode()) for run in runs]


@lru_cache(maxsize=2048)
def _read(text: str) -> tuple[str, tuple[int, ...]]:
    """The words of a text, in one string, and the hashes of its shingles."""
    words = _words(text)
    return " ".join(words), tuple(_shingles(words))


@lru_cache(maxsize=2048)
def _sets(text: str) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    """Shingles of the whole text, of what stands outside long quotations, and of the beginning."""
    own = " ".join(_QUOTE.sub(" ", text).split()) if _QUOTE.search(text) else text
    hashes = _read(text)[1]
    whole = frozenset(hashes)
    return whole, whole if own is text else frozenset(_shingles(_words(own))), frozenset(hashes[:_LEAD])


def _winnow(hashes: Sequence[int]) -> set[int]:
    """The least hash of every window of WINDOW hashes."""
    if len(hashes) <= WINDOW:
        return {min(hashes)} if hashes else set()
    kept: set[int] = set()
    best, at = -1, -1
    for end in range(WINDOW - 1, len(hashes)):
        start = end - WINDOW + 1
        if at < start:
            best, at = min((hashes[i], -i) for i in range(start, end + 1))
            at = -at
        elif hashes[end] <= best:
            best, at = hashes[end], end
        kept.add(best)
    return kept


def _when(article: Article) -> datetime:
    return article.published or article.fetched_at


def copy_keys(article: Article) -> list[str]:
    """Keys to find copies by: about 10 for 120 words, 50 for 600; each for the article's own 28 days and the next ones,
    so that articles up to 28 days apart meet; and one for equal texts of any age. Sorted."""
    words, hashes = _read(article.text)
    bucket = _when(article).toordinal() // _BUCKET_DAYS
    keys = {f"{h & _MASK:016x}:{b}" for h in _winnow(hashes) for b in (bucket, bucket + 1)}
    exact = xxhash.xxh3_128_hexdigest(words.encode())
    return sorted(keys | {exact})


def copy_score(a: Article, b: Article) -> float:
    """How much of the shorter text stands in the other, 0 to 1.

    Where the common part is hardly more than quotations, or is background in the middle of a much longer text whose
    beginning the shorter one lacks (a shortened story keeps its beginning), the score stays below `COPY`. Texts of
    fewer than 16 shingles score 1 where they are equal, else 0."""
    if a.text == b.text:
        return 1.0
    left, right = _sets(a.text), _sets(b.text)
    if len(left[0]) > len(right[0]):
        left, right = right, left
    if len(left[0]) < _FEW:
        return float(bool(left[0]) and left[0] == right[0])
    score = _containment(left[0], right[0])
    if score < COPY:
        return score
    if min(len(left[1]), len(right[1])) >= _ENOUGH and (own := _containment(left[1], right[1])) < _OWN:
        return own
    shared = len(left[0] & right[0]) / len(right[0])
    if shared < _SAME_LENGTH and len(right[2] & left[0]) < _LEAD_SHARE * len(right[2]):
        return min(shared, COPY / 2)
    return score


def _containment(a: frozenset[int], b: frozenset[int]) -> float:
    return len(a & b) / min(len(a), len(b))


def is_copy(score: float) -> bool:
    """Whether a `copy_score` means that two articles are one text."""
    return score >= COPY


def group_copies(articles: Sequence[Article], pairs: Iterable[tuple[str, str]]) -> list[CopyGroup]:
    """Copy groups of articles, given which pairs (of ids) are copies; articles without a copy are in none. Any order
    gives the same groups.

    The likely original is the credited agency's own article, where one is in the group; else the earliest (known to the
    minute before known to the day; of those at one time the longest). `credit` is the agency that most members credit.
    """
    by_id = {a.id: a for a in articles}
    root = {id: id for id in by_id}

    def find(id: str) -> str:
        while root[id] != id:
            root[id] = root[root[id]]
            id = root[id]
        return id

    for left, right in pairs:
        if left in root and right in root:
            a, b = sorted((find(left), find(right)))
            root[b] = a
    groups: dict[str, list[Article]] = {}
    for article in articles:
        groups.setdefault(find(article.id), []).append(article)
    return sorted(
        (_group(list(members)) for members in groups.values() if len({a.id for a in members}) > 1), key=lambda g: g.id
    )


def _group(members: list[Article]) -> CopyGroup:
    members.sort(key=_rank)
    credits = [a.credit for a in members if a.credit]
    credit = max(sorted(set(credits)), key=credits.count) if credits else None
    own = [a for a in members if credit and _is_agency(a, credit)]
    original = own[0] if own else members[0]
    return CopyGroup(
        digest_id("copies", min(a.key for a in members)), tuple(a.id for a in members), original.id, credit
    )


def _rank(article: Article) -> tuple[object, ...]:
    """Order of appearance: a day without a time counts as its end, so that a copy known to the minute comes first."""
    when = article.published
    day = when.date().isoformat() if when else "9999"
    minute = when.isoformat() if when and article.published_precision == "minute" else f"{day}T99"
    return (day, minute, -len(article.text), article.id)


def _is_agency(article: Article, credit: str) -> bool:
    names = {name.lower() for name in load_words("agencies")["agencies"].get(credit, [credit])}
    return article.outlet_name.lower() in names or article.outlet.rsplit("/", 1)[-1].lower().replace("-", " ") in names
