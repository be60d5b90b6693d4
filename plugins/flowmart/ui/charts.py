"""The page's charts as Plotly figures, each with a table of its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from flowmart.ui.formats import day, days, duration

if TYPE_CHECKING:
    from flowmart.ui.queries import PageData, Row

# Colours are names of CSS variables, which page.js replaces by their values, so that charts
# follow the light and the dark theme.
_CATEGORIES = {
    "todo": ("To do", "--todo"),
    "in_progress": ("In progress", "--in-progress"),
    "done": ("Done", "--done"),
    "unknown": ("Unmapped", "--unknown"),
}
_OUTCOMES = (
    ("delivered_issues", "Delivered", "--done"),
    ("discarded_issues", "Discarded", "--unknown"),
)
_MILLISECONDS_PER_WEEK = 7 * 86_400_000
_PERCENTILES = (
    ("lead_time_p50", "p50", "--p50", "solid"),
    ("lead_time_p85", "p85", "--p85", "solid"),
    ("lead_time_p95", "p95", "--p95", "dot"),
)


@dataclass(frozen=True)
class Chart:
    """
    One chart.

    :param name: id of its element.
    :param title: what is shown.
    :param note: the population, the unit, and how to read it.
    :param summary: its main statement as text, for screen readers.
    :param figure: Plotly's ``data`` and ``layout``.
    :param columns: headings of the table of its numbers.
    :param rows: that table.
    """

    name: str
    title: str
    note: str
    summary: str
    figure: dict[str, Any]
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


def build_charts(data: PageData) -> list[Chart]:
    """Draw the charts of the page."""
    return [_lead_time(data), _throughput(data), _statuses(data)]


def _lead_time(data: PageData) -> Chart:
    weeks = [week["week_on"].isoformat() for week in data.weeks]
    numbers = [week["delivered_issues"] for week in data.weeks]
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": label,
            "x": weeks,
            "y": [days(week[column]) for week in data.weeks],
            "customdata": numbers,
            "line": {"color": colour, "width": 2, "dash": dash},
            "marker": {"color": colour, "size": 5},
            "hovertemplate": "%{y:.1f} days (n = %{customdata})",
        }
        for column, label, colour, dash in _PERCENTILES
    ]
    return Chart(
        name="lead-time",
        title="Lead time by week of delivery",
        note=f"Days from creation to delivery, {data.period.name}: half of the issues took no "
        "longer than p50, 85 of 100 no longer than p85.",
        summary=f"Over the period p50 is {duration(data.flow['lead_time_p50'])} and p85 "
        f"{duration(data.flow['lead_time_p85'])}, of {data.flow['lead_time_n']} issues.",
        figure={"data": traces, "layout": _weekly_layout(data, "days", show_legend=True)},
        columns=("Week of", "n", "p50", "p85", "p95"),
        rows=[
            (
                day(week["week_on"]),
                str(week["delivered_issues"]),
                *(duration(week[column]) for column, *_ in _PERCENTILES),
            )
            for week in reversed(data.weeks)
        ],
    )


def _throughput(data: PageData) -> Chart:
    is_over = [data.period.is_over(week["week_on"]) for week in data.weeks]
    totals = {name: sum(week[name] for week in data.weeks) for name, *_ in _OUTCOMES}
    traces = [
        {
            "type": "bar",
            "name": label,
            "x": [week["week_on"].isoformat() for week in data.weeks],
            "y": [week[name] for week in data.weeks],
            "marker": {"color": colour, "opacity": [1 if over else 0.45 for over in is_over]},
            "hovertemplate": f"%{{y}} {label.lower()}<extra></extra>",
        }
        for name, label, colour in _OUTCOMES
        if name == "delivered_issues" or totals[name]
    ]
    note = f"Issues delivered per week, {data.period.name}; discarded ones stand beside them."
    return Chart(
        name="throughput",
        title="Throughput per week",
        note=note if all(is_over) else f"{note} The pale bar is a week that is not over.",
        summary=f"{totals['delivered_issues']} issues were delivered in {len(data.weeks)} weeks, "
        f"and {totals['discarded_issues']} discarded.",
        figure={"data": traces, "layout": _weekly_layout(data, "issues", show_legend=True)},
        columns=("Week of", "Delivered", "Discarded"),
        rows=[
            (day(week["week_on"]), *(str(week[name]) for name, *_ in _OUTCOMES))
            for week in reversed(data.weeks)
        ],
    )


def _statuses(data: PageData) -> Chart:
    order = list(_CATEGORIES)
    rows = sorted(data.statuses, key=lambda row: order.index(row["status_category"]))
    traces = [
        _bars_of_category(category, [row for row in rows if row["status_category"] == category])
        for category in order
        if any(row["status_category"] == category for row in rows)
    ]
    layout = _layout(show_legend=True) | {
        "barmode": "stack",
        "height": max(300, 110 + 32 * len(rows)),
        "xaxis": _axis() | {"title": {"text": "issues"}, "rangemode": "tozero"},
        "yaxis": _axis()
        | {
            "type": "category",
            "autorange": "reversed",
            "showgrid": False,
            "automargin": True,
        },
    }
    total = sum(row["issue_count"] for row in rows)
    return Chart(
        name="statuses",
        title="Issues by status",
        note="All issues by the status they are in now; of open ones, those that the source shows.",
        summary=f"{total} issues in {len(rows)} statuses.",
        figure={"data": traces, "layout": layout},
        columns=("Status", "Category", "Issues"),
        rows=[
            (
                row["status_name"],
                _CATEGORIES[row["status_category"]][0],
                f"{row['issue_count']:,}",
            )
            for row in rows
        ],
    )


def _bars_of_category(category: str, rows: list[Row]) -> dict[str, Any]:
    label, colour = _CATEGORIES[category]
    return {
        "type": "bar",
        "orientation": "h",
        "name": label,
        "x": [row["issue_count"] for row in rows],
        "y": [row["status_name"] for row in rows],
        "text": [f"{row['issue_count']:,}" for row in rows],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": colour},
        "hovertemplate": "%{x:,} issues<extra></extra>",
    }


def _weekly_layout(data: PageData, unit: str, *, show_legend: bool) -> dict[str, Any]:
    weeks = data.period.weeks
    half_a_week = timedelta(days=3.5)
    return _layout(show_legend=show_legend) | {
        "hovermode": "x unified",
        "bargap": 0.25,
        "xaxis": _axis()
        | {
            "type": "date",
            "range": [
                f"{datetime.combine(week, time()) + offset}"
                for week, offset in ((weeks[0], -half_a_week), (weeks[-1], half_a_week))
            ],
            # Ticks stand on Mondays, at most eight of them.
            "tick0": weeks[0].isoformat(),
            "dtick": _MILLISECONDS_PER_WEEK * -(-len(weeks) // 8),
            "tickformat": "%-d %b\n%Y",
            "hoverformat": "Week of %-d %b %Y",
            "showgrid": False,
        },
        "yaxis": _axis() | {"title": {"text": unit}, "rangemode": "tozero"},
    }


def _layout(*, show_legend: bool) -> dict[str, Any]:
    return {
        "height": 300,
        "margin": {"l": 48, "r": 16, "t": 8, "b": 40},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": "--soft"},
        "hoverlabel": {"bgcolor": "--card", "bordercolor": "--line", "font": {"color": "--ink"}},
        "showlegend": show_legend,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "traceorder": "normal",
        },
    }


def _axis() -> dict[str, Any]:
    return {
        "gridcolor": "--line",
        "linecolor": "--line",
        "zerolinecolor": "--line",
        "fixedrange": True,
    }
