"""Template values for migration files on ClickHouse."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import MigrationError
from flowmart.engines.clickhouse_versions import Version, existing, view

if TYPE_CHECKING:
    from flowmart.engines.base import Executor, Schemas
    from flowmart.engines.clickhouse_tables import Tables


def migration_values(executor: Executor, tables: Tables) -> dict[str, Any]:
    """
    The values by name.

    - ``on_cluster`` and ``merge_tree(kind, …)``: see :class:`Tables`.
    - ``published(name)``: the current version of a published table.
    - ``published_names()``: the published tables that there are.
    - ``shown(name)``: the query behind the view that people read.
    - ``latest(name)`` and ``current(name)``: its version of the latest publication, and a query of
      that version's rows. Until 2026-11-29 every publication had a version of every table; only
      the files from before it, and that file's down part, name these two.
    """
    return {
        "on_cluster": tables.on_cluster,
        "merge_tree": tables.merge_tree,
        "published": partial(_published, executor),
        "published_names": lambda: sorted({version.name for version in existing(executor)}),
        "shown": partial(view, executor.schemas),
        "latest": partial(_latest, executor),
        "current": partial(_current, executor.schemas),
    }


def _published(executor: Executor, name: str) -> str:
    row = _latest_row(executor)
    versions = row.get("versions")
    publication = row["publication"] if versions is None else versions.get(name, 0)
    return Version(name, publication).table(executor.schemas)


def _latest(executor: Executor, name: str) -> str:
    return Version(name, _latest_row(executor)["publication"]).table(executor.schemas)


def _current(schemas: Schemas, name: str) -> str:
    latest = f"(select ifNull(max(publication), 0) from {schemas.ops}.publications)"
    return (
        f"select * from merge('{schemas.store}', '^{name}__p[0-9]+$') "
        f"where _table = '{name}__p' || toString({latest})"
    )


def _latest_row(executor: Executor) -> dict[str, Any]:
    """The latest publication, with the columns that its table has so far."""
    try:
        rows = executor.query(
            f"select * from {executor.schemas.ops}.publications order by publication desc limit 1"
        )
    except MigrationError:  # no migration has created the table yet
        rows = []
    return rows[0] if rows else {"publication": 0}
