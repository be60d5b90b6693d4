"""The queries of docs/queries.md, read as somebody does who knows nothing of Flowmart."""

from __future__ import annotations

import re
from typing import Any

import psycopg
from clickhouse_driver import Client

from tests.sql.warehouse import INCLUDE

PAGE = (INCLUDE.parent / "docs" / "queries.md").read_text()


def query_of(heading: str, engine: str) -> str:
    """The query below a heading; of several, the engine's."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"```sql ?(\w*)\n(.*?)```", section, re.DOTALL)
    [query] = [sql for of, sql in blocks if of in ("", engine)]
    return str(query)


def read(dsn: str, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query, in a session without any settings."""
    if dsn.startswith("clickhouse"):
        with Client.from_url(dsn) as client:
            return list(client.execute(query))
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchall()
