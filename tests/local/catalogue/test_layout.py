"""Where boxes and arrows of a diagram are."""

from __future__ import annotations

from itertools import combinations

import pytest

from flowmart.settings import SQL_FOLDER
from flowmart.sources.registry import get_spec, source_names
from local.catalogue.diagram import Diagram, Node, diagram_of
from local.catalogue.layout import Box, place
from local.catalogue.svg import draw
from local.catalogue.tables import read_tables


def test_an_arrow_that_crosses_a_layer_passes_its_boxes():
    """
    Three layers, 48 apart. The middle one holds a point of the long arrow and, 12 below, a box of
    10: 22 high, in whose middle the others are.
    """
    sizes = {"a": (20, 10), "b": (30, 10), "c": (40, 10)}
    layout = place(sizes, [("a", "b"), ("b", "c"), ("a", "c")])
    assert layout.boxes == {
        "a": Box(0, 6, 20, 10),
        "b": Box(68, 12, 30, 10),
        "c": Box(146, 6, 40, 10),
    }
    assert layout.arrows == {
        ("a", "b"): [(20, 11), (68, 17)],
        ("b", "c"): [(98, 17), (146, 11)],
        ("a", "c"): [(20, 11), (68, 0), (98, 0), (146, 11)],
    }
    assert (layout.width, layout.height) == (186, 22)


def test_arrows_do_not_cross_without_need():
    layout = place(dict.fromkeys(["a1", "a2", "b1", "b2"], (10, 10)), [("a1", "b2"), ("a2", "b1")])
    boxes = layout.boxes
    assert (boxes["a1"].y < boxes["a2"].y) == (boxes["b2"].y < boxes["b1"].y)


def test_a_box_alone_is_a_diagram():
    assert place({"a": (10, 10)}, []).boxes == {"a": Box(0, 0, 10, 10)}


@pytest.fixture(scope="module")
def diagrams(our_lineage):
    tables = read_tables(SQL_FOLDER, our_lineage, [])
    titles = {name: get_spec(name).title for name in source_names()}
    return [diagram_of(table, tables, our_lineage, titles) for table in tables.values()]


def test_no_boxes_of_ours_overlap_and_all_arrows_lead_to_the_right(diagrams):
    for diagram in diagrams:
        layout = place(dict.fromkeys(diagram.nodes, (50, 20)), diagram.edges)
        for one, other in combinations(layout.boxes.values(), 2):
            is_apart = one.x != other.x or abs(one.y - other.y) >= one.height
            assert is_apart, diagram.title
        for points in layout.arrows.values():
            assert [x for x, _ in points] == sorted(x for x, _ in points), diagram.title


def test_names_are_quoted():
    svg = draw(Diagram("<t>", {'"a&b"': Node(["<b>"], "table", '"x"')}))
    assert "<b>" not in svg
    assert "&lt;b&gt;" in svg
    assert 'href="#&quot;x&quot;"' in svg
