"""
What happened in the invented company, in no API's words.

The sandboxes of other trackers are this same company seen through their APIs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.sandbox.company import shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.sandbox.company.generator import Generated
    from local.sandbox.company.shapes import Json

_SPRINT_SECONDS = 14 * 86_400
_LINKS = {
    shapes.EDGE_SUBTASK: "subtask",
    shapes.EDGE_PARENT: "parent",
    shapes.EDGE_MENTIONS: "mentions",
    shapes.EDGE_MENTIONED_BY: "mentioned_by",
    shapes.EDGE_IS_DUPLICATE_OF: "duplicates",
    shapes.EDGE_HAS_DUPLICATE: "duplicated_by",
}
_FIELDS = {
    "status": "status",
    "reassign": "assignee",
    "priority": "priority",
    "points": "estimate",
    "title": "title",
    "description": "description",
    "core:comment": "comment",
}


@dataclass(frozen=True)
class Person:
    """
    Somebody with an account.

    :param person_id: stable id.
    :param is_active: whether the account may log in.
    """

    person_id: str
    username: str
    name: str
    is_active: bool


@dataclass(frozen=True)
class SprintStory:
    """
    Two weeks of a team.

    :param sprint_id: stable id.
    :param starts_at: epoch seconds.
    :param ends_at: epoch seconds.
    """

    sprint_id: str
    name: str
    starts_at: int
    ends_at: int


@dataclass(frozen=True)
class TeamStory:
    """
    A team and its sprints, ascending in time; "Operations" has none.

    :param team_id: stable id.
    :param members: ids of persons.
    """

    team_id: str
    name: str
    sprints: tuple[SprintStory, ...]
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """
    One change of one issue.

    :param event_id: ascends over the whole company in the order of things.
    :param at: epoch seconds.
    :param actor_id: a person, or somebody without an account (deleted, or a rule).
    :param edit_id: shared by what was saved together.
    :param field: created, status (open, progress, stalled, resolved, wontfix, invalid, duplicate),
        assignee, priority (0..100), estimate, title, description, comment, team, sprint, or a link:
        subtask, parent, mentions, mentioned_by, duplicates, duplicated_by.
    :param old: the value before; None where there was none.
    :param new: the value after; a link's is the other issue's number.
    """

    event_id: int
    at: int
    actor_id: str
    edit_id: str
    field: str
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class IssueStory:
    """
    One issue from its creation on; the events at the instant of creation set its first values.

    :param number: stable, ascending in time of creation.
    :param is_hidden: whether the reader is not allowed to see it.
    """

    number: int
    author_id: str
    created_at: int
    updated_at: int
    events: tuple[Event, ...]
    is_hidden: bool


@dataclass(frozen=True)
class Story:
    """
    Everything.

    :param destroyed: numbers of issues that existed once.
    """

    people: tuple[Person, ...]
    teams: tuple[TeamStory, ...]
    issues: tuple[IssueStory, ...]
    destroyed: tuple[int, ...]


def tell(generated: Generated) -> Story:
    """The story behind a generated store."""
    store = generated.store
    people = tuple(
        Person(u["phid"], f["username"], f["realName"], "disabled" not in f["roles"])
        for u in store.users
        for f in [u["fields"]]
    )
    projects = [p for p in store.projects if p["phid"] not in generated.trains.projects]
    teller = _Teller(projects, generated.planning_of, store.task_ids)
    issues = tuple(
        IssueStory(
            number=number,
            author_id=task["fields"]["authorPHID"],
            created_at=task["fields"]["dateCreated"],
            updated_at=task["fields"]["dateModified"],
            events=tuple(teller.events(store.legacy[number], store.transactions_of[task["phid"]])),
            is_hidden=number in store.hidden,
        )
        for number, task in store.tasks.items()
        if number not in generated.trains.tasks
    )
    return Story(people, teller.teams, issues, generated.destroyed)


class _Teller:
    """Translates transactions; knows which projects are teams and which are sprints."""

    def __init__(
        self, projects: list[Json], planning_of: dict[str, str], numbers: dict[str, int]
    ) -> None:
        self._numbers = numbers
        self._team_of: dict[str, str] = dict(planning_of)
        self._sprints: dict[str, SprintStory] = {}
        teams = []
        for project in projects:
            fields = project["fields"]
            if project["phid"] in planning_of:
                continue
            if fields["parent"]:
                self._team_of[project["phid"]] = fields["parent"]["phid"]
                continue
            self._team_of[project["phid"]] = project["phid"]
            sprints = tuple(_sprints(project["phid"], projects))
            self._sprints |= {sprint.sprint_id: sprint for sprint in sprints}
            members = project["attachments"]["members"]["members"]
            teams.append(
                TeamStory(
                    project["phid"],
                    fields["name"].removesuffix(" Planning"),
                    sprints,
                    tuple(member["phid"] for member in members),
                )
            )
        self.teams = tuple(teams)

    def events(self, legacy: list[Json], rows: list[Json]) -> Iterator[Event]:
        """The events of one issue's transactions, given in both spellings."""
        current: dict[str, str | None] = {"team": None, "sprint": None}
        for spelled, row in zip(legacy, rows, strict=True):
            told = (row["id"], row["dateCreated"], row["authorPHID"], row["groupID"] or row["phid"])
            kind, old, new = (spelled[k] for k in ("transactionType", "oldValue", "newValue"))
            edge = spelled["meta"].get("edge:type") if spelled["meta"] else None
            if kind == "core:create":
                yield Event(*told, "created")
            elif kind == "core:comment":
                yield Event(*told, "comment", None, row["comments"][0]["content"]["raw"])
            elif kind in _FIELDS:
                yield Event(*told, _FIELDS[kind], old, new)
            elif edge == shapes.EDGE_PROJECT:
                for field, value in self._homes(list(old), list(new), current["sprint"]):
                    if value != current[field]:
                        yield Event(*told, field, current[field], value)
                        current[field] = value
            elif edge in _LINKS:
                for number in filter(None, map(self._numbers.get, new)):
                    yield Event(*told, _LINKS[edge], None, number)

    def _homes(
        self, went: list[str], came: list[str], sprint: str | None
    ) -> Iterator[tuple[str, str | None]]:
        """The team and the sprint that an issue is in after projects came and went."""
        for phid in came:
            if phid not in self._sprints:
                yield "team", self._team_of[phid]
        sprints = [phid for phid in came if phid in self._sprints]
        if sprints or sprint in went:
            yield "sprint", sprints[0] if sprints else None


def _sprints(team_id: str, projects: list[Json]) -> Iterator[SprintStory]:
    for project in projects:
        fields = project["fields"]
        if fields["milestone"] and fields["parent"]["phid"] == team_id:
            starts_at = fields["dateCreated"]
            yield SprintStory(
                project["phid"], fields["name"], starts_at, starts_at + _SPRINT_SECONDS
            )
