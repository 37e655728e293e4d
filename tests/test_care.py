"""What is kept is taken care of: faults are found and repaired, a backup made while a run writes comes back whole, and what is forgotten is gone."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result
from warcio.archiveiterator import ArchiveIterator

from console.cli import app
from processing.pipeline.forget import PROOF
from processing.store import Batch, Store, Where
from processing.store.sqlite import SqliteStore
from schemas.records import Alert, Article, Claim, Figure, Page, Story
from spiders.plan import url_key
from spiders.warc import Archive, read_record
from spiders.warc_care import blank_record, cut_torn_end, member_length, whole_length
from tests.support.records import make_finding
from tests.support.small_pipeline import contents

AT = "2025-01-22T12:00:00Z"


# ---------------------------------------------------------------- archives


def archive(path: Path, bodies: list[bytes]) -> list[int]:
    made = Archive(path.parent, path.name)
    offsets = [made.write(f"https://courier.example/{n}", "200 OK", [], body, AT)[0] for n, body in enumerate(bodies)]
    made.close()
    return offsets


def addresses(path: Path) -> list[str | None]:
    with path.open("rb") as file:
        return [r.rec_headers.get_header("WARC-Target-URI") for r in ArchiveIterator(file) if r.rec_type != "warcinfo"]


@pytest.mark.parametrize("kept", [1, 9, 10, 18, 100, -8, -1])
def test_a_torn_end_is_cut_off_and_the_file_goes_on(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.warc.gz"
    offsets = archive(path, [b"one" * 500, os.urandom(900)])
    whole = path.read_bytes()
    path.write_bytes(whole[: offsets[1] + kept] if kept > 0 else whole[:kept])
    torn = path.stat().st_size - offsets[1]
    assert whole_length(path) == offsets[1]
    assert archive(path, [b"three"]) == [offsets[1]]  # the next one who writes cuts it off first
    assert addresses(path) == ["https://courier.example/0", "https://courier.example/0"]
    path.write_bytes(path.read_bytes()[: offsets[1]] + whole[offsets[1] : offsets[1] + torn])
    assert (cut_torn_end(path), cut_torn_end(path)) == (torn, 0)


def test_nothing_is_cut_where_a_whole_record_stands_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    offsets = archive(path, [b"one" * 100, b"two" * 100, b"three" * 100])
    broken = bytearray(path.read_bytes())
    broken[offsets[1] + 30] ^= 0xFF
    path.write_bytes(bytes(broken))
    assert (whole_length(path), cut_torn_end(path)) == (offsets[1], 0)
    assert read_record(path, offsets[2])[1] == b"three" * 100


@pytest.mark.parametrize("body", [b"x", b"one" * 5000, os.urandom(70_000)], ids=len)
def test_a_record_is_made_empty_in_its_place(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    offsets = archive(path, [b"first", body, b"last"])
    size = path.stat().st_size
    assert blank_record(path, offsets[1], AT) == offsets[2] - offsets[1]
    assert path.stat().st_size == size == whole_length(path)
    assert addresses(path) == ["https://courier.example/0", "urn:forgotten", "https://courier.example/2"]
    assert [read_record(path, n)[1] for n in (offsets[0], offsets[2])] == [b"first", b"last"]
    assert b"courier.example/1" not in gzip.decompress(path.read_bytes())
    with pytest.raises(ValueError, match="no record at"):
        blank_record(path, offsets[1] + 1, AT)
    assert member_length(path, offsets[1] + 1) is None


# ---------------------------------------------------------------- a home


NAMES = ("Ames", "Bell", "Cole", "Dunn", "Eady", "Ford")


def line(n: int) -> dict[str, Any]:
    """A report of one march: the police say that 100 were detained, and in the last report the union says 300."""
    who, held = ("the Lawyers' Union", 300) if n == 5 else ("police", 100)
    text = (
        f"Police in Kentor detained {held} people at a march to the harbour on Monday, {who} said. {NAMES[n]} of the "
        f"{NAMES[n]} Gazette saw dockers and students cross the old bridge with banners of their own."
    )
    url = f"https://outlet{n}.example/flood"
    return {"url": url, "title": f"{held} detained in Kentor harbour march", "text": text, "language": "en",
            "published": f"2025-01-20T{n:02}:00:00Z", "outlet": f"xx/outlet{n}"}  # fmt: skip


Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the command; its home holds six articles that went all the way."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_HOME", str(tmp_path / "home"))
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line(n)) + "\n" for n in range(6)), "utf8")

    def run(*args: object, code: int = 0) -> Result:
        result = CliRunner().invoke(app, [str(a) for a in args])
        assert result.exit_code == code, f"{args}: exit {result.exit_code}\n{result.output}\n{result.exception!r}"
        return result

    run("ingest", "in.jsonl")
    run("run", "--no-fetch")
    return run


def opened(home: Path) -> closing[SqliteStore]:
    return closing(SqliteStore(home / "counterclaim.db"))


def faults(told: Result) -> list[tuple[str, str]]:
    return [(f["part"], f["what"]) for f in map(json.loads, told.stdout.splitlines())]


def test_what_hangs_together_has_no_fault(call: Call) -> None:
    assert "all of it hangs together" in call("verify").stdout
    assert "all of it hangs together" in call("verify", "--quick", "--repair").stdout


def break_archive(store: Store, home: Path) -> str:
    next((home / "pages").glob("*.gz")).unlink()
    return "is missing"


def break_page(store: Store, home: Path) -> str:
    store.apply(Batch(delete=[(Page, next(store.find(Page)).id)]))
    return "its page"


def break_article(store: Any, home: Path) -> str:
    claim = next(store.find(Claim))
    store._db.execute("PRAGMA foreign_keys = OFF")  # else its claims go with it
    store.apply(Batch(delete=[(Article, claim.article_id)]))
    return "its article"


def break_claims(store: Store, home: Path) -> str:
    figure = next(f for f in store.find(Figure) if len(f.claims) > 1)
    store.apply(Batch(delete=[(Claim, figure.claims[0])]))
    return "claims are gone"


def break_figure(store: Any, home: Path) -> str:
    store._db.execute("PRAGMA foreign_keys = OFF")
    store.apply(Batch(put=[make_finding(id="lost", figure="none")]))
    return "its figure none is gone"


def break_record(store: Any, home: Path) -> str:
    store._db.execute("UPDATE story SET body = '{' WHERE id = (SELECT min(id) FROM story)")
    return "cannot be read"


def tear(store: Store, home: Path) -> str:
    with next((home / "pages").glob("*.gz")).open("ab") as file:
        file.write(b"\x1f\x8b\x08\0torn")
    return "bytes from its end are torn"


BREAKS = [break_archive, break_page, break_article, break_claims, break_figure, break_record, tear]
LASTING = (break_archive, break_page)  # bytes that are lost are lost


@pytest.mark.parametrize("damage", BREAKS, ids=lambda b: b.__name__)
def test_a_fault_is_found_and_repaired(call: Call, tmp_path: Path, damage: Callable[[Store, Path], str]) -> None:
    with opened(tmp_path / "home") as store:
        told = damage(store, tmp_path / "home")
    found = faults(call("verify", "--json", code=1))
    assert any(told in what for _, what in found), found
    call("verify", "--repair", code=1 if damage in (break_page,) else 0)
    call("run", "--no-fetch")
    left = faults(call("verify", "--json", code=1 if damage in LASTING else 0))
    assert all(told in what for _, what in left)


def test_a_record_that_nobody_can_read_stops_nobody_after_a_repair(call: Call, tmp_path: Path) -> None:
    with opened(tmp_path / "home") as store:
        break_record(store, tmp_path)
        call("verify", "--repair")
        call("run", "--no-fetch")
        assert {m for s in store.find(Story) for m in s.members} == {a.id for a in store.find(Article)}


# ---------------------------------------------------------------- backup and restore

WRITER = """
import sys
from processing.store import Batch
from processing.store.sqlite import SqliteStore
from tests.support.records import make_article, make_claim
store = SqliteStore(sys.argv[1])
for n in range(100000):
    article = make_article(url=f"https://writer.example/{n}", text="word " * 300)
    store.apply(Batch(put=[article, make_claim(id=f"w{n}", article_id=article.id, article_key=article.key)]))
    if n == 20:
        print("goes on", flush=True)
