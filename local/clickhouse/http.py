"""The conversation with an HTTP client."""

from __future__ import annotations

import http.server
import uuid
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from local.clickhouse.errors import as_server_error
from local.clickhouse.http_reply import HttpReply
from local.clickhouse.http_request import HttpRequest
from local.clickhouse.spool import Spool
from local.clickhouse.statements import can_stream, parse_insert, single, split_format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.clickhouse.backend import Backend
    from local.clickhouse.engine import Result
    from local.clickhouse.listener import Listener
    from local.clickhouse.sessions import Session
from local.clickhouse.statements import Insert

# Formats whose parts can be put one behind the other: no head, no foot, nothing between rows.
_STREAMED_FORMATS = frozenset(
    [
        *("TabSeparated", "TSV", "TabSeparatedRaw", "TSVRaw", "CSV", "LineAsString", "RawBLOB"),
        *("JSONEachRow", "JSONLines", "NDJSON", "JSONStringsEachRow"),
        *("JSONCompactEachRow", "JSONCompactStringsEachRow", "Native", "RowBinary"),
    ]
)
_PING = b"Ok.\n"


class HttpConversation(http.server.BaseHTTPRequestHandler):
    """One client's connection; it may carry many requests."""

    protocol_version = "HTTP/1.1"
    server_version = "ClickHouse"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def do_GET(self) -> None:
        """Run the statement of the URL."""
        self._serve()

    def do_POST(self) -> None:
        """Run the statement of the URL or of the body."""
        self._serve()

    def log_message(self, format: str, *_args: object) -> None:
        """Say nothing: whoever tests prints what matters."""

    def _serve(self) -> None:
        backend = cast("Listener", self.server).backend
        request = HttpRequest(self.path, self.headers, cast("BinaryIO", self.rfile))
        query_id = request.params.get("query_id") or str(uuid.uuid4())
        reply = HttpReply(self, query_id, backend.engine.timezone, gzip=request.wants_gzip)
        try:
            if request.path == "/ping":
                reply.text(200, _PING)
                return
            backend.admit(*request.credentials())
            _Request(backend, request, reply, query_id).run(self)
        except OSError:
            self.close_connection = True
        except Exception as error:
            # What is left of the body would look like the next request.
            request.drain()
            reply.fail(as_server_error(error))


@contextmanager
def _database(session: Session, name: str) -> Iterator[None]:
    """Have a database current for one request."""
    before = session.database or "default"
    if name:
        session.use(name)
    try:
        yield
    finally:
        if name:
            session.use(before)


class _Request:
    """A statement on its way through the engine."""

    def __init__(
        self, backend: Backend, request: HttpRequest, reply: HttpReply, query_id: str
    ) -> None:
        self._backend = backend
        self._request = request
        self._reply = reply
        self._query_id = query_id
        self._summary = dict.fromkeys(
            ("read_rows", "read_bytes", "written_rows", "written_bytes"), 0
        )

    def run(self, handler: HttpConversation) -> None:
        """Run it and reply."""
        request, params = self._request, self._request.params
        sql = params.get("query", "")
        insert = parse_insert(sql) if sql.strip() else None
        data = request.pieces()
        if insert is None:
            body = b"".join(data)
            sql = "\n".join(filter(None, (sql, body.decode("utf-8", "surrogateescape"))))
            insert = parse_insert(sql)
            data = iter(())
        if not sql.strip():
            self._reply.text(200, _PING)
            return
        must_exist = params.get("session_check") == "1"
        with (
            self._backend.sessions.session(
                params.get("session_id", ""),
                params.get("session_timeout", ""),
                must_exist=must_exist,
            ) as own,
            _database(own, request.database),
            own.with_settings(request.settings) as session,
            self._backend.running.entry(self._query_id, session.connection.tag, handler.connection),
        ):
            if insert and insert.format != "Values":
                self._insert(session, insert, data)
            elif insert:
                self._insert_values(session, insert, sql, data)
            else:
                self._answer(session, self._backend.with_engine_ids(sql))

    def _insert(self, session: Session, insert: Insert, data: Iterator[bytes]) -> None:
        """Take rows from the statement and from the body as they come."""
        fmt = insert.format or "Values"
        with Spool(session.connection, insert, fmt) as spool:
            spool.add_part(insert.data.encode("utf-8", "surrogateescape"))
            for piece in data:
                spool.add_part(piece)
            spool.flush(even_nothing=True)
        self._summary["written_rows"], self._summary["written_bytes"] = spool.written
        self._reply.send((), fmt, self._summary)

    def _insert_values(
        self, session: Session, insert: Insert, sql: str, data: Iterator[bytes]
    ) -> None:
        """Rows of SQL literals may hold expressions and parameters: the engine reads them whole."""
        rest = b"".join(data).decode("utf-8", "surrogateescape")
        result = session.run(f"{sql}\n{rest}" if rest else sql, "Null", self._request.query_params)
        self._count(result)
        self._reply.send((), insert.format, self._summary)

    def _answer(self, session: Session, sql: str) -> None:
        sql, named = split_format(single(sql))
        fmt = named or self._request.default_format
        params = self._request.query_params
        if not can_stream(sql) or fmt not in _STREAMED_FORMATS:
            result = session.run(sql, fmt, params)
            self._count(result)
            self._reply.send((result.bytes(),), fmt, self._summary)
            return
        with closing(session.connection.stream(sql, fmt, params)) as parts:
            if self._request.params.get("wait_end_of_query") == "1":
                self._reply.send(list(self._counted(parts)), fmt, self._summary)
            else:
                self._reply.send(self._counted(parts), fmt, self._summary)

    def _counted(self, parts: Iterator[Result]) -> Iterator[bytes]:
        for part in parts:
            self._count(part)
            yield part.bytes()

    def _count(self, result: Result) -> None:
        self._summary["read_rows"] += result.storage_rows_read()
        self._summary["read_bytes"] += result.storage_bytes_read()
        self._summary["written_rows"] += result.rows_written()
        self._summary["written_bytes"] += result.bytes_written()
