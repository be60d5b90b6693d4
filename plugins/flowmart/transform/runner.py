"""Builds the stage tables of a batch."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import ContractError, FlowmartError
from flowmart.ops.runs import clear_build, record_build
from flowmart.transform.flow_settings import COLUMNS, settings_rows
from flowmart.transform.model import touched_model
from flowmart.transform.render import BatchContext, Renderer, stage_table
from flowmart.transform.rules import read_rules, rule_rows
from flowmart.transform.touched import changes_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowmart.core.batch import Batch
    from flowmart.engines.base import Engine, LogicalType, Schemas, Session
    from flowmart.transform.contract import Contract
    from flowmart.transform.model import Model
    from flowmart.transform.project import Project

__all__ = ["BatchContext", "build_batch"]

logger = logging.getLogger(__name__)

# Up to this number of touched keys, scratch tables may be kept in the warehouse's memory.
_SMALL_BATCH_KEYS = 1_000

_REASONS = """
select reason, count(*) as touched
from {table}
group by reason
order by reason
"""


def build_batch(
    engine: Engine, project: Project, batch: Batch, context: BatchContext
) -> dict[str, int]:
    """
    Build all stage tables of a batch, replacing those of an earlier try.

    The generation is drawn before anything is read, so a batch that sees more of the raw tables
    always has a higher one.

    :param engine: the warehouse; it has the batch's ``loaded_<entity>`` tables.
    :param project: the models of the batch's source.
    :param context: the settings to build with.
    :return: model -> rows.
    :raises ContractError: if a SELECT does not have the columns of its contract.
    """
    renderer = Renderer(project, engine.schemas, batch, context)
    generation = engine.next_generation()
    place = "settings"
    try:
        with engine.session("repeatable read") as session:
            clear_build(session, batch)
            build = _Build(session, renderer, engine.schemas, batch, project.proved)
            build.settings(project, context)
            for model in project.models:
                place = model.path
                build.model(model)
            counts = build.counts()
            record_build(session, batch, generation)
    except FlowmartError as error:
        where = error.where if place in error.where else f"{place}, {error.where}"
        raise type(error)(error.what, where=where, next_step=error.next_step) from error
    return counts


class _Build:
    """Builds a batch's stage tables in one session."""

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
        self._small: dict[str, bool] = {}  # entity -> whether few of its keys are touched

    def settings(self, project: Project, context: BatchContext) -> None:
        """Write the tables of settings that models join with."""
        wanted = {name for model in project.models for name in model.settings}
        rules = read_rules(project.sql_folder, project.spec.name)
        rows = settings_rows(project.spec, context)
        rows["rule"] = list(rule_rows(rules, context.rules_off, context.rule_limits))
        for name in sorted(wanted):
            self._settings_table(f"{name}_settings", COLUMNS[name], rows[name])

    def _settings_table(
        self, name: str, columns: Mapping[str, LogicalType], rows: Iterable[tuple[object, ...]]
    ) -> None:
        table = stage_table(self._schemas, name, self._batch)
        self._session.create_table(table, columns)
        self._session.copy_rows(table, list(columns), rows)

    def model(self, model: Model) -> None:
        """Build one model's table."""
        started = time.monotonic()
        select = self._renderer.select(model, **self._from_earlier_tables(model))
        self._require_columns(model, select)
        table = self._tables[model.name] = stage_table(self._schemas, model.name, self._batch)
        columns = {column.name: column.type for column in model.contract.columns}
        is_scratch = all(self._small.values()) and bool(self._small) and _is_scratch(model)
        self._session.build_table(table, columns, select, is_scratch=is_scratch)
        if model.entity and model.name == touched_model(model.entity):
            self._log_touched(model.entity, table)
        logger.info("%s: built in %.2f s", model.name, time.monotonic() - started)

    def _from_earlier_tables(self, model: Model) -> dict[str, Any]:
        """
        Template variables that depend on earlier tables of the batch.

        The touched keys depend on the rules that apply to changes; usually there are none.
        """
        if not (model.entity and model.name == touched_model(model.entity)):
            return {}
        changes = self._tables[changes_model(model.entity)]
        rows = self._session.query(f"select distinct rule from {changes}")
        changed = {row["rule"] for row in rows}
        return {"rules": [r for r in model.variables["rules"] if r["number"] in changed]}

    def _log_touched(self, entity: str, table: str) -> None:
        """Log how many keys are rebuilt, by reason."""
        rows = self._session.query(_REASONS.format(table=table))
        total = sum(row["touched"] for row in rows)
        self._small[entity] = total <= _SMALL_BATCH_KEYS
        reasons = ", ".join(f"{row['touched']} by {row['reason']}" for row in rows)
        logger.info("%s keys of %s are rebuilt: %s", total, entity, reasons or "none")

    def counts(self) -> dict[str, int]:
        """The rows of the models that were built."""
        rows = self._session.count_rows(self._tables.values())
        return {name: rows[table] for name, table in self._tables.items()}

    def _require_columns(self, model: Model, select: str) -> None:
        # The columns do not depend on the batch, and describing a query is slow on ClickHouse.
        timeless = select.replace(self._batch.batch_id, "")
        if timeless in self._proved:
            return
        require_columns(self._session, model, select)
        self._proved.add(timeless)


def require_columns(session: Session, model: Model, select: str) -> None:
    """
    Check that a model's SELECT has the columns of its contract; it is not run.

    :raises ContractError: naming the columns that differ.
    """
    if differences := list(_differences(session.columns_of(select), model.contract)):
        raise ContractError(
            f"{model.name} does not keep its contract: {'; '.join(differences)}",
            where=model.path,
            next_step="make the SELECT and _models.yaml agree",
        )


def _is_scratch(model: Model) -> bool:
    """Whether a model's table is only read while the batch is built."""
    is_touching = model.path.startswith("templates/")
    return not model.contract.publish and not is_touching


def _differences(found: Mapping[str, frozenset[str]], contract: Contract) -> Iterable[str]:
    promised = {column.name: column.type for column in contract.columns}
    for name in promised.keys() - found.keys():
        yield f"{name} is missing"
    for name in found.keys() - promised.keys():
        yield f"{name} is not in the contract"
    for name in promised.keys() & found.keys():
        if promised[name] not in found[name]:
            yield f"{name} is {' or '.join(sorted(found[name]))}, not {promised[name]}"
