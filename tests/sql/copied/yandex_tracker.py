"""Yandex Tracker: queues, sprints, statuses."""

from __future__ import annotations

from flowmart.transform.fields import Field
from flowmart.transform.runner import BatchContext
from tests.meanings import meaning
from tests.sql.copied.settings import NAMES, OPTIONS, calendar_changes, settings_changes
from tests.sql.copied.world import ADDED, REMOVED, Change, Walk, World
from tests.sql.yandex_tracker.tracker import BOB, OPS, STATUSES, Tracker, at, sprint

_EFFORT = "68ac0d8c6cac335d0ed8a2be--effort"


def _world() -> World:
    """Issues: 1 is in work, and in two sprints; 2 in OPS, done; 3 in limbo; 4 came from OPS."""
    tracker = Tracker()
    tracker.board(1, "Core's board", "CORE")
    tracker.add_sprint(44, "Core 1", board=1)
    tracker.add_sprint(45, "Core 2", board=1)
    tracker.issue(1, now="3", sprint=[sprint(44), sprint(45)])
    tracker.creation(1)
    tracker.moves(1, (1, "3"))
    tracker.issue(2, key="OPS-2", queue=OPS, now="8")
    tracker.creation(2)
    tracker.moves(2, (2, "8"))
    tracker.issue(3, now="77", **{_EFFORT: 5})
    tracker.creation(3)
    tracker.moves(3, (1, "77"))
    tracker.issue(4)
    tracker.creation(4)
    tracker.entry(4, 1, "IssueMoved", ("queue", OPS, {"id": "3", "key": "CORE"}))
    snapshots = ("queues", "boards", "sprints", "statuses", "users")
    context = BatchContext(statuses={"needInfo": meaning("in_progress", True)})
    return World(tracker, snapshots, context)


def _dates(world: World, starts: float, ends: float) -> None:
    dates = {"startDateTime": at(starts), "endDateTime": at(ends)}
    world.tracker.add_sprint(45, "Two", board=1, **dates)


def _queue(world: World, name: str) -> None:
    world.tracker.put("queues", "5", {"id": 5, "key": "OPS", "name": name})


def _status(world: World, status_id: str, kind: str, name: str = "In progress") -> None:
    """A status as the source's own words tell it."""
    payload = {"id": int(status_id), "key": STATUSES[status_id][0], "name": name, "type": kind}
    world.tracker.put("statuses", status_id, payload)


def _without_limbo(world: World) -> None:
    world.remove("statuses", "77")


WALK = Walk(
    make=_world,
    changes={
        "dim_projects": (
            Change(("name",), lambda w: _queue(w, "Operations"), {2, 4}),
            Change(("team",), lambda w: w.configure(teams={"OPS": "Team O"}), {2, 4}),
            Change((REMOVED,), lambda w: w.remove("queues", "5"), {2, 4}),
            Change((ADDED,), lambda w: _queue(w, "Team OPS"), {2, 4}),
        ),
        "dim_sprints": (
            Change(("name",), lambda w: w.tracker.add_sprint(45, "Two", board=1), {1}),
            # Snapshots are taken today: a start to come is as told, one that was stays.
            Change(("starts_at", "ends_at"), lambda w: _dates(w, 10_000, 10_014), {1}),
            Change(("current_starts_at", "current_ends_at"), lambda w: _dates(w, 10, 24), {1}),
            Change((REMOVED,), lambda w: w.remove("sprints", "45"), {1}),
            Change((ADDED,), lambda w: w.tracker.add_sprint(45, "Two", board=1), {1}),
        ),
        "dim_statuses": (
            Change(("name",), lambda w: _status(w, "3", "inProgress", "Doing"), {1}),
            Change(("is_waiting",), lambda w: _status(w, "3", "paused", "Doing"), {1}),
            Change(("category", "is_closed"), lambda w: _status(w, "3", "done", "Doing"), {1}),
            Change((REMOVED,), _without_limbo, {3}),
            Change((ADDED,), lambda w: w.tracker.statuses({"77": "Limbo"}), {3}),
        ),
        "dim_users": (
            Change((REMOVED,), lambda w: w.remove("users", BOB), {1, 2, 3, 4}),
            Change((ADDED,), lambda w: w.tracker.put("users", BOB, _BOB), {1, 2, 3, 4}),
        ),
        **calendar_changes("Team OPS", {2}, {1, 2, 3, 4}),
        "ops_settings": settings_changes(
            everyone={1, 2, 3, 4},
            filled={3},
            fields=(Field("effort", (_EFFORT,), "bigint"),),
        ),
    },
    fixed={
        OPTIONS: "its models read none",
        "project_number": "it is the queue's id",
        "project_key": "a sprint belongs to no queue",
        "sprint_rank": "it is the sprint's id",
        NAMES: "histories hold names",
        "user_type": "every account that is listed is a user",
    },
    number=lambda issue_id: int(issue_id, 16),
)
_BOB = {"uid": int(BOB), "login": "bob", "display": "Bob", "dismissed": False}
