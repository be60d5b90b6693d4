"""The queries of docs/queries.md, as a reader runs them who knows nothing of Flowmart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psycopg
from clickhouse_driver import Client

from tests.sql.warehouse import INCLUDE, Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = (INCLUDE.parent / "docs" / "queries.md").read_text()


def answers(warehouse: Warehouse, dsn: str) -> Callable[[str], list[Any]]:
    """A function that gives the rows of a query by its heading."""
    read = {"postgres": _read_postgres, "clickhouse": _read_clickhouse}[warehouse.engine.name]

    def rows(heading: str) -> list[Any]:
        section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
        blocks = re.findall(r"```sql ?(\w*)\n(.*?)```", section, re.DOTALL)
        [query] = [sql for engine, sql in blocks if engine in ("", warehouse.engine.name)]
        return read(dsn, query)

    return rows


def _read_postgres(dsn: str, query: str) -> list[Any]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchall()


def _read_clickhouse(dsn: str, query: str) -> list[Any]:
    with Client.from_url(dsn) as client:
        rows: list[Any] = client.execute(query)
        return rows
