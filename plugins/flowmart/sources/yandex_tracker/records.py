"""Objects in Tracker's answers, and their records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from flowmart.sources.base import Record
from flowmart.sources.rows import Moment, Name, Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Dated(Row):
    """An object that may have times of its creation and last change."""

    createdAt: Moment | None = None
    updatedAt: Moment | None = None

    @property
    def updated_ms(self) -> int:
        """Time of the last change, in milliseconds since the epoch; 0 if unknown."""
        return epoch_ms(self.updatedAt or self.createdAt or _EPOCH)

    @property
    def born_ms(self) -> int:
        """Time of the creation, in milliseconds since the epoch; 0 if unknown."""
        return epoch_ms(self.createdAt or self.updatedAt or _EPOCH)


class Thing(Dated, kw_only=True):
    """An object with an id and a key, as in most lists."""

    id: Name | int
    key: Name | None = None


class Issue(Thing, kw_only=True):
    """An issue, with its numbers of comments and worklogs."""

    commentWithoutExternalMessageCount: Any = None
    commentWithExternalMessageCount: Any = None
    spent: Any = None

    @property
    def name(self) -> str:
        """Its key, or its id."""
        return str(self.key or self.id)


class Entry(Thing, kw_only=True):
    """An entry of a changelog."""

    type: Any = None


class Schema(msgspec.Struct):
    """The type of a field, and for a list that of its items."""

    type: str | None = None
    items: str | None = None


class Field(Thing, kw_only=True):
    """A field of issues."""

    schema: Schema | None = None


class Comment(Dated, kw_only=True):
    """A comment; its ``id`` is a number that only its issue knows."""

    longId: Name | int


class User(Dated, kw_only=True):
    """An account."""

    uid: Name | int


# By the name of the member that holds the immutable id.
ROWS: dict[str, type[Dated]] = {"id": Thing, "longId": Comment, "uid": User}


def epoch_ms(moment: datetime) -> int:
    """Whole milliseconds since the epoch."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def make_record(row: Dated, key: str, parent_id: str | None = None) -> Record:
    """
    Make a record; its version is the time of the last change.

    :param key: name of the member that holds the immutable id.
    :param parent_id: id of the issue that the object belongs to.
    """
    return Record(str(getattr(row, key)), parent_id, epoch_ms(row.updatedAt or _EPOCH), row.payload)
