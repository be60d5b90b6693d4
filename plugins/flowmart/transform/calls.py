"""Finds what a model's template calls, without rendering it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import meta, nodes

from flowmart.core.errors import ConfigError
from flowmart.transform.template import explained

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from jinja2 import Environment

    Calls = Mapping[str, Mapping[str, int]]
    """
    Function of :data:`FUNCTIONS` -> the names that it is called with -> line of the first; so for
    ``touched_slices``, whose name is empty.
    """

FUNCTIONS = {
    "ref": "model",
    "staged": "staging model",
    "raw": "stream",
    "raw_of_loaded": "stream of an entity's own records",
    "raw_told": "snapshot that keeps changes",
    "published": "published model",
    "as_published": "fact of this entity",
    "mentioned": "dimension that facts refer to",
    "loaded": "entity",
    "settings_table": "table of settings",
    "setting": "setting",
    "has_part": "part of this entity",
}
"""The functions of a model that take one name -> what it is the name of."""

VALUES = ("touched_slices", "fields", "is_everything", "product")
"""What else a model may use, besides macros."""


def calls_of(
    jinja: Environment,
    path: str,
    parts: Collection[str] = (),
    usable: Collection[str] = (*FUNCTIONS, *VALUES),
) -> Calls:
    """
    Find the names that a model calls functions with.

    :param jinja: the engine's environment.
    :param path: the model's file, relative to the SQL folder.
    :param parts: the parts for which ``has_part()`` is true; calls for others do not count.
    :param usable: what the template is rendered with, besides macros.
    :raises ConfigError: if the file is no template, or uses something that there is not, or hides
        what it calls.
    """
    with explained(path):
        assert jinja.loader
        text = jinja.loader.get_source(jinja, path)[0]
        outer = meta.find_undeclared_variables(jinja.parse(text))  # which changes the tree
        tree = jinja.parse(text)
    for node, problem in _hidden(tree, outer, {*usable, *jinja.globals}):
        raise ConfigError(
            problem,
            where=f"{path}, line {node.lineno}",
            next_step=f"use macros of include/sql/macros, {', '.join(sorted(usable))}",
        )
    found: dict[str, dict[str, int]] = {f: {} for f in (*FUNCTIONS, "touched_slices")}
    for call in _calls(tree, parts):
        if isinstance(call.node, nodes.Name) and call.node.name in outer & found.keys():
            is_named = call.node.name in FUNCTIONS
            name = _only_name(call, path) if is_named else ""
            found[call.node.name].setdefault(name, call.lineno)
    return found


def require_known(calls: Calls, known: Mapping[str, Collection[str]], path: str) -> None:
    """
    Check the names that functions are called with.

    :param known: function -> all names that it may be called with.
    :param path: the model's file, for errors.
    :raises ConfigError: naming the line, and the names that there are.
    """
    for function, names in known.items():
        for name, line in calls.get(function, {}).items():
            if name not in names:
                raise ConfigError(
                    f"There is no {FUNCTIONS[function]} {name!r}, which {function}() names",
                    where=f"{path}, line {line}",
                    next_step=f"use one of {', '.join(sorted(names))}" if names else "remove it",
                )


def _hidden(
    tree: nodes.Template, outer: Collection[str], known: Collection[str]
) -> Iterator[tuple[nodes.Node, str]]:
    """
    What a template uses that there is not, or so that it cannot be found.

    :param outer: the names that the template does not define itself.
    """
    called = {id(call.node) for call in tree.find_all(nodes.Call)}
    read = (name for name in tree.find_all(nodes.Name) if name.ctx == "load")
    for name in (name for name in read if name.name in outer):
        if name.name not in known:
            yield name, f"{name.name!r} is undefined: it is no macro, and nothing that models have"
        elif name.name in FUNCTIONS and id(name) not in called:
            yield name, f"{name.name} is not called here, which hides what it is called with"
    for node in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        if getattr(node, "with_context", True):
            yield node, "Another file is included, which hides what it reads"


def _calls(node: nodes.Node, parts: Collection[str]) -> Iterator[nodes.Call]:
    """All calls in a tree, except under conditions on parts that the entity does not have."""
    if isinstance(node, nodes.Call):
        yield node
    children = node.iter_child_nodes()
    if isinstance(node, nodes.If):
        children = _reached(node, parts)
    elif isinstance(node, nodes.CondExpr):
        truth = _truth(node.test, parts)
        both = [node.expr1] * (truth is not False) + [node.expr2] * (truth is not True)
        children = iter([node.test, *filter(None, both)])
    for child in children:
        yield from _calls(child, parts)


def _reached(node: nodes.If, parts: Collection[str]) -> Iterator[nodes.Node]:
    """The conditions and branches of an ``if`` that may be reached."""
    for branch in (node, *node.elif_):
        truth = _truth(branch.test, parts)
        yield branch.test
        if truth is not False:
            yield from branch.body
        if truth is True:
            return
    yield from node.else_


def _truth(test: nodes.Node, parts: Collection[str]) -> bool | None:
    """Whether a condition on parts holds; None if it depends on something else as well."""
    match test:
        case nodes.Call(node=nodes.Name(name="has_part"), args=[nodes.Const(value=part)]):
            return part in parts
        case nodes.Not(node=inner):
            truth = _truth(inner, parts)
            return None if truth is None else not truth
        case nodes.And() | nodes.Or():
            decides = isinstance(test, nodes.Or)  # one side decides: true for or, false for and
            sides = {_truth(test.left, parts), _truth(test.right, parts)}
            return decides if decides in sides else None if None in sides else not decides
    return None


def _only_name(call: nodes.Call, path: str) -> str:
    if len(call.args) == 1 and isinstance(call.args[0], nodes.Const) and not call.kwargs:
        return str(call.args[0].value)
    raise ConfigError(
        "The argument of a reference must be one plain string",
        where=f"{path}, line {call.lineno}",
        next_step="write it such as ref('int_status_intervals')",
    )
