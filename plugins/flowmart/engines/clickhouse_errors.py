"""Translates ClickHouse's errors into Flowmart's."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clickhouse_driver.errors import Error, ServerException

from flowmart.core.errors import (
    ConfigError,
    FatalError,
    FlowmartError,
    MigrationError,
    WarehouseUnavailableError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHARACTERS = 600
_MEND_CONNECTION = (
    "correct the user, password or database in the connection `flowmart_warehouse` "
    "(outside Airflow: FLOWMART_WAREHOUSE_DSN)"
)

# Error codes: src/Common/ErrorCodes.cpp of ClickHouse.
_RETRYABLE = {
    (241,): (
        "The warehouse ran out of the memory that a query may use",
        "raise max_memory_usage for this user, or load a narrower window",
    ),
    (243, 1001): ("The warehouse's disk is full", "free disk space on the database server"),
    (202, 203, 439): ("The warehouse is overloaded", "lower its load or raise its limits"),
    (252, 1000): (
        "The warehouse cannot merge as fast as rows are written",
        "check system.merges and system.parts; a later try may succeed",
    ),
    (159, 160, 209): ("The warehouse did not answer in time", "check its load and its log"),
    (210, 236, 394): ("The connection to the warehouse broke", "check that the server is up"),
    (242, 999, 225, 319): (
        "The warehouse's table is read-only at the moment",
        "check that its replicas and Keeper are up (system.replicas)",
    ),
}
_BROKEN_PART = (
    "A part of a table is broken",
    "run `check table` on it, detach the part it names and replay what it held (DAG `replay`)",
)
_FATAL = {
    (33, 40, 107, 117, 228, 246, 271, 432): _BROKEN_PART,
    (164, 497): (
        "The warehouse's user may not do this",
        "let the user write: readonly = 0 in its profile, and `grant all on` the databases raw, "
        "stage, store, mart and ops (with your schema_prefix before each)",
    ),
}


@contextmanager
def translated_errors(where: str) -> Iterator[None]:
    """
    Turn the driver's errors inside the block into Flowmart's.

    :param where: ``host:port``.
    """
    try:
        yield
    except ServerException as error:
        raise explain(error, where) from error
    except (Error, ConnectionError, TimeoutError, EOFError) as error:
        said = getattr(error, "message", None) or str(error)
        raise WarehouseUnavailableError(
            f"The warehouse cannot be reached: {_first_line(said)}",
            where=where,
            next_step="check that the server is up, that host and port in the connection "
            "`flowmart_warehouse` (outside Airflow: FLOWMART_WAREHOUSE_DSN) are right, and that "
            "`secure` matches the port",
        ) from error


def explain(error: ServerException, where: str) -> FlowmartError:
    """Flowmart's error for one of the server's."""
    said = _first_line(error.message)
    code = error.code
    if code in (192, 193, 194, 516):
        return ConfigError(
            f"The warehouse refused the connection: {said}",
            where=where,
            next_step=_MEND_CONNECTION,
        )
    if code in (60, 81):
        return MigrationError(
            f"Something is missing in the warehouse: {said}",
            where=where,
            next_step="check the name; if it is one of Flowmart's own tables, run `make migrate`",
        )
    for codes, (what, next_step) in _RETRYABLE.items():
        if code in codes:
            return WarehouseUnavailableError(f"{what}: {said}", where=where, next_step=next_step)
    for codes, (what, next_step) in _FATAL.items():
        if code in codes:
            return FatalError(f"{what}: {said}", where=where, next_step=next_step)
    return FatalError(
        f"The warehouse refused a statement (code {code}): {said}",
        where=where,
        next_step="correct the statement or the data that the message names",
    )


def _first_line(text: str) -> str:
    """The server's message without its stack trace."""
    words = re.split(r"\s*Stack trace:", text.removeprefix("DB::Exception: "))[0]
    return " ".join(words.split())[:_CHARACTERS]
