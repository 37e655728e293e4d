"""One grammar of search over articles and claims, the same on every store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from processing.store import Batch, Store, open_store
from processing.store.grammar import Query, forms, parse
from schemas.errors import UsageError
from schemas.records import Article, Claim
from tests.support.records import make_article, make_claim

ARTICLES = {
    "flood": ("Floods drown the valley", "The flooded valley was evacuated after the dyke broke. Police in Überlingen said 12 people died.", "gb/courier", "en", 20),
    "fire": ("Fire near Tarsk", "A wildfire near Tarsk burnt 12,000 hectares, the fire service said. Nobody died.", "gb/ledger", "en", 21),
    "march": ("March in Kentor", "Some 40,000 people marched, the union said; the police said 8,000.", "gb/courier", "en", 22),
    "money": ("Damage", "The insurers put the damage at €2.4 billion. The valley waits for help.", "gb/ledger", "en", 23),
    "german": ("Hochwasser im Tal", "Das Hochwasser hat das Tal erreicht.", "de/blatt", "de", 24),
}  # fmt: skip
CLAIMS: dict[str, tuple[str, dict[str, Any]]] = {
    "dead": ("flood", {"low": 12, "high": 12, "event": "die", "place": "Überlingen", "source": "police", "source_id": "police", "source_type": "police", "sentence": "Police in Überlingen said 12 people died."}),
    "burnt": ("fire", {"low": 12_000, "high": 12_000, "unit": "hectare", "event": "burn", "place": "Tarsk", "what": "forest", "source": "the fire service", "source_id": "fire-service", "sentence": "A wildfire near Tarsk burnt 12,000 hectares, the fire service said."}),
    "union": ("march", {"low": 36_000, "high": 44_000, "event": "march", "place": "Kentor", "source": "the union", "source_id": "union", "source_type": "union", "sentence": "Some 40,000 people marched, the union said; the police said 8,000."}),
    "police": ("march", {"low": 8_000, "high": 8_000, "event": "march", "place": "Kentor", "source": "the police", "source_id": "police", "source_type": "police", "sentence": "Some 40,000 people marched, the union said; the police said 8,000."}),
    "damage": ("money", {"low": 2.4e9, "high": None, "unit": "EUR", "event": "damage", "what": "damage", "source": "the insurers", "source_id": "insurers", "sentence": "The insurers put the damage at €2.4 billion."}),
}  # fmt: skip


@pytest.fixture(params=["sqlite", "elasticsearch"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store with five articles and five claims."""
    address = "sqlite::memory:" if request.param == "sqlite" else request.getfixturevalue("empty_elastic")
    opened = open_store(address)
    records: list[Any] = []
    ids = {}
    for name, (title, text, outlet, language, day) in ARTICLES.items():
        at = datetime(2025, 1, day, 12, tzinfo=UTC)
        article = make_article(
            url=f"https://x.example/{name}", title=title, text=text, outlet=outlet, language=language, published=at,
            published_day=at.date(),
        )  # fmt: skip
        records.append(article)
        ids[name] = article
    for id, (name, given) in CLAIMS.items():
        a = ids[name]
        told = {"article_id": a.id, "article_key": a.key, "outlet": a.outlet, "published": a.published, "url": a.url}
        records.append(make_claim(id=id, **told, **given))
    opened.apply(Batch(put=records))
    yield opened
    opened.close()


