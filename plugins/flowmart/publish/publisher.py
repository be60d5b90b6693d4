"""
From a batch's stage tables to the marts, in one atomic step.

Issues remember the generation that published them, and a generation is drawn before its batch
reads raw rows: an older batch that comes late leaves newer issues alone. Facts repeat what
dimensions say, so a batch whose dimensions a rival's publication has overtaken is built again.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from flowmart.core.errors import FatalError, OutdatedBatchError
from flowmart.publish.runs import built, close_run
from flowmart.publish.tables import Publishing
from flowmart.quality.ledger import record, require_complete

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine, Executor
    from flowmart.publish.runs import Build
    from flowmart.quality.ledger import LedgerEntry
    from flowmart.transform.contract import Contract
    from flowmart.transform.project import Project

log = logging.getLogger(__name__)


def publish_batch(
    engine: Engine, project: Project, batch: Batch, everything: bool = False
) -> dict[str, int]:
    """
    Replace the touched issues' rows in all marts, and settle the run as OK.

    Readers see all of it or none of it; publishers wait for each other; repeating changes nothing.

    :param engine: the warehouse.
    :param project: the models of the batch's source.
    :param batch: what to publish; its stage tables are built and checked.
    :param everything: whether the batch holds the whole instance: what it does not hold goes.
    :return: model -> rows published.
    :raises FatalError: if the batch was never built, or its stage tables are gone.
    :raises OutdatedBatchError: if a rival has published other dimensions since the build.
    :raises CompletenessError: if a mart does not hold what the stage table did.
    """
    known = _require_built(engine, batch)
    with engine.publication(batch.instance) as publication:
        publishing = Publishing(publication, batch, known.generation, everything)
        publishing.choose_issues()
        if publication.publications_of(batch.instance) > known.publications_seen:
            _require_same_dimensions(publishing, project)
        entries = [
            publishing.rows(model) if model.publish == "touched" else publishing.keys(model)
            for model in _published(project)
        ]
        require_complete(batch, entries)
        issues = publishing.remember_issues()
        publication.settle(partial(_settle, batch=batch, entries=entries, issues=issues))
    log.info("published %s issues of %s: %s", issues, batch, "; ".join(map(str, entries)))
    return {entry.subject: entry.actual for entry in entries}


def _published(project: Project) -> list[Contract]:
    """The models to publish, in an order that is the same for every batch."""
    return sorted((m.contract for m in project.published()), key=lambda model: model.name)


def _settle(executor: Executor, batch: Batch, entries: Sequence[LedgerEntry], issues: int) -> None:
    record(executor, batch, entries)
    close_run(executor, batch, "OK", issues=issues)


def _require_same_dimensions(publishing: Publishing, project: Project) -> None:
    for model in _published(project):
        if model.publish != "key":
            continue
        if rows := publishing.differing_keys(model):
            raise OutdatedBatchError(
                f"Another run published {rows} rows of {model.name} otherwise than this batch has "
                "them",
                where=str(publishing.batch),
                next_step="build the batch again",
            )


def _require_built(engine: Engine, batch: Batch) -> Build:
    """What the batch's build knew, if its stage tables are there."""
    touched = f"int_touched_issues__{batch.batch_id}"
    tables = engine.query(
        "select table_name from information_schema.tables "
        "where table_schema = %(stage)s and table_name = %(touched)s",
        {"stage": engine.schemas.stage, "touched": touched},
    )
    known = built(engine, batch)
    if known is None or not tables:
        raise FatalError(
            "There is nothing to publish: the batch was not built, or its stage tables are dropped",
            where=f"{batch}, stage tables *__{batch.batch_id}",
            next_step="clear the run from its transform step on",
        )
    return known
