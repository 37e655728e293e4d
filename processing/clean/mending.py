"""JSON that people and templates broke: comment marks, commas and braces too many or too few, quotes that are not
escaped, keys without quotes. One pass over the text, so that hostile blocks cost linear time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

__all__ = ["load_json", "salvage"]

_SKIPPED = re.compile(r"\s+|<!--|-->|<!\[CDATA\[|\]\]>|//[^\n]{0,2000}|;|\ufeff")
_LITERAL = re.compile(r"-?\d[\d.eE+-]{0,30}|[A-Za-z_$@][\w$@.-]{0,100}")
_KEY_NEXT = re.compile(r"[\s,]{0,200}(?:[\"'“”][^\"'“”\n]{1,120}[\"'“”]|[A-Za-z_@][\w@]{0,60})\s{0,200}:")
_VALUE_NEXT = re.compile(r"[\s,]{0,200}(?:[\"'“{\[\d-]|true|false|null)")
_CLOSER_NEXT = re.compile(r"[\s,]{0,200}[}\]]")
_MORE_KEYS = re.compile(r"\s{0,200},\s{0,200}\"[^\"\n]{1,120}\"\s{0,200}:")
_SALVAGED = re.compile(r'"(datePublished|dateModified|headline)"\s{0,20}:\s{0,20}"((?:[^"\\]|\\.){1,600})"')
_KEY_BEHIND = re.compile(r"[@\w-]{1,60}\"\s{0,20}:")
_CLOSERS = {"{": "}", "[": "]"}
_ESCAPES = set('"\\/bfnrtu')


def load_json(raw: str) -> tuple[Any, bool]:
    """The value in a block, and whether it had to be mended; None where it cannot be read."""
    text = raw.strip().lstrip("\ufeff")
    try:
        return json.loads(text, strict=False), False
    except RecursionError:
        return None, True
    except ValueError:
        pass
    if '"' not in text and "&quot;" in text:
        text = unescape(text)
    try:
        return json.loads("".join(_Mender(text).pieces()), strict=False), True
    except (RecursionError, ValueError):
        return None, True


def salvage(raw: str) -> dict[str, str]:
    """Dates and headline that stand in a block that was mended or cannot be read: the first of each that is no
    comment's."""
    found: dict[str, str] = {}
    for match in _SALVAGED.finditer(raw):
        if not re.search(r'"(?:Comment|UserComments|Answer)"', raw[max(0, match.start() - 300) : match.start()]):
            found.setdefault(match[1], match[2].replace('\\"', '"').replace("\\/", "/"))
    return found


