"""Which addresses are private, how long a site asks to wait, and the resolver that hides private addresses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from twisted.internet.address import IPv4Address

from spiders.politeness import GuardedResolver, PrivateHosts, is_private, retry_after

NOW = datetime(2025, 1, 22, 12, 0, tzinfo=UTC)

ADDRESSES = [
    ("127.0.0.1", True), ("127.8.8.8", True), ("10.0.0.5", True), ("172.16.0.1", True), ("192.168.1.1", True), ("169.254.169.254", True),
    ("0.0.0.0", True), ("100.64.0.1", True), ("224.0.0.1", True), ("::1", True), ("fe80::1", True), ("fe80::1%eth0", True), ("fd00::1", True),
    ("::ffff:127.0.0.1", True), ("::ffff:10.0.0.1", True), ("64:ff9b::7f00:1", True), ("2002:7f00:1::", True),
    ("8.8.8.8", False), ("172.32.0.1", False), ("2606:4700:4700::1111", False), ("::ffff:8.8.8.8", False), ("courier.example", False), ("", False),
]  # fmt: skip


@pytest.mark.parametrize(("address", "expected"), ADDRESSES)
def test_is_private(address: str, expected: bool) -> None:
    assert is_private(address) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120.0),
        (" 5 ", 5.0),
        ("Wed, 22 Jan 2025 12:01:30 GMT", 90.0),
        ("Wed, 22 Jan 2025 11:00:00 GMT", 0.0),
        ("99999999999999", 86400.0),
        ("86401", 86400.0),
        ("9" * 400, 86400.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400.0),
        ("Fri, 31 Dec 9999 23:59:59 -1200", 86400.0),
        ("²", None),
        ("١٢", None),
        ("1.5", None),
        ("Wed, 99 Foo 2025 12:01:30 GMT", None),
        ("soon", None),
        ("-3", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(value: str | None, expected: float | None) -> None:
    assert retry_after(value, NOW) == expected


class Receiver:
    """Collects what a resolver passes on."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.done = False

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        """Twisted's name."""

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        """Twisted's name."""
        self.hosts.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        """Twisted's name."""
        self.done = True


class Inner:
    """A resolver whose answer changes from one question to the next, as in DNS rebinding."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = iter(answers)

    def resolveHostName(self, receiver: Any, host: str, port: int, types: Any, transport: str) -> None:  # noqa: N802
        """Twisted's name."""
        receiver.resolutionBegan(None)
        for address in next(self._answers):
            receiver.addressResolved(IPv4Address("TCP", address, port))
        receiver.resolutionComplete()


def test_name_that_turns_private_is_caught() -> None:
    resolver = GuardedResolver(Inner(["8.8.8.8"], ["127.0.0.1"], ["8.8.4.4", "10.0.0.1"]), PrivateHosts(False))
    seen = []
    for _ in range(3):
        receiver = Receiver()
        resolver.resolveHostName(receiver, "courier.example", 80)
        seen.append((receiver.hosts, receiver.done))
    assert seen == [(["8.8.8.8"], True), ([], True), (["8.8.4.4"], True)]
    assert resolver.refused == {"courier.example"}


def test_proxy_of_the_environment_is_exempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.newsroom.example:3128")
    receiver = Receiver()
    GuardedResolver(Inner(["10.0.0.9"]), PrivateHosts(False)).resolveHostName(receiver, "proxy.newsroom.example", 3128)
    assert receiver.hosts == ["10.0.0.9"]


ALLOWED = {
    "nothing": (False, "127.0.0.1", None, False), "this machine by address": (True, "127.0.0.1", None, True), "this machine by another": (True, "127.8.9.1", None, True),
    "this machine by name": (True, "localhost", "127.0.0.1", True), "a name below it": (True, "news.localhost", "127.0.0.1", True), "version 6": (True, "::1", None, True),
    "not the network": (True, "10.0.0.7", None, False), "not the cloud's own address": (True, "169.254.169.254", None, False),
    "a named host": (["news.local"], "News.Local.", "10.0.0.7", True), "not its neighbour": (["news.local"], "other.local", "10.0.0.7", False),
    "an address": (["10.0.0.7"], "10.0.0.7", None, True), "a name that has it": (["10.0.0.7"], "news.local", "10.0.0.7", True),
    "a network": (["10.0.0.0/8"], "10.9.9.9", None, True), "another network": (["10.0.0.0/8"], "192.168.0.1", None, False),
    "a host is not this machine": (["news.local"], "127.0.0.1", None, False), "none named": ([], "127.0.0.1", None, False),
}  # fmt: skip


@pytest.mark.parametrize(("given", "host", "address", "expected"), ALLOWED.values(), ids=ALLOWED)
def test_private_hosts_are_allowed_by_name(
    given: bool | list[str], host: str, address: str | None, expected: bool
) -> None:
    assert PrivateHosts(given).allow(host, address) is expected
