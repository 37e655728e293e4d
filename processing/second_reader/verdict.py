"""What the second reader says: two truths and a reason, read out of whatever a model wrote around them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Verdict", "read_verdict"]

_LONGEST_WHY = 200  # characters of a reason that are kept
_LONGEST_REPLY = 20_000  # characters of what a model says, from its end, in which a verdict is looked for


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the second reader says. `why`: one line, at most 200 characters, as it came but for marks of ours; it is
    text from outside and shown as such."""

    same_thing: bool
    contradiction: bool
    why: str

    @property
    def objection(self) -> str | None:
        """Why no alert is to be raised, for people; None where nothing speaks against it."""
        if self.same_thing and self.contradiction:
            return None
        short = "no contradiction" if self.same_thing else "not the same thing"
        return f"the second reader: {short}{f', “{self.why}”' if self.why else ''}"


def read_verdict(said: str) -> Verdict | None:
    """The verdict in what a model said: the last JSON object with both truths, whatever stands around it (a model's
    thinking, a fence of code). None where there is none, or where several do not agree."""
    found = list(_verdicts(said.rpartition("</think>")[2][-_LONGEST_REPLY:]))
    if len({(v.same_thing, v.contradiction) for v in found}) != 1:
        return None
    return found[-1]


def _verdicts(said: str) -> Iterator[Verdict]:
    decoder, at = json.JSONDecoder(), said.find("{")
    while at >= 0:
        try:
            given, end = decoder.raw_decode(said, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            same, apart = (_truth(given.get(name)) for name in ("same_thing", "contradiction"))
            if same is not None and apart is not None:
                yield Verdict(same, apart, _plain(given.get("why")))
        at = said.find("{", end)


def _truth(value: Any) -> bool | None:
    told = value.strip().lower() if isinstance(value, str) else value
    return {"true": True, "yes": True, "false": False, "no": False}.get(str(told).lower())


def _plain(why: Any) -> str:
    """A reason in one line without characters that hide or reorder others, nor the marks of an explanation."""
    text = why if isinstance(why, str) else ""
    text = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    text = " ".join(re.sub(r"\[\[+|\]\]+", " ", text).split())
    return text if len(text) <= _LONGEST_WHY else text[: _LONGEST_WHY - 1].rstrip() + "…"
