"""The published records of an entity: for its census, and those to reconcile."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from flowmart.transform import template

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from flowmart.engines.base import Engine


class Known(NamedTuple):
    """
    The published records of an entity.

    :param gone: id -> whether it is marked as gone.
    :param urls: id -> address for people, of records that have one.
    """

    gone: dict[str, bool]
    urls: dict[str, str]


def known_records(engine: Engine, sql_folder: Path, entity: str, instance: str) -> Known | None:
    """
    The published records of an entity, by its query ``<entity>/census.sql``.

    :param engine: the warehouse.
    :param sql_folder: where models and macros are.
    :return: None for an entity without such a query, which has no census.
    """
    rows = _ask(engine, sql_folder, f"{entity}/census.sql", {"instance": instance})
    if rows is None:
        return None
    return Known(
        {row["record_id"]: bool(row["is_gone"]) for row in rows},
        {row["record_id"]: row["url"] for row in rows if row.get("url")},
    )


def records_to_reconcile(
    engine: Engine, sql_folder: Path, entity: str, instance: str, closed_since: datetime
) -> list[str]:
    """
    Ids of the records that are open, or were closed lately, by ``<entity>/reconcile.sql``.

    :param closed_since: what was closed before is left alone.
    :return: in order; none for an entity without such a query.
    """
    settings = {"instance": instance, "closed_since": closed_since.isoformat()}
    rows = _ask(engine, sql_folder, f"{entity}/reconcile.sql", settings)
    return sorted(row["record_id"] for row in rows or ())


def _ask(
    engine: Engine, sql_folder: Path, path: str, settings: dict[str, str]
) -> list[dict[str, Any]] | None:
    if not (sql_folder / path).exists():
        return None
    jinja = template.environment(sql_folder, engine.name)
    macro = partial(template.macro, jinja)
    functions = {
        "published": engine.schemas.published,
        "setting": lambda name: macro("text_literal", settings[name]),
    }
    return engine.query(template.render(jinja, path, functions))
