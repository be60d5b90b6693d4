"""All that the catalogue tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowmart.transform.folders import all_contracts
from local.catalogue.definitions import read_sections
from local.catalogue.lineage import read_lineage
from local.catalogue.tables import KINDS, read_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from flowmart.sources.declaration import SourceSpec
    from flowmart.transform.contract import Contract
    from local.catalogue.definitions import Section
    from local.catalogue.lineage import Lineage
    from local.catalogue.tables import Table


@dataclass(frozen=True)
class Catalogue:
    """
    The catalogue, whatever it is written as.

    :param tables: name -> published table or view.
    :param between: contracts of the models between staging and tables.
    :param sections: what the numbers mean.
    :param titles: source -> its name for people.
    """

    tables: Mapping[str, Table]
    between: Sequence[Contract]
    lineage: Lineage
    sections: Sequence[Section]
    titles: Mapping[str, str]

    def by_kind(self) -> dict[str, list[Table]]:
        """The tables of each kind that there are any of."""
        found = {kind: [t for t in self.tables.values() if t.kind == kind] for kind in KINDS}
        return {kind: tables for kind, tables in found.items() if tables}

    def staged(self) -> dict[str, dict[str, list[str]]]:
        """Staging model -> source -> the raw streams that it is made from there."""
        found: dict[str, dict[str, list[str]]] = {}
        entered = {parent for model in self._used() for parent in self.lineage.parents[model]}
        for name in sorted(entered & self.lineage.staged.keys()):
            source, staged = self.lineage.staged[name]
            found.setdefault(staged, {})[source] = self.lineage.streams_of(name).get(source, [])
        return dict(sorted(found.items()))

    def made_from(self, model: str) -> list[str]:
        """What a model between reads, for people."""
        parents, known = self.lineage.parents[model], self.lineage.staged
        staged = {f"staged {known[name].name}" for name in parents & known.keys()}
        streams = {
            f"raw {stream}"
            for graph in self.lineage.graphs.values()
            for stream in graph.streams.get(model, ())
        }
        return [*sorted(parents - known.keys()), *sorted(staged), *sorted(streams)]

    def _used(self) -> list[str]:
        return [*self.tables, *(contract.name for contract in self.between)]


def read_catalogue(sql_folder: Path, specs: Sequence[SourceSpec], metrics: str) -> Catalogue:
    """
    Collect what the catalogue tells.

    :param sql_folder: where models and contracts are.
    :param specs: the declarations of all sources.
    :param metrics: the text of ``docs/metrics.md``.
    :raises FlowmartError: if models or contracts are wrong.
    """
    lineage = read_lineage(sql_folder, specs)
    sections = read_sections(metrics)
    tables = read_tables(sql_folder, lineage, sections)
    graphs = lineage.graphs.values()
    ancestors = {m for graph in graphs for name in tables for m in graph.with_ancestors(name)}
    between = [
        contract
        for name, contract in sorted(all_contracts(sql_folder).items())
        if name in ancestors - tables.keys() - lineage.staged.keys()
    ]
    titles = {spec.name: spec.title for spec in specs}
    return Catalogue(tables, between, lineage, sections, titles)
