"""The end of stage tables."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine

log = logging.getLogger(__name__)


def drop_stage(engine: Engine, batch: Batch) -> list[str]:
    """
    Drop the stage tables of a batch.

    :return: the names of the tables dropped.
    """
    return _drop(engine, batch.batch_id)


def drop_stage_leftovers(engine: Engine, instance: str, older_than: timedelta) -> list[str]:
    """
    Drop what broken or failed runs of an instance left for inspection.

    :param engine: the warehouse.
    :param instance: name of the source instance.
    :param older_than: how long ago a run has to be started for its tables to go.
    :return: the names of the tables dropped.
    """
    runs = engine.query(
        f"select batch_id from {engine.schemas.ops}.ops_runs "
        "where instance = %(instance)s and started_at < now() - %(age)s::interval "
        "order by started_at",
        {"instance": instance, "age": older_than},
    )
    return [table for run in runs for table in _drop(engine, run["batch_id"])]


def _drop(engine: Engine, batch_id: str) -> list[str]:
    suffix = f"__{batch_id}"
    stage = engine.schemas.stage
    with engine.transaction() as session:
        found = session.query(
            "select table_name from information_schema.tables "
            "where table_schema = %(stage)s and right(table_name, %(length)s) = %(suffix)s "
            "order by table_name",
            {"stage": stage, "suffix": suffix, "length": len(suffix)},
        )
        tables = [row["table_name"] for row in found]
        if tables:
            session.execute(f"drop table {', '.join(f'{stage}.{table}' for table in tables)}")
    if tables:
        log.info("dropped %s stage tables of batch %s", len(tables), batch_id)
    return tables
