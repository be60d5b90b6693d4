"""How people and their tools read the warehouse of a stack."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from local.errors import LocalError
from local.postgres.files import program

if TYPE_CHECKING:
    from local.stack.warehouse import Warehouse

_CLICKHOUSE = ("clickhouse://", "clickhouses://")


def reading_lines(warehouse: Warehouse) -> list[str]:
    """Where to connect as a reader; without the password, which is in a file."""
    dsn = warehouse.reader_dsn
    if dsn.startswith(_CLICKHOUSE):
        parts = urlsplit(dsn)
        place = f"ClickHouse at {parts.hostname}:{parts.port or 9000} (native)"
        user, hint = parts.username or "default", "set readonly=2, as `make sql` and the page do"
    else:
        given = _parts(dsn)
        host, port = given.get("host", "localhost"), given.get("port", "5432")
        place = f"PostgreSQL at {host}:{port}, database {given['dbname']}"
        user, hint = given.get("user", "of your account"), "`make psql` opens it"
    return [
        f"  Read the data    {place}, user {user}",
        f"                   password: {warehouse.reader_password}; {hint}",
    ]


def open_psql(warehouse: Warehouse) -> None:
    """
    Become psql on the warehouse, as its reader.

    :raises LocalError: if the warehouse is ClickHouse.
    """
    dsn = warehouse.reader_dsn
    if dsn.startswith(_CLICKHOUSE):
        raise LocalError(
            "The warehouse is ClickHouse, which psql does not read: use `make sql`, or a client of "
            "ClickHouse as `make status` says."
        )
    given = _parts(dsn)
    password = given.pop("password", "")
    command = shutil.which("psql") or str(program("psql"))
    words = [command, make_conninfo(**given)]
    os.execve(command, words, {**os.environ, "PGPASSWORD": password})


def _parts(dsn: str) -> dict[str, str]:
    return {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
