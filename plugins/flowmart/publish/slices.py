"""Policy ``slice``: complete groups of rows, such as a day of an instance, are replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.ops.ledger import LedgerEntry
from flowmart.transform.model import slices_model

if TYPE_CHECKING:
    from flowmart.publish.publishing import Publishing
    from flowmart.transform.contract import Contract


def publish_slices(publishing: Publishing, model: Contract) -> LedgerEntry:
    """
    Replace the groups that the batch touches; in a full replay, all groups of the instance.

    :param model: a model that is published by slices.
    :return: rows of the stage table, against rows of the published table.
    """
    assert model.publish
    assert model.publish.slice
    by = ", ".join(model.publish.slice.by)
    table, stage = publishing.publication.table(model.name), publishing.stage(model.name)
    touched = publishing.stage(slices_model(model.name))
    replaced = f"{publishing.own} and ({by}) in (select {by} from {touched})"
    deleted = publishing.own if publishing.everything else replaced
    publishing.publication.execute(f"delete from {table} where {deleted}")
    publishing.insert_stage(model)
    return LedgerEntry(
        "mart",
        model.name,
        expected=publishing.count(stage),
        actual=publishing.count(f"{table} where {replaced}"),
    )
