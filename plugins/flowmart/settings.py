"""Reads and validates ``include/config/flowmart.yaml``."""

from __future__ import annotations

import functools
import hashlib
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)

from flowmart.core import instance as names
from flowmart.core.errors import ConfigError
from flowmart.core.identifiers import LONGEST, ColumnName
from flowmart.core.instance import source_of
from flowmart.core.schedule import Schedule
from flowmart.core.status import StatusMeaning
from flowmart.core.yaml import load_yaml
from flowmart.sources.registry import get_spec, source_names
from flowmart.transform.fields import FieldType
from flowmart.transform.folders import INSTANCE_VIEW, issue_columns

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DEFAULT_CONFIG = PROJECT_ROOT / "include" / "config" / "flowmart.yaml"
SQL_FOLDER = PROJECT_ROOT / "include" / "sql"
MIGRATIONS_FOLDER = PROJECT_ROOT / "include" / "migrations"
START_VARIABLE = "FLOWMART_START"
"""Environment variable with a day that replaces every instance's ``start``, as for the sandbox."""

CycleTimePolicy = Literal[
    "first_start_first_done", "first_start_last_done", "last_start_last_done", "active"
]

InstanceName = Annotated[
    str, Field(pattern=f"^{names.PATTERN}$", max_length=LONGEST - len(INSTANCE_VIEW))
]
# Names that need no quoting in SQL on any engine.
FieldName = Annotated[str, Field(pattern=r"^[^'\\%{}]+$")]


# Airflow's names for expressions (airflow.utils.dates.cron_presets).
_PRESETS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@quarterly": "0 0 1 */3 *",
    "@yearly": "0 0 1 1 *",
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Berlin")
    return name


def _known_schedule(cron: str) -> str:
    return Schedule(_PRESETS.get(cron, cron), "UTC").expression


CronExpression = Annotated[str, AfterValidator(_known_schedule)]


class FieldSettings(_Frozen):
    """
    A field of issues as a column of the instance's own view.

    :param field: its name in ``fct_issues.custom_fields``; a list is a path into the field's value.
    :param type: type of the column.
    """

    field: list[FieldName]
    type: FieldType = "text"

    @field_validator("field", mode="before")
    @classmethod
    def _as_path(cls, field: object) -> object:
        return [field] if isinstance(field, str) else field


class InstanceSettings(_Frozen):
    """
    One source instance; its credentials are the Airflow connection ``flowmart_<instance>``.

    :param start: first day that scheduled runs cover, in ``timezone``; an earlier history is loaded
        by a backfill or as one window.
    :param schedule: cron expression of the data intervals.
    :param timezone: IANA zone in which the cron expression is read.
    :param statuses: status id of the source -> its meaning.
    :param strict: whether an unmapped status prevents publishing.
    :param teams: team -> ids, slugs or names of its projects; every other project is its own team.
    :param cycle_time_policy: the definition of ``cycle_time_seconds``.
    :param fields: column of the view ``v_issues__<instance>`` -> its field.
    :param streams: optional streams of the source to read.
    :param options: options of the source, described in its README.
    :param requests_per_second: maximum rate; no limit by default.
    :param requests_per_task: a task that needs more requests fails; no limit by default.
    :param concurrency: maximum number of simultaneous requests of a task.
    """

    start: date
    schedule: CronExpression = "0 0 * * *"
    timezone: str = "UTC"
    statuses: dict[str, StatusMeaning] = Field(default_factory=dict)
    strict: bool = False
    teams: dict[str, list[str]] = Field(default_factory=dict)
    cycle_time_policy: CycleTimePolicy = "first_start_last_done"
    fields: dict[ColumnName, FieldSettings] = Field(default_factory=dict)
    streams: list[str] = Field(default_factory=list)
    options: dict[str, Any] = Field(default_factory=dict)
    requests_per_second: float | None = Field(default=None, gt=0)
    requests_per_task: int | None = Field(default=None, ge=1)
    concurrency: int = Field(default=4, ge=1, le=64)

    _timezone = field_validator("timezone")(_known_timezone)

    @property
    def intervals(self) -> Schedule:
        """The boundaries of the data intervals."""
        return Schedule(self.schedule, self.timezone)

    @property
    def starts_at(self) -> datetime:
        """Where the first data interval begins: the first boundary from ``start`` on, in UTC."""
        return self.intervals.at_or_after(midnight(self.start, self.timezone))


