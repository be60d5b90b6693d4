"""An empty warehouse again, or the state it was once in, without the time that it took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowmart.engines.base import Engine, Session


def clear(engine: Engine) -> None:
    """Forget all rows and stage tables of a migrated warehouse; schemas without a prefix only."""
    _CLEAR[engine.name](engine)


def _clear_postgres(engine: Engine) -> None:
    tables = engine.query(
        "select schemaname || '.' || tablename as name from pg_tables "
        "where schemaname in ('raw', 'mart') "
        "or schemaname = 'ops' and tablename <> 'schema_migrations'"
    )
    engine.execute("drop schema stage cascade; create schema stage")
    engine.execute(f"truncate {', '.join(table['name'] for table in tables)}")


def keep_clickhouse(engine: Engine) -> None:
    """Keep the rows that a warehouse on ClickHouse holds now, stage tables apart."""
    engine.execute("drop database if exists kept sync; create database kept")
    with engine.session() as session:
        for table in _tables_of_clickhouse(engine):
            if table["database"] != "stage":
                source, copy = "{database}.{name}", "kept.{database}__{name}"
                _copy(session, source.format(**table), copy.format(**table))


def restore_clickhouse(engine: Engine) -> None:
    """Bring back the rows that were kept; batches may go on from there."""
    _empty_clickhouse(engine)
    kept = engine.query("select name from system.tables where database = 'kept'")
    with engine.session() as session:
        for table in kept:
            _copy(session, f"kept.{table['name']}", ".".join(table["name"].split("__", 1)))


def _copy(session: Session, source: str, target: str) -> None:
    session.execute(f"create table if not exists {target} as {source}")
    session.execute(f"alter table {target} attach partition all from {source}")


def _tables_of_clickhouse(engine: Engine) -> list[dict[str, Any]]:
    return engine.query(
        "select database, name from system.tables "
        "where database in ('raw', 'stage', 'store', 'ops') and engine != 'View' "
        "and name != 'schema_migrations' and not startsWith(name, 'lease__')"
    )


def _clear_clickhouse(engine: Engine) -> None:
    _empty_clickhouse(engine)
    engine.execute("insert into ops.publications (publication) values (0)")


def _empty_clickhouse(engine: Engine) -> None:
    tables = _tables_of_clickhouse(engine)
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


_CLEAR = {"postgres": _clear_postgres, "clickhouse": _clear_clickhouse}
