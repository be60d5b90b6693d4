"""Changes of the configuration that every source's facts show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from flowmart.calendars.resolve import resolve
from flowmart.calendars.settings import CalendarSettings
from flowmart.core.status import ConfiguredMeaning, Measure
from tests.sql.copied.world import ADDED, REMOVED, Change, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowmart.transform.calendar import Calendar
    from flowmart.transform.fields import Field

_EVERYONE = (
    "value by instance where name in ('cycle_time_policy', 'has_waiting_statuses', "
    "'status_meanings', 'resolutions', 'levels', 'blocked', 'blocked_by', 'measures', "
    "'incidents', 'ignore_visits_shorter_than_seconds', 'knows_blocked')"
)
_ZONE = "value by instance where name = 'reporting_timezone'"
_FIELDS = "value by instance where name = 'fields'"
_PAGES = "value by instance where name = 'issue_page'"
_OF_TEAM = "calendar_key by team where team is not null"
_OF_ALL = "calendar_key by instance where team is null"
_FLOW: dict[str, Any] = {
    "levels": {"Epic": "epic"},
    "resolutions": {"x": "discarded"},
    "blocked": {"flag": ["on"]},
    "blocked_by": ("x",),
    "incidents": [("types", "types", "x")],
    "measures": {"wait": Measure.model_validate({"from": ["a"], "to": ["b"]})},
    "ignore_visits_shorter_than_seconds": 1,
}
OPTIONS = "value by instance where name = 'options'"
NAMES = "value by instance where name = 'priority_names'"


def settings_changes(
    *, everyone: set[int], filled: set[int], fields: tuple[Field, ...]
) -> tuple[Change, ...]:
    """
    Changes of ``ops_settings``. Its rows come with the first batch, and stay.

    :param everyone: all issues.
    :param filled: those with fields that have no column.
    :param fields: some that the instance may ask for.
    """
    other_paths = tuple(replace(field, path=(*field.path, "deeper")) for field in fields)
    other_types = tuple(replace(field, type="text") for field in fields)
    return (
        Change((_EVERYONE,), lambda w: w.configure(cycle_time_policy="active"), everyone),
        Change((_EVERYONE,), _nothing_waits, everyone),
        Change((_EVERYONE,), _another_meaning, everyone),
        Change((_EVERYONE,), lambda w: w.configure(**_FLOW), everyone),
        Change((_ZONE,), lambda w: w.configure(reporting_timezone="Asia/Tokyo"), everyone),
        Change((_FIELDS,), lambda w: w.configure(fields=fields), filled),
        Change((_FIELDS,), lambda w: w.configure(fields=other_paths), filled),
        Change((_FIELDS,), lambda w: w.configure(fields=other_types), filled),
        Change((_FIELDS,), lambda w: w.configure(fields=()), filled),
        Change(
            (_PAGES,), lambda w: w.configure(issue_page="https://t.test/{readable_id}"), everyone
        ),
        Change((ADDED, REMOVED), lambda _: None, set()),
    )


def _nothing_waits(world: World) -> None:
    statuses = {
        name: tuple(meaning.model_copy(update={"is_waiting": False}) for meaning in meanings)
        for name, meanings in world.context.statuses.items()
    }
    world.configure(statuses=statuses)


def _another_meaning(world: World) -> None:
    later = ConfiguredMeaning(category="todo", valid_from=date(2030, 1, 1))
    statuses = {name: (*known, later) for name, known in world.context.statuses.items()}
    world.configure(statuses=statuses)


def calendar_changes(team: str, its: set[int], everyone: set[int]) -> dict[str, tuple[Change, ...]]:
    """
    Changes of calendars: their working time, and who keeps which.

    :param team: a team.
    :param its: the issues that count under it.
    :param everyone: all issues.
    """
    first, longer, second = (
        _calendar("a", "09-17"),
        _calendar("a", "09-18"),
        _calendar("b", "10-17"),
    )
    both = (first, second)
    return {
        "dim_calendars": (
            Change((ADDED,), _keeps((first,), None, {team: "a"}), its),
            Change(("fingerprint",), _keeps((longer,), None, {team: "a"}), its),
            Change((REMOVED,), _keeps((), None, {}), its),
        ),
        "dim_team_calendars": (
            Change((ADDED,), _keeps(both, None, {team: "a"}), its),
            Change((_OF_TEAM,), _keeps(both, None, {team: "b"}), its),
            Change((ADDED,), _keeps(both, "a", {team: "b"}), everyone),
            Change((_OF_ALL,), _keeps(both, "b", {team: "b"}), everyone),
            Change((REMOVED,), _keeps(both, "b", {}), its),
            Change((), _keeps((longer, second), "b", {}), set()),
        ),
    }


def _calendar(name: str, hours: str) -> Calendar:
    """Work on Mondays."""
    opens, closes = hours.split("-")
    given = {"timezone": "Europe/Moscow", "hours": {"mon": f"{opens}:00-{closes}:00"}}
    return resolve({name: CalendarSettings.model_validate(given)}, "test")[name]


def _keeps(
    calendars: tuple[Calendar, ...], calendar: str | None, team_calendars: dict[str, str]
) -> Callable[[World], None]:
    return lambda world: world.configure(
        calendars=calendars, calendar=calendar, team_calendars=team_calendars
    )
