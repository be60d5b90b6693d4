"""The views over published tables: the only place where the clock is read."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from flowmart.core.errors import ConfigError
from flowmart.engines.base import PUBLISHED_ISSUES
from flowmart.transform import template
from flowmart.transform.contract import read_contracts
from flowmart.transform.fields import field_sql
from flowmart.transform.project import load_views

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flowmart.engines.base import Engine
    from flowmart.transform.fields import Field

_INSTANCE_VIEW = "instance/v_issues.sql"


def show_published(engine: Engine, sql_folder: Path) -> None:
    """
    Let people read the published tables, by views where the engine needs some.

    :param engine: a warehouse whose migrations are applied.
    :param sql_folder: where models are.
    """
    contracts = read_contracts(sql_folder / "marts").values()
    models = [contract.name for contract in contracts if contract.publish != "none"]
    engine.show_published([*models, PUBLISHED_ISSUES])


def create_views(engine: Engine, sql_folder: Path) -> list[str]:
    """
    Create the views, or bring them up to date; those whose columns stay keep their grants.

    :param engine: a warehouse whose migrations are applied.
    :param sql_folder: where models and macros are.
    :return: the names of the views.
    """
    jinja = template.environment(sql_folder, engine.name)
    views = load_views(sql_folder, engine.name)
    functions = {"published": engine.schemas.published}
    for view in views:
        columns = ", ".join(view.contract.column_names)
        select = template.render(jinja, view.path, functions)
        engine.replace_view(
            f"{engine.schemas.mart}.{view.name}",
            f"select {columns} from (\n{select}\n) as view_rows",
        )
    return [view.name for view in views]


def create_instance_view(
    engine: Engine, sql_folder: Path, instance: str, fields: Sequence[Field], *, anew: bool = False
) -> str:
    """
    Create an instance's own view: a column for each field, and those of ``fct_issues``.

    A view that has the same columns is left alone, so that publishing never waits for its readers.

    :param engine: a warehouse with marts.
    :param sql_folder: where templates and macros are.
    :param fields: the instance's fields.
    :param anew: whether to replace it though it has the same columns.
    :return: its qualified name.
    :raises ConfigError: if a field is called as one of the columns that there are already.
    """
    issues = read_contracts(sql_folder / "marts")["fct_issues"].column_names
    if doubled := sorted({*issues} & {field.column for field in fields}):
        raise ConfigError(
            f"fct_issues has a column {doubled[0]} already",
            where=f"flowmart.yaml, instances.{instance}.fields",
            next_step="call the field's column otherwise",
        )
    name = f"v_issues__{re.sub('[^a-z0-9_]', '_', instance.lower())}"
    view = f"{engine.schemas.mart}.{name}"
    columns = [*(field.column for field in fields), *issues]
    if anew or _columns_of(engine, name) != columns:
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
