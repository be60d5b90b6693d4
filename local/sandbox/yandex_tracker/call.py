"""One request, after its caller was let in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from local.sandbox.yandex_tracker.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import QueryParams

    from local.sandbox.yandex_tracker.payloads import Payloads


class Answer(NamedTuple):
    """
    What is answered.

    :param document: JSON.
    """

    document: Any
    headers: Mapping[str, str] = {}


@dataclass(frozen=True)
class Call:
    """
    A request.

    :param url: its address without the query.
    :param path: what the address' placeholders hold.
    :param query: parameters of the address.
    :param body: its JSON, an empty object if it has none.
    :param payloads: tells objects in the caller's language.
    """

    url: str
    path: Mapping[str, str]
    query: QueryParams
    body: Any
    payloads: Payloads

    @property
    def name(self) -> str:
        """What the address names: its last placeholder."""
        return list(self.path.values())[-1]

    @property
    def order(self) -> list[str]:
        """The field names to sort by, each with ``+`` or ``-``."""
        return self.query.getlist("order")

    def integer(self, name: str, default: int) -> int:
        """
        A positive number of the address.

        :raises TrackerError: if it is something else.
        """
        text = self.query.get(name, str(default))
        if not text.isdecimal() or int(text) < 1:
            raise TrackerError(400, f"{name} must be a positive number, not {text!r}", {name: text})
        return int(text)

    @property
    def document(self) -> dict[str, Any]:
        """
        The body.

        :raises TrackerError: if it is no object.
        """
        if not isinstance(self.body, dict):
            raise TrackerError(400, "The body must be a JSON object.")
        return self.body
