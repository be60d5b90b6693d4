"""Makes the databases, and roles with the passwords of the environment."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from flowmart.engines.roles import ROLES
from local.postgres.databases import METADATA, Databases
from local.postgres.roles import ensure_roles


def main() -> None:
    """As the server's administrator, whom nothing else connects as."""
    server = make_conninfo(
        host="postgres",
        user="postgres",
        password=os.environ["POSTGRES_PASSWORD"],
        dbname="postgres",
    )
    passwords = {role: os.environ[f"{role.upper()}_PASSWORD"] for role in (METADATA, *ROLES)}
    ensure_roles(server, passwords)
    Databases(Path(), server).start(port=0)
    with psycopg.connect(server) as connection:
        # Airflow's own role has the name of its database.
        owned = sql.SQL("alter database {0} owner to {0}").format(sql.Identifier(METADATA))
        connection.execute(owned)


if __name__ == "__main__":
    main()
