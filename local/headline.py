"""The numbers that a run of the stack ends with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flowmart.settings import load_settings
from flowmart.ui.queries import read_page

if TYPE_CHECKING:
    from flowmart.engines.postgres import PostgresEngine

_DAY = 86_400

_LAST_RUNS = """
select distinct on (instance)
    instance, status, error,
    max(case when status = 'OK' then window_end end) over (partition by instance) as fresh_until
from {ops}.ops_runs
order by instance, started_at desc
"""


def headline(engine: PostgresEngine) -> list[str]:
    """The page's headline numbers, from the page's own queries, in a few lines."""
    page = read_page(engine, {}, load_settings().reporting_timezone, datetime.now(UTC))
    issues = sum(row["issue_count"] for row in page.statuses)
    return [
        f"  Issues           {issues:>6,}   ({page.open_work['open_issues']:,} open)",
        f"  In progress      {page.open_work['started_issues']:>6,}",
        f"  Done             {page.flow['recently_done_issues']:>6,}   ({page.period.recent_name})",
        f"  Lead time        {_days(page.flow, 'lead')}   ({page.period.name})",
        f"  Cycle time       {_days(page.flow, 'cycle')}",
        *last_runs(engine),
    ]


def last_runs(engine: PostgresEngine) -> list[str]:
    """How the last run of each instance ended and how far its marts reach, a line each."""
    runs = engine.query(_LAST_RUNS.format(ops=engine.schemas.ops))
    return [
        f"  Last run         {run['instance']}: {run['status']}, "
        + (
            f"fresh until {run['fresh_until']:%Y-%m-%d %H:%M} UTC"
            if run["fresh_until"]
            else "empty"
        )
        # The rest of an error says where and what to do: too long for a line.
        + (f"; {run['error'].split(' | ')[0]}" if run["error"] else "")
        for run in runs
    ]


def _days(flow: dict[str, Any], name: str) -> str:
    """``p50`` and ``p85`` of a duration; nothing measured is unknown, not 0."""
    values = ((level, flow[f"{name}_time_{level}"]) for level in ("p50", "p85"))
    return ", ".join(
        f"{level} " + ("unknown" if seconds is None else f"{seconds / _DAY:.1f} d")
        for level, seconds in values
    )
