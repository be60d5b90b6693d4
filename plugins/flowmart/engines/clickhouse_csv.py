"""Rows as CSV, in the format of PostgreSQL's COPY."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

_NEEDS_QUOTES = re.compile(r'[",\r\n]|^$')

# Beyond these powers of ten PostgreSQL writes an exponent (src/common/d2s.c).
_PLAIN_FLOATS = range(-4, 15)


def write(out: TextIO, names: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """
    Write a header and rows, one at a time.

    :param out: the file.
    :param names: the columns.
    :param rows: values as clickhouse-driver reads them.
    """
    for row in itertools.chain([names], rows):
        out.write(",".join(map(_field, row)) + "\n")


def _field(value: Any) -> str:
    """Null is empty, an empty text is a pair of quotes."""
    if value is None:
        return ""
    text = _text(value)
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, float):
        return _number(value)
    return str(value)


def _moment(value: datetime) -> str:
    """In UTC, without trailing zeros in the fraction."""
    fraction = f".{value.microsecond:06}".rstrip("0").rstrip(".")
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}{fraction}+00"


def _number(value: float) -> str:
    """The shortest digits that give the same number when read."""
    exact = Decimal(repr(value))
    if not exact.is_finite():
        return {"inf": "Infinity", "-inf": "-Infinity"}.get(repr(value), "NaN")
    if not exact or exact.adjusted() in _PLAIN_FLOATS:
        return f"{exact:f}".removesuffix(".0")
    sign, digits, _ = exact.normalize().as_tuple()
    mantissa = "".join(map(str, digits))
    point = f".{mantissa[1:]}" if mantissa[1:] else ""
    return f"{'-' * sign}{mantissa[0]}{point}e{exact.adjusted():+03}"
