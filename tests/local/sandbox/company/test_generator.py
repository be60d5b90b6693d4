"""The invented history: repeatable, consistent as a real server's, and as odd."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from local.sandbox.company import shapes
from local.sandbox.company.generator import Generated, generate
from local.sandbox.company.rhythm import DAY, weekday

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.company.store import Store

UNTIL = 1_795_392_000  # 2026-11-23T00:00:00Z, a Monday
CLOSED = {"resolved", "wontfix", "invalid", "duplicate"}


def _bytes(store: Store) -> str:
    parts = (store.tasks, store.transactions, store.legacy, store.users, store.projects)
    return json.dumps([*parts, store.columns, store.edges, sorted(store.hidden)])


def _histories(store: Store) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    for task in store.tasks.values():
        yield task, store.transactions_of[task["phid"]]


@pytest.fixture(scope="module")
def generated() -> Generated:
    return generate(seed=7, tasks=300, days=60, until=date(2026, 11, 23))


@pytest.fixture(scope="module")
def store(generated: Generated) -> Store:
    return generated.store


def test_the_same_arguments_give_the_same_bytes(store: Store) -> None:
    assert _bytes(generate(seed=7, tasks=300).store) == _bytes(store)


def test_another_seed_gives_another_company() -> None:
    assert _bytes(generate(seed=1, tasks=20).store) != _bytes(generate(seed=2, tasks=20).store)


def test_the_reader_sees_as_many_tasks_as_asked_for(generated: Generated) -> None:
    store = generated.store
    assert store.counts["tasks"] == 300
    assert len(store.hidden) == len(generated.destroyed) == 3
    assert set(generated.destroyed).isdisjoint(store.tasks)
    assert set(generated.truth()) == set(store.tasks) - store.hidden


@pytest.mark.parametrize(("tasks", "days"), [(9, 60), (10, 0)])
def test_too_small_a_company_is_refused(tasks: int, days: int) -> None:
    with pytest.raises(ValueError, match="10 and 1 at least"):
        generate(tasks=tasks, days=days)


@pytest.mark.parametrize("days", [1, 5, 400])
def test_any_length_of_history(days: int) -> None:
    store = generate(tasks=10, days=days).store
    assert UNTIL - days * DAY <= store.transactions[0]["dateCreated"]
    assert store.transactions[-1]["dateCreated"] < UNTIL


@pytest.mark.parametrize("mean", [6, 20])
def test_transitions_have_the_mean_that_was_asked_for(mean: int) -> None:
    store = generate(tasks=400, transitions=mean).store
    rows = [row["transactionType"] for t in store.visible_tasks() for row in store.legacy[t["id"]]]
    found = sum(kind in ("status", "core:columns") for kind in rows) / 400
    assert found == pytest.approx(mean, rel=0.1)


def test_ids_and_times_increase_together(store: Store) -> None:
    created = [task["fields"]["dateCreated"] for task in store.tasks.values()]
    assert created == sorted(created)
    written = [row["dateCreated"] for row in store.transactions]
    assert written == sorted(written)
    assert [row["id"] for row in store.transactions] == list(range(1, len(written) + 1))
    assert written[0] >= UNTIL - 60 * DAY
    assert max(task["fields"]["dateModified"] for task in store.tasks.values()) < UNTIL


def test_the_last_two_weeks_have_edits_every_day(store: Store) -> None:
    edits = Counter(row["dateCreated"] // DAY for row in store.transactions)
    assert min(edits[day] for day in range(UNTIL // DAY - 14, UNTIL // DAY)) >= 5


def test_people_work_on_weekdays(store: Store) -> None:
    days = Counter(weekday(row["dateCreated"]) for row in store.transactions)
    assert days[5] + days[6] < sum(days.values()) / 7


def test_a_task_agrees_with_its_transactions(store: Store) -> None:
    for task, rows in _histories(store):
        fields = task["fields"]
        latest = {row["type"]: row["fields"].get("new") for row in rows}
        assert fields["status"]["value"] == latest.get("status", "open")
        assert fields["name"] == latest["title"]
        assert fields["description"]["raw"] == latest["description"]
        assert fields["ownerPHID"] == latest.get("owner")
        assert fields["priority"]["value"] == latest.get("priority", {"value": 90})["value"]
        points = latest.get("points")
        assert fields["points"] == (None if points is None else str(points))
        assert fields["dateModified"] >= rows[-1]["dateCreated"]


def test_each_change_starts_from_the_value_before(store: Store) -> None:
    for _, rows in _histories(store):
        now: dict[str, Any] = {"status": "open", "owner": None, "points": None}
        for row in rows:
            if row["type"] in now:
                old_row = row["fields"]["old"] is None and row["groupID"] is None
                assert old_row or row["fields"]["old"] == now[row["type"]]
                now[row["type"]] = row["fields"]["new"]


def test_date_closed_is_when_the_task_last_left_the_open_statuses(store: Store) -> None:
    for task, rows in _histories(store):
        closed_at = None
        for row in rows:
            if row["type"] == "status":
                was, is_now = (row["fields"][key] in CLOSED for key in ("old", "new"))
                closed_at = (closed_at if was else row["dateCreated"]) if is_now else None
        assert task["fields"]["dateClosed"] == closed_at


def test_projects_subscribers_and_columns_are_those_that_the_history_leads_to(
    store: Store,
) -> None:
    default = {
        row["fields"]["project"]["phid"]: row["phid"]
        for row in store.columns
        if row["fields"]["isDefaultColumn"]
    }
    for task, rows in _histories(store):
        sets: dict[str, set[str]] = {"projects": set(), "subscribers": set()}
        for row in rows:
            for operation in row["fields"].get("operations", []):
                change = "add" if operation["operation"] == "add" else "remove"
                getattr(sets[row["type"]], change)(operation["phid"])
        columns = {board: default[board] for board in sets["projects"] if board in default}
        for legacy in store.legacy[task["id"]]:
            if legacy["transactionType"] == "core:columns":
                move = legacy["newValue"][0]
                if move["boardPHID"] in columns:
                    columns[move["boardPHID"]] = move["columnPHID"]
        attached = task["attachments"]
        assert set(attached["projects"]["projectPHIDs"]) == sets["projects"]
        assert set(attached["subscribers"]["subscriberPHIDs"]) == sets["subscribers"]
        boards = dict(attached["columns"]["boards"])
        shown = {board: entry["columns"][0]["phid"] for board, entry in boards.items()}
        assert shown == columns


def test_every_edge_has_its_inverse(store: Store) -> None:
    inverse = {
        "task.subtask": "task.parent",
        "mention": "mentioned-in",
        "task.duplicate": "task.merged-in",
    }
    inverse |= {back: forth for forth, back in inverse.items()}
    edges = {(e["sourcePHID"], e["edgeType"], e["destinationPHID"]) for e in store.edges}
    assert {edge_type for _, edge_type, _ in edges} == set(inverse)
    assert all((target, inverse[kind], source) in edges for source, kind, target in edges)


def test_no_status_row_is_written_at_creation_for_the_default_status(store: Store) -> None:
    for _, rows in _histories(store):
        creation = [row for row in rows if row["groupID"] == rows[0]["groupID"]]
        at_birth = [row for row in creation if row["dateCreated"] == rows[0]["dateCreated"]]
        assert all(
            row["fields"]["new"] != "open"
            for row in at_birth
            if row["type"] == "status" and row["fields"]["old"] in (None, "open")
        )


def test_edges_are_written_on_both_sides_at_the_same_time(store: Store) -> None:
    inverse = {3: 4, 4: 3, 51: 52, 52: 51, 62: 63, 63: 62}
    sides = Counter(
        (task_phid(store, row), row["meta"]["edge:type"], target, row["dateCreated"])
        for rows in store.legacy.values()
        for row in rows
        if row["transactionType"] == "core:edge" and row["meta"]["edge:type"] != 41
        for target in row["newValue"]
    )
    assert {edge_type for _, edge_type, _, _ in sides} == set(inverse)
    for source, edge_type, target, at in sides:
        if target in store.task_ids:
            assert sides[target, inverse[edge_type], source, at] == 1


def task_phid(store: Store, legacy: dict[str, Any]) -> str:
    phid: str = store.tasks[int(legacy["taskID"])]["phid"]
    return phid


def test_the_two_spellings_are_the_same_events(store: Store) -> None:
    legacy = {row["transactionPHID"]: row for rows in store.legacy.values() for row in rows}
    assert len(legacy) == len(store.transactions)
    for row in store.transactions:
        other = legacy[row["phid"]]
        assert (str(row["id"]), str(row["dateCreated"])) == (
            other["transactionID"],
            other["dateCreated"],
        )


def test_oddities_that_pipelines_trip_over_are_there(store: Store) -> None:
    tasks = list(store.tasks.values())
    legacy = [row for rows in store.legacy.values() for row in rows]
    authors = {row["authorPHID"] for row in store.transactions}
    users = {user["phid"] for user in store.users}
    last_row = {task["id"]: rows[-1]["dateCreated"] for task, rows in _histories(store)}

    assert "\u0000" in store.tasks[3]["fields"]["name"]
    assert any("П" in task["fields"]["name"] for task in tasks)
    assert any(not task["attachments"]["columns"]["boards"] for task in tasks)
    assert any(task["fields"]["dateModified"] > last_row[task["id"]] for task in tasks)
    untouched = [t for t in tasks if t["fields"]["dateModified"] == t["fields"]["dateCreated"]]
    assert len(untouched) >= 3
    assert any(phid.startswith("PHID-USER") and phid not in users for phid in authors)
    assert any(phid.startswith("PHID-HRUL") for phid in authors)
    assert any("disabled" in user["fields"]["roles"] for user in store.users)
    assert any(row["meta"] == [] for row in legacy)
    assert any(isinstance(row["newValue"], dict) for row in legacy)
    assert {task["fields"]["status"]["value"] for task in tasks} >= {"stalled", "duplicate"}
    assert any(row["fields"]["proxyPHID"] for row in store.columns)
    reopened = [r for r in store.transactions if r["fields"].get("old") == "resolved"]
    assert any(row["fields"]["new"] == "open" for row in reopened)


def test_null_types_hide_exactly_what_the_legacy_call_tells(store: Store) -> None:
    legacy = {row["transactionPHID"]: row for rows in store.legacy.values() for row in rows}
    for row in store.transactions:
        other = legacy[row["phid"]]
        is_silent = other["transactionType"] in ("core:columns", "core:customfield") or (
            other["transactionType"] == "core:edge"
            and other["meta"]["edge:type"] != shapes.EDGE_PROJECT
        )
        assert (row["type"] is None) == is_silent
        assert not is_silent or row["fields"] == {}
