"""Who and what issues belong to: people, queues, boards and sprints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.sandbox.yandex_tracker.values import millis

if TYPE_CHECKING:
    from local.sandbox.company.story import Story

_READER = "etlbot"
_FORMER_EMPLOYEE = "Former Employee"
_FIRST_UID, _FIRST_GONE_UID = 1_130_000_000_000_001, 1_130_000_000_900_001


@dataclass(frozen=True)
class User:
    """
    An account.

    :param uid: digits.
    :param login: empty if there is no account any more.
    :param is_dismissed: whether the person has left.
    """

    uid: str
    login: str
    name: str
    is_dismissed: bool


@dataclass(frozen=True)
class Queue:
    """
    A team's queue.

    :param id: digits.
    :param key: begins the keys of its issues.
    """

    id: str
    key: str
    name: str


@dataclass(frozen=True)
class Sprint:
    """
    A sprint; names repeat from board to board.

    :param id: digits.
    :param queue: key of the queue whose board it is on.
    :param starts_at: epoch milliseconds.
    :param ends_at: epoch milliseconds.
    """

    id: str
    name: str
    queue: str
    starts_at: int
    ends_at: int


@dataclass
class Organization:
    """
    The people and places of a story. Each queue has one board, and the board the queue's id.

    :param users: uid -> account.
    :param queues: key -> queue.
    :param sprints: id -> sprint.
    :param uid_of: person of the story -> uid, those without an account too.
    :param queue_of: team of the story -> key of its queue.
    :param sprint_of: sprint of the story -> id.
    """

    users: dict[str, User] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    sprints: dict[str, Sprint] = field(default_factory=dict)
    uid_of: dict[str, str] = field(default_factory=dict)
    queue_of: dict[str, str] = field(default_factory=dict)
    sprint_of: dict[str, str] = field(default_factory=dict)

    @property
    def reader(self) -> User:
        """The account that the token belongs to."""
        users = list(self.users.values())
        return next((user for user in users if user.login == _READER), users[0])

    def uid(self, person_id: str) -> str:
        """The uid of somebody; those without an account have one too, which /users omits."""
        gone = len(self.uid_of) - len(self.users)
        return self.uid_of.setdefault(person_id, str(_FIRST_GONE_UID + gone))

    def former_users(self) -> list[User]:
        """Those without an account, whom ``/users`` omits."""
        gone = (uid for uid in self.uid_of.values() if uid not in self.users)
        return [User(uid, "", _FORMER_EMPLOYEE, True) for uid in gone]

    def name_of(self, uid: str) -> str:
        """What is shown for somebody, with an account or without."""
        return self.users[uid].name if uid in self.users else _FORMER_EMPLOYEE


def organization_of(story: Story) -> Organization:
    """The organization that a story is about."""
    organization = Organization()
    for number, person in enumerate(story.people):
        uid = str(_FIRST_UID + number)
        organization.uid_of[person.person_id] = uid
        organization.users[uid] = User(uid, person.username, person.name, not person.is_active)
    for number, team in enumerate(story.teams, start=1):
        queue = Queue(str(number), team.name.upper(), team.name)
        organization.queues[queue.key] = queue
        organization.queue_of[team.team_id] = queue.key
        for sprint in team.sprints:
            sprint_id = str(len(organization.sprints) + 1)
            organization.sprint_of[sprint.sprint_id] = sprint_id
            organization.sprints[sprint_id] = Sprint(
                sprint_id, sprint.name, queue.key, millis(sprint.starts_at), millis(sprint.ends_at)
            )
    return organization
