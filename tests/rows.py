"""Rows of contracts, written by hand: tests name the columns that matter, the others are filled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowmart.transform.contract import Contract

DAY = 86_400
_FILLERS: dict[str, Any] = {
    "text": "x",
    "label": "x",
    "bigint": 1,
    "double": 1.0,
    "boolean": False,
    "date": date(2026, 11, 1),
    "timestamp": datetime(2026, 11, 1, tzinfo=UTC),
}


def at(day: float) -> datetime:
    """The begin of a day counted from 1 November 2026, a Sunday."""
    return _FILLERS["timestamp"] + timedelta(days=day)


def filled(contract: Contract, values: dict[str, Any]) -> dict[str, Any]:
    """A row of all columns: those given, null where the contract allows it, else something."""
    unknown = set(values) - set(contract.column_names)
    assert not unknown, f"{contract.name} has no {', '.join(unknown)}"
    return {
        column.name: values.get(column.name, None if column.nullable else _FILLERS[column.type])
        for column in contract.columns
    }
