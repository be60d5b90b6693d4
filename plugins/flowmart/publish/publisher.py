"""
From a batch's stage tables to the marts, in one atomic step.

Issues remember the generation that published them, and a generation is drawn before its batch
reads raw rows: an older batch that comes late leaves newer issues alone. Facts repeat what
dimensions say, so a batch whose dimensions a rival's publication has overtaken is built again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flowmart.core.errors import FatalError, OutdatedBatchError
from flowmart.publish.runs import close_run
from flowmart.publish.tables import differing_keys, publish_keys, publish_rows
from flowmart.quality.ledger import record, require_complete

if TYPE_CHECKING:
    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine, Session
    from flowmart.transform.contract import Contract
    from flowmart.transform.project import Project

log = logging.getLogger(__name__)

_TURN = """
set local lock_timeout = '900s';
select pg_advisory_xact_lock(hashtextextended('flowmart.publish', 0));
set local lock_timeout = '30s';
"""

_ISSUES = """
create temporary table batch_issues on commit drop as
select touched.issue_key, coalesce(published.generation, 0) <= {generation} as is_taken
from {stage}.int_touched_issues__{batch_id} as touched
left join {ops}.published_issues as published
    on published.instance = %(instance)s and published.issue_key = touched.issue_key
"""

_REMEMBER_ISSUES = """
insert into {ops}.published_issues (instance, issue_key, generation)
select %(instance)s, issue_key, {generation} from batch_issues where is_taken
on conflict (instance, issue_key) do update set generation = excluded.generation
"""

_FORGET_ISSUES = """
delete from {ops}.published_issues as published
where published.instance = %(instance)s
    and published.generation <= {generation}
    and not exists (select 1 from batch_issues where issue_key = published.issue_key)
"""

_COUNT_PUBLICATION = """
insert into {ops}.publications as stored (instance, publications) values (%(instance)s, 1)
on conflict (instance) do update set publications = stored.publications + 1
returning publications - 1 > {publications_seen} as has_rival
"""


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
    with engine.transaction() as session:
        session.execute(_TURN)
        names = _names(session, batch)
        instance = {"instance": batch.instance}
        session.execute(_ISSUES.format(**names), instance)
        session.execute("create unique index on batch_issues (issue_key); analyze batch_issues")
        if session.query(_COUNT_PUBLICATION.format(**names), instance)[0]["has_rival"]:
            _require_same_dimensions(session, project, batch, everything)
        entries = [
            publish_rows(session, model, batch, int(names["generation"]), everything)
            if model.publish == "touched"
            else publish_keys(session, model, batch, everything)
            for model in _published(project)
        ]
        require_complete(batch, entries)
        if everything:
            session.execute(_FORGET_ISSUES.format(**names), instance)
        issues = session.execute(_REMEMBER_ISSUES.format(**names), instance)
        record(session, batch, entries)
        close_run(session, batch, "OK", issues=issues)
    log.info("published %s issues of %s: %s", issues, batch, "; ".join(map(str, entries)))
    return {entry.subject: entry.actual for entry in entries}


def _published(project: Project) -> list[Contract]:
    """The models to publish, in an order that is the same for every batch."""
    return sorted((m.contract for m in project.published()), key=lambda model: model.name)


def _require_same_dimensions(
    session: Session, project: Project, batch: Batch, everything: bool
) -> None:
    for model in _published(project):
        if model.publish != "key":
            continue
        if rows := differing_keys(session, model, batch, everything):
            raise OutdatedBatchError(
                f"Another run published {rows} rows of {model.name} otherwise than this batch has "
                "them",
                where=str(batch),
                next_step="build the batch again",
            )


def _names(session: Session, batch: Batch) -> dict[str, str]:
    """What the statements' braces stand for."""
    runs = session.query(
        f"""
        select generation, publications_seen, exists (
            select 1 from information_schema.tables
            where table_schema = %(stage)s and table_name = %(touched)s
        ) as is_built
        from {session.schemas.ops}.ops_runs
        where instance = %(instance)s and run_id = %(run_id)s
        """,
        {
            "stage": session.schemas.stage,
            "touched": f"int_touched_issues__{batch.batch_id}",
            "instance": batch.instance,
            "run_id": batch.run_id,
        },
    )
    if not runs or runs[0]["generation"] is None or not runs[0]["is_built"]:
        raise FatalError(
            "There is nothing to publish: the batch was not built, or its stage tables are dropped",
            where=f"{batch}, stage tables *__{batch.batch_id}",
            next_step="clear the run from its transform step on",
        )
    return {
        "stage": session.schemas.stage,
        "ops": session.schemas.ops,
        "batch_id": batch.batch_id,
        "generation": str(runs[0]["generation"]),
        "publications_seen": str(runs[0]["publications_seen"]),
    }
