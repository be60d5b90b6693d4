"""``ops_runs``: which batch ran when, with what, and how it ended."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine, Executor

log = logging.getLogger(__name__)

_ERROR_CHARACTERS = 4000

_OPEN = """
insert into {ops}.ops_runs (
    instance, run_id, batch_id, source, run_type, window_start, window_end,
    status, config_hash, started_at
)
values (
    %(instance)s, %(run_id)s, %(batch_id)s, %(source)s, %(run_type)s, %(window_start)s,
    %(window_end)s, 'running', %(config_hash)s, now()
)
on conflict (instance, run_id) do update set
    run_type = excluded.run_type,
    window_start = excluded.window_start,
    window_end = excluded.window_end,
    status = 'running',
    error = null,
    issues = null,
    requests = null,
    generation = null,
    publications_seen = null,
    config_hash = excluded.config_hash,
    started_at = excluded.started_at,
    finished_at = null
"""

_CLOSE = """
update {ops}.ops_runs set
    status = %(status)s,
    error = %(error)s,
    issues = coalesce(%(issues)s, issues),
    finished_at = now()
where instance = %(instance)s and run_id = %(run_id)s
"""


def open_run(engine: Engine, batch: Batch, run_type: str, config_hash: str) -> None:
    """
    Enter a run as running; a run that is cleared and started again begins anew.

    :param engine: the warehouse.
    :param batch: what the run does.
    :param run_type: ``window`` or ``replay``.
    :param config_hash: fingerprint of the instance's settings.
    """
    engine.execute(
        _OPEN.format(ops=engine.schemas.ops),
        {
            "instance": batch.instance,
            "run_id": batch.run_id,
            "batch_id": batch.batch_id,
            "source": batch.source,
            "run_type": run_type,
            "window_start": batch.window.start,
            "window_end": batch.window.end,
            "config_hash": config_hash,
        },
    )


def last_config_hash(engine: Engine, instance: str) -> str | None:
    """What the instance's settings were when it was published last; None before the first time."""
    rows = engine.query(
        f"select config_hash from {engine.schemas.ops}.ops_runs "
        "where instance = %(instance)s and status = 'OK' order by finished_at desc limit 1",
        {"instance": instance},
    )
    return str(rows[0]["config_hash"]) if rows else None


def close_run(
    executor: Executor,
    batch: Batch,
    status: Literal["OK", "NOK"],
    error: str | None = None,
    issues: int | None = None,
) -> None:
    """
    Settle a run.

    :param executor: the warehouse, or the session that publishes the run's rows.
    :param batch: what the run did.
    :param status: ``OK``: the marts hold its window; ``NOK``: it left them as they were.
    :param error: what stopped it, without secrets.
    :param issues: issues rebuilt; None leaves what is there.
    """
    found = executor.execute(
        _CLOSE.format(ops=executor.schemas.ops),
        {
            "status": status,
            "error": error[:_ERROR_CHARACTERS] if error else None,
            "issues": issues,
            "instance": batch.instance,
            "run_id": batch.run_id,
        },
    )
    if not found:
        log.warning("run %s was never opened, so its end (%s) is not recorded", batch, status)


def resume_run(engine: Engine, batch: Batch) -> None:
    """
    Mark a run as running again; one that was settled and is cleared half-way has more to publish.

    :param engine: the warehouse.
    :param batch: what the run does.
    """
    engine.execute(
        f"update {engine.schemas.ops}.ops_runs "
        "set status = 'running', error = null, finished_at = null "
        "where instance = %(instance)s and run_id = %(run_id)s",
        {"instance": batch.instance, "run_id": batch.run_id},
    )


def count_requests(engine: Engine, batch: Batch, requests: int) -> None:
    """Note how many requests a run has sent to its source."""
    engine.execute(
        f"update {engine.schemas.ops}.ops_runs set requests = %(requests)s "
        "where instance = %(instance)s and run_id = %(run_id)s",
        {"requests": requests, "instance": batch.instance, "run_id": batch.run_id},
    )


@dataclass(frozen=True)
class RunState:
    """
    What ``ops_runs`` says of a run.

    :param status: ``running``, ``OK``, ``NOK``, or None for a run that was never opened.
    :param error: what stopped it.
    """

    status: str | None
    error: str | None


def last_state(engine: Engine, batch: Batch) -> RunState:
    """Look a run up."""
    rows = engine.query(
        f"select status, error from {engine.schemas.ops}.ops_runs "
        "where instance = %(instance)s and run_id = %(run_id)s",
        {"instance": batch.instance, "run_id": batch.run_id},
    )
    return RunState(**rows[0]) if rows else RunState(None, None)
