"""Gives the roles of a warehouse their rights: loader, publisher and reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError
from flowmart.engines.roles import LOADER, PUBLISHER
from flowmart.migrate.files import render

if TYPE_CHECKING:
    from pathlib import Path

    from flowmart.engines.base import Engine


def grant(engine: Engine, folder: Path) -> list[str]:
    """
    Grant to those of the roles that exist; repeating it changes nothing.

    :param engine: a migrated warehouse, as the owner of its tables.
    :param folder: where there is a folder per engine, with a file for each role.
    :return: names of the roles that have their rights now.
    :raises ConfigError: if there are none for the engine, or a role lacks one that it extends.
    """
    files = {path.stem.partition("_")[2]: path for path in sorted((folder / engine.name).glob("*"))}
    if not files:
        raise ConfigError(
            f"The roles of {engine.name} are not Flowmart's to grant",
            where=engine.where,
            next_step="grant by hand what docs/operations.md lists",
        )
    present = [role for role in files if _exists(engine, role)]
    if PUBLISHER in present and LOADER not in present:
        raise ConfigError(
            f"There is a role {PUBLISHER}, and none {LOADER}, whose rights it extends",
            where=engine.where,
            next_step=f"create role {LOADER}, or drop {PUBLISHER}",
        )
    with engine.session() as session:
        for role in present:
            session.execute(render(files[role].read_text(encoding="utf-8"), engine, files[role]))
    return present


def _exists(engine: Engine, role: str) -> bool:
    return bool(engine.query("select 1 from pg_roles where rolname = %(role)s", {"role": role}))
