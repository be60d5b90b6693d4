"""What PostgreSQL's catalog knows of published tables, and how it describes tables of contracts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING

import jinja2

from flowmart.core.errors import FatalError, MigrationError
from flowmart.engines.base import Schemas
from flowmart.migrate.tables import SCHEMAS, Column, Index, Table, as_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.engines.base import Engine, Executor

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
_KEYS = """
select relname as table_name, array_agg(attname::text order by position) as columns
from pg_index
join pg_class on pg_class.oid = indrelid
join pg_namespace on pg_namespace.oid = relnamespace
cross join unnest(indkey) with ordinality as key (number, position)
join pg_attribute on attrelid = indrelid and attnum = key.number
where nspname in (%(mart)s, %(ops)s) and indisprimary and position <= indnkeyatts
group by relname
"""
_INDEXES = """
select
    tables.relname as table_name, indexes.relname as name,
    format('%%I.%%I', nspname, tables.relname) as place, pg_get_indexdef(indexrelid) as definition
from pg_index
join pg_class as indexes on indexes.oid = indexrelid
join pg_class as tables on tables.oid = indrelid
join pg_namespace on pg_namespace.oid = tables.relnamespace
where nspname in (%(mart)s, %(ops)s) and not indisprimary
order by indexes.relname
"""
_SCRATCH = Schemas.with_prefix("contracts_as_tables__")


def read_tables(executor: Executor, schemas: Schemas) -> dict[str, Table]:
    """
    The published tables that there are.

    :param executor: where they are.
    :param schemas: names of their schemas.
    :return: name -> table.
    """
    names = {"mart": schemas.mart, "ops": schemas.ops}
    columns: dict[str, dict[str, Column]] = defaultdict(dict)
    for row in executor.query(_COLUMNS, names):
        column = Column(row["name"], row["type"], row["nullable"])
        columns[row["table_name"]][column.name] = column
    keys = {row["table_name"]: tuple(row["columns"]) for row in executor.query(_KEYS, names)}
    indexes: dict[str, dict[str, Index]] = defaultdict(dict)
    for row in executor.query(_INDEXES, names):
        definition = as_template(row["definition"])
        place = SCHEMAS.published(row["table_name"])
        definition = definition.replace(row["place"], place, 1)
        indexes[row["table_name"]][row["name"]] = Index(f"{definition};", definition)
    return {
        name: Table(name, columns[name], keys.get(name, ()), indexes=indexes[name])
        for name in columns
    }


def create_scratch(engine: Engine, statements: Mapping[str, str]) -> dict[str, Table]:
    """
    Let the server describe tables of contracts: conditions have many spellings, and it has one.

    :param engine: nothing is left on it.
    :param statements: what they create -> statements that create tables and their indexes.
    :return: name -> table.
    :raises MigrationError: naming what the server does not take.
    """
    what = "schemas"
    try:
        with engine.session() as session:
            session.execute(f"create schema {_SCRATCH.mart}; create schema {_SCRATCH.ops}")
            for what in statements:
                session.execute(jinja2.Template(statements[what]).render(asdict(_SCRATCH)))
            tables = read_tables(session, _SCRATCH)
            session.execute(f"drop schema {_SCRATCH.mart}, {_SCRATCH.ops} cascade")
    except FatalError as error:
        raise MigrationError(
            f"PostgreSQL does not take the {what}: {error.what}",
            where=f"contracts, {engine.where}",
            next_step="correct the contract: the message says what is wrong with it",
        ) from error
    return tables
