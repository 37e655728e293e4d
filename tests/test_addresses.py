"""Addresses that mean one page, and those that do not."""

from __future__ import annotations

import pytest

from processing.addresses import plain_address

A = "https://courier.example/a"
ONE = [
    (f"{A}#top", A), ("https://Courier.Example/A", "https://courier.example/A"), ("https://courier.example", "https://courier.example/"),
    (f"{A}?utm_source=rss&utm_medium=x", A), (f"{A}?id=7&at_medium=RSS&at_campaign=rss", f"{A}?id=7"), (f"{A}?CMP=share_btn_tw", A),
    (f"{A}?ref=home", A), (f"{A}?source=feed", A), (f"{A}?xtor=RSS-3208", A), (f"{A}?smid=tw-share&smtyp=cur", A), (f"{A}?ito=1490", A),
    (f"{A}?fbclid=x&gclid=y&msclkid=z", A), (f"{A}?mc_cid=1&mc_eid=2", A), (f"{A}?srsltid=Af", A), (f"{A}?cmpid=BBD01&icid=x", A),
    ("https://courier.example:443/a", A), ("http://courier.example:80/a", "http://courier.example/a"), ("https://courier.example//a", A),
    ("https://courier.example/2025//05///a", "https://courier.example/2025/05/a"), (f"{A}?&id=7&", f"{A}?id=7"), (f"  {A}\n", A),
    (f"{A}?ref=home&page=2", f"{A}?page=2"), ("HTTPS://COURIER.EXAMPLE:443//a?Utm_Source=x#y", A), (f"{A}?_ga=1.2&__twitter_impression=true", A),
]  # fmt: skip
OWN = [
    f"{A}?b=2&a=1", f"{A}?q=%20&flag", f"{A}?q=a+b&q=", "https://courier.example/a?cid=9&eid=4", "https://courier.example:8443/a",
    "https://courier.example/story.php?ref=4711", "https://courier.example/view.aspx?source=12", "http://courier.example:443/a",
    "https://archive.example/web/2025/https://courier.example/a", "https://courier.example/a/", "https://courier.example/?p=123",
    "https://courier.example/refs?preference=1&resource=2&transfer=3", "https://courier.example/a?lang=en&keyword=flood",
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), ONE)
def test_what_campaigns_add_is_taken_off(given: str, expected: str) -> None:
    assert plain_address(given) == expected
    assert plain_address(expected) == expected


@pytest.mark.parametrize("url", OWN)
def test_what_names_a_page_stays(url: str) -> None:
    assert plain_address(url) == url


@pytest.mark.parametrize("url", ["http://[x", "https://courier.example:port/a"])
def test_no_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"IPv6|Port|port"):
        plain_address(url)
