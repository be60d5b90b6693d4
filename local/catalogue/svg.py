"""Diagrams as SVG."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from local.catalogue.layout import place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local.catalogue.diagram import Diagram, Node
    from local.catalogue.layout import Box, Point

_CHARACTER, _LINE, _PADDING = 7.0, 17, 9


def draw(diagram: Diagram) -> str:
    """The diagram as an ``svg`` element; its look comes from the document's style."""
    sizes = {name: _size(node) for name, node in diagram.nodes.items()}
    layout = place(sizes, diagram.edges)
    width, height = f"{layout.width + 2:.0f}", f"{layout.height + 2:.0f}"
    lines = [
        f'<svg width="{width}" height="{height}" viewBox="-1 -1 {width} {height}" '
        f'role="group" aria-label="{escape(diagram.title)}">'
    ]
    for (start, end), points in layout.arrows.items():
        ends = f'data-from="{escape(start)}" data-to="{escape(end)}"'
        lines.append(f'<path {ends} d="{_curve(points)}"/>')
    for name, box in layout.boxes.items():
        lines += _box(name, diagram.nodes[name], box)
    return "\n".join([*lines, "</svg>"])


def _size(node: Node) -> tuple[float, float]:
    longest = max(len(line) for line in node.lines)
    return longest * _CHARACTER + 2 * _PADDING, len(node.lines) * _LINE + _PADDING


def _curve(points: Sequence[Point]) -> str:
    """Curves within the pairs of points, straight lines between them."""
    parts = [f"M{points[0][0]:.0f} {points[0][1]:.1f}"]
    for number, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        if number % 2:
            parts.append(f"L{x1:.0f} {y1:.1f}")
        else:
            middle = (x0 + x1) / 2
            parts.append(f"C{middle:.0f} {y0:.1f} {middle:.0f} {y1:.1f} {x1:.0f} {y1:.1f}")
    return "".join(parts)


def _box(name: str, node: Node, box: Box) -> Iterator[str]:
    yield f'<a class="{node.kind}" data-name="{escape(name)}" href="#{escape(node.anchor)}">'
    yield (
        f'<rect x="{box.x:.0f}" y="{box.y:.1f}" width="{box.width:.0f}" '
        f'height="{box.height:.0f}" rx="6"/>'
    )
    for number, line in enumerate(node.lines, start=1):
        y = box.y + number * _LINE - 0.5
        kind = ' class="title"' if number == 1 else ""
        yield f'<text x="{box.x + _PADDING:.0f}" y="{y:.1f}"{kind}>{escape(line)}</text>'
    yield "</a>"