"""


def test_a_backup_that_is_made_while_a_run_writes_comes_back_whole(call: Call, tmp_path: Path) -> None:
    home, to, back = tmp_path / "home", tmp_path / "backup", tmp_path / "back"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home / "counterclaim.db")], stdout=subprocess.PIPE, text=True
    ) as writer:
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "goes on\n"
            call("backup", to)
            assert writer.poll() is None
        finally:
            writer.kill()
    call("--home", back, "restore", to)
    assert "all of it hangs together" in call("--home", back, "verify").stdout
    with opened(back) as store:
        written = store.count(Article, Where("outlet", "=", "gb/courier"))
        assert written == sum(c.id.startswith("w") for c in store.find(Claim)) > 20  # each batch whole
        assert store.count(Page) == 6


def test_a_second_backup_copies_what_is_new_and_a_restore_equals_the_home(call: Call, tmp_path: Path) -> None:
    home, to, back = tmp_path / "home", tmp_path / "backup", tmp_path / "back"
    assert json.loads(call("backup", to, "--json").stdout)["copied"] == 2
    assert json.loads(call("backup", to, "--json").stdout)["copied"] == 1  # the store alone
    call("--home", back, "restore", to)
    with opened(home) as one, opened(back) as other:
        assert contents(one) == contents(other)
        assert one.count(Claim) >= 6


@pytest.mark.parametrize("fault", ["a home in use", "no backup", "a damaged backup", "a backup in the home"])
def test_a_restore_that_cannot_be_is_told_and_changes_nothing(call: Call, tmp_path: Path, fault: str) -> None:
    to, back = tmp_path / "backup", tmp_path / "back"
    call("backup", to)
    if fault == "a backup in the home":
        assert "a backup belongs elsewhere" in call("backup", tmp_path / "home" / "b", code=2).stderr
        return
    if fault == "a damaged backup":
        with next((to / "pages").glob("*.gz")).open("r+b") as file:
            file.write(b"x")
    where = tmp_path / "home" if fault == "a home in use" else back
    told = call("--home", where, "restore", tmp_path / "none" if fault == "no backup" else to, code=2).stderr
    assert {"a home in use": "has a store already", "no backup": "holds no backup",
            "a damaged backup": "is not as it was backed up; nothing was restored"}[fault] in told  # fmt: skip
    assert not (back / "counterclaim.db").exists()


# ---------------------------------------------------------------- forget


def traces(home: Path, words: str) -> list[str]:
    """The files of a home that hold some bytes, archives unpacked."""
    found = []
    for path in sorted(p for p in home.rglob("*") if p.is_file()):
        data = path.read_bytes()
        if words.encode() in (gzip.decompress(data) if path.suffix == ".gz" else data):
            found.append(path.name)
    return found


@pytest.mark.parametrize("what", ["https://outlet5.example/flood", "ingest"])
def test_what_is_forgotten_is_gone_and_the_others_stay(call: Call, tmp_path: Path, what: str) -> None:
    """An address, and all that no outlet file is of."""
    home, url = tmp_path / "home", line(5)["url"]
    assert traces(home, "outlet5.example") == ["counterclaim.db", *(p.name for p in (home / "pages").iterdir())]
    with opened(home) as store:
        assert any("Union" in a.text for a in store.find(Alert))
    assert "looked for again: nothing left" in call("forget", what, "--yes").stdout
    assert [traces(home, words) for words in ("outlet5.example", "Ford Gazette", "Lawyers")] == [[], [], []]
    left = {line(n)["url"] for n in range(5)} if "://" in what else set()
    with opened(home) as store:
        for cls in (Page, Article, Claim):
            assert {r.url for r in store.find(cls)} == left
        assert not any("Union" in a.text for a in store.find(Alert))
        assert store.keys_of("url", [url_key(url)]) == {url_key(url): ["ingest/xx-outlet5"]}  # it is not fetched again
    proof = json.loads((home / PROOF).read_text().splitlines()[-1])
    assert (proof["left"], proof["removed"]["Article"]) == (0, 6 - len(left))
    assert "all of it hangs together" in call("verify").stdout
    assert "nothing is known of" in call("forget", what, "--yes", code=2).stderr


def test_who_does_not_say_yes_forgets_nothing(call: Call, tmp_path: Path) -> None:
    CliRunner().invoke(app, ["forget", line(5)["url"]], input="n\n")
    with opened(tmp_path / "home") as store:
        assert store.count(Page) == 6


# ---------------------------------------------------------------- the machine's trouble, in sentences


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            OSError(28, "No space left on device", "/x/a.warc.gz"),
            "/x/a.warc.gz: the disk is full; what was done so far is kept",
        ),
        (OSError(30, "Read-only file system"), "the disk is read-only; what was done"),
        (MemoryError(), "out of memory; what was done so far is kept, and the next call goes on from there"),
    ],
)
def test_what_the_machine_lacks_is_told_in_a_sentence(
    error: BaseException, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import typer

    from console.app import known_errors

    @known_errors
    def command() -> None:
        raise error

    with pytest.raises(typer.Exit) as ended:
        command()
    assert ended.value.exit_code == 1
    assert told in capsys.readouterr().err.replace("\n", " ")