class _Mender:
    """Goes through a text once and gives it back as JSON, piece by piece."""

    def __init__(self, text: str):
        self.text, self.at = text, 0
        self.last_comment = text.rfind("*/") - 2  # behind it, no comment ends
        self.open: list[str] = []  # "{" and "["
        self.ended = False  # a value stands before, so a comma or a closer must follow
        self.colon = False  # the next value belongs to a key

    def pieces(self) -> Iterator[str]:
        """The mended text; what follows its first whole value is left out."""
        while self.at < len(self.text):
            if skipped := _SKIPPED.match(self.text, self.at):
                self.at = skipped.end()
                continue
            if self.text.startswith("/*", self.at) and (end := self._comment_end()) > 0:
                self.at = end
                continue
            yield from self._token(self.text[self.at])
            if self.ended and not self.open:
                return
        if self.colon:
            yield "null"
        yield from (_CLOSERS[opener] for opener in reversed(self.open))

    def _comment_end(self) -> int:
        """Where a comment that begins here ends; 0 where no comment ends any more."""
        if self.at > self.last_comment:
            return 0
        return self.text.find("*/", self.at + 2) + 2

    def _token(self, char: str) -> Iterator[str]:
        if char == "{" and self._in_key() and not self.ended:
            self.at += 1  # one brace too many: a key must follow
        elif char in "{[":
            yield from self._begin()
            self.open.append(char)
            self.ended = self.colon = False
            self.at += 1
            yield char
        elif char in "}]":
            self.at += 1
            yield from self._close(char)
        elif char in "\"'“”":
            yield from self._begin()
            yield json.dumps(self._string(char), ensure_ascii=False)
            self._end_value()
            yield from self._after_key()
        elif match := _LITERAL.match(self.text, self.at):
            self.at = match.end()
            yield from self._begin()
            yield self._literal(match.group())
            self._end_value()
            yield from self._after_key()
        else:
            self.at += 1  # commas and colons are written where they belong

    def _begin(self) -> Iterator[str]:
        """What must stand between the last value and the next one."""
        if self.ended and self.open:
            yield ","
        self.ended = False

    def _in_key(self) -> bool:
        return bool(self.open) and self.open[-1] == "{" and not self.colon

    def _end_value(self) -> None:
        if self._in_key():
            return
        self.ended, self.colon = True, False

    def _after_key(self) -> Iterator[str]:
        """The colon after a key."""
        if self.ended or not self._in_key():
            return
        self.colon = True
        yield ":"

    def _close(self, char: str) -> Iterator[str]:
        opener = "{" if char == "}" else "["
        if opener not in self.open:
            return
        if len(self.open) == 1 and char == "}" and _MORE_KEYS.match(self.text, self.at):
            return  # one brace too many: the object goes on behind it
        if self.colon:
            yield "null"
        while self.open:
            top = self.open.pop()
            yield _CLOSERS[top]
            if top == opener:
                break
        self.ended, self.colon = True, False

    def _string(self, quote: str) -> str:
        """The string that begins here; a quote that nothing of JSON follows belongs to it."""
        ends = '"”“' if quote in '"“”' else "'"
        parts: list[str] = []
        start = at = self.at + 1
        text = self.text
        pattern = re.compile(f"[{ends}\\\\]")
        while found := pattern.search(text, at):
            at = found.start()
            if text[at] == "\\":
                escape = text[at + 1 : at + 2]
                if escape in _ESCAPES:
                    at += 2
                else:
                    parts.append(text[start:at] + ("" if escape == "'" else "\\\\"))
                    start = at = at + 1
            elif self._ends_string(at + 1):
                break
            elif not self._in_key() and _KEY_BEHIND.match(text, at + 1) and text[start:at].rstrip().endswith(","):
                # its own closing quote is missing: this one opens the next key
                parts.append(text[start:at].rstrip().rstrip(","))
                start = at
                at -= 1
                break
            else:
                parts.append(text[start:at] + '\\"')
                start = at = at + 1
        else:
            at = len(text)
        parts.append(text[start : max(start, at)])
        self.at = at + 1
        whole = "".join(parts)
        try:
            value: str = json.loads(f'"{whole}"', strict=False)
        except ValueError:
            value = whole.replace("\\", "")
        return value

    def _ends_string(self, after: int) -> bool:
        """Whether a quote before `after` ends a string."""
        skipped = re.compile(r"\s{0,200}").match(self.text, after)
        at = skipped.end() if skipped else after
        char = self.text[at : at + 1]
        if char == "":
            return True
        if self._in_key():
            return char == ":"
        if char == ",":
            inside = _KEY_NEXT if self.open and self.open[-1] == "{" else _VALUE_NEXT
            return bool(inside.match(self.text, at + 1) or _CLOSER_NEXT.match(self.text, at + 1))
        if char in "}]":
            return self._closes(at)
        # a comma is missing: a key follows on a line of its own, or right behind
        return char in "\"'“" and _KEY_NEXT.match(self.text, at) is not None and self.colon

    def _closes(self, at: int) -> bool:
        """Whether a closer after a quote closes something: more structure or the end follows."""
        rest = self.text[at + 1 : at + 400].lstrip()
        return not rest or rest[0] in ",}]{[;-<" or not self.open

    def _literal(self, word: str) -> str:
        if self._in_key() or word in ("true", "false", "null"):
            return json.dumps(word) if self._in_key() else word
        try:
            json.loads(word)
        except ValueError:
            return "null" if word in ("undefined", "NaN", "None") else json.dumps(word)
        return word
