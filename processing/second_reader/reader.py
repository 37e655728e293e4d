"""The endpoint that is asked, within what a run allows."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from processing.second_reader.question import INSTRUCTIONS, Question
from processing.second_reader.verdict import Verdict, read_verdict
from schemas.settings import SecondReader

__all__ = ["Reader", "Unanswered", "is_here", "look"]

T = TypeVar("T")
_LONGEST_ANSWER = 1_000_000  # bytes of an answer that are read
_GIVE_UP = 3  # questions in a row without an answer, after which a run asks no more
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that got no verdict, and why. `asked`: whether it was sent at all."""

    why: str
    asked: bool = True


def _key(settings: SecondReader) -> tuple[str, str | None]:
    """The key ("" for none), and what is wrong with it. A key is never part of what is told."""
    key = os.environ.get(settings.key_env, "").strip() if settings.key_env else ""
    if settings.key_env and not key:
        return "", f"the environment variable {settings.key_env} is not set"
    if not all(33 <= ord(c) < 127 for c in key):
        return "", f"the environment variable {settings.key_env} holds characters that no key has"
    return key, None


class Reader:
    """Asks questions within what a run allows, one after another, and counts them. Raises nothing."""

    def __init__(self, settings: SecondReader):
        self.settings = settings
        self.asked = 0
        self.answered = 0
        self.unanswered: Counter[str] = Counter()  # by reason
        self.unasked: Counter[str] = Counter()
        self._left = settings.seconds
        self._failed_in_a_row = 0
        self._plain = False  # the endpoint refuses what not every endpoint knows
        self._api_key, self._lack = _key(settings)

    def ask(self, question: Question) -> Verdict | Unanswered:
        """The verdict on a contradiction, or why there is none."""
        if why := self._spent():
            self.unasked[why] += 1
            return Unanswered(why, asked=False)
        before, limit = monotonic(), min(self.settings.timeout, self._left)
        answer = _hurried(lambda: self._answer(question, limit), limit) or Unanswered(_late(limit))
        self._left -= monotonic() - before
        self.asked += 1
        if isinstance(answer, Verdict):
            self.answered += 1
            self._failed_in_a_row = 0
        else:
            self.unanswered[answer.why] += 1
            self._failed_in_a_row += 1
        return answer

    def _spent(self) -> str | None:
        limits = self.settings
        if self._lack:
            return self._lack
        if self.asked >= limits.questions:
            return f"a run asks {limits.questions} questions at most"
        if self._left <= 0:
            return f"the questions of a run may take {limits.seconds:g} s"
        return f"{_GIVE_UP} in a row had no answer" if self._failed_in_a_row >= _GIVE_UP else None

    def _answer(self, question: Question, limit: float) -> Verdict | Unanswered:
        try:
            status, body = asyncio.run(self._exchange(question, limit))
        except Exception as fault:
            return Unanswered(_trouble(fault, limit))
        if not 200 <= status < 300:
            return Unanswered(_refusal(status))
        said = _said(body)
        if said is None:
            return Unanswered("its answer is none of chat completions")
        verdict = read_verdict(said)
        if verdict is None:
            return Unanswered("its answer holds no verdict")
        return replace(verdict, why=verdict.why.replace(self._api_key, "…")) if self._api_key else verdict

    async def _exchange(self, question: Question, limit: float) -> tuple[int, bytes]:
        """Status and body. What only some endpoints know (a form of answer, a temperature) is left out once it was
        refused. Raises what asyncio and httpx raise, and _TooLong."""
        url = self.settings.url
        url = url if url.endswith("/chat/completions") else f"{url}/chat/completions"
        said = [
            {"role": "system", "content": INSTRUCTIONS},
            {"role": "user", "content": question.as_text()},
        ]
        body: dict[str, Any] = {"model": self.settings.model, "messages": said, "stream": False}
        more = {"temperature": 0, "response_format": {"type": "json_object"}}
        async with asyncio.timeout(limit), _client(url, self._api_key, limit) as client:
            if not self._plain:
                status, answer = await _fetched(client, "POST", url, body | more)
                if status not in (400, 422):
                    return status, answer
            status, answer = await _fetched(client, "POST", url, body)
            self._plain = self._plain or 200 <= status < 300
            return status, answer


