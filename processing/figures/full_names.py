"""How a source that one sentence names briefly ("the agency", "the officials", "Maresh") is called in full where the
same source is meant."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from processing.figures.names import AliasList, words_of
from processing.figures.phrases import Lists, Phrase, read_phrase, singular, source_lists
from schemas.config import Topic
from schemas.records import Claim

__all__ = ["full_names"]

_LONGEST = 8  # words of a name; longer mentions are descriptions of a moment
_DETERMINERS = {"the", "a", "an", "this", "that", "its", "his", "her", "their", "both"}


def _told(claim: Claim) -> str:
    return " ".join((claim.source or "").split()).strip(" ,;:.")


def _head(text: str) -> str:
    """The noun of a plain description: its last word before "of", "in", "for"."""
    words = text.casefold().split()
    ends = [i for i, word in enumerate(words) if i and word in ("of", "in", "for", "from", "at", "with", "on")]
    return singular(words[min(ends, default=len(words)) - 1]) if words else ""


def _bare(text: str) -> bool:
    """Whether a mention is a determiner and plain words only: "the agency", "its officials"."""
    words = text.split()
    return (
        1 < len(words) <= 3
        and words[0].casefold() in _DETERMINERS
        and not any(word[:1].isupper() for word in words[1:])
    )


def _fullest(mentions: Iterable[str]) -> str | None:
    """The mention with the most words, names before plain words; of equals the most frequent, then by letters."""
    counts = Counter(mentions)

    def rank(text: str) -> tuple[int, int, int, str]:
        words = text.split()
        return -sum(w[:1].isupper() for w in words[1:]), -len(words), -counts[text], text

    fit = [text for text in counts if len(text.split()) <= _LONGEST and "," not in text]
    return min(fit, key=rank, default=None)


def _listed(id: str, topics: Sequence[Topic], said: Sequence[Claim], bodily: Collection[str]) -> str | None:
    """The first name that a topic file gives a source, with the article where texts give it one or a body of that kind
    has one: "the National Intelligence Service", but "Western officials"."""
    name = next(
        (topic.sources[id].names[0] for topic in topics if id in topic.sources and topic.sources[id].names), None
    )
    if name is None or "'s " in name or "’s " in name or name.casefold().startswith("the "):
        return name
    with_article = re.compile(rf"\bthe {re.escape(name)}\b", re.IGNORECASE)
    has_one = (" " in name and _head(name) in bodily) or any(with_article.search(c.sentence) for c in said)
    return f"the {name}" if has_one else name


def full_names(claims: Sequence[Claim], topics: Sequence[Topic] = ()) -> dict[str, str]:
    """The one name of its source for each claim (by id) whose sentence calls it otherwise; claims whose mention is that
    name already are left out.

    Only where the source's id is known, and never a person for a body: a body is called by the first name that a topic
    file gives it, else by the fullest mention that names it; "the ministry" by the fullest mention of the same noun; a
    person by the fullest mention of the surname. A plain description ("police", "doctors in Garl") stays as it is, for
    two of them need not be one."""
    lists = source_lists()
    aliases = AliasList.build({id: spec.names for topic in topics for id, spec in topic.sources.items()})
    by_id: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if isinstance(claim.source_id, str) and claim.source and claim.source_status in ("named", "described"):
            by_id[claim.source_id].append(claim)
    found: dict[str, str] = {}
    for id, said in by_id.items():
        mentions = Counter(map(_told, said))
        named = {_told(c) for c in said if c.source_status == "named"}
        phrases = {text: read_phrase(text, aliases, lists) for text in mentions}
        listed = _listed(id, topics, said, lists.bodily)
        for text in mentions:
            name = _name_for(text, mentions, named, phrases, listed, lists)
            name = f"the {name[4:]}" if name and name.startswith("The ") else name
            if name is not None and name != text:
                found.update((c.id, name) for c in said if _told(c) == text)
    return found


def _name_for(
    text: str,
    mentions: Counter[str],
    named: set[str],
    phrases: dict[str, Phrase],
    listed: str | None,
    lists: Lists,
) -> str | None:
    full = [m for m in mentions.elements() if not _bare(m) and not m.casefold().startswith(("a ", "an "))]
    if phrases[text].person:
        return _fullest(m for m in full if phrases[m].person and phrases[m].person[-1] == phrases[text].person[-1])
    bodies = [m for m in full if not phrases[m].person]
    names = [m for m in bodies if m in named and any(w[:1].isupper() for w in m.split()[1:])]
    words = words_of(text)
    if len(words) == 1 and words[0].capital and not words[0].acronym:
        person = _fullest(m for m in full if phrases[m].person and phrases[m].person[-1] == words[0].key)
        return person or (listed or _fullest(names) if text in named else None)
    if _bare(text):
        head = _head(text)
        alike = _fullest(m for m in bodies if m != text and _head(m) == head)
        if alike is None and head not in lists.bodily:
            return None
        return listed or alike or _fullest(m for m in bodies if any(w[:1].isupper() for w in m.split()[1:]))
    return listed or (_fullest(names) if text in named else None)
