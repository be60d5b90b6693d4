"""The end of stage tables."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine

log = logging.getLogger(__name__)


_TABLES_OF_RUNS = """
select tables.table_name
from information_schema.tables
inner join {ops}.ops_runs as runs
    on right(tables.table_name, length(runs.batch_id) + 2) = '__' || runs.batch_id
where tables.table_schema = %(stage)s and runs.instance = %(instance)s and {condition}
order by tables.table_name
"""


def drop_stage(engine: Engine, batch: Batch) -> list[str]:
    """
    Drop the stage tables of a batch.

    :return: the names of the tables dropped.
    """
    return _drop(engine, batch.instance, "runs.batch_id = %(given)s", batch.batch_id)


def drop_stage_leftovers(engine: Engine, instance: str, older_than: timedelta) -> list[str]:
    """
    Drop what broken or failed runs of an instance left for inspection.

    :param engine: the warehouse.
    :param instance: name of the source instance.
    :param older_than: how long ago a run has to be started for its tables to go.
    :return: the names of the tables dropped.
    """
    return _drop(engine, instance, "runs.started_at < now() - %(given)s::interval", older_than)


def _drop(engine: Engine, instance: str, condition: str, given: str | timedelta) -> list[str]:
    stage = engine.schemas.stage
    with engine.transaction() as session:
        found = session.query(
            _TABLES_OF_RUNS.format(ops=engine.schemas.ops, condition=condition),
            {"stage": stage, "instance": instance, "given": given},
        )
        tables = [row["table_name"] for row in found]
        if tables:
            session.execute(f"drop table {', '.join(f'{stage}.{table}' for table in tables)}")
    if tables:
        log.info("dropped %s stage tables of %s", len(tables), instance)
    return tables
