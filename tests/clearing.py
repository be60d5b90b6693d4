"""An empty warehouse again, without the time that migrations take."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowmart.engines.base import Engine


def clear(engine: Engine) -> None:
    """Forget all rows and stage tables of a migrated warehouse; schemas without a prefix only."""
    _CLEAR[engine.name](engine)


def _clear_postgres(engine: Engine) -> None:
    # Those that have a page: to truncate all of them takes as long as a batch.
    tables = engine.query(
        "select oid::regclass::text as name from pg_class where relkind = 'r' "
        "and relname <> 'schema_migrations' and pg_relation_size(oid) > 0 "
        "and relnamespace::regnamespace::text in ('raw', 'mart', 'ops')"
    )
    found = engine.query(
        "select schemaname || '.' || tablename as name from pg_tables where schemaname = 'stage'"
    )
    stage = [table["name"] for table in found]
    # A transaction cannot lock the tables of many batches at once.
    for first in range(0, len(stage), 500):
        engine.execute(f"drop table {', '.join(stage[first : first + 500])} cascade")
    if tables:
        engine.execute(f"truncate {', '.join(table['name'] for table in tables)}")


def _clear_clickhouse(engine: Engine) -> None:
    tables = engine.query(
        "select database, name, total_rows > 0 as has_rows from system.tables "
        "where database in ('raw', 'stage', 'store', 'ops') and engine != 'View' "
        "and name != 'schema_migrations' and not startsWith(name, 'lease__')"
    )
    with engine.session() as session:
        for table in tables:
            name = f"{table['database']}.{table['name']}"
            first, version, _ = name.partition("__p")
            if table["database"] == "store" and version:
                first += "__p0"
            is_kept = table["database"] != "stage" and name == first
            if not is_kept and table["database"] == "store":
                session.execute(f"create table if not exists {first} as {name}")
            if not is_kept:
                session.execute(f"drop table {name} sync")
            elif table["has_rows"]:
                session.execute(f"truncate table {name}")
    engine.execute("insert into ops.publications (publication) values (0)")


_CLEAR = {"postgres": _clear_postgres, "clickhouse": _clear_clickhouse}
