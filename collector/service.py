"""One process of the collector: its writer, its endpoints, and how it is."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import structlog
from starlette.responses import PlainTextResponse, Response

from collector.collecting import Collecting
from collector.duplicates import Duplicates
from collector.group_commit import GroupCommit
from collector.metrics import CONTENT_TYPE, exposition

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

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
    What a process shares between its requests.

    :param store: where reports are kept.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._group = GroupCommit(store, settings)
        self._duplicates = Duplicates()
        self._checking = asyncio.Lock()
        self._checked_at = -_FRESH_SECONDS
        self._is_ready = False

    @asynccontextmanager
    async def lifespan(self, _app: Any) -> AsyncIterator[None]:
        """Run the writer as long as requests are served; the server waits for those before."""
        self._group.start()
        try:
            yield
        finally:
            await self._group.close()

    def collecting(self, product: Product) -> Collecting:
        """The endpoint that takes a product's reports."""
        return Collecting(product, self._settings, self._group, self._duplicates)

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

    async def _can_store(self) -> bool:
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                await asyncio.to_thread(self._store.check)
        except Exception as error:
            # Its text may hold an address with a password.
            log.warning("not ready", error=type(error).__name__)
            return False
        return True
