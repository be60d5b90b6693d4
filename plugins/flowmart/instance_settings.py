"""What ``flowmart.yaml`` says about one source instance."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    field_validator,
    model_validator,
)

from flowmart.core import instance as names
from flowmart.core.identifiers import LONGEST, ColumnName
from flowmart.core.people import Membership, require_one_team_at_a_time
from flowmart.core.schedule import Schedule, midnight
from flowmart.core.spellings import plain, require_one_meaning
from flowmart.core.status import ConfiguredMeaning, Level, Measure, Outcome
from flowmart.core.validation import Frozen
from flowmart.incident_settings import IncidentSettings
from flowmart.transform.fields import FieldType
from flowmart.transform.folders import INSTANCE_VIEW

CycleTimePolicy = Literal[
    "first_start_first_done",
    "first_start_last_done",
    "first_start_last_done_without_done",
    "last_start_last_done",
    "active",
]

NO_PROJECT = "(no project)"
ALL_TEAMS = "(all)"
"""The team of issues that are in no project, as ``int_current_attributes.sql`` calls it."""

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


def known_timezone(name: str) -> str:
    """Refuse what is no IANA zone."""
    if name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Berlin")
    return name


def _known_schedule(cron: str) -> str:
    return Schedule(_PRESETS.get(cron, cron), "UTC").expression


CronExpression = Annotated[str, AfterValidator(_known_schedule)]


def _as_list(given: object) -> object:
    return given if isinstance(given, list) else [given]


def _meanings_differ(meanings: list[ConfiguredMeaning]) -> list[ConfiguredMeaning]:
    known = set()
    for meaning in meanings:
        place = meaning.project and plain(meaning.project), meaning.valid_from
        if place in known:
            raise ValueError(
                f"two meanings for the project {meaning.project or '(all)'} from "
                f"{meaning.valid_from or 'the beginning'} on; leave one of them"
            )
        known.add(place)
    return meanings


StatusMeanings = Annotated[
    list[ConfiguredMeaning], BeforeValidator(_as_list), AfterValidator(_meanings_differ)
]


def _team_name(name: str) -> str:
    if name in (ALL_TEAMS, NO_PROJECT):
        raise ValueError(f"{name} is no name for a team: tables have rows of that name already")
    if name != name.strip():
        raise ValueError(f"{name!r} begins or ends with a space")
    return name


TeamName = Annotated[str, AfterValidator(_team_name)]


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


class SprintDates(Frozen):
    """
    The days of a sprint, for sources that do not tell them.

    :param starts_on: its first day, in the reporting time zone.
    :param ends_on: its last day.
    """

    starts_on: date
    ends_on: date

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> SprintDates:
        if self.ends_on < self.starts_on:
            raise ValueError(f"it ends on {self.ends_on}, before it begins")
        return self


class DataQualitySettings(Frozen):
    """
    Which findings ``v_data_quality`` shows.

    :param hide: rules whose findings it leaves out.
    :param more_than: rule with a limit -> its limit; there is a finding where there are more.
    """

    hide: list[str] = Field(default_factory=list)
    more_than: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)


def _is_web_address(url: str) -> str:
    parts = urlsplit(url)
    is_plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_plain or "{" in url:
        raise ValueError(f"{url!r} is no address such as https://tracker.example.org")
    return url.rstrip("/")


class InstanceSettings(Frozen):
    """
    One source instance; its credentials are the Airflow connection ``flowmart_<instance>``.

    :param start: first day that scheduled runs cover, in ``timezone``; an earlier history is loaded
        by a backfill or as one window.
    :param schedule: cron expression of the data intervals.
    :param timezone: IANA zone in which the cron expression is read.
    :param statuses: id, key or name of a status -> its meaning, or several for projects and days.
    :param resolutions: key or name of a resolution -> what became of the issue.
    :param levels: level -> the issue types that are of it; all others are items.
    :param blocked: field of ``fct_issue_changes`` -> its values that say that an issue is blocked.
    :param blocked_by: links, as fields of ``fct_issue_changes``, that name what blocks an issue.
    :param measures: name -> the statuses between which time is measured.
    :param incidents: which issues are incidents, for the delivery metrics.
    :param ignore_visits_shorter_than_seconds: shorter visits to a status do not count as flow.
    :param strict: whether an unmapped status or resolution prevents publishing.
    :param teams: team -> ids, slugs or names of its projects; every other project is its own team.
    :param sprints: id, slug or name of a sprint -> its days, whatever the source tells.
    :param calendar: the working calendar of all teams that have none of their own; without one,
        their working time is unknown.
    :param team_calendars: team -> its working calendar.
    :param people: team of people -> who belongs to it, and from when to when.
    :param cycle_time_policy: the definition of ``cycle_time_seconds``.
    :param fields: column of the view ``v_issues__<instance>`` -> its field.
    :param data_quality: which findings are shown.
    :param url: address of the source for people; by default that of the connection.
    :param streams: optional streams of the source to read.
    :param options: options of the source, described in its README.
    :param requests_per_second: maximum rate; no limit by default.
    :param requests_per_task: a task that needs more requests fails; no limit by default.
    :param concurrency: maximum number of simultaneous requests of a task.
    :param pool: Airflow pool of the tasks that ask the source; Airflow's default pool by default.
    """

    start: date
    schedule: CronExpression = "0 0 * * *"
    timezone: str = "UTC"
    statuses: dict[str, StatusMeanings] = Field(default_factory=dict)
    resolutions: dict[str, Outcome] = Field(default_factory=dict)
    levels: dict[Level, list[str]] = Field(default_factory=dict)
    blocked: dict[str, Annotated[list[str], Field(min_length=1)]] = Field(default_factory=dict)
    blocked_by: list[str] = Field(default_factory=list)
    incidents: IncidentSettings = Field(default_factory=IncidentSettings)
    measures: dict[ColumnName, Measure] = Field(default_factory=dict)
    ignore_visits_shorter_than_seconds: int = Field(default=0, ge=0)
    strict: bool = False
    teams: dict[TeamName, list[str]] = Field(default_factory=dict)
    sprints: dict[str, SprintDates] = Field(default_factory=dict)
    calendar: str | None = None
    team_calendars: dict[str, str] = Field(default_factory=dict)
    people: dict[TeamName, list[Membership]] = Field(default_factory=dict)
    cycle_time_policy: CycleTimePolicy = "first_start_last_done"
    fields: dict[ColumnName, FieldSettings] = Field(default_factory=dict)
    data_quality: DataQualitySettings = DataQualitySettings()
    url: Annotated[str, AfterValidator(_is_web_address)] | None = None
    streams: list[str] = Field(default_factory=list)
    options: dict[str, Any] = Field(default_factory=dict)
    requests_per_second: float | None = Field(default=None, gt=0)
    requests_per_task: int | None = Field(default=None, ge=1)
    concurrency: int = Field(default=4, ge=1, le=64)
    pool: str = Field(default="default_pool", min_length=1, max_length=256)

    _timezone = field_validator("timezone")(known_timezone)
    _people = field_validator("people")(require_one_team_at_a_time)
    _names = field_validator("statuses", "resolutions", "sprints")(require_one_meaning)

    @field_validator("teams")
    @classmethod
    def _a_project_has_one_team(cls, teams: dict[str, list[str]]) -> dict[str, list[str]]:
        team_of: dict[str, str] = {}
        for team, projects in teams.items():
            if not team.strip() or not all(project.strip() for project in projects):
                raise ValueError("a team or one of its projects has an empty name")
            for project in projects:
                if (other := team_of.setdefault(plain(project), team)) != team:
                    raise ValueError(
                        f"the project {project!r} is in two teams, {other!r} and {team!r}; "
                        "leave it in one of them"
                    )
        return teams

    @model_validator(mode="after")
    def _calendars_are_of_teams(self) -> InstanceSettings:
        """Without ``teams``, each project makes one, which only the source knows."""
        teams = [*self.teams, NO_PROJECT] if self.teams else self.team_calendars
        if unknown := sorted(self.team_calendars.keys() - set(teams)):
            raise ValueError(
                f"team_calendars: {', '.join(unknown)} is no team; use one of {', '.join(teams)}, "
                "or add it to `teams` with its projects"
            )
        return self

    @field_validator("levels")
    @classmethod
    def _a_type_has_one_level(cls, levels: dict[Level, list[str]]) -> dict[Level, list[str]]:
        types = [issue_type for listed in levels.values() for issue_type in listed]
        if twice := sorted({name for name in types if types.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)} is listed twice; an issue type has one level")
        require_one_meaning({name: level for level, listed in levels.items() for name in listed})
        return levels

    @field_validator("blocked_by")
    @classmethod
    def _each_link_once(cls, links: list[str]) -> list[str]:
        if twice := sorted({link for link in links if links.count(link) > 1}):
            raise ValueError(f"{', '.join(twice)} is listed twice; leave it once")
        return links

    @property
    def intervals(self) -> Schedule:
        """The boundaries of the data intervals."""
        return Schedule(self.schedule, self.timezone)

    @property
    def starts_at(self) -> datetime:
        """Where the first data interval begins: the first boundary from ``start`` on, in UTC."""
        return self.intervals.at_or_after(midnight(self.start, self.timezone))
