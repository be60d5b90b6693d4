"""Compares the contracts of published models with the tables of a warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.core.errors import MigrationError
from flowmart.migrate.clickhouse import ClickHouse
from flowmart.migrate.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowmart.engines.base import Engine
    from flowmart.migrate.tables import Change, Dialect, Table
    from flowmart.transform.contract import Contract

# Tables that are written by code, without a model or contract.
_WITHOUT_CONTRACT = {
    "ops_ledger",
    "ops_runs",
    "publications",
    "published_issues",
    "published_keys",
    "schema_migrations",
}
_DIALECTS: dict[str, Dialect] = {"postgres": Postgres(), "clickhouse": ClickHouse()}


def missing_changes(engine: Engine, contracts: Mapping[str, Contract]) -> list[Change]:
    """
    The changes that make the tables of a warehouse match the contracts.

    :param engine: a warehouse with all migrations applied.
    :param contracts: model name -> contract, of all models.
    :raises MigrationError: if a column or a table is no longer in the contracts, or has another
        type, key or sort key there: somebody has to decide what happens to its rows. So does a
        contract that the server cannot make a table of.
    """
    dialect = _DIALECTS[engine.name]
    wanted = dialect.described(engine, _wanted(dialect, contracts))
    existing = dialect.existing(engine)
    unknown = existing.keys() - wanted.keys() - _WITHOUT_CONTRACT
    undecided = [
        *(_without_table(name, contracts) for name in unknown),
        *(problem for table in wanted.values() for problem in _undecided(table, existing)),
    ]
    if undecided:
        raise MigrationError(
            f"Contracts drop or redefine what is published: {'; '.join(sorted(undecided))}",
            where=f"tables on {engine.name}",
            next_step="write a migration for these by hand, one file per engine (a rename keeps "
            "values, a drop or another type may lose them), or correct the contracts; then run "
            "`make migration` for the rest",
        )
    changes = []
    for name, table in wanted.items():
        is_there = name in existing
        changes += dialect.alter(table, existing[name]) if is_there else [dialect.create(table)]
    return changes


def require_contracts(engine: Engine, contracts: Mapping[str, Contract]) -> None:
    """
    Check that the columns of the published tables are those of the contracts.

    :raises MigrationError: naming the tables and columns that differ.
    """
    dialect = _DIALECTS[engine.name]
    existing = dialect.existing(engine)
    differing = [
        problem
        for table in _wanted(dialect, contracts).values()
        for problem in _differing_columns(table, existing)
    ]
    if differing:
        raise MigrationError(
            f"Contracts and published tables differ: {'; '.join(differing)}",
            where=engine.where,
            next_step="write what is missing with `make migration NAME=…`, then run `make migrate`",
        )


def _wanted(dialect: Dialect, contracts: Mapping[str, Contract]) -> dict[str, Table]:
    published = [contract for contract in contracts.values() if contract.publish]
    tables = list(filter(None, map(dialect.wanted, published)))
    # A table that starts with another's rows comes after it.
    return {table.name: table for table in sorted(tables, key=lambda table: bool(table.rows))}


def _without_table(name: str, contracts: Mapping[str, Contract]) -> str:
    """Why a table is not wanted."""
    if name in contracts and contracts[name].publish:
        return _other_policy(name, is_sum=True)
    return f"table {name} has no contract"


def _other_policy(name: str, *, is_sum: bool) -> str:
    return (
        f"the policy of {name} has changed: it is {'a' if is_sum else 'no longer a'} sum, which "
        "needs another table: drop it in a migration, as the `down` of the one that created it "
        "does; what the policy needs is created by `make migration` and `make migrate` then"
    )


def _undecided(wanted: Table, existing: Mapping[str, Table]) -> Iterator[str]:
    """Differences between a table and its contract whose migration may lose data."""
    if wanted.name not in existing:
        return
    table = existing[wanted.name]
    if _has_other_policy(wanted, table):
        yield _other_policy(table.name, is_sum=bool(wanted.rows))
        return
    yield from _dropped_or_retyped(wanted, table)
    groups = f"{table.name}__key"
    if wanted.rows and (
        wanted.columns_missing_in(table) or wanted.indexes[groups] != table.indexes.get(groups)
    ):
        yield (
            f"the sums of {table.name} have other columns or groups than its contract: drop the "
            "table, and `make migration` creates and fills it anew"
        )
    if table.key != wanted.key:
        yield (
            f"the key of {table.name} is ({', '.join(table.key)}), its contract says "
            f"({', '.join(wanted.key)})"
        )
    if table.sort_by != wanted.sort_by:
        yield (
            f"{table.name} is sorted by ({', '.join(table.sort_by)}), its contract says "
            f"({', '.join(wanted.sort_by)}): fill a new table, and swap the two with "
            "`exchange tables`"
        )


def _has_other_policy(wanted: Table, table: Table) -> bool:
    """Whether one of the two is a sum on PostgreSQL, which has no primary key."""
    return bool(wanted.key) != bool(table.key)


def _differing_columns(wanted: Table, existing: Mapping[str, Table]) -> Iterator[str]:
    if wanted.name not in existing:
        yield f"table {wanted.name} is missing"
        return
    table = existing[wanted.name]
    if _has_other_policy(wanted, table):
        yield _other_policy(table.name, is_sum=bool(wanted.rows))
        return
    yield from (f"{table.name}.{c.name} is missing" for c in wanted.columns_missing_in(table))
    yield from _dropped_or_retyped(wanted, table)
    for column in wanted.nullability_unlike(table):
        where = "by its contract, not in the table"
        if not column.nullable:
            where = "in the table, not by its contract"
        yield f"{table.name}.{column.name} may be null {where}"


def _dropped_or_retyped(wanted: Table, table: Table) -> Iterator[str]:
    for name, column in table.columns.items():
        if name not in wanted.columns:
            yield f"{table.name}.{name} is not in its contract"
        elif column.type != wanted.columns[name].type:
            yield (
                f"{table.name}.{name} is {column.type}, its contract says "
                f"{wanted.columns[name].type}"
            )
