"""Tasks that stand for releases: the stream of the entity deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowmart.sources.phabricator.conduit import ConduitError
from flowmart.sources.phabricator.paging import walk
from flowmart.sources.phabricator.records import Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowmart.sources.phabricator.conduit import Conduit
    from flowmart.sources.phabricator.options import Releases


class ReleaseTasks:
    """
    Finds the release tasks of an instance.

    :param conduit: the instance.
    :param releases: which tasks they are.
    """

    def __init__(self, conduit: Conduit, releases: Releases) -> None:
        self._conduit = conduit
        self._releases = releases

    def walk(
        self, endpoint: str, params: Mapping[str, Any], constraints: Mapping[str, Any]
    ) -> Iterator[list[Task]]:
        """
        Yield them page by page, in the order of their ids.

        A server can only look for subtypes: where titles count, all tasks are asked for.

        :param endpoint: the method that searches.
        :param params: its parameters.
        :param constraints: what else they have to fulfil.
        """
        releases = self._releases
        if not releases.title and not releases.subtypes:
            return
        asked = {**params, "constraints": dict(constraints)}
        wanted = {**constraints, "subtypes": list(releases.subtypes)}
        try:
            if not releases.title:
                yield from self._pages(endpoint, {**params, "constraints": wanted})
                return
        except ConduitError as error:
            # A server whose tasks have no subtypes need not know the constraint.
            if error.code != "ERR-INVALID-CONSTRAINT":
                raise
        yield from self._pages(endpoint, asked)

    def _pages(self, endpoint: str, params: Mapping[str, Any]) -> Iterator[list[Task]]:
        for rows in walk(self._conduit, endpoint, Task, params, ascending=True):
            yield [
                row for row in rows if self._releases.include(row.fields.name, row.fields.subtype)
            ]
