"""The endpoint that takes a product's reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.responses import Response

from collector.errors import Refused
from collector.metrics import DUPLICATES, REFUSED, REPORTS
from collector.products import SYSTEM
from collector.receiving import Disconnected, check_type, read_body
from collector.records import Report, check_length, new_report_id
from collector.refusing import refusal

if TYPE_CHECKING:
    from prometheus_client import Counter
    from starlette.types import Receive, Scope, Send

    from collector.duplicates import Duplicates
    from collector.group_commit import GroupCommit
    from collector.products import Product
    from collector.settings import Settings

_ACCEPTED = Response()


@dataclass(frozen=True)
class Collecting:
    """
    An ASGI application: Starlette's own requests would take longer than the reports.

    :param group: what keeps reports.
    :param duplicates: which systems have posted today; all products share it.
    """

    product: Product
    settings: Settings
    group: GroupCommit
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
        check_type(headers)
        body = await read_body(receive, headers, self.settings.body_bytes)
        report = Report(self.product.name, body, self.product.decode(body), new_report_id())
        check_length(report)
        await self.group.keep(report)
        return str(report.report[SYSTEM])
