"""Who works in the invented company, and on which boards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.sandbox.company.rhythm import DAY, weekday
from local.sandbox.company.shapes import Json, make_phid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

TEAMS = ("Payments", "Storefront", "Search")
PLATFORM = "Platform"
_PEOPLE = (
    ("amara", "Amara Okafor"), ("boris", "Борис Жуков"), ("chen", "陈 Wei"), ("dora", "Dóra Kiss"),
    ("emil", "Emil Sørensen"), ("fatima", "Fatima Zahra"), ("gleb", "Глеб Щукин"),
    ("hana", "Hana Novák"), ("ivo", "Ivo Marić"), ("jun", "Jun Mori"), ("kofi", "Kofi Mensah"),
    ("lena", "Lena Ёлкина"),
)  # fmt: skip
# They have accounts where their team has work: the companies of the others stay as they are.
_PLATFORM_PEOPLE = (
    ("mina", "Mina Park"), ("nils", "Nils Åkesson"), ("olga", "Ольга Лисина"),
    ("pablo", "Pablo Núñez"),
)  # fmt: skip
_SPRINT_DAYS = 14
FLOW_COLUMNS = ("Backlog", "To Do", "In Progress", "Review", "Done")


@dataclass(frozen=True)
class Sprint:
    """
    A milestone of a team's planning project.

    :param phid: the milestone.
    :param column: its proxy column on the planning board.
    :param starts_at: epoch seconds.
    """

    phid: str
    column: str
    starts_at: int


@dataclass(frozen=True)
class Team:
    """
    A team: a planning project with sprints, and a project whose board the work flows over.

    :param planning: the project whose board has the sprints as proxy columns.
    :param planning_backlog: the default column of that board.
    :param delivery: the project whose board shows how far work is.
    :param columns: name -> column of the delivery board; ``Backlog`` is the default.
    :param sprints: the milestones, ascending in time.
    :param members: the users.
    """

    planning: str
    planning_backlog: str
    delivery: str
    columns: dict[str, str]
    sprints: list[Sprint]
    members: list[str]

    def sprint_at(self, at: int) -> Sprint:
        """The sprint that runs at an epoch second; before the first one, the first."""
        return next((s for s in reversed(self.sprints) if s.starts_at <= at), self.sprints[0])


@dataclass
class Company:
    """
    Everybody and everything that tasks refer to.

    :param seed: makes the PHIDs differ between companies.
    :param founded_at: epoch seconds; the objects were made then.
    :param operations: a project without a workboard.
    :param reader: the account that the API token belongs to.
    :param deleted_user: a person whose account is gone: referred to, but in no user.search.
    :param herald_rule: the author of automatic edits, which is no user.
    """

    seed: int
    founded_at: int
    users: list[Json] = field(default_factory=list)
    projects: list[Json] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    operations: str = ""

    def __post_init__(self) -> None:
        self.columns_by_phid: dict[str, Json] = {}
        self.admin = self._user(
            "admin", "Admin Robot", "admin", "verified", "approved", "activated"
        )
        self.reader = self._user("etlbot", "ETL Reader", "bot", "verified", "approved", "activated")
        self.bot = self._user("sprintbot", "Sprint Robot", "bot", "approved", "activated")
        self.disabled_user = self._user("zoe", "Zoë Gone", "disabled", "verified", "approved")
        self.deleted_user = make_phid("USER", self.seed, "deleted")
        self.herald_rule = make_phid("HRUL", self.seed, 1)

    @property
    def whoami(self) -> Json:
        """The answer of user.whoami."""
        return {
            "phid": self.reader,
            "userName": "etlbot",
            "realName": "ETL Reader",
            "image": "https://phorge.example.com/file/etlbot.png",
            "uri": "https://phorge.example.com/p/etlbot/",
            "roles": ["agent", "verified", "approved", "activated"],
            "primaryEmail": "etlbot@example.com",
        }

    def column(self, phid: str) -> Json:
        """The column of a PHID."""
        return self.columns_by_phid[phid]

    def hire(self, people: Iterable[tuple[str, str]]) -> list[str]:
        """Make people of user names and names; returns their PHIDs."""
        roles = ("verified", "approved", "activated")
        return [self._user(username, name, *roles) for username, name in people]

    def found_team(self, name: str, members: list[str], until: int) -> Team:
        """Make a team's projects, its boards and its sprints up to a time."""
        planning = self._project(name, members)
        backlog = self._column(planning, "Backlog", 0)
        delivery = self._project(f"{name} Delivery", members)
        flow = {
            column: self._column(delivery, column, sequence)
            for sequence, column in enumerate(FLOW_COLUMNS)
        }
        monday = self.founded_at - weekday(self.founded_at) * DAY + 9 * 3600
        sprints = []
        for number, starts_at in enumerate(range(monday, until, _SPRINT_DAYS * DAY), start=1):
            milestone = self._project(f"Sprint {number}", members, planning, number, starts_at)
            column = self._column(planning, f"Sprint {number}", number, proxy=milestone)
            sprints.append(Sprint(milestone["phid"], column, starts_at))
        return Team(planning["phid"], backlog, delivery["phid"], flow, sprints, members)

    def found_operations(self) -> str:
        """Make the project that has no workboard; returns its PHID."""
        phid: str = self._project("Operations", [])["phid"]
        return phid

    def found_releases(self, until: int) -> tuple[str, list[Sprint]]:
        """Make the project of releases, without a workboard, and a milestone every four weeks."""
        project = self._project("Releases", [])
        starts = range(self.founded_at, until, 28 * DAY)
        milestones = [
            Sprint(self._project(f"Releases {n}", [], project, n, at)["phid"], "", at)
            for n, at in enumerate(starts, start=1)
        ]
        return project["phid"], milestones

    def _user(self, username: str, name: str, *roles: str) -> str:
        phid = make_phid("USER", self.seed, username)
        self.users.append(
            {
                "id": len(self.users) + 1,
                "type": "USER",
                "phid": phid,
                "fields": {
                    "username": username,
                    "realName": name,
                    "roles": list(roles),
                    "dateCreated": self.founded_at,
                    "dateModified": self.founded_at,
                    "policy": {"view": "public", "edit": "no-one"},
                },
                "attachments": {"availability": _AVAILABLE},
            }
        )
        return phid

    def _project(
        self,
        name: str,
        members: list[str],
        parent: Json | None = None,
        milestone: int | None = None,
        created_at: int = 0,
    ) -> Json:
        number = len(self.projects) + 1
        above = _reference(parent) if parent else None
        kind = "milestone" if milestone else "project"
        created_at = max(created_at, self.founded_at)
        project = {
            "id": number,
            "type": "PROJ",
            "phid": make_phid("PROJ", self.seed, number),
            "fields": {
                "name": name,
                "slug": None if milestone else name.lower().replace(" ", "_"),
                "subtype": "default",
                "milestone": milestone,
                "depth": 1 if parent else 0,
                "parent": above,
                "icon": _ICONS[kind],
                "color": {"key": "blue", "name": "Blue"},
                "status": "active",
                "spacePHID": None,
                "dateCreated": created_at,
                "dateModified": created_at,
                "policy": {"view": "users", "edit": "users", "join": "users"},
                "description": None,
            },
            "attachments": {
                "members": {"members": [{"phid": phid} for phid in members]},
                "watchers": {"watchers": []},
                "ancestors": {"ancestors": [above] if above else []},
            },
        }
        self.projects.append(project)
        return project

    def _column(self, board: Json, name: str, sequence: int, proxy: Json | None = None) -> str:
        number = len(self.columns_by_phid) + 1
        phid = make_phid("PCOL", self.seed, number)
        created_at = (proxy or board)["fields"]["dateCreated"]
        self.columns_by_phid[phid] = {
            "id": number,
            "type": "PCOL",
            "phid": phid,
            "fields": {
                "name": name,
                "proxyPHID": proxy["phid"] if proxy else None,
                "project": _reference(board),
                "isHidden": False,
                "isDefaultColumn": sequence == 0,
                "sequence": sequence,
                "dateCreated": created_at,
                "dateModified": created_at,
                "policy": {"view": "users", "edit": "users"},
            },
            "attachments": {},
        }
        return phid


