"""Connections that are opened and then left: a client that sends nothing, half a request, or does not take its answer
is hung up on."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

__all__ = ["SECONDS", "patient"]

SECONDS = 30.0  # that a client may take for a request, and that it may leave an answer untaken


_Protocol: Any = AutoHTTPProtocol


class _Patient(_Protocol):  # type: ignore[misc]
    """One connection, which waits so many seconds for a request."""

    seconds = SECONDS
    _alarm: asyncio.TimerHandle | None = None
    _stuck = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The clock begins."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """The clock ends."""
        self._rest()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """The clock begins again, for the next request."""
        super().on_response_complete()
        self._wait()

    def _rest(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()

    def _wait(self) -> None:
        self._rest()
        if not self.transport.is_closing():
            self._alarm = self.loop.call_later(self.seconds, self._ring)

    def _ring(self) -> None:
        cycle = self.cycle
        asking = cycle is None or cycle.response_complete or cycle.more_body
        untaken = self.flow.write_paused
        if asking or (untaken and self._stuck):
            self.transport.abort()
            return
        self._stuck = untaken
        self._wait()


def patient(seconds: float = SECONDS) -> type[Any]:
    """uvicorn's protocol, which waits so long for a request: from the opening of a connection, and from the end of the
    answer before, until the request is whole. What trickles in does not prolong it."""
    return type("Patient", (_Patient,), {"seconds": seconds})
