"""Policy ``by``: the rows of the touched keys are replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.ops.ledger import LedgerEntry
from flowmart.publish.keys import later_keys
from flowmart.publish.publishing import entity_of
from flowmart.publish.sums import SumChanges

if TYPE_CHECKING:
    from flowmart.publish.publishing import Publishing
    from flowmart.transform.contract import Contract


def publish_fact(publishing: Publishing, model: Contract) -> LedgerEntry:
    """
    Replace a fact's rows of the keys that the batch takes, and update its sums.

    :param model: a model that is published by an entity's key.
    :return: rows of the stage table, against rows of the published table.
    """
    assert model.publish
    key, entity = model.publish.by, entity_of(model)
    table, stage = publishing.publication.table(model.name), publishing.stage(model.name)
    is_taken = f"{key} in ({publishing.taken(entity)})"
    replaced = f"{publishing.own} and {is_taken}"
    if publishing.everything:
        replaced = f"{publishing.own} and {key} not in ({later_keys(publishing, entity)})"
    with SumChanges(publishing, model, removed=replaced, added=is_taken):
        publishing.publication.execute(f"delete from {table} where {replaced}")
        publishing.insert_stage(model, is_taken)
    # Excludes the keys not taken, so that rows of keys that are not touched count as a difference.
    left_out = f"{key} in (select record_key from {publishing.keys(entity)} where not is_taken)"
    return LedgerEntry(
        "mart",
        model.name,
        expected=publishing.count(f"{stage} where not coalesce({left_out}, false)"),
        actual=publishing.count(f"{table} where {is_taken}"),
    )
