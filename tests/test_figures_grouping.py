"""Which claims of a story are of one thing: the table of gold/grouping.txt, by the words around the numbers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from schemas.records import Claim
from tests.support.said import groups, say

TABLE = Path(__file__).parent / "gold" / "grouping.txt"
KNOWN = "known failure: "


def read_claim(line: str) -> Claim:
    """One line of the table: article | sentence with its [number] | fields of the claim."""
    article, marked, *fields = (part.strip() for part in line.split(" | "))
    number = re.search(r"\[(.+?)\]", marked)
    assert number, f"no number in brackets: {line}"
    given: dict[str, Any] = {"value": number[1].replace(",", "")}
    given |= {
        key: None if value == "-" else value
        for key, value in (f.split("=", 1) for f in "; ".join(fields).split("; ") if f)
    }
    if "sentence_start" in given:
        given["sentence_start"] = int(given["sentence_start"])
    ends = [float(end) if end else None for end in given.pop("value").split("..")]
    value = ends[0] if len(ends) == 1 else (ends[0], ends[1])
    assert value is not None, f"no value: {line}"
    return say(article, marked.replace(number[0], number[1], 1), number[1], value, **given)


def read_cases() -> list[Any]:
    """(claims, the figures that must be found), with the name as the test's id."""
    cases = []
    text = "\n".join(line for line in TABLE.read_text("utf8").splitlines() if not line.startswith("#"))
    for block in text.strip().split("\n\n"):
        name, *lines = block.splitlines()
        claims = [read_claim(line) for line in lines if not line.startswith("= ")]
        expected = [set(line[2:].split(" + ")) for line in lines if line.startswith("= ")]
        marks = [pytest.mark.xfail(strict=True)] if name.startswith(KNOWN) else []
        cases.append(pytest.param(claims, sorted(expected, key=sorted), id=name.removeprefix(KNOWN), marks=marks))
    return cases


@pytest.mark.parametrize(("claims", "expected"), read_cases())
def test_claims_of_one_thing_meet(claims: list[Claim], expected: list[set[str]]) -> None:
    assert groups(claims) == expected
