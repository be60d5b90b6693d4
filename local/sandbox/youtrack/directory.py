"""The users and the agile boards."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from local.sandbox.company.shapes import Json
    from local.sandbox.company.story import SprintStory, Story
    from local.sandbox.youtrack.catalog import Project

_READER = "etlbot"
_SPRINTS_IN_VIEW = 3


class People:
    """
    The users of a story.

    :param story: the story; its actors that have no account are deleted users.

    ``is_guest`` is whether whoever asks is taken for the guest.
    """

    def __init__(self, story: Story) -> None:
        self._by_person: dict[str, Json] = {}
        for number, person in enumerate(story.people, start=1):
            self._by_person[person.person_id] = _user(
                number, person.username, person.name, is_banned=not person.is_active
            )
        self.listed = list(self._by_person.values())
        self.guest = _user(0, "guest", "Guest", is_banned=False) | {"guest": True}
        self.reader = next((u for u in self.listed if u["login"] == _READER), self.listed[0])
        self.is_guest = False
        self.everybody = {
            "id": "3-1",
            "$type": "UserGroup",
            "name": "All Users",
            "ringId": _ring_id("all-users"),
            "allUsersGroup": True,
            "usersCount": len(self.listed),
        }

    @property
    def me(self) -> Json:
        """Who asks."""
        return self.guest if self.is_guest else self.reader

    @property
    def known(self) -> list[Json]:
        """All users that something refers to, listed or not."""
        unlisted = [u for u in self._by_person.values() if u not in self.listed]
        return [*self.listed, self.guest, *unlisted]

    def user(self, person_id: str) -> Json:
        """The user of a person; one whose account is gone is referred to, but never listed."""
        if person_id not in self._by_person:
            number = 1000 + len(self._by_person) - len(self.listed)
            self._by_person[person_id] = _user(
                number, f"deleted-{number}", "Deleted user", is_banned=True
            )
        return self._by_person[person_id]


def _user(number: int, login: str, name: str, *, is_banned: bool) -> Json:
    return {
        "id": f"1-{number}",
        "$type": "User",
        "login": login,
        "fullName": name,
        "name": name,
        "ringId": _ring_id(login),
        "email": None,
        "banned": is_banned,
        "guest": False,
    }


def _ring_id(name: str) -> str:
    """The id of a user or a group in Hub."""
    return str(uuid5(NAMESPACE_URL, name))


def found_boards(story: Story, projects: list[Project], owner: Json) -> list[Json]:
    """A board for each team that has sprints, its own project on it."""
    boards: list[Json] = []
    number = 0
    for team, project in zip(story.teams, projects, strict=True):
        if not team.sprints:
            continue
        state = project.fields["state"]
        board: Json = {
            "id": f"108-{len(boards) + 1}",
            "$type": "Agile",
            "name": f"{team.name} board",
            "owner": owner,
            "projects": [project.json],
            "columnSettings": {
                "id": f"110-{len(boards) + 1}",
                "$type": "ColumnSettings",
                "field": state.field.json,
            },
            "sprintsSettings": {
                "id": f"111-{len(boards) + 1}",
                "$type": "SprintsSettings",
                "disableSprints": False,
                "isExplicit": True,
            },
        }
        sprints: list[Json] = []
        for place, sprint in enumerate(team.sprints, start=1):
            number += 1
            previous = sprints[-1] if sprints else None
            later = len(team.sprints) - place
            sprints.append(_sprint(number, sprint, board, previous, later))
        board |= {"sprints": sprints, "currentSprint": sprints[-1]}
        boards.append(board)
    return boards


def _sprint(
    number: int, sprint: SprintStory, board: Json, previous: Json | None, later: int
) -> Json:
    """
    A sprint; which issues are in it is the store's to tell.

    :param later: how many sprints of the board come after it.
    """
    return {
        "id": f"109-{number}",
        "$type": "Sprint",
        "name": sprint.name,
        "goal": None,
        "start": sprint.starts_at * 1000,
        "finish": sprint.ends_at * 1000,
        "archived": later >= _SPRINTS_IN_VIEW,
        "isDefault": later == 0,
        "agile": lambda: board,
        "previousSprint": previous,
    }
