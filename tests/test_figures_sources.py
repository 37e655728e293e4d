"""Who says it: names, offices, joint sources, acronyms, surnames, descriptions that stay open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from processing.figures import SOURCE_TYPES, full_names, resolve_sources, source_grade, source_type
from processing.words import load_words
from schemas.config import SourceSpec, Topic
from tests.support.records import make_claim

TOPIC = Topic(
    name="bridge-collapse",
    title="The bridge at Orlin",
    match=(("Orlin",),),
    sources={
        "orlin-rail": SourceSpec(names=("Orlin Rail", "the operator"), type="company", grade="C"),
        "un": SourceSpec(names=("the UN country team",), grade="B"),
    },
)


def resolve(*sources: str, topics: tuple[Topic, ...] = (), articles: tuple[str, ...] = ()) -> list[Any]:
    claims = [
        make_claim(
            id=f"c{i}", source=source, article_key=articles[i] if articles else "a1", sentence=f"{source} said 12 died."
        )
        for i, source in enumerate(sources)
    ]
    found = resolve_sources(claims, topics)
    return [found[c.id] for c in claims]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("the U.S. Geological Survey", "usgs"),
        ("USGS", "usgs"),
        ("South Korea's spy agency", "nis-south-korea"),
        ("the World Health Organization", "who"),
        ("the UN human rights office", "ohchr"),
        ("Iran's interior ministry", "iran-interior-ministry"),
        ("the Interior Ministry of Iran", "iran-interior-ministry"),
        ("the Iranian Interior Ministry", "iran-interior-ministry"),
        ("Orlin Mayor Petra Hale", "orlin-mayor"),
        ("Petra Hale, mayor of Orlin", "orlin-mayor"),
        ("a spokesman for Brightwater", "brightwater"),
        ("Western officials", "western-official"),
        ("Kenyan officials", "kenya-official"),
        ("Dr. Jonas Field", "jonas-field"),
        ("a former CIA analyst John Smith", "john-smith"),
        ("Devon and Somerset Fire and Rescue Service", "devon-and-somerset-fire-service"),
    ],
)
def test_a_name_gives_a_readable_id(source: str, expected: str) -> None:
    assert resolve(source) == [expected]


@pytest.mark.parametrize(
    "source", ["officials", "a senior official", "witnesses", "a source", "who", "he", "Officials", "the authorities"]
)
def test_a_description_that_could_be_anybody_stays_open(source: str) -> None:
    assert resolve(source) == [None]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("IRNA and the USGS", ("irna", "usgs")),
        ("the USGS and IRNA", ("irna", "usgs")),
        ("Hamas, the Red Cross and the USGS", ("hamas", "red-cross", "usgs")),
        ("USGS and the U.S. Geological Survey", "usgs"),
    ],
)
def test_a_joint_source_counts_for_each_origin(source: str, expected: Any) -> None:
    assert resolve(source) == [expected]


def test_status_decides_before_names() -> None:
    own = make_claim(id="own", source=None, source_status="outlet", outlet="gb/courier")
    lost = make_claim(id="lost", source="the USGS", source_status="unresolved")
    assert resolve_sources([own, lost], []) == {"own": "outlet:gb/courier", "lost": None}


def test_ingested_papers_are_voices_of_their_own_also_those_that_lay_under_one_name() -> None:
    rows = (
        ("ingest", "The Courier"),
        ("ingest", "The Ledger"),
        ("ingest/the-ledger", "The Ledger"),
        ("ingest", "ingest"),
    )
    claims = [
        make_claim(id=f"c{i}", source=None, source_status="outlet", outlet=outlet, outlet_name=name)
        for i, (outlet, name) in enumerate(rows)
    ]
    voices = ["outlet:ingest/the-courier", "outlet:ingest/the-ledger", "outlet:ingest/the-ledger", "outlet:ingest"]
    assert list(resolve_sources(claims, []).values()) == voices


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (("the Kelvar Dockers' Union", "the Dockers' Union"), ["kelvar-dockers-union"] * 2),
        (("the Dockers' Union", "a spokesman for the Kelvar Dockers' Union"), ["kelvar-dockers-union"] * 2),
        (("the Kelvar Shipowners' Association", "the Shipowners' Association"), ["kelvar-shipowners-association"] * 2),
        (
            ("the Dockers' Union", "the Kelvar Dockers' Union", "the Tarne Dockers' Union"),
            ["dockers-union", "kelvar-dockers-union", "tarne-dockers-union"],
        ),
        (("the Dockers' Union", "the Kelvar Seafarers' Union"), ["dockers-union", "kelvar-seafarers-union"]),
        (("Anna Dell", "Mary Anna Dell"), ["anna-dell", "mary-anna-dell"]),
        (("Rescuers", "rescuers", "rescue workers"), ["rescuers"] * 3),
        (("Lindholm rescuers", "rescuers"), ["lindholm-rescuers"] * 2),
    ],
)
def test_a_body_has_one_id_by_its_short_name_and_its_full_one(sources: tuple[str, ...], expected: list[str]) -> None:
    assert resolve(*sources) == expected


def test_the_article_then_the_story_complete_a_short_name() -> None:
    found = resolve("Dr. Jonas Field", "Field", "Field", "Anna Field", "Field", articles=("a1", "a1", "a2", "a3", "a3"))
    # in a2 nobody says which Field is meant, and the story knows two
    assert found == ["jonas-field", "jonas-field", None, "anna-field", "anna-field"]


def test_an_office_without_a_place_is_the_one_that_the_story_names() -> None:
    assert (
        resolve("Orlin Governor Petra Hale", "the governor", "Hale", articles=("a1", "a2", "a2"))
        == ["orlin-governor"] * 3
    )
    assert (
        resolve("the governor of Orlin", "the governor of Vesk", "the governor", articles=("a1", "a2", "a3"))[2] is None
    )
    assert resolve("police", "the police", articles=("a1", "a2")) == ["police", "police"]


def test_an_acronym_in_brackets_means_the_full_name() -> None:
    first = make_claim(
        id="c1",
        article_key="a1",
        source="the Orlin Road Authority",
        sentence="The Orlin Road Authority (ORA) said 12 died.",
    )
    second = make_claim(id="c2", article_key="a2", source="ORA", sentence="ORA said 12 died.")
    found = resolve_sources([first, second], [])
    assert found["c1"] == found["c2"] == "orlin-road-authority"


def test_a_topic_file_comes_first() -> None:
    assert resolve("the operator", "Orlin Rail's chief", "the UN country team", topics=(TOPIC,)) == [
        "orlin-rail",
        "orlin-rail",
        "un",
    ]


@pytest.mark.parametrize(
    ("source_id", "topics", "expected"),
    [
        ("usgs", (), "government"),
        ("hamas", (), "conflict_party"),
        ("outlet:gb/courier", (), "media"),
        ("iran-interior-ministry", (), "government"),
        ("vesk-hospital", (), "hospital"),
        ("orlin-police", (), "police"),
        ("dockers-union-president", (), "union"),
        ("kelvar-president", (), "government"),
        ("western-official", (), "government"),
        ("orlin-rail", (TOPIC,), "company"),
        ("un", (TOPIC,), "un"),
        (("irna", "afp"), (), "media"),
        (("irna", "usgs"), (), None),
        ("jonas-field", (), None),
        (None, (), None),
    ],
)
def test_types(source_id: Any, topics: tuple[Topic, ...], expected: str | None) -> None:
    assert source_type(source_id, topics) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("the Kelvar Seafarers' Union", "union"), ("union officials", "union"), ("the Police Federation", "union"), ("the Pilots' Association", "union"),
        ("the Union of Hospital Doctors", "union"), ("Mara Dell, president of the Dockers' Union", "union"), ("shop stewards", "union"),
        ("the Shipowners' Association", "employer"), ("the Orlin Chamber of Commerce", "employer"), ("employers", "employer"),
        ("the Liberal Party", "party"), ("opposition leader Ana Bell", "party"), ("party officials", "party"),
        ("a police officer", "police"), ("the county sheriff", "police"), ("Union City police", "police"), ("police in Vesk", "police"),
        ("a tribunal in Vesk", "court"), ("Judge Anna Field", "court"), ("the European Court of Human Rights", "court"),
        ("Leeds General Infirmary", "hospital"), ("the director of the Vesk clinic", "hospital"), ("hospital officials", "hospital"),
        ("researchers at the Orlin Institute", "scientist"), ("a study in Nature", "scientist"), ("Kelvar University", "scientist"),
        ("a poll by Ipsos", "pollster"), ("pollsters", "pollster"), ("the polling institute Forsa", "pollster"),
        ("officials", "government"), ("rescuers", "government"), ("the president", "government"), ("witnesses", "eyewitness"), ("rebel officials", "conflict_party"),
        ("the European Union", None), ("Union Minister Amit Rao", None), ("a search party", None), ("a spokesman for Brightwater", None),
    ],
)  # fmt: skip
def test_the_form_of_a_name_tells_its_type(said: str, expected: str | None) -> None:
    assert source_type(resolve(said)[0], (), said) == expected


def test_a_body_of_an_offices_people_is_not_the_office() -> None:
    names = (
        "the Orlin Police Union",
        "Orlin police",
        "a spokesman for the hospital workers' union",
        "the Union of Hospital Doctors",
    )
    assert resolve(*names) == [
        "orlin-police-union",
        "orlin-police",
        "hospital-workers-union",
        "union-of-hospital-doctors",
    ]


def test_a_grade_is_what_the_desk_gave() -> None:
    ids = ("orlin-rail", "usgs", None, ("orlin-rail", "un"), ("usgs", "un"))
    assert [source_grade(id, (TOPIC,)) for id in ids] == ["C", None, None, "B", "B"]


def test_every_shipped_body_and_office_has_a_type_and_is_found_by_its_names() -> None:
    data = load_words("bodies")
    assert {entry["type"] for table in ("bodies", "offices") for entry in data[table].values()} <= set(SOURCE_TYPES)
    assert set(data["types"]) <= set(SOURCE_TYPES)
    owner: dict[str, str] = {}
    for id, entry in data["bodies"].items():
        for name in entry["names"]:
            assert owner.setdefault(name.casefold(), id) == id, f"{name} is two bodies"
            assert resolve(name) == [id], name


def test_order_of_claims_changes_nothing() -> None:
    names = ["Dr. Jonas Field", "Field", "the governor", "Orlin Governor Petra Hale", "ORA", "police"]
    claims = [make_claim(id=f"c{i}", source=s, article_key=f"a{i % 2}") for i, s in enumerate(names)]
    assert resolve_sources(claims, []) == resolve_sources(claims[::-1], [])


NIS = Topic(
    name="kursk",
    title="Kursk",
    match=(("Kursk",),),
    sources={"nis": SourceSpec(names=("National Intelligence Service", "South Korea's spy agency", "NIS"))},
)


@pytest.mark.parametrize(
    ("mentions", "topics", "expected"),
    [
        (
            ["The National Intelligence Service in Seoul", "South Korea's spy agency", "the agency", "NIS"],
            (NIS,),
            ["the National Intelligence Service"] * 4,
        ),
        (["Health Minister Sever Maresh", "Maresh", "Sever Maresh"], (), ["Health Minister Sever Maresh"] * 3),
        (["The Civil Protection Service", "the Civil Protection Service"], (), ["the Civil Protection Service"] * 2),
        (["police", "doctors in Garl"], (), ["police", "doctors in Garl"]),  # plain descriptions stay
        (["Orlin Rail", "Orlin Rail's chief Ana Bell"], (TOPIC,), ["Orlin Rail", "Orlin Rail's chief Ana Bell"]),
    ],
)
def test_one_source_has_one_name(mentions: list[str], topics: tuple[Topic, ...], expected: list[str]) -> None:
    described = ("police", "doctors in Garl")
    claims = [
        make_claim(
            id=f"c{i}",
            source=text,
            source_status="described" if text in described or text == "the agency" else "named",
            sentence=f"{text} said 12 died.",
            source_head=text.rpartition(" ")[2],
        )
        for i, text in enumerate(mentions)
    ]
    ids = resolve_sources(claims, topics)
    claims = [replace(c, source_id=ids[c.id]) for c in claims]
    names = full_names(claims, topics)
    assert [names.get(c.id, c.source) for c in claims] == expected
