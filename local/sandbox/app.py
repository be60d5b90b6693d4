"""What the APIs of the sandbox share: faults on the way out, and switches under ``/sandbox``."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections import Counter
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from local.sandbox.faults import Faults


class SandboxApp(ABC):
    """
    One API as an application.

    :param faults: the faults in force.
    :param routes: the API's own paths; their endpoints answer through :meth:`answered`.
    """

    def __init__(self, faults: Faults, routes: Sequence[BaseRoute]) -> None:
        self.faults = faults
        self.requests: Counter[str] = Counter()
        self.app = Starlette(
            routes=[
                Route("/sandbox/faults", self._faults, methods=["GET", "POST", "DELETE"]),
                Route("/sandbox/stats", self._stats, methods=["GET", "DELETE"]),
                Route("/sandbox/health", self._health),
                *routes,
            ]
        )

    @property
    @abstractmethod
    def counts(self) -> Mapping[str, int]:
        """How many objects of each kind the reader sees."""

    @abstractmethod
    def shift(self) -> None:
        """Edit some issue, as users do while pages are being read."""

    async def answered(self, name: str, answer: Callable[[], Response]) -> Response:
        """
        An answer, or what a server under stress makes of it.

        :param name: the call, for the statistics.
        :param answer: makes the proper answer.
        """
        self.requests[name] += 1
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
        proper = answer()
        if self.faults.take("shifts"):
            self.shift()
        if self.faults.take("truncated"):
            return _truncated(proper)
        return proper

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
        return JSONResponse({"status": "ok", **self.counts})


def compact(
    document: Any,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    *,
    ascii_only: bool = False,
) -> Response:
    """
    An answer in JSON without spaces.

    :param ascii_only: whether other characters are escaped, as PHP does; else they are UTF-8.
    """
    content = json.dumps(document, separators=(",", ":"), ensure_ascii=ascii_only)
    return Response(content, status, headers, media_type="application/json")


def _truncated(proper: Response) -> Response:
    """The first half of an answer, as if that were all."""
    body = bytes(proper.body)
    headers = {k: v for k, v in proper.headers.items() if k.lower() != "content-length"}
    return Response(body[: len(body) // 2], proper.status_code, headers)


class _Reset(Response):
    """No answer at all: the connection goes away under the client."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # ASGI has no word for it, so this reaches for uvicorn's transport behind `receive`.
        receive.__self__.transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass
