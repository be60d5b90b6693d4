"""Jinja for models: strict, with the engine's macros."""

from __future__ import annotations

import functools
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flowmart.core.errors import ConfigError, FlowmartError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MACRO_FILES = ("values", "time", "json", "raw")
"""A file may use the macros of the files before it."""


@functools.cache
def environment(sql_folder: Path, engine_name: str) -> Environment:
    """
    The environment of an engine, in which all its macros are global functions.

    :param sql_folder: templates are found relative to it.
    :param engine_name: name of the folder with the macros.
    :raises ConfigError: if a file of macros is missing or cannot be read.
    """
    jinja = Environment(
        loader=FileSystemLoader(sql_folder), undefined=StrictUndefined, autoescape=False
    )
    for path in [f"macros/{engine_name}/{name}.sql" for name in _MACRO_FILES]:
        with explained(path):
            template = jinja.get_template(path)
            try:
                macros = template.module
            except Exception:
                jinja.handle_exception()  # which puts the template's lines into the traceback
        jinja.globals.update({n: m for n, m in vars(macros).items() if not n.startswith("_")})
    return jinja


def macro(jinja: Environment, name: str, *arguments: Any) -> str:
    """Render one of the engine's macros by itself."""
    return str(jinja.globals[name](*arguments))  # type: ignore[operator]


def render(jinja: Environment, path: str, functions: Mapping[str, Any]) -> str:
    """
    Render one template.

    :param path: the file, relative to the SQL folder.
    :param functions: functions besides the macros.
    :raises ConfigError: naming the file, the line and what is wrong in it.
    """
    with explained(path):
        return jinja.get_template(path).render(functions)


@contextmanager
def explained(path: str) -> Iterator[None]:
    """
    Name the file and the line of whatever a template raises: it is code, so this may be anything.

    :param path: the file, relative to the SQL folder.
    :raises ConfigError: instead of what was raised.
    """
    try:
        yield
    except FlowmartError:
        raise
    except Exception as error:
        line = _line_of(error, path)
        raise ConfigError(
            f"The SQL template cannot be rendered: {error}",
            where=f"{path}, line {line}" if line else path,
            next_step="correct the file; include/sql/macros has all macros",
        ) from error


def _line_of(error: Exception, path: str) -> int | None:
    """Where a template is wrong, if the error knows; Jinja puts templates into the traceback."""
    if isinstance(error, UnicodeDecodeError):
        return error.object[: error.start].count(b"\n") + 1
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename.endswith(path)]
    return getattr(error, "lineno", None) or (lines[-1] if lines else None)
