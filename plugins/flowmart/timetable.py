"""Airflow's timetable of data intervals, right also on nights when clocks change."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pendulum
from airflow.timetables.interval import CronDataIntervalTimetable

from flowmart.core.schedule import Schedule

if TYPE_CHECKING:
    from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction
    from pendulum import DateTime

BEFORE_ANY_WINDOW = datetime(1970, 1, 1, tzinfo=UTC)
"""``start_date`` of a DAG with this timetable, which tells its schedule from a backfill's range."""


class IntervalTimetable(CronDataIntervalTimetable):
    """
    Data intervals from a start on, that follow each other without a gap or an overlap.

    Airflow's own timetable finds the next boundary and the one before by rules that can disagree
    where clocks change: then it raises an error and makes no more runs (``0 * * * *`` in
    Australia/Lord_Howe, Airflow 3.3). And of a DAG with a ``start_date`` it takes a run of an
    earlier window for done, without running a task. Everything else is Airflow's.

    :param cron: cron expression of five fields.
    :param timezone: IANA zone.
    :param start: where scheduled runs begin; timezone-aware.
    """

    def __init__(self, cron: str, timezone: Any, start: datetime | None = None) -> None:
        super().__init__(cron, timezone)
        self._start: DateTime | None = pendulum.instance(start) if start else None

    @functools.cached_property
    def _schedule(self) -> Schedule:
        return Schedule(self._expression, str(getattr(self._timezone, "name", self._timezone)))

    def serialize(self) -> dict[str, Any]:
        """The timetable as Airflow's database keeps it."""
        return super().serialize() | {"start": self._start and self._start.isoformat()}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> IntervalTimetable:
        """Read what :meth:`serialize` wrote."""
        plain = CronDataIntervalTimetable.deserialize(data)
        assert isinstance(plain, CronDataIntervalTimetable)
        start = data.get("start")
        return cls(
            data["expression"], plain._timezone, datetime.fromisoformat(start) if start else None
        )

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """The next run: of the schedule none before the start, of a backfill what it asks for."""
        if restriction.earliest is None or restriction.earliest <= BEFORE_ANY_WINDOW:
            restriction = restriction._replace(earliest=self._start)
        return super().next_dagrun_info(
            last_automated_data_interval=last_automated_data_interval, restriction=restriction
        )

    def _get_next(self, current: DateTime) -> DateTime:
        return pendulum.instance(self._schedule.after(_plain(current)))

    def _get_prev(self, current: DateTime) -> DateTime:
        return pendulum.instance(self._schedule.before(_plain(current)))


def _plain(instant: DateTime) -> datetime:
    """Pendulum's own arithmetic differs from the standard library's where clocks change."""
    return datetime.fromisoformat(instant.isoformat())
