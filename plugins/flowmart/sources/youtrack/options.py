"""The ``options`` of an instance in ``flowmart.yaml``."""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, StringConstraints

from flowmart.sources.options import Options

# Payloads are stored as JSON whatever their types; these types are understood.
FIELD_TYPES = frozenset(
    {
        *("enum", "state", "version", "build", "ownedField", "user", "group"),
        *("date", "date and time", "period", "integer", "float", "string", "text"),
    }
)
SORT = re.compile(r"\bsort\s+by\s*:", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\{[^}]*\}')


def _known_zone(name: str | None) -> str | None:
    if name is not None and name not in available_timezones():
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Berlin")
    return name


def is_closed(clause: str) -> bool:
    """
    Whether every parenthesis, brace and quotation mark of a clause is matched.

    The server does not reject unmatched ones, but finds everything.
    """
    depth, rest = 0, _QUOTED.sub("", clause)
    for mark in rest:
        depth += {"(": 1, ")": -1}.get(mark, 0)
        if depth < 0 or mark in '"{}':
            return False
    return depth == 0


def _clause(text: str) -> str:
    if SORT.search(text):
        raise ValueError('remove "sort by": Flowmart sorts by itself')
    if not is_closed(text):
        raise ValueError("a parenthesis, brace or quotation mark is not matched")
    return text.strip()


Name = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^{}]+$")]


class YouTrackOptions(Options):
    """
    Which issues an instance reads, and how the server reads times.

    :param projects: short names of the projects to read; all by default.
    :param exclude_projects: short names of projects to leave out.
    :param query: further clause in YouTrack's query language that issues have to meet.
    :param saved_query: id or name of a saved search whose clauses issues have to meet as well.
    :param timezone: IANA zone in which the server reads the times of a query; that of the profile
        of the token's owner if it is left out.
    :param field_types: further types of custom fields that are stored as they come.
    """

    projects: tuple[Name, ...] = ()
    exclude_projects: tuple[Name, ...] = ()
    query: Annotated[str, AfterValidator(_clause)] = ""
    saved_query: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    timezone: Annotated[str | None, AfterValidator(_known_zone)] = None
    field_types: tuple[str, ...] = ()

    def reads_project(self, short_name: str) -> bool:
        """Tell whether issues of a project are read."""
        name = short_name.casefold()
        wanted, unwanted = (
            {project.casefold() for project in projects}
            for projects in (self.projects, self.exclude_projects)
        )
        return name not in unwanted and (not wanted or name in wanted)
