"""What stands in an article's place is told from articles, and what stands in articles that is none of them is cut."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from processing.clean.article import extract_page
from schemas.errors import PageError

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
URL = "https://courier.example/world/quarry-1234"
BODY = [
    "A wall of the quarry at Teldam gave way on Monday morning, and rubble covered the road that leads to the village for half a kilometre.",
    "Nine workers were brought out alive, the fire service said, and two were still being looked for when darkness fell over the valley.",
    "The owner of the quarry, a company from the coast, had been told twice this year to secure the slope, according to the inspector.",
    "Neighbours had heard cracks since Saturday, and some of them had slept in their cars for fear that the slope would reach the houses.",
]


def page(
    *paragraphs: str, title: str = "Quarry wall collapses", head: str = "", after: str = "", before: str = ""
) -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | The Courier</title>{head}</head><body>{before}'
        f"<article><h1>{title}</h1>{text}</article>{after}</body></html>"
    ).encode()


def read(body: bytes) -> Any:
    return extract_page(body, URL, now=NOW)


def teasers(*titles: str) -> str:
    return "".join(
        f'<h3><a href="/{n}">{title}</a></h3><p>Our reporter was there.</p>' for n, title in enumerate(titles)
    )


HEADLINES = (
    "Quarry wall collapses above the village", "Council votes for a new bridge", "Fishermen find a buoy from the war", "Rain expected until Friday evening",
    "School of Teldam gets a new roof",
)  # fmt: skip
WALLS = {
    "cookies": (page("We and our 420 partners store and access information on a device, such as unique IDs in cookies, to process personal data.", "You may accept or manage your choices by clicking below.", title="The Courier"), "consent_wall"),
    "cookies by a company": (page("Courier Ltd uses cookies and similar technologies to give you the best experience.", "By continuing to browse you agree with this.", title="The Courier"), "consent_wall"),
    "consent in a title": (page("Before you go on, tell us.", title="Before you continue to the Courier"), "consent_wall"),
    "German consent": (page("Wir und unsere 211 Partner verwenden Cookies und ähnliche Verfahren.", "Ihre Einwilligung können Sie jederzeit widerrufen.", title="Der Kurier"), "consent_wall"),
    "French consent": (page("Nous et nos 188 partenaires utilisons des cookies pour mesurer l'audience.", "Continuer sans accepter", title="Le Courrier"), "consent_wall"),
    "Spanish consent": (page("Nosotros y nuestros 300 socios almacenamos información en su dispositivo.", title="El Correo"), "consent_wall"),
    "Italian consent": (page("Noi e i nostri 160 fornitori archiviamo informazioni sul dispositivo.", "Accetta e continua", title="Il Corriere"), "consent_wall"),
    "consent or pay": (page("Mit Werbung und Tracking weiterlesen: Zustimmung jederzeit widerrufbar.", title="Der Kurier"), "consent_wall"),
    "a dialog of consent alone": (page(title="The Courier", before='<div class="onetrust"><p>We use cookies to make this site work.</p></div>'), "consent_wall"),
    "privacy choices": (page("Your privacy choices matter to us.", "Reject all or accept all cookies below.", title="Your privacy"), "consent_wall"),
    "a wall of payment": (page("Subscribe to continue reading.", "Get unlimited access for 2.95 euros a week, cancel any time."), "pay_wall"),
    "for subscribers": (page("This article is for subscribers only.", "Already a subscriber? Log in."), "pay_wall"),
    "a limit": (page("You have reached your limit of free articles this month.", "Start your free trial for £1 a week."), "pay_wall"),
    "offers": (page("Choose your plan.", title="Subscription options"), "pay_wall"),
    "German payment": (page("Dieser Artikel ist exklusiv für Abonnenten.", "Jetzt abonnieren und monatlich kündbar weiterlesen."), "pay_wall"),
    "French payment": (page("Article réservé à nos abonnés.", "Pour lire la suite, abonnez-vous."), "pay_wall"),
    "sign in": (page("Enter your email to go on.", title="Sign in"), "sign_in"),
    "a password": (page("Welcome back.", title="The Courier", after='<form><input type="password" name="p"></form>'), "sign_in"),
    "log in to go on": (page("Log in to the Courier.", "Forgot your password? Don't have an account?", title="Log in or register"), "sign_in"),
    "German sign-in": (page("Passwort vergessen?", title="Anmelden"), "sign_in"),
    "just a moment": (page("Verifying you are human. This may take a few seconds.", "Ray ID: 8c1f", title="Just a moment..."), "challenge"),
    "enable JavaScript": (page("Please enable JS and disable any ad blocker", title="courier.example"), "challenge"),
    "a robot": (page("To continue, please click the box below to let us know you are not a robot.", title="Are you a robot?"), "challenge"),
    "a country": (page("This content is not available in your country.", title="Sorry"), "region_wall"),
    "data protection": (page("Unfortunately, our website is currently unavailable in your region.", title="The Courier"), "region_wall"),
    "the European Union": (page("We recognize you are attempting to access this website from a country belonging to the European Economic Area and therefore cannot grant you access at this time.", title="451: Unavailable for legal reasons"), "region_wall"),
    "a German country": (page("Dieser Inhalt ist in Ihrem Land leider nicht verfügbar.", title="Hinweis"), "region_wall"),
    "a Spanish region": (page("Este contenido no está disponible en tu región.", title="Lo sentimos"), "region_wall"),
    "denied": (page("You don't have permission to access this page on this server.", "Reference 18.2f", title="Access Denied"), "challenge"),
    "interruption": (page("Something about your browser made us think you were a bot.", title="Pardon Our Interruption"), "challenge"),
    "unusual traffic": (page("We have noticed unusual traffic from your network.", title="The Courier"), "challenge"),
    "not found": (page("Sorry, the page you are looking for could not be found.", "Try our search.", title="Page not found"), "not_found"),
    "404": (page("Nothing here.", title="404 - Courier"), "not_found"),
    "error 404": (page("The link you followed may be broken, or the page may have been removed.", title="Oops! Error 404"), "not_found"),
    "gone": (page("This story is no longer available.", "Return to the home page.", title="The Courier"), "not_found"),
    "removed": (page("It may have been moved.", title="This article has been removed"), "not_found"),
    "German not found": (page("Die gesuchte Seite existiert leider nicht mehr.", title="Seite nicht gefunden"), "not_found"),
    "French not found": (page("La page que vous cherchez n'existe plus.", title="Page introuvable"), "not_found"),
    "Spanish not found": (page("Lo sentimos, la página que busca no existe.", title="Página no encontrada"), "not_found"),
    "a section": (page(title="World", after=teasers(*HEADLINES, *(f"{line} again" for line in HEADLINES))), "list_page"),
    "a section of headlines": (page(title="World", after="".join(f'<li><a href="/{n}">Item {n} of the long list</a></li>' for n in range(30))), "list_page"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "code"), WALLS.values(), ids=WALLS)
def test_what_stands_in_an_articles_place_has_its_reason(body: bytes, code: str) -> None:
    with pytest.raises(PageError) as raised:
        read(body)
    assert raised.value.code == code


NEWS = {
    "on cookies": "The watchdog fined the shop 4.5 million euros because its site stored cookies on devices before visitors had agreed, a spokesman said.",
    "on partners": "Its app passes what users read to 812 advertising partners, according to the regulator, which has given the firm until May to stop.",
    "on a subscription": "The streaming service will cost 12.99 euros a month from June, two euros more than today, and those who pay for a year save a tenth.",
    "on readers who pay": "The paper has 310,000 digital subscribers, more than half of whom began with an offer of one pound a week, its annual report shows.",
    "on a missing page": "The ministry took the page down on Friday; whoever opened the address was told that it could not be found on the new site.",
    "on passwords": "Thieves asked customers to enter passwords on a copy of the bank's site, police said, and emptied 40 accounts within one night.",
    "on bots": "The ticket office counted 3 million requests by bots in the first hour and blocked 90 % of them before sales began.",
    "on consent": "Patients must give consent in writing before their data may be used, the court ruled, and may withdraw it at any time.",
    "in a quotation": '"We use cookies like everybody else," the chairman told the committee, adding that 20 firms had access to the data.',
    "on a trial": "The company will start a trial of the vaccine with 3,000 people in June, and expects the first results in the winter.",
}


@pytest.mark.parametrize("said", NEWS.values(), ids=NEWS)
def test_news_on_such_things_is_news(said: str) -> None:
    found = read(page(said, *BODY))
    assert (found.text, found.teaser) == ("\n\n".join([said, *BODY]), False)
    assert read(page(said, BODY[0])).text == f"{said}\n\n{BODY[0]}"


@pytest.mark.parametrize(
    "title", ["Police find page of lost Gospel", "404 people rescued from ferry", "Access denied: how schools turn pupils away", "Cookies and milk: a bakery turns 100", "Sign in the sky puzzles villagers", "Hikers not found after two days", "Subscribe or leave: how papers earn money", "Blocked road costs town millions"]
)  # fmt: skip
def test_titles_of_news_are_no_walls(title: str) -> None:
    assert read(page(*BODY, title=title)).text == "\n\n".join(BODY)


OFFERS = {
    "a notice": "We and our 812 partners store and access information on a device, such as cookies, to show you adverts and measure them.",
    "an offer": "Subscribe now for only 2.95 euros a week and cancel any time.",
    "a question": "Already a subscriber? Log in here.",
    "a limit": "You have 2 free articles left this month.",
    "support": "Support independent journalism from as little as $3 a month.",
    "sign-in": "Sign in to save this story. Don't have an account? It takes a minute.",
    "choices": "You can accept or manage your choices, including your right to object where legitimate interest is used.",
    "German": "Jetzt abonnieren: 4 Wochen für 1 Euro, monatlich kündbar.",
    "French": "Nous et nos partenaires utilisons des cookies.",
    "Spanish": "¿Ya eres suscriptor? Inicia sesión.",
}


@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
def test_offers_are_cut_from_articles(offer: str) -> None:
    assert read(page(BODY[0], offer, *BODY[1:])).text == "\n\n".join(BODY)
    assert read(page(*BODY, after=f"<div><p>{offer}</p></div>")).text == "\n\n".join(BODY)


COPIES = {
    "for telephones": page("", after="").replace(b"<p></p>", ("".join(f'<div class="{name}">' + "".join(f"<p>{b}</p>" for b in BODY) + "</div>" for name in ("desktop", "mobile"))).encode()),
    "paragraph by paragraph": page(*[b for b in BODY for _ in (1, 2)]),
    "the lead again": page(BODY[0], *BODY),
    "a box that repeats one": page(*BODY, BODY[2]),
    "with short lines": page(BODY[0], "Then it went quiet.", *BODY[1:], BODY[0], "Then it went quiet.", *BODY[1:]),
}  # fmt: skip


@pytest.mark.parametrize("body", COPIES.values(), ids=COPIES)
def test_a_second_copy_of_the_text_is_cut(body: bytes) -> None:
    found = read(body).text.replace("\n\nThen it went quiet.", "")
    assert found == "\n\n".join(BODY)


def test_an_aside_that_holds_the_article_is_read() -> None:
    body = page().replace(
        b"</article>",
        b"</article><aside class='content'>" + "".join(f"<p>{b}</p>" for b in BODY).encode() + b"</aside>",
    )
    assert read(body).text == "\n\n".join(BODY)


def free(value: Any) -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Quarry wall collapses","isAccessibleForFree":{value}}}</script>'


LONG = [f"{paragraph} {number}" for number in range(8) for paragraph in BODY]
TEASERS = {
    "said to be not free": (page(*BODY, head=free("false")), True), "said as a text": (page(*BODY, head=free('"False"')), True),
    "said to be free": (page(*BODY, head=free("true")), False), "not free, given in full": (page(*LONG, head=free("false")), False),
    "read on": (page(*BODY, "Continue reading the full story"), True), "weiterlesen": (page(*BODY, "Weiterlesen"), True),
    "cut off": (page(*BODY[:2], BODY[2][:60] + "…"), True), "an offer below": (page(*BODY[:2], "Subscribe to continue reading."), True),
    "the whole story elsewhere": (page(*BODY[:3], "Read the full article at courier.example"), True),
    "whole": (page(*BODY), False), "an offer beside": (page(*BODY, after="<div class='newsletter-box'><p>Become a member today.</p></div>"), False),
    "a tier": (page(*BODY, head='<meta property="article:content_tier" content="locked">'), True),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), TEASERS.values(), ids=TEASERS)
def test_teasers_are_marked(body: bytes, expected: bool) -> None:
    found = read(body)
    assert found.teaser is expected
    assert "reading" not in found.text


NOTICES = (
    "We have changed our terms. You need to accept them before you can go on to the site.", "You are offline. Your saved stories can be found in the app.",
    "Your session has run out. Reload the page to go on where you stopped.", "Your trial is over. Choose how you want to go on with us.",
    "Your browser is not supported by this site. Try a newer one, or our app.", "We are doing some maintenance work and will be back soon. Thank you for your patience.",
    "It looks like you are using an ad blocker. Please switch it off to continue to the Courier.", "Your link has expired. Ask the person who sent it to you for a new one.",
)  # fmt: skip
NEWS_TO_THE_READER = (
    "You can see the smoke from the motorway. Firefighters were called to the depot at four in the morning and have closed two lanes for the day.",
    "Your bus will be late: drivers of the northern depot walk out on Thursday for six hours, and 40 lines are hit.",
    "Our town is flooded. Volunteers carried sandbags through the night and the mayor slept in the hall, with the pumps still running.",
    "You may not swim in the lake. The council has closed the beach because of algae, and the camp site has lost half its guests.",
    "We do not know yet who did it. Three masked men left in a van towards the border, and the road was closed until noon.",
)  # fmt: skip


@pytest.mark.parametrize("text", NOTICES)
def test_a_page_that_only_speaks_to_its_reader_is_no_article(text: str) -> None:
    with pytest.raises(PageError) as caught:
        read(page(text, title="The Courier"))
    assert caught.value.code == "notice"


@pytest.mark.parametrize("text", NEWS_TO_THE_READER)
def test_news_that_speaks_to_its_reader_is_an_article(text: str) -> None:
    assert text in read(page(text, title="News in brief")).text