def articles(store: Store, words: str, **page: int) -> list[str]:
    return [hit.article.url.rpartition("/")[2] for hit in store.search_articles(parse(words), **page).hits]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("flood", {"flood"}), ("flooding valley", {"flood"}), ("valley", {"flood", "money"}), ("VALLEY", {"flood", "money"}),
        ('"dyke broke"', {"flood"}), ('"broke dyke"', set()), ('"the valley"', {"flood", "money"}), ("evacu*", {"flood"}), ("wild*", {"fire"}),
        ("uberlingen", {"flood"}), ("Überlingen", {"flood"}), ("dyke OR wildfire", {"flood", "fire"}), ("dyke OR wildfire people", {"flood"}),
        ("(dyke broke) OR wildfire", {"flood", "fire"}), ("valley -insurers", {"flood"}), ("died -dyke", {"fire"}), ('died -"nobody died"', {"flood"}),
        ("hochwasser", {"german"}), ("language:de", {"german"}), ("outlet:gb/courier", {"flood", "march"}), ("died outlet:gb/ledger", {"fire"}),
        ("from:2025-01-23", {"money", "german"}), ("to:2025-01-20", {"flood"}), ("from:2025-01-21 to:2025-01-22", {"fire", "march"}),
        ("source:police", {"flood", "march"}), ("source:police 8,000..9,000", {"march"}), ("source:police 36000..44000", set()),
        ("type:police", {"flood", "march"}), ("type:Police 12", {"flood"}), ("type:union", {"march"}), ("type:court", set()), ("place:Tarsk", {"fire"}), ('place:"Überlingen"', {"flood"}), ("event:marching", {"march"}), ("what:forests", {"fire"}),
        ("unit:hectare", {"fire"}), ("unit:eur", {"money"}), (">10,000", {"fire", "march", "money"}), ("10k..50k", {"fire", "march"}),
        ("2bn..3bn", {"money"}), ("2..3bn unit:EUR", {"money"}), ("<=12", {"flood"}), ("..11", set()), ("valley 1..20", {"flood"}),
        ("zebra", set()), ("valley zebra", set()), ("valley OR zebra", {"flood", "money"}), ("floods' \"unclosed", set()), ("the", {"flood", "fire", "march", "money"}),
    ],
)  # fmt: skip
def test_articles(words: str, found: set[str], store: Store) -> None:
    assert set(articles(store, words)) == found
    assert store.search_articles(parse(words)).total == len(found)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("died", {"dead"}), ("dying", {"dead"}), ("killed 10..20", set()), ("march", {"union", "police"}), ("source:union", {"union"}),
        ('source:"fire service"', {"burnt"}), ("marched 30k..50k", {"union"}), ("8,000", {"union", "police"}), ("8,000..8,000", {"police"}),
        ("unit:hectare 10k..", {"burnt"}), ("outlet:gb/ledger", {"burnt", "damage"}), ("from:2025-01-22", {"union", "police", "damage"}),
        ("place:Kentor source:police", {"police"}), ("insur*", {"damage"}), ("language:de", set()), ("language:en unit:EUR", {"damage"}),
        ("event:die OR march", {"dead"} & set()), ("dyke", set()), ("police -union", {"dead"}),
    ],
)  # fmt: skip
def test_claims(words: str, found: set[str], store: Store) -> None:
    assert {c.id for c in store.search_claims(parse(words)).hits} == found


def test_hits_are_counted_by_facet_and_come_in_pages(store: Store) -> None:
    told = store.search_articles(parse("valley"), limit=1)
    assert (len(told.hits), told.total) == (1, 2)
    assert sorted(told.facets["outlet"]) == [("gb/courier", 1), ("gb/ledger", 1)]
    assert told.facets["month"] == [("2025-01", 2)]
    assert told.last is not None
    rest = store.search_articles(parse("valley"), limit=1, after=told.last)
    assert {hit.article.title for hit in (*told.hits, *rest.hits)} == {"Floods drown the valley", "Damage"}
    assert rest.last is None
    claims = store.search_claims(parse("people"), limit=1)
    assert (len(claims.hits), claims.total) == (1, 3)
    assert claims.facets["source"] == [("police", 2), ("union", 1)]
    assert claims.facets["type"] == [("police", 2), ("union", 1)]
    assert claims.facets["place"] == [("Kentor", 2), ("Überlingen", 1)]


