"""Jinja for models: strict, with the engine's macros; finds the calls in a template."""

from __future__ import annotations

import functools
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, nodes

from flowmart.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

REFERENCES = (
    "ref",
    "staged",
    "raw",
    "published",
    "settings_table",
    "mentioned",
    "raw_of_loaded",
    "as_published",
)

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
        try:
            macros = jinja.get_template(path).module
        except TemplateError as error:
            raise _not_a_template(error, path) from error
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
    :raises ConfigError: naming the file and what is wrong in it.
    """
    try:
        return jinja.get_template(path).render(functions)
    except TemplateError as error:
        raise _not_a_template(error, path) from error


def calls_of(path: Path, parts: Sequence[str] = ()) -> Mapping[str, frozenset[str]]:
    """
    Find the references of a model without rendering it.

    :param path: the model's file.
    :param parts: the parts for which ``has_part()`` is true.
    :return: function of :data:`REFERENCES` -> the names that it is called with.
    :raises ConfigError: if the file is no template, or a name is not a plain string.
    """
    try:
        tree = Environment().parse(path.read_text(encoding="utf-8"))
    except TemplateError as error:
        raise _not_a_template(error, str(path)) from error
    names: dict[str, set[str]] = defaultdict(set)
    for call in _calls(tree, parts):
        if isinstance(call.node, nodes.Name) and call.node.name in REFERENCES:
            names[call.node.name].add(_only_name(call, path))
    return {function: frozenset(names[function]) for function in REFERENCES}


def _calls(node: nodes.Node, parts: Sequence[str]) -> Iterator[nodes.Call]:
    """All calls in a tree, except under conditions on parts that the entity does not have."""
    if isinstance(node, nodes.If) and (part := _part_asked_for(node.test)):
        for child in node.body if part in parts else node.else_:
            yield from _calls(child, parts)
        return
    if isinstance(node, nodes.Call):
        yield node
    for child in node.iter_child_nodes():
        yield from _calls(child, parts)


def _part_asked_for(test: nodes.Node) -> str | None:
    """The part in a condition ``has_part('…')``."""
    if not isinstance(test, nodes.Call) or not isinstance(test.node, nodes.Name):
        return None
    part = test.args[0] if test.node.name == "has_part" and test.args else None
    return str(part.value) if isinstance(part, nodes.Const) else None


def _only_name(call: nodes.Call, path: Path) -> str:
    if len(call.args) == 1 and isinstance(call.args[0], nodes.Const):
        return str(call.args[0].value)
    raise ConfigError(
        "The argument of a reference must be one plain string",
        where=f"{path}, line {call.lineno}",
        next_step="write it such as ref('int_status_intervals')",
    )


def _not_a_template(error: TemplateError, path: str) -> ConfigError:
    line = getattr(error, "lineno", None)
    return ConfigError(
        f"The SQL template cannot be rendered: {error.message or error}",
        where=f"{path}, line {line}" if line else path,
        next_step="correct the file; include/sql/macros has all macros",
    )
