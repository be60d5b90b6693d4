"""Flowmart on one machine: databases, sandbox API and Airflow."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from flowmart.migrate.runner import up
from flowmart.settings import MIGRATIONS_FOLDER, PROJECT_ROOT, load_settings
from local.errors import LocalError
from local.logs import tail
from local.postgres.databases import METADATA
from local.processes import ProcessTable
from local.sandbox.access import ACCESS
from local.stack.airflow_api import AirflowApi
from local.stack.airflow_env import airflow_environment, connection_variable, warehouse_connection
from local.stack.collector import (
    COLLECTOR,
    COLLECTOR_COMMAND,
    collector_environment,
    wait_until_ready,
)
from local.stack.health import wait_until_healthy
from local.stack.ports import API_SERVER, choose_ports
from local.stack.sandbox import SANDBOX, sandbox_command, sandbox_variables
from local.stack.telemetry import (
    INSTALLATIONS,
    TELEMETRY,
    installations_command,
    report_history,
    telemetry_variables,
)
from local.stack.warehouse import choose, open_warehouse
from local.state import USER, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from flowmart.engines.base import Engine
    from flowmart.instance_settings import InstanceSettings
    from local.stack.settings import LocalSettings
    from local.stack.warehouse import Warehouse

# How much of the sandbox's history the DAGs' own schedules load; the rest is one window.
SCHEDULED = timedelta(days=5)
SCHEDULER = "scheduler"
DAG_PROCESSOR = "dag-processor"
PRELOAD = PROJECT_ROOT / "local" / "stack" / "preload"
# One process each; tasks' logs are read from their files, so nobody has to serve them.
AIRFLOW_COMPONENTS = {
    API_SERVER: ["api-server", "--workers", "1"],
    SCHEDULER: ["scheduler", "--skip-serve-logs"],
    DAG_PROCESSOR: ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}


class Stack:
    """
    One local stack; several run side by side if their state folders differ.

    :param settings: see :func:`local.stack.settings.load_local_settings`.
    :param tell: called with a line for the person who waits.
    """

    def __init__(
        self, settings: LocalSettings, tell: Callable[[str], None] = lambda line: None
    ) -> None:
        self.settings = settings
        self.state = State(settings.state_folder)
        self.processes = ProcessTable(settings.state_folder / "processes.json")
        self._databases, self._warehouse = choose(settings, self.state, self.processes)
        self._tell = tell

    @property
    def has_sandbox(self) -> bool:
        """Whether the sandbox plays the sources, for want of a connection of the user's own."""
        settings = load_settings()
        return not any(map(self._is_connected, [*settings.instances, *settings.refused]))

    @property
    def instances(self) -> tuple[str, ...]:
        """The configured source instances that have a connection; the DAGs' ids too."""
        configured = load_settings().instances
        if not self.has_sandbox:
            return tuple(filter(self._is_connected, configured))
        played = ("phabricator",) if self.settings.recordings else (*ACCESS, TELEMETRY)
        return tuple(name for name in configured if name in played)

    def _is_connected(self, instance: str) -> bool:
        return bool(self.settings.environment.get(connection_variable(instance)))

    def instance_settings(self, instance: str) -> InstanceSettings:
        """An instance's settings; the sandbox's scheduled runs begin a few days ago."""
        settings = load_settings().instance(instance)
        if self.has_sandbox:
            return settings.model_copy(update={"start": self._sandbox_start})
        return settings

    @property
    def _sandbox_start(self) -> date:
        return self.state.first_day - SCHEDULED

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the processes that make up the stack, PostgreSQL's apart."""
        sandbox = (SANDBOX,) if self.has_sandbox else ()
        reporting = (INSTALLATIONS,) if self._has_installations else ()
        return (
            *self._warehouse.components, *sandbox, COLLECTOR, *reporting, *AIRFLOW_COMPONENTS,
        )  # fmt: skip

    @property
    def _has_installations(self) -> bool:
        return self.has_sandbox and TELEMETRY in self.instances

    @property
    def is_running(self) -> bool:
        """Whether every component is up."""
        return self._databases.is_running and not self.dead_components()

    @property
    def database_is_up(self) -> bool:
        """Whether the embedded PostgreSQL is up; one of the user's own counts as up."""
        return self._databases.is_running

    @property
    def warehouse_is_up(self) -> bool:
        """Whether the warehouse is up; one of the user's own counts as up."""
        return self._warehouse.is_running

    @property
    def url(self) -> str:
        """
        Address of Airflow's page and API.

        :raises LocalError: if the stack was not started.
        """
        started = self.processes.all().get(API_SERVER)
        if not started:
            raise LocalError("The local stack is not running: start it with `make run`.")
        return f"http://localhost:{started.port}"

    @property
    def api(self) -> AirflowApi:
        """A new client of the REST API, logged in as the stack's user."""
        return AirflowApi(self.url, USER, self.state.password)

    @property
    def warehouse_dsn(self) -> str:
        """
        Address of the warehouse, password included: do not log it.

        :raises LocalError: if it is down, or another one than the stack was started with.
        """
        self._require_the_same_warehouse(self.state.warehouse)
        return self._warehouse.dsn

    def warehouse(self) -> Engine:
        """The warehouse."""
        return open_warehouse(self.warehouse_dsn)

    @property
    def reader(self) -> Warehouse:
        """
        The warehouse, for its reader's address.

        :raises LocalError: if it is another one than the stack was started with.
        """
        self._require_the_same_warehouse(self.state.warehouse)
        return self._warehouse

    def dead_components(self) -> list[str]:
        """Names of the components that are not up."""
        started = self.processes.all()
        return [
            name
            for name in self.components
            if name not in started or started[name].leader() is None
        ]

    def start(self) -> None:
        """
        Start what is not up yet, and wait until all of it works.

        :raises LocalError: naming the component that does not come up, and its log file.
        """
        self._require_the_same_warehouse(self.state.first_warehouse(self._warehouse.title))
        self._require_the_same_source()
        if self.is_running:
            self._warehouse.prepare_roles()
            self._tell(f"Everything is up already at {self.url}.")
            return
        with self.state.lock():
            # Survivors know the ports of those that died, so all are restarted.
            self.processes.stop()
            ports = choose_ports(self.settings, self._tell)
            self._tell("Starting PostgreSQL ...")
            self._databases.start(ports["postgres"])
            for name in self._warehouse.components:
                self._tell(f"Starting {name} ...")
            self._warehouse.start(ports["warehouse"])
            environment = self._environment(ports)
            self._migrate(environment)
            self._start_processes(environment, ports)
            with closing(self.api) as api:
                wait_until_healthy(api, self.check, self.state.logs)
            wait_until_ready(ports[COLLECTOR], self.check, self.state.logs)

    def stop(self) -> list[str]:
        """End every process of the stack; the names of those that were up."""
        with self.state.lock():
            stopped = self.processes.stop()
            if self._databases.is_running and not self.settings.postgres_dsn:
                stopped.append("postgres")
            self._databases.stop()
            return stopped

    def remove(self) -> None:
        """End the stack and delete all that it keeps."""
        self.stop()
        self._databases.remove()
        shutil.rmtree(self.settings.state_folder, ignore_errors=True)

    def check(self) -> None:
        """
        Make sure that every component is up.

        :raises LocalError: with the last lines of what the first dead one said.
        """
        for name in self.dead_components():
            log = self.state.logs / f"{name}.log"
            raise LocalError(f"{name} died; its log {log} ends with:\n{tail(log)}")

    def _require_the_same_source(self) -> None:
        now = "the sandbox" if self.has_sandbox else "a tracker of your own"
        before = self.state.first_source(now)
        if before != now:
            raise LocalError(
                f"{self.settings.state_folder} holds data of {before}, and .env now names {now}. "
                "They must not mix: `make clean` deletes the old ones, or let FLOWMART_STATE "
                "name another folder."
            )

    def _require_the_same_warehouse(self, before: str) -> None:
        now = self._warehouse.title
        if before not in ("", now):
            raise LocalError(
                f"{self.settings.state_folder} was first started with {before} as its warehouse, "
                f"and WAREHOUSE and CLICKHOUSE_DSN (or .env) now name {now}. They must not mix: "
                "`make clean` deletes what the folder keeps, or let FLOWMART_STATE name another."
            )

    def _environment(self, ports: dict[str, int]) -> dict[str, str]:
        environment = airflow_environment(
            self.settings,
            self.state,
            ports[API_SERVER],
            metadata_dsn=self._databases.dsn(METADATA),
            warehouse_dsn=self.warehouse_dsn,
        )
        for role, dsn in self._warehouse.role_dsns.items():
            environment[f"AIRFLOW_CONN_{role.upper()}"] = warehouse_connection(dsn)
        if self.has_sandbox:
            played = [name for name in self.instances if name in ACCESS]
            environment |= sandbox_variables(played, self._sandbox_start, ports[SANDBOX])
        if self._has_installations:
            environment |= telemetry_variables(self.state)
        # Airflow reads its password file; it must exist before.
        assert self.state.password
        return environment

    def _migrate(self, environment: dict[str, str]) -> None:
        self._tell("Preparing the warehouse and Airflow's database ...")
        warehouse = self.warehouse()
        up(warehouse, MIGRATIONS_FOLDER / warehouse.name)
        self._warehouse.prepare_roles()
        log = self.state.logs / "db-migrate.log"
        with log.open("wb") as output:
            command = [sys.executable, "-m", "airflow", "db", "migrate"]
            done = subprocess.run(
                command, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False
            )
        if done.returncode:
            raise LocalError(f"Airflow's database cannot be prepared ({log}):\n{tail(log)}")

    def _start_processes(self, environment: dict[str, str], ports: dict[str, int]) -> None:
        self._tell("Starting Airflow ...")
        if self.has_sandbox:
            command = sandbox_command(self.settings, self.state.first_day, ports[SANDBOX])
            self._start(SANDBOX, command, environment, ports)
        collector = collector_environment(self.settings, self.state, ports[COLLECTOR])
        self._start(COLLECTOR, COLLECTOR_COMMAND, collector, ports)
        for name, arguments in AIRFLOW_COMPONENTS.items():
            command = [sys.executable, "-m", "airflow", *arguments]
            path = f"{PRELOAD}:{environment['PYTHONPATH']}"
            own = {"PYTHONPATH": path} if name in (SCHEDULER, DAG_PROCESSOR) else {}
            self._start(name, command, environment | own, ports)
        if self._has_installations:
            report_history(self.settings, self.state, self._tell)
            command = installations_command(self.settings, self.state, ports[COLLECTOR])
            self._start(INSTALLATIONS, command, collector, ports)

    def _start(
        self, name: str, command: list[str], environment: dict[str, str], ports: dict[str, int]
    ) -> None:
        log = self.state.logs / f"{name}.log"
        self.processes.start(name, command, environment, log, ports.get(name, 0))
