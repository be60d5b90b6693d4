"""
A lock for a database that has none: a lease that its holder keeps renewing.

Taking a lease creates the table ``ops.lease__<name>__<number>``, which succeeds for one client
only; the holder of the highest number holds the lease. A holder that was killed stops renewing,
and after :data:`EXPIRES_AFTER` the next number may be taken. Numbers are never reused, so the
work of a stalled holder can be told from that of its successor.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from flowmart.core.errors import FatalError, FlowmartError, WarehouseUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.engines.base import Executor
    from flowmart.engines.clickhouse_tables import Tables

log = logging.getLogger(__name__)

EXPIRES_AFTER = timedelta(seconds=20)
_RENEWAL_SECONDS = 4.0
_LOOK_SECONDS = 0.1

# A holder that died before its first renewal has left a table without rows.
_STATE = """
select
    max(is_over) as is_over,
    dateDiff('millisecond', ifNull(max(renewed_at), (
        select any(metadata_modification_time) from system.tables
        where concat(database, '.', name) = %(table)s
    )), now64(6, 'UTC')) / 1000 as idle_seconds
from {table}
"""

_COLUMNS = "renewed_at DateTime64(6, 'UTC') default now64(6, 'UTC'), is_over Bool"


class Lease:
    """
    A lease that this process holds.

    :param executor: the warehouse.
    :param tables: how tables are made.
    :param name: name of the lock.
    :param number: higher than that of every earlier holder.
    """

    def __init__(self, executor: Executor, tables: Tables, name: str, number: int) -> None:
        self._executor = executor
        self._name = name
        self._tables = tables
        self.number = number
        self._table = _table(tables, name, number)

    def require(self) -> None:
        """
        Check that no other process has taken over the lease.

        :raises WarehouseUnavailableError: if one has.
        """
        if _newest(self._executor, self._tables, self._name) != self.number:
            raise WarehouseUnavailableError(
                f"This task was stopped for so long that another one took its lock: {self._name}",
                where=self._table,
                next_step="nothing: the next try waits for the lock again",
            )

    def write(self, is_over: bool = False) -> None:
        """Renew the lease, or end it."""
        self._executor.execute(f"insert into {self._table} (is_over) values ({is_over})")


@contextmanager
def leased(executor: Executor, tables: Tables, name: str, wait_seconds: float) -> Iterator[Lease]:
    """
    Hold a lease during the block.

    :param executor: the warehouse; every statement has a connection of its own.
    :param name: name of the lock: letters, digits and underscores.
    :raises WarehouseUnavailableError: if the lock is not free within that time.
    """
    executor.execute(f"create database if not exists {tables.schemas.ops}{tables.on_cluster}")
    lease = Lease(executor, tables, name, _take(executor, tables, name, wait_seconds))
    stopped = threading.Event()
    renewing = threading.Thread(target=_renew, args=(lease, stopped), daemon=True)
    renewing.start()
    try:
        yield lease
    except FatalError:
        lease.require()  # a successor drops old leases
        raise
    finally:
        stopped.set()
        renewing.join()
        _end(lease)


def _take(executor: Executor, tables: Tables, name: str, wait_seconds: float) -> int:
    """Create the next lease as soon as the newest one is over; return its number."""
    deadline = time.monotonic() + wait_seconds
    while True:
        newest = _newest(executor, tables, name)
        if newest == 0 or _is_over(executor, _table(tables, name, newest)):
            if _create(executor, tables, name, newest + 1):
                return newest + 1
        elif time.monotonic() > deadline:
            raise WarehouseUnavailableError(
                f"A lock in the warehouse timed out after {wait_seconds:g} s: {name}",
                where=_table(tables, name, newest),
                next_step="check which task publishes or migrates; the lock of a killed task "
                f"expires after {EXPIRES_AFTER.seconds} s",
            )
        time.sleep(_LOOK_SECONDS)


def _create(executor: Executor, tables: Tables, name: str, number: int) -> bool:
    """Create a lease and drop the older ones; False if another process was faster."""
    try:
        executor.execute(tables.create(_table(tables, name, number), _COLUMNS, "renewed_at"))
    except FlowmartError:
        if _newest(executor, tables, name) < number:
            raise
        return False
    executor.execute(f"insert into {_table(tables, name, number)} (is_over) values (false)")
    for older in _numbers(executor, tables, name):
        if older < number:
            executor.execute(tables.drop(_table(tables, name, older)))
    return True


def _renew(lease: Lease, stopped: threading.Event) -> None:
    while not stopped.wait(_RENEWAL_SECONDS):
        try:
            lease.write()
        except FlowmartError as error:  # the next try may succeed, or require() fails
            log.warning("the lease could not be renewed: %s", error)


def _end(lease: Lease) -> None:
    try:
        lease.write(is_over=True)
    except FlowmartError as error:  # it expires by itself
        log.warning("the lease could not be ended: %s", error)


def _is_over(executor: Executor, table: str) -> bool:
    """Whether the holder ended it, or stopped renewing it."""
    try:
        rows = executor.query(_STATE.format(table=table), {"table": table})
    except FatalError:  # dropped by a successor
        return False
    row = rows[0]
    return bool(row["is_over"]) or row["idle_seconds"] > EXPIRES_AFTER.total_seconds()


def _newest(executor: Executor, tables: Tables, name: str) -> int:
    return max(_numbers(executor, tables, name), default=0)


def _numbers(executor: Executor, tables: Tables, name: str) -> list[int]:
    prefix = f"lease__{name}__"
    rows = executor.query(
        "select name from system.tables "
        "where database = %(database)s and startsWith(name, %(prefix)s)",
        {"database": tables.schemas.ops, "prefix": prefix},
    )
    return [int(row["name"].removeprefix(prefix)) for row in rows]


def _table(tables: Tables, name: str, number: int) -> str:
    return f"{tables.schemas.ops}.lease__{name}__{number}"
