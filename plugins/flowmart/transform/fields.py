"""Custom fields of issues as typed columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

FieldType = Literal["text", "json", "bigint", "double", "boolean", "date", "timestamp", "minutes"]

_DOCUMENT = "custom_fields"
_DIGITS_OF_MINUTES = 16  # more would not fit as seconds
_CASTS = {
    "bigint": "text_to_bigint",
    "double": "text_to_double",
    "boolean": "text_to_boolean",
    "date": "text_to_date",
    "timestamp": "text_to_timestamp",
}


@dataclass(frozen=True)
class Field:
    """
    A field as a column.

    :param column: name of the column.
    :param path: where the value is in ``fct_issues.custom_fields``.
    :param type: the column's type; ``minutes`` are shown as seconds.
    """

    column: str
    path: tuple[str, ...]
    type: FieldType


class FieldSql(NamedTuple):
    """
    A field in an engine's SQL.

    :param column: name of the column.
    :param type: its type.
    :param given: the value as text; null if there is none.
    :param value: the value in its type; null if there is none, or it does not fit.
    """

    column: str
    type: FieldType
    given: str
    value: str


def field_sql(field: Field, macro: Callable[..., str]) -> FieldSql:
    """
    The SQL of a field.

    :param macro: renders one of the engine's macros by its name.
    """
    path = list(field.path)
    given = macro("json_text", _DOCUMENT, path)
    if field.type == "text":
        value = given
    elif field.type == "json":
        value = macro("json_part", _DOCUMENT, path)
    elif field.type == "minutes":
        value = f"60 * {macro('text_to_bigint', given, _DIGITS_OF_MINUTES)}"
    else:
        value = macro(_CASTS[field.type], given)
    return FieldSql(field.column, field.type, given, value)
