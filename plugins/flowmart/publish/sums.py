"""
Policy ``sum``: sums over a fact's rows, changed together with the fact.

The replaced rows are subtracted from a sum, the new ones are added. Integers and decimals add up
exactly, so the sums equal a rebuild, whatever the order of batches. ClickHouse stores no sums:
there a view computes them from the fact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowmart.core.errors import CompletenessError
from flowmart.transform.contract import ROW_COUNT
from flowmart.transform.sum_query import sum_query

if TYPE_CHECKING:
    from types import TracebackType

    from flowmart.publish.publishing import Publishing
    from flowmart.transform.contract import Contract


class SumChanges:
    """
    Collects the difference between a fact's old and new rows, and applies it to the sums.

    :param publishing: the batch.
    :param fact: the fact whose rows the block replaces.
    :param removed: condition on the published rows that the block deletes.
    :param added: condition on the stage rows that the block inserts.
    """

    def __init__(self, publishing: Publishing, fact: Contract, *, removed: str, added: str) -> None:
        self._publishing = publishing
        self._fact = fact
        self._removed = removed
        self._added = added
        self._sums = [
            model.contract
            for model in publishing.project.sums
            if publishing.publication.stores_sums
            and model.contract.publish
            and model.contract.publish.sum
            and model.contract.publish.sum.of == fact.name
        ]

    def __enter__(self) -> None:
        for model in self._sums:
            self._create(model)
            self._note(
                model, "-", self._publishing.publication.table(self._fact.name), self._removed
            )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            return
        for model in self._sums:
            if self._publishing.everything:
                self._rebuild(model)
            else:
                self._note(model, "", self._publishing.stage(self._fact.name), self._added)
                self._apply(model)

    def _changes(self, model: Contract) -> str:
        return self._publishing.stage(f"changes_{model.name}")

    def _create(self, model: Contract) -> None:
        columns = {column.name: column.type for column in model.columns}
        self._publishing.publication.create_table(self._changes(model), columns)

    def _note(self, model: Contract, sign: str, relation: str, condition: str) -> None:
        select = sum_query(model, relation, condition, sign)
        columns = ", ".join(model.column_names)
        self._publishing.publication.execute(
            f"insert into {self._changes(model)} ({columns}) {select}"
        )

    def _apply(self, model: Contract) -> None:
        assert model.publish
        assert model.publish.sum
        wrong = self._publishing.publication.add_sums(
            self._publishing.publication.table(model.name),
            self._changes(model),
            model.publish.sum.by,
            (*model.summed, ROW_COUNT),
            ROW_COUNT,
        )
        if wrong:
            raise CompletenessError(
                f"{wrong} groups of {model.name} would have a negative count of rows: the "
                "table was changed by something else",
                where=str(self._publishing.batch),
                next_step="run the DAG `replay` for the instance, which recomputes its sums",
            )

    def _rebuild(self, model: Contract) -> None:
        table = self._publishing.publication.table(model.name)
        fact = self._publishing.publication.table(self._fact.name)
        columns = ", ".join(model.column_names)
        self._publishing.publication.execute(f"delete from {table} where {self._publishing.own}")
        self._publishing.publication.execute(
            f"insert into {table} ({columns}) {sum_query(model, fact, self._publishing.own)}"
        )
