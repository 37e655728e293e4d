"""Which earlier name a pronoun or a description stands for.

Names stay as written; "he", "the general", "the ministry" and "it" are resolved to the last fitting name before them,
where one fits; documents are cited as the body or author that they name."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace

from processing.claims.document.gazetteer import is_known_place
from processing.claims.speaker.mentions import Mention, word_sets
from processing.words import load_words
from schemas.records import SourceStatus

__all__ = ["Mentions", "find_names"]


_REACH = 200  # names looked back over


@dataclass
class Mentions:
    """Names seen so far in a document, in text order, to resolve later pronouns and descriptions against."""

    text: str
    names: list[Mention]  # as `find_names` found them in the text
    speakers: list[Mention] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._name_starts = [n.start for n in self.names]
        self._known: dict[tuple[int, int, int, str], tuple[Mention, SourceStatus, str]] = {}

    def _names_before(self, position: int) -> list[Mention]:
        """The last names before a position; far ones do not count, so that long texts stay quick."""
        last = bisect_left(self._name_starts, position)
        return [n for n in self.names[max(0, last - _REACH) : last] if n.end <= position]

    def _speakers_before(self, position: int) -> list[Mention]:
        last = bisect_left(self.speakers, position, key=lambda m: m.start)
        return [m for m in self.speakers[max(0, last - _REACH) : last] if m.end <= position]

    def add(self, mention: Mention) -> None:
        """Keep a mention that was given as a source; call in text order."""
        self.speakers.append(mention)
        self._known.clear()

    def resolve(self, mention: Mention) -> tuple[Mention, SourceStatus, str]:
        """The mention to cite for this one, its status, and the rule: "as written", "author", "pronoun", "title",
        "body"."""
        key = (mention.start, mention.end, mention.name_start, mention.kind)
        if key not in self._known:
            self._known[key] = self._resolve(mention)
        return self._known[key]

    def _resolve(self, mention: Mention) -> tuple[Mention, SourceStatus, str]:
        if mention.stands_for is not None:
            return self.resolve(mention.stands_for)
        if mention.author is not None and mention.kind == "document":
            start, end, head = mention.author
            text = re.sub(r"['’]s?$", "", self.text[start:end])
            named = bool(re.search(r"[A-Z]", re.sub(r"^(?:The|A|An)\b", "", text))) and not _many(head)
            made = Mention(start, end, start, start + len(text), text, head, head.lower(), "body", named, False)
            return (made, "named", "author") if named else (made, "described", "author")
        if mention.kind == "pronoun":
            return self._pronoun(mention)
        if not mention.named:
            return self._description(mention)
        return mention, "named", "as written"

    def _pronoun(self, mention: Mention) -> tuple[Mention, SourceStatus, str]:
        word = mention.head.lower()
        before = [m for m in reversed(self._speakers_before(mention.start)) if m.kind != "pronoun"]
        if word in ("he", "she", "his", "her", "him"):
            gender = "female" if word in ("she", "her") else "male"
            return self._last_person(mention, gender, before)
        if word in ("it", "its"):
            for m in before[:3]:
                if m.kind in ("body", "document", "other") and not m.plural and not _personal(m):
                    if mention.start - m.end > 1200:
                        break
                    found, status, _ = self.resolve(m)
                    return found, status, "pronoun"
        if word in ("they", "their"):
            for m in before[:3]:
                if (m.kind == "group" or m.plural) and mention.start - m.end <= 1200:
                    found, status, _ = self.resolve(m)
                    return found, status, "pronoun"
        return mention, "unresolved", "as written"

    def _last_person(self, mention: Mention, gender: str, before: list[Mention]) -> tuple[Mention, SourceStatus, str]:
        candidates = []
        for m in before:
            if mention.start - m.end > 2500:
                break
            fits = m.kind == "person" or (m.kind == "other" and m.named and not self._is_place(m))
            if fits and not m.plural and not _bodily(m) and _gender(m, self.text) in (gender, None):
                candidates.append(m)
        names = [
            n
            for n in self._names_before(mention.start)
            if mention.start - n.end <= 700 and n.kind == "person" and _gender(n, self.text) in (gender, None)
        ]
        last = candidates[0] if candidates else None
        if names and (last is None or names[-1].start > last.end + 400):
            last = names[-1]
        if last is None:
            return mention, "unresolved", "as written"
        if not last.named:
            found, status, _ = self._description(last)
            return found, status, "pronoun"
        return last, "named", "pronoun"

    def _is_place(self, mention: Mention) -> bool:
        """Whether a name is a capital's or a country's that stands for its government; one that is a surname in this
        text is not."""
        name = re.sub(r"['’]s?$", "", mention.text)
        return is_known_place(name) and not any(n.kind == "person" and n.head == mention.head for n in self.names)

    def _description(self, mention: Mention) -> tuple[Mention, SourceStatus, str]:
        if not re.match(r"(?i)(?:the|that|this)\b", mention.text) or mention.plural:
            return mention, "described", "as written"
        if len(mention.text.split()) > 3:
            return mention, "described", "as written"
        head = mention.head.lower()
        words = word_sets()
        personal = mention.lemma in words["person"]
        kind_words = {head, *load_words("persons")["short"].get(head, ())}
        speakers = self._speakers_before(mention.start)
        earlier = [m for m in [*self._names_before(mention.start), *speakers] if m.named]
        for m in sorted(earlier, key=lambda m: -m.start):
            spoken = {w.strip(".,").lower() for w in re.findall(r"[\w.]+", m.text)} | set(re.findall(r"\w+", m.also))
            if kind_words & spoken and m.start != mention.start:
                return (_bare_name(m), "named", "title") if personal else (m, "named", "body")
        if personal:
            people = {
                m.head: m
                for m in speakers
                if m.named and m.kind in ("person", "other") and not m.plural and not _bodily(m)
            }
            if len(people) == 1:
                return next(iter(people.values())), "named", "only speaker"
        return mention, "described", "as written"


def _bare_name(mention: Mention) -> Mention:
    """A name without the description in front of it: "Sarn's chief mines inspector Eng Marta Kolar" is cited by his
    name where "the inspector" stands for him."""
    words = mention.text.split()
    last = next((i for i in range(len(words) - 1, -1, -1) if words[i].islower()), None)
    if last is None or last + 2 >= len(words) or words[last] not in word_sets()["person"]:
        return mention
    text = " ".join(words[last + 1 :])
    start = mention.name_end - len(text)
    return replace(mention, text=text, name_start=start)


def _many(head: str) -> bool:
    """Whether a head word means several people without a name: "inspectors"."""
    words, word = word_sets(), head.lower()
    return word in words["group"] or (word.endswith("s") and word[:-1] in words["person"])


def _gender(mention: Mention, text: str) -> str | None:
    words = word_sets()
    spoken = {w.lower() for w in re.findall(r"[\w.]+", mention.text)} | set(re.findall(r"\w+", mention.also))
    if spoken & words["female"]:
        return "female"
    return "male" if spoken & words["male"] else None


def _bodily(mention: Mention) -> bool:
    words = word_sets()
    own = re.sub(r"^.*[’']s?\s", "", mention.text)
    if mention.kind == "person" or (own != mention.text and re.fullmatch(r"(?:[A-Z]\w+\s?){2,3}", own)):
        return False
    return (
        mention.kind in ("body", "document", "group")
        or bool({w.lower() for w in re.findall(r"\w+", mention.text)} & (words["body"] | words["carriers"]))
        or mention.text.isupper()
    )


def _personal(mention: Mention) -> bool:
    return mention.kind == "person"


_BODY = re.compile(
    r"\b(?:[A-Z][\w’'-]+\s){0,4}(?P<kind>[A-Z][a-z]+)(?:\s(?:of|for|on|and)\s(?:the\s)?[A-Z][\w’-]+(?:\s[A-Z][\w’-]+){0,3})+"
)
_NAME = re.compile(
    r"\b(?:[A-Z][a-z]*\.\s)?(?:[A-Z][\w’'-]+\s(?:[A-Z]\.\s|(?:al|bin|bint|van|von|de|der|den|da|di|du|la|le|el|ben|ibn)[\s-])*)+[A-Z][\w’-]+"
)


def find_names(text: str) -> list[Mention]:
    """Runs of capitalised words that look like a person's name (a title in front, or after an age, or two plain
    words)."""
    words = word_sets()
    found = []
    for match in _BODY.finditer(text):
        if match.group("kind").lower() in words["body"]:
            found.append(
                Mention(
                    match.start(),
                    match.end(),
                    match.start(),
                    match.end(),
                    match.group(),
                    match.group("kind"),
                    match.group("kind").lower(),
                    "body",
                    True,
                    False,
                )
            )
    bodies = [(m.start, m.end) for m in found]
    for match in _NAME.finditer(text):
        at = bisect_left(bodies, (match.start() + 1, 0)) - 1
        if at >= 0 and match.end() <= bodies[at][1]:
            continue  # a part of a body's name
        parts = match.group().split()
        lower = [p.strip(".").lower() for p in parts]
        while parts and lower[0] in (
            "the",
            "a",
            "an",
            "in",
            "on",
            "at",
            "but",
            "and",
            "as",
            "when",
            "while",
            "if",
            "for",
            "by",
            "last",
            "this",
            "that",
        ):
            parts, lower = parts[1:], lower[1:]
        if len(parts) < 2:
            continue
        start = match.end() - len(match.group()) + match.group().index(parts[0])
        titled = bool(set(lower) & words["titles"])
        bodily = bool(set(lower) & (words["body"] | words["carriers"] | words["document"])) or any(
            p.isupper() and len(p) > 2 for p in parts
        )
        opens = (
            len(parts) in (2, 3)
            and not set(lower) & words["places"]
            and re.search(r"(?:^|[.!?”\"]\s|\n)\s*$", text[max(0, start - 3) : start])
            and re.match(
                r"\s[a-z]+(?:ed|s)\b|\s(?:was|is|had|has|came|went|ran|stood|took|began|left|spent|lost|met|gave)\b",
                text[match.end() : match.end() + 20],
            )
        )
        kind = "body" if bodily else "person" if titled or _after_name(text, match.end()) or opens else "other"
        after = re.match(
            r",?\s(?:\w+,?\s)?((?:an?|the|head|chief|director)\s[^,.]{3,80}),", text[match.end() : match.end() + 120]
        )
        found.append(
            Mention(
                start,
                match.end(),
                start,
                match.end(),
                re.sub(r"\s+", " ", text[start : match.end()]),
                parts[-1],
                parts[-1].lower(),
                kind,
                True,
                False,
                also=after.group(1).lower() if after else "",
            )
        )
    return sorted(found, key=lambda m: m.start)


def _after_name(text: str, end: int) -> bool:
    return bool(re.match(r",\s(?:\d\d,|who\b|an?\s|the\s)|\s(?:said|says|told|added|who)\b", text[end : end + 8]))
