"""Attributions of a folder of texts, for the scorer of who says a figure: `bench/attribution.py TEXT_FOLDER OUT.json`.

Only renames fields of what `processing.claims.speaker.speaker.read_attributions` gives, which is what `counterclaim
claims` asks."""

from __future__ import annotations

import json
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from processing.claims.document.document import Parses, load_model, read_document
from processing.claims.speaker.speaker import read_attributions


def read_folder(folder: Path) -> dict[str, Any]:
    """The attributions of every .txt file, by file name without its end."""
    docs: dict[str, Any] = {}
    for path in sorted(folder.glob("*.txt")):
        with path.open(encoding="utf8", newline="") as handle:
            document = read_document(handle.read())
        docs[path.stem] = [
            {
                "source": [a.source.start, a.source.end] if a.source else None,
                "content": [list(span) for span in a.contents],
            }
            for a in read_attributions(document, Parses(document))
        ]
    return docs


def main() -> None:
    """Read, time (after the models are loaded) and write."""
    if len(sys.argv) != 3:
        raise SystemExit(f"usage: {sys.argv[0]} TEXT_FOLDER OUT.json")
    for part in ("split", "parse"):
        load_model(part)
    started = time.perf_counter()
    docs = read_folder(Path(sys.argv[1]))
    seconds = time.perf_counter() - started
    try:
        version = metadata.version("counterclaim")
    except metadata.PackageNotFoundError:
        version = "source"
    Path(sys.argv[2]).write_text(
        json.dumps({"system": "counterclaim", "version": version, "seconds": seconds, "docs": docs}), "utf8"
    )


if __name__ == "__main__":
    main()
