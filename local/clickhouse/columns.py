"""
Where a column of ClickHouse's Native format ends.

Blocks pass through the server as bytes.  To cut them into columns somebody has to know how long
each one is, and that depends on its type and partly on its content; nothing is decoded.
The layouts are those of `SerializationXxx::serializeBinaryBulk` in ClickHouse's sources.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from local.clickhouse.errors import UNSUPPORTED, ServerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.clickhouse.wire import Window

_WIDTHS = {
    **dict.fromkeys(("UInt8", "Int8", "Bool", "Enum8", "Nothing"), 1),
    **dict.fromkeys(("UInt16", "Int16", "Date", "Enum16", "BFloat16"), 2),
    **dict.fromkeys(("UInt32", "Int32", "Date32", "Float32", "DateTime", "IPv4", "Time"), 4),
    **dict.fromkeys(("UInt64", "Int64", "Float64", "DateTime64", "Time64"), 8),
    **dict.fromkeys(("UInt128", "Int128", "UUID", "IPv6"), 16),
    **dict.fromkeys(("UInt256", "Int256"), 32),
}
_ALIASES = {
    "Point": "Tuple(Float64, Float64)",
    "Ring": "Array(Point)",
    "LineString": "Array(Point)",
    "MultiLineString": "Array(LineString)",
    "Polygon": "Array(Ring)",
    "MultiPolygon": "Array(Polygon)",
}
_DECIMAL_DIGITS = {"32": 9, "64": 18, "128": 38, "256": 76}
_CALL = re.compile(r"(\w+)\s*\((.*)\)$", re.DOTALL)
_NAMED = re.compile(r"(?:`(?:[^`\\]|\\.)*`|[A-Za-z_]\w*)\s+([A-Z].*)$", re.DOTALL)
_PARTS = re.compile(r"'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.)*`|[(),]|[^(),'`]+", re.DOTALL)
_JSON_AS_STRING = 1
_DICTIONARY_ADDITIONAL, _DICTIONARY_GLOBAL = 0x200, 0x100


class Column(NamedTuple):
    """
    How to pass over a column.

    :param prefix: what stands once before the values, as the version of a dictionary.
    :param body: the values of so many rows, at least one.
    """

    prefix: Callable[[Window], None]
    body: Callable[[Window, int], None]


@lru_cache(maxsize=4096)
def column(type_name: str) -> Column:
    """
    The way over a column of this type.

    :raise ServerError: the type's layout is unknown here.
    """
    name, arguments = parse_type(type_name)
    if name in _ALIASES:
        return column(_ALIASES[name])
    if (width := _width(name, arguments)) is not None:
        return _fixed(width)
    if (builder := _BUILDERS.get(name)) is not None:
        return builder(arguments)
    raise ServerError(
        UNSUPPORTED,
        f"Columns of type {type_name} do not pass this local server; "
        "cast them in the query, for example with toString(x)",
    )


def parse_type(type_name: str) -> tuple[str, list[str]]:
    """A type's name and its arguments: `Map(String, Int8)` is `Map` of `String` and `Int8`."""
    found = _CALL.match(type_name)
    return (found[1], _split(found[2])) if found else (type_name, [])


def _split(arguments: str) -> list[str]:
    """Cut at the commas that stand outside of brackets and quotes."""
    out, depth, current = [], 0, ""
    for part in _PARTS.findall(arguments):
        depth += (part == "(") - (part == ")")
        if part == "," and not depth:
            out.append(current.strip())
            current = ""
        else:
            current += part
    return [*out, current.strip()] if current.strip() else out


def _width(name: str, arguments: list[str]) -> int | None:
    """Bytes of one value, None if they differ from value to value."""
    if name == "FixedString":
        return int(arguments[0])
    if name.startswith("Interval"):
        return 8
    if name.startswith("Decimal"):
        digits = _DECIMAL_DIGITS.get(name[len("Decimal") :]) or int(arguments[0])
        return next(size for size, most in ((4, 9), (8, 18), (16, 38), (32, 76)) if digits <= most)
    return _WIDTHS.get(name)


def _fixed(width: int) -> Column:
    return Column(_nothing, lambda window, rows: window.skip(width * rows))


def _nothing(_window: Window) -> None:
    """No prefix."""


def _string(_arguments: list[str]) -> Column:
    return Column(_nothing, lambda window, rows: window.skip_strings(rows))


def _json(_arguments: list[str]) -> Column:
    def prefix(window: Window) -> None:
        if window.uint64() != _JSON_AS_STRING:
            raise ServerError(
                UNSUPPORTED, "Binary JSON columns do not pass this local server; cast to String"
            )

    return Column(prefix, lambda window, rows: window.skip_strings(rows))


def _nullable(arguments: list[str]) -> Column:
    inner = column(arguments[0])

    def body(window: Window, rows: int) -> None:
        window.skip(rows)
        inner.body(window, rows)

    return Column(inner.prefix, body)


def _members(arguments: list[str]) -> tuple[list[Column], Callable[[Window], None]]:
    """The columns inside a compound type, and their prefixes one after the other."""
    inner = [
        column(named[1] if (named := _NAMED.match(argument)) else argument)
        for argument in arguments
    ]

    def prefix(window: Window) -> None:
        for member in inner:
            member.prefix(window)

    return inner, prefix


def _tuple(arguments: list[str]) -> Column:
    if not arguments:
        return _fixed(1)
    inner, prefix = _members(arguments)

    def body(window: Window, rows: int) -> None:
        for member in inner:
            member.body(window, rows)

    return Column(prefix, body)


def _array(arguments: list[str]) -> Column:
    inner, prefix = _members(arguments)

    def body(window: Window, rows: int) -> None:
        window.skip(8 * (rows - 1))
        if total := window.uint64():
            for member in inner:
                member.body(window, total)

    return Column(prefix, body)


def _low_cardinality(arguments: list[str]) -> Column:
    name, inner_arguments = parse_type(arguments[0])
    keys = column(inner_arguments[0] if name == "Nullable" else arguments[0])

    def body(window: Window, _rows: int) -> None:
        flags = window.uint64()
        if flags & _DICTIONARY_GLOBAL:
            raise ServerError(
                UNSUPPORTED,
                f"A LowCardinality({arguments[0]}) column with a dictionary shared between blocks "
                "does not pass this local server; cast it, for example with toString(x)",
            )
        if flags & _DICTIONARY_ADDITIONAL and (count := window.uint64()):
            keys.body(window, count)
        window.skip(window.uint64() << (flags & 0xF))

    return Column(lambda window: window.skip(8), body)


_BUILDERS: dict[str, Callable[[list[str]], Column]] = {
    "String": _string,
    "JSON": _json,
    "Nullable": _nullable,
    "Tuple": _tuple,
    "Array": _array,
    "Map": _array,
    "Nested": _array,
    "LowCardinality": _low_cardinality,
    "SimpleAggregateFunction": lambda arguments: column(arguments[-1]),
}
