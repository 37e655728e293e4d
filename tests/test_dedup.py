"""Copies of one text: keys, scores and groups."""

from __future__ import annotations

import json
import random
import runpy
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from processing.dedup import COPY, copy_keys, copy_score, group_copies, is_copy
from schemas.records import Article, CopyGroup, digest_id
from tests.support.records import NOON, make_article

WORDS = (
    "river", "bridge", "council", "water", "town", "mayor", "engineer", "crew", "night", "storm", "level", "gate", "pump", "road", "school", "market",
    "farm", "hill", "valley", "rain", "bank", "wall", "boat", "station", "house", "family", "street", "shop", "light", "power", "line", "field", "tower",
    "north", "south", "morning", "evening", "officer", "driver", "teacher", "doctor", "nurse", "budget", "plan", "repair", "loss", "rescue",
)  # fmt: skip


def sentences(seed: int, count: int) -> list[str]:
    """Made sentences of 14 words that no other seed gives."""
    rng = random.Random(seed)
    return [" ".join(rng.choice(WORDS) for _ in range(14)).capitalize() + "." for _ in range(count)]


def text(seed: int, count: int = 20) -> str:
    parts = sentences(seed, count)
    return "\n\n".join(" ".join(parts[i : i + 2]) for i in range(0, count, 2))


def article(body: str, **given: object) -> Article:
    given.setdefault("url", f"https://courier.example/{digest_id(body, *sorted(map(str, given.values())))}")
    return make_article(text=body, **given)


BASE = text(1, 30)
QUOTE = "“" + " ".join(sentences(9, 6)) + "”"

SCORES = {
    "the same text": (BASE, BASE, True),
    "one figure changed": (BASE + "\n\nThe flood killed 12 people.", BASE + "\n\nThe flood killed 17 people.", True),
    "first third only": (BASE, "\n\n".join(BASE.split("\n\n")[:5]), True),
    "a tenth of the sentences left out": (BASE, " ".join(s for i, s in enumerate(BASE.split(". ")) if i % 10), True),
    "spelling and quotation marks": (
        f'"We repaired it," he said. {BASE}',
        f"“We repaired it”, he told reporters. {BASE.replace('evening', 'eve')}",
        True,
    ),
    "number words": (f"{text(4, 8)} three boats", f"{text(4, 8)} 3 boats", True),
    "another event": (BASE, text(2, 30), False),
    "a long quotation in two different reports": (f"{text(3, 10)}\n\n{QUOTE}", f"{text(4, 10)}\n\n{QUOTE}", False),
    "background of a short text inside a long one": (
        text(6, 200) + "\n\n" + "\n\n".join(text(5, 12).split("\n\n")[2:]),
        text(5, 12),
        False,
    ),
    "short and equal": ("Two words. Three.", "Two words. Three.", True),
    "short and nearly equal": ("The bridge is closed until noon.", "The bridge is closed until dusk.", False),
    "empty and something": ("", BASE, False),
}


@pytest.mark.parametrize(("left", "right", "expected"), SCORES.values(), ids=SCORES)
def test_two_texts_are_copies_or_not(left: str, right: str, expected: bool) -> None:
    a, b = article(left), article(right)
    assert (is_copy(copy_score(a, b)), copy_score(a, b)) == (expected, copy_score(b, a))


@pytest.mark.parametrize("keep", [3, 5, 8])
def test_a_shortened_copy_shares_a_key_even_a_month_later(keep: int) -> None:
    whole = article(BASE)
    part = article("\n\n".join(BASE.split("\n\n")[:keep]), published=NOON + timedelta(days=27))
    assert set(copy_keys(whole)) & set(copy_keys(part))


def test_keys_are_few_and_do_not_meet_across_the_archive_except_for_equal_texts() -> None:
    now, later = (
        article(BASE),
        article(BASE + "\n\nAnd one line more than before.", published=NOON + timedelta(days=400)),
    )
    again = article(BASE, published=NOON + timedelta(days=400))
    assert set(copy_keys(now)) & set(copy_keys(later)) == set()
    assert len(set(copy_keys(now)) & set(copy_keys(again))) == 1
    assert len(copy_keys(now)) < len(BASE.split()) / 3


def test_groups_do_not_depend_on_order_and_name_the_original() -> None:
    later = NOON + timedelta(hours=2)
    wire = article(BASE, url="https://a.example/1", published=NOON, published_precision="day", credit="AP")
    first = article(BASE, url="https://b.example/1", published=NOON, credit="AP")
    second = article(BASE, url="https://c.example/1", published=later)
    alone = article(text(7), url="https://d.example/1")
    pairs = [(second.id, wire.id), (first.id, second.id)]
    members = (first.id, second.id, wire.id)
    expected = [CopyGroup(digest_id("copies", min(a.key for a in (wire, first, second))), members, first.id, "AP")]
    for seed in range(4):
        articles = [wire, first, second, alone]
        random.Random(seed).shuffle(articles)
        assert group_copies(articles, pairs) == expected


def test_the_agencys_own_article_is_the_original_even_when_seen_later() -> None:
    paper = article(BASE, url="https://a.example/1", credit="Reuters")
    agency = article(
        BASE, url="https://r.example/1", outlet="gb/reuters", outlet_name="Reuters", published=NOON + timedelta(hours=3)
    )
    assert [g.original for g in group_copies([paper, agency], [(paper.id, agency.id)])] == [agency.id]


def test_pairs_of_unknown_articles_are_ignored() -> None:
    assert group_copies([article(BASE)], [("x", "y")]) == []


def test_the_bench_finds_the_made_copies(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, body in {"a": BASE, "b": BASE.replace("river", "stream"), "c": text(8, 30)}.items():
        (folder / f"{name}.txt").write_text(f"Headline of {name}\n\n{body}\n", "utf8")
    module = runpy.run_path(str(Path(__file__).parents[1] / "bench/copies.py"))
    module["main"](str(folder), str(tmp_path / "out.json"))
    assert json.loads((tmp_path / "out.json").read_text()) == [["a", "b"]]


@pytest.mark.eval
@pytest.mark.parametrize("seed", [11, 77])
def test_made_near_duplicates_are_found(eval_folder: Path, tmp_path: Path, seed: int) -> None:
    bench, folder, truth, out = (
        str(eval_folder / "score/neardup_bench.py"),
        tmp_path / "texts",
        tmp_path / "truth.json",
        tmp_path / "out.json",
    )
    made = [
        bench,
        "make",
        "--texts",
        str(eval_folder / "attribution/text"),
        "--out",
        str(folder),
        "--truth",
        str(truth),
        "--seed",
        str(seed),
    ]
    subprocess.run([sys.executable, *made], check=True, capture_output=True)
    module = runpy.run_path(str(Path(__file__).parents[1] / "bench/copies.py"))
    module["main"](str(folder), str(out))
    said = subprocess.run(
        [sys.executable, bench, "score", "--truth", str(truth), "--pred", str(out)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert float(said.split("F1 ")[1].split()[0]) >= 0.98, said
    assert COPY == 0.5
