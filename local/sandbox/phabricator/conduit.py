"""The HTTP application: Conduit under ``/api``, the sandbox's own switches under ``/sandbox``."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from local.sandbox.app import SandboxApp, compact
from local.sandbox.phabricator import directory, names, tasks, transactions
from local.sandbox.phabricator.protocol import CALL, Call, ConduitError, decode, envelope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from local.sandbox.company.store import Store
    from local.sandbox.faults import Faults

TOKEN_LENGTH = 32
_PAGES = {"before": "optional string", "after": "optional string", "limit": "optional int"}
_SEARCH = {
    "queryKey": "optional string",
    "constraints": "optional map<string, wild>",
    "attachments": "optional map<string, bool>",
    "order": "optional order",
    **_PAGES,
}


@dataclass(frozen=True)
class Method:
    """
    One method of the API.

    :param run: what answers it.
    :param params: the top-level parameters that it knows, with their types; others are refused.
    :param needs_token: whether a caller must be known.
    """

    run: Callable[[Store, Call], Any]
    params: Mapping[str, str] = field(default_factory=dict)
    needs_token: bool = True


def _query(store: Store, call: Call) -> dict[str, Any]:
    """conduit.query: the methods that there are. PHP writes an empty map as a list."""
    return {
        name: {
            "description": f"{name}, as the sandbox plays it",
            "params": method.params or [],
            "return": "wild",
        }
        for name, method in sorted(METHODS.items())
    }


METHODS = {
    "conduit.ping": Method(directory.ping, needs_token=False),
    "conduit.getcapabilities": Method(directory.capabilities, needs_token=False),
    "conduit.query": Method(_query),
    "user.whoami": Method(directory.whoami),
    "user.search": Method(directory.users, _SEARCH),
    "project.search": Method(directory.projects, _SEARCH),
    "project.column.search": Method(directory.columns, _SEARCH),
    "phid.lookup": Method(names.phid_lookup, {"names": "required list<string>"}),
    "phid.query": Method(names.phid_query, {"phids": "required list<phid>"}),
    "edge.search": Method(
        directory.edges,
        {
            "sourcePHIDs": "list<phid>",
            "types": "list<const>",
            "destinationPHIDs": "optional list<phid>",
            **_PAGES,
        },
    ),
    "feed.query": Method(
        directory.feed,
        {
            "filterPHIDs": "optional list<phid>",
            "limit": "optional int (default 100)",
            "after": "optional int",
            "before": "optional int",
            "view": "optional string",
        },
    ),
    "maniphest.search": Method(tasks.search, _SEARCH),
    "maniphest.gettasktransactions": Method(
        tasks.get_task_transactions, {"ids": "required list<int>"}
    ),
    "maniphest.status.search": Method(tasks.statuses),
    "maniphest.priority.search": Method(tasks.priorities),
    "transaction.search": Method(
        transactions.search,
        {
            "objectIdentifier": "optional phid|string",
            "objectType": "optional string",
            "constraints": "optional map<string, wild>",
            **_PAGES,
        },
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
        if len(token) != TOKEN_LENGTH:
            text = f'API token "{token}" has the wrong length. API tokens should be '
            raise ConduitError("ERR-INVALID-AUTH", f"{text}{TOKEN_LENGTH} characters long.")
        if token != self.token or self.faults.wrong_token:
            raise ConduitError("ERR-INVALID-AUTH", f'API token "{token}" is not valid.')

    async def _api(self, request: Request) -> Response:
        name = request.path_params["method"]
        body = (await request.body()).decode() or request.url.query
        headers = {"Cache-Control": "no-store"}
        return await self.answered(
            name, lambda: compact(self.answer(name, body), headers=headers, ascii_only=True)
        )
