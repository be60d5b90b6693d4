"""The base of all steps of a batch: window, warehouse, and error handling."""

from __future__ import annotations

import functools
import logging
from abc import abstractmethod
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from flowmart.core.batch import Batch
from flowmart.core.errors import FatalError, FlowmartError, SkippableError
from flowmart.core.instance import source_of
from flowmart.core.window import Window
from flowmart.engines.roles import LOADER, PUBLISHER
from flowmart.hooks.warehouse import WarehouseHook
from flowmart.ops.runs import close_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from airflow.sdk import Context

    from flowmart.engines.base import Engine


log = logging.getLogger(__name__)


class InstanceOperator(BaseOperator):
    """
    A step that works on an instance's rows in the warehouse.

    :param instance: name of the source instance in ``flowmart.yaml`` (templated).
    """

    template_fields: Sequence[str] = ("instance",)
    ui_color = "#dfe9e4"

    def __init__(self, *, instance: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.instance = instance

    @functools.cached_property
    def engine(self) -> Engine:
        """The warehouse, for all but publishing."""
        return WarehouseHook.with_role(LOADER).engine

    @functools.cached_property
    def publisher(self) -> Engine:
        """The warehouse for publishing, and for dropping stage tables: it made some of them."""
        return WarehouseHook.with_role(PUBLISHER).engine


@contextmanager
def translated_errors() -> Iterator[None]:
    """Fatal errors fail the task at once, skippable ones skip it; Airflow retries the others."""
    try:
        yield
    except SkippableError as error:
        log.info("Skipped: %s", error)  # Airflow's own message does not say why
        raise AirflowSkipException(str(error)) from error
    except FatalError as error:
        raise AirflowFailException(str(error)) from error


class BatchOperator(InstanceOperator):
    """
    One step of a batch; subclasses implement :meth:`run`.

    :param window_start: start of the data interval, inclusive, ISO 8601 (templated).
    :param window_end: end of the data interval, exclusive, ISO 8601 (templated).
    """

    template_fields: Sequence[str] = ("instance", "window_start", "window_end")

    def __init__(
        self,
        *,
        window_start: str = "{{ data_interval_start | default('', true) }}",
        window_end: str = "{{ data_interval_end | default('', true) }}",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.window_start = window_start
        self.window_end = window_end

    def execute(self, context: Context) -> Any:
        """Run the step and translate its errors into Airflow's."""
        with translated_errors():
            batch = self.batch(str(context["run_id"]))
            with self._recording_error(batch):
                return self.run(batch)

    @contextmanager
    def _recording_error(self, batch: Batch) -> Iterator[None]:
        """Write the error of a failed run to ``ops_runs``, if the warehouse can be reached."""
        try:
            yield
        except SkippableError:
            raise
        except FlowmartError as error:
            with suppress(FlowmartError):
                close_run(self.engine, batch, "NOK", error=str(error))
            raise

    @abstractmethod
    def run(self, batch: Batch) -> Any:
        """Do the step's work; return counts and paths only."""

    def batch(self, run_id: str) -> Batch:
        """The batch that this run works on."""
        window = Window.parse(self.window_start, self.window_end)
        return Batch(self.instance, source_of(self.instance), run_id, window)
