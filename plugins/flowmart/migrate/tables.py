"""Published tables as declared by contracts and as found in a database, and changes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from flowmart.engines.base import Schemas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flowmart.engines.base import Engine
    from flowmart.transform.contract import Contract

SCHEMAS = Schemas("{{ raw }}", "{{ stage }}", "{{ store }}", "{{ mart }}", "{{ ops }}")
"""Schema names as written in migration files."""

CHECK_DEFAULT = "Existing rows get the default of the type: check that it is right for them."
"""Comment on statements that make a column not null."""


@dataclass(frozen=True)
class Column:
    """
    A column of a published table.

    :param type: as the engine's catalog spells it, nullability left out.
    """

    name: str
    type: str
    nullable: bool


@dataclass(frozen=True)
class Index:
    """
    An index of a published table; two are equal if the server describes them alike.

    :param statement: what creates it, as a template.
    :param definition: the server's description; empty while the server has not been asked.
    """

    statement: str = field(compare=False)
    definition: str = ""


@dataclass(frozen=True)
class Table:
    """
    A published table on one engine.

    :param columns: name -> column.
    :param key: columns of its primary key, on PostgreSQL.
    :param sort_by: columns of its sort key, on ClickHouse.
    :param indexes: name -> index besides the primary key, on PostgreSQL.
    :param rows: query of the rows that a new table starts with; empty for those of no rows.
    """

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    sort_by: tuple[str, ...] = ()
    indexes: Mapping[str, Index] = field(default_factory=dict)
    rows: str = ""

    def columns_missing_in(self, other: Table) -> list[Column]:
        """The columns that another table lacks."""
        return [column for name, column in self.columns.items() if name not in other.columns]

    def nullability_unlike(self, other: Table) -> list[Column]:
        """The columns that both tables have, and that may be null in one of them only."""
        common = [column for column in self.columns.values() if column.name in other.columns]
        return [c for c in common if c.nullable != other.columns[c.name].nullable]


class Change(NamedTuple):
    """A part of a migration: what applies it and what undoes it, as templates."""

    up: str
    down: str


class Dialect(Protocol):
    """The engine-specific part of published tables."""

    def wanted(self, contract: Contract) -> Table | None:
        """The table that a contract describes; None if the engine has a view instead."""
        ...

    def described(self, engine: Engine, tables: Mapping[str, Table]) -> dict[str, Table]:
        """
        Complete tables of contracts by what only the server can tell of them.

        :param engine: nothing is left on it.
        :param tables: name -> table.
        :raises MigrationError: naming what the server does not take.
        """
        ...

    def existing(self, engine: Engine) -> dict[str, Table]:
        """Name -> table in the schemas of published tables."""
        ...

    def create(self, table: Table) -> Change:
        """Make a new table."""
        ...

    def alter(self, wanted: Table, existing: Table) -> list[Change]:
        """Add columns and bring nullability and indexes up to date."""
        ...


def lines(*items: str) -> str:
    """Items of a list in a statement, one per line."""
    return ",\n".join(f"    {item}" for item in items)


def add_columns(table: str, columns: Sequence[Column], added: Sequence[str], drop: str) -> Change:
    """
    Add columns to a table.

    :param table: the table as statements name it.
    :param columns: the new columns.
    :param added: for each of them the clause that adds it.
    :param drop: what stands before a name in the clause that drops a column.
    """
    is_filled = any(not column.nullable for column in columns)
    comment = f"-- {CHECK_DEFAULT}\n" if is_filled else ""
    dropped = [f"{drop} {column.name}" for column in reversed(columns)]
    alter = f"alter table {table}\n"
    return Change(f"{comment}{alter}{lines(*added)};", f"{alter}{lines(*dropped)};")


def as_template(text: str) -> str:
    """A text as a migration file has to spell it, where braces may begin a placeholder."""
    return re.sub(r"\{(?=[{%#])", "{{ '{' }}", text)
