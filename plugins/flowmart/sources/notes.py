"""Notes of the state of records, in the stream of an entity's tombstones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from flowmart.sources.base import Record, RecordState, Transfer

if TYPE_CHECKING:
    from datetime import datetime


def note_of(record_id: str, found: RecordState | Transfer, found_at: datetime) -> Record:
    """
    The note of a record's state that a run or a census leaves in the stream of tombstones.

    :param record_id: its immutable id.
    :param found: what was found.
    :param found_at: when, timezone-aware.
    """
    found_at_ms = int(found_at.timestamp() * 1000)
    state = RecordState.TRANSFERRED if isinstance(found, Transfer) else found
    payload = {"record_id": record_id, "record_state": state.value, "found_at_ms": found_at_ms}
    if isinstance(found, Transfer):
        payload["moved_to"] = found.record_id
    # What was not read has nothing to rebuild, so its note does not touch it.
    touched_id = None if state is RecordState.UNREAD else record_id
    return Record(record_id, touched_id, found_at_ms, msgspec.json.encode(payload))
