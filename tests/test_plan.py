"""Plans and spools between `fetch` and a crawl."""

from __future__ import annotations

from pathlib import Path

from spiders.plan import Known, OutletTask, Plan, Spool, read_plan, read_spool, url_key, write_plan


def test_plan_comes_back_as_written(tmp_path: Path) -> None:
    task = OutletTask(
        "gb/c",
        {"feeds": ["https://c.example/f"]},
        "2025-01-01",
        "2025-01-09",
        (Known("https://c.example/a", '"1"'),),
        (Known("https://c.example/f"),),
        ("k",),
    )
    plan = Plan(
        str(tmp_path), "s", "w", "2025-01-22T12:00:00+00:00", "Counterclaim/1", (task,), topics=(("a", "b"),), run="r"
    )
    write_plan(tmp_path / "x.plan", plan)
    assert read_plan(tmp_path / "x.plan") == plan


def test_spool_leaves_out_the_line_that_a_kill_cut_off(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s.jsonl")
    spool.append("note", url="https://c.example/a")
    spool.append("note", url="https://c.example/b")
    spool.close()
    whole = (tmp_path / "s.jsonl").read_bytes()
    lines = [{"kind": "note", "url": "https://c.example/a"}, {"kind": "note", "url": "https://c.example/b"}]
    assert list(read_spool(tmp_path / "s.jsonl")) == lines
    for cut in range(1, len(whole)):
        (tmp_path / "s.jsonl").write_bytes(whole[:cut])
        assert list(read_spool(tmp_path / "s.jsonl")) == lines[: whole[:cut].count(b"\n")]


def test_url_keys_differ() -> None:
    assert len({url_key(f"https://c.example/{n}") for n in range(1000)}) == 1000
    assert len(url_key("x")) == 16
