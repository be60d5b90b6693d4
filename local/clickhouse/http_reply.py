"""An HTTP reply whose body is sent while the engine still works on it."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from local.clickhouse.errors import (
    AUTHENTICATION_FAILED,
    SESSION_LOCKED,
    SESSION_NOT_FOUND,
    SYNTAX_ERROR,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from http.server import BaseHTTPRequestHandler

    from local.clickhouse.errors import ServerError

# As `exceptionCodeToHTTPStatus` in ClickHouse's sources; everything else is 500.
_STATUS = {
    AUTHENTICATION_FAILED: 403,
    164: 403,
    497: 403,
    SYNTAX_ERROR: 400,
    **dict.fromkeys((6, 26, 27, 38, 41, 42, 43, 44, 46, 47, 53, 57, 69, 70, 72, 117, 386), 400),
    **dict.fromkeys((60, 81, 82, SESSION_NOT_FOUND), 404),
    SESSION_LOCKED: 423,
    48: 501,
}
_GZIP = zlib.MAX_WBITS | 16


class HttpReply:
    """
    The reply to one request.

    :param handler: writes to the client.
    :param query_id: goes into a header.
    :param timezone: the server's; goes into a header.
    :param gzip: compress the body.
    """

    def __init__(
        self, handler: BaseHTTPRequestHandler, query_id: str, timezone: str, *, gzip: bool
    ) -> None:
        self._handler = handler
        self._headers = {"X-ClickHouse-Query-Id": query_id, "X-ClickHouse-Timezone": timezone}
        self._packer = zlib.compressobj(wbits=_GZIP) if gzip else None
        self.begun = False

    def send(self, parts: Iterable[bytes], fmt: str, summary: dict[str, int]) -> None:
        """
        Send a result.

        :param parts: the body; the first part is awaited before the headers go out, so that
            an early error still has its status.
        :param fmt: ClickHouse's name of the format.
        :param summary: what was read and written; goes into a header, filled by the first part.
        """
        pieces = iter(parts)
        first = next(pieces, b"")
        self._headers["X-ClickHouse-Format"] = fmt
        self._headers["X-ClickHouse-Summary"] = json.dumps({k: str(v) for k, v in summary.items()})
        if self._packer:
            self._headers["Content-Encoding"] = "gzip"
        self._begin(200, "application/octet-stream", {"Transfer-Encoding": "chunked"})
        self._chunk(first)
        for piece in pieces:
            self._chunk(piece)
        self._end()

    def fail(self, error: ServerError) -> None:
        """
        Send an error.

        When a part of the result is on its way already, its text follows it and the connection
        breaks off, which tells the client that the result is not whole.
        """
        text = (error.full_text + "\n").encode("utf-8", "surrogateescape")
        if self.begun:
            self._chunk(text)
            self._handler.close_connection = True
            return
        self._headers["X-ClickHouse-Exception-Code"] = str(error.code)
        self.text(_STATUS.get(error.code, 500), text)

    def text(self, status: int, body: bytes) -> None:
        """Send a short text."""
        length = {"Content-Length": str(len(body))}
        self._begin(status, "text/plain; charset=UTF-8", length)
        self._handler.wfile.write(body)

    def _begin(self, status: int, content_type: str, framing: dict[str, str]) -> None:
        self.begun = True
        self._handler.send_response(status)
        for name, value in {**self._headers, "Content-Type": content_type, **framing}.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def _chunk(self, data: bytes) -> None:
        self._raw_chunk(self._packer.compress(data) if self._packer else data)

    def _raw_chunk(self, data: bytes) -> None:
        if data:
            self._handler.wfile.write(b"%x\r\n" % len(data) + data + b"\r\n")

    def _end(self) -> None:
        if self._packer:
            self._raw_chunk(self._packer.flush())
        self._handler.wfile.write(b"0\r\n\r\n")
