"""Reads a request's body, within its limits of type, size and time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from collector.errors import Refused

if TYPE_CHECKING:
    from starlette.requests import Request

    from collector.settings import Settings

# aiohttp, and so pulpcore, sends the first of these for bytes; others send none.
_TYPES = {
    "",
    "application/octet-stream",
    "application/protobuf",
    "application/vnd.google.protobuf",
    "application/x-google-protobuf",
    "application/x-protobuf",
}
# Of a body that is too long, this many times the limit is read before the answer: a connection that
# is closed with unread data is reset, and its client may never see why.
_PATIENCE = 16


def check_type(request: Request) -> None:
    """
    Refuse what is declared to be something else than a protobuf message.

    :raises Refused: with status 415.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise Refused(
            415, "type", "the content type is not application/octet-stream or application/protobuf"
        )
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(415, "type", "the body is encoded: send it without Content-Encoding")


async def read_body(request: Request, settings: Settings) -> bytes:
    """
    Read the whole body.

    :raises Refused: if it is too long, or too slow.
    """
    try:
        async with asyncio.timeout(settings.body_seconds):
            return await _read(request, settings.body_bytes)
    except TimeoutError:
        seconds = f"{settings.body_seconds:g}"
        raise Refused(408, "slow", f"the body did not arrive within {seconds} seconds") from None


async def _read(request: Request, limit: int) -> bytes:
    too_long = Refused(413, "size", f"the body is longer than {limit} bytes")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit * _PATIENCE:
        raise too_long
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length <= limit:
            chunks.append(chunk)
        elif length > limit * _PATIENCE:
            break
    if length > limit:
        raise too_long
    return b"".join(chunks)
