"""Migration files: ``YYYYMMDDHHMMSS_what.sql`` with an up and a down part."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import jinja2

from flowmart.core.errors import MigrationError

if TYPE_CHECKING:
    from pathlib import Path

    from flowmart.engines.base import Engine

_NAME = re.compile(r"(?P<version>\d{14})_(?P<name>[a-z0-9_]+)\.sql")
_PARTS = re.compile(r"\s*-- migrate:up\n(?P<up>.*?)^-- migrate:down\n?(?P<down>.*)", re.M | re.S)


@dataclass(frozen=True)
class Migration:
    """
    One migration file.

    :param version: its fourteen digits; files are applied in this order.
    :param name: what it does, in words.
    :param path: the file.
    :param up: SQL template that applies it.
    :param down: SQL template that undoes it.
    :param checksum: sha256 of the file's text, in hex digits.
    """

    version: str
    name: str
    path: Path
    up: str
    down: str
    checksum: str

    def render(self, part: str, engine: Engine) -> str:
        """
        One of the two parts as SQL.

        :param part: ``up`` or ``down``.
        :param engine: its schemas are ``{{ raw }}``, ``{{ stage }}``, ``{{ store }}``,
            ``{{ mart }}`` and ``{{ ops }}``; its ``migration_values`` are known too.
        :raises MigrationError: if the template uses anything else.
        """
        return render(getattr(self, part), engine, self.path)


def render(text: str, engine: Engine, path: Path) -> str:
    """
    A template of a migration, or of grants, as SQL.

    :param text: the template.
    :param engine: as for :meth:`Migration.render`.
    :param path: the file that it is from.
    :raises MigrationError: if the template uses anything else.
    """
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    values = asdict(engine.schemas) | engine.migration_values()
    try:
        return environment.from_string(text).render(values)
    except jinja2.TemplateError as error:
        raise MigrationError(
            f"The template cannot be rendered: {error.message}",
            where=str(path),
            next_step=f"use only {', '.join(f'{{{{ {name} }}}}' for name in values)}",
        ) from error


def read_migrations(folder: Path) -> dict[str, Migration]:
    """
    All migrations of a folder by version, oldest first.

    :raises MigrationError: if the folder is empty, a file is not a migration, or two files have
        the same version.
    """
    migrations: dict[str, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        migration = _read_migration(path)
        twin = migrations.setdefault(migration.version, migration)
        if twin is not migration:
            raise MigrationError(
                f"{twin.path.name} has the same version as {path.name}",
                where=str(folder),
                next_step="change the version of the one that has not been applied anywhere",
            )
    if not migrations:
        raise MigrationError(
            "There are no migrations", where=str(folder), next_step="give the right folder"
        )
    return migrations


def _read_migration(path: Path) -> Migration:
    name, text = _NAME.fullmatch(path.name), path.read_text(encoding="utf-8")
    parts = _PARTS.fullmatch(text)
    if not name or not parts:
        raise MigrationError(
            "This is not a migration",
            where=str(path),
            next_step="call it YYYYMMDDHHMMSS_what.sql and give it the two parts "
            "`-- migrate:up` and `-- migrate:down`, each on a line of its own",
        )
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return Migration(**name.groupdict(), path=path, **parts.groupdict(), checksum=checksum)
