"""The command behind ``make migration``: ``python -m local.new_migration add_sprints``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flowmart.core.errors import FlowmartError
from flowmart.engines.base import Schemas
from flowmart.engines.open import open_engine
from flowmart.migrate.new import write_migration
from flowmart.settings import MIGRATIONS_FOLDER, SQL_FOLDER
from flowmart.sources.registry import source_names
from flowmart.transform.folders import all_contracts
from flowmart.transform.project import load_project
from local import PROJECT
from local.clickhouse.process import LocalServer
from local.errors import LocalError
from local.postgres.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NEXT_STEPS = """
Read them, and complete what contracts do not say: what the rows that are there get. Then:
  1. Run .venv/bin/python -m pytest tests/migrate: the files apply, undo and apply again.
  2. Run make migrate for the local warehouse, and commit the files.
  3. New facts and slices hold what runs touch from then on: a replay fills them at once.
"""


def main(words: Sequence[str] | None = None) -> int:
    """
    Write the migration that the contracts need and tell what to do next.

    :returns: the exit code: 0, or 1 for a failure printed to stderr.
    """
    parser = argparse.ArgumentParser(prog="python -m local.new_migration", description=__doc__)
    parser.add_argument("name", help="what the migration does, such as add_sprints")
    name = parser.parse_args(words).name
    try:
        _check_models()
        with _empty_warehouses() as dsns:
            engines = [open_engine(dsn, Schemas.with_prefix("")) for dsn in dsns]
            contracts = all_contracts(SQL_FOLDER)
            files = write_migration(engines, MIGRATIONS_FOLDER, contracts, name, datetime.now(UTC))
    except (FlowmartError, LocalError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    if not files:
        print("Nothing to write: the migrations make what the contracts say.")
        return 0
    print("\n".join(["Wrote:", *(f"  {file.relative_to(PROJECT)}" for file in files)]))
    print(_NEXT_STEPS, end="")
    return 0


def _check_models() -> None:
    """Load the models of every source as its runs will, which checks what contracts say of them."""
    for source in source_names():
        for engine in ("postgres", "clickhouse"):
            load_project(SQL_FOLDER, source, engine)


@contextmanager
def _empty_warehouses() -> Iterator[tuple[str, str]]:
    """Addresses of a server of each engine that lives as long as the block."""
    with tempfile.TemporaryDirectory(prefix="flowmart-migration-") as folder:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder) / "cluster")
        server = LocalServer(Path(folder))
        try:
            yield cluster.start(), server.start()
        finally:
            server.stop()
            cluster.remove()


if __name__ == "__main__":
    sys.exit(main())
