"""Writes the migration that the contracts need and that does not exist yet."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from flowmart.core.errors import MigrationError
from flowmart.migrate.compare import missing_changes
from flowmart.migrate.files import read_migrations
from flowmart.migrate.runner import up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from flowmart.engines.base import Engine
    from flowmart.migrate.tables import Change
    from flowmart.transform.contract import Contract

# A file system takes 255 bytes, with the version and the ending.
_LONGEST = 100
_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{_LONGEST - 1}}}")


def write_migration(
    engines: Iterable[Engine],
    migrations: Path,
    contracts: Mapping[str, Contract],
    name: str,
    now: datetime,
) -> list[Path]:
    """
    Compare contracts with freshly migrated warehouses and write the files that are missing.

    :param engines: an empty warehouse of each engine.
    :param migrations: the folder with a folder of migrations per engine.
    :param contracts: model name -> contract, of all models.
    :param name: what the migration does, such as ``add_sprints``.
    :param now: its version, in UTC; the one after the latest file's, should that be later.
    :return: the files, one for each engine that lacks something.
    :raises MigrationError: if the name is invalid, or a change cannot be derived (see
        :func:`flowmart.migrate.compare.missing_changes`); nothing is written then.
    """
    if not _NAME.fullmatch(name):
        raise MigrationError(
            f"{name!r} is not a valid name of a migration",
            where="NAME",
            next_step=f"say in at most {_LONGEST} lowercase letters, digits and underscores what "
            "it does, a letter first, such as NAME=add_sprints",
        )
    texts, latest = {}, 0
    for engine in engines:
        folder = migrations / engine.name
        latest = max(latest, *map(int, read_migrations(folder)))
        _migrate(engine, folder)
        if changes := missing_changes(engine, contracts):
            texts[folder] = _text(changes)
    version = max(int(f"{now:%Y%m%d%H%M%S}"), latest + 1)
    files = {folder / f"{version}_{name}.sql": text for folder, text in texts.items()}
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def _migrate(engine: Engine, folder: Path) -> None:
    """Apply the files, but not the views, which may read columns that are still missing."""
    with tempfile.TemporaryDirectory() as alone:
        up(engine, Path(shutil.copytree(folder, Path(alone) / "migrations" / engine.name)))


def _text(changes: Sequence[Change]) -> str:
    applied = "\n\n".join(change.up for change in changes)
    undone = "\n\n".join(change.down for change in reversed(changes))
    return f"-- migrate:up\n{applied}\n\n-- migrate:down\n{undone}\n"
