"""Models as the SQL of one batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import ConfigError
from flowmart.transform import template
from flowmart.transform.fields import Field, field_sql
from flowmart.transform.model import TOUCHED_ISSUES, staged_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Schemas
    from flowmart.transform.model import Model
    from flowmart.transform.project import Project


@dataclass(frozen=True)
class BatchContext:
    """
    What a batch takes from the configuration.

    :param statuses: status id -> its category (``todo``, ``in_progress``, ``done``) and whether
        work waits in it.
    :param teams: id, slug or name of a project -> its team.
    :param reporting_timezone: IANA zone in which quarters begin.
    :param cycle_time_policy: the cycle time that ``cycle_time_seconds`` repeats.
    :param everything: whether to touch every issue of the instance, as a replay does.
    :param fields: fields of issues that the instance wants as columns.
    """

    statuses: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    reporting_timezone: str = "UTC"
    cycle_time_policy: str = "first_start_last_done"
    everything: bool = False
    fields: tuple[Field, ...] = ()


def stage_table(schemas: Schemas, name: str, batch: Batch) -> str:
    """The qualified name of one of a batch's own tables."""
    return f"{schemas.stage}.{name}__{batch.batch_id}"


class Renderer:
    """
    Turns a project's models into statements for one batch.

    :param project: the models.
    :param schemas: where Flowmart's tables are.
    :param batch: whose stage tables the statements name.
    :param context: the settings that reach the SQL as literals.
    """

    def __init__(
        self, project: Project, schemas: Schemas, batch: Batch, context: BatchContext
    ) -> None:
        self._project = project
        self._schemas = schemas
        self._batch = batch
        self._context = context
        self._jinja = template.environment(project.sql_folder, project.engine)

    def select(self, model: Model) -> str:
        """The model's SELECT."""
        functions = {
            "ref": self._stage,
            "staged": lambda name: self._stage(staged_model(self._project.spec.name, name)),
            "raw": self._latest_records,
            "published": self._published,
            "loaded_issues": self._loaded_issues,
            "settings_table": lambda name: self._stage(f"{name}_settings"),
            "setting": self._setting,
            "fields": [field_sql(field, self.macro) for field in self._context.fields],
        }
        return template.render(self._jinja, model.path, functions)

    def macro(self, name: str, *arguments: Any) -> str:
        """Render one of the engine's macros by itself."""
        return template.macro(self._jinja, name, *arguments)

    def _stage(self, name: str) -> str:
        return stage_table(self._schemas, name, self._batch)

    def _published(self, name: str) -> str:
        layer = self._project.model(name).contract.layer
        return f"{self._schemas.ops if layer == 'ops' else self._schemas.mart}.{name}"

    def _latest_records(self, stream: str) -> str:
        """The latest version of each record, of the touched issues where records belong to one."""
        spec = self._project.spec
        table = self._schemas.raw_table(spec.name, stream)
        instance = self._setting("instance")
        if spec.streams[stream].kind == "snapshot":
            return self.macro("latest_records", table, instance)
        issue_column = "record_id" if stream == spec.issue_stream else "parent_id"
        touched = self._stage(TOUCHED_ISSUES)
        return self.macro("latest_records_of_issues", table, instance, touched, issue_column)

    def _loaded_issues(self) -> str:
        """The issues that the window landed; all issues of the instance in a replay."""
        if not self._context.everything:
            return self._stage("loaded_issues")
        table = self._schemas.raw_table(self._project.spec.name, self._project.spec.issue_stream)
        return self.macro("issues_in_raw", table, self._setting("instance"))

    def _setting(self, name: str) -> str:
        values = {
            "instance": self._batch.instance,
            "reporting_timezone": self._context.reporting_timezone,
            "cycle_time_policy": self._context.cycle_time_policy,
        }
        if name not in values:
            raise ConfigError(
                f"There is no setting {name!r} for models",
                where="setting(...)",
                next_step=f"use one of {', '.join(values)}",
            )
        return self.macro("text_literal", values[name])
