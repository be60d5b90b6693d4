"""ClickHouse in a stack: a local server, or one that the user names."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flowmart.core.errors import FlowmartError
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.engines.roles import READER
from local.clickhouse.process import server_command, server_dsn, server_environment
from local.errors import LocalError
from local.logs import tail
from local.ports import free_port, is_free

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.processes import ProcessTable
    from local.state import State

CLICKHOUSE = "clickhouse"
_PATIENCE_SECONDS = 60


class GivenClickHouse:
    """
    A server of the user's own.

    :param dsn: its address.
    """

    title = "a ClickHouse server of your own"
    components: tuple[str, ...] = ()
    is_running = True

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn

    reader_password = "that of CLICKHOUSE_DSN"

    @property
    def reader_dsn(self) -> str:
        """Its address in ClickHouse's mode for reading."""
        return _only_reading(self.dsn)

    @property
    def role_dsns(self) -> Mapping[str, str]:
        """The reader's address; other users are left to the server's owner."""
        return {READER: self.reader_dsn}

    def prepare_roles(self) -> None:
        """Whose user reads is left to the server's owner."""

    def start(self, port: int) -> None:
        """
        See that it answers.

        :param port: unused.
        :raises LocalError: if it does not.
        """
        try:
            _ask(self.dsn)
        except FlowmartError as error:
            raise LocalError(f"The ClickHouse server of CLICKHOUSE_DSN: {error}") from error


class LocalClickHouse:
    """
    The local server as a component of the stack.

    :param state: keeps its data, its password and its log.
    :param processes: those of the stack.
    :param environment: variables of its process.
    """

    title = "the local ClickHouse server"
    components: tuple[str, ...] = (CLICKHOUSE,)

    def __init__(
        self, state: State, processes: ProcessTable, environment: Mapping[str, str]
    ) -> None:
        self._state = state
        self._processes = processes
        self._environment = environment

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        started = self._processes.all().get(CLICKHOUSE)
        return started is not None and started.leader() is not None

    @property
    def dsn(self) -> str:
        """
        Its address, password included: do not log it.

        :raises LocalError: if it is down.
        """
        if not self.is_running:
            raise LocalError("ClickHouse is down: start it with `make run`.")
        return server_dsn(self._password, self._processes.all()[CLICKHOUSE].port)

    @property
    def reader_dsn(self) -> str:
        """
        Its address in ClickHouse's mode for reading: chDB has no users with rights of their own.

        :raises LocalError: if it is down.
        """
        return _only_reading(self.dsn)

    @property
    def reader_password(self) -> str:
        """Where the password is, in words."""
        return f"in {self._state.secret_file(CLICKHOUSE)}"

    @property
    def role_dsns(self) -> Mapping[str, str]:
        """
        The reader's address.

        :raises LocalError: if it is down.
        """
        return {READER: self.reader_dsn}

    def prepare_roles(self) -> None:
        """There is one user only."""

    def start(self, port: int) -> None:
        """
        Start it and wait until it answers.

        :param port: port of the native protocol that it would like; 0 takes any.
        :raises LocalError: if it ends or does not answer for a minute, with the end of its log.
        """
        tcp_port = free_port(port)
        http_port = free_port(tcp_port + 1 if port else 0)
        log = self._state.logs / f"{CLICKHOUSE}.log"
        command = server_command(self._state.folder / CLICKHOUSE, tcp_port, http_port)
        environment = server_environment(self._environment, self._password)
        self._processes.start(CLICKHOUSE, command, environment, log, tcp_port, http_port)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while is_free(tcp_port) or not self._answers():
            if not self.is_running or time.monotonic() > deadline:
                raise LocalError(f"ClickHouse does not start; its log {log} ends:\n{tail(log)}")
            time.sleep(0.1)

    @property
    def _password(self) -> str:
        return self._state.secret(CLICKHOUSE, 12)

    def _answers(self) -> bool:
        try:
            _ask(self.dsn)
        except (FlowmartError, LocalError):
            return False
        return True


def _only_reading(dsn: str) -> str:
    """With a setting that forbids to write, and lets a query have settings of its own."""
    return f"{dsn}{'&' if '?' in dsn else '?'}readonly=2"


def _ask(dsn: str) -> None:
    open_engine(dsn, Schemas.with_prefix("")).query("select 1")
