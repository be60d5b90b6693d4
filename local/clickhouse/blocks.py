"""
Blocks of rows, between ClickHouse's native protocol and chDB.

A block is the same on both sides but for what newer revisions of the protocol put around it.
chDB reads and writes revision 0 of the Native format: no block info, no byte for the kind of
serialization before each column (`DBMS_MIN_REVISION_WITH_CUSTOM_SERIALIZATION`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.clickhouse.columns import column
from local.clickhouse.errors import UNSUPPORTED, ServerError
from local.clickhouse.wire import Window, string, varint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REVISION_BLOCK_INFO = 51903
REVISION_CUSTOM_SERIALIZATION = 54454

# Field 1, is_overflows: no.  Field 2, bucket_num: -1.  End.
_BLOCK_INFO = b"\x01\x00\x02\xff\xff\xff\xff\x00"
_ORDINARY_SERIALIZATION = b"\x00"

EMPTY = _BLOCK_INFO + varint(0) + varint(0)


@dataclass(frozen=True)
class Block:
    """
    Rows of some columns.

    :param rows: how many rows; 0 for a block that only names its columns.
    :param names: the columns' names.
    :param types: their types, as ClickHouse writes them.
    :param data: each column's values with what stands before them.
    """

    rows: int
    names: tuple[bytes, ...]
    types: tuple[str, ...]
    data: tuple[bytes, ...]

    def to_native(self) -> bytes:
        """As chDB reads it."""
        parts = [varint(len(self.names)), varint(self.rows)]
        for name, type_name, data in zip(self.names, self.types, self.data, strict=True):
            parts += (string(name), string(type_name), data)
        return b"".join(parts)

    def to_wire(self, revision: int, types: Sequence[str] | None = None) -> bytes:
        """
        As a client of the native protocol reads it.

        :param revision: the revision agreed on with the client.
        :param types: write these types instead of the block's own.
        """
        kind = _ORDINARY_SERIALIZATION if revision >= REVISION_CUSTOM_SERIALIZATION else b""
        parts = [_BLOCK_INFO, varint(len(self.names)), varint(self.rows)]
        for name, type_name, data in zip(self.names, types or self.types, self.data, strict=True):
            parts += (string(name), string(type_name), kind, data)
        return b"".join(parts)


def header(names: Sequence[bytes], types: Sequence[str]) -> Block:
    """A block without rows: the columns to come, or those that the client shall send."""
    return Block(0, tuple(names), tuple(types), (b"",) * len(names))


def read_wire(window: Window, revision: int) -> Block:
    """
    The next block that a client sent.

    :param revision: the revision agreed on with the client.
    """
    if revision >= REVISION_BLOCK_INFO:
        while field := window.varint():
            window.skip(1 if field == 1 else 4)
    return _read(window, has_kind=revision >= REVISION_CUSTOM_SERIALIZATION)


def read_native(data: bytes) -> Iterator[Block]:
    """The blocks of one answer of chDB: often one, none if there are no rows."""
    window = Window(data=data)
    while len(window):
        yield _read(window, has_kind=False)


def _read(window: Window, *, has_kind: bool) -> Block:
    count, rows = window.varint(), window.varint()
    names, types, data = [], [], []
    for _ in range(count):
        name, type_name = window.string(), window.text()
        if has_kind and window.byte():
            raise ServerError(
                UNSUPPORTED,
                f"Column {name.decode(errors='replace')} of type {type_name} came in a sparse or "
                "custom serialization, which this local server does not read; "
                "have the client send it in full",
            )
        start = window.position
        if rows:
            way = column(type_name)
            way.prefix(window)
            way.body(window, rows)
        names.append(name)
        types.append(type_name)
        data.append(window.since(start))
    return Block(rows, tuple(names), tuple(types), tuple(data))
