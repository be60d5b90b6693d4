"""The warehouse of a local stack: where it is, and how it is started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from psycopg.conninfo import make_conninfo

from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.engines.roles import READER, ROLES
from flowmart.migrate.grants import grant
from flowmart.settings import GRANTS_FOLDER, load_settings
from local.clickhouse.component import GivenClickHouse, LocalClickHouse
from local.postgres.databases import METADATA, WAREHOUSE, Databases
from local.postgres.roles import ensure_roles
from local.state import POSTGRES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.engines.base import Engine
    from local.processes import ProcessTable
    from local.stack.settings import LocalSettings
    from local.state import State

_SECRETS = {role: role.removeprefix("flowmart_") for role in ROLES}


class Warehouse(Protocol):
    """What a stack asks of its warehouse."""

    @property
    def title(self) -> str:
        """What it is, in words that tell it from the other ones."""
        ...

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the processes that it consists of."""
        ...

    @property
    def is_running(self) -> bool:
        """Whether it is up; one of the user's own counts as up."""
        ...

    @property
    def dsn(self) -> str:
        """
        Its address, password included: do not log it.

        :raises LocalError: if it is down.
        """
        ...

    @property
    def reader_dsn(self) -> str:
        """
        Its address for those that only read, password included: nothing can be written over it.

        :raises LocalError: if it is down.
        """
        ...

    @property
    def reader_password(self) -> str:
        """Where the reader's password is, in words."""
        ...

    @property
    def role_dsns(self) -> Mapping[str, str]:
        """Role of Flowmart's -> the address that it works under, passwords included."""
        ...

    def prepare_roles(self) -> None:
        """See that roles have their rights; the tables are there."""
        ...

    def start(self, port: int) -> None:
        """
        Start it and wait until it answers.

        :param port: loopback port that it would like; 0 takes any.
        :raises LocalError: if it does not come up.
        """
        ...


class PostgresWarehouse:
    """A database beside Airflow's own, which starts with it."""

    title = POSTGRES
    components: tuple[str, ...] = ()

    def __init__(self, databases: Databases, state: State, given_dsn: str) -> None:
        self._databases = databases
        self._state = state
        self._is_given = bool(given_dsn)

    @property
    def is_running(self) -> bool:
        """See :class:`Warehouse`."""
        return self._databases.is_running

    @property
    def dsn(self) -> str:
        """See :class:`Warehouse`."""
        return self._databases.dsn(WAREHOUSE)

    @property
    def reader_dsn(self) -> str:
        """See :class:`Warehouse`; on the user's own server it is the user's own role."""
        if self._is_given:
            return make_conninfo(self.dsn, options="-c default_transaction_read_only=on")
        return self._dsn_as(READER)

    @property
    def role_dsns(self) -> Mapping[str, str]:
        """See :class:`Warehouse`; on the user's own server no role is made."""
        if self._is_given:
            return {READER: self.reader_dsn}
        return {role: self._dsn_as(role) for role in ROLES}

    @property
    def reader_password(self) -> str:
        """See :class:`Warehouse`."""
        own = f"in {self._state.secret_file(_SECRETS[READER])}"
        return "that of FLOWMART_POSTGRES_DSN" if self._is_given else own

    def _password(self, role: str) -> str:
        return self._state.secret(_SECRETS[role], 12)

    def _dsn_as(self, role: str) -> str:
        return make_conninfo(self.dsn, user=role, password=self._password(role))

    def prepare_roles(self) -> None:
        """See :class:`Warehouse`."""
        if not self._is_given:
            ensure_roles(self.dsn, {role: self._password(role) for role in ROLES})
            grant(open_warehouse(self.dsn), GRANTS_FOLDER)

    def start(self, port: int) -> None:
        """See :class:`Warehouse`."""


def choose(
    settings: LocalSettings, state: State, processes: ProcessTable
) -> tuple[Databases, Warehouse]:
    """PostgreSQL with the databases that a stack needs there, and the stack's warehouse."""
    folder = settings.state_folder / "postgres"
    if settings.warehouse == "postgres":
        databases = Databases(folder, settings.postgres_dsn)
        return databases, PostgresWarehouse(databases, state, settings.postgres_dsn)
    databases = Databases(folder, settings.postgres_dsn, names=(METADATA,))
    if settings.clickhouse_dsn:
        return databases, GivenClickHouse(settings.clickhouse_dsn)
    return databases, LocalClickHouse(state, processes, settings.environment)


def open_warehouse(dsn: str) -> Engine:
    """
    The engine over a warehouse, with the configured names of its schemas.

    :param dsn: its address, as :func:`flowmart.engines.open.open_engine` reads it.
    """
    return open_engine(dsn, Schemas.with_prefix(load_settings().schema_prefix))
