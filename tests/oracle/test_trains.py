"""Release trains of the sandbox: the marts against what was written down while they ran."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from local.sandbox.company.generator import generate
from local.sandbox.company.rhythm import DAY
from tests.oracle.reading import bare, epoch, read_streams
from tests.sql.warehouse import CONTEXT, Warehouse

CLOSED = ("resolved", "wontfix", "invalid", "duplicate")


@pytest.fixture(scope="module")
def generated():
    return generate(seed=29, tasks=40, days=150, with_trains=True)


@pytest.fixture(scope="module")
def trains(generated):
    return generated.trains


@pytest.fixture(scope="module")
def warehouse(generated, warehouse_dsn, tmp_path_factory):
    warehouse = Warehouse(warehouse_dsn, tmp_path_factory.mktemp("landing"))
    warehouse.run(read_streams(generated.store), CONTEXT)
    return warehouse


def number_of(generated, key):
    return generated.store.task_ids[bare(key)]


def ended(trains, task_id):
    """When a task was closed for the last time, and as what; None if it is open."""
    last = trains.tasks[task_id].truth.statuses[-1]
    return (last.entered_at, last.status) if last.status in CLOSED else None


def test_edges_are_what_happened(warehouse, generated, trains):
    """Those of the trains' tasks; the others' are in the company's relations."""
    own = {planned.phid for planned in trains.tasks.values()}
    found = {
        (bare(row["issue_key"]), row["edge_kind"], bare(row["other_issue_key"]),
         epoch(row["added_at"]), bare(row["added_by_key"]),
         epoch(row["removed_at"]), bare(row["removed_by_key"]))
        for row in warehouse.rows("mart.fct_issue_edges") if bare(row["issue_key"]) in own
    }  # fmt: skip
    expected = {
        (trains.tasks[s.task].phid, s.kind, s.other, s.since, s.by, s.until, s.ended_by)
        for s in trains.stretches
        if s.kind != "project"
    }
    assert found == expected
    kinds = {kind for _, kind, *_ in expected}
    assert len(kinds) == 6
    assert {until is None for *_, until, _ in expected} == {True, False}


def test_current_edges_of_all_tasks_are_those_that_the_server_shows(warehouse, generated):
    names = {
        "task.subtask": "subtask", "task.parent": "parent", "mention": "mention",
        "mentioned-in": "mentioned_by", "task.duplicate": "duplicate_of",
        "task.merged-in": "duplicated_by",
    }  # fmt: skip
    shown = {
        (edge["sourcePHID"], names[edge["edgeType"]], edge["destinationPHID"])
        for edge in generated.store.edges
        if generated.store.is_visible(edge["sourcePHID"])
    }
    rows = warehouse.rows("mart.fct_issue_edges", where="is_current")
    found = {
        (bare(r["issue_key"]), r["edge_kind"], bare(r["other_issue_key"])) for r in rows
    }  # fmt: skip
    assert found == shown


def test_unblocks_are_what_happened(warehouse, generated, trains):
    found = sorted(
        (number_of(generated, row["issue_key"]), bare(row["blocker_key"]),
         epoch(row["happened_at"]), bare(row["actor_key"]),
         row["old_status_id"], row["new_status_id"])
        for row in warehouse.rows("mart.fct_issue_unblocks")
    )  # fmt: skip
    assert found == sorted(trains.unblocks)
    assert {status in CLOSED for *_, status in trains.unblocks} == {True, False}


def test_mentions_are_what_was_written(warehouse, generated, trains):
    """An address such as me@amara is none, and names are found in whatever case."""
    found = sorted(
        (number_of(generated, row["issue_key"]), row["username"],
         epoch(row["mentioned_at"]), bare(row["author_key"]))
        for row in warehouse.rows("mart.fct_issue_mentions")
    )  # fmt: skip
    assert found == sorted(trains.mentions)


