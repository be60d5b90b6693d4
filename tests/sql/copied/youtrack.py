"""YouTrack: projects, sprints of boards, states."""

from __future__ import annotations

from typing import Any

from flowmart.transform.fields import Field
from tests.meanings import meaning
from tests.sql.copied.settings import settings_changes
from tests.sql.copied.world import ADDED, REMOVED, Change, Walk, World
from tests.sql.youtrack.youtrack import (
    ALPHA,
    APPROVED,
    BETA,
    CONTEXT,
    EFFORT,
    REVIEW,
    YouTrack,
    at,
    state,
)

_OWN, _SHARED = "108-1", "108-2"


def _world() -> World:
    """
    Alpha has a board with the sprints S1 and S2, of which S2 starts last; another board is shared.

    Issues: 1 is in Alpha, in work, and in both sprints; 2 in Beta, done; 3 in Alpha; 4 came to
    Alpha from Beta; 5 is in Beta, and in a sprint of the shared board.
    """
    youtrack = YouTrack()
    _board(youtrack)
    youtrack.board(_SHARED, (ALPHA, BETA), [_sprint("109-4", "Shared", 7)])
    youtrack.issue(1, "71-2", values={EFFORT: {"id": "P1", "minutes": 90}})
    youtrack.moves(1, (1, "71-2"))
    youtrack.plan(1, 1, ("109-1", "109-2"))
    youtrack.issue(2, "72-4", project=BETA, resolved=2)
    youtrack.moves(2, (2, "72-4"), first="72-1")
    youtrack.issue(3, values={REVIEW: APPROVED})
    youtrack.issue(4)
    youtrack.transfer(4, 1, BETA, ALPHA)
    youtrack.issue(5, "72-1", project=BETA)
    youtrack.plan(5, 1, ("109-4",))
    return World(youtrack, ("projects", "agiles", "states", "users"), CONTEXT)


def _sprint(id: str, name: str, start: float) -> dict[str, Any]:
    return {"id": id, "name": name, "start": at(start), "finish": None, "archived": False}


def _board(
    youtrack: YouTrack, name: str = "S2", start: float = 14, projects: Any = (ALPHA,)
) -> None:
    """The board of Alpha, on which the second sprint may differ."""
    sprints = [_sprint("109-1", "S1", 0), _sprint("109-2", name, start)]
    youtrack.board(_OWN, projects, sprints)


def _state(world: World, id: str, name: str, *, is_resolved: bool = False) -> None:
    """An element of Alpha's bundle under another name, or closed."""
    values = [{**state(f"71-{n}"), "isResolved": n == 4} for n in range(1, 5)]
    changed = {"id": id, "name": name, "isResolved": is_resolved}
    values = [value | changed if value["id"] == id else value for value in values]
    world.tracker.snapshot("states", {"id": "60-71", "name": "States", "values": values})


def _without_state(world: World) -> None:
    values = [{**state(f"71-{n}"), "isResolved": n == 4} for n in (1, 3, 4)]
    world.tracker.snapshot("states", {"id": "60-71", "name": "States", "values": values})


def _waiting(world: World) -> None:
    world.configure(statuses=world.context.statuses | {"Doing": meaning("in_progress", True)})


def _in_progress(world: World) -> None:
    world.configure(statuses=world.context.statuses | {"Doing": meaning("in_progress")})


WALK = Walk(
    make=_world,
    changes={
        "dim_projects": (
            Change(("name",), lambda w: w.tracker.project(BETA._replace(name="B")), {2, 4, 5}),
            Change(("team",), lambda w: w.configure(teams={"BETA": "Team B"}), {2, 4, 5}),
            Change((REMOVED,), lambda w: w.remove("projects", BETA.id), {2, 4, 5}),
            Change((ADDED,), lambda w: w.tracker.project(BETA), {2, 4, 5}),
        ),
        "dim_sprints": (
            Change(("name",), lambda w: _board(w.tracker, name="Sprint 2"), {1}),
            Change(("sprint_rank",), lambda w: _board(w.tracker, start=-14), {1}),
            Change(("project_key",), lambda w: _board(w.tracker, projects=(ALPHA, BETA)), {1}),
            Change((REMOVED,), lambda w: w.remove("agiles", _OWN), {1}),
            Change((ADDED,), lambda w: _board(w.tracker, projects=(ALPHA, BETA)), {1}),
        ),
        "dim_statuses": (
            Change(("name",), lambda w: _state(w, "71-2", "Doing"), {1}),
            Change(("category",), _in_progress, {1}),
            Change(("is_waiting",), _waiting, {1}),
            Change(("is_closed",), lambda w: _state(w, "71-2", "Doing", is_resolved=True), {1}),
            Change((REMOVED,), _without_state, {1}),
            Change((ADDED,), lambda w: _state(w, "71-2", "Doing"), {1}),
        ),
        "dim_users": (
            Change((REMOVED,), lambda w: w.remove("users", "1-bob"), {1, 2, 4, 5}),
            Change((ADDED,), lambda w: w.tracker.snapshot("users", _BOB), set()),
        ),
        "ops_settings": settings_changes(
            everyone={1, 2, 3, 4, 5},
            done={2},
            filled={1, 3},
            fields=(Field("effort", ("Effort", "minutes"), "minutes"),),
        ),
    },
    fixed={"project_number": "it is a part of the project's id"},
    number=lambda issue_id: int(issue_id.removeprefix("2-")),
)
_BOB = {"id": "1-bob", "login": "bob", "fullName": "Bob", "banned": False, "guest": False}
