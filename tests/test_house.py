"""The house keeps its own rules: a function answers one question and is no longer than a page."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("bench", "console", "dags", "demo", "processing", "schemas", "spiders")
MOST = 40  # lines of a function, from its "def" to its end


def long_functions(root: Path, rooms: tuple[str, ...]) -> dict[str, int]:
    """Every function of more than MOST lines, as "file:name" with its lines."""
    found: dict[str, int] = {}
    for path in sorted(path for room in rooms for path in (root / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST:
                    found[f"{path.relative_to(root).as_posix()}:{node.name}"] = lines
    return found


def test_no_function_is_longer_than_a_page() -> None:
    """One that grows is cut by the questions it asks, as processing/compare/table.py shows."""
    assert long_functions(ROOT, ROOMS) == {}


def test_the_lines_of_a_function_are_counted_from_def_to_end(tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    body = "    pass\n" * (MOST - 1)
    (tmp_path / "room" / "one.py").write_text(
        f"@decorated\ndef fits():\n{body}\n\nasync def too_long():\n{body}    pass\n", "utf8"
    )
    assert long_functions(tmp_path, ("room",)) == {"room/one.py:too_long": MOST + 1}
