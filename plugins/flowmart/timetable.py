"""Airflow's timetable of data intervals, right also on nights when clocks change."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import TYPE_CHECKING

import pendulum
from airflow.timetables.interval import CronDataIntervalTimetable

from flowmart.core.schedule import Schedule

if TYPE_CHECKING:
    from pendulum import DateTime


class IntervalTimetable(CronDataIntervalTimetable):
    """
    Data intervals that follow each other without a gap or an overlap.

    Airflow's own timetable finds the next boundary and the one before by rules that can disagree
    where clocks change: then it raises an error and makes no more runs (``0 * * * *`` in
    Australia/Lord_Howe, Airflow 3.3). Everything else is Airflow's.
    """

    @functools.cached_property
    def _schedule(self) -> Schedule:
        return Schedule(self._expression, str(getattr(self._timezone, "name", self._timezone)))

    def _get_next(self, current: DateTime) -> DateTime:
        return pendulum.instance(self._schedule.after(_plain(current)))

    def _get_prev(self, current: DateTime) -> DateTime:
        return pendulum.instance(self._schedule.before(_plain(current)))


def _plain(instant: DateTime) -> datetime:
    """Pendulum's own arithmetic differs from the standard library's where clocks change."""
    return datetime.fromisoformat(instant.isoformat())
