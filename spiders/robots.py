"""robots.txt as RFC 9309 has it, before Protego's matching: lines that are no rules end no group, an agent's name may
have words around it, any Unicode encoding is read, at most 500 KiB count."""

from __future__ import annotations

import re
from typing import Any

from scrapy.robotstxt import ProtegoRobotParser

__all__ = ["PlainRobots", "plain_robots"]

_LIMIT = 500 * 1024  # RFC 9309 2.5: crawlers must read at least so much
_MARKS = (
    (b"\xef\xbb\xbf", "utf8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_AGENT = re.compile(r"user[-_\s]?agents?", re.IGNORECASE)
_DISALLOW = re.compile(r"dis{1,2}al{1,2}[ao]w|diasllow", re.IGNORECASE)
_DELAY = re.compile(r"crawl[-_\s]?delay", re.IGNORECASE)
_SITEMAP = re.compile(r"site[-_\s]?maps?", re.IGNORECASE)
_OTHERS = "another-agent"


class PlainRobots(ProtegoRobotParser):  # type: ignore[misc]
    """Scrapy's robots.txt parser over what `plain_robots` leaves."""

    @classmethod
    def from_crawler(cls, crawler: Any, robotstxt_body: bytes) -> PlainRobots:
        """Scrapy's way to make it."""
        agent = crawler.settings["ROBOTSTXT_USER_AGENT"]
        return cls(plain_robots(robotstxt_body, agent).encode("utf8"), crawler.spider)


def plain_robots(body: bytes, agent: str) -> str:
    """The rules of a robots.txt for `agent` (our product token) and for all, group by group; Sitemap lines last."""
    agents: list[str] = []
    rules: list[str] = []
    delays: list[str] = []
    groups: list[str] = []
    sitemaps: list[str] = []

    def close() -> None:
        if agents and (rules or delays):
            groups.extend([*(f"User-agent: {name}" for name in agents), *delays, *(rules or ["Disallow:"]), ""])
        for kept in (agents, rules, delays):
            kept.clear()

    for line in re.split(r"[\r\n]+", _decode(body)):
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip()[:40], value.strip()
        if not colon:
            key, _, value = line.partition("#")[0].strip().partition(" ")
            value = value.strip()
        if _AGENT.fullmatch(key):
            if rules:
                close()
            agents.append(_agent_name(value, agent))
        elif key.lower() == "allow" or _DISALLOW.fullmatch(key):
            if agents:
                rules.append(f"{'Allow' if key.lower() == 'allow' else 'Disallow'}: {value}")
        elif _DELAY.fullmatch(key):
            delays.append(f"Crawl-delay: {value}")
        elif _SITEMAP.fullmatch(key) and value:
            sitemaps.append(f"Sitemap: {value}")
    close()
    return "\n".join([*groups, *sitemaps]) + "\n"


def _decode(body: bytes) -> str:
    body = body[:_LIMIT]
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace").lstrip("\ufeff")
    if body[:200].count(0) > 20:
        return body.decode("utf-16-be" if body[:1] == b"\x00" else "utf-16-le", "replace")
    return body.decode("utf8", "replace")


def _agent_name(value: str, agent: str) -> str:
    """Our own token where a group names it, alone or among other words; "*"; else a name that is nobody's."""
    if value.strip() == "*":
        return "*"
    words = re.findall(r"[\w.-]+", value.lower())
    return (
        agent
        if any(re.split(r"[/.]", word)[0] == agent.lower() or word == agent.lower() for word in words)
        else _OTHERS
    )
