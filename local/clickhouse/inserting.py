"""An INSERT whose rows the client sends block by block."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local.clickhouse import blocks, protocol
from local.clickhouse.errors import NO_SUCH_COLUMN, UNKNOWN_PACKET, ServerError
from local.clickhouse.protocol import Client, Revision
from local.clickhouse.spool import Spool
from local.clickhouse.statements import tokens

if TYPE_CHECKING:
    from local.clickhouse.blocks import Block
    from local.clickhouse.channel import Channel
    from local.clickhouse.engine import Connection
    from local.clickhouse.statements import Insert

# What an INSERT without a list of columns does not fill.
_COMPUTED = ("MATERIALIZED", "ALIAS", "EPHEMERAL")


class NativeInsert:
    """
    The part of a conversation in which rows come in.

    :param channel: the client.
    :param connection: where the rows go.
    """

    def __init__(self, channel: Channel, connection: Connection) -> None:
        self._channel = channel
        self._connection = connection

    def run(self, insert: Insert) -> None:
        """
        Take rows until the client has no more.

        Whatever ends it early drops what has not reached the table; earlier blocks of a large
        insert stay, as they do on a real server.
        """
        channel = self._channel
        names, types = zip(*target_columns(self._connection, insert), strict=True)
        with Spool(self._connection, insert, "Native") as spool:
            channel.send_block(blocks.header(names, types))
            while (block := self._next_block()).names:
                if block.rows:
                    spool.add(block.to_native(), block.rows)
                self._acknowledge()
            spool.flush()
        self._acknowledge()
        channel.send(protocol.progress(channel.revision, written=spool.written))
        channel.send(protocol.END_OF_STREAM)

    def _next_block(self) -> Block:
        packet = self._channel.packet()
        while packet == Client.CANCEL:
            packet = self._channel.packet()
        if packet != Client.DATA:
            raise ServerError(UNKNOWN_PACKET, f"Unexpected packet {packet} instead of data")
        return self._channel.read_block()[1]

    def _acknowledge(self) -> None:
        """Clients from a certain revision on wait for events after each block."""
        if self._channel.revision >= Revision.PROFILE_EVENTS_IN_INSERT:
            self._channel.send(protocol.PROFILE_EVENTS)


def target_columns(connection: Connection, insert: Insert) -> list[tuple[bytes, str]]:
    """
    Name and type of each column that the client has to send.

    :raise ServerError: the statement names a column that the table does not have.
    """
    names = _plain_names(insert.columns)
    if names is None:
        query = f"DESCRIBE TABLE (SELECT {insert.columns} FROM {insert.target})"
        return [(row[0].encode(), row[1]) for row in connection.rows(query)]
    rows = connection.rows(f"DESCRIBE TABLE {_describable(insert.target)}")
    if not names:
        return [(row[0].encode(), row[1]) for row in rows if row[2] not in _COMPUTED]
    types = {row[0]: row[1] for row in rows}
    for name in names:
        if name not in types:
            raise ServerError(NO_SUCH_COLUMN, f"No such column {name} in table {insert.target}")
    return [(name.encode(), types[name]) for name in names]


def _describable(target: str) -> str:
    """A table function is described without the word that an INSERT puts before it."""
    return re.sub(r"\AFUNCTION\s+", "", target, flags=re.IGNORECASE)


def _plain_names(columns: str) -> list[str] | None:
    """The names in a list of columns; None if it is more than names, as `* EXCEPT(a)`."""
    names, expects_name = [""], True
    for token in tokens(columns):
        text = columns[token.start : token.end]
        if text == ",":
            names.append("")
            expects_name = True
        elif text == "." and not expects_name:
            names[-1] += "."
            expects_name = True
        elif expects_name and (token.word.isidentifier() or text[0] in '`"'):
            names[-1] += re.sub(r"\\(.)", r"\1", text[1:-1]) if text[0] in '`"' else text
            expects_name = False
        else:
            return None
    return [name for name in names if name]
