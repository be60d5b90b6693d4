"""Creates the views over published tables and over each other, which alone may use the clock."""

from __future__ import annotations

import functools
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError, ContractError, FatalError
from flowmart.engines.base import PUBLISHED_KEY_COLUMNS, PUBLISHED_KEYS
from flowmart.transform import template
from flowmart.transform.calls import require_known
from flowmart.transform.fields import field_sql
from flowmart.transform.folders import (
    INSTANCE_VIEW,
    issue_columns,
    published_contracts,
    view_folders,
)
from flowmart.transform.model import read_models
from flowmart.transform.sum_query import sum_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from flowmart.engines.base import Engine
    from flowmart.transform.fields import Field
    from flowmart.transform.model import Model

_INSTANCE_VIEW = "issue/instance/v_issues.sql"

# Tables of runs, which have no model.
_WRITTEN_BY_CODE = ("ops_runs", "ops_ledger")


def load_views(sql_folder: Path, engine_name: str) -> tuple[Model, ...]:
    """
    Read the views over published tables, each one after those that it reads.

    :raises ContractError: if a view reads a stage table.
    :raises ConfigError: if it reads something that is not published, or itself by way of others.
    """
    views = tuple(
        view
        for folder in view_folders(sql_folder)
        for view in read_models(sql_folder, folder, engine_name, None)
    )
    for view in views:
        if view.reads:
            raise ContractError(
                f"The view {view.name} reads {', '.join(view.reads)}, which are stage tables",
                where=view.path,
                next_step="read published(...) instead",
            )
    readable = {*published_contracts(sql_folder), *(view.name for view in views), *_WRITTEN_BY_CODE}
    for view in views:
        known = {"published": readable, "setting": ("reporting_timezone",)}
        require_known(view.calls, known, view.path)
    return _in_order({view.name: view for view in views})


def _in_order(views: Mapping[str, Model]) -> tuple[Model, ...]:
    graph = {
        name: [r for r in view.calls["published"] if r in views] for name, view in views.items()
    }
    try:
        return tuple(views[name] for name in TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise ConfigError(
            f"The views have a cycle: {' -> '.join(error.args[1])}",
            where=views[error.args[1][0]].path,
            next_step="break the cycle, for instance with a view for the common part",
        ) from error


def show_published(engine: Engine, sql_folder: Path) -> None:
    """
    Make the published tables readable, with views if the engine needs them.

    :param engine: a warehouse whose migrations are applied.
    :param sql_folder: where models are.
    """
    contracts = published_contracts(sql_folder).values()
    sums = [contract for contract in contracts if contract.publish and contract.publish.sum]
    tables = {c.name: c.column_names for c in contracts if c not in sums or engine.stores_sums}
    engine.show_published(tables | {PUBLISHED_KEYS: PUBLISHED_KEY_COLUMNS})
    if not engine.stores_sums:
        for contract in sums:
            assert contract.publish
            assert contract.publish.sum
            fact = engine.schemas.published(contract.publish.sum.of)
            view = engine.schemas.published(contract.name)
            engine.replace_view(view, sum_query(contract, fact, totals=engine.totals))


def create_views(engine: Engine, sql_folder: Path, timezone: str = "UTC") -> list[str]:
    """
    Create or replace the views; grants are kept if the columns are unchanged.

    :param engine: a warehouse whose migrations are applied.
    :param sql_folder: where models and macros are.
    :param timezone: IANA zone of days, weeks and quarters.
    :return: the names of the views.
    """
    jinja = template.environment(sql_folder, engine.name)
    views = load_views(sql_folder, engine.name)
    zone = template.macro(jinja, "text_literal", timezone)
    functions = {"published": engine.schemas.published, "setting": lambda _: zone}
    for view in views:
        columns = ", ".join(view.contract.column_names)
        select = template.render(jinja, view.path, functions)
        select = f"select {columns} from (\n{select}\n) as view_rows"
        _replace_view(engine, view.name, select, _readers_of(view.name, views))
    return [view.name for view in views]


def _replace_view(engine: Engine, name: str, select: str, readers: Sequence[str]) -> None:
    """PostgreSQL changes the columns of a view that others read only without these."""
    view = engine.schemas.published(name)
    try:
        engine.replace_view(view, select)
    except FatalError:
        if not readers:
            raise
        for reader in reversed(readers):
            engine.execute(f"drop view if exists {engine.schemas.published(reader)}")
        engine.replace_view(view, select)


def _readers_of(name: str, views: Sequence[Model]) -> list[str]:
    """The views that read one, directly or not, in the order in which they are created."""
    found = {name}
    for view in views:
        if found & view.calls["published"].keys():
            found.add(view.name)
    return [view.name for view in views if view.name in found - {name}]


def has_instance_view(sql_folder: Path, entities: Iterable[str]) -> bool:
    """Whether instances of a source have a view of their own, as those with issues do."""
    return _INSTANCE_VIEW.split("/")[0] in entities and (sql_folder / _INSTANCE_VIEW).exists()


def create_instance_view(
    engine: Engine,
    sql_folder: Path,
    instance: str,
    fields: Sequence[Field],
    *,
    replace: bool = False,
) -> str:
    """
    Create an instance's own view: a column for each field, and those of ``fct_issues``.

    A view with the same columns is not replaced, so that publishing does not wait for its readers.

    :param engine: a warehouse with marts.
    :param sql_folder: where templates and macros are.
    :param fields: the instance's fields.
    :param replace: whether to replace the view even if its columns are the same.
    :return: its qualified name.
    :raises ConfigError: if a field has the name of an existing column.
    """
    issues = issue_columns(sql_folder)
    if doubled := sorted({*issues} & {field.column for field in fields}):
        raise ConfigError(
            f"fct_issues has a column {doubled[0]} already",
            where=f"flowmart.yaml, instances.{instance}.fields",
            next_step="give the field's column another name",
        )
    name = f"{INSTANCE_VIEW}{instance}"
    view = f"{engine.schemas.mart}.{name}"
    columns = [*(field.column for field in fields), *issues]
    if replace or _columns_of(engine, name) != columns:
        engine.replace_view(view, _select(engine, sql_folder, instance, fields))
    return view


def _select(engine: Engine, sql_folder: Path, instance: str, fields: Sequence[Field]) -> str:
    jinja = template.environment(sql_folder, engine.name)
    macro = functools.partial(template.macro, jinja)
    functions = {
        "fields": [field_sql(field, macro) for field in fields],
        "published": engine.schemas.published,
        "setting": lambda _: macro("text_literal", instance),
    }
    return template.render(jinja, _INSTANCE_VIEW, functions)


def _columns_of(engine: Engine, view: str) -> list[str]:
    rows = engine.query(
        "select column_name as name from information_schema.columns "
        "where table_schema = %(schema)s and table_name = %(view)s order by ordinal_position",
        {"schema": engine.schemas.mart, "view": view},
    )
    return [row["name"] for row in rows]
