"""What views over many issues should say."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

from tests.oracle.flow.rows import delivery_rows
from tests.oracle.flow.sprints import sprint_rows
from tests.oracle.flow.steps import held_at_ends, steps

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tests.oracle.flow.compare import Rows
    from tests.oracle.flow.metrics import Flow

_EVENTS = ("arrived", "started", "delivered", "discarded", "reopened")
_ALL = "(all)"
_FEWEST = 5
_FLAGS = {
    "committed": "was_committed",
    "added": "was_added",
    "removed": "was_removed",
    "re_estimated": "was_re_estimated",
    "completed": "is_completed",
    "discarded": "is_discarded",
}
_AT_START = ("committed", "added")


def weekly(flows: Iterable[Flow]) -> Rows:
    """(Monday, team, type, level) -> events of the week, where there are any."""
    found: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for flow in flows:
        for (day, under), counts in steps(flow).items():
            monday = day - timedelta(days=day.weekday())
            found[monday, *under[:3]].update({name: counts[name] for name in _EVENTS})
    return {
        key: {name: sums[name] for name in _EVENTS}
        for key, sums in found.items()
        if any(sums.values())
    }


def at_ends(flows: Iterable[Flow], days: list[date]) -> Rows:
    """(Day, team, type, level, category) -> issues in it at the end, now and by high water."""
    found: Rows = {}
    for flow in flows:
        for on, under, high_water in held_at_ends(flow, days):
            for name, there in (("issues", under), ("high_water_issues", high_water)):
                row = found.setdefault((on, *there), {"issues": 0, "high_water_issues": 0})
                row[name] += 1
    return found


def ages_at_ends(flows: Iterable[Flow], days: list[date]) -> Rows:
    """(Day, team, type, level) -> what is in progress at the end, and its days since the start."""
    found: Rows = {}
    for flow in flows:
        for on, (*under, category), _ in held_at_ends(flow, days):
            if category == "in_progress":
                row = found.setdefault((on, *under), {"in_progress_issues": 0, "total_age_days": 0})
                row["in_progress_issues"] += 1
                row["total_age_days"] += 1 + (on - flow.reading.day(flow.starts[0])).days
    return found


def percentiles(flows: Iterable[Flow]) -> Rows:
    """(Team, type, level, quarter) -> percentiles of the times of deliveries, totals included."""
    times: dict[tuple[str, ...], dict[str, list[int]]] = {}
    for flow in flows:
        for row in delivery_rows(flow):
            if row["outcome"] == "delivered":
                own = (row["team"], row["issue_type"], row["level"], row["quarter"])
                for key in product(*((value, _ALL) for value in own)):
                    of = times.setdefault(key, {"lead_time": [], "cycle_time": []})
                    for name, listed in of.items():
                        if row[f"{name}_seconds"] is not None:
                            listed.append(row[f"{name}_seconds"])
    return {
        key: {column: value for name in of for column, value in _spread(name, sorted(of[name]))}
        for key, of in times.items()
        if of["lead_time"]
    }


def _spread(name: str, values: list[int]) -> Iterable[tuple[str, Any]]:
    yield f"{name}_n", len(values)
    for percent in (10, 25, 50, 75, 80, 85, 90, 95):
        yield f"{name}_p{percent}_seconds", _interpolated(values, percent)
    for percent in (50, 70, 85, 95):
        rank = math.ceil(percent * len(values) / 100)
        yield f"{name}_sle_{percent}_seconds", values[rank - 1] if len(values) >= _FEWEST else None


def _interpolated(values: list[int], percent: int) -> float | None:
    if not values:
        return None
    whole, rest = divmod(percent * (len(values) - 1), 100)
    after = values[min(whole + 1, len(values) - 1)]
    return values[whole] + (after - values[whole]) * rest / 100


def sprint_reports(flows: Iterable[Flow]) -> Rows:
    """(Sprint, team, type, level) -> issues and points of sprints with dates."""
    found: Rows = {}
    for flow in flows:
        for sprint_id, row in sprint_rows(flow):
            if row["was_committed"] is None:
                continue
            key = (sprint_id, row["team"], row["issue_type"], row["level"])
            sums = found.setdefault(key, {})
            for name, flag in _FLAGS.items():
                first, final = (row.get(f"estimate_at_{end}") or 0 for end in ("start", "end"))
                points = first if name in _AT_START else final
                if name == "re_estimated":
                    points = final - first
                for column, value in ((f"{name}_issues", 1), (f"{name}_points", points)):
                    sums[column] = sums.get(column, 0) + (value if row.get(flag) else 0)
    return found
