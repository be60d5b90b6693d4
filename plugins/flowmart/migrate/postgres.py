"""Published tables on PostgreSQL: what contracts say of them, and the DDL that makes them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flowmart.engines.postgres_session import TYPES
from flowmart.migrate.postgres_catalog import create_scratch, read_tables
from flowmart.migrate.tables import (
    CHECK_DEFAULT,
    SCHEMAS,
    Change,
    Column,
    Index,
    Table,
    add_columns,
    as_template,
    lines,
)
from flowmart.transform.sum_query import sum_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowmart.engines.base import Engine
    from flowmart.transform.contract import Contract

_DEFAULTS = {
    "text": "''",
    "bigint": "0",
    "numeric(38,9)": "0",
    "double precision": "0",
    "boolean": "false",
    "date": "'1970-01-01'",
    "timestamp with time zone": "'1970-01-01T00:00:00Z'",
}


class Postgres:
    """Published tables on PostgreSQL."""

    def wanted(self, contract: Contract) -> Table:
        """The table of a contract; a ``sum`` model has a unique index instead of a key."""
        columns = {c.name: Column(c.name, TYPES[c.type], c.nullable) for c in contract.columns}
        place = SCHEMAS.published(contract.name)
        indexes = {}
        for name, index in contract.indexes.items():
            where = f" where {as_template(index.where)}" if index.where else ""
            listed = ", ".join(index.columns)
            indexes[name] = Index(f"create index {name} on {place} ({listed}){where};")
        groups = contract.publish and contract.publish.sum
        if not groups:
            return Table(contract.name, columns, key=contract.key, indexes=indexes)
        name, listed = f"{contract.name}__key", ", ".join(groups.by)
        indexes[name] = Index(
            f"create unique index {name} on {place} ({listed}) nulls not distinct;"
        )
        rows = sum_query(contract, SCHEMAS.published(groups.of))
        return Table(contract.name, columns, indexes=indexes, rows=rows)

    def described(self, engine: Engine, tables: Mapping[str, Table]) -> dict[str, Table]:
        statements = {}
        for table in tables.values():
            statements[f"table {table.name}"] = _create_table(table)
            for name, index in table.indexes.items():
                statements[f"index {name} of {table.name}"] = index.statement
        created = create_scratch(engine, statements)
        return {
            table.name: replace(
                table,
                indexes={
                    name: replace(index, definition=created[table.name].indexes[name].definition)
                    for name, index in table.indexes.items()
                },
            )
            for table in tables.values()
        }

    def existing(self, engine: Engine) -> dict[str, Table]:
        return read_tables(engine, engine.schemas)

    def create(self, table: Table) -> Change:
        statements = [_create_table(table)]
        statements += [index.statement for index in table.indexes.values()]
        if table.rows:
            statements.append(
                f"insert into {_place(table)} ({', '.join(table.columns)})\n{table.rows};"
            )
        return Change("\n".join(statements), f"drop table {_place(table)};")

    def alter(self, wanted: Table, existing: Table) -> list[Change]:
        changes = []
        if added := wanted.columns_missing_in(existing):
            changes.append(_add_columns(wanted, added))
        changes += [_set_nullability(wanted, c) for c in wanted.nullability_unlike(existing)]
        changes += _change_indexes(wanted, existing)
        return changes


def _place(table: Table) -> str:
    return SCHEMAS.published(table.name)


def _create_table(table: Table) -> str:
    definitions = [_definition(column) for column in table.columns.values()]
    if table.key:
        definitions.append(f"primary key ({', '.join(table.key)})")
    return f"create table {_place(table)} (\n{lines(*definitions)}\n);"


def _definition(column: Column) -> str:
    return f"{column.name} {column.type}{'' if column.nullable else ' not null'}"


def _add_columns(table: Table, columns: list[Column]) -> Change:
    added = []
    for column in columns:
        default = "" if column.nullable else f" default {_DEFAULTS[column.type]}"
        added.append(f"add column {_definition(column)}{default}")
    return add_columns(_place(table), columns, added, "drop column")


def _set_nullability(table: Table, column: Column) -> Change:
    alter = f"alter table {_place(table)} alter column {column.name}"
    allow = f"{alter} drop not null;"
    forbid = (
        f"-- {CHECK_DEFAULT}\n"
        f"update {_place(table)} set {column.name} = {_DEFAULTS[column.type]} "
        f"where {column.name} is null;\n"
        f"{alter} set not null;"
    )
    return Change(allow, forbid) if column.nullable else Change(forbid, allow)


def _change_indexes(wanted: Table, existing: Table) -> Iterator[Change]:
    schema = _place(wanted).rpartition(".")[0]
    for name, index in existing.indexes.items():
        if index != wanted.indexes.get(name):
            yield Change(f"drop index {schema}.{name};", index.statement)
    for name, index in wanted.indexes.items():
        if index != existing.indexes.get(name):
            yield Change(index.statement, f"drop index {schema}.{name};")
