"""What the catalogue says of each table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowmart.engines.base import Schemas
from flowmart.transform.folders import all_contracts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from flowmart.transform.contract import Contract
    from local.catalogue.definitions import Section
    from local.catalogue.lineage import Lineage

KINDS = ("Facts", "Dimensions", "Aggregates", "Views", "About the pipeline")
FILTERS = ("instance", "team", "issue_type", "level", "sprint", "quarter")
_SCHEMAS = Schemas.with_prefix("")


@dataclass(frozen=True)
class Table:
    """
    A published table or a view.

    :param streams: source -> raw streams that it is made from, however indirectly.
    :param parents: models that it is made from, without staging models.
    :param staged: staging models that it is made from, by the name that sources share.
    :param keys_from: facts whose keys it has a row for.
    :param closest: published tables and views that it is made from, without those behind them.
    :param used_by: published tables and views that are made from it.
    :param definitions: sections of ``docs/metrics.md`` that name it.
    """

    contract: Contract
    streams: Mapping[str, Sequence[str]]
    parents: Sequence[str]
    staged: Sequence[str]
    keys_from: Sequence[str]
    closest: Sequence[str]
    used_by: Sequence[str]
    definitions: Sequence[Section]

    @property
    def name(self) -> str:
        """Its name without the schema."""
        return self.contract.name

    @property
    def address(self) -> str:
        """The qualified name by which it is read, without a prefix of schemas."""
        return _SCHEMAS.published(self.name)

    @property
    def kind(self) -> str:
        """One of :data:`KINDS`."""
        publish = self.contract.publish
        if self.contract.layer == "ops":
            return "About the pipeline"
        if publish is None:
            return "Views"
        return "Dimensions" if publish.upsert else "Aggregates" if publish.grouping else "Facts"

    @property
    def publishing(self) -> str:
        """How its rows are published, in words."""
        publish = self.contract.publish
        if publish is None:
            return "a view, worked out when it is read"
        if publish.by:
            return f"by `{publish.by}`: a batch replaces the rows of the keys that it touched"
        if publish.upsert:
            return "upsert: new and changed rows are written, rows that are gone are deleted"
        assert publish.grouping
        by = ", ".join(f"`{name}`" for name in publish.grouping.by)
        if publish.slice:
            return f"slice: whole groups of `{publish.slice.of}` by {by} are replaced"
        return f"sum over `{publish.grouping.of}` by {by}, changed together with it"

    @property
    def filters(self) -> list[str]:
        """The common filters that it has a column for."""
        return [name for name in FILTERS if name in self.contract.column_names]

    @property
    def missing_filters(self) -> list[str]:
        """The common filters that do not apply to it."""
        return [name for name in FILTERS if name not in self.contract.column_names]


def read_tables(
    sql_folder: Path, lineage: Lineage, definitions: Sequence[Section]
) -> dict[str, Table]:
    """
    All published tables and views, by kind and name.

    :param sql_folder: where contracts are.
    :param definitions: sections of ``docs/metrics.md``.
    """
    contracts = {
        name: contract
        for name, contract in all_contracts(sql_folder).items()
        if contract.publish or contract.materialized == "view"
    }
    closest = {name: lineage.nearest(name, contracts) for name in contracts}
    tables = [_table(contract, closest, lineage, definitions) for contract in contracts.values()]
    tables.sort(key=lambda table: (KINDS.index(table.kind), table.name))
    return {table.name: table for table in tables}


def _table(
    contract: Contract,
    closest: Mapping[str, set[str]],
    lineage: Lineage,
    definitions: Sequence[Section],
) -> Table:
    name = contract.name
    parents, staged = lineage.parents.get(name, set()), lineage.staged
    return Table(
        contract,
        streams=lineage.streams_of(name),
        parents=sorted(parents - staged.keys()),
        staged=sorted({staged[parent].name for parent in parents & staged.keys()}),
        keys_from=sorted(lineage.keys_from.get(name, ())),
        closest=sorted(closest[name]),
        used_by=sorted(other for other, tables in closest.items() if name in tables),
        definitions=[section for section in definitions if section.names(name)],
    )
