"""Reads YAML files; duplicate keys are an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

# PyYAML's safe loader, in C if available.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(path: Path) -> Any:
    """
    Read a YAML file.

    :raises OSError: if the file cannot be read.
    :raises yaml.YAMLError: if it is not YAML, a mapping has a key twice, or a value is not of its
        type.
    """
    text = path.read_bytes()
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
        _refuse_duplicate_keys(node, set())
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _refuse_duplicate_keys(node: yaml.Node, seen: set[int]) -> None:
    """:param seen: ids of the nodes read so far: an alias is the node of its anchor."""
    if id(node) in seen or isinstance(node, yaml.ScalarNode):
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_duplicate_keys(item, seen)
        return
    keys = set()
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            if (key.tag, key.value) in keys:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} is given twice", key.start_mark
                )
            keys.add((key.tag, key.value))
        _refuse_duplicate_keys(value, seen)
