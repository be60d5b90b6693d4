"""chDB behind a narrow door: one engine per process and database folder, many connections."""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import shutil
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import chdb
from chdb import _chdb

from local.clickhouse.errors import FOLDER_IN_USE, ServerError
from local.clickhouse.process import SETTINGS_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

# JSON columns pass as text, and SELECT may not be left out: that is for the command line only.
_SERVER_SETTINGS = os.environ.get(SETTINGS_VARIABLE) or Path(__file__).with_name("server.xml")
_STARTING_SETTINGS = "SET output_format_native_write_json_as_string = 1, implicit_select = 0"


class Result(Protocol):
    """What chDB gives for a statement, or for a part of a streamed one."""

    def bytes(self) -> bytes:
        """The rows in the format that was asked for."""

    def storage_rows_read(self) -> int:
        """Rows that the statement read; in a stream, since the part before."""

    def storage_bytes_read(self) -> int:
        """The same in bytes."""

    def rows_written(self) -> int:
        """Rows that an INSERT wrote."""

    def bytes_written(self) -> int:
        """The same in bytes."""


class Connection:
    """
    One chDB connection: a session of ClickHouse, with a current database, settings and temporary
    tables of its own.  It does one thing at a time.

    :param path: the database folder.
    :param spool_folder: for the rows of an INSERT until the engine reads them.
    :param tag: marks its queries in `system.processes`, so that they can be killed: chDB gives
        them ids of its own and `log_comment` is the one thing that a client may choose.
    """

    def __init__(self, path: str, spool_folder: Path, tag: str) -> None:
        self.tag = tag
        self.spool_folder = spool_folder
        self._chdb = chdb.connect(f"{path}?config-file={_SERVER_SETTINGS}")
        self.run(_STARTING_SETTINGS + f", log_comment = {literal(tag)}")

    def run(self, sql: str, fmt: str = "Native", params: Mapping[str, str] | None = None) -> Result:
        """
        Run a statement and have its whole result.

        :param fmt: ClickHouse's name of the result's format.
        :param params: values for `{name:Type}`, escaped as in TSV.
        """
        try:
            result: Result = self._chdb.query(sql, fmt, params=dict(params or {}))
        except Exception:
            # chDB puts what a failed query had written before the result of the next one.
            with suppress(Exception):
                self._chdb.query("SELECT 1", "TSV")
            raise
        return result

    def stream(
        self, sql: str, fmt: str = "Native", params: Mapping[str, str] | None = None
    ) -> Generator[Result]:
        """
        Run a query and have its result block by block; closing the iterator cancels it.

        Until it is exhausted or closed the connection can do nothing else.
        """
        parts = self._chdb.send_query(sql, fmt, params=dict(params or {}))
        try:
            yield from parts
        finally:
            parts.cancel()

    def rows(self, sql: str, params: Mapping[str, str] | None = None) -> list[list[Any]]:
        """Run a statement and have its rows as Python values."""
        text = self.run(sql, "JSONCompactEachRow", params).bytes()
        return [json.loads(line) for line in text.splitlines()]

    def close(self) -> None:
        """End the session; its temporary tables go."""
        self._chdb.close()


class Engine:
    """
    chDB over a database folder.

    :param path: the folder; it is made when it is missing.
    :raise ServerError: another process holds it.
    """

    def __init__(self, path: str) -> None:
        _chdb.set_signal_handlers_enabled(False)  # type: ignore[attr-defined]
        self._path = path
        self._numbers = itertools.count(1)
        self._killing = threading.Lock()
        _refuse_if_held(Path(path))
        self._spool_folder = Path(path).absolute() / "spool"
        shutil.rmtree(self._spool_folder, ignore_errors=True)
        self._spool_folder.mkdir(parents=True)
        # chDB shuts down with its last connection, so this one stays.
        self._keeper = self.connect()
        self.version, self.timezone = self._keeper.rows("SELECT version(), timezone()")[0]
        self.starting_settings = changed_settings(self._keeper)

    def connect(self) -> Connection:
        """A new connection, which costs less than a millisecond."""
        return Connection(self._path, self._spool_folder, f"connection-{next(self._numbers)}")

    def kill(self, tag: str) -> None:
        """
        Have whatever runs on a connection end soon with error 394.

        :param tag: the connection's.
        """
        with self._killing:
            self._keeper.run(f"KILL QUERY WHERE {is_tagged(tag)} ASYNC")

    def describe(self, connection: Connection, sql: str, params: Mapping[str, str]) -> list[str]:
        """The full types of a query's columns; the Native format drops some time zones."""
        return [row[1] for row in connection.rows(f"DESCRIBE TABLE ({sql}\n)", params)]

    def close(self) -> None:
        """Let go of the folder, once all other connections are closed."""
        self._keeper.close()


def _refuse_if_held(path: Path) -> None:
    """
    Look whether another process serves the folder.

    ClickHouse locks the file `status` in it; chDB says so too, but on many lines.
    """
    with suppress(FileNotFoundError), (path / "status").open() as status:
        try:
            fcntl.flock(status, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = f"{path} is in use: another process holds its file 'status'"
            raise ServerError(FOLDER_IN_USE, text) from None


def changed_settings(connection: Connection) -> dict[str, str]:
    """The settings that differ from what ClickHouse has compiled in."""
    rows = connection.rows("SELECT name, value FROM system.settings WHERE changed")
    return {name: value for name, value in rows if name not in ("database", "log_comment")}


def is_tagged(tag: str) -> str:
    """A condition on `system.processes`: the queries of one connection."""
    return f"Settings['log_comment'] = {literal(tag)}"


def literal(text: str) -> str:
    """Text as a literal of SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever it consists of."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"
