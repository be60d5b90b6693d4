"""Building a batch: every model of a source, for the issues that the batch touches."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from flowmart.core.errors import ContractError, FlowmartError
from flowmart.publish.runs import forget_build, remember_build
from flowmart.transform.model import TOUCHED_ISSUES
from flowmart.transform.render import BatchContext, Renderer, stage_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine, LogicalType, Schemas, Session
    from flowmart.transform.contract import Contract
    from flowmart.transform.model import Model
    from flowmart.transform.project import Project

__all__ = ["BatchContext", "build_batch"]

logger = logging.getLogger(__name__)

# Of so few issues, what only the build itself reads may be kept in the warehouse's memory.
_SMALL_BATCH_ISSUES = 1_000


def build_batch(
    engine: Engine, project: Project, batch: Batch, context: BatchContext
) -> dict[str, int]:
    """
    Build all stage tables of a batch, replacing those of an earlier try.

    The batch's generation is drawn before anything is read, so a batch that sees more of the raw
    tables always has the higher one.

    :param engine: the warehouse; it holds the batch's ``loaded_issues``.
    :param project: the models of the batch's source.
    :param context: the settings to build with.
    :return: model -> rows.
    :raises ContractError: if a SELECT does not have the columns that its contract promises.
    """
    renderer = Renderer(project, engine.schemas, batch, context)
    generation = engine.next_generation()
    place = "settings"
    try:
        with engine.session("repeatable read") as session:
            forget_build(session, batch)
            build = _Build(session, renderer, engine.schemas, batch, project.proved)
            build.settings(_statuses(project, context), context.teams)
            for model in project.models:
                place = model.path
                build.model(model)
            counts = build.counts()
            remember_build(session, batch, generation)
    except FlowmartError as error:
        where = error.where if place in error.where else f"{place}, {error.where}"
        raise type(error)(error.what, where=where, next_step=error.next_step) from error
    return counts


def _statuses(project: Project, context: BatchContext) -> dict[str, tuple[str, bool]]:
    """What statuses mean: as configured, else as usual on installations of the source."""
    usual = {key: (fact.category, fact.is_waiting) for key, fact in project.spec.statuses.items()}
    return {**usual, **context.statuses}


class _Build:
    """One session that fills a batch's stage tables."""

    def __init__(
        self,
        session: Session,
        renderer: Renderer,
        schemas: Schemas,
        batch: Batch,
        proved: set[str],
    ) -> None:
        self._session = session
        self._renderer = renderer
        self._schemas = schemas
        self._batch = batch
        self._proved = proved
        self._tables: dict[str, str] = {}  # model -> table
        self._is_small = False  # until the touched issues are known

    def settings(self, statuses: Mapping[str, tuple[str, bool]], teams: Mapping[str, str]) -> None:
        """Write the settings that models join with."""
        self._settings_table(
            "status_settings",
            {"status_id": "text", "category": "text", "is_waiting": "boolean"},
            ((status, *meaning) for status, meaning in statuses.items()),
        )
        self._settings_table(
            "team_settings", {"project_ref": "text", "team": "text"}, teams.items()
        )

    def _settings_table(
        self, name: str, columns: Mapping[str, LogicalType], rows: Iterable[tuple[object, ...]]
    ) -> None:
        table = stage_table(self._schemas, name, self._batch)
        self._session.create_table(table, columns)
        self._session.copy_rows(table, list(columns), rows)

    def model(self, model: Model) -> None:
        """Build one model's table."""
        started = time.monotonic()
        select = self._renderer.select(model)
        self._require_columns(model, select)
        table = self._tables[model.name] = stage_table(self._schemas, model.name, self._batch)
        columns = {column.name: column.type for column in model.contract.columns}
        is_scratch = self._is_small and model.contract.publish == "none"
        self._session.build_table(table, columns, select, is_scratch=is_scratch)
        if model.name == TOUCHED_ISSUES:
            self._is_small = self._session.count_rows([table])[table] <= _SMALL_BATCH_ISSUES
        logger.info("%s: built in %.2f s", model.name, time.monotonic() - started)

    def counts(self) -> dict[str, int]:
        """The rows of the models that were built."""
        rows = self._session.count_rows(self._tables.values())
        return {name: rows[table] for name, table in self._tables.items()}

    def _require_columns(self, model: Model, select: str) -> None:
        # The columns do not depend on the batch, and finding them out takes ClickHouse a while.
        timeless = select.replace(self._batch.batch_id, "")
        if timeless in self._proved:
            return
        found = self._session.columns_of(select)
        if differences := list(_differences(found, model.contract)):
            raise ContractError(
                f"{model.name} does not keep its contract: {'; '.join(differences)}",
                where=model.path,
                next_step="bring the SELECT and _models.yaml into line",
            )
        self._proved.add(timeless)


def _differences(found: Mapping[str, frozenset[str]], contract: Contract) -> Iterable[str]:
    promised = {column.name: column.type for column in contract.columns}
    for name in promised.keys() - found.keys():
        yield f"{name} is missing"
    for name in found.keys() - promised.keys():
        yield f"{name} is not in the contract"
    for name in promised.keys() & found.keys():
        if promised[name] not in found[name]:
            yield f"{name} is {' or '.join(sorted(found[name]))}, not {promised[name]}"
