"""Fields that Tracker lists may say that issues are blocked; others leave it unknown."""

from __future__ import annotations

from flowmart.transform.runner import BatchContext
from tests.sql.yandex_tracker.tracker import DAY, Tracker

LOCAL = "6063181a59590573909db929--impediment"


def test_blocked_time_is_known_where_tracker_lists_the_field(warehouse):
    tracker = Tracker()
    tracker.issue(1, now="8")
    tracker.creation(1)
    tracker.moves(1, (1, "3"), (3, "8"))
    for field, listed, expected in (
        ("custom:impediment", {}, None),
        ("custom:impediment", {LOCAL: {"id": LOCAL}, "storyPoints": {"id": "storyPoints"}}, 0),
        ("custom:impedimnt", {}, None),
        ("custom:storyPoints", {}, None),  # which is `estimate`
        ("estimate", {}, 0),
    ):
        for field_id, payload in listed.items():
            tracker.put("fields", field_id, payload)
        context = BatchContext(blocked={field: ["yes"]}, resolutions={"fixd": "delivered"})
        tracker.into(warehouse, context)
        (row,) = warehouse.rows("mart.fct_issue_flow", "active_seconds, blocked_seconds")
        assert tuple(row.values()) == (2 * DAY, expected), field
        found = warehouse.rows("mart.v_setting_findings", "setting, value")
        fields = [row["value"] for row in found if row["setting"] == "blocked"]
        assert fields == ([field] if expected is None else [])
        assert {"setting": "resolutions", "value": "fixd"} in found
