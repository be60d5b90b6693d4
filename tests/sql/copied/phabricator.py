"""Phabricator: projects, milestones, statuses, workboards."""

from __future__ import annotations

from datetime import date

from flowmart.transform.fields import Field
from flowmart.transform.runner import BatchContext
from tests.meanings import meaning
from tests.records import make_record, payload_of
from tests.sql.copied.settings import NAMES, OPTIONS, calendar_changes, settings_changes
from tests.sql.copied.world import ADDED, REMOVED, Change, Walk, World
from tests.sql.tracker import Tracker, phid

_CONTEXT = BatchContext(
    statuses={"progress": meaning("in_progress"), "stalled": meaning("in_progress", True)},
)
_ALL = {1, 2, 3, 4, 5, 6}
_BY_BOARD, _BY_PROXY = "by board_key", "by proxy_project_key"


def _world() -> World:
    """
    Alpha (1) has a board, and the milestone 11; so has Beta (2) the milestone 12, but no board.

    Tasks: 1 is in Alpha, in work; 2 in milestone 11; 3 in Beta, done; 4 was in Beta once, and its
    priority changed from one that the server does not list; 5 is nowhere, has a field and a status
    that only the source's list tells; 6 is in both milestones.
    """
    tracker = Tracker()
    tracker.project(11, "Sprint 1", parent=1, milestone=1)
    tracker.project(12, "Sprint 2", parent=2, milestone=1)
    tracker.task(1, projects=(1,), status="progress", columns={1: 0})
    tracker.joins(1, 0, 1)
    tracker.moves(1, (1, "progress"))
    tracker.task(2, projects=(11,))
    tracker.joins(2, 0, 11)
    tracker.task(3, projects=(2,), status="resolved", closed=3)
    tracker.joins(3, 0, 2)
    tracker.moves(3, (2, "progress"), (3, "resolved"))
    tracker.task(4)
    tracker.joins(4, 0, 2)
    tracker.joins(4, 1, leaves=(2,))
    tracker.task(5, status="limbo", **{"custom.effort": 5})
    tracker.moves(5, (1, "limbo"))
    tracker.task(6, projects=(11, 12))
    tracker.joins(6, 0, 11, 12)
    tracker.priority(80, "High")
    older = {"transactionType": "priority", "oldValue": "90", "newValue": "80"}
    tracker.event(4, 2, None, older=older)
    snapshots = ("projects", "columns", "statuses", "users", "priorities")
    return World(tracker, snapshots, _CONTEXT)


def _number_of_beta(world: World) -> None:
    """It becomes the first of all projects."""
    _rewrite(world, phid("PROJ", 2), id=0)


def _rank_of_sprint(world: World) -> None:
    """It is now the milestone that was created last."""
    _rewrite(world, phid("PROJ", 11), id=99)


def _sprint_again(world: World) -> None:
    """As it was before it went."""
    world.tracker.project(11, "S1", parent=2, milestone=1)
    _rank_of_sprint(world)


def _rewrite(world: World, project: str, **members: int) -> None:
    projects = world.tracker.streams["projects"]
    payload = payload_of(projects[project]) | members
    projects[project] = make_record(project, None, 0, payload)


def _configure_progress(category: str, is_waiting: bool = False) -> Change:
    mark = "is_waiting" if is_waiting else "category"

    def configure(world: World) -> None:
        told = meaning(category, is_waiting)  # type: ignore[arg-type]
        world.configure(statuses=world.context.statuses | {"progress": told})

    return Change((mark,), configure, {1, 3})


def _close_progress(world: World) -> None:
    """What it means is configured, and stays."""
    world.tracker.status("progress", True)


