"""The query of a ``sum`` model; on ClickHouse it is the model's view."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from flowmart.transform.contract import ROW_COUNT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.transform.contract import Contract


_TOTAL = "sum({})"


def sum_query(
    model: Contract,
    relation: str,
    condition: str = "1 = 1",
    sign: str = "",
    totals: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """
    Query of sums over a fact's rows, with the columns of the contract.

    :param model: the contract of a sum.
    :param relation: the fact.
    :param condition: on the fact's rows.
    :param sign: ``-`` to subtract the rows.
    :param totals: type of a column -> how it is added up, where a plain ``sum`` does not do.
    """
    assert model.publish
    assert model.publish.sum
    by = model.publish.sum.by
    values = {name: name for name in by} | {ROW_COUNT: f"{sign}count(*)"}
    types = {column.name: column.type for column in model.columns}
    for name in model.summed:
        values[name] = sign + totals.get(types[name], _TOTAL).format(name)
    columns = ", ".join(f"{values[name]} as {name}" for name in model.column_names)
    return f"select {columns} from {relation} where {condition} group by {', '.join(by)}"
