"""The sources that there are: one folder with a ``source.yaml`` and a ``source.py`` each."""

from __future__ import annotations

import functools
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowmart.core.errors import ConfigError
from flowmart.sources.declaration import FILE_NAME, SourceSpec, load_spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.sources.base import Source, SourceConnection

_FOLDER = Path(__file__).parent


@functools.cache
def source_names() -> tuple[str, ...]:
    """Names of all sources, sorted. Looks at folders only and imports none of them."""
    return tuple(sorted(path.parent.name for path in _FOLDER.glob("*/source.py")))


@functools.cache
def get_spec(name: str) -> SourceSpec:
    """
    The declaration of a source.

    :raises ConfigError: if there is no such source, or its declaration is wrong.
    """
    if not (_FOLDER / name / FILE_NAME).exists():
        raise ConfigError(
            f"There is no source {name!r}",
            where="sources",
            next_step=f"use one of {', '.join(source_names())}",
        )
    return load_spec(_FOLDER / name)


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
    :raises ConfigError: if there is no such source, or it does not know an option.
    """
    spec = get_spec(name)
    module = importlib.import_module(f"flowmart.sources.{name}.source")
    class_name = "".join(part.capitalize() for part in name.split("_")) + "Source"
    source: Source = getattr(module, class_name)(spec, connection, instance, options or {})
    return source
