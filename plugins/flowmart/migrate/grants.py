"""Gives the roles of a warehouse their rights: loader, publisher and reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError
from flowmart.engines.roles import LOADER, PUBLISHER
from flowmart.migrate.files import render

if TYPE_CHECKING:
    from pathlib import Path

    from flowmart.engines.base import Engine


_EXISTS = {
    "postgres": "select 1 from pg_roles where rolname = %(role)s",
    "clickhouse": "select 1 from system.users where name = %(role)s "
    "union all select 1 from system.roles where name = %(role)s",
}


def grant(engine: Engine, folder: Path) -> list[str]:
    """
    Grant to those of the roles that exist; repeating it changes nothing.

    :param engine: a migrated warehouse, as the owner of its tables.
    :param folder: where there is a folder per engine, with a file for each role.
    :return: names of the roles that have their rights now.
    :raises ConfigError: if there is a publisher and no loader, whose rights it extends.
    """
    files = _files(engine, folder)
    present = [role for role in files if engine.query(_EXISTS[engine.name], {"role": role})]
    if PUBLISHER in present and LOADER not in present:
        raise ConfigError(
            f"There is a role {PUBLISHER}, and none {LOADER}, whose rights it extends",
            where=engine.where,
            next_step=f"create role {LOADER}, or drop {PUBLISHER}",
        )
    with engine.session() as session:
        for role in present:
            session.execute(grants_of(engine, folder, role))
    return present


def grants_of(engine: Engine, folder: Path, role: str) -> str:
    """The statements that give a role its rights."""
    path = _files(engine, folder)[role]
    return render(path.read_text(encoding="utf-8"), engine, path)


def _files(engine: Engine, folder: Path) -> dict[str, Path]:
    """Role -> its file, in the order in which they build on each other."""
    paths = sorted((folder / engine.name).glob("*.sql"))
    return {path.stem.partition("_")[2]: path for path in paths}
