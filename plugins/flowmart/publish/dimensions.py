"""
Policy ``upsert``: rows are written when they come or change, and deleted when they are gone.

A batch's stage table has the rows of the source's snapshots and those that the batch's own facts
name. A published row that is not among them is gone, unless a fact of other keys names it. What the
batch's own facts name and it does not hold itself, another dimension holds: a project that is a
sprint now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.ops.ledger import LedgerEntry
from flowmart.publish.publishing import entity_of
from flowmart.transform.touched import references_to

if TYPE_CHECKING:
    from flowmart.engines.base import LogicalType
    from flowmart.publish.publishing import Publishing
    from flowmart.transform.contract import Contract


def find_gone(publishing: Publishing, model: Contract) -> None:
    """
    Note the rows that may be gone; to be called before facts are replaced.

    These are rows that say something, since the batch rebuilds whoever shows them, and rows that
    only facts name, if facts that the batch replaces named them. In a replay: all that the batch
    does not hold.
    """
    key = model.key_column
    gone = (
        f"select {key} from {publishing.publication.current(model.name)} "
        f"where {publishing.own} "
        f"and {key} not in (select {key} from {_brought(publishing, model)})"
    )
    if not publishing.everything:
        gone += f" and ({' or '.join(_reasons(publishing, model))})"
    columns: dict[str, LogicalType] = {key: "text"}
    publishing.publication.build_table(_gone(publishing, model), columns, gone)


def _reasons(publishing: Publishing, model: Contract) -> list[str]:
    copied = model.copied_into_facts
    named = [
        f"select {column} from {publishing.publication.current(fact.name)} "
        f"where {fact.publish.by} in ({publishing.taken(entity_of(fact))})"
        for fact, column in _references(publishing, model)
        if fact.publish
    ]
    reasons = [f"({copied.where})" if copied else "1 = 1"]
    if named:
        reasons.append(f"{model.key_column} in ({' union all '.join(named)})")
    return reasons


def differing_rows(publishing: Publishing, model: Contract) -> int:
    """How many published rows of a dimension the batch would change or delete."""
    table, key = publishing.publication.current(model.name), model.key_column
    changed = f"select {key} from ({_changed(publishing, model)}) as changed"
    differing = publishing.count(f"{table} where {publishing.own} and {key} in ({changed})")
    return differing + publishing.count(_gone(publishing, model))


def publish_dimension(publishing: Publishing, model: Contract) -> LedgerEntry:
    """
    Write rows that came or changed, and delete those that are gone and that no other fact names.

    :param model: a model that is published by upsert; its facts are replaced already.
    :return: rows that the batch brings, against rows of the published table with their keys.
    """
    key, brought = model.key_column, _brought(publishing, model)
    changed = publishing.stage(f"changed_{model.name}")
    columns = {column.name: column.type for column in model.columns}
    publishing.publication.build_table(changed, columns, _changed(publishing, model))
    counts = publishing.publication.count_rows([changed, _gone(publishing, model)])
    if counts[_gone(publishing, model)]:
        _delete_gone(publishing, model)
    if counts[changed]:  # a dimension changes seldom, and a change costs a clone on ClickHouse
        table = publishing.publication.table(model.name)
        names = ", ".join(model.column_names)
        publishing.publication.execute(
            f"delete from {table} where {key} in (select {key} from {changed})"
        )
        publishing.publication.execute(
            f"insert into {table} ({names}) select {names} from {changed}"
        )
    held = (
        f"{publishing.publication.current(model.name)} "
        f"where {publishing.own} and {key} in (select {key} from {brought})"
    )
    return LedgerEntry(
        "mart", model.name, expected=publishing.count(brought), actual=publishing.count(held)
    )


def _delete_gone(publishing: Publishing, model: Contract) -> None:
    key, gone = model.key_column, _gone(publishing, model)
    named = [
        f"select {column} from {publishing.publication.current(fact.name)} "
        f"where {column} in (select {key} from {gone}) "
        f"and {fact.publish.by} not in ({publishing.taken(entity_of(fact))})"
        for fact, column in _references(publishing, model)
        if fact.publish
    ]
    unnamed = f" where {key} not in ({' union all '.join(named)})" if named else ""
    publishing.publication.execute(
        f"delete from {publishing.publication.table(model.name)} "
        f"where {key} in (select {key} from {gone}{unnamed})"
    )


def _references(publishing: Publishing, model: Contract) -> list[tuple[Contract, str]]:
    """Facts, and their columns, that hold keys of a dimension."""
    contracts = {c.name: c for c in publishing.project.contracts() if c.publish and c.publish.by}
    return [(contracts[fact], c) for fact, c in references_to(model.name, contracts.values())]


def _brought(publishing: Publishing, model: Contract) -> str:
    """
    The stage table, as a relation; of a batch that was overtaken without what only facts name that
    a later generation has replaced.
    """
    stage, copied = publishing.stage(model.name), model.copied_into_facts
    references = _references(publishing, model)
    if not publishing.is_overtaken or copied is None or not references:
        return stage
    left_out, named = (
        " union all ".join(
            f"select {column} from {publishing.stage(fact.name)} "
            f"where {column} is not null and {fact.publish.by} {condition} "
            f"({publishing.taken(entity_of(fact))})"
            for fact, column in references
            if fact.publish
        )
        for condition in ("not in", "in")
    )
    key = model.key_column
    return (
        f"(select * from {stage} where ({copied.where}) "
        f"or {key} not in ({left_out}) or {key} in ({named})) as brought"
    )


def _gone(publishing: Publishing, model: Contract) -> str:
    return publishing.stage(f"gone_{model.name}")


def _changed(publishing: Publishing, model: Contract) -> str:
    """The rows of the stage table that are published otherwise, or not at all."""
    columns = ", ".join(model.column_names)
    published = publishing.publication.current(model.name)
    return (
        f"select {columns} from {_brought(publishing, model)} "
        f"except select {columns} from {published} where {publishing.own}"
    )
