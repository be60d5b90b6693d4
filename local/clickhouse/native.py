"""The conversation with a client of ClickHouse's native protocol."""

from __future__ import annotations

import socketserver
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING, cast

from local.clickhouse import blocks, protocol
from local.clickhouse.channel import Channel
from local.clickhouse.engine import quoted
from local.clickhouse.errors import SYNTAX_ERROR, UNKNOWN_PACKET, ServerError, as_server_error
from local.clickhouse.inserting import NativeInsert
from local.clickhouse.protocol import Client, Revision
from local.clickhouse.sessions import Session
from local.clickhouse.spool import Spool
from local.clickhouse.statements import Insert, can_stream, parse_insert, single, split_format
from local.clickhouse.wire import varint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.clickhouse.backend import Backend
    from local.clickhouse.blocks import Block
    from local.clickhouse.engine import Result
    from local.clickhouse.listener import Listener
    from local.clickhouse.protocol import Query
    from local.clickhouse.running import RunningQuery

_CANCEL = varint(Client.CANCEL)


class NativeConversation(socketserver.BaseRequestHandler):
    """One client, from its hello until it hangs up."""

    def setup(self) -> None:
        """Prepare for the client."""
        self._backend: Backend = cast("Listener", self.server).backend
        self._channel = Channel(self.request)
        self._session = Session(self._backend.engine)

    def handle(self) -> None:
        """Answer packet by packet."""
        try:
            if self._channel.packet() != Client.HELLO or not self._greet():
                return
            while self._answer(self._channel.packet()):
                pass
            self._channel.hang_up()
        except (OSError, EOFError):
            return  # the client is gone

    def finish(self) -> None:
        """Forget the client."""
        self._session.close()

    def _greet(self) -> bool:
        channel, engine = self._channel, self._backend.engine
        said = protocol.read_hello(channel.window)
        channel.revision = said.revision
        try:
            self._backend.admit(said.user, said.password)
            if said.database:
                self._session.use(said.database)
        except Exception as error:
            channel.send(protocol.exception(as_server_error(error)))
            return False
        channel.send(protocol.hello(said.revision, engine.version, engine.timezone))
        if said.revision >= Revision.ADDENDUM:
            channel.window.string()  # quota key
        return True

    def _answer(self, packet: int) -> bool:
        """Whether the conversation goes on."""
        if packet == Client.PING:
            self._channel.send(protocol.PONG)
        elif packet == Client.QUERY:
            self._answer_query()
        elif packet == Client.DATA:
            self._answer_left_over()
        elif packet != Client.CANCEL:  # one that came too late has nothing to cancel
            error = ServerError(UNKNOWN_PACKET, f"Unknown packet {packet} from client")
            self._channel.send(protocol.exception(error))
            return False
        return self._channel.is_in_step

    def _answer_left_over(self) -> None:
        """Pass over a block of an insert that has failed."""
        with suppress(ServerError):
            self._channel.read_block()

    def _answer_query(self) -> None:
        channel = self._channel
        query = protocol.read_query(channel.window, channel.revision)
        channel.compressed = query.compressed
        try:
            with ExitStack() as stack:
                tables = self._external_tables()
                session = stack.enter_context(self._session.with_settings(query.settings))
                for name, block in tables:
                    stack.callback(_drop_table, session, name)
                    _create_table(session, name, block)
                self._execute(session, query)
        except (OSError, EOFError):
            raise
        except Exception as error:
            channel.send(protocol.exception(as_server_error(error)))

    def _external_tables(self) -> list[tuple[str, Block]]:
        """The tables that come with a query; a block without columns ends them."""
        tables: list[tuple[str, Block]] = []
        while self._channel.packet() == Client.DATA:
            name, block = self._channel.read_block()
            if not block.names:
                return tables
            tables.append((name, block))
        raise ServerError(SYNTAX_ERROR, "Expected the end of external tables")

    def _execute(self, session: Session, query: Query) -> None:
        running = self._backend.running
        tag, client = session.connection.tag, self._channel.client
        insert = parse_insert(query.sql)
        if insert and not insert.data:
            with running.entry(query.id, tag, client):
                NativeInsert(self._channel, session.connection).run(insert)
            return
        with running.entry(query.id, tag, client, _CANCEL) as entry:
            try:
                self._answer_rows(session, query, entry, has_rows=bool(insert))
            except (OSError, EOFError):
                raise
            except Exception:
                if not entry.cancelled:
                    raise
        self._channel.send(protocol.END_OF_STREAM)

    def _answer_rows(
        self, session: Session, query: Query, entry: RunningQuery, *, has_rows: bool
    ) -> None:
        """
        Run a statement and send its result.

        :param has_rows: it is an INSERT with rows in its text, which is none of our business.
        """
        sql = query.sql
        if not has_rows:
            sql = self._backend.with_engine_ids(split_format(single(sql))[0])
        sending = _Sending(self._channel)
        zone = query.settings.get("session_timezone")
        if zone and self._channel.revision >= Revision.TIMEZONE_UPDATES:
            self._channel.send(protocol.timezone_update(zone))
        if has_rows or not can_stream(sql):
            result = session.run(sql, "Native", query.params)
            for block in blocks.read_native(result.bytes()):
                sending.block(block)
            sending.count(result)
        else:
            with closing(session.connection.stream(sql, "Native", query.params)) as parts:
                self._send_stream(session, sending, query, sql, parts, entry)
            if not sending.block_count and not entry.cancelled:
                rows = session.connection.rows(f"DESCRIBE TABLE ({sql}\n)", query.params)
                header = blocks.header([row[0].encode() for row in rows], [row[1] for row in rows])
                self._channel.send_block(header)
        sending.end()

    def _send_stream(
        self,
        session: Session,
        sending: _Sending,
        query: Query,
        sql: str,
        parts: Iterator[Result],
        entry: RunningQuery,
    ) -> None:
        for part in parts:
            for block in blocks.read_native(part.bytes()):
                if not sending.block_count and "DateTime" in block.types:
                    sending.types = self._full_types(session, sql, query)
                sending.block(block)
            sending.count(part)
            if entry.cancelled:
                return

    def _full_types(self, session: Session, sql: str, query: Query) -> list[str] | None:
        """The types with the time zones that revision 0 of Native drops from DateTime."""
        try:
            with session.twin() as twin:  # a connection with an open stream does nothing else
                return self._backend.engine.describe(twin.connection, sql, query.params)
        except Exception:  # of a temporary table, which the twin does not see
            return None


