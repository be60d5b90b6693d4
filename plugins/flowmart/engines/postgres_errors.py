"""Translates PostgreSQL's errors into Flowmart's."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from flowmart.core.errors import (
    ConfigError,
    FatalError,
    FlowmartError,
    MigrationError,
    WarehouseUnavailableError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_RETRYABLE = {
    "08": ("The connection to the warehouse broke", "check that the server is up and reachable"),
    "57P": (
        "The warehouse is shutting down, starting up, or an administrator ended the session",
        "wait until the server is up again",
    ),
    "40": (
        "The transaction conflicted with another one",
        "nothing: the task is tried again",
    ),
    "55P03": (
        "A lock in the warehouse timed out",
        "see who holds it with: select * from pg_stat_activity where state <> 'idle'",
    ),
    "57014": ("The statement was cancelled", "raise statement_timeout if it is set for this role"),
    "53100": ("The warehouse's disk is full", "free disk space on the database server"),
    "53": ("The warehouse is out of a resource", "raise the server's limit or lower its load"),
    "58": ("The warehouse's operating system reported an error", "read the server's log"),
    "25006": (
        "The warehouse is read-only here",
        "a reader changes nothing: connect as the owner of the tables; to the primary server, not "
        "to a replica; a hosted server also becomes read-only when its disk is nearly full",
    ),
}

_REFUSED_AT_THE_DOOR = re.compile(
    "authentication failed|no password supplied|no pg_hba.conf entry|does not exist"
    "|permission denied for database|not permitted to log in"
)

_GRANTS = {
    "schema": "grant usage, create on schema {name} to {user}",
    "database": "grant create, temporary on database {name} to {user}",
    "sequence": "grant usage, select on sequence {name} to {user}",
    "table": "grant select, insert, update, delete on {name} to {user}",
    "view": "grant select on {name} to {user}",
}


@contextmanager
def translated_errors(where: str, user: str) -> Iterator[None]:
    """
    Turn psycopg's errors inside the block into Flowmart's.

    :param where: ``host:port/database``.
    :param user: the role that needs a missing grant.
    """
    try:
        yield
    except psycopg.Error as error:
        raise explain(error, where, user) from error


def explain(error: psycopg.Error, where: str, user: str) -> FlowmartError:
    """Flowmart's error for one of psycopg's."""
    state = error.sqlstate or ""
    said = _message(error)
    if not state and isinstance(error, psycopg.OperationalError):
        return _explain_connection(said, where)
    for length in (5, 3, 2):
        if state[:length] in _RETRYABLE:
            what, next_step = _RETRYABLE[state[:length]]
            return WarehouseUnavailableError(f"{what}: {said}", where=where, next_step=next_step)
    if state in ("42P01", "3F000"):
        return MigrationError(
            f"Something is missing in the warehouse: {said}",
            where=where,
            next_step="check the name; if it is one of Flowmart's own tables, run `make migrate`",
        )
    if state == "42501":
        return FatalError(said, where=where, next_step=_grant_for(said, user))
    return FatalError(
        f"The warehouse refused a statement: {said}",
        where=where,
        next_step="correct the statement or the data that the message names",
    )


def _message(error: psycopg.Error) -> str:
    """The server's message in one line, without the context, which may quote rows."""
    parts = (error.diag.message_primary, error.diag.message_detail)
    text = "; ".join(part for part in parts if part) or str(error)
    return " ".join(text.split())


def _explain_connection(said: str, where: str) -> FlowmartError:
    if _REFUSED_AT_THE_DOOR.search(said):
        return ConfigError(
            f"The warehouse refused the connection: {said}",
            where=where,
            next_step="correct the user, password or database in the connection "
            "`flowmart_warehouse` (outside Airflow: FLOWMART_WAREHOUSE_DSN)",
        )
    return WarehouseUnavailableError(
        f"The warehouse cannot be reached: {said}",
        where=where,
        next_step="check that the server is up and that host and port in the connection "
        "`flowmart_warehouse` (outside Airflow: FLOWMART_WAREHOUSE_DSN) are right",
    )


def _grant_for(said: str, user: str) -> str:
    found = re.search(
        r"(?:permission denied for|must be owner of) (?:materialized )?(\w+) (\S+)", said
    )
    if not found:
        return f"grant {user} the permission that the message names"
    kind, name = found.groups()
    if said.startswith("must be owner") or kind not in _GRANTS:
        return f"make {user} the owner of the {kind} {name}, or connect as its owner"
    return "as its owner, run: " + _GRANTS[kind].format(name=name, user=user)
