"""Rows of raw tables, which are the same on every engine."""

from __future__ import annotations

from dataclasses import dataclass

RAW_COLUMNS = (
    "instance",
    "record_id",
    "parent_id",
    "version",
    "payload",
    "window_start",
    "window_end",
    "run_id",
    "landed_at",
)


@dataclass(frozen=True)
class Landed:
    """
    What became of rows that were landed.

    :param rows: rows that the files held.
    :param versions: distinct versions of records among them.
    :param stored: how many of those versions the raw table holds, as landed or landed later.
    """

    rows: int
    versions: int
    stored: int

    def __add__(self, other: Landed) -> Landed:
        return Landed(
            self.rows + other.rows, self.versions + other.versions, self.stored + other.stored
        )
