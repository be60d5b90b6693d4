"""Renders models as the SQL of a batch."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from flowmart.transform import template
from flowmart.transform.fields import Field, field_sql
from flowmart.transform.flow_settings import flow_settings, model_options
from flowmart.transform.model import slices_model, staged_model, touched_model
from flowmart.transform.touched import references_to

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from flowmart.core.batch import Batch
    from flowmart.core.people import Member
    from flowmart.core.status import ConfiguredMeaning, Measure
    from flowmart.engines.base import Schemas
    from flowmart.sources.product import ProductSpec
    from flowmart.transform.calendar import Calendar
    from flowmart.transform.model import Model
    from flowmart.transform.project import Project


@dataclass(frozen=True)
class BatchContext:
    """
    The settings of a batch.

    :param statuses: id, key or name of a status -> its meanings.
    :param resolutions: key of a resolution -> outcome.
    :param levels: issue type -> level.
    :param blocked: field of ``fct_issue_changes`` -> its values that say that an issue is blocked.
    :param blocked_by: links, as fields of ``fct_issue_changes``, that name what blocks an issue.
    :param measures: name -> the statuses between which time is measured.
    :param ignore_visits_shorter_than_seconds: shorter visits to a status do not count as flow.
    :param teams: id, slug or name of a project -> its team.
    :param sprints: id, slug or name of a sprint -> its first and last day.
    :param members: who belongs to which team of people.
    :param reporting_timezone: IANA zone in which quarters begin.
    :param cycle_time_policy: the definition of ``cycle_time_seconds``.
    :param calendars: the working calendars that teams keep.
    :param calendar: the one of all teams that have none of their own.
    :param team_calendars: team -> its own one.
    :param everything: whether to touch all keys of the instance, as a full replay does.
    :param fields: custom fields that are columns.
    :param rules_off: rules of data quality that are switched off.
    :param rule_limits: rule with a limit -> the limit that is configured.
    :param issue_page: address of an issue for people, with ``{readable_id}``; empty if not known.
    :param incidents: queries of the issues that are incidents, by condition and value.
    :param options: the options of the source, as configured.
    """

    statuses: Mapping[str, Sequence[ConfiguredMeaning]] = field(default_factory=dict)
    resolutions: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    blocked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    blocked_by: tuple[str, ...] = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)
    ignore_visits_shorter_than_seconds: int = 0
    teams: Mapping[str, str] = field(default_factory=dict)
    sprints: Mapping[str, tuple[date, date]] = field(default_factory=dict)
    members: tuple[Member, ...] = ()
    reporting_timezone: str = "UTC"
    cycle_time_policy: str = "first_start_last_done"
    calendars: tuple[Calendar, ...] = ()
    calendar: str | None = None
    team_calendars: Mapping[str, str] = field(default_factory=dict)
    everything: bool = False
    fields: tuple[Field, ...] = ()
    rules_off: frozenset[str] = frozenset()
    rule_limits: Mapping[str, int] = field(default_factory=dict)
    issue_page: str = ""
    incidents: Sequence[tuple[str, str, str]] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


def stage_table(schemas: Schemas, name: str, batch: Batch) -> str:
    """The qualified name of one of a batch's own tables."""
    return f"{schemas.stage}.{name}__{batch.batch_id}"


def fields_setting(fields: tuple[Field, ...]) -> str:
    """The fields of an instance as text, to detect changes."""
    return json.dumps([asdict(field) for field in fields], ensure_ascii=False)