_ICONS = {
    "project": {"key": "project", "name": "Project", "icon": "fa-briefcase"},
    "milestone": {"key": "milestone", "name": "Milestone", "icon": "fa-map-marker"},
}
_AVAILABLE = {
    "value": "available",
    "until": None,
    "name": "Available",
    "color": "green",
    "eventPHID": None,
}


def _reference(project: Json) -> Json:
    return {"id": project["id"], "phid": project["phid"], "name": project["fields"]["name"]}


def found_company(
    seed: int, founded_at: int, until: int, teams: Collection[str] = TEAMS
) -> Company:
    """
    A company and its operations project.

    :param founded_at: epoch seconds of the first day.
    :param until: epoch seconds; sprints begin before it.
    :param teams: names of the teams that are on its boards; everybody has an account.
    """
    company = Company(seed, founded_at)
    people = company.hire(_PEOPLE)
    size = len(people) // len(TEAMS)
    for number, name in enumerate(TEAMS):
        if name in teams:
            members = people[number * size : (number + 1) * size]
            company.teams.append(company.found_team(name, members, until))
    if PLATFORM in teams:
        members = company.hire(_PLATFORM_PEOPLE)
        company.teams.append(company.found_team(PLATFORM, members, until))
    company.operations = company.found_operations()
    return company
