"""
The one normalisation under which rows of the two engines are compared.

It takes away exactly three things, none of which is a value:

1. the order of rows;
2. the form of JSON documents (objects and arrays): PostgreSQL writes them with its own spaces and
   order of keys, ClickHouse with its own zeros and exponents. They are compared as what they say;
3. Python's types for one value: 1 and True, a number and its ``Decimal``.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any


def normal(rows: list[dict[str, Any]]) -> list[str]:
    """Rows as texts, in an order of their own."""
    return sorted(
        json.dumps({name: _value(value) for name, value in row.items()}, sort_keys=True)
        for row in rows
    )


def rounded(rows: list[dict[str, Any]]) -> list[str]:
    """As :func:`normal`, for interpolated values, which may differ in the last bit of a double."""
    return normal(
        [
            {
                name: float(f"{value:.12g}") if isinstance(value, float) else value
                for name, value in row.items()
            }
            for row in rows
        ]
    )


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool | Decimal):
        return float(value)
    if isinstance(value, int | float) or value is None:
        return value
    return value.isoformat()


def _text(text: str) -> Any:
    if text[:1] not in ("{", "["):
        return text
    try:
        return {"json": json.loads(text, parse_int=_digits, parse_float=_digits)}
    except ValueError:
        return text


def _digits(number: str) -> dict[str, str]:
    exact = Decimal(number)
    return {"number": f"{exact.normalize() if exact else Decimal(0):f}"}
