"""What diagrams of lineage show: one of all tables, and one for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.catalogue.layout import Edge
    from local.catalogue.lineage import Lineage
    from local.catalogue.tables import Table


@dataclass(frozen=True)
class Node:
    """
    What a box shows.

    :param lines: the first is its title.
    :param kind: its style: ``source``, ``staged``, ``model``, ``table``, or ``this`` for the table
        that the diagram is about.
    :param anchor: where a click leads.
    """

    lines: Sequence[str]
    kind: str
    anchor: str


@dataclass(frozen=True)
class Diagram:
    """
    Boxes and arrows.

    :param nodes: name -> box.
    :param edges: from, to.
    """

    title: str
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: set[Edge] = field(default_factory=set)


def overview(tables: Mapping[str, Table], titles: Mapping[str, str]) -> Diagram:
    """
    Sources, tables and views, without what lies between.

    :param titles: source -> its name for people.
    """
    diagram = Diagram("How sources, tables and views depend on each other")
    for name, table in tables.items():
        diagram.nodes[name] = Node([name], "table", name)
        diagram.edges.update((other, name) for other in table.closest)
        for source in () if table.closest else table.streams:
            diagram.nodes[_origin(source)] = _source_node(titles[source])
            diagram.edges.add((_origin(source), name))
    return diagram


def diagram_of(
    table: Table, tables: Mapping[str, Table], lineage: Lineage, titles: Mapping[str, str]
) -> Diagram:
    """
    What one table is made from, back to raw streams or to other published tables.

    :param titles: source -> its name for people.
    """
    diagram = Diagram(f"What {table.name} is made from")
    for source in table.streams or lineage.graphs:
        streams = _add_models(diagram, table.name, tables, lineage, source)
        if streams:
            diagram.nodes[_origin(source)] = _source_node(titles[source], *sorted(streams))
    diagram.nodes[table.name] = Node([table.name], "this", table.name)
    return diagram


def _add_models(
    diagram: Diagram, table: str, tables: Mapping[str, Table], lineage: Lineage, source: str
) -> set[str]:
    """Add what a table is made from for one source; the raw streams of it are the answer."""
    graph, found = lineage.graphs[source], set[str]()
    waiting, seen = [table], {table}
    while waiting:
        name = waiting.pop()
        streams = {name: graph.streams.get(name, set())}
        for parent in graph.parents.get(name, ()):
            start, kind = parent, "table" if parent in tables else "model"
            if parent in lineage.staged:
                start, kind = f"staged {lineage.staged[parent].name}", "staged"
                streams[start] = set(graph.streams_of(parent))
            elif kind == "model" and parent not in seen:
                seen.add(parent)
                waiting.append(parent)
            label = start.removeprefix("staged ")
            diagram.nodes[start] = Node([label], kind, start.replace(" ", "-"))
            diagram.edges.add((start, name))
        diagram.edges.update((_origin(source), reader) for reader, read in streams.items() if read)
        found = found.union(*streams.values())
    return found


def _origin(source: str) -> str:
    return f"source {source}"


def _source_node(title: str, *streams: str) -> Node:
    return Node([title, *streams], "source", "staging-models")