class _TooLong(Exception):
    """An answer that is not read to its end."""


def is_here(url: str) -> bool:
    """Whether an address is one of this machine alone."""
    return urlsplit(url).hostname in _HERE


def _client(url: str, key: str, limit: float) -> httpx.AsyncClient:
    """A proxy that the environment names stands before all but this machine."""
    headers = {"Accept-Encoding": "identity", **({"Authorization": f"Bearer {key}"} if key else {})}
    return httpx.AsyncClient(headers=headers, timeout=limit, follow_redirects=False, trust_env=not is_here(url))


async def _fetched(
    client: httpx.AsyncClient, method: str, url: str, body: dict[str, Any] | None = None
) -> tuple[int, bytes]:
    """Raises _TooLong where it is longer than any verdict, or packed though nobody asked for that."""
    async with client.stream(method, url, json=body) as answer:
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise _TooLong
        got = bytearray()
        async for piece in answer.aiter_raw():
            got += piece
            if len(got) > _LONGEST_ANSWER:
                raise _TooLong
        return answer.status_code, bytes(got)


def _late(limit: float) -> str:
    return f"no answer within {limit:.3g} s"


def _refusal(status: int) -> str:
    return f"answers {status}{' (redirects are not followed)' if 300 <= status < 400 else ''}"


def _trouble(fault: Exception, limit: float) -> str:
    """What went wrong, without anything that the fault itself says: that may repeat a header."""
    if isinstance(fault, TimeoutError | httpx.TimeoutException):
        return _late(limit)
    if isinstance(fault, httpx.ConnectError):
        return "cannot be reached"
    if isinstance(fault, _TooLong):
        return "its answer is too long, or packed"
    return f"the connection failed ({type(fault).__name__})"


def _hurried(do: Callable[[], T], limit: float) -> T | None:
    """What `do` gives in a thread of its own, None where it gives nothing in time: nobody else's event loop is in its
    way, and a name server that hangs holds up nobody."""
    given: list[T] = []
    thread = threading.Thread(target=lambda: given.append(do()), name="second reader", daemon=True)
    thread.start()
    thread.join(limit + 2)
    return given[0] if given else None


def _said(body: bytes) -> str | None:
    """What the model said in an answer of chat completions; None where it is none."""
    try:
        told = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return None
    if isinstance(told, list):  # in parts
        told = "".join(str(part.get("text") or "") for part in told if isinstance(part, dict))
    return told if isinstance(told, str) else None


# ---------------------------------------------------------------- whether it is there


def look(settings: SecondReader, limit: float = 10) -> tuple[bool, str]:
    """Whether an endpoint can be asked, and what is known of it, by the list of its models, which costs nothing; not
    every endpoint has one. Raises nothing."""
    key, lack = _key(settings)
    if lack:
        return False, lack
    return _hurried(lambda: _looked(settings, key, limit), limit) or (False, f"no answer within {limit:g} s")


def _looked(settings: SecondReader, key: str, limit: float) -> tuple[bool, str]:
    async def fetch() -> tuple[int, bytes]:
        async with asyncio.timeout(limit), _client(settings.url, key, limit) as client:
            return await _fetched(client, "GET", f"{settings.url.removesuffix('/chat/completions')}/models")

    try:
        status, body = asyncio.run(fetch())
    except Exception as fault:
        return False, _trouble(fault, limit)
    if status in (401, 403):
        return (
            False,
            f"answers {status}: {'the key is not accepted' if key else 'it wants a key, and key_env is not set'}",
        )
    if 300 <= status < 400 or status >= 500:
        return False, _refusal(status)
    with suppress(ValueError, RecursionError, LookupError, TypeError):
        names = [str(one["id"]) for one in json.loads(body)["data"]]
        if settings.model in names:
            return True, f"has {settings.model}"
        told = "".join(c for c in ", ".join(names[:10])[:300] if c.isprintable())
        return True, f"is there; {settings.model} is not among the models that it names: {told or 'none'}"
    return True, f"is there (answers {status} to the question for its models)"
