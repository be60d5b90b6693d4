"""
Generations: which keys a batch may replace, and which it has replaced.

A generation is drawn before its batch reads raw rows, so of two batches the one with the higher
generation has seen more. A batch does not replace keys that a higher generation has published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.engines.base import PUBLISHED_KEYS
from flowmart.transform.model import touched_model

if TYPE_CHECKING:
    from flowmart.engines.base import LogicalType
    from flowmart.publish.publishing import Publishing

_KEY_COLUMNS: dict[str, LogicalType] = {"record_key": "text", "is_taken": "boolean"}

_CHOOSE = """
select
    touched.{entity}_key as record_key,
    coalesce(published.generation, 0) <= {generation} as is_taken
from {touched} as touched
left join (
    select record_key, generation
    from {published_keys}
    where {own} and entity = '{entity}' and record_key in (select {entity}_key from {touched})
) as published on touched.{entity}_key = published.record_key
"""


def choose_keys(publishing: Publishing, entity: str) -> int:
    """
    Store which touched keys of an entity the batch takes: those without a later generation.

    :return: how many keys the batch touches.
    """
    select = _CHOOSE.format(
        entity=entity,
        generation=publishing.generation,
        touched=publishing.stage(touched_model(entity)),
        published_keys=publishing.publication.current(PUBLISHED_KEYS),
        own=publishing.own,
    )
    keys = publishing.keys(entity)
    publishing.publication.build_table(keys, _KEY_COLUMNS, select)
    return publishing.publication.count_rows([keys])[keys]


def later_keys(publishing: Publishing, entity: str) -> str:
    """Query of an entity's keys that a later generation has published."""
    return (
        f"select record_key from {publishing.publication.current(PUBLISHED_KEYS)} "
        f"where {publishing.own} and entity = '{entity}' and generation > {publishing.generation}"
    )


def record_keys(publishing: Publishing, entity: str) -> int:
    """
    Store the batch's generation for the keys taken, and delete the keys that are gone.

    :return: how many keys were taken.
    """
    table, keys = publishing.publication.table(PUBLISHED_KEYS), publishing.keys(entity)
    own = f"{publishing.own} and entity = '{entity}'"
    if publishing.everything:
        publishing.publication.execute(
            f"delete from {table} where {own} and generation <= {publishing.generation} "
            f"and record_key not in (select record_key from {keys})"
        )
    publishing.publication.execute(
        f"delete from {table} where {own} and record_key in ({publishing.taken(entity)})"
    )
    publishing.publication.execute(
        f"insert into {table} (instance, entity, record_key, generation) "
        f"select '{publishing.batch.instance}', '{entity}', record_key, {publishing.generation} "
        f"from {keys} where is_taken"
    )
    return publishing.count(f"{keys} where is_taken")