def test_trains_are_what_happened(warehouse, generated, trains):
    rows = {
        number_of(generated, row["issue_key"]): row
        for row in warehouse.rows("mart.fct_release_tasks")
    }
    assert set(rows) == {train.task_id for train in trains.trains}
    for train in trains.trains:
        row, planned = rows[train.task_id], trains.tasks[train.task_id]
        visits = planned.truth.statuses
        begun = [visit.entered_at for visit in visits if visit.status == "progress"]
        end = ended(trains, train.task_id)
        people = defaultdict(set)
        for edit in trains.edits:
            for change in edit.changes:
                if edit.task_id == train.task_id:
                    people[change.legacy_type].add(edit.author)
        blockers = [s for s in trains.stretches if s.task == train.task_id]
        blockers = [s for s in blockers if s.kind in ("subtask", "mentioned_by")]
        told = [u for u in trains.unblocks if u[0] == train.task_id]
        assert row["release_version"] == train.version
        assert bare(row["conductor_key"]) == train.conductor
        assert bare(row["backup_conductor_key"]) == train.backup
        assert (row["train_on"].isoformat(), row["train_weekday"]) == (day(train.runs_at), 2)
        assert epoch(row["begun_at"]) == (begun[0] if begun else None)
        assert epoch(row["finished_at"]) == (end[0] if end else None)
        assert bare(row["status_key"]) == planned.status
        assert row["commenters"] == len(people["core:comment"])
        assert row["mentioners"] == len({s.by for s in blockers if s.kind == "mentioned_by"})
        assert row["unblockers"] == len({u[3] for u in told if u[5] in CLOSED})
        assert row["resolvers"] == bool(end)
        assert row["blockers"] == len({s.other for s in blockers})
    assert {row["outcome"] for row in rows.values()} >= {"delivered", "discarded"}


def day(at):
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def blocked_until(trains, stretch):
    """By hand: the last word on the blocker within the stretch, if that closed it."""
    train = stretch.task
    words = [
        (at, by, status)
        for parent, blocker, at, by, _, status in trains.unblocks
        if (parent, blocker) == (train, stretch.other)
        and stretch.since <= at < (stretch.until or at + 1)
    ]
    if stretch.kind == "subtask" and words and max(words)[2] in CLOSED:
        return max(words)
    return (stretch.until, None, None)


def test_blockers_stand_until_they_are_closed_or_taken_off(warehouse, generated, trains):
    released = {train.task_id: train.version for train in trains.trains}
    expected = set()
    for s in trains.stretches:
        if s.task in released and s.kind in ("subtask", "mentioned_by"):
            until, unblocked_by, status = blocked_until(trains, s)
            kind = "subtask" if s.kind == "subtask" else "mention"
            expected.add((
                released[s.task], kind, s.other, s.since, s.by, s.until, s.ended_by,
                unblocked_by, status, until,
            ))  # fmt: skip
    rows = warehouse.rows("mart.fct_release_blockers")
    found = {
        (row["release_version"], row["blocker_kind"], bare(row["blocker_key"]),
         epoch(row["added_at"]), bare(row["added_by_key"]),
         epoch(row["removed_at"]), bare(row["removed_by_key"]),
         bare(row["unblocked_by_key"]), bare(row["resolved_status_key"]),
         epoch(row["blocked_until_at"]))
        for row in rows
    }  # fmt: skip
    assert found == expected
    assert {row[8] for row in expected} == {"resolved", "duplicate", None}


def test_finished_trains_are_deployments(warehouse, generated, trains):
    expected = set()
    for train in trains.trains:
        end = ended(trains, train.task_id)
        status = "pending" if end is None else "success" if end[1] == "resolved" else "failure"
        expected.add((train.version, "production", train.conductor, status, end and end[0]))
    rows = warehouse.rows("mart.fct_deployments")
    found = {
        (row["name"], row["environment"], bare(row["creator_key"]), row["status"],
         epoch(row["finished_at"]))
        for row in rows
    }  # fmt: skip
    assert found == expected
    assert {row["team"] for row in rows} == {"Releases"}
    statuses = warehouse.rows("mart.fct_deployment_statuses")
    assert sorted(epoch(row["happened_at"]) for row in statuses) == sorted(
        at for *_, at in expected if at
    )
    reached = warehouse.rows("mart.v_dora_deployments")
    assert {row["name"] for row in reached} == {row[0] for row in expected if row[3] == "success"}
    assert sum(row["is_seed"] for row in reached) == 1


def test_stays_in_projects_and_milestones(warehouse, generated):
    found = {
        (bare(row["issue_key"]), bare(row["project_key"]), epoch(row["came_at"]),
         epoch(row["left_at"]))
        for row in warehouse.rows("mart.fct_issue_project_stays")
    }  # fmt: skip
    expected = {
        (task["phid"], stay.project, stay.came_at, stay.left_at)
        for task, truth in true_tasks(generated)
        for stay in truth.projects
        if stay.left_at != stay.came_at
    }
    assert found == expected
    assert sum(until is not None for *_, until in expected) > 10


def true_tasks(generated):
    for task in generated.store.visible_tasks():
        yield task, generated.truth()[task["id"]]


def lasting(stays, at, since, until):
    """Those of some stays that last at an instant, at the end of a week."""
    return [
        s for s in stays if getattr(s, since) < at and (getattr(s, until) or at + 1) >= at
    ]  # fmt: skip


