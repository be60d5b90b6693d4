"""The steps of ``flow_metrics``: build, check and publish the aggregates of an instance."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flowmart.aggregates.build import AggregateSettings, Built, build_aggregates
from flowmart.aggregates.project import batch_of, load_aggregates
from flowmart.aggregates.publish import publish_aggregates
from flowmart.forecast.history import Rules
from flowmart.hooks.folders import validation_folder
from flowmart.migrate.runner import require_current
from flowmart.operators.base import InstanceOperator, translated_errors
from flowmart.quality.checkpoint import validate_batch
from flowmart.settings import MIGRATIONS_FOLDER, SQL_FOLDER, load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk import Context

    from flowmart.transform.project import Project


class AggregateOperator(InstanceOperator):
    """
    One step; subclasses implement :meth:`run`.

    :param built: what the step *build* returned (templated).
    """

    template_fields: Sequence[str] = (*InstanceOperator.template_fields, "built")

    def __init__(self, *, built: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.built = built

    def execute(self, context: Context) -> Any:
        """Run the step and translate its errors into Airflow's."""
        with translated_errors():
            return self.run()

    @abstractmethod
    def run(self) -> Any:
        """Do the step's work; return counts only."""

    @property
    def project(self) -> Project:
        """The models."""
        return load_aggregates(SQL_FOLDER, self.engine.name)


class BuildAggregatesOperator(AggregateOperator):
    """
    Build the stage tables; skip the instance if nothing has changed.

    :param everything: whether to build in any case (templated).
    """

    template_fields: Sequence[str] = (*AggregateOperator.template_fields, "everything")

    def __init__(self, *, everything: bool | str = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.everything = everything

    def run(self) -> dict[str, Any]:
        """Build, and return the rows of each model."""
        require_current(self.engine, MIGRATIONS_FOLDER / self.engine.name)
        built = build_aggregates(
            self.engine,
            self.project,
            self.instance,
            _settings(),
            everything=str(self.everything) == "True",
        )
        return asdict(built)


class ValidateAggregatesOperator(AggregateOperator):
    """Check the stage tables; if a check fails, what is published stays unchanged."""

    def run(self) -> None:
        """Run the checks."""
        validate_batch(
            self.engine,
            self.project,
            batch_of(self.instance),
            self.built["counts"],
            validation_folder(),
            load_settings().instance(self.instance).strict,
        )


class PublishAggregatesOperator(AggregateOperator):
    """Replace all rows of the instance in one atomic step."""

    def run(self) -> dict[str, int]:
        """Publish, then drop the stage tables."""
        return publish_aggregates(self.publisher, self.project, self.instance, Built(**self.built))


def _settings() -> AggregateSettings:
    settings = load_settings()
    forecast, bands = settings.forecast, settings.pace_bands
    return AggregateSettings(
        forecast=Rules(forecast.weeks, forecast.minimum_weeks),
        band_weeks=bands.weeks,
        band_items=bands.minimum_items,
        timezone=settings.reporting_timezone,
    )
