"""Which earlier name a pronoun or a description stands for.

Names stay as written; "he", "the general", "the ministry" and "it" are resolved to the last fitting name before them,
where one fits; documents are cited as the body or author that they name."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from functools import lru_cache

from processing.claims.document.gazetteer import is_known_place
from processing.claims.speaker.gender import gender_of, has_given_name
from processing.claims.speaker.mentions import Mention, plain_mention, word_sets
from processing.words import load_words
from schemas.records import SourceStatus

__all__ = ["Mentions", "find_names"]


_MAKER_REACH = 600  # characters before "the statement" in which its maker is looked for
_OWN = re.compile(r"(?P<who>its|his|her|their)\s", re.IGNORECASE)
_PLACED = re.compile(r"\b(?:of|in|at|the|from|to|near|on)\s$", re.IGNORECASE)
_OPENING = re.compile(r"(?:^|[.!?]\s|\n)(?P<who>The (?:[a-z-]+ ){0,2}?(?P<head>[a-z]+))(?=['’]s\b| [a-z]+(?:s|ed)\b)")
_MANY = re.compile(
    r"(?:^|[.!?]\s|\n)(?P<who>(?:(?:The|Two|Three|Some)\s)?(?:[\w-]+\s){0,2}?(?P<head>[A-Za-z]+s))\s(?=[a-z])"
)
_REACH = 200  # names looked back over
_NEAR = 400  # characters before "she" in which a woman's name is hers


@lru_cache(maxsize=256)
def _made(noun: str) -> tuple[re.Pattern[str], ...]:
    """Who makes a document: "the board issued a statement", "in its prospectus Haneul disclosed"."""
    who = r"(?P<who>(?:the\s)?[\w’'&-]+(?:\s(?:of|for|and|the|[\w’'&-]+)){0,5}?)"
    made = "issued|released|published|tabled|filed|delivered|presented|submitted|made public|put out|handed down"
    return (
        re.compile(
            rf"(?:^|[.!?]\s|\n)(?i:{who})\s(?:has\s)?(?:{made})\s(?:an?|its|her|his|the|their)\s(?:[\w-]+\s){{0,4}}?{noun}\b"
        ),
        re.compile(
            rf"(?:^|[.!?,]\s|\n)(?P<who>(?:[Tt]he\s)?[A-Z][\w’'-]*(?:\s(?:of|for|and|the|[\w’'-]+)){{0,5}}?)\s(?:has\s)?"
            rf"(?:said|says|added|confirmed|announced)\s(?:on\s)?(?:[A-Z][a-z]+day\s)?in\san?\s(?:\w+\s)?{noun}\b"
        ),
        re.compile(
            rf"\bIn\s(?:its|her|his|their|an?)\s(?:[\w-]+\s){{0,3}}{noun}\b[^.]{{0,25}}?,?\s(?P<who>[A-Z][\w’-]+(?:\s[A-Z][\w’-]+){{0,4}})\s[a-z]"
        ),
    )


@dataclass
class Mentions:
    """Names seen so far in a document, in text order, to resolve later pronouns and descriptions against."""

    text: str
    names: list[Mention]  # as `find_names` found them in the text
    speakers: list[Mention] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._name_starts = [n.start for n in self.names]
        self._whole_names = {n.head: n for n in self.names if n.kind in ("person", "other")}
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
            made = replace(plain_mention(start, text, "body", named, head=head), end=end)
            return (made, "named", "author") if named else (made, "described", "author")
        if mention.kind == "pronoun":
            return self._pronoun(mention)
        owner = _OWN.match(mention.text)
        if owner is not None and mention.kind == "document":
            return self._owner(mention, owner["who"])
        if mention.kind == "document" and not mention.named and (maker := self._maker(mention)) is not None:
            return maker
        if not mention.named:
            return self._description(mention)
        return mention, "named", "as written"

    def _owner(self, mention: Mention, word: str) -> tuple[Mention, SourceStatus, str]:
        """Whose "its modelling" or "her maps" are; the words themselves where that is not certain."""
        pronoun = plain_mention(mention.start, word, "pronoun", False)
        found, status, _ = self._pronoun(pronoun)
        return (found, status, "pronoun") if status != "unresolved" else (mention, "described", "as written")

    def _maker(self, mention: Mention) -> tuple[Mention, SourceStatus, str] | None:
        """Who made "the statement": who issued one before it, or whose it was."""
        if not re.match(r"(?i)(?:the|this)\s[\w-]+$", mention.text):
            return None
        low = max(0, mention.start - _MAKER_REACH)
        before = self.text[low : mention.start]
        noun = r"[\w-]+" if mention.lemma in ("document", "text", "paper") else re.escape(mention.lemma) + "s?"
        found = [m for p in _made(noun) for m in p.finditer(before)]
        if not found:
            return self._who_said_in(mention, noun)
        last = max(found, key=lambda m: m.start())
        start, text = low + last.start("who"), last["who"]
        head = text.split()[-1]
        named = head[:1].isupper()
        body = plain_mention(start, text, "body", named)
        return (body, "named", "author") if named else (body, "described", "author")

    def _who_said_in(self, mention: Mention, noun: str) -> tuple[Mention, SourceStatus, str] | None:
        """Whose "the statement" is that was spoken of before: "The committee said in a statement that ..."."""
        low = max(0, mention.start - 2 * _MAKER_REACH)
        words = rf"\b(?i:in|through)\s(?:an?|its|their|his|her)\s(?:[\w-]+\s){{0,2}}{noun}\b"
        told = list(re.finditer(words, self.text[low : mention.start]))
        if not told:
            return None
        at = low + told[-1].start()
        stop = max(self.text.rfind(mark, low, at) for mark in (". ", "\n", "” "))
        before = [m for m in self._speakers_before(at) if m.start > stop and m.kind not in ("pronoun", "document")]
        if not before:
            return None
        found, status, _ = self.resolve(before[-1])
        return found, status, "author"

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
            if (body := self._only_body(mention)) is not None:
                return body, "named" if body.named else "described", "pronoun"
        if word in ("they", "their"):
            for m in before[:3]:
                if (m.kind == "group" or m.plural) and mention.start - m.end <= 1200:
                    found, status, _ = self.resolve(m)
                    return found, status, "pronoun"
            if (group := self._only_group(mention)) is not None:
                return group, "described", "pronoun"
        return mention, "unresolved", "as written"

    def _last_person(self, mention: Mention, gender: str, before: list[Mention]) -> tuple[Mention, SourceStatus, str]:
        last = self._last_of(mention, gender, before, True) or self._only_name(mention)
        last = last or self._last_of(mention, gender, before, False)
        if last is None:
            return mention, "unresolved", "as written"
        if not last.named:
            found, status, _ = self._description(last)
            return found, status, "pronoun"
        return last, "named", "pronoun"

    def _last_of(self, mention: Mention, gender: str, before: list[Mention], forms: bool) -> Mention | None:
        """The last person named who can be of a gender; `forms`: by the endings of names too."""
        candidates = []
        for m in before:
            if mention.start - m.end > 2500:
                break
            fits = m.kind == "person" or (m.kind == "other" and self._may_be_person(m, mention))
            if fits and not m.plural and not _bodily(m) and self._gender(m, forms) in (gender, None):
                candidates.append(m)
        names = [
            n
            for n in self._names_before(mention.start)
            if mention.start - n.end <= 700 and n.kind == "person" and self._gender(n, forms) in (gender, None)
        ]
        last = candidates[0] if candidates else None
        if names and (last is None or names[-1].start > last.end + 400):
            last = names[-1]
        if last is None or self._gender(last, forms) is None:
            behind = max(mention.start - _NEAR, last.end if last is not None else 0)
            sure = [m for m in (*candidates, *names) if m.start >= behind and self._gender(m, forms) == gender]
            last = max(sure, key=lambda m: m.start, default=last)
        return last

    def _gender(self, mention: Mention, forms: bool) -> str | None:
        """What tells "he" from "she" of a name, or of the whole name that a surname alone stands for."""
        found = gender_of(mention, forms=forms)
        if found is not None or len(mention.text.split()) > 1:
            return found
        whole = self._whole_names.get(mention.head)
        return gender_of(whole, forms=forms) if whole is not None else None

    def _may_be_person(self, speaker: Mention, pronoun: Mention) -> bool:
        """Whether somebody who spoke can be "he" or "she": a name that is no place, or "the physio" shortly before."""
        if speaker.named:
            return not self._is_place(speaker)
        return speaker.text.lower().startswith("the ") and pronoun.start - speaker.end <= 200

    def _only_name(self, mention: Mention) -> Mention | None:
        """The one name of two words or more that stands shortly before a pronoun and can be a person's."""
        near = [
            n
            for n in self._names_before(mention.start)
            if mention.start - n.end <= 300
            and n.kind == "other"
            and all(part.replace("-", "").replace("’", "").isalpha() for part in n.text.split())
            and not self._is_place(n)
            and not _bodily(n)
            and not _PLACED.search(self.text[max(0, n.start - 9) : n.start])
        ]
        return near[-1] if near and len({n.head for n in near}) == 1 else None

    def _only_body(self, mention: Mention) -> Mention | None:
        """The one body that the sentences shortly before "its survey" begin with."""
        near = [
            n
            for n in self._names_before(mention.start)
            if mention.start - n.end <= 300
            and n.kind == "body"
            and re.search(r"(?:^|[.!?]\s|\n)(?:The\s|An?\s)?$", self.text[max(0, n.start - 8) : n.start])
        ]
        if near:
            return near[-1] if len({n.head for n in near}) == 1 else None
        low = max(0, mention.start - 300)
        words = word_sets()
        opened = [
            m
            for m in _OPENING.finditer(self.text, low, mention.start)
            if m["head"] in words["body"] | words["counters"] and m["head"] not in words["person"]
        ]
        if len(opened) != 1:
            return None
        return plain_mention(opened[0].start("who"), opened[0]["who"], "body", False)

    def _only_group(self, mention: Mention) -> Mention | None:
        """The people with whom the sentence before "they" begins: "Researchers at Leeds tracked 900 patients. They"."""
        words = word_sets()
        low = max(0, mention.start - 300)
        opened = [m for m in _MANY.finditer(self.text, low, mention.start) if _many(m["head"])]
        if not opened or len({m["head"] for m in opened}) != 1 or opened[-1]["head"].lower() in words["crowds"]:
            return None
        return plain_mention(opened[-1].start("who"), opened[-1]["who"], "group", False, plural=True)

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
            if m.kind == "person" and mention.kind == "body":
                continue  # "Col. Sofia Rey of the army" is not "the army"
            spoken = {w.strip(".,").lower() for w in re.findall(r"[\w.]+", m.text)} | set(re.findall(r"\w+", m.also))
            if kind_words & spoken and m.start != mention.start:
                return (_bare_name(m), "named", "title") if personal else (m, "named", "body")
        if personal:
            people = {
                m.head: m
                for m in speakers
                if m.named
                and m.kind in ("person", "other")
                and not m.plural
                and not _bodily(m)
                and not _otherwise_called(m, kind_words)
            }
            if len(people) == 1:
                return next(iter(people.values())), "named", "only speaker"
        return mention, "described", "as written"