CATEGORIES = {
    "open": "todo", "progress": "in_progress", "stalled": "in_progress", "resolved": "done",
    "wontfix": "done", "invalid": "done", "duplicate": "done",
}  # fmt: skip


def test_burn_up_counts_what_was_there_at_the_end_of_each_week(warehouse, generated):
    """Week by week and project by project, by looking where each task stood."""
    rows = warehouse.rows("mart.v_burn_up_weekly")
    weeks = sorted({row["week_on"] for row in rows})
    expected = Counter()
    for week_on in weeks:
        end = int(datetime(*week_on.timetuple()[:3], tzinfo=UTC).timestamp()) + 7 * DAY
        for _, truth in true_tasks(generated):
            there = lasting(truth.statuses, end, "entered_at", "left_at")
            for stay in lasting(truth.projects, end, "came_at", "left_at"):
                category = CATEGORIES[there[-1].status]
                expected[stay.project, week_on, category] += 1
    found = Counter()
    for row in rows:
        counts = {c: row[f"{c}_issues"] for c in ("todo", "in_progress", "done", "unknown")}
        assert sum(counts.values()) == row["scope_issues"]
        for category, count in counts.items():
            if count:
                found[bare(row["project_key"]), row["week_on"], category] += count
    assert found == expected
    assert len(weeks) > 20
    assert {row["is_sprint"] for row in rows} == {True, False}
    for row in rows:
        assert (row["week_on"].isoweekday(), row["unknown_issues"]) == (1, 0)
    came = sum(row["came_issues"] for row in rows)
    left = sum(row["left_issues"] for row in rows)
    stays = warehouse.rows("mart.fct_issue_project_stays")
    assert (came, left) == (len(stays), sum(row["left_at"] is not None for row in stays))


def test_columns_fill_as_they_did(warehouse, generated):
    rows = warehouse.rows("mart.v_column_burn_up_weekly")
    found = {
        (bare(r["column_key"]), r["week_on"]): r["issues"] for r in rows
    }  # fmt: skip
    flowing = {c["phid"] for c in generated.store.columns if not c["fields"]["proxyPHID"]}
    expected = dict.fromkeys(((c, week) for c, week in found if c in flowing), 0)
    for column, week_on in expected:
        end = int(datetime(*week_on.timetuple()[:3], tzinfo=UTC).timestamp()) + 7 * DAY
        for _, truth in true_tasks(generated):
            there = lasting(truth.columns, end, "entered_at", "left_at")
            expected[column, week_on] += sum(visit.column == column for visit in there)
    assert {place: found[place] for place in expected} == expected
    assert sum(expected.values()) > 100


def test_moves_between_columns_are_those_that_happened(warehouse, generated):
    """On the boards where work flows: what came to a board, moved on it and left it."""
    boards = set(generated.planning_of)
    expected = Counter()
    for _, truth in true_tasks(generated):
        for board in boards:
            visits = [v for v in truth.columns if v.board == board]
            for before, after in pairwise([None, *visits, None]):
                follows = before and after and before.left_at == after.entered_at
                if after and not follows:
                    expected[board, "(none)", after.column, month(after.entered_at)] += 1
                if before and before.left_at and not follows:
                    expected[board, before.column, "(none)", month(before.left_at)] += 1
                if follows and before.column != after.column:
                    expected[board, before.column, after.column, month(after.entered_at)] += 1
    found = Counter()
    for r in warehouse.rows("mart.v_column_moves_monthly"):
        if bare(r["board_key"]) in boards:
            keys = (bare(r["from_column_key"]), bare(r["to_column_key"]), r["month_on"].isoformat())
            found[bare(r["board_key"]), *keys] += r["moves"]
    assert found == expected
    assert {key[1] == "(none)" for key in expected} == {True, False}


def month(at):
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m}-01"


def test_a_mention_ends_when_the_issue_that_mentions_is_closed(warehouse, generated, trains):
    titles = {train.task_id: train.version for train in trains.trains}
    expected = Counter()
    for s in trains.stretches:
        if s.task in titles and s.kind in ("subtask", "mentioned_by"):
            until, by, _ = blocked_until(trains, s)
            end = ended(trains, generated.store.task_ids[s.other])
            if s.kind == "mentioned_by":
                how, until = ("closed", end[0]) if end else ("standing", None)
            else:
                how = "closed" if by else "taken off" if until else "standing"
            expected[titles[s.task], s.other, how, until] += 1
    found = Counter(
        (row["release_version"], bare(row["blocker_key"]), row["ended_how"], epoch(row["ended_at"]))
        for row in warehouse.rows("mart.v_release_blockers")
    )
    assert found == expected
    assert {how for _, _, how, _ in expected} == {"closed", "taken off", "standing"}
