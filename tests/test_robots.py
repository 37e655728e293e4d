"""robots.txt files as outlets write them: what may be fetched, and how slowly."""

from __future__ import annotations

import pytest
from scrapy.robotstxt import ProtegoRobotParser

from spiders.robots import plain_robots

NEWS = "/news/x"
RULES = {
    "an unknown line between agents": ("User-agent: counterclaim\nNoindex: /old/\nUser-agent: *\nDisallow: /news/", False),
    "a sitemap between agents": ("User-agent: counterclaim\nSitemap: https://c.example/s.xml\nUser-agent: *\nDisallow: /news/", False),
    "a delay between agents": ("User-agent: counterclaim\nCrawl-delay: 5\nUser-agent: other\nDisallow: /news/", False),
    "a host line between agents": ("User-agent: *\nHost: c.example\nUser-agent: counterclaim\nDisallow: /news/", False),
    "an unknown line between rules": ("User-agent: *\nAllow: /sport/\nClean-param: ref\nDisallow: /news/", False),
    "an empty line between agent and rule": ("User-agent: *\n\nDisallow: /news/", False),
    "our group wins": ("User-agent: *\nDisallow: /\n\nUser-agent: Counterclaim\nDisallow: /sport/", True),
    "two groups of ours": ("User-agent: counterclaim\nDisallow: /sport/\n\nUser-agent: *\nAllow: /\n\nUser-agent: counterclaim\nDisallow: /news/", False),
    "words behind the name": ("User-agent: Counterclaim news bot\nDisallow: /news/", False),
    "a version": ("User-agent: Counterclaim/1.0\nDisallow: /news/", False),
    "the whole header": ("User-agent: Mozilla/5.0 (compatible; Counterclaim/1.0; +https://c.example)\nDisallow: /news/", False),
    "another name that begins alike": ("User-agent: count\nAllow: /\n\nUser-agent: *\nDisallow: /news/", False),
    "another name that ours begins": ("User-agent: counterclaimer\nDisallow: /news/", True),
    "another of two words": ("User-agent: Googlebot News\nDisallow: /\n\nUser-agent: *\nAllow: /", True),
    "an agent without rules": ("User-agent: counterclaim\n\nUser-agent: *\nDisallow: /news/", False),
    "an empty rule allows": ("User-agent: counterclaim\nDisallow:\n\nUser-agent: *\nDisallow: /", True),
    "the longest rule wins": ("User-agent: *\nDisallow: /\nAllow: /news/", True),
    "comments": ("User-agent: * # all\nDisallow: /news/ # none", False),
    "capitals": ("USER-AGENT: *\nDISALLOW: /news/", False),
    "no hyphen": ("User agent: *\nDisallow: /news/", False),
    "misspelt": ("User-agent: *\nDissalow: /news/", False),
    "old line ends": ("User-agent: *\rDisallow: /news/\r", False),
    "wildcards": ("User-agent: *\nDisallow: /*/x$", False),
    "rules before any agent": ("Disallow: /news/", True),
    "a web page": ("<!DOCTYPE html><html><body>Disallow: /news/</body></html>", True),
    "a separator of lines that is none": ("User-agent: *\nDisallow: /sport\u2028/\nDisallow: /news/", False),
}  # fmt: skip


def may_fetch(body: bytes, path: str = NEWS) -> bool:
    parser = ProtegoRobotParser(plain_robots(body, "Counterclaim").encode(), None)
    return bool(parser.allowed(f"https://c.example{path}", "Counterclaim"))


@pytest.mark.parametrize(("text", "expected"), RULES.values(), ids=RULES)
def test_rules(text: str, expected: bool) -> None:
    assert may_fetch(text.encode()) is expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_any_unicode_encoding_is_read(encoding: str) -> None:
    assert may_fetch("User-agent: *\r\nDisallow: /news/\r\n".encode(encoding)) is False


def test_rules_beyond_the_limit_of_the_standard_do_not_count() -> None:
    padding = b"# " + b"x" * 1000 + b"\n"
    assert may_fetch(b"User-agent: *\n" + padding * 499 + b"Disallow: /news/") is False
    assert may_fetch(b"User-agent: *\n" + padding * 600 + b"Disallow: /news/") is True


def test_delays_and_sitemaps_are_kept() -> None:
    text = "Sitemap: https://c.example/s.xml\nUser-agent: counterclaim\nCrawl-delay: 7\nUser-agent: *\nDisallow: /x"
    parser = ProtegoRobotParser(plain_robots(text.encode(), "Counterclaim").encode(), None)
    assert (parser.crawl_delay("Counterclaim"), list(parser.rp.sitemaps)) == (7.0, ["https://c.example/s.xml"])
