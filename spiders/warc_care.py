"""Care of WARC files: a torn end is cut off, a record is made empty in its place."""

from __future__ import annotations

import os
import struct
import zlib
from io import BytesIO
from pathlib import Path

from warcio.warcwriter import WARCWriter

__all__ = ["blank_record", "cut_torn_end", "member_length", "whole_length"]

_CHUNK = 1 << 20
_COMMENT = 0x10  # the header flag of a gzip member that has a comment; https://www.rfc-editor.org/rfc/rfc1952


def member_length(path: Path, offset: int) -> int | None:
    """The length in bytes of the gzip member at an offset; None where it is torn or no member begins there."""
    machine = zlib.decompressobj(wbits=31)
    read = 0
    with path.open("rb") as file:
        file.seek(offset)
        try:
            while not machine.eof:
                chunk = file.read(_CHUNK)
                if not chunk:
                    return None
                read += len(chunk)
                machine.decompress(chunk)
        except zlib.error:
            return None
    return read - len(machine.unused_data)


def whole_length(path: Path) -> int:
    """Up to which byte a gzipped WARC file consists of whole members. Raises OSError."""
    done, size = 0, path.stat().st_size
    while done < size and (length := member_length(path, done)):
        done += length
    return done


def cut_torn_end(path: Path) -> int:
    """Cut off what a kill or a power failure left half written at a file's end; returns how many bytes went.

    Nothing is cut where a whole record stands behind the torn part (something was appended to it): it is found by its
    offset as before. Raises OSError."""
    whole, size = whole_length(path), path.stat().st_size
    if whole == size or _has_member(path, whole + 1):
        return 0
    with path.open("rb+") as file:
        file.truncate(whole)
        os.fsync(file.fileno())
    return size - whole


def _has_member(path: Path, start: int) -> bool:
    """Whether a whole gzip member begins somewhere behind an offset."""
    with path.open("rb") as file:
        file.seek(start)
        rest = file.read()
    at = rest.find(b"\x1f\x8b\x08")
    while at >= 0:
        if member_length(path, start + at) is not None:
            return True
        at = rest.find(b"\x1f\x8b\x08", at + 1)
    return False


def blank_record(path: Path, offset: int, at: str) -> int:
    """Write a record that says nothing over the one at an offset, of the same length, so that all others stay where
    they are; returns that length in bytes. `at`: ISO 8601 in UTC.

    Raises OSError; ValueError where no whole record begins there, or it is too short."""
    length = member_length(path, offset)
    if length is None:
        raise ValueError(f"{path}: no record at {offset}")
    blank = _padded(_nothing(at), length)
    with path.open("rb+") as file:
        file.seek(offset)
        file.write(blank)
        os.fsync(file.fileno())
    return length


def _nothing(at: str) -> bytes:
    """A WARC record of type metadata without content, not compressed."""
    data = BytesIO()
    writer = WARCWriter(data, gzip=False)
    given = {"payload": BytesIO(b""), "length": 0, "warc_headers_dict": {"WARC-Date": at}}
    writer.write_record(writer.create_warc_record("urn:forgotten", "metadata", **given))
    return data.getvalue()


def _padded(plain: bytes, length: int) -> bytes:
    """The text as one gzip member of exactly so many bytes: the room that is left is the header's comment."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = machine.compress(plain) + machine.flush()
    tail = struct.pack("<II", zlib.crc32(plain), len(plain))
    room = length - 10 - len(packed) - len(tail)
    if room < 1:
        raise ValueError(f"a record of {length} bytes is too short to be written over")
    head = b"\x1f\x8b\x08" + bytes([_COMMENT]) + b"\0\0\0\0\2\xff"
    return head + b" " * (room - 1) + b"\0" + packed + tail
