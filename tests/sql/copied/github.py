"""GitHub: repositories, milestones, a board whose Status is the status of issues."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flowmart.transform.fields import Field
from tests.meanings import meaning
from tests.records import make_record
from tests.sql.copied.settings import NAMES, OPTIONS, calendar_changes, settings_changes
from tests.sql.copied.world import ADDED, REMOVED, Change, Walk, World
from tests.sql.github.github import CONTEXT, SITE, GitHub, actor, at, nodes, repository

_BOARD = {"id": "PVT_1", "number": 7, "title": "Roadmap"}
_CONTEXT = replace(
    CONTEXT,
    options={"status_from_board": "Roadmap"},
    statuses={"Doing": meaning("in_progress", True), "Todo": meaning("in_progress", True)},
)
_ALL = {1, 2, 3}


def _world() -> World:
    """
    Issues: 1 is in the shop, a milestone, and Doing; 2 in the site, by bob; 3 has a field.

    The author of 3, eve, is no member.
    """
    github = GitHub()
    board(github)
    milestone(github)
    for person in ("ann", "bob"):
        member(github, person)
    github.issue(
        1, github.event("AddedToProjectV2Event", 1, project=_BOARD),
        github.event("ProjectV2ItemStatusChangedEvent", 2, project=_BOARD, previousStatus="",
                     status="Doing"),
        github.event("MilestonedEvent", 2, milestoneTitle="v1"),
        milestone={"id": "MI_1", "title": "v1"},
        projectItems=nodes({"project": _BOARD, "status": {"optionId": "o2", "name": "Doing"}}),
    )  # fmt: skip
    github.issue(2, repository=repository(SITE), author=actor("bob"))
    value = {"__typename": "IssueFieldNumberValue", "number": 5, "field": {"name": "Effort"}}
    github.issue(3, issueFieldValues=nodes(value), author=actor("eve"))
    snapshots = ("repositories", "boards", "members", "milestones")
    return World(github, snapshots, _CONTEXT)


def board(github: GitHub, doing: str = "Doing", without: str = "") -> None:
    """The board, one of whose options may have another name, or be gone."""
    named = {"o1": "Todo", "o2": doing}
    options = [{"id": id_, "name": name} for id_, name in named.items() if id_ != without]
    field = {"id": "F1", "name": "Status", "options": options}
    fields = {"nodes": [field]}
    github.put("boards", {**_BOARD, "closed": False, "createdAt": at(-10), "fields": fields})


def milestone(github: GitHub, title: str = "v1", due: float = 300) -> None:
    """The milestone, by its title and when it is due."""
    node = {"id": "MI_1", "number": 1, "title": title, "state": "OPEN", "createdAt": at(-10),
            "dueOn": at(due), "repository": repository("R_shop")}  # fmt: skip
    github.put("milestones", node)


def member(github: GitHub, person: str, login: str = "") -> None:
    """A member of the organisation."""
    payload = {"organization": "acme", "id": f"U_{person}", "login": login or person,
               "name": None, "role": "MEMBER", "teams": []}  # fmt: skip
    github.streams["members"][person] = make_record(f"acme:U_{person}", None, 0, payload)


def _site(world: World, **changed: Any) -> None:
    node = {
        "id": SITE,
        "databaseId": 2,
        "name": "site",
        "createdAt": at(-1000),
        "isArchived": False,
    }
    world.tracker.put("repositories", {**node, **repository(SITE), **changed})


def _in_progress(world: World) -> None:
    world.configure(statuses=world.context.statuses | {"Doing": meaning("in_progress")})


def _todo(world: World) -> None:
    world.configure(statuses=world.context.statuses | {"Doing": meaning("todo")})


_COLUMNS = {
    f"{column} by {key}": "columns have no proxies, and stay on their boards"
    for column in ("proxy_project_key", "is_default", "board_key")
    for key in ("board_key", "proxy_project_key")
}
WALK = Walk(
    make=_world,
    changes={
        "dim_projects": (
            Change(("name",), lambda w: _site(w, name="www"), {2}),
            Change(("team",), lambda w: w.configure(teams={"acme/site": "Web"}), {2}),
            Change(("project_number",), lambda w: _site(w, name="www", databaseId=9), {2}),
            Change((REMOVED,), lambda w: w.remove("repositories", SITE), {2}),
            Change((ADDED,), _site, {2}),
        ),
        "dim_sprints": (
            Change(("name",), lambda w: milestone(w.tracker, "v1.0"), {1}),
            Change(
                ("sprint_rank", "ends_at", "current_ends_at"),
                lambda w: milestone(w.tracker, "v1.0", 400),
                {1},
            ),
            Change((REMOVED,), lambda w: w.remove("milestones", "MI_1"), {1}),
            Change((ADDED,), lambda w: milestone(w.tracker), {1}),
        ),
        "dim_statuses": (
            Change(("is_waiting",), _in_progress, {1}),
            Change(("category",), _todo, {1}),
            Change((REMOVED,), lambda w: board(w.tracker, without="o2"), {1}),
            Change((ADDED,), lambda w: board(w.tracker), {1}),
            Change(("name",), lambda w: board(w.tracker, "Doing now"), {1}),
        ),
        "dim_board_columns": (
            Change(("name",), lambda w: board(w.tracker, "Doing now"), {1}),
            Change((REMOVED,), lambda w: board(w.tracker, without="o2"), {1}),
            Change((ADDED,), lambda w: board(w.tracker), {1}),
        ),
        "dim_users": (
            Change(("user_type",), lambda w: member(w.tracker, "bob", "bob[bot]"), {2}),
            # Who leaves stays known, and is not active.
            Change((REMOVED,), lambda w: w.remove("members", "bob"), set()),
            Change((ADDED,), lambda w: member(w.tracker, "eve"), {3}),
        ),
        **calendar_changes("site", {2}, _ALL),
        "ops_settings": (
            *settings_changes(
                everyone=_ALL, filled={3}, fields=(Field("effort", ("Effort",), "bigint"),)
            ),
            Change((OPTIONS,), lambda w: w.configure(options={"type_labels": ["x"]}), _ALL),
        ),
    },
    fixed={
        **_COLUMNS,
        "starts_at": "milestones do not say when they begin",
        "current_starts_at": "milestones do not say when they begin",
        "project_key": "a milestone stays in its repository",
        "is_closed": "options of a board are open, and GitHub's own statuses stay",
        NAMES: "there are no priorities",
    },
    number=lambda issue_id: int(issue_id.removeprefix("I_")),
)
