"""The registry of sources: one folder with ``source.yaml`` and ``source.py`` each."""

from __future__ import annotations

import functools
import importlib
import inspect
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flowmart.sources
from flowmart.core.errors import ConfigError
from flowmart.sources.declaration import load_spec
from flowmart.sources.options import read_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowmart.sources.base import Source, SourceConnection
    from flowmart.sources.declaration import SourceSpec

# What the class of a source is called with.
_ARGUMENTS = ("spec", "connection", "instance", "options")


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
    :raises ConfigError: if there is no such source, its class cannot be used, or an option is
        wrong.
    """
    return _class_of(name)(get_spec(name), connection, instance, options or {})


def valid_options(name: str, instance: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """
    The options of an instance as its source understands them, without opening it: `yes` is true,
    a single name is a list where several may stand. Those that are not set are left out.

    :param name: the source's folder.
    :param instance: the instance's name, for errors.
    :param options: the instance's ``options`` in ``flowmart.yaml``.
    :raises ConfigError: naming the wrong option and the known ones, or as :func:`make_source`.
    """
    found = read_options(_class_of(name).options_model, options, instance)
    return found.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _class_of(name: str) -> type[Source]:
    """
    The class of a source.

    :raises ConfigError: if it cannot be imported, or is none that :func:`make_source` can call.
    """
    wanted = "".join(part.capitalize() for part in name.split("_")) + "Source"
    try:
        module = importlib.import_module(f"flowmart.sources.{name}.source")
    except Exception as error:  # whatever an import may run into
        raise ConfigError(
            f"The source cannot be imported: {type(error).__name__}: {error}",
            where=_place_of(error),
            next_step="correct the file, or install what it imports",
        ) from error
    found: Any = getattr(module, wanted, None)
    if problem := _unlike_a_source(found, wanted):
        raise ConfigError(
            problem,
            where=str(source_folders()[name] / "source.py"),
            next_step=f"write `class {wanted}(Source)` as flowmart/sources/base.py describes it",
        )
    class_: type[Source] = found
    return class_


def _place_of(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return f"{error.filename}, line {error.lineno}"
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}, line {frame.lineno}"


def _unlike_a_source(found: Any, wanted: str) -> str | None:
    """What a source's class lacks, if anything."""
    from flowmart.sources.base import Source  # with HTTP, which declarations do not need

    if not (isinstance(found, type) and issubclass(found, Source)):
        return f"There is no class {wanted} that is a Source"
    if missing := sorted(found.__abstractmethods__):
        return f"{wanted} has no {', '.join(missing)}"
    try:
        inspect.signature(found).bind(*_ARGUMENTS)
    except TypeError as error:
        return f"{wanted} does not take ({', '.join(_ARGUMENTS)}): {error}"
    return None
