"""Writes the tables of docs/elastic.md from the mappings, what fields are for, and who uses them: `python -m tests.support.elastic_docs`."""

from __future__ import annotations

import json
import tomllib
from importlib import resources
from pathlib import Path

from console.kibana import read_rules
from processing.store.elastic.documents import NAMES
from processing.store.elastic.layout import index_names
from processing.store.protocol import FIELDS
from tests.support.desk import index_of, objects, panels, properties

FILE = Path(__file__).parents[2] / "docs" / "elastic.md"
BEGIN, END = "<!-- tables: python -m tests.support.elastic_docs -->\n", "<!-- end of tables -->\n"


def users() -> dict[tuple[str, str], list[str]]:
    """Panels, searches and rules by the index and field that they use; "store" for what the store selects or sorts by."""
    found: dict[tuple[str, str], list[str]] = {}

    def note(index: str, field: str, who: str) -> None:
        names = found.setdefault((index, field), [])
        if who not in names:
            names.append(who)

    for cls, fields in FIELDS.items():
        for field in fields:
            note(NAMES[cls], "title.raw" if (cls.__name__, field) == ("Figure", "title") else field, "store")
    for p in panels():
        for _, c in p.columns():
            note(p.index, c["sourceField"], f"“{p.attributes['title'].split(':')[0]}”")
            if "orderAgg" in c["params"]:
                note(p.index, c["params"]["orderAgg"]["sourceField"], f"“{p.attributes['title'].split(':')[0]}”")
        for clause in filter(None, p.attributes["state"]["query"]["query"].split(" and ")):
            note(p.index, clause.split(":")[0], f"“{p.attributes['title'].split(':')[0]}”")
    for (type, _), o in objects().items():
        if type == "search":
            for field in o["attributes"]["columns"]:
                note(
                    index_of(o["references"][0]["id"]),
                    field,
                    f"search {o['attributes']['title'].removeprefix('Counterclaim: ')}",
                )
    for name, rule in read_rules().items():
        (index,) = rule["params"]["index"]
        text = json.dumps(rule["params"])
        for field in properties(index.removeprefix("counterclaim-")):
            if f'"{field}"' in text or f'\\"{field}\\"' in text:
                note(index.removeprefix("counterclaim-"), field, f"rule {name}")
    return found


def tables() -> str:
    """A section for each index. Raises KeyError for an index or field that fields.toml does not describe."""
    told = tomllib.loads((resources.files("schemas") / "elastic" / "fields.toml").read_text("utf8"))
    used = users()
    lines: list[str] = []
    for name in index_names():
        lines += [
            f"### {name}",
            "",
            told["index"][name],
            "",
            "| field | type | what for | used by |",
            "| --- | --- | --- | --- |",
        ]
        for field, mapping in sorted(properties(name).items()):
            if mapping.get("enabled", True):
                lines.append(
                    f"| `{field}` | {mapping['type']} | {told['field'][field]} | {', '.join(used.get((name, field), []))} |"
                )
        lines.append("")
    return "\n".join(lines) + "\n"


def render() -> str:
    """The whole document with its tables as they should be."""
    text = FILE.read_text("utf8")
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + "\n" + tables() + END + rest.partition(END)[2]


if __name__ == "__main__":
    FILE.write_text(render(), "utf8")
