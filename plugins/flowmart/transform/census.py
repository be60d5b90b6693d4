"""The published records of an entity, for its census."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flowmart.transform import template

if TYPE_CHECKING:
    from pathlib import Path

    from flowmart.engines.base import Engine


def known_records(
    engine: Engine, sql_folder: Path, entity: str, instance: str
) -> dict[str, bool] | None:
    """
    The published records of an entity, by its query ``<entity>/census.sql``.

    :param engine: the warehouse.
    :param sql_folder: where models and macros are.
    :return: id -> whether it is marked as gone; None for an entity without such a query, which has
        no census.
    """
    path = f"{entity}/census.sql"
    if not (sql_folder / path).exists():
        return None
    jinja = template.environment(sql_folder, engine.name)
    macro = partial(template.macro, jinja)
    functions = {
        "published": engine.schemas.published,
        "setting": lambda _: macro("text_literal", instance),
    }
    rows = engine.query(template.render(jinja, path, functions))
    return {row["record_id"]: bool(row["is_gone"]) for row in rows}
