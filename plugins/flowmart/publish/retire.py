"""Retires an instance that is no longer configured: it is forgotten, with or without its rows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError
from flowmart.core.instance import source_of
from flowmart.engines.base import PUBLISHED_KEYS
from flowmart.transform.folders import INSTANCE_VIEW, published_contracts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from flowmart.engines.base import Engine, Executor

# `_versions` is what ClickHouse keeps the rows of these views in.
_RUNS = ("ops_runs", "ops_ledger", "ops_runs_versions", "ops_ledger_versions")


def retire(
    engine: Engine, sql_folder: Path, instance: str, configured: Collection[str], with_rows: bool
) -> None:
    """
    Delete what the warehouse knows of an instance's runs, and its rows if that is wanted.

    Without its runs the instance is on no list of states or holes. Landed files stay in any case.

    :param sql_folder: where models are.
    :param configured: the instances that there are; they cannot be retired.
    :param with_rows: whether to delete its published rows, its view and its raw rows too.
    :raises ConfigError: if it is configured, or never had a run.
    """
    _require_retirable(engine, instance, configured)
    with engine.publication(instance) as publication:
        if with_rows:
            contracts = published_contracts(sql_folder).values()
            stored = [
                contract.name
                for contract in contracts
                if "instance" in contract.column_names
                and (engine.stores_sums or not (contract.publish and contract.publish.sum))
            ]
            _delete(publication, map(publication.table, [*stored, PUBLISHED_KEYS]), instance)
        publication.when_published(
            partial(_forget, engine=engine, instance=instance, with_rows=with_rows)
        )


def _require_retirable(engine: Engine, instance: str, configured: Collection[str]) -> None:
    if instance in configured:
        raise ConfigError(
            f"The instance {instance!r} is still configured",
            where="flowmart.yaml",
            next_step="remove it there first, so that no run of it begins",
        )
    rows = engine.query(f"select distinct instance from {engine.schemas.ops}.ops_runs")
    left = sorted({row["instance"] for row in rows} - set(configured))
    if instance not in left:
        raise ConfigError(
            f"There is no run of an instance {instance!r}",
            where=f"{engine.schemas.ops}.ops_runs",
            next_step=f"those that may be retired are: {', '.join(left) or 'none'}",
        )


def _forget(executor: Executor, engine: Engine, instance: str, with_rows: bool) -> None:
    """What is not published: written after the publication, so that a retry is possible."""
    schemas = engine.schemas
    if with_rows:
        prefix = f"{source_of(instance)}__"
        raw = [name for name in _tables(executor, schemas.raw) if name.startswith(prefix)]
        _delete(executor, (f"{schemas.raw}.{name}" for name in raw), instance)
        on_cluster = engine.migration_values().get("on_cluster", "")
        view = f"{schemas.mart}.{INSTANCE_VIEW}{instance}"
        executor.execute(f"drop view if exists {view}{on_cluster}")
    runs = [name for name in _tables(executor, schemas.ops) if name in _RUNS]
    _delete(executor, (f"{schemas.ops}.{name}" for name in runs), instance)


def _tables(executor: Executor, schema: str) -> list[str]:
    rows = executor.query(
        "select table_name from information_schema.tables "
        "where table_schema = %(schema)s and table_type = 'BASE TABLE'",
        {"schema": schema},
    )
    return sorted(row["table_name"] for row in rows)


def _delete(executor: Executor, tables: Iterable[str], instance: str) -> None:
    for table in tables:
        executor.execute(
            f"delete from {table} where instance = %(instance)s", {"instance": instance}
        )
