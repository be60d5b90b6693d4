"""Published tables on ClickHouse: what its catalog knows of them, and the DDL that makes them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from flowmart.engines.clickhouse_tables import TYPES, nullable
from flowmart.engines.clickhouse_versions import existing, latest
from flowmart.migrate.tables import (
    CHECK_DEFAULT,
    SCHEMAS,
    Change,
    Column,
    Table,
    add_columns,
    lines,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.engines.base import Engine
    from flowmart.transform.contract import Contract

_COLUMNS = """
select concat(database, '.', table) as version, name, type
from system.columns
where database = %(store)s
order by table, position
"""
_SORT_KEYS = """
select concat(database, '.', name) as version, sorting_key
from system.tables
where database = %(store)s
"""
_DEFAULTS = {
    "String": "''",
    "LowCardinality(String)": "''",
    "Int64": "0",
    "Decimal(38, 9)": "0",
    "Float64": "0",
    "Bool": "false",
    "Date": "'1970-01-01'",
    "DateTime64(6, 'UTC')": "'1970-01-01 00:00:00'",
}


class ClickHouse:
    """Published tables on ClickHouse."""

    def wanted(self, contract: Contract) -> Table | None:
        """The table of a contract; None for a ``sum`` model, which is a view on ClickHouse."""
        if contract.publish and contract.publish.sum:
            return None
        columns = {c.name: Column(c.name, TYPES[c.type], c.nullable) for c in contract.columns}
        sort_by = contract.sort_by or contract.key
        return Table(contract.name, columns, sort_by=sort_by)

    def described(self, engine: Engine, tables: Mapping[str, Table]) -> dict[str, Table]:
        """ClickHouse has nothing to add: its tables have no conditions."""
        return dict(tables)

    def existing(self, engine: Engine) -> dict[str, Table]:
        """The version of each table that readers see."""
        store = {"store": engine.schemas.store}
        columns: dict[str, dict[str, Column]] = defaultdict(dict)
        for row in engine.query(_COLUMNS, store):
            columns[row["version"]][row["name"]] = _read_column(row["name"], row["type"])
        sort_keys = {
            row["version"]: tuple(row["sorting_key"].replace("`", "").split(", "))
            for row in engine.query(_SORT_KEYS, store)
        }
        current = latest(engine).versions_of(version.name for version in existing(engine))
        return {
            name: Table(name, columns[version], sort_by=sort_keys[version])
            for name, version in ((v.name, v.table(engine.schemas)) for v in current)
            if version in columns
        }

    def create(self, table: Table) -> Change:
        """Create a table; the runner creates the view over it, and undoing drops that view too."""
        view = SCHEMAS.published(table.name)
        definitions = lines(*(_definition(column) for column in table.columns.values()))
        return Change(
            f"create table if not exists {_place(table)} (\n{definitions}\n) "
            f"engine = {{{{ merge_tree() }}}} order by {_listed(table.sort_by)};",
            f"drop view if exists {view}{{{{ on_cluster }}}};\n"
            f"drop table if exists {_place(table)} sync;",
        )

    def alter(self, wanted: Table, existing: Table) -> list[Change]:
        changes = []
        if added := wanted.columns_missing_in(existing):
            clauses = [f"add column if not exists {_definition(column)}" for column in added]
            changes.append(add_columns(_place(wanted), added, clauses, "drop column if exists"))
        changes += [_set_nullability(wanted, c) for c in wanted.nullability_unlike(existing)]
        return changes


def _place(table: Table) -> str:
    return f"{{{{ published('{table.name}') }}}}{{{{ on_cluster }}}}"


def _read_column(name: str, type_: str) -> Column:
    if "Nullable(" not in type_:
        return Column(name, type_, nullable=False)
    return Column(name, type_.replace("Nullable(", "", 1)[:-1], nullable=True)


def _definition(column: Column) -> str:
    return f"{column.name} {nullable(column.type) if column.nullable else column.type}"


def _set_nullability(table: Table, column: Column) -> Change:
    modify = f"alter table {_place(table)} modify column {column.name}"
    allow = f"{modify} {nullable(column.type)};"
    forbid = (
        f"-- {CHECK_DEFAULT}\n"
        f"{modify} {column.type} default {_DEFAULTS[column.type]};\n"
        f"{modify} remove default;"
    )
    return Change(allow, forbid) if column.nullable else Change(forbid, allow)


def _listed(columns: tuple[str, ...]) -> str:
    return columns[0] if len(columns) == 1 else f"({', '.join(columns)})"
