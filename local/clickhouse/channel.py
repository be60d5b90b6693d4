"""One client's socket, as packets and blocks."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from local.clickhouse import blocks, frames
from local.clickhouse.protocol import Server
from local.clickhouse.wire import Window, string, varint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.clickhouse.blocks import Block

_RECEIVE_BYTES = 1 << 20
_LAST_WORDS_SECONDS = 5


class Channel:
    """
    A client's socket.

    :param client: the connected socket.
    """

    def __init__(self, client: socket.socket) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client = client
        self.window = Window(self._receive)
        self.revision = 0
        self.compressed = False
        # Not so while a block is read: when that fails, nobody knows where the next packet begins.
        self.is_in_step = True

    def packet(self) -> int:
        """Wait for the number of the client's next packet."""
        self.window.forget()
        return self.window.varint()

    def send(self, *packets: bytes) -> None:
        """Send packets, in one go."""
        self.client.sendall(b"".join(packets))

    def send_block(self, block: Block, types: Sequence[str] | None = None) -> None:
        """
        Send rows.

        :param types: the types to name to the client, if not the block's own.
        """
        data = block.to_wire(self.revision, types)
        parts = frames.compress(data) if self.compressed else (data,)
        self.send(varint(Server.DATA), string(""), *parts)

    def read_block(self) -> tuple[str, Block]:
        """A client's rows, behind the packet number, and the name of the table that they are."""
        self.is_in_step = False
        name = self.window.text()
        window = self.window
        if self.compressed:
            window = Window(lambda _missing: frames.decompress(self.window))
        block = blocks.read_wire(window, self.revision)
        self.is_in_step = True
        return name, block

    def hang_up(self) -> None:
        """
        End the conversation so that the client still hears what was said last.

        A socket closed with unread bytes in it resets the connection, and the client, busy with
        sending, would see that instead of an exception.
        """
        self.client.shutdown(socket.SHUT_WR)
        self.client.settimeout(_LAST_WORDS_SECONDS)
        with suppress(OSError):
            while self.client.recv(_RECEIVE_BYTES):
                pass

    def _receive(self, missing: int) -> bytes:
        received = self.client.recv(max(missing, _RECEIVE_BYTES))
        if not received:
            raise ConnectionError("the client is gone")
        return received
