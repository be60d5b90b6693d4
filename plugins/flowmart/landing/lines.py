"""Records as lines of JSON, with unchanged payloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from flowmart.sources.base import Record

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Line(msgspec.Struct):
    record_id: str
    parent_id: str | None
    version: int
    payload: msgspec.Raw


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Line)


def to_lines(records: Iterable[Record]) -> bytes:
    """Write records, one per line."""
    return _ENCODER.encode_lines(
        [
            _Line(record_id, parent_id, version, msgspec.Raw(payload))
            for record_id, parent_id, version, payload in records
        ]
    )


def from_line(line: bytes) -> Record:
    """
    Read a record.

    :raises ValueError: if the line is not a record.
    """
    found = _DECODER.decode(line)
    return Record(found.record_id, found.parent_id, found.version, bytes(found.payload))
