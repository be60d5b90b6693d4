"""Publishes the aggregates of an instance in one atomic step."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flowmart.aggregates.build import published_from
from flowmart.aggregates.project import batch_of
from flowmart.core.errors import CompletenessError, FatalError
from flowmart.publish.cleanup import drop_stage
from flowmart.transform.render import stage_table

if TYPE_CHECKING:
    from flowmart.aggregates.build import Built
    from flowmart.engines.base import Engine
    from flowmart.engines.publication import Publication
    from flowmart.transform.contract import Contract
    from flowmart.transform.project import Project

log = logging.getLogger(__name__)

# The number of an instance's own publications stays: runs tell by it whether their rows are old.
_PUBLISHER = "flow_metrics"


def publish_aggregates(
    engine: Engine, project: Project, instance: str, built: Built
) -> dict[str, int]:
    """
    Replace all rows of an instance, then drop its stage tables.

    Readers see all of it or nothing. Safe to repeat.

    :param engine: the warehouse.
    :param project: the models, see :func:`flowmart.aggregates.project.load_aggregates`.
    :param built: what was built and checked.
    :return: model -> rows published; nothing if an earlier try did it.
    :raises CompletenessError: if other rows would be published than were built.
    :raises FatalError: if the stage tables are gone.
    """
    contracts = [model.contract for model in project.published()]
    if not _is_there(engine, contracts, instance):
        _require_published(engine, instance, built)
        drop_stage(engine, batch_of(instance))
        return {}
    with engine.publication(_PUBLISHER) as publication:
        published = {c.name: _replace(publication, c, instance) for c in contracts}
        for name, rows in published.items():
            if rows != built.counts[name]:
                raise CompletenessError(
                    f"{name} would have {rows} rows, and {built.counts[name]} were built",
                    where=f"{instance}, flow_metrics",
                    next_step="clear the run's `build` task, which builds them again",
                )
    log.info("published %s: %s", instance, published)
    drop_stage(engine, batch_of(instance))
    return published


def _is_there(engine: Engine, contracts: list[Contract], instance: str) -> bool:
    """Whether all stage tables are there: they are dropped after publishing."""
    stage = engine.schemas.stage
    rows = engine.query(
        "select table_name from information_schema.tables where table_schema = %(stage)s",
        {"stage": stage},
    )
    there = {f"{stage}.{row['table_name']}" for row in rows}
    return there >= {stage_table(engine.schemas, c.name, batch_of(instance)) for c in contracts}


def _require_published(engine: Engine, instance: str, built: Built) -> None:
    if published_from(engine, instance) != built.built_from:
        raise FatalError(
            "The stage tables of flow_metrics were dropped before they were published",
            where=instance,
            next_step="clear the run's `build` task",
        )
    log.info("%s was already published by an earlier try", instance)


def _replace(publication: Publication, contract: Contract, instance: str) -> int:
    table = publication.table(contract.name)
    stage = stage_table(publication.schemas, contract.name, batch_of(instance))
    columns = ", ".join(contract.column_names)
    own = {"instance": instance}
    publication.execute(f"delete from {table} where instance = %(instance)s", own)
    publication.execute(f"insert into {table} ({columns}) select {columns} from {stage}")
    rows = publication.query(
        f"select count(*) as rows from {table} where instance = %(instance)s", own
    )
    return int(rows[0]["rows"])
