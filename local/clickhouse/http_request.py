"""What an HTTP client asks: parameters, credentials, and a body that is read piece by piece."""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import parse_qsl, urlsplit

import lz4.frame

from local.clickhouse.errors import AUTHENTICATION_FAILED, UNSUPPORTED, ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

_PIECE = 1 << 20
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
# URL parameters that are no settings.
_RESERVED = frozenset(
    [
        *("query", "query_id", "database", "default_format", "user", "password", "role"),
        *("session_id", "session_timeout", "session_check", "quota_key", "stacktrace"),
        *("client_protocol_version", "wait_end_of_query", "buffer_size", "compress", "decompress"),
        *("enable_http_compression", "send_progress_in_http_headers"),
        "http_headers_progress_interval_ms",
    ]
)


class HttpRequest:
    """
    One request to the HTTP interface.

    :param target: path and parameters.
    :param headers: the request's headers.
    :param source: where the body is read from.
    """

    def __init__(self, target: str, headers: Message, source: BinaryIO) -> None:
        parts = urlsplit(target)
        self.path = parts.path
        self.params = dict(parse_qsl(parts.query, keep_blank_values=True))
        self._headers = headers
        self._body = _decoded(_raw_body(headers, source), headers.get("Content-Encoding", ""))
        if headers.get_content_type() == "multipart/form-data":
            self._read_form()

    @property
    def settings(self) -> dict[str, str]:
        """Settings for the query."""
        return {
            name: value
            for name, value in self.params.items()
            if name not in _RESERVED and not name.startswith("param_")
        }

    @property
    def query_params(self) -> dict[str, str]:
        """Values for `{name:Type}`."""
        head = "param_"
        return {k.removeprefix(head): v for k, v in self.params.items() if k.startswith(head)}

    @property
    def database(self) -> str:
        """The database to use, empty for the session's."""
        return self.params.get("database") or str(self._headers.get("X-ClickHouse-Database", ""))

    @property
    def default_format(self) -> str:
        """The result's format if the statement names none."""
        named = self.params.get("default_format")
        return named or str(self._headers.get("X-ClickHouse-Format", "TabSeparated"))

    @property
    def wants_gzip(self) -> bool:
        """Whether the result may be compressed, which clients have to ask for twice."""
        asked = self.params.get("enable_http_compression") == "1"
        return asked and "gzip" in self._headers.get("Accept-Encoding", "")

    def credentials(self) -> tuple[str, str]:
        """User and password, from wherever ClickHouse looks for them."""
        authorization = self._headers.get("Authorization", "")
        if authorization.startswith("Basic "):
            try:
                decoded = base64.b64decode(authorization.removeprefix("Basic ")).decode()
            except (binascii.Error, UnicodeDecodeError):
                raise ServerError(AUTHENTICATION_FAILED, "Authentication failed") from None
            user, _, password = decoded.partition(":")
        else:
            user = self._headers.get("X-ClickHouse-User") or self.params.get("user", "")
            password = self._headers.get("X-ClickHouse-Key") or self.params.get("password", "")
        return user or "default", password

    def pieces(self) -> Iterator[bytes]:
        """The body, or what is left of it."""
        return self._body

    def drain(self) -> None:
        """Read the rest, so that the connection can take another request."""
        with suppress(Exception):
            for _ in self._body:
                pass

    def _read_form(self) -> None:
        """Take parameters from the fields of a form."""
        head = b"Content-Type: " + self._headers["Content-Type"].encode() + b"\r\n\r\n"
        form = email.message_from_bytes(head + b"".join(self._body), policy=email.policy.HTTP)
        for field in form.iter_parts():
            name = field.get_param("name", header="content-disposition")
            self.params[str(name)] = field.get_content()


def _raw_body(headers: Message, source: BinaryIO) -> Iterator[bytes]:
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        while size := int(source.readline().split(b";")[0], 16):
            yield _exactly(source, size)
            source.readline()
        source.readline()
        return
    left = int(headers.get("Content-Length") or 0)
    while left:
        piece = _exactly(source, min(left, _PIECE))
        left -= len(piece)
        yield piece


def _exactly(source: BinaryIO, size: int) -> bytes:
    piece = source.read(size)
    if len(piece) < size:
        raise ConnectionError("the client is gone")
    return piece


def _decoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        yield from pieces
        return
    if encoding in ("gzip", "deflate"):
        inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
        for piece in pieces:
            yield inflater.decompress(piece)
        yield inflater.flush()
        return
    if encoding == "lz4":
        unpacker = lz4.frame.LZ4FrameDecompressor()
        for piece in pieces:
            yield unpacker.decompress(piece)
        return
    raise ServerError(UNSUPPORTED, f"Content-Encoding {encoding} is not supported; use gzip or lz4")
