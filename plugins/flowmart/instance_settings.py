"""What ``flowmart.yaml`` says about one source instance."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from flowmart.core import instance as names
from flowmart.core.identifiers import LONGEST, ColumnName
from flowmart.core.schedule import Schedule
from flowmart.core.status import StatusMeaning
from flowmart.transform.fields import FieldType
from flowmart.transform.folders import INSTANCE_VIEW

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


class Frozen(BaseModel):
    """A part of the file: it has no keys but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def known_timezone(name: str) -> str:
    """Refuse what is no IANA zone."""
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Berlin")
    return name


def _known_schedule(cron: str) -> str:
    return Schedule(_PRESETS.get(cron, cron), "UTC").expression


CronExpression = Annotated[str, AfterValidator(_known_schedule)]


class FieldSettings(Frozen):
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


class InstanceSettings(Frozen):
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

    _timezone = field_validator("timezone")(known_timezone)

    @field_validator("teams")
    @classmethod
    def _a_project_has_one_team(cls, teams: dict[str, list[str]]) -> dict[str, list[str]]:
        team_of: dict[str, str] = {}
        for team, projects in teams.items():
            if not team.strip() or not all(project.strip() for project in projects):
                raise ValueError("a team or one of its projects has an empty name")
            for project in projects:
                if (other := team_of.setdefault(project, team)) != team:
                    raise ValueError(
                        f"the project {project!r} is in two teams, {other!r} and {team!r}; "
                        "leave it in one of them"
                    )
        return teams

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
