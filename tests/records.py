"""Records made of plain data, and payloads as plain data again."""

from __future__ import annotations

from typing import Any

import msgspec

from flowmart.sources.base import Record


def make_record(record_id: str, parent_id: str | None, version: int, payload: Any) -> Record:
    """A record whose payload is given as plain data."""
    return Record(record_id, parent_id, version, msgspec.json.encode(payload))


def payload_of(record: Record) -> Any:
    """The payload of a record as plain data."""
    return msgspec.json.decode(record.payload)
