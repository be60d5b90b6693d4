"""The roles that work in a warehouse, besides the owner of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from flowmart.engines.roles import READER

if TYPE_CHECKING:
    from collections.abc import Mapping


def ensure_roles(dsn: str, passwords: Mapping[str, str]) -> None:
    """
    Make roles, or give them other passwords; their rights are :mod:`flowmart.migrate.grants`'s.

    :param dsn: the server, as a user who may create roles.
    :param passwords: role -> its password.
    """
    with psycopg.connect(dsn) as connection:
        for name, password in passwords.items():
            role = sql.Identifier(name)
            found = connection.execute("select 1 from pg_roles where rolname = %s", [name])
            verb = sql.SQL("alter" if found.fetchone() else "create")
            settings = sql.SQL("{} role {} login password {}")
            connection.execute(settings.format(verb, role, sql.Literal(password)))
        if READER in passwords:
            reader = sql.Identifier(READER)
            read_only = sql.SQL("alter role {} set default_transaction_read_only = on")
            connection.execute(read_only.format(reader))
