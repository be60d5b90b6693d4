"""Rows of answers as records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flowmart.core.errors import SourceError
from flowmart.sources.base import Record

if TYPE_CHECKING:
    from flowmart.sources.youtrack.api import Json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_ms(moment: datetime) -> int:
    """Whole milliseconds since the epoch."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def key_of(row: Json) -> str:
    """
    An object's immutable database id.

    :raises SourceError: if it has none.
    """
    if not isinstance(row.get("id"), str) or not row["id"]:
        raise _lacking(row, "id")
    return str(row["id"])


def ms_of(row: Json, name: str) -> int:
    """
    A moment that an object tells, in milliseconds since the epoch.

    :param name: name of its member.
    :raises SourceError: if it does not tell it.
    """
    if type(row.get(name)) is not int:
        raise _lacking(row, name)
    return int(row[name])


def make_record(row: Json, parent_id: str | None = None, version: str | None = None) -> Record:
    """
    Make a record.

    :param parent_id: id of the issue that the object belongs to.
    :param version: name of the member that holds the time of the last change, if it has one.
    """
    return Record(key_of(row), parent_id, ms_of(row, version) if version else 0, row)


def _lacking(row: Json, name: str) -> SourceError:
    return SourceError(
        f"An object of YouTrack's has no {name!r}",
        where=f"{row.get('$type', 'an object without a type')} {row.get('id', '')}".strip(),
        next_step="report it to Flowmart: the server does not give the fields that it is asked for",
    )
