"""Writes the migration that the contracts need and that does not exist yet."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from flowmart.core.errors import MigrationError
from flowmart.migrate.compare import missing_changes
from flowmart.migrate.runner import up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from flowmart.engines.base import Engine
    from flowmart.migrate.tables import Change
    from flowmart.transform.contract import Contract

_NAME = re.compile(r"[a-z][a-z0-9_]*")


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
    :param now: its version, in UTC.
    :return: the files, one for each engine that lacks something.
    :raises MigrationError: if the name is invalid, or a change cannot be derived (see
        :func:`flowmart.migrate.compare.missing_changes`); nothing is written then.
    """
    if not _NAME.fullmatch(name):
        raise MigrationError(
            f"{name!r} is not a valid name of a migration",
            where="NAME",
            next_step="use lowercase words that say what it does, such as NAME=add_sprints",
        )
    texts = {}
    for engine in engines:
        _migrate(engine, migrations / engine.name)
        if changes := missing_changes(engine, contracts):
            path = migrations / engine.name / f"{now:%Y%m%d%H%M%S}_{name}.sql"
            texts[path] = _text(changes)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return list(texts)


def _migrate(engine: Engine, folder: Path) -> None:
    """Apply the files, but not the views, which may read columns that are still missing."""
    with tempfile.TemporaryDirectory() as alone:
        up(engine, Path(shutil.copytree(folder, Path(alone) / "migrations" / engine.name)))


def _text(changes: Sequence[Change]) -> str:
    applied = "\n\n".join(change.up for change in changes)
    undone = "\n\n".join(change.down for change in reversed(changes))
    return f"-- migrate:up\n{applied}\n\n-- migrate:down\n{undone}\n"
