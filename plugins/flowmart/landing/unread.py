"""Records that are known to exist and were not read: the next window reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from flowmart.sources.base import RecordState
from flowmart.sources.declaration import tombstones_of

if TYPE_CHECKING:
    from flowmart.engines.base import Engine
    from flowmart.sources.declaration import SourceSpec

# A census repeats what it found, so what is older has gone in the meantime.
_KEPT = timedelta(days=14)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Found(msgspec.Struct):
    record_state: str = ""


def unread_records(
    engine: Engine, spec: SourceSpec, entity: str, instance: str, now: datetime
) -> list[str]:
    """
    Ids of the records that came into sight, or vanished while they were read, and were not loaded
    since.

    :param engine: the warehouse.
    :param spec: the instance's source.
    :param entity: the kind of records.
    :param instance: its name.
    :param now: the current time, timezone-aware.
    """
    notes = engine.ensure_raw_table(spec.name, tombstones_of(entity))
    records = engine.ensure_raw_table(spec.name, spec.entities[entity].stream)
    recent = "instance = %(instance)s and version >= %(since)s"
    rows = engine.query(
        f"""
        select
            notes.record_id as record_id,
            notes.version as version,
            cast(notes.payload as text) as payload,
            loaded.landed_at as landed_at
        from (select record_id, version, payload from {notes} where {recent}) as notes
        left join (
            select record_id, max(landed_at) as landed_at
            from {records}
            where
                instance = %(instance)s
                and record_id in (select record_id from {notes} where {recent})
            group by record_id
        ) as loaded on notes.record_id = loaded.record_id
        """,
        {"instance": instance, "since": (now - _KEPT - _EPOCH) // timedelta(milliseconds=1)},
    )
    latest = {row["record_id"]: row for row in sorted(rows, key=lambda row: int(row["version"]))}
    waiting = (RecordState.UNREAD, RecordState.PRESENT)
    return sorted(
        record_id
        for record_id, row in latest.items()
        if msgspec.json.decode(row["payload"], type=_Found).record_state in waiting
        and not _is_loaded_since(row["landed_at"], int(row["version"]))
    )


def _is_loaded_since(landed_at: datetime | None, found_at_ms: int) -> bool:
    return landed_at is not None and landed_at > _EPOCH + timedelta(milliseconds=found_at_ms)
