"""Objects in YouTrack's answers, and their records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from flowmart.sources.base import Record
from flowmart.sources.rows import Int64, Name, Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Thing(Row, kw_only=True):
    """An object of a list; ``id`` is the immutable database id."""

    id: Name


class Issue(Thing, kw_only=True):
    """An issue with its times, in milliseconds since the epoch."""

    created: Int64
    updated: Int64
    idReadable: str | None = None

    @property
    def name(self) -> str:
        """Its readable id, or its id."""
        return self.idReadable or self.id


class Category(msgspec.Struct):
    """The category of an activity."""

    id: str | None = None


class Activity(Thing, kw_only=True):
    """An activity of an issue, with its time in milliseconds since the epoch."""

    timestamp: Int64
    category: Category | None = None


def epoch_ms(moment: datetime) -> int:
    """Whole milliseconds since the epoch."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def make_record(row: Thing, parent_id: str | None = None, version: str | None = None) -> Record:
    """
    Make a record.

    :param parent_id: id of the issue that the object belongs to.
    :param version: name of the member that holds the time of the last change, if it has one.
    """
    return Record(row.id, parent_id, getattr(row, version) if version else 0, row.payload)
