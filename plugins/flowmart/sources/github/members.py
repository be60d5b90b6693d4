"""Reads the people of an organization, with their roles and teams."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import msgspec

from flowmart.core.errors import AuthError
from flowmart.sources.api import ApiError
from flowmart.sources.base import Record
from flowmart.sources.github.connections import Connections, GoneError
from flowmart.sources.github.page_size import PageSize
from flowmart.sources.github.records import Connection
from flowmart.sources.rows import Name, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.sources.github.api import GitHub
    from flowmart.sources.github.queries import Queries

log = logging.getLogger(__name__)

_PEOPLE = 100
_TEAMS = 50
_OUTSIDE = "OUTSIDE"


class _Person(msgspec.Struct):
    id: Name
    login: str | None = None
    name: str | None = None


class _Member(msgspec.Struct):
    node: _Person
    role: str | None = None


class _Team(msgspec.Struct):
    id: Name
    slug: str
    name: str
    members: Connection


class _Outsider(msgspec.Struct):
    node_id: Name
    login: str


class Members:
    """
    Reads organizations.

    :param api: the instance.
    :param queries: its queries.
    """

    def __init__(self, api: GitHub, queries: Queries) -> None:
        self._api = api
        self._people = Connections(api, queries, "member", PageSize(_PEOPLE))
        self._teams = Connections(api, queries, "member", PageSize(_TEAMS, largest=_TEAMS))

    def of_organization(self, login: str) -> list[Record]:
        """Everybody in an organization, each put together once; nobody for a user's account."""
        people: dict[str, dict[str, Any]] = {}
        try:
            for member in self._members("members_of_organization", {"login": login}):
                person = member.node
                people[person.id] = _entry(login, person, member.role or "MEMBER")
        except GoneError:
            log.info("%s: %s is no organization: it has no members", self._api.instance, login)
            return []
        for outsider in self._outsiders(login):
            known = _entry(login, _Person(outsider.node_id, outsider.login), _OUTSIDE)
            people.setdefault(outsider.node_id, known)
        for team, member in self._memberships(login):
            if person_entry := people.get(member.node.id):
                person_entry["teams"].append(
                    {"slug": team.slug, "name": team.name, "role": member.role}
                )
        return [
            Record(f"{login}:{id_}", None, 0, msgspec.json.encode(entry))
            for id_, entry in people.items()
        ]

    def _members(
        self, operation: str, variables: dict[str, str], after: str | None = None
    ) -> Iterator[_Member]:
        for page in self._people.walk(operation, variables, after):
            with self._api.expecting("list", f"graphql {operation}"):
                yield from [read_json(row, _Member) for row in page.rows]

    def _memberships(self, login: str) -> Iterator[tuple[_Team, _Member]]:
        for page in self._teams.walk("teams_of_organization", {"login": login}):
            with self._api.expecting("list", "graphql teams"):
                teams = [read_json(row, _Team) for row in page.rows]
            for team in teams:
                for row in team.members.rows:
                    yield team, read_json(row, _Member)
                if team.members.pageInfo.hasNextPage:
                    after = team.members.pageInfo.endCursor
                    for member in self._members("members_of_team", {"team": team.id}, after):
                        yield team, member

    def _outsiders(self, login: str) -> Iterator[_Outsider]:
        """Outside collaborators, whom only REST lists, and only for owners."""
        endpoint: str | None = f"orgs/{login}/outside_collaborators"
        params: dict[str, Any] | None = {"per_page": _PEOPLE}
        while endpoint:
            try:
                found, answer = self._api.get(endpoint, list[_Outsider], params)
            except (AuthError, ApiError) as error:
                log.warning("%s: outside collaborators are not read: %s", login, error)
                return
            yield from found
            endpoint, params = answer.next_url, None


def _entry(organization: str, person: _Person, role: str) -> dict[str, Any]:
    return {
        "organization": organization,
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "role": role,
        "teams": [],
        "isActive": True,
    }
