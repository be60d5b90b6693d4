"""Drops stage tables."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine

log = logging.getLogger(__name__)

_TABLES = """
select table_name from information_schema.tables
where table_schema = %(stage)s
order by table_name
"""

_OLD_BATCHES = """
select batch_id from {ops}.ops_runs
where instance = %(instance)s and started_at < %(until)s
"""


def drop_stage(engine: Engine, batch: Batch) -> list[str]:
    """
    Drop the stage tables of a batch.

    :return: the names of the tables dropped.
    """
    return _drop(engine, {batch.batch_id}, batch.instance)


def drop_stage_leftovers(engine: Engine, instance: str, older_than: timedelta) -> list[str]:
    """
    Drop the stage tables that failed runs of an instance left for inspection.

    :param engine: the warehouse.
    :param instance: name of the source instance.
    :param older_than: minimum age of the runs, by their start.
    :return: the names of the tables dropped.
    """
    rows = engine.query(
        _OLD_BATCHES.format(ops=engine.schemas.ops),
        {"instance": instance, "until": datetime.now(UTC) - older_than},
    )
    return _drop(engine, {row["batch_id"] for row in rows}, instance)


def _drop(engine: Engine, batch_ids: set[str], instance: str) -> list[str]:
    """Drop the tables of batches, each in a transaction: PostgreSQL holds a lock per table."""
    stage = engine.schemas.stage
    tables: dict[str, list[str]] = {batch_id: [] for batch_id in sorted(batch_ids)}
    for row in engine.query(_TABLES, {"stage": stage}):
        batch_id = row["table_name"].rpartition("__")[2]
        if batch_id in tables:
            tables[batch_id].append(row["table_name"])
    for names in tables.values():
        with engine.session() as session:
            session.drop_tables([f"{stage}.{name}" for name in names])
    dropped = [name for names in tables.values() for name in names]
    if dropped:
        log.info("dropped %s stage tables of %s", len(dropped), instance)
    return dropped
