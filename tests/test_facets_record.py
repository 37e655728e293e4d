"""Facets are stored with their claim, and claims that were stored without stay readable."""

import csv
import io
from dataclasses import fields, replace
from pathlib import Path

import orjson
import pytest

from console.export import export_records
from processing.agreement import FACETS, compare_facets, same_name
from processing.store import Batch, open_store
from processing.store.elastic.documents import Context, document
from schemas.facets import Facets
from schemas.records import Claim, dump_json, load_json
from tests.support.facet_cases import facets_of
from tests.support.records import make_article, make_claim

PLAIN = Facets(sentence=1, paragraph=1, zone="lead", rank=1, rank_in_unit=1, first_rank=1)
FULL = facets_of(
    "Storm kills 12\n\nA storm killed 12 people in Tarn.\n\nIn March 2021, Norvia's bid of $5.8 billion for 40 shops in Tarn was refused.",
    "5.8 billion",
)


def test_the_full_example_is_full() -> None:
    assert (FULL.incident, FULL.incident_months, FULL.holder_names, FULL.modality) == (
        "other",
        ("2021-03",),
        ("norvia",),
        "offered",
    )


def test_facets_come_back_from_the_store(tmp_path: Path) -> None:
    store, article = open_store(f"sqlite:///{tmp_path}/c.db"), make_article()
    claim = make_claim(article_id=article.id, facets=FULL)
    store.apply(Batch(put=[article, claim]))
    assert store.get(Claim, claim.id) == claim
    store.close()


def test_a_claim_stored_before_facets_were_is_read_without() -> None:
    data = orjson.loads(dump_json(make_claim(id="c", facets=FULL)))
    del data["facets"]
    assert load_json(Claim, data) == make_claim(id="c", facets=None)


def test_elasticsearch_keeps_facets_in_the_record() -> None:
    assert load_json(Claim, document(make_claim(facets=FULL), Context())["record"]).facets == FULL


def test_exports_hold_facets_as_json(tmp_path: Path) -> None:
    from pyarrow import parquet

    claims = [make_claim(facets=FULL), make_claim(id="other", facets=None)]
    for kind in ("csv", "parquet"):
        assert export_records(claims, Claim, kind, tmp_path / f"c.{kind}") == 2
    rows = list(csv.DictReader(io.StringIO((tmp_path / "c.csv").read_text("utf8"))))
    cells = parquet.read_table(tmp_path / "c.parquet").column("facets").to_pylist()
    assert [load_json(Facets, row["facets"]) if row["facets"] else None for row in rows] == [FULL, None]
    assert [load_json(Facets, cell) if cell else None for cell in cells] == [FULL, None]


# changes of one side, of the other, facet, agreement
AGREEMENTS = [
    ({"incident": "own"}, {"incident": "own"}, "incident", "agree"),
    ({"incident": "own"}, {"incident": "other"}, "incident", "differ"),
    ({"incident": "own"}, {}, "incident", None),
    ({"incident": "other"}, {}, "incident", "differ"),
    ({"incident": "other"}, {"incident": "other"}, "incident", None),
    (
        {"incident": "other", "incident_years": (2019,)},
        {"incident": "other", "incident_years": (2019,)},
        "incident",
        "agree",
    ),
    (
        {"incident": "other", "incident_years": (2019,)},
        {"incident": "other", "incident_months": ("2021-03",)},
        "incident",
        "differ",
    ),
    (
        {"incident": "other", "incident_months": ("2021-05",)},
        {"incident": "other", "incident_months": ("2021-03",)},
        "incident",
        "differ",
    ),
    ({"holder_names": ("anna", "berg")}, {"holder_names": ("berg",)}, "holder", "agree"),
    ({"holder_names": ("berg",)}, {"holder_names": ("ohm",)}, "holder", "differ"),
    ({"holder_names": ("nrm",)}, {"holder_names": ("national", "reform", "movement")}, "holder", "agree"),
    ({"holder_head": "union"}, {"holder_head": "union"}, "holder", "agree"),
    ({"holder_head": "union"}, {"holder_head": "company"}, "holder", None),
    ({"role": "agent"}, {"role": "patient"}, "role", "differ"),
    ({"scope": "part"}, {}, "scope", "differ"),
    ({"scope": "part"}, {"scope": "part"}, "scope", None),
    ({"scope": "all"}, {"scope": "all"}, "scope", "agree"),
    ({"places": ("tarn",)}, {"places": ("vell",)}, "place", "differ"),
    ({"places": ("tarn",)}, {}, "place", None),
    ({"institution": "school"}, {"institution": "hospital"}, "institution", "differ"),
    ({"groups": ("child",)}, {"groups": ("person",)}, "group", "differ"),
    ({"groups": ("staff",)}, {"groups": ("person",)}, "group", None),
    ({"groups": ("child",)}, {"groups": ("child", "woman")}, "group", "agree"),
    ({"severity": "serious"}, {"severity": "slight"}, "severity", "differ"),
    ({"times": ("first quarter",)}, {"times": ("second quarter",)}, "time", "differ"),
    ({"modality": "offered"}, {"modality": "done"}, "modality", "differ"),
    ({"modality": "planned"}, {"modality": "forecast"}, "modality", None),
]


@pytest.mark.parametrize(("first", "second", "facet", "agreement"), AGREEMENTS)
def test_agreement(first: dict[str, object], second: dict[str, object], facet: str, agreement: str | None) -> None:
    a, b = replace(PLAIN, **first), replace(PLAIN, **second)  # type: ignore[arg-type]
    assert (compare_facets(a, b)[facet], compare_facets(b, a)[facet]) == (agreement, agreement)


def test_nothing_known_says_nothing() -> None:
    assert set(compare_facets(PLAIN, PLAIN).values()) == {None}
    assert set(compare_facets(PLAIN, PLAIN)) == set(FACETS)


def test_initials_are_a_name() -> None:
    assert same_name(("nrm",), ("national", "reform", "movement"))
    assert not same_name(("nrm",), ("national", "movement"))


def test_every_field_of_the_record_is_told() -> None:
    assert [f.name for f in fields(Facets) if f"`{f.name}`" not in (Facets.__doc__ or "")] == []
