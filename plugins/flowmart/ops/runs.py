"""``ops_runs``: the runs with their settings, status and errors."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine, Executor, Session

log = logging.getLogger(__name__)

_ERROR_CHARACTERS = 4000

_KEY = ("instance", "run_id")


def open_run(
    engine: Engine,
    batch: Batch,
    run_type: str,
    config_hash: str,
    starts_at: datetime | None = None,
) -> None:
    """
    Add a run with status running; a cleared run is reset.

    :param engine: the warehouse.
    :param batch: the batch of the run.
    :param run_type: ``window``, ``census``, ``reconcile`` or ``replay``.
    :param config_hash: fingerprint of the instance's settings.
    :param starts_at: where the instance's first data interval begins, if it has a schedule.
    """
    engine.upsert(
        f"{engine.schemas.ops}.ops_runs",
        _KEY,
        {
            "instance": batch.instance,
            "run_id": batch.run_id,
            "batch_id": batch.batch_id,
            "source": batch.source,
            "run_type": run_type,
            "window_start": batch.window.start,
            "window_end": batch.window.end,
            "status": "running",
            "error": None,
            "records": None,
            "requests": None,
            "generation": None,
            "publications_seen": None,
            "config_hash": config_hash,
            "started_at": datetime.now(UTC),
            "finished_at": None,
            "starts_at": starts_at,
        },
    )


def last_config_hash(engine: Engine, instance: str) -> str | None:
    """Fingerprint of the settings at the last publication; None before the first one."""
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
    records: int | None = None,
) -> None:
    """
    Record how a run ended.

    :param executor: the warehouse, or the session that publishes the run's rows.
    :param batch: the batch of the run.
    :param status: ``OK``: its window is published; ``NOK``: the marts are unchanged.
    :param error: the error that stopped it, without secrets.
    :param records: number of rebuilt records; None keeps the value.
    """
    changes: dict[str, Any] = {
        "status": status,
        "error": error[:_ERROR_CHARACTERS] if error else None,
        "finished_at": datetime.now(UTC),
    }
    if records is not None:
        changes["records"] = records
    if not _change(executor, batch, **changes):
        log.warning("run %s was not opened, so its end (%s) is not recorded", batch, status)


def resume_run(engine: Engine, batch: Batch) -> None:
    """
    Mark a run as running again, when a finished run is cleared from one of its steps onwards.

    :param engine: the warehouse.
    :param batch: the batch of the run.
    """
    _change(engine, batch, status="running", error=None, finished_at=None)


def count_requests(engine: Engine, batch: Batch, requests: int) -> None:
    """Record how many requests a run has sent to its source."""
    _change(engine, batch, requests=requests)


def clear_build(session: Session, batch: Batch) -> None:
    """Forbid publishing while the stage tables are being rebuilt."""
    _change(session, batch, generation=None, publications_seen=None)


def record_build(session: Session, batch: Batch, generation: int) -> None:
    """
    Record the state that a build is based on, so that publishing can detect later changes.

    :param session: the session that builds.
    :param generation: generation of the build, drawn before it read anything.
    """
    seen = session.publications_of(batch.instance)
    _change(session, batch, generation=generation, publications_seen=seen)


@dataclass(frozen=True)
class Build:
    """
    The state that a build is based on.

    :param generation: number of the build.
    :param publications_seen: how often its instance had been published before.
    """

    generation: int
    publications_seen: int


def find_build(executor: Executor, batch: Batch) -> Build | None:
    """The build of a batch, if it is complete."""
    row = _row(executor, batch)
    if row is None or row["generation"] is None:
        return None
    return Build(row["generation"], row["publications_seen"])


@dataclass(frozen=True)
class RunState:
    """
    Status of a run in ``ops_runs``.

    :param status: ``running``, ``OK``, ``NOK``, or None for a run that was never opened.
    :param error: the error that stopped it.
    """

    status: str | None
    error: str | None


def last_state(engine: Engine, batch: Batch) -> RunState:
    """Read the status of a run."""
    row = _row(engine, batch)
    return RunState(row["status"], row["error"]) if row else RunState(None, None)


def _row(executor: Executor, batch: Batch) -> dict[str, Any] | None:
    rows = executor.query(
        f"select * from {executor.schemas.ops}.ops_runs "
        "where instance = %(instance)s and run_id = %(run_id)s",
        {"instance": batch.instance, "run_id": batch.run_id},
    )
    return rows[0] if rows else None


def _change(executor: Executor, batch: Batch, **changes: Any) -> bool:
    """Change some columns of a run; False if there is no such run."""
    row = _row(executor, batch)
    if row is None:
        return False
    executor.upsert(f"{executor.schemas.ops}.ops_runs", _KEY, row | changes)
    return True
