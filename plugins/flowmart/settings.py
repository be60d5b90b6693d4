"""Reads and validates ``include/config/flowmart.yaml``."""

from __future__ import annotations

import functools
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import yaml
from pydantic import (
    Field,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
    field_validator,
)

from flowmart.aggregate_settings import ForecastSettings, PaceBandSettings
from flowmart.calendars.resolve import resolve
from flowmart.calendars.settings import CalendarSettings, CalendarVersion
from flowmart.core.errors import ConfigError
from flowmart.core.identifiers import LONGEST
from flowmart.core.instance import source_of
from flowmart.core.people import Membership
from flowmart.core.status import ConfiguredMeaning, Measure
from flowmart.core.validation import Frozen
from flowmart.core.yaml import load_yaml
from flowmart.instance_checks import check_instance
from flowmart.instance_settings import (
    CronExpression,
    DataQualitySettings,
    FieldSettings,
    InstanceName,
    InstanceSettings,
    SprintDates,
    known_timezone,
)
from flowmart.sources.registry import source_names, valid_options
from flowmart.transform.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DEFAULT_CONFIG = PROJECT_ROOT / "include" / "config" / "flowmart.yaml"
SQL_FOLDER = PROJECT_ROOT / "include" / "sql"
MIGRATIONS_FOLDER = PROJECT_ROOT / "include" / "migrations"
GRANTS_FOLDER = PROJECT_ROOT / "include" / "grants"
START_VARIABLE = "FLOWMART_START"
"""Environment variable with a day that replaces every instance's ``start``, as for the sandbox."""

CalendarName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=LONGEST)]

_INSTANCE = TypeAdapter(dict[InstanceName, InstanceSettings])


class Settings(Frozen):
    """
    The configuration.

    :param instances: instance name -> its settings; :attr:`refused` has those that cannot be used.
    :param schema_prefix: put before ``raw``, ``stage``, ``mart`` and ``ops``.
    :param landing_root: URL or path under which extracted files land; empty means
        ``landing`` in Airflow's home.
    :param reporting_timezone: IANA zone of days, weeks and quarters.
    :param census_schedule: cron expression, in UTC, of the census.
    :param reconcile_schedule: cron expression, in UTC, of the reconciliation.
    :param reconcile_horizon_days: how long after they were closed records are reconciled.
    :param forecast: what forecasts are made from.
    :param pace_bands: what pace bands are made from.
    :param calendars: name -> working calendar; :meth:`calendars_of` has what they mean.
    """

    instances: dict[InstanceName, InstanceSettings]
    schema_prefix: str = Field(
        default="", pattern=r"^([a-z][a-z0-9_]*)?$", max_length=LONGEST - len("stage")
    )
    landing_root: str = ""
    reporting_timezone: str = "UTC"
    census_schedule: CronExpression = "0 3 * * 6"
    reconcile_schedule: CronExpression = "0 4 * * *"
    reconcile_horizon_days: int = Field(default=30, ge=0)
    forecast: ForecastSettings = Field(default_factory=ForecastSettings)
    pace_bands: PaceBandSettings = Field(default_factory=PaceBandSettings)
    calendars: dict[CalendarName, CalendarSettings] = Field(default_factory=dict)

    _calendars: dict[str, Calendar] = PrivateAttr(default_factory=dict)
    _refused: dict[str, ConfigError] = PrivateAttr(default_factory=dict)

    _timezone = field_validator("reporting_timezone")(known_timezone)

    @field_validator("schema_prefix")
    @classmethod
    def _prefix_is_free(cls, prefix: str) -> str:
        if prefix.startswith("pg_"):
            raise ValueError("PostgreSQL keeps schemas that begin with pg_ for itself")
        return prefix

    @property
    def refused(self) -> Mapping[str, ConfigError]:
        """Instance name -> what is wrong with its settings; such an instance has no DAG."""
        return self._refused

    def instance(self, name: str) -> InstanceSettings:
        """
        The settings of an instance.

        :raises ConfigError: if they are refused, or there is no such instance.
        """
        if name in self._refused:
            raise self._refused[name]
        if name not in self.instances:
            raise ConfigError(
                f"There is no instance {name!r}",
                where=str(config_path()),
                next_step=f"use one of {', '.join(self.instances) or 'those that you add there'}",
            )
        return self.instances[name]

    def require_every_instance(self) -> None:
        """
        Make sure that no instance is refused.

        :raises ConfigError: about all that are.
        """
        errors = list(self._refused.values())
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise ConfigError(
                "; ".join(error.what for error in errors),
                where=errors[0].where,
                next_step="; ".join(dict.fromkeys(error.next_step for error in errors)),
            )

    def instances_of(self, source: str) -> dict[str, InstanceSettings]:
        """The configured instances of one source."""
        return {n: s for n, s in self.instances.items() if source_of(n) == source}

    def calendars_of(self, instance: str) -> tuple[Calendar, ...]:
        """The working calendars that an instance's teams keep."""
        settings = self.instance(instance)
        named = {*filter(None, [settings.calendar]), *settings.team_calendars.values()}
        return tuple(self._calendars[name] for name in sorted(named))

    def fingerprint(self, instance: str) -> str:
        """Twelve hex digits that change with an instance's settings."""
        text = self.instances[instance].model_dump_json() + self.reporting_timezone
        text += "".join(repr(calendar) for calendar in self.calendars_of(instance))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def config_path() -> Path:
    """The file in ``FLOWMART_CONFIG``, else the project's own."""
    return Path(os.environ.get("FLOWMART_CONFIG") or DEFAULT_CONFIG)


