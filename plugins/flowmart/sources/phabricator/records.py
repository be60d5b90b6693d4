"""Conduit's rows, and records of them."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Annotated

import msgspec

from flowmart.sources.base import Record
from flowmart.sources.rows import Int64, Name, Row

if TYPE_CHECKING:
    from flowmart.sources.declaration import StreamSpec

# The frozen method writes times and ids as text.
_Number = Int64 | Annotated[str, msgspec.Meta(pattern="^[0-9]{1,18}$")]


class Numbered(Row, kw_only=True):
    """A row of a paged method."""

    id: int


class Dates(msgspec.Struct):
    """The part of a row's ``fields`` that the code uses."""

    dateModified: Int64


class Thing(Numbered, kw_only=True):
    """A task, or an object that tasks refer to."""

    phid: Name
    fields: Dates


class ReleaseFields(Dates):
    """What tells whether a task stands for a release."""

    name: str = ""
    subtype: str | None = None


class Task(Numbered, kw_only=True):
    """A task that may stand for a release."""

    phid: Name
    fields: ReleaseFields


class Transaction(Numbered, kw_only=True):
    """A row of a task's history."""

    phid: Name
    objectPHID: str
    dateCreated: Int64
    dateModified: Int64


class LegacyTransaction(Row, kw_only=True):
    """A row of a task's history from the frozen method."""

    transactionID: _Number
    transactionPHID: Name
    dateCreated: _Number


class Term(Row, kw_only=True):
    """A status or a priority."""

    value: Name | int


class RecordMaker:
    """
    Makes records of one stream, by the paths in its declaration.

    :param stream: the stream's declaration.
    """

    def __init__(self, stream: StreamSpec) -> None:
        self._key = operator.attrgetter(stream.key)
        self._version = operator.attrgetter(stream.version) if stream.version else None

    def __call__(self, row: Row, parent_id: str | None = None) -> Record:
        """
        Make a record.

        :param row: one object of an answer.
        :param parent_id: PHID of the task that the row belongs to, for rows of a history.
        """
        version = int(self._version(row)) if self._version else 0
        return Record(str(self._key(row)), parent_id, version, row.payload)
