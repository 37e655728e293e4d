"""Who says a number: a table of invented sentences and texts (gold/speakers.txt), whole records, denials, and the floors on real articles."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from processing.claims.document.document import Parses, read_document
from processing.claims.speaker.speaker import Denied, Speaker, attribute_numbers, read_attributions, read_denials

TABLE = Path(__file__).parent / "gold" / "speakers.txt"
ROOT = Path(__file__).parents[1]


def read_table() -> list[tuple[str, bool, list[list[str]]]]:
    """(text with brackets, whether it is a known failure, expected fields for each number)."""
    cases: list[tuple[str, bool, list[list[str]]]] = []
    for line in TABLE.read_text("utf8").splitlines():
        if line.startswith("> "):
            fields = [field.strip() for field in line[2:].split("|")]
            cases[-1][2].append([*fields, *[""] * (5 - len(fields))])
        elif line and not line.startswith("#"):
            failing = line.startswith("known failure: ")
            cases.append((line.removeprefix("known failure: ").replace(" ¶ ", "\n\n"), failing, []))
    return cases


def unmark(marked: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its brackets, and the offsets of what stood in them."""
    text, spans = "", []
    for part in re.split(r"(\[[^\]]+\])", marked):
        if part.startswith("["):
            spans.append((len(text), len(text) + len(part) - 2))
            part = part[1:-1]
        text += part
    return text, spans


def ask(marked: str) -> list[Speaker]:
    """The speakers of the bracketed numbers."""
    text, spans = unmark(marked)
    document = read_document(text)
    return attribute_numbers(document, Parses(document), spans)


def fields(speaker: Speaker) -> list[str]:
    """A speaker in the table's fields."""
    stance = "" if speaker.stance == "asserts" else speaker.stance
    return [
        speaker.source or "-",
        speaker.source_status,
        ";".join(speaker.relay),
        stance,
        "hedged" if speaker.hedged else "",
    ]


def lower_first(expected: list[str]) -> list[str]:
    """Sources are compared without regard to a capital at the start of a sentence."""
    return [expected[0][:1].lower() + expected[0][1:], *expected[1:]]


ROWS = [
    pytest.param(
        marked, expected, marks=[pytest.mark.xfail(strict=True)] if failing else [], id=marked[:60].replace("\n", " ")
    )
    for marked, failing, expected in read_table()
]


@pytest.mark.parametrize(("marked", "expected"), ROWS)
def test_table(marked: str, expected: list[list[str]]) -> None:
    assert [lower_first(fields(s)) for s in ask(marked)] == [lower_first(row) for row in expected]


def test_table_is_long_enough() -> None:
    assert len(ROWS) > 150


def test_whole_record_of_a_quotation_over_paragraphs() -> None:
    marked = "General Oleh Marchenko told the Courier: “They are many.\n\n“An additional [11,000]-12,000 are expected,” he added."
    assert ask(marked) == [
        Speaker(
            source="General Oleh Marchenko", words=(0, 22), mention=(102, 104), head="Marchenko", source_status="named", relay=("the Courier",),
            stance="asserts", hedged=False, quote="An additional 11,000-12,000 are expected,", rule="quoted beside the cue; pronoun", sure=0.807,
        )
    ]  # fmt: skip


def test_whole_record_of_the_outlet() -> None:
    assert ask("Floods killed [12] people in the valley.") == [
        Speaker(source=None, words=None, mention=None, head=None, source_status="outlet", rule="nobody cited", sure=0.7)
    ]


def test_answers_come_in_the_order_asked() -> None:
    text, spans = unmark("Unions claimed [300,000] marched; police put the crowd at [80,000].")
    document = read_document(text)
    forward = attribute_numbers(document, Parses(document), spans)
    assert attribute_numbers(document, Parses(document), spans[::-1]) == forward[::-1]


def test_offsets_are_of_the_words() -> None:
    for marked, failing, _ in read_table():
        if failing:
            continue
        text, _ = unmark(marked)
        for speaker in ask(marked):
            if speaker.words is not None and speaker.source is not None:
                start, end = speaker.words
                assert re.sub(r"\s", " ", text[start:end]) == re.sub(r"\s", " ", speaker.source)


