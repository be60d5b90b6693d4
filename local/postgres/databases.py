"""PostgreSQL in a stack: an embedded server, or one that the user names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from local.errors import LocalError
from local.ports import free_port
from local.postgres.cluster import Cluster

if TYPE_CHECKING:
    from pathlib import Path

METADATA = "airflow"
WAREHOUSE = "flowmart"


class Databases:
    """
    Airflow's metadata and, on PostgreSQL, the warehouse.

    :param folder: where the embedded server lives.
    :param given_dsn: the user's own server; empty for the embedded one.
    :param names: the databases to have.
    """

    def __init__(
        self, folder: Path, given_dsn: str, names: tuple[str, ...] = (METADATA, WAREHOUSE)
    ) -> None:
        self._given = given_dsn
        self._names = names
        self._cluster = None if given_dsn else Cluster(folder)

    def start(self, port: int) -> None:
        """
        Have the databases ready.

        :param port: loopback port preferred by the embedded server; 0 takes any.
        :raises LocalError: if the server cannot be reached or a database cannot be made.
        """
        if self._cluster:
            self._cluster.start(free_port(port))
        for name in self._names:
            self._ensure(name)

    def stop(self) -> None:
        """End the embedded server; somebody else's is left alone."""
        if self._cluster:
            self._cluster.stop()

    def remove(self) -> None:
        """End the embedded server and delete its data."""
        if self._cluster:
            self._cluster.remove()

    @property
    def is_running(self) -> bool:
        """Whether the embedded server is up; one of the user's counts as up."""
        return self._cluster is None or self._cluster.postmaster() is not None

    def dsn(self, database: str) -> str:
        """
        Address of one of them, password included: do not log it.

        :raises LocalError: if the embedded server is down.
        """
        if self._cluster:
            return self._cluster.dsn(database)
        return make_conninfo(self._given, dbname=database)

    def _ensure(self, database: str) -> None:
        try:
            address = self._cluster.dsn() if self._cluster else self._given
            with psycopg.connect(address, autocommit=True) as server:
                query = "select 1 from pg_database where datname = %s"
                if not server.execute(query, [database]).fetchone():
                    name = sql.Identifier(database)
                    server.execute(sql.SQL("create database {}").format(name))
        except psycopg.Error as error:
            raise LocalError(
                f"The database {database!r} cannot be created: {str(error).strip()}. "
                "Correct FLOWMART_POSTGRES_DSN, or create the database by hand."
            ) from error
