"""The project of the service desk: its files beside those that every project has."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import flowmart.sources
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.migrate import runner
from flowmart.migrate.new import write_migration
from flowmart.sources.registry import get_spec
from flowmart.transform.folders import all_contracts
from tests.servers import copy_migrations_without_marts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowmart.engines.base import Engine

_DESK = Path(__file__).parent / "project"
_SQL = Path(__file__).resolve().parents[2] / "include" / "sql"
_SHARED = ("macros", "templates", "common")
_NOW = datetime(2099, 1, 1, tzinfo=UTC)


class ProjectFolder:
    """
    A copy of the desk's project that a test may change.

    :param path: an empty folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sources = path / "sources"
        self.sql = path / "sql"
        self.migrations = path / "migrations"
        shutil.copytree(_DESK / "sources", self.sources)
        shutil.copytree(_DESK / "sql", self.sql)
        for name in _SHARED:
            shutil.copytree(_SQL / name, self.sql / name)

    @property
    def declaration(self) -> Path:
        """The desk's ``source.yaml``."""
        return self.sources / "desk" / "source.yaml"

    def replace(self, path: Path, old: str, new: str) -> None:
        """Change a file of the project, which holds a text once."""
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {path.name}"
        path.write_text(text.replace(old, new))

    @contextmanager
    def registered(self, sources: Path | None = None) -> Iterator[None]:
        """
        Let the registry find the desk, as if it were one of Flowmart's own sources.

        :param sources: another folder of sources than the project's own.
        """
        place = str(sources or self.sources)
        flowmart.sources.__path__.append(place)
        get_spec.cache_clear()
        try:
            yield
        finally:
            flowmart.sources.__path__.remove(place)
            get_spec.cache_clear()

    def migrate(self, dsn: str) -> Engine:
        """Let ``make migration`` write what the contracts need, and apply it to a warehouse."""
        engine = open_engine(dsn, Schemas.with_prefix(""))
        own = self.migrations / engine.name
        if not own.exists():
            own.mkdir(parents=True)
            copy_migrations_without_marts(engine.name, own)
        contracts = all_contracts(self.sql)
        version = len(list(own.glob("2099*")))
        now = _NOW.replace(second=version)
        write_migration([engine], self.migrations, contracts, "desk", now)
        runner.up(engine, own)
        return engine
