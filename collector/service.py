"""What the collector does with a request."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response

from collector.duplicates import Duplicates
from collector.errors import Refused
from collector.group_commit import GroupCommit
from collector.metrics import CONTENT_TYPE, DUPLICATES, REFUSED, REPORTS, exposition
from collector.products import SYSTEM
from collector.rate import Buckets, client_of
from collector.receiving import check_type, read_body
from collector.records import Report, new_report_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request

    from collector.products import Product
    from collector.settings import Settings
    from collector.stores import Store

log = structlog.get_logger()
# The store is tried at most so often, however many ask whether it is ready.
_FRESH_SECONDS = 1.0
_CHECK_SECONDS = 5.0


class Service:
    """
    One process of the collector.

    :param store: where reports are kept.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._group = GroupCommit(store, settings)
        self._buckets = Buckets(settings.client_rate, settings.client_burst)
        self._duplicates = Duplicates()
        self._checking = asyncio.Lock()
        self._checked_at = -_FRESH_SECONDS
        self._is_ready = False

    @asynccontextmanager
    async def lifespan(self, _app: Any) -> AsyncIterator[None]:
        """Run the writer as long as requests are served; the server waits for those before."""
        writer = asyncio.create_task(self._group.run())
        try:
            yield
        finally:
            writer.cancel()
            await self._group.close()

    def collecting(self, product: Product) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint that takes a product's reports."""

        async def collect(request: Request) -> Response:
            try:
                self._take_token(request)
                check_type(request)
                body = await read_body(request, self._settings)
                report = product.decode(body)
                await self._group.keep(Report(product.name, body, report, new_report_id()))
            except Refused as refused:
                return refusal(refused)
            except ClientDisconnect:
                REFUSED.labels("disconnected").inc()
                return Response(status_code=400)
            REPORTS.labels(product.name).inc()
            if self._duplicates.is_one(product.name, report[SYSTEM], datetime.now(UTC).date()):
                DUPLICATES.labels(product.name).inc()
            return Response()

        return collect

    async def health(self, _request: Request) -> Response:
        """The process answers."""
        return PlainTextResponse("up\n")

    async def ready(self, _request: Request) -> Response:
        """Whether the store can keep something now."""
        async with self._checking:
            if time.monotonic() - self._checked_at >= _FRESH_SECONDS:
                self._is_ready = await self._can_store()
                self._checked_at = time.monotonic()
        if self._is_ready:
            return PlainTextResponse("ready\n")
        return PlainTextResponse("the store fails\n", 503, {"Retry-After": "30"})

    async def metrics(self, _request: Request) -> Response:
        """Counts and times for Prometheus."""
        return Response(exposition(), media_type=CONTENT_TYPE)

    def _take_token(self, request: Request) -> None:
        settings = self._settings
        peer = request.client.host if request.client else None
        client = client_of(peer, request.headers, settings.client_header, settings.proxies)
        if wait := self._buckets.take(client, time.monotonic()):
            raise Refused(429, "rate", "too many requests from this address", wait)

    async def _can_store(self) -> bool:
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                await asyncio.to_thread(self._store.check)
        except Exception as error:
            # Its text may hold an address with a password.
            log.warning("not ready", error=type(error).__name__)
            return False
        return True


def refusal(refused: Refused) -> Response:
    """The answer to a refused request; the connection ends, since its body may be unread."""
    REFUSED.labels(refused.reason).inc()
    headers = {"Connection": "close"}
    if refused.retry_after:
        headers["Retry-After"] = str(refused.retry_after)
    return PlainTextResponse(f"{refused.detail}\n", refused.status, headers)
