"""Published tables on PostgreSQL: what its catalog knows of them, and the DDL that makes them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from flowmart.engines.postgres_session import TYPES
from flowmart.migrate.tables import CHECK_DEFAULT, SCHEMAS, Change, Column, Index, Table, lines
from flowmart.transform.sum_query import sum_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.engines.base import Engine
    from flowmart.transform.contract import Contract

_COLUMNS = """
select
    relname as table_name, attname as name,
    format_type(atttypid, atttypmod) as type, not attnotnull as nullable
from pg_attribute
join pg_class on pg_class.oid = attrelid
join pg_namespace on pg_namespace.oid = relnamespace
where nspname in (%(mart)s, %(ops)s) and relkind = 'r' and attnum > 0 and not attisdropped
order by relname, attnum
"""
_INDEXES = """
select
    tables.relname as table_name, indexes.relname as name, indisprimary as is_primary,
    indisunique and indnullsnotdistinct as is_unique,
    array(
        select pg_get_indexdef(indexrelid, position, true)
        from generate_series(1, indnkeyatts) as position
    ) as columns,
    coalesce(pg_get_expr(indpred, indrelid), '') as condition
from pg_index
join pg_class as indexes on indexes.oid = indexrelid
join pg_class as tables on tables.oid = indrelid
join pg_namespace on pg_namespace.oid = tables.relnamespace
where nspname in (%(mart)s, %(ops)s)
order by indexes.relname
"""
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
        indexes = {
            name: Index(index.columns, index.where) for name, index in contract.indexes.items()
        }
        groups = contract.publish and contract.publish.sum
        if not groups:
            return Table(contract.name, columns, key=contract.key, indexes=indexes)
        indexes[f"{contract.name}__key"] = Index(groups.by, is_unique=True)
        rows = sum_query(contract, SCHEMAS.published(groups.of))
        return Table(contract.name, columns, indexes=indexes, rows=rows)

    def existing(self, engine: Engine) -> dict[str, Table]:
        schemas = {"mart": engine.schemas.mart, "ops": engine.schemas.ops}
        columns: dict[str, dict[str, Column]] = defaultdict(dict)
        for row in engine.query(_COLUMNS, schemas):
            column = Column(row["name"], row["type"], row["nullable"])
            columns[row["table_name"]][column.name] = column
        keys: dict[str, tuple[str, ...]] = {}
        indexes: dict[str, dict[str, Index]] = defaultdict(dict)
        for row in engine.query(_INDEXES, schemas):
            index = Index(tuple(row["columns"]), row["condition"], row["is_unique"])
            if row["is_primary"]:
                keys[row["table_name"]] = index.columns
            else:
                indexes[row["table_name"]][row["name"]] = index
        return {
            name: Table(name, columns[name], keys.get(name, ()), indexes=indexes[name])
            for name in columns
        }

    def create(self, table: Table) -> Change:
        definitions = [_definition(column) for column in table.columns.values()]
        if table.key:
            definitions.append(f"primary key ({', '.join(table.key)})")
        indexes = [_create_index(table, name, index) for name, index in table.indexes.items()]
        create = f"create table {_place(table)} (\n{lines(*definitions)}\n);"
        statements = [create, *indexes]
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


def _definition(column: Column) -> str:
    return f"{column.name} {column.type}{'' if column.nullable else ' not null'}"


def _add_columns(table: Table, columns: list[Column]) -> Change:
    comment, added = "", []
    for column in columns:
        default = "" if column.nullable else f" default {_DEFAULTS[column.type]}"
        if default:
            comment = f"-- {CHECK_DEFAULT}\n"
        added.append(f"add column {_definition(column)}{default}")
    dropped = [f"drop column {column.name}" for column in reversed(columns)]
    alter = f"alter table {_place(table)}\n"
    return Change(f"{comment}{alter}{lines(*added)};", f"{alter}{lines(*dropped)};")


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
    common = {
        name
        for name in wanted.indexes.keys() & existing.indexes.keys()
        if _plain(wanted.indexes[name]) == _plain(existing.indexes[name])
    }
    schema = _place(wanted).rpartition(".")[0]
    for name, index in existing.indexes.items():
        if name not in common:
            yield Change(f"drop index {schema}.{name};", _create_index(wanted, name, index))
    for name, index in wanted.indexes.items():
        if name not in common:
            yield Change(_create_index(wanted, name, index), f"drop index {schema}.{name};")


def _create_index(table: Table, name: str, index: Index) -> str:
    kind, columns = "unique index" if index.is_unique else "index", ", ".join(index.columns)
    nulls = " nulls not distinct" if index.is_unique else ""
    condition = f" where {index.where}" if index.where else ""
    return f"create {kind} {name} on {_place(table)} ({columns}){nulls}{condition};"


def _plain(index: Index) -> Index:
    """The index without the casts and brackets that PostgreSQL adds to its condition."""
    condition = re.sub(r"::[\w ]+|[()\s]", "", index.where).casefold()
    return Index(index.columns, condition, index.is_unique)
