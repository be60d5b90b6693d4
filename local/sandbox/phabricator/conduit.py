"""The HTTP application: Conduit under ``/api``, the sandbox's own switches under ``/sandbox``."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from local.sandbox.app import SandboxApp, compact
from local.sandbox.phabricator import directory, tasks, transactions
from local.sandbox.phabricator.paging import PAGE_PARAMS
from local.sandbox.phabricator.protocol import CALL, Call, ConduitError, decode, envelope

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from local.sandbox.company.store import Store
    from local.sandbox.faults import Faults

_SEARCH = PAGE_PARAMS | {"queryKey", "constraints", "attachments", "order"}


@dataclass(frozen=True)
class Method:
    """
    One method of the API.

    :param run: what answers it.
    :param params: the top-level parameters that it knows; others are refused.
    :param needs_token: whether a caller must be known.
    """

    run: Callable[[Store, Call], Any]
    params: frozenset[str] = frozenset()
    needs_token: bool = True


METHODS = {
    "conduit.ping": Method(directory.ping, needs_token=False),
    "conduit.getcapabilities": Method(directory.capabilities, needs_token=False),
    "user.whoami": Method(directory.whoami),
    "user.search": Method(directory.users, _SEARCH),
    "project.search": Method(directory.projects, _SEARCH),
    "project.column.search": Method(directory.columns, _SEARCH),
    "phid.lookup": Method(directory.phid_lookup, frozenset({"names"})),
    "edge.search": Method(
        directory.edges, PAGE_PARAMS | {"sourcePHIDs", "types", "destinationPHIDs"}
    ),
    "feed.query": Method(
        directory.feed, frozenset({"filterPHIDs", "limit", "after", "before", "view"})
    ),
    "maniphest.search": Method(tasks.search, _SEARCH),
    "maniphest.gettasktransactions": Method(tasks.get_task_transactions, frozenset({"ids"})),
    "maniphest.status.search": Method(tasks.statuses),
    "maniphest.priority.search": Method(tasks.priorities),
    "transaction.search": Method(
        transactions.search, PAGE_PARAMS | {"objectIdentifier", "objectType", "constraints"}
    ),
}


class Conduit(SandboxApp):
    """
    The application over a store.

    :param store: what it serves.
    :param token: the only API token that it takes.
    :param faults: the faults in force.
    """

    def __init__(self, store: Store, token: str, faults: Faults) -> None:
        super().__init__(faults, [Route("/api/{method}", self._api, methods=["GET", "POST"])])
        self.store = store
        self.token = token

    @property
    def counts(self) -> dict[str, int]:
        """How many objects of each kind the reader sees."""
        return self.store.counts

    def shift(self) -> None:
        """Save the oldest task again."""
        self.store.touch(min(self.store.tasks), int(time.time()))

    def answer(self, name: str, body: str) -> dict[str, Any]:
        """One call's whole answer; an API error is an answer too."""
        try:
            if name not in METHODS:
                raise ConduitError(CALL, f'Conduit API method "{name}" does not exist.')
            method = METHODS[name]
            call = decode(name, body)
            if unknown := [key for key in call.params if key not in method.params]:
                text = "', '".join(unknown)
                raise ConduitError(
                    CALL, f"API Method \"{name}\" does not define these parameters: '{text}'."
                )
            if method.needs_token:
                self._authenticate(call.token)
            return envelope(method.run(self.store, call))
        except ConduitError as error:
            return envelope(error=error)

    def _authenticate(self, token: str) -> None:
        if not token:
            raise ConduitError("ERR-INVALID-SESSION", "Session key is not present.")
        if token != self.token or self.faults.wrong_token:
            raise ConduitError("ERR-INVALID-AUTH", f'API token "{token}" is not valid.')

    async def _api(self, request: Request) -> Response:
        name = request.path_params["method"]
        body = (await request.body()).decode() or request.url.query
        headers = {"Cache-Control": "no-store"}
        return await self.answered(
            name, lambda: compact(self.answer(name, body), headers=headers, ascii_only=True)
        )
