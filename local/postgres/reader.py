"""The role that reads the warehouse: it sees what is published, and can change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

READER = "flowmart_reader"


def ensure_reader(dsn: str, password: str, schemas: Sequence[str]) -> None:
    """
    Make the role, or bring it up to date.

    :param dsn: the warehouse, as the owner of its tables, who may create roles.
    :param password: the role's.
    :param schemas: it reads all that is in them, also what the owner makes later.
    """
    role = sql.Identifier(READER)
    with psycopg.connect(dsn) as connection:
        found = connection.execute("select 1 from pg_roles where rolname = %s", [READER])
        verb = sql.SQL("alter" if found.fetchone() else "create")
        settings = sql.SQL("{} role {} login password {}")
        connection.execute(settings.format(verb, role, sql.Literal(password)))
        connection.execute(
            sql.SQL("alter role {} set default_transaction_read_only = on").format(role)
        )
        for schema in map(sql.Identifier, schemas):
            for grant in (
                "grant usage on schema {schema} to {role}",
                "grant select on all tables in schema {schema} to {role}",
                "alter default privileges in schema {schema} grant select on tables to {role}",
            ):
                connection.execute(sql.SQL(grant).format(schema=schema, role=role))
