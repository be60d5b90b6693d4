"""Small queries with macros, put to one engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowmart.transform import template
from tests.sql.warehouse import INCLUDE

if TYPE_CHECKING:
    from datetime import datetime

    from flowmart.engines.base import Session


@dataclass(frozen=True)
class Asking:
    """
    A session and the macros of its engine.

    :param engine_name: name of the macro file.
    :param session: open.
    """

    engine_name: str
    session: Session

    def rendered(self, sql: str, **values: Any) -> str:
        """A query with its macros filled in."""
        jinja = template.environment(INCLUDE / "sql", self.engine_name)
        return jinja.from_string(sql).render(values)

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query in the order of their first column."""
        found = self.session.query(self.rendered(sql, **values))
        return sorted((tuple(row.values()) for row in found), key=lambda row: str(row[0]))

    def value(self, sql: str, **values: Any) -> Any:
        """The one value of a query."""
        [(only,)] = self.rows(sql, **values)
        return only

    def instant(self, at: datetime) -> str:
        """A timestamp as the engine's own literal, to a microsecond."""
        literals = {
            "postgres": f"timestamptz '{at.isoformat()}'",
            "clickhouse": f"toDateTime64('{at:%Y-%m-%d %H:%M:%S.%f}', 6, 'UTC')",
        }
        return literals[self.engine_name]
