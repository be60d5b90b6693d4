"""
Publishes a batch's stage tables in one atomic step.

Facts copy columns of dimensions, or depend on other records; slices sum up facts of other batches.
If another publication has changed these since the batch was built, it has to be built again
(docs/adr/0006).
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from flowmart.core.errors import FatalError, OutdatedBatchError
from flowmart.ops.ledger import record, require_complete
from flowmart.ops.runs import close_run, find_build
from flowmart.publish.dimensions import differing_rows, find_gone, publish_dimension
from flowmart.publish.facts import publish_fact
from flowmart.publish.followers import require_current_records
from flowmart.publish.keys import choose_keys, record_keys
from flowmart.publish.publishing import Publishing, entity_of
from flowmart.publish.slices import publish_slices
from flowmart.transform.model import slices_model, touched_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine, Executor
    from flowmart.ops.ledger import LedgerEntry
    from flowmart.ops.runs import Build
    from flowmart.transform.contract import Contract
    from flowmart.transform.project import Project

log = logging.getLogger(__name__)


def publish_batch(
    engine: Engine, project: Project, batch: Batch, everything: bool = False
) -> dict[str, int]:
    """
    Publish a batch by the policies of its models' contracts, and mark the run as OK.

    Readers see all of it or nothing. Publishers wait for each other. Safe to repeat.

    :param engine: the warehouse.
    :param project: the models of the batch's source.
    :param batch: the batch; its stage tables are built and validated.
    :param everything: whether the batch has all keys of the instance: other rows are deleted.
    :return: model -> rows published.
    :raises FatalError: if the batch was not built, or its stage tables were dropped.
    :raises OutdatedBatchError: if another batch has changed rows that this one was built on.
    :raises CompletenessError: if a published table lacks rows of the stage table.
    """
    build = _require_built(engine, project, batch)
    contracts = project.contracts()
    facts, dimensions, slices = (
        [c for c in contracts if c.publish and getattr(c.publish, policy)]
        for policy in ("by", "upsert", "slice")
    )
    with engine.publication(batch.instance) as publication:
        is_overtaken = publication.publications_of(batch.instance) > build.publications_seen
        publishing = Publishing(
            publication, project, batch, build.generation, everything, is_overtaken
        )
        touched = {entity: choose_keys(publishing, entity) for entity in project.spec.entities}
        changing = {entity for entity, count in touched.items() if count or everything}
        for model in dimensions:
            find_gone(publishing, model)
        if is_overtaken:
            _require_current(publishing, dimensions, slices)
            for entity in sorted(changing):
                require_current_records(publishing, entity)
        entries = [
            *(publish_fact(publishing, model) for model in facts if entity_of(model) in changing),
            *(publish_slices(publishing, model) for model in slices),
            *(publish_dimension(publishing, model) for model in dimensions),
        ]
        require_complete(batch, entries)
        keys = {entity: record_keys(publishing, entity) for entity in sorted(changing)}
        publication.when_published(partial(_close, batch=batch, entries=entries, keys=keys))
    log.info("published %s: %s; %s", batch, _counted(keys), "; ".join(map(str, entries)))
    return {entry.subject: entry.actual for entry in entries}


def _counted(keys: Mapping[str, int]) -> str:
    return ", ".join(f"{count} keys of {entity}" for entity, count in keys.items()) or "no keys"


def _close(
    executor: Executor, batch: Batch, entries: Sequence[LedgerEntry], keys: Mapping[str, int]
) -> None:
    record(executor, batch, entries)
    close_run(executor, batch, "OK", records=sum(keys.values()))


def _require_current(
    publishing: Publishing, dimensions: Sequence[Contract], slices: Sequence[Contract]
) -> None:
    """Check that the rows that the batch was built on are still published."""
    for model in slices:
        published = f"{publishing.publication.current(model.name)} where {publishing.own}"
        if not publishing.count(publishing.stage(slices_model(model.name))) and not (
            publishing.everything and publishing.count(published)
        ):
            continue
        raise OutdatedBatchError(
            f"Another run published rows that {model.name} sums up",
            where=str(publishing.batch),
            next_step="build the batch again",
        )
    for model in dimensions:
        if rows := differing_rows(publishing, model):
            raise OutdatedBatchError(
                f"Another run published {rows} rows of {model.name} that differ from this batch's",
                where=str(publishing.batch),
                next_step="build the batch again",
            )


def _require_built(engine: Engine, project: Project, batch: Batch) -> Build:
    """The batch's build, if its stage tables exist."""
    entity = next(iter(project.spec.entities))
    tables = engine.query(
        "select table_name from information_schema.tables "
        "where table_schema = %(stage)s and table_name = %(touched)s",
        {"stage": engine.schemas.stage, "touched": f"{touched_model(entity)}__{batch.batch_id}"},
    )
    build = find_build(engine, batch)
    if build is None or not tables:
        raise FatalError(
            "The batch was not built, or its stage tables were dropped",
            where=f"{batch}, stage tables *__{batch.batch_id}",
            next_step="clear the run from its transform step onwards",
        )
    return build