@functools.cache
def load_settings(path: Path | None = None) -> Settings:
    """
    Read and validate a configuration file.

    An instance that cannot be used is refused by itself: it does not take the others away.

    :param path: the file; :func:`config_path` by default.
    :raises ConfigError: naming the file, the key and the allowed values.
    """
    path = path or config_path()
    try:
        document = load_yaml(path)
    except OSError as error:
        raise ConfigError(
            f"The configuration cannot be read: {error.strerror}",
            where=str(path),
            next_step="restore the file, or set FLOWMART_CONFIG to another one",
        ) from error
    except yaml.YAMLError as error:
        raise ConfigError(
            f"The configuration cannot be read as YAML: {error}",
            where=str(path),
            next_step="correct the line that the message names",
        ) from error
    document = document or {}
    instances, refused = _read_instances(document, path)
    try:
        settings = Settings.model_validate(
            document if instances is None else {**document, "instances": instances}
        )
    except ValidationError as error:
        raise _wrong(error, path) from error
    settings._refused.update(refused)
    settings._calendars.update(resolve(settings.calendars, str(path)))
    return settings


def _read_instances(
    document: Any, path: Path
) -> tuple[dict[str, InstanceSettings] | None, dict[str, ConfigError]]:
    """The instances that can be used (None: the file has no mapping of them), and the others."""
    given = document.get("instances") if isinstance(document, dict) else None
    if not isinstance(given, dict):
        return None, {}
    good, refused = {}, {}
    for name, own in given.items():
        try:
            good[name] = _read_instance(name, own, document.get("calendars"))
        except ValidationError as error:
            refused[str(name)] = _wrong(error, path, "instances")
        except ConfigError as error:
            what = f"instances.{name}: {error.what}"
            where = str(path) if name in error.where else f"{path}, {error.where}"
            refused[str(name)] = ConfigError(what, where=where, next_step=error.next_step)
    return good, refused


def _read_instance(name: str, own: Any, calendars: Any) -> InstanceSettings:
    if own is None:
        raise ConfigError(
            "it has no settings",
            where=name,
            next_step=f"write `{name}: {{start: 2026-11-01}}` with the first day to load, or "
            "remove it",
        )
    start = os.environ.get(START_VARIABLE)
    if start and isinstance(own, dict):
        own = {**own, "start": start}
    settings = _INSTANCE.validate_python({name: own})[name]
    if source_of(name) not in source_names():
        raise ConfigError(
            f"{name!r} does not name a source",
            where=name,
            next_step="use <source> or <source>__<label>, where <source> is one of "
            + ", ".join(source_names()),
        )
    check_instance(name, settings, calendars or (), SQL_FOLDER)
    # What models compare and what is a reason to rebuild is what the source understands.
    options = valid_options(source_of(name), name, settings.options)
    return settings.model_copy(update={"options": options})


def _wrong(error: ValidationError, path: Path, prefix: str = "") -> ConfigError:
    """What pydantic found, as ``key: message``."""
    return ConfigError(
        "; ".join(_explain(problem, prefix) for problem in error.errors()),
        where=str(path),
        next_step="correct the keys named; the file's comments list what each key takes",
    )


_OWN_SECTIONS: dict[str, type[BaseModel]] = {
    "forecast": ForecastSettings,
    "pace_bands": PaceBandSettings,
}
_OF_INSTANCES: dict[str, type[BaseModel]] = {
    ".statuses.": ConfiguredMeaning,
    ".measures.": Measure,
    ".sprints.": SprintDates,
    ".fields.": FieldSettings,
    ".people.": Membership,
    ".data_quality.": DataQualitySettings,
}


def _explain(problem: object, prefix: str) -> str:
    """One of pydantic's findings, with the allowed keys for an unknown one."""
    assert isinstance(problem, dict)
    key = ".".join(filter(None, [prefix, *map(str, problem["loc"])])) or "the file"
    if problem["type"] == "extra_forbidden":
        return f"{key}: unknown key (known here: {', '.join(_keys_of(_section(key)))})"
    in_quotes = "; write it in quotes" if problem["type"] == "string_type" else ""
    return f"{key}: {problem['msg']}{in_quotes}"


def _section(key: str) -> type[BaseModel]:
    """The settings that a key is among."""
    if key.startswith("calendars."):
        return CalendarVersion if ".versions." in key else CalendarSettings
    if key.startswith("instances."):
        found = [model for part, model in _OF_INSTANCES.items() if part in key]
        return found[0] if found else InstanceSettings
    return _OWN_SECTIONS.get(key.partition(".")[0], Settings)


def _keys_of(model: type[BaseModel]) -> list[str]:
    return sorted(field.alias or name for name, field in model.model_fields.items())
