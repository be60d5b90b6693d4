"""The views over published tables: the only place where the clock is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.transform import template
from flowmart.transform.project import load_views

if TYPE_CHECKING:
    from pathlib import Path

    from flowmart.engines.base import Engine


def create_views(engine: Engine, sql_folder: Path) -> list[str]:
    """
    Create the views, or bring them up to date; those whose columns stay keep their grants.

    :param engine: a warehouse whose migrations are applied.
    :param sql_folder: where models and macros are.
    :return: the names of the views.
    """
    jinja = template.environment(sql_folder, engine.name)
    mart = engine.schemas.mart
    views = load_views(sql_folder, engine.name)
    functions = {"published": lambda name: f"{mart}.{name}"}
    for view in views:
        columns = ", ".join(view.contract.column_names)
        select = template.render(jinja, view.path, functions)
        engine.replace_view(
            f"{mart}.{view.name}", f"select {columns} from (\n{select}\n) as view_rows"
        )
    return [view.name for view in views]
