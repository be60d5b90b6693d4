"""Conduit's wire format: how a call's parameters come in and how errors go out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from local.sandbox.company.shapes import Json

CORE, CALL = "ERR-CONDUIT-CORE", "ERR-CONDUIT-CALL"
_RESERVED = {"output", "host", "__conduit__", "__form__", "access_token"}


class ConduitError(Exception):
    """An API error: HTTP 200 with a code and a text."""

    def __init__(self, code: str, info: str) -> None:
        super().__init__(info)
        self.code = code
        self.info = info


@dataclass(frozen=True)
class Call:
    """
    The parameters of one call.

    :param params: what the method gets.
    :param token: the API token, empty if there was none.
    :param is_strict: whether the types are JSON's; the form encoding has texts only.
    """

    params: Json
    token: str
    is_strict: bool

    @property
    def constraints(self) -> Json:
        """The ``constraints`` parameter."""
        return self.mapping("constraints")

    def mapping(self, name: str) -> Json:
        """
        A parameter as a map; PHP's empty list counts as an empty one.

        :raises ConduitError: if it is none.
        """
        value = self.params.get(name) or {}
        if not isinstance(value, dict):
            raise ConduitError(CORE, f'Parameter "{name}" must be a map.')
        return value

    def integer(self, name: str, value: Any) -> int:
        """
        A value as an integer: JSON's integer, or digits in the form encoding.

        :raises ConduitError: for anything else.
        """
        if not self.is_strict and re.fullmatch(r"-?\d+", str(value)):
            return int(value)
        if type(value) is not int:
            raise ConduitError(
                CORE, f'Error while reading "{name}": Expected integer, got something else.'
            )
        return value

    def values(self, name: str, value: Any) -> list[Any]:
        """
        A value as a list.

        :raises ConduitError: if it is none.
        """
        if not isinstance(value, list):
            raise ConduitError(
                CORE, f'Error while reading "{name}": Expected a list, but value is not a list.'
            )
        return value


def decode(method: str, body: str) -> Call:
    """
    Read a form body: ``params=<json>``, or PHP-style keys with ``api.token``.

    :raises ConduitError: if ``params`` is not a JSON object.
    """
    pairs = parse_qsl(body, keep_blank_values=True)
    form = dict(pairs)
    if "params" not in form:
        params = {k: v for k, v in _nested(pairs).items() if k not in _RESERVED}
        token = params.pop("api.token", "")
        return Call(params, str(token), is_strict=False)
    params = _decode_json(method, form["params"])
    metadata = params.pop("__conduit__", None) or {}
    return Call(params, str(metadata.get("token", "")), is_strict=True)


def _decode_json(method: str, text: str) -> Json:
    try:
        params = json.loads(text or "{}") or {}
    except ValueError:
        params = None
    if not isinstance(params, dict):
        info = f"Invalid parameter information was passed to method '{method}'."
        raise ConduitError(CORE, info)
    return params


def _nested(pairs: list[tuple[str, str]]) -> Json:
    """``[("a[b][0]", "1")]`` as ``{"a": {"b": ["1"]}}``."""
    root: Json = {}
    for name, value in pairs:
        head, *rest = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name) or [name]
        keys = [head, *rest]
        node = root
        for key in keys[:-1]:
            node = node.setdefault(key, {})
        node[keys[-1] or str(len(node))] = value
    return {key: _lists(value) for key, value in root.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    items = {key: _lists(item) for key, item in value.items()}
    if list(items) == [str(n) for n in range(len(items))]:
        return list(items.values())
    return items


def envelope(result: Any = None, error: ConduitError | None = None) -> Json:
    """The body of every answer."""
    return {
        "result": result,
        "error_code": error.code if error else None,
        "error_info": error.info if error else None,
    }
