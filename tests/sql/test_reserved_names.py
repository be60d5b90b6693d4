"""Projects and issue types that are called as totals are; they do not join them."""

from __future__ import annotations

from tests.sql.tracker import DAY, Tracker


def test_a_total_is_the_total_whatever_projects_and_types_are_called(warehouse):
    """Three deliveries after 1, 3 and 5 days: of `(all)`, of `(no project)`, and of none."""
    tracker = Tracker()
    tracker.project(3, "(all)")
    tracker.project(4, "(no project)")
    for number, project, day, issue_type in (
        (1, (3,), 1, "(all)"), (2, (4,), 3, "(no issues)"), (3, (), 5, "bug"),
    ):  # fmt: skip
        tracker.task(number, status="resolved", closed=day, projects=project, subtype=issue_type)
        if project:
            tracker.joins(number, 0, *project)
        tracker.moves(number, (day, "resolved"))
    warehouse.run(tracker.records())
    found = warehouse.rows(
        "mart.v_lead_time_percentiles",
        "team, issue_type, lead_time_n, lead_time_p50_seconds",
        "level = '(all)' and quarter = '(all)'",
    )
    assert {tuple(row.values()) for row in found} == {
        ("(all)", "(all)", 3, 3 * DAY),
        ("(all)", "'(all)'", 1, DAY),
        ("(all)", "'(no issues)'", 1, 3 * DAY),
        ("(all)", "bug", 1, 5 * DAY),
        ("'(all)'", "(all)", 1, DAY),
        ("'(all)'", "'(all)'", 1, DAY),
        ("'(no project)'", "(all)", 1, 3 * DAY),
        ("'(no project)'", "'(no issues)'", 1, 3 * DAY),
        ("(no project)", "(all)", 1, 5 * DAY),
        ("(no project)", "bug", 1, 5 * DAY),
    }
    issues = warehouse.rows("mart.fct_issues", "readable_id, team, issue_type")
    assert [tuple(row.values()) for row in issues] == [
        ("T1", "'(all)'", "'(all)'"), ("T2", "'(no project)'", "'(no issues)'"),
        ("T3", "(no project)", "bug"),
    ]  # fmt: skip
    teams = warehouse.rows("mart.dim_projects", "team", "name in ('(all)', '(no project)')")
    assert [row["team"] for row in teams] == ["'(all)'", "'(no project)'"]
