"""Published rows against expected ones: every differing value by issue and column."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Rows = dict[tuple[Any, ...], dict[str, Any]]
_SHOWN = 40


def differences(found: Rows, expected: Rows) -> list[str]:
    """A line per value that differs, of the columns that are expected."""
    missing, odd = expected.keys() - found.keys(), found.keys() - expected.keys()
    lines = [f"{_name(key)}: not published, expected {expected[key]}" for key in missing]
    lines += [f"{_name(key)}: not expected, published {found[key]}" for key in odd]
    for key in found.keys() & expected.keys():
        for column, value in expected[key].items():
            if not _same(found[key][column], value):
                lines.append(
                    f"{_name(key)} {column}: published {found[key][column]!r}, expected {value!r}"
                )
    return sorted(lines)


def shown(lines: list[str]) -> str:
    """The first of them, and how many there are."""
    return "\n".join([f"{len(lines)} differences", *lines[:_SHOWN]])


def by_key(rows: Iterable[Mapping[str, Any]], *key: str) -> Rows:
    """Published rows by some of their columns."""
    found: Rows = {}
    for row in rows:
        told = plain(row)
        place = tuple(told[name] for name in key)
        assert place not in found, place
        found[place] = told
    return found


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A published row whose keys lose their instance and are called ids; times are milliseconds."""
    return dict(_plain(*column) for column in row.items())


def _plain(name: str, value: Any) -> tuple[str, Any]:
    if name.endswith("_key"):
        return f"{name.removesuffix('_key')}_id", value and value.partition(":")[2]
    if isinstance(value, datetime):
        return name, round(value.timestamp() * 1000)
    return name, value


def _name(key: tuple[Any, ...]) -> str:
    return " ".join(map(str, key))


def _same(found: Any, expected: Any) -> bool:
    if isinstance(expected, float) and isinstance(found, float | Decimal):
        found = float(found)
        return bool(abs(found - expected) < 1e-9 * max(1, abs(expected)))
    return bool(found == expected)
