"""Calls Conduit's methods, reads all their pages, and knows what PHIDs stand for."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from flowmart.conduit.recordings import Recordings, phids_in, write_recording
from flowmart.conduit.things import Thing, Things
from flowmart.core.errors import CompletenessError, ConfigError, SourceError
from flowmart.sources.base import SourceConnection
from flowmart.sources.phabricator.conduit import Conduit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PAGE_SIZE = 100
# Their usual order is one that edits change, so that pages would skip and repeat rows.
_SEARCHES = ("maniphest.search", "project.search", "project.column.search", "user.search")
# All others may change something: an answer that got lost does not say that nothing was done.
_READERS = re.compile(
    r".+[.](search|\w*query|whoami|ping|info|lookup|getcapabilities|gettasktransactions)"
)
_TASK_LISTS = {"projects": True, "columns": True, "subscribers": True}


class ConduitClient:
    """
    A client of one server, or of recorded answers.

    :param url: address of the server, without ``/api``; from ``CONDUIT_URL`` if left out.
    :param token: API token; from ``CONDUIT_TOKEN`` if left out.
    :param recordings: folder or file of recorded answers; then no server is called.
    :param record_to: folder that answers are kept in.
    :raises ConfigError: if the address or the token is missing.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        recordings: Path | None = None,
        record_to: Path | None = None,
    ) -> None:
        self._recordings = Recordings(recordings) if recordings else None
        self._record_to = record_to
        self._conduit = None if recordings else _conduit(url, token)
        self._things = Things(lambda phids: self.request("phid.query", {"phids": phids}))

    def request(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """
        One call. Methods that read are tried again when the server is busy; others are called
        once, as they might have done what they answer by an error.

        :param method: such as ``maniphest.search``.
        :param params: its parameters; numbers have to be numbers.
        :return: ``result`` of the answer, as JSON has it.
        :raises AuthError: if the token is refused.
        :raises SourceError: if the answer is an error.
        :raises SourceUnavailableError: if there is no usable answer.
        """
        asked = dict(params or {})
        if self._recordings:
            return self._recordings.call(method, asked)
        assert self._conduit is not None
        is_reader = bool(_READERS.fullmatch(method))
        result: Any = self._conduit.call(method, asked, object, is_repeatable=is_reader)
        if self._record_to:
            write_recording(self._record_to, method, asked, result)
        return result

    def all(self, method: str, params: Mapping[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """
        The rows of all pages of a method. Where no order is asked for, searches come by id, so that
        rows that are edited meanwhile are neither skipped nor repeated.

        :param method: a method with ``data`` and ``cursor`` in its result.
        :param params: its parameters.
        :raises CompletenessError: if the pages do not end.
        """
        asked = {"limit": PAGE_SIZE, **(params or {})}
        if method in _SEARCHES:
            asked = {"order": "oldest", **asked}
        seen: set[str] = set()
        while True:
            result = self.request(method, asked)
            yield from result["data"]
            after = (result.get("cursor") or {}).get("after")
            if after is None:
                return
            if after in seen:
                raise CompletenessError(
                    f"The pages do not end: the cursor {after} came twice",
                    where=method,
                    next_step='ask with {"order": "oldest"}',
                )
            seen.add(after)
            asked["after"] = after

    # What PHIDs stand for -----------------------------------------------------------------------

    def thing(self, phid: str) -> Thing:
        """What a PHID stands for; it is looked up when it is read first."""
        return self._things.refer([phid])[phid]

    def things(self, value: Any) -> dict[str, Thing]:
        """
        What all PHIDs in a value stand for, transactions aside. The first one that is read looks
        up all of them, a hundred in a call.

        :param value: a row, a list of them or any part of an answer.
        """
        found = dict.fromkeys(phids_in(value))
        return self._things.refer(phid for phid in found if not phid.startswith("PHID-XACT-"))

    def project(self, name: str) -> dict[str, Any]:
        """
        A project.

        :param name: its hashtag, with or without ``#``, or its PHID.
        :raises SourceError: if there is none.
        """
        by = {"phids": [name]} if name.startswith("PHID-") else {"slugs": [name.lstrip("#")]}
        return self._only("project", name, self.all("project.search", {"constraints": by}))

    def column(self, project: str, name: str) -> dict[str, Any]:
        """
        A column of a project's workboard.

        :param project: hashtag or PHID.
        :param name: its name, in any case, or its PHID.
        :raises SourceError: if there is none, or several of the name.
        """
        board = self.project(project)["phid"]
        rows = self.all("project.column.search", {"constraints": {"projects": [board]}})
        found = (
            row
            for row in rows
            if name == row["phid"] or name.casefold() == (row["fields"]["name"] or "").casefold()
        )
        return self._only("column", name, found)

    @staticmethod
    def _only(kind: str, name: str, rows: Iterator[dict[str, Any]]) -> dict[str, Any]:
        found = list(rows)
        if len(found) == 1:
            return found[0]
        raise SourceError(
            f"There {'is no' if not found else f'are {len(found)}'} {kind} {name!r}",
            where=f"{kind} {name}",
            next_step="look up its hashtag or PHID, and whether the token's user may see it",
        )

    # Tasks --------------------------------------------------------------------------------------

    def tasks(
        self, project: str | None = None, column: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """
        Tasks with their projects, columns and subscribers.

        :param project: hashtag or PHID; all tasks that the token's user may see if left out.
        :param column: name or PHID of a column of the project.
        """
        constraints: dict[str, Any] = {}
        if project:
            constraints["projects"] = [self.project(project)["phid"]]
        if column:
            if not project:
                raise ConfigError(
                    "A column alone does not say which board it is on",
                    where=f"column {column}",
                    next_step="name its project, too",
                )
            constraints["columnPHIDs"] = [self.column(project, column)["phid"]]
        params = {"constraints": constraints, "attachments": _TASK_LISTS}
        yield from self.all("maniphest.search", params)

    def histories(self, task_ids: list[int]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """The transactions of tasks with all their values, a hundred tasks in a call."""
        for start in range(0, len(task_ids), PAGE_SIZE):
            some = task_ids[start : start + PAGE_SIZE]
            told = self.request("maniphest.gettasktransactions", {"ids": some}) or {}
            yield from ((task_id, told[str(task_id)]) for task_id in some if str(task_id) in told)


def _conduit(url: str | None, token: str | None) -> Conduit:
    given = {"CONDUIT_URL": url, "CONDUIT_TOKEN": token}
    chosen = {name: value or os.environ.get(name, "") for name, value in given.items()}
    if missing := [name for name, value in chosen.items() if not value]:
        raise ConfigError(
            f"{' and '.join(missing)} is missing",
            where="the client of Conduit",
            next_step="pass url and token, or set the environment variables",
        )
    connection = SourceConnection(chosen["CONDUIT_URL"], chosen["CONDUIT_TOKEN"])
    return Conduit(connection, "conduit")
