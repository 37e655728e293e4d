"""Alerts: one contradiction is one alert, its states, what people do to it, which rule errs most."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from processing.alert import ACTIONS, PROGRAM, RuleRecord, change_alert, contradiction, decide_alerts, review_rules
from schemas.errors import UsageError
from schemas.records import Alert, AlertEvent, AlertState, Claim, Denial, Finding
from tests.support.records import NOON, make_alert, make_claim, make_denial, make_figure, make_finding

LATER = NOON + timedelta(hours=1)
CLAIMS: dict[str, Claim] = {
    c.id: c
    for c in [
        make_claim(id="a12", outlet="xx/a", source_id="police"),
        make_claim(id="b20", outlet="xx/b", low=20, high=20, source_id="army"),
        make_claim(id="c20", outlet="xx/c", low=20, high=20, source_id="mayor", article_key="c"),
        make_claim(id="d12", outlet="xx/d", low=12, high=None, approx="at_least", source_id="police", article_key="d"),
        make_claim(id="e30", outlet="xx/e", low=30, high=30, source_id="army", article_key="e"),
        make_claim(id="x12", outlet="xx/x", stance="denies", source_id="army", article_key="x"),
    ]
}
FIGURES = {"f1": make_figure()}


def finding(earlier: str, later: str, **given: Any) -> Finding:
    return make_finding(
        **{
            "id": f"{earlier}-{later}",
            "earlier": earlier,
            "later": later,
            "text": f"{earlier} against {later}.",
            **given,
        }
    )


def decide(
    findings: list[Finding],
    existing: list[Alert] | None = None,
    now: datetime = NOON,
    denials: dict[str, Denial] | None = None,
) -> list[Alert]:
    return decide_alerts(findings, CLAIMS, FIGURES, {a.id: a for a in existing or []}, now=now, denials=denials)


FIRST = finding("a12", "b20")


def test_a_contradiction_raises_an_alert() -> None:
    key = contradiction(FIRST, CLAIMS, {})
    assert decide([FIRST]) == [
        Alert(
            id=key, finding="conflicts", severity="high", figure="f1", title="people killed", text="a12 against b20.", findings=("a12-b20",), earlier="a12",
            later="b20", state="open", raised_at=NOON, updated_at=NOON, day=NOON.date(), outlets=("xx/a", "xx/b"), topic=None,
            history=(AlertEvent(NOON, PROGRAM, "raise", "conflicts"),), sides=("a1|kill|12", "a1|kill|20"),
        )
    ]  # fmt: skip


def test_what_has_no_severity_raises_none() -> None:
    assert decide([finding("a12", "b20", severity=None)]) == []


@pytest.mark.parametrize(
    ("other", "one"),
    [
        (finding("a12", "c20"), True),  # another outlet and source, the same numbers
        (finding("d12", "c20"), True),  # "at least 12" is the number 12
        (finding("b20", "a12"), True),  # whichever came first
        (finding("a12", "e30"), False),  # another number
        (finding("a12", "c20", finding="falls"), False),  # another contradiction
        (finding("a12", "c20", figure="f2"), False),  # another figure
        (finding("a12", "c20", other_figure="f2"), False),
    ],
)
def test_one_contradiction_is_one_alert(other: Finding, one: bool) -> None:
    assert (contradiction(FIRST, CLAIMS, {}) == contradiction(other, CLAIMS, {})) is one


def test_a_silent_edit_is_a_contradiction_of_its_article() -> None:
    edits = [finding("a12", later, finding="edited") for later in ("b20", "c20")]
    assert contradiction(edits[0], CLAIMS, {}) != contradiction(edits[1], CLAIMS, {})


def test_denials_by_one_denier_are_one() -> None:
    made = [
        make_denial(id="d1"),
        make_denial(id="d2", outlet="xx/z"),
        make_denial(id="d3", source_id="army"),
        make_denial(id="d4", source_id=None),
    ]
    denials = {d.id: d for d in made}
    keys = [
        contradiction(finding("a12", later, finding="denies"), CLAIMS, denials)
        for later in ("d1", "d2", "d3", "d4", "x12", "unknown")
    ]
    assert keys[0] == keys[1] == keys[3]  # by id, else by name
    assert len(set(keys)) == 4


def test_evidence_is_gathered_and_the_loudest_first_finding_speaks() -> None:
    low = finding("a12", "b20", severity="low", day=NOON.date() - timedelta(days=1))
    loud, late = finding("a12", "c20"), finding("d12", "c20", day=NOON.date() + timedelta(days=1))
    expected = decide([low, loud, late])
    assert [(a.severity, a.text, a.earlier, a.later, a.findings, a.outlets, a.day) for a in expected] == [
        (
            "high",
            "a12 against c20.",
            "a12",
            "c20",
            ("a12-b20", "a12-c20", "d12-c20"),
            ("xx/a", "xx/b", "xx/c", "xx/d"),
            NOON.date() - timedelta(days=1),
        )
    ]
    assert decide([late, loud, low]) == expected


def test_nothing_new_changes_nothing() -> None:
    assert decide([FIRST], decide([FIRST]), LATER) == []


def test_an_alert_outlives_its_figure() -> None:
    old = change_alert(decide([FIRST])[0], "false_positive", "Ada", "two towns", NOON)
    anew = finding("a12", "b20", id="anew", figure="f2")
    (kept,) = decide([anew], [old], LATER)
    assert (kept.id, kept.figure, kept.state, kept.findings, kept.history) == (
        old.id,
        "f2",
        "false_positive",
        ("anew",),
        old.history,
    )
    assert decide([anew], [kept], LATER) == []
    gone = decide_alerts([anew], CLAIMS, FIGURES, {}, now=LATER, elsewhere={old.id: old})
    assert gone == [kept]


@pytest.mark.parametrize(
    "other",
    [
        finding("a12", "e30", figure="f2"),
        finding("a12", "b20", figure="f2", finding="falls"),
        finding("b20", "c20", figure="f2"),
    ],
)
def test_another_contradiction_does_not_take_an_alert_over(other: Finding) -> None:
    old = decide([FIRST])[0]
    changed = {a.id: a.state for a in decide([other], [old], LATER)}
    assert changed == {old.id: "closed", contradiction(other, CLAIMS, {}): "open"}
    assert [a.id for a in decide_alerts([other], CLAIMS, FIGURES, {}, now=LATER, elsewhere={old.id: old})] == [
        contradiction(other, CLAIMS, {})
    ]


MORE = finding("a12", "c20")
LOW = replace(FIRST, severity="low")


def in_state(state: AlertState, findings: list[Finding]) -> Alert:
    alert = decide(findings)[0]
    actions = {
        "acknowledged": "acknowledge",
        "reconciled": "reconcile",
        "false_positive": "false_positive",
        "closed": "close",
    }
    return alert if state == "open" else change_alert(alert, actions[state], "Ada", "because", NOON)


@pytest.mark.parametrize(
    ("state", "after_more", "after_louder"),
    [
        ("open", "open", "open"),
        ("acknowledged", "acknowledged", "open"),
        ("reconciled", "reconciled", "open"),
        ("closed", "closed", "open"),
        ("false_positive", "false_positive", "false_positive"),
    ],
)
def test_states_when_more_comes_to_light(state: AlertState, after_more: AlertState, after_louder: AlertState) -> None:
    alert = in_state(state, [LOW])
    more = decide([LOW, replace(MORE, severity="low")], [alert], LATER)[0]
    assert (more.state, more.outlets, more.raised_at, more.updated_at) == (
        after_more,
        ("xx/a", "xx/b", "xx/c"),
        NOON,
        LATER,
    )
    louder = decide([FIRST], [alert], LATER)[0]
    assert (louder.state, louder.severity) == (after_louder, "high")
    assert louder.history[len(alert.history)] == AlertEvent(LATER, PROGRAM, "raise severity", "low to high: conflicts")
    assert [e.action for e in louder.history[len(alert.history) + 1 :]] == (["reopen"] if after_louder != state else [])


def test_what_is_gathered_is_noted_while_somebody_looks() -> None:
    assert decide([FIRST, MORE], [in_state("open", [FIRST])], LATER)[0].history[-1] == AlertEvent(
        LATER, PROGRAM, "gather", "1 more outlet"
    )
    assert decide([FIRST, MORE], [in_state("closed", [FIRST])], LATER)[0].history[-1].action == "close"


@pytest.mark.parametrize("state", get_args(AlertState))
def test_an_alert_that_nothing_supports_is_closed_and_comes_back(state: AlertState) -> None:
    alert = in_state(state, [FIRST])
    gone = decide([], [alert], LATER)
    if state not in ("open", "acknowledged"):
        assert gone == []
        return
    assert [(a.state, a.history[-1]) for a in gone] == [
        ("closed", AlertEvent(LATER, PROGRAM, "withdraw", "no finding supports it any more"))
    ]
    assert decide([], gone, LATER) == []
    back = decide([FIRST], gone, LATER)
    assert [(a.state, a.history[-1]) for a in back] == [("open", AlertEvent(LATER, PROGRAM, "reopen", "found again"))]


# ---------------------------------------------------------------- what people do


@pytest.mark.parametrize("state", get_args(AlertState))
@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_from_every_state(state: AlertState, action: str) -> None:
    starts, to = ACTIONS[action]
    alert = make_alert(state=state)
    if state in starts:
        changed = change_alert(alert, action, " Ada ", " because ", LATER)
        event = AlertEvent(LATER, "Ada", action, "because")
        assert changed == replace(alert, state=to or state, updated_at=LATER, history=(event,))
    else:
        with pytest.raises(UsageError, match=f"alert al1 is {state}: {action} is not possible; possible: "):
            change_alert(alert, action, "Ada", "because", LATER)


@pytest.mark.parametrize(
    ("action", "by", "reason", "message"),
    [
        (
            "forget",
            "Ada",
            "because",
            "'forget' is no action; allowed: acknowledge, reconcile, false_positive, close, reopen, note",
        ),
        ("acknowledge", " ", "", "acknowledge needs the name of who does it"),
        ("reconcile", "Ada", " ", "reconcile needs a reason"),
        ("false_positive", "Ada", "", "false_positive needs a reason"),
        ("note", "Ada", "", "note needs a reason"),
    ],
)
def test_actions_that_lack_something(action: str, by: str, reason: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        change_alert(make_alert(), action, by, reason, LATER)


def test_acknowledging_and_closing_need_no_reason() -> None:
    assert [change_alert(make_alert(), action, "Ada", "", LATER).state for action in ("acknowledge", "close")] == [
        "acknowledged",
        "closed",
    ]


def test_which_rule_errs_most() -> None:
    def judged(finding: Any, action: str | None, reason: str = "because", id: str = "x") -> Alert:
        alert = make_alert(finding=finding, id=id)
        return alert if action is None else change_alert(alert, action, "Ada", reason, LATER)

    alerts = [
        judged("conflicts", "reconcile"), judged("conflicts", "false_positive", "two districts"), judged("conflicts", None), judged("conflicts", "acknowledge"),
        judged("slips", "false_positive", "per week"), judged("slips", "false_positive", "per week"), judged("slips", "close"),
        judged("falls", None), replace(judged("falls", None), state="closed", history=(AlertEvent(LATER, PROGRAM, "withdraw"),)),
    ]  # fmt: skip
    records = review_rules(alerts)
    assert records == [
        RuleRecord("slips", alerts=3, judged=3, false_positives=2, reasons=("per week",)),
        RuleRecord("conflicts", alerts=4, judged=2, false_positives=1, reasons=("two districts",)),
        RuleRecord("falls", alerts=2, judged=0, false_positives=0, reasons=()),
    ]
    assert [r.error_rate for r in records] == [2 / 3, 0.5, None]


def test_a_figure_that_is_no_more_is_named_by_its_id() -> None:
    assert [a.title for a in decide_alerts([FIRST], CLAIMS, {}, {}, now=datetime(2025, 1, 1, tzinfo=UTC))] == ["f1"]
