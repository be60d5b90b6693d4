"""The HTTP application: Conduit under ``/api``, the sandbox's own switches under ``/sandbox``."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.sandbox import directory, tasks, transactions
from local.sandbox.paging import PAGE_PARAMS
from local.sandbox.protocol import CALL, Call, ConduitError, decode, envelope

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from local.sandbox.faults import Faults
    from local.sandbox.store import Store

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


class Conduit:
    """
    The application over a store.

    :param store: what it serves.
    :param token: the only API token that it takes.
    :param faults: the faults in force.
    """

    def __init__(self, store: Store, token: str, faults: Faults) -> None:
        self.store = store
        self.token = token
        self.faults = faults
        self.requests: Counter[str] = Counter()
        self.app = Starlette(
            routes=[
                Route("/api/{method}", self._api, methods=["GET", "POST"]),
                Route("/sandbox/faults", self._faults, methods=["GET", "POST", "DELETE"]),
                Route("/sandbox/stats", self._stats, methods=["GET", "DELETE"]),
                Route("/sandbox/health", self._health),
            ]
        )

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
        self.requests[name] += 1
        body = (await request.body()).decode()
        if self.faults.latency_ms:
            await asyncio.sleep(self.faults.latency_ms / 1000)
        if self.faults.take("resets"):
            return _Reset()
        if self.faults.take("unavailable"):
            headers = {"Retry-After": self.faults.retry_after} if self.faults.retry_after else {}
            status = self.faults.unavailable_status
            return PlainTextResponse("Service Unavailable", status, headers)
        if self.faults.take("html"):
            return HTMLResponse("<html><body><h1>Sign in</h1></body></html>")
        content = json.dumps(self.answer(name, body or request.url.query), separators=(",", ":"))
        if self.faults.take("truncated"):
            content = content[: len(content) // 2]
        headers = {"Cache-Control": "no-store", "Content-Type": "application/json"}
        return Response(content, headers=headers)

    async def _faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.clear()
        elif request.method == "POST":
            try:
                self.faults.update(await request.json())
            except (ValueError, AttributeError) as error:
                return PlainTextResponse(str(error), 400)
        return JSONResponse(self.faults.state())

    async def _stats(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.requests.clear()
        return JSONResponse(dict(sorted(self.requests.items())))

    async def _health(self, request: Request) -> Response:
        return JSONResponse({"status": "ok"} | self.store.counts)


class _Reset(Response):
    """No answer at all: the connection goes away under the client."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # ASGI has no word for it, so this reaches for uvicorn's transport behind `receive`.
        receive.__self__.transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass
