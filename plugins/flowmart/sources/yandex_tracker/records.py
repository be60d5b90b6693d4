"""Rows of answers as records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flowmart.core.errors import SourceError
from flowmart.sources.base import Record

if TYPE_CHECKING:
    from flowmart.sources.yandex_tracker.api import Json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_ms(moment: datetime) -> int:
    """Whole milliseconds since the epoch."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def updated_ms(row: Json) -> int:
    """When an object changed last, in milliseconds since the epoch; 0 if it does not tell."""
    return _parse_ms(row.get("updatedAt") or row.get("createdAt"))


def born_ms(row: Json) -> int:
    """When an object came to be, in milliseconds since the epoch; 0 if it does not tell."""
    return _parse_ms(row.get("createdAt") or row.get("updatedAt"))


def key_of(row: Json, key: str) -> str:
    """
    An object's immutable id.

    :param key: name of its member.
    :raises SourceError: if it has none.
    """
    if row.get(key) in (None, ""):
        raise SourceError(
            f"An object of Tracker's has no {key!r}",
            where=str(row.get("self", "an object without an address")),
            next_step="report it to Flowmart: the API has changed",
        )
    return str(row[key])


def make_record(row: Json, key: str, parent_id: str | None = None) -> Record:
    """
    Make a record; its version is the time of the last change.

    :param key: name of the member that holds the immutable id.
    :param parent_id: id of the issue that the object belongs to.
    """
    return Record(key_of(row, key), parent_id, _parse_ms(row.get("updatedAt")), row)


def _parse_ms(stamp: str | None) -> int:
    return epoch_ms(datetime.fromisoformat(stamp)) if stamp else 0
