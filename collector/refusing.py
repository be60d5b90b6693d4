"""The answer to what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response

from collector.metrics import REFUSED

if TYPE_CHECKING:
    from collector.errors import Refused


def refusal(refused: Refused) -> Response:
    """The answer to a refused request; the connection ends, since its body may be unread."""
    REFUSED.labels(refused.reason).inc()
    headers = {"Connection": "close"}
    if refused.retry_after:
        headers["Retry-After"] = str(refused.retry_after)
    return PlainTextResponse(f"{refused.detail}\n", refused.status, headers)