class _Sending:
    """
    A result on its way to the client.

    :param types: name these types to the client instead of the blocks' own.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.types: list[str] | None = None
        self.block_count = 0
        self._rows = 0
        self._bytes = 0

    def block(self, block: Block) -> None:
        """Send rows; before the first ones a block without rows, as clients expect it."""
        if not self.block_count:
            self._channel.send_block(blocks.header(block.names, block.types), self.types)
        self._channel.send_block(block, self.types)
        self.block_count += 1
        self._rows += block.rows
        self._bytes += sum(map(len, block.data))

    def count(self, result: Result) -> None:
        """Send what was read and written for this part of the result."""
        read = result.storage_rows_read(), result.storage_bytes_read()
        written = result.rows_written(), result.bytes_written()
        if any(read + written):
            revision = self._channel.revision
            self._channel.send(protocol.progress(revision, read=read, written=written))

    def end(self) -> None:
        """Send the sums."""
        if self.block_count:
            self._channel.send(protocol.profile_info(self._rows, self.block_count, self._bytes))


def _create_table(session: Session, name: str, block: Block) -> None:
    """An external table, as a temporary one."""
    columns = ", ".join(
        f"{quoted(column.decode())} {type_name}"
        for column, type_name in zip(block.names, block.types, strict=True)
    )
    session.connection.run(f"CREATE OR REPLACE TEMPORARY TABLE {quoted(name)} ({columns})")
    if block.rows:
        insert = Insert(f"INSERT INTO {quoted(name)}", quoted(name), "", "", "Native", "")
        with Spool(session.connection, insert, "Native") as spool:
            spool.add(block.to_native(), block.rows)
            spool.flush()


def _drop_table(session: Session, name: str) -> None:
    session.connection.run(f"DROP TEMPORARY TABLE IF EXISTS {quoted(name)}")
