"""Reads reports from a database: the collector's table, or that of Pulp analytics."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from flowmart.core.errors import ConfigError
from flowmart.engines.postgres_reader import PostgresReader
from flowmart.sources.base import Page, Record
from flowmart.sources.telemetry.lines import microseconds, read_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowmart.core.window import Window
    from flowmart.sources.product import ProductSpec

ROWS_PER_PAGE = 1_000


class ReportTable(ABC):
    """
    A table of reports on PostgreSQL.

    :param dsn: of the database.
    :param product: whose reports are read, and what they consist of.
    :param instance: its name, for errors.
    :raises ConfigError: if the connection is of no database.
    """

    count: ClassVar[str]
    select: ClassVar[str]

    def __init__(self, dsn: str, product: ProductSpec, instance: str) -> None:
        if not dsn:
            raise ConfigError(
                "The reader needs a database, and the connection is of none",
                where=f"connection flowmart_{instance}",
                next_step="let it have the type postgres, a host, a login and a database; or let "
                "options.reader be segments",
            )
        self._product = product
        self._reader = PostgresReader(dsn, f"flowmart_{instance}")
        self.requests_made = 0

    def check(self) -> None:
        """
        Ask for nothing.

        :raises AuthError: if the login is refused.
        :raises SourceUnavailableError: if the server cannot be reached.
        """
        list(self._reader.pages("select 1 as one", {}, 1))

    def read(self, window: Window) -> Iterator[Page]:
        """
        Read the reports that were received in a window, with their number, all of one snapshot.

        :raises SourceError: if the table is missing, or another one.
        """
        bounds = {"start": window.start, "end": window.end, "product": self._product.name}
        self.requests_made += 1
        for rows in self._reader.pages(self.select, bounds, ROWS_PER_PAGE, self.count):
            yield Page([self._record(row) for row in rows.rows], source_total=rows.total)

    @abstractmethod
    def report_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row as a line of a segment."""

    def _record(self, row: Mapping[str, Any]) -> Record:
        payload = msgspec.json.encode(self.report_of(row))
        try:
            return read_line(payload, self._product).record
        except ValueError as error:
            report_id = str(row["report_id"])
            bad = {
                "report_id": report_id,
                "received_at": row["received_at"].isoformat(),
                "problem": f"report {report_id}: {error}",
            }
            version = microseconds(row["received_at"])
            return Record(report_id, None, version, json.dumps(bad).encode())


class CollectorTable(ReportTable):
    """The collector's own table."""

    count = """
        select count(*) from telemetry.reports
        where received_at >= %(start)s and received_at < %(end)s and product = %(product)s
    """
    select = """
        select report_id, received_at, product, report
        from telemetry.reports
        where received_at >= %(start)s and received_at < %(end)s and product = %(product)s
        order by received_at, report_id
    """

    def report_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row as a line of a segment."""
        return {
            "report_id": row["report_id"].hex,
            "received_at": row["received_at"].isoformat(),
            "product": row["product"],
            "report": row["report"],
        }


class PulpDatabase(ReportTable):
    """
    The tables of a Pulp analytics server; it forgets reports, which are never deleted here.

    It stores 0 for services that a report does not tell of, and for an unknown database.
    """

    count = """
        select count(*) from pulpanalytics_system
        where created >= %(start)s and created < %(end)s
    """
    select = """
        select
            'pulp:' || id as report_id, created as received_at, first_seen, system_id,
            nullif(postgresql_version, 0) as postgresql_version,
            content_app_processes, content_app_hosts, worker_processes, worker_hosts,
            users, groups, domains, custom_access_policies, custom_roles,
            array(
                select json_build_object('name', name, 'version', version)
                from pulpanalytics_component as components
                where components.system_id = systems.id
                order by name
            ) as components
        from pulpanalytics_system as systems
        where created >= %(start)s and created < %(end)s
        order by created, id
    """
    _RBAC = ("users", "groups", "domains", "custom_access_policies", "custom_roles")

    def report_of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row in the form of the message that it was made of."""
        services = {
            f"online_{name}s": {part: row[f"{name}_{part}"] for part in ("processes", "hosts")}
            for name in ("content_app", "worker")
        }
        told = {name: parts for name, parts in services.items() if any(parts.values())}
        rbac = {name: row[name] for name in self._RBAC if row[name] is not None}
        report = {"system_id": str(row["system_id"]), "components": row["components"], **told}
        if row["postgresql_version"] is not None:
            report["postgresql_version"] = row["postgresql_version"]
        if rbac:
            report["rbac_stats"] = rbac
        return {
            "report_id": row["report_id"],
            "received_at": row["received_at"].isoformat(),
            "first_seen_at": row["first_seen"].isoformat(),
            "product": self._product.name,
            "report": report,
        }
