"""
Policy ``upsert``: new and changed rows are written, and rows that are gone are deleted.

A batch's stage table has the rows of the source's snapshots and those that the batch's facts
reference. Other published rows are gone, unless a fact of another key references them. A row that
the batch's facts reference and that its stage table lacks belongs to another dimension: a project
that is a sprint now.
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
    from flowmart.transform.touched import Reference


def find_gone(publishing: Publishing, model: Contract) -> None:
    """
    Collect the rows that may be gone; must be called before facts are replaced.

    These are rows with attributes, since the batch rebuilds the facts that copy them, and rows that
    exist only because facts reference them, if the batch replaces such facts. In a full replay: all
    rows that are not in the batch.
    """
    key = model.key_column
    gone = f"select {key} from {publishing.publication.current(model.name)} where {publishing.own}"
    if not publishing.everything:
        gone += f" and ({' or '.join(_reasons(publishing, model))})"
    # With `not in`, PostgreSQL compares all with all where they outgrow its memory.
    gone += f" except select {key} from {_batch_rows(publishing, model)}"
    columns: dict[str, LogicalType] = {key: "text"}
    publishing.publication.build_table(_gone(publishing, model), columns, gone)


def _reasons(publishing: Publishing, model: Contract) -> list[str]:
    copied = model.copied_into_facts
    named = [
        f"select {found.key} from {publishing.publication.current(found.fact)} "
        f"where {found.where} and {fact.publish.by} in ({publishing.taken(entity_of(fact))})"
        for fact, found in _references(publishing, model)
        if fact.publish
    ]
    reasons = [f"({copied.where})" if copied else "1 = 1"]
    if named:
        reasons.append(f"{model.key_column} in ({' union all '.join(named)})")
    return reasons


def differing_rows(publishing: Publishing, model: Contract) -> int:
    """Number of published rows of a dimension that the batch would change or delete."""
    table, key = publishing.publication.current(model.name), model.key_column
    changed = f"select {key} from ({_changed(publishing, model)}) as changed"
    differing = publishing.count(f"{table} where {publishing.own} and {key} in ({changed})")
    return differing + publishing.count(_gone(publishing, model))


def publish_dimension(publishing: Publishing, model: Contract) -> LedgerEntry:
    """
    Write new and changed rows, and delete those that are gone and that no other fact references.

    :param model: a model with the policy upsert; its facts are already replaced.
    :return: rows that the batch publishes, against rows of the published table with their keys.
    """
    key, batch_rows = model.key_column, _batch_rows(publishing, model)
    changed = publishing.stage(f"changed_{model.name}")
    columns = {column.name: column.type for column in model.columns}
    publishing.publication.build_table(changed, columns, _changed(publishing, model))
    counts = publishing.publication.count_rows([changed, _gone(publishing, model)])
    if counts[_gone(publishing, model)]:
        _delete_gone(publishing, model)
    if counts[changed]:  # avoid a clone on ClickHouse: dimensions rarely change
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
        f"where {publishing.own} and {key} in (select {key} from {batch_rows})"
    )
    return LedgerEntry(
        "mart", model.name, expected=publishing.count(batch_rows), actual=publishing.count(held)
    )


def _delete_gone(publishing: Publishing, model: Contract) -> None:
    key, gone = model.key_column, _gone(publishing, model)
    named = [
        f"select {found.key} from {publishing.publication.current(found.fact)} "
        f"where {found.where} and {found.key} in (select {key} from {gone}) "
        f"and {fact.publish.by} not in ({publishing.taken(entity_of(fact))})"
        for fact, found in _references(publishing, model)
        if fact.publish
    ]
    unnamed = f" where {key} not in ({' union all '.join(named)})" if named else ""
    publishing.publication.execute(
        f"delete from {publishing.publication.table(model.name)} "
        f"where {key} in (select {key} from {gone}{unnamed})"
    )


def _references(publishing: Publishing, model: Contract) -> list[tuple[Contract, Reference]]:
    """Facts, and where they have keys of a dimension."""
    contracts = {c.name: c for c in publishing.project.contracts() if c.publish and c.publish.by}
    found = references_to(model.name, contracts.values())
    return [(contracts[reference.fact], reference) for reference in found]


def _batch_rows(publishing: Publishing, model: Contract) -> str:
    """
    The rows that the batch publishes: its stage table. An overtaken batch leaves out rows that only
    those of its facts reference which a later generation has replaced.
    """
    stage, copied = publishing.stage(model.name), model.copied_into_facts
    references = _references(publishing, model)
    if not publishing.is_overtaken or copied is None or not references:
        return stage
    left_out, taken = (
        " union all ".join(
            f"select {found.key} from {publishing.stage(fact.name)} "
            f"where {found.where} and {fact.publish.by} {condition} "
            f"({publishing.taken(entity_of(fact))})"
            for fact, found in references
            if fact.publish
        )
        for condition in ("not in", "in")
    )
    key = model.key_column
    return (
        f"(select * from {stage} where ({copied.where}) "
        f"or {key} not in ({left_out}) or {key} in ({taken})) as batch_rows"
    )


def _gone(publishing: Publishing, model: Contract) -> str:
    return publishing.stage(f"gone_{model.name}")


def _changed(publishing: Publishing, model: Contract) -> str:
    """The rows of the stage table that are new or differ from the published ones."""
    columns = ", ".join(model.column_names)
    published = publishing.publication.current(model.name)
    return (
        f"select {columns} from {_batch_rows(publishing, model)} "
        f"except select {columns} from {published} where {publishing.own}"
    )
