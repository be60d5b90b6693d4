"""The numbers that a run of the stack ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowmart.engines.postgres import PostgresEngine

_FLOW = """
select
    count(*) as issues,
    count(*) filter (where flow.is_done) as done,
    count(*) filter (
        where flow.is_done and flow.last_done_at >= now() - interval '28 days'
    ) as done_lately,
    percentile_cont(0.5) within group (order by flow.lead_time_seconds) / 86400 as lead_p50,
    percentile_cont(0.85) within group (order by flow.lead_time_seconds) / 86400 as lead_p85,
    percentile_cont(0.5) within group (order by flow.cycle_time_seconds) / 86400 as cycle_p50,
    percentile_cont(0.85) within group (order by flow.cycle_time_seconds) / 86400 as cycle_p85
from {mart}.fct_issue_flow as flow
"""

_IN_PROGRESS = """
select count(*) as issues
from {mart}.fct_issues
where status_category = 'in_progress'
"""

_LAST_RUNS = """
select distinct on (instance)
    instance, status, window_start, window_end, started_at, finished_at, issues, error
from {ops}.ops_runs
order by instance, started_at desc
"""


def headline(engine: PostgresEngine) -> list[str]:
    """The marts in a few lines."""
    [flow] = engine.query(_FLOW.format(mart=engine.schemas.mart))
    [progress] = engine.query(_IN_PROGRESS.format(mart=engine.schemas.mart))
    return [
        f"  Issues              {flow['issues']:>8,}   ({flow['done']:,} done)",
        f"  Done in four weeks  {flow['done_lately']:>8,}",
        f"  Lead time           {_days(flow, 'lead')}",
        f"  Cycle time          {_days(flow, 'cycle')}",
        f"  Work in progress    {progress['issues']:>8,}",
        *last_runs(engine),
    ]


def last_runs(engine: PostgresEngine) -> list[str]:
    """The last run of each instance, a line each."""
    runs = engine.query(_LAST_RUNS.format(ops=engine.schemas.ops))
    return [
        f"  Last run            {run['instance']}: {run['status']}, window "
        f"{run['window_start']:%Y-%m-%d %H:%M} .. {run['window_end']:%Y-%m-%d %H:%M}"
        # The rest of an error says where and what to do: too long for a line.
        + (f"; {run['error'].split(' | ')[0]}" if run["error"] else "")
        for run in runs
    ]


def _days(flow: dict[str, Any], name: str) -> str:
    values = (flow[f"{name}_p50"], flow[f"{name}_p85"])
    half, most = ("     none" if value is None else f"{value:5.1f} d" for value in values)
    return f"{half} for half of the issues, {most} for 85 %"