def midnight(day: date, timezone: str) -> datetime:
    """The instant at which a day begins in a time zone, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def _require_known_streams(instance: str, streams: list[str]) -> None:
    spec = get_spec(source_of(instance))
    optional = [name for name, stream in spec.streams.items() if stream.optional]
    if unknown := [name for name in streams if name not in optional]:
        raise ValueError(
            f"streams of {instance!r} lists {', '.join(unknown)}; optional streams of {spec.name} "
            f"are {', '.join(optional) or 'none'}"
        )


def _require_new_columns(instance: str, fields: dict[str, FieldSettings]) -> None:
    if not fields:
        return
    if doubled := sorted(fields.keys() & set(issue_columns(SQL_FOLDER))):
        raise ValueError(
            f"fields of {instance!r} has {', '.join(doubled)}, which fct_issues has a column for; "
            "give the field's column another name"
        )


class Settings(_Frozen):
    """
    The configuration.

    :param instances: instance name -> its settings.
    :param schema_prefix: put before ``raw``, ``stage``, ``mart`` and ``ops``.
    :param landing_root: URL or path under which extracted files land; empty means
        ``landing`` in Airflow's home.
    :param reporting_timezone: IANA zone of days, weeks and quarters.
    :param census_schedule: cron expression, in UTC, of the census.
    """

    instances: dict[InstanceName, InstanceSettings]
    schema_prefix: str = Field(
        default="", pattern=r"^([a-z][a-z0-9_]*)?$", max_length=LONGEST - len("stage")
    )
    landing_root: str = ""
    reporting_timezone: str = "UTC"
    census_schedule: CronExpression = "0 3 * * 6"

    _timezone = field_validator("reporting_timezone")(_known_timezone)

    @field_validator("schema_prefix")
    @classmethod
    def _prefix_is_free(cls, prefix: str) -> str:
        if prefix.startswith("pg_"):
            raise ValueError("PostgreSQL keeps schemas that begin with pg_ for itself")
        return prefix

    @field_validator("instances")
    @classmethod
    def _instances_name_a_source(
        cls, instances: dict[str, InstanceSettings]
    ) -> dict[str, InstanceSettings]:
        for name in instances:
            if source_of(name) not in source_names():
                raise ValueError(
                    f"{name!r} does not name a source; use <source> or <source>__<label>, where "
                    f"<source> is one of {', '.join(source_names())}"
                )
            _require_known_streams(name, instances[name].streams)
            _require_new_columns(name, instances[name].fields)
        return instances

    def instances_of(self, source: str) -> dict[str, InstanceSettings]:
        """The configured instances of one source."""
        return {n: s for n, s in self.instances.items() if source_of(n) == source}

    def fingerprint(self, instance: str) -> str:
        """Twelve hex digits that change with an instance's settings."""
        text = self.instances[instance].model_dump_json() + self.reporting_timezone
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def config_path() -> Path:
    """The file in ``FLOWMART_CONFIG``, else the project's own."""
    return Path(os.environ.get("FLOWMART_CONFIG") or DEFAULT_CONFIG)


def _with_start_of_the_environment(document: Any) -> Any:
    start = os.environ.get(START_VARIABLE)
    instances = document.get("instances") if isinstance(document, dict) else None
    if not start or not isinstance(instances, dict):
        return document
    given = {name: own or {} for name, own in instances.items()}
    return {
        **document,
        "instances": {
            name: {**own, "start": start} if isinstance(own, dict) else own
            for name, own in given.items()
        },
    }


@functools.cache
def load_settings(path: Path | None = None) -> Settings:
    """
    Read and validate a configuration file.

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
    try:
        return Settings.model_validate(_with_start_of_the_environment(document or {}))
    except ValidationError as error:
        raise ConfigError(
            "; ".join(_explain(problem) for problem in error.errors()),
            where=str(path),
            next_step="correct the keys named; the file's comments list what each key takes",
        ) from error


def _explain(problem: object) -> str:
    """One of pydantic's findings as ``key: message``, with the allowed keys for an unknown one."""
    assert isinstance(problem, dict)
    key = ".".join(str(part) for part in problem["loc"]) or "the file"
    if problem["type"] == "extra_forbidden":
        model: type[BaseModel] = InstanceSettings if key.startswith("instances.") else Settings
        if ".statuses." in key:
            model = StatusMeaning
        if ".fields." in key:
            model = FieldSettings
        return f"{key}: unknown key (known here: {', '.join(sorted(model.model_fields))})"
    return f"{key}: {problem['msg']}"
