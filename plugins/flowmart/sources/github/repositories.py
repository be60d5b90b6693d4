"""Finds the repositories of an instance, each with what a walk wants to know of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec

from flowmart.core.errors import ConfigError
from flowmart.sources.github.connections import Connections, GoneError
from flowmart.sources.github.limits import HeavyError
from flowmart.sources.github.page_size import PageSize
from flowmart.sources.github.records import Repository
from flowmart.sources.rows import read_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.sources.github.api import GitHub
    from flowmart.sources.github.options import GithubOptions
    from flowmart.sources.github.queries import Queries

log = logging.getLogger(__name__)

# Many in a request: looking at a repository that nothing happens in is all that an idle one costs.
_PAGE = 100


class Repositories:
    """
    Finds repositories by their owners and by name.

    :param api: the instance.
    :param queries: its queries.
    :param options: which ones.
    """

    def __init__(self, api: GitHub, queries: Queries, options: GithubOptions) -> None:
        self._api = api
        self._queries = queries
        self._options = options

    def find(self, kind: str) -> list[Repository]:
        """
        All repositories, in the order of their ids.

        :param kind: what is read; the repositories come with the newest of it.
        :raises ConfigError: if one that is named, or an owner, is gone or hidden from the token.
        """
        if not (self._options.organizations or self._options.repositories):
            raise self._error(
                "No repositories are named", "organizations", "name some, or some in repositories"
            )
        found = [
            repository
            for login in self._options.organizations
            for repository in self._of_owner(kind, login)
            if not self._options.leaves_out(repository.nameWithOwner)
        ]
        found += self._by_name(kind)
        return sorted({repo.id: repo for repo in found}.values(), key=lambda repo: repo.id)

    def owners(self) -> list[str]:
        """Logins of the owners of everything that is read."""
        of_single = [name.split("/")[0] for name in self._options.repositories]
        logins = {login.lower(): login for login in (*of_single, *self._options.organizations)}
        return [logins[name] for name in sorted(logins)]

    def _of_owner(self, kind: str, login: str) -> Iterator[Repository]:
        connections = Connections(self._api, self._queries, kind, PageSize(_PAGE))
        try:
            for page in connections.walk("repositories_of_owner", {"login": login}):
                for row in page.rows:
                    yield self._read(row)
        except GoneError as error:
            raise self._error(
                f"The organization {login!r} does not exist, or is hidden from the token",
                "organizations",
                "correct its name; or let the owner of the token become a member, and let the "
                "organization allow the token (third-party access, fine-grained tokens)",
            ) from error

    def _by_name(self, kind: str) -> list[Repository]:
        found: list[Repository] = []
        waiting, size = list(self._options.repositories), PageSize(_PAGE)
        while waiting:
            asked = waiting[: size.now]
            text = self._queries.text(kind, "repository_by_name", len(asked))
            variables = {}
            for number, name in enumerate(asked):
                variables[f"owner{number}"], variables[f"name{number}"] = name.split("/")
            try:
                reply = self._api.query(text, variables, patient=size.is_smallest)
            except HeavyError as error:
                size.shrink(error)
                continue
            rows = {
                name: reply.data.get(f"r{n}", msgspec.Raw(b"null")) for n, name in enumerate(asked)
            }
            missing = [name for name, row in rows.items() if bytes(row) == b"null"]
            if missing:
                raise self._error(
                    f"GitHub does not show {', '.join(missing)}: deleted, or hidden from the token",
                    "repositories",
                    "remove what is deleted from the list, or give the token access to it",
                )
            found += [self._known_as(name, self._read(bytes(row))) for name, row in rows.items()]
            waiting = waiting[len(asked) :]
        return found

    def _known_as(self, name: str, repository: Repository) -> Repository:
        if repository.nameWithOwner.lower() != name.lower():
            log.warning(
                "%s: %s is called %s now: change it in flowmart.yaml before the old name is taken",
                self._api.instance,
                name,
                repository.nameWithOwner,
            )
        return repository

    def _read(self, row: bytes) -> Repository:
        with self._api.expecting("repository", "graphql"):
            return read_row(row, Repository)

    def _error(self, what: str, option: str, step: str) -> ConfigError:
        return ConfigError(
            what,
            where=f"flowmart.yaml, instances.{self._api.instance}.options.{option}",
            next_step=step,
        )
