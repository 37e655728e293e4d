"""Records as JSON lines, CSV or Parquet, streamed."""

from __future__ import annotations

import csv
import dataclasses
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, get_type_hints

import orjson

from processing.batches import in_batches
from schemas.errors import UsageError
from schemas.records import Alert, Article, Claim, Figure, Finding, dump_json

__all__ = ["KINDS", "csv_parts", "export_records", "jsonl_parts", "write_csv", "write_parquet"]

KINDS: dict[str, type] = {"articles": Article, "claims": Claim, "figures": Figure, "findings": Finding, "alerts": Alert}
_CHUNK = 2000
_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # a spreadsheet would run such a cell (https://owasp.org/www-community/attacks/CSV_Injection)


def export_records(records: Iterable[Any], cls: type, format: str, output: Path | None) -> int:
    """Write records to a file (or standard output where None) and return how many; a file appears whole or not at all.

    Raises: UsageError for an unknown format, for Parquet without a file, and where the file cannot be written.
    """
    if format not in ("jsonl", "csv", "parquet"):
        raise UsageError(f"--format: {format!r} is none of jsonl, csv, parquet")
    if output is None:
        if format == "parquet":
            raise UsageError("--format parquet needs a file: --output claims.parquet")
        return _write(records, cls, format, sys.stdout.buffer)
    partial = output.with_name(output.name + ".part")
    try:
        with partial.open("wb") as file:
            count = _write(records, cls, format, file)
        partial.replace(output)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return count


def _write(records: Iterable[Any], cls: type, format: str, file: IO[bytes]) -> int:
    if format == "jsonl":
        count = 0
        for count, record in enumerate(records, 1):  # noqa: B007
            file.write(dump_json(record) + b"\n")
        file.flush()
        return count
    return write_csv(records, cls, file) if format == "csv" else write_parquet(records, cls, file)


def _cell(value: Any) -> Any:
    """A value as one CSV cell: lists joined by "; ", times in ISO 8601, objects as JSON, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, tuple | list) and all(isinstance(v, str | int | float | date) for v in value):
        return _cell("; ".join(str(v.isoformat() if isinstance(v, date) else v) for v in value))
    if isinstance(value, tuple | list | dict) or dataclasses.is_dataclass(value):
        return orjson.dumps(value, default=_as_dict).decode()
    return value


def _as_dict(value: Any) -> Any:
    return dataclasses.asdict(value)


def write_csv(records: Iterable[Any], cls: type, file: IO[bytes]) -> int:
    """Write records as CSV, cells that a spreadsheet would take for a formula with a quote before them; returns how
    many."""
    counted = _Counted(records)
    for part in csv_parts(counted, cls):
        file.write(part)
    return counted.count


class _Counted:
    """Counts what is taken from it."""

    def __init__(self, records: Iterable[Any]):
        self._records, self.count = records, 0

    def __iter__(self) -> Iterator[Any]:
        for record in self._records:
            self.count += 1
            yield record


def csv_parts(records: Iterable[Any], cls: type) -> Iterator[bytes]:
    """Records as CSV, some hundred at a time; see `write_csv`."""
    names = [f.name for f in dataclasses.fields(cls)]
    rows: list[list[Any]] = [names]
    for chunk in in_batches(records, _CHUNK):
        rows += [[_cell(getattr(record, name)) for name in names] for record in chunk]
        yield _lines(rows)
        rows = []
    if rows:
        yield _lines(rows)


def _lines(rows: list[list[Any]]) -> bytes:
    import io

    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def jsonl_parts(records: Iterable[Any], _cls: type) -> Iterator[bytes]:
    """Records as JSON lines, some hundred at a time."""
    for chunk in in_batches(records, _CHUNK):
        yield b"".join(dump_json(record) + b"\n" for record in chunk)


def write_parquet(records: Iterable[Any], cls: type, file: IO[bytes]) -> int:
    """Write records as Parquet, dates and numbers as such; returns how many."""
    import pyarrow as pa
    from pyarrow import parquet

    hints = get_type_hints(cls)
    kinds = {
        "float": pa.float64(),
        "int": pa.int64(),
        "bool": pa.bool_(),
        "datetime": pa.timestamp("us", tz="UTC"),
        "date": pa.date32(),
    }

    def kind(hint: Any) -> Any:
        names = {getattr(part, "__name__", "") for part in (getattr(hint, "__args__", ()) or (hint,))} - {"NoneType"}
        if getattr(hint, "__origin__", None) is tuple:
            return pa.list_(pa.string()) if hint.__args__[0] is str else pa.string()
        return kinds.get(next(iter(names)), pa.string()) if len(names) == 1 else pa.string()

    schema = pa.schema([(f.name, kind(hints[f.name])) for f in dataclasses.fields(cls)])
    count = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for chunk in in_batches(records, _CHUNK):
            columns = []
            for field in schema:
                values = [getattr(record, field.name) for record in chunk]
                if pa.types.is_list(field.type):
                    values = [None if v is None else list(v) for v in values]
                elif pa.types.is_string(field.type):
                    values = [v if v is None or isinstance(v, str) else _cell(v) for v in values]
                columns.append(pa.array(values, field.type))
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            count += len(chunk)
    return count