def _otherwise_called(mention: Mention, kind_words: set[str]) -> bool:
    """Whether a name goes with another office than the one looked for: "Prosecutor Vera Kohl" is not "the judge"."""
    spoken = {w.lower() for w in re.findall(r"[\w-]+", mention.text)} | set(re.findall(r"\w+", mention.also))
    known = word_sets()["court_offices"]
    offices = spoken & known
    return bool(offices) and not offices & kind_words and bool(kind_words & known)


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
    words), and names of bodies with what they are for, in text order."""
    words = word_sets()
    bodies = [
        plain_mention(m.start(), m.group(), "body", True, head=m["kind"])
        for m in _BODY.finditer(text)
        if m["kind"].lower() in words["body"]
    ]
    spans = [(m.start, m.end) for m in bodies]
    names = []
    for match in _NAME.finditer(text):
        at = bisect_left(spans, (match.start() + 1, 0)) - 1
        if at >= 0 and match.end() <= spans[at][1]:
            continue  # a part of a body's name
        name = _name(text, match)
        if name is not None:
            names.append(name)
    return sorted([*bodies, *names], key=lambda m: m.start)


def _name(text: str, match: re.Match[str]) -> Mention | None:
    """The name in a run of capitalised words, without the word that opens its sentence; None where one word is left."""
    parts = match.group().split()
    before = word_sets()["opening"]
    while parts and parts[0].strip(".").lower() in before:
        parts = parts[1:]
    if len(parts) < 2:
        return None
    start = match.end() - len(match.group()) + match.group().index(parts[0])
    after = _BESIDE_NAME.match(text[match.end() : match.end() + 120])
    return Mention(
        start,
        match.end(),
        start,
        match.end(),
        re.sub(r"\s+", " ", text[start : match.end()]),
        parts[-1],
        parts[-1].lower(),
        _kind_of_name(text, start, match.end(), parts),
        True,
        False,
        also=after.group(1).lower() if after else "",
    )


_BESIDE_NAME = re.compile(r",?\s(?:\w+,?\s)?((?:an?|the|head|chief|director)\s[^,.]{3,80}),")
_OFFICE = re.compile(r"\b([a-z]+),?\s$")
_OPENED = re.compile(r"(?:^|[.!?”\"]\s|\n)\s*$")
_ACTS = re.compile(r"\s[a-z]+(?:ed|s)\b|\s(?:was|is|had|has|came|went|ran|stood|took|began|left|spent|lost|met|gave)\b")


def _kind_of_name(text: str, start: int, end: int, parts: list[str]) -> str:
    """Body, person or other, by the words of a name and what stands around it."""
    words = word_sets()
    lower = {p.strip(".").lower() for p in parts}
    if lower & (words["body"] | words["carriers"] | words["document"]) or any(
        p.isupper() and len(p) > 2 for p in parts
    ):
        return "body"
    opens = (
        len(parts) in (2, 3)
        and not lower & words["places"]
        and _OPENED.search(text[max(0, start - 3) : start])
        and _ACTS.match(text[end : end + 20])
    )
    if lower & words["titles"] or _after_name(text, end) or opens or has_given_name(parts):
        return "person"
    before = _OFFICE.search(text[max(0, start - 30) : start])  # "secretary Berta Lima", "his deputy, Lisa Moore"
    return "person" if len(parts) in (2, 3) and before is not None and before[1] in words["person"] else "other"


def _after_name(text: str, end: int) -> bool:
    return bool(re.match(r",\s(?:\d\d,|who\b|an?\s|the\s)|\s(?:said|says|told|added|who)\b", text[end : end + 8]))
