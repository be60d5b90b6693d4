"""Reading YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

# Every task reads the contracts of all models: libyaml takes a tenth of the pure parser's time.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """
    Read a YAML file.

    :param path: the file, in UTF-8.
    :return: what it holds; None if it is empty.
    :raises OSError: if it cannot be read.
    :raises yaml.YAMLError: if it is not YAML.
    """
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
