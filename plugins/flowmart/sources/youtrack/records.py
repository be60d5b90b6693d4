"""Objects of YouTrack's, and records of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from flowmart.sources.base import Record
from flowmart.sources.rows import Int64, Name, Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Thing(Row, kw_only=True):
    """What every list holds; ``id`` is the immutable database id."""

    id: Name


class Issue(Thing, kw_only=True):
    """An issue with its times, in milliseconds since the epoch."""

    created: Int64
    updated: Int64
    idReadable: str | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.idReadable or self.id


class Category(msgspec.Struct):
    """What kind of change an activity is."""

    id: str | None = None


class Activity(Thing, kw_only=True):
    """What was done to an issue, and when: milliseconds since the epoch."""

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
