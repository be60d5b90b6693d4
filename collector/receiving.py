"""Reads a request's body, within its limits of type and size; the protocol limits its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collector.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive

# aiohttp, and so pulpcore, sends the first of these for bytes; others send none.
_TYPES = {
    b"application/octet-stream",
    b"application/protobuf",
    b"application/vnd.google.protobuf",
    b"application/x-google-protobuf",
    b"application/x-protobuf",
    b"",
}
# Of a body that is too long, this many times the limit is read before the answer: a connection that
# is closed with unread data is reset, and its client may never see why.
_PATIENCE = 16


class Disconnected(Exception):
    """The client went away before its body was complete."""


def check_type(headers: Mapping[bytes, bytes]) -> None:
    """
    Refuse what is declared to be something else than a protobuf message.

    :param headers: by name, in lower case.
    :raises Refused: with status 415.
    """
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind not in _TYPES:
        raise Refused(
            415, "type", "the content type is not application/octet-stream or application/protobuf"
        )
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Refused(415, "type", "the body is encoded: send it without Content-Encoding")


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], limit: int) -> bytes:
    """
    Read the whole body.

    :param limit: its length in bytes, at most.
    :raises Refused: if it is longer.
    :raises Disconnected: if it does not come to its end.
    """
    too_long = Refused(413, "size", f"the body is longer than {limit} bytes")
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared) > limit * _PATIENCE:
        raise too_long
    body = b""
    length = 0
    is_complete = False
    while not is_complete and length <= limit * _PATIENCE:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk = message.get("body", b"")
        length += len(chunk)
        if length <= limit:
            body += chunk
        is_complete = not message.get("more_body", False)
    if length > limit:
        raise too_long
    return body
