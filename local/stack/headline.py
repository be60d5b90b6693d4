"""The numbers that a run of the stack ends with."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

from flowmart.settings import load_settings
from flowmart.ui.queries import Row, read_page, read_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.engines.base import Engine

_DAY = 86_400


def headline(engine: Engine) -> list[str]:
    """The page's headline numbers, from the page's own queries, in a few lines."""
    page = read_page(engine, {}, load_settings().reporting_timezone, datetime.now(UTC))
    issues = sum(row["issue_count"] for row in page.statuses)
    return [
        f"  Issues           {issues:>6,}   ({page.open_work['open_issues']:,} open)",
        f"  In progress      {page.open_work['in_progress_issues']:>6,}   "
        f"({page.open_work['started_issues']:,} started, not done)",
        f"  Delivered        {page.flow['recently_delivered_issues']:>6,}   "
        f"({page.period.recent_name}; {page.flow['recently_discarded_issues']:,} discarded)",
        f"  Lead time        {_days(page.flow, 'lead')}   ({page.period.name})",
        f"  Cycle time       {_days(page.flow, 'cycle')}",
        *_telemetry(engine),
        *chain.from_iterable(map(_last_run, page.runs)),
    ]


def _telemetry(engine: Engine) -> Iterator[str]:
    """Installations on the last finished day of each instance that has any."""
    mart = engine.schemas.mart
    rows = engine.query(
        f"select instance, reported_on, systems, new_systems from {mart}.v_telemetry_daily "
        f"where reported_on = (select max(reported_on) from {mart}.v_telemetry_daily) "
        "order by instance"
    )
    for row in rows:
        yield (
            f"  Installations    {row['systems']:>6,}   ({row['new_systems']:,} new; "
            f"{row['instance']}, {row['reported_on']})"
        )


def last_runs(engine: Engine) -> list[str]:
    """How the last run of each instance ended, how far its marts reach, and what they lack."""
    return list(chain.from_iterable(map(_last_run, read_runs(engine, datetime.now(UTC)))))


def _last_run(run: Row) -> Iterator[str]:
    fresh_until = run["fresh_until"]
    yield (
        f"  Last run         {run['instance']}: {run['status']}, "
        + (f"fresh until {fresh_until:%Y-%m-%d %H:%M} UTC" if fresh_until else "empty")
        # The rest of an error says where and what to do: too long for a line.
        + (f"; {run['error'].split(' | ')[0]}" if run["error"] else "")
    )
    for hole in run["holes"]:
        yield f"  Not loaded       {run['instance']}: {hole}"


def _days(flow: Row, name: str) -> str:
    """``p50`` and ``p85`` of a duration; nothing measured is unknown, not 0."""
    values = ((level, flow[f"{name}_time_{level}"]) for level in ("p50", "p85"))
    return ", ".join(
        f"{level} " + ("unknown" if seconds is None else f"{seconds / _DAY:.1f} d")
        for level, seconds in values
    )