_COLUMNS = (
    Change(("name",), lambda w: w.tracker.column("Inbox", board=1, position=0), {1}),
    Change(
        (f"is_default {_BY_BOARD}",),
        lambda w: _default(w, 1, is_default=True),
        {1, 2, 6},
    ),
    Change(
        (ADDED,),
        lambda w: w.tracker.column("S1", board=1, position=3, proxy=11),
        {1, 2, 6},
    ),
    Change(
        (f"is_default {_BY_PROXY}",),
        lambda w: _default(w, 3, is_default=True),
        {1, 2, 6},
    ),
    Change(
        (f"proxy_project_key {_BY_BOARD}", f"proxy_project_key {_BY_PROXY}"),
        lambda w: w.tracker.column("S1", board=1, position=3, proxy=12),
        {1, 2, 6},
    ),
    Change(
        (f"board_key {_BY_BOARD}", f"board_key {_BY_PROXY}"),
        lambda w: _move_column(w, 3, board=2),
        {1, 2, 3, 4, 6},
    ),
    Change((REMOVED,), lambda w: w.remove("columns", phid("PCOL", "1-0")), {1, 2, 6}),
)


def _default(world: World, position: int, *, is_default: bool) -> None:
    _change_column(world, position, isDefaultColumn=is_default)


def _move_column(world: World, position: int, board: int) -> None:
    _change_column(world, position, project={"id": board, "phid": phid("PROJ", board)})


def _change_column(world: World, position: int, **fields: object) -> None:
    columns, column = world.tracker.streams["columns"], phid("PCOL", f"1-{position}")
    payload = payload_of(columns[column])
    payload["fields"] |= fields
    columns[column] = make_record(column, None, 0, payload)


WALK = Walk(
    make=_world,
    changes={
        "dim_projects": (
            Change(("name",), lambda w: w.tracker.project(2, "Beta 2"), {3, 4, 6}),
            Change(("team",), lambda w: w.configure(teams={"Beta 2": "Team B"}), {3, 4, 6}),
            Change(("project_number",), _number_of_beta, {3, 4, 6}),
            Change((REMOVED,), lambda w: w.remove("projects", phid("PROJ", 2)), {3, 4, 6}),
            Change((ADDED,), lambda w: w.tracker.project(2, "Beta"), {3, 4, 6}),
        ),
        "dim_sprints": (
            Change(
                ("name",),
                lambda w: w.tracker.project(11, "S1", parent=1, milestone=1),
                {2, 6},
            ),
            Change(
                ("project_key",),
                lambda w: w.tracker.project(11, "S1", parent=2, milestone=1),
                {2, 6},
            ),
            Change(("sprint_rank",), _rank_of_sprint, {2, 6}),
            Change(
                ("starts_at", "ends_at", "current_starts_at", "current_ends_at"),
                lambda w: w.configure(sprints={"S1": (date(2026, 1, 5), date(2026, 1, 16))}),
                {2, 6},
            ),
            Change((REMOVED,), lambda w: w.remove("projects", phid("PROJ", 11)), {2, 6}),
            Change((ADDED,), _sprint_again, {2, 6}),
        ),
        "dim_statuses": (
            Change(("name",), lambda w: w.tracker.status("progress", False, "Doing"), {1, 3}),
            _configure_progress("todo"),
            _configure_progress("in_progress", is_waiting=True),
            Change(("is_closed",), _close_progress, {1, 3}),
            Change((REMOVED,), lambda w: w.remove("statuses", "limbo"), {5}),
            Change((ADDED,), lambda w: w.tracker.status("limbo", False), {5}),
        ),
        "dim_users": (
            Change(
                (REMOVED,), lambda w: w.remove("users", phid("USER", "bob")), {1, 2, 3, 4, 5, 6}
            ),
            Change((ADDED,), lambda w: w.tracker.user("bob"), {1, 2, 3, 4, 5, 6}),
            Change(("user_type",), lambda w: w.tracker.user("bob", "bot"), {1, 2, 3, 4, 5, 6}),
        ),
        "dim_board_columns": _COLUMNS,
        **calendar_changes("Beta", {3}, _ALL),
        "ops_settings": (
            *settings_changes(
                everyone=_ALL,
                filled={5},
                fields=(Field("effort", ("effort",), "bigint"),),
            ),
            Change((NAMES,), lambda w: w.tracker.priority(80, "Urgent"), _ALL),
            Change((NAMES,), lambda w: w.tracker.priority(90, "Needs Triage"), _ALL),
            Change((NAMES,), lambda w: w.remove("priorities", "80"), _ALL),
        ),
    },
    fixed={OPTIONS: "its models read none"},
    number=lambda issue_id: int(issue_id.rsplit("-", 1)[1]),
)
