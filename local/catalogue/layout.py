"""
Places boxes in layers, so that all arrows lead from left to right.

Own code, as it is shorter than what a dependency takes: Graphviz is a program of the system,
Mermaid needs JavaScript, and the Python packages with this layout are not kept up. The method is
Sugiyama's: layers by longest path, points where long arrows cross a layer, and the order in a layer
by the mean place of neighbours.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

GAP = 12
BETWEEN_LAYERS = 48
_SWEEPS = 24

Edge = tuple[str, str]
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A placed box: its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """
    Placed boxes and arrows.

    :param arrows: edge -> points in pairs: where a stretch begins and where it ends.
    """

    boxes: dict[str, Box]
    arrows: dict[Edge, list[Point]]
    width: float
    height: float


def place(sizes: Mapping[str, tuple[float, float]], edges: Collection[Edge]) -> Layout:
    """
    Lay out a graph without circles; the boxes of a layer get the width of its widest.

    :param sizes: box -> its width and height.
    :param edges: from, to.
    """
    depths = _depths(sizes, edges)
    paths = {edge: _path(edge, depths) for edge in sorted(edges)}
    steps = sorted({step for path in paths.values() for step in pairwise(path)})
    layers = _ordered(_layers(depths, paths.values()), steps)
    boxes: dict[str, Box] = {}
    height = max(_height(layer, sizes) for layer in layers)
    x = 0.0
    for layer in layers:
        width = max(sizes.get(name, (0, 0))[0] for name in layer)
        y = (height - _height(layer, sizes)) / 2
        for name in layer:
            # A point of a long arrow is a box without height.
            box = boxes[name] = Box(x, y, width, sizes.get(name, (0, 0))[1])
            y += box.height + GAP
        x += width + BETWEEN_LAYERS
    arrows = {edge: _points([boxes[name] for name in path]) for edge, path in paths.items()}
    placed = {name: boxes[name] for name in sorted(sizes)}
    return Layout(placed, arrows, x - BETWEEN_LAYERS, height)


def _depths(names: Collection[str], edges: Collection[Edge]) -> dict[str, int]:
    """Name -> the length of the longest way to it."""
    before: dict[str, set[str]] = {name: set() for name in sorted(names)}
    for start, end in edges:
        before[end].add(start)
    depths: dict[str, int] = {}
    for name in TopologicalSorter(before).static_order():
        depths[name] = max((depths[other] + 1 for other in before[name]), default=0)
    return depths


def _path(edge: Edge, depths: Mapping[str, int]) -> list[str]:
    """An edge with a point in each layer that it crosses; edges of one start share them."""
    start, end = edge
    crossed = range(depths[start] + 1, depths[end])
    return [start, *(f"{start} > {depth}" for depth in crossed), end]


def _layers(depths: Mapping[str, int], paths: Collection[list[str]]) -> list[list[str]]:
    layers: list[set[str]] = [set() for _ in range(max(depths.values()) + 1)]
    for name, depth in depths.items():
        layers[depth].add(name)
    for path in paths:
        for depth, name in enumerate(path, start=depths[path[0]]):
            layers[depth].add(name)
    return [sorted(layer) for layer in layers]


def _ordered(layers: list[list[str]], steps: Collection[Edge]) -> list[list[str]]:
    """The layers, each ordered by the mean place of its neighbours in the layer before or after."""
    before, after = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for start, end in steps:
        before[end].append(start)
        after[start].append(end)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        neighbours = before if forward else after
        order = range(1, len(layers)) if forward else range(len(layers) - 2, -1, -1)
        for depth in order:
            beside = layers[depth - 1 if forward else depth + 1]
            places = {name: place / len(beside) for place, name in enumerate(beside)}
            own = {name: place / len(layers[depth]) for place, name in enumerate(layers[depth])}
            means = {
                name: fmean(places[other] for other in neighbours[name])
                if neighbours[name]
                else own[name]
                for name in layers[depth]
            }
            layers[depth].sort(key=lambda name: (means[name], name))
    return layers


def _height(layer: list[str], sizes: Mapping[str, tuple[float, float]]) -> float:
    return sum(sizes.get(name, (0, 0))[1] for name in layer) + GAP * (len(layer) - 1)


def _points(path: list[Box]) -> list[Point]:
    points: list[Point] = []
    for start, end in pairwise(path):
        points.append((start.x + start.width, start.y + start.height / 2))
        points.append((end.x, end.y + end.height / 2))
    return points
