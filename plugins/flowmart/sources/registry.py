"""The registry of sources: one folder with ``source.yaml`` and ``source.py`` each."""

from __future__ import annotations

import functools
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flowmart.sources
from flowmart.core.errors import ConfigError
from flowmart.sources.declaration import load_spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.sources.base import Source, SourceConnection
    from flowmart.sources.declaration import SourceSpec


def source_folders() -> dict[str, Path]:
    """
    Source name -> its folder, sorted by name. Nothing is imported.

    :raises ConfigError: if two folders on the package's path have the same name.
    """
    found: dict[str, Path] = {}
    for place in flowmart.sources.__path__:
        for path in Path(place).glob("*/source.py"):
            first = found.setdefault(path.parent.name, path.parent)
            if first != path.parent:
                raise ConfigError(
                    f"Two sources are called {path.parent.name!r}",
                    where=f"{first} and {path.parent}",
                    next_step="rename one of the folders",
                )
    return dict(sorted(found.items()))


def source_names() -> tuple[str, ...]:
    """Names of all sources, sorted."""
    return tuple(source_folders())


@functools.cache
def get_spec(name: str) -> SourceSpec:
    """
    The declaration of a source.

    :raises ConfigError: if there is no such source, or its declaration is wrong.
    """
    folders = source_folders()
    if name not in folders:
        raise ConfigError(
            f"There is no source {name!r}",
            where="sources",
            next_step=f"use one of {', '.join(folders)}",
        )
    return load_spec(folders[name])


def make_source(
    name: str,
    connection: SourceConnection,
    instance: str,
    options: Mapping[str, Any] | None = None,
) -> Source:
    """
    Open an instance of a source.

    The source ``some_tracker`` is the class ``SomeTrackerSource`` of its ``source.py``.

    :param name: the source's folder.
    :param connection: how to reach the instance.
    :param instance: the instance's name, for errors and logs.
    :param options: the instance's ``options`` in ``flowmart.yaml``.
    :raises ConfigError: if there is no such source, or an option is wrong.
    """
    spec = get_spec(name)
    module = importlib.import_module(f"flowmart.sources.{name}.source")
    class_name = "".join(part.capitalize() for part in name.split("_")) + "Source"
    source: Source = getattr(module, class_name)(spec, connection, instance, options or {})
    return source
