"""DDL of Flowmart's tables on ClickHouse, on one server or on a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowmart.engines.base import LogicalType, Schemas

# As ClickHouse's own catalog spells them.
TYPES: dict[LogicalType, str] = {
    "text": "String",
    "label": "LowCardinality(String)",
    "bigint": "Int64",
    "decimal": "Decimal(38, 9)",
    "double": "Float64",
    "boolean": "Bool",
    "date": "Date",
    "timestamp": "DateTime64(6, 'UTC')",
}

_RAW_TABLE = """
create table if not exists {table}{on_cluster} (
    instance LowCardinality(String),
    record_id String,
    parent_id Nullable(String),
    entity_id String materialized ifNull(parent_id, record_id),
    version Int64,
    payload String codec(ZSTD(1)),
    window_start DateTime64(6, 'UTC'),
    window_end DateTime64(6, 'UTC'),
    run_id String,
    landed_at DateTime64(6, 'UTC')
) engine = {engine}
order by (instance, entity_id, record_id, version)
settings index_granularity = 256
"""


def nullable(type_: str) -> str:
    """The nullable form of a type."""
    if type_.startswith("LowCardinality("):
        return type_.replace("(", "(Nullable(", 1) + ")"
    return f"Nullable({type_})"


@dataclass(frozen=True)
class Tables:
    """
    Statements that create and drop tables.

    :param schemas: names of the databases.
    :param cluster: name of the cluster that every table is on; empty for a single server.
    """

    schemas: Schemas
    cluster: str = ""

    @property
    def on_cluster(self) -> str:
        """The clause that runs a statement on every server."""
        return f" on cluster '{self.cluster}'" if self.cluster else ""

    def merge_tree(self, kind: str = "", *arguments: str) -> str:
        """
        A table engine of the MergeTree family.

        :param kind: such as ``Replacing``.
        :param arguments: of the engine.
        """
        replicated = "Replicated" if self.cluster else ""
        return f"{replicated}{kind}MergeTree({', '.join(arguments)})"

    def raw(self, table: str) -> str:
        """
        Statement: the raw table of a stream, sorted by entity so that a history is one read.

        Its granules are small, since a batch reads records from all over the table.
        """
        engine = self.merge_tree("Replacing", "landed_at")
        return _RAW_TABLE.format(table=table, on_cluster=self.on_cluster, engine=engine)

    def create(self, table: str, definitions: str, order_by: str = "tuple()") -> str:
        """Statement: an empty table."""
        return (
            f"create table {table}{self.on_cluster} ({definitions}) "
            f"engine = {self.merge_tree()} order by {order_by}"
        )

    def build(self, table: str, definitions: str, select: str, engine: str) -> str:
        """
        Statement: create a table from a query, replacing an existing one.

        :param definitions: of the columns, in the order of the query's.
        :param engine: the table's engine, with what it is sorted by.
        """
        return f"create or replace table {table} ({definitions}) engine = {engine} as {select}"

    def drop(self, *tables: str) -> str:
        """Statement: drop tables and their files."""
        return f"drop table if exists {', '.join(tables)}{self.on_cluster} sync"
