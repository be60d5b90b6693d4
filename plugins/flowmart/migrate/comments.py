"""Comments of tables, views and columns in the database: from the contracts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.engines.base import Engine
    from flowmart.transform.contract import Contract

# A comment without the name of a column is the table's own.
_TABLE = ""

_COMMENTS = {
    "postgres": """
select
    nspname as schema_name, relname as table_name, coalesce(attname, '') as name,
    coalesce(description, '') as comment
from pg_class
join pg_namespace on pg_namespace.oid = relnamespace
cross join lateral (
    select attnum, attname from pg_attribute
    where attrelid = pg_class.oid and attnum > 0 and not attisdropped
    union all
    select 0, null
) as columns
left join pg_description
    on objoid = pg_class.oid and classoid = 'pg_class'::regclass and objsubid = attnum
where nspname in (%(mart)s, %(ops)s) and relkind in ('r', 'v')
""",
    "clickhouse": """
select database as schema_name, table as table_name, name, comment
from system.columns
where database in (%(mart)s, %(ops)s)
union all
select database as schema_name, name as table_name, '' as name, comment
from system.tables
where database in (%(mart)s, %(ops)s)
""",
}


def describe_tables(engine: Engine, contracts: Mapping[str, Contract]) -> None:
    """
    Update the comments of published tables and views where they differ from the contracts.

    :param engine: a warehouse with all migrations applied and all views created.
    :param contracts: model name -> contract, of all models.
    """
    describe = {"postgres": _describe_on_postgres, "clickhouse": _describe_on_clickhouse}
    existing = _existing(engine)
    for contract in contracts.values():
        schema = engine.schemas.ops if contract.layer == "ops" else engine.schemas.mart
        comments = existing[schema, contract.name]
        changed = {
            name: text
            for name, text in _wanted(contract).items()
            if name in comments and comments[name] != text
        }
        if changed:
            kind = contract.materialized
            describe[engine.name](engine, kind, f"{schema}.{contract.name}", changed)


def _existing(engine: Engine) -> dict[tuple[str, str], dict[str, str]]:
    """Schema and table -> column -> comment."""
    schemas = {"mart": engine.schemas.mart, "ops": engine.schemas.ops}
    comments: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in engine.query(_COMMENTS[engine.name], schemas):
        comments[row["schema_name"], row["table_name"]][row["name"]] = row["comment"]
    return comments


def _wanted(contract: Contract) -> dict[str, str]:
    columns = {column.name: column.description for column in contract.columns}
    return {_TABLE: f"{contract.description} One row per {contract.grain}.", **columns}


def _describe_on_postgres(engine: Engine, kind: str, table: str, comments: dict[str, str]) -> None:
    statements = []
    for name, text in comments.items():
        what = f"{kind} {table}" if name == _TABLE else f"column {table}.{name}"
        literal = text.replace("'", "''")
        statements.append(f"comment on {what} is '{literal}'")
    engine.execute("; ".join(statements))


def _describe_on_clickhouse(engine: Engine, _: str, table: str, comments: dict[str, str]) -> None:
    """Readers use views here; ``alter table`` works on their comments."""
    clauses = [
        f"comment column {name} %({name})s" if name != _TABLE else "modify comment %(_table)s"
        for name in comments
    ]
    texts = {name or "_table": text for name, text in comments.items()}
    on_cluster = engine.migration_values()["on_cluster"]
    engine.execute(f"alter table {table}{on_cluster} {', '.join(clauses)}", texts)
