"""The endpoint that takes a product's reports."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response

from collector.errors import Refused
from collector.metrics import DUPLICATES, REFUSED, REPORTS
from collector.products import SYSTEM
from collector.rate import client_of
from collector.receiving import Disconnected, check_type, read_body
from collector.records import Report, new_report_id

if TYPE_CHECKING:
    from prometheus_client import Counter
    from starlette.types import Receive, Scope, Send

    from collector.duplicates import Duplicates
    from collector.group_commit import GroupCommit
    from collector.products import Product
    from collector.rate import Buckets
    from collector.settings import Settings

_ACCEPTED = Response()


@dataclass(frozen=True)
class Collecting:
    """
    An ASGI application: Starlette's own requests would take longer than the reports.

    :param group: what keeps reports.
    :param buckets: how often clients may come; all products share them.
    :param duplicates: which systems have posted today; all products share it.
    """

    product: Product
    settings: Settings
    group: GroupCommit
    buckets: Buckets
    duplicates: Duplicates

    @cached_property
    def _reports(self) -> Counter:
        return REPORTS.labels(self.product.name)

    @cached_property
    def _duplicates(self) -> Counter:
        return DUPLICATES.labels(self.product.name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            system = await self._keep(scope, receive)
        except Refused as refused:
            await refusal(refused)(scope, receive, send)
        except Disconnected:
            REFUSED.labels("disconnected").inc()
        else:
            self._reports.inc()
            if self.duplicates.is_one(self.product.name, system, datetime.now(UTC).date()):
                self._duplicates.inc()
            await _ACCEPTED(scope, receive, send)

    async def _keep(self, scope: Scope, receive: Receive) -> str:
        """Whose report was kept."""
        headers = dict(scope["headers"])
        self._take_token(scope)
        check_type(headers)
        body = await read_body(receive, headers, self.settings.body_bytes)
        report = self.product.decode(body)
        await self.group.keep(Report(self.product.name, body, report, new_report_id()))
        return str(report[SYSTEM])

    def _take_token(self, scope: Scope) -> None:
        settings = self.settings
        peer = scope["client"][0] if scope["client"] else None
        client = client_of(peer, Headers(scope=scope), settings.client_header, settings.proxies)
        if wait := self.buckets.take(client, time.monotonic()):
            raise Refused(429, "rate", "too many requests from this address", wait)


def refusal(refused: Refused) -> Response:
    """The answer to a refused request; the connection ends, since its body may be unread."""
    REFUSED.labels(refused.reason).inc()
    headers = {"Connection": "close"}
    if refused.retry_after:
        headers["Retry-After"] = str(refused.retry_after)
    return PlainTextResponse(f"{refused.detail}\n", refused.status, headers)
