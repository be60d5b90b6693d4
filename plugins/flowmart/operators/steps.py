"""Builds and validates a batch with the settings of its instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.core.people import members_of
from flowmart.hooks.folders import validation_folder
from flowmart.hooks.links import issue_page
from flowmart.ops.ledger import LedgerEntry, record, require_balanced
from flowmart.quality.checkpoint import validate_batch
from flowmart.quality.suites import build_suites
from flowmart.settings import SQL_FOLDER, load_settings
from flowmart.sources.registry import get_spec
from flowmart.transform.fields import Field
from flowmart.transform.model import touched_model
from flowmart.transform.project import load_project
from flowmart.transform.render import BatchContext, fields_setting
from flowmart.transform.runner import build_batch
from flowmart.transform.views import create_instance_view, has_instance_view

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine
    from flowmart.transform.project import Project


def project_of(engine: Engine, batch: Batch) -> Project:
    """The models of a batch's source."""
    return load_project(SQL_FOLDER, batch.source, engine.name)


def require_sound(engine: Engine, batch: Batch) -> None:
    """
    Read the models of a batch's source, and the checks of them; nothing is read or changed yet.

    :raises FatalError: naming what is wrong with them.
    """
    build_suites(project_of(engine, batch), engine.schemas, batch, {})


def build(engine: Engine, batch: Batch, everything: bool) -> dict[str, int]:
    """
    Build a batch's stage tables.

    :param everything: whether it touches all keys of the instance.
    :return: model -> rows.
    """
    context = _context(batch.instance, everything)
    return build_batch(engine, project_of(engine, batch), batch, context)


def validate(engine: Engine, batch: Batch, counts: Mapping[str, int]) -> None:
    """
    Check the row counts, then the stage tables.

    :param counts: model -> rows, as :func:`build` returned them.
    :raises FatalError: if a check fails.
    """
    project = project_of(engine, batch)
    record(engine, batch, list(_one_per_key(project, counts)))
    require_balanced(engine, batch)
    strict = load_settings().instance(batch.instance).strict
    validate_batch(engine, project, batch, counts, validation_folder(), strict)


def _one_per_key(project: Project, counts: Mapping[str, int]) -> Iterator[LedgerEntry]:
    """Models with their entity's key have one row for each touched key."""
    for model in project.published():
        publish = model.contract.publish
        if publish and publish.by and model.contract.key == (publish.by,):
            touched = counts[touched_model(publish.by.removesuffix("_key"))]
            yield LedgerEntry("stage", model.name, touched, counts[model.name])


def show_fields(engine: Engine, batch: Batch) -> None:
    """Update the instance's own view of issues to the fields in its configuration."""
    if not has_instance_view(SQL_FOLDER, get_spec(batch.source).entities):
        return
    fields = _fields(batch.instance)
    published = engine.query(
        f"select value from {engine.schemas.ops}.ops_settings "
        "where instance = %(instance)s and name = 'fields'",
        {"instance": batch.instance},
    )
    is_changed = [row["value"] for row in published] != [fields_setting(fields)]
    create_instance_view(engine, SQL_FOLDER, batch.instance, fields, replace=is_changed)


def _fields(instance: str) -> tuple[Field, ...]:
    fields = load_settings().instance(instance).fields
    return tuple(Field(name, tuple(f.field), f.type) for name, f in fields.items())


def _context(instance: str, everything: bool) -> BatchContext:
    settings = load_settings().instance(instance)
    return BatchContext(
        statuses=settings.statuses,
        resolutions=settings.resolutions,
        levels={name: level for level, types in settings.levels.items() for name in types},
        blocked=settings.blocked,
        blocked_by=tuple(settings.blocked_by),
        measures=settings.measures,
        ignore_visits_shorter_than_seconds=settings.ignore_visits_shorter_than_seconds,
        teams={ref: team for team, refs in settings.teams.items() for ref in refs},
        sprints={name: (days.starts_on, days.ends_on) for name, days in settings.sprints.items()},
        members=members_of(settings.people),
        reporting_timezone=load_settings().reporting_timezone,
        cycle_time_policy=settings.cycle_time_policy,
        calendars=load_settings().calendars_of(instance),
        calendar=settings.calendar,
        team_calendars=settings.team_calendars,
        everything=everything,
        fields=_fields(instance),
        rules_off=frozenset(settings.data_quality.hide),
        rule_limits=settings.data_quality.more_than,
        issue_page=issue_page(instance),
        incidents=settings.incidents.rows(),
        options=settings.options,
    )
