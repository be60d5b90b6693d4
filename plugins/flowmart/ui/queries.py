"""Reads the page's numbers from the marts, in one snapshot."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import FatalError
from flowmart.ops.coverage import find_holes
from flowmart.settings import SQL_FOLDER, load_settings
from flowmart.transform import template
from flowmart.ui.period import Period, period_until

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jinja2 import Environment

    from flowmart.core.schedule import Schedule
    from flowmart.engines.base import Engine, Session
    from flowmart.instance_settings import InstanceSettings

FILTER_COLUMNS = ("team", "issue_type", "sprint", "quarter")

Row = dict[str, Any]


class NoSuchValueError(FatalError):
    """A filter of the page has a value that no published issue has."""


@dataclass(frozen=True)
class PageData:
    """
    Everything that the page shows.

    :param runs: one row per instance with runs; ``holes`` is a list of its holes.
    :param options: filter -> its possible values.
    :param filters: filter -> its current value.
    :param period: the weeks that deliveries are counted in.
    :param open_work: open issues, those in progress, those that were started, those left out.
    :param flow: lead and cycle time of deliveries in the period, in seconds; counts of late.
    :param weeks: one row per week of the period, also without deliveries.
    :param statuses: issues by current status.
    :param ageing: the started issues that have been open longest.
    :param findings: what is wrong with the source's data, by rule, with an example.
    """

    runs: list[Row]
    options: Mapping[str, list[str]]
    filters: Mapping[str, str]
    period: Period
    open_work: Row
    flow: Row
    weeks: list[Row]
    statuses: list[Row]
    ageing: list[Row]
    findings: list[Row]


def read_page(
    engine: Engine, wanted: Mapping[str, str | None], timezone: str, now: datetime
) -> PageData:
    """
    Read the page's numbers.

    :param wanted: filter -> value; empty ones are ignored.
    :param timezone: IANA zone of weeks.
    :param now: data intervals that have ended by then are due; also the end of the period if no
        window was published.
    :raises NoSuchValueError: if there is no such team, issue type, sprint or quarter.
    :raises FlowmartError: if the warehouse cannot be reached or lacks tables.
    """
    with engine.session("repeatable read") as session:
        reader = _Reader(engine, session)
        runs = reader.read_runs(now)
        options = _by_name(reader.read("filter_options"))
        reader.filters = {name: value for name, value in wanted.items() if value}
        _require_known(reader.filters, options)
        as_of = max((run["fresh_until"] for run in runs if run["fresh_until"]), default=now)
        known_since = reader.read("known_since")[0]["known_since"] or as_of
        period = period_until(as_of, timezone, reader.filters.get("quarter"), known_since)
        reader.params = {
            "start_at": period.start_at,
            "end_at": period.end_at,
            "recent_start_at": period.recent_start_at,
            "timezone": timezone,
        }
        return PageData(
            runs=runs,
            options=options,
            filters=reader.filters,
            period=period,
            open_work=reader.read("open_work")[0],
            flow=reader.read("flow_times")[0],
            weeks=_every_week(period, reader.read("weeks")),
            statuses=reader.read("statuses"),
            ageing=reader.read("ageing"),
            findings=reader.read("findings"),
        )


def read_runs(engine: Engine, now: datetime) -> list[Row]:
    """
    Read the last run of each instance and its holes, as the page shows them.

    :param now: data intervals that have ended by then are due.
    :raises FlowmartError: if the warehouse cannot be reached or lacks tables.
    """
    with engine.session("repeatable read") as session:
        return _Reader(engine, session).read_runs(now)


class _Reader:
    """Runs the page's queries, each one a file in ``include/sql/pages``."""

    def __init__(self, engine: Engine, session: Session) -> None:
        self._engine = engine
        self._session = session
        self.filters: dict[str, str] = {}
        self.params: dict[str, Any] = {}

    def read_runs(self, now: datetime) -> list[Row]:
        """The runs; ``holes`` of each is what its instance should have loaded and has not."""
        coverage = self.read("coverage")
        instances = load_settings().instances
        return [
            run | {"holes": find_holes(*_coverage_of(run["instance"], coverage, instances), now)}
            for run in self.read("runs")
        ]

    def read(self, name: str) -> list[Row]:
        schemas = self._engine.schemas
        sql = template.render(
            _environment(self._engine.name),
            f"pages/{name}.sql",
            {
                "mart": lambda table: f"{schemas.mart}.{table}",
                "ops": lambda table: f"{schemas.ops}.{table}",
                "param": lambda param: f"%({param})s",
                "filtered": self._filtered,
                "filter_columns": FILTER_COLUMNS,
            },
        )
        return self._session.query(sql, self.params | self.filters)

    def _filtered(self, alias: str) -> str:
        """The condition of the filters in use; values go in as parameters only."""
        return " and ".join(f"{alias}.{name} = %({name})s" for name in self.filters) or "true"


def _coverage_of(
    instance: str, coverage: list[Row], instances: Mapping[str, InstanceSettings]
) -> tuple[list[Row], Schedule | None]:
    """An instance's stretches of time, and its schedule if it still has one."""
    stretches = [row for row in coverage if row["instance"] == instance]
    return stretches, instances[instance].intervals if instance in instances else None


@functools.cache
def _environment(engine_name: str) -> Environment:
    return template.environment(SQL_FOLDER, engine_name)


def _by_name(rows: list[Row]) -> dict[str, list[str]]:
    options: dict[str, list[str]] = {name: [] for name in FILTER_COLUMNS}
    for row in rows:
        options[row["name"]].append(row["value"])
    return options


def _require_known(filters: Mapping[str, str], options: Mapping[str, list[str]]) -> None:
    for name, value in filters.items():
        if value not in options[name]:
            raise NoSuchValueError(
                f"No such {name.replace('_', ' ')}: {value}",
                where="the filters of this page",
                next_step="choose another one, or show everything",
            )


def _every_week(period: Period, rows: list[Row]) -> list[Row]:
    """A row per week: nothing delivered is 0, and a percentile of nothing is unknown."""
    found = {row["week_on"]: row for row in rows}
    nothing = {
        "delivered_issues": 0,
        "discarded_issues": 0,
        "lead_time_p50": None,
        "lead_time_p85": None,
        "lead_time_p95": None,
    }
    return [found.get(week, {"week_on": week, **nothing}) for week in period.weeks]
