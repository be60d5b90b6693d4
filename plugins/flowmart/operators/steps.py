"""Building and checking a batch, with the settings of its instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.hooks.folders import validation_folder
from flowmart.quality.checkpoint import validate_batch
from flowmart.quality.ledger import LedgerEntry, record, require_balanced
from flowmart.settings import SQL_FOLDER, load_settings
from flowmart.transform.fields import Field
from flowmart.transform.project import load_project
from flowmart.transform.runner import BatchContext, build_batch
from flowmart.transform.views import create_instance_view

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine
    from flowmart.transform.project import Project

# Models that have one row for every issue that a batch touches.
_PER_ISSUE = ("fct_issues", "fct_issue_flow")


def project_of(engine: Engine, batch: Batch) -> Project:
    """The models of a batch's source."""
    return load_project(SQL_FOLDER, batch.source, engine.name)


def build(engine: Engine, batch: Batch, everything: bool) -> dict[str, int]:
    """
    Build a batch's stage tables.

    :param everything: whether it touches every issue of the instance.
    :return: model -> rows.
    """
    context = _context(batch.instance, everything)
    return build_batch(engine, project_of(engine, batch), batch, context)


def validate(engine: Engine, batch: Batch, counts: Mapping[str, int]) -> None:
    """
    Check the row accounting, then the stage tables.

    :param counts: model -> rows, as :func:`build` returned them.
    :raises FatalError: if anything is found.
    """
    touched = counts["int_touched_issues"]
    entries = [LedgerEntry("stage", name, touched, counts[name]) for name in _PER_ISSUE]
    record(engine, batch, entries)
    require_balanced(engine, batch)
    strict = load_settings().instances[batch.instance].strict
    project = project_of(engine, batch)
    validate_batch(engine, project, batch, counts, validation_folder(), strict)


def show_fields(engine: Engine, batch: Batch, everything: bool) -> None:
    """
    Bring the instance's own view of issues up to date with its configuration.

    :param everything: whether the batch is a replay, which follows a change of the configuration.
    """
    fields = _fields(batch.instance)
    create_instance_view(engine, SQL_FOLDER, batch.instance, fields, anew=everything)


def _fields(instance: str) -> tuple[Field, ...]:
    fields = load_settings().instances[instance].fields
    return tuple(Field(name, tuple(f.field), f.type) for name, f in fields.items())


def _context(instance: str, everything: bool) -> BatchContext:
    settings = load_settings().instances[instance]
    return BatchContext(
        statuses={key: (s.category, s.is_waiting) for key, s in settings.statuses.items()},
        teams={ref: team for team, refs in settings.teams.items() for ref in refs},
        reporting_timezone=load_settings().reporting_timezone,
        cycle_time_policy=settings.cycle_time_policy,
        everything=everything,
        fields=_fields(instance),
    )
