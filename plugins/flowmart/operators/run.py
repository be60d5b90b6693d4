"""The first and the last step of a run."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import ConfigError, FatalError
from flowmart.hooks.source import SourceHook
from flowmart.migrate.runner import require_current
from flowmart.operators.base import BatchOperator
from flowmart.operators.steps import require_sound
from flowmart.ops.runs import last_config_hash, last_state, open_run
from flowmart.publish.cleanup import drop_stage_leftovers
from flowmart.settings import MIGRATIONS_FOLDER, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.core.batch import Batch

# How long the stage tables of a failed run are kept for inspection.
INSPECTION = timedelta(days=7)


class OpenBatchOperator(BatchOperator):
    """
    Check the prerequisites of the run, and add it to ``ops_runs``.

    :param run_type: ``window``, ``census``, ``reconcile`` or ``replay``; a replay needs no source.
    """

    def __init__(self, *, run_type: str = "window", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.run_type = run_type

    def run(self, batch: Batch) -> None:
        """Check models, their checks and migrations, then the window and the credentials."""
        require_sound(self.engine, batch)
        require_current(self.engine, MIGRATIONS_FOLDER / self.engine.name)
        settings = load_settings()
        config_hash = settings.fingerprint(batch.instance)
        before = last_config_hash(self.engine, batch.instance)
        if before not in (None, config_hash):
            self.log.info(
                "The settings of %s changed since its last run: this run rebuilds the affected "
                "keys; the transform step logs how many",
                batch.instance,
            )
        starts_at = settings.instance(batch.instance).starts_at
        open_run(self.engine, batch, self.run_type, config_hash, starts_at)
        if self.run_type == "window":
            _require_past(batch)
        drop_stage_leftovers(self.publisher, batch.instance, older_than=INSPECTION)
        if self.run_type != "replay":
            SourceHook(self.instance).get_source().check()


def _require_past(batch: Batch) -> None:
    if batch.window.end > datetime.now(UTC):
        raise ConfigError(
            "The window ends in the future: changes after this run would be taken for extracted",
            where=str(batch),
            next_step="use a data interval that is over",
        )


class CloseBatchOperator(BatchOperator):
    """
    Set the final status of the run in ``ops_runs``, also after failed steps.

    Publishing, or an empty window, has marked the run OK by now. Any other run is marked NOK, and
    the task fails so that Airflow shows the run as failed.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trigger_rule="all_done", **kwargs)

    @contextmanager
    def _recording_error(self, batch: Batch) -> Iterator[None]:
        """Keep the error of the failed step; only a killed step has not recorded one."""
        if last_state(self.engine, batch).error:
            yield
            return
        with super()._recording_error(batch):
            yield

    def run(self, batch: Batch) -> str:
        """
        Mark a failed run.

        :raises FatalError: if the run has failed.
        """
        last = last_state(self.engine, batch)
        if last.status == "OK":
            return last.status
        if last.status is None:
            raise FatalError(
                "The run did not begin: its step open failed",
                where=str(batch),
                next_step="read the log of open, fix the cause, then clear that task",
            )
        raise FatalError(
            last.error or "A step ended without an error (killed?); the marts are unchanged",
            where=str(batch),
            next_step="read the failed task's log, fix the cause, then clear that task",
        )
