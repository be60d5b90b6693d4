"""Conduit's rows as records."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Any

from flowmart.sources.base import Record

if TYPE_CHECKING:
    from flowmart.sources.declaration import StreamSpec


class RecordMaker:
    """
    Makes records of one stream by the paths of its declaration.

    :param stream: the stream's declaration.
    """

    def __init__(self, stream: StreamSpec) -> None:
        self._key = stream.key.split(".")
        self._version = stream.version.split(".") if stream.version else None

    def __call__(self, row: dict[str, Any], parent_id: str | None = None) -> Record:
        """
        Make a record.

        :param row: one JSON object of an answer.
        :param parent_id: PHID of the task that the row belongs to, for rows of a history.
        """
        version = _pick(row, self._version) if self._version else 0
        return Record(str(_pick(row, self._key)), parent_id, int(version), row)


def _pick(row: dict[str, Any], path: list[str]) -> Any:
    return functools.reduce(operator.getitem, path, row)
