"""Published rows against expected ones: every differing value by issue and column."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

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


def running_sums(
    rows: Iterable[Mapping[str, Any]], by: Iterable[str], days: Iterable[date]
) -> Rows:
    """
    What published daily sums say was there at the ends of days, where there was anything.

    :param by: the columns by which they are told apart.
    """
    by, days = tuple(by), tuple(days)
    found: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for row in rows:
        for on in days:
            if row["happened_on"] <= on:
                sums = found[on, *(row[name] for name in by)]
                sums["issues"] += row["entered"] - row["exited"]
                sums["high_water_issues"] += row["high_water_entered"] - row["high_water_exited"]
    return {key: dict(sums) for key, sums in found.items() if any(sums.values())}


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
