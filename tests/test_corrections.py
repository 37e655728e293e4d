"""Corrections: of claims, figures and sources; they survive re-processing, and later ones win."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from processing.corrections import (
    CLAIM_FIELDS,
    DeskFigure,
    correct_claims,
    correct_figures,
    desk_figures,
    make_correction,
)
from schemas.errors import UsageError
from schemas.records import Claim, Correction, Figure, digest_id
from tests.support.records import NOON, make_claim, make_figure


def correct(kind: Any, target: str, changes: Mapping[str, Any], *, hours: int = 0, author: str = "Ada") -> Correction:
    return make_correction(kind, target, changes, author=author, reason="read again", at=NOON + timedelta(hours=hours))


@dataclass(frozen=True)
class Corrected:
    """Claims and figures after all corrections, as the pipeline joins the two steps."""

    claims: dict[str, Claim]
    figures: tuple[Figure, ...]
    applied: tuple[str, ...]
    problems: tuple[str, ...]


def apply_corrections(
    claims: Mapping[str, Claim], figures: Sequence[Figure], corrections: Sequence[Correction]
) -> Corrected:
    made, first, lacking = correct_claims(claims, corrections)
    grouped, second, wrong = correct_figures(figures, made, corrections)
    return Corrected(made, grouped, (*first, *second), (*lacking, *wrong))


CLAIMS = {
    c.id: c for c in (make_claim(id=f"c{i}", low=i, high=i, published=NOON + timedelta(hours=i)) for i in range(1, 6))
}
FIGURES = [
    make_figure(id="f1", claims=("c1", "c2")),
    make_figure(id="f2", claims=("c3", "c4"), denials=("d1",)),
    make_figure(id="f3", claims=("c5",), part_of="f2"),
]
SURE = {"sure": {"low": 1.0, "high": 1.0}, "rules": {"low": "corrected by Ada", "high": "corrected by Ada"}}


def test_without_corrections_nothing_changes() -> None:
    result = apply_corrections(CLAIMS, FIGURES, [])
    assert (result.claims, result.figures, result.applied, result.problems) == (CLAIMS, tuple(FIGURES), (), ())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"low": 7, "high": 7}, replace(CLAIMS["c1"], low=7, high=7, **SURE)),
        (
            {"as_of": ["2025-01-03", "2025-01-04"], "as_of_guess": False},
            replace(
                CLAIMS["c1"], as_of=(date(2025, 1, 3), date(2025, 1, 4)), as_of_guess=False, sure={"as_of": 1.0, "as_of_guess": 1.0},
                rules={"as_of": "corrected by Ada", "as_of_guess": "corrected by Ada"},
            ),
        ),
        (
            {"relay": ["the BBC"], "source_id": None},
            replace(
                CLAIMS["c1"], relay=("the BBC",), source_id=None, sure={"relay": 1.0, "source_id": 1.0},
                rules={"relay": "corrected by Ada", "source_id": "corrected by Ada"},
            ),
        ),
    ],
)  # fmt: skip
def test_a_claims_fields(changes: dict[str, Any], expected: Claim) -> None:
    correction = correct("claim", "c1", changes)
    result = apply_corrections(CLAIMS, FIGURES, [correction])
    assert (result.claims, result.applied, result.problems) == ({**CLAIMS, "c1": expected}, (correction.id,), ())


def test_a_dropped_claim_leaves_its_figure_and_an_empty_figure_goes() -> None:
    drops = [correct("claim", id, {"drop": True}) for id in ("c1", "c5")]
    result = apply_corrections(CLAIMS, FIGURES, drops)
    assert sorted(result.claims) == ["c2", "c3", "c4"]
    assert [(f.id, f.claims) for f in result.figures] == [("f1", ("c2",)), ("f2", ("c3", "c4"))]


def test_later_corrections_win_whatever_their_order() -> None:
    first, second = (
        correct("claim", "c1", {"event": "wound"}),
        correct("claim", "c1", {"event": "send"}, hours=1, author="Ben"),
    )
    for corrections in ([first, second], [second, first]):
        claim = apply_corrections(CLAIMS, FIGURES, corrections).claims["c1"]
        assert (claim.event, claim.rules) == ("send", {"event": "corrected by Ben"})


def test_a_name_is_a_source() -> None:
    alias = correct("source", "The Rescue  Service", {"source_id": "rescue"})
    own = correct("claim", "c2", {"source_id": "police"})
    result = apply_corrections(CLAIMS, FIGURES, [alias, own])
    assert {id: c.source_id for id, c in result.claims.items()} == {
        "c1": "rescue",
        "c2": "police",
        "c3": "rescue",
        "c4": "rescue",
        "c5": "rescue",
    }
    assert set(result.applied) == {alias.id, own.id}
    assert apply_corrections(CLAIMS, FIGURES, [correct("source", "nobody", {"source_id": "x"})]).applied == ()


def test_two_figures_are_one() -> None:
    merge = correct("figure", "f1", {"claims": ["c2"], "merge": ["c4", "c3"]})
    result = apply_corrections(CLAIMS, FIGURES, [merge])
    assert result.figures == (
        replace(FIGURES[0], claims=("c1", "c2", "c3", "c4"), denials=("d1",)),
        replace(FIGURES[2], part_of="f1"),
    )


def test_a_part_merged_with_its_whole_is_no_part() -> None:
    merge = correct("figure", "f3", {"claims": ["c5"], "merge": ["c3"]})
    figures = apply_corrections(CLAIMS, FIGURES, [merge]).figures
    assert [(f.id, f.claims, f.part_of) for f in figures] == [
        ("f1", ("c1", "c2"), None),
        ("f3", ("c3", "c4", "c5"), None),
    ]


def test_one_figure_is_two() -> None:
    split = correct("figure", "f2", {"claims": ["c3"], "split": ["c4"], "title": "people killed in the next valley"})
    result = apply_corrections(CLAIMS, FIGURES, [split])
    new = digest_id("split", "f2", "c4")
    expected = [FIGURES[0], replace(FIGURES[1], claims=("c3",)), FIGURES[2]]
    expected.append(replace(FIGURES[1], id=new, claims=("c4",), denials=(), title="people killed in the next valley"))
    assert result.figures == tuple(sorted(expected, key=lambda f: f.id))


def test_claims_that_belong_nowhere_and_what_a_figure_is() -> None:
    changes = [
        correct("figure", "f2", {"claims": ["c3"], "remove": ["c4"]}),
        correct("figure", "f1", {"claims": ["c1"], "kind": "event", "title": "dead"}),
    ]
    result = apply_corrections(CLAIMS, FIGURES, changes)
    assert [(f.id, f.claims, f.kind, f.title) for f in result.figures] == [
        ("f1", ("c1", "c2"), "event", "dead"),
        ("f2", ("c3",), "cumulative", "people killed"),
        ("f3", ("c5",), "cumulative", "people killed"),
    ]


def test_corrections_survive_figures_made_anew_under_other_ids() -> None:
    merge = correct("figure", "f1", {"claims": ["c2"], "merge": ["c4"]})
    again = [replace(f, id=f"new-{f.id}", part_of=None) for f in FIGURES]
    assert [(f.id, f.claims) for f in apply_corrections(CLAIMS, again, [merge]).figures] == [
        ("new-f1", ("c1", "c2", "c3", "c4")),
        ("new-f3", ("c5",)),
    ]


def test_the_desks_figure() -> None:
    older = correct("figure", "f1", {"claims": ["c1"], "desk": {"low": 10, "high": 10}})
    newer = correct("figure", "f1", {"claims": ["c2"], "desk": {"low": 12, "high": None}}, hours=1)
    gone = correct("figure", "f9", {"claims": ["c9"], "desk": {"low": 1, "high": 1}})
    expected = {"f1": DeskFigure("f1", 12, None, "Ada", "read again", NOON + timedelta(hours=1))}
    assert desk_figures(FIGURES, [newer, older, gone]) == expected


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("claim", {"colour": 1}, "colour: unknown; allowed: drop, low, "),
        ("claim", {}, "changes nothing"),
        ("claim", {"low": "many"}, "low: Input should be a valid number.*, not 'many'"),
        ("claim", {"approx": "exactly"}, "approx: Input should be 'exact'"),
        ("claim", {"low": 9, "high": 3}, "low 9 lies above high 3"),
        ("figure", {"merge": ["c4"]}, "claims: the id of a claim that the figure holds is needed"),
        ("figure", {"claims": ["c1"]}, "changes nothing"),
        ("figure", {"claims": ["c1"], "kind": "sum"}, "kind: 'sum'; allowed: cumulative, level, event"),
        ("figure", {"claims": ["c1"], "desk": {"low": 1}}, "desk: needs low and high"),
        ("figure", {"claims": ["c1"], "colour": 1}, "colour: unknown"),
        ("source", {"source_id": " "}, "source_id: must be a name"),
        ("source", {"name": "x"}, "name: unknown; allowed: source_id"),
    ],
)
def test_what_cannot_be_corrected(kind: Any, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        correct(kind, "x", changes)


def test_a_correction_is_signed_and_has_a_reason() -> None:
    for author, reason in (("", "why"), ("Ada", " ")):
        with pytest.raises(UsageError, match="correction of claim c1: needs an author and a reason"):
            make_correction("claim", "c1", {"low": 1}, author=author, reason=reason, at=NOON)


def test_a_bad_stored_correction_is_reported_and_the_others_go_on() -> None:
    bad = Correction("bad", "claim", "c1", {"low": "many"}, "Ada", "x", NOON)
    worse = Correction("worse", "figure", "f1", {"colour": 1}, "Ada", "x", NOON)
    above = Correction("above", "claim", "c3", {"low": 9, "high": 3}, "Ada", "x", NOON)
    good = correct("claim", "c2", {"low": 9, "high": 9})
    result = apply_corrections(CLAIMS, FIGURES, [bad, good, worse, above])
    assert (result.claims["c1"], result.claims["c2"].low, result.applied) == (CLAIMS["c1"], 9, (good.id,))
    assert [p.split(":")[0] for p in result.problems] == [
        "correction above of claim c3",
        "correction bad of claim c1",
        "correction worse of figure f1",
    ]


def test_the_fields_that_can_be_corrected_are_fields_of_a_claim() -> None:
    assert set(CLAIM_FIELDS) <= set(Claim.__dataclass_fields__)
    assert len(set(CLAIM_FIELDS)) == len(CLAIM_FIELDS)
