"""
Packets of ClickHouse's native protocol.

The numbers and the order of the fields are those of `Protocol.h`, `ProtocolDefines.h`,
`TCPHandler.cpp` and `ClientInfo.cpp` in ClickHouse's sources; each revision is named there
`DBMS_MIN_REVISION_WITH_...` or `DBMS_MIN_PROTOCOL_VERSION_WITH_...`.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from local.clickhouse import blocks
from local.clickhouse.wire import string, varint

if TYPE_CHECKING:
    from local.clickhouse.errors import ServerError
    from local.clickhouse.wire import Window


class Revision(IntEnum):
    """What the two sides write from which revision on."""

    SERVER_TIMEZONE = 54058
    QUOTA_KEY_IN_CLIENT_INFO = 54060
    SERVER_DISPLAY_NAME = 54372
    VERSION_PATCH = 54401
    CLIENT_WRITE_INFO = 54420
    INTERSERVER_SECRET = 54441
    OPENTELEMETRY = 54442
    DISTRIBUTED_DEPTH = 54448
    INITIAL_QUERY_START_TIME = 54449
    PARALLEL_REPLICAS = 54453
    PROFILE_EVENTS_IN_INSERT = 54456
    ADDENDUM = 54458
    PARAMETERS = 54459
    SERVER_QUERY_TIME_IN_PROGRESS = 54460
    PASSWORD_COMPLEXITY_RULES = 54461
    INTERSERVER_SECRET_V2 = 54462
    TOTAL_BYTES_IN_PROGRESS = 54463
    TIMEZONE_UPDATES = 54464


# The newest one that this server speaks.
REVISION = Revision.TIMEZONE_UPDATES


class Client(IntEnum):
    """Packets of the client."""

    HELLO = 0
    QUERY = 1
    DATA = 2
    CANCEL = 3
    PING = 4


class Server(IntEnum):
    """Packets of the server."""

    HELLO = 0
    DATA = 1
    EXCEPTION = 2
    PROGRESS = 3
    PONG = 4
    END_OF_STREAM = 5
    PROFILE_INFO = 6
    PROFILE_EVENTS = 14
    TIMEZONE_UPDATE = 17


PONG = varint(Server.PONG)
END_OF_STREAM = varint(Server.END_OF_STREAM)
# No events.  Their block is never compressed.
PROFILE_EVENTS = varint(Server.PROFILE_EVENTS) + string("") + blocks.EMPTY

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "f": "\f"}


@dataclass(frozen=True)
class Hello:
    """What a client says first."""

    revision: int
    database: str
    user: str
    password: str


@dataclass(frozen=True)
class Query:
    """
    A statement and what comes with it.

    :param settings: for this statement only.
    :param compressed: whether blocks travel in compressed frames, both ways.
    :param params: values for `{name:Type}`.
    """

    id: str
    sql: str
    compressed: bool
    settings: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)


def read_hello(window: Window) -> Hello:
    """A client's hello, behind its packet number."""
    window.string()  # the client's name, then its version
    window.varint()
    window.varint()
    revision = min(window.varint(), REVISION)
    return Hello(revision, window.text(), window.text(), window.text())


def hello(revision: int, version: str, timezone: str) -> bytes:
    """The server's answer to a hello."""
    major, minor, patch = (int(number) for number in version.split(".")[:3])
    parts = [varint(Server.HELLO), string("ClickHouse"), varint(major), varint(minor)]
    parts.append(varint(REVISION))
    for since, part in (
        (Revision.SERVER_TIMEZONE, string(timezone)),
        (Revision.SERVER_DISPLAY_NAME, string("Flowmart's local ClickHouse")),
        (Revision.VERSION_PATCH, varint(patch)),
        (Revision.PASSWORD_COMPLEXITY_RULES, varint(0)),
        (Revision.INTERSERVER_SECRET_V2, bytes(8)),
    ):
        if revision >= since:
            parts.append(part)
    return b"".join(parts)


def read_query(window: Window, revision: int) -> Query:
    """A client's query, behind its packet number; blocks of external tables follow it."""
    query_id = window.text()
    if window.byte():
        _skip_client_info(window, revision)
    settings = _read_settings(window)
    if revision >= Revision.INTERSERVER_SECRET:
        window.string()
    window.varint()  # the stage up to which to process: always the whole query
    compressed = bool(window.varint())
    sql = window.text()
    params = _read_settings(window) if revision >= Revision.PARAMETERS else {}
    bare = {name: _without_quotes(value) for name, value in params.items()}
    return Query(query_id, sql, compressed, settings, bare)


def exception(error: ServerError) -> bytes:
    """An error, without a stack trace and without another one inside it."""
    return b"".join(
        (
            varint(Server.EXCEPTION),
            struct.pack("<i", error.code),
            string("DB::Exception"),
            string(error.text.encode("utf-8", "surrogateescape")),
            string(""),
            b"\0",
        )
    )


def progress(
    revision: int, *, read: tuple[int, int] = (0, 0), written: tuple[int, int] = (0, 0)
) -> bytes:
    """
    What a query read and wrote since the last such packet.

    :param read: rows and bytes.
    :param written: rows and bytes.
    """
    numbers = [*read, 0]
    if revision >= Revision.TOTAL_BYTES_IN_PROGRESS:
        numbers.append(0)
    if revision >= Revision.CLIENT_WRITE_INFO:
        numbers.extend(written)
    if revision >= Revision.SERVER_QUERY_TIME_IN_PROGRESS:
        numbers.append(0)
    return varint(Server.PROGRESS) + b"".join(map(varint, numbers))


def profile_info(rows: int, block_count: int, size: int) -> bytes:
    """How large a result was; whether LIMIT cut it is not known here."""
    numbers = varint(rows) + varint(block_count) + varint(size)
    return varint(Server.PROFILE_INFO) + numbers + b"\0" + varint(0) + b"\0"


def timezone_update(timezone: str) -> bytes:
    """The time zone of the query, where it is not the server's."""
    return varint(Server.TIMEZONE_UPDATE) + string(timezone)


def _skip_client_info(window: Window, revision: int) -> None:
    _skip_strings(window, 3)  # initial user, query id, address
    if revision >= Revision.INITIAL_QUERY_START_TIME:
        window.skip(8)
    window.skip(1)  # interface: TCP
    _skip_strings(window, 3)  # operating system's user, host, client's name
    _skip_varints(window, 3)  # client's version and revision
    if revision >= Revision.QUOTA_KEY_IN_CLIENT_INFO:
        window.string()
    if revision >= Revision.DISTRIBUTED_DEPTH:
        window.varint()
    if revision >= Revision.VERSION_PATCH:
        window.varint()
    if revision >= Revision.OPENTELEMETRY and window.byte():
        window.skip(24)  # trace and span
        window.string()
        window.skip(1)
    if revision >= Revision.PARALLEL_REPLICAS:
        _skip_varints(window, 3)


def _skip_strings(window: Window, count: int) -> None:
    for _ in range(count):
        window.string()


def _skip_varints(window: Window, count: int) -> None:
    for _ in range(count):
        window.varint()


def _read_settings(window: Window) -> dict[str, str]:
    """Names and values as strings (`..._SETTINGS_SERIALIZED_AS_STRINGS`), up to an empty name."""
    found = {}
    while name := window.text():
        window.skip(1)  # flags
        found[name] = window.text()
    return found


def _without_quotes(value: str) -> str:
    """Clients send a parameter as a literal of SQL; chDB wants what stands in its quotes."""
    if len(value) < 2 or value[0] != "'" or value[-1] != "'":
        return value
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), value[1:-1], flags=re.S)
