"""What issues belong to: repositories, milestones, types, fields and a board."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from local.sandbox.github import boards, issues
from local.sandbox.github.values import moment, oid

if TYPE_CHECKING:
    from local.sandbox.company.story import SprintStory, Story, TeamStory
    from local.sandbox.github.agenda import Agenda
    from local.sandbox.github.people import People
    from local.sandbox.github.store import GitHubStore
    from local.sandbox.github.values import Node

OPERATIONS = "operations"
_TYPES = {"Task": "GRAY", "Bug": "RED", "Feature": "BLUE"}
_PLAIN_TYPE = {"isEnabled": True, "description": None}
_DAY = 86_400


class Places:
    """
    The places of one tracker's issues.

    :param story: the tracker's part of the company; its teams have repositories already.

    ``homes`` is team -> repository; ``operations`` the repository of issues without a team;
    ``stones`` is sprint -> milestone, ``iterations`` sprint -> iteration of the board.
    """

    def __init__(self, store: GitHubStore, people: People, agenda: Agenda, story: Story) -> None:
        self._store = store
        self._people = people
        self._agenda = agenda
        self._now = max((issue.updated_at for issue in story.issues), default=0)
        founded = store.founded_at
        self.operations = store.repository(store.login, OPERATIONS) or store.add_repository(
            OPERATIONS, founded, "Triage"
        )
        self.types = [
            store.add(
                "IssueType", founded, name=name, color=color, isEnabled=True, description=None
            )
            for name, color in _TYPES.items()
        ]
        store.organization["issueTypes"] = self.types
        self.fields = {
            "priority": self._field("IssueFieldSingleSelect", issues.PRIORITY, "SINGLE_SELECT"),
            "estimate": self._field("IssueFieldNumber", issues.ESTIMATE, "NUMBER"),
        }
        creator = people.of(story.people[0].person_id) if story.people else None
        sprints = [sprint for team in story.teams[:1] for sprint in team.sprints]
        self.iterations = {sprint.sprint_id: _iteration(sprint) for sprint in sprints}
        iterations = list(self.iterations.values())
        self.board = boards.add_board(store, "Delivery", founded, creator, iterations)
        self.homes: dict[str, Node] = {}
        self.stones: dict[str, Node] = {}
        for team in story.teams:
            self._settle(team)

    def home_of(self, team_id: str) -> Node:
        """The repository of a team."""
        return self.homes.get(team_id, self.operations)

    def _field(self, kind: str, name: str, data_type: str) -> Node:
        return self._store.add(
            kind, self._store.founded_at, name=name, dataType=data_type, description=None
        )

    def _settle(self, team: TeamStory) -> None:
        name = team.name.lower().replace(" ", "-")
        home = self._store.repository(self._store.login, name)
        assert home is not None
        self.homes[team.team_id] = home
        for number, sprint in enumerate(team.sprints, start=1):
            stone = self._store.add(
                "Milestone", sprint.starts_at - _DAY, home, number=number, title=sprint.name,
                description=None, state="OPEN", closed=False, closedAt=None,
                dueOn=moment(sprint.ends_at), progressPercentage=0.0,
                creator=self._people.of(team.members[0]) if team.members else None,
                url=f"{home['url']}/milestone/{number}",
            )  # fmt: skip
            home["milestones"].append(stone)
            self.stones[sprint.sprint_id] = stone
            if sprint.ends_at < self._now:
                self._agenda.put(sprint.ends_at, partial(self._end, stone, sprint.ends_at))

    def _end(self, stone: Node, at: int) -> None:
        stone |= {"state": "CLOSED", "closed": True, "closedAt": moment(at)}
        self._store.touch(stone, at)


def _iteration(sprint: SprintStory) -> Node:
    day = datetime.fromtimestamp(sprint.starts_at, UTC).date()
    return {
        "id": oid(sprint.sprint_id)[:8],
        "title": sprint.name,
        "startDate": day.isoformat(),
        "duration": 14,
        "titleHTML": sprint.name,
    }