def test_hard_wrapped_lines_and_non_breaking_spaces() -> None:
    marked = "Storm over Arden\n\nThe storm killed [12]\npeople,\u00a0the fire\nservice said on Monday."
    assert [fields(s) for s in ask(marked)] == [["the fire service", "described", "", "", ""]]


def test_sentences_without_a_figure_are_not_parsed() -> None:
    text = "The mayor spoke on Monday. He said little. The fire killed 12 people, police said.\n\nRain fell. The wind was strong, he said."
    document = read_document(text)
    parses = Parses(document)
    attribute_numbers(document, parses, [(text.index("12"), text.index("12") + 2)])
    assert [i for i in range(len(document.sentences)) if parses.has(i)] == [2]


def test_attributions_give_source_cue_and_content() -> None:
    text = "Anna Roth said 12 people were hurt."
    document = read_document(text)
    (found,) = read_attributions(document, Parses(document))
    assert found.source is not None
    assert (found.source.text, text[slice(*found.cue)], found.group, found.rule) == (
        "Anna Roth",
        "said",
        "say",
        "verb say",
    )
    assert found.holds(text.index("12"))
    assert not found.holds(0)


DENIALS = [
    (
        "The ministry denied that its troops had entered the town.",
        ("The ministry", "denies", "that its troops had entered the town"),
    ),
    ("Pyongyang has denied sending soldiers abroad.", ("Pyongyang", "denies", "sending soldiers abroad")),
    ("The firm disputes the allegation of fraud.", ("The firm", "disputes", "the allegation of fraud")),
    ("The embassy rejected reports of a raid as false.", ("The embassy", "denies", "reports of a raid as false")),
    (
        "The war has killed 40,000 people, a figure analysts dispute.",
        ("analysts", "disputes", "The war has killed 40,000 people"),
    ),
    ("Floods killed 40, a toll contested by the opposition.", ("the opposition", "disputes", "Floods killed 40")),
    ("The raid killed 40, a claim that the army denies.", ("the army", "denies", "The raid killed 40")),
    (
        "Mayor Paul Dent was busy. He denied any involvement in the sale.",
        ("Mayor Paul Dent", "denies", "any involvement in the sale"),
    ),
]


@pytest.mark.parametrize(("text", "expected"), DENIALS)
def test_denials(text: str, expected: tuple[str, str, str]) -> None:
    document = read_document(text)
    found = read_denials(document, Parses(document))
    assert [(d.source, d.stance, d.denies) for d in found] == [expected]


NO_DENIALS = [
    "The council rejected the budget.",
    "The navy challenged the boats.",
    "The army denied that 30 soldiers had died.",
    "She did not deny that the town was empty.",
    "The ministry said the town was empty.",
]


@pytest.mark.parametrize("text", NO_DENIALS)
def test_no_denials(text: str) -> None:
    document = read_document(text)
    assert read_denials(document, Parses(document)) == []


def test_whole_record_of_a_denial() -> None:
    text = "Rain fell. The ministry denied that its troops had entered the town."
    document = read_document(text)
    assert read_denials(document, Parses(document)) == [
        Denied(
            source="The ministry", words=(11, 23), head="ministry", source_status="described", stance="denies", denies="that its troops had entered the town",
            denies_words=(31, 67), start=11, end=68, sentence=1, rule="verb deny",
        )
    ]  # fmt: skip


@pytest.mark.eval
def test_real_articles_stay_above_the_floor(eval_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "attribution.json"
    folder = eval_folder / "attribution"
    subprocess.run(
        [sys.executable, str(ROOT / "bench" / "attribution.py"), str(folder / "text"), str(out)],
        check=True,
        timeout=300,
    )
    scorer = [sys.executable, str(eval_folder / "score" / "attr_score.py"), "--split", str(folder), "--pred", str(out)]
    report = subprocess.run(scorer, check=True, capture_output=True, text=True, timeout=60).stdout
    accuracy, precision = (
        float(re.search(rf"items .*{name}[^=]*? (?:\d+/\d+ = )?([\d.]+)", report)[1])
        for name in ("accuracy", "precision")
    )  # type: ignore[index]
    false = float(re.search(r"false speaker \S+ = ([\d.]+)", report)[1])  # type: ignore[index]
    assert (accuracy >= 0.80, precision >= 0.91, false <= 0.075) == (True, True, True), report
    assert set(json.loads(out.read_text("utf8"))) == {"system", "version", "seconds", "docs"}
