"""What each table is made from: the calls of its model's template, for each source."""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from flowmart.transform.calls import calls_of
from flowmart.transform.contract_file import CONTRACT_FILE, read_contracts
from flowmart.transform.project import load_project
from flowmart.transform.template import environment
from flowmart.transform.touched import references_to
from flowmart.transform.views import load_views

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from flowmart.sources.declaration import SourceSpec
    from flowmart.transform.contract import Contract
    from flowmart.transform.project import Project

ENGINES = ("postgres", "clickhouse")

Links = defaultdict[str, set[str]]


def _links() -> Links:
    return defaultdict(set)


class Staged(NamedTuple):
    """A source's staging model, and the name that all sources share."""

    source: str
    name: str


@dataclass(frozen=True)
class Graph:
    """
    The models of one source, and the views.

    :param parents: model -> models that its rows are made from.
    :param streams: model -> raw streams that it reads itself.
    """

    parents: Links = field(default_factory=_links)
    streams: Links = field(default_factory=_links)

    def with_ancestors(self, name: str) -> set[str]:
        """A model and all that it is made from."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            if (model := waiting.pop()) not in found:
                found.add(model)
                waiting += self.parents.get(model, ())
        return found

    def streams_of(self, name: str) -> list[str]:
        """The raw streams that a model is made from, however indirectly; none if it is unknown."""
        models = self.with_ancestors(name)
        return sorted({stream for model in models for stream in self.streams.get(model, ())})


@dataclass(frozen=True)
class Lineage:
    """
    The models of all sources.

    :param graphs: source -> its models; engines together.
    :param keys_from: dimension -> facts whose keys it has a row for.
    :param staged: staging model of a source -> what it is.
    """

    graphs: dict[str, Graph] = field(default_factory=dict)
    keys_from: Links = field(default_factory=_links)
    staged: dict[str, Staged] = field(default_factory=dict)

    @functools.cached_property
    def parents(self) -> Links:
        """Model -> models that its rows are made from, for any source."""
        found = _links()
        for graph in self.graphs.values():
            for name, parents in graph.parents.items():
                found[name] |= parents
        return found

    def nearest(self, name: str, tables: Collection[str]) -> set[str]:
        """The closest of some tables that a model is made from, without those behind them."""
        found: set[str] = set()
        waiting, seen = [name], {name}
        while waiting:
            parents = self.parents.get(waiting.pop(), set())
            found |= parents & set(tables)
            waiting += parents - found - seen
            seen |= parents
        return found

    def streams_of(self, name: str) -> dict[str, list[str]]:
        """Source that fills a model -> the raw streams that it is made from there."""
        streams = {source: graph.streams_of(name) for source, graph in self.graphs.items()}
        return {source: names for source, names in streams.items() if names}


def read_lineage(sql_folder: Path, specs: Iterable[SourceSpec]) -> Lineage:
    """
    Read the models of sources, and the views.

    :param sql_folder: where models and contracts are.
    :param specs: the sources' declarations.
    :raises FlowmartError: if the models are wrong.
    """
    lineage = Lineage()
    others = _of_no_source(sql_folder)
    for spec in specs:
        graph = lineage.graphs[spec.name] = Graph()
        for engine in ENGINES:
            _add_project(lineage, graph, load_project(sql_folder, spec.name, engine, spec))
        for name, parents in others.items():
            graph.parents[name] |= parents
    return lineage


def _of_no_source(sql_folder: Path) -> Links:
    """What views and aggregates are made from; they read published tables, whatever the source."""
    found = _links()
    for engine in ENGINES:
        for view in load_views(sql_folder, engine):
            found[view.name] |= view.calls["published"].keys()
        jinja = environment(sql_folder, engine)
        for folder in ("aggregates/intermediate", "aggregates/marts"):
            if (sql_folder / folder / CONTRACT_FILE).exists():
                for name, contract in read_contracts(sql_folder / folder).items():
                    found[name] |= _groups_of(contract)
                    if (sql_folder / folder / f"{name}.sql").exists():
                        calls = calls_of(jinja, f"{folder}/{name}.sql")
                        found[name] |= calls["published"].keys() | calls["ref"].keys()
    return found


def _add_project(lineage: Lineage, graph: Graph, project: Project) -> None:
    source = project.spec.name
    contracts = [model.contract for model in project.by_name.values()]
    for model in project.by_name.values():
        if model.is_generated:  # which rows a batch builds, not what they are made from
            continue
        facts = {r.fact for name in model.mentions for r in references_to(name, contracts)}
        lineage.keys_from[model.name] |= facts
        graph.parents[model.name] |= {
            name
            for name in {*model.reads, *_groups_of(model.contract)}
            if name not in facts and not project.by_name[name].is_generated
        }
        graph.streams[model.name] |= set(model.raw_streams)
        if model.path.startswith(f"staging/{source}/"):
            name = model.name.removeprefix(f"stg_{source}__")
            lineage.staged[model.name] = Staged(source, name)


def _groups_of(contract: Contract) -> set[str]:
    """The fact that a slice or a sum has its groups from."""
    publish = contract.publish
    return {publish.grouping.of} if publish and publish.grouping else set()
