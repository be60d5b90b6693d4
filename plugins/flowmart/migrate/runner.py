"""Applies, undoes and lists migrations, recorded in ``ops.schema_migrations``."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from flowmart.core.errors import FatalError, MigrationError
from flowmart.engines.base import PUBLISH_TURN
from flowmart.migrate.comments import describe_tables
from flowmart.migrate.compare import require_contracts
from flowmart.migrate.files import Migration, read_migrations
from flowmart.transform.folders import all_contracts
from flowmart.transform.views import create_views, show_published

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from flowmart.engines.base import Engine, Session

log = logging.getLogger(__name__)

_LOCK = "flowmart.migrate"
_LOCK_WAIT_SECONDS = 300.0


@dataclass(frozen=True)
class MigrationState:
    """
    The state of one migration.

    :param version: its fourteen digits.
    :param name: what it does, in words.
    :param state: ``edited`` if the file changed after it was applied, ``missing`` if an applied
        file no longer exists.
    :param applied_at: when it was applied, in UTC; None while it is pending.
    """

    version: str
    name: str
    state: Literal["applied", "pending", "edited", "missing"]
    applied_at: datetime | None

    def __str__(self) -> str:
        return f"{self.version}_{self.name}.sql"


def up(engine: Engine, folder: Path, timezone: str = "UTC") -> list[str]:
    """
    Apply the pending migrations, oldest first, then bring views and comments up to date.

    Each file runs in a session of its own. Simultaneous calls wait for each other and for
    publications.

    :param engine: the warehouse.
    :param folder: the engine's folder, such as ``include/migrations/postgres``; views and comments
        are those of the ``sql`` folder beside ``migrations``, if it is there.
    :param timezone: IANA zone of days, weeks and quarters, which views use.
    :return: names of the files applied.
    :raises MigrationError: if an applied file was edited or is gone, or a file fails.
    """
    migrations = read_migrations(folder)
    with engine.lock(_LOCK, _LOCK_WAIT_SECONDS):
        engine.ensure_history()
        states = status(engine, folder)
        _require_unchanged(engine, folder, states)
        pending = [migrations[s.version] for s in states if s.state == "pending"]
        with _publication_lock(engine, pending):
            for migration in pending:
                _apply(engine, migration)
            sql_folder = folder.parents[1] / "sql"
            if sql_folder.is_dir():
                show_published(engine, sql_folder)
                create_views(engine, sql_folder, timezone)
                describe_tables(engine, all_contracts(sql_folder))
    return [migration.path.name for migration in pending]


def down(engine: Engine, folder: Path, steps: int = 1) -> list[str]:
    """
    Undo the latest migrations; the rows of their tables are lost.

    The views are dropped as well, since tables that a view reads cannot be dropped; :func:`up`
    creates them again.

    :param engine: the warehouse.
    :param folder: as for :func:`up`.
    :param steps: how many to undo.
    :return: names of the files undone, latest first.
    :raises MigrationError: as for :func:`up`.
    """
    migrations = read_migrations(folder)
    with engine.lock(_LOCK, _LOCK_WAIT_SECONDS):
        states = status(engine, folder)
        _require_unchanged(engine, folder, states)
        applied = [migrations[s.version] for s in states if s.state == "applied"]
        latest = applied[::-1][:steps]
        with _publication_lock(engine, latest):
            for migration in latest:
                _undo(engine, migration)
    return [migration.path.name for migration in latest]


def _publication_lock(engine: Engine, work: list[Migration]) -> AbstractContextManager[None]:
    """On ClickHouse a running publication works on clones of tables and would undo the changes."""
    return engine.lock(PUBLISH_TURN, _LOCK_WAIT_SECONDS) if work else nullcontext()


def status(engine: Engine, folder: Path) -> list[MigrationState]:
    """The state of each migration, oldest first; changes nothing."""
    migrations = read_migrations(folder)
    history = {row["version"]: row for row in _history(engine)}
    states = []
    for version in sorted(migrations.keys() | history.keys()):
        file, row = migrations.get(version), history.get(version)
        if row is None:
            assert file is not None
            states.append(MigrationState(version, file.name, "pending", None))
            continue
        state: Literal["applied", "edited", "missing"] = "applied"
        if file is None:
            state = "missing"
        elif file.checksum != row["checksum"]:
            state = "edited"
        states.append(MigrationState(version, row["name"], state, row["applied_at"]))
    return states


def require_current(engine: Engine, folder: Path) -> None:
    """
    Check that the warehouse has the schema that the code expects.

    :raises MigrationError: if a migration is pending, edited or missing, or a published table has
        other columns than its contract.
    """
    states = status(engine, folder)
    _require_unchanged(engine, folder, states)
    pending = [str(state) for state in states if state.state == "pending"]
    if pending:
        raise MigrationError(
            f"The warehouse lacks {len(pending)} migrations: {', '.join(pending)}",
            where=engine.where,
            next_step="run `make migrate`",
        )
    sql_folder = folder.parents[1] / "sql"
    if sql_folder.is_dir():
        require_contracts(engine, all_contracts(sql_folder))


def _history(engine: Engine) -> list[dict[str, Any]]:
    ops = engine.schemas.ops
    exists = engine.query(
        "select 1 from information_schema.tables "
        "where table_schema = %(ops)s and table_name = 'schema_migrations'",
        {"ops": ops},
    )
    return engine.query(f"select * from {ops}.schema_migrations") if exists else []


def _require_unchanged(engine: Engine, folder: Path, states: list[MigrationState]) -> None:
    changed = [f"{state} is {state.state}" for state in states if state.state in _NEXT_STEPS]
    if changed:
        first = next(state.state for state in states if state.state in _NEXT_STEPS)
        raise MigrationError(
            f"Applied migrations differ from their files: {', '.join(changed)}",
            where=f"{folder}, {engine.where}",
            next_step=_NEXT_STEPS[first],
        )


_NEXT_STEPS = {
    "edited": "restore the file as it was applied (git log shows it) and put the change into a "
    "new migration",
    "missing": "restore the file, or use the version of Flowmart that migrated this warehouse",
}


def _apply(engine: Engine, migration: Migration) -> None:
    try:
        with engine.session() as session:
            session.execute(migration.render("up", engine))
            session.execute(
                f"insert into {engine.schemas.ops}.schema_migrations "
                "(version, name, checksum, applied_at) "
                "values (%(version)s, %(name)s, %(checksum)s, %(applied_at)s)",
                {
                    "version": migration.version,
                    "name": migration.name,
                    "checksum": migration.checksum,
                    "applied_at": datetime.now(UTC),
                },
            )
    except FatalError as error:
        raise _failed(engine, migration, error) from error
    log.info("applied %s", migration.path.name)


def _undo(engine: Engine, migration: Migration) -> None:
    try:
        with engine.session() as session:
            if engine.has_transactions:
                _drop_views(session, engine.schemas.mart)
            session.execute(migration.render("down", engine))
            session.execute(
                f"delete from {engine.schemas.ops}.schema_migrations where version = %(version)s",
                {"version": migration.version},
            )
    except FatalError as error:
        raise _failed(engine, migration, error) from error
    log.info("undid %s", migration.path.name)


def _drop_views(session: Session, schema: str) -> None:
    views = session.query(
        "select table_name from information_schema.views where table_schema = %(schema)s",
        {"schema": schema},
    )
    for view in views:
        session.execute(f"drop view if exists {schema}.{view['table_name']} cascade")


def _failed(engine: Engine, migration: Migration, error: FatalError) -> MigrationError:
    left = "left nothing behind" if engine.has_transactions else "may be half applied"
    return MigrationError(
        f"{migration.path.name} failed and {left}: {error.what}",
        where=f"{migration.path}, {engine.where}",
        next_step=f"{error.next_step}; then run `make migrate` again",
    )
