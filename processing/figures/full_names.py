"""How a source that one sentence names briefly ("the agency", "the officials", "Maresh") is called in full where the
same source is meant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

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


def _listed(id: str, topics: Sequence[Topic]) -> str | None:
    """The first name that a topic file gives a source."""
    name = next(
        (topic.sources[id].names[0] for topic in topics if id in topic.sources and topic.sources[id].names), None
    )
    if name is None or " " not in name or "'s " in name or "’s " in name or name.casefold().startswith("the "):
        return name
    return f"the {name}"


def full_names(claims: Sequence[Claim], topics: Sequence[Topic] = ()) -> dict[str, str]:
    """The full name of its source for each claim (by id) that names it briefly; claims whose mention is full already
    are left out.

    Only where the source's id is known, and never a person for a body: "the ministry" is called by the fullest mention
    of the same noun, "the agency" also by the topic file's name of the body, a surname by the person's full name."""
    lists = source_lists()
    aliases = AliasList.build({id: spec.names for topic in topics for id, spec in topic.sources.items()})
    by_id: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if isinstance(claim.source_id, str) and claim.source and claim.source_status in ("named", "described"):
            by_id[claim.source_id].append(claim)
    found: dict[str, str] = {}
    for id, said in by_id.items():
        mentions = Counter(map(_told, said))
        phrases = {text: read_phrase(text, aliases, lists) for text in mentions}
        for text in mentions:
            name = _name_for(id, text, mentions, phrases, topics, lists)
            if name is not None and name.casefold() != text.casefold():
                found.update((c.id, name) for c in said if _told(c) == text)
    return found


def _name_for(
    id: str, text: str, mentions: Counter[str], phrases: dict[str, Phrase], topics: Sequence[Topic], lists: Lists
) -> str | None:
    others = [
        m for m in mentions.elements() if m != text and not _bare(m) and not m.casefold().startswith(("a ", "an "))
    ]
    if _bare(text):
        head = _head(text)
        bodies = [m for m in others if not phrases[m].person]
        alike = _fullest(m for m in bodies if _head(m) == head)
        if alike is not None or head not in lists.bodily:
            return alike
        return _listed(id, topics) or _fullest(m for m in bodies if any(w[:1].isupper() for w in m.split()[1:]))
    words = words_of(text)
    if len(words) == 1 and words[0].capital and not words[0].acronym:
        return _fullest(m for m in others if phrases[m].person and phrases[m].person[-1] == words[0].key)
    return None
