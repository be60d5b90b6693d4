"""Which issues an instance reads, in YouTrack's query language."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError
from flowmart.sources.youtrack.options import SORT, is_closed
from flowmart.sources.youtrack.paging import SomeThing, read_list
from flowmart.sources.youtrack.records import Thing

if TYPE_CHECKING:
    from flowmart.sources.youtrack.api import YouTrack
    from flowmart.sources.youtrack.options import YouTrackOptions

_PAGE = 200
# A sort order: attributes with directions, but no further clause.
_ORDER = re.compile(r"(\s*(\{[^{}]+\}|[\w ]+?)(\s+(asc|desc))?\s*(,|$))+", re.IGNORECASE)


class _Project(Thing, kw_only=True):
    shortName: str


class _SavedSearch(Thing, kw_only=True):
    name: str | None = None
    query: str | None = None


class Scope:
    """
    The clauses that select the issues; names in them are looked up once.

    :param api: the server.
    :param options: the instance's options.
    """

    def __init__(self, api: YouTrack, options: YouTrackOptions) -> None:
        self._api = api
        self._options = options

    @cached_property
    def project_clauses(self) -> tuple[str, ...]:
        """
        Which projects; to be joined by ``and``.

        :raises ConfigError: if a project does not exist or is hidden from the token's user.
        """
        options = self._options
        if not options.projects and not options.exclude_projects:
            return ()
        wanted, unwanted = self._known(options.projects), self._known(options.exclude_projects)
        clauses = (f"project: {', '.join(f'{{{name}}}' for name in wanted)}",) if wanted else ()
        return (*clauses, *(f"project: -{{{name}}}" for name in unwanted))

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        """
        Which issues; to be joined by ``and``.

        :raises ConfigError: if a project or the saved search does not exist.
        """
        own = [self._options.query, self._saved() if self._options.saved_query else ""]
        return (*self.project_clauses, *(f"({clause})" for clause in own if clause))

    @cached_property
    def _short_names(self) -> dict[str, str]:
        """Short name of each project, in lower case -> as it is."""
        projects = self._all("admin/projects", _Project, "id,shortName")
        return {project.shortName.casefold(): project.shortName for project in projects}

    def _known(self, names: tuple[str, ...]) -> list[str]:
        """The short names as the server writes them."""
        seen = self._short_names
        if unknown := [name for name in names if name.casefold() not in seen]:
            raise ConfigError(
                f"There is no project {', '.join(unknown)}, or the token's user may not see it; "
                f"those seen are {', '.join(sorted(seen.values())) or 'none'}",
                where=self._where("projects"),
                next_step="name projects by their short names, the part of an issue's id before "
                "the dash",
            )
        return [seen[name.casefold()] for name in names]

    def _saved(self) -> str:
        """The clauses of the saved search, without its order."""
        name = self._options.saved_query
        query = self._saved_search(name).query or ""
        sort = SORT.search(query)
        clause = query[: sort.start()] if sort else query
        problem = None
        if sort and not _ORDER.fullmatch(query[sort.end() :]):
            problem = 'continues after its "sort by", which has to come last'
        elif not is_closed(clause):
            problem = "has an unmatched parenthesis, brace or quotation mark"
        if problem:
            raise ConfigError(
                f"The saved search {name!r} {problem}: {query}",
                where=self._where("saved_query"),
                next_step="correct the saved search in YouTrack, or put its clauses into query",
            )
        return clause.strip()

    def _saved_search(self, name: str) -> _SavedSearch:
        searches = self._all("savedQueries", _SavedSearch, "id,name,query")
        found = [s for s in searches if s.id == name] or [s for s in searches if s.name == name]
        if len(found) == 1:
            return found[0]
        seen = ", ".join(f"{s.name!r} ({s.id})" for s in found or searches)
        raise ConfigError(
            f"{len(found) or 'None'} of the saved searches that the token's user sees "
            f"{'are' if found else 'is'} called {name!r}: {seen or 'there are none'}",
            where=self._where("saved_query"),
            next_step="name it by its id, and share it with the token's user",
        )

    def _all(self, endpoint: str, type_: type[SomeThing], fields: str) -> list[SomeThing]:
        pages = read_list(self._api, endpoint, type_, {"fields": fields, "$top": _PAGE})
        return [row for rows in pages for row in rows]

    def _where(self, option: str) -> str:
        return f"flowmart.yaml, instances.{self._api.instance}.options.{option}"
