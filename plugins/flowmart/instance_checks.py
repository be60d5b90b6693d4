"""Whether the settings of an instance fit its source, the models and the calendars."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError
from flowmart.core.instance import source_of
from flowmart.sources.registry import get_spec
from flowmart.transform.folders import issue_columns
from flowmart.transform.rules import read_rules

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from flowmart.instance_settings import InstanceSettings


def check_instance(
    instance: str, settings: InstanceSettings, calendars: Collection[str], sql_folder: Path
) -> None:
    """
    Check what the settings of an instance name.

    :param calendars: names of the calendars that there are.
    :param sql_folder: where the models are.
    :raises ConfigError: naming the setting and what it may be.
    """
    _require_known_streams(instance, settings)
    _require_resolutions(instance, settings)
    _require_known_links(instance, settings)
    _require_new_columns(instance, settings, sql_folder)
    _require_known_rules(instance, settings, sql_folder)
    _require_known_calendars(instance, settings, calendars)


def _require_known_streams(instance: str, settings: InstanceSettings) -> None:
    spec = get_spec(source_of(instance))
    optional = [name for name, stream in spec.streams.items() if stream.optional]
    if unknown := [name for name in settings.streams if name not in optional]:
        raise ConfigError(
            f"streams lists {', '.join(unknown)}",
            where=instance,
            next_step=f"optional streams of {spec.name} are {', '.join(optional) or 'none'}",
        )


def _require_resolutions(instance: str, settings: InstanceSettings) -> None:
    spec = get_spec(source_of(instance))
    if settings.resolutions and not spec.resolutions:
        raise ConfigError(
            f"resolutions has {', '.join(settings.resolutions)}, and {spec.title} has none",
            where=instance,
            next_step="remove it; say with `outcome` under `statuses` what is discarded",
        )


def _require_known_links(instance: str, settings: InstanceSettings) -> None:
    known = get_spec(source_of(instance)).links
    unknown = [
        repr(link)
        for link in settings.blocked_by
        if not any(fnmatchcase(link, pattern) for pattern in known)
    ]
    if unknown:
        raise ConfigError(
            f"blocked_by lists {', '.join(unknown)}, which is no link",
            where=instance,
            next_step="use links as `fct_issue_changes.field` names them: "
            + (", ".join(known) or "this source has none"),
        )


def _require_new_columns(instance: str, settings: InstanceSettings, sql_folder: Path) -> None:
    fields = settings.fields
    if fields and (doubled := sorted(fields.keys() & set(issue_columns(sql_folder)))):
        raise ConfigError(
            f"fields has {', '.join(doubled)}, which fct_issues has a column for",
            where=instance,
            next_step="give the field's column another name",
        )


def _require_known_rules(instance: str, settings: InstanceSettings, sql_folder: Path) -> None:
    given = settings.data_quality
    rules = read_rules(sql_folder, source_of(instance))
    limited = [name for name, rule in rules.items() if rule.more_than is not None]
    for key, names, known in (("hide", given.hide, rules), ("more_than", given.more_than, limited)):
        if unknown := [name for name in names if name not in known]:
            raise ConfigError(
                f"data_quality.{key} has {', '.join(unknown)}, which is no rule"
                f"{' with a limit' if key == 'more_than' else ''}",
                where=instance,
                next_step=f"use {', '.join(known)}",
            )


def _require_known_calendars(
    instance: str, settings: InstanceSettings, calendars: Collection[str]
) -> None:
    named = {"calendar": settings.calendar}
    named |= {f"team_calendars.{team}": name for team, name in settings.team_calendars.items()}
    for key, name in named.items():
        if name is not None and name not in calendars:
            raise ConfigError(
                f"{key}: there is no calendar {name!r}",
                where=instance,
                next_step=f"use one of {', '.join(calendars) or 'those that you add'} under "
                "`calendars`",
            )
