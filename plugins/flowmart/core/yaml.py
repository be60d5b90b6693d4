"""Reads YAML files; duplicate keys are an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML's safe loader, in C if available."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """
        Read a mapping.

        :raises yaml.constructor.ConstructorError: if it has a key twice.
        """
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is given twice", key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def load_yaml(path: Path) -> Any:
    """
    Read a YAML file.

    :raises OSError: if the file cannot be read.
    :raises yaml.YAMLError: if it is not YAML, or a mapping has a key twice.
    """
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, _Loader)
