"""``ops_runs``: which batch ran when, with what, and how it ended."""

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


def open_run(engine: Engine, batch: Batch, run_type: str, config_hash: str) -> None:
    """
    Enter a run as running; a run that is cleared and started again begins anew.

    :param engine: the warehouse.
    :param batch: what the run does.
    :param run_type: ``window`` or ``replay``.
    :param config_hash: fingerprint of the instance's settings.
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
    records: int | None = None,
) -> None:
    """
    Note how a run ended.

    :param executor: the warehouse, or the session that publishes the run's rows.
    :param batch: what the run did.
    :param status: ``OK``: the marts hold its window; ``NOK``: it left them as they were.
    :param error: what stopped it, without secrets.
    :param records: issues and records of other entities rebuilt; None leaves what is there.
    """
    changes: dict[str, Any] = {
        "status": status,
        "error": error[:_ERROR_CHARACTERS] if error else None,
        "finished_at": datetime.now(UTC),
    }
    if records is not None:
        changes["records"] = records
    if not _change(executor, batch, **changes):
        log.warning("run %s was never opened, so its end (%s) is not recorded", batch, status)


def resume_run(engine: Engine, batch: Batch) -> None:
    """
    Mark a run as running again; one that was settled and is cleared half-way has more to publish.

    :param engine: the warehouse.
    :param batch: what the run does.
    """
    _change(engine, batch, status="running", error=None, finished_at=None)


def count_requests(engine: Engine, batch: Batch, requests: int) -> None:
    """Note how many requests a run has sent to its source."""
    _change(engine, batch, requests=requests)


def clear_build(session: Session, batch: Batch) -> None:
    """Let nobody publish what is being built anew: its tables are no longer of one build."""
    _change(session, batch, generation=None, publications_seen=None)


def record_build(session: Session, batch: Batch, generation: int) -> None:
    """
    Note what a build knew, so that publishing can tell what came after it.

    :param session: the session that builds.
    :param generation: drawn before the build read anything.
    """
    seen = session.publications_of(batch.instance)
    _change(session, batch, generation=generation, publications_seen=seen)


@dataclass(frozen=True)
class Build:
    """
    What a build knew.

    :param generation: its number among all builds.
    :param publications_seen: how often its instance had been published.
    """

    generation: int
    publications_seen: int


def find_build(executor: Executor, batch: Batch) -> Build | None:
    """What :func:`record_build` noted of a batch, if it did."""
    row = _row(executor, batch)
    if row is None or row["generation"] is None:
        return None
    return Build(row["generation"], row["publications_seen"])


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
    """Change some columns of a run; tell whether there is such a run."""
    row = _row(executor, batch)
    if row is None:
        return False
    executor.upsert(f"{executor.schemas.ops}.ops_runs", _KEY, row | changes)
    return True