def test_what_is_changed_or_deleted_is_found_no_more(store: Store) -> None:
    (old,) = store.search_claims(parse("wildfire")).hits
    store.apply(
        Batch(put=[make_claim(**{**_told(old), "sentence": "The blaze burnt 900 hectares.", "low": 900, "high": 900})])
    )
    assert [c.id for c in store.search_claims(parse("blaze")).hits] == ["burnt"]
    assert store.search_claims(parse("wildfire")).hits == []
    assert store.search_claims(parse("unit:hectare 12000..")).hits == []
    store.apply(Batch(delete=[(Claim, "burnt")]))
    assert store.search_claims(parse("blaze")).hits == []
    (march,) = store.search_articles(parse("marched")).hits
    store.apply(Batch(delete=[(Article, march.article.id)]))  # its claims go with it
    assert store.search_claims(parse("march")).hits == []


def _told(claim: Claim) -> dict[str, Any]:
    return {name: getattr(claim, name) for name in claim.__slots__}


def test_only_the_newest_revision_is_found(store: Store) -> None:
    first = make_article(url="https://x.example/flood")
    second = make_article(url="https://x.example/flood", revision=2, text="Nobody knows about the dam.")
    store.apply(Batch(put=[second]))
    assert articles(store, "dam") == ["flood"]
    assert articles(store, "dyke") == []
    assert store.search_claims(parse("Überlingen")).hits == []
    assert first.key == second.key


@pytest.mark.parametrize(
    ("word", "some", "none"),
    [("floods", {"flood", "flooded", "flooding"}, {"flow"}), ("killed", {"kill", "killing", "kills"}, {"skill"}), ("12", {"12"}, {"1"}),
     ("carries", {"carry", "carried"}, {"car"}), ("hit", {"hits", "hitting"}, {"hiss"}), ("überlingen", {"überlingen"}, {"uberling"}), ("NIS", {"nis"}, {"ni"})],
)  # fmt: skip
def test_forms_of_a_word(word: str, some: set[str], none: set[str]) -> None:
    told = set(forms(word))
    assert some <= told
    assert not none & told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("-flood", "needs a word that is there"), ("(-flood)", "needs a word that is there"), ("a OR -b", "- cannot stand beside OR"),
        ("fire OR source:police", "cannot stand behind OR"), ("-(source:police)", "cannot stand behind OR"), ("fire OR 3..5", "cannot stand behind OR"),
        ("from:noon", "from:noon is no day"), ("type:guild", "type:guild is none of conflict_party, government"), ("5..3", "first number must be the lower"), ("w " * 51, "51 words are too many"),
    ],
)  # fmt: skip
def test_what_cannot_be_searched_is_told(words: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        parse(words)


@pytest.mark.parametrize("words", ["", " ", '"', "..", "%", "( )", "OR", "-", '""', "source:", "*"])
def test_nothing_asks_for_nothing(words: str) -> None:
    assert parse(words) in (Query(), parse("source"))


def test_an_older_file_is_brought_up_to_date(tmp_path: Path) -> None:
    import sqlite3
    from importlib import resources

    from processing.store.sqlite import APPLICATION_ID, SqliteStore
    from schemas.records import dump_json

    path = tmp_path / "old.db"
    db = sqlite3.connect(path)
    db.executescript((resources.files("schemas") / "sqlite" / "0001.sql").read_text("utf8"))
    article = make_article()
    claim = make_claim(article_id=article.id, article_key=article.key)
    db.execute(
        "INSERT INTO article(id, key, published, body) VALUES (?, ?, '2025-01-22', ?)",
        (article.id, article.key, dump_json(article)),
    )
    db.execute("INSERT INTO article_row(key, article_id, revision) VALUES (?, ?, 1)", (article.key, article.id))
    db.execute(
        "INSERT INTO claim(id, article_id, article_key, body) VALUES (?, ?, ?, ?)",
        (claim.id, article.id, article.key, dump_json(claim)),
    )
    db.execute("PRAGMA user_version = 1")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.commit()
    db.close()
    store = SqliteStore(path)
    assert store.info().version == 5
    assert [c.id for c in store.search_claims(parse("floods valley 12..12")).hits] == [claim.id]
    assert parse("from:2025-01-22").first == date(2025, 1, 22)
    store.close()
