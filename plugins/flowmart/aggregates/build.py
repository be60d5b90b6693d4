"""Builds the stage tables of an instance's aggregates."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flowmart.aggregates.calendars import Calendars
from flowmart.aggregates.forecasts import compute
from flowmart.aggregates.project import batch_of
from flowmart.core.errors import SkippableError
from flowmart.forecast.history import Rules
from flowmart.transform import template
from flowmart.transform.render import stage_table
from flowmart.transform.runner import require_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.engines.base import Engine, Executor, Session
    from flowmart.transform.project import Project

log = logging.getLogger(__name__)

_SCOPE = "aggregates/scope.sql"
_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class AggregateSettings:
    """
    What aggregates are built with.

    :param forecast: what forecasts draw from.
    :param band_weeks: deliveries of so many weeks make pace bands.
    :param band_items: deliveries that a pace band needs.
    :param timezone: IANA zone of days.
    """

    forecast: Rules = field(default_factory=Rules)
    band_weeks: int = 13
    band_items: int = 5
    timezone: str = "UTC"


@dataclass(frozen=True)
class Built:
    """
    Stage tables that are there.

    :param built_from: see :class:`Scope`.
    :param counts: model -> rows.
    """

    built_from: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Scope:
    """
    What is known of an instance.

    :param as_of_on: the day after the last one that is known.
    :param first_on: the first whole day that is.
    :param built_from: text that stays the same as long as a build would give the same rows.
    """

    as_of_on: date
    first_on: date
    built_from: str


def build_aggregates(
    engine: Engine,
    project: Project,
    instance: str,
    settings: AggregateSettings,
    everything: bool = False,
) -> Built:
    """
    Build all stage tables of an instance, replacing those of an earlier run; all of one snapshot.

    :param project: the models, see :func:`flowmart.aggregates.project.load_aggregates`.
    :param everything: whether to build even if the rows would come out as they are.
    :raises SkippableError: if nothing is loaded yet, or nothing has changed.
    """
    with engine.session("repeatable read") as session:
        build = _Build(session, project, instance)
        scope = build.scope(settings)
        if scope.built_from == published_from(session, instance) and not everything:
            raise SkippableError(
                "Nothing was published since the forecasts and pace bands were built, and no "
                "setting of theirs has changed",
                where=f"{instance}, as of {scope.as_of_on}",
                next_step="nothing; trigger flow_metrics with `everything` to build them anyway",
            )
        build.select(scope, settings)
        computed = compute(
            build.query("int_team_days"),
            build.query("int_open_items"),
            instance,
            scope.first_on,
            scope.as_of_on,
            settings.forecast,
            Calendars(build.query("int_calendars_of_teams"), build.query("int_worked_days")),
        )
        build.write(computed)
        return Built(scope.built_from, build.counts())


def published_from(executor: Executor, instance: str) -> str | None:
    """What the published rows of an instance were built from; None if there are none."""
    rows = executor.query(
        f"select built_from from {executor.schemas.published('ops_flow_metrics')} "
        "where instance = %(instance)s",
        {"instance": instance},
    )
    return str(rows[0]["built_from"]) if rows else None


class _Build:
    """Builds in one session."""

    def __init__(self, session: Session, project: Project, instance: str) -> None:
        self._session = session
        self._project = project
        self._instance = instance
        self._batch = batch_of(instance)
        self._jinja = template.environment(project.sql_folder, project.engine)
        self._tables: dict[str, str] = {}

    def scope(self, settings: AggregateSettings) -> Scope:
        """How far the instance is known."""
        rows = self._session.query(self._render(_SCOPE, {"instance": self._instance}))
        if not rows:
            raise SkippableError(
                "No window of the instance is loaded yet",
                where=self._instance,
                next_step="nothing: its first published window starts flow_metrics again",
            )
        as_of_on: date = rows[0]["as_of_on"]
        covered_from: datetime = rows[0]["covered_from"]
        # The day after the last instant that is not covered is the first whole one.
        local = (covered_from - _INSTANT).astimezone(ZoneInfo(settings.timezone))
        seen = self._session.publications_of(self._instance)
        built_from = json.dumps([f"{as_of_on}", seen, f"{covered_from}", asdict(settings)])
        return Scope(as_of_on, local.date() + _DAY, built_from)

    def select(self, scope: Scope, settings: AggregateSettings) -> None:
        """Build the models that are queries."""
        values = {
            "instance": self._instance,
            "as_of_on": f"{scope.as_of_on}",
            "delivered_from": f"{scope.as_of_on - timedelta(weeks=settings.band_weeks)}",
            "minimum_items": f"{settings.band_items}",
            "built_from": scope.built_from,
        }
        for model in self._project.models:
            if model.contract.is_computed:
                continue
            select = self._render(model.path, values)
            require_columns(self._session, model, select)
            columns = {column.name: column.type for column in model.contract.columns}
            self._session.build_table(self._table(model.name), columns, select)

    def query(self, name: str) -> list[dict[str, Any]]:
        """The rows of a model that is built."""
        return self._session.query(f"select * from {self._tables[name]}")

    def write(self, computed: dict[str, list[tuple[Any, ...]]]) -> None:
        """Write the rows of the models that code computes."""
        for name, rows in computed.items():
            columns = {c.name: c.type for c in self._project.model(name).contract.columns}
            self._session.create_table(self._table(name), columns)
            self._session.copy_rows(self._tables[name], list(columns), rows)

    def counts(self) -> dict[str, int]:
        """Model -> rows."""
        rows = self._session.count_rows(self._tables.values())
        log.info("%s: %s", self._instance, {n: rows[t] for n, t in self._tables.items()})
        return {name: rows[table] for name, table in self._tables.items()}

    def _table(self, name: str) -> str:
        return self._tables.setdefault(name, stage_table(self._session.schemas, name, self._batch))

    def _render(self, path: str, values: dict[str, str]) -> str:
        functions = {
            "published": self._session.schemas.published,
            "ref": self._tables.__getitem__,
            "setting": lambda name: template.macro(self._jinja, "text_literal", values[name]),
        }
        return template.render(self._jinja, path, functions)
