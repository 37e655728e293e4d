"""Where a redirect leads to: an article, or what a site shows instead of one."""

from __future__ import annotations

import pytest
from scrapy.http import HtmlResponse

from spiders.reasons import page_fault

BASE = "https://courier.example"
ASKED = "/world/2025/quarry-wall-collapses-1234"
LEADS = {
    "the front page": ("/", "front_page"), "a section": ("/world/", "section_page"), "a section of a year": ("/world/2025", "section_page"),
    "a wall of consent": ("/cookie-consent?next=x", "consent_wall"), "a host of consent": ("https://consent.courier.example/x", "consent_wall"),
    "a log-in page": ("/login?next=x", "sign_in"), "a host of accounts": ("https://accounts.courier.example/x", "sign_in"), "a sign-in page": ("/user/sign-in", "sign_in"),
    "an offer": ("/subscribe/", "pay_wall"), "an error page": ("/404", "not_found"), "an error file": ("/error/404.html", "not_found"), "not found": ("/not-found", "not_found"),
    "itself with a slash": (f"{ASKED}/", None), "another article": ("/world/2025/quarry-wall-falls-down-1234", None), "its new address": ("/a/1234", None),
    "a copy for telephones": (f"https://m.courier.example{ASKED}", None), "an article on consent": ("/law/2025/consent-law-passes-5678", None),
    "a short address made long": ("/world/2025/quarry-wall-collapses-1234-and-more", None), "a parent that is an article": ("/world/2025", "section_page"),
    "an article on a log-in": ("/tech/login-page-of-bank-copied-77", None),
}  # fmt: skip


@pytest.mark.parametrize(("there", "code"), LEADS.values(), ids=LEADS)
def test_where_an_address_leads(there: str, code: str | None) -> None:
    url = there if there.startswith("http") else BASE + there
    fault = page_fault(HtmlResponse(url, headers={"Content-Type": "text/html"}, body=b"<p>x</p>"), BASE + ASKED)
    assert (fault[0] if fault else None) == code


@pytest.mark.parametrize(
    ("asked", "there"),
    [("/a-b-c-d.html/amp", "/a-b-c-d.html"), ("/quarry-wall-falls-12345/print", "/quarry-wall-falls-12345"), ("/news/index.html", "/news/"), ("/login/history-of-locks", "/login/history-of-the-locks")],
)  # fmt: skip
def test_a_redirect_within_an_article_is_none_elsewhere(asked: str, there: str) -> None:
    response = HtmlResponse(BASE + there, headers={"Content-Type": "text/html"}, body=b"<p>x</p>")
    found = page_fault(response, BASE + asked)
    assert found is None or asked == "/news/index.html"
