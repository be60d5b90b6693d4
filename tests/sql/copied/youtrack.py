"""YouTrack: projects, sprints of boards, states."""

from __future__ import annotations

from typing import Any

from flowmart.transform.fields import Field
from tests.meanings import meaning
from tests.records import payload_of
from tests.sql.copied.settings import NAMES, OPTIONS, calendar_changes, settings_changes
from tests.sql.copied.world import ADDED, REMOVED, Change, Walk, World
from tests.sql.youtrack.youtrack import (
    ALPHA,
    APPROVED,
    BETA,
    CONTEXT,
    EFFORT,
    GAMMA,
    REVIEW,
    Project,
    YouTrack,
    at,
    state,
)

_OWN, _SHARED = "108-1", "108-2"
_BY_PROJECT = "by project_key"
_ALPHA = {1, 3, 4}


def _world() -> World:
    """
    Alpha has a board with the sprints S1 and S2, of which S2 starts last; another board is shared.

    Issues: 1 is in Alpha, in work, and in both sprints; 2 in Beta, done; 3 in Alpha; 4 came to
    Alpha from Beta; 5 is in Beta, and in a sprint of the shared board.
    """
    youtrack = YouTrack()
    board_of_alpha(youtrack)
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


def _sprint(id: str, name: str, start: float, finish: float | None = None) -> dict[str, Any]:
    end = None if finish is None else at(finish)
    return {"id": id, "name": name, "start": at(start), "finish": end, "archived": False}


def board_of_alpha(
    youtrack: YouTrack,
    *,
    name: str = "S2",
    start: float = 14,
    finish: float | None = None,
    projects: tuple[Project, ...] = (ALPHA,),
    without: str = "",
) -> None:
    """The board of Alpha, whose second sprint may differ; or it lacks a sprint."""
    sprints = [_sprint("109-1", "S1", 0), _sprint("109-2", name, start, finish)]
    listed = [sprint for sprint in sprints if sprint["id"] != without]
    youtrack.board(_OWN, projects, listed)


def _shared_board(world: World, *projects: Project) -> None:
    world.tracker.board(_SHARED, projects, [_sprint("109-4", "Shared", 7)])


def _field(
    world: World,
    place: int,
    *,
    ordinal: int | None = None,
    name: str | None = None,
    id: str | None = None,
    type: str | None = None,
) -> None:
    """One of the fields that Alpha has, otherwise; they are listed backwards."""
    payload = payload_of(world.tracker.streams["projects"][ALPHA.id])
    changed = payload["customFields"][-1 - place]
    changed["ordinal"] = changed["ordinal"] if ordinal is None else ordinal
    changed["field"] |= {} if name is None else {"name": name}
    changed["field"] |= {} if id is None else {"id": id}
    changed["field"] |= {} if type is None else {"fieldType": {"id": type}}
    world.tracker.snapshot("projects", payload)


def _few_fields() -> Project:
    return ALPHA._replace(fields=ALPHA.fields[:-1])


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
            Change(("name",), lambda w: board_of_alpha(w.tracker, name="Sprint 2"), {1}),
            # Snapshots are taken today: a start to come is as told, one that was stays.
            Change(
                ("sprint_rank", "current_starts_at", "current_ends_at"),
                lambda w: board_of_alpha(w.tracker, start=-14, finish=0),
                {1},
            ),
            Change(
                ("starts_at", "ends_at"),
                lambda w: board_of_alpha(w.tracker, start=10_000, finish=10_014),
                {1},
            ),
            Change(
                ("project_key",), lambda w: board_of_alpha(w.tracker, projects=(ALPHA, BETA)), {1}
            ),
            Change((REMOVED,), lambda w: w.remove("agiles", _OWN), {1}),
            Change((ADDED,), lambda w: board_of_alpha(w.tracker, projects=(ALPHA, BETA)), {1}),
        ),
        "dim_statuses": (
            Change(("name",), lambda w: _state(w, "71-2", "Doing"), {1}),
            Change(("category",), _in_progress, {1}),
            Change(("is_waiting",), _waiting, {1}),
            Change(("is_closed",), lambda w: _state(w, "71-2", "Doing", is_resolved=True), {1}),
            Change((REMOVED,), _without_state, {1}),
            Change((ADDED,), lambda w: _state(w, "71-2", "Doing"), {1}),
        ),
        "ops_project_fields": (
            Change((f"place {_BY_PROJECT}",), lambda w: _field(w, 1, ordinal=-1), _ALPHA),
            Change((f"name {_BY_PROJECT}",), lambda w: _field(w, 0, name="Old"), _ALPHA),
            Change((f"field_type {_BY_PROJECT}",), lambda w: _field(w, 1, type="text"), _ALPHA),
            Change((f"field_id {_BY_PROJECT}",), lambda w: _field(w, 0, id="58-99"), _ALPHA),
            Change((REMOVED,), lambda w: w.tracker.project(_few_fields()), _ALPHA),
            Change((ADDED,), lambda w: w.tracker.project(ALPHA), _ALPHA),
        ),
        "ops_sprint_projects": (
            Change((ADDED,), lambda w: _shared_board(w, ALPHA, BETA, GAMMA), {5}),
            Change((REMOVED,), lambda w: _shared_board(w, ALPHA, GAMMA), {5}),
        ),
        "dim_users": (
            Change((REMOVED,), lambda w: w.remove("users", "1-bob"), {1, 2, 4, 5}),
            Change((ADDED,), lambda w: w.tracker.snapshot("users", _BOB), {1, 2, 4, 5}),
        ),
        **calendar_changes("Beta", {2, 5}, {1, 2, 3, 4, 5}),
        "ops_settings": settings_changes(
            everyone={1, 2, 3, 4, 5},
            filled={1, 3},
            fields=(Field("effort", ("Effort", "minutes"), "minutes"),),
        ),
    },
    fixed={
        OPTIONS: "its models read none",
        "project_number": "it is a part of the project's id",
        "project_key by sprint_key": "another project is another row",
        NAMES: "histories hold names",
        "user_type": "every account that is listed is a user",
    },
    number=lambda issue_id: int(issue_id.removeprefix("2-")),
)
_BOB = {"id": "1-bob", "login": "bob", "fullName": "Bob", "banned": False, "guest": False}
