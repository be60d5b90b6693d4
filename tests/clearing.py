"""An empty warehouse again, without the time that migrations take."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowmart.engines.base import Engine


def clear(engine: Engine) -> None:
    """Forget all rows and stage tables of a migrated warehouse; schemas without a prefix only."""
    _CLEAR[engine.name](engine)


def _clear_postgres(engine: Engine) -> None:
    tables = engine.query(
        "select schemaname || '.' || tablename as name from pg_tables "
        "where schemaname in ('raw', 'mart') "
        "or schemaname = 'ops' and tablename <> 'schema_migrations'"
    )
    found = engine.query(
        "select schemaname || '.' || tablename as name from pg_tables where schemaname = 'stage'"
    )
    stage = [table["name"] for table in found]
    # A transaction cannot lock the tables of many batches at once.
    for first in range(0, len(stage), 500):
        engine.execute(f"drop table {', '.join(stage[first : first + 500])} cascade")
    engine.execute(f"truncate {', '.join(table['name'] for table in tables)}")


def _clear_clickhouse(engine: Engine) -> None:
    tables = engine.query(
        "select database, name from system.tables "
        "where database in ('raw', 'stage', 'store', 'ops') and engine != 'View' "
        "and name != 'schema_migrations' and not startsWith(name, 'lease__')"
    )
    with engine.session() as session:
        for table in tables:
            name = f"{table['database']}.{table['name']}"
            first, version, _ = name.partition("__p")
            if table["database"] == "store" and version:
                first += "__p0"
                session.execute(f"create table if not exists {first} as {name}")
            is_kept = table["database"] in ("raw", "ops") or (
                table["database"] == "store" and name == first
            )
            session.execute(f"truncate table {name}" if is_kept else f"drop table {name} sync")
    engine.execute("insert into ops.publications (publication) values (0)")


_CLEAR = {"postgres": _clear_postgres, "clickhouse": _clear_clickhouse}