class Renderer:
    """
    Turns a project's models into statements for one batch.

    :param project: the models.
    :param schemas: where Flowmart's tables are.
    :param batch: the batch.
    :param context: the settings, which become literals.
    """

    def __init__(
        self, project: Project, schemas: Schemas, batch: Batch, context: BatchContext
    ) -> None:
        self._project = project
        self._schemas = schemas
        self._batch = batch
        self._context = context
        self._jinja = template.environment(project.sql_folder, project.engine)

    def select(self, model: Model, **variables: Any) -> str:
        """
        The model's SELECT.

        :param variables: variables of its template, which override the model's.
        """
        functions = {
            "ref": self._stage,
            "staged": lambda name: self._stage(staged_model(self._project.spec.name, name)),
            "raw": self._latest_records,
            "raw_of_loaded": self._latest_loaded,
            "raw_told": self._told,
            "published": self._published,
            "as_published": self._as_published,
            "mentioned": self._mentioned,
            "touched_slices": lambda: self._stage(slices_model(model.name)),
            "loaded": self._loaded,
            "settings_table": lambda name: self._stage(f"{name}_settings"),
            "setting": self._setting,
            "has_part": lambda part: part in model.variables.get("parts", ()),
            "fields": [field_sql(field, self.macro) for field in self._context.fields],
            "is_everything": self._context.everything,
            "product": self._product(),
            **model.variables,
            **variables,
        }
        return template.render(self._jinja, model.path, functions)

    def macro(self, name: str, *arguments: Any) -> str:
        """Render one of the engine's macros by itself."""
        return template.macro(self._jinja, name, *arguments)

    def _stage(self, name: str) -> str:
        return stage_table(self._schemas, name, self._batch)

    def _published(self, name: str) -> str:
        return self._schemas.published(self._project.model(name).name)

    def _as_published(self, name: str) -> str:
        """A fact's rows after publishing: those of the batch, and those of untouched keys."""
        contract = self._project.model(name).contract
        columns = ", ".join(contract.column_names)
        own = f"select {columns} from {self._stage(name)}"
        if self._context.everything:
            return f"({own})"
        key = contract.publish.by if contract.publish else None
        touched = self._stage(touched_model(str(key).removesuffix("_key")))
        return (
            f"({own} union all select {columns} from {self._published(name)} "
            f"where instance = {self._setting('instance')} "
            f"and {key} not in (select {key} from {touched}))"
        )

    def _mentioned(self, dimension: str) -> str:
        """The keys of a dimension in the batch's facts, as the dimension's key column."""
        key = self._project.model(dimension).contract.key_column
        contracts = [model.contract for model in self._project.models]
        selects = [
            f"select distinct {found.key} as {key} from {self._stage(found.fact)} "
            f"where {found.where}"
            for found in references_to(dimension, contracts)
        ]
        return f"({' union distinct '.join(selects)})"

    def _latest_records(self, stream: str) -> str:
        """The latest version of each record: of the touched keys, or of a complete snapshot."""
        spec = self._project.spec
        table = self._schemas.raw_table(spec.name, stream)
        instance = self._setting("instance")
        entity = spec.entity_of(stream)
        if entity is None:
            return self.macro("latest_records", table, instance)
        column = "record_id" if spec.is_entity_stream(stream) else "parent_id"
        keys = f"select {entity}_id from {self._stage(touched_model(entity))}"
        return self.macro("latest_records_of", table, instance, keys, column)

    def _latest_loaded(self, stream: str) -> str:
        """The latest version of each record that the batch has loaded, before keys are touched."""
        spec = self._project.spec
        entity = next(name for name, e in spec.entities.items() if e.stream == stream)
        keys = f"select record_id from {self._loaded(entity)}"
        table = self._schemas.raw_table(spec.name, stream)
        return self.macro("latest_records_of", table, self._setting("instance"), keys, "record_id")

    def _told(self, stream: str) -> str:
        """What the snapshots told of each record, the latest and earlier ones."""
        table = self._schemas.raw_table(self._project.spec.name, stream)
        return self.macro("told_records", table, self._setting("instance"))

    def _loaded(self, entity: str) -> str:
        """The loaded ids of the batch; all ids of the instance in a full replay."""
        if not self._context.everything:
            return self._stage(f"loaded_{entity}")
        spec = self._project.spec
        table = self._schemas.raw_table(spec.name, spec.entities[entity].stream)
        return self.macro("ids_in_raw", table, self._setting("instance"))

    def _product(self) -> ProductSpec | None:
        """Of telemetry, what the reports of the instance consist of."""
        spec = self._project.spec
        if not spec.products:
            return None
        return spec.product(model_options(spec, self._context)["product"], self._batch.instance)

    def _setting(self, name: str) -> str:
        values = {
            "instance": self._batch.instance,
            "reporting_timezone": self._context.reporting_timezone,
            "cycle_time_policy": self._context.cycle_time_policy,
            "fields": fields_setting(self._context.fields),
            "issue_page": self._context.issue_page,
            **flow_settings(self._project.spec, self._context),
        }
        return self.macro("text_literal", values[name])
