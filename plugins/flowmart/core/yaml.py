"""Reads YAML files of plain values; duplicate keys are an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# PyYAML's safe loader, in C if available.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What JSON can say, and dates: all that settings and contracts need. A `!!set` has no order, and
# `!!binary` is no text.
_TAG = "tag:yaml.org,2002:"
_TYPES = ("null", "bool", "int", "float", "str", "timestamp", "seq", "map", "merge")
_MOST_LEVELS = 100
_UNFINISHED = 0


def load_yaml(path: Path) -> Any:
    """
    Read a YAML file.

    :raises OSError: if the file cannot be read.
    :raises yaml.YAMLError: as :func:`parse_yaml`.
    """
    return parse_yaml(path.read_bytes())


def parse_yaml(text: bytes) -> Any:
    """
    Read YAML.

    :raises yaml.YAMLError: if it is not YAML, a mapping has a key twice, a value is not of its
        type, of a type that JSON does not have, inside itself, or too deep.
    """
    try:
        return _read(text)
    except (ValueError, KeyError, RecursionError) as error:  # what PyYAML lets through
        raise yaml.YAMLError(f"{type(error).__name__}: {error}") from error


def _read(text: bytes) -> Any:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _levels(node, {})
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _levels(node: yaml.Node, known: dict[int, int]) -> int:
    """
    How deep a value is nested; what must not be in it is an error.

    :param known: ids of nodes, of which an alias has its anchor's -> their levels.
    """
    if id(node) not in known:
        known[id(node)] = _UNFINISHED
        levels = 1 + max((_levels(child, known) for child in _children(node)), default=0)
        if levels > _MOST_LEVELS:
            raise _error(f"a value is nested more than {_MOST_LEVELS} levels deep", node)
        known[id(node)] = levels
    elif known[id(node)] == _UNFINISHED:
        raise _error("a value contains itself", node)
    return known[id(node)]


def _children(node: yaml.Node) -> Iterable[yaml.Node]:
    if node.tag.removeprefix(_TAG) not in _TYPES:
        tag = node.tag.replace(_TAG, "!!")
        raise _error(f"{tag} is not taken here: write a text, number, list or mapping", node)
    if isinstance(node, yaml.MappingNode):
        _refuse_duplicate_keys(node)
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else ()


def _refuse_duplicate_keys(node: yaml.MappingNode) -> None:
    keys = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            if (key.tag, key.value) in keys:
                raise _error(f"the key {key.value!r} is given twice", key)
            keys.add((key.tag, key.value))


def _error(problem: str, node: yaml.Node) -> yaml.YAMLError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
