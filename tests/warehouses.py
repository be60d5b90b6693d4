"""What tests of both engines have to spell differently for each: looking behind, and by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flowmart.engines.base import PUBLISHED_KEYS, Schemas
from flowmart.engines.open import open_engine
from flowmart.migrate import runner
from flowmart.settings import MIGRATIONS_FOLDER, SQL_FOLDER
from flowmart.transform.project import load_project
from local.stack.airflow_env import warehouse_connection

if TYPE_CHECKING:
    from flowmart.engines.base import Engine

SCHEMAS = ("raw", "stage", "store", "mart", "ops")


def migrated(dsn: str, prefix: str = "") -> Engine:
    """The engine over a warehouse, with all migrations applied."""
    engine = open_engine(dsn, Schemas.with_prefix(prefix))
    bring_up_to_date(engine)
    return engine


def bring_up_to_date(engine: Engine) -> None:
    """Apply all migrations, unless that was done: views and comments alone take seconds."""
    folder = MIGRATIONS_FOLDER / engine.name
    engine.ensure_history()
    if any(state.state != "applied" for state in runner.status(engine, folder)):
        runner.up(engine, folder)


def connection(dsn: str) -> str:
    """The warehouse as the text of ``AIRFLOW_CONN_FLOWMART_WAREHOUSE``."""
    return warehouse_connection(dsn)


def unreachable(engine: Engine, **fields: Any) -> str:
    """A connection of the engine's type to a port that nobody listens on."""
    nowhere = {"conn_type": engine.name, "host": "127.0.0.1", "port": 1}
    return json.dumps(nowhere | fields)


def tables_in(engine: Engine, schema: str) -> list[str]:
    """Names of the tables (not the views) in a schema."""
    rows = engine.query(_TABLES[engine.name], {"schema": schema})
    return [row["name"] for row in rows]


def current_table(engine: Engine, name: str) -> str:
    """Where the rows of a published table are that readers see now."""
    return str(engine.migration_values()["published"](name))


def forget(engine: Engine, instance: str) -> None:
    """Delete all that the warehouse holds of an instance, its runs and its ledger apart."""
    project = load_project(SQL_FOLDER, instance.split("__")[0], engine.name)
    published = [model.name for model in project.published()]
    tables = [f"raw.{name}" for name in tables_in(engine, "raw")]
    tables += [current_table(engine, name) for name in [*published, PUBLISHED_KEYS]]
    for table in tables:
        engine.execute(f"delete from {table} where instance = %(i)s", {"i": instance})


def schemas_in_use(engine: Engine) -> set[str]:
    """Schemas of a warehouse in which there is something of Flowmart's."""
    return {row["name"] for row in engine.query(_SCHEMAS[engine.name])}


_TABLES = {
    "postgres": "select table_name as name from information_schema.tables "
    "where table_schema = %(schema)s and table_type = 'BASE TABLE' order by 1",
    "clickhouse": "select name from system.tables "
    "where database = %(schema)s and engine != 'View' order by 1",
}
_SCHEMAS = {
    "postgres": "select distinct table_schema as name from information_schema.tables "
    "where table_schema not in ('information_schema', 'pg_catalog') "
    "union select sequence_schema from information_schema.sequences "
    f"union select nspname from pg_namespace where nspname in {SCHEMAS}",
    "clickhouse": "select distinct database as name from system.tables "
    "where lower(database) not in ('system', 'information_schema', 'default') "
    f"union distinct select name from system.databases where name in {SCHEMAS}",
}
